"""The cultivation pool: the list, who may leave the library, the net forecast, the monthly circular, the windows."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Case, CharField, DateField, F, Func, IntegerField, QuerySet, Value, When
from django.db.models.functions import Cast, Concat
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tici.accounts.permissions import Permission, holds, require
from tici.accounts.requests import Request
from tici.core.exports import sheet_response
from tici.core.refusals import settled
from tici.core.registers import Column, Filter, Kind, Register, by_choices
from tici.engines.periods import Month
from tici.enterprises import actions
from tici.enterprises.forms import ForgetWindowForm, WindowForm
from tici.enterprises.models import (
    Band,
    Candidacy,
    EntryWindowDay,
    ExitRisk,
    Method,
    PoolKind,
    PoolState,
    Window,
)
from tici.enterprises.queries import pool as queries
from tici.enterprises.rules import pool as rules
from tici.places.models import Place

from .changes import asked
from .lists import counties_of, in_place_of

OPEN, ALL, HIGH = "open", "all", "high"
NAME = gettext_lazy("企业名称")
COUNTY = Column("place__short_name", gettext_lazy("县（市、区）"), is_sortable=False)  # it narrows by county instead
COLUMNS = (
    Column("enterprise__name", NAME, link="pk", link_url="enterprises:candidacy", is_sortable=False),
    COUNTY,
    Column("kind", gettext_lazy("类别"), choices=tuple(PoolKind.choices), is_sortable=False),
    Column("state", gettext_lazy("状态"), choices=tuple(PoolState.choices), is_sortable=False),
    Column("chance", gettext_lazy("过线概率"), Kind.RATE),
    Column("band", gettext_lazy("过线可能"), choices=tuple(Band.choices), is_sortable=False),
    Column("year_wan", gettext_lazy("近一年营业收入(万元)"), Kind.WAN, is_sortable=False),
    Column("line_wan", gettext_lazy("标准(万元)"), Kind.WAN, is_sortable=False),
    Column("window", gettext_lazy("下一窗口"), choices=tuple(Window.choices), is_sortable=False),
    Column("days_left", gettext_lazy("距窗口(天)"), Kind.COUNT, sort="closes_on"),
    Column("papers_ready", gettext_lazy("材料"), is_sortable=False),
    Column("blocker", gettext_lazy("卡点"), is_sortable=False),
    Column("post__title", gettext_lazy("包联岗位"), is_sortable=False, is_shown=False),
    Column("department__name", gettext_lazy("责任单位"), is_sortable=False, is_shown=False),
    Column("since", gettext_lazy("入池日期"), Kind.DATE, is_sortable=False, is_shown=False),
    Column("as_of", gettext_lazy("数据截至"), Kind.MONTH, is_sortable=False, is_shown=False),
)
RISK_COLUMNS = (
    Column("enterprise__name", NAME, link="enterprise_id", link_url="desk:enterprise", is_sortable=False),
    COUNTY,
    Column("chance", gettext_lazy("退规风险"), Kind.RATE),
    Column("rolling_wan", gettext_lazy("近12个月营业收入(万元)"), Kind.WAN, is_sortable=False),
    Column("expected_wan", gettext_lazy("三个月后预计(万元)"), Kind.WAN, is_sortable=False),
    Column("line_wan", gettext_lazy("标准(万元)"), Kind.WAN, is_sortable=False),
    Column("method", gettext_lazy("测算方法"), choices=tuple(Method.choices), is_sortable=False),
    Column("as_of", gettext_lazy("数据截至"), Kind.MONTH, is_sortable=False),
)


def _of_state(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    if value == OPEN:
        return rows.filter(state__in=rules.OPEN)
    return rows.filter(state=value) if value in PoolState.values else rows


def _states(request: Any) -> list[tuple[str, Any]]:
    return [(OPEN, _("在培育")), *PoolState.choices, (ALL, _("全部"))]


def _windows(request: Any) -> list[tuple[str, Any]]:
    return [*Window.choices, ("none", _("窗口未定"))]


def _of_window(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    if value == "none":
        return rows.filter(window="")
    return rows.filter(window=value) if value in Window.values else rows


def _papers(request: Any) -> list[tuple[str, Any]]:
    return [("ready", _("材料齐未申报"))]


def _of_papers(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(queries.READY) if value == "ready" else rows


def _steps(request: Any) -> list[tuple[str, Any]]:
    words = {"proposed": _("新列入"), "entered": _("入统"), "refused": _("未通过"), "left": _("退出")}
    months = queries.months_moved()[:12]
    return [(f"{month}.{step}", f"{month} {label}") for month in months for step, label in words.items()]


def _of_step(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Those that took a step in a month, as ``2021-11.entered``."""
    month, _dot, step = value.partition(".")
    try:
        return queries.stepped(rows, step, Month.parse(month)) if step in queries.STEPS else rows
    except ValueError:
        return rows


