"""A clerk uploads the tax office's list, looks at who is missing from the library, decides a row, and takes it back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.enterprises.listing import code, matched, row, workbook
from tici.core.tasks import run
from tici.enterprises.models import OfficeList

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey, pytest.mark.usefixtures("strict")]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def city(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    city = make.city()
    county = make.place("正定县", within=city, code="130123")
    make.enterprise(place=county, name="示例恒瑞制药有限公司", uscc=code(1), industry="2710", address="示例大街1号")
    return city


def signed_in(page: Page, url: str, city) -> None:
    person = make.person(place=city)
    page.goto(f"{url}/sign-in/")
    page.get_by_label("用户名").fill(person.username)
    page.get_by_label("密码").fill("secret")
    page.get_by_role("button", name="登录").click()


def test_a_list_is_uploaded_matched_decided_and_removed(page, live_server, axe, city):
    book = workbook(
        [
            row(1, "示例恒瑞制药有限公司", uscc=code(1), wan=9000),
            row(2, "示例大同饲料有限公司", uscc=code(1), wan=2600),
            row(3, "示例远洋渔具厂", uscc=code(9), wan=3000),
        ]
    )
    signed_in(page, live_server.url, city)

    # The list is handed in, and waits until the worker has matched it.
    page.get_by_role("link", name="企业", exact=True).click()
    page.get_by_role("link", name="外部名单").click()
    page.get_by_role("link", name="上传名单").click()
    axe(page)
    page.get_by_label("数据年度").fill("2020")
    page.get_by_label("名单文件").set_input_files({"name": "税务.xlsx", "mimeType": XLSX, "buffer": book})
    page.get_by_role("button", name="上传并匹配").click()
    expect(page.get_by_text("可以离开本页，匹配在后台继续。")).to_be_visible()
    run(OfficeList.objects.get().job_id)
    page.get_by_role("link", name="查看结果").click()

    # Who is over the line and not in the library; one row more waits to be looked at.
    expect(page.get_by_text("有1个代码下写了不同名称的企业")).to_be_visible()
    expect(page.get_by_role("link", name="示例远洋渔具厂")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="逐行核对").click()
    page.get_by_role("link", name="示例大同饲料有限公司").click()
    expect(page.get_by_text("统一社会信用代码相同")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="不是台账上的企业").click()

    # The decision is taken back on its row.
    page.get_by_role("link", name="台账以外").click()
    page.get_by_role("link", name="示例大同饲料有限公司").click()
    page.get_by_role("button", name="撤销核对").click()
    expect(page.get_by_text("已撤销，恢复到自动匹配的结果。")).to_be_visible()

    # The list goes once its name is typed again.
    page.get_by_role("link", name="税务.xlsx").click()
    page.get_by_role("link", name="移除名单").click()
    axe(page)
    page.get_by_label("照原样输入文件名").fill("税务.xlsx")
    page.get_by_label("移除原因").fill("示例")
    page.get_by_role("button", name="移除名单").click()
    expect(page.get_by_text("名单及其匹配结果已移除")).to_be_visible()


def test_a_firm_that_a_list_found_is_taken_into_the_pool_and_seen_through(page, live_server, axe, city):
    book = workbook([row(1, "示例恒瑞制药有限公司", uscc=code(1), wan=9000)])
    made = matched(book, place=city, by=make.person(place=city))
    signed_in(page, live_server.url, city)
    page.goto(f"{live_server.url}{made.get_absolute_url()}")

    # From the list's own evidence into the pool, without typing the firm again.
    page.get_by_role("link", name="示例恒瑞制药有限公司").first.click()
    page.get_by_role("button", name="列入培育库").click()
    page.get_by_role("link", name="摸排").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("示例恒瑞制药有限公司")
    axe(page)

    # What blocks it, a paper seen, and the next step.
    page.get_by_role("link", name="卡点和责任").click()
    page.get_by_label("卡点").fill("门牌待补")
    page.get_by_label("联系岗位").fill("统计员")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("门牌待补")).to_be_visible()
    page.get_by_role("button", name="勾选").first.click()
    expect(page.get_by_text("已备", exact=True)).to_be_visible()
    page.get_by_role("link", name="办理进展").click()
    page.get_by_label("办理为").select_option("培育")
    page.get_by_role("button", name="办理").click()
    expect(page.get_by_text("摸排 → 培育")).to_be_visible()

    # It stands in the pool, found by what blocks it.
    page.get_by_role("link", name="培育库", exact=True).first.click()
    page.get_by_role("search", name="筛选").get_by_label("卡点").select_option("有卡点")
    expect(page.get_by_role("link", name="示例恒瑞制药有限公司")).to_be_visible()
