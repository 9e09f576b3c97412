"""Where a firm's reporter begins: the reports of the own firm, and what waits in them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Exists
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.enterprises.models import FirmReporter
from tici.returns.models import UnitReport

from .form_months import OPEN_QUERY

MONTHS = 36  # reports shown, of all forms together


@login_required
@require_safe
def own_reports(request: Request) -> HttpResponse:
    """The reports of one's own firm, the newest first."""
    require(request.user, Permission.FIRM_FILE)
    named = FirmReporter.objects.filter(person=request.user).select_related("enterprise__place").first()
    rows = UnitReport.objects.visible_to(request.user).select_related("form").annotate(is_asked=Exists(OPEN_QUERY))
    context = {
        "firm": named.enterprise if named else None,
        "reports": rows.order_by("-month_on", "code")[:MONTHS],
        "today": timezone.localdate(),
    }
    return render(request, "returns/reports/own_reports.html", context)
