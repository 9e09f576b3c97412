"""Drawing a line by hand: its stops in order, evaluated at once, kept as a new draft."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.buslines import actions
from tici.buslines.models import ChangeKind, Pattern, Plan, Stop
from tici.buslines.queries import maps
from tici.buslines.queries import scenarios as queries
from tici.buslines.rules import scenarios as rules
from tici.core.refusals import Refused

from .plans import crumbs_of


def pattern_for(request: Request, pk: int) -> Pattern:
    """The line in one direction that a request is about, if the person plans it."""
    rows = Pattern.objects.filter(plan__in=Plan.objects.visible_to(request.user))
    found = get_object_or_404(rows.select_related("plan__school__place", "line__school"), pk=pk)
    require(request.user, Permission.LINE_PLAN, found.plan.school.place)
    return found


@login_required
@require_http_methods(["GET", "POST"])
def edit_line(request: Request, pk: int) -> HttpResponse:
    """The editor; a POST evaluates what is drawn, and keeps it where ``keep`` is sent."""
    pattern = pattern_for(request, pk)
    if request.method == "POST":
        return _keep(request, pattern) if "keep" in request.POST else _evaluated(request, pattern)
    return _page(request, pattern, drawn_of(request) or None, {})


def drawn_of(request: Request) -> list[str]:
    """The codes of the stops that were drawn, in order."""
    return [code for code in request.POST.getlist("stop") if code]


def change_of(pattern: Pattern, stops: list[str], *, both: bool) -> dict[str, Any]:
    """The change that a drawing declares."""
    way = "both" if both else pattern.direction
    drawn = stops[::-1] if both and not pattern.is_morning else stops
    return {"line": pattern.line.number, "direction": way, "stops": drawn}


def _evaluated(request: Request, pattern: Pattern) -> HttpResponse:
    """What the drawing would do; a fragment for the editor, the whole page without scripts."""
    stops = drawn_of(request)
    change = change_of(pattern, stops, both="both" in request.POST)
    try:
        if refusals := rules.against_declaring(ChangeKind.REDRAW, change):
            raise Refused(*refusals)
        found = actions.evaluate_change(
            school=pattern.plan.school, plan=pattern.plan, kind=ChangeKind.REDRAW, change=change, hows=("asked",)
        )
    except Refused as refused:
        context: dict[str, Any] = {"refused": refused.sentence}
    else:
        card = found["asked"].card
        context = {
            "said": rules.words_of(card), "rows": queries.rows_of({"asked": card}),
            "broken": rules.breach_sentences(card), "milliseconds": card["milliseconds"],
        }  # fmt: skip
    if request.htmx:
        return render(request, "buslines/_drawn.html", context)
    return _page(request, pattern, stops, context)


def _keep(request: Request, pattern: Pattern) -> HttpResponse:
    stops = drawn_of(request)
    change = change_of(pattern, stops, both="both" in request.POST)
    try:
        made = actions.keep_drawn(plan=pattern.plan, change=change, by=request.user, at=timezone.now())
    except Refused as refused:
        return _page(request, pattern, stops, {"refused": refused.sentence}, status=422)
    messages.success(request, _("已存为%(plan)s（草案）。") % {"plan": made})
    return redirect(made)


def _page(
    request: Request, pattern: Pattern, drawn: list[str] | None, result: dict[str, Any], status: int = 200
) -> HttpResponse:
    school = pattern.plan.school
    rows = pattern.stops.select_related("stop").order_by("position")
    called = [row.stop for row in rows]
    city = school.place.path.split("/")[0]
    near = list(Stop.objects.filter(place__path__startswith=f"{city}/", is_closed=False).order_by("name"))
    by_code = {one.code: one for one in (*near, *called)}
    chosen = called if drawn is None else [by_code[code] for code in drawn if code in by_code]
    codes = {one.code for one in chosen}
    nearby = maps.nearest_stops(school, [one for one in near if one.code not in codes])
    context = {
        "pattern": pattern, "plan": pattern.plan, "school": school, "chosen": chosen, "free": nearby,
        "map": maps.drawing_of(school, [*called, *chosen, *nearby], pattern),
        "crumbs": crumbs_of(school, (str(pattern.plan), pattern.plan.get_absolute_url()), (str(pattern), "")),
    } | result  # fmt: skip
    return render(request, "buslines/edit_line.html", context, status=status)
