"""Where a stop fits best into the buses as they are (Numba)."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tici.engines.lines.mixed.schedule import EPSILON, LONGEST, Data, State, earliest, refresh

_NO = -1


@njit(cache=True)
def best_place(data: Data, state: State, bus: int, stop: int, blink: float, most: float) -> tuple[float, int, int]:
    """Return what it costs least to add a stop to a bus, in seconds driven, where it goes, and where its school goes.

    The school's place is -1 where the bus calls there already; both places are those of the row as it was. The cost
    is infinite where nothing below ``most`` fits. A place is overlooked with the chance ``blink``.
    """
    school = data.school[stop]
    count = state.length[bus]
    if count == 0:
        cost = data.leg[stop, school]
        return (cost, 0, 0) if cost < most else (np.inf, 0, 0)
    if count + 2 > LONGEST:
        return np.inf, 0, 0
    end = state.visit[bus, school - len(data.pupils)]
    if end >= 0:
        return _into_call(data, state, bus, stop, end, blink, most)
    return _with_call(data, state, bus, stop, blink, most)


@njit(cache=True)
def _into_call(
    data: Data, state: State, bus: int, stop: int, end: int, blink: float, most: float
) -> tuple[float, int, int]:
    """Try every place before a call at the school that there is already."""
    row = state.row[bus]
    best, best_at, ride = most, _NO, 0.0
    for place in range(end, -1, -1):
        if place < end:
            ride += data.leg[row[place], row[place + 1]]
            if _is_barred(data, state, bus, stop, place, ride):
                break
        more = _detour(data, state, bus, place, stop, stop)
        is_open = more < best and _goes(data, state, bus, stop, place, more, ride)
        if is_open and _fits(data, state, bus, stop, place, _NO, blink):
            best, best_at = more, place
    return (best, best_at, _NO) if best_at >= 0 else (np.inf, 0, 0)


@njit(cache=True)
def _with_call(data: Data, state: State, bus: int, stop: int, blink: float, most: float) -> tuple[float, int, int]:
    """Try every pair of places for a stop and a new call at its school."""
    school, best, best_at, best_end = data.school[stop], most, _NO, _NO
    for end in range(state.length[bus] + 1):
        if not _can_call(data, state, bus, end, school):
            continue
        more = _detour(data, state, bus, end, stop, school) + data.leg[stop, school]
        is_open = more < best and more <= state.room[bus, end] + EPSILON and _has_seats(data, state, bus, end, stop)
        if is_open and _fits(data, state, bus, stop, end, end, blink):
            best, best_at, best_end = more, end, end
        if data.may_mix and end > 0:
            cost, place = _ahead_of_call(data, state, bus, stop, end, blink, best)
            if place >= 0:
                best, best_at, best_end = cost, place, end
    return (best, best_at, best_end) if best_at >= 0 else (np.inf, 0, 0)


@njit(cache=True)
def _ahead_of_call(
    data: Data, state: State, bus: int, stop: int, end: int, blink: float, most: float
) -> tuple[float, int]:
    """Try a stop further ahead of a new call at its school, others between the two."""
    row, school = state.row[bus], data.school[stop]
    best, best_at = most, _NO
    call = _detour(data, state, bus, end, school, school)
    if call >= best or call > state.room[bus, end] + EPSILON:
        return best, best_at
    ride = data.leg[row[end - 1], school]
    for place in range(end - 1, -1, -1):
        if place < end - 1:
            ride += data.leg[row[place], row[place + 1]]
        if _is_barred(data, state, bus, stop, place, ride):
            break
        detour = _detour(data, state, bus, place, stop, stop)
        is_open = detour + call < best and _goes(data, state, bus, stop, place, detour, ride)
        if is_open and _fits(data, state, bus, stop, place, end, blink):
            best, best_at = detour + call, place
    return best, best_at


@njit(cache=True)
def _detour(data: Data, state: State, bus: int, place: int, first: int, last: int) -> float:
    """Return what it adds to the drive to go to ``first`` before a place of the row, and on from ``last``."""
    row = state.row[bus]
    more = 0.0
    if place > 0:
        more += data.leg[row[place - 1], first]
    if place < state.length[bus]:
        more += data.leg[last, row[place]]
        if place > 0:
            more -= data.leg[row[place - 1], row[place]]
    return more


@njit(cache=True)
def _is_barred(data: Data, state: State, bus: int, stop: int, place: int, ride: float) -> bool:
    """Whether the pupils of a stop cannot already be aboard when the bus leaves a place, nor at any place before."""
    if not data.may_mix and state.row[bus, place] >= len(data.pupils):
        return True
    return state.load[bus, place] + data.pupils[stop] > data.capacity or ride > data.ride + EPSILON


@njit(cache=True)
def _goes(data: Data, state: State, bus: int, stop: int, place: int, more: float, ride: float) -> bool:
    """Whether nothing simple forbids a stop before a place from which its pupils ride so long."""
    onward = data.leg[stop, state.row[bus, place]]
    if ride + onward > data.ride + EPSILON or more > state.room[bus, place] + EPSILON:
        return False
    if place == 0:
        return True
    arrives = state.early[bus, place - 1] + data.leg[state.row[bus, place - 1], stop] + onward
    return arrives <= state.late[bus, place] + EPSILON and _has_seats(data, state, bus, place, stop)


@njit(cache=True)
def _has_seats(data: Data, state: State, bus: int, place: int, stop: int) -> bool:
    """Whether the pupils of a stop find seats beside those who are aboard before a place."""
    return place == 0 or state.load[bus, place - 1] + data.pupils[stop] <= data.capacity


@njit(cache=True)
def _can_call(data: Data, state: State, bus: int, end: int, school: int) -> bool:
    """Whether times and those aboard allow a new call at a school before a place."""
    if end > 0:
        before = end - 1
        if not data.may_mix and state.load[bus, before] > 0:
            return False
        arrives = state.early[bus, before] + data.leg[state.row[bus, before], school]
        if arrives > data.closes[school] + EPSILON:
            return False
    if end < state.length[bus]:
        return data.opens[school] + data.leg[school, state.row[bus, end]] <= state.late[bus, end] + EPSILON
    return True


@njit(cache=True)
def _fits(data: Data, state: State, bus: int, stop: int, place: int, end: int, blink: float) -> bool:
    """Whether the times hold with a stop before one place of the row and, unless -1, its school before another.

    With the chance ``blink`` the place is overlooked.
    """
    if blink > 0 and np.random.random() < blink:
        return False
    trial = np.empty(LONGEST, np.int32)
    at = np.empty(LONGEST)
    count = _spliced(data, state, bus, stop, place, end, trial)
    return earliest(data, trial, count, at)


@njit(cache=True)
def _spliced(data: Data, state: State, bus: int, stop: int, place: int, end: int, into: NDArray[np.int32]) -> int:
    """Write the row with the stop (and its school) added, and return its length."""
    count = 0
    for here in range(state.length[bus] + 1):
        if here == place:
            into[count] = stop
            count += 1
        if here == end:
            into[count] = data.school[stop]
            count += 1
        if here < state.length[bus]:
            into[count] = state.row[bus, here]
            count += 1
    return count


@njit(cache=True)
def insert(data: Data, state: State, bus: int, stop: int, place: int, end: int) -> None:
    """Add a stop to a bus, and its school unless it is called at already."""
    trial = np.empty(LONGEST, np.int32)
    count = _spliced(data, state, bus, stop, place, end, trial)
    state.row[bus, :count] = trial[:count]
    state.length[bus] = count
    refresh(data, state, bus)
