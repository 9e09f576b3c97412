"""What the compiled search works on: a case that does not change, and a state that does.

Nodes are places a vehicle may call at, from 1; 0 is the school. A class is families alike: the same stops within
reach, the same seats. Sets of classes are bits in words of 64. A row is a vehicle with the nodes it calls at.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numba.cpython.unsafe.numbers import trailing_zeros
from numpy.typing import NDArray

from tici.engines.lines.kernel.cache import KEEP

LOG = 8192
_MULTIPLIER = np.uint64(2685821657736338717)


class Case(NamedTuple):
    """One problem as numbers. ``nodes`` counts the school."""

    cost: NDArray[np.float64]  # (nodes, nodes) what a leg costs
    ride: NDArray[np.float64]  # (nodes, nodes) seconds of a leg, standing at its start counted
    reach: NDArray[np.uint64]  # (nodes, words) classes within reach of a node
    size: NDArray[np.int64]  # (classes,) seats of one family
    seats: NDArray[np.int64]  # (rows,) seats of a row's vehicle
    fixed: NDArray[np.float64]  # (rows,) what it costs to use a row
    near: NDArray[np.int64]  # (nodes, neighbours) the nearest nodes
    is_must: NDArray[np.bool_]  # (nodes,) whether some class has no other node
    limit: float  # seconds a row may take at most
    per_seat: float  # seconds of standing a taken seat adds
    is_mixed: bool  # whether families differ in size
    is_even: bool  # whether legs between stops cost the same both ways


class State(NamedTuple):
    """Routes and who is on which, with the space that moves need."""

    route: NDArray[np.int64]  # (rows, nodes)
    length: NDArray[np.int64]  # (rows,)
    row_of: NDArray[np.int64]  # (nodes,) -1: not visited
    place: NDArray[np.int64]  # (nodes,) position in the row
    flow: NDArray[np.int64]  # (rows, classes) families on board
    load: NDArray[np.int64]  # (rows,) seats taken
    room: NDArray[np.int64]  # (rows,) seats the row offers, its ride limit regarded
    reached: NDArray[np.uint64]  # (rows, words) classes that can board the row
    aboard: NDArray[np.uint64]  # (rows, words) classes with someone on board
    top: NDArray[np.int64]  # (1,) rows from here on are empty
    dice: NDArray[np.uint64]  # (1,) random state
    draft: NDArray[np.int64]  # (2, nodes) the rows as a move would leave them
    saved: NDArray[np.uint64]  # (2, words) what the two rows reached before
    log: NDArray[np.int64]  # (LOG, 3) class, row, families: what was done to flow
    waiting: NDArray[np.int64]  # (classes,) families without a seat
    standing: NDArray[np.uint64]  # (1, words) classes with someone waiting
    short: NDArray[np.int64]  # (1,) seats that are missing: those of all who wait
    price: NDArray[np.float64]  # (1,) what a missing seat costs for now
    queue: NDArray[np.int64]  # (rows,)
    parent: NDArray[np.int64]  # (rows,)
    carried: NDArray[np.int64]  # (rows,)


def new_state(nodes: int, rows: int, classes: int, seed: int) -> State:
    """Return a state without routes."""
    words = (classes + 63) // 64
    bits = lambda *shape: np.zeros(shape, np.uint64)  # noqa: E731 - arrays alike
    whole = lambda *shape: np.zeros(shape, np.int64)  # noqa: E731
    dice = np.array([(seed * 0x9E3779B97F4A7C15 + 0x2545F4914F6CDD1D) % 2**64 or 1], np.uint64)
    return State(
        whole(rows, nodes), whole(rows), whole(nodes) - 1, whole(nodes), whole(rows, classes), whole(rows),
        whole(rows), bits(rows, words), bits(rows, words), whole(1), dice, whole(2, nodes), bits(2, words),
        whole(LOG, 3), whole(classes), bits(1, words), whole(1), np.zeros(1), whole(rows), whole(rows), whole(rows),
    )  # fmt: skip


@njit(cache=KEEP)
def throw(state: State) -> float:
    """Return a random number in [0, 1): xorshift64*."""
    x = state.dice[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state.dice[0] = x
    return np.float64((x * _MULTIPLIER) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=KEEP)
def pick(state: State, count: int) -> int:
    """Return a random whole number below a count."""
    return int(throw(state) * count)


@njit(cache=KEEP)
def lowest(word: np.uint64) -> int:
    """Return the place of the lowest bit of a word that is not 0."""
    return np.int64(trailing_zeros(word))


@njit(cache=KEEP)
def has(bits: NDArray[np.uint64], row: int, one: int) -> bool:
    """Whether a set holds a class."""
    return (bits[row, one >> 6] >> np.uint64(one & 63)) & np.uint64(1) != np.uint64(0)


@njit(cache=KEEP)
def before(state: State, row: int, place: int) -> int:
    """Return the node before a place in a row; the school before the first."""
    return state.route[row, place - 1] if place > 0 else 0


@njit(cache=KEEP)
def after(state: State, row: int, place: int) -> int:
    """Return the node after a place in a row; the school after the last."""
    return state.route[row, place + 1] if place + 1 < state.length[row] else 0
