"""The pool proposed from what the house knows: months given and reported, years, projects, former stays."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from tests import make
from tests.make import NOW, TODAY
from tici.desk.actions.pool import renew_pool
from tici.desk.queries.pool import judge_pool
from tici.desk.queries.pool_months import months_known, single_months
from tici.engines.periods import Month
from tici.enterprises.actions import MonthRow, give_many_months, note_window
from tici.enterprises.models import Candidacy, ExitRisk, LibrarySpell, YearFacts
from tici.projects.models import Stage
from tici.returns.actions import ReportRow, file_reports, load_forms, open_form_month
from tici.returns.models import Channel, UnitReport
from tici.returns.queries import form_on

pytestmark = pytest.mark.django_db

OCTOBER = Month(2021, 10)


@pytest.fixture
def county():
    return make.place(within=make.city())


@pytest.fixture
def officer(county):
    return make.person(place=county)


def firm(county, **over):
    return make.enterprise(place=county, **({"industry": "2710"} | over))


def earn(enterprise, officer, amounts, *, until=OCTOBER):
    """Give the last months of a firm, in 万元."""
    first = until - (len(amounts) - 1)
    rows = [MonthRow(enterprise.pk, first + at, Decimal(amount)) for at, amount in enumerate(amounts)]
    give_many_months(rows, by=officer, at=NOW)


def reasons(enterprise):
    found = Candidacy.objects.filter(enterprise=enterprise).values_list("why", flat=True)
    return [one["code"] for why in found for one in why]


def test_firms_near_the_line_newly_in_production_and_once_in_the_library_are_proposed(county, officer):
    near, far, new, back = firm(county), firm(county), firm(county, production_on=date(2021, 6, 1)), firm(county)
    earn(near, officer, [150] * 12)
    earn(far, officer, [40] * 12)
    earn(back, officer, [100] * 12)
    LibrarySpell.objects.create(
        enterprise=back, from_date=date(2015, 1, 1), to_date=date(2019, 1, 1), exit_reason="below_line"
    )

    done = renew_pool(on=TODAY, by="system", at=NOW)

    assert done.proposed == 3
    assert {one.pk: reasons(one) for one in (near, far, new, back)} == {
        near.pk: ["rolling"], far.pk: [], new.pk: ["production"], back.pk: ["returned"],
    }  # fmt: skip
    assert set(Candidacy.objects.values_list("enterprise_id", "kind")) == {
        (near.pk, "grown"), (new.pk, "new_build"), (back.pk, "returned"),
    }  # fmt: skip


def test_where_no_months_are_known_last_years_revenue_proposes(county):
    known = firm(county)
    YearFacts.objects.create(enterprise=known, year=2020, revenue_wan=1750)

    renew_pool(on=TODAY, by="system", at=NOW)

    candidacy = Candidacy.objects.get()
    assert (reasons(known), candidacy.year_wan, candidacy.method) == (["last_year"], 1750, "last_year")
    assert 0 < candidacy.chance < 0.5


@pytest.mark.parametrize(
    ("stage", "facts", "proposed"),
    [
        (Stage.PERFORMING, {"performing_on": date(2021, 10, 1)}, True),
        (Stage.BUILDING, {"planned_finish_on": date(2022, 3, 1)}, True),
        (Stage.BUILDING, {"planned_finish_on": date(2023, 3, 1)}, False),
        (Stage.STARTED, {"planned_finish_on": date(2022, 3, 1)}, False),
        (
            Stage.BUILDING,
            {"planned_finish_on": date(2022, 3, 1), "cancelled_on": TODAY, "cancel_reason": "并入"},
            False,
        ),
        (Stage.BUILDING, {"planned_finish_on": date(2022, 3, 1), "investment_wan": Decimal(900)}, False),
    ],
)
def test_the_owner_of_a_project_about_to_perform_is_proposed(county, stage, facts, proposed):
    owner = firm(county)
    project = make.project(place=county, owner=owner, stage=stage, **({"investment_wan": Decimal(9000)} | facts))

    renew_pool(on=TODAY, by="system", at=NOW)

    assert reasons(owner) == (["project"] if proposed else [])
    if proposed:
        candidacy = Candidacy.objects.get()
        assert (candidacy.kind, candidacy.why[0]["id"]) == ("project", project.pk)


def test_firms_closed_merged_in_another_trade_or_in_the_library_are_not_proposed(county, officer):
    closed, trade, inside = firm(county, closed_on=TODAY), firm(county, industry="5211"), firm(county)
    merged = firm(county, merged_into=inside)
    LibrarySpell.objects.create(enterprise=inside, from_date=date(2020, 1, 1))
    for one in (closed, trade, inside, merged):
        earn(one, officer, [180] * 12)

    assert renew_pool(on=TODAY, by="system", at=NOW).proposed == 0


def test_a_candidate_is_judged_for_each_window_ahead_and_for_the_year(county, officer):
    near = firm(county)
    earn(near, officer, [165] * 24)
    for window, day in (("annual_first", date(2021, 11, 15)), ("annual_second", date(2022, 1, 5)),
                        ("monthly", date(2021, 12, 20))):  # fmt: skip
        note_window(
            place=county, window=window, closes_on=day, through=Month.of(day) - 1, source="示例通知", by=officer, at=NOW
        )

    renew_pool(on=TODAY, by="system", at=NOW)

    candidacy = Candidacy.objects.get()
    # The first window is over, and the monthly one takes only works newly in production.
    assert [(one["window"], one["through"]) for one in candidacy.forecast] == [
        ("annual_second", "2021-12"), ("", "2021-12"),
    ]  # fmt: skip
    assert (candidacy.window, candidacy.closes_on) == ("annual_second", date(2022, 1, 5))
    assert candidacy.chance == candidacy.forecast[0]["chance"]
    assert (candidacy.method, candidacy.learned_from) == ("own_spread", 0)  # two firms are no cohort


def test_what_was_reported_on_the_months_form_speaks_before_what_a_firm_gave(county, officer):
    one = firm(county)
    LibrarySpell.objects.create(enterprise=one, from_date=date(2020, 1, 1))
    load_forms(by=officer, at=NOW)
    form = form_on("industry_firm", OCTOBER)
    open_form_month(form=form, month=OCTOBER, by=officer, at=NOW)
    at = form.positions
    figures = [None] * len(at)
    figures[at["revenue.ytd"]], figures[at["revenue.ytd_last_year"]] = Decimal(1200), Decimal(1000)
    report = UnitReport.objects.get()
    file_reports(
        form=form, month=OCTOBER, rows=[ReportRow(report.pk, tuple(figures), None)], channel=Channel.SCREEN,
        by=officer, at=NOW,
    )  # fmt: skip
    earn(one, officer, [5], until=OCTOBER)

    table = months_known(OCTOBER)

    own = table.revenue[table.row_of[one.pk]]
    assert own[-10:] == pytest.approx([120] * 10)  # January to October, shared evenly
    assert own[-22:-12] == pytest.approx([100] * 10)
    assert np.isnan(own[-12:-10]).all()


def test_a_firm_whose_revenue_falls_is_at_risk_three_months_ahead(county, officer):
    falling, steady = firm(county), firm(county)
    for one in (falling, steady):
        LibrarySpell.objects.create(enterprise=one, from_date=date(2018, 1, 1))
    earn(falling, officer, [300] * 12 + [200] * 6 + [120] * 6)
    earn(steady, officer, [400] * 24)

    assert renew_pool(on=TODAY, by="system", at=NOW).at_risk == 1

    risk = ExitRisk.objects.get()
    assert risk.enterprise == falling
    assert risk.chance > 0.5
    assert (risk.rolling_wan, risk.as_of) == (1920, OCTOBER.first)


def test_a_firm_without_a_year_behind_it_and_one_whose_newest_month_is_late_are_not_called_at_risk(county, officer):
    young, late, steady = firm(county), firm(county), firm(county)
    for one in (young, late, steady):
        LibrarySpell.objects.create(enterprise=one, from_date=date(2021, 6, 1))
    earn(young, officer, [250] * 5)
    earn(late, officer, [260] * 23, until=OCTOBER - 1)
    earn(steady, officer, [400] * 24)

    renew_pool(on=TODAY, by="system", at=NOW)

    assert not ExitRisk.objects.exists()


def test_single_months_share_what_rose_over_months_not_filed():
    none = np.nan
    ytd = np.array([[none, 200, 350, none, none, 650, none, none, none, none, none, none]])

    alone = single_months(ytd)[0]

    assert alone[:6] == pytest.approx([100, 100, 150, 100, 100, 100])
    assert np.isnan(alone[6:]).all()


def test_looking_at_more_firms_asks_no_more_of_the_database(county, officer, django_assert_num_queries):
    earn(firm(county), officer, [150] * 12)
    judge_pool(TODAY)
    with django_assert_num_queries(11):
        judge_pool(TODAY)
    for _more in range(2):
        earn(firm(county), officer, [150] * 12)
    judge_pool(TODAY)
    with django_assert_num_queries(11):
        assert len(judge_pool(TODAY).outside) == 3
