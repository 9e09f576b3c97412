"""What leaves a problem without anything to plan: told all at once, each with its row and the way out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tici.engines.lines.sentences import Fault

if TYPE_CHECKING:
    from tici.engines.lines.problem import Problem

DIRECTIONS = ("morning", "afternoon")
#: What a plan may be judged by; the order a problem gives them in is the order of importance.
OBJECTIVES = (
    "unserved",  # pupils left without a seat
    "vehicles",  # trips, each a vehicle in the peak
    "driving",  # seconds (or metres of a closed tour) under way, standing not counted
    "riding",  # pupil-seconds from the own stop to school: driving, and one standing time a stop
    "worst_ride",  # seconds the longest trip takes from its first stop to school, all standing counted
    "walking",  # pupil-metres to and from stops
    "worst_walk",  # metres of the longest walk
    "changes",  # against the current plan: stops taken up or given up, and pupils who change their stop
    "stops",  # stops visited
)


def faults(problem: Problem) -> Iterable[Fault]:
    """Yield what leaves nothing to plan."""
    if not problem.closed:
        is_morning, bell = problem.direction == "morning", problem.school.bell
        if (bell.arrive_by if is_morning else bell.dismiss_at) is None:
            name = problem.school.name or problem.school.code
            yield Fault("no_bell", {"school": name, "bell": "上课" if is_morning else "放学"})
    if problem.direction not in DIRECTIONS:
        yield Fault("unknown_direction", {"direction": problem.direction})
    yield from _empty(problem)
    yield from _repeated("站点", (stop.code for stop in problem.stops))
    yield from _repeated("需求点", (demand.code for demand in problem.demand))
    yield from _repeated("车型", (vehicle.code for vehicle in problem.vehicles))
    yield from _too_small(problem)
    yield from _misnamed(problem.objectives)
    yield from _misshapen(problem)
    yield from _strangers(problem)


def _empty(problem: Problem) -> Iterable[Fault]:
    for code, rows in (("no_stops", problem.stops), ("no_demand", problem.demand), ("no_vehicles", problem.vehicles)):
        if not rows:
            yield Fault(code)
    if problem.demand and not any(demand.pupils for demand in problem.demand):
        yield Fault("no_demand")


def _misnamed(objectives: Sequence[str]) -> Iterable[Fault]:
    if not objectives:
        yield Fault("no_objective")
    for at, objective in enumerate(objectives):
        if objective not in OBJECTIVES:
            yield Fault("unknown_objective", {"objective": objective, "known": "、".join(OBJECTIVES)})
        if objective in objectives[:at]:
            yield Fault("objective_twice", {"objective": objective})


def _repeated(what: str, codes: Iterable[str]) -> Iterable[Fault]:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            yield Fault("code_twice", {"what": what, "code": code})
        seen.add(code)


def _too_small(problem: Problem) -> Iterable[Fault]:
    """Yield counts and limits below what makes sense."""
    limits = problem.limits
    wanted: list[tuple[str, str, str, float, float]] = [
        ("需求点", one.code, label, value, 0)
        for one in problem.demand
        for label, value in (("学生数", one.pupils), ("家长数", one.guardians))
    ]
    for vehicle in problem.vehicles:
        wanted.append(("车型", vehicle.code, "座位数", vehicle.seats, 1))
        if vehicle.count is not None:
            wanted.append(("车型", vehicle.code, "辆数", vehicle.count, 0))
    wanted += [
        ("限值", name, "值", value, least)
        for name, least in (
            ("walk_metres", 0),
            ("ride_seconds", 1),
            ("dwell_seconds", 0),
            ("dwell_seconds_per_person", 0),
            ("minimum_riders", 0),
            ("buses_per_stop", 1),
        )
        if (value := getattr(limits, name)) is not None
    ]
    for what, code, label, value, least in wanted:
        if not value >= least:
            yield Fault("negative", {"what": what, "code": code, "field": label, "value": value, "least": least})
    for name in ("arrive_before_seconds", "leave_after_seconds"):
        low, high = getattr(limits, name)
        if not 0 <= low <= high:
            yield Fault("window", {"field": name, "low": low, "high": high})


def _misshapen(problem: Problem) -> Iterable[Fault]:
    """Yield matrices of a wrong shape, or with negative entries."""
    nodes, people = len(problem.stops) + 1, len(problem.demand)
    for label, matrix, shape in (
        ("行车时间矩阵", problem.drive_seconds, (nodes, nodes)),
        ("行车里程矩阵", problem.drive_metres, (nodes, nodes)),
        ("步行距离矩阵", problem.walk_metres, (people, nodes - 1)),
    ):
        if matrix is None:
            continue
        if matrix.shape != shape:
            said = {"wanted": "×".join(map(str, shape)), "got": "×".join(map(str, matrix.shape))}
            yield Fault("shape", {"matrix": label, **said})
            continue
        for row, column in np.argwhere(np.nan_to_num(matrix) < 0):
            is_walk = label == "步行距离矩阵"
            said = {
                "from": problem.demand[row].code if is_walk else problem.name_of(row),
                "to": problem.name_of(column + is_walk),
                "value": f"{matrix[row, column]:g}",
            }
            yield Fault("negative_time", {"matrix": label, **said})


def _strangers(problem: Problem) -> Iterable[Fault]:
    """Yield what the current plan names and the problem has not."""
    vehicles = {vehicle.code for vehicle in problem.vehicles}
    for number, route in enumerate(problem.current.routes if problem.current else (), 1):
        wrong: list[tuple[str, object]] = [
            ("站点", stop)
            for stop in (*route.stops, *(one.stop for one in route.riders))
            if not 0 <= stop < len(problem.stops)
        ]
        wrong += [("需求点", one.demand) for one in route.riders if not 0 <= one.demand < len(problem.demand)]
        if route.vehicle not in vehicles:
            wrong.append(("车型", route.vehicle))
        for what, value in wrong:
            yield Fault("unknown_in_plan", {"route": number, "what": what, "value": value})
