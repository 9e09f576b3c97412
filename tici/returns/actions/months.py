"""Opening a month: every place that reports gets its awaited filing, with the day it is due."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tici.core.audit import Deed, record_many
from tici.engines import rulebook
from tici.engines.periods import Month
from tici.engines.workdays import due_day
from tici.places.models import Place
from tici.returns.models import Filing, Form

from .lights import set_lights


@transaction.atomic
def open_month(month: Month, *, by: object, at: datetime) -> list[Filing]:
    """Await the return of every county-level place for a month; what is awaited already stays as it is."""
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
