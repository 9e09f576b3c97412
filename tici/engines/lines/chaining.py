"""Trips of many schools chained to vehicles: the fewest there can be, with proof, and departures shifted in windows.

Two trips can be done by one vehicle if there is time to drive from the end of one to the start of the other. With
fixed departures the fewest vehicles are the trips less the largest matching of trips to later trips, which is exact.
With departures free inside windows CP-SAT proves the least, or says within how many.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

Floats = NDArray[np.float64]
_UNMATCHED = -1


@dataclass(frozen=True, slots=True)
class Trip:
    """One trip: what it is called, when it leaves and how long it takes, and how far its departure may be moved.

    Parameters
    ----------
    code
        Its name, also that of its school or line.
    departs_second
        When it leaves, in seconds of the day.
    lasts_seconds
        From the first departure until the vehicle is free again.
    earlier_seconds, later_seconds
        By how much the departure may be moved; 0 for a fixed one.
    seats
        How many seats it needs; a vehicle that does several trips needs the most of them.

    Raises
    ------
    ValueError
        If a duration or a shift is negative.
    """

    code: str
    departs_second: int
    lasts_seconds: int
    earlier_seconds: int = 0
    later_seconds: int = 0
    seats: int = 0

    def __post_init__(self) -> None:
        if min(self.lasts_seconds, self.earlier_seconds, self.later_seconds) < 0:
            raise ValueError(f"Trip {self.code}: a duration or a shift is negative.")

    @property
    def ends_second(self) -> int:
        """When the vehicle is free again."""
        return self.departs_second + self.lasts_seconds


@dataclass(frozen=True, slots=True)
class Duty:
    """What one vehicle does: its trips in order as (position in the list given, departure), and the seats it needs."""

    trips: tuple[tuple[int, int], ...]
    seats: int


@dataclass(frozen=True, slots=True)
class Chained:
    """Vehicle by vehicle, what is done; ``bound`` is the proven least number of vehicles."""

    duties: tuple[Duty, ...]
    bound: int
    empty_seconds: float
    shifted_seconds: int

    @property
    def vehicles(self) -> int:
        """How many vehicles are needed."""
        return len(self.duties)

    @property
    def is_proven(self) -> bool:
        """Whether there can be no fewer."""
        return self.vehicles == self.bound


def peak_overlap(trips: Sequence[Trip]) -> int:
    """Return how many trips are under way at once at most: no plan without shifts needs fewer vehicles."""
    moments = [(trip.departs_second, 1) for trip in trips if trip.lasts_seconds]
    moments += [(trip.ends_second, -1) for trip in trips if trip.lasts_seconds]
    most = now = 0
    for _moment, change in sorted(moments):
        now += change
        most = max(most, now)
    return most


def chain(trips: Sequence[Trip], empty_seconds: Floats, *, turn_seconds: int = 0) -> Chained:
    """Return the fewest vehicles that can do trips at the departures given.

    Parameters
    ----------
    trips
        The trips of one day or one peak.
    empty_seconds
        Shape (trips, trips): the empty drive from the end of one to the start of another; ``inf`` where there is none.
    turn_seconds
        What a vehicle needs between two trips beside the drive.

    Raises
    ------
    ValueError
        If the matrix has another shape, or a negative time or ``nan``.

    Notes
    -----
    Exact (Dilworth's theorem; Hopcroft and Karp's matching). A matching says how few vehicles, not which is nearest;
    among matchings of that size the one with the least empty drive is taken (an assignment with costs).
    """
    empty = _checked(trips, empty_seconds)
    departs = np.array([trip.departs_second for trip in trips], float)
    ends = np.array([trip.ends_second for trip in trips], float)
    can = _can_follow(ends, departs, empty, turn_seconds)
    if not len(trips):
        return Chained((), 0, 0.0, 0)
    match = maximum_bipartite_matching(csr_matrix(can), perm_type="column")
    links = int((match != _UNMATCHED).sum())
    after = _least_empty(can, empty, links)
    return _chained(trips, after, empty, bound=len(trips) - links)


def chain_with_shifts(
    trips: Sequence[Trip],
    empty_seconds: Floats,
    *,
    turn_seconds: int = 0,
    seconds: float = 5.0,
    step_seconds: int = 60,
    is_cancelled: Callable[[], bool] | None = None,
) -> Chained:
    """Return the fewest vehicles found where departures may be moved inside their windows, with a proven bound.

    Parameters
    ----------
    trips, empty_seconds, turn_seconds
        As for `chain`, whose plan is the start: the result is never worse.
    seconds
        How long to look, on the clock.
    step_seconds
        Departures move by multiples of this. The bound is of these departures.
    is_cancelled
        Asked at each better plan; the best one so far is returned.

    Notes
    -----
    Fewest vehicles first; then, among plans of as few, the least shifting in the time that is left.
    """
    fixed = chain(trips, empty_seconds, turn_seconds=turn_seconds)
    empty = _checked(trips, empty_seconds)
    if not any(trip.earlier_seconds or trip.later_seconds for trip in trips):
        return fixed
    bound = _loosest_bound(trips, empty, turn_seconds)
    if bound == fixed.vehicles:
        return replace(fixed, bound=bound)
    model = _Model(trips, empty, turn_seconds, step_seconds, fixed)
    best, proven = model.fewest(seconds * 0.7, is_cancelled)
    bound = max(bound, proven)
    if best is None:
        return replace(fixed, bound=min(bound, fixed.vehicles))
    calmer = model.calmest(best, seconds * 0.3, is_cancelled)
    moved = [replace(trip, departs_second=departs) for trip, departs in zip(trips, calmer.departs, strict=True)]
    plan = _chained(moved, calmer.after, empty, bound=min(bound, len(trips) - calmer.links))
    shifts = sum(abs(new.departs_second - old.departs_second) for new, old in zip(moved, trips, strict=True))
    return replace(plan, shifted_seconds=shifts)


@dataclass(frozen=True)
class _Found:
    departs: list[int]
    after: list[int]

    @property
    def links(self) -> int:
        return sum(other != _UNMATCHED for other in self.after)


class _Model:
    """Departures and links as a model of CP-SAT."""

    def __init__(self, trips: Sequence[Trip], empty: Floats, turn: int, step: int, start: Chained) -> None:
        self.trips, self.step = trips, step
        self.model = cp_model.CpModel()
        self.moves = []
        for trip in trips:
            low, high = -(trip.earlier_seconds // step), trip.later_seconds // step
            self.moves.append(self.model.new_int_var(low, high, trip.code))
        self.links: dict[tuple[int, int], cp_model.IntVar] = {}
        for one, first in enumerate(trips):
            for other, second in enumerate(trips):
                if one == other or not np.isfinite(empty[one, other]):
                    continue
                gap = second.departs_second - first.ends_second - turn - int(np.ceil(empty[one, other]))
                room = second.later_seconds // step + first.earlier_seconds // step
                if gap + room * step >= 0:
                    link = self.model.new_bool_var(f"{one}>{other}")
                    # later move - earlier move must make up for the missing time, in whole steps
                    self.model.add(self.moves[other] - self.moves[one] >= -(gap // step)).only_enforce_if(link)
                    self.links[one, other] = link
        for place in range(len(trips)):
            self.model.add_at_most_one(link for (one, _), link in self.links.items() if one == place)
            self.model.add_at_most_one(link for (_, other), link in self.links.items() if other == place)
        self._forbid_rings()
        after = {pair for duty in start.duties for pair in zip(duty.trips, duty.trips[1:], strict=False)}
        linked = {(one[0], other[0]) for one, other in after}
        for pair, link in self.links.items():
            self.model.add_hint(link, pair in linked)
        for move in self.moves:
            self.model.add_hint(move, 0)
        self.total = sum(self.links.values())

    def _forbid_rings(self) -> None:
        """Trips without length could follow one another in a ring; an order forbids that."""
        if any(trip.lasts_seconds == 0 for trip in self.trips):
            order = [self.model.new_int_var(0, len(self.trips), "") for _ in self.trips]
            for (one, other), link in self.links.items():
                self.model.add(order[other] >= order[one] + 1).only_enforce_if(link)

    def fewest(self, seconds: float, is_cancelled: Callable[[], bool] | None) -> tuple[_Found | None, int]:
        """Return the plan with most links, and the bound it proves."""
        self.model.maximize(self.total)
        solver, status = self._solved(seconds, is_cancelled)
        bound = len(self.trips) - int(np.floor(solver.best_objective_bound + 1e-6))
        return (self._found(solver) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None), bound

    def calmest(self, found: _Found, seconds: float, is_cancelled: Callable[[], bool] | None) -> _Found:
        """Return a plan of as many links that shifts least."""
        self.model.add(self.total >= found.links)
        sizes = []
        for move, trip in zip(self.moves, self.trips, strict=True):
            size = self.model.new_int_var(0, max(trip.earlier_seconds, trip.later_seconds) // self.step, "")
            self.model.add_abs_equality(size, move)
            sizes.append(size)
        self.model.clear_hints()
        for pair, link in self.links.items():
            self.model.add_hint(link, found.after[pair[0]] == pair[1])
        for move, trip, departs in zip(self.moves, self.trips, found.departs, strict=True):
            self.model.add_hint(move, (departs - trip.departs_second) // self.step)
        self.model.minimize(sum(sizes))
        solver, status = self._solved(seconds, is_cancelled)
        return self._found(solver) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else found

    def _solved(
        self, seconds: float, is_cancelled: Callable[[], bool] | None
    ) -> tuple[cp_model.CpSolver, cp_model.CpSolverStatus]:
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = 2
        if is_cancelled is None:
            return solver, solver.solve(self.model)
        return solver, solver.solve(self.model, _Stopper(is_cancelled))

    def _found(self, solver: cp_model.CpSolver) -> _Found:
        after = [_UNMATCHED] * len(self.trips)
        for (one, other), link in self.links.items():
            if solver.value(link):
                after[one] = other
        departs = [
            trip.departs_second + solver.value(move) * self.step
            for trip, move in zip(self.trips, self.moves, strict=True)
        ]
        return _Found(departs, after)


class _Stopper(cp_model.CpSolverSolutionCallback):
    def __init__(self, is_cancelled: Callable[[], bool]) -> None:
        super().__init__()
        self.is_cancelled = is_cancelled

    def on_solution_callback(self) -> None:
        if self.is_cancelled():
            self.stop_search()


def _checked(trips: Sequence[Trip], empty_seconds: Floats) -> Floats:
    empty = np.asarray(empty_seconds, float)
    if empty.shape != (len(trips), len(trips)):
        raise ValueError(f"empty_seconds must have shape {(len(trips), len(trips))}; got {empty.shape}.")
    if np.isnan(empty).any() or (empty < 0).any():
        raise ValueError("empty_seconds may not be negative or nan.")
    return empty


def _can_follow(ends: Floats, departs: Floats, empty: Floats, turn_seconds: int) -> NDArray[np.bool_]:
    """Return which trips can follow which; of those without length only later ones, so there are no rings."""
    can = ends[:, None] + empty + turn_seconds <= departs
    place = np.arange(len(ends))
    is_instant = (ends[:, None] == ends) & (ends == departs)
    return np.asarray(can & (place[:, None] != place) & (~is_instant | (place[:, None] < place)))


def _loosest_bound(trips: Sequence[Trip], empty: Floats, turn_seconds: int) -> int:
    """Return a bound: let every pair be linked that any shifts allow, each pair by itself."""
    ends = np.array([trip.ends_second - trip.earlier_seconds for trip in trips], float)
    departs = np.array([trip.departs_second + trip.later_seconds for trip in trips], float)
    can = (ends[:, None] + empty + turn_seconds <= departs) & ~np.eye(len(trips), dtype=bool)
    match = maximum_bipartite_matching(csr_matrix(can), perm_type="column")
    return max(len(trips) - int((match != _UNMATCHED).sum()), 1 if trips else 0)


def _least_empty(can: NDArray[np.bool_], empty: Floats, links: int) -> list[int]:
    """Return what follows each trip, with so many links and the least empty drive."""
    # A trip may also be the last of its vehicle, at a cost that no drive outweighs: so links are as many as can be.
    count = len(can)
    last = float(empty[can].max(initial=0.0)) * (count + 1) + 1.0
    cost = np.where(can, empty, 2 * last * (count + 1))
    rows, columns = linear_sum_assignment(np.hstack([cost, np.full((count, count), last)]))
    after = [int(column) if column < count else _UNMATCHED for _row, column in zip(rows, columns, strict=True)]
    if sum(other != _UNMATCHED for other in after) != links:
        raise ArithmeticError("The assignment has fewer links than the matching.")
    return after


def _chained(trips: Sequence[Trip], after: Sequence[int], empty: Floats, bound: int) -> Chained:
    firsts = sorted(set(range(len(trips))) - set(after), key=lambda place: trips[place].departs_second)
    duties = []
    for first in firsts:
        places, place = [], first
        while place != _UNMATCHED:
            places.append(place)
            place = after[place]
        done = tuple((one, trips[one].departs_second) for one in places)
        duties.append(Duty(done, max(trips[one].seats for one in places)))
    driven = float(sum(empty[one, other] for one, other in enumerate(after) if other != _UNMATCHED))
    return Chained(tuple(duties), bound, driven, 0)
