from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tici.engines.periods import Month
from tici.engines.workdays import Due, due_day, is_known, is_workday

MONTHS = st.builds(Month, st.integers(2005, 2040), st.integers(1, 12))


@given(MONTHS, st.integers(1, 28))
def test_a_due_day_lies_after_its_month_on_a_working_day(month, day):
    due = due_day(month, {"day": day, "moved": "next"})

    assert due.on > month.last
    assert is_workday(due.on)
    assert due.on >= (month + 1).first.replace(day=day)


@given(MONTHS, st.integers(1, 15))
def test_the_nth_working_day_has_n_working_days_up_to_it(month, nth):
    due = due_day(month, {"working_day": nth}).on

    days = [month.last + timedelta(n) for n in range(1, (due - month.last).days + 1)]
    assert sum(map(is_workday, days)) == nth


def test_a_sunday_moves_to_monday_or_friday_or_stays():
    november = Month(2021, 11)  # 5 December 2021 is a Sunday

    moved = [due_day(november, {"day": 5, "moved": way}).on for way in ("next", "previous", "stay")]
    assert moved == [date(2021, 12, 6), date(2021, 12, 3), date(2021, 12, 5)]


def test_spring_festival_is_no_working_day_and_its_make_up_sunday_is():
    """国务院办公厅关于2022年部分节假日安排的通知: 1月31日至2月6日放假, 1月30日上班."""
    assert (is_workday(date(2022, 1, 30)), is_workday(date(2022, 1, 31))) == (True, False)
    assert due_day(Month(2022, 1), {"day": 5}) == Due(date(2022, 2, 7), is_by_holidays=True)


def test_where_holidays_are_not_announced_yet_weekends_are_taken_and_said():
    assert not is_known(date(2040, 2, 1))
    assert due_day(Month(2040, 1), {"day": 4}) == Due(date(2040, 2, 6), is_by_holidays=False)


@pytest.mark.parametrize("rule", [{}, {"day": 5, "moved": "sideways"}])
def test_a_rule_without_a_day_is_refused(rule):
    with pytest.raises(ValueError, match="due day"):
        due_day(Month(2021, 11), rule)
