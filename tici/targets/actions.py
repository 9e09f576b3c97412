"""Setting targets, sharing them out, and noting published totals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from tici.core.audit import record
from tici.core.refusals import Refused
from tici.places.models import Place

from . import queries, rules
from .models import Published, Target


@transaction.atomic
def set_target(
    *,
    measure: str,
    place: Place,
    year: int,
    value: Decimal,
    source: str,
    by: object,
    at: datetime,
    source_on: date | None = None,
    profile: str = "",
) -> Target:
    """Set what a measure is to reach in a place and year, or set it anew.

    Raises:
        Refused: There is no such measure or profile, or the value is not above 0.
    """
    if refusals := rules.against_setting(value, is_known=measure in queries.MEASURES, profile=profile):
        raise Refused(*refusals)
    facts = {"value": value, "profile": profile, "source": source, "source_on": source_on}
    return _set(measure, place, year, facts, by=by, at=at)


@transaction.atomic
def share_target(*, target: Target, shares: Mapping[Place, Decimal], by: object, at: datetime) -> list[Target]:
    """Share a target out to the places inside its place; what was shared out before is replaced.

    Raises:
        Refused: The shares do not add up to the target, a place does not lie inside, or it is a rate.
    """
    target = Target.objects.select_for_update().select_related("place").get(pk=target.pk)
    measure = queries.MEASURES.get(target.measure)
    can_share = measure is None or queries.adds_up(measure)
    if refusals := rules.against_sharing(target.place, target.value, shares, adds_up=can_share):
        raise Refused(*refusals)
    facts = {"profile": target.profile, "source": target.source, "source_on": target.source_on}
    return [
        _set(target.measure, place, target.year, {"value": share} | facts, by=by, at=at)
        for place, share in shares.items()
    ]


def _set(measure: str, place: Place, year: int, facts: Mapping[str, Any], *, by: object, at: datetime) -> Target:
    found = Target.objects.select_for_update().filter(measure=measure, place=place, year=year).first()
    target, _created = Target.objects.update_or_create(measure=measure, place=place, year=year, defaults=facts)
    changed = {name: (found and getattr(found, name), facts[name]) for name in ("value", "profile", "source")}
    record("target.set", subject=target, by=by, at=at, **changed)
    return target


@transaction.atomic
def publish_figure(
    *,
    label: str,
    place: Place,
    period: str,
    value: Decimal,
    unit: str,
    source: str,
    by: object,
    at: datetime,
    measure: str = "",
    published_on: date | None = None,
) -> Published:
    """Note a total as it was published, to be compared with our own rows; the same again is noted once."""
    facts = {"measure": measure, "value": value, "unit": unit, "source": source, "published_on": published_on}
    known = Published.objects.filter(label=label, place=place, period=period, **facts).first()
    if known is not None:
        return known
    row = Published.objects.create(label=label, place=place, period=period, **facts)
    record(
        "published.noted", subject=row, by=by, at=at, label=(None, label), period=(None, period), value=(None, value)
    )
    return row
