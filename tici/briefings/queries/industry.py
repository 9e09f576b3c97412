"""How the industry of a place stands, gathered from the panel of firms for the report of a month."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from tici.accounts.models import Person
from tici.briefings.industry import County, IndustryMonth
from tici.briefings.panels import Part
from tici.core.measures import Scope
from tici.engines.panel import losses, ratio
from tici.engines.periods import Month
from tici.enterprises.models import Cluster, ClusterKind
from tici.enterprises.queries import industries
from tici.places.models import Place
from tici.returns.measures import ENTRY_LABELS
from tici.returns.queries import doubtful_reports

from .panel import Asked, exact_rate, renamed
from .places import called, whole_of
from .targets import target_lines

INDICATORS = ("output", "revenue", "profit", "power")
OF_COUNTIES = ("output", "revenue", "profit")
UNKNOWN_INDUSTRY = "行业未填"


def industry_month(place: Place, month: Month, *, person: Person) -> IndustryMonth | None:
    """How the industry of a place stands at the end of a month; None where no firm was to report."""
    asked = Asked.of(place, month)
    due, filed = asked.reporting() if asked else ({}, {})
    if asked is None or not due:
        return None
    scope = Scope(person, place, month)
    panel, where = asked.found.panel, asked.where
    [margin] = ratio(panel, "profit", "revenue", month=month, where=where).to_dicts() or [{}]
    [lost] = losses(panel, "profit", month=month, where=where).to_dicts() or [{}]
    output = asked.found.behind("output", month, where, policy=asked.policy)
    whole = {name: asked.whole(name) for name in INDICATORS}
    return IndustryMonth(
        month=month,
        code=place.code,
        place=whole_of(place),
        due=sum(due.values()),
        filed=sum(filed.values()),
        whole=whole,
        margin=exact_rate(margin.get("rate")),
        margin_change=exact_rate(margin.get("change")),
        margin_units=margin.get("units", 0),
        losing=lost.get("losing", 0),
        loss_units=lost.get("units", 0),
        unpaired=len(set(output.counted) - set(output.compared)),
        doubtful=doubtful_reports(scope).count(),
        policy=str(asked.policy),
        divisions=_divisions(asked),
        clusters=_clusters(asked, person, whole["output"].total),
        counties=_counties(asked, scope, due, filed),
        entries=_entries(asked),
        moved=asked.moved("output", scope.counties),
        targets=target_lines(scope),
    )


def _divisions(asked: Asked) -> tuple[Part, ...]:
    tree = industries()
    found = sorted(asked.parts("output", "division").values(), key=lambda one: (not one.code, -(one.total or 0)))
    return tuple(renamed(one, tree.name_of(one.code) or one.code or UNKNOWN_INDUSTRY) for one in found)


def _clusters(asked: Asked, person: Person, whole: Decimal | None) -> tuple[Part, ...]:
    rows = asked.parts("output", "cluster")
    clusters = Cluster.objects.visible_to(person).filter(code__in=rows, kind=ClusterKind.HUNDRED_BILLION)
    found = [(cluster, rows[cluster.code]) for cluster in clusters.order_by("position", "pk")]
    return tuple(
        renamed(one, cluster.name, of_total=one.total / whole if one.total is not None and whole else None)
        for cluster, one in found
    )


def _counties(asked: Asked, scope: Scope, due: Mapping[str, int], filed: Mapping[str, int]) -> tuple[County, ...]:
    rows = {name: asked.parts(name, "county") for name in OF_COUNTIES}
    return tuple(
        County(
            code=county.code,
            place=called(county),
            due=due.get(county.code, 0),
            filed=filed.get(county.code, 0),
            parts={name: renamed(one[county.code], called(county)) for name, one in rows.items() if county.code in one},
        )
        for county in scope.counties
    )


def _entries(asked: Asked) -> tuple[Part, ...]:
    rows = asked.parts("output", "entry")
    return tuple(renamed(rows[str(entry)], str(label)) for entry, label in ENTRY_LABELS.items() if str(entry) in rows)
