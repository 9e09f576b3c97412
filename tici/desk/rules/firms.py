"""The rows of a list of enterprises as lines of the drop box, their facts under the keys of the enterprises' changes.

A list speaks of the year before its month: 上年营业收入 of a list of November 2021 is of 2020. Figures of which the
head does not say the period are not taken; nobody shall take a month for a year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tici.desk.models import ProposalState
from tici.desk.rules.lines import Line
from tici.engines.periods import Month
from tici.engines.sheets.results import Problem, Reading, Row
from tici.engines.sheets.text import tidy
from tici.enterprises.models import Sector, Tier
from tici.enterprises.rules import is_credit_code

FIRM = "firm"  # the kind of a source row
TEXTS = {"park": "park", "address": "address", "products": "products", "industry_code": "industry"}
DAYS = {"founded_on": "founded_on", "production_on": "production_on"}
OF_LAST_YEAR = {
    "revenue_last_year_wan": "revenue_wan", "employees": "people", "assets_wan": "assets_wan",
    "liabilities_wan": "liabilities_wan", "research_wan": "rnd_wan", "research_staff": "rnd_people",
}  # fmt: skip
OF_MONTH = {"revenue_month_wan": "revenue_wan"}
PEOPLE = frozenset({"people", "rnd_people"})
TIERS = {"创新型": Tier.INNOVATIVE, "专精特新": Tier.SRDI, "小巨人": Tier.GIANT}
ENTERED = frozenset({"", "已入统"})  # states of a pool list in which its month of entry has come about

#: Problems a row is handed back for; the rest go in with a remark.
STOPS = frozenset({"missing_name", "unknown_place", "code_shared", "firm_twice"})


def firm_lines(reading: Reading, month: Month) -> list[Line]:
    """The rows of a list, each a line of its own, in the file's order."""
    problems: dict[tuple[str, int, int], list[Problem]] = {}
    for problem in reading.problems:
        if problem.row is not None:
            problems.setdefault((problem.sheet, problem.row, problem.table), []).append(problem)
    lines = []
    for position, row in enumerate(reading.rows):
        line = _line(row, month)
        line.position = position
        line.problems += [_kept(problem) for problem in problems.get((row.sheet, row.row, row.table), ())]
        lines.append(line)
    return lines


def _kept(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code, "sheet": problem.sheet, "row": problem.row, "cell": problem.cell,
        "field": problem.field or "", "params": dict(problem.params), "stop": problem.code in STOPS,
    }  # fmt: skip


def _line(row: Row, month: Month) -> Line:
    """One row under the keys of the register; only what the sender gave."""
    line = Line(place_code=_text(row, "place_code") or None)
    cells: dict[str, str] = {}
    for key, value, code in _facts(row, month):
        line.facts[key] = value
        cells[key] = row.values[code].cell
    line.name, line.code = " ".join(_text(row, "name").split())[:160], _text(row, "uscc").strip().upper()[:24]
    for code, kept in (("name", line.name), ("uscc", line.code)):
        if kept and (code == "name" or is_credit_code(kept)):
            line.facts[code] = kept
            cells[code] = row.values[code].cell
    line.sources = [{"sheet": row.sheet, "row": row.row, "kind": FIRM, "cells": cells}]
    if _text(row, "revenue_wan") and "revenue_last_year_wan" not in row.values:
        line.ask("no_period", "revenue_wan")
    if _text(row, "tier") in TIERS and not any(key.startswith("tier.") for key in line.facts):
        line.ask("no_day_of_tier", "tier")
    return line


def _facts(row: Row, month: Month) -> Iterator[tuple[str, Any, str]]:
    """Each fact of a row as a change keeps it: its key, its value, and the column it stands in."""
    yield from _own(row)
    yield from _years(row, month)
    for code, name in OF_MONTH.items():
        if (figure := _figure(row, code)) is not None:
            yield f"month.{month}.{name}", _plain(figure, name), code
    if former := _text(row, "former_name"):
        yield f"former.{tidy(former)[:160]}", True, "former_name"
    yield from _dated(row, month)


