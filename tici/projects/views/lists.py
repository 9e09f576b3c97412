"""The register of projects, and the board of the five rungs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tici.accounts.permissions import Permission, may, require
from tici.accounts.requests import Request
from tici.core.registers import Column, Filter, Kind, Register, by_choices
from tici.places.models import Place
from tici.projects import queries
from tici.projects.models import Category, Level, Project, Stage

CARDS = 8  # so many projects are shown on each rung of the board

# Investment from (included) to (left out), 万元.
RANGES: dict[str, tuple[Any, Decimal | None, Decimal | None]] = {
    "duty": (_("500万元及以上"), Decimal(500), None),
    "under": (_("500万元以下"), None, Decimal(500)),
    "500-5000": (_("500万元—5000万元"), Decimal(500), Decimal(5000)),
    "5000-10000": (_("5000万元—1亿元"), Decimal(5000), Decimal(10_000)),
    "10000-": (_("1亿元及以上"), Decimal(10_000), None),
    "100000-": (_("10亿元及以上"), Decimal(100_000), None),
    "none": (_("未填"), None, None),
}
STATES = (("kept", _("在册")), ("cancelled", _("已取消")), ("all", _("全部(含已取消)")))
KNOWN = {
    "started": (_("已开工"), {"started_on__isnull": False}),
    "unstarted": (_("未开工"), {"started_on__isnull": True}),
}
ENTERED = {
    "yes": (_("已入统"), {"statistics_on__isnull": False}),
    "no": (_("未入统"), {"statistics_on__isnull": True}),
}


def _in_place(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """Projects in a place and in the places inside it; the places are looked up first, being few."""
    path = Place.objects.filter(code=code).values_list("path", flat=True).first()
    return rows if path is None else rows.filter(place__in=_ids_within(path))


def _seen(place: Place | None) -> QuerySet[Project]:
    """Projects in a person's place and in the places inside it; asked for by no place where these are all there are."""
    if place is None:
        return Project.objects.none()
    if place.parent_id is None and not Place.objects.exclude(path__startswith=place.path).exists():
        return Project.objects.all()
    return Project.objects.filter(place__in=_ids_within(place.path))


def _ids_within(path: str) -> list[int]:
    return list(Place.objects.filter(path__startswith=path).order_by().values_list("pk", flat=True))


def _invested(rows: QuerySet[Any], name: str) -> QuerySet[Any]:
    if name not in RANGES:
        return rows
    _label, least, below = RANGES[name]
    if least is None and below is None:
        return rows.filter(investment_wan__isnull=True)
    if least is not None:
        rows = rows.filter(investment_wan__gte=least)
    return rows if below is None else rows.filter(investment_wan__lt=below)


