"""One project, composed of what every room knows of it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from tici.accounts.permissions import Permission, may, require
from tici.accounts.requests import Request
from tici.duties import queries as duties
from tici.projects import queries as projects
from tici.projects.models import Project
from tici.returns import queries as returns


@login_required
@require_safe
def project(request: Request, pk: int) -> HttpResponse:
    visible = Project.objects.visible_to(request.user).select_related("place", "owner").prefetch_related("years")
    found = get_object_or_404(visible, pk=pk)
    require(request.user, Permission.PROJECT_VIEW, found.place)
    context = {
        "project": found,
        "page": projects.project_page(found),
        "months": returns.months_of(found),
        "lights": returns.lights_of(found),
        "duties": duties.duties_of(found),
        "may_edit": may(request.user, Permission.PROJECT_EDIT, found.place),
        "may_move": may(request.user, Permission.PROJECT_MOVE, found.place),
        "may_cancel": may(request.user, Permission.PROJECT_CANCEL, found.place),
        "may_assign": may(request.user, Permission.DUTY_ASSIGN, found.place),
        "may_visit": may(request.user, Permission.VISIT_NOTE, found.place),
    }
    return render(request, "desk/project.html", context)
