"""A planner has lines planned, a wish evaluated and a line redrawn; a parent reads the line without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import make
from tests.buslines import planning
from tici.buslines.models import Plan, Planning, PlanState, Scenario, Stop
from tici.core.tasks import run

from .test_consultation import sign_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def planner(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return planning.planner(make.city())


@pytest.mark.usefixtures("strict")
def test_a_planner_has_a_school_planned_sees_the_proof_and_puts_the_version_in_force(
    page: Page, live_server, planner, axe
):
    planning.network(planner.place, stops=2)
    sign_in(page, live_server.url, planner)

    # From the menu to the school, and lines asked for with the limits as they stand.
    page.goto(live_server.url + "/lines/")
    axe(page)
    page.get_by_role("link", name="天苑小学").first.click()
    axe(page)
    page.get_by_role("link", name="编制线路").click()
    axe(page)
    page.get_by_role("button", name="开始编线").click()
    expect(page.get_by_text("可以离开本页，编线在后台继续。")).to_be_visible()
    axe(page)

    # The result comes into the page by itself.
    run(Planning.objects.get().job_id)
    page.get_by_role("link", name="查看方案").click()
    expect(page.get_by_role("row").filter(has_text="已证明最优").first).to_be_visible()
    axe(page)

    # Proposed, then in force from a day.
    page.get_by_role("button", name="转为拟定").click()
    page.get_by_label("启用日期").fill("2021-12-20")
    page.get_by_role("button", name="启用这一版").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("现行")
    assert Plan.objects.get().state == PlanState.IN_FORCE


@pytest.mark.usefixtures("strict")
def test_a_wish_is_declared_evaluated_in_three_ways_and_accepted(page: Page, live_server, planner, axe):
    school = planning.network(planner.place, stops=2)
    planning.in_force(school, planner)
    planning.stop(planner.place, 3, "东门")
    planning.families(school, 3, 3)
    sign_in(page, live_server.url, planner)

    page.goto(f"{live_server.url}/lines/schools/{school.pk}/")
    page.get_by_role("link", name="提出调整").click()
    nearest = page.get_by_label("站点", exact=True)
    expect(nearest.locator("option").first).to_have_text(re.compile("^东门（距学校[0-9]+米）$"))
    nearest.select_option(index=0)
    page.get_by_label("意见数").fill("12")
    axe(page)
    page.get_by_role("button", name="提交并评估").click()

    for way in ("照办", "最好补救", "重新编线"):
        expect(page.get_by_role("heading", name=way)).to_be_visible()
    expect(page.get_by_role("row", name="新增有座学生")).to_contain_text("3")
    axe(page)

    page.get_by_role("button", name="采纳（照办）").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("第2版")
    assert Scenario.objects.get().became == Plan.objects.get(number=2)


@pytest.mark.usefixtures("strict")
def test_a_line_is_redrawn_by_keys_with_undo_and_kept_as_a_draft(page: Page, live_server, planner, axe):
    school = planning.network(planner.place, stops=2)
    pattern = planning.in_force(school, planner).patterns.get(direction="morning")
    sign_in(page, live_server.url, planner)

    page.goto(f"{live_server.url}/lines/patterns/{pattern.pk}/")
    order = page.get_by_role("list", name="站点顺序")
    expect(order).to_contain_text("第2站")
    names = order.locator(".drawing-name")
    assert names.all_inner_texts() == ["第2站", "第1站"]
    axe(page)

    names.first.focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(names).to_have_text(["第1站", "第2站"])
    page.keyboard.press("Delete")
    expect(names).to_have_text(["第1站"])
    page.keyboard.press("Control+z")
    expect(names).to_have_text(["第1站", "第2站"])
    page.keyboard.press("Control+z")
    expect(names).to_have_text(["第2站", "第1站"])
    names.first.focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#drawn")).not_to_be_empty()
    axe(page)

    page.get_by_role("button", name="存为草案").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("第2版")
    kept = Plan.objects.get(number=2).patterns.get(direction="morning")
    assert [one.stop.name for one in kept.stops.order_by("position")] == ["第1站", "第2站"]


def test_a_parent_reads_the_line_without_scripts_and_takes_the_papers_home(
    browser: Browser, page: Page, live_server, planner, axe
):
    school = planning.network(planner.place, stops=2)
    planning.in_force(school, planner)

    plain = browser.new_context(java_script_enabled=False, locale="zh-CN").new_page()
    plain.goto(live_server.url + "/lines/public/")
    plain.get_by_role("link", name="天苑小学").first.click()
    expect(plain.get_by_role("heading", level=1)).to_be_visible()
    expect(plain.get_by_text("每名学生须有一名家长陪同")).to_be_visible()
    for name in ("第1站", "第2站"):
        expect(plain.get_by_text(name).first).to_be_visible()

    for path in (
        plain.get_by_role("link", name="下载线路单页").get_attribute("href"),
        f"/lines/public/stops/{Stop.objects.first().pk}/poster/",
    ):
        answer = plain.request.get(live_server.url + path)
        assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")

    page.goto(plain.url)
    axe(page)
    page.goto(live_server.url + "/lines/public/")
    axe(page)
