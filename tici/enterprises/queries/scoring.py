"""What the register itself can say to a scorecard, each fact with the year it comes from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tici.enterprises.models import Enterprise, YearFacts
from tici.enterprises.rules import Fact


def scoring_facts(enterprise: Enterprise, on: date) -> dict[str, Fact]:
    """The facts of the scorecards that follow from an enterprise's figures of the last three full years.

    What the register does not hold (awards, intellectual property, financing) is left out, never guessed.
    """
    rows = enterprise.years.filter(year__lt=on.year, year__gte=on.year - 3)
    years = {row.year: row for row in rows}
    last, before, first = (years.get(on.year - back) for back in (1, 2, 3))
    found: dict[str, Decimal | int | None] = {}
    if last is not None:
        found |= _of_year(last)
    growths = [_growth(last, before), _growth(before, first)]
    found["main_growth"] = growths[0]
    if growths[0] is not None and growths[1] is not None:
        found["main_growth_2y"] = (growths[0] + growths[1]) / 2
    if last and before and last.rnd_wan is not None and before.rnd_wan is not None:
        found["rnd_average_2y_wan"] = (last.rnd_wan + before.rnd_wan) / 2
        revenues = (last.revenue_wan or 0) + (before.revenue_wan or 0)
        both = last.revenue_wan is not None and before.revenue_wan is not None
        found["rnd_rate_2y"] = (last.rnd_wan + before.rnd_wan) / revenues if both and revenues else None
    evidence = f"{on.year - 1}"
    return {name: Fact(value, evidence) for name, value in found.items() if value is not None}


def _of_year(year: YearFacts) -> dict[str, Decimal | int | None]:
    return {
        "revenue_wan": year.revenue_wan,
        "rnd_wan": year.rnd_wan,
        "rnd_rate": _ratio(year.rnd_wan, year.revenue_wan),
        "main_share": _ratio(year.main_revenue_wan, year.revenue_wan),
        "debt_rate": _ratio(year.liabilities_wan, year.assets_wan),
        "net_profit_rate": _ratio(year.profit_wan, year.revenue_wan),
        "rnd_people_rate": _ratio(year.rnd_people, year.people),
    }


def _growth(now: YearFacts | None, then: YearFacts | None) -> Decimal | None:
    if now is None or then is None:
        return None
    ratio = _ratio(now.main_revenue_wan, then.main_revenue_wan)
    return None if ratio is None else ratio - 1


def _ratio(part: Decimal | int | None, whole: Decimal | int | None) -> Decimal | None:
    return Decimal(part) / Decimal(whole) if part is not None and whole else None
