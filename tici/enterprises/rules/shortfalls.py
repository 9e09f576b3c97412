"""What an enterprise lacks to a tier, requirement by requirement, and by how much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from .scorecards import Card, Condition, Facts, Requirement, RequirementState, Score, state_of

POINTS = "points"
DISTANCE_DIGITS = 6


@dataclass(frozen=True)
class Shortfall:
    """One requirement that is not met, or not known to be."""

    code: str  # "gate.rnd", "group.innovation", "points"
    is_known: bool  # known not to be met
    words: str
    distance: float | None  # what lacks as a share of the bound; None where there is none to measure


def total_label() -> str:
    return _("总分")


def gate_code(gate: Requirement) -> str:
    return f"gate.{gate.code}"


def group_code(code: str) -> str:
    return f"group.{code}"


def requirements_of(card: Card) -> list[tuple[str, str]]:
    """Everything a tier asks for, as (code, label): its conditions, the least of each group, the points in all."""
    found = [(gate_code(gate), gate.label) for gate in card.gates]
    if card.pass_points is not None:
        found += [
            (group_code(group.code), _("%(label)s不少于%(least)s分") % {"label": group.label, "least": group.least})
            for group in card.groups
            if group.least
        ]
        found.append((POINTS, _("总分不少于%(least)s分") % {"least": card.pass_points}))
    return found


def shortfalls(score: Score, facts: Facts) -> list[Shortfall]:
    """The requirements an enterprise does not meet for certain; the points are none where a direct way is open."""
    card = score.card
    found = [gate_shortfall(state, facts) for state in score.gates if not state.is_met]
    if card.pass_points is None or any(direct.is_met for direct in score.directs):
        return found
    for group in card.groups:
        sure, best = score.by_group[group.code]
        if sure < group.least:
            found.append(points_shortfall(group_code(group.code), group.label, sure, best, group.least))
    if score.points < card.pass_points:
        found.append(points_shortfall(POINTS, total_label(), score.points, score.at_best, card.pass_points))
    return found


def gate_shortfall(state: RequirementState, facts: Facts) -> Shortfall:
    """What lacks to a condition of the card."""
    gaps = [gap for condition in state.requirement.unmet(facts) if (gap := _gap(condition, facts)) is not None]
    distance = max(gaps, default=None)
    return Shortfall(gate_code(state.requirement), state.is_met is False, _("；").join(state.lacks), distance)


def gate_shortfall_of(card: Card, gate: Requirement, facts: Facts) -> Shortfall:
    """What lacks to a condition, from the facts it asks for alone."""
    return gate_shortfall(state_of(card, gate, facts), facts)


def points_shortfall(code: str, label: str, sure: int, best: int, least: int) -> Shortfall:
    """What lacks to the least points of a group or in all; unknown where the points at best would do."""
    words = {"label": label, "have": sure, "lack": least - sure, "best": best}
    if best < least:
        said = _("%(label)s%(have)s分，差%(lack)s分") % words
    else:
        said = _("%(label)s已确定%(have)s分，差%(lack)s分；未知项补齐后最高%(best)s分") % words
    return Shortfall(code, best < least, said, round((least - sure) / least, DISTANCE_DIGITS))


def one_step(score: Score) -> Iterator[tuple[str, str]]:
    """The items whose next band alone would bring the points that lack in all: label, and what it asks for."""
    if score.card.pass_points is None:
        return
    lack = score.card.pass_points - score.points
    for one in score.items:
        if lack > 0 and one.next and one.points is not None and one.gain >= lack:
            yield one.item.label, one.next


def _gap(condition: Condition, facts: Facts) -> float | None:
    fact = facts.get(condition.fact)
    if fact is None or not _is_number(fact.value) or not _is_number(condition.bound) or condition.met(facts):
        return None
    bound = Decimal(str(condition.bound))
    return round(float(abs(bound - Decimal(str(fact.value))) / abs(bound)), DISTANCE_DIGITS) if bound else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def only(found: Sequence[Shortfall]) -> Shortfall | None:
    """The one requirement that lacks, where it is exactly one."""
    return found[0] if len(found) == 1 else None
