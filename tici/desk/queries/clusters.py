"""Clusters month by month: what their firms report, how far it is to the goal, what they report of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl
from django.db.models import QuerySet

from tici.desk.rules.industry import year_end
from tici.engines.panel import Span
from tici.engines.panel.panel import Where
from tici.engines.periods import Month
from tici.enterprises.models import Cluster, ClusterKind, ClusterMembership, MembershipOrigin
from tici.enterprises.queries import coverage
from tici.returns.models import Basis, UnitReport
from tici.returns.queries import indicators

from .asked import EMPTY, Asked, Line, known, line
from .industry import county_lines, division_lines, months_chart

CLUSTER_FORM = "cluster_month"
GOAL = "revenue"  # a 千亿级 cluster is one of 1,000 亿元 revenue
WATCHED = ("output", "revenue")
TOP = 10


@dataclass(frozen=True)
class Own:
    """What a cluster reports of itself beside what its firms add up to."""

    code: str
    label: str
    unit: str
    reported: Decimal | None
    ours: float | None
    url: str


@dataclass(frozen=True)
class Watch:
    """One indicator of a cluster in single months: this one, the one before, the same of last year."""

    label: str
    unit: str
    month: float | None
    before: float | None
    year_before: float | None

    @property
    def on_month(self) -> float | None:
        """环比."""
        return change(self.month, self.before)

    @property
    def on_year(self) -> float | None:
        """当月同比 of the plain figures."""
        return change(self.month, self.year_before)


@dataclass(frozen=True)
class ClusterLine:
    """One cluster: its sums since January, and how far it is to its goal."""

    cluster: Cluster
    url: str
    output: Line
    revenue: Line
    reported: Decimal | None  # revenue by its own report
    reported_url: str
    goal: Decimal | None  # none for a part of a cluster that reaches beyond the place
    year_end: float | None
    watch: Watch

    @property
    def told(self) -> float | None:
        """Revenue since January: by its own report where there is one, which counts firms below size too."""
        return self.revenue.total if self.reported is None else float(self.reported)

    @property
    def gap(self) -> float | None:
        """What is missing to the goal at the end of the year as it is projected; below 0 where it is passed."""
        return None if self.goal is None or self.year_end is None else float(self.goal) - self.year_end

    @property
    def distance(self) -> float | None:
        """What is missing to the goal today."""
        return None if self.goal is None or self.told is None else float(self.goal) - self.told

    @property
    def reached(self) -> float | None:
        """The fraction of the goal that is reached today; never capped."""
        return None if not self.goal or self.told is None else self.told / float(self.goal)


@dataclass(frozen=True)
class Node:
    """One link of a cluster's chain (产业链环节)."""

    label: str
    firms: int
    total: float | None
    rate: float | None


@dataclass(frozen=True)
class Firm:
    """One firm of a cluster in a table."""

    pk: int
    name: str
    county: str
    total: float | None
    rate: float | None
    pull: float | None
    share: float | None  # of the cluster's sum


@dataclass(frozen=True)
class ClusterPage:
    """One cluster at the end of a month."""

    line: ClusterLine
    watches: list[Watch]
    counties: list[Line]
    divisions: list[Line]
    nodes: list[Node]
    top: list[Firm]
    own: list[Own]
    missing: list[str]
    chart: dict[str, Any]


def change(now: float | None, before: float | None) -> float | None:
    """Growth of one figure on another; nothing where the other is not above 0."""
    return None if now is None or before is None or before <= 0 else now / before - 1


def clusters_of(asked: Asked) -> QuerySet[Cluster]:
    """The clusters a person sees, the city's own first."""
    return Cluster.objects.visible_to(asked.scope.person).select_related("place")


def cluster_lines(asked: Asked, kind: str = ClusterKind.HUNDRED_BILLION) -> list[ClusterLine]:
    """The clusters of a kind, each with its sums, its growth and its distance to the goal."""
    clusters = list(clusters_of(asked).filter(kind=kind))
    own = _own_reports(asked, clusters)
    rows = {name: _by_cluster(asked, name, Span.YTD, asked.scope.month) for name in WATCHED}
    december = Month(asked.scope.month.year - 1, 12)
    last = {month: _by_cluster(asked, GOAL, Span.YTD, month) for month in (asked.scope.month - 12, december)}
    watched = _watched(asked, GOAL)
    return [_line(asked, one, rows, own.get(one.pk), last, december, watched) for one in clusters]


def cluster_page(asked: Asked, cluster: Cluster) -> ClusterPage:
    """Everything the page of one cluster shows."""
    own = _own_reports(asked, [cluster]).get(cluster.pk)
    rows = {name: _by_cluster(asked, name, Span.YTD, asked.scope.month) for name in WATCHED}
    december = Month(asked.scope.month.year - 1, 12)
    last = {month: _by_cluster(asked, GOAL, Span.YTD, month) for month in (asked.scope.month - 12, december)}
    where = {**asked.where, "cluster": cluster.code}
    firms = asked.grown(by=("unit", "county"), where=where).table
    missing = coverage([cluster], asked.scope.month.last).rows[0].missing
    return ClusterPage(
        line=_line(asked, cluster, rows, own, last, december, _watched(asked, GOAL)),
        watches=[_watch(asked, name, _watched(asked, name), cluster) for name in WATCHED],
        counties=[one for one in county_lines(asked, where, cluster=cluster.code) if one.pairs],
        divisions=division_lines(asked, where, cluster=cluster.code),
        nodes=_nodes(cluster, firms),
        top=_top(asked, firms),
        own=_beside(asked, cluster, own),
        missing=[str(kind.label) for kind in missing],
        chart=months_chart(asked, where),
    )


