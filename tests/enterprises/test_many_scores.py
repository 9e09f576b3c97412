from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tici.enterprises.rules import (
    Fact,
    FactKind,
    against_judging,
    against_scoring_facts,
    asked_facts,
    bounds_of,
    kinds_of,
    requirements_of,
    score,
    score_many,
    scorecard,
    shortfalls,
)
from tici.enterprises.rules.many_scores import MET, NO_POINTS, NOT_KNOWN, NOT_MET

ON = date(2022, 12, 31)
CARDS = [scorecard(tier, ON) for tier in ("innovative", "srdi", "giant")]
STATE = {True: MET, None: NOT_KNOWN, False: NOT_MET}
TYPES = {FactKind.NUMBER: pl.Float64(), FactKind.YES_NO: pl.Boolean(), FactKind.CHOICE: pl.String()}


def values_of(card, code, kind):
    """Values of a fact around everything that decides something, and what is not known."""
    if kind is FactKind.YES_NO:
        return st.sampled_from([None, True, False])
    if kind is FactKind.CHOICE:
        return st.sampled_from([None, *card.names[code].choices])
    edges = [Decimal(str(bound)) for bound in bounds_of(card).get(code, [2.0, 10.0])]
    steps = [Decimal(0), Decimal("0.0001"), Decimal("-0.0001"), Decimal(1)]
    return st.sampled_from([None, *(abs(edge + step) for edge in edges for step in steps)])


@st.composite
def firms(draw, card):
    """Some enterprises, each with its facts."""
    return draw(
        st.lists(
            st.fixed_dictionaries({code: values_of(card, code, kind) for code, kind in kinds_of(card).items()}),
            min_size=1,
            max_size=8,
        )
    )


def frame(card, rows):
    schema = {code: TYPES[kind] for code, kind in kinds_of(card).items()}
    told = [{code: float(v) if isinstance(v, Decimal) else v for code, v in row.items()} for row in rows]
    return pl.DataFrame(told, schema=schema)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.tier)
@given(data=st.data())
def test_many_are_judged_as_each_alone(card, data):
    rows = data.draw(firms(card))

    many = score_many(card, frame(card, rows))

    for number, row in enumerate(rows):
        facts = {code: Fact(value) for code, value in row.items() if value is not None}
        one = score(card, facts)
        assert [STATE[gate.is_met] for gate in one.gates] == [states[number] for states in many.gates.values()]
        assert [STATE[way.is_met] for way in one.directs] == [states[number] for states in many.directs.values()]
        points = [NO_POINTS if item.points is None else item.points for item in one.items]
        assert points == [given[number] for given in many.items.values()]
        assert (one.points, one.at_best) == (many.points[number], many.best[number])
        assert STATE[one.passes] == many.passes[number]
        lacks = {code: states[number] for code, states in many.requirements.items() if states[number] != MET}
        assert {lack.code: NOT_MET if lack.is_known else NOT_KNOWN for lack in shortfalls(one, facts)} == lacks
        assert many.lacking[number] == len(lacks)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.tier)
@given(data=st.data())
def test_knowing_more_never_lowers_what_is_certain(card, data):
    [row] = data.draw(firms(card).filter(lambda rows: len(rows) == 1))
    hidden = data.draw(st.sampled_from(sorted(row)))

    more = score_many(card, frame(card, [row]))
    less = score_many(card, frame(card, [row | {hidden: None}]))

    assert less.points[0] <= more.points[0] <= more.best[0] <= less.best[0]
    assert less.passes[0] in (NOT_KNOWN, more.passes[0])


def test_what_lacks_is_a_requirement_of_the_card():
    card = CARDS[1]
    lacks = shortfalls(score(card, {}), {})

    codes = [code for code, _label in requirements_of(card)]
    assert [(lack.code, lack.is_known) for lack in lacks] == [(code, False) for code in codes]


def test_a_firm_that_lacks_one_item_is_told_by_how_much():
    card = CARDS[1]
    facts = {
        "niche_years": Fact(Decimal(6)),
        "rnd_wan": Fact(Decimal(240)),
        "rnd_rate": Fact(Decimal("0.024")),
        "revenue_wan": Fact(Decimal(10000)),
        "maker_500_3y": Fact(value=True),
    }

    [lack] = shortfalls(score(card, facts), facts)

    assert (lack.code, lack.is_known, lack.distance) == ("gate.rnd", True, 0.2)
    assert lack.words == "研发费用占营业收入比重为2.4%，须达到3.0%"


def test_nobody_is_judged_by_a_text_that_is_not_in_the_rulebook():
    assert [one.code for one in against_judging(date(2026, 3, 31))] == []
    assert [one.code for one in against_judging(date(2026, 4, 1))] == ["scoring.unknown_card"]
    assert [one.code for one in against_judging(date(2021, 12, 1))] == ["scoring.no_card"]
    with pytest.raises(ValueError, match="not in the rulebook"):
        score_many(scorecard("srdi", date(2026, 4, 1)), pl.DataFrame())


@pytest.mark.parametrize(
    ("values", "evidence", "codes"),
    [
        ({"niche_years": "3"}, {"niche_years": "示例材料"}, []),
        ({"niche_years": "3"}, {}, ["scoring.evidence"]),
        ({"niche_years": "-3"}, {"niche_years": "示例材料"}, ["scoring.value"]),
        ({"niche_years": True}, {"niche_years": "示例材料"}, ["scoring.value"]),
        ({"market_share": "12"}, {"market_share": "示例材料"}, ["scoring.value"]),
        ({"ip_class": "high_value"}, {"ip_class": "示例专利"}, []),
        ({"ip_class": "best"}, {"ip_class": "示例专利"}, ["scoring.value"]),
        ({"own_brand": True}, {"own_brand": "示例商标"}, []),
        ({"own_brand": "yes"}, {"own_brand": "示例商标"}, ["scoring.value"]),
        ({"revenue_wan": "3"}, {"revenue_wan": "示例报表"}, ["scoring.not_asked"]),
    ],
)
def test_a_fact_is_noted_only_as_the_cards_ask_for_it_and_with_evidence(values, evidence, codes):
    assert [one.code for one in against_scoring_facts(asked_facts(CARDS), values, evidence)] == codes


def test_every_choice_of_a_card_has_its_label():
    for card in CARDS:
        for item in card.items:
            for way in item.ways:
                assert set(way.choices or {}) == set(card.names[way.fact].choices)
