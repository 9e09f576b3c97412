"""The rows of one workbook brought together: a project's ledger row and its monthly row are one line.

Rows are joined by project code, or by the very same name. A name that is only like another is never
joined here; it becomes a question (see ``matching``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tici.core import documents
from tici.desk.rules import fields
from tici.engines.sheets.results import Problem, Reading, Row
from tici.engines.sheets.text import plain
from tici.projects.rules import is_no_sum

MASTER = "master"
MONTHLY = "monthly"

#: Problems a row is handed back for; the rest go in with a question of the month's checks.
STOPS = frozenset({"missing_name", "unknown_place", "non_numeric", "formula_error"})
FOUR_PLACES, RATE_PLACES = Decimal("0.0001"), Decimal("0.000001")
LARGEST_RATE = 1000  # what the field of a rate holds
LARGEST_COUNT = 2**31


@dataclass(slots=True)
class Line:
    """One project of a file: what its rows say, where they say it, and what is wrong with it."""

    name: str = ""
    code: str = ""
    place_code: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Decimal | None] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    duty: dict[str, str] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    position: int = 0  # in the file
    # What the registers say to it
    state: str = ""
    place_id: int | None = None
    project_id: int | None = None
    enterprise_id: int | None = None  # for a line of a list of enterprises
    differences: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    last_month: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The name as names are compared: width, blanks and unseen characters make no difference."""
        return plain(self.name)

    @property
    def is_stopped(self) -> bool:
        """Whether the line must be handed back."""
        return any(problem["stop"] for problem in self.problems)

    def has_kind(self, kind: str) -> bool:
        """Whether a row of a kind (ledger or monthly) speaks in this line."""
        return any(source["kind"] == kind for source in self.sources)

    def stop(self, code: str, field_name: str = "", **params: str) -> None:
        """Hand the line back, saying why."""
        self._note(code, field_name, params, stop=True)

    def ask(self, code: str, field_name: str = "", **params: str) -> None:
        """Let the line in, and say what to look at."""
        self._note(code, field_name, params, stop=False)

    def _note(self, code: str, name: str, params: Mapping[str, str], *, stop: bool) -> None:
        first = self.sources[0] if self.sources else {"sheet": "", "row": None, "cells": {}}
        source = next((source for source in self.sources if name in source["cells"]), first)
        cell = source["cells"].get(name)
        self.problems.append(
            {"code": code, "sheet": source["sheet"], "row": source["row"], "cell": cell, "field": name,
             "params": dict(params), "stop": stop}
        )  # fmt: skip


def lines_of(reading: Reading) -> list[Line]:
    """Bring the rows of a reading together: a ledger row and its monthly row are one line, in the file's order."""
    problems = _by_row(reading.problems)
    gathered = _Gathered()
    for row in sorted(reading.rows, key=lambda row: row.kind != MASTER):
        line = _line(row)
        line.problems = [_kept_problem(problem) for problem in problems.get((row.sheet, row.row, row.table), ())]
        _leave_out(line)
        gathered.add(line, row.kind)
    for position, line in enumerate(gathered.lines):
        line.position = position
        _hold_to_limits(line)
    return gathered.lines


class _Gathered:
    """Lines so far, findable by code and by name in a place."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.by_code: dict[str, Line] = {}
        self.by_name: dict[tuple[str, str | None], list[Line]] = {}

    def add(self, line: Line, kind: str) -> None:
        found = self._found(line)
        if found is not None and not found.has_kind(kind):
            join(found, line)
            line = found
        else:
            self.lines.append(line)
        if line.code:
            self.by_code.setdefault(line.code, line)
        if line.name:
            self.by_name.setdefault((line.key, line.place_code), []).append(line)

    def _found(self, line: Line) -> Line | None:
        if line.code and (found := self.by_code.get(line.code)) is not None:
            return found
        same = self.by_name.get((line.key, line.place_code), ()) if line.name else ()
        return next((other for other in same if not (line.code and other.code)), None)  # two codes, two projects


def join(line: Line, later: Line) -> None:
    """Add a later row to its line: the first speaks for facts, a monthly row for the month; gaps are filled."""
    for name in ("investment_wan", "plan_wan"):
        a, b = line.facts.get(name), later.facts.get(name)
        if a is not None and b is not None and abs(a - b) > 1:
            line.ask("rows_disagree", name, here=documents.plain(a), there=documents.plain(b))
    speaks = later.has_kind(MONTHLY) and not line.has_kind(MONTHLY)
    month, rest = (later, line) if speaks else (line, later)
    line.figures, line.texts = _filled(rest.figures, month.figures), _filled(rest.texts, month.texts)
    line.facts, line.duty = _filled(later.facts, line.facts), _filled(later.duty, line.duty)
    line.code = line.code or later.code
    line.problems += later.problems
    line.sources += later.sources


def _filled(first: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Two sets of values: the second speaks, the first fills its gaps."""
    return first | {key: value for key, value in over.items() if value not in (None, "")}


