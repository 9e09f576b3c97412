"""A parent speaks without scripts, a clerk decides by keyboard, a second person publishes."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import make
from tests.consultation import noticing
from tici.accounts.models import Role
from tici.consultation import actions
from tici.consultation.models import Confirmation, Decision, Group, Item, Publication, Submission

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clerk(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return noticing.clerk(make.city())


def sign_in(page: Page, url: str, person) -> None:
    page.goto(f"{url}/sign-in/")
    page.get_by_label("用户名").fill(person.username)
    page.get_by_label("密码").fill("secret")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{url}/")


def test_a_parent_sends_without_scripts_and_looks_it_up(browser: Browser, live_server, clerk):
    notice = noticing.notice(by=clerk, closes_on=date(2100, 1, 1))
    page = browser.new_context(java_script_enabled=False, locale="zh-CN").new_page()

    # From the list of notices to the form, by the links a person finds.
    page.goto(live_server.url + "/consultations/")
    page.get_by_role("link", name=notice.title).click()
    page.get_by_role("link", name="在网上提意见").click()
    page.get_by_role("checkbox", name="增加站点").check()
    page.get_by_label("您的意见和建议").fill("希望3号线在槐安路口加一站。")
    page.get_by_role("button", name="提交意见").click()

    # The receipt leads to looking it up.
    expect(page.get_by_role("heading", name="意见已收到")).to_be_visible()
    number, code = page.locator(".receipt dd").all_inner_texts()
    page.get_by_role("link", name="查询我的意见").last.click()
    page.get_by_label("受理编号").fill(number)
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("已收到，等待登记。")).to_be_visible()

    page.get_by_role("button", name="撤回这件意见").click()
    expect(page.get_by_text("已经办好，这件意见不再计入。")).to_be_visible()


# What the one that holds the keys is called.
HELD = "(e => e.labels?.[0]?.innerText || e.ariaLabel || e.innerText || '')(document.activeElement)"


def tab_to(page: Page, name: str, *, most: int = 60) -> None:
    """Go on by Tab until what has this name or label holds the keys."""
    for _ in range(most):
        page.keyboard.press("Tab")
        held = page.evaluate(HELD)
        if held.strip().startswith(name):
            return
    raise AssertionError(f"Tab never reaches “{name}”.")


@pytest.mark.usefixtures("strict")
def test_a_parent_sends_looks_up_and_takes_back_by_keyboard_alone_in_large_print(page: Page, live_server, clerk):
    notice = noticing.notice(by=clerk, closes_on=date(2100, 1, 1))
    page.goto(live_server.url + "/consultations/")
    tab_to(page, "大字版")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="普通版")).to_be_visible()

    tab_to(page, notice.title)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{notice.code}/")
    tab_to(page, "在网上提意见")
    page.keyboard.press("Enter")
    page.wait_for_url("**/send/")
    tab_to(page, "增加站点")
    page.keyboard.press("Space")
    tab_to(page, "您的意见和建议")
    page.keyboard.type("希望3号线在槐安路口加一站。")
    tab_to(page, "提交意见")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="意见已收到")).to_be_visible(timeout=60_000)
    number, code = page.locator(".receipt dd").all_inner_texts()

    page.goto(live_server.url + "/consultations/look-up/")
    tab_to(page, "受理编号")
    page.keyboard.type(number)
    tab_to(page, "查询码")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.get_by_text("已收到，等待登记。")).to_be_visible()
    tab_to(page, "撤回这件意见")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已经办好，这件意见不再计入。")).to_be_visible()


@pytest.mark.usefixtures("strict")
def test_a_colleague_types_again_without_seeing_and_a_clerk_settles(page: Page, live_server, clerk, axe):
    notice = noticing.notice(by=clerk)
    colleague = noticing.clerk(clerk.place)
    made = noticing.submission(notice, "")
    actions.transcribe(submission=made, text="希望在槐安路口加一站。", by=clerk, at=noticing.OPEN)
    Submission.objects.update(second_typing="due")  # as every tenth is

    sign_in(page, live_server.url, colleague)
    page.goto(f"{live_server.url}/consultations/desk/{notice.pk}/transcribe/")
    axe(page)
    expect(page.get_by_label("誊录文字")).to_have_value("")
    page.keyboard.type("希望在怀安路口加一站。")  # the field holds the keys already
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("heading", name="两遍誊录不一致，请核定")).to_be_visible()
    axe(page)
    page.get_by_label("核定文字").fill("希望在槐安路口加一站。")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("没有待誊录的意见")).to_be_visible()
    expect(page.get_by_text("两遍对照1件，不一致1件")).to_be_visible()

    # Automatic acceptance is off until somebody switches it on.
    page.goto(f"{live_server.url}/consultations/desk/{notice.pk}/acceptance/")
    axe(page)
    page.get_by_role("button", name="开启自动采信").click()
    expect(page.get_by_text("已开启自动采信。")).to_be_visible()
    assert Submission.objects.get().text == "希望在槐安路口加一站。"


@pytest.mark.usefixtures("strict")
def test_public_pages_are_readable_by_everyone_and_a_form_proves_itself(page: Page, live_server, clerk, axe):
    notice = noticing.notice(by=clerk, closes_on=date(2100, 1, 1))

    for path in ("", f"{notice.code}/", f"{notice.code}/versions/", f"{notice.code}/send/", "look-up/"):
        page.goto(f"{live_server.url}/consultations/{path}")
        axe(page)

    page.goto(f"{live_server.url}/consultations/{notice.code}/send/")
    page.get_by_label("您的意见和建议").fill("希望3号线在槐安路口加一站。")
    page.get_by_role("button", name="提交意见").click()
    expect(page.get_by_role("heading", name="意见已收到")).to_be_visible(timeout=60_000)
    axe(page)

    assert Item.objects.get().held == ""


@pytest.mark.usefixtures("strict")
def test_a_clerk_confirms_and_decides_ten_by_keyboard(page: Page, live_server, clerk, axe):
    notice = noticing.notice(by=clerk)
    for number in range(10):
        noticing.read(notice, f"第{number}件：希望增加一站。")
    sign_in(page, live_server.url, clerk)

    # Reading: a digit and Enter for each; the next one comes into the same page.
    page.goto(f"{live_server.url}/consultations/desk/{notice.pk}/read/")
    axe(page)
    for done in range(10):
        expect(page.get_by_text(f"已确认 {done} / 10")).to_be_visible()
        page.keyboard.press("2")
        page.keyboard.press("Enter")
    expect(page.get_by_text("没有待确认的意见")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_text("已确认 9 / 10")).to_be_visible()

    # Deciding: the reason is written once, and taken again by Alt and its digit.
    page.goto(f"{live_server.url}/consultations/desk/{notice.pk}/decide/")
    axe(page)
    for left in range(10, 0, -1):
        expect(page.get_by_text(f"待决定 {left} / 10 组")).to_be_visible()
        page.keyboard.press("1")
        if left == 10:
            page.get_by_label("理由").fill("已安排。")
            page.keyboard.press("Control+Enter")
        else:
            page.keyboard.press("Alt+1")
            page.keyboard.press("Enter")
    expect(page.get_by_text("没有待决定的意见组")).to_be_visible()

    assert set(Confirmation.objects.values_list("aspects", flat=True).filter(undone_at=None)[0]) == {"S"}
    assert set(Decision.objects.values_list("outcome", "reason")) == {("adopted", "已安排。")}


@pytest.mark.usefixtures("strict")
def test_a_second_person_publishes(page: Page, live_server, clerk, axe):
    notice = noticing.notice(by=clerk)
    noticing.read(notice)
    for group in Group.objects.all():
        actions.decide_group(group=group, outcome="adopted", reason="已安排", unit="", by=clerk, at=make.NOW)
        actions.confirm_masked(group=group, text="希望晚发车。", is_left_out=False, by=clerk, at=make.NOW)
    reviewer = noticing.clerk(clerk.place, role=Role.CONSULTATION_REVIEWER)

    sign_in(page, live_server.url, clerk)
    page.goto(f"{live_server.url}/consultations/desk/{notice.pk}/publication/")
    page.get_by_role("button", name="提交复核").click()
    expect(page.get_by_text("已提交，等待另一人复核。")).to_be_visible()
    axe(page)
    page.context.clear_cookies()

    sign_in(page, live_server.url, reviewer)
    page.goto(f"{live_server.url}/consultations/desk/{notice.pk}/publication/")
    page.get_by_role("button", name="复核并公布").click()
    expect(page.get_by_text("已公布，公众页面可以查看。")).to_be_visible()

    page.goto(f"{live_server.url}/consultations/{notice.code}/results/")
    expect(page.get_by_role("cell", name="希望晚发车。")).to_be_visible()
    axe(page)
    assert Publication.objects.get().state == "published"
