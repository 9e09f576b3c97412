"""Clusters with their members and their platforms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tici.enterprises import rules
from tici.enterprises.models import (
    Cluster,
    ClusterMembership,
    ClusterPlatform,
    Enterprise,
    EnterpriseQuerySet,
    MembershipOrigin,
    PlatformKind,
)
from tici.places.models import Place


def members(cluster: Cluster) -> EnterpriseQuerySet:
    """The enterprises of a cluster: those the rule takes and was not overruled in, and those put in by hand."""
    held = ClusterMembership.objects.filter(cluster=cluster, enterprise=OuterRef("pk"))
    return Enterprise.objects.standing().filter(Exists(held.exclude(origin=MembershipOrigin.LEFT_OUT)))


def clusters_in(place: Place, *, on: date, sector: str = "industry") -> QuerySet[Cluster]:
    """The clusters of a place, of the places inside it and around it, each with how many members the place has.

    ``firms`` counts them all, ``above_size`` those in the library on a day.
    """
    around = [code for code in place.path.split("/") if code]
    held = Q(
        memberships__enterprise__place__path__startswith=place.path,
        memberships__enterprise__merged_into__isnull=True,
    ) & ~Q(memberships__origin=MembershipOrigin.LEFT_OUT)
    in_library = Exists(Enterprise.objects.in_library(on, sector).filter(pk=OuterRef("memberships__enterprise_id")))
    rows = Cluster.objects.filter(Q(place__path__startswith=place.path) | Q(place__code__in=around))
    return rows.select_related("place").annotate(
        firms=Count("memberships", filter=held), above_size=Count("memberships", filter=held & Q(in_library))
    )


@dataclass(frozen=True)
class Coverage:
    """One cluster and the platforms that serve it on a day, one place for each kind."""

    cluster: Cluster
    platforms: tuple[tuple[ClusterPlatform, ...], ...]  # in the order of the kinds
    missing: tuple[PlatformKind, ...]  # asked for and not there


@dataclass(frozen=True)
class CoverageMatrix:
    """Cluster × kind of platform on a day (平台缺失): which kinds are asked for, and what is missing."""

    kinds: tuple[PlatformKind, ...]
    asked: tuple[PlatformKind, ...]
    rows: tuple[Coverage, ...]

    @property
    def covered(self) -> int:
        """Clusters that miss no kind that is asked for."""
        return sum(not row.missing for row in self.rows)


def coverage(clusters: Iterable[Cluster], on: date) -> CoverageMatrix:
    """The platforms of some clusters on a day, kind by kind."""
    clusters = list(clusters)
    found: dict[tuple[int, str], list[ClusterPlatform]] = {}
    open_then = Q(to_date__isnull=True) | Q(to_date__gt=on)
    platforms = ClusterPlatform.objects.filter(open_then, cluster__in=clusters, from_date__lte=on)
    for platform in platforms.order_by("cluster", "kind", "from_date", "pk"):
        found.setdefault((platform.cluster_id, platform.kind), []).append(platform)
    kinds, asked = tuple(PlatformKind), rules.asked_platforms(on)
    rows = tuple(
        Coverage(
            cluster,
            tuple(tuple(found.get((cluster.pk, kind), ())) for kind in kinds),
            tuple(kind for kind in asked if (cluster.pk, kind) not in found),
        )
        for cluster in clusters
    )
    return CoverageMatrix(kinds, asked, rows)
