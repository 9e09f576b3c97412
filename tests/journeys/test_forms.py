"""A county files its firms by template; the city accepts and seals; a correction is kept beside what was sealed."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import make
from tests.make import NOVEMBER, NOW
from tests.returns.industrial import figures, firm, firm_form, opened
from tici.accounts.models import Person, Role
from tici.core.tasks import run
from tici.enterprises.actions import name_reporter
from tici.returns.models import FormUpload

pytestmark = [
    pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("strict"),
]  # fmt: skip
FIRST_ROW, FIRST_COLUMN = 5, 6  # of the figures in the template, from 1


def sign_in(page: Page, live_server: LiveServer, person: Person) -> None:
    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_label("用户名").fill(person.username)
    page.get_by_label("密码").fill("secret")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)  # each role has its own first page


@pytest.fixture
def dispatcher(browser: Browser) -> Page:
    """The dispatcher's own browser, beside the reporter's."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
    yield context.new_page()
    context.close()


def send(page: Page, book: Path) -> None:
    """Upload a workbook; the worker reads it, and the page shows what was read."""
    page.get_by_label("填好的模板").set_input_files(book)
    page.get_by_role("button", name="上传", exact=True).click()
    work(page)


def work(page: Page) -> None:
    """Let the worker do what waits, then look again."""
    page.wait_for_url(re.compile("/workbooks/"))
    run(FormUpload.objects.latest("pk").job_id)
    page.reload()


def test_a_form_is_filed_by_template_asked_about_accepted_sealed_and_corrected(
    page, live_server, axe, dispatcher, tmp_path, settings
):
    settings.TICI_DATA = tmp_path / "data"
    city = make.city()
    county = make.place("正定县", within=city)
    boss, reporter = make.person(place=city), make.person(place=county, role=Role.COUNTY_REPORTER)
    form = firm_form()
    names = [firm(county).name, firm(county).name]
    opened(form)
    month = f"{live_server.url}/form-months/industry_firm/?month=2021-11"

    # The reporter takes the template away and fills it in; one row has words where a figure belongs.
    sign_in(page, live_server, reporter)
    page.goto(month)
    page.get_by_role("link", name="用模板").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="下载模板").click()
    path = tmp_path / "11月.xlsx"
    taken.value.save_as(path)
    book = openpyxl.load_workbook(path)
    sheet = book["填报表"]
    for row, over in enumerate(({"people": None}, {})):
        for at, figure in enumerate(figures(form, **over)):
            if figure is not None:
                sheet.cell(FIRST_ROW + row, FIRST_COLUMN + at).value = float(figure)
    sheet.cell(FIRST_ROW + 1, FIRST_COLUMN).value = "停产"
    book.save(path)
    send(page, path)

    # The page says what was read and what comes back; the good row is filed.
    expect(page.get_by_role("row").filter(has_text="停产")).to_contain_text("读不出数字")
    axe(page)
    page.get_by_role("button", name="报送读出的 1 行").click()
    work(page)
    expect(page.get_by_text("已报送").first).to_be_visible()

    # Corrected, the other row follows from the same workbook; nothing is filed twice.
    sheet.cell(FIRST_ROW + 1, FIRST_COLUMN).value = 12000
    book.save(path)
    page.get_by_role("link", name="再传一份").click()
    send(page, path)
    page.get_by_role("button", name="报送读出的 2 行").click()
    work(page)
    expect(page.get_by_text("另有 1 个与已报一致")).to_be_visible()

    # A check asks why a figure is missing, and the reporter answers.
    page.get_by_role("link", name="单位月报").first.click()
    page.get_by_role("link", name=names[0]).click()
    page.get_by_role("row").filter(has_text="平均用工人数").get_by_role("link", name="说明").click()
    page.get_by_label("说明").fill("人事系统升级，12月8日补报。")
    page.get_by_role("button", name="保存说明").click()
    expect(page.get_by_text("说明：人事系统升级")).to_be_visible()
    report = page.url

    # The dispatcher asks about a cell, and is answered.
    sign_in(dispatcher, live_server, boss)
    dispatcher.goto(report)
    dispatcher.get_by_label("栏目").select_option(label="工业总产值 本年累计")
    dispatcher.get_by_label("疑问").fill("增速高于用电，请说明。")
    dispatcher.get_by_role("button", name="发给填报员").click()
    page.reload()
    page.get_by_role("link", name="答复", exact=True).click()
    page.get_by_label("答复").fill("新线投产。")
    page.get_by_role("button", name="保存说明").click()
    dispatcher.reload()
    expect(dispatcher.get_by_text("答复：新线投产。")).to_be_visible()
    dispatcher.get_by_role("button", name="了结").click()
    axe(dispatcher)

    # All are accepted and locked together, and the month is sealed once it is typed again.
    dispatcher.goto(month)
    dispatcher.get_by_role("link", name="单位月报").click()
    for step in ("审核通过", "锁定"):
        dispatcher.get_by_label("不只勾选的").check()
        dispatcher.get_by_role("button", name=step).click()
        expect(dispatcher.get_by_role("status").filter(has_text="2份月报")).to_be_visible()
    dispatcher.goto(month)
    dispatcher.get_by_role("link", name="封账", exact=True).click()
    dispatcher.get_by_label("请照写月份以确认").fill("2021-11")
    dispatcher.get_by_role("button", name="封账").click()
    expect(dispatcher.get_by_role("table").get_by_text("规上工业企业月报")).to_be_visible()
    axe(dispatcher)

    # A correction after sealing asks for its reason, and both figures stay.
    page.goto(month)
    page.get_by_role("link", name="用模板").click()
    sheet.cell(FIRST_ROW, FIRST_COLUMN).value = 12100
    book.save(path)
    send(page, path)
    page.get_by_role("button", name="报送读出的 2 行").click()
    work(page)
    expect(page.get_by_text("须写明原因").first).to_be_visible()
    page.get_by_label("更正说明").fill("发票冲红")
    page.get_by_role("button", name="报送读出的 2 行").click()
    work(page)
    dispatcher.get_by_role("table").get_by_role("link", name="规上工业企业月报").click()
    dispatcher.get_by_role("link", name=names[0]).click()
    row = dispatcher.get_by_role("row").filter(has_text="工业总产值")
    expect(row).to_contain_text("12,000")
    expect(row).to_contain_text("12,100")
    axe(dispatcher)
    assert NOVEMBER.first == FormUpload.objects.latest("pk").month_on
    assert FormUpload.objects.latest("pk").sent_at > NOW


def test_a_firm_exports_its_list_without_the_column_of_what_can_be_done(page, live_server):
    county = make.place("正定县", within=make.city())
    own, form = firm(county), firm_form()
    opened(form)
    reporter = make.person(place=None, role=Role.FIRM_REPORTER)
    clerk = make.person(place=county, role=Role.COUNTY_REPORTER)
    name_reporter(enterprise=own, username=reporter.username, by=clerk, at=NOW)

    sign_in(page, live_server, reporter)
    with page.expect_download() as taken:
        page.get_by_role("button", name="导出所列").click()

    head, line = Path(taken.value.path()).read_text("utf-8-sig").splitlines()
    assert head == "月份,状态,待办,报表,报送期限,最近报送"
    assert line.startswith("2021-11,")
    assert line.count(",") == 5
