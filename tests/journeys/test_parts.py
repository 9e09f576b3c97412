"""The shell and the parts of pages: no barrier axe can find, no breach of the policy, nothing too heavy."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from . import gallery as pages
from .gallery import render

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("strict")]

WORK: dict[str, Any] = pages.work()
LIST: dict[str, Any] = {"projects": pages.projects()}


@pytest.mark.parametrize("switches", [{}, {"contrast": "high"}])
@pytest.mark.parametrize(("page_name", "given"), [("work.html", WORK), ("list.html", LIST)])
@pytest.mark.parametrize("width", [1366, 390])
def test_parts_have_no_barrier_axe_can_find(page, gallery, axe, page_name, given, switches, width):
    gallery.pages["/page"] = render(page_name, switches, **given)
    page.set_viewport_size({"width": width, "height": 768})
    page.goto(f"{gallery.url}/page")

    axe(page)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_chart_shows_its_table_when_asked(page, gallery):
    gallery.pages["/page"] = render("work.html", **WORK)
    page.goto(f"{gallery.url}/page")
    expect(page.locator("tici-chart svg")).to_be_visible()
    table = page.get_by_role("region", name="各县区投资完成情况数据表")
    expect(table).to_be_hidden()

    page.get_by_role("button", name="数据表").click()

    expect(page.get_by_role("button", name="数据表")).to_have_attribute("aria-expanded", "true")
    expect(table.get_by_role("row", name="正定县")).to_contain_text("152.3")
    assert page.locator("[style]").evaluate_all("all => all.filter(one => !one.closest('.chart-canvas')).length") == 0


def test_without_scripts_the_chart_is_its_table(browser, gallery):
    gallery.pages["/page"] = render("work.html", **WORK)
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{gallery.url}/page")
    expect(page.get_by_role("row", name="赞皇县 40.7")).to_be_visible()
    page.context.close()


def test_keys_open_the_help_and_a_row_opens_its_link(page, gallery):
    gallery.pages["/page"] = render("list.html", **LIST)
    page.goto(f"{gallery.url}/page")
    page.locator("h1").click()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘操作")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="键盘操作")).to_be_hidden()

    page.get_by_role("row").filter(has_text="第2期").get_by_text("正定县").click()
    expect(page).to_have_url(f"{gallery.url}/page#2")


def test_chosen_files_are_named_in_the_drop_zone(page, gallery):
    gallery.pages["/page"] = render("list.html", **LIST)
    page.goto(f"{gallery.url}/page")

    page.get_by_label("把各县工作簿拖到这里").set_input_files(
        [{"name": name, "mimeType": "text/csv", "buffer": b"a"} for name in ("正定县.csv", "高新区.csv")]
    )

    expect(page.locator("[data-chosen]")).to_have_text("2 · 正定县.csv、高新区.csv")


def test_the_menu_folds_on_a_narrow_screen(page, gallery):
    gallery.pages["/page"] = render("list.html", **LIST)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{gallery.url}/page")
    link = page.get_by_role("link", name="项目台账")
    expect(link).to_be_hidden()

    page.locator("details.side > summary").click()

    expect(link).to_be_visible()
