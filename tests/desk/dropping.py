"""A city, people, workbooks and drops for the tests of the drop box."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from tests import make
from tici.accounts.models import Person, Role
from tici.core.models import Job
from tici.desk.actions.acceptances import Choice, accept_file
from tici.desk.actions.drops import receive_file
from tici.desk.models import Acceptance, DroppedFile
from tici.desk.tasks import read_file
from tici.engines import rulebook
from tici.engines.periods import Month
from tici.places.models import Place, PlaceKind

LEDGERS = Path(__file__).parents[3] / "shared" / "data" / "ledgers"
HEAD = [
    "序号", "项目名称", "项目业主单位", "总投资(万元)", "2021年计划投资(万元)", "11月完成投资(万元)",
    "1-11月累计完成(万元)", "开工以来累计完成(万元)", "形象进度",
]  # fmt: skip
ROWS = [
    [1, "示例制剂车间项目", "示例企业甲(医药)有限公司", 12000, 5000, 400, 4200, 6100, "主体封顶"],
    [2, "示例钢构件基地项目", "示例企业乙(钢铁)有限公司", 8800, 3000, 120, 2500, 2500, "设备安装"],
    [3, "示例物流园二期项目", "示例企业丙(物流)有限公司", 45600, 9000, 700, 8100, 20300, "正在施工"],
]

CARD = [
    ["项目名称", "示例制剂车间项目", "", "项目代码", ""],
    ["建设单位", "示例企业甲(医药)有限公司", "", "建设地点", "开发区"],
    ["建设性质", "新建", "", "所属行业", "医药"],
    ["投资", "总投资(万元)", 12000],
    ["", "2021年计划投资(万元)", 5000, "1-11月累计完成(万元)", 4200],
    ["实际开工时间", "", "2021年3月", "计划竣工时间", "2022年6月"],
]


def a_city() -> Place:
    """The city with its 24 county-level units."""
    units = rulebook.load("sheets/places")["units"]
    city = Place.objects.create(
        name="石家庄市", short_name="石家庄", code="130100", kind=PlaceKind.CITY, path="130100/", position=0
    )
    for position, (code, name) in enumerate(units, start=1):
        Place.objects.create(
            name=name, short_name=name, code=code, kind=PlaceKind.COUNTY, parent=city,
            path=f"130100/{code}/", position=position,
        )  # fmt: skip
    return city


def county(code: str = "130123") -> Place:
    return Place.objects.get(code=code)


def reporter(code: str = "130123") -> Person:
    return make.person(place=county(code), role=Role.COUNTY_REPORTER)


def workbook(
    rows: Sequence[Sequence[Any]] = ROWS,
    *,
    title: str = "正定县2021年11月工业项目月度调度表",
    head: Sequence[str] = HEAD,
    sheet: str = "11月",
) -> bytes:
    """A county's workbook of one sheet: a title, a head, rows."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    page = book.add_worksheet(sheet)
    page.merge_range(0, 0, 0, len(head) - 1, title)
    for row, cells in enumerate([head, *rows], start=1):
        for column, cell in enumerate(cells):
            page.write(row, column, cell)
    book.close()
    return file.getvalue()


def sheets(named: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook of several sheets, each as its rows stand."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    for name, rows in named.items():
        page = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            page.write_row(row, 0, cells)
    book.close()
    return file.getvalue()


def with_change(rows: Sequence[Sequence[Any]] = ROWS, **cells: Any) -> list[list[Any]]:
    """The rows with some cells changed: ``r1c3=130`` is the third cell, counted from 0, of the second row."""
    changed = [list(row) for row in rows]
    for place, value in cells.items():
        row, column = place[1:].split("c")
        changed[int(row)][int(column)] = value
    return changed


def drop(
    data: bytes,
    *,
    by: Person,
    name: str = "正定县11月调度表.xlsx",
    month: Month = make.NOVEMBER,
    at: datetime = make.NOW,
) -> DroppedFile:
    """Drop a file and read it, as the worker would."""
    file = receive_file(file=io.BytesIO(data), name=name, size=len(data), month=month, by=by, at=at)
    return read(file)


def read(file: DroppedFile) -> DroppedFile:
    """Do the waiting reading of a file."""
    job = Job.objects.get(pk=file.job_id)
    Job.objects.filter(pk=job.pk).update(state="running")
    read_file(job, file_id=file.pk)
    return DroppedFile.objects.select_related("place", "upload", "job", "dropped_by__place").get(pk=file.pk)


def accepted(file: DroppedFile, by: Person, **choice: Any) -> Acceptance:
    """Take in what is chosen of a file."""
    return accept_file(file=file, choice=Choice(**choice), by=by, at=make.NOW)


def states(file: DroppedFile) -> list[tuple[str, str]]:
    """The lines of a file, in their order, with what may be done with each."""
    return list(file.proposals.order_by("position").values_list("name", "state"))
