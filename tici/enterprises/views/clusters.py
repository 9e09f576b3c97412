"""Clusters: the list, one with its members and platforms, and the matrix of county clusters and platforms."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tici.accounts.permissions import Permission, may, require
from tici.accounts.requests import Request
from tici.core.exports import sheet_response
from tici.core.refusals import settled
from tici.core.registers import Column, Kind
from tici.enterprises import actions, queries
from tici.enterprises.forms import ClosePlatformForm, PlatformForm
from tici.enterprises.models import Cluster, ClusterKind, ClusterPlatform, PlatformKind
from tici.enterprises.queries import lists

from .changes import asked
from .lists import register_on


@login_required
@require_safe
def clusters(request: Request) -> HttpResponse:
    """Every cluster with its members, those above size and its platforms; each number opens."""
    require(request.user, Permission.ENTERPRISE_VIEW)
    if request.user.place is None:
        return render(request, "enterprises/clusters.html", {"lines": []})
    day = timezone.localdate()
    found = queries.coverage(queries.clusters_in(request.user.place, on=day), day)
    rows = sorted(found.rows, key=lambda row: ClusterKind.values.index(row.cluster.kind))
    lines = [(row.cluster, sum(map(len, row.platforms))) for row in rows]
    return render(request, "enterprises/clusters.html", {"lines": lines})


def _cluster(request: Request, code: str) -> Cluster:
    visible = Cluster.objects.visible_to(request.user).select_related("place")
    return get_object_or_404(visible, code=code)


@login_required
@require_safe
def cluster(request: Request, code: str) -> HttpResponseBase:
    """One cluster: its platforms, and its members as a register."""
    found = _cluster(request, code)
    require(request.user, Permission.ENTERPRISE_VIEW)
    day = timezone.localdate()
    rows = lists.with_standing(queries.members(found).visible_to(request.user), lists.year_of(day), day)
    register = register_on(
        day, name="cluster", title=gettext_lazy("集群企业"), template="enterprises/cluster.html",
        empty=gettext_lazy("尚无企业列入；规则列入的随企业行业变动，也可在企业页人工列入。"),
    )  # fmt: skip
    context = {
        "cluster": found,
        "platforms": found.platforms.order_by("to_date", "kind", "from_date"),
        "may_edit": may(request.user, Permission.ENTERPRISE_EDIT, found.place),
    }
    return register.page(request, rows, **context)


@login_required
@require_safe
def platforms(request: Request) -> HttpResponseBase:
    """Which county cluster has which platform, and which it lacks (``?as=xlsx`` takes the matrix away)."""
    require(request.user, Permission.ENTERPRISE_VIEW)
    rows = Cluster.objects.visible_to(request.user).filter(kind=ClusterKind.COUNTY).select_related("place")
    rows = rows.order_by("place__position", "position", "code")
    matrix = queries.coverage(rows, timezone.localdate())
    if request.GET.get("as") == "xlsx":
        return _taken_away(matrix)
    lines = [(row, [_cell(matrix, row, at) for at in range(len(matrix.kinds))]) for row in matrix.rows]
    totals = [sum(bool(row.platforms[at]) for row in matrix.rows) for at in range(len(matrix.kinds))]
    return render(request, "enterprises/platforms.html", {"matrix": matrix, "lines": lines, "totals": totals})


def _cell(matrix: queries.CoverageMatrix, row: queries.Coverage, at: int) -> dict[str, Any]:
    kind = matrix.kinds[at]
    return {"kind": kind, "platforms": row.platforms[at], "is_asked": kind in matrix.asked}


def _taken_away(matrix: queries.CoverageMatrix) -> HttpResponseBase:
    columns = [
        Column("place", _("县（市、区）")),
        Column("cluster", _("产业集群")),
        *(Column(kind.value, kind.label) for kind in PlatformKind),
        Column("missing", _("缺项"), Kind.COUNT),
    ]

    def line(row: queries.Coverage) -> list[Any]:
        names = [_("、").join(platform.name for platform in platforms) for platforms in row.platforms]
        cells = [
            name or (_("缺") if kind in row.missing else "") for kind, name in zip(matrix.kinds, names, strict=True)
        ]
        return [row.cluster.place.short_name, row.cluster.name, *cells, len(row.missing)]

    return sheet_response(_("集群公共服务平台覆盖"), columns, (line(row) for row in matrix.rows))


@login_required
@require_http_methods(["GET", "POST"])
def open_platform(request: Request, code: str) -> HttpResponse:
    """Note a platform that serves a cluster (``?kind=testing`` chooses its kind)."""
    found = _cluster(request, code)
    require(request.user, Permission.ENTERPRISE_EDIT, found.place)
    initial = {"kind": request.GET.get("kind", ""), "on": timezone.localdate()}
    form = PlatformForm(request.POST or None, initial=initial)

    def note() -> None:
        actions.open_platform(cluster=found, by=request.user, at=timezone.now(), **form.cleaned_data)

    if settled(form, note):
        messages.success(request, _("“%(name)s”已登记。") % {"name": form.cleaned_data["name"]})
        return redirect("enterprises:cluster", found.code)
    return asked(request, "enterprises/platform.html", form, cluster=found)


@login_required
@require_http_methods(["GET", "POST"])
def close_platform(request: Request, pk: int) -> HttpResponse:
    """Note since when a platform no longer serves its cluster."""
    visible = Cluster.objects.visible_to(request.user)
    rows = ClusterPlatform.objects.filter(cluster__in=visible).select_related("cluster__place")
    platform = get_object_or_404(rows, pk=pk)
    require(request.user, Permission.ENTERPRISE_EDIT, platform.cluster.place)
    form = ClosePlatformForm(request.POST or None, initial={"on": timezone.localdate()})

    def close() -> None:
        actions.close_platform(platform=platform, by=request.user, at=timezone.now(), **form.cleaned_data)

    if settled(form, close):
        messages.success(request, _("“%(name)s”已停用，仍保留在集群页。") % {"name": platform})
        return redirect("enterprises:cluster", platform.cluster.code)
    return asked(request, "enterprises/platform.html", form, cluster=platform.cluster, platform=platform)
