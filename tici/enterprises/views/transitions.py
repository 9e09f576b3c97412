"""Who came into the library and left it in any period: a number for each county, and the stays behind each number."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.core.registers import Column, Kind, Register
from tici.engines.periods import Month
from tici.enterprises.models import ExitReason, Window
from tici.enterprises.queries import moves as queries
from tici.places.models import Place

COLUMNS = (
    Column("enterprise__name", gettext_lazy("企业名称"), link="enterprise_id", link_url="desk:enterprise"),
    Column("enterprise__place__short_name", gettext_lazy("县（市、区）"), sort="enterprise__place__position"),
    Column("enterprise__industry", gettext_lazy("行业代码"), Kind.CODE),
    Column("enterprise__production_on", gettext_lazy("投产日期"), Kind.DATE),
    Column("from_date", gettext_lazy("入库月份"), Kind.MONTH),
    Column("window", gettext_lazy("入库批次"), choices=tuple(Window.choices), is_sortable=False),
    Column("to_date", gettext_lazy("退库月份"), Kind.MONTH),
    Column("exit_reason", gettext_lazy("退库原因"), choices=tuple(ExitReason.choices), is_sortable=False),
)


def _period(request: Request) -> tuple[Month, Month]:
    """The months in ``?from=`` and ``?to=``, else the year up to the newest move; a month that is none is not there."""
    try:
        asked = request.GET.get("to")
        last = Month.parse(asked) if asked else queries.last_moved(Month.of(timezone.localdate()))
        first = Month.parse(request.GET.get("from") or f"{last.year}-01")
    except ValueError as wrong:
        raise Http404(str(wrong)) from None
    return first, last


@login_required
@require_safe
def transitions(request: Request) -> HttpResponse:
    """The moves of each county in a period; each number opens."""
    require(request.user, Permission.ENTERPRISE_VIEW)
    first, last = _period(request)
    context = {"first": first, "last": last, "heads": list(queries.LABELS.values()), "lines": []}
    if last < first:
        context["wrong"] = _("止月早于起月，没有结果。请改正月份。")
    elif (place := request.user.place) is not None:
        found = queries.moves_by_county(Place.objects.within(place).county_level(), place, first, last)
        context["lines"] = [
            {
                "place": line.place,
                "is_total": number == 0 and len(found) > 1,
                "cells": [(line.counts[kind], _url(kind, line.place, first, last)) for kind in queries.LABELS],
            }
            for number, line in enumerate(found)
        ]
    return render(request, "enterprises/transitions.html", context)


def _url(kind: str, place: Place, first: Month, last: Month) -> str:
    asked = urlencode({"place": place.code, "from": str(first), "to": str(last)})
    return f"{reverse('enterprises:moved', args=[kind])}?{asked}"


@login_required
@require_safe
def moved(request: Request, kind: str) -> HttpResponseBase:
    """The stays behind one number."""
    require(request.user, Permission.ENTERPRISE_VIEW)
    if kind not in queries.LABELS:
        raise Http404(kind)
    first, last = _period(request)
    own = request.user.place
    visible = Place.objects.within(own) if own else Place.objects.none()
    place = get_object_or_404(visible, code=request.GET["place"]) if request.GET.get("place") else own
    inside = list(visible.filter(path__startswith=place.path).values_list("pk", flat=True)) if place else []
    register = Register(
        name=f"moved:{kind}",
        title=queries.LABELS[kind],
        columns=COLUMNS,
        is_searchable=False,
        order="-from_date",
        template="enterprises/moved.html",
    )
    rows = queries.moved(kind, inside, first, last)
    return register.page(request, rows, first=first, last=last, place=place)
