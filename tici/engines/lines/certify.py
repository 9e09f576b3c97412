"""Certificates: how good a plan is proven to be, objective by objective.

Every set of stops one vehicle can serve is listed with its shortest drive; a linear relaxation over the sets gives a
bound and rules most of them out; branch and bound raises the bound, and CP-SAT decides over the rest, with the plan as
its hint, also what comes after driving.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from tici.engines.lines.assign import DECIMETRES
from tici.engines.lines.branching import Branching
from tici.engines.lines.catalogue import Catalogue, catalogue
from tici.engines.lines.checker import check
from tici.engines.lines.columns import Bound, Relaxation
from tici.engines.lines.encode import Encoded, encode
from tici.engines.lines.problem import Problem, Solution
from tici.engines.lines.results import IsCancelled, Progress, Tell
from tici.engines.lines.selection import MOST_KEPT, Selection, nodes_in, plan_of

Status = Literal["optimal", "within", "none"]
#: Where legs are whole seconds sums are exact; elsewhere they are counted in this part of a unit.
FINE = 10_000
#: The shares of the time left that CP-SAT is given at first, and branch and bound after it.
AT_FIRST, BRANCHING = 0.2, 0.7
SENTENCES = {
    "optimal": "已证明最优",
    "within": "距最优不超过%(gap).1f%%",
    "none": "没有证明",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """What is proven of one objective, all more important ones held at their proven best.

    ``bound`` is the least any plan can reach; ``status`` is ``optimal`` when the plan reaches it, ``within`` when it
    is known how far off it is at most, ``none`` when nothing is known.
    """

    objective: str
    value: float
    bound: float | None
    status: Status

    @property
    def gap(self) -> float | None:
        """How far the plan is above the bound at most, as a fraction of it; nothing when there is no bound."""
        if self.bound is None or (self.bound <= 0 < self.value):
            return None
        return 0.0 if self.value <= self.bound else self.value / self.bound - 1

    @property
    def sentence(self) -> str:
        """The Chinese words for pages."""
        return SENTENCES[self.status] % {"gap": 100 * (self.gap or 0.0)}


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is proven of a plan. ``solution`` is the plan, or a better one found while proving."""

    stages: tuple[Stage, ...]
    solution: Solution
    seconds: float

    @property
    def is_optimal(self) -> bool:
        """Whether every objective is proven optimal."""
        return all(stage.status == "optimal" for stage in self.stages)

    @property
    def proven(self) -> tuple[str, ...]:
        """The objectives proven optimal, in order."""
        return tuple(stage.objective for stage in self.stages if stage.status == "optimal")


def certify(
    problem: Problem,
    solution: Solution,
    seconds: float = 10.0,
    *,
    workers: int = 2,
    tell: Tell | None = None,
    is_cancelled: IsCancelled | None = None,
) -> Certificate:
    """Prove how good a plan is.

    Parameters
    ----------
    problem
        What was planned, as ``Result.problem`` has it.
    solution
        A plan that breaks no limit.
    seconds
        Wall seconds at most.
    workers
        Processors CP-SAT may use.
    tell, is_cancelled
        Told and asked between steps.

    Returns
    -------
    Certificate
        A stage for each of the problem's objectives, in order. A stage after one that is not proven optimal says only
        ``none``: what is best there depends on it.

    Raises
    ------
    ValueError
        If the plan breaks a limit.
    """
    if broken := check(problem, solution).broken:
        raise ValueError("Only a plan that breaks no limit can be certified: " + broken[0].sentence)
    return _Proof(problem, solution, seconds, workers, tell, is_cancelled).certificate()


