"""Planning: restarts of the compiled search within a budget, then seats, vehicles and the checker."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tici.engines.lines.assign import nearest
from tici.engines.lines.checker import check
from tici.engines.lines.encode import Encoded, encode, routes_of, rows_of
from tici.engines.lines.kernel.anneal import anneal, keep, recall, whole_cost
from tici.engines.lines.kernel.flow import start
from tici.engines.lines.kernel.state import State, new_state
from tici.engines.lines.problem import Problem, Route, Solution, Unserved
from tici.engines.lines.results import IsCancelled, Progress, Result, Tell
from tici.engines.lines.sentences import Fault

#: Temperatures as shares of the mean way to school: where a run begins, and how much colder it ends.
HOT, COLDER = 0.16, 400.0
#: Steps between two looks at the clock, when a number of steps is the budget.
STRIDE = 4096
#: CPU seconds between two looks at the clock.
LOOK = 0.004


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the search: its share of the budget, how hot it begins, and whether from the best plan so far."""

    share: float
    heat: float
    is_from_best: bool


#: With few nodes a run is soon at its end and may be stuck: several from scratch, then two that shake the best plan.
FEW_NODES = 30
RUNS_OF_FEW = (*[Run(0.14, 1.0, False)] * 5, Run(0.15, 0.3, True), Run(0.15, 0.15, True))
#: With many, a long run from scratch is worth more.
RUNS = (Run(0.5, 1.0, False), Run(0.25, 0.3, True), Run(0.25, 0.15, True))


def plan(
    problem: Problem,
    seconds: float = 1.0,
    seed: int = 0,
    tell: Tell | None = None,
    is_cancelled: IsCancelled | None = None,
    *,
    steps: int | None = None,
    start_from: Solution | None = None,
) -> Result:
    """Plan the trips of a problem.

    Parameters
    ----------
    problem
        What to plan. What cannot be planned is left out and told in the result.
    seconds
        CPU seconds the search may take; reading the problem and seating the families come on top.
    seed
        Of the random moves.
    tell
        Called with the progress about fifty times.
    is_cancelled
        Asked as often; when it says yes the best plan so far is given back.
    steps
        A number of moves instead of ``seconds``: the same seed then gives the same plan everywhere.
    start_from
        A plan to begin with, in place of ``problem.current``.

    Returns
    -------
    Result
        Checked: nothing leaves that breaks a limit.

    Raises
    ------
    Unplannable
        If nothing can be planned.

    Notes
    -----
    Simulated annealing over routes; seats are kept by incremental maximum flow, and may be missing for a while at a
    price that rises and falls. The first call of a process loads compiled code from disk (`tici lines warm` makes it).
    """
    part = problem.servable()
    encoded = encode(part.problem)
    search = _Search(part.problem, encoded, seed, tell, is_cancelled)
    began = time.thread_time()
    rows = search.best_rows(start_from or part.problem.current, seconds, steps)
    taken = time.thread_time() - began
    solution, has_few = finished(part.problem, routes_of(part.problem, encoded, rows))
    checked = check(part.problem, solution)
    if checked.broken:
        raise AssertionError("".join(breach.sentence for breach in checked.broken))
    unserved = (*part.unserved, *left_out(part.problem, solution, part.unserved, has_few))
    return Result(
        part.problem, solution, checked.costs, unserved, part.remarks, seed, search.steps, taken, search.was_cancelled
    )


