"""Laws of the forecast: within 0 and 1, never lower for more revenue, blind to the unit of money, and honest."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.histories import LINE, histories
from tici.engines.forecast import Method, Months, brier, calibration_error, pro_rata, reach, reach_by_year
from tici.engines.periods import Month

FIRST, NOW = Month(2019, 1), Month(2021, 8)
YEAR = Month(2021, 1), Month(2021, 12)
WHOLE = histories(3000, FIRST, 36, seed=7)
KNOWN = WHOLE.until(NOW)


def alone(revenue, *, line=LINE, first=FIRST):
    """Months of firms of one industry."""
    table = np.atleast_2d(np.asarray(revenue, float))
    return Months(first, table, np.full(len(table), line), np.zeros(len(table), np.int64))


def joined(months, extra):
    """The firms and others beside them, all of the others of industry 0."""
    return Months(
        months.first,
        np.vstack([months.revenue, extra]),
        np.append(months.line, np.full(len(extra), LINE)),
        np.append(months.industry, np.zeros(len(extra), np.int64)),
    )


@settings(max_examples=25, deadline=None)
@given(firm=st.integers(0, 2999), factor=st.floats(1, 4), back=st.integers(0, 2), ahead=st.integers(0, 4))
def test_of_two_firms_alike_in_all_but_level_the_larger_is_never_judged_less_likely(firm, factor, back, ahead):
    months = KNOWN.until(NOW - back)
    here = months.revenue[firm]
    found = reach(joined(months, np.vstack([here, here * factor])), Month(2021, 1), months.now + ahead)

    small, large = found.chance[-2:]
    assert large >= small - 1e-12


@pytest.mark.parametrize("unit", [1e-4, 10_000])
def test_the_unit_of_money_does_not_matter(unit):
    other = Months(KNOWN.first, KNOWN.revenue * unit, KNOWN.line * unit, KNOWN.industry)

    assert reach(other, *YEAR).chance == pytest.approx(reach(KNOWN, *YEAR).chance, abs=1e-6)


@given(
    revenue=st.lists(st.one_of(st.just(np.nan), st.floats(-500, 5000)), min_size=1, max_size=30),
    since=st.integers(-12, 3),
    length=st.integers(0, 12),
)
def test_whatever_is_known_a_chance_lies_within_0_and_1_or_is_not_said(revenue, since, length):
    months = alone([revenue])
    first = months.now + since
    through = min(first + length, months.now + 12)
    found = reach(months, min(first, through), through)

    chance, method = found.chance[0], found.method[0]
    assert (method == Method.UNKNOWN) == np.isnan(chance)
    assert np.isnan(chance) or 0 <= chance <= 1


def test_held_back_months_come_out_as_often_as_was_said():
    found = reach(KNOWN, *YEAR)
    outcome = WHOLE.revenue[:, -12:].sum(axis=1) >= LINE
    is_open = found.method == Method.COHORT

    assert found.learned_from > 1000
    assert calibration_error(found.chance[is_open], outcome[is_open]) <= 0.05
    plain = (pro_rata(KNOWN, *YEAR) >= LINE).astype(float)
    assert brier(found.chance[is_open], outcome[is_open]) < 0.8 * brier(plain[is_open], outcome[is_open])


def test_a_firm_over_the_line_already_has_reached_it_whatever_comes():
    year = np.full((1, 32), 300.0)

    found = reach(alone(year), *YEAR)

    assert (found.method[0], found.chance[0]) == (Method.REACHED, 1)


def test_without_an_earlier_cohort_each_firm_is_judged_by_its_own_swing():
    steady, wild = np.full(20, 168.0), np.tile([20.0, 316.0], 10)

    found = reach(alone([steady, wild], first=Month(2020, 1)), *YEAR)

    assert list(found.method) == [Method.OWN_SPREAD] * 2
    assert found.learned_from == 0
    assert found.chance[0] > found.chance[1] > 0.5  # 2,016 expected of both; the wild one is less sure


def test_a_span_that_is_over_and_was_not_enough_is_not_reached():
    found = reach(alone([np.full(32, 100.0)]), Month(2020, 1), Month(2020, 12))

    assert (found.method[0], found.chance[0]) == (Method.REACHED, 0)


def test_months_before_a_firm_began_count_for_nothing():
    began = np.append(np.full(28, np.nan), np.full(4, 400.0))  # from May on

    found = reach(alone([began]), *YEAR)

    assert found.method[0] == Method.OWN_SPREAD
    assert found.expected[0] == pytest.approx(1600 + 4 * 400, rel=0.05)


def test_a_month_not_told_is_taken_at_the_firms_own_level_and_not_for_nothing():
    whole = np.full(32, 150.0)
    late = np.append(np.full(31, 150.0), np.nan)  # August has not come yet

    found = reach(alone([whole, late]), Month(2020, 9), Month(2021, 8))

    assert found.expected == pytest.approx([1800, 1800])
    assert list(found.method) == [Method.REACHED, Method.OWN_SPREAD]
    assert found.chance[0] == 0
    assert 0 < found.chance[1] < 0.5


def test_with_two_months_known_nothing_is_said():
    found = reach(alone([np.append(np.full(30, np.nan), [900.0, 900.0])]), *YEAR)

    assert found.method[0] == Method.UNKNOWN
    assert np.isnan(found.chance[0])


def test_by_whole_years_alone_more_revenue_is_never_less_likely():
    chance = np.random.default_rng(3)
    before = LINE * np.exp(chance.normal(-0.2, 0.5, 5000))
    after = before * np.exp(chance.normal(0.05, 0.2, 5000))
    asked = np.array([np.nan, 500.0, 1500.0, 1900.0, 2600.0])

    found = reach_by_year(asked, np.full(5, LINE), before=before, after=after, line_then=np.full(5000, LINE))

    assert np.isnan(found[0])
    assert (np.diff(found[1:]) > 0).all()
    near = (before > 1800) & (before < 2000)
    assert found[3] == pytest.approx((after[near] >= LINE).mean(), abs=0.1)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"revenue": np.full((2, 3), np.inf)}, "finite"),
        ({"line": np.array([0.0, 1])}, "above 0"),
        ({"line": np.array([1.0])}, "shape"),
        ({"industry": np.array([-1, 0])}, "from 0"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_words(changed, words):
    good = {"revenue": np.ones((2, 3)), "line": np.ones(2), "industry": np.zeros(2, np.int64)}

    with pytest.raises(ValueError, match=words):
        Months(FIRST, **(good | changed))


def test_more_than_a_year_ahead_nothing_is_said():
    with pytest.raises(ValueError, match="twelve months"):
        reach(KNOWN, Month(2022, 1), Month(2022, 12))
