"""Opening a month: every place that reports gets its awaited filing, with the day it is due; and taking it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tici.core.audit import Deed, record_many
from tici.core.refusals import Refused
from tici.engines import rulebook
from tici.engines.periods import Month
from tici.engines.workdays import due_day
from tici.places.models import Place
from tici.returns import rules
from tici.returns.models import Filing, Form, Light

from .lights import set_lights


@transaction.atomic
def open_month(month: Month, *, by: object, at: datetime) -> list[Filing]:
    """Await the return of every county-level place for a month; what is awaited already stays as it is.

    Raises
    ------
    Refused
        The month has not come yet, or is older than the rules.
    """
    if refusals := rules.against_opening_month(month, at):
        raise Refused(*refusals)
    due = due_day(month, rulebook.load("returns/calendar", month.last)[Form.PROJECT_MONTH])
    known = set(Filing.objects.filter(month_on=month.first).values_list("place_id", flat=True))
    missing = [place for place in Place.objects.county_level() if place.pk not in known]
    filings = [Filing(month_on=month.first, place=place, due_on=due.on) for place in missing]
    if not filings:
        return []
    Filing.objects.bulk_create(filings, ignore_conflicts=True)
    set_lights(month)
    opened = list(Filing.objects.filter(month_on=month.first, place__in=missing).select_related("place"))
    new = {"month": str(month), "places": len(opened), "due_on": due.on}
    record_many([Deed("month.opened", f"returns.month:{month}", {}, new)], by=by, at=at)
    return opened


@transaction.atomic
def withdraw_month(month: Month, *, by: object, at: datetime) -> int:
    """Take back a month that was opened by mistake; returns how many places are no longer awaited.

    Raises
    ------
    Refused
        Somebody has reported or typed something for it.
    """
    filings = Filing.objects.filter(month_on=month.first)
    awaited = len(filings.select_for_update())
    begun = filings.filter(Q(vintages__isnull=False) | Q(draft_rows__isnull=False)).distinct().count()
    if refusals := rules.against_withdrawing_month(month, begun=begun):
        raise Refused(*refusals)
    filings.delete()
    Light.objects.filter(month_on=month.first).delete()
    record_many([Deed("month.withdrawn", f"returns.month:{month}", {"places": awaited}, {})], by=by, at=at)
    return awaited
