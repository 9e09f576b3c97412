"""Routes of the engine: the legs they drive, how far, and seconds of a day as times."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from itertools import pairwise

from tici.engines import lines

DAY = 86_400


def legs_of(problem: lines.Problem, route: lines.Route) -> list[tuple[int, int]]:
    """The legs of a route as rows and columns of the driving matrices: one for each of its stops."""
    nodes = [stop + 1 for stop in route.stops]
    return list(pairwise([*nodes, 0] if problem.direction == "morning" else [0, *nodes]))


def metres_of(problem: lines.Problem, route: lines.Route) -> float | None:
    """How far a trip drives; unknown where a leg's length is."""
    if problem.drive_metres is None:
        return None
    return float(sum(problem.drive_metres[leg] for leg in legs_of(problem, route)))


def km_of(problem: lines.Problem, routes: Iterable[lines.Route]) -> float | None:
    """Kilometres all trips of a direction drive in a day; unknown where one is."""
    found = [metres_of(problem, route) for route in routes]
    return None if None in found else sum(one or 0.0 for one in found) / 1000


def time_of_day(seconds: float) -> time:
    """A second of the day as a time, rounded down to the second."""
    whole = int(seconds) % DAY
    return time(whole // 3600, whole // 60 % 60, whole % 60)
