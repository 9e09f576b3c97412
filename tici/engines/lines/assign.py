"""Who boards where, given the routes: an exact assignment by min-cost flow.

Families flow from their demand point to a stop of a route and from there onto its vehicle. What an assignment decides
(pupils left out, riding, walking, changes of stop) is made small in the order of the problem's objectives.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
from ortools.sat.python import cp_model

from tici.engines.lines.problem import Problem, Riders, Route, Solution

#: Whole numbers of a metre: walks are compared to a decimetre.
DECIMETRES = 10
MIXED_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Group:
    """Families alike at one demand point."""

    demand: int
    pupils: int
    seats: int
    count: int


@dataclass(frozen=True, slots=True)
class Arc:
    """So many families of a group may board a route at a stop: what one of them then costs, by objective."""

    group: int
    route: int
    stop: int
    most: int
    costs: dict[str, int]


def groups_of(problem: Problem) -> list[Group]:
    """Return the families of all demand points, those alike together."""
    return [
        Group(at, pupils, seats, count)
        for at, demand in enumerate(problem.demand)
        for (pupils, seats), count in sorted(Counter(demand.families).items())
    ]


def inward(problem: Problem, stops: Sequence[int]) -> Sequence[int]:
    """Return the stops of a route ordered towards the school."""
    return stops if problem.direction == "morning" else stops[::-1]


def driving_to_school(problem: Problem, stops: Sequence[int]) -> float:
    """Return the driving seconds from the outermost stop of a route to the school."""
    nodes = [stop + 1 for stop in inward(problem, stops)] + [0]
    return float(problem.towards_school[nodes[:-1], nodes[1:]].sum())


def offered_seats(problem: Problem, route: Route, ride_seconds: float | None) -> int:
    """Return the seats a route can fill: those of its vehicle, or fewer for the limit of its ride."""
    seats, limits = problem.seats_of(route.vehicle), problem.limits
    if ride_seconds is None:
        return seats
    left = ride_seconds - driving_to_school(problem, route.stops) - limits.dwell_seconds * len(route.stops)
    if left < -1e-6:
        return 0
    each = limits.dwell_seconds_per_person
    return seats if each <= 0 else min(seats, int((left + 1e-6) / each))


def nearest(problem: Problem, routes: Sequence[Route]) -> Solution:
    """Seat families on given routes so that what an assignment decides is as small as can be.

    Parameters
    ----------
    problem
        Its ``objectives`` say what matters first; pupils left out always matter most.
    routes
        Stops and vehicles; riders are ignored.

    Returns
    -------
    Solution
        The same routes with their riders. Who finds no seat is left out.

    Notes
    -----
    Exact when families are of one size (a min-cost flow, polynomial). With mixed sizes an integer program is solved
    for at most a few seconds. Walks are compared to a decimetre, rides to a second.
    """
    filled = _Filling(problem, tuple(routes))
    return Solution(tuple(replace(route, riders=riders) for route, riders in zip(routes, filled.best(), strict=True)))


class _Filling:
    """One assignment to be made: the groups, the arcs they may take, and the objectives that are decided by it."""

    def __init__(self, problem: Problem, routes: tuple[Route, ...]) -> None:
        self.problem, self.routes = problem, routes
        self.groups = groups_of(problem)
        self.was: Counter[tuple[int, int]] = Counter()
        for route in problem.current.routes if problem.current else ():
            for one in route.riders:
                self.was[one.demand, one.stop] += one.pupils
        self.had = {demand for demand, _ in self.was}
        self.arcs = [
            arc
            for number, route in enumerate(routes)
            for stop, seconds in self._seconds(route)
            for at, group in enumerate(self.groups)
            if problem.is_reachable[group.demand, stop]
            for arc in self._arcs(at, number, stop, seconds)
        ]
        self.is_even = len({group.seats for group in self.groups}) == 1

    def _seconds(self, route: Route) -> list[tuple[int, int]]:
        """Return each stop of a route with the seconds from it to the school, standing once a stop."""
        found, seconds, node = [], 0.0, 0
        for stop in reversed(inward(self.problem, route.stops)):
            seconds += float(self.problem.towards_school[stop + 1, node]) + self.problem.limits.dwell_seconds
            found.append((stop, round(seconds)))
            node = stop + 1
        return found

    def _arcs(self, at: int, number: int, stop: int, seconds: int) -> Iterable[Arc]:
        """Yield the ways of a group to a stop: those who had it change nothing, others do."""
        group = self.groups[at]
        metres = round(float(self.problem.walk_metres[group.demand, stop]) * DECIMETRES)
        costs = {"riding": group.pupils * seconds, "walking": group.pupils * metres, "worst_walk": metres}
        stay = (
            min(group.count, self.was[group.demand, stop] // group.pupils) if group.demand in self.had else group.count
        )
        if stay:
            yield Arc(at, number, stop, stay, {**costs, "changes": 0})
        if stay < group.count:
            yield Arc(at, number, stop, group.count - stay, {**costs, "changes": group.pupils})

    def best(self) -> list[tuple[Riders, ...]]:
        """Return the riders of each route."""
        summed = [one for one in self.problem.objectives if one in ("riding", "walking", "changes")]
        limit = self.problem.limits.ride_seconds
        arcs = self.arcs
        for at, objective in enumerate(self.problem.objectives):
            before = [one for one in self.problem.objectives[:at] if one in summed]
            if objective == "worst_walk":
                steps: list[float] = sorted({float(arc.costs["worst_walk"]) for arc in arcs})
                most = self._least(steps, before, partial(self._walks, arcs, limit))
                arcs = [arc for arc in arcs if arc.costs["worst_walk"] <= most]
            elif objective == "worst_ride":
                steps = self._rides()
                limit = self._least(steps, before, partial(self._rides_within, arcs)) if steps else limit
        return self._riders(self._solve(arcs, limit, summed)[1])

    @staticmethod
    def _walks(arcs: list[Arc], limit: float | None, most: float) -> tuple[list[Arc], float | None]:
        return [arc for arc in arcs if arc.costs["worst_walk"] <= most], limit

    @staticmethod
    def _rides_within(arcs: list[Arc], most: float) -> tuple[list[Arc], float | None]:
        return arcs, most

    def _rides(self) -> list[float]:
        """Return the lengths a longest ride may have."""
        limits, found = self.problem.limits, set()
        for route in self.routes:
            base = driving_to_school(self.problem, route.stops) + limits.dwell_seconds * len(route.stops)
            for taken in range(self.problem.seats_of(route.vehicle) + 1):
                found.add(base + limits.dwell_seconds_per_person * taken)
        return sorted(one for one in found if limits.ride_seconds is None or one <= limits.ride_seconds + 1e-6)

    def _least(
        self, steps: list[float], before: list[str], under: Callable[[float], tuple[list[Arc], float | None]]
    ) -> float:
        """Return the least step that costs nothing in the objectives before it."""
        goal = self._solve(*under(steps[-1]), before)[0]
        low, high = 0, len(steps) - 1
        while low < high:
            middle = (low + high) // 2
            if self._solve(*under(steps[middle]), before)[0] == goal:
                high = middle
            else:
                low = middle + 1
        return steps[low]

    def _solve(self, arcs: list[Arc], limit: float | None, objectives: list[str]) -> tuple[int, list[tuple[Arc, int]]]:
        """Return the least cost and the arcs taken, with their families."""
        weights = self._weights(arcs, objectives)
        costs = [sum(weight * arc.costs[one] for one, weight in weights.items()) for arc in arcs]
        left_out = 1 + 2 * max((sum(group.count for group in self.groups) * cost for cost in costs), default=0)
        seats = [offered_seats(self.problem, route, limit) for route in self.routes]
        solve = self._flow if self.is_even else self._program
        cost, taken = solve(arcs, costs, left_out, seats)
        return cost, [(arc, families) for arc, families in zip(arcs, taken, strict=True) if families]

    def _weights(self, arcs: list[Arc], objectives: list[str]) -> dict[str, int]:
        """Return a weight for each objective, so large that the next ones can never outweigh it."""
        weights, step = {}, 1
        families = sum(group.count for group in self.groups)
        for one in reversed(objectives):
            weights[one] = step
            step *= 1 + families * max((arc.costs[one] for arc in arcs), default=0)
        return weights

    def _flow(self, arcs: list[Arc], costs: list[int], left_out: int, seats: list[int]) -> tuple[int, list[int]]:
        size = self.groups[0].seats
        flow, many, rows = SimpleMinCostFlow(), len(self.groups), len(self.routes)
        sink = many + rows
        taken = [
            flow.add_arc_with_capacity_and_unit_cost(arc.group, many + arc.route, arc.most, cost)
            for arc, cost in zip(arcs, costs, strict=True)
        ]
        least = self.problem.limits.minimum_riders
        for row, offered in enumerate(seats):
            room = offered // size
            if 0 < least <= room:
                flow.add_arc_with_capacity_and_unit_cost(many + row, sink, least, -(left_out // 2))
                room -= least
            flow.add_arc_with_capacity_and_unit_cost(many + row, sink, room, 0)
        for at, group in enumerate(self.groups):
            flow.add_arc_with_capacity_and_unit_cost(at, sink, group.count, left_out * group.pupils)
            flow.set_node_supply(at, group.count)
        flow.set_node_supply(sink, -sum(group.count for group in self.groups))
        if flow.solve() != SimpleMinCostFlow.OPTIMAL:
            raise ArithmeticError("The costs of this assignment are too large for whole numbers of 64 bits.")
        return flow.optimal_cost(), [flow.flow(arc) for arc in taken]

    def _program(self, arcs: list[Arc], costs: list[int], left_out: int, seats: list[int]) -> tuple[int, list[int]]:
        model, solver = cp_model.CpModel(), cp_model.CpSolver()
        taken = [model.new_int_var(0, arc.most, "") for arc in arcs]
        out = [model.new_int_var(0, group.count, "") for group in self.groups]
        of_group, of_route = defaultdict(list), defaultdict(list)
        for arc, families in zip(arcs, taken, strict=True):
            of_group[arc.group].append(families)
            of_route[arc.route].append((families, self.groups[arc.group]))
        for at, group in enumerate(self.groups):
            model.add(sum(of_group[at]) + out[at] == group.count)
        few = []
        for row, offered in enumerate(seats):
            model.add(sum(families * group.seats for families, group in of_route[row]) <= offered)
            if self.problem.limits.minimum_riders:
                few.append(model.new_int_var(0, self.problem.limits.minimum_riders, ""))
                riders = sum(families * group.pupils for families, group in of_route[row])
                model.add(riders + few[-1] >= self.problem.limits.minimum_riders)
        missing = sum(left_out * group.pupils * families for group, families in zip(self.groups, out, strict=True))
        model.minimize(missing + left_out // 2 * sum(few) + sum(c * f for c, f in zip(costs, taken, strict=True)))
        solver.parameters.max_time_in_seconds = MIXED_SECONDS
        solver.parameters.num_workers = 1
        if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise ArithmeticError("No assignment was found in time.")
        return round(solver.objective_value), [int(solver.value(families)) for families in taken]

    def _riders(self, taken: list[tuple[Arc, int]]) -> list[tuple[Riders, ...]]:
        """Gather families by route, demand point and stop."""
        found: list[dict[tuple[int, int], list[int]]] = [defaultdict(lambda: [0, 0]) for _ in self.routes]
        for arc, families in taken:
            group = self.groups[arc.group]
            counts = found[arc.route][group.demand, arc.stop]
            counts[0] += families * group.seats
            counts[1] += families * group.pupils
        return [
            tuple(Riders(demand, stop, seats, pupils) for (demand, stop), (seats, pupils) in sorted(row.items()))
            for row in found
        ]
