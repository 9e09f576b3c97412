"""A reading as JSON, for the way from the child process to the one that asked."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from tici.engines.periods import Month
from tici.engines.sheets.results import Column, Content, Problem, Question, Reading, Row, SheetReading, Value


def dump(reading: Reading) -> str:
    """Return a reading as one line of JSON."""
    codes = sorted({code for row in reading.rows for code in row.values})
    number = {code: index for index, code in enumerate(codes)}
    return json.dumps(
        {
            "file": reading.file,
            "subject": reading.subject,
            "month": _month(reading.month),
            "place": reading.place_code,
            "refused": _problem(reading.refused) if reading.refused else None,
            "sheets": [_sheet(sheet) for sheet in reading.sheets],
            "codes": codes,
            "rows": [
                [row.sheet, row.row, row.kind, row.hidden, row.table, _values(row.values, number)]
                for row in reading.rows
            ],
            "problems": [_problem(problem) for problem in reading.problems],
            "questions": [list(question) for question in reading.questions],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def load(text: str | bytes) -> Reading:
    """Return the reading that ``dump`` wrote."""
    held = json.loads(text)
    with _no_collecting():
        return _reading(held)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Keep the collector from searching a hundred thousand new values for the cycles they cannot have."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _reading(held: dict[str, Any]) -> Reading:
    codes = held["codes"]
    return Reading(
        file=held["file"],
        subject=held["subject"],
        sheets=tuple(_load_sheet(sheet) for sheet in held["sheets"]),
        rows=tuple(
            Row(sheet, row, kind, _load_values(flat, codes), hidden, table)
            for sheet, row, kind, hidden, table, flat in held["rows"]
        ),
        problems=tuple(Problem(*problem) for problem in held["problems"]),
        questions=tuple(Question(*q)._replace(candidates=tuple(q[5]), samples=tuple(q[7])) for q in held["questions"]),
        month=_load_month(held["month"]),
        place_code=held["place"],
        refused=Problem(*held["refused"]) if held["refused"] else None,
    )


def _values(values: Mapping[str, Value], number: Mapping[str, int]) -> list[Any]:
    flat: list[Any] = []
    for code, (value, cell, raw, precision) in values.items():
        content = _content(value)
        flat += (number[code], content, cell, None if content is not None and content[1:] == raw else raw, precision)
    return flat


def _load_values(flat: list[Any], codes: list[str]) -> dict[str, Value]:
    values = {}
    for at in range(0, len(flat), 5):
        index, content, cell, raw, precision = flat[at : at + 5]
        values[codes[index]] = Value(
            _load_content(content), cell, raw if raw is not None else content[1:] if content else "", precision
        )
    return values


def _content(value: Content | None) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return "s" + value
    if isinstance(value, Decimal):
        return f"n{value}"
    if isinstance(value, date):
        return "d" + value.isoformat()
    raise TypeError(f"A value holds text, a figure or a date; got {value!r}.")


def _load_content(content: str | None) -> Content | None:
    if content is None:
        return None
    tag, body = content[0], content[1:]
    if tag == "s":
        return body
    return Decimal(body) if tag == "n" else date.fromisoformat(body)


def _problem(problem: Problem) -> list[Any]:
    return [*problem[:5], dict(problem.params), problem.table]


def _sheet(sheet: SheetReading) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "kind": sheet.kind,
        "hidden": sheet.hidden,
        "title": sheet.title,
        "unit": sheet.unit,
        "header_rows": sheet.header_rows,
        "columns": [[c.letter, c.header, c.fingerprint, c.field, c.unit, c.table] for c in sheet.columns],
        "month": _month(sheet.month),
        "place_code": sheet.place_code,
        "set_aside": list(sheet.set_aside.items()),
    }


def _load_sheet(held: dict[str, Any]) -> SheetReading:
    held = dict(held)
    held["header_rows"] = tuple(held["header_rows"])
    held["columns"] = tuple(Column(*column) for column in held["columns"])
    held["month"] = _load_month(held["month"])
    held["set_aside"] = dict(held["set_aside"])
    return SheetReading(**held)


def _month(month: Month | None) -> str | None:
    return str(month) if month else None


def _load_month(text: str | None) -> Month | None:
    return Month.parse(text) if text else None
