"""The numbers of a month: plan, investment, starts, entries into statistics, lights, and how complete returns are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext_lazy as _

from tici.core.measures import Measure, Scope, Unit
from tici.core.registers import Column, Kind
from tici.projects.models import DUTY_LINE_WAN, KEY_LEVELS, Category, Project, ProjectQuerySet, Stage
from tici.returns import queries, rules
from tici.returns.models import Colour, Entry, Light, LightKind
from tici.returns.queries import Sums

Value = Decimal | int | None


@dataclass(frozen=True)
class Reason(Column):
    """Why a light is shown, in words with figures."""

    def shown(self, value: Any) -> Any:
        """The sentence of a light's reason, as the rule put it when the light was set."""
        since = date.fromisoformat(value["since"]) if value["since"] else None
        return rules.light_sentence(value["reason"], value["facts"], since)


ENTRY_COLUMNS = (
    Column("project__name", _("项目名称"), link="project_id", link_url="desk:project"),
    Column("place__short_name", _("地区"), link="vintage__filing_id", link_url="returns:filing"),
    Column("plan_year_wan", _("年度计划(万元)"), Kind.WAN),
    Column("done_month_wan", _("本月完成(万元)"), Kind.WAN),
    Column("done_ytd_wan", _("本年累计(万元)"), Kind.WAN),
    Column("done_ytd_last_year_wan", _("上年同期累计(万元)"), Kind.WAN),
    Column("done_total_wan", _("开工以来累计(万元)"), Kind.WAN),
    Column("progress_text", _("形象进度"), is_sortable=False),
)
PROJECT_COLUMNS = (
    Column("name", _("项目名称"), link="pk", link_url="desk:project"),
    Column("place__short_name", _("地区")),
    Column("investment_wan", _("总投资(万元)"), Kind.WAN),
    Column("stage", _("阶段"), Kind.STAGE, choices=tuple(Stage.choices)),
    Column("category", _("年度类别"), choices=tuple(Category.choices)),
    Column("planned_start_on", _("计划开工"), Kind.DATE),
    Column("started_on", _("实际开工"), Kind.DATE),
    Column("statistics_on", _("入统月份"), Kind.MONTH),
)
PLAN_COLUMNS = (
    *PROJECT_COLUMNS[:3],
    Column("plan_wan", _("年度计划(万元)"), Kind.WAN),
    Column("done_ytd_wan", _("本年累计(万元)"), Kind.WAN),
    Column("done_month_wan", _("本月完成(万元)"), Kind.WAN),
)
LIGHT_COLUMNS = (
    Column("project__name", _("项目名称"), link="project_id", link_url="desk:project"),
    Column("place__short_name", _("地区")),
    Column("kind", _("类别"), choices=tuple(LightKind.choices)),
    Column("colour", _("灯色"), Kind.LIGHT, choices=tuple(Colour.choices)),
    Reason("words", _("原因"), is_sortable=False),
)


def _projects(scope: Scope) -> ProjectQuerySet:
    """The projects of a scope that were not cancelled, each with its year's category and plan and its figures."""
    month = scope.month
    rows = Project.objects.visible_to(scope.person).within(scope.place).filter(queries.alive_at(month))
    return rows.alias(
        plan_of_year=FilteredRelation("years", condition=Q(years__year=month.year)),
        now=FilteredRelation("entries", condition=Q(entries__month_on=month.first, entries__is_current=True)),
    ).annotate(
        category=F("plan_of_year__category"),
        plan_wan=Coalesce("now__plan_year_wan", "plan_of_year__plan_wan"),
        done_ytd_wan=F("now__done_ytd_wan"),
        done_month_wan=F("now__done_month_wan"),
    )


def _entries(scope: Scope) -> QuerySet[Entry]:
    rows = Entry.objects.visible_to(scope.person).current(scope.month)
    return rows.filter(
        queries.alive_at(scope.month, "project__"), project__place__path__startswith=scope.place.path
    ).select_related("project", "place")


def _planned(scope: Scope) -> ProjectQuerySet:
    """The projects behind plan and completion: those of the places that reported, whether each of them did or not."""
    reported = Entry.objects.current(scope.month).filter(project__place=OuterRef("place"))
    return _projects(scope).filter(Exists(reported), Q(plan_wan__isnull=False) | Q(done_ytd_wan__isnull=False))


def _key_planned(scope: Scope) -> ProjectQuerySet:
    return _planned(scope).filter(level__in=KEY_LEVELS)


