"""What every form asks of a day, and the sentences in which it says no."""

from datetime import timedelta

import pytest
from django import forms
from django.utils import timezone

from tici.core.forms import Day, PastDay

FUTURE = "日期在今天之后。请填写已发生的日期。"
FAR_PAST = "日期早于1949年10月1日。请核对年份。"
FAR_AHEAD = "日期在30年之后。请核对年份。"


class Noted(forms.Form):
    seen_on = PastDay(required=False)
    planned_on = Day(required=False)


def said(**typed):
    return {name: list(errors) for name, errors in Noted(typed).errors.items()}


def test_what_has_happened_lies_not_after_today():
    today = timezone.localdate()

    assert said(seen_on=today.isoformat()) == {}
    assert said(seen_on=(today + timedelta(days=1)).isoformat()) == {"seen_on": [FUTURE]}


def test_a_plan_may_lie_ahead():
    ahead = timezone.localdate().replace(day=1) + timedelta(days=3 * 365)

    assert said(planned_on=ahead.isoformat()) == {}


@pytest.mark.parametrize(
    ("day", "sentence"), [("1021-03-01", FAR_PAST), ("1949-09-30", FAR_PAST), ("9999-12-31", FAR_AHEAD)]
)
def test_a_year_that_can_only_be_a_slip_is_asked_about(day, sentence):
    assert said(planned_on=day) == {"planned_on": [sentence]}


def test_the_first_day_of_the_republic_is_a_day():
    assert said(seen_on="1949-10-01", planned_on="1949-10-01") == {}
