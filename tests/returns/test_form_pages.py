"""The pages of forms: the dictionary, the form editor, the month of a form, typing and sending reports, the seal."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from itertools import count

import pytest
from django.urls import reverse

from tests import make
from tests.make import NOVEMBER, NOW
from tici.accounts.models import Role
from tici.core.models import Upload
from tici.enterprises.models import Enterprise, LibrarySpell, Sector
from tici.returns import actions, queries
from tici.returns.models import (
    CellQuery,
    Channel,
    FilingState,
    FormVersion,
    Indicator,
    ReportDraft,
    SealedMonth,
    UnitFinding,
    UnitReport,
)

pytestmark = pytest.mark.django_db
FIRM = "industry_firm"
UNITS, BOARD, REPORTS, REPORT, SHEET, SEALED = 14, 17, 14, 15, 20, 9
NUMBERS = count(1)


@pytest.fixture
def city():
    actions.load_forms(by="test", at=NOW)
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


def firm(place, **over):
    """A firm in the library since 2020."""
    made = Enterprise.objects.create(**{"place": place, "name": f"示例企业{next(NUMBERS)}"} | over)
    LibrarySpell.objects.create(enterprise=made, sector=Sector.INDUSTRY, from_date=date(2020, 1, 1))
    return made


def opened(*firms, month=NOVEMBER, by):
    """The reports of firms, awaited for a month."""
    actions.open_form_month(queries.form_on(FIRM, month), month, by=by, at=NOW)
    found = {one.enterprise_id: one for one in UnitReport.objects.of(FIRM, month)}
    return [found[one.pk] for one in firms]


def url(name, *args, **query):
    return reverse(f"returns:{name}", args=args, query=query)


def form(code=FIRM):
    return FormVersion.objects.get(code=code)


# The dictionary


CARD = {
    "label": "工业总产值", "unit": "万元", "aggregate": "sum", "meaning": "以货币表现的工业产品总量",
    "alert": "同比下降5%", "measures_taken": "约谈县区", "good": "同比增长10%", "frequency": "月", "way": "手工",
    "department": "统计局", "owner_post": "运行科长", "leader_post": "分管副局长", "synonyms": "总产值、产值",
}  # fmt: skip


def test_a_card_says_what_an_indicator_means_when_it_warns_and_who_answers(client, dispatcher):
    indicator = Indicator.objects.get(code="output")
    client.force_login(dispatcher)

    saved = client.post(url("indicator_edit", indicator.pk), CARD)
    text = client.get(url("indicator", indicator.pk)).text

    assert saved.status_code == 302
    for words in ("同比下降5%", "约谈县区", "同比增长10%", "统计局", "运行科长", "分管副局长", "总产值、产值"):
        assert words in text
    assert "规上工业企业月报" in text


def test_a_new_indicator_needs_a_code_of_its_own_and_a_ratio_its_parts(client, dispatcher):
    client.force_login(dispatcher)

    taken = client.post(url("indicator_new"), CARD | {"code": "output"})
    partless = client.post(url("indicator_new"), CARD | {"code": "share", "aggregate": "ratio"})
    done = client.post(url("indicator_new"), CARD | {"code": "orders", "label": "新签订单"})

    assert "这个代码已用于另一个指标" in taken.text
    assert "比率指标须写明分子和分母" in partless.text
    assert (taken.status_code, partless.status_code, done.status_code) == (422, 422, 302)
    assert Indicator.objects.get(code="orders").synonyms == ["总产值", "产值"]


def test_only_the_city_edits_the_dictionary_and_the_forms(client, county, reporter):
    pages = [("indicator_edit", Indicator.objects.first().pk), ("form_edit", form().pk)]
    statuses = []
    for person in (reporter, make.person(place=county), make.person(place=county.parent, role=Role.LEADER)):
        client.force_login(person)
        statuses += [client.get(url(*page)).status_code for page in pages]

    assert statuses == [403] * 6


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "model", "queries_"), [("indicators", Indicator, 8), ("forms", FormVersion, 9)])
def test_a_list_costs_the_same_for_one_row_and_three(
    client, dispatcher, rows, name, model, queries_, django_assert_num_queries
):
    model.objects.exclude(pk__in=model.objects.values_list("pk", flat=True)[:rows]).delete()
    client.force_login(dispatcher)

    with django_assert_num_queries(queries_):
        page = client.get(url(name))

    assert len(page.context["listing"].rows) == rows


# The form editor


def copied(client, version, **over):
    """A draft made from a version for January 2022."""
    given = {"from_month": "2022-01", "code": version.code, "name": version.name} | over
    return client.post(url("form_copy", version.pk), given)


def test_a_form_that_was_filed_on_is_not_edited_but_copied(client, county, dispatcher):
    opened(firm(county), by=dispatcher)
    client.force_login(dispatcher)

    page = client.get(url("form", form().pk))
    moved = client.post(url("form_columns", form().pk), {"do": "down:output.ytd"}, follow=True)
    made = copied(client, form())

    assert "这个版本已经开表填报，不能再改" in page.text
    assert "请另存为从以后月份起用的新版本" in moved.text
    assert made.status_code == 302
    new = FormVersion.objects.get(from_month=date(2022, 1, 1))
    assert (new.is_published, new.columns) == (False, form_of_2019().columns)


def form_of_2019():
    return FormVersion.objects.get(code=FIRM, from_month=date(2019, 1, 1))


def test_columns_are_added_moved_marked_and_taken_out(client, dispatcher):
    client.force_login(dispatcher)
    copied(client, form("cluster_month"))
    draft = FormVersion.objects.get(from_month=date(2022, 1, 1))

    def do(**given):
        marks = {"is_required": ["firms.end"], "is_locked": ["output.ytd_last_year"]}
        client.post(url("form_columns", draft.pk), marks | given)
        draft.refresh_from_db()
        return [column.code for column in draft.columns]

    assert do(do="down:firms.end")[:2] == ["output.ytd", "firms.end"]
    assert do(do="up:firms.end")[:2] == ["firms.end", "output.ytd"]
    assert "platforms.end" not in do(do="remove:platforms.end")
    assert do(do="add", indicator="tax", basis="ytd")[-1] == "tax.ytd"
    do(do="marks")
    assert {column.code for column in draft.columns if column.is_required} == {"firms.end"}
    assert {column.code for column in draft.columns if column.is_locked} == {"output.ytd_last_year"}


def test_a_column_twice_is_refused(client, dispatcher):
    client.force_login(dispatcher)
    copied(client, form("cluster_month"))
    draft = FormVersion.objects.get(from_month=date(2022, 1, 1))

    page = client.post(url("form_columns", draft.pk), {"do": "add", "indicator": "output", "basis": "ytd"}, follow=True)

    assert "有指标在报表中出现了两次" in page.text


def test_who_reports_is_counted_while_it_is_chosen(client, city, county, dispatcher):
    other = make.place("藁城区", within=city)
    firms = [firm(county, industry="2720"), firm(county, industry="3911"), firm(other, industry="2720")]
    opened(*firms, by=dispatcher)
    client.force_login(dispatcher)
    copied(client, form())
    draft = FormVersion.objects.get(from_month=date(2022, 1, 1))
    facts = {
        "name": "医药企业月报", "from_month": "2022-01", "unit_kind": "enterprise", "calendar": FIRM,
        "sector": "industry", "industries": "C27", "places": [county.code],
    }  # fmt: skip

    wrong = client.post(url("form_edit", draft.pk), facts | {"industries": "医药"})
    client.post(url("form_edit", draft.pk), facts)
    page, units = client.get(url("form", draft.pk)), client.get(url("form_units", draft.pk))

    assert "“医药”不是行业代码" in wrong.text
    assert page.context["units"] == 1
    assert [row["industry"] for row in units.context["listing"].rows] == ["2720"]


def test_due_days_follow_the_calendar_and_a_month_that_is_not_reported_says_so(client, county, dispatcher):
    opened(firm(county), by=dispatcher)
    client.force_login(dispatcher)
    copied(client, form())
    draft = FormVersion.objects.get(from_month=date(2022, 1, 1))

    dues = client.get(url("form", draft.pk)).context["dues"]

    assert [(str(month), due and str(due.on)) for month, due in dues[:3]] == [
        ("2022-01", None),
        ("2022-02", "2022-03-14"),  # the 12th is a Saturday
        ("2022-03", "2022-04-12"),
    ]


def test_a_draft_is_published_once(client, dispatcher):
    client.force_login(dispatcher)
    copied(client, form())
    draft = FormVersion.objects.get(from_month=date(2022, 1, 1))

    first = client.post(url("form_publish", draft.pk), follow=True)
    again = client.post(url("form_publish", draft.pk), follow=True)

    assert "自2022-01起启用" in first.text
    assert "已经启用" in again.text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_who_reports_costs_the_same_for_one_and_three(
    client, county, dispatcher, rows, django_assert_num_queries
):
    for _ in range(rows):
        firm(county)
    client.force_login(dispatcher)

    with django_assert_num_queries(UNITS):
        page = client.get(url("form_units", form().pk))

    assert len(page.context["listing"].rows) == rows


# The month of a form


def figures(**given):
    """The figures of a firm's report in the order of its columns; what is not given is empty."""
    return tuple(
        Decimal(given[column.code.replace(".", "_")]) if column.code.replace(".", "_") in given else None
        for column in form_of_2019().columns
    )


