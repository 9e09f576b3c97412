"""How months and days are written in sentences: 2021年11月, 12月6日. In columns and addresses a month stays 2021-11."""

from __future__ import annotations

from datetime import date

from django.utils.dateformat import format as written
from django.utils.translation import gettext as _

from tici.engines.periods import Month


def month_words(month: Month | date) -> str:
    """A month with its year, as documents write it."""
    return written(month.first if isinstance(month, Month) else month, _("Y年n月"))


def day_words(day: date | None) -> str:
    """A day whose year goes without saying; nothing where there is none."""
    return "" if day is None else written(day, _("n月j日"))