class _Search:
    """The runs of one search, on one case."""

    def __init__(
        self, problem: Problem, encoded: Encoded, seed: int, tell: Tell | None, is_cancelled: IsCancelled | None
    ) -> None:
        self.problem, self.encoded, self.seed = problem, encoded, seed
        self.tell, self.is_cancelled = tell, is_cancelled
        self.nodes, self.rows = len(encoded.stop_of), len(encoded.vehicle_of)
        self.counts = encoded.counts.copy()
        self.best = self._state(0)
        self.least = float("inf")
        self.case, self.given = encoded.case, 0.0
        self.steps, self.was_cancelled = 0, False

    def best_rows(self, known: Solution | None, seconds: float, steps: int | None) -> list[list[int]]:
        """Run the schedule; return the nodes of each row of the best plan."""
        alone = [[node] for node in range(1, self.nodes)]
        state = self._begin(alone, 0)
        start(self.encoded.case, state, self.counts)  # who has no seat even so is left out
        done = 0.0
        if known is not None and any(rows := rows_of(self.problem, self.encoded, known.routes)):
            self._run(rows, Run(0.15, 0.1, True), seconds, steps, done)
            done = 0.15
        share = 1.0 - done
        for run in RUNS_OF_FEW if self.nodes <= FEW_NODES else RUNS:
            if self.was_cancelled:
                break
            is_from_best = (run.is_from_best or self.given > 0) and self.least < float("inf")
            rows = self._rows_of(self.best) if is_from_best else alone
            self._run(rows, replace(run, share=run.share * share), seconds, steps, done)
            done += run.share * share
            if self.encoded.weighs_vehicles and not self.given:
                self._hold_vehicles()
        return self._rows_of(self.best)

    def _hold_vehicles(self) -> None:
        """Leave only as many vehicles as the best plan has, at no cost.

        While vehicles weigh more than anything else, seats that are missing for a while would be missing for good:
        one vehicle less saves more than they cost.
        """
        rows = [row for row, length in enumerate(self.best.length) if length]
        kept = len(rows)
        state = self._begin([self.best.route[row, : self.best.length[row]].tolist() for row in rows], 0)
        fixed = np.full(self.rows, self.encoded.case.fixed.max(initial=1.0) * 1e3)
        fixed[:kept] = 0.0
        self.given = self.least
        self.case = self.encoded.case._replace(fixed=fixed)
        self.best.length[:] = 0
        keep(state, self.best)
        self.least = whole_cost(self.case, self.best)
        self.given -= self.least

    def _state(self, seed: int) -> State:
        return new_state(self.nodes, self.rows, len(self.counts), seed)

    def _begin(self, rows: Sequence[Sequence[int]], seed: int) -> State:
        """Return a state with these rows and nobody seated."""
        state = self._state(seed)
        for row, nodes in enumerate(rows):
            state.route[row, : len(nodes)] = nodes
            state.length[row] = len(nodes)
        recall(state)
        state.price[0] = self.encoded.scale + float(self.case.fixed[0])
        return state

    def _seated(self, rows: Sequence[Sequence[int]], seed: int) -> State:
        """Return a state with these rows and everybody seated who finds a seat; the others wait."""
        state = self._begin(rows, seed)
        case, left = self.case, self.counts.copy()
        start(case, state, left)
        for one in np.flatnonzero(self.counts - left):
            state.waiting[one] = self.counts[one] - left[one]
            state.standing[0, one >> 6] |= np.uint64(1) << np.uint64(one & 63)
            state.short[0] += state.waiting[one] * case.size[one]
        return state

    def _run(self, rows: list[list[int]], run: Run, seconds: float, steps: int | None, done: float) -> None:
        """Cool once from a run's heat; the best plan is kept."""
        encoded, case = self.encoded, self.case
        state = self._seated(rows, self.seed * 1000 + round(done * 1000))
        cost = whole_cost(case, state)
        if state.short[0] == 0 and cost < self.least:
            self.least = cost
            keep(state, self.best)
        hot = HOT * encoded.scale * run.heat
        cold = HOT * encoded.scale / COLDER
        for share, stride in self._clock(run.share, seconds, steps):
            ends = share[1] / run.share
            hotter, colder = (hot * (cold / hot) ** at for at in (share[0] / run.share, ends))
            cost, self.least = anneal(
                case, state, self.best, cost, self.least, hotter, colder, stride, encoded.is_fleet_mixed
            )
            self.steps += stride
            if self.is_cancelled and self.is_cancelled():
                self.was_cancelled = True
                return
            if self.tell:
                self.tell(Progress(min(1.0, done + share[1]), self.least + self.given))

    def _clock(self, share: float, seconds: float, steps: int | None) -> Iterable[tuple[tuple[float, float], int]]:
        """Yield how much of the budget was used at the start and the end of each stride, and the stride."""
        if steps is not None:
            whole = max(1, round(steps * share))
            for at in range(0, whole, STRIDE):
                stride = min(STRIDE, whole - at)
                yield (at / whole * share, (at + stride) / whole * share), stride
            return
        began, used, stride = time.thread_time(), 0.0, 256
        budget = max(seconds * share, 1e-3)
        while used < budget:
            look = max(LOOK, budget / 200)
            yield (used / budget * share, min(1.0, (used + look) / budget) * share), stride
            now = time.thread_time() - began
            stride = int(min(4 * stride, max(64, stride * look / max(now - used, 1e-6))))
            used = now

    @staticmethod
    def _rows_of(state: State) -> list[list[int]]:
        return [state.route[row, : state.length[row]].tolist() for row in range(len(state.length))]


