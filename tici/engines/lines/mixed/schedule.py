"""When a bus can be where: the earliest and the latest times of a row of places, and the room left in between (Numba).

A time stamp is the moment a bus leaves a stop, or reaches a school. ``leg[i, j]`` is the least time from the stamp of
one place to that of the next, standing included. Bell windows bound the stamps of schools, the longest ride bounds the
distance of two stamps; pick-ups have no windows of their own, so a bus waits before it loads rather than after.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

LONGEST = 96  # places in one bus's morning
EPSILON = 1e-6
_ROUNDS = 12
_LATEST = 1e9


class Data(NamedTuple):
    """What does not change during a search."""

    leg: NDArray[np.float64]
    pupils: NDArray[np.int64]
    school: NDArray[np.int64]  # of a stop: the place of its school
    opens: NDArray[np.float64]  # of every place; stops have none
    closes: NDArray[np.float64]
    near: NDArray[np.int32]  # of a stop: others, nearest first
    near_same: NDArray[np.int32]  # the same within its school; -1 where there are no more
    capacity: int
    ride: float
    may_mix: bool


class State(NamedTuple):
    """Where every stop is, and what is known of every bus."""

    row: NDArray[np.int32]  # (buses, LONGEST) places in order
    length: NDArray[np.int64]
    early: NDArray[np.float64]
    late: NDArray[np.float64]
    load: NDArray[np.int64]  # after each place
    room: NDArray[np.float64]  # how much the leg into a place may grow for those on board; the last entry is unbounded
    visit: NDArray[np.int32]  # (buses, schools) where in the row a school stands, or -1
    bus: NDArray[np.int32]  # of each stop; -1 while it is absent


@njit(cache=True)
def earliest(data: Data, row: NDArray[np.int32], count: int, at: NDArray[np.float64]) -> bool:
    """Fill in the earliest stamps of a row, and return whether there are any that keep windows and rides."""
    stops = len(data.pupils)
    at[0] = data.opens[row[0]]
    for place in range(1, count):
        at[place] = max(at[place - 1] + data.leg[row[place - 1], row[place]], data.opens[row[place]])
    for _ in range(_ROUNDS):
        is_raised = False
        for end in range(count):
            school = row[end]
            if school < stops:
                continue
            if at[end] > data.closes[school] + EPSILON:
                return False
            for start in range(end):
                stop = row[start]
                if stop < stops and data.school[stop] == school and at[end] - at[start] > data.ride + EPSILON:
                    at[start] = at[end] - data.ride
                    is_raised = True
        if not is_raised:
            return True
        for place in range(1, count):
            at[place] = max(at[place], at[place - 1] + data.leg[row[place - 1], row[place]])
    return False


@njit(cache=True)
def latest(data: Data, row: NDArray[np.int32], count: int, at: NDArray[np.float64]) -> None:
    """Fill in the latest stamps of a row that can be kept."""
    stops = len(data.pupils)
    at[count - 1] = data.closes[row[count - 1]]
    for place in range(count - 2, -1, -1):
        at[place] = min(at[place + 1] - data.leg[row[place], row[place + 1]], data.closes[row[place]])
    for _ in range(_ROUNDS):
        is_lowered = False
        for end in range(count):
            if row[end] >= stops:
                for start in range(end):
                    is_aboard = row[start] < stops and data.school[row[start]] == row[end]
                    if is_aboard and at[end] - at[start] > data.ride + EPSILON:
                        at[end] = at[start] + data.ride
                        is_lowered = True
        if not is_lowered:
            return
        for place in range(count - 2, -1, -1):
            at[place] = min(at[place], at[place + 1] - data.leg[row[place], row[place + 1]])


@njit(cache=True)
def refresh(data: Data, state: State, bus: int) -> None:
    """Reckon anew all that is known of a bus, after its row and length were set."""
    stops = len(data.pupils)
    row, count = state.row[bus], state.length[bus]
    state.visit[bus, :] = -1
    if count == 0:
        return
    for place in range(count):
        if row[place] >= stops:
            state.visit[bus, row[place] - stops] = place
        else:
            state.bus[row[place]] = bus
    earliest(data, row, count, state.early[bus])
    latest(data, row, count, state.late[bus])
    _reckon_aboard(data, state, bus)


@njit(cache=True)
def _reckon_aboard(data: Data, state: State, bus: int) -> None:
    """Reckon how many are aboard after each place, and how much longer each leg may become for them."""
    stops = len(data.pupils)
    row, count, load, room = state.row[bus], state.length[bus], state.load[bus], state.room[bus]
    load[:count] = 0
    room[: count + 1] = _LATEST
    for start in range(count):
        stop = row[start]
        if stop < stops:
            end = state.visit[bus, data.school[stop] - stops]
            drive = 0.0
            for place in range(start, end):
                load[place] += data.pupils[stop]
                drive += data.leg[row[place], row[place + 1]]
            for place in range(start + 1, end + 1):
                room[place] = min(room[place], data.ride - drive)


@njit(cache=True)
def drive_of(data: Data, row: NDArray[np.int32], count: int) -> float:
    """Return the least time from the first stamp of a row to the last one, waiting left out."""
    total = 0.0
    for place in range(1, count):
        total += data.leg[row[place - 1], row[place]]
    return total
