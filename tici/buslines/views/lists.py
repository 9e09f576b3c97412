"""Registers of schools and stops, vehicles, and taking lists in."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts.permissions import Permission, may, require
from tici.accounts.requests import Request
from tici.buslines import actions
from tici.buslines.forms import DayForm, ListForm, RoadsForm, TermForm, VehicleForm
from tici.buslines.models import (
    DayChange,
    ListKind,
    ReceivedList,
    RoadNetwork,
    School,
    SchoolKind,
    Stop,
    StopKind,
    Vehicle,
)
from tici.buslines.queries import lists as queries
from tici.buslines.queries.calendar import calendar_of, term_on
from tici.buslines.queries.fleet import peaks
from tici.core.exports import XLSX
from tici.core.refusals import Refused
from tici.core.registers import Column, Kind, Register, by_choices

SCHOOLS = Register(
    name="schools",
    title=gettext_lazy("学校与幼儿园"),
    columns=(
        Column("name", gettext_lazy("学校名称"), link="pk", link_url="buslines:school"),
        Column("code", gettext_lazy("学校代码"), Kind.CODE),
        Column("kind", gettext_lazy("类别"), choices=tuple(SchoolKind.choices)),
        Column("place__short_name", gettext_lazy("县（市、区）"), sort="place__position"),
        Column("arrive_by", gettext_lazy("上课时间")),
        Column("dismiss_at", gettext_lazy("放学时间")),
        Column("wished", gettext_lazy("需求学生"), Kind.COUNT),
        Column("longitude", gettext_lazy("校门经度"), is_shown=False),
        Column("latitude", gettext_lazy("校门纬度"), is_shown=False),
    ),
    filters=(by_choices("kind", gettext_lazy("类别"), SchoolKind),),
    order="code",
    empty=gettext_lazy("还没有学校。点“导入清单”，放入学校名录。"),
    template="buslines/register.html",
)
STOPS = Register(
    name="bus_stops",
    title=gettext_lazy("站点"),
    columns=(
        Column("name", gettext_lazy("站点名称"), link="pk", link_url="buslines:stop"),
        Column("code", gettext_lazy("站点代码"), Kind.CODE),
        Column("kind", gettext_lazy("类别"), choices=tuple(StopKind.choices)),
        Column("place__short_name", gettext_lazy("县（市、区）"), sort="place__position"),
        Column("side", gettext_lazy("路侧")),
        Column(
            "has_shelter", gettext_lazy("候车处"), choices=((True, gettext_lazy("有")), (False, gettext_lazy("无")))
        ),
        Column("safety", gettext_lazy("安全提示")),
        Column(
            "is_closed", gettext_lazy("状态"), choices=((True, gettext_lazy("停用")), (False, gettext_lazy("可用")))
        ),
        Column("longitude", gettext_lazy("经度"), is_shown=False),
        Column("latitude", gettext_lazy("纬度"), is_shown=False),
    ),
    filters=(by_choices("kind", gettext_lazy("类别"), StopKind),),
    order="code",
    empty=gettext_lazy("还没有站点。点“导入清单”，放入站点登记表。"),
    template="buslines/register.html",
)


def may_edit(request: Request) -> bool:
    """Whether the person keeps the lists of school lines."""
    place = request.user.place
    return place is not None and may(request.user, Permission.LINE_EDIT, place)


@login_required
@require_safe
def schools(request: Request) -> HttpResponseBase:
    require(request.user, Permission.LINE_VIEW)
    return SCHOOLS.page(
        request, queries.with_wishes(School.objects.visible_to(request.user)), may_edit=may_edit(request)
    )


@login_required
@require_safe
def stops(request: Request) -> HttpResponseBase:
    require(request.user, Permission.LINE_VIEW)
    return STOPS.page(request, Stop.objects.visible_to(request.user), may_edit=may_edit(request))


@login_required
@require_safe
def stop(request: Request, pk: int) -> HttpResponse:
    """One stop: what it is, and which lines call there."""
    require(request.user, Permission.LINE_VIEW)
    shown = get_object_or_404(Stop.objects.visible_to(request.user).select_related("place"), pk=pk)
    context = {"stop": shown, "calls": queries.calls_at(shown), "may_edit": may_edit(request)}
    return render(request, "buslines/stop.html", context)


@login_required
@require_POST
def close_stop(request: Request, pk: int) -> HttpResponse:
    """Take a stop out of use, or back."""
    shown = get_object_or_404(Stop.objects.visible_to(request.user).select_related("place"), pk=pk)
    require(request.user, Permission.LINE_EDIT, shown.place)
    held = actions.close_stop(
        stop=shown, is_closed=request.POST.get("closed") == "1", by=request.user, at=timezone.now()
    )
    messages.success(request, _("站点已停用，可恢复。") if held.is_closed else _("站点已恢复。"))
    return redirect(shown)


@login_required
@require_http_methods(["GET", "POST"])
def take(request: Request) -> HttpResponse:
    """Take a list in: good rows go in, the others come back with the reason beside them."""
    place = request.user.place
    require(request.user, Permission.LINE_EDIT, place)
    initial = {"kind": request.GET.get("kind", ListKind.STOPS)}
    form = ListForm(request.POST or None, request.FILES or None, initial=initial)
    if form.is_valid() and place is not None:
        said = dict(form.cleaned_data)
        file, now = said.pop("file"), timezone.now()
        try:
            received = actions.receive_list(
                file, name=file.name, size=file.size, place=place, by=request.user, at=now,
                on=timezone.localdate(), **said,
            )  # fmt: skip
        except Refused as refused:
            refused.show_on(form)
        else:
            return redirect(received)
    context = {"form": form, "received": ReceivedList.objects.visible_to(request.user).select_related("upload")[:20]}
    return render(request, "buslines/take.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def received(request: Request, pk: int) -> HttpResponseBase:
    """What came of a list; ``?as=xlsx`` hands back the rows that were not taken, in their sender's layout."""
    require(request.user, Permission.LINE_EDIT)
    rows = ReceivedList.objects.visible_to(request.user).select_related("upload", "received_by")
    shown = get_object_or_404(rows, pk=pk)
    if request.GET.get("as") == "xlsx":
        name = _("退回核对-%(name)s.xlsx") % {"name": PurePath(shown.upload.name).stem}
        return FileResponse(queries.returned(shown), as_attachment=True, filename=name, content_type=XLSX)
    return render(request, "buslines/received.html", {"received": shown})


