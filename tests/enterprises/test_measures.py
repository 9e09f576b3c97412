from datetime import date

import pytest
from django.db.models import Sum

from tests import make
from tests.make import NOVEMBER
from tici.core.measures import Scope
from tici.desk.queries import figures
from tici.enterprises.measures import MEASURES
from tici.enterprises.models import Enterprise, Size, Tier
from tici.targets import queries as targets

pytestmark = pytest.mark.django_db
BY_CODE = {measure.code: measure for measure in MEASURES}


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def county(city):
    return make.place("正定县", within=city)


@pytest.fixture
def scope(city):
    return Scope(make.person(place=city), city, NOVEMBER)


def firm(place, *, entered_on=None, left_on=None, production_on=None, sector="industry", size="", **over):
    one = make.enterprise(place=place)
    Enterprise.objects.filter(pk=one.pk).update(production_on=production_on, **over)
    if entered_on:
        one.spells.create(from_date=entered_on, to_date=left_on, sector=sector)
    if size:
        one.years.create(year=2020, size=size)
    return one


def fill(place):
    """One firm and more for every measure, and some that count in none."""
    for size in Size.values:
        firm(place, entered_on=date(2019, 1, 1), size=size)
    firm(place, entered_on=date(2021, 3, 1), production_on=date(2020, 12, 1))
    firm(place, entered_on=date(2021, 4, 1), production_on=date(2015, 12, 1))
    firm(place, entered_on=date(2021, 5, 1), sector="retail")
    firm(place, entered_on=date(2021, 12, 1))
    firm(place, entered_on=date(2019, 1, 1), left_on=date(2021, 11, 1))
    firm(place, entered_on=date(2021, 2, 1), left_on=date(2021, 9, 1))
    back = firm(place, entered_on=date(2018, 1, 1), left_on=date(2019, 1, 1))
    back.spells.create(from_date=date(2021, 6, 1))
    for tier in Tier.values:
        one = firm(place)
        one.tiers.create(tier=tier, from_date=date(2020, 7, 1), to_date=date(2021, 12, 1))
        one.tiers.create(tier=tier, from_date=date(2017, 7, 1), to_date=date(2020, 7, 1))
        one.listings.create(board="neeq", from_date=date(2021, 5, 1))
    late = {"timing": "late", "months_late": 4, "due_on": date(2021, 1, 1)}
    firm(place).reviews.create(year=2021, entry="grown", entered_on=date(2021, 5, 1), **late)
    firm(place).reviews.create(year=2021, entry="grown", entered_on=date(2021, 12, 1), **late)
    firm(place).reviews.create(year=2020, entry="grown", entered_on=date(2020, 5, 1), **late)
    firm(place).reviews.create(year=2021, entry="grown", timing="not_in", due_on=date(2021, 1, 1))
    firm(place).reviews.create(year=2021, entry="grown", timing="not_in", due_on=date(2021, 12, 1))
    firm(place).tiers.create(tier="srdi", from_date=date(2017, 7, 1), to_date=date(2021, 11, 30))
    firm(place, merged_into=firm(place), entered_on=date(2021, 3, 1), size="large")


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.code)
def test_a_measure_its_counties_and_its_rows_agree(city, county, scope, measure):
    other = make.place("赵县", within=city)
    for place in (county, county, other, make.place("某镇", within=other, kind="township")):
        fill(place)

    value, counties, rows = measure.value(scope), measure.by_county(scope), measure.rows(scope)

    in_rows = rows.aggregate(sum=Sum("change"))["sum"] if measure.code.endswith("net_increase_year") else rows.count()
    assert value > 0
    assert value == sum(counties.values()) == in_rows
    assert counties.keys() == {county.pk, other.pk}
    assert measure.basis


MOVED = (
    "new_build_year",
    "grown_year",
    "returned_year",
    "entered_year",
    "exited_year",
    "net_increase_year",
    "above_size",
    "entered_four_above_year",
)


def test_entered_less_exited_is_the_net_increase_and_the_difference_of_the_stocks(county, scope):
    fill(county)

    values = {code: BY_CODE[f"enterprises.{code}"].value(scope) for code in MOVED}

    assert values == {
        "new_build_year": 1,
        "grown_year": 2,
        "returned_year": 1,
        "entered_year": 4,
        "exited_year": 2,
        "net_increase_year": 2,
        "above_size": 7,
        "entered_four_above_year": 5,
    }


def test_a_county_sees_itself_alone(city, county):
    firm(county, entered_on=date(2021, 3, 1))
    firm(make.place("赵县", within=city), entered_on=date(2021, 3, 1))
    scope = Scope(make.person(place=county), city, NOVEMBER)

    found = {code: BY_CODE[f"enterprises.{code}"].value(scope) for code in ("above_size", "entered_year")}

    assert found == {"above_size": 1, "entered_year": 1}


def test_all_entries_share_one_query_and_all_sizes_another(django_assert_num_queries, county, scope):
    fill(county)

    with django_assert_num_queries(4):  # is what was kept still good; entries; exits; sizes
        for code in (
            "new_build_year",
            "grown_year",
            "returned_year",
            "entered_year",
            "net_increase_year",
            *Size.values,
        ):
            BY_CODE[f"enterprises.{code}"].value(scope)


def test_every_measure_can_be_a_target_and_opens_at_the_desk():
    assert BY_CODE.keys() <= targets.MEASURES.keys()
    assert BY_CODE.keys() <= figures.MEASURES.keys()


@pytest.mark.parametrize("code", BY_CODE)
def test_a_measure_opens_to_its_rows(client, city, county, code):
    fill(county)
    client.force_login(make.person(place=city))

    response = client.get(f"/measures/{code}/", {"place": city.code, "month": "2021-11"})

    assert response.status_code == 200
    assert "示例企业" in response.text
