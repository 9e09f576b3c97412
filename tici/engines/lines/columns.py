"""A lower bound on what any plan costs: the linear relaxation over all sets of stops a vehicle can serve.

Source: set partitioning with column generation, as in Baldacci, Christofides, Mingozzi, Math. Program. 115 (2008):
sets whose reduced cost exceeds the gap between a plan and the bound are in no better plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from tici.engines.lines.catalogue import Catalogue
from tici.engines.lines.encode import Encoded
from tici.engines.lines.kernel.sets import prices

#: Columns added at a time.
BATCH = 40
CLOSE = 1e-7


@dataclass(frozen=True, slots=True)
class Bound:
    """A proven lower bound: every plan costs at least ``base`` and the reduced costs of the sets it drives."""

    least: float
    base: float
    reduced: NDArray[np.float64]
    vehicles: int

    @property
    def least_with(self) -> NDArray[np.float64]:
        """The least any plan costs that drives a set."""
        return self.base + (self.vehicles - 1) * min(0.0, float(self.reduced.min(initial=0.0))) + self.reduced


class Relaxation:
    """The linear program over sets, grown by the sets it lacks most."""

    def __init__(self, encoded: Encoded, sets: Catalogue, costs: NDArray[np.float64], vehicles: int) -> None:
        self.encoded, self.sets, self.costs, self.vehicles = encoded, sets, costs, vehicles
        self.program = pywraplp.Solver.CreateSolver("GLOP")
        infinity = self.program.infinity()
        self.families = [self.program.Constraint(float(count), infinity) for count in encoded.counts]
        # A node that may be passed by has no lower end, not 0: its price would count as if it were called at.
        self.calls = [self.program.Constraint(1.0 if must else -infinity, 1.0) for must in encoded.is_called[1:]]
        self.fleet = self.program.Constraint(0.0, float(vehicles))
        self.goal = self.program.Objective()
        self.goal.SetMinimization()
        self.columns: list[tuple[pywraplp.Variable, int]] = []
        dear = 1e3 * (1.0 + float(costs.max(initial=0.0)))
        for row in [*self.families, *self.calls]:  # so that the program always has a solution, if a dear one
            column = self.program.NumVar(0.0, infinity, "")
            row.SetCoefficient(column, 1.0)
            self.goal.SetCoefficient(column, dear)

    def bound(self, is_enough: Callable[[float], bool], is_over: Callable[[], bool]) -> Bound:
        """Grow the program until no set is missing, the bound is enough, or time is up; return the best bound."""
        best = Bound(0.0, 0.0, np.zeros(len(self.sets.sets)), self.vehicles)
        for least, base, reduced in self._bounds(np.ones(len(self.sets.sets), np.bool_)):
            if least > best.least:
                best = Bound(least, base, reduced, self.vehicles)
            if is_enough(best.least) or is_over():
                break
        return best

    def within(
        self,
        allowed: NDArray[np.bool_],
        is_called: NDArray[np.bool_],
        is_enough: Callable[[float], bool],
        is_over: Callable[[], bool],
    ) -> tuple[float, dict[int, float]]:
        """Return a bound on plans of these sets alone that call at these nodes, and how much of each set is driven.

        ``is_called`` is of shape (nodes,), the school left out. Nothing is driven where growing was broken off.
        """
        infinity, may = self.program.infinity(), allowed.tolist()
        for row, must in zip(self.calls, is_called.tolist(), strict=True):
            row.SetLb(1.0 if must else -infinity)
        for column, at in self.columns:
            column.SetUb(infinity if may[at] else 0.0)
        best = 0.0
        for least, _base, _reduced in self._bounds(allowed):
            best = max(best, least)
            if is_enough(best) or is_over():
                return best, {}
        if not self.is_grown:
            return best, {}
        driven: dict[int, float] = {}
        for column, at in self.columns:
            if (share := column.solution_value()) > CLOSE:
                driven[at] = driven.get(at, 0.0) + share
        return best, driven

    def _bounds(self, allowed: NDArray[np.bool_]) -> Iterator[tuple[float, float, NDArray[np.float64]]]:
        """Solve and grow until no set is missing; after each solution a bound, its base, and the reduced costs."""
        self.is_grown = False
        while self.program.Solve() == pywraplp.Solver.OPTIMAL:
            reduced, base = self._priced()
            reduced[~allowed] = np.inf
            yield base + self.vehicles * min(0.0, float(reduced.min(initial=0.0))), base, reduced
            lacking = np.argsort(reduced)[:BATCH]
            lacking = lacking[reduced[lacking] < -CLOSE * (1.0 + abs(base))]
            if not len(lacking):
                self.is_grown = True
                return
            for at in lacking:
                self._add(int(at))

    def _priced(self) -> tuple[NDArray[np.float64], float]:
        """Return the reduced cost of every set and what the dual prices add up to."""
        case, encoded = self.encoded.case, self.encoded
        self.worth = np.maximum(0.0, np.array([row.dual_value() for row in self.families]))
        tolls = np.array([-row.dual_value() for row in self.calls])
        fleet = min(0.0, self.fleet.dual_value())
        self.order = np.argsort(-self.worth / case.size, kind="stable")
        reduced = prices(
            self.sets.sets, self.sets.reached, self.costs, self.sets.rooms, self.order, self.worth, encoded.counts,
            case.size, tolls,
        ) - fleet  # fmt: skip
        base = float(self.worth @ encoded.counts) - float(tolls.sum()) + self.vehicles * fleet
        return reduced, base

    def _add(self, at: int) -> None:
        """Add a set, filled with the families worth most a seat."""
        case, counts = self.encoded.case, self.encoded.counts
        column = self.program.NumVar(0.0, self.program.infinity(), "")
        self.columns.append((column, at))
        self.goal.SetCoefficient(column, float(self.costs[at]))
        self.fleet.SetCoefficient(column, 1.0)
        for node, row in enumerate(self.calls):
            if int(self.sets.sets[at]) >> node & 1:
                row.SetCoefficient(column, 1.0)
        room = float(self.sets.rooms[at])
        for one in self.order:
            if room <= 0 or self.worth[one] <= 0.0:
                break
            if int(self.sets.reached[at, one >> 6]) >> (int(one) & 63) & 1:
                taken = min(room, float(counts[one] * case.size[one]))
                self.families[one].SetCoefficient(column, taken / float(case.size[one]))
                room -= taken