def _kept(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    match state:
        case "kept":
            return rows.filter(cancelled_on__isnull=True)
        case "cancelled":
            return rows.filter(cancelled_on__isnull=False)
    return rows


def _of_category(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Projects of a category in a year; the value is written 2021-to_start."""
    year, _dash, category = value.partition("-")
    if not (year.isascii() and year.isdecimal()) or len(year) != 4 or category not in Category.values:
        return rows
    return rows.filter(queries.of_category(int(year), category))


def _years(request: HttpRequest) -> list[int]:
    """The years of plans, asked for once a request."""
    if (known := getattr(request, "plan_years", None)) is None:
        known = request.plan_years = queries.years()  # type: ignore[attr-defined]
    return known


def _categories(request: HttpRequest) -> list[tuple[str, Any]]:
    return [
        (f"{year}-{category}", _("%(year)s年%(category)s") % {"year": year, "category": label})
        for year in _years(request)
        for category, label in Category.choices
    ]


def _choice(name: str, label: Any, known: dict[str, tuple[Any, dict[str, Any]]]) -> Filter:
    return Filter(
        name,
        label,
        lambda request: [(value, text) for value, (text, _condition) in known.items()],
        lambda rows, value: rows.filter(**known[value][1]) if value in known else rows,
    )


REGISTER = Register(
    name="projects",
    title=_("项目台账"),
    columns=(
        Column("name", _("项目名称"), link="pk", link_url="desk:project"),
        Column("place__short_name", _("县（市、区）"), sort="place__position"),
        Column("owner__name", _("业主单位")),
        Column("investment_wan", _("总投资(万元)"), Kind.WAN),
        Column("stage", _("阶段"), Kind.STAGE, choices=tuple(Stage.choices), sort="rung"),
        Column("plan__category", _("年度类别"), choices=tuple(Category.choices)),
        Column("plan__plan_wan", _("年度计划投资(万元)"), Kind.WAN),
        Column("level", _("重点级别"), choices=tuple(Level.choices)),
        Column("started_on", _("实际开工"), Kind.DATE),
        Column("statistics_on", _("入统月份"), Kind.MONTH),
        Column("code", _("项目代码"), Kind.CODE, is_shown=False),
        Column("owner__uscc", _("统一社会信用代码"), Kind.CODE, is_shown=False),
        Column("site", _("建设地点"), is_shown=False),
        Column("industry", _("项目行业"), is_shown=False),
        Column("cluster", _("所属产业链(集群)"), is_shown=False),
        Column("nature", _("建设性质"), is_shown=False),
        Column("content", _("建设内容及规模"), is_sortable=False, is_shown=False),
        Column("capacity", _("建成后新增能力"), is_sortable=False, is_shown=False),
        Column("equipment_wan", _("其中设备投资(万元)"), Kind.WAN, is_shown=False),
        Column("fund_source", _("资金来源及说明"), is_sortable=False, is_shown=False),
        Column("output_wan", _("达效后年产值(万元)"), Kind.WAN, is_shown=False),
        Column("tax_wan", _("达效后年税收(万元)"), Kind.WAN, is_shown=False),
        Column("jobs", _("达效后用工(人)"), Kind.COUNT, is_shown=False),
        Column("signed_on", _("签约日期"), Kind.DATE, is_shown=False),
        Column("planned_start_on", _("计划开工"), Kind.DATE, is_shown=False),
        Column("planned_finish_on", _("计划竣工"), Kind.DATE, is_shown=False),
        Column("completed_on", _("实际竣工"), Kind.DATE, is_shown=False),
        Column("performing_on", _("达效日期"), Kind.DATE, is_shown=False),
        Column("statistics_code", _("统计代码"), Kind.CODE, is_shown=False),
        Column("oc4ids", _("OC4IDS状态"), Kind.CODE, is_sortable=False, is_shown=False),
        Column("cancelled_on", _("取消日期"), Kind.DATE, is_shown=False),
        Column("cancel_reason", _("取消原因"), is_sortable=False, is_shown=False),
        Column("highlight", _("亮点"), is_sortable=False, is_shown=False),
        Column("remark", _("备注"), is_sortable=False, is_shown=False),
    ),
    filters=(
        Filter(
            "place",
            _("县（市、区）"),
            lambda request: [(place.code, place.short_name) for place in queries.counties_of(request.user)],  # type: ignore[arg-type]
            _in_place,
        ),
        by_choices("stage", _("阶段"), Stage),
        Filter("category", _("年度类别"), _categories, _of_category),
        by_choices("level", _("重点级别"), Level),
        Filter(
            "investment",
            _("总投资"),
            lambda request: [(name, label) for name, (label, _least, _below) in RANGES.items()],
            _invested,
        ),
        _choice("start", _("开工"), KNOWN),
        _choice("statistics", _("入统"), ENTERED),
        Filter("state", _("状态"), lambda request: STATES, _kept, default="kept"),
    ),
    empty=_("将县区台账放入“投递箱”，或点“新增项目”逐个登记。"),
    template="projects/register.html",
)


@login_required
@require_safe
def register(request: Request) -> HttpResponseBase:
    person = request.user
    require(person, Permission.PROJECT_VIEW)
    years = _years(request)
    rows = queries.with_plan(queries.with_status(_seen(person.place)), years[0] if years else 0)
    may_enter = person.place is not None and may(person, Permission.PROJECT_EDIT, person.place)
    return REGISTER.page(request, rows, may_enter=may_enter, plan_year=years[0] if years else None)


@login_required
@require_safe
def board(request: Request) -> HttpResponse:
    """The five rungs with counts and money, and the largest projects on each."""
    person = request.user
    require(person, Permission.PROJECT_VIEW)
    visible = Place.objects.within(person.place) if person.place else Place.objects.none()
    code = request.GET.get("place", "")
    place = get_object_or_404(visible, code=code) if code else person.place
    if place is None:
        return render(request, "projects/board.html", {"place": None, "counties": [], "rungs": []})
    largest = queries.largest_on_rungs(place, person, CARDS)
    rungs = [(rung, largest[rung.stage]) for rung in queries.ladder_of(place, person)]
    context = {"place": place, "counties": queries.counties_of(person), "rungs": rungs}
    return render(request, "projects/board.html", context)
