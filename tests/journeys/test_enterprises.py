"""A clerk finds a firm, sees what it lacks to the next rung, corrects a fact, merges a double, and undoes it."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import make
from tici.core.searching import searchable
from tici.enterprises.models import Enterprise

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey, pytest.mark.usefixtures("strict")]

NAME = "示例原料药厂"


@pytest.fixture
def double(settings, tmp_path) -> tuple[Enterprise, Enterprise]:
    """A firm below the line, and another entry of it without code."""
    settings.TICI_DATA = tmp_path
    county = make.place("正定县", within=make.city())
    firm = make.enterprise(place=county, name=NAME, uscc="91110108551385082Q", industry="2710")
    make.year_facts(enterprise=firm, year=timezone.localdate().year - 1, people=66, revenue_wan=1680)
    other = make.enterprise(place=county, name=f"{NAME}.", search_text=searchable(NAME), products="原料药")
    return firm, other


def signed_in(page: Page, url: str) -> None:
    person = make.person(place=make.Place.objects.get(name="石家庄市"))
    page.goto(f"{url}/sign-in/")
    page.get_by_label("用户名").fill(person.username)
    page.get_by_label("密码").fill("secret")
    page.get_by_role("button", name="登录").click()


def test_a_firm_is_found_corrected_merged_and_parted_again(page, live_server, axe, double):
    firm, other = double
    signed_in(page, live_server.url)

    # Found by the initials of its name; the page says what it lacks.
    page.goto(f"{live_server.url}/search/?q=slylyc")
    page.get_by_role("link", name=NAME, exact=True).click()
    expect(page.get_by_text("营业收入还差320万元")).to_be_visible()
    axe(page)

    # A better figure of last year closes the gap.
    page.get_by_role("link", name="填写年度数据").click()
    page.get_by_label("营业收入(万元)", exact=False).first.fill("2100")
    axe(page)
    page.get_by_role("button", name="保存年度数据").click()
    expect(page.get_by_text("已达到").first).to_be_visible()

    # The merge desk puts the two entries side by side; the one with the code is kept.
    page.get_by_role("navigation").get_by_role("link", name="重复企业").click()
    axe(page)
    page.get_by_role("link", name="并排核对").click()
    expect(page.get_by_text("不同").first).to_be_visible()
    axe(page)
    page.get_by_label("依据").first.fill("同一营业执照")
    page.get_by_role("button", name="合并").click()
    expect(page.get_by_text("没有待核对的重复")).to_be_visible()
    other.refresh_from_db()
    assert other.merged_into == firm

    # Undone from the list of mergings, both stand again.
    page.get_by_role("button", name="撤销合并").click()
    page.get_by_role("dialog").get_by_role("button").last.click()
    expect(page.get_by_role("link", name="并排核对")).to_be_visible()
    other.refresh_from_db()
    assert other.merged_into is None