def _expected(scope: Scope) -> ProjectQuerySet:
    return _projects(scope).filter(queries.expected_in("plan_of_year", "now"))


def _reporting(scope: Scope) -> ProjectQuerySet:
    return _expected(scope).filter(Q(now__pk__isnull=False))


def _unreported(scope: Scope) -> ProjectQuerySet:
    return _expected(scope).filter(Q(now__pk__isnull=True))


def _due_starts(scope: Scope) -> ProjectQuerySet:
    return _projects(scope).filter(queries.due_to_start(scope.month, "plan_of_year__category"))


def _started(scope: Scope) -> ProjectQuerySet:
    return _due_starts(scope).filter(queries.started_by(scope.month))


def _due_entries(scope: Scope) -> ProjectQuerySet:
    return _projects(scope).filter(queries.started_by(scope.month), investment_wan__gte=DUTY_LINE_WAN)


def _entered(scope: Scope) -> ProjectQuerySet:
    return _due_entries(scope).filter(statistics_on__lte=scope.month.last)


def _with_pair(scope: Scope) -> QuerySet[Entry]:
    return _entries(scope).filter(done_ytd_last_year_wan__isnull=False, done_ytd_wan__isnull=False)


def _given(column: str) -> Callable[[Scope], QuerySet[Entry]]:
    return lambda scope: _entries(scope).filter(**{f"{column}__isnull": False})


def _key_done(scope: Scope) -> QuerySet[Entry]:
    return _given("done_ytd_wan")(scope).filter(project__level__in=KEY_LEVELS)


def with_reasons(lights: QuerySet[Light]) -> QuerySet[Light]:
    """Lights with what the sentence of their reason is made of (``Reason``)."""
    return lights.annotate(words=JSONObject(reason="reason", facts="facts", since="rule_since"))


def _lights(colour: str) -> Callable[[Scope], QuerySet[Light]]:
    def rows(scope: Scope) -> QuerySet[Light]:
        seen = Project.objects.visible_to(scope.person).within(scope.place).filter(queries.alive_at(scope.month))
        return with_reasons(Light.objects.filter(month_on=scope.month.first, colour=colour, project__in=seen))

    return rows


def _measure(
    name: str,
    label: Any,
    unit: Unit,
    basis: Any,
    of: Callable[[Sums, Scope], Value],
    rows: Callable[[Scope], QuerySet[Any]],
    columns: tuple[Column, ...] = PROJECT_COLUMNS,
    rule: str = "",
) -> Measure:
    def value(scope: Scope) -> Value:
        return of(queries.county_sums(scope)[scope.place.pk], scope)

    def by_county(scope: Scope) -> dict[int, Value]:
        counties = {place.pk for place in scope.counties} - {scope.place.pk}
        return {pk: of(sums, scope) for pk, sums in queries.county_sums(scope).items() if pk in counties}

    return Measure(f"returns.{name}", label, unit, basis, value, by_county, rows, columns, rule)


