"""Writing cells: each kind in its format, text always as text, and merged cells with their frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter

from tici.briefings.circular.content import width_in_characters
from tici.briefings.dispatch.layout import SheetColumn, head_cells, head_height
from tici.briefings.figures import WAN_IN_YI

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
A3 = 8
HEAD_HEIGHT, LOWEST, LINE_HEIGHT = 25, 15, 12  # points
SIGN_WIDTH = 1.85  # of a Chinese sign of 9 points, in the units of a column's width
NUMBERS = {
    "count": "0",
    "wan": "#,##0.00;-#,##0.00;0",
    "yi": "#,##0.00",
    "rate": "0.0%",
    "points": "+0.0;-0.0;0.0",
    "date": "yyyy-mm-dd",
    "text": "@",
}
ALIGNS = {"text": "left", "date": "center", "count": "center"}
FRAME = {"border": 1, "valign": "vcenter", "font_name": "宋体", "font_size": 9}


class Sheet:
    """One sheet of the workbook, being written from top to bottom."""

    def __init__(self, book: xlsxwriter.Workbook, name: str, columns: Sequence[SheetColumn]) -> None:
        self.columns = columns
        self.last = len(columns) - 1
        self.page = book.add_worksheet(name)
        self.plain = {kind: book.add_format(_form(kind)) for kind in NUMBERS}
        self.strong = {kind: book.add_format(_form(kind, bold=True, bg_color="#eef2f8")) for kind in NUMBERS}
        middle = {"align": "center", "text_wrap": True}
        self.head = book.add_format({**FRAME, **middle, "bold": True, "bg_color": "#dfe7f2"})
        self.place = book.add_format({**FRAME, **middle})
        self.title = book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"})
        self.lines = {
            side: book.add_format({"font_name": "宋体", "font_size": 10, "align": side, "valign": "vcenter"})
            for side in ("left", "center", "right")
        }

    def write_top(self, title: str, reporting: str, unit: str, dated: str) -> int:
        """Write title, the line of reporting unit, unit and date, and the head; return the first row below."""
        self.page.set_row(0, 32)
        self.merge(0, 0, 0, self.last, title, self.title)
        thirds = (0, len(self.columns) // 3, 2 * len(self.columns) // 3, len(self.columns))
        for position, (words, side) in enumerate(((reporting, "left"), (dated, "center"), (unit, "right"))):
            self.merge(1, thirds[position], 1, thirds[position + 1] - 1, words, self.lines[side])
        for cell in head_cells(self.columns):
            self.merge(2 + cell.top, cell.left, 2 + cell.bottom, cell.right, cell.words, self.head)
        for position, column in enumerate(self.columns):
            self.page.set_column(position, position, column.width)
        for level in range(head_height(self.columns)):
            self.page.set_row(2 + level, HEAD_HEIGHT)
        return 2 + head_height(self.columns)

    def set_print(self, first: int, last: int, *, frozen: int, footer: str) -> None:
        """Freeze the head and first columns, filter, and print on A3 landscape with the head on each page."""
        self.page.freeze_panes(first, frozen)
        self.page.autofilter(first - 1, 0, max(last, first), self.last)
        self.page.set_landscape()
        self.page.set_paper(A3)
        self.page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
        self.page.repeat_rows(2, first - 1)
        self.page.fit_to_pages(1, 0)
        self.page.set_footer(f"&L{footer}&R第&P页 共&N页")
        self.merge(last + 1, 0, last + 1, self.last, f"注：{footer}。", self.lines["left"])

    def text_lines(self, position: int, value: Any) -> int:
        """Return how many lines a text takes in its column: merged cells grow no row by themselves."""
        room = self.columns[position].width / SIGN_WIDTH
        if not isinstance(value, str) or len(value) <= room:
            return 1
        return math.ceil(width_in_characters(value) / room)

    def set_height(self, row: int, lines: float) -> None:
        """Make a row as tall as its text."""
        self.page.set_row(row, max(LOWEST, LINE_HEIGHT * lines + 3))

    def write(self, row: int, position: int, value: Any, *, is_sum: bool = False) -> None:
        """Write one cell by its column's kind; nothing there leaves the frame."""
        kind = self.columns[position].kind
        form = (self.strong if is_sum else self.plain)[kind]
        if value is None or value == "":
            self.page.write_blank(row, position, None, form)
        elif isinstance(value, str):
            self.page.write_string(row, position, value, form)
        elif isinstance(value, date):
            self.page.write_datetime(row, position, value, form)
        else:
            self.page.write_number(row, position, _number(kind, value), form)

    def merge(self, top: int, left: int, bottom: int, right: int, words: str, form: Any) -> None:
        """Write text over one or more cells."""
        if (top, left) != (bottom, right):
            self.page.merge_range(top, left, bottom, right, "", form)
        self.page.write_string(top, left, words, form)

    def merge_down(self, top: int, bottom: int, position: int, value: Any) -> None:
        """Write one tall cell of a column."""
        self.page.merge_range(top, position, bottom, position, "", self.plain[self.columns[position].kind])
        self.write(top, position, value)


def _form(kind: str, **more: Any) -> dict[str, Any]:
    return {
        **FRAME,
        "num_format": NUMBERS[kind],
        "align": ALIGNS.get(kind, "right"),
        "text_wrap": kind == "text",
        **more,
    }


def _number(kind: str, value: Decimal | int) -> float | int:
    if kind == "yi":
        return float(Decimal(value) / WAN_IN_YI)
    return float(value * 100) if kind == "points" else value if isinstance(value, int) else float(value)
