"""The city on one screen, and the same for one county."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tici.accounts.requests import Request
from tici.core.measures import Scope
from tici.desk.queries import screens
from tici.desk.queries.screens import Screen
from tici.returns import queries as returns
from tici.targets import queries as targets

from .scopes import asked_scope

TARGETS = 8  # so many fit beside the year's figures


@login_required
@require_safe
def city(request: Request) -> HttpResponse:
    return _screen(request, asked_scope(request))


@login_required
@require_safe
def place(request: Request, code: str) -> HttpResponse:
    return _screen(request, asked_scope(request, code))


def _screen(request: Request, scope: Scope) -> HttpResponse:
    shown = screens.screen(scope)
    context = {
        "screen": shown,
        "scope": scope,
        "months": returns.months_with_filings(),
        "targets": targets.progress_inside(scope, at_most=TARGETS),
        "chart": _chart(shown) if len(shown.counties) > 1 else None,
    }
    return render(request, "desk/screen.html", context)


def _chart(shown: Screen) -> dict[str, Any]:
    """Counties from the furthest ahead to the furthest behind, each bar a link to the rows behind it."""
    at = [measure.code for measure in shown.heads].index(screens.RANKED)
    ranked = sorted(
        (line for line in shown.counties if line.figures[at].value is not None),
        key=lambda line: -(line.figures[at].value or 0),
    )
    values = [round(float(line.figures[at].value or 0) * 100, 1) for line in ranked]
    links = [line.figures[at].url for line in ranked]
    measure = shown.heads[at]
    return {
        "title": _("各县（市、区）投资完成率"),
        "basis": str(measure.basis),
        "head": _("县（市、区）"),
        "labels": [line.place.short_name for line in ranked],
        "series": [{"name": str(measure.label), "kind": "bar", "unit": "%", "values": values, "links": links}],
    }
