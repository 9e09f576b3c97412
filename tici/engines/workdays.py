"""Working days in China, and the day of the following month on which a month's form is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import chinese_calendar

from tici.engines.periods import Month

STEPS = {"next": 1, "previous": -1, "stay": 0}


@dataclass(frozen=True, slots=True)
class Due:
    """A day on which something is due; ``is_by_holidays`` is false where only weekends were known."""

    on: date
    is_by_holidays: bool


def is_known(day: date) -> bool:
    """Whether the State Council's holidays of the day's year are known; they are announced year by year."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def is_workday(day: date) -> bool:
    """Whether a day is a working day, make-up days included; by weekends alone where the holidays are not known.

    Notes
    -----
    Source: the yearly notices of the General Office of the State Council on holidays, as packed in chinesecalendar.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def due_day(month: Month, rule: Mapping[str, Any]) -> Due:
    """Return the day by which the form of a month is due, in the month after it.

    Parameters
    ----------
    month
        The month reported on.
    rule
        ``working_day``: the n-th working day, from 1. Or ``day``: a day of the month, the last one where the
        month is shorter; ``moved`` says where it goes on a day off: ``next``, ``previous`` or ``stay``.

    Raises
    ------
    ValueError
        If the rule names no day, or ``moved`` is another word.
    """
    after = month + 1
    if "working_day" in rule:
        day, step, left = after.first - timedelta(1), 1, int(rule["working_day"])
        while left > 0:
            day += timedelta(1)
            left -= is_workday(day)
    elif "day" in rule and (moved := rule.get("moved", "next")) in STEPS:
        day, step = after.first.replace(day=min(int(rule["day"]), after.last.day)), STEPS[moved]
    else:
        raise ValueError("The rule gives the due day as working_day, or as day with moved = next, previous or stay.")
    while step and not is_workday(day):
        day += timedelta(step)
    return Due(day, all(is_known(after.first + timedelta(n)) for n in range((day - after.first).days + 1)))
