from datetime import date
from decimal import Decimal

import pytest

from tests import make
from tests.make import NOW
from tici.core.models import Record
from tici.enterprises.actions import (
    EnterpriseRow,
    ListingFact,
    SpellFact,
    TierFact,
    accept_enterprises,
    assign_clusters,
    load_clusters,
)
from tici.enterprises.models import Cluster, ClusterMembership, Enterprise, EnterpriseChange

pytestmark = pytest.mark.django_db
CODE = "91110108551385082Q"
OTHER = "91110000600037341L"


@pytest.fixture
def city():
    return make.place("石家庄市", code="130100", kind="city")


@pytest.fixture
def county(city):
    return make.place("高新区", code="130171", within=city)


@pytest.fixture
def officer(city):
    return make.person(place=city)


def row(county, name="示例企业0001(医药)", **over):
    given = {"enterprise_id": None, "place_id": county.pk, "name": name} | over
    return EnterpriseRow(**given)


def accept(officer, *rows):
    return accept_enterprises(rows, by=officer, at=NOW)


def codes(accepted):
    return [question.code for question in accepted.questions]


FULL = {
    "uscc": CODE,
    "facts": {"industry": "2761", "products": "疫苗", "production_on": date(2020, 11, 1)},
    "years": {
        2019: {"people": 200, "revenue_wan": Decimal(1900)},
        2020: {"people": 310, "revenue_wan": Decimal("2500.5")},
    },
    "former_names": ["示例老厂"],
    "spells": [SpellFact("industry", date(2021, 2, 10), None, "monthly")],
    "tiers": [TierFact("srdi", date(2020, 7, 1), None, "2020年第一批")],
    "listings": [ListingFact("neeq", date(2020, 5, 6), "830001")],
}


def test_a_new_enterprise_comes_with_all_that_is_known_of_it(county, officer):
    load_clusters(by=officer, at=NOW)

    accepted = accept(officer, row(county, **FULL))

    one = Enterprise.objects.get()
    assert (accepted.created, accepted.enterprise_ids, accepted.questions) == ([one.pk], [one.pk], [])
    assert (one.size, one.industry, one.search_text) == (
        "medium",
        "2761",
        f"示例企业0001(医药) {CODE.lower()} 示例老厂 疫苗 slqy0001yy",
    )
    assert list(one.years.order_by("year").values_list("year", "size", "people")) == [
        (2019, "small", 200),
        (2020, "medium", 310),
    ]
    assert list(one.spells.values_list("sector", "from_date", "to_date")) == [("industry", date(2021, 2, 1), None)]
    assert list(one.tiers.values_list("tier", "batch")) == [("srdi", "2020年第一批")]
    assert list(one.listings.values_list("board", "stock_code")) == [("neeq", "830001")]
    assert set(one.memberships.values_list("cluster__code", "node")) == {
        ("biomedicine", "生物药"),
        ("gaoxin-130171", "生物医药"),
    }
    assert EnterpriseChange.objects.get().new["2020.revenue_wan"] == "2500.5"


def test_the_same_list_again_changes_nothing(county, officer):
    accept(officer, row(county, **FULL))

    again = accept(officer, row(county, **FULL))

    assert (again.created, again.changed, again.unchanged, again.questions) == ([], [], 1, [])
    assert EnterpriseChange.objects.count() == 1


def test_a_blank_wipes_nothing_and_a_new_figure_judges_the_size_anew(county, officer):
    accept(officer, row(county, **FULL))

    accept(
        officer,
        row(
            county,
            uscc=CODE,
            facts={"products": "", "park": "生物园"},
            years={2021: {"people": 1000, "revenue_wan": Decimal(40000)}},
        ),
    )

    one = Enterprise.objects.get()
    assert (one.products, one.park, one.size) == ("疫苗", "生物园", "large")


def test_a_new_name_of_a_known_code_keeps_the_old_one(county, officer):
    accept(officer, row(county, "示例旧名", uscc=CODE))

    accept(officer, row(county, "示例新名", uscc=CODE))

    one = Enterprise.objects.get()
    assert (one.name, [former.name for former in one.former_names.all()]) == ("示例新名", ["示例旧名"])


def test_an_old_list_finds_an_enterprise_by_its_former_name_and_does_not_rename_it(county, officer):
    accept(officer, row(county, "示例新名", uscc=CODE, former_names=["示例旧名"]))

    accepted = accept(officer, row(county, "示例旧名"))

    assert (Enterprise.objects.get().name, accepted.unchanged) == ("示例新名", 1)


def test_a_code_is_learnt_by_a_name_that_had_none(county, officer):
    one = make.enterprise(place=county, name="示例企业")

    accept(officer, row(county, "示例企业", uscc=CODE))

    one.refresh_from_db()
    assert one.uscc == CODE


