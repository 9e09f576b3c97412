"""A cell of a kept workbook with the cells around it and the heads above it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tici.core.models import Upload
from tici.core.uploads import path_of
from tici.desk.queries.drops import recognised_head_rows
from tici.engines.sheets.grid import Cell, Grid
from tici.engines.sheets.opening import open_grids
from tici.engines.sheets.problems import Unreadable
from tici.engines.sheets.text import letters

ROWS_ABOVE, ROWS_BELOW = 6, 6
COLUMNS_BESIDE = 3  # so that the cell is in sight on an ordinary screen
NAME_COLUMNS = 3  # the first columns stand beside the cell, so that one sees whose row it is


@dataclass(frozen=True)
class Spot:
    """One cell on the page."""

    text: str
    is_here: bool
    is_head: bool


@dataclass(frozen=True)
class Line:
    """One row on the page, by the number it has in the sheet."""

    number: int
    cells: list[Spot]


@dataclass(frozen=True)
class Surroundings:
    """A cell among its neighbours."""

    sheet: str
    cell: str
    value: str
    columns: list[str]
    lines: list[Line]
    here_row: int
    here_column: str
    head: str  # what stands above the cell, from the outermost head in
    of: str  # whose row it is: the first words of the row


def surroundings(upload: Upload, sheet: str, row: int, column: str | None) -> Surroundings | None:
    """The cell with some rows and columns around it; None where the file has no such sheet, row or column."""
    grid = _grid(upload, sheet)
    if grid is None or row > grid.height:
        return None
    at = _index(column) if column else 0
    if at >= max(grid.width, 1):
        return None
    heads = set(recognised_head_rows(upload, sheet))
    above = {number for number in heads if number < row}
    near = range(max(1, row - ROWS_ABOVE), min(grid.height, row + ROWS_BELOW) + 1)
    numbers = sorted(above | set(near))
    first, last = max(0, at - COLUMNS_BESIDE), min(grid.width - 1, at + COLUMNS_BESIDE if column else grid.width - 1)
    columns = sorted(set(range(min(NAME_COLUMNS, grid.width))) | set(range(first, last + 1)))
    lines = [
        Line(
            n,
            [
                Spot(_shown(grid, n - 1, c, columns, n in heads), n == row and (column is None or c == at), n in heads)
                for c in columns
            ],
        )
        for n in numbers
    ]
    here = letters(at) if column else ""
    return Surroundings(
        sheet, f"{here}{row}" if column else str(row), _text(grid, row - 1, at) if column else "",
        [letters(c) for c in columns], lines, row, here,
        _head(grid, above, at) if column else "", _name(grid, row - 1, row in heads),
    )  # fmt: skip


def _grid(upload: Upload, sheet: str) -> Grid | None:
    """A sheet of an upload; a file the reader would refuse is not opened here either."""
    try:
        grids, _real = open_grids(path_of(upload.digest), upload.name)
    except (Unreadable, OSError):
        return None
    named = [grid for grid in grids if grid.name == sheet]
    return named[0] if named else (grids[0] if len(grids) == 1 and not sheet else None)


def _index(column: str) -> int:
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _shown(grid: Grid, row: int, column: int, columns: list[int], is_head: bool) -> str:
    """What a cell shows on the page: a merged head over each of its columns, any other merged cell once a row."""
    left = grid.anchors.get((row, column), (row, column))[1]
    is_first = column == next(c for c in columns if c >= left)
    return _text(grid, row, column) if is_head or is_first else ""


def _head(grid: Grid, rows: set[int], column: int) -> str:
    """The heads above a cell, each said once."""
    texts = [_text(grid, row - 1, column) for row in sorted(rows)]
    return " › ".join(dict.fromkeys(" ".join(text.split()) for text in texts if text))


def _name(grid: Grid, row: int, is_head: bool) -> str:
    """The first words of a row that are no number: the name of the project, as a rule."""
    if is_head:
        return ""
    texts = (_text(grid, row, column) for column in range(min(NAME_COLUMNS, grid.width)))
    return next((text for text in texts if len(text) > 3 and not text.replace(".", "").isdigit()), "")


def _text(grid: Grid, row: int, column: int) -> str:
    """What a person sees in a cell; a merged one shows what its first cell holds."""
    top, left = grid.anchors.get((row, column), (row, column))
    return _written(grid.at(top, left))


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat(sep=" ").removesuffix(" 00:00:00") if isinstance(cell, datetime) else cell.isoformat()
    if isinstance(cell, float):
        return format(Decimal(repr(round(cell, 6))).normalize(), "f")
    return str(cell)
