"""The cultivation pool: proposed from figures, twice changes nothing, dismissed stays dismissed, steps need papers."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests import make
from tests.make import NOW, TODAY
from tici.core.models import Record
from tici.core.refusals import Refused
from tici.engines.periods import Month
from tici.enterprises import actions
from tici.enterprises.models import Band, Candidacy, ExitRisk, LibrarySpell, MonthFacts, PoolState, Window
from tici.enterprises.queries import pool as queries
from tici.enterprises.rules import pool as rules
from tici.enterprises.rules.judged import AtRisk, Judged
from tici.enterprises.rules.pool import Figures

pytestmark = pytest.mark.django_db

NEAR = Figures(date(2021, 10, 1), Decimal(2000), rolling=Decimal(1900), ytd=Decimal(1500))
ROLLING = ({"code": "rolling", "wan": "1900"},)


@pytest.fixture
def county():
    return make.place()


@pytest.fixture
def officer(county):
    return make.person(place=county)


@pytest.fixture
def firm(county):
    return make.enterprise(place=county, industry="2710", search_text="示例企业")


def judged(firm, **over):
    facts = {
        "kind": "grown",
        "why": ROLLING,
        "figures": NEAR,
        "search_text": "示例企业",
        "chance": 0.8,
        "method": "cohort",
    }
    return Judged(firm.pk, firm.place_id, **(facts | over))


def go_through(*rows, risks=(), on=TODAY):
    return actions.go_through_pool(rows, risks, on=on, by="system", at=NOW)


def candidate(firm, **over):
    go_through(judged(firm, **over))
    return Candidacy.objects.get(enterprise=firm)


def step(candidacy, to, officer, **over):
    facts = {"on": TODAY, "by": officer, "at": NOW} | over
    move = actions.step_candidacy(candidacy=candidacy, to=to, **facts)
    candidacy.refresh_from_db()
    return move


def all_papers(candidacy, officer):
    for paper in rules.papers_of(candidacy.kind):
        if not paper.is_optional:
            actions.tick_papers(candidacy=candidacy, codes=[paper.code], on=TODAY, by=officer, at=NOW)


# Who is proposed


@pytest.mark.parametrize(
    ("figures", "facts", "codes"),
    [
        ({"rolling": 1600}, {}, ["rolling"]),
        ({"rolling": 1599}, {}, []),
        ({"rolling": 900, "year_expected": 2000}, {}, ["pace"]),
        ({"last_year": 1700}, {}, ["last_year"]),
        ({"rolling": 1100, "last_year": 1900}, {}, []),  # newer months speak louder than last year
        ({"rolling": 1100}, {"has_left": True}, ["returned"]),
        ({}, {"production_on": date(2021, 3, 1)}, ["production"]),
        ({}, {"production_on": date(2020, 3, 1)}, []),
        ({}, {"projects": [rules.Finished(7, "示例生产线", date(2021, 12, 1), Decimal(9000))]}, ["project"]),
    ],
)
def test_a_firm_is_proposed_for_what_its_figures_say(figures, facts, codes):
    told = Figures(date(2021, 11, 1), Decimal(2000), **{name: Decimal(value) for name, value in figures.items()})
    facts = {"has_left": False, "production_on": None} | facts

    assert [one["code"] for one in rules.reasons_to_propose(told, on=TODAY, **facts)] == codes


@pytest.mark.parametrize(
    ("codes", "has_left", "kind"),
    [
        (["rolling"], False, "grown"),
        (["rolling", "production"], False, "new_build"),
        (["project", "production"], False, "project"),
        (["rolling", "returned"], True, "returned"),
    ],
)
def test_what_a_firm_would_come_in_as_follows_from_why_it_is_proposed(codes, has_left, kind):
    assert rules.kind_of([{"code": code} for code in codes], has_left=has_left) == kind


def test_going_through_the_pool_twice_proposes_nobody_twice(firm):
    first = go_through(judged(firm))
    again = go_through(judged(firm, chance=0.3))

    assert (first.proposed, again.proposed, again.refreshed) == (1, 0, 1)
    candidacy = Candidacy.objects.get()
    assert (candidacy.chance, candidacy.band, candidacy.moves.count()) == (0.3, Band.LOW, 1)
    assert (candidacy.since, candidacy.why, candidacy.papers_asked) == (TODAY, list(ROLLING), 9)


def test_a_firm_without_a_reason_is_not_proposed_but_an_open_candidacy_is_brought_up_to_date(firm):
    assert go_through(judged(firm, why=())).proposed == 0
    go_through(judged(firm))
    assert go_through(judged(firm, why=(), chance=0.1)).refreshed == 1
    assert Candidacy.objects.get().chance == 0.1


def test_a_dismissed_proposal_stays_dismissed_until_its_figures_move_materially(firm, officer):
    step(candidate(firm), PoolState.LEFT, officer, reason_code="unwilling", reason="企业暂不申报（示例）")

    a_little = replace(NEAR, rolling=Decimal(2099))
    much = replace(NEAR, rolling=Decimal(2100))
    assert go_through(judged(firm, figures=a_little)).dismissed == 1
    assert go_through(judged(firm, figures=much)).proposed == 1
    assert list(Candidacy.objects.order_by("pk").values_list("state", "reason")) == [
        ("left", "企业暂不申报（示例）"),
        ("surveyed", ""),
    ]


def test_a_candidate_that_came_into_the_library_some_other_way_is_settled(firm):
    candidate(firm)
    LibrarySpell.objects.create(enterprise=firm, from_date=TODAY.replace(day=1))

    assert go_through().settled == 1
    candidacy = Candidacy.objects.get()
    assert candidacy.state == PoolState.ENTERED
    assert candidacy.moves.last().to_state == PoolState.ENTERED


def test_risks_are_kept_as_last_reckoned(county):
    one, two = make.enterprise(place=county), make.enterprise(place=county)

    def at_risk(firm, chance):
        return AtRisk(
            firm.pk, county.pk, date(2021, 11, 1), Decimal(2000), Decimal(1900), Decimal(1850), chance, "cohort"
        )

    go_through(risks=[at_risk(one, 0.9), at_risk(two, 0.4)])
    go_through(risks=[at_risk(two, 0.5)])

    assert list(ExitRisk.objects.values_list("enterprise_id", "chance")) == [(two.pk, 0.5)]


# Steps


def test_a_candidate_goes_from_survey_into_the_library_step_by_step(firm, officer):
    candidacy = candidate(firm)
    step(candidacy, PoolState.FOSTERED, officer)
    all_papers(candidacy, officer)
    step(candidacy, PoolState.APPLIED, officer, window=Window.ANNUAL_SECOND)
    step(candidacy, PoolState.REVIEWED, officer)
    step(candidacy, PoolState.ENTERED, officer, on=date(2022, 1, 1))

    spell = firm.spells.get()
    assert (spell.from_date, spell.window) == (date(2022, 1, 1), Window.ANNUAL_SECOND)
    assert [move.to_state for move in candidacy.moves.all()] == [
        "surveyed",
        "fostered",
        "applied",
        "reviewed",
        "entered",
    ]
    assert Record.objects.filter(what="pool.stepped").count() == 4


@pytest.mark.parametrize(
    ("state", "to", "facts", "codes"),
    [
        ("surveyed", "applied", {}, ["pool.step"]),
        ("fostered", "applied", {}, ["pool.papers", "pool.window"]),
        ("fostered", "surveyed", {}, ["pool.reason"]),
        ("applied", "refused", {}, ["pool.reason_code"]),
        ("applied", "refused", {"reason_code": "other"}, ["pool.reason"]),
        ("applied", "reviewed", {"on": date(2020, 1, 1)}, ["pool.before"]),
        ("entered", "left", {}, ["pool.over"]),
        ("refused", "fostered", {}, ["pool.over"]),
    ],
)
def test_a_step_out_of_order_is_refused_with_every_reason_and_leaves_no_trace(firm, officer, state, to, facts, codes):
    candidacy = candidate(firm)
    Candidacy.objects.filter(pk=candidacy.pk).update(
        state=state, reason_code="papers" if state in {"refused", "left"} else ""
    )

    with pytest.raises(Refused) as refused:
        step(candidacy, to, officer, **facts)

    assert [one.code for one in refused.value.refusals] == codes
    assert candidacy.moves.count() == 1
    assert not Record.objects.filter(what="pool.stepped").exists()


def test_papers_are_counted_and_a_tick_can_be_taken_back(firm, officer):
    candidacy = candidate(firm, kind="new_build")
    for code in ("licence", "licence", "strategic", "filing"):
        actions.tick_papers(candidacy=candidacy, codes=[code], on=TODAY, by=officer, at=NOW)
    actions.untick_paper(candidacy=candidacy, code="filing", by=officer, at=NOW)

    candidacy.refresh_from_db()
    assert (candidacy.papers_shown, candidacy.papers_asked) == (1, 10)  # what is optional is not counted
    assert {line.code for line in queries.papers(candidacy) if line.shown} == {"licence", "strategic"}
    with pytest.raises(Refused, match=r"pool\.paper"):
        actions.tick_papers(candidacy=candidacy, codes=["monthly_history"], on=TODAY, by=officer, at=NOW)


def test_who_sees_to_a_candidate_and_what_blocks_it_is_recorded(firm, officer, county):
    candidacy, post = candidate(firm), make.post(place=county)
    given = {"blocker": " 增值税申报与利润表不一致 ", "post": post, "department": None, "officer": "企业科"}
    for _time in range(2):
        actions.charge_candidacy(candidacy=candidacy, by=officer, at=NOW, **given)

    candidacy.refresh_from_db()
    assert (candidacy.blocker, candidacy.post, candidacy.officer) == ("增值税申报与利润表不一致", post, "企业科")
    assert Record.objects.filter(what="pool.charged").count() == 1


# Months


def test_months_given_at_entry_are_next_years_same_period_and_stay(firm, officer):
    december, march = Month(2020, 12), Month(2021, 3)
    given = {december: (Decimal(150), None), march: (Decimal(180), Decimal(190))}
    assert actions.give_months(enterprise=firm, given=given, by=officer, at=NOW) == 2
    assert actions.give_months(enterprise=firm, given={march: (Decimal(181), None)}, by=officer, at=NOW) == 1
    LibrarySpell.objects.create(enterprise=firm, from_date=date(2021, 4, 1))

    with pytest.raises(Refused, match=r"months\.kept"):
        actions.give_months(enterprise=firm, given={march: (Decimal(200), None)}, by=officer, at=NOW)
    rows = [actions.MonthRow(firm.pk, march, Decimal(200)), actions.MonthRow(firm.pk, Month(2021, 5), Decimal(90))]
    assert actions.give_many_months(rows, by=officer, at=NOW) == 1

    assert dict(MonthFacts.objects.values_list("month_on", "revenue_wan")) == {
        december.first: 150, march.first: 181, date(2021, 5, 1): 90,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "months.none"),
        ({Month(2021, 12): (Decimal(1), None)}, "months.future"),
        ({Month(2021, 10): (Decimal(10) ** 12, None)}, "months.too_large"),
    ],
)
def test_months_that_cannot_be_are_refused(firm, officer, given, code):
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        actions.give_months(enterprise=firm, given=given, by=officer, at=datetime(2021, 12, 6, tzinfo=UTC))


# Windows and the net forecast


def test_a_window_is_as_its_notice_says_for_the_nearest_place_around_a_firm(officer):
    city = make.city()
    near, far = make.place(within=city), make.place(within=city)
    for place, day in ((city, date(2022, 1, 5)), (city, date(2021, 11, 15)), (near, date(2022, 1, 4))):
        actions.note_window(
            place=place, window=Window.ANNUAL_SECOND, closes_on=day, through=Month.of(day) - 1, source="示例通知",
            by=officer, at=NOW,
        )  # fmt: skip

    ahead = queries.windows_ahead(TODAY)
    assert [(one.closes_on, one.through) for one in ahead[near.pk]] == [(date(2022, 1, 4), Month(2021, 12))]
    assert [one.closes_on for one in ahead[far.pk]] == [date(2022, 1, 5)]


def test_where_no_notice_is_known_no_window_is_made_up():
    somewhere = make.place()

    assert not queries.windows_ahead(TODAY)[somewhere.pk]


def test_a_window_without_a_notice_or_resting_on_a_later_month_is_refused(county, officer):
    with pytest.raises(Refused) as refused:
        actions.note_window(
            place=county,
            window=Window.MONTHLY,
            closes_on=TODAY,
            through=Month(2021, 12),
            source=" ",
            by=officer,
            at=NOW,
        )

    assert [one.code for one in refused.value.refusals] == ["window.order", "window.source"]


def test_the_net_forecast_of_a_city_is_that_of_its_counties_together(django_assert_num_queries):
    city = make.city()
    counties = [make.place(within=city), make.place(within=city)]
    firms = [make.enterprise(place=counties[at % 2]) for at in range(4)]
    leaving = AtRisk(firms[3].pk, counties[1].pk, TODAY, Decimal(2000), None, None, 0.25, "cohort")
    go_through(*[judged(firm, chance=0.5) for firm in firms[:3]], risks=[leaving])

    with django_assert_num_queries(3):
        whole, first, second = queries.net_forecast(counties, city)

    assert (whole.candidates, whole.entries, whole.exits, whole.net) == (3, 1.5, 0.25, 1.25)
    assert (first.net, second.net) == (1.0, 0.25)
    assert whole.net_low < whole.net < whole.net_high
