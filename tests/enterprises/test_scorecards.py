from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from tests import make
from tici.enterprises import queries
from tici.enterprises.rules import Fact, score, scorecard

ON = date(2023, 6, 1)
INNOVATIVE, SRDI, GIANT = (scorecard(tier, ON) for tier in ("innovative", "srdi", "giant"))
BEST = {
    "ip_class": "high_value",
    "rnd_rate": Decimal("0.05"),
    "main_growth": Decimal("0.15"),
    "debt_rate": Decimal("0.55"),
    "strategic_field": "strategic",
    "main_share": Decimal("0.7"),
}
DIRECT_NONE = {"science_award_3y": False, "title_valid": False, "rnd_body_province": False, "equity_3y_wan": 0}


def facts(**values):
    return {name: Fact(value, "2022年度数据") for name, value in values.items()}


def points(card, **values):
    return {one.item.code: one.points for one in score(card, facts(**values)).items}


@pytest.mark.parametrize(
    ("fact", "value", "item", "given"),
    [
        ("rnd_rate", Decimal("0.05"), "rnd", 20),
        ("rnd_rate", Decimal("0.0499"), "rnd", 15),
        ("rnd_rate", Decimal("0.01"), "rnd", 5),
        ("rnd_rate", Decimal("0.009"), "rnd", 0),
        ("main_growth", Decimal("0"), "growth", 5),
        ("main_growth", Decimal("-0.01"), "growth", 0),
        ("debt_rate", Decimal("0.55"), "debt", 10),
        ("debt_rate", Decimal("0.56"), "debt", 5),
        ("debt_rate", Decimal("0.76"), "debt", 0),
        ("main_share", Decimal("0.5"), "share", 5),
        ("ip_class", "own_first", "ip", 15),
        ("ip_class", "none", "ip", 0),
    ],
)
def test_an_innovative_firms_points_by_item(fact, value, item, given):
    assert points(INNOVATIVE, **{fact: value})[item] == given


@pytest.mark.parametrize(
    ("fact", "value", "item", "given"),
    [
        ("niche_years", 5, "years", 2),
        ("niche_years", 30, "years", 5),
        ("digital_level", 3, "digital", 5),
        ("quality_honours", 1, "quality", 3),
        ("quality_honours", 2, "quality", 5),
        ("net_profit_rate", Decimal("0.05"), "profit", 4),
        ("rnd_wan", Decimal(600), "rnd", 10),
        ("rnd_wan", Decimal(400), "rnd", None),  # the bands below the highest are not known to us
        ("rnd_body_level", "city", "body", 4),
    ],
)
def test_a_specialised_firms_points_by_item(fact, value, item, given):
    assert points(SRDI, **{fact: value})[item] == given


def test_the_items_of_a_card_add_up_to_its_groups_and_those_to_a_hundred():
    for card in (INNOVATIVE, SRDI):
        by_group = {g.code: sum(i.most for i in card.items if i.group == g.code) for g in card.groups}
        assert by_group == {group.code: group.most for group in card.groups}
        assert sum(by_group.values()) == 100


def test_full_points_pass_with_their_evidence():
    found = score(INNOVATIVE, facts(**BEST))

    assert (found.passes, found.points, found.at_best, found.lacks) == (True, 100, 100, ())
    name, fact = found.items[1].evidence[0]
    assert (name.label, name.shown(fact.value), fact.evidence) == ("研发费用占营业收入比重", "5.0%", "2022年度数据")


def test_a_group_below_its_least_fails_although_the_sum_is_enough():
    weak = {"ip_class": "none", "rnd_rate": Decimal("0.03")}

    found = score(INNOVATIVE, facts(**BEST | weak | DIRECT_NONE))

    assert (found.points, found.passes) == (75, False)
    assert found.lacks == ("创新能力15分，不足20分",)


def test_a_direct_way_stands_in_for_the_points():
    assert score(INNOVATIVE, facts(title_valid=True)).passes is True


def test_what_is_not_known_stays_open_and_is_named():
    found = score(INNOVATIVE, facts(**{name: BEST[name] for name in BEST if name != "ip_class"}))

    assert (found.points, found.at_best) == (80, 100)
    assert score(INNOVATIVE, facts(**DIRECT_NONE)).passes is None
    assert "未能计分：与主导产品相关的有效知识产权" in "".join(score(INNOVATIVE, facts(**DIRECT_NONE)).lacks)


