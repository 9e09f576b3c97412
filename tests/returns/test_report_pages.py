"""The month of a form, and one unit's report: what the pages show, who may do what, and what it costs."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests import make
from tests.make import NOVEMBER, NOW
from tici.core.models import Record
from tici.returns import actions
from tici.returns.models import (
    CellQuery,
    Channel,
    FilingState,
    ReportDraft,
    UnitFinding,
    UnitReport,
)

from .reporting import FIRM, SOUND, figures, file, firm, form_of_2019, opened, url

pytestmark = pytest.mark.django_db
BOARD, REPORTS, REPORT = 17, 14, 16


# The month of a form


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


def test_a_month_opened_by_mistake_is_taken_back_as_long_as_nobody_reported(client, county, dispatcher, reporter):
    one = firm(county)
    for month in (NOVEMBER, NOVEMBER + 1):
        opened(one, month=month, by=dispatcher)
    client.force_login(reporter)
    assert client.post(url("withdraw_form_month", FIRM), {"month": "2021-12"}).status_code == 403
    client.force_login(dispatcher)
    assert "撤销2021-12的填报" in client.get(url("form_month", FIRM)).text

    page = client.post(url("withdraw_form_month", FIRM), {"month": "2021-12"}, follow=True)

    assert "12月的填报已撤销，各单位不再待报" in page.text
    assert list(UnitReport.objects.values_list("month_on", flat=True)) == [NOVEMBER.first]
    assert Record.objects.get(what="form.month_withdrawn").subject == f"returns.form:{FIRM}:2021-12"


def test_a_month_in_which_a_firm_filed_or_typed_is_not_taken_back(client, county, dispatcher):
    filed, typed = opened(firm(county), firm(county), by=dispatcher)
    file(filed, by=dispatcher)
    ReportDraft.objects.create(report=typed, cells={"output.ytd": "5"})
    client.force_login(dispatcher)

    page = client.post(url("withdraw_form_month", FIRM), {"month": "2021-11"}, follow=True)

    assert "2021年11月已有2份报送、草稿或上传的文件，不能撤销" in page.text
    assert "撤销2021-11的填报" not in page.text
    assert UnitReport.objects.count() == 2


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
