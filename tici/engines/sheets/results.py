"""What a reading of a workbook says: typed rows whose every field knows its cell, problems and questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tici.engines.periods import Month

#: What a field may hold. Money is 万元, a rate is a fraction, a date is the first day of its period.
Content = str | Decimal | date | int | bool


class Value(NamedTuple):
    """What one cell says about one field.

    ``value`` is ``None`` where the county gave nothing, or nothing that can be read; ``raw``
    is what was written there. ``cell`` is the A1 address, the first cell of a merged range.
    ``precision`` belongs to dates: day, month, quarter or year.
    """

    value: Content | None
    cell: str
    raw: str
    precision: str | None = None


class Problem(NamedTuple):
    """Something a person should look at, with its place.

    ``code`` names the sentence (see ``problems.SENTENCES``), ``params`` fills it in. ``row``
    and ``cell`` are ``None`` for a problem of the whole sheet, ``sheet`` is empty for one of
    the whole file. ``table`` is the row key's table, so a problem finds its row.
    """

    code: str
    sheet: str = ""
    row: int | None = None
    cell: str | None = None
    field: str | None = None
    params: Mapping[str, str] = {}
    table: int = 0


class Question(NamedTuple):
    """A column that may mean more than one thing.

    The reading goes on with ``chosen``; the answer is given to the next reading of this
    sender as ``mapping[fingerprint] = field`` (or ``""`` for: leave this column out).
    """

    sheet: str
    column: str
    header: str
    fingerprint: str
    chosen: str | None
    candidates: tuple[str, ...]
    reason: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One project line, counted from 1 as the sheet counts it.

    ``table`` tells apart tables that stand side by side in the same sheet row.
    """

    sheet: str
    row: int
    kind: str  # master (项目台账) or monthly (月度调度表)
    values: Mapping[str, Value]
    hidden: bool = False
    table: int = 0

    def get(self, code: str) -> Content | None:
        """Return the content of a field, ``None`` where the county gave none."""
        value = self.values.get(code)
        return None if value is None else value.value


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: where it stands, what its header says, and what it was taken for."""

    letter: str
    header: str
    fingerprint: str
    field: str | None
    unit: str | None = None
    table: int = 0


@dataclass(frozen=True, slots=True)
class SheetReading:
    """One sheet: what it is, how its table is built, and which rows were set aside as what."""

    name: str
    kind: str  # master, monthly, summary, dictionary, cover, notes, empty, earlier, copy
    hidden: bool = False
    title: str = ""
    unit: str | None = None
    header_rows: tuple[int, ...] = ()
    columns: tuple[Column, ...] = ()
    month: Month | None = None
    place_code: str | None = None
    set_aside: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """One workbook, read.

    ``subject`` is the code of what its rows speak of. ``refused`` is set, and nothing below ``subject`` but it,
    when the file could not be opened at all.
    """

    file: str
    subject: str = "projects"
    sheets: tuple[SheetReading, ...] = ()
    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    questions: tuple[Question, ...] = ()
    month: Month | None = None
    place_code: str | None = None
    refused: Problem | None = None
