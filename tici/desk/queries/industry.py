"""The industry screen: what firms report, added up by county, industry, class and cluster, on comparable scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from tici.core.templatetags.tici import points
from tici.desk.rules.industry import ranks
from tici.engines.panel import Span, losses, ratio
from tici.engines.panel.panel import Where
from tici.enterprises.models import Cluster, ClusterKind
from tici.enterprises.queries import industries
from tici.returns.measures import ENTRY_LABELS
from tici.returns.queries import doubtful_reports, held_back

from .asked import EMPTY, Asked, Line, basis, known, line
from .figures import measure_url

SUMS, OTHERS = ("output", "revenue", "profit"), ("rnd", "power")


@dataclass(frozen=True)
class Card:
    """One headline figure with its growth beside it."""

    label: str
    value: float | int | None
    unit: str
    url: str
    note: str
    rate: float | None = None


@dataclass(frozen=True)
class Screen:
    """The industry of a place at the end of a month."""

    asked: Asked
    cards: list[Card]
    rates: list[Card]
    doubtful: int  # reports with something to be corrected or explained
    held_back: int  # of them, those that count only once their firm has spoken
    doubtful_url: str
    total: Line
    counties: list[Line]
    divisions: list[Line]
    entries: list[Line]
    clusters: list[Line]
    unpaired: int  # firms with a figure that are not compared, for want of one a year earlier
    unpaired_url: str
    counties_chart: dict[str, Any] | None
    months_chart: dict[str, Any]


def screen(asked: Asked) -> Screen:
    """Everything the screen shows."""
    [whole] = asked.grown().rows or [EMPTY]
    total = line(whole, asked, label=_("合计"))
    behind = asked.found.behind(
        asked.indicator, asked.scope.month, asked.where, policy=asked.policy, span=str(asked.span)
    )
    counties = county_lines(asked) if not asked.scope.place.is_county_level else []
    return Screen(
        asked=asked,
        cards=cards(asked),
        rates=rate_cards(asked),
        **doubtful_reports(asked.scope).aggregate(
            doubtful=Count("pk"), held_back=Count("pk", filter=held_back(asked.scope.month))
        ),
        doubtful_url=asked.firms_url(part="doubtful"),
        total=total,
        counties=counties,
        divisions=division_lines(asked),
        entries=entry_lines(asked),
        clusters=cluster_lines(asked),
        unpaired=len(set(behind.counted) - set(behind.compared)),
        unpaired_url=asked.firms_url(part="unpaired"),
        counties_chart=counties_chart(asked, counties) if len(counties) > 1 else None,
        months_chart=months_chart(asked, asked.where),
    )


def county_lines(asked: Asked, where: Where | None = None, **at: str) -> list[Line]:
    """The counties of the place in official order, each with its rank by growth; those without reports too."""
    rows = {row["county"]: row for row in asked.grown(by=("county",), where=where).rows}
    placed = ranks({county.code: rows.get(county.code, EMPTY)["rate"] for county in asked.scope.counties})
    lines = []
    for county in asked.scope.counties:
        found = line(
            rows.get(county.code, EMPTY), asked, code=county.code, label=county.short_name,
            page=asked.url("industry", place=county.code), **at | {"place": county.code},
        )  # fmt: skip
        lines.append(_ranked(found, placed.get(county.code)))
    return lines


def division_lines(asked: Asked, where: Where | None = None, **at: str) -> list[Line]:
    """The divisions of industry (行业大类), the largest first; firms without a known industry last."""
    tree = industries()
    rows = asked.grown(by=("division",), where=where).rows
    rows.sort(key=lambda row: (row["division"] is None, -(known(row["total"]) or 0)))
    return [
        line(
            row, asked, code=row["division"] or "",
            label=tree.name_of(row["division"]) if row["division"] else _("行业未填"),
            **at | {"division": row["division"] or NONE},
        )
        for row in rows
    ]  # fmt: skip


NONE = "none"  # what a link says for rows that have no name on an axis


def entry_lines(asked: Asked) -> list[Line]:
    """How each class of firms (存量、小升规、新建投产、退出) adds to the whole: they add up to it."""
    rows = {row["entry"]: row for row in asked.grown(by=("entry",)).rows}
    return [
        line(rows.get(str(entry), EMPTY), asked, code=str(entry), label=str(label), entry=str(entry))
        for entry, label in ENTRY_LABELS.items()
    ]


def cluster_lines(asked: Asked) -> list[Line]:
    """The clusters with firms in the place, the city's first; a firm may stand in several."""
    rows = {row["cluster"]: row for row in asked.grown(by=("cluster",)).rows if row["cluster"] is not None}
    clusters = Cluster.objects.visible_to(asked.scope.person).filter(code__in=rows)
    ordered = sorted(clusters, key=lambda one: (one.kind != ClusterKind.HUNDRED_BILLION, one.position, one.pk))
    return [
        line(
            rows[one.code], asked, code=one.code, label=one.name, page=asked.url("cluster", one.code), cluster=one.code
        )
        for one in ordered
    ]


