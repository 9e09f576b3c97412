"""What the maps draw: gate, stops, ways and demand, as plain values a script reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from tici.buslines.models import Demand, Pattern, School, Stop
from tici.engines import rulebook
from tici.engines.roads import metres_between

from .plans import Strip, style_of

MOST_NEAR, NEAR_METRES = 60, 6000.0


def map_of(
    school: School, strips: Sequence[Strip], *, walk_metres: float, with_demand: bool, asked: Sequence[str] = ()
) -> dict[str, Any]:
    """The gate, every stop once, each line's way, stops that a change asks for, and demand by rounded cell.

    Only planners see demand, how many board where, and tiles of a server that the city named.
    """
    stops: dict[int, dict[str, Any]] = {}
    for strip in strips:
        for row in strip.rows:
            known = stops.setdefault(row.stop.pk, _stop(row.stop))
            if strip.pattern.line.short_name not in known["lines"]:
                known["lines"].append(strip.pattern.line.short_name)
            known["pupils"] += row.pupils if with_demand and strip.is_morning else 0
    return {
        "gate": {"name": school.name, "at": _at(school)},
        "ways": [_way(school, strip) for strip in strips],
        "stops": list(stops.values()),
        "asked": [_stop(one) for one in Stop.objects.filter(code__in=asked)] if asked else [],
        "walk": walk_metres,
        **(_demand(school) if with_demand else {"demand": [], "cell": 0, "tiles": ""}),
    }


def _way(school: School, strip: Strip) -> dict[str, Any]:
    points = [_at(row.stop) for row in strip.rows]
    line = strip.pattern.line
    return {
        "line": line.short_name, "number": line.number, "morning": strip.is_morning,
        "way": [*points, _at(school)] if strip.is_morning else [_at(school), *points],
        "colour": strip.style.colour, "dash": strip.style.dash,
    }  # fmt: skip


def _at(point: School | Stop) -> list[float]:
    return [point.latitude, point.longitude]


def _stop(stop: Stop) -> dict[str, Any]:
    return {"name": stop.name, "code": stop.code, "at": _at(stop), "lines": [], "pupils": 0}


def _demand(school: School) -> dict[str, Any]:
    return {
        "cell": rulebook.load("buslines/planning")["demand"]["cell_degrees"],
        "demand": [[one.latitude, one.longitude, one.pupils] for one in Demand.objects.of(school)],
        "tiles": settings.TICI_MAP_TILES,
    }


def by_distance(school: School, stops: Sequence[Stop]) -> list[tuple[float, Stop]]:
    """How many metres each stop is from a school as the crow flies, the nearest first."""
    if not stops:
        return []
    points = [(one.longitude, one.latitude) for one in stops]
    metres = metres_between(points, (school.longitude, school.latitude)).tolist()
    return [(far, stops[at]) for far, at in sorted(zip(metres, range(len(stops)), strict=True))]


def nearest_stops(school: School, stops: Sequence[Stop]) -> list[Stop]:
    """The stops nearest to a school, as many as a person can choose from."""
    return [stop for far, stop in by_distance(school, stops)[:MOST_NEAR] if far <= NEAR_METRES]


def drawing_of(school: School, stops: Sequence[Stop], pattern: Pattern) -> dict[str, Any]:
    """The map under the editor: every stop that may be drawn, free ones too; the script draws the way itself."""
    style = style_of(pattern.line.number)
    return {
        "gate": {"name": school.name, "at": _at(school)},
        "stops": list({one.code: _stop(one) for one in stops}.values()),
        "ways": [], "asked": [], "walk": pattern.plan.limits.get("walk_metres", 500),
        "drawn": {"colour": style.colour, "dash": style.dash, "morning": pattern.is_morning},
        **_demand(school),
    }  # fmt: skip