@login_required
@require_http_methods(["GET", "POST"])
def vehicles(request: Request) -> HttpResponse:
    """The types of vehicle; entered here, changed by entering the code again."""
    require(request.user, Permission.LINE_VIEW)
    form = VehicleForm(request.POST or None)
    if request.method == "POST":
        require(request.user, Permission.LINE_EDIT, request.user.place)
        if form.is_valid():
            try:
                actions.set_vehicle(by=request.user, at=timezone.now(), **form.cleaned_data)
            except Refused as refused:
                refused.show_on(form)
            else:
                messages.success(request, _("车型已保存。"))
                return redirect("buslines:vehicles")
    context = {"form": form, "vehicles": Vehicle.objects.all(), "may_edit": may_edit(request), "peaks": peaks()}
    return render(request, "buslines/vehicles.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def calendar(request: Request) -> HttpResponse:
    """School days: terms, and days on which lessons are held or not against the calendar."""
    require(request.user, Permission.LINE_VIEW)
    is_term = "first_on" in request.POST
    term_form, day_form = (
        TermForm(request.POST if is_term else None),
        DayForm(None if is_term else request.POST or None),
    )
    if request.method == "POST":
        require(request.user, Permission.LINE_EDIT, request.user.place)
        told: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        try:
            if is_term and term_form.is_valid():
                actions.open_term(**term_form.cleaned_data, **told)
                return redirect("buslines:calendar")
            if not is_term and day_form.is_valid():
                actions.change_day(**day_form.cleaned_data, **told)
                return redirect("buslines:calendar")
        except Refused as refused:
            refused.show_on(term_form)
    term = term_on(timezone.localdate())
    context = {
        "term_form": term_form, "day_form": day_form, "calendar": calendar_of(term) if term else None,
        "changes": DayChange.objects.order_by("-on")[:60], "may_edit": may_edit(request),
    }  # fmt: skip
    return render(
        request, "buslines/calendar.html", context, status=422 if term_form.errors or day_form.errors else 200
    )


@login_required
@require_http_methods(["GET", "POST"])
def roads(request: Request) -> HttpResponse:
    """Road networks: an extract handed in is read in the background; the page shows how far it has come."""
    require(request.user, Permission.LINE_EDIT, request.user.place)
    form = RoadsForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            actions.receive_roads(file, name=file.name, size=file.size, by=request.user, at=timezone.now())
        except Refused as refused:
            refused.show_on(form)
        else:
            return redirect("buslines:roads")
    networks = list(RoadNetwork.objects.select_related("upload", "job", "asked_by")[:20])
    context = {"form": form, "networks": networks, "is_reading": any(not one.job.is_over for one in networks)}
    template = "buslines/_networks.html" if request.htmx and "progress" in request.GET else "buslines/roads.html"
    return render(request, template, context, status=422 if form.errors else 200)
