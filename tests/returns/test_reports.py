"""Filing units' reports: good rows become vintages, bad rows come back, nothing is lost and nothing is doubled."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make
from tests.make import NOW
from tests.returns.industrial import NOVEMBER, figures, file, firm, firm_form, listed, opened
from tici.core.models import Record
from tici.core.refusals import Refused
from tici.engines.periods import Month
from tici.enterprises.actions import MonthRow, give_many_months
from tici.places.models import Place
from tici.returns.actions import ReportRow, undo_reports
from tici.returns.models import FilingState, UnitFinding, UnitReport, UnitVintage
from tici.returns.queries.report_sheets import carried_of

pytestmark = pytest.mark.django_db
BATCH = UUID(int=7)


@pytest.fixture
def county() -> Place:
    return make.place("正定县", within=make.city())


def codes(report: UnitReport) -> list[tuple[str, str]]:
    """What the checks say of a report's current vintage."""
    findings = UnitFinding.objects.filter(vintage__report=report, vintage__number=report.vintage_number)
    return sorted(findings.values_list("check_code", "severity"))


def test_a_filed_report_holds_the_figures_of_its_first_vintage(county):
    firm(county)
    form = firm_form()
    [report] = opened(form)

    filed = file(form, {report: figures(form)}, make.person(place=county))

    report.refresh_from_db()
    assert (filed.filed, filed.refused) == (1, ())
    assert tuple(report.figures) == figures(form)
    assert (report.state, report.vintage_number, report.first_filed_at) == (FilingState.FILED, 1, make.NOW)
    assert Record.objects.filter(what="reports.filed", subject=f"returns.unitreport:{report.pk}").count() == 1
    assert codes(report) == []


def test_a_correction_is_a_new_vintage_and_the_old_one_is_kept(county):
    firm(county)
    form, reporter = firm_form(), make.person(place=county)
    [report] = opened(form)

    file(form, {report: figures(form)}, reporter)
    file(form, {report: figures(form, revenue=11600)}, reporter, reason="漏记一笔")

    kept = UnitVintage.objects.filter(report=report).values_list("number", "reason")
    assert list(kept) == [(1, ""), (2, "漏记一笔")]
    assert UnitVintage.objects.get(report=report, number=1).figures == list(figures(form))


def test_the_same_figures_again_are_no_new_vintage(county):
    firm(county)
    form, reporter = firm_form(), make.person(place=county)
    [report] = opened(form)

    file(form, {report: figures(form)}, reporter)
    again = file(form, {report: figures(form)}, reporter)

    assert (again.filed, again.unchanged, UnitVintage.objects.count()) == (0, 1, 1)


def test_a_batch_sent_twice_files_nothing_twice(county):
    firm(county)
    firm(county)
    form, reporter = firm_form(), make.person(place=county)
    first, second = opened(form)

    file(form, {first: figures(form)}, reporter, batch=BATCH)
    again = file(form, {first: figures(form, revenue=1), second: figures(form)}, reporter, batch=BATCH)

    assert (again.filed, again.repeated) == (1, 1)
    assert UnitVintage.objects.filter(report=first).count() == 1


@pytest.mark.parametrize("bad", ["twice", "other_place", "left", "locked", "accepted", "empty", "too_large", "unknown"])
def test_good_rows_go_in_and_the_bad_row_comes_back_with_its_sentence(county, bad):
    good, other = firm(county), firm(make.place("藁城区") if bad == "other_place" else county)
    form, reporter = firm_form(), make.person(place=county)
    by_firm = {report.enterprise_id: report for report in opened(form)}
    report, sheet = by_firm[other.pk], figures(form)
    rows = [(by_firm[good.pk], sheet), (report, sheet)]
    if bad == "twice":
        rows.append((report, sheet))
    elif bad == "left":
        other.spells.update(to_date=date(2021, 11, 1))
    elif bad in {"locked", "accepted"}:
        UnitReport.objects.filter(pk=report.pk).update(state=bad)
    elif bad == "empty":
        rows[1] = (report, (None,) * len(sheet))
    elif bad == "too_large":
        rows[1] = (report, (Decimal(10) ** 10, *sheet[1:]))
    elif bad == "unknown":
        report.pk = 10**9

    filed = file_rows(form, rows, reporter)

    assert filed.filed == 1
    assert [one.row for one in filed.refused] == ([1, 2] if bad == "twice" else [1])
    assert {one.refusal.code for one in filed.refused} == {f"report.{bad}"}
    assert all("。" in str(one.refusal.message) for one in filed.refused)


