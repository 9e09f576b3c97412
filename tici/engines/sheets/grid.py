"""A sheet as a grid of cells, with what the values alone do not tell: merges, hidden lines, number formats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tici.engines.sheets.text import address, letters, written

Cell = object  # str, float, int, bool, date, datetime, time or None


@dataclass
class Grid:
    """One sheet's cells.

    ``merges`` are ``(top, left, bottom, right)`` counted from 0, all included. ``formats``
    names for some cells what their number format shows: month, year, percent, or a unit.
    ``faults`` are cells holding a formula's error, with its text. ``home`` says of the cells of a
    list made of cards where they stand in the sheet.
    """

    name: str
    rows: list[list[Cell]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    formats: Mapping[tuple[int, int], str] = field(default_factory=dict)
    faults: Mapping[tuple[int, int], str] = field(default_factory=dict)
    turned: bool = False
    home: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        width = max(map(len, self.rows), default=0)
        self.rows = [row if len(row) == width else [*row, *[""] * (width - len(row))] for row in self.rows]

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(self.rows)

    @cached_property
    def width(self) -> int:
        """The number of columns, the same in every row."""
        return len(self.rows[0]) if self.rows else 0

    def at(self, row: int, column: int) -> Cell:
        """Return a cell's own value, ``""`` outside the grid."""
        return self.rows[row][column] if row < len(self.rows) and column < self.width else ""

    def text(self, row: int, column: int) -> str:
        """Return what stands in a cell as text."""
        return written(self.at(row, column))

    @cached_property
    def anchors(self) -> dict[tuple[int, int], tuple[int, int]]:
        """The first cell of the merge each merged cell belongs to."""
        return {
            (row, column): (top, left)
            for top, left, bottom, right in self.merges
            for row in range(top, min(bottom, self.height) + 1)
            for column in range(left, min(right, self.width) + 1)
        }

    @cached_property
    def merged_columns(self) -> frozenset[int]:
        """The columns in which some cells are merged over several rows."""
        return frozenset(left for top, left, bottom, _ in self.merges if bottom > top)

    @cached_property
    def spans(self) -> dict[tuple[int, int], tuple[int, int]]:
        """The last row and column of each merge, by its first cell."""
        return {(top, left): (bottom, right) for top, left, bottom, right in self.merges}

    @property
    def is_moved(self) -> bool:
        """Whether rows and columns are not those of the sheet as the sender sees it."""
        return self.turned or bool(self.home)

    def address(self, row: int, column: int) -> str:
        """Return the A1 address of a cell in the sheet as the sender sees it."""
        row, column = self.home.get((row, column), (row, column))
        return address(column, row) if self.turned else address(row, column)

    def number(self, row: int) -> int:
        """Return the number of a row in the sheet; of a card, that of its first."""
        return self._firsts.get(row, row) + 1

    def column_name(self, column: int) -> str:
        """Return a column's letters; of a value on a card, where its label stands."""
        label = next((there for (_, here), there in self.home.items() if here == column), None)
        return address(*label) if label else letters(column)

    @cached_property
    def _firsts(self) -> dict[int, int]:
        firsts: dict[int, int] = {}
        for (row, _), (there, _) in self.home.items():
            firsts[row] = min(there, firsts.get(row, there))
        return firsts

    def transposed(self) -> Grid:
        """Return the grid with rows and columns exchanged, addresses still those of the sheet."""
        return Grid(
            name=self.name,
            rows=[[self.at(row, column) for row in range(self.height)] for column in range(self.width)],
            merges=[(left, top, right, bottom) for top, left, bottom, right in self.merges],
            hidden=self.hidden,
            formats={(column, row): shown for (row, column), shown in self.formats.items()},
            faults={(column, row): text for (row, column), text in self.faults.items()},
            turned=not self.turned,
        )


def filled(cells: Iterable[Cell]) -> list[tuple[int, Cell]]:
    """Return the cells that hold something, with their columns."""
    return [
        (column, cell)
        for column, cell in enumerate(cells)
        if cell is not None and cell != "" and not (isinstance(cell, str) and not cell.strip())
    ]
