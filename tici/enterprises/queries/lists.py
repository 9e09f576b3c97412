"""The register of enterprises, and the four ladders of the 四大工程 with how near each firm is to its next rung."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    F,
    FilteredRelation,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Greatest
from django.utils.translation import gettext as _

from tici.accounts.models import Person
from tici.engines import rulebook
from tici.enterprises import rules
from tici.enterprises.models import (
    ClusterMembership,
    Enterprise,
    LibrarySpell,
    Listing,
    MembershipOrigin,
    Sector,
    Size,
    Tier,
    TierSpell,
    YearFacts,
)
from tici.enterprises.rules.sizes import LADDERS
from tici.places.models import Place

from .transitions import with_entry_class

INDUSTRY = ("06", "47")  # divisions of industry in GB/T 4754: from (included) to (left out)
MONEY = DecimalField(max_digits=20, decimal_places=4)
HEIGHTS = Case(*(When(tier=tier, then=Value(height)) for height, tier in enumerate(Tier.values)),
               output_field=IntegerField())  # fmt: skip


def open_on(on: date) -> Q:
    """What has begun and not ended on a day."""
    return Q(from_date__lte=on) & (Q(to_date__isnull=True) | Q(to_date__gt=on))


def places_of(person: Person) -> list[int]:
    """The places a person may see: looked up first, being few."""
    if person.place is None:
        return []
    return list(Place.objects.within(person.place).order_by().values_list("pk", flat=True))


def year_of(day: date) -> int:
    """The year whose facts a list shows: the last complete one, or the newest before it that anything is known of."""
    known = YearFacts.objects.filter(year__lt=day.year).order_by("-year").values_list("year", flat=True).first()
    return known or day.year - 1


def with_standing(rows: QuerySet[Enterprise], year: int, on: date) -> QuerySet[Enterprise]:
    """Enterprises with a year's facts, their stay in the library, tier, listing and clusters on a day."""
    stays = Q(spells__sector=Sector.INDUSTRY, spells__to_date__isnull=True)
    tiers = (
        TierSpell.objects.filter(open_on(on), enterprise=OuterRef("pk")).annotate(height=HEIGHTS).order_by("-height")
    )
    listed = Listing.objects.filter(open_on(on), enterprise=OuterRef("pk")).order_by("from_date", "pk")
    belongs = ClusterMembership.objects.filter(enterprise=OuterRef("pk")).exclude(origin=MembershipOrigin.LEFT_OUT)
    names = (
        belongs.order_by()
        .values("enterprise")
        .annotate(names=StringAgg("cluster__name", "、", order_by="cluster__position"))
    )
    return rows.annotate(
        known=FilteredRelation("years", condition=Q(years__year=year)),
        stay=FilteredRelation("spells", condition=stays),
        tier=Subquery(tiers.values("tier")[:1]),
        tier_batch=Subquery(tiers.values("batch")[:1]),
        tier_until=Subquery(tiers.values("to_date")[:1]),
        board=Subquery(listed.values("board")[:1]),
        stock_code=Subquery(listed.values("stock_code")[:1]),
        cluster_names=Subquery(names.values("names")),
    )


# Ways to narrow the register


def in_library(on: date) -> Q:
    """Firms in the library of industry on a day."""
    return Q(Exists(LibrarySpell.objects.filter(open_on(on), enterprise=OuterRef("pk"), sector=Sector.INDUSTRY)))


def not_in_library(on: date) -> Q:
    """Firms that are not in the library of industry on a day."""
    return ~in_library(on)


def entered_as(entry: str, on: date) -> Q:
    """Firms that came into the library of industry in the year of a day, up to it, in one of the three ways."""
    stays = LibrarySpell.objects.filter(
        enterprise=OuterRef("pk"), sector=Sector.INDUSTRY, from_date__gte=on.replace(month=1, day=1), from_date__lte=on
    )
    return Q(Exists(with_entry_class(stays).filter(entry=entry)))


def has_left(on: date) -> Q:
    """Firms that were in the library of industry and are not on a day."""
    been = LibrarySpell.objects.filter(enterprise=OuterRef("pk"), sector=Sector.INDUSTRY, to_date__lte=on)
    return Q(Exists(been)) & ~in_library(on)


def of_tier(tier: str, on: date) -> Q:
    """Firms with a valid certificate of a tier on a day."""
    return Q(Exists(TierSpell.objects.filter(open_on(on), enterprise=OuterRef("pk"), tier=tier)))


def is_listed(on: date, board: str = "") -> Q:
    """Firms listed on a day, on any board or on one."""
    rows = Listing.objects.filter(open_on(on), enterprise=OuterRef("pk"))
    return Q(Exists(rows.filter(board=board) if board else rows))


def of_cluster(code: str) -> Q:
    """Firms that belong to a cluster."""
    rows = ClusterMembership.objects.filter(cluster__code=code, enterprise=OuterRef("pk"))
    return Q(Exists(rows.exclude(origin=MembershipOrigin.LEFT_OUT)))


# The four ladders


@dataclass(frozen=True)
class Rung:
    """One of the four ladders: from which sizes to which, by the rulebook."""

    code: str
    label: str
    sizes: frozenset[str]  # of firms in the library; empty for those that are not
    to: str  # library, a size, or "" where there is no bound above


