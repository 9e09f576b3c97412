"""Very many enterprises judged by a scorecard at once, column by column; the same verdicts as `score` gives one by one.

What is not known is carried along: a state is met, not met or not known, and points lie between sure and at best.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .fact_kinds import FactKind, kinds_of
from .scorecards import Card, Condition, Item, Requirement, Way
from .shortfalls import POINTS, gate_code, group_code

#: States in the order that makes "all of" the least of them and "any of" the greatest.
NOT_MET, NOT_KNOWN, MET = 0, 1, 2
NO_POINTS = -1  # of an item whose points are not known

States = NDArray[np.int8]
Points = NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class ManyScores:
    """A column of enterprises judged by a card; row i of every column is row i of the facts."""

    card: Card
    rows: int
    gates: dict[str, States]
    directs: dict[str, States]
    items: dict[str, Points]  # NO_POINTS where not known
    sure: dict[str, Points]  # by group
    at_best: dict[str, Points]

    @cached_property
    def points(self) -> Points:
        """The points that are certain."""
        return _sum(self.sure.values(), self.rows)

    @cached_property
    def best(self) -> Points:
        """The points if everything not known were at its best."""
        return _sum(self.at_best.values(), self.rows)

    @cached_property
    def by_direct(self) -> States:
        """Whether a direct way stands in for the points."""
        return reduce(np.maximum, self.directs.values(), np.full(self.rows, NOT_MET, np.int8))

    @cached_property
    def passes(self) -> States:
        """Whether the tier's standard is reached."""
        gated = reduce(np.minimum, self.gates.values(), np.full(self.rows, MET, np.int8))
        if self.card.pass_points is None:
            return gated
        by_points = reduce(np.minimum, self._least.values())
        return np.minimum(gated, np.maximum(self.by_direct, by_points))

    @cached_property
    def requirements(self) -> dict[str, States]:
        """Every requirement by its code; the points are met where a direct way is open, as far as is known."""
        found = dict(self.gates)
        for code, states in self._least.items():
            found[code] = np.where(self.by_direct == MET, np.int8(MET), states)
        return found

    @cached_property
    def lacking(self) -> NDArray[np.int16]:
        """How many requirements are not met for certain."""
        lacks = ((states != MET).astype(np.int16) for states in self.requirements.values())
        return sum(lacks, start=np.zeros(self.rows, np.int16))

    @cached_property
    def _least(self) -> dict[str, States]:
        """The least of each group and of all points."""
        if self.card.pass_points is None:
            return {}
        found = {
            group_code(group.code): _reached(self.sure[group.code], self.at_best[group.code], group.least)
            for group in self.card.groups
            if group.least
        }
        return found | {POINTS: _reached(self.points, self.best, self.card.pass_points)}


def score_many(card: Card, facts: pl.DataFrame) -> ManyScores:
    """Judge many enterprises by a card.

    Parameters
    ----------
    card
        A card whose text is known.
    facts
        One row an enterprise, one column a fact by its code: numbers (rates as fractions), true or false, or the
        code of a choice; null where it is not known. A column that is missing is known of nobody.

    Raises
    ------
    ValueError
        If nothing is known of the card.
    """
    if card.is_unknown:
        raise ValueError(f"the text of {card.rule} from {card.since} is not in the rulebook; nothing can be judged.")
    kinds = kinds_of(card)
    columns = {code: _column(facts, code, kind) for code, kind in kinds.items()}
    gates = {gate_code(one): _met(one, columns) for one in card.gates}
    directs = {one.code: _met(one, columns) for one in card.directs}
    items = {one.code: _given(one, columns) for one in card.items}
    sure, at_best = {}, {}
    for group in card.groups:
        own = [one for one in card.items if one.group == group.code]
        known = _sum((np.maximum(items[one.code], 0) for one in own), facts.height)
        best = _sum((np.where(items[one.code] == NO_POINTS, one.most, items[one.code]) for one in own), facts.height)
        sure[group.code] = np.minimum(known, np.int16(group.most))
        at_best[group.code] = np.minimum(best, np.int16(group.most))
    return ManyScores(card, facts.height, gates, directs, items, sure, at_best)