SOUND = {
    "output_ytd": 1200, "output_ytd_last_year": 1000, "revenue_ytd": 1100, "revenue_ytd_last_year": 1000,
    "profit_ytd": 90, "profit_ytd_last_year": 80, "people_end": 50,
}  # fmt: skip


def file(*reports, by, month=NOVEMBER, reason="", **over):
    """File sound figures for reports, some of them otherwise."""
    rows = [actions.ReportRow(report.pk, figures(**SOUND | over)) for report in reports]
    done = actions.file_reports(
        form=form_of_2019(), month=month, rows=rows, channel=Channel.SCREEN, by=by, at=NOW, reason=reason
    )
    assert done.refused == ()
    return done


def test_the_city_opens_a_month_and_a_county_does_not(client, county, dispatcher, reporter):
    firm(county)
    client.force_login(reporter)
    assert client.post(url("open_form_month", FIRM), {"month": "2021-11"}).status_code == 403

    client.force_login(dispatcher)
    exempt = client.post(url("open_form_month", FIRM), {"month": "2021-01"})
    early = client.post(url("open_form_month", FIRM), {"month": "2018-11"})
    done = client.post(url("open_form_month", FIRM), {"month": "2021-11"})

    assert "免报" in exempt.text
    assert "该月还没有起用的版本" in early.text
    assert (exempt.status_code, early.status_code, done.status_code) == (422, 422, 302)
    assert UnitReport.objects.count() == 1


