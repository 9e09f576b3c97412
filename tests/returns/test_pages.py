"""The month's pages: who may open them, what they show, and how many queries they cost."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from tests import make
from tests.make import NOVEMBER, NOW
from tici.accounts.models import Role
from tici.core.models import SourceRow, Upload
from tici.projects.models import Stage
from tici.returns.actions import EntryRow, file_entries, open_month, relight
from tici.returns.models import Channel, DraftRow, Entry, Filing, FilingState, Finding, Vintage

pytestmark = pytest.mark.django_db
BOARD, FILING, SHEET, LIGHTS, ENTRIES = 14, 15, 12, 11, 11


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def county(city):
    return make.place("正定县", within=city)


@pytest.fixture
def dispatcher(city):
    return make.person(place=city)


@pytest.fixture
def reporter(county):
    return make.person(place=county, role=Role.COUNTY_REPORTER)


def file(filing, *figures, by):
    rows = [EntryRow(project.pk, {name: Decimal(value) for name, value in given.items()}) for project, given in figures]
    return file_entries(filing=filing, rows=rows, channel=Channel.SCREEN, by=by, at=NOW)


def building(place, **over):
    return make.project(place=place, stage=Stage.BUILDING, started_on=date(2021, 3, 1), **over)


def url(name, *args, **query):
    return reverse(f"returns:{name}", args=args, query=query)


def test_the_board_names_the_missing_and_has_the_words_to_press_them(client, city, county, dispatcher):
    other = make.place("藁城区", within=city)
    building(other)
    open_month(NOVEMBER, by=dispatcher, at=NOW)
    file(Filing.objects.get(place=county), (building(county), {"done_ytd_wan": 10}), by=dispatcher)
    client.force_login(dispatcher)

    page = client.get(url("month"))

    assert page.context["board"].month == NOVEMBER
    assert [row.filing.place for row in page.context["board"].missing] == [other]
    assert "2021年11月项目月度调度表" in page.context["reminder"]
    assert "藁城区" in page.context["reminder"]
    assert "正定县" not in page.context["reminder"]


@pytest.mark.parametrize("counties", [1, 3])
def test_the_board_costs_the_same_for_one_county_and_three(
    client, city, dispatcher, counties, django_assert_num_queries
):
    for n in range(counties):
        place = make.place(f"第{n}县", within=city)
        file(make.filing(place=place), (building(place), {"done_ytd_wan": 10}), by=dispatcher)
    client.force_login(dispatcher)

    with django_assert_num_queries(BOARD):
        client.get(url("month"))


@pytest.mark.parametrize("projects", [1, 3])
def test_a_filing_costs_the_same_for_one_project_and_three(
    client, county, dispatcher, projects, django_assert_num_queries
):
    filing = make.filing(place=county)
    file(
        filing,
        *((building(county), {"done_ytd_wan": 10, "done_month_wan": -1}) for _ in range(projects)),
        by=dispatcher,
    )
    client.force_login(dispatcher)

    with django_assert_num_queries(FILING):
        client.get(url("filing", filing.pk))


def test_the_entries_of_a_filing_are_sorted_and_taken_away_as_they_are_seen(client, county, dispatcher):
    fast, slow, unplanned = building(county, name="快"), building(county, name="慢"), building(county, name="无计划")
    make.project_year(project=fast, plan_wan=100)
    filing = make.filing(place=county)
    file(
        filing,
        (slow, {"done_ytd_wan": 10, "plan_year_wan": 40}),
        (unplanned, {"done_ytd_wan": 30, "done_month_wan": -1}),
        (fast, {"done_ytd_wan": 90}),
        by=dispatcher,
    )
    client.force_login(dispatcher)

    pages = {sort: client.get(url("filing", filing.pk), {"sort": sort}) for sort in ("rate", "-rate", "-done_ytd_wan")}
    csv = client.get(url("filing", filing.pk), {"sort": "-rate", "as": "csv"})

    assert {sort: [line.entry.project.name for line in page.context["lines"]] for sort, page in pages.items()} == {
        "rate": ["慢", "快", "无计划"],
        "-rate": ["快", "慢", "无计划"],
        "-done_ytd_wan": ["快", "无计划", "慢"],
    }
    assert '<a class="sort" href="?sort=-rate">完成率</a>' in pages["rate"].text
    head, *rows = b"".join(csv.streaming_content).decode("utf-8-sig").splitlines()
    heads = ("项目名称", "年度计划(万元)", "本月完成(万元)", "本年累计(万元)", "开工以来累计(万元)", "上报完成率")
    assert head == ",".join((*heads, "形象进度", "存在问题", "完成率"))
    assert [row.split(",")[0] for row in rows[:3]] == ["快", "慢", "无计划"]


@pytest.mark.parametrize("projects", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("lights", LIGHTS), ("entries", ENTRIES)])
def test_a_register_costs_the_same_for_one_row_and_three(
    client, county, dispatcher, projects, name, queries, django_assert_num_queries
):
    file(make.filing(place=county), *((building(county), {"done_ytd_wan": 10}) for _ in range(projects)), by=dispatcher)
    client.force_login(dispatcher)

    with django_assert_num_queries(queries):
        page = client.get(url(name))

    assert len(page.context["listing"].rows) == projects


@pytest.mark.parametrize("projects", [1, 3])
def test_the_sheet_costs_the_same_for_one_project_and_three(
    client, county, reporter, projects, django_assert_num_queries
):
    filing = make.filing(place=county)
    for _ in range(projects):
        building(county)
    client.force_login(reporter)

    with django_assert_num_queries(SHEET):
        client.get(url("sheet", filing.pk))


def test_a_figure_shows_last_month_its_cell_and_what_the_checks_say(client, county, dispatcher):
    project, filing = building(county), make.filing(place=county)
    file(make.filing(place=county, month=NOVEMBER - 1), (project, {"done_ytd_wan": 700}), by=dispatcher)
    upload = Upload.objects.create(digest="d" * 64, size=1, name="正定.xlsx", received_at=NOW, received_by="x")
    source = SourceRow.objects.create(upload=upload, sheet="11月", row=7, cells={"done_ytd_wan": "F7"})
    row = EntryRow(project.pk, {"done_ytd_wan": Decimal(600)}, source_id=source.pk)
    file_entries(filing=filing, rows=[row], channel=Channel.WORKBOOK, by=dispatcher, at=NOW)
    client.force_login(dispatcher)

    text = client.get(url("filing", filing.pk)).content.decode()

    assert f'href="/uploads/{upload.digest}/cell/?sheet=11%E6%9C%88&amp;cell=F7"' in text
    assert "本年累计600万元比上月的700万元少100万元" in text


def test_each_figure_of_a_project_s_months_opens_to_its_cell_or_to_its_row_of_the_filing(client, county, dispatcher):
    project, typed = building(county), make.filing(place=county, month=NOVEMBER - 1)
    make.project_year(project=project, plan_wan=800)
    file(typed, (building(county), {"done_ytd_wan": 1}), (project, {"done_ytd_wan": 700}), by=dispatcher)
    upload = Upload.objects.create(digest="d" * 64, size=1, name="正定.xlsx", received_at=NOW, received_by="x")
    source = SourceRow.objects.create(upload=upload, sheet="11月", row=7, cells={"done_ytd_wan": "F7"})
    row = EntryRow(project.pk, {"done_ytd_wan": Decimal(720)}, source_id=source.pk)
    dropped = make.filing(place=county)
    file_entries(filing=dropped, rows=[row], channel=Channel.WORKBOOK, by=dispatcher, at=NOW)
    client.force_login(dispatcher)

    text = client.get(project.get_absolute_url()).text

    october, november = (Entry.objects.get(project=project, vintage__filing=one) for one in (typed, dropped))
    rows = [f"/returns/{one.vintage.filing_id}/?at={one.pk}#entry-{one.pk}" for one in (october, november)]
    assert f'<a href="{rows[1]}">2021-11</a>' in text
    assert f'<a class="figure" href="/uploads/{upload.digest}/cell/?sheet=11%E6%9C%88&amp;cell=F7">720</a>' in text
    assert f'<a class="figure" href="{rows[0]}">700</a>' in text
    assert f'<a class="figure" href="{rows[1]}">90.0<span class="unit">%</span></a>' in text
    assert '<a class="figure" href="#facts-years">800</a>' in text
    assert f'<tr id="entry-{october.pk}">' in client.get(rows[0]).text


def test_a_county_sees_its_own_filings_only(client, city, county, reporter):
    other = make.filing(place=make.place("藁城区", within=city))
    client.force_login(reporter)

    pages = [("filing", "get"), ("sheet", "get"), ("compare", "get"), ("file", "post"), ("accept", "post")]
    assert [getattr(client, way)(url(name, other.pk)).status_code for name, way in pages] == [404] * 5


@pytest.mark.parametrize("name", ["accept", "send_back", "lock", "unlock"])
def test_a_reporter_reviews_nothing(client, county, reporter, name):
    filing = make.filing(place=county, state=FilingState.FILED)
    client.force_login(reporter)

    assert client.post(url(name, filing.pk), {"reason": "x"}).status_code == 403


def test_a_leader_files_nothing(client, county):
    filing = make.filing(place=county)
    client.force_login(make.person(place=county, role=Role.LEADER))

    assert client.get(url("filing", filing.pk)).status_code == 200
    assert client.get(url("sheet", filing.pk)).status_code == 403
    assert client.post(url("file", filing.pk)).status_code == 403


def test_a_filing_goes_back_with_a_reason_and_not_without(client, county, dispatcher):
    filing = make.filing(place=county)
    file(filing, (building(county), {"done_ytd_wan": 10}), by=dispatcher)
    client.force_login(dispatcher)

    refused = client.post(url("send_back", filing.pk), {"reason": ""})
    done = client.post(url("send_back", filing.pk), {"reason": "本年累计与台账不符"})

    assert (refused.status_code, done.status_code) == (422, 302)
    filing.refresh_from_db()
    assert (filing.state, filing.sent_back_reason) == (FilingState.SENT_BACK, "本年累计与台账不符")


def test_two_vintages_are_compared_cell_by_cell(client, county, dispatcher):
    same, changed, gone, added = (building(county) for _ in range(4))
    filing = make.filing(place=county)
    file(
        filing, (same, {"done_ytd_wan": 1}), (changed, {"done_ytd_wan": 5}), (gone, {"done_ytd_wan": 1}), by=dispatcher
    )
    file(
        filing, (same, {"done_ytd_wan": 1}), (changed, {"done_ytd_wan": 7}), (added, {"done_ytd_wan": 1}), by=dispatcher
    )
    client.force_login(dispatcher)

    rows = [row for row, _label, _money in client.get(url("compare", filing.pk)).context["rows"]]

    assert [(row.project, row.column, row.old, row.new) for row in rows if row.column] == [
        (changed, "done_ytd_wan", 5, 7)
    ]
    assert [(row.project, row.is_added) for row in rows if not row.column] == [(gone, False), (added, True)]


def test_the_board_opens_to_the_projects_reported_expected_and_missing(client, county, dispatcher, reporter):
    told, silent = building(county), building(county)
    file(make.filing(place=county), (told, {"done_ytd_wan": 1}), by=reporter)
    client.force_login(dispatcher)
    board = client.get(url("month")).text

    for code, projects in (("reporting", [told]), ("expected", [told, silent]), ("unreported", [silent])):
        address = reverse("desk:measure", args=[f"returns.{code}"]) + f"?month=2021-11&place={county.code}"
        assert address.replace("&", "&amp;") in board
        assert [row["pk"] for row in client.get(address).context["listing"].rows] == [one.pk for one in projects]


def test_lights_are_listed_with_their_reason_and_taken_away_with_it(client, county, dispatcher):
    make.project(place=county, planned_start_on=date(2021, 8, 1))
    make.filing(place=county)
    relight(NOVEMBER, by=dispatcher, at=NOW)
    client.force_login(dispatcher)

    page = client.get(url("lights", colour="red"))
    taken = b"".join(client.get(url("lights", **{"as": "csv"})).streaming_content).decode()
    behind = client.get(reverse("desk:measure", args=["returns.red"]), {"month": "2021-11"})

    for said in (page.text, taken, behind.text):
        assert "应于2021年8月开工，已逾期3个月未开工" in said


def save(client, filing, version, *cells):
    body = {"version": version, "cells": [{"row": r, "column": c, "text": t} for r, c, t in cells]}
    return client.post(url("sheet", filing.pk), json.dumps(body), content_type="application/json")


def test_cells_are_saved_as_typed_and_read_as_workbooks_are(client, county, reporter):
    project, filing = building(county), make.filing(place=county)
    client.force_login(reporter)

    answer = save(
        client, filing, 0, (project.pk, "done_ytd_wan", "１，２００"), (project.pk, "done_month_wan", "约几百")
    )

    assert answer.status_code == 200
    assert answer.json()["saved"] == [{"row": project.pk, "column": "done_ytd_wan"}]
    assert [(one["column"], one["severity"]) for one in answer.json()["problems"]] == [("done_month_wan", "error")]
    assert DraftRow.objects.get().cells == {"done_ytd_wan": "１，２００", "done_month_wan": "约几百"}


def test_checks_answer_while_the_month_is_typed(client, county, reporter):
    project, filing = building(county), make.filing(place=county)
    client.force_login(reporter)

    answer = save(client, filing, 0, (project.pk, "done_ytd_wan", "1.2亿元"))

    assert [(one["column"], one["severity"]) for one in answer.json()["problems"]] == [("done_ytd_wan", "warning")]
    assert "本年累计12,000万元大于总投资1,000万元" in answer.json()["problems"][0]["message"]


def test_a_draft_that_someone_else_changed_is_not_overwritten(client, county, reporter):
    project, filing = building(county), make.filing(place=county)
    client.force_login(reporter)
    save(client, filing, 0, (project.pk, "done_ytd_wan", "1"))

    stale = save(client, filing, 0, (project.pk, "done_ytd_wan", "2"))

    assert stale.status_code == 409
    assert "已被他人修改" in stale.json()["message"]
    assert DraftRow.objects.get().cells == {"done_ytd_wan": "1"}


def test_locked_cells_other_places_projects_and_closed_months_are_not_typed(client, city, county, reporter):
    strange, own = building(city), building(county)
    filing, closed = make.filing(place=county), make.filing(place=county, month=NOVEMBER - 1, state=FilingState.LOCKED)
    client.force_login(reporter)

    answer = save(client, filing, 0, (strange.pk, "done_ytd_wan", "1"), (own.pk, "name", "改名"))
    shut = save(client, closed, 0, (own.pk, "done_ytd_wan", "1"))

    assert (answer.json()["saved"], len(answer.json()["problems"]), shut.status_code) == ([], 2, 403)
    assert not DraftRow.objects.exists()
    assert client.post(url("sheet", filing.pk), "{", content_type="application/json").status_code == 400


def test_a_typed_month_is_filed_once_what_is_asked_is_answered(client, county, reporter):
    project, filing = building(county, investment_wan=Decimal(100)), make.filing(place=county)
    client.force_login(reporter)
    save(client, filing, 0, (project.pk, "done_ytd_wan", "120"), (project.pk, "progress_text", "主体完工"))

    asked = client.post(url("file", filing.pk))
    assert (asked.status_code, Vintage.objects.count()) == (422, 0)
    (field,) = [one["refusal"].field for one in asked.context["refusals"]]

    done = client.post(url("file", filing.pk), {f"answer:{field}": "总投资待调整", "reason": "首报"})
    assert done.status_code == 302
    entry = Entry.objects.get()
    assert (entry.done_ytd_wan, entry.progress_text, entry.vintage.reason) == (120, "主体完工", "首报")
    assert (Finding.objects.get().answer, DraftRow.objects.count()) == ("总投资待调整", 0)


def test_a_stop_is_not_answered_away(client, county, reporter):
    project, filing = building(county), make.filing(place=county)
    client.force_login(reporter)
    save(client, filing, 0, (project.pk, "done_ytd_wan", "-5"))

    refused = client.post(url("file", filing.pk), {f"answer:{project.pk}:ytd_negative": "就是负的"})

    assert (refused.status_code, Vintage.objects.count()) == (422, 0)


def test_a_correction_on_the_screen_starts_from_what_was_filed(client, county, reporter):
    one, other, filing = building(county), building(county), make.filing(place=county)
    file(filing, (one, {"done_ytd_wan": 10}), (other, {"done_ytd_wan": 20, "done_month_wan": 5}), by=reporter)
    client.force_login(reporter)
    save(client, filing, 0, (one.pk, "done_ytd_wan", "15"))

    client.post(url("file", filing.pk), {"reason": "更正"})

    now = Entry.objects.current(NOVEMBER).order_by("project")
    assert list(now.values_list("project", "done_ytd_wan", "done_month_wan")) == [(one.pk, 15, None), (other.pk, 20, 5)]


def test_a_correction_on_the_screen_keeps_projects_that_only_the_county_named(client, county, reporter):
    expected, filing = building(county), make.filing(place=county)
    unplanned, ended = make.project(place=county), building(county)
    file(
        filing, (expected, {"done_ytd_wan": 10}), (unplanned, {"done_ytd_wan": 20}), (ended, {"done_ytd_wan": 30}),
        by=reporter,
    )  # fmt: skip
    ended.cancelled_on, ended.cancel_reason = date(2021, 11, 20), "调整"
    ended.save()
    client.force_login(reporter)

    saved = save(client, filing, 0, (expected.pk, "done_ytd_wan", "15"), (unplanned.pk, "done_ytd_wan", "25"))
    client.post(url("file", filing.pk), {"reason": "更正"})

    assert [one["row"] for one in saved.json()["saved"]] == [expected.pk, unplanned.pk]
    now = Entry.objects.current(NOVEMBER).order_by("project")
    assert list(now.values_list("project", "done_ytd_wan")) == [(expected.pk, 15), (unplanned.pk, 25), (ended.pk, 30)]


def test_a_plan_mended_in_the_register_is_filed_with_the_next_correction(client, county, reporter):
    project, other, filing = building(county), building(county), make.filing(place=county)
    plan = make.project_year(project=project, plan_wan=Decimal(500))
    file(
        filing, (project, {"plan_year_wan": 50, "done_ytd_wan": 10}), (other, {"plan_year_wan": 70, "done_ytd_wan": 7}),
        by=reporter,
    )  # fmt: skip
    client.force_login(reporter)

    cells = client.get(url("sheet", filing.pk)).context["data"]["rows"][0]["cells"]
    client.post(url("file", filing.pk), {"reason": "年度计划更正"})

    assert cells[2] == "500"
    now = Entry.objects.current(NOVEMBER).order_by("project")
    assert list(now.values_list("plan_year_wan", "done_ytd_wan")) == [(plan.plan_wan, 10), (70, 7)]


def test_a_finding_is_answered_on_its_own_page(client, county, reporter):
    filing = make.filing(place=county)
    file(filing, (building(county), {"done_ytd_wan": 10, "done_month_wan": -1}), by=reporter)
    finding = Finding.objects.get(check_code="month_negative")
    client.force_login(reporter)

    assert client.get(url("answer", finding.pk)).status_code == 200
    assert client.post(url("answer", finding.pk), {"answer": "核减9月"}).status_code == 302
    finding.refresh_from_db()
    assert finding.answer == "核减9月"


def test_the_city_opens_a_month_and_a_county_does_not(client, county, dispatcher, reporter):
    client.force_login(reporter)
    assert client.post(url("open"), {"month": "2021-11"}).status_code == 403

    client.force_login(dispatcher)
    assert client.post(url("open"), {"month": "十一月"}).status_code == 422
    refused = client.post(url("open"), {"month": "2099-12"})
    assert "2099年12月还没有到，不能开始填报" in refused.content.decode()
    assert client.post(url("open"), {"month": "2021-11"}).status_code == 302
    assert list(Filing.objects.values_list("place", "month_on")) == [(county.pk, date(2021, 11, 1))]


def test_a_month_nobody_reported_is_withdrawn_from_its_board(client, county, dispatcher, reporter):
    for month in (NOVEMBER, NOVEMBER + 1):
        open_month(month, by=dispatcher, at=NOW)
    client.force_login(dispatcher)
    assert "撤销2021-12的填报" in client.get(url("month")).content.decode()

    page = client.post(url("withdraw_month"), {"month": "2021-12"}, follow=True)

    assert page.context["board"].month == NOVEMBER
    file(Filing.objects.get(), (building(county), {"done_ytd_wan": 1}), by=reporter)
    page = client.post(url("withdraw_month"), {"month": "2021-11"}, follow=True)
    assert "2021年11月已有1个单位报送或填写，不能撤销" in page.content.decode()
    assert "撤销2021-11的填报" not in page.content.decode()
