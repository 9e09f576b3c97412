"""A school with its stops and demand as the engine plans it, and a plan as the engine's solution of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tici.buslines.models import Demand, Plan, School, SchoolKind, Stop, Trip, Vehicle
from tici.buslines.rules.planning import limits_of
from tici.engines import lines, rulebook
from tici.engines.roads import Matrix
from tici.engines.roads.problems import Problem as RoadProblem

from .roads import walk_estimated, ways_of


@dataclass(frozen=True)
class Setting:
    """A problem in both directions, and the rows its stops and demand points stand for, in the same order."""

    school: School
    stops: tuple[Stop, ...]
    demand: tuple[Demand, ...]
    problems: Mapping[str, lines.Problem]
    legs: Matrix
    remarks: tuple[RoadProblem, ...] = ()

    def with_current(self, current: Mapping[str, lines.Solution]) -> Setting:
        """The same, with a plan that changes are counted against."""
        return replace(self, problems={way: replace(one, current=current[way]) for way, one in self.problems.items()})


def setting_of(
    school: School, limits: Mapping[str, Any], *, keep: Sequence[Stop] = (), only_kept: bool = False
) -> Setting:
    """What is planned for a school: its demand, every open stop that some family can walk to, and those to ``keep``.

    With ``only_kept`` there are no other stops: enough for a change that names all it speaks of.

    Raises:
        Unplannable: There is nothing to plan, or no school bell.
    """
    rule = rulebook.load("buslines/planning")
    demand = tuple(Demand.objects.of(school).order_by("code"))
    stops = list(keep) if only_kept else _stops_near(school, demand, keep, rule["demand"]["most_walk_metres"])
    ways = ways_of(school, stops, demand)
    is_small = school.kind == SchoolKind.KINDERGARTEN
    morning = lines.Problem(
        school=lines.School(school.code, school.name, lines.Bell(school.arrive_by, school.dismiss_at)),
        stops=tuple(lines.Stop(one.code, one.name) for one in stops),
        demand=tuple(lines.Demand(one.code, one.pupils, one.guardians, is_small) for one in demand),
        vehicles=tuple(lines.VehicleType(one.code, one.seats, one.count) for one in Vehicle.objects.all()),
        drive_seconds=ways.drive.seconds,
        drive_metres=ways.drive.metres,
        walk_metres=ways.walk_metres,
        limits=limits_of(limits),
        objectives=tuple(rule["objectives"]["order"]),
    )
    problems = {"morning": morning, "afternoon": replace(morning, direction="afternoon")}
    return Setting(school, tuple(stops), demand, problems, ways.drive, ways.problems)


def _stops_near(school: School, demand: Sequence[Demand], keep: Sequence[Stop], most_metres: float) -> list[Stop]:
    """Open stops of the school's city that some family can walk to, and those to keep."""
    kept = {one.pk for one in keep}
    city = school.place.path.split("/")[0]
    near = Stop.objects.filter(place__path__startswith=f"{city}/").order_by("code")
    stops = [one for one in near if not one.is_closed or one.pk in kept]
    if not demand or not stops:
        return stops if not demand else []
    near_one = np.flatnonzero((walk_estimated(demand, stops) <= most_metres).any(axis=0)).tolist()
    return [one for at, one in enumerate(stops) if at in set(near_one) or one.pk in kept]


def trips_of(plan: Plan) -> dict[str, list[Trip]]:
    """The trips of a plan by direction, in the order of the engine's routes."""
    found: dict[str, list[Trip]] = {"morning": [], "afternoon": []}
    rows = Trip.objects.filter(pattern__plan=plan).order_by("pattern__line__number", "number")
    rows = rows.select_related("pattern__line", "vehicle").prefetch_related("calls__at", "calls__boardings")
    for trip in rows:
        found[trip.pattern.direction].append(trip)
    return found


def limits_for(plan: Plan, trips: Mapping[str, Sequence[Trip]]) -> dict[str, Any]:
    """The limits of a plan; where several of its trips call at one stop, so many may."""
    calls = [Counter(call.at.stop_id for trip in own for call in trip.calls.all()) for own in trips.values()]
    most = max((max(one.values(), default=1) for one in calls), default=1)
    return plan.limits | {"buses_per_stop": max(most, plan.limits.get("buses_per_stop", 1))}


def solutions_of(trips: Mapping[str, Sequence[Trip]], setting: Setting) -> dict[str, lines.Solution]:
    """Kept trips as the engine's solutions, by direction; riders of demand that is no more are left out."""
    at_stop = {one.pk: at for at, one in enumerate(setting.stops)}
    at_demand = {one.pk: at for at, one in enumerate(setting.demand)}

    def route(trip: Trip) -> lines.Route:
        calls = sorted(trip.calls.all(), key=lambda call: call.at.position)
        riders = tuple(
            lines.Riders(at_demand[one.demand_id], at_stop[call.at.stop_id], one.seats, one.pupils)
            for call in calls
            for one in call.boardings.all()
            if one.demand_id in at_demand
        )
        return lines.Route(tuple(at_stop[call.at.stop_id] for call in calls), trip.vehicle.code, riders)

    return {way: lines.Solution(tuple(route(trip) for trip in own)) for way, own in trips.items()}


def stops_of(plan: Plan | None) -> list[Stop]:
    """The stops a plan calls at."""
    return [] if plan is None else list(Stop.objects.filter(patterns__pattern__plan=plan).distinct().order_by("code"))


def unserved_rows(setting: Setting, unserved: Sequence[lines.Unserved]) -> list[dict[str, Any]]:
    """Who is left out and why, as a plan keeps it."""
    return [
        {"demand": setting.demand[row.demand].code, "pupils": row.pupils, "code": row.reason.code}
        | {"params": dict(row.reason.params)}
        for row in unserved
    ]