def test_the_board_says_county_by_county_who_filed_and_has_the_words_to_press(client, city, county, dispatcher):
    other = make.place("藁城区", within=city)
    filed, missing = opened(firm(county), firm(other), by=dispatcher)
    file(filed, by=dispatcher)
    client.force_login(dispatcher)

    page = client.get(url("form_month", FIRM))

    counts = {row.place.name: (row.counts.expected, row.counts.filed) for row in page.context["board"].rows}
    assert counts == {"正定县": (1, 1), "藁城区": (1, 0)}
    assert "藁城区1个" in page.context["reminder"]
    assert missing.get_absolute_url() in client.get(url("reports", FIRM, place=other.code)).text


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "queries_"), [("form_month", BOARD), ("reports", REPORTS)])
def test_a_month_costs_the_same_for_one_county_and_three(
    client, city, dispatcher, rows, name, queries_, django_assert_num_queries
):
    opened(*(firm(make.place(f"第{n}县", within=city)) for n in range(rows)), by=dispatcher)
    client.force_login(dispatcher)

    with django_assert_num_queries(queries_):
        client.get(url(name, FIRM))


def test_reports_are_narrowed_by_state_findings_and_county(client, city, county, dispatcher):
    other = make.place("藁城区", within=city)
    sound, wrong, awaited, away = opened(*(firm(place) for place in (county, county, county, other)), by=dispatcher)
    file(sound, by=dispatcher), file(wrong, by=dispatcher, output_ytd=-5)
    actions.ask_cell(report=sound, column="output.ytd", question="为何增长？", by=dispatcher, at=NOW)
    client.force_login(dispatcher)

    def listed(**asked):
        return {row["pk"] for row in client.get(url("reports", FIRM, **asked)).context["listing"].rows}

    assert listed(state="awaited") == {awaited.pk, away.pk}
    assert listed(place=county.code) == {sound.pk, wrong.pk, awaited.pk}
    assert listed(note="stops") == {wrong.pk}
    assert listed(note="queries") == {sound.pk}
    assert listed(state="late") == {sound.pk, wrong.pk, awaited.pk, away.pk} - {sound.pk, wrong.pk}


