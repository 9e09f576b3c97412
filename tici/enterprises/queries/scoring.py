"""What the register can say to a scorecard: facts from an enterprise's figures, and those noted with their evidence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from tici.enterprises import rules
from tici.enterprises.models import Enterprise, YearFacts
from tici.enterprises.rules import AskedFact, Card, Fact

Figure = Decimal | int | None


def cards_on(on: date) -> list[Card]:
    """The scorecards of all tiers in force on a day, lowest tier first; those whose text is not known included."""
    return [card for tier in rules.TIERS if (card := rules.scorecard(tier, on)) is not None]


def asked_for(year: int) -> dict[str, AskedFact]:
    """The facts that must be typed of a year: those any known scorecard asks for that judges by it."""
    begin, end = date(year + 1, 1, 1), date(year + 1, 12, 31)
    cards = [card for on in (begin, end) for card in cards_on(on) if not card.is_unknown]
    return rules.asked_facts({(card.tier, card.since): card for card in cards}.values())


def scoring_facts(enterprise: Enterprise, on: date, cards: Iterable[Card] = ()) -> dict[str, Fact]:
    """The facts of the scorecards for an enterprise: from its figures of the last three full years, and as noted.

    What nobody noted (awards, intellectual property, financing) is left out, never guessed.
    """
    rows = enterprise.years.filter(year__lt=on.year, year__gte=on.year - 3)
    years = {row.year: row for row in rows}
    last, before, first = (years.get(on.year - back) for back in (1, 2, 3))
    evidence = f"{on.year - 1}"
    computed = facts_of_years(last, before, first).items()
    found = {name: Fact(value, evidence) for name, value in computed if value is not None}
    noted = enterprise.scoring_facts.filter(year=on.year - 1).first()
    if noted is not None:
        kinds = {code: one.kind for code, one in rules.asked_facts(cards or cards_on(on)).items()}
        for code, kept in noted.values.items():
            if code in kinds and (value := rules.typed_fact(kinds[code], kept)) is not None:
                found[code] = Fact(value, f"{evidence} {noted.evidence.get(code, '')}".strip())
    return found


def facts_of_years(last: YearFacts | None, before: YearFacts | None, first: YearFacts | None) -> dict[str, Figure]:
    """The facts that follow from the figures of three years, newest first."""
    found: dict[str, Figure] = {}
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
    return found


def _of_year(year: YearFacts) -> dict[str, Figure]:
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


def _ratio(part: Figure, whole: Figure) -> Decimal | None:
    return Decimal(part) / Decimal(whole) if part is not None and whole else None