def rungs() -> list[Rung]:
    """The four ladders of the 四大工程, lowest first."""
    rows: list[Mapping[str, Any]] = rulebook.load(LADDERS)["rung"]
    return [Rung(row["code"], _(row["label"]), frozenset(row["from"]) & set(Size.values), row["to"]) for row in rows]


def industrial(rows: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
    """Industrial firms that stand on their own and have not closed."""
    first, end = INDUSTRY
    return rows.filter(industry__gte=first, industry__lt=end, closed_on__isnull=True, merged_into__isnull=True)


def on_rung(rows: QuerySet[Enterprise], rung: Rung, on: date) -> QuerySet[Enterprise]:
    """The industrial firms that climb one of the four ladders on a day."""
    if rung.sizes:
        return industrial(rows).filter(in_library(on), size__in=rung.sizes)
    return industrial(rows).exclude(in_library(on))


def counts_on_rungs(rows: QuerySet[Enterprise], on: date) -> dict[str, int]:
    """How many firms climb each ladder, in one pass over them."""
    each = {rung.code: Q(size__in=rung.sizes, held=True) if rung.sizes else Q(held=False) for rung in rungs()}
    held = industrial(rows).annotate(held=in_library(on)).order_by()
    found: dict[str, int] = held.aggregate(**{code: Count("pk", filter=such) for code, such in each.items()})
    return found


def with_distance(rows: QuerySet[Enterprise], rung: Rung, year: int, on: date) -> QuerySet[Enterprise]:
    """Firms of a ladder with what each figure of a year lacks to the next rung, and the largest lack as a share.

    The largest counts, for a rung asks that every bound be reached. Where a figure is not known there is no distance.
    """
    rows = rows.annotate(known=FilteredRelation("years", condition=Q(years__year=year)))
    bounds = bounds_of(rung, on)
    rows = rows.annotate(**{f"lack_{name}": _lack(f"known__{name}", bound) for name, bound in bounds.items()})
    shares = [Cast(F(f"lack_{name}"), FloatField()) / Value(float(bound)) for name, bound in bounds.items()]
    if not shares:
        return rows.annotate(distance=Value(None, output_field=FloatField()))
    largest = Greatest(*shares) if len(shares) > 1 else shares[0]
    is_unknown = Q(*(Q(**{f"known__{name}__isnull": True}) for name in bounds), _connector=Q.OR)
    return rows.annotate(distance=Case(When(is_unknown, then=None), default=largest, output_field=FloatField()))


def _lack(figure: str, bound: Decimal) -> Case:
    """What a figure lacks to a bound; nothing where it is not known (the database's greatest() passes over NULL)."""
    reached = When(**{f"{figure}__gte": bound}, then=Value(Decimal(0)))
    return Case(reached, default=Value(bound) - F(figure), output_field=MONEY)


def bounds_of(rung: Rung, on: date) -> dict[str, Decimal]:
    """The bounds an industrial firm must reach for the next rung, by figure; none above the highest."""
    if not rung.sizes:
        line = rules.library_line(INDUSTRY[0], on)
        return {"revenue_wan": Decimal(line.wan)} if line and line.wan else {}
    sector = rules.size_table(on).sector(INDUSTRY[0])
    lacks = sector.lacks(rung.to, (None, None, None)) if sector and rung.to else ()
    return {lack.figure: Decimal(lack.bound) for lack in lacks}


@dataclass(frozen=True)
class Near:
    """One firm on the board, and what it lacks to its next rung in words."""

    enterprise: Enterprise
    words: str


@dataclass(frozen=True)
class Ladder:
    """One of the four ladders on the board: how many firms climb it, and those nearest to the next rung."""

    rung: Rung
    count: int
    nearest: list[Near]


def nearest_on_rungs(rows: QuerySet[Enterprise], year: int, on: date, each: int) -> list[Ladder]:
    """The four ladders of some firms, each with those nearest to the next rung; above the highest the largest."""
    counts = counts_on_rungs(rows, on)
    return [Ladder(rung, counts[rung.code], _nearest(rows, rung, year, on, each)) for rung in rungs()]


def _nearest(rows: QuerySet[Enterprise], rung: Rung, year: int, on: date, each: int) -> list[Near]:
    firms = with_distance(on_rung(rows, rung, on), rung, year, on).select_related("place").defer("search_pairs")
    figures = ("people", "revenue_wan", "assets_wan")
    firms = firms.annotate(**{f"now_{name}": F(f"known__{name}") for name in figures})
    first = F("distance").asc(nulls_last=True) if rung.to else F("now_revenue_wan").desc(nulls_last=True)
    return [
        Near(firm, _words(firm, rung, {name: getattr(firm, f"now_{name}") for name in figures}, on))
        for firm in firms.order_by(first, "pk")[:each]
    ]


def _words(firm: Enterprise, rung: Rung, figures: Mapping[str, Any], on: date) -> str:
    gap = rules.next_rung(firm.industry, in_library=bool(rung.sizes), on=on, **figures)
    return gap.sentence if gap else str(_("数据不全，尚不能判断"))