def test_two_rows_of_one_enterprise_enter_it_once_and_are_asked_about(county, officer):
    accepted = accept(officer, row(county, uscc=CODE), row(county, "示例新名", uscc=CODE))

    assert Enterprise.objects.get().name == "示例新名"
    assert (codes(accepted), len(set(accepted.enterprise_ids))) == (["enterprise.twice"], 1)


@pytest.mark.parametrize(
    ("over", "asked", "taken"),
    [
        ({"uscc": "91110108551385082A"}, "enterprise.uscc", True),
        ({"name": " "}, "enterprise.no_name", False),
        ({"facts": {"industry": "9999"}}, "enterprise.industry", True),
        ({"facts": {"park": "园" * 81}}, "enterprise.too_long", True),
        ({"years": {2020: {"revenue_wan": Decimal(-1)}}}, "enterprise.negative", True),
        ({"years": {2020: {"assets_wan": Decimal(10) ** 12}}}, "enterprise.too_large", True),
        ({"spells": [SpellFact("industry", date(2021, 3, 1), date(2021, 3, 9))]}, "enterprise.spell_order", True),
    ],
)
def test_what_does_not_fit_is_asked_about(county, officer, over, asked, taken):
    accepted = accept(officer, row(county, **over))

    assert codes(accepted) == [asked]
    assert (accepted.enterprise_ids[0] is not None) == taken


def test_namesakes_without_a_code_are_not_taken_for_one_another(county, officer):
    make.enterprise(place=county, name="示例企业", uscc=CODE)
    make.enterprise(place=county, name="示例企业", uscc=OTHER)

    accepted = accept(officer, row(county, "示例企业"))

    assert (codes(accepted), accepted.enterprise_ids) == (["enterprise.namesakes"], [None])


def test_a_suspected_double_is_asked_about_and_never_merged(county, officer):
    make.enterprise(place=county, name="示例企业")
    make.enterprise(place=county, name="示例企业(新)", uscc=CODE)

    accepted = accept(officer, row(county, "示例企业", uscc=CODE))

    assert "enterprise.suspected_double" in codes(accepted)
    assert Enterprise.objects.count() == 2


def test_an_enterprise_of_another_county_is_left_alone(city, county, officer):
    make.enterprise(place=make.place("赵县", within=city), uscc=CODE, name="示例赵县厂")

    accepted = accept(officer, row(county, uscc=CODE))

    assert (codes(accepted), accepted.enterprise_ids) == (["enterprise.other_place"], [None])


def test_a_stay_that_overlaps_another_is_asked_about(county, officer):
    accept(officer, row(county, spells=[SpellFact("industry", date(2020, 1, 1))]))

    accepted = accept(officer, row(county, spells=[SpellFact("industry", date(2021, 1, 1))]))

    assert codes(accepted) == ["enterprise.spell_overlaps"]


def test_a_list_ends_a_stay_it_began(county, officer):
    accept(officer, row(county, spells=[SpellFact("industry", date(2020, 1, 1), None, "annual_first")]))

    accept(officer, row(county, spells=[SpellFact("industry", date(2020, 1, 1), date(2021, 5, 1), "", "stopped")]))

    spell = Enterprise.objects.get().spells.get()
    assert (spell.window, spell.to_date, spell.exit_reason) == ("annual_first", date(2021, 5, 1), "stopped")


def test_a_list_of_three_asks_the_database_as_often_as_a_list_of_one(county, officer, django_assert_num_queries):
    load_clusters(by=officer, at=NOW)
    accept(officer, *(row(county, f"示例企业{n}", **FULL | {"uscc": ""}) for n in range(3)))

    for count in (1, 3):
        rows = [row(county, f"示例企业{n}", facts={"park": f"园{count}"}) for n in range(count)]
        with django_assert_num_queries(31):
            accept_enterprises(rows, by=officer, at=NOW)


def test_clusters_are_those_of_places_we_have_and_loading_twice_changes_nothing(county, officer):
    first = load_clusters(by=officer, at=NOW)
    again = load_clusters(by=officer, at=NOW)

    assert [cluster.code for cluster in first] == [
        *["electronics", "biomedicine", "equipment", "food", "logistics"],
        "gaoxin-130171",
    ]
    assert [cluster.pk for cluster in again] == [cluster.pk for cluster in first]
    assert Record.objects.filter(what="cluster.loaded").count() == 6


def test_members_by_rule_follow_the_industry_and_exceptions_by_hand_stay(county, officer):
    load_clusters(by=officer, at=NOW)
    one = make.enterprise(place=county)
    Enterprise.objects.update(industry="2720")
    food = Cluster.objects.get(code="food")
    ClusterMembership.objects.create(cluster=food, enterprise=one, origin="put_in", reason="药食同源")

    assign_clusters(by=officer, at=NOW)
    Enterprise.objects.update(industry="3911")
    changed = assign_clusters(by=officer, at=NOW)

    assert set(one.memberships.values_list("cluster__code", "origin")) == {("electronics", "rule"), ("food", "put_in")}
    assert (changed, assign_clusters(by=officer, at=NOW)) == (3, 0)
