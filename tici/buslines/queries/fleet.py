"""How many vehicles the lines in force need: trips of all schools chained, the fewest there can be, with proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

import numpy as np

from tici.buslines.models import Direction, Pattern, PlanState, Trip
from tici.buslines.rules.routes import time_of_day
from tici.engines import rulebook
from tici.engines.lines.chaining import Chained, chain, chain_with_shifts
from tici.engines.lines.chaining import Trip as Chainable
from tici.engines.roads import Pace, metres_between

from .feed import second_of


@dataclass(frozen=True)
class Duty:
    """What one vehicle does in a peak: its trips in order with the moment each leaves."""

    vehicle: str
    trips: Sequence[tuple[Trip, time]]


@dataclass(frozen=True)
class Peak:
    """A direction's trips chained: at the times that are published, and with departures moved a little."""

    label: Any
    trips: int
    fixed: Chained
    shifted: Chained
    duties: Sequence[Duty]


def peaks() -> list[Peak]:
    """Both peaks of the lines in force; those without a trip are left out. Six queries."""
    found = []
    for way in Direction:
        patterns = Pattern.objects.filter(plan__state=PlanState.IN_FORCE, direction=way)
        rows = Trip.objects.filter(pattern__in=patterns).order_by("leaves_at", "pk")
        rows = rows.select_related("pattern__line__school", "vehicle").prefetch_related("calls__at__stop")
        if trips := list(rows):
            found.append(_peak(way, trips))
    return found


def _peak(way: Direction, trips: Sequence[Trip]) -> Peak:
    rule = rulebook.load("buslines/planning")["fleet"]
    chainable = [
        Chainable(
            str(trip.pattern.line), second_of(trip.leaves_at), second_of(trip.arrives_at) - second_of(trip.leaves_at),
            seats=trip.vehicle.seats,
        )
        for trip in trips
    ]  # fmt: skip
    empty = _empty_seconds(trips)
    fixed = chain(chainable, empty, turn_seconds=rule["turn_seconds"])
    moves = [_earlier(trip, rule["shift_seconds"]) for trip in trips]
    loose = [replace(one, earlier_seconds=move) for one, move in zip(chainable, moves, strict=True)]
    shifted = chain_with_shifts(loose, empty, turn_seconds=rule["turn_seconds"], seconds=rule["seconds"])
    duties = [
        Duty(trips[one.trips[0][0]].vehicle.code, [(trips[at], time_of_day(leaves)) for at, leaves in one.trips])
        for one in shifted.duties
    ]
    return Peak(way.label, len(trips), fixed, shifted, duties)


def _earlier(trip: Trip, most: int) -> int:
    """A morning trip may come a little earlier; an afternoon one leaves when school is out."""
    return most if trip.pattern.is_morning else 0


def _empty_seconds(trips: Sequence[Trip]) -> Any:
    """Seconds of the empty drive from the end of each trip to the start of each other, by straight lines."""
    starts, ends = [], []
    for trip in trips:
        school = trip.pattern.line.school
        calls = sorted(trip.calls.all(), key=lambda call: call.at.position)
        gate = (school.longitude, school.latitude)
        stop = calls[0].at.stop if trip.pattern.is_morning else calls[-1].at.stop
        outer = (stop.longitude, stop.latitude)
        starts.append(outer if trip.pattern.is_morning else gate)
        ends.append(gate if trip.pattern.is_morning else outer)
    pace = Pace.of_rule("drive")
    return metres_between(np.array(ends)[:, None], np.array(starts)) * pace.detour / pace.metres_per_second