def cards(asked: Asked) -> list[Card]:
    """The headline figures since January."""
    scope, found = asked.scope, asked.found
    filed = len(found.filed(scope.month, asked.where))
    awaited = len(found.awaited(scope.month, asked.where))
    told = [
        Card(
            _("已报企业"), filed, _("户"), measure_url("industry.reporting_firms", scope.place, scope),
            _("应报%(count)s户") % {"count": awaited}, filed / awaited if awaited else None,
        )
    ]  # fmt: skip
    told += [_growth_card(asked, indicator) for indicator in SUMS if indicator in found.panel.now]
    return told


def rate_cards(asked: Asked) -> list[Card]:
    """The rates since January, and what is spent and used."""
    scope, found = asked.scope, asked.found
    told = []
    [margin] = ratio(found.panel, "profit", "revenue", month=scope.month, where=asked.where).to_dicts() or [{}]
    if margin:
        note = _("比上年同期%(gap)s个百分点") % {"gap": points(known(margin["change"]))}
        url = measure_url("industry.margin", scope.place, scope)
        told.append(Card(_("营业收入利润率"), known(margin["rate"]), "rate", url, note))
    [losing] = losses(found.panel, "profit", month=scope.month, where=asked.where).to_dicts() or [{}]
    if losing:
        note = _("%(units)s户中%(losing)s户亏损") % losing
        url = measure_url("industry.losing_firms", scope.place, scope)
        told.append(Card(_("亏损面"), known(losing["rate"]), "rate", url, note))
    return told + [_growth_card(asked, indicator) for indicator in OTHERS if indicator in found.panel.now]


def _growth_card(asked: Asked, indicator: str) -> Card:
    [row] = asked.grown(indicator, span=Span.YTD).rows or [EMPTY]
    found = line(row, asked)
    url = measure_url(f"industry.{indicator}_ytd", asked.scope.place, asked.scope)
    return Card(asked.dictionary[indicator].name, found.total, asked.unit_of(indicator), url, found.note)


def counties_chart(asked: Asked, lines: Iterable[Line]) -> dict[str, Any]:
    """Each county's sum as a bar and its growth as a line."""
    lines = list(lines)
    scale = scale_of(asked.unit)
    return {
        "title": _("各县（市、区）%(label)s") % {"label": asked.card.name},
        "basis": basis(asked),
        "head": _("县（市、区）"),
        "labels": [one.label for one in lines],
        "series": [
            {
                "name": asked.card.name, "kind": "bar", "unit": asked.unit_words,
                "values": [scaled(one.total, scale) for one in lines], "links": [one.total_url for one in lines],
            },
            {
                "name": _("可比增长"), "kind": "line", "unit": "%", "axis": "right",
                "values": [scaled(one.rate, 0.01) for one in lines], "links": [one.rate_url for one in lines],
            },
        ],
    }  # fmt: skip


def months_chart(asked: Asked, where: Where, months: int = 13) -> dict[str, Any]:
    """The last months one by one: the single month as a bar, growth since January as a line."""
    last = asked.scope.month
    wanted = [month for month in asked.found.months if last - months < month <= last]
    periods = {**where, "period": {str(month) for month in wanted}}
    single, since = (
        {row["period"]: row for row in asked.grown(by=("period",), where=periods, month=None, span=span).rows}
        for span in (Span.MONTH, Span.YTD)
    )
    scale = scale_of(asked.unit)
    bars = _("期末数") if asked.is_stock else _("当月数")
    return {
        "title": _("%(label)s逐月") % {"label": asked.card.name},
        "basis": basis(asked),
        "head": _("月份"),
        "labels": [str(month) for month in wanted],
        "series": [
            {
                "name": bars, "kind": "bar", "unit": asked.unit_words,
                "values": [scaled(single.get(str(month), EMPTY)["total"], scale) for month in wanted],
            },
            {
                "name": _("累计可比增长"), "kind": "line", "unit": "%", "axis": "right",
                "values": [scaled(since.get(str(month), EMPTY)["rate"], 0.01) for month in wanted],
            },
        ],
    }  # fmt: skip


def scale_of(unit: str) -> float:
    return 10_000 if unit == "yi" else 1


def scaled(value: float | None, scale: float) -> float | None:
    """A figure for a chart, to two places."""
    value = known(value)
    return None if value is None else round(value / scale, 2)


def _ranked(found: Line, rank: int | None) -> Line:
    return Line(**found.__dict__ | {"rank": rank})


def narrowed(asked: Asked, words: Mapping[str, str]) -> Where:
    """What rows must bear to stand in a list: the place, and the group that a link names."""
    where: dict[str, Any] = dict(asked.where)
    for axis in ("division", "entry", "cluster"):
        if name := words.get(axis):
            where[axis] = {None} if name == NONE else {name}
    return where


def narrowed_words(asked: Asked, words: Mapping[str, str]) -> list[str]:
    """What a list is narrowed to, in words."""
    told = [str(asked.scope.place.short_name)]
    if division := words.get("division"):
        told.append(_("行业未填") if division == NONE else industries().name_of(division))
    if entry := words.get("entry"):
        told.append(str({str(code): label for code, label in ENTRY_LABELS.items()}.get(entry, entry)))
    if code := words.get("cluster"):
        found = Cluster.objects.visible_to(asked.scope.person).filter(code=code).first()
        told.append(found.name if found else code)
    return told
