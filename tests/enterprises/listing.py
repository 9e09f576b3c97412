"""Workbooks of other offices, and lists handed in and matched as the worker would."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from stdnum.cn import uscc

from tests.make import NOW
from tici.accounts.models import Person
from tici.core.models import Job, JobState
from tici.core.tasks import run
from tici.enterprises.actions import receive_list
from tici.enterprises.models import ListedFirm, OfficeList
from tici.places.models import Place

HEAD = ("序号", "纳税人名称", "纳税人识别号", "主管税务机关", "注册地址", "行业代码", "全年营业收入(万元)")


def code(number: int) -> str:
    """A sound credit code of no real firm."""
    head = f"911301{number % 100:02}MA{number:07}"[:17]
    return head + uscc.calc_check_digit(head)


def workbook(rows: Sequence[Sequence[Any]], *, head: Sequence[str] = HEAD, title: str = "税务申报名单") -> bytes:
    """A workbook of one sheet: a title, a head in line 3, rows from line 4 on."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    page = book.add_worksheet("名单")
    page.write(0, 0, title)
    for row, cells in enumerate([head, *rows], start=2):
        for column, cell in enumerate(cells):
            page.write(row, column, cell)
    book.close()
    return file.getvalue()


def row(
    number: int, name: str, *, uscc: Any = "", address: str = "", industry: str = "2710", wan: Any = ""
) -> list[Any]:
    return [number, name, uscc, "正定县", address, industry, wan]


def hand_in(data: bytes, *, place: Place, by: Person, name: str = "名单.xlsx", kind: str = "tax") -> OfficeList:
    """Hand a list in; it waits."""
    file = io.BytesIO(data)
    return receive_list(
        file=file, name=name, size=len(data), kind=kind, place=place, year=2020, through=12, by=by, at=NOW
    )


def matched(data: bytes, *, place: Place, by: Person, **over: Any) -> OfficeList:
    """Hand a list in and match it."""
    made = hand_in(data, place=place, by=by, **over)
    run(made.job_id)
    assert Job.objects.get(pk=made.job_id).state == JobState.FINISHED
    return OfficeList.objects.get(pk=made.pk)


def of(office_list: OfficeList, name: str) -> ListedFirm:
    return ListedFirm.objects.get(office_list=office_list, name=name)