def test_many_reports_are_accepted_together_or_none(client, county, dispatcher):
    sound, wrong = opened(firm(county), firm(county), by=dispatcher)
    file(sound, by=dispatcher), file(wrong, by=dispatcher, output_ytd=-5)
    client.force_login(dispatcher)

    refused = client.post(url("review_many", FIRM), {"month": "2021-11", "pk": [sound.pk, wrong.pk]}, follow=True)
    assert "须更正" in refused.text
    assert not UnitReport.objects.filter(state=FilingState.ACCEPTED).exists()

    nothing = client.post(url("review_many", FIRM), {"month": "2021-11"}, follow=True)
    client.post(url("review_many", FIRM), {"month": "2021-11", "pk": [sound.pk], "reason": "已核"})

    assert "请勾选要办理的月报" in nothing.text
    assert set(UnitReport.objects.filter(state=FilingState.ACCEPTED)) == {sound}


# One report


def test_a_report_shows_last_month_last_year_growth_and_what_is_said_of_it(client, county, dispatcher):
    one = firm(county)
    [before] = opened(one, month=NOVEMBER - 1, by=dispatcher)
    [report] = opened(one, by=dispatcher)
    file(before, by=dispatcher, month=NOVEMBER - 1, output_ytd=1000)
    file(report, by=dispatcher, profit_ytd=-3)
    client.force_login(dispatcher)

    page = client.get(url("report", report.pk))

    output = next(line for line in page.context["lines"] if line.column.code == "output.ytd")
    assert (output.figure, output.last_month, output.last_year, output.growth) == (1200, 1000, 1000, Decimal("0.2"))


@pytest.mark.parametrize("vintages", [1, 3])
def test_a_report_costs_the_same_with_one_vintage_and_three(
    client, county, dispatcher, vintages, django_assert_num_queries
):
    [report] = opened(firm(county), by=dispatcher)
    for n in range(vintages):
        file(report, by=dispatcher, output_ytd=1200 + n)
    client.force_login(dispatcher)

    with django_assert_num_queries(REPORT):
        client.get(url("report", report.pk))


def test_a_cell_is_asked_about_answered_and_closed(client, county, dispatcher, reporter):
    [report] = opened(firm(county), by=dispatcher)
    file(report, by=reporter)
    client.force_login(dispatcher)
    client.post(url("report_ask", report.pk), {"column": "output.ytd", "question": "比用电量增得快，为什么？"})
    query = CellQuery.objects.get()

    client.force_login(reporter)
    assert client.post(url("report_ask", report.pk), {"column": "output.ytd", "question": "x"}).status_code == 403
    assert client.post(url("close_question", query.pk)).status_code == 403
    assert "比用电量增得快" in client.get(url("answer_question", query.pk)).text
    assert client.post(url("answer_question", query.pk), {"answer": "新增一条生产线"}).status_code == 302

    client.force_login(dispatcher)
    assert "新增一条生产线" in client.get(url("report", report.pk)).text
    client.post(url("close_question", query.pk))
    query.refresh_from_db()
    assert (query.answer, query.closed_at is not None) == ("新增一条生产线", True)


def test_a_report_goes_back_with_a_reason_is_accepted_locked_and_unlocked(client, county, dispatcher, reporter):
    [report] = opened(firm(county), by=dispatcher)
    file(report, by=reporter)
    client.force_login(dispatcher)

    def step(name, **given):
        status = client.post(url(f"report_{name}", report.pk), given).status_code
        report.refresh_from_db()
        return status, report.state

    assert step("send_back", reason="") == (422, FilingState.FILED)
    assert step("send_back", reason="营业收入与增值税不符") == (302, FilingState.SENT_BACK)
    file(report, by=reporter, revenue_ytd=1150)
    assert step("accept", reason="已核") == (302, FilingState.ACCEPTED)
    assert step("lock") == (302, FilingState.LOCKED)
    assert step("unlock", reason="") == (422, FilingState.LOCKED)
    assert step("unlock", reason="印发前核减") == (302, FilingState.ACCEPTED)
    client.force_login(reporter)
    assert step("accept") == (403, FilingState.ACCEPTED)


