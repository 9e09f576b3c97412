"""Checks of reported figures (审核关系): declared as data, evaluated over whole columns at once.

A check states what is to hold; a finding says where it does not. The engine knows names and
numbers only: what ``last.done_ytd_wan`` stands for is settled by the room that hands in the columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Columns = Mapping[str, Sequence[Decimal | None]]

RELATIONS = frozenset({">=", "<=", "="})
KINDS = frozenset({"relation", "ratio", "slip", "given"})
SEVERITIES = frozenset({"stop", "ask", "note"})
MISSING = frozenset({"skip", "zero"})
_NEEDED = frozenset({"code", "field", "severity", "kind", "sentence", "source"})
ZERO = Decimal(0)
ROUNDING = 1e-14  # of sums of a few numbers, as a share of them; some ninety times what doubles may lose


class BadCheck(ValueError):
    """A check is declared in a way that cannot be evaluated."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check, as the rulebook declares it.

    Parameters
    ----------
    code
        Its stable name.
    field
        The reported column beside which a finding is shown.
    severity
        ``stop``, ``ask`` or ``note``.
    kind
        ``relation``: left stands in the relation to right × factor. ``ratio``: left is the first
        of right divided by the second. ``slip``: left is not about a multiple of right, nor a
        multiple-th part of it. ``given``: the column of ``field`` is not empty.
    left, right
        Names of columns that are added up; a leading ``-`` takes one away. ``right`` may be a number instead.
    tolerance, share
        How far apart the two sides may lie: absolutely, and as a share of the right side; the two add up.
    when
        Columns that must be there and not 0, or the check does not apply; a leading ``not `` turns one round.
    missing
        ``skip``: a side with an empty cell is not checked. ``zero``: an empty cell counts as 0.
    """

    code: str
    field: str
    severity: str
    kind: str
    left: tuple[str, ...] = ()
    relation: str = ">="
    right: tuple[str, ...] | Decimal = ZERO
    factor: Decimal = Decimal(1)
    tolerance: Decimal = ZERO
    share: Decimal = ZERO
    multiples: tuple[Decimal, ...] = ()
    when: tuple[str, ...] = ()
    missing: str = "skip"
    shown: str = "wan"  # how the figures of the sentence are written: wan, rate or count
    sentence: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        _one_of(self.code, "kind", self.kind, KINDS)
        _one_of(self.code, "severity", self.severity, SEVERITIES)
        _one_of(self.code, "missing", self.missing, MISSING)
        _one_of(self.code, "relation", self.relation, RELATIONS)
        if self.kind != "given" and not self.left:
            raise BadCheck(f"Check {self.code!r} names no column on its left side.")
        if self.kind == "ratio" and (isinstance(self.right, Decimal) or len(self.right) != 2):
            raise BadCheck(f"Check {self.code!r} is a ratio: its right side names two columns.")
        if self.kind == "slip" and (not self.multiples or min(self.multiples) <= 1):
            raise BadCheck(f"Check {self.code!r} is a slip: it needs multiples above 1.")

    @property
    def names(self) -> frozenset[str]:
        """The columns it reads."""
        sides = [*self.left, *(() if isinstance(self.right, Decimal) else self.right)]
        return frozenset(
            {self.field, *(s.removeprefix("-") for s in sides), *(w.removeprefix("not ") for w in self.when)}
        )


class Found(NamedTuple):
    """One finding: the row it is about, the check, and the figures its sentence speaks of."""

    row: int
    check: Check
    facts: dict[str, Decimal]


@dataclass(frozen=True, eq=False, slots=True)
class Column(Sequence[Decimal | None]):
    """A column known as numbers at once, and exactly where it is asked: rows that surely pass are never walked.

    Parameters
    ----------
    numbers
        The figures as doubles, nan where nothing was given.
    exact
        The figure of one row, or ``None``.
    blur
        How far a number may lie from its exact figure, beyond the rounding of doubles.
    """

    numbers: Floats
    exact: Callable[[int], Decimal | None]
    blur: float = 0.0

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, row: int) -> Decimal | None: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Decimal | None]: ...
    def __getitem__(self, row: int | slice) -> Decimal | Sequence[Decimal | None] | None:
        if isinstance(row, slice):
            return [self.exact(one) for one in range(*row.indices(len(self)))]
        return self.exact(range(len(self))[row])

    def __iter__(self) -> Iterator[Decimal | None]:
        return map(self.exact, range(len(self)))


def checks_of(declared: Sequence[Mapping[str, Any]]) -> tuple[Check, ...]:
    """Return the checks declared by the tables of a rule file.

    Raises
    ------
    BadCheck
        If a table has an unknown key, an unknown word, lacks a key, or two share a code.
    """
    checks = tuple(_check(table) for table in declared)
    codes = [check.code for check in checks]
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise BadCheck(f"Checks are declared twice: {sorted(twice)}.")
    return checks


def evaluate(checks: Sequence[Check], columns: Columns, count: int) -> list[Found]:
    """Return every finding of every check, check by check, rows ascending.

    Parameters
    ----------
    checks
        What is to hold.
    columns
        Figures by column name, each of length ``count``; ``None`` where nothing was given. 万元 for
        money, fractions for rates, whole numbers for counts; 1 and 0 for yes and no.
    count
        The number of rows.

    Raises
    ------
    BadCheck
        If a check reads a column that is not there, or a column has another length.

    Notes
    -----
    Time is linear in rows × checks, about 0.1 µs each; whole columns are walked, never row objects. Where every
    column that a check reads is a ``Column``, doubles say which rows may fail, and only those are judged exactly: a
    few nanoseconds each, with the same findings.
    """
    for check in checks:
        if absent := check.names - columns.keys():
            raise BadCheck(f"Check {check.code!r} reads {sorted(absent)}, which are not handed in.")
        if wrong := {name for name in check.names if len(columns[name]) != count}:
            raise BadCheck(f"Columns {sorted(wrong)} do not have {count} rows.")
    return [found for check in checks for found in _found(check, columns, count)]


def _found(check: Check, columns: Columns, count: int) -> Iterator[Found]:
    known = {name: column for name in check.names if isinstance(column := columns[name], Column)}
    if len(known) < len(check.names):
        yield from _judged(check, columns, range(count))
        return
    rows = _suspects(check, known, count).tolist()
    if rows:
        few = {name: [column.exact(row) for row in rows] for name, column in known.items()}
        yield from _judged(check, few, rows)


def _judged(check: Check, columns: Columns, rows: Sequence[int]) -> Iterator[Found]:
    """Yield what one check finds, judged exactly; ``rows`` are the numbers of the rows the columns hold."""
    walk = {"relation": _relations, "ratio": _ratios, "slip": _slips, "given": _gaps}[check.kind]
    conditions = [(columns[name.removeprefix("not ")], not name.startswith("not ")) for name in check.when]
    for at, facts in walk(check, columns, len(rows)):
        if all(bool(column[at]) is wanted for column, wanted in conditions):
            yield Found(rows[at], check, facts)


def _suspects(check: Check, columns: Mapping[str, Column], count: int) -> NDArray[np.intp]:
    """Return the rows that a check may find something in: none in which it does is left out."""
    if check.kind == "given":
        may: NDArray[np.bool_] = np.isnan(columns[check.field].numbers)
    elif check.kind != "relation" and any(column.blur for column in columns.values()):
        may = np.ones(count, dtype=bool)
    else:
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            may = _may_fail(check, columns, count)
    for name in check.when:
        column = columns[name.removeprefix("not ")]
        if not column.blur:
            is_there = ~np.isnan(column.numbers) & (column.numbers != 0)
            may &= ~is_there if name.startswith("not ") else is_there
    return np.flatnonzero(may)


def _may_fail(check: Check, columns: Mapping[str, Column], count: int) -> NDArray[np.bool_]:
    left, left_room = _sum(check.left, columns, count, check.missing)
    factor, slack, share = float(check.factor), float(check.tolerance), float(check.share)
    if check.kind == "ratio":
        assert not isinstance(check.right, Decimal)
        part, whole = (columns[name].numbers for name in check.right)
        rate = part / whole
        near = left_room + ROUNDING * (np.abs(rate) + slack)
        return (np.abs(left - rate) > slack + share * np.abs(rate) - near) & (whole != 0)
    right, right_room = _sum(check.right, columns, count, check.missing)
    if check.kind == "slip":
        least = float(min(check.multiples)) * (1 - share) * (1 - ROUNDING)
        above = (left > slack - left_room - ROUNDING * slack) & (right > slack - right_room - ROUNDING * slack)
        large, small = np.maximum(left, right), np.minimum(left, right)
        return above & (large + left_room + right_room >= (small - left_room - right_room) * least)
    apart = left - right * factor
    room = slack + share * np.abs(right * factor)
    near = left_room + right_room * abs(factor) * (1 + share) + ROUNDING * room
    below = apart < near - room if check.relation != "<=" else np.zeros(count, dtype=bool)
    return below | (apart > room - near) if check.relation != ">=" else below


def _sum(
    names: tuple[str, ...] | Decimal, columns: Mapping[str, Column], count: int, missing: str
) -> tuple[Floats, Floats]:
    """One side of a check as numbers, and how far each may lie from the exact sum."""
    if isinstance(names, Decimal):
        number = float(names)
        return np.full(count, number), np.full(count, ROUNDING * abs(number))
    total, room = np.zeros(count), np.zeros(count)
    for name in names:
        column = columns[name.removeprefix("-")]
        numbers = np.where(np.isnan(column.numbers), 0.0, column.numbers) if missing == "zero" else column.numbers
        total = total - numbers if name.startswith("-") else total + numbers
        room = room + ROUNDING * np.abs(numbers) + column.blur
    return total, room


Walk = Iterator[tuple[int, dict[str, Decimal]]]


def _relations(check: Check, columns: Columns, count: int) -> Walk:
    lefts = _side(check.left, columns, count, check.missing)
    rights = _side(check.right, columns, count, check.missing)
    factor, slack, share, relation = check.factor, check.tolerance, check.share, check.relation
    is_plain = factor == 1 and not share
    for row, (left, right) in enumerate(zip(lefts, rights, strict=True)):
        if left is None or right is None:
            continue
        bound = right if is_plain else right * factor
        apart = left - bound
        room = slack if is_plain else slack + share * abs(bound)
        if (apart < -room and relation != "<=") or (apart > room and relation != ">="):
            yield row, {"left": left, "right": right, "difference": abs(left - right)}


def _ratios(check: Check, columns: Columns, count: int) -> Walk:
    assert not isinstance(check.right, Decimal)
    lefts = _side(check.left, columns, count, check.missing)
    parts, wholes = columns[check.right[0]], columns[check.right[1]]
    for row, (left, part, whole) in enumerate(zip(lefts, parts, wholes, strict=True)):
        if left is None or part is None or not whole:
            continue
        rate = part / whole
        if abs(left - rate) > check.tolerance + check.share * abs(rate):
            yield row, {"left": left, "right": rate, "difference": abs(left - rate)}


def _slips(check: Check, columns: Columns, count: int) -> Walk:
    lefts = _side(check.left, columns, count, check.missing)
    rights = _side(check.right, columns, count, check.missing)
    least = min(check.multiples) * (1 - check.share)
    for row, (left, right) in enumerate(zip(lefts, rights, strict=True)):
        if left is None or right is None or left <= check.tolerance or right <= check.tolerance:
            continue
        large, small = (left, right) if left > right else (right, left)
        if large < small * least:
            continue
        for multiple in check.multiples:
            about = small * multiple
            if abs(large - about) <= check.share * about:
                yield row, {"left": left, "right": right, "multiple": multiple}
                break


def _gaps(check: Check, columns: Columns, count: int) -> Walk:
    return ((row, {}) for row, value in enumerate(columns[check.field]) if value is None)


def _side(names: tuple[str, ...] | Decimal, columns: Columns, count: int, missing: str) -> Sequence[Decimal | None]:
    """One side of a check, added up row by row."""
    if isinstance(names, Decimal):
        return [names] * count
    terms = [(columns[name.removeprefix("-")], name.startswith("-")) for name in names]
    if missing == "zero":
        terms = [([ZERO if value is None else value for value in column], minus) for column, minus in terms]
    total, minus = terms[0]
    if minus:
        total = [None if value is None else -value for value in total]
    for column, minus in terms[1:]:
        total = [
            None if a is None or b is None else a - b if minus else a + b for a, b in zip(total, column, strict=True)
        ]
    return total


def _check(table: Mapping[str, Any]) -> Check:
    code = table.get("code", "without code")
    if unknown := table.keys() - {one.name for one in fields(Check)}:
        raise BadCheck(f"Check {code!r} has unknown keys: {sorted(unknown)}.")
    if lacking := _NEEDED - table.keys():
        raise BadCheck(f"Check {code!r} does not say its {sorted(lacking)}.")
    given = dict(table)
    for key in {"left", "when"} & given.keys():
        given[key] = _names(given[key])
    for key in {"factor", "tolerance", "share"} & given.keys():
        given[key] = Decimal(str(given[key]))
    if "multiples" in given:
        given["multiples"] = tuple(Decimal(str(value)) for value in given["multiples"])
    if "right" in given:
        right = given["right"]
        given["right"] = Decimal(str(right)) if isinstance(right, int | float) else _names(right)
    return Check(**given)


def _names(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _one_of(code: str, key: str, word: str, words: frozenset[str]) -> None:
    if word not in words:
        raise BadCheck(f"Check {code!r}: {key} is one of {sorted(words)}, not {word!r}.")
