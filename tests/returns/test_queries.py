"""What a month adds up to, who is missing on the board, and which month it is about."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests import make
from tests.make import NOVEMBER, NOW, TODAY
from tici.core.measures import Scope
from tici.engines.periods import Month
from tici.projects.models import Category, Project, Stage
from tici.returns.actions import EntryRow, file_entries, open_month, relight, send_back
from tici.returns.measures import MONTHS as MEASURES
from tici.returns.models import Channel, Entry, Filing
from tici.returns.queries import (
    board,
    county_sums,
    county_table,
    latest_month,
    lights_of,
    months_of,
    reminder,
    typed_projects,
)

pytestmark = pytest.mark.django_db
BY_CODE = {measure.code.removeprefix("returns."): measure for measure in MEASURES}


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def counties(city):
    return [make.place(name, within=city) for name in ("长安区", "正定县", "赵县")]


@pytest.fixture
def dispatcher(city):
    return make.person(place=city)


def dispatched(place, by, *, plan, done, last_year=None, month=NOVEMBER, **facts):
    """A project under construction with its year's plan, and its return for the month."""
    project = make.project(place=place, stage=Stage.BUILDING, started_on=date(2021, 2, 1), **facts)
    make.project_year(project=project, category=Category.CONTINUING, plan_wan=Decimal(plan))
    if done is not None:
        filing = Filing.objects.filter(place=place, month_on=month.first).first() or make.filing(
            place=place, month=month
        )
        entries = filing.vintages.order_by("-number").first()
        before = (
            [EntryRow(one.project_id, {"done_ytd_wan": one.done_ytd_wan}) for one in entries.entries.all()]
            if entries
            else []
        )
        figures = {"done_ytd_wan": Decimal(done), "done_ytd_last_year_wan": last_year and Decimal(last_year)}
        rows = [*before, EntryRow(project.pk, figures)]
        file_entries(filing=filing, rows=rows, channel=Channel.SCREEN, by=by, at=NOW)
    return project


def values(measure, scope):
    return BY_CODE[measure].value(scope), BY_CODE[measure].by_county(scope)


def test_completion_is_a_ratio_of_sums_that_is_never_capped(city, counties, dispatcher):
    dispatched(counties[0], dispatcher, plan=100, done=150)
    dispatched(counties[1], dispatcher, plan=300, done=150)
    scope = Scope(dispatcher, city, NOVEMBER)

    whole, by_county = values("completion_rate", scope)

    assert whole == Decimal("0.75")
    assert by_county == {counties[0].pk: Decimal("1.5"), counties[1].pk: Decimal("0.5"), counties[2].pk: None}


def test_a_county_without_a_return_adds_neither_plan_nor_investment(city, counties, dispatcher):
    dispatched(counties[0], dispatcher, plan=100, done=50)
    dispatched(counties[1], dispatcher, plan=900, done=None)
    scope = Scope(dispatcher, city, NOVEMBER)

    assert values("plan", scope) == (100, {counties[0].pk: 100, counties[1].pk: None, counties[2].pk: None})
    assert values("expected", scope)[0] == 2
    assert values("reporting_rate", scope)[0] == Decimal("0.5")


def test_the_plan_reported_this_month_goes_before_that_of_the_register(city, counties, dispatcher):
    project = dispatched(counties[0], dispatcher, plan=100, done=None)
    row = EntryRow(project.pk, {"plan_year_wan": Decimal(200), "done_ytd_wan": Decimal(50)})
    file_entries(filing=make.filing(place=counties[0]), rows=[row], channel=Channel.SCREEN, by=dispatcher, at=NOW)

    assert BY_CODE["completion_rate"].value(Scope(dispatcher, city, NOVEMBER)) == Decimal("0.25")


def test_growth_compares_the_projects_that_give_both_years(city, counties, dispatcher):
    dispatched(counties[0], dispatcher, plan=100, done=60, last_year=50)
    dispatched(counties[1], dispatcher, plan=100, done=500)

    assert BY_CODE["growth_rate"].value(Scope(dispatcher, city, NOVEMBER)) == Decimal("0.2")


def test_the_start_rate_counts_those_that_were_due(city, counties, dispatcher):
    facts = [
        {"planned_start_on": date(2021, 10, 1), "started_on": date(2021, 10, 8)},
        {"planned_start_on": date(2021, 11, 1)},
        {"planned_start_on": date(2021, 12, 1), "started_on": date(2021, 11, 8)},
        {"planned_start_on": date(2021, 10, 1), "planned_start_precision": "quarter"},
        {"planned_start_on": date(2021, 5, 1), "cancelled_on": date(2021, 6, 1), "cancel_reason": "调整"},
        {},
    ]
    for one in facts:
        make.project_year(project=make.project(place=counties[0], **one), category=Category.TO_START)

    november, december = (Scope(dispatcher, city, month) for month in (NOVEMBER, NOVEMBER + 1))

    assert [BY_CODE[name].value(november) for name in ("due_starts", "started", "start_rate")] == [2, 1, Decimal("0.5")]
    assert BY_CODE["due_starts"].value(december) == 5


