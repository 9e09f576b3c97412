"""Owners parted from the names of their projects, or from their own codes, where one column holds both."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tici.engines.sheets.columns import Layout
from tici.engines.sheets.results import Value
from tici.engines.sheets.shapes import FIRM, USCC
from tici.engines.sheets.text import plain

_OWNER = re.compile(r"(?:建设|实施|承担|业主|项目)单位|业主|企业")
_OPENED, _CLOSED = "(（", ")）"


def part_owners(layout: Layout, values: Sequence[dict[str, Value]]) -> None:
    """Split the cells of a column headed as names and owners, or as owners and codes, where no column has the owners.

    An owner stands below the name of its project or in brackets behind it; a code stands anywhere.
    """
    if layout.column("owner") is not None:
        return
    for code, part in (("name", _from_name), ("uscc", _from_code)):
        column = layout.column(code)
        if column is None or not _OWNER.search(layout.headers[column].whole):
            continue
        for own in values:
            value = own.get(code)
            if value is not None and isinstance(value.value, str) and (parted := part(value)):
                rest, owner = parted
                own[code], own["owner"] = value._replace(value=rest), value._replace(value=owner)


def _from_name(value: Value) -> tuple[str, str] | None:
    """Return project and owner; nothing where what stands behind the name does not end as names of enterprises do."""
    text = str(value.value)
    project, _line, owner = text.rpartition("\n")
    if not project and text.endswith(tuple(_CLOSED)):
        project, owner = text[: _opening(text)], text[_opening(text) :]
    owner = owner.strip()
    if owner.startswith(tuple(_OPENED)) and _opening(owner) == 0:
        owner = owner[1:-1].strip()
    return (project.strip(), owner) if project.strip() and FIRM.search(owner) else None


def _from_code(value: Value) -> tuple[str, str] | None:
    """Return code and owner; nothing where a cell holds no code beside a name."""
    text = plain(value.raw)
    found = USCC.search(text.upper())
    owner = (text[: found.start()] + text[found.end() :]).strip("()（）:：、/") if found else ""
    return (found[0], owner) if found and owner else None


def _opening(text: str) -> int:
    """Return where the bracket opens that the end of a text closes."""
    depth = 0
    for position in range(len(text) - 1, -1, -1):
        depth += (text[position] in _CLOSED) - (text[position] in _OPENED)
        if depth == 0:
            return position
    return 0
