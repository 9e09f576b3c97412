"""Fewest buses for many schools: stops are taken out and put back better, and each time one more bus is done without.

A round takes strings of near stops out of some buses and puts them, and those that have no bus, back where they cost
least. With a number of buses fixed, stops that find no place stay absent; a round is kept if those absent weigh less,
or as much and annealing accepts the drive. Weights grow each round for those who stay absent. When nobody is
absent the plan is kept, and the bus whose stops have the least weight is taken away.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from tici.engines.lines.mixed.problem import Bus, MixedPlan, MixedProblem
from tici.engines.lines.mixed.rounds import drop_bus, first_plan, rounds, seed_rounds
from tici.engines.lines.mixed.schedule import LONGEST, Data, State, drive_of, earliest

NEIGHBOURS = 80
HOTTEST, COLDEST = 1.5, 0.02  # of the mean leg between near stops
CHUNK = 400


def fewest_buses(
    problem: MixedProblem,
    *,
    cpu_seconds: float = 60.0,
    seed: int = 0,
    tell: Callable[[int, int, float], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> MixedPlan:
    """Return a plan with as few buses as the time allows to find; not proven to be the fewest.

    Parameters
    ----------
    problem
        What is to be planned.
    cpu_seconds
        Processor time to use. Until `warm` was called once on a machine, compiling takes half a minute of it.
    seed
        The same seed and number of rounds give the same plan.
    tell
        Called now and then with the buses of the best plan, the stops absent at one bus less, and the share of the
        time that is gone.
    is_cancelled
        Asked now and then; the best plan so far is returned at once.
    """
    data, state = _prepared(problem)
    seed_rounds(seed)
    buses = first_plan(data, state)
    weight = np.ones(problem.stops)
    best, best_buses = _copied(state), buses
    scale = float(np.mean(data.leg[np.arange(problem.stops), data.near[:, min(9, data.near.shape[1] - 1)]]))
    began, spent, count, absent = time.process_time(), 0.0, 0, 0
    while spent < cpu_seconds and not (is_cancelled is not None and is_cancelled()):
        heat = scale * HOTTEST * (COLDEST / HOTTEST) ** (spent / cpu_seconds)
        if absent == 0:
            best, best_buses = _copied(state), buses
            if buses == 1:
                break
            drop_bus(data, state, buses, weight)
            buses -= 1
        done, absent = rounds(data, state, buses, weight, heat, CHUNK)
        count += done
        spent = time.process_time() - began
        if tell is not None:
            tell(best_buses, absent, min(1.0, spent / cpu_seconds))
    if absent == 0:
        best, best_buses = state, buses
    return _plan(data, best, best_buses, count, spent)


def warm() -> None:
    """Compile the search, or load what was compiled before, so that no plan waits for it."""
    line = np.abs(np.subtract.outer([0.0, 60, 120, 600, 700], [0.0, 60, 120, 600, 700]))
    bells = np.array([3600.0, 7200.0])
    fewest_buses(
        MixedProblem(line, np.array([9, 9, 9]), np.array([0, 1, 0]), bells, bells, capacity=10, ride_seconds=1e3),
        cpu_seconds=1e-3,
    )


def _prepared(problem: MixedProblem) -> tuple[Data, State]:
    stops, places = problem.stops, problem.stops + problem.schools
    standing = problem.dwell_seconds + problem.dwell_seconds_per_pupil * problem.pupils
    leg = problem.travel_seconds.astype(float).copy()
    leg[:, :stops] += standing
    leg[stops:] += problem.unload_seconds
    opens, closes = np.zeros(places), np.full(places, 1e9)
    opens[stops:] = problem.opens_seconds - problem.unload_seconds
    closes[stops:] = problem.closes_seconds - problem.unload_seconds
    travel = problem.travel_seconds[:stops, :stops]
    wanted = min(NEIGHBOURS, stops - 1)
    near = np.argsort(travel, axis=1, kind="stable")[:, 1 : wanted + 1].astype(np.int32)
    near_same = np.full((stops, max(wanted, 1)), -1, np.int32)
    for stop in range(stops):
        others = np.flatnonzero((problem.school == problem.school[stop]) & (np.arange(stops) != stop))
        others = others[np.argsort(travel[stop, others], kind="stable")][:wanted]
        near_same[stop, : len(others)] = others
    if not wanted:
        near = near_same
    data = Data(
        leg,
        problem.pupils.astype(np.int64),
        problem.school.astype(np.int64) + stops,
        opens,
        closes,
        near,
        near_same,
        int(problem.capacity),
        float(problem.ride_seconds),
        problem.may_mix,
    )
    state = State(
        np.zeros((stops, LONGEST), np.int32),
        np.zeros(stops, np.int64),
        np.zeros((stops, LONGEST)),
        np.zeros((stops, LONGEST)),
        np.zeros((stops, LONGEST), np.int64),
        np.full((stops, LONGEST + 1), 1e9),
        np.full((stops, problem.schools), -1, np.int32),
        np.full(stops, -1, np.int32),
    )
    return data, state


def _copied(state: State) -> State:
    return State._make(array.copy() for array in state)


def _plan(data: Data, state: State, buses: int, count_of_rounds: int, spent: float) -> MixedPlan:
    found, drive = [], 0.0
    for bus in range(buses):
        count = int(state.length[bus])
        if count:
            at = np.empty(LONGEST)
            earliest(data, state.row[bus], count, at)
            drive += drive_of(data, state.row[bus], count)
            found.append(Bus(tuple(state.row[bus, :count].tolist()), tuple(at[:count].tolist())))
    return MixedPlan(tuple(found), drive, count_of_rounds, spent)