def bounds_of(card: Card) -> dict[str, list[float]]:
    """The bounds at which a number decides something, by fact, in ascending order."""
    found: dict[str, set[float]] = {}
    for requirement in (*card.gates, *card.directs):
        for way in requirement.ways:
            for one in way:
                if one.test != "is":
                    found.setdefault(one.fact, set()).add(float(one.bound))
    for item in card.items:
        for points in item.ways:
            found.setdefault(points.fact, set()).update(float(bound) for bound, _points in points.bands)
    return {fact: sorted(bounds) for fact, bounds in found.items() if bounds}


@dataclass(frozen=True, eq=False)
class _Column:
    """One fact of many enterprises: its values and where they are known."""

    values: pl.Series
    known: NDArray[np.bool_]

    @cached_property
    def numbers(self) -> NDArray[np.float64]:
        return self.values.fill_null(0.0).to_numpy()


def _column(facts: pl.DataFrame, code: str, kind: FactKind) -> _Column:
    wanted = {FactKind.NUMBER: pl.Float64(), FactKind.YES_NO: pl.Boolean(), FactKind.CHOICE: pl.String()}[kind]
    if code not in facts.columns:
        return _Column(pl.Series(code, [None] * facts.height, wanted), np.zeros(facts.height, np.bool_))
    values = facts[code].cast(wanted)
    return _Column(values, values.is_not_null().to_numpy())


def _met(requirement: Requirement, columns: dict[str, _Column]) -> States:
    ways = [reduce(np.minimum, (_state(one, columns[one.fact]) for one in way)) for way in requirement.ways]
    return reduce(np.maximum, ways)


def _state(condition: Condition, column: _Column) -> States:
    if condition.test == "is":
        is_met = (column.values == condition.bound).fill_null(value=False).to_numpy()
    else:
        bound = float(condition.bound)
        compared = {"at_least": np.greater_equal, "at_most": np.less_equal, "below": np.less}[condition.test]
        is_met = compared(column.numbers, bound)
    return np.where(column.known, np.where(is_met, np.int8(MET), np.int8(NOT_MET)), np.int8(NOT_KNOWN))


def _given(item: Item, columns: dict[str, _Column]) -> Points:
    """The points of an item for each row; NO_POINTS where what is known does not settle them."""
    ways = [(_points(way, columns[way.fact]), columns[way.fact].known) for way in item.ways]
    best = reduce(np.maximum, (np.where(known, points, np.int16(0)) for points, known in ways))
    given = np.minimum(best, np.int16(item.most))
    is_certain = given == item.most
    if not item.is_open:
        is_certain |= np.logical_and.reduce([known for _points, known in ways])
    return np.where(is_certain, given, np.int16(NO_POINTS))


def _points(way: Way, column: _Column) -> Points:
    if way.choices is not None:
        of_choice = column.values.replace_strict(dict(way.choices), default=0, return_dtype=pl.Int16)
        return of_choice.fill_null(0).to_numpy()
    if way.every is not None:
        steps = np.minimum(np.floor(column.numbers / float(way.every)), 1000)
        return (steps * way.points).astype(np.int16)
    compared = np.less_equal if way.is_falling else np.greater_equal
    reached = [compared(column.numbers, float(bound)) for bound, _points in way.bands]
    return np.select(reached, [np.int16(points) for _bound, points in way.bands], np.int16(0)).astype(np.int16)


def _reached(sure: Points, best: Points, least: int) -> States:
    return np.where(sure >= least, np.int8(MET), np.where(best >= least, np.int8(NOT_KNOWN), np.int8(NOT_MET)))


def _sum(columns: Iterable[NDArray[np.int16]], rows: int) -> Points:
    return reduce(np.add, columns, np.zeros(rows, np.int16))
