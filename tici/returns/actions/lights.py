"""Setting the lights of a month: computed anew from the register and the current entries, written where they differ."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.db import transaction

from tici.core.audit import Deed, record_many
from tici.core.copying import copy_in, many_objects
from tici.engines.lights import GREEN
from tici.engines.periods import Month
from tici.places.models import Place
from tici.returns import queries, rules
from tici.returns.models import Light

COLUMNS = ("project", "place", "month_on", "kind", "colour", "reason", "facts", "rule_since")
Key = tuple[int, str]
Look = tuple[int, str, str, dict[str, Any], date | None]


@transaction.atomic
def relight(month: Month, place: Place | None = None, *, by: object, at: datetime) -> dict[str, int]:
    """Set the lights of a month, in one place or everywhere; returns how many of each colour now show."""
    shown = set_lights(month, place)
    subject = f"returns.month:{month}" if place is None else f"places.place:{place.pk}"
    record_many([Deed("lights.set", subject, {}, {"month": str(month), **shown})], by=by, at=at)
    return shown


def set_lights(month: Month, place: Place | None = None) -> dict[str, int]:
    """Write the yellow and red lights of a month inside the caller's transaction; a green one leaves no row.

    Lights that stay as they were are not touched.
    """
    with many_objects():
        return _set(month, place)


def _set(month: Month, place: Place | None) -> dict[str, int]:
    rule, limits = rules.thresholds_on(month.last)
    judge = rules.Judge(limits, month)
    wanted: dict[Key, Look] = {}
    for one in queries.situations(month, place=place):
        for kind, (colour, reason, facts) in judge.lights_of(one):
            if colour != GREEN:
                wanted[one.project_id, kind.value] = (one.place_id, colour, reason, facts, rule.since)
    shown = dict(Counter(colour for _place, colour, *_rest in wanted.values()))
    stale = []
    for pk, project, kind, *look in _standing(month, place):
        if wanted.get((project, kind)) == tuple(look):
            del wanted[project, kind]
        else:
            stale.append(pk)
    if stale:
        Light.objects.filter(pk__in=stale).delete()
    copy_in(
        Light,
        COLUMNS,
        (
            (project, place_id, month.first, kind, colour, reason, facts, since)
            for (project, kind), (place_id, colour, reason, facts, since) in wanted.items()
        ),
    )
    return {"red": shown.get("red", 0), "yellow": shown.get("yellow", 0)}


def _standing(month: Month, place: Place | None) -> Any:
    rows = Light.objects.filter(month_on=month.first)
    if place is not None:
        rows = rows.filter(project__place__path__startswith=place.path)
    columns = ("pk", "project_id", "kind", "place_id", "colour", "reason", "facts", "rule_since")
    return rows.select_for_update(of=("self",)).values_list(*columns)
