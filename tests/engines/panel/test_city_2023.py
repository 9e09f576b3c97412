"""The engine against the published city: what it says of thousands of firms ties to the printed decimals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.panel.city_2023 import MONTH, city_2023, published, weights
from tici.engines.panel import growth, ratio
from tici.engines.panel.calibration import spread


@pytest.fixture(scope="module", params=[20240321, 1, 2])
def city(request):
    return city_2023(request.param)


def points(rate):
    """A rate as it is printed: per cent or points with one decimal."""
    return round(rate * 100, 1)


def test_every_industry_grows_as_printed_and_pulls_as_printed(city):
    found = growth(city, "value_added", policy="drop", by=("industry",), month=MONTH)

    for said in published()["industry"]:
        line = found.one(industry=said["name"])
        assert points(line["rate"]) == points(said["growth"])
        if "pull" in said:
            assert points(line["pull"]) == points(said["pull"])
    assert points(found.table["pull"].sum()) == points(published()["city"]["value_added_growth"])


def test_the_city_grows_earns_and_keeps_what_was_printed(city):
    said = published()["city"]
    value_added, revenue, profit = (
        growth(city, name, policy="drop", month=MONTH).rows[0] for name in ("value_added", "revenue", "profit")
    )
    margin = ratio(city, "profit", "revenue", month=MONTH).row(0, named=True)

    assert points(value_added["rate"]) == points(said["value_added_growth"])
    assert (round(revenue["total"] / 10_000, 1), points(revenue["rate"])) == (5732.5, points(said["revenue_growth"]))
    assert (round(profit["total"] / 10_000, 1), points(profit["rate"])) == (275.6, points(said["profit_growth"]))
    assert points(margin["rate"]) == points(said["margin"])


def test_plain_totals_would_say_otherwise(city):
    now, base = (np.nansum(figures["value_added"]) for figures in (city.now, city.base))

    assert points(now / base - 1) != points(published()["city"]["value_added_growth"])
    kept = growth(city, "value_added", policy="keep_base", month=MONTH).rows[0]
    assert points(kept["rate"]) < points(published()["city"]["value_added_growth"])
    assert kept["exited"] > 0


def test_what_was_published_fits_together():
    text = published()
    implied = weights()

    assert sum(weight for weight, _ in implied.values()) == pytest.approx(1)
    assert all(0 < weight < 0.5 for weight, _ in implied.values())
    assert points(text["city"]["profit_yi"] / text["city"]["revenue_yi"]) == points(text["city"]["margin"])


@given(st.integers(-(10**12), 10**12), st.lists(st.floats(-1, 1e6), min_size=1, max_size=40))
def test_shares_are_whole_and_add_up(total, drawn):
    weights = np.array([*drawn, 50.0])

    shares = spread(total, weights)

    assert shares.sum() == total
    assert np.abs(shares - total * (weights / weights.sum())).max() < 1.001


def test_what_cannot_be_shared_out_is_refused():
    with pytest.raises(ValueError, match="add up to more than 0"):
        spread(5, np.array([1.0, -1.0]))
