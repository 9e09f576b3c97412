"""Columns in which a tick chooses: one for each level, stage or category, headed by its word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from tici.engines.sheets.grid import Cell
from tici.engines.sheets.text import is_nothing, plain, written
from tici.engines.sheets.vocabulary import Header, Vocabulary

_TICKS = frozenset(["√", "✓", "✔", "☑", "●", "■", "v", "y", "是", "1"])
_NO_TICKS = frozenset(["×", "x", "☐", "○", "□", "n", "否", "0"])
_SAYS_ALL = frozenset(["level"])  # its words (省重点) say what they choose also where their column stands alone


def is_tick(cell: Cell) -> bool:
    """Whether a cell says yes and nothing else."""
    return _mark(cell) in _TICKS


def tick_columns(
    headers: Mapping[int, Header], cells: Mapping[int, Sequence[Cell]], words: Vocabulary
) -> dict[int, tuple[str, str]]:
    """Return the columns that hold nothing but ticks: the field of each, and what a tick in it chooses."""
    fields = [code for code, field in words.fields.items() if field.kind == "choice"]
    found: dict[int, tuple[str, str]] = {}
    for column, header in headers.items():
        if not header.levels or not _holds_ticks(cells[column]):
            continue
        group, own = words.hit("".join(header.levels[:-1])), header.levels[-1]
        chosen = [(code, choice) for code in fields if (choice := words.choice(code, own))]
        if chosen:
            found[column] = next((one for one in chosen if one[0] == group), chosen[0])
    beside = Counter(code for code, _choice in found.values())
    return {column: one for column, one in found.items() if beside[one[0]] > 1 or one[0] in _SAYS_ALL}


def _holds_ticks(cells: Sequence[Cell]) -> bool:
    is_ticked = False
    for cell in cells:
        if cell is None or cell == "" or is_nothing(written(cell)):
            continue
        mark = _mark(cell)
        if mark in _TICKS:
            is_ticked = True
        elif mark not in _NO_TICKS:
            return False
    return is_ticked


def _mark(cell: Cell) -> str:
    return plain(written(cell)).lower()
