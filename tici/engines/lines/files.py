"""Problems and plans as JSON, stops and demand points named by their codes; the format stands in docs/lines.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import time
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from tici.engines.lines.problem import (
    DEFAULT_OBJECTIVES,
    Bell,
    Demand,
    Floats,
    Limits,
    Problem,
    Riders,
    Route,
    School,
    Solution,
    Stop,
    VehicleType,
)
from tici.engines.lines.results import Result
from tici.engines.lines.sentences import Fault, Unplannable
from tici.engines.lines.timetable import timetable
from tici.engines.lines.xpress import read_xpress

Read = TypeVar("Read")


def read_problem(path: Path) -> Problem:
    """Read a problem: JSON, or by its suffix an instance of the published benchmark.

    Raises
    ------
    Unplannable
        If it cannot be read, or leaves nothing to plan.
    """
    if path.suffix in (".xpress", ".txt"):
        return read_xpress(path)
    return problem_of(_loaded(path))


def read_plan(path: Path, problem: Problem) -> Solution:
    """Read a plan of a problem.

    Raises
    ------
    Unplannable
        If it cannot be read, or names a stop or demand point the problem has not.
    """
    return solution_of(_loaded(path), [stop.code for stop in problem.stops], [one.code for one in problem.demand])


def _loaded(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as fault:
        raise Unplannable(Fault("not_json", {"line": fault.lineno, "said": fault.msg})) from fault
    if not isinstance(found, dict):
        raise Unplannable(Fault("field_wrong", {"field": path.name, "value": type(found).__name__, "wanted": "{…}"}))
    return found


def problem_of(data: Mapping[str, Any]) -> Problem:
    """Return the problem that JSON data describe.

    Raises
    ------
    Unplannable
        If a field is missing or cannot be read, or nothing is left to plan.
    """
    stops = tuple(_each(data, "stops", _stop))
    demand = tuple(_each(data, "demand", _demand))
    current = data.get("current")
    return Problem(
        school=_one(data, "school", _school),
        stops=stops,
        demand=demand,
        vehicles=tuple(_each(data, "vehicles", _vehicle)),
        drive_seconds=_one(data, "drive_seconds", _matrix),
        walk_metres=_one(data, "walk_metres", _matrix),
        drive_metres=_one(data, "drive_metres", _matrix) if data.get("drive_metres") is not None else None,
        limits=_one(data, "limits", _limits) if "limits" in data else Limits(),
        direction=data.get("direction", "morning"),
        closed=bool(data.get("closed", False)),
        current=solution_of(current, [one.code for one in stops], [one.code for one in demand]) if current else None,
        objectives=tuple(data.get("objectives", DEFAULT_OBJECTIVES)),
    )


def _one(data: Mapping[str, Any], name: str, read: Callable[[Any], Read]) -> Read:
    if name not in data:
        raise Unplannable(Fault("field_missing", {"field": name}))
    try:
        return read(data[name])
    except Unplannable:
        raise
    except KeyError as fault:
        raise Unplannable(Fault("field_missing", {"field": f"{name}.{fault.args[0]}"})) from fault
    except (TypeError, ValueError) as fault:
        shown = json.dumps(data[name], ensure_ascii=False)[:60]
        raise Unplannable(Fault("field_wrong", {"field": name, "value": shown, "wanted": _WANTED[name]})) from fault


def _each(data: Mapping[str, Any], name: str, read: Callable[[Any], Read]) -> list[Read]:
    return _one(data, name, lambda rows: [_numbered(name, at, row, read) for at, row in enumerate(rows, 1)])


def _numbered(name: str, at: int, row: Any, read: Callable[[Any], Read]) -> Read:
    try:
        return read(row)
    except Unplannable:
        raise
    except KeyError as fault:
        raise Unplannable(Fault("field_missing", {"field": f"{name}[{at}].{fault.args[0]}"})) from fault
    except (TypeError, ValueError, AttributeError) as fault:
        shown = json.dumps(row, ensure_ascii=False)[:60]
        wanted = _WANTED[name]
        raise Unplannable(Fault("field_wrong", {"field": f"{name}[{at}]", "value": shown, "wanted": wanted})) from fault


_WANTED = {
    "school": '{"code": "S1", "name": "…", "arrive_by": "08:10", "dismiss_at": "17:00"}',
    "stops": '{"code": "P1", "name": "…"}',
    "demand": '{"code": "D1", "pupils": 3, "guardians": 3}',
    "vehicles": '{"code": "V", "seats": 40, "count": null}',
    "drive_seconds": "[[0, 300], [310, 0]]",
    "drive_metres": "[[0, 1500], [1550, 0]]",
    "walk_metres": "[[120, null]]",
    "limits": '{"walk_metres": 500, "ride_seconds": 1800}',
    "routes": '{"vehicle": "V", "stops": ["P1"], "riders": [{"demand": "D1", "stop": "P1", "seats": 2, "pupils": 1}]}',
}


def _school(data: Any) -> School:
    def moment(name: str) -> time | None:
        return time.fromisoformat(data[name]) if data.get(name) else None

    return School(data["code"], data.get("name", ""), Bell(moment("arrive_by"), moment("dismiss_at")))


def _stop(data: Any) -> Stop:
    return Stop(data["code"], data.get("name", ""), bool(data.get("must_visit", False)))


def _demand(data: Any) -> Demand:
    pupils, guardians = int(data["pupils"]), int(data.get("guardians", 0))
    return Demand(data["code"], pupils, guardians, bool(data.get("kindergarten", False)))


def _vehicle(data: Any) -> VehicleType:
    count = data.get("count")
    return VehicleType(data["code"], int(data["seats"]), None if count is None else int(count))


def _limits(data: Any) -> Limits:
    known = {one.name for one in fields(Limits)}
    if strange := set(data) - known:
        raise ValueError(f"unknown: {', '.join(sorted(strange))}")
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
    return Limits(**values)


def _matrix(data: Any) -> Floats:
    return np.array([[np.nan if one is None else float(one) for one in row] for row in data], dtype=np.float64)


def solution_of(data: Mapping[str, Any], stops: list[str], demand: list[str]) -> Solution:
    """Return the plan that JSON data describe, given the codes of stops and demand points.

    Raises
    ------
    Unplannable
        If a field is missing or cannot be read, or a code is not known.
    """
    place, row = {code: at for at, code in enumerate(stops)}, {code: at for at, code in enumerate(demand)}

    def found(codes: Mapping[str, int], field: str, code: str) -> int:
        if code not in codes:
            raise Unplannable(Fault("unknown_code", {"field": field, "code": code}))
        return codes[code]

    def route(one: Any) -> Route:
        riders = tuple(
            Riders(
                found(row, "demand", r["demand"]), found(place, "stop", r["stop"]), int(r["seats"]), int(r["pupils"])
            )
            for r in one.get("riders", ())
        )
        return Route(tuple(found(place, "stops", code) for code in one["stops"]), one["vehicle"], riders)

    return Solution(tuple(_each(data, "routes", route)))


def plan_as_json(problem: Problem, solution: Solution) -> dict[str, Any]:
    """Return a plan as JSON data."""
    return {
        "routes": [
            {
                "vehicle": route.vehicle,
                "stops": [problem.stops[stop].code for stop in route.stops],
                "riders": [
                    {
                        "demand": problem.demand[one.demand].code,
                        "stop": problem.stops[one.stop].code,
                        "seats": one.seats,
                        "pupils": one.pupils,
                    }
                    for one in route.riders
                ],
            }
            for route in solution.routes
        ]
    }


def result_as_json(result: Result) -> dict[str, Any]:
    """Return a result as JSON data: the plan, its costs, times of its trips, who is left out, what to look at."""
    problem = result.problem
    found = {
        **plan_as_json(problem, result.solution),
        "costs": dict(result.costs),
        "unserved": [
            {
                "demand": problem.demand[one.demand].code,
                "pupils": one.pupils,
                "code": one.reason.code,
                "reason": one.reason.sentence,
            }
            for one in result.unserved
        ],
        "remarks": [fault.sentence for fault in result.remarks],
        "seed": result.seed,
        "steps": result.steps,
    }
    if not problem.closed:
        found["trips"] = [
            {
                "leaves_at": _moment(trip.leaves_at),
                "arrives_at": _moment(trip.arrives_at),
                "slack_seconds": trip.slack_seconds,
                "calls": [
                    {"stop": problem.stops[call.stop].code, "posted": f"{call.posted:%H:%M}", "seats": call.seats}
                    for call in trip.calls
                ],
            }
            for trip in timetable(problem, result.solution)
        ]
    return found


def _moment(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def problem_as_json(problem: Problem) -> dict[str, Any]:
    """Return a problem as JSON data; times that are not known become null."""

    def rows(matrix: Floats) -> list[list[float | None]]:
        return [[float(one) if np.isfinite(one) else None for one in row] for row in matrix]

    bell = problem.school.bell
    return {
        "school": {
            "code": problem.school.code,
            "name": problem.school.name,
            "arrive_by": bell.arrive_by.isoformat("minutes") if bell.arrive_by else None,
            "dismiss_at": bell.dismiss_at.isoformat("minutes") if bell.dismiss_at else None,
        },
        "stops": [asdict(stop) for stop in problem.stops],
        "demand": [asdict(demand) for demand in problem.demand],
        "vehicles": [asdict(vehicle) for vehicle in problem.vehicles],
        "drive_seconds": rows(problem.drive_seconds),
        "walk_metres": rows(problem.walk_metres),
        "drive_metres": rows(problem.drive_metres) if problem.drive_metres is not None else None,
        "limits": asdict(problem.limits),
        "direction": problem.direction,
        "closed": problem.closed,
        "objectives": list(problem.objectives),
        "current": plan_as_json(problem, problem.current) if problem.current else None,
    }
