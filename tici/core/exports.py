"""Lists taken away as workbooks: what is seen, with long numbers as text and nothing turned into a formula."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import xlsxwriter
from django.http import FileResponse

if TYPE_CHECKING:
    from .registers import Column

SAFE = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
FORMATS = {
    "wan": "#,##0.00", "rate": "0.0%", "count": "#,##0",
    "date": "yyyy-mm-dd", "time": "yyyy-mm-dd hh:mm", "month": "yyyy-mm",
}  # fmt: skip
FOOTER = "&L部门调度数，不作为统计上报依据&R第&P页 共&N页"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet_response(name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> FileResponse:
    """A workbook of one sheet with a frozen head, filters and widths, ready to print on A4 landscape."""
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it once it is sent
    book = xlsxwriter.Workbook(file, SAFE)
    sheet = book.add_worksheet(name[:31])
    head = book.add_format({"bold": True, "bg_color": "#e8eef7", "border": 1, "align": "center", "text_wrap": True})
    formats = {kind: book.add_format({"num_format": written}) for kind, written in FORMATS.items()}
    for position, column in enumerate(columns):
        sheet.set_column(position, position, 14 if column.is_number else 22, formats.get(column.kind))
        sheet.write_string(0, position, str(column.label), head)
    last = 0
    for last, row in enumerate(rows, start=1):
        for position, (column, value) in enumerate(zip(columns, row, strict=True)):
            _write(sheet, last, position, value, formats.get(column.kind))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(FOOTER)
    book.close()
    file.seek(0)
    response = FileResponse(file, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return response


def _write(sheet: Any, row: int, position: int, value: Any, style: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        sheet.write_number(row, position, value, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, position, value, style)
    else:
        sheet.write_string(row, position, str(value), style)
