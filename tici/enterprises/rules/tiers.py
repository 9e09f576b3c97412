"""The tiers of fine small firms (优质中小企业梯度): how long a certificate holds, and when it is about to end."""

from __future__ import annotations

from datetime import date

from tici.engines import rulebook
from tici.enterprises.models import Tier

SCORECARDS = "enterprises/scorecards"
TIERS = tuple(Tier.values)  # lowest first


def valid_until(tier: str, from_date: date) -> date | None:
    """The first day a certificate given on a day no longer holds; None where no rule of its day says so."""
    try:
        years = rulebook.load(f"{SCORECARDS}/{tier}", from_date).get("valid_years")
    except rulebook.NoRule:
        return None
    return years_after(from_date, years) if years else None


def years_after(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def holds(from_date: date, to_date: date | None, on: date) -> bool:
    """Whether something dated holds on a day: from its first day, up to the first day it no longer does."""
    return from_date <= on and (to_date is None or to_date > on)
