"""Declared changes to a plan, each evaluated as asked, with its best repair, and planned anew."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from tici.engines.lines.assign import driving_to_school, inward, nearest
from tici.engines.lines.checker import check
from tici.engines.lines.problem import Problem, Route, Solution, VehicleType
from tici.engines.lines.results import Breach, IsCancelled, Tell
from tici.engines.lines.search import plan
from tici.engines.lines.timetable import timetable

How = Literal["asked", "repair", "replan"]
#: CPU seconds of a search: a repair changes little, so it looks for less long.
REPAIR_SECONDS, REPLAN_SECONDS = 0.2, 0.5
#: Objectives with the changes moved up, for a repair.
REPAIRED = ("unserved", "vehicles", "changes", "driving", "walking", "stops")


@dataclass(frozen=True, slots=True)
class AddStop:
    """Call at one more stop: on a route at a position, or where it costs least."""

    stop: int
    route: int | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class MoveStop:
    """Call at another stop in place of one."""

    stop: int
    to: int


@dataclass(frozen=True, slots=True)
class RemoveStop:
    """Give a stop up."""

    stop: int


@dataclass(frozen=True, slots=True)
class RetimeTrip:
    """Run a trip earlier (below 0) or later."""

    route: int
    minutes: float


@dataclass(frozen=True, slots=True)
class AddTrip:
    """Run one more vehicle, calling at these stops (other trips may call there too)."""

    stops: tuple[int, ...]
    vehicle: str


@dataclass(frozen=True, slots=True)
class ExtendLine:
    """Lengthen a route by stops beyond its outer end, in the order they are driven."""

    route: int
    stops: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reorder:
    """Drive a route's stops in another order."""

    route: int
    stops: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Redraw:
    """Drive a route along these stops, whatever it called at before."""

    route: int
    stops: tuple[int, ...]


Change = AddStop | MoveStop | RemoveStop | RetimeTrip | AddTrip | ExtendLine | Reorder | Redraw


@dataclass(frozen=True, slots=True)
class Card:
    """What a change does, against the plan before it.

    Parameters
    ----------
    how
        ``asked``: only the change, everything else as it is; ``repair``: the same vehicles, as little else changed as
        can be; ``replan``: everything planned anew around the change.
    problem, solution
        What was evaluated, and the plan it gives.
    before, after
        Costs by objective.
    riders_gained, riders_lost
        Pupils on a trip who were on none, and the other way round.
    newly_within_walk
        Pupils who had no stop of the plan within the walking limit and now have one.
    ride_changes, walk_changes
        Pupils by the whole minutes (tens of metres) their way by bus (on foot) becomes longer, below 0 shorter.
    seats_left
        By route.
    trip_metres
        Metres all trips drive loaded, when the problem knows them.
    slack_seconds
        By route: how late it may be at the school (leave it).
    minutes_shifted
        By route that stays: minutes its first call moves.
    broken
        Limits the new plan breaks; only ``asked`` may break any.
    cpu_seconds
        What the evaluation took.
    """

    how: How
    problem: Problem
    solution: Solution
    before: Mapping[str, float]
    after: Mapping[str, float]
    riders_gained: int
    riders_lost: int
    newly_within_walk: int
    ride_changes: Mapping[int, int]
    walk_changes: Mapping[int, int]
    seats_left: tuple[int, ...]
    trip_metres: float | None
    slack_seconds: tuple[float, ...]
    broken: tuple[Breach, ...] = ()
    minutes_shifted: Mapping[int, float] = field(default_factory=dict)
    cpu_seconds: float = 0.0

    @property
    def slower(self) -> int:
        """Pupils whose ride becomes at least a minute longer."""
        return sum(pupils for minutes, pupils in self.ride_changes.items() if minutes > 0)

    @property
    def faster(self) -> int:
        """Pupils whose ride becomes at least a minute shorter."""
        return sum(pupils for minutes, pupils in self.ride_changes.items() if minutes < 0)


def evaluate(
    problem: Problem,
    solution: Solution,
    change: Change,
    how: How = "asked",
    *,
    seconds: float | None = None,
    steps: int | None = None,
    seed: int = 0,
    tell: Tell | None = None,
    is_cancelled: IsCancelled | None = None,
) -> Card:
    """Evaluate one change to a plan.

    Parameters
    ----------
    problem
        Holds every stop the change speaks of, also those the plan does not call at.
    solution
        The plan before the change.
    change, how
        What is asked, and how it is evaluated.
    seconds
        CPU seconds a repair or a new plan may search.
    steps, seed, tell, is_cancelled
        As for ``plan``.

    Raises
    ------
    ValueError
        If the change speaks of a stop or route that is not there, or adds a stop the plan calls at already.

    Notes
    -----
    As asked: one insertion and one min-cost flow.
    """
    began = time.thread_time()
    _judge(problem, solution, change)
    current = replace(problem, current=solution)
    asked = _changed(current, solution, change)
    around = _around(current, change)
    if how == "asked":
        made = _seated(around, asked)
    else:
        budget = seconds if seconds is not None else (REPAIR_SECONDS if how == "repair" else REPLAN_SECONDS)
        if how == "repair":
            around = replace(_with_vehicles_of(around, asked), objectives=REPAIRED)
        added = asked[-1:] if isinstance(change, AddTrip) else []  # a trip asked for runs, though none more were needed
        start = Solution(tuple(asked[: len(asked) - len(added)]))
        made = plan(around, budget, seed, tell, is_cancelled, steps=steps, start_from=start).solution
        if added:
            made = _seated(around, [*made.routes, *added])
    card = _card(current, around, solution, made, how, change)
    return replace(card, cpu_seconds=time.thread_time() - began)


