"""Seats: whether the families can board the rows as a move would leave them.

Families flow from classes to rows. When rows change, those who lose their row are seated again along augmenting
paths (row → class on board → another row that class reaches), and everything is taken back when one is left over.
With families of one size this is exact; with mixed sizes it may miss a seating but never claims one that is not.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from tici.engines.lines.kernel.cache import KEEP
from tici.engines.lines.kernel.state import LOG, Case, State, has, lowest


@njit(cache=KEEP)
def board(case: Case, state: State, one: int, row: int, count: int) -> None:
    """Put families of a class on a row, or take them off (a count below 0)."""
    state.flow[row, one] += count
    state.load[row] += count * case.size[one]
    bit = np.uint64(1) << np.uint64(one & 63)
    if state.flow[row, one] > 0:
        state.aboard[row, one >> 6] |= bit
    else:
        state.aboard[row, one >> 6] &= ~bit


@njit(cache=KEEP)
def exchanged(case: Case, state: State, row: int, other: int, wanted: int) -> int:
    """Return a class on board of one row that may change to another and frees the seats wanted; -1 if there is none."""
    for word in range(state.aboard.shape[1]):
        common = state.aboard[row, word] & state.reached[other, word]
        while common != np.uint64(0):
            one = 64 * word + lowest(common)
            if case.size[one] >= wanted:
                return one
            common &= common - np.uint64(1)
    return -1


@njit(cache=KEEP)
def path(case: Case, state: State, one: int) -> int:
    """Find a row where a family of a class sets off a chain that ends in a free seat; return its end, or -1.

    The chain stands in ``parent`` (the row before, -1 at its start) and ``carried`` (who changes to a row).
    """
    parent, carried, queue = state.parent, state.carried, state.queue
    top, head, tail = state.top[0], 0, 0
    for row in range(top):
        parent[row] = -2
        if has(state.reached, row, one):
            parent[row], carried[row] = -1, one
            if state.room[row] - state.load[row] >= case.size[one]:
                return row
            queue[tail] = row
            tail += 1
    while head < tail:
        row = queue[head]
        head += 1
        lacking = case.size[carried[row]] - (state.room[row] - state.load[row])
        for other in range(top):
            moved = exchanged(case, state, row, other, lacking) if parent[other] == -2 else -1
            if moved >= 0:
                parent[other], carried[other] = row, moved
                if state.room[other] - state.load[other] >= case.size[moved]:
                    return other
                queue[tail] = other
                tail += 1
    return -1


@njit(cache=KEEP)
def seat(case: Case, state: State, one: int, wanted: int, logged: int) -> tuple[int, int]:
    """Seat families of a class along one augmenting path; return how many (0: none fits) and the length of the log."""
    end = path(case, state, one)
    if end < 0:
        return 0, logged
    parent, carried, count = state.parent, state.carried, 1
    if not case.is_mixed:
        count = min(wanted, (state.room[end] - state.load[end]) // case.size[one])
        row = end
        while parent[row] >= 0:
            count = min(count, state.flow[parent[row], carried[row]])
            row = parent[row]
    row = end
    while row >= 0:
        moved = carried[row]
        board(case, state, moved, row, count)
        logged = note(state, logged, moved, row, count)
        if parent[row] >= 0:
            board(case, state, moved, parent[row], -count)
            logged = note(state, logged, moved, parent[row], -count)
        row = parent[row]
    return count, logged


@njit(cache=KEEP)
def note(state: State, logged: int, one: int, row: int, count: int) -> int:
    """Remember what was done to flow."""
    state.log[logged, 0] = one
    state.log[logged, 1] = row
    state.log[logged, 2] = count
    return logged + 1


@njit(cache=KEEP)
def offered(case: Case, draft: np.ndarray, length: int, row: int) -> int:
    """Return the seats a row offers when it calls at these nodes: those of its vehicle, or fewer for its ride limit.

    Every taken seat adds standing time, so the limit of a ride is a limit on seats. Below 0: the drive is too long.
    """
    if length == 0:
        return 0
    if case.limit == np.inf:
        return case.seats[row]
    seconds = case.ride[draft[length - 1], 0]
    for at in range(length - 1):
        seconds += case.ride[draft[at], draft[at + 1]]
    if seconds > case.limit:
        return -1
    if case.per_seat <= 0.0:
        return case.seats[row]
    return min(case.seats[row], np.int64((case.limit - seconds + 1e-9) / case.per_seat))


@njit(cache=KEEP)
def queue_up(case: Case, state: State, one: int, count: int) -> None:
    """Have families of a class wait for a seat, or no longer (a count below 0)."""
    state.waiting[one] += count
    state.short[0] += count * case.size[one]
    bit = np.uint64(1) << np.uint64(one & 63)
    if state.waiting[one] > 0:
        state.standing[0, one >> 6] |= bit
    else:
        state.standing[0, one >> 6] &= ~bit


@njit(cache=KEEP)
def wait(case: Case, state: State, one: int, count: int, logged: int) -> int:
    """Have families wait, and remember it."""
    queue_up(case, state, one, count)
    return note(state, logged, one, -1, count)


@njit(cache=KEEP)
def lift(case: Case, state: State, row: int, one: int, count: int, logged: int) -> int:
    """Take families off a row; they wait for a seat."""
    board(case, state, one, row, -count)
    return wait(case, state, one, count, note(state, logged, one, row, -count))


@njit(cache=KEEP)
def unseat(case: Case, state: State, row: int, logged: int) -> int:
    """Take off a row who no longer reaches it, and who is over its seats."""
    for word in range(state.aboard.shape[1]):
        lost = state.aboard[row, word] & ~state.reached[row, word]
        while lost != np.uint64(0):
            one = 64 * word + lowest(lost)
            logged = lift(case, state, row, one, state.flow[row, one], logged)
            lost &= lost - np.uint64(1)
    for word in range(state.aboard.shape[1]):
        while state.load[row] > state.room[row] and state.aboard[row, word] != np.uint64(0):
            one = 64 * word + lowest(state.aboard[row, word])
            over = (state.load[row] - state.room[row] + case.size[one] - 1) // case.size[one]
            logged = lift(case, state, row, one, min(over, state.flow[row, one]), logged)
    return logged


@njit(cache=KEEP)
def seat_waiting(case: Case, state: State, most: float, logged: int) -> tuple[bool, int]:
    """Seat who waits; say whether the seats still missing cost less than allowed."""
    spare = 0
    for row in range(state.top[0]):
        spare += state.room[row] - state.load[row]
    if (state.short[0] - spare) * state.price[0] >= most and state.short[0] > spare:
        return False, logged
    missing = 0
    for word in range(state.standing.shape[1]):
        left = state.standing[0, word]
        while left != np.uint64(0):
            one = 64 * word + lowest(left)
            left &= left - np.uint64(1)
            while state.waiting[one] > 0:
                if logged + 2 * state.top[0] + 4 >= LOG:
                    return False, logged
                count, logged = seat(case, state, one, state.waiting[one], logged)
                if count == 0:
                    break
                logged = wait(case, state, one, -count, logged)
            missing += state.waiting[one] * case.size[one]
            if missing * state.price[0] >= most and missing > 0:
                return False, logged
    return True, logged


@njit(cache=KEEP)
def try_rows(case: Case, state: State, first: int, length: int, second: int, other_length: int, most: float) -> bool:
    """Put the drafts in place of one or two rows (``second`` -1: one); say whether that was done.

    It is when the seats then missing cost less than ``most``.
    """
    rows, lengths = (np.int64(first), np.int64(second)), (np.int64(length), np.int64(other_length))
    old_room = (state.room[first], state.room[second] if second >= 0 else np.int64(0))
    new_room = (
        offered(case, state.draft[0], length, first),
        offered(case, state.draft[1], other_length, second) if second >= 0 else np.int64(0),
    )
    if new_room[0] < 0 or new_room[1] < 0:
        return False
    old_top = state.top[0]
    for side in range(2):
        if rows[side] >= 0:
            redraw(case, state, side, rows[side], lengths[side])
            state.room[rows[side]] = new_room[side]
    logged = unseat(case, state, first, 0)
    if second >= 0:
        logged = unseat(case, state, second, logged)
    fits = True
    if state.short[0] > 0:
        fits, logged = seat_waiting(case, state, most, logged)
    if fits:
        place_rows(state, rows, lengths)
        return True
    take_back(case, state, logged)
    for side in range(2):
        if rows[side] >= 0:
            state.room[rows[side]] = old_room[side]
            state.reached[rows[side]] = state.saved[side]
    state.top[0] = old_top
    return False


@njit(cache=KEEP)
def redraw(case: Case, state: State, side: int, row: int, length: int) -> None:
    """Have a row reach what its draft reaches; what it reached is saved."""
    for word in range(state.reached.shape[1]):
        state.saved[side, word] = state.reached[row, word]
        state.reached[row, word] = np.uint64(0)
        for at in range(length):
            state.reached[row, word] |= case.reach[state.draft[side, at], word]
    if length > 0 and row >= state.top[0]:
        state.top[0] = row + 1


@njit(cache=KEEP)
def take_back(case: Case, state: State, logged: int) -> None:
    """Undo what the log holds, last first."""
    for entry in range(logged - 1, -1, -1):
        one, row, count = state.log[entry, 0], state.log[entry, 1], state.log[entry, 2]
        if row < 0:
            queue_up(case, state, one, -count)
        else:
            board(case, state, one, row, -count)


@njit(cache=KEEP)
def place_rows(state: State, rows: tuple[int, int], lengths: tuple[int, int]) -> None:
    """Write the drafts into their rows."""
    for side in range(2):
        row = rows[side]
        if row >= 0:
            for at in range(state.length[row]):
                state.row_of[state.route[row, at]] = -1
    for side in range(2):
        row = rows[side]
        if row >= 0:
            for at in range(lengths[side]):
                node = state.draft[side, at]
                state.route[row, at] = node
                state.row_of[node] = row
                state.place[node] = at
            state.length[row] = lengths[side]
    while state.top[0] > 0 and state.length[state.top[0] - 1] == 0:
        state.top[0] -= 1


@njit(cache=KEEP)
def start(case: Case, state: State, count: np.ndarray) -> int:
    """Seat everybody on the rows as they stand; return how many families find no seat (``count`` keeps the others)."""
    left = 0
    for row in range(case.seats.shape[0]):
        if state.length[row] > 0:
            state.top[0] = row + 1
            state.room[row] = max(0, offered(case, state.route[row], state.length[row], row))
            for at in range(state.length[row]):
                for word in range(state.reached.shape[1]):
                    state.reached[row, word] |= case.reach[state.route[row, at], word]
    for one in range(count.shape[0]):
        wanted = count[one]
        while wanted > 0:
            seated, _ = seat(case, state, one, wanted, 0)
            if seated == 0:
                break
            wanted -= seated
        count[one] -= wanted
        left += wanted
    return left
