"""CP-SAT over sets of stops: which sets are driven, who boards where, for one objective after another."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from tici.engines.lines.assign import DECIMETRES, Group, groups_of, nearest
from tici.engines.lines.catalogue import Catalogue, shortest_order
from tici.engines.lines.columns import Bound
from tici.engines.lines.encode import Encoded
from tici.engines.lines.problem import Problem, Route, Solution

#: With more sets than this left over, CP-SAT is not asked.
MOST_KEPT = 20_000
#: Reduced costs are told in this part of a unit.
CUT = 100
Line = cp_model.LinearExprT


class Selection:
    """The program over the sets that are left; objectives are added as they are asked for, and held once proven."""

    def __init__(
        self,
        problem: Problem,
        encoded: Encoded,
        sets: Catalogue,
        legs: NDArray[np.float64],
        scale: int,
        vehicles: int,
        held: Mapping[str, float],
        workers: int,
    ) -> None:
        self.problem, self.encoded, self.sets, self.legs = problem, encoded, sets, legs
        self.scale, self.workers = scale, workers
        self.model = cp_model.CpModel()
        self.nodes = range(1, len(encoded.stop_of))
        self.inside = [nodes_in(one) for one in sets.sets]
        self.groups = groups_of(problem)
        self.driven = [self.model.new_bool_var("") for _ in sets.sets]
        self.called = {node: self.model.new_bool_var("") for node in self.nodes}
        self.boards: dict[tuple[int, int], cp_model.IntVar] = {}
        self._board()
        self._drive(vehicles)
        self.lines: dict[str, Line] = {}
        for objective, value in held.items():
            if objective in ("vehicles", "driving"):
                self.hold(objective, value)

    def _board(self) -> None:
        """Everybody boards at one node within reach that is called at."""
        model = self.model
        for at, group in enumerate(self.groups):
            within = [
                node for node in self.nodes if self.problem.is_reachable[group.demand, self.encoded.stop_of[node]]
            ]
            for node in within:
                self.boards[at, node] = model.new_int_var(0, group.count, "")
                model.add(self.boards[at, node] <= group.count * self.called[node])
            if within:
                model.add(sum(self.boards[at, node] for node in within) == group.count)
                model.add_bool_or([self.called[node] for node in within])
        self.load: dict[int, cp_model.IntVar] = {}
        most = int(self.sets.rooms.max(initial=0))
        for node in self.nodes:
            self.load[node] = model.new_int_var(0, most, "")
            model.add(
                self.load[node]
                == sum(
                    self.groups[at].seats // self.encoded.unit * families
                    for (at, one), families in self.boards.items()
                    if one == node
                )
            )

    def _drive(self, vehicles: int) -> None:
        """Each node called at is in one set driven, and no set takes more than it has room for."""
        model, by_node = self.model, defaultdict(list)
        for driven, inside, room in zip(self.driven, self.inside, self.sets.rooms, strict=True):
            model.add(sum(self.load[node] for node in inside) <= int(room)).only_enforce_if(driven)
            for node in inside:
                by_node[node].append(driven)
        for node in self.nodes:
            model.add(sum(by_node[node]) == self.called[node])
            if self.encoded.is_called[node]:
                model.add(self.called[node] == 1)
        model.add(sum(self.driven) <= min(vehicles, len(self.nodes)))
        rooms = sum(int(room) * driven for room, driven in zip(self.sets.rooms, self.driven, strict=True))
        model.add(rooms >= int(self.encoded.counts @ self.encoded.case.size))
        self._fleets()

    def _fleets(self) -> None:
        """With several types of vehicle: sets that need a larger one are no more than there are of those."""
        types = sorted({vehicle.seats for vehicle in self.problem.vehicles}, reverse=True)
        for smaller in types[1:]:
            counts = [one.count for one in self.problem.vehicles if one.seats > smaller]
            if None in counts:
                continue
            is_large = []
            for driven, inside in zip(self.driven, self.inside, strict=True):
                large = self.model.new_bool_var("")
                load = sum(self.load[node] for node in inside)
                self.model.add(load <= smaller // self.encoded.unit).only_enforce_if(driven, large.negated())
                self.model.add_implication(large, driven)
                is_large.append(large)
            self.model.add(sum(is_large) <= sum(count for count in counts if count is not None))

    def line(self, objective: str) -> Line:
        """Return an objective as an expression, in whole numbers."""
        if objective not in self.lines:
            self.lines[objective] = getattr(self, f"_{objective}")()
        return self.lines[objective]

    def hold(self, objective: str, value: float) -> None:
        """Hold an objective at a value from now on."""
        self.model.add(self.line(objective) <= int(np.floor(value * self._unit(objective) + 1e-3)))

    def cut(self, bound: Bound) -> None:
        """Tell the program what the relaxation knows: what each set costs beyond the bound, at the least."""
        extra = np.floor(bound.reduced * CUT - 1e-3).astype(int)
        costs = sum(int(more) * driven for more, driven in zip(extra, self.driven, strict=True))
        self.model.add(self.line("driving") * CUT >= int(np.floor(bound.base * CUT)) + costs)

    def _unit(self, objective: str) -> int:
        if objective in ("walking", "worst_walk"):
            return DECIMETRES
        return self.scale if objective in ("driving", "riding", "worst_ride") else 1

    def _vehicles(self) -> Line:
        return sum(self.driven)

    def _driving(self) -> Line:
        costs = np.floor(self.sets.drives * self.scale + 1e-6).astype(int)
        return sum(int(cost) * driven for cost, driven in zip(costs, self.driven, strict=True))

    def _stops(self) -> Line:
        return sum(self.called.values())

    def _metres(self, group: Group, node: int) -> int:
        return int(self.problem.walk_metres[group.demand, self.encoded.stop_of[node]] * DECIMETRES)

    def _walking(self) -> Line:
        return sum(
            self.groups[at].pupils * self._metres(self.groups[at], node) * families
            for (at, node), families in self.boards.items()
        )

    def _worst_walk(self) -> Line:
        worst = self.model.new_int_var(0, max(self._metres(self.groups[at], node) for at, node in self.boards), "")
        for (at, node), families in self.boards.items():
            walks = self.model.new_bool_var("")
            self.model.add(families == 0).only_enforce_if(walks.negated())
            self.model.add(worst >= self._metres(self.groups[at], node)).only_enforce_if(walks)
        return worst

    def _worst_ride(self) -> Line:
        limits = self.problem.limits
        each = int(limits.dwell_seconds_per_person * self.encoded.unit * self.scale)
        base = np.floor(
            (self.sets.drives + limits.dwell_seconds * np.array([len(i) for i in self.inside])) * self.scale
        )
        worst = self.model.new_int_var(0, int(base.max()) + each * int(self.sets.rooms.max()), "")
        for driven, inside, seconds in zip(self.driven, self.inside, base, strict=True):
            taken: Line = sum(self.load[node] for node in inside)
            self.model.add(worst - int(seconds) >= each * taken).only_enforce_if(driven)
        return worst

    def _riding(self) -> Line:
        """Ride a set in its shortest order; riding is decided only where driving is, so no other order is asked for."""
        pupils = {
            node: sum(self.groups[at].pupils * count for (at, one), count in self.boards.items() if one == node)
            for node in self.nodes
        }
        most = sum(demand.pupils for demand in self.problem.demand)
        total, longest = (
            {},
            int(self.scale * (self.sets.drives.max() + self.problem.limits.dwell_seconds * len(self.nodes))),
        )
        for node in self.nodes:
            total[node] = self.model.new_int_var(0, longest * most, "")
        for driven, inside in zip(self.driven, self.inside, strict=True):
            seconds, after = 0.0, 0
            for node in reversed(shortest_order(self.legs, inside)):
                seconds += float(self.legs[node, after]) + self.problem.limits.dwell_seconds
                self.model.add(total[node] >= int(seconds * self.scale) * pupils[node]).only_enforce_if(driven)
                after = node
        return sum(total.values())

    def _changes(self) -> Line:
        current = self.problem.current
        if current is None:
            return 0
        by_stop = defaultdict(list)
        for node, called in self.called.items():
            by_stop[int(self.encoded.stop_of[node])].append(called)
        terms: list[Line] = [len(current.visited - set(by_stop))]
        for stop, calls in by_stop.items():
            visited = self.model.new_bool_var("")
            self.model.add_max_equality(visited, calls)
            terms.append(1 - visited if stop in current.visited else visited)
        terms.append(self._moved(current))
        return sum(terms)

    def _moved(self, current: Solution) -> Line:
        """Pupils who change their stop: those of a demand point who had one and do not stay."""
        was: Counter[tuple[int, int]] = Counter()
        for route in current.routes:
            for one in route.riders:
                was[one.demand, one.stop] += one.pupils
        terms: list[Line] = []
        for demand in {demand for demand, _ in was}:
            had = sum(count for (one, _), count in was.items() if one == demand)
            now: dict[int, list[Line]] = defaultdict(list)
            for (at, node), families in self.boards.items():
                if self.groups[at].demand == demand:
                    now[int(self.encoded.stop_of[node])].append(self.groups[at].pupils * families)
            for stop, counts in now.items():
                if was[demand, stop]:
                    stays = self.model.new_int_var(0, was[demand, stop], "")
                    self.model.add(stays <= sum(counts))
                    terms.append(-stays)
            terms.append(min(had, self.problem.demand[demand].pupils))
        return sum(terms)

    def _unserved(self) -> Line:
        return 0

    def solve(self, objective: str, known: Solution, seconds: float) -> tuple[Solution | None, float | None]:
        """Minimise an objective; return a plan found and the proven bound, in the objective's own unit."""
        self._hint(known)
        self.model.minimize(self.line(objective))
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = max(0.1, seconds)
        solver.parameters.num_workers = self.workers
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None, None
        bound = float(np.ceil(solver.best_objective_bound - 1e-6)) / self._unit(objective)
        return self._plan(solver), bound

    def _hint(self, known: Solution) -> None:
        self.model.clear_hints()
        nodes = {int(stop): node for node, stop in reversed(list(enumerate(self.encoded.stop_of)))}
        driven = {sum(1 << (nodes[stop] - 1) for stop in route.stops) for route in known.routes}
        for one, variable in zip(self.sets.sets, self.driven, strict=True):
            self.model.add_hint(variable, int(one) in driven)
        visited = {nodes[stop] for stop in known.visited}
        for node, called in self.called.items():
            self.model.add_hint(called, node in visited)

    def _plan(self, solver: cp_model.CpSolver) -> Solution:
        """Return the sets driven as a plan, everybody seated anew by the problem's objectives."""
        driven = [inside for is_driven, inside in zip(self.driven, self.inside, strict=True) if solver.value(is_driven)]
        return plan_of(self.problem, self.encoded, self.legs, driven)


def nodes_in(one: np.uint64) -> list[int]:
    """Return the nodes of a set."""
    return [node + 1 for node in range(int(one).bit_length()) if int(one) >> node & 1]


def plan_of(problem: Problem, encoded: Encoded, legs: NDArray[np.float64], driven: Sequence[Sequence[int]]) -> Solution:
    """Return sets of nodes driven as a plan, each in its shortest order, everybody seated by the objectives."""
    from tici.engines.lines.search import fitted  # noqa: PLC0415 - search does not need proofs

    largest = max(problem.vehicles, key=lambda one: one.seats).code
    routes = []
    for inside in driven:
        order = tuple(int(encoded.stop_of[node]) for node in shortest_order(legs, list(inside)))
        routes.append(Route(order if problem.direction == "morning" else order[::-1], largest))
    return Solution(tuple(fitted(problem, nearest(problem, routes).routes)))
