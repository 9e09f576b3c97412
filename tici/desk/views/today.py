"""Where a person's day begins: what waits for them, by role; and the search in the bar."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tici.accounts.permissions import Permission, holds
from tici.accounts.requests import Request
from tici.desk.queries import todos
from tici.duties import queries as duties
from tici.enterprises.models import Enterprise
from tici.places.models import Place
from tici.projects.models import Project
from tici.returns.models import Filing

from .scopes import asked_scope


@login_required
@require_safe
def today(request: Request) -> HttpResponse:
    person = request.user
    context: dict[str, Any] = {"todo": None}
    if holds(person, Permission.FIRM_FILE):
        return redirect("returns:own_reports")
    if holds(person, Permission.MEASURE_VIEW) and person.place is not None:
        scope = asked_scope(request)
        context = {
            "scope": scope,
            "may_file": holds(person, Permission.RETURN_FILE),
            "todo": todos.waiting_for(person, scope),
            "day": todos.day_of(scope),
            "duties": duties.duties_of_person(person, timezone.localdate()),
            "has_begun": Filing.objects.filter(month_on=scope.month.first).exists(),
        }
    elif holds(person, Permission.CONSULTATION_VIEW):
        context = {"todo": todos.opinions_waiting(person)}
    elif holds(person, Permission.LINE_PLAN):
        context = {"todo": todos.lines_waiting(person)}
    return render(request, "desk/today.html", context)


@login_required
@require_safe
def todo(request: Request) -> HttpResponse:
    return redirect(reverse("desk:today") + "#todo")


@login_required
@require_safe
def search(request: Request) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    if not holds(request.user, Permission.PROJECT_VIEW) or not words:
        return render(request, "desk/search.html", {"words": words})
    projects = Project.objects.visible_to(request.user).matching(words).select_related("place", "owner")
    firms = Enterprise.objects.visible_to(request.user).standing().matching(words).select_related("place")
    own = request.user.place
    places = Place.objects.within(own).county_level() if own is not None else Place.objects.none()
    context = {
        "words": words,
        "places": places.filter(name__contains=words) if holds(request.user, Permission.MEASURE_VIEW) else (),
        "projects": projects.order_by("-investment_wan", "pk")[:20],
        "enterprises": firms.defer("search_pairs").order_by("name", "pk")[:20],
    }
    return render(request, "desk/search.html", context)
