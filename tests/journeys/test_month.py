"""A county types its month in the grid; the city sends it back, gets it corrected, and accepts it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from .served import Served
from .test_sheet import PASTE

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("strict"), pytest.mark.xdist_group("city")]

COUNTY, REPORTER = "石家庄循环化工园区", "tianbao0172"  # has not filed November in the demonstration
LAST, DONE, YEAR_TO_DATE = 4, 6, 7  # columns of the grid, counted from the project's name


@pytest.fixture
def dispatcher(browser: Browser, city: Served) -> Page:
    """The dispatcher's own browser, beside the reporter's."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
    page = context.new_page()
    city.sign_in(page, "diaodu")
    yield page
    context.close()


def cell(page: Page, row: int, column: int) -> Locator:
    """The cell of a row and column, both counted from 1, below one line of heads."""
    return page.locator(f'tr[aria-rowindex="{row + 1}"] > [aria-colindex="{column + 1}"]')


def amount(page: Page, row: int) -> int:
    """What the project in a row had done by the end of last month."""
    return int(cell(page, row, LAST).inner_text().replace(",", "") or 0)


def test_a_month_is_typed_sent_back_corrected_and_accepted(page, city, axe, dispatcher):
    # The reporter finds the county's month from the page of the day, and pastes a block from a workbook.
    city.sign_in(page, REPORTER)
    page.get_by_role("link", name="本月尚未报送").click()
    page.get_by_role("table").get_by_role("link", name=re.compile("循环化工")).click()
    page.get_by_role("link", name="在线填报").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("在线填报")
    before = [amount(page, row) for row in (1, 2)]
    cell(page, 1, DONE).click()
    page.evaluate(PASTE, f"120\t{before[0] + 120}\r\n80\t{before[1] - 500}\r\n")

    # The check speaks beside the cell: the year's sum is below last month's.
    expect(page.locator(".sheet-badge")).to_contain_text("已全部保存")
    cell(page, 2, YEAR_TO_DATE).click()
    expect(page.locator(".sheet-says")).to_contain_text("少500万元")
    axe(page)

    # A cell that cannot be read is not left behind: nothing is filed without it.
    cell(page, 2, DONE).click()
    page.keyboard.type("abc")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="报送").click()
    expect(page.locator(".sheet-report")).to_contain_text("没有报送：还有 1 格没有保存")
    expect(page).to_have_url(re.compile("/sheet/$"))
    cell(page, 2, DONE).click()
    page.keyboard.type("80")
    page.keyboard.press("Enter")
    expect(page.locator(".sheet-badge")).not_to_contain_text("有误")
    cell(page, 2, YEAR_TO_DATE).click()

    # It is put right, and filed.
    page.keyboard.type(str(before[1] + 80))
    page.keyboard.press("Enter")
    expect(cell(page, 2, YEAR_TO_DATE)).to_have_text(f"{before[1] + 80:,}")
    cell(page, 2, DONE).click()
    expect(page.locator(".sheet-says")).not_to_contain_text("相差")
    expect(page.locator(".sheet-badge")).to_contain_text("已全部保存")
    page.get_by_role("button", name="报送").click()
    expect(page.get_by_role("status").filter(has_text="已报送")).to_be_visible()
    filing = page.url

    # The dispatcher sends it back and says why.
    dispatcher.goto(filing)
    dispatcher.get_by_label("退回原因").fill("第1个项目本月完成投资与发票不符，请核对。")
    dispatcher.get_by_role("button", name="退回更正").click()
    expect(dispatcher.get_by_role("status").filter(has_text="与发票不符")).to_be_visible()

    # The reporter reads the reason, corrects one cell, and files again; both versions are kept.
    page.goto(city.url)
    page.get_by_role("link", name="上报被退回，待更正").click()
    page.get_by_role("table").get_by_role("link", name=re.compile("循环化工")).click()
    expect(page.get_by_text("与发票不符")).to_be_visible()
    page.get_by_role("link", name="更正").click()
    expect(cell(page, 1, DONE)).to_have_text("120")
    cell(page, 1, DONE).click()
    page.evaluate(PASTE, f"110\t{before[0] + 110}")
    expect(cell(page, 1, YEAR_TO_DATE)).to_have_text(f"{before[0] + 110:,}")
    expect(page.locator(".sheet-badge")).to_contain_text("已全部保存")
    page.get_by_label("更正说明").fill("按发票更正")
    page.get_by_role("button", name="报送").click()
    expect(page.get_by_role("row").filter(has_text="按发票更正")).to_contain_text("现行")
    page.get_by_role("link", name="对比两版").click()
    expect(page.get_by_role("row").filter(has_text="120")).to_contain_text("110")
    axe(page)

    # The dispatcher accepts.
    dispatcher.goto(filing)
    dispatcher.get_by_label("通过的理由").fill("已电话核实")
    dispatcher.get_by_role("button", name="审核通过").click()
    expect(dispatcher.get_by_role("button", name="锁定本月")).to_be_visible()
    axe(dispatcher)
    dispatcher.goto(f"{city.url}/returns/?month=2021-11")
    expect(dispatcher.get_by_role("row").filter(has_text="循环化工").first).to_contain_text("已审核")
