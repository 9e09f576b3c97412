"""The place and month a page is asked for, within what the person may see."""

from __future__ import annotations

from django.http import Http404

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.core.measures import Scope
from tici.engines.periods import Month
from tici.places.models import Place
from tici.returns import queries as returns


def asked_scope(request: Request, code: str = "") -> Scope:
    """The scope of a page: ``?place=`` and ``?month=``, else the person's own place and the newest month.

    A place outside the person's own, and a month that is none, are not there (404).
    """
    require(request.user, Permission.MEASURE_VIEW)
    own = request.user.place
    if own is None:
        raise Http404
    code = code or request.GET.get("place", "") or own.code
    place = own if code == own.code else Place.objects.within(own).filter(code=code).first()
    if place is None:
        raise Http404
    return Scope(request.user, place, asked_month(request))


def asked_month(request: Request) -> Month:
    """The month in ``?month=2021-11``, else the newest month anybody is to report."""
    if not (written := request.GET.get("month", "")):
        return returns.latest_month()
    try:
        return Month.parse(written)
    except ValueError:
        raise Http404(written) from None


def posted_month(request: Request) -> Month:
    """The month a form was sent for, else the newest one."""
    try:
        return Month.parse(request.POST.get("month", ""))
    except ValueError:
        return returns.latest_month()
