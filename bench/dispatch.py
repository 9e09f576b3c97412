"""Write a dispatch sheet of 8,500 lines, 33 columns, 12 of them merged; the bar is 6 seconds.

openpyxl then writes the same cells and merges in the same run. Its merging takes time with the
square of the rows (355 s for the whole sheet), so it is given a tenth of the lines, and ours
is timed on that tenth too; --whole gives it all.

    python -m bench.dispatch [--whole]
"""

from __future__ import annotations

import io
import sys
import time
from datetime import date

import openpyxl
from openpyxl.styles import Alignment, Border, Side
from openpyxl.utils import get_column_letter

from tests.briefings.city import november
from tests.briefings.projects import project
from tici.briefings.dispatch import Dispatch, xlsx_file

LINES, COLUMNS, MERGED, BAR_S = 8500, 33, 12, 6.0


def of_size(lines: int) -> Dispatch:
    """A month whose projects have two parts each, so that every identity cell is three lines tall."""
    city = november()
    codes = [county.code for county in city.reported]
    projects = tuple(project(n, codes[n % len(codes)], parts=2) for n in range(-(-lines // 3)))
    return Dispatch(city=city, projects=projects, office="示例市工业和信息化局", on=date(2021, 12, 3))


def by_peer(content: bytes) -> tuple[float, int]:
    """Write what our sheet holds, cell by cell, frame by frame, with openpyxl; time the writing only."""
    sheet = openpyxl.load_workbook(io.BytesIO(content))["明细"]
    rows = [[(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()]
    merges = [str(area) for area in sheet.merged_cells.ranges]
    side = Side(style="thin")
    border, wrap = Border(left=side, right=side, top=side, bottom=side), Alignment(vertical="center", wrap_text=True)

    began = time.perf_counter()
    book = openpyxl.Workbook()
    page = book.active
    for number, row in enumerate(rows, 1):
        for position, (value, form) in enumerate(row, 1):
            cell = page.cell(number, position, value)
            cell.border, cell.alignment, cell.number_format = border, wrap, form
    for area in merges:
        page.merge_cells(area)
    page.freeze_panes = "D6"
    page.auto_filter.ref = f"A5:{get_column_letter(len(rows[0]))}{len(rows)}"
    book.save(io.BytesIO())
    return time.perf_counter() - began, len(merges)


def timed(month: Dispatch) -> tuple[float, bytes]:
    """Return the middle time of three, and the workbook."""
    times = []
    for _run in range(3):
        began = time.perf_counter()
        content = xlsx_file(month)
        times.append(time.perf_counter() - began)
    return sorted(times)[1], content


def main() -> int:
    month = of_size(LINES)
    whole, content = timed(month)
    lines = sum(len(one.lines) for one in month.projects)
    print(
        f"ours: {lines} lines x {COLUMNS}, {MERGED} merged columns: {whole:.2f} s (bar {BAR_S:.0f} s), "
        f"{len(content):,} bytes"
    )
    ours, size = whole, lines
    if "--whole" not in sys.argv:
        size = lines // 10
        ours, content = timed(of_size(size))
    peer, merges = by_peer(content)
    print(
        f"openpyxl, {size} lines with {merges:,} merged cells: {peer:.2f} s; ours {ours:.2f} s, "
        f"{peer / ours:.1f} times as fast"
    )
    return 0 if whole <= BAR_S else 1


if __name__ == "__main__":
    sys.exit(main())
