"""Tables of files that web systems call Excel: HTML tables, and the XML that Excel 2003 wrote."""

from __future__ import annotations

import math
from html.parser import HTMLParser

from tici.engines.sheets.grid import Cell, Grid

_CELLS, _ROWS = frozenset(["td", "th", "cell"]), frozenset(["tr", "row"])
_MOST_ACROSS, _MOST_DOWN = 1_000, 65_536  # cells that one cell may cover


def grids_of_markup(text: str) -> list[Grid]:
    """Return the outermost tables of a text, each as a sheet; nothing is run, and no address in it is opened.

    Notes
    -----
    What a cell holds is its text, or the number that Excel wrote beside what it shows (``x:num``).
    """
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return [sheet.grid() for sheet in reader.sheets if len(sheet.rows) > 1]


class _Sheet:
    """One table as it comes: cells go where no cell from above or from the left stands."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[dict[int, Cell]] = []
        self.merges: list[tuple[int, int, int, int]] = []
        self.taken: dict[int, int] = {}  # column -> rows from the present one on that a cell above covers

    def begin_row(self, number: int | None) -> None:
        """Begin the next row, or the one of a number."""
        for _ in range(max(1, (number or 0) - len(self.rows))):
            self.rows.append({})
            self.taken = {column: rows - 1 for column, rows in self.taken.items() if rows > 1}

    def put(self, value: Cell, number: int | None, across: int, down: int) -> None:
        """Put a cell into the row, in the first free column or in the one of a number."""
        row = self.rows[-1]
        column = number - 1 if number else max(row, default=-1) + 1
        while column in self.taken:
            column += 1
        bottom = len(self.rows) - 1 + down
        for covered in range(column, column + across + 1):
            row[covered] = value if covered == column else ""
            if down:
                self.taken[covered] = down + 1
        if across or down:
            self.merges.append((len(self.rows) - 1, column, bottom, column + across))

    def grid(self) -> Grid:
        """Return the table as a grid."""
        width = max((max(row, default=-1) for row in self.rows), default=-1) + 1
        height = len(self.rows)
        rows: list[list[Cell]] = [[row.get(column, "") for column in range(width)] for row in self.rows]
        merges = [(top, left, min(bottom, height - 1), right) for top, left, bottom, right in self.merges]
        return Grid(self.name, rows, merges)


class _Reader(HTMLParser):
    """Reads tables leniently, as browsers do; a table inside a cell is read as the cell's words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[_Sheet] = []
        self.name = ""
        self.depth = 0
        self.cell: dict[str, str] | None = None  # attributes of the cell that is open
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attrs}
        if tag == "worksheet":
            self.name = own.get("ss:name", "")
        elif tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.sheets.append(_Sheet(self.name))
        elif self.depth != 1:
            return
        elif tag in _ROWS:
            self._end_cell()
            self.sheets[-1].begin_row(_number(own.get("ss:index")))
        elif tag in _CELLS and self.sheets[-1].rows:
            self._end_cell()
            self.cell = own
        elif tag == "data" and self.cell is not None:
            self.cell |= own
        elif tag in {"br", "p"} and self.words:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self.depth:
            if self.depth == 1:
                self._end_cell()
            self.depth -= 1
        elif self.depth == 1 and tag in _CELLS | _ROWS:
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.words.append(" ".join(data.split()))

    def _end_cell(self) -> None:
        if self.cell is None:
            return
        own, text = self.cell, "".join(self.words).strip()
        self.cell, self.words = None, []
        across = (_number(own.get("colspan")) or 1) - 1 or _number(own.get("ss:mergeacross")) or 0
        down = (_number(own.get("rowspan")) or 1) - 1 or _number(own.get("ss:mergedown")) or 0
        value = _value(own, text)
        self.sheets[-1].put(value, _number(own.get("ss:index")), min(across, _MOST_ACROSS), min(down, _MOST_DOWN))


def _value(own: dict[str, str], text: str) -> Cell:
    """Return a number where Excel says that there is one, else the text."""
    if own.get("ss:type") != "Number" and "x:num" not in own:
        return text
    try:
        number = float(own.get("x:num") or text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 7 else None