def file_rows(form, rows, by):
    from tici.returns.actions import file_reports
    from tici.returns.models import Channel

    given = [ReportRow(report.pk, sheet) for report, sheet in rows]
    return file_reports(form=form, month=NOVEMBER, rows=given, channel=Channel.SCREEN, by=by, at=make.NOW)


def test_a_month_that_is_not_open_is_refused_whole(county):
    firm(county)
    form = firm_form()
    [report] = opened(form)

    with pytest.raises(Refused, match=r"form\.not_open"):
        file(form, {report: figures(form)}, make.person(place=county), month=Month(2021, 10))

    assert not UnitVintage.objects.exists()


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"output": None}, [("output_missing", "ask")]),
        ({"power": -1, "power_ytd_last_year": None}, [("power_negative", "stop")]),
        ({"export": 12000}, [("export_over_sales", "stop")]),
        ({"cost": 18000}, [("cost_over_revenue", "ask")]),
        ({"liabilities": 23000}, [("liabilities_over_assets", "ask")]),
        ({"receivable": 15001}, [("receivable_over_assets", "stop")]),
        ({"profit": -12000}, [("loss_over_revenue", "ask")]),
        ({"power": 100}, [("output_up_power_down", "ask")]),
        ({"power": 600}, [("power_up_output_down", "ask")]),
    ],
)
def test_what_does_not_fit_within_a_report_is_found(county, changes, found):
    firm(county)
    form = firm_form()
    [report] = opened(form)

    file(form, {report: figures(form, **changes)}, make.person(place=county))

    report.refresh_from_db()
    assert codes(report) == found


def test_a_cumulative_figure_below_last_months_is_asked_about(county):
    firm(county)
    form, reporter = firm_form(), make.person(place=county)
    [october], [november] = opened(form, NOVEMBER - 1), opened(form)

    file(form, {october: figures(form)}, reporter, month=NOVEMBER - 1)
    file(form, {november: figures(form, revenue=11400)}, reporter)

    november.refresh_from_db()
    assert codes(november) == [("revenue_falls", "ask")]
    assert (november.stops, november.asks) == (0, 1)


def test_last_years_figure_must_be_the_one_filed_last_year(county):
    firm(county)
    form, reporter = firm_form(), make.person(place=county)
    [then], [now] = opened(form, NOVEMBER - 12), opened(form)

    file(form, {then: figures(form, scale="0.9")}, reporter, month=NOVEMBER - 12)
    file(form, {now: figures(form, **{f"{name}_end_last_year": value for name, value in ENDS.items()})}, reporter)
    before = codes(UnitReport.objects.get(pk=now.pk))
    file(form, {now: figures(form, output_ytd_last_year=10000, **ENDS_LAST_YEAR)}, reporter)

    now.refresh_from_db()
    assert (before, codes(now)) == ([], [("output_base_differs", "stop")])


def test_a_firm_new_in_the_library_compares_with_the_months_it_gave_below_the_line(county):
    one, form, reporter = firm(county), firm_form(), make.person(place=county)
    given = [MonthRow(one.pk, Month(2020, month), Decimal(900), Decimal(910)) for month in range(1, 12)]
    give_many_months(given, by=reporter, at=NOW)
    [report] = opened(form)

    carried = carried_of(form, NOVEMBER, [report])[report.pk]
    file(form, {report: figures(form, revenue_ytd_last_year=9000, output_ytd_last_year=10010)}, reporter)

    report.refresh_from_db()
    assert (carried["revenue.ytd_last_year"], carried["output.ytd_last_year"]) == (9900, 10010)
    assert ("revenue_base_differs", "stop") in codes(report)
    assert ("output_base_differs", "stop") not in codes(report)


