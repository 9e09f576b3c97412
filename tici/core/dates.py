"""How months and days are written in sentences: 2021年11月, 12月6日. In columns and addresses a month stays 2021-11."""

from __future__ import annotations

from datetime import date

from django.utils.dateformat import format as written
from django.utils.translation import gettext as _

from tici.engines.periods import Month

_QUARTERS = "一二三四"


def month_words(month: Month | date) -> str:
    """A month with its year, as documents write it."""
    return written(month.first if isinstance(month, Month) else month, _("Y年n月"))


def day_shown(day: date | None, precision: str = "") -> str:
    """A day as exactly as it was given: to the day, the month, the quarter or the year; nothing where there is none."""
    if day is None:
        return ""
    match precision:
        case "month":
            return f"{day:%Y-%m}"
        case "quarter":
            return _("%(year)s年第%(quarter)s季度") % {"year": day.year, "quarter": _QUARTERS[(day.month - 1) // 3]}
        case "year":
            return _("%(year)s年") % {"year": day.year}
    return f"{day:%Y-%m-%d}"


def day_words(day: date | None) -> str:
    """A day whose year goes without saying; nothing where there is none."""
    return "" if day is None else written(day, _("n月j日"))
