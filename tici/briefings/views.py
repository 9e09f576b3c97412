"""Briefings: those that were made, whether counties have corrected since, and making the next version."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tici.accounts.permissions import Permission, holds, require
from tici.accounts.requests import Request
from tici.core.actions import start_job
from tici.core.dates import month_words
from tici.core.uploads import path_of
from tici.engines.periods import Month
from tici.places.models import Place
from tici.returns.queries import latest_month

from . import queries
from .forms import MakeForm
from .models import Briefing, BriefingKind
from .tasks import STEPS

PARTS = {"dispatch": "dispatch", "word": "word", "print": "printed"}


@login_required
@require_safe
def briefings(request: Request) -> HttpResponse:
    require(request.user, Permission.MEASURE_VIEW)
    made = Briefing.objects.visible_to(request.user).select_related("place", "made_by", "printed")
    jobs = list(queries.jobs_of(request.user))
    context = {
        "briefings": made[:200],
        "jobs": jobs,
        "is_making": any(not job.is_over for job in jobs),
        "may_make": holds(request.user, Permission.BRIEFING_MAKE),
    }
    return render(request, "briefings/briefings.html", context)


@login_required
@require_safe
def briefing(request: Request, pk: int) -> HttpResponse:
    require(request.user, Permission.MEASURE_VIEW)
    found = _found(request, pk)
    context = {
        "briefing": found,
        "corrected": queries.corrected_since(found),
        "versions": Briefing.objects.filter(kind=found.kind, place=found.place, month_on=found.month_on).order_by(
            "-number"
        ),
        "may_make": holds(request.user, Permission.BRIEFING_MAKE),
    }
    return render(request, "briefings/briefing.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def make(request: Request) -> HttpResponse:
    require(request.user, Permission.BRIEFING_MAKE)
    place = request.user.place
    if place is None:
        raise Http404
    kind, month = _kind(request), _month(request)
    form = MakeForm(request.POST or None, initial=_first(place, kind))
    if form.is_valid():
        heading = {name: str(value or "") for name, value in form.cleaned_data.items()}
        title = _("%(place)s%(month)s%(kind)s") % {"place": place, "month": month_words(month), "kind": kind.label}
        start_job(
            "briefings.make",
            title=title,
            by=request.user,
            at=timezone.now(),
            total=STEPS,
            place=place.pk,
            month=str(month),
            document=str(kind),
            heading=heading,
            by_id=request.user.pk,
        )
        return redirect("briefings:briefings")
    context: dict[str, Any] = {"form": form, "place": place, "month": month, "kind": kind, "kinds": BriefingKind}
    context |= {"state": queries.state_of(place, month, kind), "months": queries.months_of(kind)}
    return render(request, "briefings/make.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def download(request: Request, pk: int, part: str) -> HttpResponseBase:
    require(request.user, Permission.MEASURE_VIEW)
    upload = getattr(_found(request, pk), PARTS[part], None) if part in PARTS else None
    if upload is None:
        raise Http404
    return FileResponse(path_of(upload.digest).open("rb"), as_attachment=True, filename=upload.name)


def _found(request: Request, pk: int) -> Briefing:
    visible = Briefing.objects.visible_to(request.user).select_related(
        "place", "made_by", "dispatch", "word", "printed"
    )
    return get_object_or_404(visible, pk=pk)


def _month(request: Request) -> Month:
    written = request.POST.get("month") or request.GET.get("month", "")
    if not written:
        return latest_month()
    try:
        return Month.parse(written)
    except ValueError:
        raise Http404(written) from None


def _kind(request: Request) -> BriefingKind:
    written = request.POST.get("kind") or request.GET.get("kind", "")
    if written and written not in BriefingKind:
        raise Http404(written)
    return BriefingKind(written or BriefingKind.PROJECTS)


def _first(place: Place, kind: BriefingKind) -> dict[str, Any]:
    """What the form says before anybody types: a circular is sent down, a monthly report up."""
    counties = _("各县（市、区）人民政府，高新区、循环化工园区管委会")
    if kind == BriefingKind.POOL:
        office = _("%(place)s工业和信息化局") % {"place": place}
        return {"office": office, "recipients": counties, "dated_on": timezone.localdate()}
    if kind == BriefingKind.PROJECTS:
        return {
            "office": _("%(place)s重点项目建设领导小组办公室") % {"place": place},
            "recipients": counties,
            "dated_on": timezone.localdate(),
        }
    return {
        "office": _("%(place)s工业和信息化局") % {"place": place},
        "recipients": _("%(place)s人民政府") % {"place": place},
        "dated_on": timezone.localdate(),
    }