def test_a_finding_is_answered_by_the_reporter_on_its_own_page(client, county, dispatcher, reporter):
    [report] = opened(firm(county), by=dispatcher)
    rows = [actions.ReportRow(report.pk, figures(**{k: v for k, v in SOUND.items() if k != "people_end"}))]
    actions.file_reports(form=form_of_2019(), month=NOVEMBER, rows=rows, channel=Channel.SCREEN, by=reporter, at=NOW)
    finding = UnitFinding.objects.get(check_code="people_missing")
    client.force_login(reporter)

    page = client.get(url("report_finding", finding.pk))
    done = client.post(url("report_finding", finding.pk), {"answer": "12月5日补报"}, follow=True)

    assert "没有填" in page.text
    assert "说明：12月5日补报" in done.text


def test_two_vintages_of_a_report_are_compared(client, county, dispatcher, reporter):
    [report] = opened(firm(county), by=dispatcher)
    file(report, by=reporter), file(report, by=reporter, output_ytd=1300)
    client.force_login(dispatcher)

    rows = client.get(url("report_compare", report.pk)).context["rows"]

    assert rows == [("工业总产值 本年累计", Decimal("1200.0000"), Decimal("1300.0000"))]


def test_another_countys_reports_are_not_there(client, city, county, dispatcher, reporter):
    other = make.place("藁城区", within=city)
    [report] = opened(firm(other), by=dispatcher)
    client.force_login(reporter)

    statuses = [client.get(url(name, report.pk)).status_code for name in ("report", "report_compare")]
    statuses += [client.get(url("report_sheet", FIRM, other.code)).status_code]
    assert statuses == [404] * 3


# Typing


def save(client, county, version, *cells):
    body = {"version": version, "cells": [{"row": r, "column": c, "text": t} for r, c, t in cells]}
    address = url("report_sheet", FIRM, county.code, month="2021-11")
    return client.post(address, json.dumps(body), content_type="application/json")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_sheet_costs_the_same_for_one_firm_and_three(
    client, county, dispatcher, reporter, rows, django_assert_num_queries
):
    opened(*(firm(county) for _ in range(rows)), by=dispatcher)
    client.force_login(reporter)

    with django_assert_num_queries(SHEET):
        page = client.get(url("report_sheet", FIRM, county.code))

    assert len(page.context["data"]["rows"]) == rows


def test_cells_are_kept_as_typed_and_what_cannot_be_read_says_so(client, county, dispatcher, reporter):
    [report] = opened(firm(county), by=dispatcher)
    client.force_login(reporter)

    answer = save(client, county, 0, (report.pk, "output.ytd", "１，２００"), (report.pk, "tax.ytd", "约几百"))

    assert [(one["column"], one["severity"]) for one in answer.json()["problems"]] == [("tax.ytd", "error")]
    assert ReportDraft.objects.get().cells == {"output.ytd": "１，２００", "tax.ytd": "约几百"}


def test_two_reporters_at_once_overwrite_nothing(client, county, dispatcher, reporter):
    [report] = opened(firm(county), by=dispatcher)
    client.force_login(reporter)
    save(client, county, 0, (report.pk, "output.ytd", "1"))

    client.force_login(make.person(place=county, role=Role.COUNTY_REPORTER))
    stale = save(client, county, 0, (report.pk, "output.ytd", "2"))

    assert stale.status_code == 409
    assert "这张表已被他人修改" in stale.json()["message"]
    assert ReportDraft.objects.get().cells == {"output.ytd": "1"}


def test_settled_lines_are_filed_and_the_others_stay_with_what_they_ask(client, county, dispatcher, reporter):
    sound, asked = opened(firm(county), firm(county), by=dispatcher)
    client.force_login(reporter)
    cells = [(name.replace("_ytd", ".ytd").replace("_end", ".end"), str(value)) for name, value in SOUND.items()]
    save(
        client,
        county,
        0,
        *((sound.pk, *cell) for cell in cells),
        *((asked.pk, *cell) for cell in cells if cell[0] != "people.end"),
    )

    address = url("file_report_sheet", FIRM, county.code, month="2021-11")
    first = client.post(address)
    refusal = first.context["refusals"][0]
    second = client.post(address, {f"answer:{refusal['refusal'].field}": "正在核实"})

    assert (first.status_code, "已报送1个单位" in first.text, refusal["asks"]) == (422, True, True)
    assert second.status_code == 302
    assert set(UnitReport.objects.filter(state=FilingState.FILED)) == {sound, asked}


