"""All sets of nodes one vehicle can serve within its ride limit, each with its shortest drive; and the price of each.

A set is 64 bits, node 1 the lowest. Sets grow by a node at their outer end, so a drive only ever gets longer.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tici.engines.lines.kernel.cache import KEEP
from tici.engines.lines.kernel.state import lowest


@njit(cache=KEEP)
def grown(
    sets: NDArray[np.uint64], drives: NDArray[np.float64], legs: NDArray[np.float64], most: float, room: int
) -> tuple[int, NDArray[np.uint64], NDArray[np.int64], NDArray[np.float64]]:
    """Grow each set by every node that keeps its drive within ``most``.

    ``drives`` has the shortest drive from each node through its set to the school, shape (sets, nodes), node 1 first.
    Returns how many there are (-1: more than there is room for), and for each the set, its outer node, its drive.
    """
    nodes = legs.shape[0] - 1
    count = 0
    bigger, outer, drive = np.empty(room, np.uint64), np.empty(room, np.int64), np.empty(room, np.float64)
    for at in range(sets.shape[0]):
        for node in range(nodes):
            bit = np.uint64(1) << np.uint64(node)
            if sets[at] & bit:
                continue
            least, left = np.inf, sets[at]
            while left != np.uint64(0):
                head = lowest(left)
                left &= left - np.uint64(1)
                least = min(least, legs[node + 1, head + 1] + drives[at, head])
            if least <= most:
                if count == room:
                    return -1, bigger, outer, drive
                bigger[count], outer[count], drive[count] = sets[at] | bit, node, least
                count += 1
    return count, bigger[:count], outer[:count], drive[:count]


@njit(cache=KEEP)
def reached_by(sets: NDArray[np.uint64], reach: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the classes each set reaches, shape (sets, words)."""
    found = np.zeros((sets.shape[0], reach.shape[1]), np.uint64)
    for at in range(sets.shape[0]):
        left = sets[at]
        while left != np.uint64(0):
            node = lowest(left)
            left &= left - np.uint64(1)
            for word in range(reach.shape[1]):
                found[at, word] |= reach[node + 1, word]
    return found


@njit(cache=KEEP)
def prices(
    sets: NDArray[np.uint64],
    reached: NDArray[np.uint64],
    costs: NDArray[np.float64],
    rooms: NDArray[np.int64],
    order: NDArray[np.int64],
    worth: NDArray[np.float64],
    counts: NDArray[np.int64],
    sizes: NDArray[np.int64],
    tolls: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the reduced cost of each set when it is filled with the families worth most a seat.

    ``order`` has the classes, the dearest a seat first; ``worth`` is per family, ``tolls`` per node called at.
    """
    found = costs.copy()
    for at in range(sets.shape[0]):
        left = sets[at]
        while left != np.uint64(0):
            found[at] += tolls[lowest(left)]
            left &= left - np.uint64(1)
        room = rooms[at]
        for one in order:
            if room <= 0 or worth[one] <= 0.0:
                break
            if (reached[at, one >> 6] >> np.uint64(one & 63)) & np.uint64(1) != np.uint64(0):
                taken = min(room, counts[one] * sizes[one])
                found[at] -= worth[one] * taken / sizes[one]
                room -= taken
    return found


@njit(cache=KEEP)
def seats_wanted(reached: NDArray[np.uint64], counts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the seats that all families within reach of each set want."""
    found = np.zeros(reached.shape[0], np.int64)
    for at in range(reached.shape[0]):
        for one in range(counts.shape[0]):
            if (reached[at, one >> 6] >> np.uint64(one & 63)) & np.uint64(1) != np.uint64(0):
                found[at] += counts[one] * sizes[one]
    return found
