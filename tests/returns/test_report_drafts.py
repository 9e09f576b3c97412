"""Typing a form on the screen: nothing typed is lost, nothing of another's is overwritten, settled lines are filed."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from django.db import connection

from tests import make
from tests.returns.industrial import NOVEMBER, figures, file, firm, firm_form, opened
from tici.core.refusals import Refused
from tici.engines.periods import Month
from tici.places.models import Place
from tici.returns import queries
from tici.returns.actions import ReportCell, file_report_drafts, save_report_cells
from tici.returns.models import FilingState, ReportDraft, UnitReport, UnitVintage


@pytest.fixture
def county() -> Place:
    return make.place("正定县", within=make.city())


def typed(report, given) -> list[ReportCell]:
    codes = [column.code for column in report.form.columns]
    return [
        ReportCell(report.pk, code, "" if value is None else str(value))
        for code, value in zip(codes, given, strict=True)
    ]


def save(form, place, cells, by, version=None):
    version = queries.sheet_version(form, NOVEMBER, place) if version is None else version
    return save_report_cells(form=form, month=NOVEMBER, whose=place, cells=cells, version=version, by=by, at=make.NOW)


def file_typed(form, place, by, **over):
    version = queries.sheet_version(form, NOVEMBER, place)
    return file_report_drafts(form=form, month=NOVEMBER, whose=place, version=version, by=by, at=make.NOW, **over)


@pytest.mark.django_db
def test_typed_cells_are_kept_and_filed_as_the_same_decimals(county):
    firm(county)
    form, reporter = firm_form(), make.person(place=county)
    [report] = opened(form)

    save(form, county, typed(report, figures(form, revenue="11500.1234")), reporter)
    done = file_typed(form, county, reporter)

    report.refresh_from_db()
    assert (done.filed.filed, done.left) == (1, ())
    assert tuple(report.figures) == figures(form, revenue="11500.1234")
    assert ReportDraft.objects.get(report=report).cells == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "text", "figure"),
    [
        ("output.ytd", "１２，０００", 12000),
        ("output.ytd", "1.2亿元", 12000),
        ("profit.ytd", "（830）", -830),
        ("people.end", "240人", 240),
        ("power.ytd", "2600000千瓦时", 260),
        ("rnd.ytd", "—", None),
    ],
)
def test_figures_are_read_as_officials_write_them(county, column, text, figure):
    firm(county)
    form, reporter = firm_form(), make.person(place=county)
    [report] = opened(form)
    save(form, county, typed(report, figures(form)), reporter)

    saved = save(form, county, [ReportCell(report.pk, column, text)], reporter)

    [line] = queries.report_lines_of(form, NOVEMBER, [report], queries.indicators())
    read = line.figures[form.positions[column]]
    assert [one for one in saved.problems if one[2] == "error"] == []
    assert read == (None if figure is None else Decimal(figure))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "text"), [("output.ytd", "待定"), ("people.end", "3万元"), ("output.ytd", "9" * 12)]
)
def test_a_cell_that_cannot_be_read_is_kept_with_its_sentence_and_not_filed(county, column, text):
    firm(county)
    form, reporter = firm_form(), make.person(place=county)
    [report] = opened(form)
    save(form, county, typed(report, figures(form)), reporter)

    saved = save(form, county, [ReportCell(report.pk, column, text)], reporter)
    done = file_typed(form, county, reporter)

    assert [(one[0].column, one[2]) for one in saved.problems] == [(column, "error")]
    assert ReportDraft.objects.get(report=report).cells[column] == text
    assert (done.filed.filed, done.left[0].refusal.code) == (0, "draft.unread")


@pytest.mark.django_db
def test_a_stale_sheet_is_refused_and_nothing_of_the_others_is_overwritten(county):
    firm(county)
    form, reporter = firm_form(), make.person(place=county)
    [report] = opened(form)
    version = queries.sheet_version(form, NOVEMBER, county)
    save(form, county, [ReportCell(report.pk, "output.ytd", "12000")], reporter, version)

    with pytest.raises(Refused, match=r"draft\.version"):
        save(form, county, [ReportCell(report.pk, "output.ytd", "1")], reporter, version)

    assert ReportDraft.objects.get(report=report).cells == {"output.ytd": "12000"}


@pytest.mark.django_db
def test_a_figure_of_last_year_that_was_filed_then_is_locked(county):
    firm(county)
    form, reporter = firm_form(), make.person(place=county)
    [then], [now] = opened(form, NOVEMBER - 12), opened(form)
    file(form, {then: figures(form, scale="0.9")}, reporter, month=NOVEMBER - 12)

    saved = save(form, county, [ReportCell(now.pk, "output.ytd_last_year", "1")], reporter)

    sheet = queries.report_sheet(form, NOVEMBER, county)
    at = [column["code"] for column in sheet["columns"]].index("output.ytd_last_year")
    assert (saved.cells, saved.problems[0][2]) == ((), "error")
    assert sheet["rows"][0]["cells"][at] == "10800"
    assert "output.ytd_last_year" in sheet["rows"][0]["locked"]


@pytest.mark.django_db
def test_settled_lines_are_filed_and_the_others_stay_with_what_they_ask(county):
    for _ in range(3):
        firm(county)
    form, reporter = firm_form(), make.person(place=county)
    good, asks, stops = opened(form)
    cells = [
        *typed(good, figures(form)),
        *typed(asks, figures(form, cost=18000)),
        *typed(stops, figures(form, export=12000)),
    ]
    save(form, county, cells, reporter)

    first = file_typed(form, county, reporter)
    second = file_typed(form, county, reporter, answers={(asks.pk, "cost_over_revenue"): "处置旧设备"})

    assert (first.filed.filed, {one.refusal.code for one in first.left}) == (1, {"finding.ask", "finding.stop"})
    assert (second.filed.filed, [one.refusal.code for one in second.left]) == (1, ["finding.stop"])
    asks.refresh_from_db()
    stops.refresh_from_db()
    assert (asks.state, asks.asks, stops.state) == (FilingState.FILED, 0, FilingState.AWAITED)


@pytest.mark.django_db
def test_cells_that_are_being_typed_stay_when_a_workbook_is_filed_for_the_same_unit(county):
    firm(county)
    form, reporter = firm_form(), make.person(place=county)
    [report] = opened(form)
    save(form, county, [ReportCell(report.pk, "tax.ytd", "415")], reporter)

    file(form, {report: figures(form)}, reporter)
    done = file_typed(form, county, reporter)

    report.refresh_from_db()
    assert (done.filed.filed, report.vintage_number) == (1, 2)
    assert tuple(report.figures) == figures(form, tax=415)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_sheet_takes_the_same_queries_for_one_unit_and_for_many(county, count, django_assert_num_queries):
    for _ in range(count):
        firm(county)
    form, reporter = firm_form(), make.person(place=county)
    reports = opened(form)
    file(form, {report: figures(form, cost=18000) for report in reports}, reporter)

    with django_assert_num_queries(10):
        sheet = queries.report_sheet(form, NOVEMBER, county)

    assert len(sheet["rows"]) == count
    assert [one["severity"] for one in sheet["problems"]] == ["warning"] * count


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_saving_takes_the_same_queries_for_one_line_and_for_many(county, count, django_assert_num_queries):
    for _ in range(count):
        firm(county)
    form, reporter = firm_form(), make.person(place=county)
    reports = opened(form)
    cells = [cell for report in reports for cell in typed(report, figures(form))]
    version = queries.sheet_version(form, NOVEMBER, county)

    with django_assert_num_queries(23):
        save(form, county, cells, reporter, version)


@pytest.mark.django_db(transaction=True)
def test_two_who_file_the_same_report_at_once_make_two_vintages():
    county = make.place("正定县", within=make.city())
    firm(county)
    form, reporter = firm_form(), make.person(place=county)
    [report] = opened(form)
    ready = threading.Barrier(4)
    failed: list[BaseException] = []

    def filing(number: int) -> None:
        try:
            ready.wait(10)
            file(form, {report: figures(form, revenue=11500 + number)}, reporter)
        except BaseException as fault:
            failed.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=filing, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    report.refresh_from_db()
    kept = UnitVintage.objects.filter(report=report).order_by("number")
    at = form.positions["revenue.ytd"]
    assert failed == []
    assert [one.number for one in kept] == [1, 2, 3, 4]
    assert sorted(one.figures[at] for one in kept) == [Decimal(11500 + number) for number in range(4)]
    assert tuple(report.figures) == tuple(kept[3].figures)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_the_same_line_at_once_the_second_is_told():
    county = make.place("正定县", within=make.city())
    firm(county)
    form, reporter = firm_form(), make.person(place=county)
    [report] = opened(form)
    version = queries.sheet_version(form, NOVEMBER, county)
    ready, told, saved = threading.Barrier(2), [], []

    def saving(text: str) -> None:
        try:
            ready.wait(10)
            saved.append((text, save(form, county, [ReportCell(report.pk, "output.ytd", text)], reporter, version)))
        except Refused as refused:
            told.append(refused.refusals[0].code)
        finally:
            connection.close()

    threads = [threading.Thread(target=saving, args=(text,)) for text in ("1", "2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert told == ["draft.version"]
    assert ReportDraft.objects.get(report=report).cells == {"output.ytd": saved[0][0]}


@pytest.mark.django_db
def test_january_is_not_reported_and_february_is():
    county = make.place("正定县", within=make.city())
    firm(county)
    form = firm_form()

    with pytest.raises(Refused, match=r"form\.exempt"):
        opened(form, Month(2021, 1))

    assert len(opened(form, Month(2021, 2))) == 1
    assert UnitReport.objects.get().due_on.isoformat() == "2021-03-12"