class _Proof:
    """The proof of one plan."""

    def __init__(
        self,
        problem: Problem,
        solution: Solution,
        seconds: float,
        workers: int,
        tell: Tell | None,
        is_cancelled: IsCancelled | None,
    ) -> None:
        self.problem, self.solution, self.workers = problem, solution, workers
        self.tell, self.is_cancelled = tell, is_cancelled
        self.began = time.monotonic()
        self.ends = self.began + seconds
        self.encoded: Encoded = encode(problem)
        nodes = self.encoded.stop_of + 1
        self.legs = problem.towards_school[np.ix_(nodes, nodes)].copy()
        self.legs[~np.isfinite(self.legs)] = np.inf
        if not problem.closed:
            self.legs[0] = 0.0
        finite = self.legs[np.isfinite(self.legs)]
        self.scale = 1 if np.array_equal(finite, np.rint(finite)) else FINE
        #: Every drive is a multiple of this.
        self.step = int(np.gcd.reduce(finite.astype(np.int64))) or 1 if self.scale == 1 else 1
        self.units = int(self.encoded.counts @ self.encoded.case.size)
        self.sets: Catalogue | None = None
        self.selection: Selection | None = None
        self.relaxed: Bound | None = None
        self.vehicles = min(len(solution.routes) if "vehicles" in problem.objectives else 10**6, self._fleet())

    def certificate(self) -> Certificate:
        """Go through the objectives; what is proven of one is held for the next."""
        stages: list[Stage] = []
        for objective in self.problem.objectives:
            if self.tell:
                self.tell(Progress(len(stages) / len(self.problem.objectives), 0.0))
            value = check(self.problem, self.solution).costs[objective]
            if any(stage.status != "optimal" for stage in stages) or self._is_over():
                stages.append(Stage(objective, value, None, "none"))
                continue
            stages.append(self._stage(objective, value))
        return Certificate(tuple(stages), self.solution, time.monotonic() - self.began)

    def _stage(self, objective: str, value: float) -> Stage:
        if objective == "unserved":
            known = sum(
                demand.pupils
                for at, demand in enumerate(self.problem.demand)
                if not self.problem.is_reachable[at].any()
            )
            return Stage(objective, value, float(known), "optimal" if value <= known else "none")
        bound = 0.0
        if objective == "vehicles":
            bound = float(-(-self.units // int(self.encoded.case.seats[0])))
            if value <= bound:
                return Stage(objective, value, bound, "optimal")
        if objective == "changes" and value == 0:
            return Stage(objective, value, 0.0, "optimal")
        if self.sets is None and not self._list():
            return _stage(objective, value, bound or None)
        if objective in ("vehicles", "driving") and self.selection is None:
            bound = max(bound, self._relaxed(objective, value))
            if self._is_proven(objective, value, bound):
                return Stage(objective, value, value, "optimal")
            stage = self._decide(objective, value, bound, AT_FIRST)
            if self.selection is None or stage.status == "optimal":
                return stage
            bound = max(stage.bound or bound, self._branched(objective, stage.value))
            value = check(self.problem, self.solution).costs[objective]
            if self._is_proven(objective, value, bound):
                self.selection.hold(objective, value)
                return Stage(objective, value, value, "optimal")
        return self._decide(objective, value, bound)

    def _fleet(self) -> int:
        return sum(vehicle is not None for vehicle in self.encoded.vehicle_of)

    def _is_over(self) -> bool:
        return time.monotonic() > self.ends or bool(self.is_cancelled and self.is_cancelled())

    def _list(self) -> bool:
        """List the sets of stops; say whether that could be done."""
        seats = int(self.encoded.case.seats[0])
        vehicles = min(self.vehicles, self._fleet())
        least = max(1, self.units - (vehicles - 1) * seats)
        self.sets = catalogue(self.encoded, self.legs, self.problem.limits.dwell_seconds, least, self._is_over)
        return self.sets is not None

    def _relaxed(self, objective: str, value: float) -> float:
        """Return a bound, and leave only the sets a plan as good as this one may use."""
        assert self.sets is not None
        unit = self._unit(objective)
        bound = self._relaxation(objective).bound(
            lambda least: self._rounded(objective, least) >= value * unit - 1e-6, self._is_over
        )
        if objective == "driving":
            kept = bound.least_with <= value * unit + 1e-6 * (1 + abs(value * unit))
            self.sets, self.relaxed = self.sets.only(kept), replace(bound, reduced=bound.reduced[kept])
        return self._rounded(objective, bound.least) / unit

    def _branched(self, objective: str, value: float) -> float:
        """Return a better bound, whole sets being driven; a better plan found on the way becomes ours."""
        unit, ends = self._unit(objective), time.monotonic() + BRANCHING * (self.ends - time.monotonic())

        def adopt(driven: list[int]) -> bool:
            assert self.sets is not None
            inside = [nodes_in(self.sets.sets[at]) for at in driven]
            return self._adopt(plan_of(self.problem, self.encoded, self.legs, inside))

        least = Branching(
            self._relaxation(objective),
            lambda least: self._rounded(objective, least),
            self._rounded(objective, value * unit),
            adopt,
            lambda: self._is_over() or time.monotonic() > ends,
        ).least()
        return least / unit

    def _relaxation(self, objective: str) -> Relaxation:
        assert self.sets is not None
        costs = np.ones(len(self.sets.sets))
        if objective == "driving":
            costs = np.floor(self.sets.drives * self.scale + 1e-6)
        return Relaxation(self.encoded, self.sets, costs, min(self.vehicles, self._fleet()))

    def _unit(self, objective: str) -> int:
        return self.scale if objective == "driving" else 1

    def _rounded(self, objective: str, least: float) -> float:
        """Return the next cost there can be, in the relaxation's unit."""
        step = self.step if objective == "driving" else 1
        return float(np.ceil(least / step - 1e-6)) * step

    def _is_proven(self, objective: str, value: float, bound: float) -> bool:
        """Whether a value cannot be told from its bound, walks being compared to a decimetre a pupil."""
        fine = 0.0
        if objective in ("walking", "worst_walk"):
            fine = sum(demand.pupils for demand in self.problem.demand) / DECIMETRES
        elif self.scale != 1 and objective in ("driving", "riding", "worst_ride"):
            fine = (len(self.encoded.stop_of) + 1) / FINE * (1 if objective != "riding" else 1000)
        return value - bound <= fine + 1e-6

    def _decide(self, objective: str, value: float, bound: float, share: float = 1.0) -> Stage:
        """Let CP-SAT decide over the sets left, in a share of the time left; a better plan it finds becomes ours."""
        assert self.sets is not None
        if len(self.sets.sets) > MOST_KEPT or self._is_over():
            return _stage(objective, value, bound or None)
        if self.selection is None:
            held = {stage: check(self.problem, self.solution).costs[stage] for stage in self._before(objective)}
            self.selection = Selection(
                self.problem, self.encoded, self.sets, self.legs, self.scale, self.vehicles, held, self.workers
            )
            if self.relaxed is not None and self.relaxed.least > 0:
                self.selection.cut(self.relaxed)
        found, proven = self.selection.solve(objective, self.solution, share * (self.ends - time.monotonic()))
        if found is not None:
            self._adopt(found)
            value = check(self.problem, self.solution).costs[objective]
        bound = max(bound, proven if proven is not None else bound)
        if self._is_proven(objective, value, bound):
            self.selection.hold(objective, value)
            return Stage(objective, value, value, "optimal")
        return _stage(objective, value, bound or None)

    def _before(self, objective: str) -> tuple[str, ...]:
        return self.problem.objectives[: self.problem.objectives.index(objective)]

    def _adopt(self, found: Solution) -> bool:
        """Take a plan that breaks nothing and is better than ours; say whether it was."""
        ours, theirs = check(self.problem, self.solution), check(self.problem, found)
        order = self.problem.objectives
        is_better = not theirs.broken and bool(theirs.vector(order) < ours.vector(order))
        if is_better:
            self.solution = found
        return is_better


def _stage(objective: str, value: float, bound: float | None) -> Stage:
    """Return a stage that is not proven optimal."""
    return Stage(objective, value, bound, "within" if bound else "none")