def _by_row(problems: Iterable[Problem]) -> dict[tuple[str, int, int], list[Problem]]:
    found: dict[tuple[str, int, int], list[Problem]] = {}
    for problem in problems:
        if problem.row is not None:
            found.setdefault((problem.sheet, problem.row, problem.table), []).append(problem)
    return found


def _kept_problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code, "sheet": problem.sheet, "row": problem.row, "cell": problem.cell,
        "field": problem.field or "", "params": dict(problem.params), "stop": problem.code in STOPS,
    }  # fmt: skip


def _line(row: Row) -> Line:
    """One row, under the names of the registers' fields; only what the county gave."""
    line = Line()
    cells: dict[str, str] = {}
    parts = {"facts": line.facts, "figures": line.figures, "texts": line.texts, "duty": line.duty}
    for code, (value, cell, _raw, precision) in row.values.items():
        if value is None or value == "" or (place := PLACES.get(code)) is None:
            continue
        if code in fields.DAYS and precision in {"quarter", "year"}:
            continue  # no day can stand for it
        part, name, convert = place
        taken = convert(value)
        if taken is None:
            continue
        if part == "approvals":
            line.facts.setdefault("approvals", {})[name] = [taken, None]
            name = f"approval_{name}"
        else:
            parts[part][name] = taken
        cells.setdefault(name, cell)
        if code in fields.DATES:
            line.facts[f"{fields.DATES[code]}_precision"] = precision or "day"
        elif code == "plan_year_wan":
            line.facts["plan_wan"] = taken
            cells.setdefault("plan_wan", cell)
    line.name = line.facts.get("name", "")
    line.code = line.facts.get("code", "")
    line.place_code = _text(row.get("place_code")) or None
    if row.kind == MASTER and not fields.SPEAKS_OF_A_MONTH & line.figures.keys():
        line.figures, line.texts = {}, {}
    line.sources = [{"sheet": row.sheet, "row": row.row, "kind": row.kind, "cells": cells}]
    return line


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _wan(value: Any) -> Decimal:
    figure = value if isinstance(value, Decimal) else Decimal(value)
    if abs(figure) >= fields.LARGEST_WAN:
        return figure
    kept = figure.quantize(FOUR_PLACES)
    return figure if kept == figure else kept


def _rate(value: Any) -> Decimal | None:
    return Decimal(value).quantize(RATE_PLACES) if abs(value) < LARGEST_RATE else None


def _count(value: Any) -> int | None:
    return int(value) if 0 <= value < LARGEST_COUNT else None


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) else None


def _short(longest: int) -> Callable[[Any], str]:
    return lambda value: _text(value)[:longest]


Place = tuple[str, str, Callable[[Any], Any]]  # part of the line, field, how the value is taken
PLACES: dict[str, Place] = (
    {code: ("facts", name, _text) for code, name in fields.TEXTS.items()}
    | {code: ("facts", name, _wan) for code, name in fields.MONEY.items()}
    | {code: ("facts", f"{stem}_on", _day) for code, stem in fields.DATES.items()}
    | {code: ("facts", name, _day) for code, name in fields.DAYS.items()}
    | {code: ("facts", name, choices.get) for code, (name, choices) in fields.CHOICES.items()}
    | {code: ("approvals", kind, _short(120)) for code, kind in fields.APPROVALS.items()}
    | {code: ("figures", name, _wan) for code, name in fields.FIGURES.items()}
    | {code: ("figures", name, _rate) for code, name in fields.RATES.items()}
    | {code: ("texts", name, _text) for code, name in fields.ENTRY_TEXTS.items()}
    | {code: ("duty", name, _short(60)) for code, name in fields.DUTY.items()}
    | {"jobs": ("facts", "jobs", _count)}
)


def _leave_out(line: Line) -> None:
    """Take no sum that the ledger would not: it is named with its cell before the file is taken in."""
    for name, value in list(line.facts.items()):
        if isinstance(value, Decimal) and is_no_sum(name, value):
            del line.facts[name]
            if name == "plan_wan":
                line.figures.pop("plan_year_wan", None)
            cell = line.sources[0]["cells"][name]
            line.problems = [one for one in line.problems if (one["code"], one["cell"]) != ("negative_amount", cell)]
            line.ask("left_out", name, value=documents.plain(value))


def _hold_to_limits(line: Line) -> None:
    """A text longer than its field is cut and said to be; a figure no field holds hands the line back."""
    for name, value in line.facts.items():
        if isinstance(value, str):
            if len(value) > 30 and len(value) > (limit := fields.LIMITS.get(name, 10_000)):
                line.facts[name] = value[:limit]
                note = line.stop if name in {"name", "code"} else line.ask
                note("too_long", name, limit=str(limit))
        elif isinstance(value, Decimal) and abs(value) >= fields.LARGEST_WAN:
            line.stop("too_large", name)
    for name, figure in line.figures.items():
        if figure is not None and abs(figure) >= fields.LARGEST_WAN:
            line.stop("too_large", name)
    line.name, line.code = line.name[:200], line.code[:24]
