"""How the register fared against the scorecards: counts by tier and county, the points, and the day to judge on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from tici.engines import rulebook
from tici.enterprises import rules
from tici.enterprises.models import TierScore, TierSpell, YearFacts
from tici.enterprises.rules import Card
from tici.enterprises.rules.tiers import SCORECARDS
from tici.places.models import Place

from .lists import open_on

BAND = 10  # points to a bar of the distribution
ONE_KNOWN, ONE_UNKNOWN = "one_known", "one_unknown"  # exactly one requirement lacks: not met, or not known


@dataclass
class TierSummary:
    """One tier: how many enterprises there are of each verdict, who lacks one requirement, and the points."""

    card: Card
    judged: Counter[date] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)  # by verdict, ONE_KNOWN, ONE_UNKNOWN
    bands: Counter[int] = field(default_factory=Counter)  # by tens of points
    by_county: dict[int, Counter[str]] = field(default_factory=dict)


def summaries(place: Place, counties: Sequence[Place]) -> list[TierSummary]:
    """Every judged tier of a place, lowest first; the card is the one the newest judgement went by."""
    rows = TierScore.objects.within(place).order_by().values_list(
        "tier", "judged_on", "verdict", "lacking", "is_known", F("points") / BAND, "enterprise__place__path"
    )  # fmt: skip
    grouped = list(rows.annotate(n=Count("pk")))
    found: dict[str, TierSummary] = {}
    for tier in rules.TIERS:
        days = [row[1] for row in grouped if row[0] == tier]
        if days and (card := rules.scorecard(tier, max(days))) is not None:
            found[tier] = TierSummary(card, by_county={county.pk: Counter() for county in counties})
    for tier, day, verdict, lacking, is_known, band, path, n in grouped:
        if (of := found.get(tier)) is None:
            continue
        of.judged[day] += n
        kinds = [verdict]
        if lacking == 1:
            kinds.append(ONE_KNOWN if is_known else ONE_UNKNOWN)
        if band is not None:
            of.bands[band] += n
        inside = [county.pk for county in counties if path.startswith(county.path)]
        for kind in kinds:
            of.counts[kind] += n
            for county in inside:
                of.by_county[county][kind] += n
    return list(found.values())


def trial_day(place: Place, today: date) -> date:
    """The day to judge on: today where its scorecards are known, else the last day of those that are.

    Where the register's newest figures are older than that day asks for, the day follows the figures.
    """
    day = today
    if rules.against_judging(today):
        begins = [card.since for tier in rules.TIERS for card in _cards(tier) if not card.is_unknown and card.since]
        ends = [card.until for tier in rules.TIERS for card in _cards(tier) if card.until]
        day = max(min(today, max(ends, default=today)), max(begins, default=today))
        newest = YearFacts.objects.filter(enterprise__place__path__startswith=place.path).order_by("-year")
        if (year := newest.values_list("year", flat=True).first()) is not None:
            day = max(min(day, date(year + 1, 12, 31)), max(begins, default=day))
    return day


def _cards(tier: str) -> list[Card]:
    days = [version.since for version in rulebook.versions(f"{SCORECARDS}/{tier}") if version.since]
    return [card for day in days if (card := rules.scorecard(tier, day)) is not None]


def with_requirement(rows: QuerySet[TierScore], lack: str) -> QuerySet[TierScore]:
    """Scores by how many requirements lack: none, one (not met, or not known), or more."""
    such = {
        "0": Q(lacking=0),
        "1": Q(lacking=1),
        ONE_KNOWN: Q(lacking=1, is_known=True),
        ONE_UNKNOWN: Q(lacking=1, is_known=False),
        "more": Q(lacking__gt=1),
    }.get(lack)
    return rows if such is None else rows.filter(such)


def in_band(rows: QuerySet[TierScore], band: str) -> QuerySet[TierScore]:
    """Scores whose certain points lie in a band of ten."""
    if not (band.isascii() and band.isdecimal()):
        return rows
    low = int(band[:4])
    return rows.filter(points__gte=low, points__lt=low + BAND)


def by_certificate(rows: QuerySet[TierScore], held: str, on: date) -> QuerySet[TierScore]:
    """Scores of enterprises that hold the tier's certificate on a day, or do not."""
    holds = Exists(TierSpell.objects.filter(open_on(on), enterprise=OuterRef("enterprise"), tier=OuterRef("tier")))
    return rows.filter(holds) if held == "yes" else rows.filter(~holds) if held == "no" else rows
