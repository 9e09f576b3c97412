"""Schools, stops, and lists that were handed in, as pages show them."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from typing import Any, BinaryIO

import xlsxwriter
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from tici.buslines.models import Demand, PatternStop, PlanState, ReceivedList, School, Stop
from tici.core.exports import FOOTER, SAFE
from tici.core.uploads import path_of
from tici.engines.sheets.opening import open_grids

LONGEST_NAME = 31
REASON_WIDTH = 60


def with_wishes(rows: QuerySet[School]) -> QuerySet[School]:
    """Schools with how many pupils wish to ride."""
    asked = Demand.objects.filter(school=OuterRef("pk"), is_gone=False).order_by()
    wished = asked.values("school").annotate(sum=Sum("pupils"))
    return rows.annotate(wished=Subquery(wished.values("sum")))


def calls_at(stop: Stop) -> QuerySet[PatternStop]:
    """Where lines in force call at a stop, and how many pupils do."""
    found = PatternStop.objects.filter(stop=stop, pattern__plan__state=PlanState.IN_FORCE)
    found = found.select_related("pattern__line__school").annotate(pupils=Sum("calls__pupils"))
    return found.order_by("pattern__line", "-pattern__direction")


def returned(received: ReceivedList) -> BinaryIO:
    """The sheets of a list as they came, its reasons beside the rows that were not taken."""
    grids, _kind = open_grids(path_of(received.upload.digest), received.upload.name)
    reasons: dict[tuple[str, int], list[str]] = defaultdict(list)
    for one in received.bad:
        reasons[one["sheet"] or grids[0].name, one["row"]].append(one["sentence"])
    file: BinaryIO = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(file, SAFE | {"constant_memory": False})
    head, bad = book.add_format({"bold": True}), book.add_format({"bg_color": "#f9d5d3"})
    words = book.add_format({"font_color": "#a3211b", "text_wrap": True, "valign": "top"})
    for number, grid in enumerate(grids, start=1):
        sheet = book.add_worksheet((grid.name or f"Sheet{number}")[:LONGEST_NAME])
        sheet.set_column(grid.width, grid.width, REASON_WIDTH)
        sheet.write_string(0, grid.width, _("退回原因"), head)
        for row in range(grid.height):
            said = reasons.get((grid.name, row + 1))
            for column in range(grid.width):
                _write(sheet, row, column, grid.at(row, column), bad if said else None)
            if said:
                sheet.write_string(row, grid.width, " ".join(said), words)
        sheet.set_footer(FOOTER)
    book.close()
    file.seek(0)
    return file


def _write(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, style)
    elif value not in (None, ""):
        sheet.write_string(row, column, str(value), style)