def finished(problem: Problem, routes: Sequence[Route | None]) -> tuple[Solution, bool]:
    """Seat the families of routes, drop stops nobody uses, give each route its smallest vehicle.

    A trip that too few would ride does not run; the second value says whether there was one.
    """
    kept, has_few = [route for route in routes if route is not None], False
    while True:
        solution = nearest(problem, kept)
        few = [route for route in solution.routes if route.pupils < _least(problem, route)]
        if not few:
            break
        worst = min(few, key=lambda route: route.pupils)
        has_few = has_few or worst.pupils > 0
        kept = [route for route in solution.routes if route is not worst]
    used = [_without_idle_stops(problem, route) for route in solution.routes]
    return Solution(tuple(fitted(problem, used))), has_few


def _least(problem: Problem, route: Route) -> int:
    """Return the pupils without whom a trip does not run; one with a stop that must be called at runs empty."""
    is_wanted = any(problem.stops[stop].must_visit for stop in route.stops)
    return max(0 if is_wanted else 1, problem.limits.minimum_riders)


def _without_idle_stops(problem: Problem, route: Route) -> Route:
    """Leave out stops where nobody boards, unless the way round them is longer."""
    used = {one.stop for one in route.riders}
    idle = [stop for stop in route.stops if stop not in used and not problem.stops[stop].must_visit]
    for stop in idle:
        fewer = replace(route, stops=tuple(one for one in route.stops if one != stop))
        if _length(problem, fewer) <= _length(problem, route) + 1e-9:
            route = fewer
    return route


def _length(problem: Problem, route: Route) -> float:
    nodes = [0] * (problem.closed or problem.direction == "afternoon") + [stop + 1 for stop in route.stops]
    nodes += [0] * (problem.closed or problem.direction == "morning")
    return float(problem.drive_seconds[nodes[:-1], nodes[1:]].sum())


def fitted(problem: Problem, routes: Sequence[Route]) -> list[Route]:
    """Give each route the smallest vehicle type its riders fit in, the fullest choosing first."""
    free = {vehicle.code: vehicle.count for vehicle in problem.vehicles}
    sizes = sorted(problem.vehicles, key=lambda one: one.seats)
    found = list(routes)
    for at in sorted(range(len(found)), key=lambda at: -found[at].seats):
        for vehicle in sizes:
            left = free[vehicle.code]
            if vehicle.seats >= found[at].seats and left != 0:
                free[vehicle.code] = None if left is None else left - 1
                found[at] = replace(found[at], vehicle=vehicle.code)
                break
    return found


def left_out(problem: Problem, solution: Solution, known: Sequence[Unserved], has_few: bool) -> Iterable[Unserved]:
    """Yield who could be planned but is on no trip, with the reason."""
    served, seats = Counter[int](), Counter[int]()
    for route in solution.routes:
        for one in route.riders:
            served[one.demand] += one.pupils
            seats[one.demand] += one.seats
    told = {one.demand for one in known}
    for at, demand in enumerate(problem.demand):
        if at not in told and (missing := demand.pupils - served[at]) > 0:
            said = {"demand": demand.code, "pupils": missing, "least": problem.limits.minimum_riders}
            reason = Fault("too_few_riders" if has_few else "too_few_seats", said)
            yield Unserved(at, missing, demand.seats - seats[at], reason)
