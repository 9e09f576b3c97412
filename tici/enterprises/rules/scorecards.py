"""Scorecards of the tiers (创新型, 专精特新, 小巨人) as data, and the judgement of a firm's facts by one of them.

A card holds conditions (gates) that must all be met, points by item, and direct ways that stand in for the points.
Nothing is guessed: what is not known stays open, and the score says between which bounds it lies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tici.engines import rulebook

from .tiers import SCORECARDS


@dataclass(frozen=True)
class Fact:
    """One thing known of a firm, and where it is known from."""

    value: Any
    evidence: str = ""


Facts = Mapping[str, Fact]


@dataclass(frozen=True)
class FactName:
    """How a fact is called and in which unit it is shown; rates are fractions, shown in %."""

    code: str
    label: str
    unit: str
    choices: Mapping[str, str] = field(default_factory=dict)  # of facts that are one of a few: code -> label

    def shown(self, value: Any) -> str:
        """A value of this fact in words."""
        if value in self.choices:
            return self.choices[value]
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if self.unit == "%":
            return f"{Decimal(str(value)) * 100:.1f}%"
        if isinstance(value, int | float | Decimal):
            figure = f"{Decimal(str(value)).normalize():f}"
            return _("%(value)s%(unit)s") % {"value": figure, "unit": self.unit} if self.unit else figure
        return str(value)


@dataclass(frozen=True)
class Condition:
    """One test of one fact."""

    fact: str
    test: str  # at_least, at_most, below, is
    bound: Any

    def met(self, facts: Facts) -> bool | None:
        """Whether the fact passes; None where it is not known."""
        if self.fact not in facts or facts[self.fact].value is None:
            return None
        value = facts[self.fact].value
        match self.test:
            case "at_least":
                return bool(value >= _number(self.bound))
            case "at_most":
                return bool(value <= _number(self.bound))
            case "below":
                return bool(value < _number(self.bound))
        return bool(value == self.bound)


@dataclass(frozen=True)
class Requirement:
    """A gate or a direct way: met where all conditions of any one way are."""

    code: str
    label: str
    ways: tuple[tuple[Condition, ...], ...]

    def met(self, facts: Facts) -> bool | None:
        """Whether it is met; None where that hangs on what is not known."""
        states = [_all(condition.met(facts) for condition in way) for way in self.ways]
        return True if True in states else None if None in states else False

    def unmet(self, facts: Facts) -> tuple[Condition, ...]:
        """What stands in the way on the way with the fewest conditions left, those failed counting before unknown."""
        left = [tuple(condition for condition in way if not condition.met(facts)) for way in self.ways]
        return min(left, key=lambda way: (len(way), sum(condition.met(facts) is False for condition in way)))


@dataclass(frozen=True)
class Way:
    """One way an item gives points: by bands, by choice, or so many for every so much."""

    fact: str
    bands: tuple[tuple[Decimal, int], ...] = ()  # from the most points down
    choices: Mapping[str, int] | None = None
    every: Decimal | None = None
    points: int = 0
    is_falling: bool = False

    def given(self, value: Any) -> int:
        """The points of a value, before the item's cap."""
        if self.choices is not None:
            return self.choices.get(value, 0)
        if self.every is not None:
            return int(_number(value) // self.every) * self.points
        return next((points for bound, points in self.bands if self._reaches(value, bound)), 0)

    def next(self, value: Any) -> tuple[Decimal, int] | None:
        """The nearest bound not reached yet, with its points."""
        missed = [band for band in self.bands if not self._reaches(value, band[0])]
        return missed[-1] if missed else None

    def _reaches(self, value: Any, bound: Decimal) -> bool:
        return bool(value <= bound if self.is_falling else value >= bound)


@dataclass(frozen=True)
class Item:
    """One line of the points; where several ways are open the best counts."""

    code: str
    group: str
    label: str
    most: int
    ways: tuple[Way, ...]
    is_open: bool  # not all bands are known: below the known ones nothing is said
    note: str


@dataclass(frozen=True)
class Group:
    """Items that together may have a least."""

    code: str
    label: str
    most: int
    least: int


@dataclass(frozen=True)
class Card:
    """One scorecard of one generation."""

    tier: str
    label: str
    since: date | None
    until: date | None
    is_unknown: bool  # the text in force is not known to us: nothing can be judged
    pass_points: int | None  # None: there are no points
    valid_years: int | None
    names: Mapping[str, FactName]
    gates: tuple[Requirement, ...]
    directs: tuple[Requirement, ...]
    groups: tuple[Group, ...]
    items: tuple[Item, ...]
    source: str
    note: str

    @property
    def rule(self) -> str:
        return f"{SCORECARDS}/{self.tier}"

    @property
    def highest(self) -> int:
        """The most points there are."""
        return sum(group.most for group in self.groups)


@dataclass(frozen=True)
class RequirementState:
    """One requirement as a firm meets it, with what it rests on and what lacks."""

    requirement: Requirement
    is_met: bool | None
    evidence: tuple[tuple[FactName, Fact], ...]
    lacks: tuple[str, ...]

    @property
    def shown(self) -> list[tuple[str, str, str]]:
        """What it rests on in words: label, value, where it is known from."""
        return _shown(self.evidence)


@dataclass(frozen=True)
class ItemScore:
    """One item's points, with what they rest on and what the next ones ask for."""

    item: Item
    points: int | None  # None: not known
    evidence: tuple[tuple[FactName, Fact], ...]
    next: str  # "" where no more is to be had, or no band is ahead
    gain: int = 0  # the points that the nearest band ahead would add

    @property
    def shown(self) -> list[tuple[str, str, str]]:
        """What it rests on in words: label, value, where it is known from."""
        return _shown(self.evidence)


@dataclass(frozen=True)
class Score:
    """A firm judged by a card."""

    card: Card
    gates: tuple[RequirementState, ...]
    directs: tuple[RequirementState, ...]
    items: tuple[ItemScore, ...]
    by_group: Mapping[str, tuple[int, int]]  # group -> points for certain, points at best
    passes: bool | None  # None: hangs on what is not known
    lacks: tuple[str, ...]

    @property
    def points(self) -> int:
        """The points that are certain."""
        return sum(sure for sure, _best in self.by_group.values())

    @property
    def at_best(self) -> int:
        """The points if everything not known were at its best."""
        return sum(best for _sure, best in self.by_group.values())


def scorecard(tier: str, on: date) -> Card | None:
    """The card of a tier in force on a day, in the reader's language; None before the first."""
    try:
        rule = rulebook.load(f"{SCORECARDS}/{tier}", on)
    except rulebook.NoRule:
        return None
    return Card(
        tier=tier,
        label=_(rule["label"]),
        since=rule.since,
        until=rule.get("until"),
        is_unknown=rule.get("unknown", False),
        pass_points=rule.get("pass_points"),
        valid_years=rule.get("valid_years"),
        names={code: _fact_name(code, row) for code, row in rule.get("facts", {}).items()},
        gates=tuple(_requirement(row) for row in rule.get("gate", ())),
        directs=tuple(_requirement(row) for row in rule.get("direct", ())),
        groups=tuple(Group(r["code"], _(r["label"]), r["most"], r.get("least", 0)) for r in rule.get("group", ())),
        items=tuple(_item(row) for row in rule.get("item", ())),
        source=rule.source,
        note=rule.get("note", ""),
    )


def score(card: Card, facts: Facts) -> Score:
    """Judge facts by a card: each condition and item with its evidence, the verdict, and what lacks."""
    gates = tuple(state_of(card, one, facts) for one in card.gates)
    directs = tuple(state_of(card, one, facts) for one in card.directs)
    items = tuple(_points(card, one, facts) for one in card.items)
    by_group = {
        group.code: (
            min(group.most, sum(one.points or 0 for one in items if one.item.group == group.code)),
            min(group.most, sum(_best(one) for one in items if one.item.group == group.code)),
        )
        for group in card.groups
    }
    passes = None if card.is_unknown else _passes(card, gates, directs, by_group)
    return Score(card, gates, directs, items, by_group, passes, _lacks(card, gates, items, by_group, passes=passes))


def _shown(evidence: Sequence[tuple[FactName, Fact]]) -> list[tuple[str, str, str]]:
    return [(name.label, name.shown(fact.value), fact.evidence) for name, fact in evidence]


def _passes(
    card: Card,
    gates: Sequence[RequirementState],
    directs: Sequence[RequirementState],
    by_group: Mapping[str, tuple[int, int]],
) -> bool | None:
    gated = _all(one.is_met for one in gates)
    if card.pass_points is None:
        return gated
    direct = [one.is_met for one in directs]
    by_way = True if True in direct else None if None in direct else False
    sure, best = (_reaches(card, {code: pair[which] for code, pair in by_group.items()}) for which in (0, 1))
    by_points = True if sure else None if best else False
    either = True if True in (by_way, by_points) else None if None in (by_way, by_points) else False
    return _all((gated, either))


def _reaches(card: Card, points: Mapping[str, int]) -> bool:
    enough = sum(points.values()) >= (card.pass_points or 0)
    return enough and all(points[group.code] >= group.least for group in card.groups)


def state_of(card: Card, requirement: Requirement, facts: Facts) -> RequirementState:
    """How facts meet one requirement of a card."""
    used = dict.fromkeys(condition.fact for way in requirement.ways for condition in way)
    evidence = tuple((card.names[fact], facts[fact]) for fact in used if fact in facts)
    is_met = requirement.met(facts)
    lacks = () if is_met else tuple(_lack(card, condition, facts) for condition in requirement.unmet(facts))
    return RequirementState(requirement, is_met, evidence, lacks)


def _lack(card: Card, condition: Condition, facts: Facts) -> str:
    name = card.names[condition.fact]
    if condition.met(facts) is None:
        return _("%(label)s未填") % {"label": name.label}
    words = {
        "label": name.label,
        "value": name.shown(facts[condition.fact].value),
        "bound": name.shown(condition.bound),
    }
    match condition.test:
        case "at_least":
            return _("%(label)s为%(value)s，须达到%(bound)s") % words
        case "at_most":
            return _("%(label)s为%(value)s，须不高于%(bound)s") % words
        case "below":
            return _("%(label)s为%(value)s，须低于%(bound)s") % words
    return _("不具备：%(label)s") % words


def _points(card: Card, item: Item, facts: Facts) -> ItemScore:
    known = [way for way in item.ways if way.fact in facts and facts[way.fact].value is not None]
    evidence = tuple((card.names[way.fact], facts[way.fact]) for way in known)
    given = min(item.most, max((way.given(facts[way.fact].value) for way in known), default=0))
    is_certain = given == item.most or (len(known) == len(item.ways) and not item.is_open)
    points = given if is_certain else None
    ahead = [(card.names[way.fact], step) for way in known if (step := way.next(facts[way.fact].value))]
    words = [
        _("%(label)s达到%(bound)s得%(points)s分")
        % {"label": name.label, "bound": name.shown(bound), "points": min(item.most, more)}
        for name, (bound, more) in ahead
    ]
    if given == item.most:
        return ItemScore(item, points, evidence, "")
    gain = max((min(item.most, more) - given for _name, (_bound, more) in ahead), default=0)
    return ItemScore(item, points, evidence, _("，或").join(words), gain)


def _best(one: ItemScore) -> int:
    return one.item.most if one.points is None else one.points


def _lacks(
    card: Card,
    gates: Sequence[RequirementState],
    items: Sequence[ItemScore],
    by_group: Mapping[str, tuple[int, int]],
    *,
    passes: bool | None,
) -> tuple[str, ...]:
    """In words: the conditions not met, the groups and points short, and the facts that would settle what is open."""
    if card.is_unknown:
        return (_("%(label)s的现行标准尚未填入规则库，不能判定。") % {"label": card.label},)
    if passes:
        return ()
    found = [lack for gate in gates for lack in gate.lacks]
    if card.pass_points is None or _reaches(card, {code: pair[0] for code, pair in by_group.items()}):
        return tuple(found)
    for group in card.groups:
        if (have := by_group[group.code][0]) < group.least:
            words = {"label": group.label, "have": have, "least": group.least}
            found.append(_("%(label)s%(have)s分，不足%(least)s分") % words)
    if (have := sum(pair[0] for pair in by_group.values())) < card.pass_points:
        found.append(_("总分%(have)s分，不足%(least)s分") % {"have": have, "least": card.pass_points})
    missing = [one.item.label for one in items if one.points is None]
    if missing:
        found.append(_("未能计分：%(items)s") % {"items": _("、").join(missing)})
    return tuple(found)


def _all(states: Any) -> bool | None:
    states = list(states)
    return False if False in states else None if None in states else True


def _number(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _requirement(row: Mapping[str, Any]) -> Requirement:
    ways = tuple(tuple(_condition(one) for one in way) for way in row["ways"])
    return Requirement(row["code"], _(row["label"]), ways)


def _condition(row: Mapping[str, Any]) -> Condition:
    [(test, bound)] = [(key, value) for key, value in row.items() if key != "fact"]
    return Condition(row["fact"], test, bound)


def _item(row: Mapping[str, Any]) -> Item:
    ways = tuple(_way(way) for way in row["ways"])
    note = row.get("note", "")
    return Item(row["code"], row["group"], _(row["label"]), row["most"], ways, row.get("open", False), note)


def _fact_name(code: str, row: Mapping[str, Any]) -> FactName:
    unit = row["unit"] if row["unit"] in ("", "%") else pgettext("unit", row["unit"])
    return FactName(code, _(row["label"]), unit, {one: _(label) for one, label in row.get("choices", {}).items()})


def _way(row: Mapping[str, Any]) -> Way:
    return Way(
        row["fact"],
        tuple((_number(bound), points) for bound, points in row.get("bands", ())),
        row.get("choices"),
        _number(row["every"]) if "every" in row else None,
        row.get("points", 0),
        row.get("falling", False),
    )
