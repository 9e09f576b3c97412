"""A reporter drops workbooks, looks at what they say, takes them in, and finds a figure's cell again."""

from __future__ import annotations

import os

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests import make
from tests.desk import dropping
from tici.core.models import Job
from tici.core.tasks import run
from tici.desk.models import DroppedFile

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def signed_in(page, client, live_server):
    """A reporter of 正定县, signed in in the browser."""
    dropping.a_city()
    reporter = dropping.reporter()
    client.force_login(reporter)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return reporter


def seen(page, name):
    """Keep a picture where a folder for pictures is named."""
    if folder := os.environ.get("TICI_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.usefixtures("strict", "signed_in")
def test_a_workbook_goes_from_the_drop_box_to_the_register_and_back_to_its_cell(page, live_server, axe):
    data = dropping.workbook(dropping.with_change(r2c3="待定"))

    # Two files are chosen; each says what became of it, and the list shows both being read.
    page.goto(f"{live_server.url}/drop/?month=2021-11")
    page.get_by_label("把各县工作簿拖到这里，或点此选择").set_input_files(
        [
            {"name": "正定县11月调度表.xlsx", "mimeType": "application/octet-stream", "buffer": data},
            {"name": "空.xlsx", "mimeType": "application/octet-stream", "buffer": b""},
        ]
    )
    page.get_by_role("button", name="投递", exact=True).click()
    expect(page.get_by_text("“空.xlsx”是空的。请核对后重新投递。")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="正定县11月调度表.xlsx")).to_contain_text("等待读取")
    expect(page.get_by_text("“正定县11月调度表.xlsx”已收到，正在读取。")).to_have_count(0)  # the list says it now

    # The background reads it, and the list tells without being asked.
    dropping.read(DroppedFile.objects.get())
    row = page.get_by_role("row").filter(has_text="正定县11月调度表.xlsx")
    expect(row).to_contain_text("待接收", timeout=5000)
    axe(page)
    seen(page, "drop-box")

    # What cannot go in says why, beside the cell; the rest is taken in at one click.
    row.get_by_role("link", name="正定县11月调度表.xlsx").click()
    expect(page.get_by_text("总投资应填数字，现为“待定”。请填数字，没有的留空。")).to_be_visible()
    axe(page)
    seen(page, "proposal")
    page.get_by_role("button", name="全部接收").first.click()
    expect(page.get_by_role("status").first).to_contain_text("已接收2行：新增项目2个")
    seen(page, "accepted")

    # A figure leads to its cell in the workbook as it came.
    page.get_by_role("row").filter(has_text="示例钢构件基地项目").get_by_role("link", name="120", exact=True).click()
    expect(page.locator("td.here")).to_have_text("120")
    axe(page)
    seen(page, "cell")

    # It is in sight, with its project and its head.
    expect(page.locator("td.here")).to_be_in_viewport()
    expect(page.get_by_text("示例钢构件基地项目 · 11月完成投资(万元)")).to_be_visible()

    # And it is all put back.
    page.goto(live_server.url + DroppedFile.objects.get().get_absolute_url())
    page.get_by_role("button", name="撤销这次接收").click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("已撤销这次接收，登记册恢复到接收之前。")).to_be_visible()


@pytest.mark.usefixtures("strict")
def test_many_files_are_ticked_and_taken_in_while_the_list_tells_how_far_it_has_come(page, live_server, signed_in, axe):
    for row in dropping.ROWS:
        dropping.drop(dropping.workbook([row]), by=signed_in, name=f"{row[1]}.xlsx")

    # What is ticked stays ticked while the list is asked again.
    page.goto(f"{live_server.url}/drop/?month=2021-11")
    expect(page.get_by_role("button", name="接收所选")).to_be_disabled()
    page.get_by_role("checkbox", name="选择示例物流园二期项目.xlsx").check()
    with page.expect_response(lambda answer: "/drop/?month" in answer.url):
        page.evaluate("document.body.dispatchEvent(new Event('dropped'))")
    expect(page.get_by_role("checkbox", name="选择示例物流园二期项目.xlsx")).to_be_checked()
    expect(page.get_by_text("1 个已勾选")).to_be_visible()
    axe(page)
    seen(page, "drop-box-many")
    page.get_by_role("button", name="接收所选").click()
    expect(page.get_by_text("0 / 1")).to_be_visible()

    # The background takes it in, and the list says what came of it.
    run(Job.objects.get(kind="desk.accept_files").pk)
    expect(page.get_by_text("已接收1个文件1行：新增项目1个")).to_be_visible(timeout=5000)

    # The rest goes in at one click, asked once.
    page.get_by_role("button", name="接收全部可收的（2个）").click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("0 / 2")).to_be_visible()
    run(Job.objects.filter(kind="desk.accept_files").latest("pk").pk)
    expect(page.get_by_text("已接收2个文件2行：新增项目2个")).to_be_visible(timeout=5000)
    expect(page.get_by_role("button", name="接收所选")).to_have_count(0)
    axe(page)


@pytest.mark.usefixtures("strict")
def test_names_that_are_alike_and_columns_are_settled_on_a_narrow_screen(page, live_server, signed_in, axe):
    page.set_viewport_size({"width": 390, "height": 844})
    alike = [*dropping.ROWS, [4, "关于示例制剂车间建设项目", *dropping.ROWS[0][2:]]]
    file = dropping.drop(dropping.workbook(alike), by=signed_in)

    page.goto(live_server.url + file.get_absolute_url())
    expect(page.get_by_role("heading", name="是不是同一项目")).to_be_visible()
    axe(page)
    seen(page, "names-narrow")
    page.get_by_role("radio", name="同一项目").check()
    page.get_by_role("button", name="记下答复").click()
    expect(page.get_by_text("已记下1条答复，并重新比对。")).to_be_visible()

    page.get_by_role("link", name="列对应").click()
    axe(page)
    seen(page, "columns-narrow")
    page.get_by_label("形象进度").select_option(label="存在问题")
    page.get_by_role("button", name="确定并重新读取").click()
    expect(page.get_by_text("列对应已记住")).to_be_visible()


@pytest.mark.usefixtures("signed_in")
def test_without_javascript_many_files_go_in_as_one_form(browser, client, live_server):
    context = browser.new_context(java_script_enabled=False)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/drop/?month=2021-11")
    files = [
        {"name": f"{name}.xlsx", "mimeType": "application/octet-stream", "buffer": dropping.workbook([row])}
        for name, row in zip("甲乙", dropping.ROWS, strict=False)
    ]

    page.get_by_label("把各县工作簿拖到这里，或点此选择").set_input_files(files)
    page.get_by_role("button", name="投递", exact=True).click()

    expect(page.get_by_text("“甲.xlsx”已收到，正在读取。")).to_be_visible()
    expect(page.get_by_text("“乙.xlsx”已收到，正在读取。")).to_be_visible()

    # And so they are taken in.
    for file in DroppedFile.objects.all():
        dropping.read(file)
    page.reload()
    page.get_by_role("checkbox", name="选择甲.xlsx").check()
    page.get_by_role("button", name="接收所选").click()
    run(Job.objects.get(kind="desk.accept_files").pk)
    page.get_by_role("link", name="刷新进度").click()
    expect(page.get_by_text("已接收1个文件1行：新增项目1个")).to_be_visible()
    context.close()
    assert DroppedFile.objects.first().month == make.NOVEMBER
