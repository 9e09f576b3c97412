"""Published totals beside what our own rows add up to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tici.core.measures import Scope
from tici.engines.periods import Month
from tici.targets.models import Published

from .known import MEASURES, measure_url


@dataclass(frozen=True)
class Compared:
    """A published total beside our own sum for the same place and period."""

    row: Published
    unit: str
    own: Decimal | int | None
    gap: Decimal | None
    url: str


def compared(scope: Scope) -> list[Compared]:
    """Published totals of a scope's place and of the places inside it, each beside our own sum where we have one."""
    rows = Published.objects.filter(place__path__startswith=scope.place.path).select_related("place")
    scopes: dict[tuple[int, Month], Scope] = {}
    found = []
    for row in rows.order_by("place__position", "period", "pk"):
        month = _month_of(row.period, scope.month)
        if (measure := MEASURES.get(row.measure)) is None or month is None:
            found.append(Compared(row, _unit(row.unit), None, None, ""))
            continue
        asked = scopes.setdefault((row.place_id, month), Scope(scope.person, row.place, month))
        own = measure.value(asked)
        gap = None if own is None else Decimal(own) - row.value
        found.append(Compared(row, measure.unit, own, gap, measure_url(row.measure, row.place, month)))
    return found


def _month_of(period: str, latest: Month) -> Month | None:
    """The month up to which a period counts: itself, or for a year its last month we have."""
    if period.isdigit() and len(period) == 4:
        return min(Month(int(period), 12), latest) if int(period) <= latest.year else None
    try:
        return Month.parse(period)
    except ValueError:
        return None


def _unit(words: str) -> str:
    return {"%": "rate", "万元": "wan", "个": "count"}.get(words, words)
