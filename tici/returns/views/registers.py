"""Lists over all filings: the entries of a month, and its lights."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.core.registers import Column, Filter, Kind, Register, by_choices
from tici.places.models import Place
from tici.projects.models import Project
from tici.returns import queries, rules
from tici.returns.measures import LIGHT_COLUMNS, with_reasons
from tici.returns.models import Colour, Entry, Finding, Light, LightKind, Severity

from .boards import asked_month


def by_finding(rows: QuerySet[Any], severity: str) -> QuerySet[Any]:
    """Entries that a check of this severity speaks of."""
    if severity not in Severity.values:
        return rows
    return rows.filter(Exists(Finding.objects.filter(entry=OuterRef("pk"), severity=severity)))


def _months(request: HttpRequest) -> list[tuple[str, str]]:
    return [(str(month), str(month)) for month in queries.months_with_filings()]


def _places(request: HttpRequest) -> list[tuple[str, str]]:
    own = request.user.place  # type: ignore[union-attr]
    return [(place.code, place.short_name) for place in Place.objects.within(own).county_level()] if own else []


def _in_place(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    return rows.filter(project__place__path__contains=f"{code}/")


def _as_they_are(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows  # the month chooses the rows before the register narrows them


MONTH = Filter("month", _("月份"), _months, _as_they_are)
COUNTY = Filter("place", _("地区"), _places, _in_place)

ENTRY_COLUMNS = (
    Column("project__name", _("项目名称"), link="project_id", link_url="desk:project"),
    Column("project__code", _("项目代码"), Kind.CODE, is_shown=False),
    Column("place__short_name", _("报送单位"), link="vintage__filing_id", link_url="returns:filing"),
    Column("month_on", _("月份"), Kind.MONTH, is_shown=False),
    Column("project__investment_wan", _("总投资(万元)"), Kind.WAN),
    Column("plan_year_wan", _("年度计划(万元)"), Kind.WAN),
    Column("plan_month_wan", _("本月计划(万元)"), Kind.WAN, is_shown=False),
    Column("done_month_wan", _("本月完成(万元)"), Kind.WAN),
    Column("done_ytd_wan", _("本年累计(万元)"), Kind.WAN),
    Column("done_total_wan", _("开工以来累计(万元)"), Kind.WAN),
    Column("done_ytd_last_year_wan", _("上年同期累计(万元)"), Kind.WAN, is_shown=False),
    Column("funds_total_wan", _("到位资金(万元)"), Kind.WAN, is_shown=False),
    Column("completion_rate_given", _("上报完成率"), Kind.RATE, is_shown=False),
    Column("progress_text", _("形象进度"), is_sortable=False),
    Column("next_text", _("下月安排"), is_sortable=False, is_shown=False),
    Column("problem_text", _("存在问题"), is_sortable=False),
    Column("request_text", _("需协调事项"), is_sortable=False, is_shown=False),
)
ENTRIES = Register(
    name="entries",
    title=_("月度填报"),
    columns=ENTRY_COLUMNS,
    filters=(
        MONTH,
        COUNTY,
        Filter("finding", _("审核提示"), lambda request: Severity.choices, by_finding),
    ),
    is_searchable=False,
    order="pk",
    empty=_("本月还没有报送。请等待报送，或更换月份。"),
)


LIGHTS = Register(
    name="lights",
    title=_("亮灯"),
    columns=(
        *LIGHT_COLUMNS,
        Column("project__investment_wan", _("总投资(万元)"), Kind.WAN),
        Column("rule_since", _("规则起用"), Kind.DATE, is_shown=False),
    ),
    filters=(MONTH, COUNTY, by_choices("kind", _("类别"), LightKind), by_choices("colour", _("灯色"), Colour)),
    is_searchable=False,
    order="pk",
    template="returns/lights.html",
    empty=_("本月没有亮黄灯、红灯的项目。"),
)


@login_required
@require_safe
def entries(request: Request) -> HttpResponseBase:
    require(request.user, Permission.RETURN_VIEW)
    month = asked_month(request)
    return ENTRIES.page(request, Entry.objects.visible_to(request.user).current(month), month=month)


@login_required
@require_safe
def lights(request: Request) -> HttpResponseBase:
    require(request.user, Permission.RETURN_VIEW)
    month = asked_month(request)
    seen = Project.objects.visible_to(request.user).filter(queries.alive_at(month))
    rows = with_reasons(Light.objects.filter(month_on=month.first, project__in=seen))
    rule, _limits = rules.thresholds_on(month.last)
    return LIGHTS.page(request, rows, month=month, rule=rule)
