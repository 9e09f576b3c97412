"""Typing and pasting a month in the grid, in a real browser against a server that takes cells."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .gallery import Gallery, month, render

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("strict")]

PASTE = """text => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  const kind = {clipboardData: data, bubbles: true, cancelable: true};
  document.activeElement.dispatchEvent(new ClipboardEvent('paste', kind));
}"""
COPY = """() => {
  const data = new DataTransfer();
  const kind = {clipboardData: data, bubbles: true, cancelable: true};
  document.activeElement.dispatchEvent(new ClipboardEvent('copy', kind));
  return [data.getData('text/plain'), data.getData('text/html')];
}"""


@pytest.fixture
def open_sheet(page: Page, gallery: Gallery) -> Callable[..., None]:
    """Open a month in the grid and stand in its first open cell."""

    def open_sheet(data: dict[str, Any]) -> None:
        gallery.pages["/sheet"] = render("sheet.html", data=data, key="正定县2021-11")
        page.goto(f"{gallery.url}/sheet")
        cell(page, 1, 2).click()

    return open_sheet


def cell(page: Page, row: int, column: int) -> Any:
    """The cell of a row and column, both counted from 1, as the grid tells a screen reader (two lines of heads)."""
    return page.locator(f'tr[aria-rowindex="{row + 2}"] > [aria-colindex="{column + 1}"]')


def report(page: Page) -> Any:
    return page.locator(".sheet-report")


def badge(page: Page) -> Any:
    return page.locator(".sheet-badge")


def test_a_typed_figure_is_shown_as_officials_write_it_and_sent_as_typed(page, gallery, open_sheet):
    open_sheet(month())

    page.keyboard.type("1.2亿元")
    page.keyboard.press("Enter")

    expect(cell(page, 1, 2)).to_have_text("12,000")
    expect(badge(page)).to_have_text("已全部保存，1 格待核实")
    assert gallery.taken == [
        {"token": "token", "version": 1, "cells": [{"row": 100, "column": "c1", "text": "1.2亿元"}]},
    ]
    page.keyboard.press("ArrowUp")
    expect(page.locator(".sheet-says")).to_have_text("原填：1.2亿元")


def test_on_a_phone_half_of_the_screen_is_left_to_the_cells(page, open_sheet):
    page.set_viewport_size({"width": 390, "height": 844})
    open_sheet(month())

    edge = page.locator("thead .sheet-edge").last.bounding_box()

    assert edge["x"] + edge["width"] <= 390 / 2


def test_keys_move_edit_clear_fill_and_leave(page, open_sheet):
    open_sheet(month())

    page.keyboard.type("5")
    page.keyboard.press("Tab")
    expect(cell(page, 1, 3)).to_have_class(re.compile("active"))
    page.keyboard.press("F2")
    page.keyboard.press("End")
    page.keyboard.type("9")
    page.keyboard.press("Escape")
    expect(cell(page, 1, 3)).to_have_text("1,001")
    page.keyboard.press("F2")
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    expect(cell(page, 1, 3)).to_have_text("10,019")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(".sheet-sums")).to_have_text("计数 3　合计 12,042")
    page.keyboard.press("Control+d")
    expect(cell(page, 3, 3)).to_have_text("10,019")
    page.keyboard.press("Delete")
    expect(cell(page, 2, 3)).to_have_text("")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(cell(page, 3, 3)).to_have_text("1,015")
    page.keyboard.press("Control+y")
    expect(cell(page, 3, 3)).to_have_text("10,019")

    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.sheet-scroll')") is None


def test_a_block_from_excel_fills_open_cells_and_is_one_step_back(page, gallery, open_sheet):
    open_sheet(month(rows=20))
    cell(page, 2, 1).click()

    page.evaluate(PASTE, '锁定的名称\t"1,200"\t（35）\r\n锁定的名称\t约三千\t—\r\n')

    expect(report(page)).to_have_text("写入 4 格，跳过 2 格（锁定），1 格有误")
    expect(cell(page, 2, 2)).to_have_text("1,200")
    expect(cell(page, 2, 3)).to_have_text("-35")
    expect(cell(page, 3, 2)).to_have_text("约三千")
    expect(cell(page, 3, 2)).to_have_attribute("aria-invalid", "true")
    expect(cell(page, 3, 3)).to_have_text("")
    expect(cell(page, 4, 2)).to_have_text("1,021")
    expect(badge(page)).to_have_text("1 格有误，未保存")
    assert {(one["row"], one["column"]): one["text"] for one in gallery.taken[0]["cells"]} == {
        (101, "c1"): "1,200",
        (101, "c2"): "（35）",
        (102, "c2"): "—",
    }

    page.keyboard.press("Control+z")
    expect(cell(page, 2, 2)).to_have_text("1,007")
    expect(cell(page, 3, 2)).to_have_text("1,014")
    expect(badge(page)).to_have_text("已全部保存")


def test_quoted_cells_keep_their_tabs_and_line_ends(page, gallery, open_sheet):
    data = month(rows=3)
    data["columns"][0]["locked"] = False
    open_sheet(data)
    cell(page, 1, 1).click()

    page.evaluate(PASTE, '"第一行\n第二行\t""引号"""\t7\r\n')

    expect(cell(page, 1, 2)).to_have_text("7")
    expect(badge(page)).to_have_text("已全部保存，1 格待核实")
    assert gallery.taken[0]["cells"][0]["text"] == '第一行\n第二行\t"引号"'


