"""One enterprise, composed of what every room knows of it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tici.accounts.permissions import Permission, may, require
from tici.accounts.requests import Request
from tici.desk.queries import deeds, movers
from tici.enterprises.models import Enterprise
from tici.enterprises.queries import pages
from tici.projects.models import Project
from tici.returns.models import UnitReport

MONTHS = 24
DEEDS = 30
PROJECTS = 50  # an enterprise with more is a holding; the register of projects lists them


@login_required
@require_safe
def enterprise(request: Request, pk: int) -> HttpResponse:
    visible = Enterprise.objects.visible_to(request.user).select_related("place", "merged_into")
    found = get_object_or_404(visible.defer("search_pairs"), pk=pk)
    require(request.user, Permission.ENTERPRISE_VIEW, found.place)
    owned = Project.objects.visible_to(request.user).filter(owner=found).order_by("-pk")
    stands = found.merged_into is None
    context = {
        "enterprise": found,
        "page": pages.enterprise_page(found, timezone.localdate()),
        "projects": owned.defer("search_pairs")[:PROJECTS],
        "reports": UnitReport.objects.filter(enterprise=found)
        .select_related("form")
        .order_by("-month_on", "code")[:MONTHS],
        "deeds": deeds.of_subject(found, DEEDS),
        "months": movers.months_of(request.user, found, request.GET),
        "may_edit": stands and may(request.user, Permission.ENTERPRISE_EDIT, found.place),
    }
    return render(request, "desk/enterprise.html", context)