def test_the_statistics_rate_counts_what_started_over_five_million(city, counties, dispatcher):
    started = {"started_on": date(2021, 5, 1)}
    make.project(place=counties[0], **started, statistics_on=date(2021, 6, 1))
    make.project(place=counties[0], **started, statistics_on=date(2021, 12, 1))
    make.project(place=counties[0], **started, investment_wan=Decimal(499))
    make.project(place=counties[0])

    scope = Scope(dispatcher, city, NOVEMBER)

    assert [BY_CODE[name].value(scope) for name in ("due_entries", "entered", "statistics_rate")] == [
        2,
        1,
        Decimal("0.5"),
    ]


def test_every_count_is_that_of_its_rows_and_every_sum_that_of_theirs(city, counties, dispatcher):
    dispatched(counties[0], dispatcher, plan=1000, done=100)
    dispatched(counties[1], dispatcher, plan=1000, done=950, last_year=900, statistics_on=date(2021, 3, 1))
    dispatched(counties[2], dispatcher, plan=1000, done=None)
    make.project_year(
        project=make.project(place=counties[2], planned_start_on=date(2021, 6, 1)), category=Category.TO_START
    )
    relight(NOVEMBER, by=dispatcher, at=NOW)
    scope = Scope(dispatcher, city, NOVEMBER)

    counts = {m.code: m.value(scope) for m in MEASURES if m.unit == "count"}
    assert counts == {m.code: m.rows(scope).count() for m in MEASURES if m.unit == "count"}
    sums = {
        "done_ytd": "done_ytd_wan",
        "plan": "plan_wan",
        "same_period": "done_ytd_last_year_wan",
        "total": "investment_wan",
    }
    for name, column in sums.items():
        rows = BY_CODE[name].rows(scope).values_list(column, flat=True)
        assert BY_CODE[name].value(scope) == sum(value for value in rows if value is not None)


def test_the_rows_behind_a_measure_can_be_listed_by_its_columns(city, counties, dispatcher):
    dispatched(counties[0], dispatcher, plan=1000, done=100)
    relight(NOVEMBER, by=dispatcher, at=NOW)
    scope = Scope(dispatcher, city, NOVEMBER)

    for measure in MEASURES:
        list(measure.rows(scope).values(*(column.field for column in measure.columns)))


def test_a_county_sees_its_own_sums_only(city, counties, dispatcher):
    dispatched(counties[0], dispatcher, plan=100, done=50)
    dispatched(counties[1], dispatcher, plan=100, done=70)
    own = make.person(place=counties[0])

    assert BY_CODE["done_ytd"].value(Scope(own, counties[0], NOVEMBER)) == 50
    assert BY_CODE["done_ytd"].value(Scope(own, city, NOVEMBER)) == 50


def test_the_table_has_the_total_first_counties_in_their_order_and_ties_share_a_place(city, counties, dispatcher):
    dispatched(counties[0], dispatcher, plan=100, done=50)
    dispatched(counties[1], dispatcher, plan=200, done=180)
    dispatched(counties[2], dispatcher, plan=100, done=50)

    table = county_table(Scope(dispatcher, city, NOVEMBER))

    assert [row.place for row in table.rows] == [city, *counties]
    assert [row.rank for row in table.rows] == [None, 2, 1, 2]
    assert table.total.sums.done_ytd_wan == 280
    assert table.counties[0].schedule_gap == Decimal("0.5") - Decimal(11) / 12


def test_the_table_tells_why_counties_are_behind(city, counties, dispatcher):
    for _ in range(2):
        make.project(place=counties[1], planned_start_on=date(2021, 8, 1))
    relight(NOVEMBER, by=dispatcher, at=NOW)

    table = county_table(Scope(dispatcher, city, NOVEMBER))

    assert [row.reasons for row in table.rows] == [(("逾期未开工", 2),), (), (("逾期未开工", 2),), ()]


def test_of_red_investment_the_table_tells_what_the_county_wrote_or_that_it_gave_no_reason(city, counties, dispatcher):
    red = [dispatched(counties[1], dispatcher, plan=100, done=10) for _ in range(3)]
    for project, problem in zip(red, ("融资缺口较大。已与银行对接。", "融资缺口较大", ""), strict=True):
        Entry.objects.current(NOVEMBER).filter(project=project).update(problem_text=problem)
    dispatched(counties[2], dispatcher, plan=100, done=70)
    Project.objects.update(statistics_on=date(2021, 6, 1))
    relight(NOVEMBER, by=dispatcher, at=NOW)

    table = county_table(Scope(dispatcher, city, NOVEMBER))

    assert [(row.reasons, row.given, row.untold) for row in table.counties] == [
        ((), (), 0),
        ((), (("融资缺口较大", 2),), 1),
        ((("投资进度落后于序时", 1),), (), 0),
    ]