def _own(row: Row) -> Iterator[tuple[str, Any, str]]:
    for code, name in TEXTS.items():
        if text := _text(row, code):
            yield name, tidy(text), code
    for code, name in DAYS.items():
        if isinstance(day := row.get(code), date):
            yield name, day.isoformat(), code


def _years(row: Row, month: Month) -> Iterator[tuple[str, Any, str]]:
    for code, name in OF_LAST_YEAR.items():
        if (figure := _figure(row, code)) is not None:
            yield f"{month.year - 1}.{name}", _plain(figure, name), code
    if (figure := _figure(row, "revenue_before_last_wan")) is not None:
        yield f"{month.year - 2}.revenue_wan", _plain(figure, "revenue_wan"), "revenue_before_last_wan"


def _dated(row: Row, month: Month) -> Iterator[tuple[str, Any, str]]:
    """A stay in the library that has begun, and a certificate with its day."""
    entered = row.get("entered_on")
    if isinstance(entered, date) and _text(row, "pool_state") in ENTERED and entered <= month.last:
        yield f"spell.{Sector.INDUSTRY}.{entered.replace(day=1).isoformat()}", [None, "", ""], "entered_on"
    tier, day = TIERS.get(_text(row, "tier")), row.get("recognised_on") or row.get("valid_from")
    if tier and isinstance(day, date):
        until = row.get("valid_to")
        said = [until.isoformat() if isinstance(until, date) else None, _text(row, "recognised_batch")[:40]]
        yield f"tier.{tier}.{day.isoformat()}", said, "tier"


def _text(row: Row, code: str) -> str:
    value = row.get(code)
    return "" if value is None else str(value)


def _figure(row: Row, code: str) -> Decimal | None:
    value = row.get(code)
    return Decimal(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else None


def _plain(figure: Decimal, name: str) -> Any:
    return int(figure) if name in PEOPLE else f"{figure.quantize(Decimal('0.0001')).normalize():f}"


def months_of(lines: Sequence[Line]) -> set[date]:
    """The months that lines speak of, by their first days."""
    keys = {key.split(".")[1] for line in lines for key in line.facts if key.startswith("month.")}
    return {date.fromisoformat(f"{month}-01") for month in keys}


def compare_firms(lines: Sequence[Line], standing: Mapping[int, Mapping[str, Any]]) -> None:
    """Write into each line what it would change of the register, and its state."""
    for line in lines:
        if line.is_stopped:
            line.state = ProposalState.REFUSED.value
            continue
        if line.enterprise_id is None:
            line.state = ProposalState.NEW.value
            continue
        held: Mapping[str, Any] = standing.get(line.enterprise_id, {})
        _leave_counted(line, held)
        changes = {key: [held.get(key), value] for key, value in line.facts.items() if _says_anew(key, held, value)}
        line.differences = {"facts": changes} if changes else {}
        line.state = ProposalState.CHANGED.value if changes else ProposalState.SAME.value


def _leave_counted(line: Line, held: Mapping[str, Any]) -> None:
    """Leave out a month in which a firm is in the library: it reports that month itself."""
    stays = [
        (key.rpartition(".")[2], said[0]) for key, said in held.items() if key.startswith(f"spell.{Sector.INDUSTRY}.")
    ]
    for key in [one for one in line.facts if one.startswith("month.")]:
        month = key.split(".")[1]
        if any(start <= f"{month}-01" and (end is None or f"{month}-01" < end) for start, end in stays):
            del line.facts[key]
            line.ask("counted_month", "revenue_month_wan", month=month)


def _says_anew(key: str, held: Mapping[str, Any], value: Any) -> bool:
    """Whether a value says something the register does not hold; of a dated row what is left blank says nothing."""
    stands = held.get(key)
    if isinstance(value, list):
        return not isinstance(stands, list) or any(
            said and said != was for said, was in zip(value, stands, strict=False)
        )
    if key == "name" and f"former.{value}" in held:
        return False
    return bool(stands != value)