def test_a_single_value_fills_the_chosen_cells(page, open_sheet):
    open_sheet(month(rows=20))

    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    page.evaluate(PASTE, "8\r\n")

    expect(report(page)).to_have_text("写入 4 格")
    expect(cell(page, 2, 3)).to_have_text("8")
    expect(cell(page, 3, 2)).to_have_text("1,014")


def test_rows_beyond_the_end_are_asked_about(page, gallery, open_sheet):
    open_sheet(month(rows=3))
    cell(page, 2, 2).click()
    block = "1\r\n2\r\n3\r\n4\r\n"

    page.evaluate(PASTE, block)
    expect(page.get_by_role("dialog")).to_contain_text("粘贴的内容有 4 行，从此处到末行只有 2 行。")
    page.get_by_role("button", name="取消").click()
    expect(cell(page, 2, 2)).to_have_text("1,007")

    page.evaluate(PASTE, block)
    page.get_by_role("button", name="只写入前 2 行").click()
    expect(report(page)).to_have_text("写入 2 格，多出 2 行未写入")
    expect(cell(page, 3, 2)).to_have_text("2")


def test_rows_may_be_added_where_the_form_allows_it(page, gallery, open_sheet):
    gallery.answer = lambda asked: (
        200,
        {"version": 2, "rows": {one["row"]: 900 for one in asked["cells"] if str(one["row"]).startswith("new-")}},
    )
    open_sheet(month(rows=2, append=True))
    cell(page, 2, 1).click()

    page.evaluate(PASTE, "甲\t1\r\n乙\t2\r\n")
    page.get_by_role("button", name="新增 1 行").click()

    expect(cell(page, 3, 1)).to_have_text("乙")
    expect(badge(page)).to_contain_text("已全部保存")
    assert [(one["row"], one["text"]) for one in gallery.taken[0]["cells"]] == [
        (101, "甲"),
        (101, "1"),
        ("new-1", "乙"),
        ("new-1", "2"),
    ]


def test_copying_gives_excel_text_and_a_table(page, open_sheet):
    open_sheet(month(rows=3))
    cell(page, 1, 1).click()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")

    text, table = page.evaluate(COPY)

    assert text == "示例项目1\t1000\r\n示例项目2\t1007"
    assert table.startswith("<table><tr><td style=\"mso-number-format:'\\@'\">示例项目1</td><td>1000</td></tr>")


def test_what_the_server_finds_wrong_stands_at_its_cell(page, gallery, open_sheet):
    gallery.answer = lambda asked: (
        200,
        {
            "version": 2,
            "saved": [],
            "problems": [{"row": 100, "column": "c1", "message": "累计小于上月。", "severity": "error"}],
        },
    )
    open_sheet(month(rows=3))

    page.keyboard.type("7")
    page.keyboard.press("Enter")

    expect(badge(page)).to_have_text("1 格有误，未保存")
    expect(cell(page, 1, 2)).to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="下一处").click()
    page.get_by_role("button", name="下一处").click()
    expect(page.locator(".sheet-says")).to_have_text("累计小于上月。")