MONTHS: tuple[Measure, ...] = (
    _measure(
        "plan", _("年度计划投资"), Unit.WAN,
        _("已报送县（市、区）项目的年度计划投资之和：本月报了年度计划的按月报，没有报的按台账；已取消项目不计。"),
        lambda sums, scope: sums.plan_wan, _planned, PLAN_COLUMNS,
    ),
    _measure(
        "done_ytd", _("累计完成投资"), Unit.WAN,
        _("年初至本月底各项目上报的累计完成投资之和，按现行版次；已取消项目和未报送的县（市、区）不计。"),
        lambda sums, scope: sums.done_ytd_wan, _given("done_ytd_wan"), ENTRY_COLUMNS,
    ),
    _measure(
        "completion_rate", _("投资完成率"), Unit.RATE,
        _("累计完成投资÷年度计划投资，先求和再相除，超过100%如实显示；未报送的县（市、区）不计，没有计划的不计算。"),
        lambda sums, scope: sums.completion_rate, _planned, PLAN_COLUMNS,
    ),
    _measure(
        "key_done_ytd", _("省市重点项目累计完成投资"), Unit.WAN,
        _("重点级别为省或市的项目，年初至本月底上报的累计完成投资之和；已取消项目和未报送的县（市、区）不计。"),
        lambda sums, scope: sums.key_done_ytd_wan, _key_done, ENTRY_COLUMNS,
    ),
    _measure(
        "key_completion_rate", _("省市重点项目投资完成率"), Unit.RATE,
        _("重点级别为省或市的项目：累计完成投资÷年度计划投资，先求和再相除，超过100%如实显示；未报送的县（市、区）不计。"),
        lambda sums, scope: sums.key_completion_rate, _key_planned, PLAN_COLUMNS,
    ),
    _measure(
        "lag", _("序时差"), Unit.POINTS,
        _("投资完成率减去序时进度（本年已过月数÷12），单位个百分点；负数为落后。"),
        lambda sums, scope: sums.schedule_gap(scope.month), _planned, PLAN_COLUMNS,
    ),
    _measure(
        "done_month", _("本月完成投资"), Unit.WAN,
        _("各项目上报的本月完成投资之和，按现行版次；不由累计数倒推，未填本月数的项目不计。"),
        lambda sums, scope: sums.done_month_wan, _given("done_month_wan"), ENTRY_COLUMNS,
    ),
    _measure(
        "same_period", _("上年同期累计完成投资"), Unit.WAN,
        _("同时上报了本年累计和上年同期累计的项目，上年同期累计之和。"),
        lambda sums, scope: sums.pair_then_wan, _with_pair, ENTRY_COLUMNS,
    ),
    _measure(
        "growth_rate", _("累计完成投资同比"), Unit.RATE,
        _("同时上报了本年累计和上年同期累计的项目：本年累计之和÷上年同期之和－1。"),
        lambda sums, scope: sums.growth_rate, _with_pair, ENTRY_COLUMNS,
    ),
    _measure(
        "due_starts", _("应开工项目"), Unit.COUNT,
        _("本年度计划开工类项目中，计划开工时间不晚于本月的；只填季度、年度的按期末，未填的按年底；已取消的不计。"),
        lambda sums, scope: sums.due_starts, _due_starts,
    ),
    _measure(
        "started", _("已开工项目"), Unit.COUNT,
        _("应开工项目中截至本月底已开工的：以实际开工时间为准，未填时间的以阶段为准。"),
        lambda sums, scope: sums.started, _started,
    ),
    _measure(
        "start_rate", _("开工率"), Unit.RATE, _("已开工项目÷应开工项目；没有应开工项目的不计算。"),
        lambda sums, scope: sums.start_rate, _due_starts,
    ),
    _measure(
        "due_entries", _("应入统项目"), Unit.COUNT, _("截至本月底已开工、总投资500万元及以上的项目；已取消的不计。"),
        lambda sums, scope: sums.due_entries, _due_entries,
    ),
    _measure(
        "entered", _("已入统项目"), Unit.COUNT, _("应入统项目中截至本月底已入统的。"),
        lambda sums, scope: sums.entered, _entered,
    ),
    _measure(
        "statistics_rate", _("入统率"), Unit.RATE, _("已入统项目÷应入统项目；没有应入统项目的不计算。"),
        lambda sums, scope: sums.entry_rate, _due_entries,
    ),
    _measure(
        "red", _("红灯"), Unit.COUNT, _("本月底亮红灯的盏数，一个项目的开工、进度、入统各计一盏。"),
        lambda sums, scope: sums.red, _lights(Colour.RED), LIGHT_COLUMNS, "returns/lights",
    ),
    _measure(
        "yellow", _("黄灯"), Unit.COUNT, _("本月底亮黄灯的盏数，一个项目的开工、进度、入统各计一盏。"),
        lambda sums, scope: sums.yellow, _lights(Colour.YELLOW), LIGHT_COLUMNS, "returns/lights",
    ),
    _measure(
        "expected", _("应报项目"), Unit.COUNT, _("列入本年度计划、正在建设或已报本月数据的项目；已取消的不计。"),
        lambda sums, scope: sums.expected, _expected,
    ),
    _measure(
        "reporting", _("已报项目"), Unit.COUNT, _("应报项目中本月已有填报的。"),
        lambda sums, scope: sums.reported, _reporting,
    ),
    _measure(
        "unreported", _("未报项目"), Unit.COUNT, _("应报项目中本月还没有填报的。"),
        lambda sums, scope: sums.expected - sums.reported, _unreported,
    ),
    _measure(
        "reporting_rate", _("填报完整率"), Unit.RATE, _("已报项目÷应报项目。"),
        lambda sums, scope: sums.reporting_rate, _expected,
    ),
    _measure(
        "total", _("调度项目总投资"), Unit.WAN, _("应报项目的总投资之和；已取消的不计。"),
        lambda sums, scope: sums.total_wan, _expected,
    ),
)  # fmt: skip
