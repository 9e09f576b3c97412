from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tici.engines.periods import Month

MONTHS = st.builds(Month, st.integers(1900, 2100), st.integers(1, 12))
STEPS = st.integers(-1000, 1000)


@given(MONTHS)
def test_a_month_reads_back_as_it_was_written(month):
    assert Month.parse(str(month)) == month


@given(MONTHS, STEPS)
def test_going_forth_and_back_ends_where_it_began(month, steps):
    assert month + steps - steps == month
    assert (month + steps) - month == steps


@given(MONTHS, MONTHS)
def test_order_is_the_order_of_days(one, other):
    assert (one < other) == (one.last < other.first)


@given(MONTHS)
def test_the_next_month_begins_the_day_after_the_last(month):
    assert month.last + timedelta(days=1) == (month + 1).first
    assert month.first in month
    assert month.last in month
    assert (month + 1).first not in month


def test_by_the_end_of_november_eleven_twelfths_of_the_year_are_gone():
    assert Month(2021, 11).elapsed_rate == 11 / 12


def test_the_months_of_a_report_run_from_january():
    november = Month.of(date(2021, 11, 30))

    assert [str(month) for month in november.year_start.until(Month(2021, 3))] == ["2021-01", "2021-02", "2021-03"]
    assert november.until(Month(2021, 10)) == []


@pytest.mark.parametrize("text", ["2021", "2021-13", "2021-00", "2021年11月", "21-11", ""])
def test_what_names_no_month_is_refused(text):
    with pytest.raises(ValueError, match="month"):
        Month.parse(text)
