"""The numbers this room has a name for: projects and money by rung, and what was signed, started, completed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from tici.core.measures import Measure, Scope, Unit
from tici.core.registers import Column, Kind

from . import queries
from .models import DUTY_LINE_WAN, KEY_LEVELS, Project, ProjectQuerySet, Stage

Number = Decimal | int
Period = Callable[[Scope], tuple[date, date]]
ByPlace = Callable[[Scope], dict[int, Number]]
Counted = Callable[[QuerySet[Any]], dict[int, Number]]
STARTED = (Stage.STARTED, Stage.BUILDING, Stage.PERFORMING)

COLUMNS = (
    Column("name", _("项目名称"), link="pk", link_url="desk:project"),
    Column("place__short_name", _("地区")),
    Column("owner__name", _("业主单位")),
    Column("investment_wan", _("总投资(万元)"), Kind.WAN),
    Column("stage", _("阶段"), Kind.STAGE, choices=tuple(Stage.choices)),
    Column("signed_on", _("签约日期"), Kind.DATE),
    Column("started_on", _("实际开工"), Kind.DATE),
    Column("completed_on", _("实际竣工"), Kind.DATE),
    Column("statistics_on", _("入统月份"), Kind.MONTH),
)


def _scoped(scope: Scope) -> ProjectQuerySet:
    return Project.objects.visible_to(scope.person).within(scope.place)


def _then(scope: Scope) -> QuerySet[Any]:
    """The scope's projects at the end of its month, each with the stage it stood on then."""
    return scope.once("projects.then", lambda: queries.standing_at(_scoped(scope), scope.month))


def _year(scope: Scope) -> tuple[date, date]:
    return scope.month.year_start.first, scope.month.last


def _month(scope: Scope) -> tuple[date, date]:
    return scope.month.first, scope.month.last


# The rows behind each number


def _on_rung(stage: Stage, scope: Scope) -> QuerySet[Any]:
    return _then(scope).filter(stage_then=stage)


def _signed(period: Period, scope: Scope) -> QuerySet[Any]:
    return _then(scope).filter(signed_on__range=period(scope))


def _started(period: Period, scope: Scope) -> QuerySet[Any]:
    dated, moved = queries.start_in(*period(scope))
    return _then(scope).filter(dated | moved)


def _completed(period: Period, scope: Scope) -> QuerySet[Any]:
    return _then(scope).filter(completed_on__range=period(scope))


def _reserved(period: Period, scope: Scope) -> QuerySet[Any]:
    dated, moved = queries.reserve_in(*period(scope))
    return _then(scope).filter(dated | moved)


def _over_line(scope: Scope) -> QuerySet[Any]:
    return _then(scope).filter(investment_wan__gte=DUTY_LINE_WAN)


def _key(scope: Scope) -> QuerySet[Any]:
    return _then(scope).filter(level__in=KEY_LEVELS)


def _in_statistics(scope: Scope) -> QuerySet[Any]:
    return _then(scope).filter(statistics_on__lte=scope.month.last)


def _started_in_statistics(scope: Scope) -> QuerySet[Any]:
    return _in_statistics(scope).filter(stage_then__in=STARTED)


def _started_in_statistics_year(scope: Scope) -> QuerySet[Any]:
    return _started(_year, scope).filter(statistics_on__lte=scope.month.last)


# One grouped query for all that stands in the project's own row; small ones for what moves and papers say beside it


def _standing(scope: Scope) -> dict[int, dict[str, Number]]:
    """For each place: projects and money by rung, and the projects that other facts of their own row count in."""
    return scope.kept("projects.standing", lambda: _grouped(scope))