def _judge(problem: Problem, solution: Solution, change: Change) -> None:
    """Refuse changes that speak of what is not there."""
    stops = {getattr(change, "stop", None), getattr(change, "to", None), *getattr(change, "stops", ())} - {None}
    route = getattr(change, "route", None)
    if any(not 0 <= stop < len(problem.stops) for stop in stops):
        raise ValueError(f"The change speaks of a stop that is not among the {len(problem.stops)} stops.")
    if route is not None and not 0 <= route < len(solution.routes):
        raise ValueError(f"The change speaks of route {route}; the plan has {len(solution.routes)}.")
    if isinstance(change, MoveStop | RemoveStop) and change.stop not in solution.visited:
        raise ValueError("The plan does not call at the stop that should be moved or removed.")
    new = {AddStop: "stop", MoveStop: "to"}.get(type(change))
    if new and getattr(change, new) in solution.visited:
        raise ValueError("The plan calls at this stop already.")
    if isinstance(change, ExtendLine) and set(change.stops) & solution.visited:
        raise ValueError("The plan calls at a stop already that the line should be extended by.")
    if isinstance(change, Reorder) and sorted(change.stops) != sorted(solution.routes[change.route].stops):
        raise ValueError("A new order must hold the route's stops, each once.")


def _changed(problem: Problem, solution: Solution, change: Change) -> list[Route]:
    """Return the routes with only the change made."""
    routes = list(solution.routes)
    match change:
        case AddStop():
            at, place = _cheapest(problem, routes, change)
            stops = routes[at].stops
            routes[at] = replace(routes[at], stops=(*stops[:place], change.stop, *stops[place:]))
        case MoveStop():
            routes = [
                replace(route, stops=tuple(change.to if stop == change.stop else stop for stop in route.stops))
                for route in routes
            ]
        case RemoveStop():
            left = [tuple(stop for stop in route.stops if stop != change.stop) for route in routes]
            routes = [replace(route, stops=stops) for route, stops in zip(routes, left, strict=True) if stops]
        case AddTrip():
            routes.append(Route(change.stops, change.vehicle))
        case ExtendLine():
            stops = routes[change.route].stops
            longer = (*change.stops, *stops) if problem.direction == "morning" else (*stops, *change.stops)
            routes[change.route] = replace(routes[change.route], stops=longer)
        case Reorder() | Redraw():
            routes[change.route] = replace(routes[change.route], stops=change.stops)
    return routes


def _cheapest(problem: Problem, routes: Sequence[Route], change: AddStop) -> tuple[int, int]:
    """Return the route and position where a stop adds least driving, as far as they are not given."""
    if change.route is not None and change.position is not None:
        return change.route, change.position
    found = []
    for at, route in enumerate(routes):
        if change.route in (None, at):
            before = driving_to_school(problem, route.stops)
            for place in range(len(route.stops) + 1):
                stops = (*route.stops[:place], change.stop, *route.stops[place:])
                found.append((driving_to_school(problem, stops) - before, at, place))
    return min(found)[1:]


def _around(problem: Problem, change: Change) -> Problem:
    """Return the problem in which the change holds: stops that must or must not be called at, vehicles."""
    must: set[int] = set()
    gone: set[int] = set()
    match change:
        case AddStop():
            must = {change.stop}
        case MoveStop():
            must, gone = {change.to}, {change.stop}
        case RemoveStop():
            gone = {change.stop}
        case ExtendLine() | AddTrip() | Redraw():
            must = set(change.stops)
    stops = tuple(replace(stop, must_visit=True) if at in must else stop for at, stop in enumerate(problem.stops))
    walks = problem.walk_metres.copy()
    walks[:, list(gone)] = np.inf
    limits = problem.limits
    if isinstance(change, AddTrip):
        limits = replace(limits, buses_per_stop=limits.buses_per_stop + 1)
    return replace(problem, stops=stops, walk_metres=walks, limits=limits)


