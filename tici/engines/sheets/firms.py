"""What is wrong between the rows of one list of enterprises: a firm twice, two firms under one code."""

from __future__ import annotations

from collections.abc import Sequence

from tici.engines.sheets.results import Problem, Row
from tici.engines.sheets.text import plain


def twins(rows: Sequence[Row]) -> list[Problem]:
    """Return every row of one sheet whose firm, or whose code, has stood in a row above it.

    Parameters
    ----------
    rows
        The rows of one sheet, in order.

    Notes
    -----
    The code decides: the same code under another name is two firms under one code, under the
    same name the firm twice. Where one of the two rows has no code the name decides, and
    in lists of several counties the county with it.
    """
    found: list[Problem] = []
    by_code: dict[str, Row] = {}
    by_name: dict[tuple[str, str], Row] = {}
    for row in rows:
        name, code = row.get("name"), row.get("uscc")
        if not isinstance(name, str):
            continue
        same_code = by_code.get(code) if isinstance(code, str) else None
        same_name = by_name.get((plain(name), str(row.get("place_code") or "")))
        if same_code is not None and plain(str(same_code.get("name"))) != plain(name):
            found.append(_told("code_shared", row, "uscc", same_code))
        elif same_code is not None or (same_name is not None and not (code and same_name.get("uscc"))):
            found.append(_told("firm_twice", row, "name", same_code or same_name or row))
        if isinstance(code, str):
            by_code.setdefault(code, row)
        by_name.setdefault((plain(name), str(row.get("place_code") or "")), row)
    return found


def _told(problem: str, row: Row, field: str, other: Row) -> Problem:
    value = row.values[field]
    params = {"value": value.raw, "row": str(other.row), "other": str(other.get("name"))}
    return Problem(problem, row.sheet, row.row, value.cell, field, params, row.table)
