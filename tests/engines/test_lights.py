"""Laws of the lights: later is never greener, more is never darker, and red lies beyond yellow."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tici.engines import rulebook
from tici.engines.lights import DARKNESS, Thresholds, progress_light, start_light, statistics_light
from tici.engines.periods import Month

LIMITS = Thresholds.of(rulebook.load("returns/lights"))
MONTHS = st.builds(Month, st.integers(2000, 2050), st.integers(1, 12))
RATES = st.decimals(0, 3, places=4)
AUGUST, NOVEMBER = Month(2021, 8), Month(2021, 11)


def dark(light):
    return DARKNESS[light.colour]


@given(MONTHS, MONTHS, st.integers(0, 36))
def test_a_start_that_is_still_missing_is_never_greener_later(due, month, later):
    now, then = (start_light(LIMITS, month + n, due=due, is_started=False) for n in (0, later))

    assert dark(now) <= dark(then)


@given(MONTHS, MONTHS, st.integers(0, 36))
def test_an_entry_that_is_still_missing_is_never_greener_later(started, month, later):
    now, then = (statistics_light(LIMITS, month + n, started=started, is_entered=False) for n in (0, later))

    assert dark(now) <= dark(then)


@given(MONTHS, RATES, RATES)
def test_more_done_is_never_darker(month, one, other):
    less, more = sorted([one, other])

    assert dark(progress_light(LIMITS, month, rate=less)) >= dark(progress_light(LIMITS, month, rate=more))


@given(MONTHS, MONTHS, RATES)
def test_what_is_done_is_green(due, month, rate):
    expected = Decimal(month.number) / 12

    assert start_light(LIMITS, month, due=due, is_started=True).colour == "green"
    assert statistics_light(LIMITS, month, started=due, is_entered=True).colour == "green"
    assert progress_light(LIMITS, month, rate=expected + rate).colour == "green"


@pytest.mark.parametrize(
    ("due", "colour", "reason", "months"),
    [
        (Month(2021, 12), "green", "start.not_due", 0),
        (NOVEMBER, "yellow", "start.due", 0),
        (Month(2021, 9), "yellow", "start.overdue", 2),
        (AUGUST, "red", "start.overdue", 3),
    ],
)
def test_a_start_turns_yellow_in_its_month_and_red_three_months_later(due, colour, reason, months):
    """银川市2025年亮灯规则."""
    light = start_light(LIMITS, NOVEMBER, due=due, is_started=False)

    assert light == (colour, reason, {"month": str(due), "months": months})


@pytest.mark.parametrize(
    ("rate", "colour"),
    [("0.8167", "green"), ("0.8166", "yellow"), ("0.6167", "yellow"), ("0.6166", "red"), ("1.2", "green")],
)
def test_progress_is_yellow_ten_points_behind_and_red_beyond_thirty(rate, colour):
    assert progress_light(LIMITS, NOVEMBER, rate=Decimal(rate)).colour == colour


def test_a_light_carries_its_figures():
    light = progress_light(LIMITS, NOVEMBER, rate=Decimal("0.42"))

    assert light.facts == {"rate": "0.4200", "expected": "0.9167", "gap": "0.4967"}


@pytest.mark.parametrize(("waited", "colour"), [(0, "green"), (1, "yellow"), (2, "yellow"), (3, "red")])
def test_an_entry_is_yellow_after_a_month_and_red_beyond_two(waited, colour):
    assert statistics_light(LIMITS, NOVEMBER, started=NOVEMBER - waited, is_entered=False).colour == colour


def test_red_may_not_begin_before_yellow():
    with pytest.raises(ValueError, match="red light"):
        replace(LIMITS, start_yellow=4)
