"""The button that goes through the cultivation pool."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.desk.actions.pool import start_renewing


@login_required
@require_POST
def renew_pool(request: Request) -> HttpResponse:
    """Begin to go through the pool in the background, for whoever keeps the city's register."""
    require(request.user, Permission.ENTERPRISE_MERGE)
    job = start_renewing(by=request.user, at=timezone.now())
    return redirect("desk:job", job.pk)
