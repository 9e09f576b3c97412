"""The workbook in which a county sends its firms' month, laid out its own way, with a cell for every figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from tici.core.exports import SAFE
from tici.engines.periods import Month

from .firm_sums import Line
from .firms import Firm

SHEET = "规上工业"
WHO = ("序号", "企业名称", "统一社会信用代码", "行业代码")
FIRST_ROW = 5  # title, unit line, two lines of heads, the sum
WAN_IN_YI = 10000


@dataclass(frozen=True)
class Head:
    """One column of figures: what it is of, for which period, its unit, and the form's column it fills."""

    code: str
    label: str
    basis: str
    unit: str

    def written(self, value: float, *, in_yi: bool) -> float:
        """The value as this county writes it."""
        return value / WAN_IN_YI if in_yi and self.unit == "万元" else value


def firm_workbook(
    firms: Sequence[Firm],
    rows: Sequence[Line],
    heads: Sequence[Head],
    month: Month,
    *,
    in_yi: bool,
) -> bytes:
    """A county's firms for a month: a title, heads over two lines, a sum before the firms; some counties write 亿元."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, SAFE | {"in_memory": True})
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet(SHEET)
    county, last = firms[0].county.name, len(WHO) + len(heads) - 1
    sheet.merge_range(0, 0, 0, last, f"{county}规模以上工业企业{month.year}年1—{month.number}月主要指标（示例）", title)
    unit = "亿元" if in_yi else "万元"
    sheet.write_string(1, 0, f"填报单位：{county}工业和信息化局（示例）　　　单位：{unit}、万千瓦时、人")
    for at, name in enumerate(WHO):
        sheet.merge_range(2, at, 3, at, name, head)
    for at in range(0, len(heads), 2):
        sheet.merge_range(2, len(WHO) + at, 2, len(WHO) + at + 1, heads[at].label, head)
        for step, one in enumerate(heads[at : at + 2]):
            sheet.write_string(3, len(WHO) + at + step, one.basis, head)
    sheet.write_string(4, 1, "合计", bold)
    for position, one in enumerate(heads, start=len(WHO)):
        total = sum(row[one.code] or 0 for row in rows)
        sheet.write_number(4, position, one.written(total, in_yi=in_yi), bold)
    for at, (firm, row) in enumerate(zip(firms, rows, strict=True)):
        sheet.write_number(FIRST_ROW + at, 0, at + 1)
        for place, text in enumerate((firm.name, firm.uscc, firm.industry), start=1):
            sheet.write_string(FIRST_ROW + at, place, text)
        for position, one in enumerate(heads, start=len(WHO)):
            if (value := row[one.code]) is not None:
                sheet.write_number(FIRST_ROW + at, position, one.written(value, in_yi=in_yi))
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 2, 22)
    sheet.freeze_panes(FIRST_ROW, 2)
    book.close()
    return file.getvalue()


def firm_cells(heads: Sequence[Head], position: int) -> dict[str, str]:
    """The cell of each column for the firm that stands at a position of the sheet, from 0."""
    return {one.code: xl_rowcol_to_cell(FIRST_ROW + position, at) for at, one in enumerate(heads, start=len(WHO))}


def heads_of(labels: Sequence[Mapping[str, str]]) -> tuple[Head, ...]:
    """The heads of a form's columns, as the form names them."""
    return tuple(Head(one["code"], str(one["label"]), str(one["basis"]), one["unit"]) for one in labels)
