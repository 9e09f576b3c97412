"""Lists that come whole: sorted by their heads, exported as they are seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("strict"), pytest.mark.xdist_group("city")]


def test_a_list_is_sorted_by_its_heads_and_exported_as_it_is_seen(page, city):
    city.sign_in(page, "diaodu")
    page.goto(city.url + "/duties/coverage/")
    counties = page.get_by_role("region", name="各县（市、区）")

    counties.get_by_role("button", name="应包联").click()
    counties.get_by_role("button", name="应包联").click()

    expect(counties.get_by_role("columnheader", name="应包联")).to_have_attribute("aria-sort", "descending")
    rows = counties.locator("tbody tr > :nth-child(1)").all_inner_texts()
    owed = [int(text.replace(",", "")) for text in counties.locator("tbody tr > :nth-child(2)").all_inner_texts()]
    assert rows[0] == "合计"
    assert owed[1:] == sorted(owed[1:], reverse=True)

    with page.expect_download() as download:
        page.get_by_role("button", name="导出所列").first.click()
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert download.value.suggested_filename == "各县（市、区）.csv"
    assert [line.split(",")[0] for line in lines[1:4]] == rows[:3]
