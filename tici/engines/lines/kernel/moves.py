"""Moves: each drafts one change of one or two rows, beginning at a node.

A move returns what it would change the cost by (``inf`` when that is ``most`` or more, or when it makes no sense), and
the rows it drafted with their new lengths: ``(change, first, length, second, length)``, second -1 when it is one row.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from tici.engines.lines.kernel.cache import KEEP
from tici.engines.lines.kernel.state import Case, State, after, before, pick, throw

Move = tuple[float, int, int, int, int]

REFUSED = (np.inf, 0, 0, -1, 0)


@njit(cache=KEEP)
def cost_of(case: Case, nodes: np.ndarray, length: int, row: int) -> float:
    """Return what a row costs that calls at these nodes."""
    if length == 0:
        return 0.0
    total = case.fixed[row] + case.cost[0, nodes[0]] + case.cost[nodes[length - 1], 0]
    for at in range(length - 1):
        total += case.cost[nodes[at], nodes[at + 1]]
    return total


@njit(cache=KEEP)
def copy(state: State, side: int, length: int, row: int, start: int, end: int) -> int:
    """Append a stretch of a row to a draft; return the draft's new length."""
    for at in range(start, end):
        state.draft[side, length] = state.route[row, at]
        length += 1
    return length


@njit(cache=KEEP)
def copy_back(state: State, side: int, length: int, row: int, start: int, end: int) -> int:
    """Append a stretch of a row to a draft, last first; return the draft's new length."""
    for at in range(end - 1, start - 1, -1):
        state.draft[side, length] = state.route[row, at]
        length += 1
    return length


@njit(cache=KEEP)
def change(case: Case, state: State, first: int, length: int, second: int, other_length: int) -> float:
    """Return what putting the drafts in place would change the cost by."""
    delta = cost_of(case, state.draft[0], length, first)
    delta -= cost_of(case, state.route[first], state.length[first], first)
    if second >= 0:
        delta += cost_of(case, state.draft[1], other_length, second)
        delta -= cost_of(case, state.route[second], state.length[second], second)
    return delta


@njit(cache=KEEP)
def judged(case: Case, state: State, first: int, length: int, second: int, other_length: int, most: float) -> Move:
    """Return the move to the drafts, judged by their whole cost."""
    delta = change(case, state, first, length, second, other_length)
    return (delta, first, length, second, other_length) if delta < most else REFUSED


@njit(cache=KEEP)
def neighbour(case: Case, state: State, node: int) -> int:
    """Return a visited node near another, or 0; a nearer one more often."""
    share = throw(state)
    found = case.near[node, int(share * share * case.near.shape[1])]
    return found if state.row_of[found] >= 0 else 0


@njit(cache=KEEP)
def carry(case: Case, state: State, node: int, most: float) -> Move:
    """Carry one to three nodes to beside a near node, in either order, or to a row of their own."""
    row, start = state.row_of[node], state.place[node]
    length = state.length[row]
    chance = throw(state)
    count = min(1 if chance < 0.6 else (2 if chance < 0.85 else 3), length - start)
    end = start + count
    last = state.route[row, end - 1]
    near = neighbour(case, state, node if throw(state) < 0.5 else last)
    if near == 0:
        return REFUSED
    is_back = count > 1 and throw(state) < 0.5
    other, beside = state.row_of[near], state.place[near]
    if other == row and start <= beside < end:
        return REFUSED
    if throw(state) < 0.5:
        beside += 1
    if other == row:
        if beside in (start, end) and not is_back:
            return REFUSED
        low, high = min(start, beside), max(end, beside)
        size = copy(state, 0, 0, row, 0, low)
        if beside > start:
            size = copy(state, 0, size, row, end, high)
            size = copy_back(state, 0, size, row, start, end) if is_back else copy(state, 0, size, row, start, end)
        else:
            size = copy_back(state, 0, size, row, start, end) if is_back else copy(state, 0, size, row, start, end)
            size = copy(state, 0, size, row, low, start)
        size = copy(state, 0, size, row, high, length)
        return judged(case, state, row, size, -1, 0, most)
    cost = case.cost
    inner = 0.0
    head, tail = (last, node) if is_back else (node, last)
    if is_back and not case.is_even:
        for at in range(start, end - 1):
            one, two = state.route[row, at], state.route[row, at + 1]
            inner += cost[two, one] - cost[one, two]
    left, right = before(state, row, start), after(state, row, end - 1)
    delta = inner - cost[left, node] - cost[last, right]
    delta += cost[left, right] if count < length else -case.fixed[row]
    left = state.route[other, beside - 1] if beside > 0 else 0
    right = state.route[other, beside] if beside < state.length[other] else 0
    delta += cost[left, head] + cost[tail, right] - cost[left, right]
    if delta >= most:
        return REFUSED
    size = copy(state, 0, 0, row, 0, start)
    size = copy(state, 0, size, row, end, length)
    more = copy(state, 1, 0, other, 0, beside)
    more = copy_back(state, 1, more, row, start, end) if is_back else copy(state, 1, more, row, start, end)
    more = copy(state, 1, more, other, beside, state.length[other])
    return delta, row, size, other, more


