"""The month board: who reported, who is late, how complete it is, and the words to press."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tici.accounts.permissions import Permission, may, require
from tici.accounts.requests import Request
from tici.core.dates import month_words
from tici.core.measures import Scope
from tici.core.refusals import Refused
from tici.engines.periods import Month
from tici.places.models import Place
from tici.returns import actions, queries
from tici.returns.forms import MonthForm

from .indicators import is_of_city, require_of_city


def asked_month(request: Request) -> Month:
    """The month asked for, else the newest with filings."""
    try:
        return Month.parse(request.GET.get("month", ""))
    except ValueError:
        return queries.latest_month()


def own_place(request: Request) -> Place:
    """The place of whoever asks; nobody without one has business here."""
    if request.user.place is None:
        raise PermissionDenied(f"{request.user} holds no place")
    return request.user.place


@login_required
@require_safe
def month(request: Request) -> HttpResponse:
    require(request.user, Permission.RETURN_VIEW)
    place, wanted = own_place(request), asked_month(request)
    months, today = queries.months_with_filings(), timezone.localdate()
    board = queries.board(Scope(request.user, place, wanted), today)
    context = {
        "board": board,
        "place": place,
        "rows": [(row, queries.reminder(board, row) if row.is_missing else "") for row in board.rows],
        "reminder": queries.reminder(board),
        "months": months,
        "may_review": may(request.user, Permission.RETURN_REVIEW, place),
        "may_open": may(request.user, Permission.RETURN_REVIEW, place) and is_of_city(request),
        "may_file": may(request.user, Permission.RETURN_FILE, place),
        "next_month": min(months[0] + 1 if months else wanted, Month.of(today)),
        "is_untouched": bool(board.rows) and not any(row.vintages for row in board.rows),
    }
    return render(request, "returns/month.html", context)


@login_required
@require_POST
def open_month(request: Request) -> HttpResponse:
    require_of_city(request, Permission.RETURN_REVIEW)
    form = MonthForm(request.POST)
    if not form.is_valid():
        return _asked_again(request, form)
    wanted: Month = form.cleaned_data["month"]
    try:
        opened = actions.open_month(wanted, by=request.user, at=timezone.now())
    except Refused as refused:
        refused.show_on(form)
        return _asked_again(request, form)
    words = _("%(month)s已开始填报，%(count)s个单位待报。") if opened else _("%(month)s此前已开始填报。")
    messages.success(request, words % {"month": month_words(wanted), "count": len(opened)})
    return redirect(f"{reverse('returns:month')}?month={wanted}")


def _asked_again(request: Request, form: MonthForm) -> HttpResponse:
    return render(request, "returns/open.html", {"form": form}, status=422)


@login_required
@require_POST
def withdraw_month(request: Request) -> HttpResponse:
    """Take back a month that was opened by mistake."""
    require_of_city(request, Permission.RETURN_REVIEW)
    form = MonthForm(request.POST)
    if not form.is_valid():
        return _asked_again(request, form)
    unwanted: Month = form.cleaned_data["month"]
    try:
        actions.withdraw_month(unwanted, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect(f"{reverse('returns:month')}?month={unwanted}")
    messages.success(request, _("%(month)s的填报已撤销，各单位不再待报。") % {"month": month_words(unwanted)})
    return redirect("returns:month")