def test_all_counties_cost_two_queries_beside_the_places(city, counties, dispatcher, django_assert_num_queries):
    for county in counties:
        dispatched(county, dispatcher, plan=100, done=50)
    scope = Scope(dispatcher, city, NOVEMBER)

    with django_assert_num_queries(5):  # places, newest record, projects, lights, what was written of the red ones
        county_table(scope)
        for measure in MEASURES:
            measure.value(scope)
            measure.by_county(scope)
    with django_assert_num_queries(1):  # newest record: nothing was done since
        county_sums(Scope(dispatcher, city, NOVEMBER))


def test_sums_are_computed_anew_once_anything_was_done(city, counties, dispatcher):
    dispatched(counties[0], dispatcher, plan=100, done=50)
    before = BY_CODE["done_ytd"].value(Scope(dispatcher, city, NOVEMBER))

    dispatched(counties[1], dispatcher, plan=100, done=70)

    assert (before, BY_CODE["done_ytd"].value(Scope(dispatcher, city, NOVEMBER))) == (50, 120)


def test_expected_are_the_planned_and_those_under_construction(city, counties):
    planned, building = make.project(place=counties[0]), make.project(place=counties[0], stage=Stage.BUILDING)
    make.project_year(project=planned)
    make.project_year(project=make.project(place=counties[0]), year=2020)
    make.project(place=counties[0], stage=Stage.BUILDING, cancelled_on=date(2021, 3, 1), cancel_reason="调整")

    assert list(typed_projects(make.filing(place=city))) == [planned, building]


def test_the_newest_month_is_the_first_of_every_page(city, dispatcher):
    assert latest_month() == Month.of(dispatcher.date_joined.date()) - 1

    make.filing(place=city, month=NOVEMBER - 1)
    make.filing(place=city, month=NOVEMBER)

    assert latest_month() == NOVEMBER


def test_the_board_tells_the_timely_the_late_and_the_missing(city, counties, dispatcher):
    open_month(NOVEMBER, by=dispatcher, at=NOW)
    for place, at in zip(counties, (NOW, NOW + timedelta(days=3)), strict=False):
        row = EntryRow(make.project(place=place, stage=Stage.BUILDING).pk, {"done_ytd_wan": Decimal(1)})
        filing = Filing.objects.get(place=place)
        file_entries(filing=filing, rows=[row], channel=Channel.SCREEN, by=dispatcher, at=at)

    shown = board(Scope(dispatcher, city, NOVEMBER), TODAY + timedelta(days=4))

    assert [row.filing.place for row in shown.rows] == counties
    assert [row.late_days for row in shown.rows] == [0, 3, 4]
    assert [row.filing.place for row in shown.missing] == [counties[2]]
    assert (shown.due_on, shown.timeliness_rate, shown.completeness_rate) == (date(2021, 12, 6), Decimal(1) / 3, 1)
    marks = ["".join(day.mark or "·" for day in row.days[5:11]) for row in shown.rows]
    assert marks == ["报·····", "·迟迟报··", "·迟迟迟迟·"]


def test_the_reminder_names_the_missing_and_those_to_correct(city, counties, dispatcher):
    open_month(NOVEMBER, by=dispatcher, at=NOW)
    row = EntryRow(make.project(place=counties[0]).pk, {"done_ytd_wan": Decimal(1)})
    filing = Filing.objects.get(place=counties[0])
    file_entries(filing=filing, rows=[row], channel=Channel.SCREEN, by=dispatcher, at=NOW)
    send_back(filing=filing, reason="累计数不符。", by=dispatcher, at=NOW)

    shown = board(Scope(dispatcher, city, NOVEMBER), TODAY + timedelta(days=1))

    assert reminder(shown) == (
        "【项目月调度催报】2021年11月项目月度调度表报送期限为12月6日，截至12月7日，以下3个县（市、区）尚未报送："
        "长安区（退回待更正）、正定县、赵县。请今日内报送，有困难的请说明原因。"
    )
    assert (
        reminder(shown, shown.rows[0]) == "长安区：2021年11月项目月度调度表已退回，原因：累计数不符。请更正后重新报送。"
    )
    assert reminder(shown, shown.rows[1]) == (
        "正定县：2021年11月项目月度调度表（应报0个项目）期限为12月6日，已逾期1天。请今日内报送，有困难的请说明原因。"
    )


def test_a_projects_months_and_lights_are_told(counties, dispatcher):
    project = dispatched(counties[0], dispatcher, plan=100, done=40, month=NOVEMBER - 1)
    file_entries(
        filing=make.filing(place=counties[0]), rows=[EntryRow(project.pk, {"done_ytd_wan": Decimal(50)})],
        channel=Channel.SCREEN, by=dispatcher, at=NOW,
    )  # fmt: skip

    months = months_of(project)

    assert [(one.month, one.done_ytd_wan, one.rate) for one in months.rows] == [
        (NOVEMBER, 50, Decimal("0.5")), (NOVEMBER - 1, 40, Decimal("0.4")),
    ]  # fmt: skip
    assert months.chart["series"][1]["values"] == [40.0, 50.0]
    assert [(one.kind.value, one.colour) for one in lights_of(project)] == [("progress", "red"), ("statistics", "red")]
