"""How far targets are met, and published totals beside what our own rows add up to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from tici.core.measures import Measure, Scope, Unit
from tici.duties.measures import MEASURES as DUTIES
from tici.engines.periods import Month
from tici.places.models import Place
from tici.projects.measures import MEASURES as PROJECTS
from tici.returns.measures import MEASURES as RETURNS

from . import rules
from .models import Published, Target

MEASURES: dict[str, Measure] = {measure.code: measure for measure in (*PROJECTS, *RETURNS, *DUTIES)}


@dataclass(frozen=True)
class Progress:
    """One target, how far it is met at the end of a month, and where its value opens."""

    target_row: Target
    label: Any
    unit: str
    value: Decimal | int | None
    target: Decimal
    rate: Decimal | None
    lag: Decimal | None  # 序时差
    year_end: Decimal | None
    url: str

    @property
    def bar(self) -> str:
        """How long the line of progress is, 0 to 1; the number beside it is not capped."""
        return f"{min(max(self.rate or Decimal(0), Decimal(0)), Decimal(1)):.3f}"


@dataclass(frozen=True)
class Compared:
    """A published total beside our own sum for the same place and period."""

    row: Published
    unit: str
    own: Decimal | int | None
    gap: Decimal | None
    url: str


def progress(scope: Scope) -> list[Progress]:
    """The targets of a scope's place in the year of its month, each with its progress."""
    rows = Target.objects.filter(place=scope.place, year=scope.month.year).order_by("pk")
    return [_progress(row, scope) for row in rows if row.measure in MEASURES]


def progress_inside(scope: Scope, *, at_most: int) -> list[Progress]:
    """The targets of a scope's place and of the counties inside it, its own first; no query for each of them."""
    rows = (
        Target.objects.filter(place__path__startswith=scope.place.path, year=scope.month.year)
        .select_related("place")
        .order_by("place__path", "pk")
    )
    found = []
    for row in rows[:at_most]:
        if (measure := MEASURES.get(row.measure)) is not None:
            is_own = row.place_id == scope.place.pk
            value = measure.value(scope) if is_own else measure.by_county(scope).get(row.place_id)
            found.append(_met(row, measure, value, scope))
    return found


def shared_progress(target: Target, scope: Scope) -> list[Progress]:
    """The shares of a target that the places inside its place hold, in official order."""
    measure = MEASURES[target.measure]
    values = measure.by_county(scope)
    shares = Target.objects.filter(measure=target.measure, year=target.year, place__parent=target.place)
    rows = shares.select_related("place").order_by("place__position", "place__code")
    return [_met(row, measure, values.get(row.place_id), scope) for row in rows]


def _progress(row: Target, scope: Scope) -> Progress:
    measure = MEASURES[row.measure]
    return _met(row, measure, measure.value(scope), scope)


def _met(row: Target, measure: Measure, value: Decimal | int | None, scope: Scope) -> Progress:
    rate = rules.met_rate(value, row.value)
    is_sum = measure.unit in {Unit.COUNT, Unit.WAN}
    return Progress(
        target_row=row,
        label=measure.label,
        unit="yi" if measure.unit == Unit.WAN and not scope.place.is_county_level else measure.unit,
        value=value,
        target=row.value,
        rate=rate,
        lag=rules.lag(rate, scope.month),
        year_end=rules.year_end(value, scope.month) if is_sum else None,
        url=_measure_url(row.measure, row.place if row.place_id != scope.place.pk else scope.place, scope.month),
    )


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
        found.append(Compared(row, measure.unit, own, gap, _measure_url(row.measure, row.place, month)))
    return found


def _measure_url(code: str, place: Place, month: Month) -> str:
    return f"{reverse('desk:measure', args=[code])}?{urlencode({'place': place.code, 'month': str(month)})}"


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
