"""The independent checker: every limit and every cost of a plan from scratch, sharing no code with the search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from tici.engines.lines.problem import WALK_TOLERANCE_METRES, Problem, Route, Solution
from tici.engines.lines.results import Breach, Checked

#: Rounding allowed before a ride counts as too long.
SECONDS = 1e-6


def check(problem: Problem, solution: Solution) -> Checked:
    """Recompute what a plan costs and which limits it breaks.

    Parameters
    ----------
    problem
        What was to be planned.
    solution
        Any plan of it; routes in the order they are driven.

    Returns
    -------
    Checked
        ``costs`` holds every objective of ``OBJECTIVES``; ``broken`` is empty when all limits are kept. Pupils left
        out break nothing: they are the cost ``unserved``.

    Notes
    -----
    Linear in stops and riders.
    """
    broken = [*_against_routes(problem, solution), *_against_riders(problem, solution)]
    served = sum(route.pupils for route in solution.routes)
    walks = [
        (one.pupils, float(problem.walk_metres[one.demand, one.stop]))
        for route in solution.routes
        for one in route.riders
    ]
    costs = {
        "unserved": float(sum(demand.pupils for demand in problem.demand) - served),
        "vehicles": float(len(solution.routes)),
        "driving": sum(driving(problem, route) for route in solution.routes),
        "riding": sum(riding(problem, route) for route in solution.routes),
        "worst_ride": max((ride(problem, route) for route in solution.routes), default=0.0),
        "walking": sum(pupils * metres for pupils, metres in walks),
        "worst_walk": max((metres for _, metres in walks), default=0.0),
        "changes": float(changes(problem, solution)),
        "stops": float(sum(len(route.stops) for route in solution.routes)),
    }
    return Checked(costs, tuple(broken))


def driving(problem: Problem, route: Route) -> float:
    """Return the seconds a route drives, standing not counted."""
    nodes = [stop + 1 for stop in route.stops]
    if problem.closed:
        nodes = [0, *nodes, 0]
    elif problem.direction == "morning":
        nodes = [*nodes, 0]
    else:
        nodes = [0, *nodes]
    return float(sum(problem.drive_seconds[one, two] for one, two in pairwise(nodes)))


def ride(problem: Problem, route: Route) -> float:
    """Return the seconds of the longest ride of a route: all its driving and standing, an empty way out not counted."""
    limits, seconds = problem.limits, driving(problem, route)
    if problem.closed and route.stops:
        seconds -= float(problem.drive_seconds[0, route.stops[0] + 1])
    return seconds + limits.dwell_seconds * len(route.stops) + limits.dwell_seconds_per_person * route.seats


def riding(problem: Problem, route: Route) -> float:
    """Return the pupil-seconds between stops and school: driving, and one standing time for each stop on the way."""
    order = route.stops if problem.direction == "morning" else route.stops[::-1]
    matrix = problem.drive_seconds if problem.direction == "morning" else problem.drive_seconds.T
    left, node, seconds = {}, 0, 0.0
    for stop in reversed(order):
        seconds += float(matrix[stop + 1, node]) + problem.limits.dwell_seconds
        left[stop], node = seconds, stop + 1
    return sum(one.pupils * left.get(one.stop, 0.0) for one in route.riders)


def changes(problem: Problem, solution: Solution) -> int:
    """Count stops taken up or given up, and pupils who change their stop, against the current plan."""
    if problem.current is None:
        return 0
    now, was = _pupils(solution), _pupils(problem.current)
    moved = len(solution.visited ^ problem.current.visited)
    for demand in {demand for demand, _ in was}:
        stops = {stop for one, stop in was | now if one == demand}
        stays = sum(min(now[demand, stop], was[demand, stop]) for stop in stops)
        had = sum(was[demand, stop] for stop in stops)
        has = sum(now[demand, stop] for stop in stops)
        moved += max(0, min(had, has) - stays)
    return moved


def _pupils(solution: Solution) -> Counter[tuple[int, int]]:
    """Count pupils by demand point and stop."""
    found: Counter[tuple[int, int]] = Counter()
    for route in solution.routes:
        for one in route.riders:
            found[one.demand, one.stop] += one.pupils
    return found


def _against_routes(problem: Problem, solution: Solution) -> Iterable[Breach]:
    types = {vehicle.code: vehicle for vehicle in problem.vehicles}
    for at, route in enumerate(solution.routes):
        if route.stops:
            yield from _against_route(problem, at, route)
        else:
            yield Breach("empty", at, {"route": at + 1})
    used = Counter(route.vehicle for route in solution.routes)
    for code, count in used.items():
        if code in types and (most := types[code].count) is not None and count > most:
            yield Breach("fleet", None, {"vehicle": code, "used": count, "count": most})
    calls = Counter(stop for route in solution.routes for stop in route.stops)
    for stop, count in calls.items():
        if count > problem.limits.buses_per_stop:
            said = {"stop": problem.name_of(stop + 1), "buses": count, "limit": problem.limits.buses_per_stop}
            yield Breach("twice", None, said)


def _against_route(problem: Problem, at: int, route: Route) -> Iterable[Breach]:
    number = {"route": at + 1}
    for node, after in _legs(problem, route):
        if not np.isfinite(problem.drive_seconds[node, after]):
            yield Breach("no_way", at, {**number, "from": problem.name_of(node), "to": problem.name_of(after)})
    seats = {vehicle.code: vehicle.seats for vehicle in problem.vehicles}
    if route.vehicle not in seats:
        yield Breach("unknown_vehicle", at, {**number, "vehicle": route.vehicle})
    elif route.seats > seats[route.vehicle]:
        yield Breach("seats", at, {**number, "taken": route.seats, "seats": seats[route.vehicle]})
    limit, seconds = problem.limits.ride_seconds, ride(problem, route)
    if limit is not None and seconds > limit + SECONDS:
        yield Breach("ride", at, {**number, "seconds": f"{seconds:.0f}", "limit": f"{limit:.0f}"})
    if route.pupils < problem.limits.minimum_riders:
        least = problem.limits.minimum_riders
        yield Breach("riders_few", at, {**number, "pupils": route.pupils, "least": least})


def _legs(problem: Problem, route: Route) -> Iterable[tuple[int, int]]:
    nodes = [stop + 1 for stop in route.stops]
    is_out, is_home = (
        problem.closed or problem.direction == "afternoon",
        problem.closed or problem.direction == "morning",
    )
    nodes = [0] * is_out + nodes + [0] * is_home
    return pairwise(nodes)


def _against_riders(problem: Problem, solution: Solution) -> Iterable[Breach]:
    served: Counter[int] = Counter()
    groups: dict[int, list[tuple[int, int]]] = {}
    for at, route in enumerate(solution.routes):
        for one in route.riders:
            said = {"demand": problem.demand[one.demand].code, "stop": problem.name_of(one.stop + 1), "route": at + 1}
            if one.stop not in route.stops:
                yield Breach("not_on_route", at, said)
            metres, limit = problem.walk_metres[one.demand, one.stop], problem.limits.walk_metres
            if not metres <= limit + WALK_TOLERANCE_METRES:
                yield Breach("walk", at, {**said, "metres": f"{metres:.0f}", "limit": f"{limit:.0f}"})
            served[one.demand] += one.pupils
            groups.setdefault(one.demand, []).append((one.pupils, one.seats))
    for demand, pupils in served.items():
        if pupils > problem.demand[demand].pupils:
            said = {"demand": problem.demand[demand].code, "pupils": problem.demand[demand].pupils, "served": pupils}
            yield Breach("over_served", None, said)
        elif odd := _parted(problem.demand[demand].families, groups[demand]):
            said = {"demand": problem.demand[demand].code, "pupils": odd[0], "seats": odd[1]}
            yield Breach("family_parted", None, said)


def _parted(families: tuple[tuple[int, int], ...], groups: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Return a group whose pupils and seats no choice of whole families makes up; nothing when all do.

    A demand point has at most a few kinds of family, and groups are few: choices are tried one after another.
    """
    kinds = Counter(families)

    def fits(left: Counter[tuple[int, int]], rest: list[tuple[int, int]]) -> bool:
        if not rest:
            return True
        return any(fits(left - taken, rest[1:]) for taken in _choices(left, *rest[0]))

    if fits(kinds, groups):
        return None
    return next((group for group in groups if not any(True for _ in _choices(kinds, *group))), groups[-1])


def _choices(left: Counter[tuple[int, int]], pupils: int, seats: int) -> Iterable[Counter[tuple[int, int]]]:
    """Yield every choice of families that makes up so many pupils and seats."""
    if not left:
        if pupils == 0 and seats == 0:
            yield Counter()
        return
    kind = max(left)
    rest = Counter({one: count for one, count in left.items() if one != kind})
    for count in range(min(left[kind], pupils // kind[0]) + 1):
        for more in _choices(rest, pupils - count * kind[0], seats - count * kind[1]):
            yield more + Counter({kind: count} if count else {})
