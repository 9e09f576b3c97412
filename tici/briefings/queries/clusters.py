"""How the clusters of a place stand, gathered from the panel of firms and from the clusters' own reports."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from tici.accounts.models import Person
from tici.briefings.clusters import ClustersMonth, ClusterStanding, CountyCluster
from tici.briefings.panels import Part
from tici.core.measures import Scope
from tici.engines.panel import Span
from tici.engines.periods import Month
from tici.enterprises.models import Cluster, ClusterKind
from tici.enterprises.queries import coverage
from tici.places.models import Place
from tici.returns.models import Basis, UnitReport

from .panel import Asked, renamed
from .places import called, whole_of
from .targets import target_lines

FORM = "cluster_month"
TARGETS = ("enterprises.", "industry.")


def clusters_month(place: Place, month: Month, *, person: Person) -> ClustersMonth | None:
    """How the clusters of a place stand at the end of a month; None where there is nothing to tell of."""
    scope = Scope(person, place, month)
    seen = Cluster.objects.visible_to(person).filter(place__path__startswith=place.path).select_related("place")
    own = _own(seen, scope)
    asked = Asked.of(place, month)
    cities = [one for one in seen if one.kind == ClusterKind.HUNDRED_BILLION]
    counties = [one for one in seen if one.kind == ClusterKind.COUNTY]
    if asked is None or not (cities or counties):
        return None
    return ClustersMonth(
        month=month,
        code=place.code,
        place=whole_of(place),
        clusters=_standings(asked, scope, cities, own),
        county=_county_clusters(counties, month, own),
        targets=tuple(line for line in target_lines(scope) if line.code.startswith(TARGETS)),
    )


def _standings(
    asked: Asked, scope: Scope, clusters: Iterable[Cluster], own: dict[int, UnitReport]
) -> tuple[ClusterStanding, ...]:
    output, revenue = (asked.parts(name, "cluster") for name in ("output", "revenue"))
    now, before = (
        asked.parts("revenue", "cluster", span=Span.MONTH, month=month) for month in (scope.month, scope.month - 1)
    )

    def of(found: dict[str, Part], cluster: Cluster) -> Part:
        return renamed(found.get(cluster.code, Part(code=cluster.code, place="")), cluster.name)

    return tuple(
        ClusterStanding(
            revenue=of(revenue, cluster),
            output=of(output, cluster),
            own=_figure(own.get(cluster.pk), f"revenue.{Basis.YTD}"),
            is_awaited=cluster.pk in own,
            goal=cluster.goal_wan,
            month=of(now, cluster).total,
            before=of(before, cluster).total,
            moved=asked.moved("revenue", scope.counties, cluster.code),
        )
        for cluster in clusters
    )


def _county_clusters(clusters: list[Cluster], month: Month, own: dict[int, UnitReport]) -> tuple[CountyCluster, ...]:
    return tuple(
        CountyCluster(
            code=row.cluster.code,
            place=row.cluster.name,
            county=called(row.cluster.place),
            is_filed=_is_filed(own.get(row.cluster.pk)),
            firms=_figure(own.get(row.cluster.pk), f"firms.{Basis.END}"),
            revenue=_figure(own.get(row.cluster.pk), f"revenue.{Basis.YTD}"),
            same_period=_figure(own.get(row.cluster.pk), f"revenue.{Basis.YTD_LAST_YEAR}"),
            platforms=sum(bool(kind) for kind in row.platforms),
            missing=tuple(str(kind.label) for kind in row.missing),
        )
        for row in coverage(clusters, month.last).rows
    )


def _own(clusters: Iterable[Cluster], scope: Scope) -> dict[int, UnitReport]:
    """The reports of the clusters themselves that the month awaits, filed or not."""
    reports = UnitReport.objects.visible_to(scope.person).of(FORM, scope.month).filter(cluster__in=clusters)
    return {report.cluster_id: report for report in reports.select_related("form") if report.cluster_id is not None}


def _is_filed(report: UnitReport | None) -> bool:
    return report is not None and report.vintage_number > 0


def _figure(report: UnitReport | None, code: str) -> Decimal | None:
    if report is None or not _is_filed(report) or report.figures is None:
        return None
    at = report.form.positions.get(code)
    return None if at is None else report.figures[at]
