"""Pages of targets: how far they are met, setting and sharing them, and what was published."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tici.accounts.permissions import Permission, holds, require
from tici.accounts.requests import Request
from tici.core.measures import Scope
from tici.core.refusals import Refused
from tici.core.templatetags.tici import number
from tici.engines.periods import Month
from tici.places.models import Place
from tici.returns.queries import latest_month, months_with_filings

from . import actions, queries
from .forms import ShareForm, TargetForm
from .models import Target

CANDIDATES = 30  # on the page of a target; the nearest ones
SHOWN = 200  # targets on one page: a city's own and those of its counties


def asked_scope(request: Request) -> Scope:
    """The place and month in the address, else the person's own place and the newest month."""
    require(request.user, Permission.TARGET_VIEW)
    own = request.user.place
    if own is None:
        raise Http404("No place is held.")
    place = get_object_or_404(Place.objects.within(own), code=request.GET.get("place") or own.code)
    try:
        month = Month.parse(request.GET["month"]) if request.GET.get("month") else latest_month()
    except ValueError:
        raise Http404("No such month.") from None
    return Scope(request.user, place, month)


@login_required
@require_safe
def targets(request: Request) -> HttpResponse:
    scope = asked_scope(request)
    places = Place.objects.within(request.user.place).exclude(kind="township")  # type: ignore[arg-type]
    context = {
        "scope": scope,
        "places": places,
        "months": months_with_filings(),
        "found": queries.progress_inside(scope, at_most=SHOWN),
        "may_set": holds(request.user, Permission.TARGET_SET),
    }
    return render(request, "targets/targets.html", context)


@login_required
@require_safe
def published(request: Request) -> HttpResponse:
    scope = asked_scope(request)
    return render(request, "targets/published.html", {"scope": scope, "found": queries.compared(scope)})


@login_required
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    own = asked_scope(request).place
    require(request.user, Permission.TARGET_SET, own)
    form = TargetForm(own, request.POST or None, initial={"place": own, "year": latest_month().year})
    if form.is_valid():
        wanted = form.cleaned_data
        before = Target.objects.filter(measure=wanted["measure"], place=wanted["place"], year=wanted["year"]).first()
        try:
            target = actions.set_target(by=request.user, at=timezone.now(), **wanted)
        except Refused as refused:
            refused.show_on(form)
        else:
            if before is None:
                messages.success(request, _("目标已设定。"))
            else:
                said = _("目标已设定，替换原来的%(value)s；原值留在操作记录中。")
                messages.success(request, said % {"value": number(before.value)})
            return redirect("targets:target", target.pk)
    return render(request, "targets/new.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def target(request: Request, pk: int) -> HttpResponse:
    """One target with its shares; whoever may set targets shares it out here."""
    require(request.user, Permission.TARGET_VIEW)
    shown = get_object_or_404(Target.objects.visible_to(request.user).select_related("place"), pk=pk)
    measure = queries.MEASURES.get(shown.measure)
    if measure is None:
        raise Http404("A measure nobody computes any more.")
    may_set = holds(request.user, Permission.TARGET_SET)
    if request.method == "POST":
        require(request.user, Permission.TARGET_SET, shown.place)
    month = latest_month()
    scope = Scope(request.user, shown.place, month if month.year == shown.year else Month(shown.year, 12))
    inside = list(Place.objects.filter(parent=shown.place).exclude(kind="township"))
    may_share = may_set and queries.adds_up(measure)
    if request.method == "POST" and not (inside and may_share):
        raise Http404("Nothing to share it out to.")
    shared = queries.shared_progress(shown, scope)
    basis = request.GET.get("share", "")
    proposed = queries.proposed(shown, inside, scope, basis) if basis and inside and may_share else None
    held = proposed or {one.target_row.place_id: one.target for one in shared}
    form = ShareForm(inside, held, request.POST or None)
    if may_share and form.is_valid():
        try:
            actions.share_target(target=shown, shares=form.shares(), by=request.user, at=timezone.now())
        except Refused as refused:
            refused.show_on(form)
        else:
            messages.success(request, _("目标已分解。"))
            return redirect("targets:target", pk)
    whole = next(one for one in queries.progress(scope) if one.target_row == shown)
    found = queries.candidates(shown.measure, scope, at_most=CANDIDATES)
    context = {
        "shown": shown,
        "measure": measure,
        "scope": scope,
        "whole": whole,
        "projections": queries.projections(whole, scope),
        "shared": [(one, found.of(one.target_row.place) if found else None) for one in shared],
        "candidates": found,
        "form": form if may_share and inside else None,
        "bases": queries.bases(shown),
        "basis": basis,
        "proposed": proposed,
        "crumbs": [(_("目标"), reverse("targets:targets")), (f"{shown.place} {measure.label}", "")],
    }
    return render(request, "targets/target.html", context, status=422 if form.errors else 200)