def test_nothing_is_lost_while_the_line_is_cut(page, context, gallery, open_sheet):
    open_sheet(month(rows=3))
    context.set_offline(True)
    page.keyboard.type("77")
    page.keyboard.press("Enter")
    expect(badge(page)).to_have_text("连不上服务器，1 格留在本机，连上后自动保存")

    context.set_offline(False)
    expect(badge(page)).to_have_text("已全部保存，1 格待核实")
    assert [one["cells"] for one in gallery.taken] == [[{"row": 100, "column": "c1", "text": "77"}]]


def test_a_draft_outlives_the_page_until_it_is_saved(page, gallery, open_sheet):
    gallery.answer = lambda asked: (503, {})
    open_sheet(month(rows=3))
    page.keyboard.type("77")
    page.keyboard.press("Enter")
    expect(badge(page)).to_have_text("服务器未能保存，1 格留在本机，稍后自动再试")

    gallery.answer = lambda asked: (200, {"version": 2})
    page.reload()
    expect(report(page)).to_have_text("已取回上次未保存的 1 格")
    expect(cell(page, 1, 2)).to_have_text("77")
    expect(badge(page)).to_have_text("已全部保存，1 格待核实")

    page.reload()
    expect(cell(page, 1, 2)).to_have_text("1,000")
    expect(report(page)).to_have_text("")


def test_someone_elses_change_is_told_and_own_cells_are_kept(page, gallery, open_sheet):
    gallery.answer = lambda asked: (409, {"version": 5})
    open_sheet(month(rows=3))
    page.keyboard.type("77")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("本表已被他人改动，您有 1 格尚未保存，已留在本机。")

    gallery.answer = lambda asked: (200, {"version": 6})
    gallery.pages["/sheet"] = render("sheet.html", data=month(rows=3) | {"version": 5}, key="正定县2021-11")
    page.get_by_role("button", name="载入最新内容").click()

    expect(report(page)).to_have_text("已取回上次未保存的 1 格")
    expect(badge(page)).to_have_text("已全部保存，1 格待核实")
    assert gallery.taken[-1] == {
        "token": "token",
        "version": 5,
        "cells": [{"row": 100, "column": "c1", "text": "77"}],
    }


def test_the_table_stays_small_and_its_names_stay_in_sight(page, open_sheet):
    open_sheet(month(rows=3000))
    few = page.evaluate("document.querySelectorAll('tici-sheet *').length")

    page.keyboard.press("Control+End")

    expect(cell(page, 3000, 14)).to_have_class(re.compile("active"))
    expect(cell(page, 3000, 1)).to_be_in_viewport()
    assert page.locator("[role=grid]").get_attribute("aria-rowcount") == "3002"
    assert page.evaluate("document.querySelectorAll('tici-sheet *').length") == few
    assert few < 900


def test_a_choice_is_picked_from_its_list(page, open_sheet):
    open_sheet(month(rows=3))
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("F2")
    page.get_by_role("combobox", name="阶段").select_option("达效")

    expect(cell(page, 1, 14)).to_have_text("达效")
    page.keyboard.press("ArrowLeft")
    expect(cell(page, 1, 13)).to_have_class(re.compile("active"))


def test_an_input_method_writes_into_the_cell(page, open_sheet):
    data = month(rows=3)
    data["columns"][0]["locked"] = False
    open_sheet(data)
    cell(page, 1, 1).click()
    session = page.context.new_cdp_session(page)

    session.send("Input.imeSetComposition", {"text": "zhong", "selectionStart": 5, "selectionEnd": 5})
    session.send("Input.insertText", {"text": "重组蛋白"})
    page.keyboard.press("Enter")

    expect(cell(page, 1, 1)).to_have_text("重组蛋白")


@pytest.mark.parametrize("switches", [{}, {"contrast": "high"}, {"density": "compact"}])
def test_the_grid_has_no_barrier_axe_can_find(page, gallery, axe, switches):
    gallery.pages["/sheet"] = render("sheet.html", switches, data=month(), key="a")
    page.goto(f"{gallery.url}/sheet")
    axe(page)
    cell(page, 2, 3).click()
    page.keyboard.type("约")
    axe(page)


def test_without_scripts_the_figures_are_a_plain_table(browser, gallery):
    gallery.pages["/sheet"] = render("sheet.html", data=month(rows=3), key="a")
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{gallery.url}/sheet")
    expect(page.get_by_role("cell", name="示例项目2")).to_be_visible()
    page.context.close()
