"""Rounds of taking stops out of the buses and putting them back better (Numba)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tici.engines.lines.mixed.insertion import best_place, insert
from tici.engines.lines.mixed.ruin import drop_marked, mark_strings, swap_tails
from tici.engines.lines.mixed.schedule import LONGEST, Data, State, drive_of, refresh

MEAN_REMOVED, BLINK, MOST_HIT, TAILS = 10.0, 0.01, 24, 0.2


class Work(NamedTuple):
    """What a round remembers."""

    marked: NDArray[np.bool_]  # of each stop: is to be taken out
    is_hit: NDArray[np.bool_]  # of each bus: was touched in this round
    touched: NDArray[np.int64]  # those buses
    row: NDArray[np.int32]  # as they were
    length: NDArray[np.int64]
    queue: NDArray[np.int64]  # the stops that look for a place
    rank: NDArray[np.float64]


@njit(cache=True)
def seed_rounds(seed: int) -> None:
    """Begin the row of chances that rounds are made of."""
    np.random.seed(seed)


@njit(cache=True)
def first_plan(data: Data, state: State) -> int:
    """Give every stop a place, the farthest from their schools first, and return how many buses that takes."""
    stops = len(data.pupils)
    far = np.empty(stops)
    for stop in range(stops):
        far[stop] = -data.leg[stop, data.school[stop]]
    buses = 0
    for stop in np.argsort(far):
        if _put(data, state, buses, stop) < 0:
            insert(data, state, buses, stop, 0, 0)
            buses += 1
    return buses


@njit(cache=True)
def drop_bus(data: Data, state: State, buses: int, weight: NDArray[np.float64]) -> None:
    """Take away the bus whose stops weigh least; the last one takes its number."""
    stops = len(data.pupils)
    lightest, least = 0, np.inf
    for bus in range(buses):
        total = 0.0
        for place in range(state.length[bus]):
            if state.row[bus, place] < stops:
                total += weight[state.row[bus, place]]
        if total < least:
            lightest, least = bus, total
    for place in range(state.length[lightest]):
        if state.row[lightest, place] < stops:
            state.bus[state.row[lightest, place]] = -1
    last = buses - 1
    if lightest != last:
        state.row[lightest] = state.row[last]
        state.length[lightest] = state.length[last]
        refresh(data, state, lightest)
    state.length[last] = 0
    refresh(data, state, last)


@njit(cache=True)
def rounds(
    data: Data, state: State, buses: int, weight: NDArray[np.float64], heat: float, most: int
) -> tuple[int, int]:
    """Do some rounds, fewer if everybody finds a place; return how many, and how many are absent."""
    stops = len(data.pupils)
    work = Work(
        np.zeros(stops, np.bool_),
        np.zeros(buses, np.bool_),
        np.zeros(buses, np.int64),
        np.empty((buses, LONGEST), np.int32),
        np.empty(buses, np.int64),
        np.empty(stops, np.int64),
        np.empty(stops),
    )
    absent = int(np.sum(state.bus < 0))
    done = 0
    while done < most and absent > 0:
        if buses > 1 and np.random.random() < TAILS:
            one, other = np.random.randint(buses), np.random.randint(buses - 1)
            swap_tails(data, state, one, other + (other >= one), heat)
        absent = _round(data, state, buses, weight, heat, work)
        done += 1
    return done, absent


@njit(cache=True)
def _round(data: Data, state: State, buses: int, weight: NDArray[np.float64], heat: float, work: Work) -> int:
    """Take some stops out, put them and the absent back, keep it or go back; return how many are absent then."""
    absent, absent_weight = 0, 0.0
    for stop in range(len(data.pupils)):
        if state.bus[stop] < 0:
            absent_weight += weight[stop]
            work.queue[absent] = stop
            absent += 1
    touches, wanted = _take_out(data, state, work, absent)
    _order(data, work.queue, wanted, weight, work.rank)
    for number in range(wanted):
        touches = _put_back(data, state, buses, work.queue[number], work, touches)
    more = 0.0
    for number in range(touches):
        bus = work.touched[number]
        work.is_hit[bus] = False
        more += drive_of(data, state.row[bus], state.length[bus])
        more -= drive_of(data, work.row[number], work.length[number])
    left, left_weight = 0, 0.0
    for number in range(wanted):
        stop = work.queue[number]
        if state.bus[stop] < 0:
            left_weight += weight[stop]
            left += 1
            weight[stop] += 1.0
    if left_weight < absent_weight or (left_weight == absent_weight and more < -heat * np.log(np.random.random())):
        return left
    for number in range(wanted):
        state.bus[work.queue[number]] = -1
    for number in range(touches):
        bus = work.touched[number]
        state.row[bus] = work.row[number]
        state.length[bus] = work.length[number]
        refresh(data, state, bus)
    return absent


@njit(cache=True)
def _take_out(data: Data, state: State, work: Work, wanted: int) -> tuple[int, int]:
    """Take strings of stops out and queue them up; return how many buses were touched and stops are queued."""
    hits = mark_strings(data, state, MEAN_REMOVED, work.marked, work.is_hit, work.touched[:MOST_HIT])
    for number in range(hits):
        bus = work.touched[number]
        _remember(state, work, bus, number)
        for place in range(state.length[bus]):
            here = state.row[bus, place]
            if here < len(data.pupils) and work.marked[here]:
                work.queue[wanted] = here
                wanted += 1
        drop_marked(data, state, bus, work.marked)
    for number in range(wanted):
        work.marked[work.queue[number]] = False
    return hits, wanted


@njit(cache=True)
def _remember(state: State, work: Work, bus: int, number: int) -> None:
    work.is_hit[bus] = True
    work.touched[number] = bus
    work.row[number] = state.row[bus]
    work.length[number] = state.length[bus]


@njit(cache=True)
def _put_back(data: Data, state: State, buses: int, stop: int, work: Work, touches: int) -> int:
    """Put a stop where it costs least, if it fits anywhere; return how many buses are touched by now."""
    bus, place, end = _cheapest(data, state, buses, stop, BLINK)
    if bus < 0:
        return touches
    if not work.is_hit[bus]:
        _remember(state, work, bus, touches)
        touches += 1
    insert(data, state, bus, stop, place, end)
    return touches


@njit(cache=True)
def _put(data: Data, state: State, buses: int, stop: int) -> int:
    """Put a stop where it costs least, and return which bus that is; -1 if it fits nowhere."""
    bus, place, end = _cheapest(data, state, buses, stop, 0.0)
    if bus >= 0:
        insert(data, state, bus, stop, place, end)
    return bus


@njit(cache=True)
def _cheapest(data: Data, state: State, buses: int, stop: int, blink: float) -> tuple[int, int, int]:
    """Return the bus and the places where a stop costs least; the bus is -1 if it fits nowhere."""
    best, best_bus, best_at, best_end = np.inf, -1, 0, 0
    for bus in range(buses):
        cost, at, end = best_place(data, state, bus, stop, blink, best)
        if cost < best:
            best, best_bus, best_at, best_end = cost, bus, at, end
    return best_bus, best_at, best_end


@njit(cache=True)
def _order(
    data: Data, queue: NDArray[np.int64], count: int, weight: NDArray[np.float64], rank: NDArray[np.float64]
) -> None:
    """Put stops in the order they look for a place: by chance, weight, pupils, or far or near their school."""
    kind = np.random.random()
    for number in range(count):
        stop = queue[number]
        if kind < 0.3:
            rank[number] = np.random.random()
        elif kind < 0.5:
            rank[number] = -data.pupils[stop]
        elif kind < 0.75:
            rank[number] = -data.leg[stop, data.school[stop]]
        elif kind < 0.85:
            rank[number] = data.leg[stop, data.school[stop]]
        else:
            rank[number] = -weight[stop]
    order = np.argsort(rank[:count])
    queue[:count] = queue[:count][order]