@njit(cache=KEEP)
def part(case: Case, state: State, node: int, most: float) -> Move:
    """Give the end of a row, from a node on, a row of its own."""
    row, start = state.row_of[node], state.place[node]
    if start == 0:
        return REFUSED
    free = 0
    while free < state.length.shape[0] and state.length[free] > 0:
        free += 1
    if free == state.length.shape[0]:
        return REFUSED
    left = state.route[row, start - 1]
    delta = case.fixed[free] + case.cost[left, 0] + case.cost[0, node] - case.cost[left, node]
    if delta >= most:
        return REFUSED
    size = copy(state, 0, 0, row, 0, start)
    more = copy(state, 1, 0, row, start, state.length[row])
    return delta, row, size, free, more


@njit(cache=KEEP)
def swap(case: Case, state: State, node: int, most: float) -> Move:
    """Exchange a node for one of another row that is near, or that stands beside one that is near."""
    near = neighbour(case, state, node)
    if near == 0 or state.row_of[near] == state.row_of[node]:
        return REFUSED
    row, start, other = state.row_of[node], state.place[node], state.row_of[near]
    if throw(state) < 0.5:
        near = after(state, other, state.place[near]) if throw(state) < 0.5 else before(state, other, state.place[near])
        if near == 0:
            return REFUSED
    beside, cost = state.place[near], case.cost
    left, right = before(state, row, start), after(state, row, start)
    delta = cost[left, near] + cost[near, right] - cost[left, node] - cost[node, right]
    left, right = before(state, other, beside), after(state, other, beside)
    delta += cost[left, node] + cost[node, right] - cost[left, near] - cost[near, right]
    if delta >= most:
        return REFUSED
    size, more = copy(state, 0, 0, row, 0, state.length[row]), copy(state, 1, 0, other, 0, state.length[other])
    state.draft[0, start], state.draft[1, beside] = near, node
    return delta, row, size, other, more


@njit(cache=KEEP)
def turn(case: Case, state: State, node: int, most: float) -> Move:
    """Drive a stretch of a row the other way round (2-opt)."""
    row, start = state.row_of[node], state.place[node]
    length = state.length[row]
    end = pick(state, length)
    if length < 2 or end == start:
        return REFUSED
    if end < start:
        start, end = end, start
    left, right = before(state, row, start), after(state, row, end)
    one, two, cost = state.route[row, start], state.route[row, end], case.cost
    delta = cost[left, two] + cost[one, right] - cost[left, one] - cost[two, right]
    if not case.is_even:
        for at in range(start, end):
            one, two = state.route[row, at], state.route[row, at + 1]
            delta += cost[two, one] - cost[one, two]
    if delta >= most:
        return REFUSED
    size = copy(state, 0, 0, row, 0, start)
    size = copy_back(state, 0, size, row, start, end + 1)
    size = copy(state, 0, size, row, end + 1, length)
    return delta, row, size, -1, 0


@njit(cache=KEEP)
def cross(case: Case, state: State, node: int, most: float) -> Move:
    """Exchange the ends of two rows so that a node is followed by a near one (2-opt*)."""
    near = neighbour(case, state, node)
    if near == 0 or state.row_of[near] == state.row_of[node]:
        return REFUSED
    row, start, other, beside = state.row_of[node], state.place[node] + 1, state.row_of[near], state.place[near]
    length, longer = state.length[row], state.length[other]
    if throw(state) < 0.4:
        # the beginning of the other row is driven backwards after the node, the end of this one before its rest
        size = copy(state, 0, 0, row, 0, start)
        size = copy_back(state, 0, size, other, 0, beside + 1)
        more = copy_back(state, 1, 0, row, start, length)
        more = copy(state, 1, more, other, beside + 1, longer)
        return judged(case, state, row, size, other, more, most)
    left, right = before(state, other, beside), after(state, row, start - 1)
    delta = case.cost[node, near] - case.cost[node, right] - case.cost[left, near]
    delta += case.cost[left, right] if left or right else -case.fixed[other]
    if delta >= most:
        return REFUSED
    size = copy(state, 0, 0, row, 0, start)
    size = copy(state, 0, size, other, beside, longer)
    more = copy(state, 1, 0, other, 0, beside)
    more = copy(state, 1, more, row, start, length)
    return delta, row, size, other, more