def test_months_given_in_part_are_no_base(county):
    one, form, reporter = firm(county), firm_form(), make.person(place=county)
    give_many_months([MonthRow(one.pk, Month(2020, 11), Decimal(900))], by=reporter, at=NOW)
    [report] = opened(form)

    assert carried_of(form, NOVEMBER, [report]) == {report.pk: {}}


ENDS = {"receivable": 1890, "stock": 720, "assets": 13500, "liabilities": 7380, "people": 216}
ENDS_LAST_YEAR = {f"{name}_end_last_year": value for name, value in ENDS.items()}


def test_february_begins_the_year_anew(county):
    firm(county)
    form, reporter = firm_form(), make.person(place=county)
    [december], [february] = opened(form, Month(2020, 12)), opened(form, Month(2021, 2))

    file(form, {december: figures(form)}, reporter, month=Month(2020, 12))
    file(form, {february: figures(form, scale="0.15", assets=15000, people=240)}, reporter, month=Month(2021, 2))

    february.refresh_from_db()
    assert codes(february) == []


def test_a_month_unlike_the_firms_own_past_is_asked_about(county):
    firm(county)
    form, reporter = firm_form(), make.person(place=county)
    months = (NOVEMBER - 9).until(NOVEMBER)
    for at, month in enumerate(months, start=2):
        [report] = opened(form, month)
        jump = 3 if month == NOVEMBER else 0
        share = Decimal(at) / 12
        output = (12000 * share).quantize(Decimal("0.01")) + jump * 1000
        sheet = figures(form, scale=str(share.quantize(Decimal("0.0001"))), output=output, assets=15000, people=240,
                        liabilities=8200)  # fmt: skip
        file(form, {report: sheet}, reporter, month=month)

    report.refresh_from_db()
    assert codes(report) == [("output_month_above_usual", "ask")]


def test_a_vat_list_is_compared_only_where_there_is_one_for_the_month(county):
    enterprise = firm(county)
    form, reporter = firm_form(), make.person(place=county)
    [report] = opened(form)
    listed(county, enterprise, vat_sales_wan=9000, through=10)

    file(form, {report: figures(form)}, reporter)
    report.refresh_from_db()
    without = codes(report)
    listed(county, enterprise, vat_sales_wan=9000)
    file(form, {report: figures(form, tax=411)}, reporter)

    report.refresh_from_db()
    assert (without, codes(report)) == ([], [("revenue_not_as_vat", "ask")])


def test_the_power_companys_list_is_compared_too(county):
    enterprise = firm(county)
    form, reporter = firm_form(), make.person(place=county)
    [report] = opened(form)
    listed(county, enterprise, electricity_wan_kwh=50, kind="electricity")

    file(form, {report: figures(form)}, reporter)

    report.refresh_from_db()
    assert codes(report) == [("power_not_as_listed", "ask")]


def test_an_undone_batch_leaves_the_report_as_it_stood_before(county):
    firm(county)
    form, reporter = firm_form(), make.person(place=county)
    [report] = opened(form)
    file(form, {report: figures(form)}, reporter)
    file(form, {report: figures(form, revenue=11600)}, reporter, batch=BATCH)

    undone = undo_reports(BATCH, by=reporter, at=make.NOW)

    report.refresh_from_db()
    assert (undone, report.vintage_number, tuple(report.figures)) == (1, 1, figures(form))
    file(form, {report: figures(form, revenue=11700)}, reporter)
    report.refresh_from_db()
    assert report.vintage_number == 3  # a number is never given twice


@pytest.mark.parametrize("count", [1, 3])
def test_filing_takes_the_same_queries_for_one_report_and_for_many(county, count):
    for _ in range(count):
        firm(county)
    form, reporter = firm_form(), make.person(place=county)
    reports = opened(form)

    with CaptureQueriesContext(connection) as captured:
        file(form, {report: figures(form) for report in reports}, reporter, batch=BATCH)

    assert len(captured) == 25
