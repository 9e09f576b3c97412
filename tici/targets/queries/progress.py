"""How far targets are met at the end of a month, and what their year comes to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tici.core.measures import Measure, Scope, Unit
from tici.engines.periods import Month
from tici.places.models import Place
from tici.targets import rules
from tici.targets.models import Target
from tici.targets.rules import Filled, Method, Projection
from tici.targets.rules.profiles import LAST_YEAR, last_years_share

from .firms import ENTERED, entries_waiting
from .known import MEASURES, accumulates, adds_up, measure_url

Value = Decimal | int | None


@dataclass(frozen=True)
class Progress:
    """One target, how far it is met at the end of a month, and where its value opens."""

    target_row: Target
    label: Any
    unit: str
    value: Value
    target: Decimal
    rate: Decimal | None
    filled: Filled  # the part that is due by now
    lag: Decimal | None  # 序时差
    projection: Projection | None
    url: str

    @property
    def bar(self) -> str:
        """How long the line of progress is, 0 to 1; the number beside it is not capped."""
        return f"{min(max(self.rate or Decimal(0), Decimal(0)), Decimal(1)):.3f}"

    @property
    def due(self) -> Decimal:
        """What should be there by now; of things that are counted, whole ones."""
        due = self.target * self.filled.rate
        return due.to_integral_value() if self.unit == Unit.COUNT else due

    @property
    def behind(self) -> Decimal | None:
        """By how much the value falls short of what is due; 0 where it does not."""
        return None if self.value is None else max(self.due - self.value, Decimal(0))

    @property
    def short(self) -> Decimal | None:
        """By how much the year is going to fall short of the target; 0 where it does not."""
        return None if self.projection is None else max(self.target - self.projection.value, Decimal(0))

    @property
    def remaining(self) -> Decimal | None:
        """What is still missing to the target now."""
        return None if self.value is None else max(self.target - self.value, Decimal(0))


class _Values:
    """The values of measures in a scope and a year before it, each asked for once for a whole page."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        last = scope.month.year - 1
        self._months = (scope.month, Month(last, scope.month.number), Month(last, 12))
        self._scopes: dict[Month, Scope] = {scope.month: scope}
        self._counties: dict[tuple[str, Month], dict[int, Value]] = {}

    def this_year(self, measure: Measure, place: Place) -> Value:
        return self._value(measure, place, self.scope.month)

    def last_year(self, measure: Measure, place: Place) -> tuple[Decimal, Decimal] | None:
        """By the same month of last year, and by its end; None where it is not known."""
        _here, then, whole = self._months
        found = (self._value(measure, place, then), self._value(measure, place, whole))
        return None if found[0] is None or found[1] is None else (Decimal(found[0]), Decimal(found[1]))

    def _value(self, measure: Measure, place: Place, month: Month) -> Value:
        scope = self._scopes.setdefault(month, Scope(self.scope.person, self.scope.place, month))
        if place.pk == scope.place.pk:
            return measure.value(scope)
        if (measure.code, month) not in self._counties:
            self._counties[measure.code, month] = measure.by_county(scope)
        return self._counties[measure.code, month].get(place.pk)


def progress(scope: Scope) -> list[Progress]:
    """The targets of a scope's place in the year of its month, each with its progress."""
    rows = Target.objects.filter(place=scope.place, year=scope.month.year).select_related("place").order_by("pk")
    return _met(rows, scope)


def progress_inside(scope: Scope, *, at_most: int) -> list[Progress]:
    """The targets of a scope's place and of the counties inside it, its own first; no query for each of them."""
    rows = Target.objects.filter(place__path__startswith=scope.place.path, year=scope.month.year)
    return _met(rows.select_related("place").order_by("place__path", "pk")[:at_most], scope)


def shared_progress(target: Target, scope: Scope) -> list[Progress]:
    """The shares of a target that the places inside its place hold, in official order."""
    shares = Target.objects.filter(measure=target.measure, year=target.year, place__parent=target.place)
    return _met(shares.select_related("place").order_by("place__position", "place__code"), scope)


def projections(shown: Progress, scope: Scope) -> list[Projection]:
    """Every projection that can be made of one target's year, the one it goes by first."""
    measure, value = MEASURES[shown.target_row.measure], shown.value
    if value is None or shown.projection is None or not accumulates(measure):
        return [shown.projection] if shown.projection else []
    is_count = measure.unit == Unit.COUNT
    share = last_years_share(scope.month, _Values(scope).last_year(measure, shown.target_row.place))
    others = (
        rules.linear(value, scope.month, is_count=is_count),
        rules.paced(value, share, method=Method.SEASONAL, is_count=is_count) if share else None,
        rules.paced(value, shown.filled, method=_method(shown.filled), is_count=is_count),
    )
    found = {shown.projection.method: shown.projection}
    for one in others:
        if one is not None:
            found.setdefault(one.method, one)
    return list(found.values())


def _met(rows: Any, scope: Scope) -> list[Progress]:
    values = _Values(scope)
    return [_one(row, MEASURES[row.measure], values) for row in rows if row.measure in MEASURES]


def _one(row: Target, measure: Measure, values: _Values) -> Progress:
    scope, value = values.scope, values.this_year(measure, row.place)
    profile = rules.profile_named(row.profile)
    last_year = values.last_year(measure, row.place) if profile.kind == LAST_YEAR else None
    filled = profile.filled(scope.month, last_year)
    rate = rules.met_rate(value, row.value)
    return Progress(
        target_row=row,
        label=measure.label,
        unit="yi" if measure.unit == Unit.WAN and not scope.place.is_county_level else measure.unit,
        value=value,
        target=row.value,
        rate=rate,
        filled=filled,
        lag=rules.lag(rate, filled.rate),
        projection=_projection(row, measure, value, filled, scope),
        url=measure_url(row.measure, row.place, scope.month),
    )


def _projection(row: Target, measure: Measure, value: Value, filled: Filled, scope: Scope) -> Projection | None:
    if value is None or not adds_up(measure):
        return None
    if not accumulates(measure):
        return rules.as_it_stands(value)
    if measure.code == ENTERED:
        ready, near = entries_waiting(scope).of(row.place)
        return rules.by_window(value, scope.month, ready=ready, near=near)
    return rules.paced(value, filled, method=_method(filled), is_count=measure.unit == Unit.COUNT)


def _method(filled: Filled) -> Method:
    return {"even": Method.LINEAR, LAST_YEAR: Method.SEASONAL}.get(filled.profile.kind, Method.PROFILE)
