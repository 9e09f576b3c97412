"""School days as GTFS says them: weekdays, holidays taken out, make-up days added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tici.engines.gtfs.feed import Service
from tici.engines.workdays import is_known, is_workday


def school_days(
    code: str, from_date: date, to_date: date, breaks: Sequence[tuple[date, date]] = ()
) -> tuple[Service, bool]:
    """Return the service of the school days of a term, and whether the holidays of all its days are announced.

    Parameters
    ----------
    code
        The code of the service.
    from_date, to_date
        First and last day of the term.
    breaks
        School holidays within, as first and last days.

    Raises
    ------
    ValueError
        If the term ends before it begins.

    Notes
    -----
    Public holidays and make-up days (调休上课) are those of the State Council as packed in chinesecalendar; where a
    year is not announced yet weekends are taken, which the second value says.
    """
    if to_date < from_date:
        raise ValueError("A term ends after it begins.")
    days = [from_date + timedelta(n) for n in range((to_date - from_date).days + 1)]
    added, removed = [], []
    for day in days:
        is_school = is_workday(day) and not any(first <= day <= last for first, last in breaks)
        if is_school and day.weekday() >= 5:
            added.append(day)
        elif not is_school and day.weekday() < 5:
            removed.append(day)
    service = Service(code, from_date, to_date, added=tuple(added), removed=tuple(removed))
    return service, all(map(is_known, (from_date, to_date)))


def runs_on(service: Service, day: date) -> bool:
    """Whether a service runs on a day."""
    if day in service.added:
        return True
    within = service.from_date <= day <= service.to_date
    return within and service.weekdays[day.weekday()] and day not in service.removed
