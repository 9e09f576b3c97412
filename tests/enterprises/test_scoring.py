from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import make
from tests.make import NOW
from tici.core.models import Record
from tici.core.refusals import Refused
from tici.enterprises.actions import judge_register, note_scoring_facts
from tici.enterprises.models import Enterprise, TierScore
from tici.enterprises.queries import scoring_facts
from tici.enterprises.queries.register_scores import VERDICTS, judged
from tici.enterprises.rules import score, shortfalls
from tici.enterprises.rules.many_scores import MET, NOT_KNOWN, NOT_MET

pytestmark = pytest.mark.django_db
ON = date(2022, 12, 31)
STATE = {True: MET, None: NOT_KNOWN, False: NOT_MET}

# Figures whose ratios fall on bounds, beside them, and on thirds that no decimal holds.
MONEY = st.sampled_from([None, *(Decimal(x) for x in ("0", "0.3", "3", "10", "30.9", "33.3333", "100", "700", "1000"))])
AMOUNTS = ("revenue_wan", "main_revenue_wan", "assets_wan", "liabilities_wan", "profit_wan", "rnd_wan")
YEARS = st.fixed_dictionaries(
    {
        "people": st.sampled_from([None, 0, 20, 100]),
        "rnd_people": st.sampled_from([None, 0, 1, 10, 20]),
        **dict.fromkeys(
            ("revenue_wan", "main_revenue_wan", "assets_wan", "liabilities_wan", "profit_wan", "rnd_wan"), MONEY
        ),
    }
)


@given(rows=st.lists(st.tuples(YEARS, YEARS, st.none() | YEARS), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_register_is_judged_as_each_enterprise_alone(django_user_model, rows):
    Enterprise.objects.all().delete()
    city = make.city()
    for years in rows:
        firm = make.enterprise(place=city)
        for back, told in enumerate(years):
            if told is not None:
                make.year_facts(enterprise=firm, year=2021 - back, **told)

    for result in judged(ON, places=[city.pk]):
        for number, pk in enumerate(result.facts.enterprise_ids.tolist()):
            facts = scoring_facts(Enterprise.objects.get(pk=pk), ON)
            one = score(result.scores.card, facts)
            assert STATE[one.passes] == result.scores.passes[number]
            assert one.points == result.scores.points[number]
            lacks = shortfalls(one, facts)
            assert len(lacks) == result.scores.lacking[number]
            if len(lacks) == 1:
                assert result.only_lacks[number].words == lacks[0].words


def full(place, **over):
    """An enterprise that passes as 专精特新 by its figures, years in its niche and a direct way; some of it changed."""
    firm = make.enterprise(place=place)
    told = {"revenue_wan": 10000, "main_revenue_wan": 9000, "rnd_wan": 500, "assets_wan": 8000, "liabilities_wan": 3000}
    make.year_facts(enterprise=firm, year=2021, **told | over)
    return firm


NOTED = {"niche_years": Decimal(6), "maker_500_3y": True}
SHOWN = {"niche_years": "示例材料一", "maker_500_3y": "示例证书二"}


def note(firm, by, values=NOTED, evidence=SHOWN, year=2021):
    return note_scoring_facts(enterprise=firm, year=year, values=values, evidence=evidence, by=by, at=NOW)


def test_the_register_is_judged_and_judged_anew():
    by = make.person(place=(place := make.place()))
    passes, lacks = full(place), full(place, rnd_wan=240)
    for firm in (passes, lacks):
        note(firm, by)

    assert judge_register(place=place, on=ON, by=by, at=NOW) == 2
    with override("en"):  # what is kept is everyone's, and in the city's language
        assert judge_register(place=place, on=ON, by=by, at=NOW) == 2

    found = TierScore.objects.filter(tier="srdi").order_by("enterprise")
    assert list(found.values_list("enterprise", "verdict", "lacking", "only_lack", "is_known", "words")) == [
        (passes.pk, "passes", 0, "", False, ""),
        (lacks.pk, "fails", 1, "gate.rnd", True, "研发费用占营业收入比重为2.4%，须达到3.0%"),
    ]


def test_what_is_noted_shows_at_once_in_the_score():
    by = make.person(place=(place := make.place()))
    firm = full(place)
    judge_register(place=place, on=ON, by=by, at=NOW)

    note(firm, by)

    assert TierScore.objects.get(enterprise=firm, tier="srdi").verdict == "passes"
    assert Record.objects.latest("pk").what == "enterprise.facts_noted"


def test_a_fact_taken_away_is_unknown_again():
    by = make.person(place=(place := make.place()))
    firm = full(place)
    note(firm, by)

    noted = note(firm, by, {"niche_years": Decimal(6)}, SHOWN)

    assert (noted.values, noted.evidence) == ({"niche_years": "6"}, {"niche_years": "示例材料一"})
    assert "maker_500_3y" not in scoring_facts(firm, ON)


def test_a_fact_holds_for_its_year_only():
    by = make.person(place=(place := make.place()))
    firm = full(place)
    note(firm, by, year=2021)

    assert scoring_facts(firm, ON)["niche_years"].evidence == "2021 示例材料一"
    assert "niche_years" not in scoring_facts(firm, date(2023, 12, 31))


def test_a_fact_without_evidence_is_refused_without_a_trace():
    by = make.person(place=(place := make.place()))
    firm = full(place)

    with pytest.raises(Refused, match=r"scoring\.evidence"):
        note(firm, by, evidence={})

    assert (firm.scoring_facts.count(), Record.objects.count()) == (0, 0)


def test_a_day_whose_standard_is_unknown_leaves_the_scores_as_they_were():
    by = make.person(place=(place := make.place()))
    full(place)
    judge_register(place=place, on=ON, by=by, at=NOW)

    with pytest.raises(Refused, match=r"scoring\.unknown_card"):
        judge_register(place=place, on=date(2026, 11, 1), by=by, at=NOW)

    assert set(TierScore.objects.values_list("judged_on", flat=True)) == {ON}


def test_another_county_keeps_its_scores():
    by = make.person(place=(city := make.city()))
    here, there = make.place("正定县", within=city), make.place("赵县", within=city)
    full(here), full(there)
    judge_register(place=city, on=ON, by=by, at=NOW)

    judge_register(place=here, on=date(2023, 6, 1), by=by, at=NOW)

    days = TierScore.objects.filter(tier="srdi").order_by("judged_on").values_list("enterprise__place", "judged_on")
    assert list(days) == [(there.pk, ON), (here.pk, date(2023, 6, 1))]


def test_every_item_comes_with_its_rule_and_evidence():
    by = make.person(place=(place := make.place()))
    note(full(place), by)

    srdi = next(one for one in judged(ON, places=[place.pk]) if one.scores.card.tier == "srdi")
    items = srdi.items()

    assert items.height == len(srdi.scores.items) + len(srdi.scores.gates) + len(srdi.scores.directs)
    niche = items.filter(code="niche").row(0, named=True)
    assert (niche["result"], niche["rests_on"]) == (MET, "从事特定细分市场时间 6.0")
    assert "示例材料一" in niche["evidence"]
    assert (niche["rule"], niche["since"]) == ("enterprises/scorecards/srdi", date(2022, 6, 1))
    assert VERDICTS[MET] == "passes"
