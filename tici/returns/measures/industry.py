"""The numbers of the industrial month: sums, growth on comparable scope, and ratios of what firms report."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from tici.core.measures import Measure, Scope, Unit
from tici.core.registers import Column, Kind
from tici.engines.panel import Entry, Span, growth, losses, ratio
from tici.engines.panel.panel import Where
from tici.returns import queries
from tici.returns.models import UnitReport
from tici.returns.queries import FirmPanel, policy_on

Value = Decimal | int | None
Line = Mapping[str, Any]
Rows = NDArray[np.intp]
PLACES = 4  # figures are kept to the ten-thousandth
EXITS = "enterprises/exits"

ENTRY_LABELS = {
    Entry.EXISTING: _("存量"),
    Entry.GROWN: _("小升规"),
    Entry.NEW_BUILD: _("新建投产"),
    Entry.EXITED: _("退出"),
}
FIRM_COLUMNS = (
    Column("enterprise__name", _("企业"), link="enterprise_id", link_url="desk:enterprise"),
    Column("place__short_name", _("地区"), sort="place__position"),
    Column("entry", _("入库类别"), choices=tuple((str(code), label) for code, label in ENTRY_LABELS.items())),
)
LABELS = {
    "output": _("工业总产值"),
    "revenue": _("营业收入"),
    "profit": _("利润总额"),
    "rnd": _("研发费用"),
    "power": _("用电量"),
}


def firm_columns(*cards: tuple[str, Any, Any]) -> tuple[Column, ...]:
    """How the reports behind a figure are listed: the firm, then each indicator and its base, leading to the report.

    A card is an indicator's code, label and unit.
    """
    columns = list(FIRM_COLUMNS)
    for code, label, unit in cards:
        kind = Kind.WAN if unit == _("万元") else Kind.COUNT
        now, base = (
            format_lazy("{label}({unit})", label=label, unit=unit),
            format_lazy("{label}{before}({unit})", label=label, before=_("上年同期"), unit=unit),
        )
        columns.append(Column(f"{code}_now", now, kind, link="pk", link_url="returns:report"))
        columns.append(Column(f"{code}_base", base, kind))
    return tuple(columns)


def _cards(*codes: str) -> tuple[tuple[str, Any, Any], ...]:
    return tuple((code, LABELS[code], _("万千瓦时") if code == "power" else _("万元")) for code in codes)


def _asked(scope: Scope) -> tuple[FirmPanel, Where] | None:
    """The panel and what its rows must bear in a scope; none where the month was not opened."""
    found = scope.once("returns.firm_panel", queries.firm_panel)
    return None if found is None or scope.month not in found.months else (found, found.inside(scope.place))


def _amount(value: float | None) -> Decimal | None:
    return None if value is None or math.isnan(value) else Decimal(repr(round(value, PLACES)))


def _rate(value: float | None) -> Decimal | None:
    return None if value is None or math.isnan(value) else Decimal(repr(value))


def _count(value: float | None) -> int:
    return int(value or 0)


def _inside(where: Where, cluster: str) -> Where:
    return {**where, "cluster": cluster} if cluster else where


Table = Callable[[FirmPanel, Scope, Where, tuple[str, ...]], pl.DataFrame]


def _growth(indicator: str, span: Span = Span.YTD, cluster: str = "") -> Table:
    def table(found: FirmPanel, scope: Scope, where: Where, by: tuple[str, ...]) -> pl.DataFrame:
        policy = policy_on(scope.month)
        asked = {"policy": policy, "by": by, "month": scope.month, "span": span, "where": _inside(where, cluster)}
        key = ("returns.growth", indicator, span, by, cluster)
        return scope.once(key, lambda: growth(found.panel, indicator, **asked).table)  # type: ignore[arg-type]

    return table


def _margins(found: FirmPanel, scope: Scope, where: Where, by: tuple[str, ...]) -> pl.DataFrame:
    return ratio(found.panel, "profit", "revenue", by=by, month=scope.month, where=where)


def _losses(found: FirmPanel, scope: Scope, where: Where, by: tuple[str, ...]) -> pl.DataFrame:
    return losses(found.panel, "profit", by=by, month=scope.month, where=where)


def _filed(found: FirmPanel, scope: Scope, where: Where, by: tuple[str, ...]) -> pl.DataFrame:
    rows = found.filed(scope.month, where)
    if not by:
        return pl.DataFrame({"units": [len(rows)]})
    county = found.panel.labels["county"]
    counts = np.bincount(county.codes[rows], minlength=len(county))
    return pl.DataFrame({"county": county.names, "units": counts}).filter(pl.col("units") > 0)


def _counted(indicator: str, span: Span = Span.YTD) -> Callable[[FirmPanel, Scope, Where], Rows]:
    return lambda found, scope, where: (
        found.behind(indicator, scope.month, where, policy=policy_on(scope.month), span=span).counted
    )


def _compared(indicator: str, cluster: str = "") -> Callable[[FirmPanel, Scope, Where], Rows]:
    return lambda found, scope, where: (
        found.behind(indicator, scope.month, _inside(where, cluster), policy=policy_on(scope.month)).compared
    )


def _both(found: FirmPanel, scope: Scope, where: Where) -> Rows:
    return found.ratio_rows(scope.month, where, "profit", "revenue")


def _losing(found: FirmPanel, scope: Scope, where: Where) -> Rows:
    rows = found.ratio_rows(scope.month, where, "profit")
    return rows[found.panel.now["profit"][rows] < 0]


def _all_filed(found: FirmPanel, scope: Scope, where: Where) -> Rows:
    return found.filed(scope.month, where)


def _measure(
    name: str,
    label: Any,
    unit: Unit,
    basis: Any,
    table: Table,
    of: Callable[[Line], Value],
    behind: Callable[[FirmPanel, Scope, Where], Rows],
    indicators: tuple[str, ...],
    *,
    span: Span = Span.YTD,
    rule: str = "",
) -> Measure:
    is_count = unit == Unit.COUNT

    def value(scope: Scope) -> Value:
        if (asked := _asked(scope)) is None:
            return 0 if is_count else None
        rows = table(asked[0], scope, asked[1], ()).to_dicts()
        return of(rows[0]) if rows else 0 if is_count else None

    def by_county(scope: Scope) -> dict[int, Value]:
        if (asked := _asked(scope)) is None:
            return {}
        keys = {county.code: county.pk for county in scope.counties}
        rows = table(asked[0], scope, asked[1], ("county",)).to_dicts()
        return {keys[row["county"]]: of(row) for row in rows if row["county"] in keys}

    def rows(scope: Scope) -> QuerySet[UnitReport]:
        asked = _asked(scope)
        found, at = (None, ()) if asked is None else (asked[0], behind(*asked[:1], scope, asked[1]))
        return queries.reports_behind(
            found, at, person=scope.person, month=scope.month, indicators=indicators, span=span
        )

    return Measure(
        f"industry.{name}", label, unit, basis, value, by_county, rows, firm_columns(*_cards(*indicators)), rule
    )


def _sum(name: str, label: Any, indicator: str, basis: Any, *, unit: Unit = Unit.WAN, span: Span = Span.YTD) -> Measure:
    return _measure(
        name, label, unit, basis, _growth(indicator, span), lambda line: _amount(line["total"]),
        _counted(indicator, span), (indicator,), span=span,
    )  # fmt: skip


def _rise(name: str, label: Any, indicator: str, cluster: str = "") -> Measure:
    basis = _(
        "可比口径：同时报有本年累计和上年同期累计的在库企业，本年累计之和÷上年同期之和－1；小升规企业按自报同期，"
        "新建投产企业同期计0，退出企业按规则enterprises/exits处理；同期之和不大于0的不计算。"
    )
    return _measure(
        name, label, Unit.RATE, basis, _growth(indicator, cluster=cluster), lambda line: _rate(line["rate"]),
        _compared(indicator, cluster), (indicator,), rule=EXITS,
    )  # fmt: skip


INDUSTRY: tuple[Measure, ...] = (
    _sum(
        "output_ytd", _("规上工业总产值"), "output",
        _("本月在库规上工业企业自报的年初至本月底总产值之和，按现行版次；已退出企业和未报企业不计，部门调度数。"),
    ),
    _sum(
        "output_month", _("规上工业总产值(本月)"), "output",
        _("在库企业本月累计减上月累计之和；1月即累计数，1月免报的2月不计算，上月未报的企业不计。"), span=Span.MONTH,
    ),
    _rise("output_growth", _("规上工业总产值同比"), "output"),
    _sum(
        "revenue_ytd", _("规上工业营业收入"), "revenue",
        _("本月在库规上工业企业自报的年初至本月底营业收入之和，按现行版次；已退出企业和未报企业不计。"),
    ),
    _rise("revenue_growth", _("规上工业营业收入同比"), "revenue"),
    _sum(
        "profit_ytd", _("规上工业利润总额"), "profit",
        _("本月在库规上工业企业自报的年初至本月底利润总额之和，亏损以负数计；已退出企业和未报企业不计。"),
    ),
    _rise("profit_growth", _("规上工业利润总额同比"), "profit"),
    _measure(
        "margin", _("营业收入利润率"), Unit.RATE,
        _("同时报有利润总额和营业收入的在库企业：利润总额之和÷营业收入之和，不是各企业利润率的平均。"),
        _margins, lambda line: _rate(line["rate"]), _both, ("profit", "revenue"),
    ),
    _sum(
        "rnd_ytd", _("规上工业研发费用"), "rnd",
        _("本月在库规上工业企业自报的年初至本月底研发费用之和；已退出企业和未报企业不计。"),
    ),
    _sum(
        "power_ytd", _("规上工业用电量"), "power",
        _("本月在库规上工业企业自报的年初至本月底用电量之和，单位万千瓦时；已退出企业和未报企业不计。"), unit=Unit.KWH,
    ),
    _rise("power_growth", _("规上工业用电量同比"), "power"),
    _measure(
        "losing_firms", _("亏损企业"), Unit.COUNT, _("本月在库企业中，自报年初至本月底利润总额小于0的户数。"),
        _losses, lambda line: _count(line["losing"]), _losing, ("profit",),
    ),
    _measure(
        "reporting_firms", _("已报规上工业企业"), Unit.COUNT, _("本月在库规上工业企业中已报月报的户数。"),
        _filed, lambda line: _count(line["units"]), _all_filed, ("output", "revenue"),
    ),
)  # fmt: skip

# Growth of the five great clusters (千亿级产业集群), in a county as in the city.
CLUSTERS: tuple[Measure, ...] = tuple(
    measure
    for code, cluster in (
        ("electronics", _("电子信息产业")),
        ("biomedicine", _("生物医药产业")),
        ("equipment", _("装备制造产业")),
        ("food", _("现代食品产业")),
        ("logistics", _("商贸物流产业")),
    )
    for measure in (
        _rise(
            f"{code}.output_growth", format_lazy("{cluster}{rise}", cluster=cluster, rise=_("产值同比")), "output", code
        ),
        _rise(
            f"{code}.revenue_growth",
            format_lazy("{cluster}{rise}", cluster=cluster, rise=_("营收同比")),
            "revenue",
            code,
        ),
    )
)