def _seated(problem: Problem, routes: Sequence[Route]) -> Solution:
    """Seat everybody on the routes as asked, long rides and few riders notwithstanding: what breaks is told."""
    free = replace(problem, limits=replace(problem.limits, ride_seconds=None, minimum_riders=0))
    return nearest(free, routes)


def _with_vehicles_of(problem: Problem, routes: Sequence[Route]) -> Problem:
    """Return the problem with just the vehicles these routes have."""
    used = [route.vehicle for route in routes]
    kinds = [VehicleType(one.code, one.seats, used.count(one.code)) for one in problem.vehicles if one.code in used]
    return replace(problem, vehicles=tuple(kinds))


def _card(problem: Problem, around: Problem, was: Solution, now: Solution, how: How, change: Change) -> Card:
    before, after = check(problem, was), check(around, now)
    shifts = {change.route: 60.0 * change.minutes} if isinstance(change, RetimeTrip) else {}
    broken = list(after.broken)
    slack: tuple[float, ...] = ()
    minutes: dict[int, float] = {}
    if not problem.closed:
        trips, old = timetable(around, now, shifts=shifts), timetable(problem, was)
        slack = tuple(trip.slack_seconds for trip in trips)
        broken += [
            Breach(
                "window", trip.route, {"route": trip.route + 1, "minutes": f"{_late(trip.window, trip.at_school):+.0f}"}
            )
            for trip in trips
            if not trip.is_on_time
        ]
        minutes = {
            at: round((one.leaves_at - two.leaves_at) / 60, 1)
            for at, (one, two) in enumerate(zip(trips, old, strict=False))
        }
    had, has = _pupils(was), _pupils(now)
    rides, walks = _differences(problem, around, was, now)
    within = around.is_reachable
    return Card(
        how,
        around,
        now,
        before.costs,
        after.costs,
        riders_gained=sum(max(0, has[at] - had[at]) for at in range(len(problem.demand))),
        riders_lost=sum(max(0, had[at] - has[at]) for at in range(len(problem.demand))),
        newly_within_walk=sum(
            demand.pupils
            for at, demand in enumerate(problem.demand)
            if within[at, list(now.visited)].any() and not problem.is_reachable[at, list(was.visited)].any()
        ),
        ride_changes=rides,
        walk_changes=walks,
        seats_left=tuple(around.seats_of(route.vehicle) - route.seats for route in now.routes),
        trip_metres=_metres(around, now),
        slack_seconds=slack,
        broken=tuple(broken),
        minutes_shifted=minutes,
    )


def _late(window: tuple[float, float], moment: float) -> float:
    """Return the minutes a moment is outside a window, below 0 when too early."""
    return (moment - window[1]) / 60 if moment > window[1] else (moment - window[0]) / 60


def _pupils(solution: Solution) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for route in solution.routes:
        for one in route.riders:
            found[one.demand] += one.pupils
    return found


def _ways(problem: Problem, solution: Solution) -> dict[int, list[tuple[float, float]]]:
    """Return (ride seconds, walk metres) of each pupil, by demand point, all standing on the way counted."""
    found: dict[int, list[tuple[float, float]]] = defaultdict(list)
    limits = problem.limits
    for route in solution.routes:
        seats = {stop: sum(one.seats for one in route.riders if one.stop == stop) for stop in route.stops}
        seconds, node, left = 0.0, 0, {}
        for stop in reversed(inward(problem, route.stops)):
            seconds += float(problem.towards_school[stop + 1, node])
            seconds += limits.dwell_seconds + limits.dwell_seconds_per_person * seats[stop]
            left[stop], node = seconds, stop + 1
        for one in route.riders:
            way = (left[one.stop], float(problem.walk_metres[one.demand, one.stop]))
            found[one.demand] += [way] * one.pupils
    return found


def _differences(
    problem: Problem, around: Problem, was: Solution, now: Solution
) -> tuple[dict[int, int], dict[int, int]]:
    """Count pupils by how much longer they ride and walk; within a demand point like is compared with like."""
    before, after = _ways(problem, was), _ways(around, now)
    rides: dict[int, int] = defaultdict(int)
    walks: dict[int, int] = defaultdict(int)
    for demand in before.keys() & after.keys():
        for old, new in zip(sorted(before[demand]), sorted(after[demand]), strict=False):
            rides[round((new[0] - old[0]) / 60)] += 1
            walks[round((new[1] - old[1]) / 10)] += 1
    return dict(sorted(rides.items())), dict(sorted(walks.items()))


def _metres(problem: Problem, solution: Solution) -> float | None:
    if problem.drive_metres is None:
        return None
    total = 0.0
    for route in solution.routes:
        nodes = [stop + 1 for stop in route.stops]
        nodes = [*nodes, 0] if problem.direction == "morning" else [0, *nodes]
        total += float(problem.drive_metres[nodes[:-1], nodes[1:]].sum())
    return total
