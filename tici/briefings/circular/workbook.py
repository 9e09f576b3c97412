"""The tables behind a report as a workbook (附表): one sheet a table, the last saying what every figure measures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

import xlsxwriter

from tici.briefings.circular.content import Circular, Table, annexes, width_in_characters
from tici.briefings.dispatch.sheets import FRAME, SAFE
from tici.briefings.figures import Figure

SHEET_NAME_LENGTH = 31
WIDEST, NARROWEST = 48, 9
A4 = 9


def tables_file(circular: Circular) -> bytes:
    """Return the workbook; the same report gives the same bytes. What can be reckoned with is written as a number."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {**SAFE, "in_memory": True})
    moment = datetime.combine(circular.on, time())
    book.set_properties({"title": circular.title, "author": circular.office, "created": moment})
    forms = _forms(book)
    for table in annexes(circular):
        _write(book.add_worksheet(table.title[:SHEET_NAME_LENGTH]), table, forms, circular.footer)
    book.close()
    return file.getvalue()


def _forms(book: xlsxwriter.Workbook) -> dict[str, Any]:
    wrapped = {**FRAME, "text_wrap": True}
    return {
        "title": book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"}),
        "unit": book.add_format({"font_name": "宋体", "font_size": 9, "align": "right"}),
        "note": book.add_format({"font_name": "宋体", "font_size": 9}),
        "head": book.add_format({**wrapped, "bold": True, "align": "center", "bg_color": "#dfe7f2"}),
        "cell": book.add_format(wrapped),
        "sum": book.add_format({**wrapped, "bold": True, "bg_color": "#eef2f8"}),
    }


def _write(sheet: Any, table: Table, forms: dict[str, Any], footer: str) -> None:
    last = len(table.columns) - 1
    sheet.set_row(0, 30)
    sheet.merge_range(0, 0, 0, last, table.title, forms["title"])
    if table.unit:
        sheet.merge_range(1, 0, 1, last, table.unit, forms["unit"])
    for at, column in enumerate(table.columns):
        sheet.write_string(2, at, column.head, forms["head"])
        cells = [row[at] for row in table.rows if at < len(row)]
        sheet.set_column(at, at, _width(column.head, cells))
    row = 2
    for number, told in enumerate(table.rows):
        row += 1
        for at, cell in enumerate(told):
            _cell(sheet, row, at, cell, forms["sum" if number < table.totals else "cell"])
    for note in (*table.notes, footer):
        row += 1
        sheet.write_string(row, 0, note, forms["note"])
    sheet.freeze_panes(3, 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.repeat_rows(2)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&C{footer}&R&P/&N")


def _cell(sheet: Any, row: int, at: int, cell: str | Figure, form: Any) -> None:
    words = cell if isinstance(cell, str) else cell.shown
    number = _number(words)
    if number is None:
        sheet.write_string(row, at, words, form)
    else:
        sheet.write_number(row, at, float(number), form)


def _number(words: str) -> Decimal | None:
    """Return what stands in a cell as a number; its words keep whatever has a unit or is no number."""
    try:
        found = Decimal(words)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _width(head: str, cells: Sequence[str | Figure]) -> float:
    words = [head, *(cell if isinstance(cell, str) else cell.shown for cell in cells)]
    longest = max(width_in_characters(line) for text in words for line in text.split("\n"))
    return min(max(longest * 2 + 2, NARROWEST), WIDEST)
