"""Every set of stops one vehicle can serve, as far as they can all be listed: what proofs are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tici.engines.lines.encode import Encoded
from tici.engines.lines.kernel.sets import grown, reached_by, seats_wanted

#: More sets than this are not listed: proofs then rest on weaker bounds.
MOST_SETS = 1_500_000


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All sets of nodes one vehicle can serve.

    ``drives`` are the shortest drives in seconds, a closed tour's way out counted; ``rooms`` the units (see ``encode``)
    a set can seat within vehicle and ride limit.
    """

    sets: NDArray[np.uint64]
    drives: NDArray[np.float64]
    rooms: NDArray[np.int64]
    reached: NDArray[np.uint64]

    def only(self, kept: NDArray[np.bool_]) -> Catalogue:
        """Return the sets kept."""
        return Catalogue(self.sets[kept], self.drives[kept], self.rooms[kept], self.reached[kept])


def catalogue(
    encoded: Encoded, legs: NDArray[np.float64], dwell: float, least_units: int, is_over: Callable[[], bool]
) -> Catalogue | None:
    """List the sets of nodes a vehicle can serve; nothing when there are too many or time is up.

    Parameters
    ----------
    encoded
        The case.
    legs
        Driving seconds between nodes, the school first; the way from the school counts only for closed tours, and is
        0 otherwise.
    dwell
        Standing seconds a stop.
    least_units
        Units every vehicle has to seat at least, because the others together cannot seat all.
    """
    case = encoded.case
    nodes, seats = len(legs) - 1, int(case.seats[0])
    if nodes > 63:
        return None
    sets = np.uint64(1) << np.arange(nodes, dtype=np.uint64)
    drives = np.full((nodes, nodes), np.inf)
    drives[np.arange(nodes), np.arange(nodes)] = legs[1:, 0]
    found: list[tuple[NDArray[np.uint64], NDArray[np.float64], NDArray[np.int64]]] = []
    total = 0
    for count in range(1, nodes + 1):
        inner = drives.min(axis=1)
        spare = case.limit - inner - dwell * count
        rooms = np.full(len(sets), seats)
        if np.isfinite(case.limit) and case.per_seat > 0:
            rooms = np.minimum(rooms, np.floor((spare + 1e-9) / case.per_seat)).astype(np.int64)
        kept = (spare >= -1e-9) & (rooms >= max(1, least_units))
        found.append(
            (sets[kept], (drives[kept] + legs[0, 1:]).min(axis=1, initial=np.inf), rooms[kept].astype(np.int64))
        )
        total += int(kept.sum())
        most = case.limit - dwell * (count + 1) - case.per_seat * max(1, least_units) + 1e-9
        room = MOST_SETS * 4
        more, bigger, outer, drive = grown(sets, drives, legs, most, room)
        if more < 0 or total > MOST_SETS or is_over():
            return None
        if more == 0:
            break
        sets, place = np.unique(bigger, return_inverse=True)
        drives = np.full((len(sets), nodes), np.inf)
        drives[place, outer] = drive
    sets, costs, rooms = (np.concatenate(parts) for parts in zip(*found, strict=True))
    reached = reached_by(sets, case.reach)
    kept = seats_wanted(reached, encoded.counts, case.size) >= least_units
    return Catalogue(sets, costs, rooms, reached).only(kept)


def shortest_order(legs: NDArray[np.float64], nodes: list[int]) -> list[int]:
    """Return nodes in the order of their shortest drive to the school, outermost first."""
    best: dict[tuple[frozenset[int], int], tuple[float, tuple[int, ...]]] = {
        (frozenset([node]), node): (float(legs[node, 0]), (node,)) for node in nodes
    }
    for _ in range(len(nodes) - 1):
        wider: dict[tuple[frozenset[int], int], tuple[float, tuple[int, ...]]] = {}
        for (inside, head), (drive, order) in best.items():
            for node in set(nodes) - inside:
                key, length = (inside | {node}, node), float(legs[node, head]) + drive
                if key not in wider or length < wider[key][0]:
                    wider[key] = (length, (node, *order))
        best = wider
    ways = [(drive + float(legs[0, head]), order) for (_, head), (drive, order) in best.items()]
    return list(min(ways)[1])