def _of_blocker(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    known = {"yes": rows.exclude(blocker=""), "no": rows.filter(blocker="")}
    return known.get(value, rows)


def _risks(request: Any) -> list[tuple[str, Any]]:
    return [(HIGH, _("较高")), (ALL, _("全部"))]


def _of_risk(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(chance__gte=rules.setting("risk_shown")) if value == HIGH else rows


REGISTER = Register(
    name="pool",
    title=gettext_lazy("培育库"),
    columns=COLUMNS,
    filters=(
        Filter("place", gettext_lazy("县（市、区）"), counties_of, in_place_of("place")),
        Filter("state", gettext_lazy("状态"), _states, _of_state, default=OPEN),
        by_choices("kind", gettext_lazy("类别"), PoolKind),
        by_choices("band", gettext_lazy("过线可能"), Band),
        Filter("window", gettext_lazy("下一窗口"), _windows, _of_window),
        Filter(
            "blocker", gettext_lazy("卡点"), lambda request: [("yes", _("有卡点")), ("no", _("无卡点"))], _of_blocker
        ),
        Filter("papers", gettext_lazy("材料"), _papers, _of_papers),
        Filter("step", gettext_lazy("办理"), _steps, _of_step),
    ),
    order="-chance",
    template="enterprises/pool.html",
    empty=gettext_lazy("培育库每夜按分月数据、年度数据、项目和退库记录自动列入，也可点“重新摸排”。"),
)
RISKS = Register(
    name="risks",
    title=gettext_lazy("退规风险"),
    columns=RISK_COLUMNS,
    filters=(
        Filter("place", gettext_lazy("县（市、区）"), counties_of, in_place_of("place")),
        Filter("risk", gettext_lazy("退规风险"), _risks, _of_risk, default=HIGH),
    ),
    is_searchable=False,
    order="-chance",
    template="enterprises/pool_risks.html",
    empty=gettext_lazy("没有企业的退规风险达到列出的分值。"),
)


class _Days(Func):
    """How many days lie between two days."""

    template, arg_joiner, output_field = "(%(expressions)s)", " - ", IntegerField()


def with_shown(rows: QuerySet[Candidacy], on: date) -> QuerySet[Any]:
    """Candidacies with the days to their window while it is open, and the papers ready of those asked."""
    days = Case(When(closes_on__gte=on, then=_Days(F("closes_on"), Value(on, output_field=DateField()))))
    ready = Concat(
        Cast("papers_shown", CharField()), Value(" / "), Cast("papers_asked", CharField()), output_field=CharField()
    )
    return rows.annotate(days_left=days, papers_ready=ready)


@login_required
@require_safe
def pool(request: Request) -> HttpResponseBase:
    """Every candidate, the likeliest first."""
    require(request.user, Permission.ENTERPRISE_VIEW)
    rows = with_shown(Candidacy.objects.visible_to(request.user), timezone.localdate())
    return REGISTER.page(request, rows, may_renew=holds(request.user, Permission.ENTERPRISE_MERGE))


@login_required
@require_safe
def risks(request: Request) -> HttpResponseBase:
    """Firms in the library that may be below the line three months ahead."""
    require(request.user, Permission.ENTERPRISE_VIEW)
    place, shown = request.user.place, rules.setting("risk_shown")
    inside = list(Place.objects.within(place).values_list("pk", flat=True)) if place else []
    rows = ExitRisk.objects.filter(place__in=inside)
    return RISKS.page(request, rows, shown=shown, months=rules.setting("risk_months"))


@login_required
@require_safe
def net(request: Request) -> HttpResponseBase:
    """By county what may come in and what may leave, always both together with the net."""
    require(request.user, Permission.ENTERPRISE_VIEW)
    place = request.user.place
    lines = queries.net_forecast(Place.objects.within(place).county_level(), place) if place else []
    if request.GET.get("as") == "xlsx":
        return _net_sheet(lines)
    return render(request, "enterprises/pool_net.html", {"lines": lines})


def _net_sheet(lines: list[queries.NetForecast]) -> HttpResponseBase:
    labels = (_("在培育(户)"), _("预计新增"), _("预计退出"), _("预计净增"), _("净增下限"), _("净增上限"))
    columns = [
        Column("place", _("县（市、区）")),
        *(Column(f"c{at}", label, Kind.WAN) for at, label in enumerate(labels)),
    ]
    rows = (
        [one.place.short_name, one.candidates, one.entries, one.exits, one.net, one.net_low, one.net_high]
        for one in lines
    )
    return sheet_response(_("净增预测"), columns, rows)


def _month(request: Request) -> Month:
    """The month in ``?month=``, else the newest over in which the pool moved, else the one that has just ended."""
    try:
        return Month.parse(request.GET.get("month", ""))
    except ValueError:
        ended = Month.of(timezone.localdate()) - 1
        return next((month for month in queries.months_moved() if month <= ended), ended)


@login_required
@require_safe
def circular(request: Request) -> HttpResponseBase:
    """The monthly circular of the pool by county, to print or to take away as a workbook."""
    require(request.user, Permission.ENTERPRISE_VIEW)
    place, month = request.user.place, _month(request)
    lines = queries.progress(Place.objects.within(place).county_level(), place, month) if place else []
    if request.GET.get("as") == "xlsx":
        return _circular_sheet(lines, month)
    states = [PoolState(state).label for state in rules.OPEN]
    shown = [(one, [(state, one.states[state]) for state in rules.OPEN]) for one in lines]
    may_make = holds(request.user, Permission.BRIEFING_MAKE)
    context = {"lines": shown, "states": states, "month": month, "may_make": may_make}
    return render(request, "enterprises/pool_circular.html", context)


def _circular_sheet(lines: list[queries.Progress], month: Month) -> HttpResponseBase:
    labels: list[Any] = [
        *(PoolState(state).label for state in rules.OPEN), _("本月新列入"), _("本月入统"), _("本月未通过"),
        _("本月退出"), _("材料齐未申报"), _("有卡点"), _("预计新增"), _("预计退出"), _("预计净增"),
    ]  # fmt: skip
    columns = [
        Column("place", _("县（市、区）")),
        *(Column(f"c{at}", label, Kind.WAN) for at, label in enumerate(labels)),
    ]
    rows = (
        [one.place.short_name, *(one.states[state] for state in rules.OPEN), one.proposed, one.entered, one.refused,
         one.left, one.ready, one.blocked, one.forecast.entries, one.forecast.exits, one.forecast.net]
        for one in lines
    )  # fmt: skip
    return sheet_response(_("县区培育进展通报%(month)s") % {"month": month}, columns, rows)


@login_required
@require_http_methods(["GET", "POST"])
def windows(request: Request) -> HttpResponse:
    """The windows as noted from notices, and the form that notes one."""
    require(request.user, Permission.ENTERPRISE_VIEW)
    place = request.user.place
    places = Place.objects.within(place) if place else Place.objects.none()
    may_edit = place is not None and holds(request.user, Permission.ENTERPRISE_EDIT)
    form = WindowForm(request.POST or None, places=places, initial={"place": place})
    if request.method == "POST":
        require(request.user, Permission.ENTERPRISE_EDIT)

        def note() -> None:
            actions.note_window(by=request.user, at=timezone.now(), **form.cleaned_data)

        if settled(form, note):
            messages.success(request, _("窗口已登记，下次摸排起按它测算。"))
            return redirect("enterprises:pool_windows")
    around = [code for code in place.path.split("/") if code] if place else []
    noted = EntryWindowDay.objects.filter(place__in=places) | EntryWindowDay.objects.filter(place__code__in=around)
    context = {
        "noted": noted.select_related("place").order_by("-closes_on"),
        "own": set(places.values_list("pk", flat=True)),
        "form": form,
        "may_edit": may_edit,
        "today": timezone.localdate(),
    }
    return render(request, "enterprises/pool_windows.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def forget_window(request: Request, pk: int) -> HttpResponse:
    """Take out a window that was noted wrongly, its closing day typed again."""
    places = Place.objects.within(request.user.place) if request.user.place else Place.objects.none()
    noted = get_object_or_404(EntryWindowDay.objects.select_related("place"), pk=pk, place__in=places)
    require(request.user, Permission.ENTERPRISE_EDIT, noted.place)
    form = ForgetWindowForm(request.POST or None, closes_on=noted.closes_on)
    if form.is_valid():
        actions.forget_window(noted=noted, by=request.user, at=timezone.now())
        messages.success(request, _("窗口已删除。"))
        return redirect("enterprises:pool_windows")
    crumbs = [(_("入库窗口"), reverse("enterprises:pool_windows")), (_("删除窗口"), "")]
    return asked(request, "enterprises/pool_window_remove.html", form, noted=noted, crumbs=crumbs)
