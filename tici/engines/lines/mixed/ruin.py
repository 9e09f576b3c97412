"""What a round takes out of the buses before it is put back better (Numba)."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tici.engines.lines.mixed.schedule import EPSILON, LONGEST, Data, State, refresh

LONGEST_STRING = 12


@njit(cache=True)
def drop_marked(data: Data, state: State, bus: int, marked: NDArray[np.bool_]) -> None:
    """Take the marked stops out of a bus, and calls at schools that nobody rides to any more."""
    stops = len(data.pupils)
    row, count = state.row[bus], state.length[bus]
    is_wanted = np.zeros(len(data.opens) - stops, np.bool_)
    for place in range(count):
        if row[place] < stops:
            if marked[row[place]]:
                state.bus[row[place]] = -1
            else:
                is_wanted[data.school[row[place]] - stops] = True
    kept = 0
    for place in range(count):
        here = row[place]
        if (here < stops and not marked[here]) or (here >= stops and is_wanted[here - stops]):
            row[kept] = here
            kept += 1
    state.length[bus] = kept
    refresh(data, state, bus)


@njit(cache=True)
def mark_strings(
    data: Data, state: State, mean: float, marked: NDArray[np.bool_], is_hit: NDArray[np.bool_], hit: NDArray[np.int64]
) -> int:
    """Mark strings of stops near one another, each in another bus, and return how many buses are hit.

    Notes
    -----
    After Christiaens and Vanden Berghe, Slack Induction by String Removals (Transportation Science 54(2), 2020).
    """
    stops = len(data.pupils)
    seed = np.random.randint(stops)
    near = data.near if np.random.random() < 0.5 else data.near_same
    longest = np.random.randint(1, LONGEST_STRING + 1)
    strings = int(np.random.random() * (4.0 * mean / (1 + longest) - 1)) + 1
    count = 0
    for rank in range(-1, near.shape[1]):
        stop = seed if rank < 0 else near[seed, rank]
        if stop < 0 or count >= min(strings, len(hit)):
            break
        bus = state.bus[stop]
        if bus < 0 or is_hit[bus]:
            continue
        is_hit[bus] = True
        hit[count] = bus
        count += 1
        _mark_string(data, state, bus, stop, longest, marked)
    return count


@njit(cache=True)
def _mark_string(data: Data, state: State, bus: int, stop: int, longest: int, marked: NDArray[np.bool_]) -> None:
    """Mark a string of stops of one bus that holds a stop: a run of them, a run with a gap, or a whole trip."""
    members = np.empty(LONGEST, np.int32)
    size, at = 0, 0
    row, count = state.row[bus], state.length[bus]
    is_trip = np.random.random() < 0.25
    for place in range(count):
        here = row[place]
        if here < len(data.pupils) and (not is_trip or data.school[here] == data.school[stop]):
            if here == stop:
                at = size
            members[size] = here
            size += 1
    if is_trip:
        for one in range(size):
            marked[members[one]] = True
        return
    length = np.random.randint(1, min(size, longest) + 1)
    spared = 0
    if length > 1 and np.random.random() < 0.5:
        while length + spared < size and np.random.random() > 0.01 and spared < 1 + length // 2:
            spared += 1
    total = length + spared
    first = max(0, min(at - np.random.randint(total), size - total))
    gap = first + np.random.randint(length + 1) if spared else -1
    for one in range(first, first + total):
        if not (spared and gap <= one < gap + spared):
            marked[members[one]] = True


@njit(cache=True)
def swap_tails(data: Data, state: State, one: int, other: int, heat: float) -> None:
    """Let two buses change what they do after a moment at which both are empty, if that pays at this heat."""
    schools = len(data.opens) - len(data.pupils)
    count, their = state.length[one], state.length[other]
    cut = _empty_place(state, one)
    best, best_cut = np.inf, -1
    for place in range(their + 1):
        if place > 0 and state.load[other, place - 1] > 0:
            continue
        if (place == 0 and cut == 0) or (place == their and cut == count):
            continue
        if not _can_follow(data, state, one, cut, other, place) or not _can_follow(data, state, other, place, one, cut):
            continue
        more = _join(data, state, one, cut, other, place) + _join(data, state, other, place, one, cut)
        more -= _join(data, state, one, cut, one, cut) + _join(data, state, other, place, other, place)
        if more < best and cut + their - place <= LONGEST and place + count - cut <= LONGEST:
            is_twice = False
            for school in range(schools):
                mine, theirs = state.visit[one, school], state.visit[other, school]
                if mine >= 0 and theirs >= 0 and (mine < cut) != (theirs < place):
                    is_twice = True
            if not is_twice:
                best, best_cut = more, place
    if best_cut < 0 or best > -heat * np.log(np.random.random()):
        return
    tail = state.row[one, cut:count].copy()
    state.row[one, cut : cut + their - best_cut] = state.row[other, best_cut:their]
    state.length[one] = cut + their - best_cut
    state.row[other, best_cut : best_cut + len(tail)] = tail
    state.length[other] = best_cut + len(tail)
    refresh(data, state, one)
    refresh(data, state, other)


@njit(cache=True)
def _empty_place(state: State, bus: int) -> int:
    """Return a place of a row, at random, before which the bus is empty."""
    count = state.length[bus]
    seen, found = 0, 0
    for place in range(count + 1):
        if place == 0 or state.load[bus, place - 1] == 0:
            seen += 1
            if np.random.randint(seen) == 0:
                found = place
    return found


@njit(cache=True)
def _can_follow(data: Data, state: State, one: int, cut: int, other: int, place: int) -> bool:
    """Whether the tail of another bus can follow the head of one in time."""
    if cut == 0 or place == state.length[other]:
        return True
    leg = data.leg[state.row[one, cut - 1], state.row[other, place]]
    return state.early[one, cut - 1] + leg <= state.late[other, place] + EPSILON


@njit(cache=True)
def _join(data: Data, state: State, one: int, cut: int, other: int, place: int) -> float:
    """Return the leg between the head of one row and the tail of another."""
    if cut == 0 or place == state.length[other]:
        return 0.0
    return data.leg[state.row[one, cut - 1], state.row[other, place]]
