"""Which facts the scorecards ask for beside the figures of the years, of which kind, and what may stand as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from tici.core.refusals import Refusal

from .scorecards import Card, Condition, FactName, scorecard
from .tiers import TIERS

#: Facts that follow from the figures of the years; they are computed and never typed.
OF_FIGURES = frozenset(
    {
        "revenue_wan", "rnd_wan", "rnd_rate", "main_share", "debt_rate", "net_profit_rate", "rnd_people_rate",
        "main_growth", "main_growth_2y", "rnd_average_2y_wan", "rnd_rate_2y",
    }
)  # fmt: skip
NUMBER_LIMIT = Decimal(10) ** 9
EVIDENCE_LENGTH = 200


class FactKind(StrEnum):
    """Of which kind a fact is."""

    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"


@dataclass(frozen=True)
class AskedFact:
    """One fact that cards ask for: its name, its kind, and the tiers that ask."""

    name: FactName
    kind: FactKind
    tiers: tuple[str, ...]


def kinds_of(card: Card) -> dict[str, FactKind]:
    """The kind of every fact of a card: what its tests and points make of it."""
    found = dict.fromkeys(card.names, FactKind.NUMBER)
    for item in card.items:
        found |= {way.fact: FactKind.CHOICE for way in item.ways if way.choices is not None}
    found |= {one.fact: FactKind.YES_NO for one in conditions_of(card) if one.test == "is"}
    return found


def conditions_of(card: Card) -> list[Condition]:
    """Every condition of a card."""
    return [one for requirement in (*card.gates, *card.directs) for way in requirement.ways for one in way]


def asked_facts(cards: Iterable[Card]) -> dict[str, AskedFact]:
    """The facts that must be typed for some cards, by code, in the order the cards name them."""
    found: dict[str, AskedFact] = {}
    for card in cards:
        kinds = kinds_of(card)
        for code, name in card.names.items():
            if code not in OF_FIGURES:
                tiers = (*found[code].tiers, card.tier) if code in found else (card.tier,)
                found[code] = AskedFact(found[code].name if code in found else name, kinds[code], tiers)
    return found


def typed_fact(kind: FactKind, kept: Any) -> Any:
    """A fact as it is judged, from how it is kept; None where it is none of its kind, and so not known."""
    if kind is FactKind.YES_NO:
        return kept if isinstance(kept, bool) else None
    if not isinstance(kept, str):
        return None
    if kind is FactKind.CHOICE:
        return kept
    try:
        number = Decimal(kept)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def against_scoring_facts(
    asked: Mapping[str, AskedFact], values: Mapping[str, Any], evidence: Mapping[str, str]
) -> list[Refusal]:
    """Every reason why facts may not be noted: not asked for, not of their kind, or without evidence."""
    refusals = []
    for code, value in values.items():
        if code not in asked:
            message = _("“%(code)s”不是现行标准所问。请按表填写。") % {"code": code}
            refusals.append(Refusal("scoring.not_asked", message, code))
            continue
        name = asked[code].name
        if not _fits(asked[code], value):
            message = _("%(label)s填写有误。请按所列选项或数值范围填写。") % {"label": name.label}
            refusals.append(Refusal("scoring.value", message, code))
        elif not evidence.get(code, "").strip():
            message = _("%(label)s缺依据。请写明文件、证书编号或材料名称。") % {"label": name.label}
            refusals.append(Refusal("scoring.evidence", message, f"{code}_evidence"))
    return refusals


def _fits(asked: AskedFact, value: Any) -> bool:
    typed = typed_fact(asked.kind, value)
    if asked.kind is FactKind.NUMBER:
        limit = Decimal(1) if asked.name.unit == "%" else NUMBER_LIMIT
        return typed is not None and 0 <= typed <= limit
    return typed is not None and (asked.kind is FactKind.YES_NO or typed in asked.name.choices)


def against_judging(on: date) -> list[Refusal]:
    """Why nobody can be judged on a day: no scorecard was in force yet, or the one in force is not in the rulebook."""
    cards = [card for tier in TIERS if (card := scorecard(tier, on)) is not None]
    if not cards:
        message = _("%(day)s尚无梯度标准施行，不能判定。请选标准施行之后的判定日。") % {"day": on}
        return [Refusal("scoring.no_card", message, "on")]
    if all(card.is_unknown for card in cards):
        words = {"since": cards[0].since, "files": _("、").join(f"{card.rule}.toml" for card in cards)}
        message = _(
            "%(since)s起施行的标准尚未填入规则库，不能判定。"
            "请按官方文本填写规则文件%(files)s，或选此前的判定日按旧标准试算。"
        )
        return [Refusal("scoring.unknown_card", message % words, "on")]
    return []
