"""Annealing: many moves at a temperature, the best routes kept."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from tici.engines.lines.kernel.cache import KEEP
from tici.engines.lines.kernel.flow import try_rows
from tici.engines.lines.kernel.moves import (
    Move,
    bring,
    carry,
    change_vehicle,
    cost_of,
    cross,
    drop,
    part,
    swap,
    turn,
)
from tici.engines.lines.kernel.state import Case, State, pick, throw

#: How the price of a missing seat follows whether seats are missing: half of the time some may be.
DEARER, CHEAPER = 1.03, 0.98
#: The best must be better by this to be kept, so that sums of rounded legs are not taken for gains.
LEAST_GAIN = 1e-7


@njit(cache=KEEP)
def propose(case: Case, state: State, most: float, is_fleet_mixed: bool) -> Move:
    """Draft one move of a random kind from a random node."""
    node = 1 + pick(state, case.cost.shape[0] - 1)
    if state.row_of[node] < 0:
        return bring(case, state, node, most)
    chance = throw(state)
    if chance < 0.10:
        return drop(case, state, node, most)
    if chance < 0.46:
        return carry(case, state, node, most)
    if chance < 0.64:
        return swap(case, state, node, most)
    if chance < 0.80:
        return turn(case, state, node, most)
    if chance < 0.97:
        return cross(case, state, node, most)
    if is_fleet_mixed and chance < 0.985:
        return change_vehicle(case, state, node, most)
    return part(case, state, node, most)


@njit(cache=KEEP)
def whole_cost(case: Case, state: State) -> float:
    """Return what all rows cost."""
    total = 0.0
    for row in range(state.top[0]):
        total += cost_of(case, state.route[row], state.length[row], row)
    return total


@njit(cache=KEEP, nogil=True)
def anneal(
    case: Case, state: State, best: State, cost: float, least: float, hot: float, cold: float, steps: int, mixed: bool
) -> tuple[float, float]:
    """Make moves while cooling from one temperature to another; return the cost now and the least so far."""
    cooling = (cold / hot) ** (64.0 / max(64, steps)) if hot > 0.0 else 1.0
    heat = hot
    for step in range(steps):
        if step & 63 == 63:
            heat *= cooling
            state.price[0] *= DEARER if state.short[0] > 0 else CHEAPER
            state.price[0] = max(state.price[0], heat)
        most = state.price[0] * state.short[0] - heat * math.log(throw(state) + 1e-300)
        delta, first, length, second, other_length = propose(case, state, most, mixed)
        if delta < most and try_rows(case, state, first, length, second, other_length, most - delta):
            cost += delta
            if state.short[0] == 0 and cost < least - LEAST_GAIN:
                least = cost
                keep(state, best)
    return cost, least


@njit(cache=KEEP)
def keep(state: State, best: State) -> None:
    """Copy the routes and who is on board."""
    for row in range(max(state.top[0], best.top[0])):
        length = state.length[row]
        best.length[row] = length
        for at in range(length):
            best.route[row, at] = state.route[row, at]
    best.top[0] = state.top[0]


@njit(cache=KEEP)
def recall(state: State) -> None:
    """Make a state's routes consistent after they were written: nobody is on board yet."""
    state.row_of[:] = -1
    state.flow[:] = 0
    state.waiting[:] = 0
    state.standing[:] = np.uint64(0)
    state.short[0] = 0
    state.load[:] = 0
    state.reached[:] = np.uint64(0)
    state.aboard[:] = np.uint64(0)
    state.top[0] = 0
    for row in range(state.length.shape[0]):
        if state.length[row] > 0:
            state.top[0] = row + 1
        for at in range(state.length[row]):
            state.row_of[state.route[row, at]] = row
            state.place[state.route[row, at]] = at
