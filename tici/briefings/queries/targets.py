"""The targets of a place as documents say them, with who can fill their gaps."""

from __future__ import annotations

from decimal import Decimal

from tici.briefings.panels import Spot, TargetLine
from tici.core.measures import Scope, Unit
from tici.targets.queries import MEASURES, Progress, candidates, progress_inside

from .places import called, whole_of

NAMED = 3
LINES = 12
UNITS = {Unit.COUNT: "个", Unit.WAN: "亿元", Unit.RATE: "%", Unit.POINTS: "个百分点", Unit.KWH: "万千瓦时"}


def target_lines(scope: Scope) -> tuple[TargetLine, ...]:
    """The targets of a scope's place whose value is known; where it has none, those of the places inside it."""
    found = progress_inside(scope, at_most=LINES)
    own = [shown for shown in found if shown.target_row.place_id == scope.place.pk]
    return tuple(line for shown in own or found if (line := _line(shown, scope)) is not None)


def _line(shown: Progress, scope: Scope) -> TargetLine | None:
    measure, place = MEASURES[shown.target_row.measure], shown.target_row.place
    if shown.value is None or shown.rate is None or shown.lag is None or measure.unit not in UNITS:
        return None
    is_own = place.pk == scope.place.pk
    found = candidates(measure.code, scope if is_own else Scope(scope.person, place, scope.month), at_most=NAMED)
    name = whole_of(place) if is_own else called(place)
    return TargetLine(
        code=measure.code,
        name=str(measure.label),
        of=Spot(place.code, name),
        where="" if is_own else name,
        unit=UNITS[measure.unit],
        basis=str(measure.basis),
        value=Decimal(shown.value),
        target=shown.target,
        rate=shown.rate,
        lag=shown.lag,
        method=str(shown.projection.method.label) if shown.projection else "",
        year_end=shown.projection.value if shown.projection else None,
        candidates=found.total if found else None,
        names=tuple(str(one.subject) for one in found.lines) if found else (),
    )
