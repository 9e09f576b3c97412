"""Reviewing units' reports, asking about a cell, and how complete a month is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests import make
from tests.returns.industrial import NOVEMBER, figures, file, firm, firm_form, opened
from tici.core.measures import Scope
from tici.core.models import Record
from tici.core.refusals import Refused
from tici.places.models import Place
from tici.returns import queries
from tici.returns.actions import (
    accept_reports,
    answer_query,
    answer_unit_finding,
    ask_cell,
    close_query,
    lock_reports,
    send_back_report,
    undo_reports,
    unlock_reports,
)
from tici.returns.models import FilingState, UnitFinding

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> Place:
    return make.place("正定县", within=make.city())


def filed(county: Place, **changes):
    """A filed report of a firm, and who filed it."""
    firm(county)
    form, reporter = firm_form(), make.person(place=county)
    [report] = opened(form)
    file(form, {report: figures(form, **changes)}, reporter)
    report.refresh_from_db()
    return report, reporter


def test_a_report_is_accepted_locked_and_unlocked_with_a_reason(county):
    report, officer = filed(county)

    accept_reports(reports=[report], by=officer, at=make.NOW)
    lock_reports(reports=[report], by=officer, at=make.NOW)
    unlock_reports(reports=[report], reason="更正一处", by=officer, at=make.NOW)

    report.refresh_from_db()
    whats = (
        Record.objects.filter(subject=f"returns.unitreport:{report.pk}").order_by("pk").values_list("what", flat=True)
    )
    assert report.state == FilingState.ACCEPTED
    assert list(whats) == ["reports.filed", "report.accepted", "report.locked", "report.unlocked"]


def test_of_many_reports_all_are_accepted_or_none(county):
    good, officer = filed(county)
    firm(county)
    [other] = [one for one in opened(good.form) if one.pk != good.pk]

    with pytest.raises(Refused, match=r"report\.not_filed"):
        accept_reports(reports=[good, other], by=officer, at=make.NOW)

    good.refresh_from_db()
    assert good.state == FilingState.FILED


@pytest.mark.parametrize(
    ("changes", "reason", "code"),
    [
        ({"export": 12000}, "", r"report\.stops"),
        ({"export": 12000}, "照准", r"report\.stops"),
        ({"cost": 18000}, "", r"report\.unanswered"),
    ],
)
def test_a_report_with_something_open_is_not_accepted(county, changes, reason, code):
    report, officer = filed(county, **changes)

    with pytest.raises(Refused, match=code):
        accept_reports(reports=[report], reason=reason, by=officer, at=make.NOW)


def test_a_finding_that_is_answered_no_longer_stands_against_acceptance(county):
    report, reporter = filed(county, cost=18000)
    finding = UnitFinding.objects.get(vintage__report=report)

    answer_unit_finding(finding=finding, answer="处置旧设备", by=reporter, at=make.NOW)
    report.refresh_from_db()
    accept_reports(reports=[report], by=reporter, at=make.NOW)

    assert report.asks == 0


def test_an_answer_is_carried_over_where_the_figures_are_the_same(county):
    report, reporter = filed(county, cost=18000)
    answer_unit_finding(
        finding=UnitFinding.objects.get(vintage__report=report), answer="处置旧设备", by=reporter, at=make.NOW
    )

    file(report.form, {report: figures(report.form, cost=18000, tax=420)}, reporter)

    report.refresh_from_db()
    carried = UnitFinding.objects.get(vintage__report=report, vintage__number=2)
    assert (carried.answer, report.asks) == ("处置旧设备", 0)


def test_a_report_sent_back_may_be_filed_again_and_stands_sent_back_when_that_is_undone(county):
    from uuid import UUID

    report, reporter = filed(county)
    later = datetime(2021, 12, 7, 1, tzinfo=UTC)
    send_back_report(report=report, reason="成本没有更新", by=reporter, at=later)

    file(report.form, {report: figures(report.form, cost=9300)}, reporter, batch=UUID(int=1), at=later)
    undo_reports(UUID(int=1), by=reporter, at=later)

    report.refresh_from_db()
    assert (report.state, report.vintage_number, report.sent_back_reason) == (FilingState.SENT_BACK, 1, "成本没有更新")


def test_a_question_about_a_cell_is_answered_and_closed_and_changes_no_figure(county):
    report, reporter = filed(county)
    asked = ask_cell(report=report, column="revenue.ytd", question="与税务差异大", by=reporter, at=make.NOW)

    answer_query(query=asked, answer="含贸易收入", by=reporter, at=make.NOW)
    close_query(query=asked, by=reporter, at=make.NOW)

    report.refresh_from_db()
    asked.refresh_from_db()
    assert (asked.answer, asked.closed_at, asked.vintage_number) == ("含贸易收入", make.NOW, 1)
    assert tuple(report.figures) == figures(report.form)
    with pytest.raises(Refused, match=r"query\.closed"):
        answer_query(query=asked, answer="再答", by=reporter, at=make.NOW)


@pytest.mark.parametrize("count", [1, 3])
def test_completeness_counts_each_county(county, count, django_assert_num_queries):
    other = make.place("藁城区", within=county.parent)
    firms = [firm(county) for _ in range(count)]
    firm(other)
    form, reporter = firm_form(), make.person(place=county)
    reports = {report.enterprise_id: report for report in opened(form)}
    file(form, {reports[one.pk]: figures(form, cost=18000) for one in firms}, reporter)
    scope = Scope(make.person(place=county.parent), county.parent, NOVEMBER)

    with django_assert_num_queries(4):
        board = queries.completeness(scope, "industry_firm", date(2021, 12, 20))

    rows = {row.place.name: row.counts for row in board.rows}
    assert (rows["正定县"].expected, rows["正定县"].filed, rows["正定县"].late, rows["正定县"].asks) == (
        count,
        count,
        0,
        count,
    )
    assert (rows["藁城区"].expected, rows["藁城区"].filed, rows["藁城区"].late) == (1, 0, 1)
    assert board.total.completeness_rate == Decimal(count) / (count + 1)
    assert "藁城区1个" in queries.form_reminder(board)