def _grouped(scope: Scope) -> dict[int, dict[str, Number]]:
    conditions = _conditions(scope)
    counts: dict[str, Any] = {name: Count("pk", filter=condition) for name, condition in conditions.items()}
    for name in ("signed_year", "started_year"):
        counts[f"{name}_wan"] = Sum("investment_wan", filter=conditions[name], default=Decimal(0))
    rows = _then(scope).order_by().values("place_id", "stage_then")
    found: dict[int, dict[str, Number]] = {}
    for row in rows.annotate(count=Count("pk"), wan=Sum("investment_wan", default=Decimal(0)), **counts):
        there, stage = found.setdefault(row["place_id"], defaultdict(int)), row["stage_then"]
        there[stage] += row["count"]
        there[f"{stage}_wan"] += row["wan"]
        for name in counts:
            there[name] += row[name]
        there["started_in_statistics"] += row["in_statistics"] if stage in STARTED else 0
    return found


def _conditions(scope: Scope) -> dict[str, Q]:
    """What of a project's own row counts it in, beside its stage."""
    in_statistics, year, month = Q(statistics_on__lte=scope.month.last), _year(scope), _month(scope)
    return {
        "over_duty_line": Q(investment_wan__gte=DUTY_LINE_WAN),
        "key": Q(level__in=KEY_LEVELS),
        "in_statistics": in_statistics,
        "signed_year": Q(signed_on__range=year),
        "signed_month": Q(signed_on__range=month),
        "started_year": Q(started_on__range=year),
        "started_month": Q(started_on__range=month),
        "completed_year": Q(completed_on__range=year),
        "completed_month": Q(completed_on__range=month),
        "started_in_statistics_year": Q(started_on__range=year) & in_statistics,
    }


def _of_standing(name: str) -> ByPlace:
    return lambda scope: {place: values.get(name, 0) for place, values in _standing(scope).items()}


def _moved(code: str, period: Period, *, statistics: bool = False, count: Counted | None = None) -> ByPlace:
    """Starts by the date in their row, and beside them those known by their move alone."""

    def by_place(scope: Scope) -> dict[int, Number]:
        rows = _then(scope).filter(queries.start_in(*period(scope))[1])
        rows = rows.filter(statistics_on__lte=scope.month.last) if statistics else rows
        return _added(_of_standing(code)(scope), (count or _count)(rows))

    return by_place


def _filed(period: Period) -> ByPlace:
    def by_place(scope: Scope) -> dict[int, Number]:
        dated, moved = queries.reserve_in(*period(scope))
        return _added(_count(_then(scope).filter(dated)), _count(_then(scope).filter(moved)))

    return by_place


def _count(rows: QuerySet[Any]) -> dict[int, Number]:
    grouped = rows.order_by().values("place_id").annotate(count=Count("pk"))
    return dict(grouped.values_list("place_id", "count"))


def _invested(rows: QuerySet[Any]) -> dict[int, Number]:
    grouped = rows.order_by().values("place_id").annotate(wan=Sum("investment_wan", default=Decimal(0)))
    return dict(grouped.values_list("place_id", "wan"))


def _added(one: dict[int, Number], other: dict[int, Number]) -> dict[int, Number]:
    return {place: one.get(place, 0) + other.get(place, 0) for place in one.keys() | other.keys()}


def _measure(
    code: str,
    label: Any,
    basis: Any,
    rows: Callable[[Scope], QuerySet[Any]],
    *,
    by_place: ByPlace | None = None,
    unit: Unit = Unit.COUNT,
    rule: str = "",
) -> Measure:
    from_places = by_place or _of_standing(code)

    def counted(scope: Scope) -> dict[int, Number]:
        return scope.kept(f"projects.{code}", lambda: from_places(scope))

    def by_county(scope: Scope) -> dict[int, Number | None]:
        counties = scope.county_of
        found: dict[int, Number | None] = dict.fromkeys(counties.values(), 0)
        for place, value in counted(scope).items():
            if place in counties:
                found[counties[place]] = (found[counties[place]] or 0) + value
        return found

    def value(scope: Scope) -> Number:
        return sum(counted(scope).values())

    return Measure(f"projects.{code}", label, unit, basis, value, by_county, rows, COLUMNS, rule)


