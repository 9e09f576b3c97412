"""The columns of a sheet as the rulebook states them, and the merged cells of its head."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column: its header from top to bottom, what is written in it and how."""

    head: tuple[str, ...]
    field: str
    kind: str  # text, count, wan, yi, rate, points, date
    width: float
    merged: bool = False


@dataclass(frozen=True, slots=True)
class HeadCell:
    """One cell of the head, reaching from its first row and column to its last, both included."""

    top: int
    left: int
    bottom: int
    right: int
    words: str


def columns_of(entries: Sequence[Mapping[str, Any]], period: str) -> tuple[SheetColumn, ...]:
    """Return the columns written in the rulebook."""
    return tuple(
        SheetColumn(
            head=tuple(words.format(period=period) for words in entry["head"]),
            field=entry["field"],
            kind=entry["kind"],
            width=entry["width"],
            merged=entry.get("merged", False),
        )
        for entry in entries
    )


def head_height(columns: Sequence[SheetColumn]) -> int:
    """Return how many rows the head fills."""
    return max(len(column.head) for column in columns)


def head_cells(columns: Sequence[SheetColumn]) -> Iterator[HeadCell]:
    """Yield the cells of the head: equal neighbours made one, and the lowest reaching down to the table."""
    height = head_height(columns)
    for level in range(height):
        left = 0
        while left < len(columns):
            head = columns[left].head
            right = left
            is_lowest = level == len(head) - 1
            while (
                not is_lowest
                and right + 1 < len(columns)
                and len(columns[right + 1].head) > level + 1
                and columns[right + 1].head[: level + 1] == head[: level + 1]
            ):
                right += 1
            if level < len(head):
                yield HeadCell(level, left, height - 1 if is_lowest else level, right, head[level])
            left = right + 1
