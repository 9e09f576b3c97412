"""Names of projects from the names of their owners, where one column holds both."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tici.engines.sheets.columns import Layout
from tici.engines.sheets.results import Value
from tici.engines.sheets.shapes import FIRM

_BOTH = re.compile(r"(?:建设|实施|承担|业主|项目)单位|业主|企业")
_OPENED, _CLOSED = "(（", ")）"


def take_owners_from_names(layout: Layout, values: Sequence[dict[str, Value]]) -> None:
    """Split what a column of names and owners holds: the owner stands below the name, or in brackets behind it."""
    column = layout.column("name")
    if column is None or layout.column("owner") is not None or not _BOTH.search(layout.headers[column].whole):
        return
    for own in values:
        name = own.get("name")
        if name is not None and isinstance(name.value, str):
            project, owner = _parted(name.value)
            if owner:
                own["name"], own["owner"] = name._replace(value=project), name._replace(value=owner)


def _parted(text: str) -> tuple[str, str]:
    """Return project and owner; no owner where nothing behind the name ends as names of enterprises do."""
    project, _line, owner = text.rpartition("\n")
    if not project and text.endswith(tuple(_CLOSED)):
        project, owner = text[: _opening(text)], text[_opening(text) :]
    owner = owner.strip()
    if owner.startswith(tuple(_OPENED)) and _opening(owner) == 0:
        owner = owner[1:-1].strip()
    return (project.strip(), owner) if project.strip() and FIRM.search(owner) else (text, "")


def _opening(text: str) -> int:
    """Return where the bracket opens that the end of a text closes."""
    depth = 0
    for position in range(len(text) - 1, -1, -1):
        depth += (text[position] in _CLOSED) - (text[position] in _OPENED)
        if depth == 0:
            return position
    return 0