_RUNG_BASIS = _("月末处在该阶段、未取消的项目；阶段依推进记录，不另行填报。")
_RUNG_LABELS = (
    (Stage.PLANNED, _("谋划项目"), _("谋划项目总投资")),
    (Stage.RESERVED, _("储备项目"), _("储备项目总投资")),
    (Stage.STARTED, _("开工项目"), _("开工项目总投资")),
    (Stage.BUILDING, _("建设项目"), _("建设项目总投资")),
    (Stage.PERFORMING, _("达效项目"), _("达效项目总投资")),
)
_RUNGS = tuple(
    measure
    for stage, label, money_label in _RUNG_LABELS
    for measure in (
        _measure(stage.value, label, _RUNG_BASIS, partial(_on_rung, stage)),
        _measure(
            f"{stage.value}_wan",
            money_label,
            _("月末处在该阶段、未取消的项目总投资之和；总投资未填的计0。"),
            partial(_on_rung, stage),
            unit=Unit.WAN,
        ),
    )
)
_SIGNED = _("签约日期在期内、未取消的项目。")
_STARTED = _("实际开工日期在期内、未取消的项目；未填开工日期的，以推进到“开工”及以上阶段之日计。")
_COMPLETED = _("实际竣工日期在期内、未取消的项目。")
_RESERVED = _("立项批复日期在期内、未取消的项目；未填批复日期的，以由“谋划”推进之日计。")

MEASURES: tuple[Measure, ...] = (
    *_RUNGS,
    _measure("signed_year", _("本年新签约"), _SIGNED, partial(_signed, _year)),
    _measure(
        "signed_year_wan",
        _("本年新签约项目总投资"),
        _("签约日期在本年、未取消的项目的总投资之和；总投资未填的计0。"),
        partial(_signed, _year),
        unit=Unit.WAN,
    ),
    _measure("signed_month", _("本月新签约"), _SIGNED, partial(_signed, _month)),
    _measure("reserved_year", _("本年新增储备"), _RESERVED, partial(_reserved, _year), by_place=_filed(_year)),
    _measure("reserved_month", _("本月新增储备"), _RESERVED, partial(_reserved, _month), by_place=_filed(_month)),
    _measure(
        "started_year", _("本年新开工"), _STARTED, partial(_started, _year), by_place=_moved("started_year", _year)
    ),
    _measure(
        "started_year_wan",
        _("本年新开工项目总投资"),
        _("本年新开工、未取消的项目的总投资之和；总投资未填的计0。"),
        partial(_started, _year),
        by_place=_moved("started_year_wan", _year, count=_invested),
        unit=Unit.WAN,
    ),
    _measure(
        "started_month", _("本月新开工"), _STARTED, partial(_started, _month), by_place=_moved("started_month", _month)
    ),
    _measure("completed_year", _("本年竣工"), _COMPLETED, partial(_completed, _year)),
    _measure("completed_month", _("本月竣工"), _COMPLETED, partial(_completed, _month)),
    _measure(
        "over_duty_line",
        _("500万元以上项目"),
        _("总投资500万元及以上、月末未取消的项目，须落实责任包联。"),
        _over_line,
    ),
    _measure("key", _("省市重点项目"), _("重点级别为省或市、月末未取消的项目。"), _key),
    _measure(
        "in_statistics",
        _("已入统项目"),
        _("入统月份不晚于本月、未取消的项目；以统计部门反馈为准。"),
        _in_statistics,
    ),
    _measure(
        "started_in_statistics",
        _("已开工且入统项目"),
        _("月末处在“开工”及以上阶段，且入统月份不晚于本月、未取消的项目。"),
        _started_in_statistics,
    ),
    _measure(
        "started_in_statistics_year",
        _("本年新开工且入统"),
        _("本年新开工，且入统月份不晚于本月、未取消的项目。"),
        _started_in_statistics_year,
        by_place=_moved("started_in_statistics_year", _year, statistics=True),
    ),
)