ByCluster = Mapping[str, Mapping[str, Any]]


def _by_cluster(asked: Asked, indicator: str, span: Span, month: Month) -> ByCluster:
    if month not in asked.found.months:
        return {}
    rows = asked.grown(indicator, by=("cluster",), span=span, month=month).rows
    return {row["cluster"]: row for row in rows if row["cluster"] is not None}


def _watched(asked: Asked, indicator: str) -> dict[Month, ByCluster]:
    month = asked.scope.month
    return {one: _by_cluster(asked, indicator, Span.MONTH, one) for one in (month, month - 1, month - 12)}


def _watch(asked: Asked, indicator: str, watched: Mapping[Month, ByCluster], cluster: Cluster) -> Watch:
    month = asked.scope.month
    told = [known(watched[one].get(cluster.code, EMPTY)["total"]) for one in (month, month - 1, month - 12)]
    return Watch(asked.dictionary[indicator].name, asked.unit_of(indicator), *told)


def _line(
    asked: Asked,
    cluster: Cluster,
    rows: Mapping[str, ByCluster],
    own: UnitReport | None,
    last: Mapping[Month, ByCluster],
    december: Month,
    watched: Mapping[Month, ByCluster],
) -> ClusterLine:
    output, revenue = (
        line(
            rows[name].get(cluster.code, EMPTY), asked, code=cluster.code, label=cluster.name,
            indicator=name, span=str(Span.YTD), cluster=cluster.code,
        )
        for name in WATCHED
    )  # fmt: skip
    reported = None if own is None else _figure(own, f"{GOAL}.{Basis.YTD}")
    told = revenue.total if reported is None else float(reported)
    same, year = (known(last[month].get(cluster.code, EMPTY)["total"]) for month in (asked.scope.month - 12, december))
    return ClusterLine(
        cluster=cluster,
        url=asked.url("cluster", cluster.code),
        output=output,
        revenue=revenue,
        reported=reported,
        reported_url=own.get_absolute_url() if own is not None else "",
        goal=cluster.goal_wan if cluster.place.path.startswith(asked.scope.place.path) else None,
        year_end=year_end(told, asked.scope.month, last_same=same, last_year=year),
        watch=_watch(asked, GOAL, watched, cluster),
    )


def _own_reports(asked: Asked, clusters: Iterable[Cluster]) -> dict[int, UnitReport]:
    """The clusters' own reports of the month that were filed, as far as a person sees them."""
    reports = UnitReport.objects.visible_to(asked.scope.person).of(CLUSTER_FORM, asked.scope.month)
    found = reports.filter(cluster__in=clusters, vintage_number__gt=0).select_related("form")
    return {report.cluster_id: report for report in found if report.cluster_id is not None}


def _figure(report: UnitReport, code: str) -> Decimal | None:
    at = report.form.positions.get(code)
    return None if at is None or report.figures is None else report.figures[at]


def _beside(asked: Asked, cluster: Cluster, own: UnitReport | None) -> list[Own]:
    """The cluster's own figures, and ours where our firms report the same indicator."""
    if own is None:
        return []
    dictionary = indicators()
    where = {**asked.where, "cluster": cluster.code}
    told = []
    for column in own.form.columns:
        if column.basis not in {Basis.YTD, Basis.END}:
            continue
        ours = None
        if column.indicator in asked.found.panel.now:
            [row] = asked.grown(column.indicator, where=where, span=Span.YTD).rows or [EMPTY]
            ours = known(row["total"])
        elif column.indicator == "firms":
            ours = len(asked.found.awaited(asked.scope.month, where))
        card = dictionary[column.indicator]
        url = asked.firms_url(indicator=column.indicator, cluster=cluster.code) if ours is not None else ""
        unit = asked.unit_of(column.indicator) if column.indicator in asked.dictionary else card.unit_name
        told.append(Own(column.code, card.name, unit, _figure(own, column.code), ours, url))
    return told


def _nodes(cluster: Cluster, firms: pl.DataFrame) -> list[Node]:
    """The chain's links with what their firms report; each firm stands in one link of a cluster."""
    members = ClusterMembership.objects.filter(cluster=cluster).exclude(origin=MembershipOrigin.LEFT_OUT)
    node_of = {str(pk): node for pk, node in members.values_list("enterprise_id", "node")}
    table = firms.with_columns(node=pl.col("unit").replace_strict(node_of, default="", return_dtype=pl.String))
    sums = table.group_by("node", maintain_order=True).agg(
        pl.col("total").fill_nan(None).sum(), pl.col("now", "base", "units").sum()
    )
    sums = sums.sort("total", descending=True)
    return [Node(row["node"], row["units"], row["total"], change(row["now"], row["base"])) for row in sums.to_dicts()]


def _top(asked: Asked, firms: pl.DataFrame) -> list[Firm]:
    """The largest firms of a cluster."""
    whole = firms["total"].fill_nan(None).sum() or 0
    largest = firms.filter(pl.col("total").is_not_nan()).sort("total", descending=True).head(TOP)
    counties = {county.code: county.short_name for county in asked.scope.counties}
    return [
        Firm(
            pk=int(row["unit"]),
            name=asked.found.names[row["unit"]],
            county=counties.get(row["county"], ""),
            total=known(row["total"]),
            rate=known(row["rate"]),
            pull=known(row["pull"]),
            share=row["total"] / whole if whole else None,
        )
        for row in largest.to_dicts()
    ]


def inside(asked: Asked, cluster: Cluster) -> Where:
    """What rows must bear to stand in a cluster within the place."""
    return {**asked.where, "cluster": cluster.code}