@njit(cache=KEEP)
def drop(case: Case, state: State, node: int, most: float) -> Move:
    """Give up a node, or it and the next."""
    row, start = state.row_of[node], state.place[node]
    length = state.length[row]
    end = start + (2 if throw(state) < 0.25 and start + 2 <= length else 1)
    last = state.route[row, end - 1]
    if case.is_must[node] or case.is_must[last]:
        return REFUSED
    left, right = before(state, row, start), after(state, row, end - 1)
    delta = -case.cost[left, node] - case.cost[last, right]
    delta += case.cost[left, right] if end - start < length else -case.fixed[row]
    if end - start == 2:
        delta -= case.cost[node, last]
    if delta >= most:
        return REFUSED
    size = copy(state, 0, 0, row, 0, start)
    size = copy(state, 0, size, row, end, length)
    return delta, row, size, -1, 0


@njit(cache=KEEP)
def bring(case: Case, state: State, node: int, most: float) -> Move:
    """Call at a node not visited: beside a near one or in its place, giving up none, one or two others."""
    near = neighbour(case, state, node)
    if near == 0:
        near = 1 + pick(state, case.cost.shape[0] - 1)
        if state.row_of[near] < 0:
            return REFUSED
    chance = throw(state)
    row, start, cost = state.row_of[near], state.place[near], case.cost
    length = state.length[row]
    if chance < 0.45:
        if case.is_must[near]:
            return REFUSED
        left, right = before(state, row, start), after(state, row, start)
        delta = cost[left, node] + cost[node, right] - cost[left, near] - cost[near, right]
        if delta >= most:
            return REFUSED
        size = copy(state, 0, 0, row, 0, length)
        state.draft[0, start] = node
        return delta, row, size, -1, 0
    left, right = before(state, row, start), after(state, row, start)
    one = cost[left, node] + cost[node, near] - cost[left, near]
    two = cost[near, node] + cost[node, right] - cost[near, right]
    beside = start if one < two else start + 1
    if chance < 0.55:
        if min(one, two) >= most:
            return REFUSED
        size = copy(state, 0, 0, row, 0, beside)
        state.draft[0, size] = node
        size = copy(state, 0, size + 1, row, beside, length)
        return min(one, two), row, size, -1, 0
    return bring_for(case, state, node, row, beside, most)


@njit(cache=KEEP)
def bring_for(case: Case, state: State, node: int, row: int, beside: int, most: float) -> Move:
    """Call at a node and give up one or two others for it, wherever they are."""
    given = neighbour(case, state, node)
    if given == 0 or case.is_must[given]:
        return REFUSED
    other = state.row_of[given]
    also = 0
    if throw(state) < 0.5:
        also = neighbour(case, state, given) if throw(state) < 0.5 else after(state, other, state.place[given])
        if also == given or (also > 0 and (case.is_must[also] or state.row_of[also] not in (row, other))):
            also = 0
    size = 0
    for at in range(state.length[row] + 1):
        if at == beside:
            state.draft[0, size] = node
            size += 1
        if at < state.length[row] and state.route[row, at] != given and state.route[row, at] != also:
            state.draft[0, size] = state.route[row, at]
            size += 1
    if other == row:
        return judged(case, state, row, size, -1, 0, most)
    more = 0
    for at in range(state.length[other]):
        if state.route[other, at] != given and state.route[other, at] != also:
            state.draft[1, more] = state.route[other, at]
            more += 1
    return judged(case, state, row, size, other, more, most)


@njit(cache=KEEP)
def change_vehicle(case: Case, state: State, node: int, most: float) -> Move:
    """Exchange the vehicles of two rows; one may be free."""
    row, other = state.row_of[node], pick(state, case.seats.shape[0])
    if row == other or (case.seats[row] == case.seats[other] and case.fixed[row] == case.fixed[other]):
        return REFUSED
    size = copy(state, 0, 0, other, 0, state.length[other])
    more = copy(state, 1, 0, row, 0, state.length[row])
    return judged(case, state, row, size, other, more, most)