def test_a_locked_cell_and_what_is_no_form_are_not_saved(client, county, dispatcher, reporter):
    [report] = opened(firm(county), by=dispatcher)
    client.force_login(reporter)

    answer = save(client, county, 0, (report.pk, "unit", "改名"))
    unread = client.post(url("report_sheet", FIRM, county.code), "{", content_type="application/json")

    assert [one["severity"] for one in answer.json()["problems"]] == ["error"]
    assert not ReportDraft.objects.exclude(cells={}).exists()
    assert unread.status_code == 400


# The seal


def sealed_november(*reports, by):
    actions.accept_reports(reports=reports, reason="已核", by=by, at=NOW)
    actions.lock_reports(reports=reports, by=by, at=NOW)
    return actions.seal_month(FIRM, NOVEMBER, by=by, at=NOW)


def test_a_month_is_sealed_once_it_is_typed_again(client, county, dispatcher, reporter, settings, tmp_path):
    settings.TICI_DATA = tmp_path
    [report] = opened(firm(county), by=dispatcher)
    file(report, by=reporter)
    client.force_login(reporter)
    assert client.get(url("seal", FIRM)).status_code == 403

    client.force_login(dispatcher)
    slip = client.post(url("seal", FIRM), {"month": "2021-11", "confirmation": "2021-10"})
    assert (slip.status_code, SealedMonth.objects.count()) == (422, 0)
    early = client.post(url("seal", FIRM), {"month": "2021-11", "confirmation": "2021-11"})
    assert "还有1个单位没有锁定" in early.text
    for step in ("accept", "lock"):
        client.post(url("review_many", FIRM, month="2021-11"), {"all": "1", "do": step, "reason": "已核"})
    client.post(url("seal", FIRM), {"month": "2021-11", "confirmation": "2021-11"})
    seal = SealedMonth.objects.get()
    page, taken = client.get(url("sealed_month", seal.pk)), client.get(url("snapshot", seal.pk))
    data = b"".join(taken.streaming_content)

    assert seal.snapshot.digest in page.text
    assert hashlib.sha256(data).hexdigest() == seal.snapshot.digest
    assert seal.snapshot.digest in client.get(url("sealed")).text


def test_a_correction_after_sealing_asks_for_a_reason_and_both_are_kept(
    client, county, dispatcher, reporter, settings, tmp_path
):
    settings.TICI_DATA = tmp_path
    [report] = opened(firm(county), by=dispatcher)
    file(report, by=reporter)
    seal = sealed_november(report, by=dispatcher)
    client.force_login(reporter)
    page = client.get(url("report_sheet", FIRM, county.code, month="2021-11"))
    save(client, county, page.context["data"]["version"], (report.pk, "output.ytd", "1250"))

    address = url("file_report_sheet", FIRM, county.code, month="2021-11")
    refused = client.post(address)
    done = client.post(address, {"reason": "发票冲红"})

    assert "另成一版，封账时的数仍保留" in page.text
    assert (refused.status_code, "已封账" in refused.text, done.status_code) == (422, True, 302)
    assert list(report.vintages.order_by("number").values_list("figures__0", "is_after_seal")) == [
        (1200, False),
        (1250, True),
    ]
    client.force_login(dispatcher)
    assert report.unit.name in client.get(url("sealed_month", seal.pk)).text


@pytest.mark.parametrize("rows", [1, 3])
def test_sealed_months_cost_the_same_for_one_and_three(client, city, dispatcher, rows, django_assert_num_queries):
    upload = Upload.objects.create(digest="d" * 64, size=1, name="x", received_at=NOW, received_by="x")
    for step in range(rows):
        SealedMonth.objects.create(
            code=FIRM, month_on=(NOVEMBER - step).first, snapshot=upload, units=1, sealed_at=NOW, sealed_by=dispatcher
        )
    client.force_login(dispatcher)

    with django_assert_num_queries(SEALED):
        page = client.get(url("sealed"))

    assert len(page.context["listing"].rows) == rows
