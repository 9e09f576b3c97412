from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.briefings.city import november, october
from tici.briefings.standing import CityMonth, Standing, ranks
from tici.engines.periods import Month

RATES = st.lists(st.none() | st.decimals(0, 2, places=2), max_size=30)


@pytest.mark.parametrize(
    ("values", "places"),
    [
        (["0.9", "1.2", "0.9", "0.5"], [2, 1, 2, 4]),
        ([None, "0.5"], [None, 1]),
        ([], []),
    ],
)
def test_equals_share_a_place_and_what_cannot_be_computed_has_none(values, places):
    assert ranks([None if value is None else Decimal(value) for value in values]) == places


@given(RATES)
def test_a_place_is_one_more_than_the_number_of_those_ahead(values):
    known = [value for value in values if value is not None]

    places = [place for place in ranks(values) if place is not None]

    # Whatever the ties, places add up to the count plus the pairs of which one is ahead of the other.
    ahead = sum(one > other for one in known for other in known)
    assert sum(places) == len(known) + ahead


def test_the_city_is_the_sum_of_the_counties_that_reported():
    city = november()

    total = city.total

    rows = city.reported
    assert len(rows) == 22
    assert total.done_wan == sum(row.done_wan for row in rows)
    assert (total.projects, total.red) == (sum(row.projects for row in rows), sum(row.red for row in rows))


def test_a_county_without_a_plan_has_neither_rate_nor_place():
    city = november()

    assert city.counties[23].completion_rate is None
    assert city.completion_ranks()["130123"] is None


def test_a_month_of_another_year_is_not_compared_with():
    january = CityMonth(month=Month(2022, 1), code="1301", counties=october().counties, previous=november())

    assert january.before is None


def test_the_rate_of_a_published_month_is_not_capped():
    # 石家庄, September 2020: 885.8 of 840.5.
    city = Standing(code="1301", place="全市", plan_wan=Decimal(8405000), done_wan=Decimal(8858000))

    assert round(city.completion_rate, 4) == Decimal("1.0539")
    assert round(city.ahead_rate(Month(2020, 9)), 4) == Decimal("0.3039")


def test_a_sum_over_last_year_needs_every_county():
    city = november()
    lacking = replace(city, counties=(replace(city.counties[0], same_period_wan=None), *city.counties[1:]))

    assert city.total.same_period_wan is not None
    assert lacking.total.same_period_wan is None
