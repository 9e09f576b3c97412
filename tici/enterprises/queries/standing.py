"""Where enterprises stand: sizes, the next rung of each, certificates about to end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.fields.related import ManyToOneRel

from tici.enterprises import rules
from tici.enterprises.models import (
    ClusterMembership,
    Enterprise,
    EnterpriseChange,
    EnterpriseQuerySet,
    EntryReview,
    ExitRisk,
    FormerName,
    LibrarySpell,
    Listing,
    ScoringFacts,
    TierScore,
    TierSpell,
    YearFacts,
)

OWN = (
    FormerName, YearFacts, LibrarySpell, TierSpell, Listing, ClusterMembership, EnterpriseChange, ExitRisk,
    ScoringFacts, TierScore, EntryReview,
)  # fmt: skip


def size_on(rows: EnterpriseQuerySet, on: date) -> EnterpriseQuerySet:
    """Enterprises, each with ``size_then``: its size by the figures of the year before a day; None if unknown."""
    facts = YearFacts.objects.filter(enterprise=OuterRef("pk"), year=on.year - 1)
    return rows.annotate(size_then=Subquery(facts.values("size")[:1]))


@dataclass(frozen=True)
class Climber:
    """One enterprise with its newest year's figures and the rung above it."""

    enterprise: Enterprise
    year: int | None
    in_library: bool
    gap: rules.Gap | None


def next_rungs(rows: EnterpriseQuerySet, on: date) -> list[Climber]:
    """The rung above each of some enterprises and what it lacks, by its newest year; two queries for any number."""
    newest = YearFacts.objects.filter(enterprise=OuterRef("pk"), year__lte=on.year).order_by("-year")
    still = LibrarySpell.objects.filter(enterprise=OuterRef("pk"), from_date__lte=on)
    still = still.exclude(to_date__lte=on)
    found = list(rows.annotate(newest=Subquery(newest.values("pk")[:1]), in_library=Exists(still)))
    years = {one.pk: one for one in YearFacts.objects.filter(pk__in=[row.newest for row in found if row.newest])}
    return [_climber(row, years.get(row.newest), on) for row in found]


def _climber(row: Enterprise, year: YearFacts | None, on: date) -> Climber:
    in_library: bool = row.in_library  # type: ignore[attr-defined]
    gap = rules.next_rung(
        row.industry,
        people=year.people if year else None,
        revenue_wan=year.revenue_wan if year else None,
        assets_wan=year.assets_wan if year else None,
        in_library=in_library,
        on=on,
    )
    return Climber(row, year.year if year else None, in_library, gap)


def expiring(rows: EnterpriseQuerySet, on: date, days: int = 90) -> QuerySet[TierSpell]:
    """Certificates that hold on a day and end within some days, soonest first (复核提醒)."""
    until = on + timedelta(days=days)
    spells = TierSpell.objects.filter(from_date__lte=on, to_date__gt=on, to_date__lte=until, enterprise__in=rows)
    later = TierSpell.objects.filter(
        enterprise=OuterRef("enterprise"), tier=OuterRef("tier"), from_date__gt=OuterRef("from_date")
    )
    return spells.filter(~Exists(later)).select_related("enterprise__place").order_by("to_date", "pk")


def held_elsewhere(ids: Collection[int]) -> set[int]:
    """Of some enterprises, those that rows of other rooms, or other entries, point at."""
    held: set[int] = set()
    for relation in Enterprise._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.related_model not in OWN:
            column = f"{relation.field.name}_id"
            rows = relation.related_model._base_manager.filter(**{f"{column}__in": ids})
            held |= set(rows.order_by().values_list(column, flat=True))
    return held
