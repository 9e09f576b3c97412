"""One row of another office's list beside the firms of the register it may be."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.core.refusals import Refused
from tici.enterprises import actions
from tici.enterprises.forms import DecideForm, ListedPlaceForm
from tici.enterprises.models import Enterprise, ListedFirm, ListedState, OfficeList
from tici.enterprises.queries import office_lists as queries
from tici.enterprises.rules.office_lists import Lines
from tici.places.models import Place

from .changes import settled
from .office_lists import TITLE


def _row_for(request: Request, pk: int) -> ListedFirm:
    """The row a request is about, if the person may see its list."""
    lists = OfficeList.objects.visible_to(request.user)
    rows = ListedFirm.objects.filter(office_list__in=lists).select_related(
        "office_list__place", "office_list__upload", "enterprise", "decided_by"
    )
    found = get_object_or_404(rows.defer("search_pairs", "enterprise__search_pairs"), pk=pk)
    require(request.user, Permission.ENTERPRISE_EDIT, found.office_list.place)
    return found


def _next(firm: ListedFirm) -> HttpResponse:
    """On to the next row that waits at the desk, else back to the list."""
    waiting = ListedFirm.objects.filter(office_list=firm.office_list_id, state=ListedState.DESK)
    after = waiting.filter(pk__gt=firm.pk).order_by("pk").first() or waiting.order_by("pk").first()
    return redirect(after or firm.office_list)


def _page(request: Request, firm: ListedFirm, *, status: int = 200, **context: Any) -> HttpResponse:
    counties = Place.objects.within(firm.office_list.place).county_level()
    line = Lines(timezone.localdate()).of(firm.industry)
    crumbs = [
        (TITLE, reverse("enterprises:office_lists")),
        (firm.office_list.name, firm.office_list.get_absolute_url()),
        (firm.name, ""),
    ]
    first = counties.filter(short_name__startswith=firm.district[:2]).first() if firm.district else None
    context = {
        "firm": firm, "list": firm.office_list, "crumbs": crumbs, "line": line,
        "candidates": queries.candidates_of(firm, timezone.localdate()),
        "flags": queries.flag_words(firm.flags),
        "is_open": firm.state in {ListedState.DESK, ListedState.LEAD},
        "place_form": ListedPlaceForm(places=counties, initial={"place": first or counties.first()}),
        "form": DecideForm(),
    } | context  # fmt: skip
    return render(request, "enterprises/listed_firm.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def listed_firm(request: Request, pk: int) -> HttpResponse:
    """A row beside its candidates; a person says which it is, or that it is none of them."""
    firm = _row_for(request, pk)
    if request.method != "POST":
        return _page(request, firm)
    form = DecideForm(request.POST)

    def decide() -> None:
        chosen = form.cleaned_data["enterprise"]
        enterprise = None
        if chosen:
            enterprise = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=chosen)
        reason, by, at = form.cleaned_data["reason"], request.user, timezone.now()
        actions.decide_listed(firm=firm, enterprise=enterprise, reason=reason, by=by, at=at)

    if settled(form, decide):
        messages.success(request, _("“%(firm)s”已核对，可在该行撤销。") % {"firm": firm.name})
        return _next(firm)
    return _page(request, firm, status=422, form=form)


@login_required
@require_POST
def enter(request: Request, pk: int) -> HttpResponse:
    """Enter the firm of a row that is in no register as a new one."""
    firm = _row_for(request, pk)
    places = Place.objects.within(firm.office_list.place).county_level()
    form = ListedPlaceForm(request.POST, places=places)

    def enter_it() -> None:
        place = form.cleaned_data["place"]
        require(request.user, Permission.ENTERPRISE_EDIT, place)
        actions.enter_listed(firm=firm, place=place, by=request.user, at=timezone.now())

    if settled(form, enter_it):
        messages.success(request, _("“%(firm)s”已登记进企业台账。") % {"firm": firm.name})
        return _next(firm)
    return _page(request, firm, status=422, place_form=form)


@login_required
@require_POST
def take_back(request: Request, pk: int) -> HttpResponse:
    """Put a row back to what matching found."""
    firm = _row_for(request, pk)
    try:
        actions.take_back_listed(firm=firm, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("已撤销，恢复到自动匹配的结果。"))
    return redirect(firm)
