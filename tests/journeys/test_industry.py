"""A leader reads how industry runs: comparable growth, the firms behind a number, how far a cluster has to go."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("strict"), pytest.mark.xdist_group("city")]
PARK = "高新区"


def cell(row: Locator, page: Page, head: str) -> Locator:
    """The cell of a row under a heading of its table."""
    heads = row.locator("xpath=ancestor::table").get_by_role("columnheader").all_inner_texts()
    at = next(number for number, text in enumerate(heads) if text.startswith(head))
    return row.locator("th, td").nth(at)


def test_a_leader_opens_the_industry_of_the_city_down_to_a_report_and_a_cluster(page, city, axe):
    city.sign_in(page, "lingdao")
    page.get_by_role("link", name="月度调度").click()
    page.get_by_role("link", name="工业运行").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("工业运行")
    axe(page)

    # The newest month filed, on comparable scope; the published output of the park is met by its bio-pharma firms.
    counties = page.get_by_role("region", name="各县（市、区）", exact=True)
    total, park = (counties.get_by_role("row").filter(has_text=re.compile(rf"^\s*{name}")) for name in ("合计", PARK))
    expect(cell(total, page, "可比增长")).to_have_text(re.compile(r"^\d+\.\d$"))
    firms = int(cell(park, page, "可比户数").inner_text().replace(",", ""))
    assert firms > 100

    # A number opens to its firms, as many as it says, and a firm to its report.
    cell(park, page, "可比户数").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("工业总产值")
    expect(page.get_by_role("table").get_by_role("row")).not_to_have_count(1)
    axe(page)
    page.get_by_role("table").get_by_role("link").nth(6).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("示例企业")

    # The cluster says how far it is to 1,000 亿, and what its firms' months were.
    page.get_by_role("link", name="集群监测", exact=True).click()
    great = page.get_by_role("region", name="千亿级产业集群")
    row = great.get_by_role("row").filter(has_text="生物医药")
    expect(cell(row, page, "距1000亿")).to_have_text(re.compile(r"^[\d,.]+$"))
    expect(cell(row, page, "收入环比")).to_have_text(re.compile("上升|下降|持平"))
    row.get_by_role("link", name="生物医药产业集群").click()
    expect(page.get_by_role("heading", name="距目标")).to_be_visible()
    expect(page.get_by_text("预计缺口")).to_be_visible()
    page.get_by_role("button", name="数据表").click()
    expect(page.get_by_role("region", name="工业总产值逐月数据表")).to_contain_text("2021-11")
    axe(page)
