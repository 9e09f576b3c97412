"""The workbook a county of the demonstration sends, with a cell for every figure to open to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from tici.core.exports import SAFE
from tici.engines.periods import Month

from .generate import Example

CATEGORIES = {"to_start": "计划开工", "continuing": "续建", "to_complete": "保投产", "preliminary": "前期"}
LEVELS = {"province": "省重点", "city": "市重点", "county": "县重点"}
STAGES = {"planned": "谋划", "reserved": "储备", "started": "开工", "building": "建设", "performing": "达效"}
FIRST_ROW = 3  # title, unit line, header


@dataclass(frozen=True)
class Column:
    """One column of a demonstration sheet: its header, the field it fills, and its value for a project."""

    head: str
    field: str
    value: Callable[[Example], Any]


def ledger_columns() -> tuple[Column, ...]:
    """The columns of the ledger (项目台账)."""
    return (
        Column("项目名称", "name", lambda e: e.name),
        Column("项目代码", "code", lambda e: e.code),
        Column("项目业主单位", "owner", lambda e: e.owner),
        Column("统一社会信用代码", "uscc", lambda e: e.uscc),
        Column("建设地点", "site", lambda e: f"{e.county.name}示例园区{e.number % 9 + 1}号"),
        Column("项目行业", "industry", lambda e: e.trade.industry),
        Column("所属产业集群", "cluster", lambda e: e.trade.cluster),
        Column("年度类别", "category", lambda e: CATEGORIES[e.category]),
        Column("重点级别", "level", lambda e: LEVELS[e.level]),
        Column("总投资(万元)", "investment_wan", lambda e: e.investment),
        Column("2021年计划投资(万元)", "plan_wan", lambda e: e.plan or None),
        Column("签约日期", "signed_on", lambda e: e.signed_on),
        Column("计划开工", "planned_start_on", lambda e: e.planned_start_on),
        Column("实际开工", "started_on", lambda e: e.started_on),
        Column("计划竣工", "planned_finish_on", lambda e: e.planned_finish_on),
        Column("实际竣工", "completed_on", lambda e: e.completed_on),
        Column("入统月份", "statistics_on", lambda e: e.statistics_on),
        Column("备案文号", "filing", filing_no),
        Column("备案日期", "filed_on", filed_on),
        Column("施工许可证号", "permit", permit_no),
        Column("当前阶段", "stage", lambda e: STAGES[e.stage]),
        Column("包联领导", "leader", lambda e: e.leader),
        Column("责任单位", "department", lambda e: e.department),
        Column("责任人", "officer", lambda e: e.officer),
    )


def month_columns(month: Month) -> tuple[Column, ...]:
    """The columns of the monthly sheet (月度调度表)."""
    return (
        Column("项目名称", "name", lambda e: e.name),
        Column("项目代码", "code", lambda e: e.code),
        Column("总投资(万元)", "investment_wan", lambda e: e.investment),
        Column("年度计划投资(万元)", "plan_year_wan", lambda e: e.plan or None),
        Column(f"{month.number}月完成(万元)", "done_month_wan", lambda e: done_in(e, month)),
        Column(f"1-{month.number}月累计完成(万元)", "done_ytd_wan", lambda e: e.done.get(month, 0)),
        Column("开工以来累计完成(万元)", "done_total_wan", lambda e: e.before + e.done.get(month, 0)),
        Column("形象进度", "progress_text", lambda e: e.progress(month) if e.started_on else "尚未开工"),
        Column("存在问题", "problem_text", lambda e: e.problem),
    )


def done_in(example: Example, month: Month) -> int | None:
    """What was invested in a month; nothing for the first period (1—2月), which has no month of its own."""
    if month.number == 2:
        return None
    return example.done.get(month, 0) - example.done.get(month - 1, 0)


def filed_on(example: Example) -> date | None:
    """The day of a project's filing: some weeks after it was signed, and before works began."""
    if example.stage == "planned" or example.signed_on is None:
        return None
    latest = example.started_on or date(2021, 11, 26)
    return min(example.signed_on + timedelta(days=10 + example.number % 40), latest)


def filing_no(example: Example) -> str:
    """The number of a project's filing; every project past planning has one."""
    day = filed_on(example)
    return "" if example.stage == "planned" else f"示例备字〔{day.year if day else 2020}〕{example.number:04d}号"


def permit_no(example: Example) -> str:
    """The number of a project's construction permit, once it has started."""
    return f"示例施{example.number:04d}" if example.started_on else ""


def workbook(examples: Sequence[Example], month: Month) -> bytes:
    """A county's workbook for a month."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, SAFE | {"in_memory": True, "constant_memory": False})
    county = examples[0].county.name
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center", "bg_color": "#e8eef7"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, columns in (("项目台账", ledger_columns()), ("月度调度表", month_columns(month))):
        sheet = book.add_worksheet(name)
        words = (
            f"{county}{month.year}年项目台账" if name == "项目台账" else f"{county}{month.year}年{month.number}月调度表"
        )
        sheet.merge_range(0, 0, 0, len(columns), words, title)
        sheet.write_string(1, 0, f"填报单位：{county}（示例）　　　单位：万元")
        sheet.write_row(2, 0, ["序号", *(column.head for column in columns)], head)
        sheet.set_column(1, 1, 36)
        sheet.set_column(2, len(columns), 14)
        sheet.freeze_panes(3, 2)
        for row, example in enumerate(examples):
            sheet.write_number(FIRST_ROW + row, 0, row + 1)
            for position, column in enumerate(columns, start=1):
                value = column.value(example)
                if value not in (None, ""):
                    sheet.write(FIRST_ROW + row, position, value, day if column.field.endswith("_on") else None)
    book.close()
    return file.getvalue()


def cells_of(columns: Sequence[Column], position: int) -> dict[str, str]:
    """The cell of each field for the project that stands at a position of a sheet, from 0."""
    return {column.field: xl_rowcol_to_cell(FIRST_ROW + position, at) for at, column in enumerate(columns, start=1)}
