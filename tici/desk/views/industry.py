"""The industrial month: the screen of a place, the firms behind its figures, clusters, ranking, and who moved it."""

from __future__ import annotations

from urllib.parse import urlencode

import numpy as np
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tici.accounts.permissions import Permission, holds, require
from tici.accounts.requests import Request
from tici.core.exports import sheet_response
from tici.core.measures import Scope
from tici.core.refusals import Refused
from tici.core.registers import Register
from tici.desk.queries import clusters as cluster_queries
from tici.desk.queries import industry as queries
from tici.desk.queries import movers as mover_queries
from tici.desk.queries.asked import Asked, asked_of, basis
from tici.desk.queries.ranking import ranking
from tici.engines.panel import Policy, Span
from tici.enterprises.models import ClusterKind
from tici.places.models import Place
from tici.returns import actions
from tici.returns import queries as returns
from tici.returns.measures import firm_columns

from .scopes import asked_scope

CARRIED = ("place", "month", "indicator", "span", "policy")
SPANS = ((Span.YTD, gettext_lazy("本年累计")), (Span.MONTH, gettext_lazy("本月")))
POLICIES = ((Policy.DROP, gettext_lazy("退出企业两边剔除")), (Policy.KEEP_BASE, gettext_lazy("退出企业留基数")))
PAGES = ("industry", "county_ranking", "movers", "clusters")


@login_required
@require_safe
def industry(request: Request) -> HttpResponse:
    scope, asked = _asked(request)
    context = _switches(asked, scope)
    if asked is not None:
        context |= {"screen": queries.screen(asked), "basis": basis(asked)}
    return render(request, "desk/industry.html", context)


@login_required
@require_safe
def firms(request: Request) -> HttpResponseBase:
    """The firms behind a figure of the screen."""
    scope, asked = _asked(request)
    if asked is None:
        raise Http404
    where = queries.narrowed(asked, request.GET)
    behind = asked.found.behind(asked.indicator, scope.month, where, policy=asked.policy, span=str(asked.span))
    part = request.GET.get("part", "")
    rows = behind.compared if part == "compared" else behind.counted
    if part == "unpaired":
        rows = np.setdiff1d(behind.counted, behind.compared)
    elif part == "doubtful":
        held = returns.doubtful_reports(scope).values_list("pk", flat=True)
        rows = np.flatnonzero(np.isin(asked.found.reports, list(held)) & asked.found.is_filed)
    reports = returns.reports_behind(
        asked.found, rows, person=request.user, month=scope.month, indicators=[asked.indicator], span=str(asked.span)
    )
    register = Register(
        name="industry_firms",
        title=asked.card.name,
        columns=firm_columns((asked.indicator, asked.card.name, asked.card.unit_name)),
        is_searchable=False,
        order=f"-{asked.indicator}_now",
        template="desk/industry_firms.html",
    )
    narrowing = queries.narrowed_words(asked, request.GET)
    return register.page(
        request, reports, narrowing=narrowing, part=part, basis=basis(asked), **_switches(asked, scope)
    )


@login_required
@require_safe
def county_ranking(request: Request) -> HttpResponseBase:
    scope, asked = _asked(request)
    found = ranking(scope)
    if request.GET.get("as") == "xlsx":
        name = _("%(place)s工业运行位次%(month)s") % {"place": scope.place.short_name, "month": scope.month}
        return sheet_response(name, found.columns(), found.lines())
    return render(request, "desk/county_ranking.html", _switches(asked, scope) | {"ranking": found})


@login_required
@require_safe
def movers(request: Request) -> HttpResponse:
    scope, asked = _asked(request)
    context = _switches(asked, scope)
    if asked is not None:
        context |= {
            "moved": mover_queries.moved(asked),
            "basis": basis(asked),
            "may_ask": holds(request.user, Permission.RETURN_REVIEW),
            "column": mover_queries.column_of(asked),
        }
    return render(request, "desk/movers.html", context)


@login_required
@require_POST
def ask_reason(request: Request, pk: int) -> HttpResponse:
    """Put the question why to the reporter of a firm that moved the month."""
    report = get_object_or_404(mover_queries.report_of(request.user, pk))
    require(request.user, Permission.RETURN_REVIEW, report.place)
    column, question = request.POST.get("column", ""), request.POST.get("question", "")
    try:
        actions.ask_cell(report=report, column=column, question=question, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("已请%(firm)s说明原因。") % {"firm": report.unit})
    words = {name: request.POST[name] for name in CARRIED if request.POST.get(name)}
    return redirect(f"{reverse('desk:movers')}?{urlencode(words)}")


@login_required
@require_safe
def clusters(request: Request) -> HttpResponse:
    scope, asked = _asked(request)
    context = _switches(asked, scope)
    if asked is not None:
        context |= {
            "great": cluster_queries.cluster_lines(asked),
            "own": cluster_queries.cluster_lines(asked, ClusterKind.COUNTY),
            "basis": basis(asked),
        }
    return render(request, "desk/clusters.html", context)


@login_required
@require_safe
def cluster(request: Request, code: str) -> HttpResponse:
    scope, asked = _asked(request)
    if asked is None:
        raise Http404
    one = get_object_or_404(cluster_queries.clusters_of(asked), code=code)
    context = {
        "cluster": one,
        "page": cluster_queries.cluster_page(asked, one),
        "moved": mover_queries.moved(asked, cluster_queries.inside(asked, one), count=cluster_queries.TOP),
        "basis": basis(asked),
    }
    return render(request, "desk/cluster.html", _switches(asked, scope) | context)


def _asked(request: Request) -> tuple[Scope, Asked | None]:
    """What a page is asked for; nothing to ask where no firm was asked to report for the month."""
    scope, found = asked_scope(request), returns.firm_panel()
    if found is None:
        return scope, None
    if not request.GET.get("month") and (filed := found.filed_months or found.months):
        scope = Scope(scope.person, scope.place, filed[-1])
    return scope, asked_of(scope, found, request.GET) if scope.month in found.months else None


def _switches(asked: Asked | None, scope: Scope) -> dict[str, object]:
    """What every page of the industrial month offers to change."""
    found = asked.found if asked is not None else returns.firm_panel()
    return {
        "urls": {name: asked.url(name) for name in PAGES} if asked is not None else {},
        "asked": asked,
        "scope": scope,
        "months": found.months[::-1] if found is not None else (),
        "filed_month": found.filed_months[-1] if found is not None and found.filed_months else None,
        "places": Place.objects.within(scope.person.place).county_level() if scope.person.place else (),
        "spans": SPANS,
        "policies": POLICIES,
    }
