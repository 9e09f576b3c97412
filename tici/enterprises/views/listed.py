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
from tici.core.refusals import Refused, settled
from tici.enterprises import actions
from tici.enterprises.forms import DecideForm, LeftAsideForm, ListedPlaceForm
from tici.enterprises.models import Enterprise, ListedFirm, ListedState, OfficeList
from tici.enterprises.queries import listed_pool
from tici.enterprises.queries import office_lists as queries
from tici.enterprises.rules.office_lists import Lines
from tici.places.models import Place

from .office_lists import TITLE, tell_proposed

UNDECIDED = {ListedState.DESK, ListedState.LEAD}


def _row_for(request: Request, pk: int) -> ListedFirm:
    """The row a request is about, if the person may see its list."""
    lists = OfficeList.objects.visible_to(request.user)
    rows = ListedFirm.objects.filter(office_list__in=lists).select_related(
        "office_list__place", "office_list__upload", "enterprise", "decided_by", "candidacy"
    )
    heavy = ("search_pairs", "enterprise__search_pairs", "candidacy__search_pairs")
    found = get_object_or_404(rows.defer(*heavy), pk=pk)
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
    day = timezone.localdate()
    first = listed_pool.counties_named(firm.office_list, [firm]).get(firm.pk)
    others = listed_pool.same_firm(firm)
    undecided = [one for one in others if one.state in UNDECIDED]
    context = {
        "firm": firm, "list": firm.office_list, "crumbs": crumbs, "line": line,
        "candidates": queries.candidates_of(firm, day), "flags": queries.flag_hints(firm.flags),
        "turn": queries.turn_of(firm), "others": others, "sums": listed_pool.figures_added(firm, others),
        "undecided": undecided, "are_alike": listed_pool.are_written_alike(firm, undecided),
        "is_missing": queries.missing(firm.office_list, day).filter(pk=firm.pk).exists(),
        "is_open": firm.state in UNDECIDED,
        "place_form": ListedPlaceForm(places=counties, initial={"place": first or counties.first()}),
        "pool_place_form": ListedPlaceForm(places=counties, initial={"place": first}, prefix="pool"),
        "form": DecideForm(), "aside_form": LeftAsideForm(),
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
        others = [one for one in listed_pool.same_firm(firm) if one.state in UNDECIDED]
        actions.decide_together(
            firm=firm, others=others if form.cleaned_data["also"] else [], enterprise=enterprise,
            reason=form.cleaned_data["reason"], by=request.user, at=timezone.now(),
        )  # fmt: skip

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


@login_required
@require_POST
def into_pool(request: Request, pk: int) -> HttpResponse:
    """Put a row over the line into the cultivation pool, leave it aside with a reason, or take either back."""
    firm = _row_for(request, pk)
    do, by, at = request.POST.get("do", ""), request.user, timezone.now()
    aside, places = LeftAsideForm(request.POST), Place.objects.within(firm.office_list.place).county_level()
    county = ListedPlaceForm(request.POST, places=places, prefix="pool")
    try:
        if do == "undo":
            actions.undo_proposing(firm=firm, by=by, at=at)
            messages.success(request, _("已撤销。"))
        elif do == "aside":
            if not aside.is_valid():
                return _page(request, firm, status=422, aside_form=aside)
            actions.leave_aside(office_list=firm.office_list, rows=[firm.pk], by=by, at=at, **aside.cleaned_data)
            messages.success(request, _("“%(firm)s”不列入培育库，原因已记录。") % {"firm": firm.name})
        else:
            chosen = {firm.pk: county.cleaned_data["place"]} if county.is_valid() else {}
            rows = [firm.pk]
            done = actions.propose_listed(
                office_list=firm.office_list, rows=rows, places=chosen, on=timezone.localdate(), by=by, at=at
            )
            tell_proposed(request, done)
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect(firm)
