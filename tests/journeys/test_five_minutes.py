"""The five minutes of the guide, done in a browser; the guide's pictures are taken on the way (``TICI_PICTURES``)."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tici.desk.demonstration.generate import NOVEMBER, County, Totals, examples
from tici.desk.demonstration.words import LEADERS
from tici.desk.demonstration.workbooks import workbook

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("city")]
SILENT = County("130125", "行唐县", LEADERS["county"])  # has not filed November in the demonstration
OTHERS = tuple(County(code, name, LEADERS["county"]) for code, name in (("130171", "高新区"), ("130128", "深泽县")))
TOTALS = Totals(40, 400_000, 1.04, "130171", 5, 1.07, 20, 300_000, 9, 120_000)


def picture(page: Page, name: str) -> None:
    """Keep a picture for the guide where a folder for pictures is named."""
    if folder := os.environ.get("TICI_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png")


def a_late_workbook() -> bytes:
    """What 行唐县 sends after all: invented projects of its own."""
    made = [e for e in examples((SILENT, *OTHERS), TOTALS, seed=7) if e.county is SILENT]
    return workbook(made, NOVEMBER)


@pytest.mark.usefixtures("strict")
def test_a_dispatcher_goes_from_a_late_workbook_to_the_citys_circular(page, city):
    city.sign_in(page, "diaodu")
    expect(page.get_by_role("heading", name="待办")).to_be_visible()
    picture(page, "today")

    # The county that was missing has sent its workbook, laid out its own way.
    page.goto(f"{city.url}/drop/")
    picture(page, "drop")
    page.get_by_label("把各县工作簿拖到这里，或点此选择").set_input_files(
        {"name": "行唐县11月.xlsx", "mimeType": "application/octet-stream", "buffer": a_late_workbook()}
    )
    page.get_by_role("button", name="投递", exact=True).click()
    row = page.get_by_role("row").filter(has_text="行唐县11月.xlsx")
    expect(row).to_contain_text("待接收", timeout=60_000)
    row.get_by_role("link", name="行唐县11月.xlsx").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("行唐县")
    picture(page, "file")

    # What it says is taken in, and the month's board knows.
    page.get_by_role("button", name="全部接收").first.click()
    expect(page.get_by_role("status").filter(has_text=re.compile("接收|收入")).first).to_be_visible(timeout=60_000)
    page.goto(f"{city.url}/returns/?month=2021-11")
    expect(page.get_by_role("row").filter(has_text="行唐").first).to_contain_text("已报")
    picture(page, "month")

    # A figure of the city opens to its rows, a row to its project, a fact to its cell.
    page.goto(f"{city.url}/city/")
    picture(page, "city")
    county = page.get_by_role("rowheader", name="行唐", exact=True)
    page.get_by_role("row").filter(has=county).get_by_role("link").nth(2).click()
    expect(page.get_by_role("heading", name="由以下各行计算")).to_be_visible()
    page.locator("table a.row-link").first.click()
    expect(page.get_by_role("heading", name="责任包联")).to_be_visible()
    picture(page, "project")
    page.locator("a[href*='/cell/']").first.click()
    expect(page.get_by_role("table").first).to_be_visible()
    picture(page, "cell")

    # The circular and the dispatch table are made from what stands now.
    page.goto(f"{city.url}/briefings/new/?month=2021-11")
    page.get_by_role("button", name="生成文稿").click()
    expect(page.get_by_role("link", name="Excel").first).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="2021-11").first.click()
    expect(page.get_by_text("本版与现有上报数据一致。")).to_be_visible()
    picture(page, "briefing")


@pytest.mark.usefixtures("strict")
def test_a_reporter_sees_the_month_as_a_sheet_to_type_in(page, city):
    city.sign_in(page, "tianbao0129")

    page.goto(f"{city.url}/returns/")
    page.locator("a[href^='/returns/']").filter(has_text="赞皇").first.click()
    page.locator("a[href$='/sheet/']").first.click()

    expect(page.get_by_role("grid")).to_be_visible()
    picture(page, "sheet")