def test_the_single_thing_that_lacks_is_said_in_the_firms_own_units():
    given = {"niche_years": 5, "rnd_wan": Decimal(150), "rnd_rate": Decimal("0.028"), "revenue_wan": Decimal(5300)}

    gates = {one.requirement.code: (one.is_met, one.lacks) for one in score(SRDI, facts(**given)).gates}

    assert gates["niche"] == gates["revenue"] == (True, ())
    assert gates["rnd"] == (False, ("研发费用占营业收入比重为2.8%，须达到3.0%",))


def test_a_card_speaks_the_language_of_its_reader():
    with override("en"):
        card = scorecard("srdi", ON)
        gates = {one.requirement.code: one.lacks for one in score(card, facts(niche_years=1)).gates}

    assert card.label == "Specialised and innovative firms"
    assert gates["niche"] == ("Time in its niche market is 1 years; at least 2 years is asked",)


def test_an_item_says_what_the_next_points_ask_for():
    found = {one.item.code: one.next for one in score(INNOVATIVE, facts(**BEST | {"rnd_rate": Decimal("0.028")})).items}

    assert found["rnd"] == "研发费用占营业收入比重达到3.0%得15分"
    assert found["share"] == ""


@pytest.mark.parametrize(
    ("given", "met"),
    [
        ({"revenue_wan": 10000, "rnd_rate_2y": Decimal("0.03")}, True),
        ({"revenue_wan": 9999, "rnd_rate_2y": Decimal("0.03")}, False),
        ({"revenue_wan": 5000, "rnd_rate_2y": Decimal("0.06")}, True),
        ({"revenue_wan": 4999, "rnd_rate_2y": Decimal("0.2")}, None),
        (
            {"revenue_wan": 4999, "equity_2y_wan": 8000, "rnd_wan": 3000, "rnd_people_rate": Decimal("0.5")},
            True,
        ),
    ],
)
def test_a_little_giants_research_is_asked_by_its_revenue(given, met):
    gates = {one.requirement.code: one.is_met for one in score(GIANT, facts(**given)).gates}

    assert gates["rnd"] is met


@pytest.mark.parametrize("tier", ["innovative", "srdi", "giant"])
def test_the_cards_of_2026_are_empty_and_judge_nothing(tier):
    card = scorecard(tier, date(2026, 4, 1))

    found = score(card, facts(**BEST))

    assert (card.is_unknown, card.items, card.gates, found.passes) == (True, (), (), None)
    assert found.lacks == (f"{card.label}的现行标准尚未填入规则库，不能判定。",)
    assert scorecard(tier, date(2026, 3, 31)).until == date(2026, 3, 31)
    assert scorecard(tier, date(2022, 5, 31)) is None


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "ip_class": st.sampled_from(["high_value", "own_first", "first", "second", "none"]),
        "rnd_rate": st.decimals(0, 1, places=3),
        "main_growth": st.decimals(-1, 1, places=3),
        "debt_rate": st.decimals(0, 2, places=3),
        "product_field": st.sampled_from(["strategic", "other"]),
        "main_share": st.decimals(0, 1, places=3),
        "title_valid": st.booleans(),
    },
)


@given(VALUES, st.data())
def test_a_fact_learnt_never_turns_a_verdict_round(values, data):
    unknown = data.draw(st.sets(st.sampled_from(sorted(values))) if values else st.just(set()))
    whole = score(INNOVATIVE, facts(**values))
    part = score(INNOVATIVE, facts(**{name: value for name, value in values.items() if name not in unknown}))

    assert part.passes in {None, whole.passes}
    assert part.points <= whole.points <= whole.at_best <= part.at_best


@given(VALUES)
def test_a_better_rate_never_gives_fewer_points(values):
    known = facts(**{"rnd_rate": Decimal(0)} | values)
    better = known | {"rnd_rate": replace(known["rnd_rate"], value=known["rnd_rate"].value + Decimal("0.02"))}

    assert score(INNOVATIVE, better).points >= score(INNOVATIVE, known).points


@pytest.mark.django_db
def test_the_register_gives_what_follows_from_its_years_and_guesses_nothing():
    firm = make.enterprise(place=make.place())
    firm.years.create(
        year=2022, revenue_wan=2000, main_revenue_wan=1800, rnd_wan=100, assets_wan=4000, liabilities_wan=1000
    )
    firm.years.create(year=2021, revenue_wan=1600, main_revenue_wan=1500)

    found = {name: fact.value for name, fact in queries.scoring_facts(firm, ON).items()}

    assert found == {
        "revenue_wan": 2000,
        "rnd_wan": 100,
        "rnd_rate": Decimal("0.05"),
        "main_share": Decimal("0.9"),
        "debt_rate": Decimal("0.25"),
        "main_growth": Decimal("0.2"),
    }
