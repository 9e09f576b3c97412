"""Times and distances along a road graph, by SciPy's Dijkstra; no routing server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from tici.engines.roads.datum import EARTH_M
from tici.engines.roads.matrix import Floats, Matrix, Source
from tici.engines.roads.problems import Problem

Places = NDArray[np.int64]

# One number carries both: milliseconds above, decimetres below. Sums stay exact below 2 ** 53, so one Dijkstra finds
# the fastest way and its length, the shorter one among equally fast, and no tree need be walked back.
_METRES_BITS = 2.0**27
_SAMPLE_M = 60.0  # roads are looked up by points this far apart
_NEAREST = 8
_AT_NODE_M = 1.0
_SOURCES = 50  # trees kept in memory at once


class Snapped(NamedTuple):
    """Where points lie on the graph: the arc, how far along it (0 to 1), and how far the point is from it."""

    arc: Places
    share: Floats
    metres: Floats


@dataclass(frozen=True, eq=False)
class RoadGraph:
    """A directed graph of roads.

    Parameters
    ----------
    nodes
        Shape (n, 2): WGS-84 longitude and latitude.
    start, end
        Shape (arcs,): numbers of nodes; no arc stands twice. Sorted by start, then end.
    seconds, metres
        Shape (arcs,), positive.
    farthest_m
        A point farther from every road is on none.
    access_seconds_a_metre
        What the way from a point to its road costs: that of a pedestrian; 0 for a bus, which stops on the road.
    """

    nodes: Floats
    start: Places
    end: Places
    seconds: Floats
    metres: Floats
    farthest_m: float = 150.0
    access_seconds_a_metre: float = 0.0

    @classmethod
    def of_arcs(cls, nodes: Floats, start: Places, end: Places, seconds: Floats, metres: Floats, **told: float) -> Self:
        """Return the graph of some arcs: of arcs between the same nodes the fastest, and of parts the largest.

        The largest part is strongly connected: from each of its nodes every other can be reached and left.
        """
        order = np.lexsort((seconds, end, start))
        start, end, seconds, metres = start[order], end[order], seconds[order], metres[order]
        is_first = np.ones(len(start), bool)
        is_first[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
        is_first &= start != end
        links = csr_matrix((np.ones(len(start)), (start, end)), shape=(len(nodes), len(nodes)))
        _, part = connected_components(links, directed=True, connection="strong")
        is_in = part == np.bincount(part, minlength=1).argmax()
        kept = is_first & is_in[start] & is_in[end]
        number = np.cumsum(is_in) - 1
        return cls(nodes[is_in], number[start[kept]], number[end[kept]], seconds[kept], metres[kept], **told)

    def save(self, path: Path) -> None:
        """Write the graph to a file that `load` reads."""
        np.savez(
            path,
            nodes=self.nodes,
            start=self.start,
            end=self.end,
            seconds=self.seconds,
            metres=self.metres,
            told=np.array([self.farthest_m, self.access_seconds_a_metre]),
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a graph that `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            farthest, access = kept["told"].tolist()
            nodes, start, end, seconds, metres = (kept[name] for name in ("nodes", "start", "end", "seconds", "metres"))
        return cls(nodes, start, end, seconds, metres, farthest, access)

    def snap(self, points: ArrayLike) -> Snapped:
        """Return the nearest place on the graph of each point, shape (k, 2)."""
        where = self._plane(np.asarray(points, float).reshape(-1, 2))
        samples, arc_of = self._samples
        near = arc_of[samples.query(where, k=min(_NEAREST, samples.n))[1].reshape(len(where), -1)]
        flat = self._plane(self.nodes)
        begin, run = flat[self.start[near]], flat[self.end[near]] - flat[self.start[near]]
        length = np.maximum((run**2).sum(axis=2), 1e-9)
        share = np.clip(((where[:, None] - begin) * run).sum(axis=2) / length, 0, 1)
        off = where[:, None] - begin - share[..., None] * run
        far = np.hypot(off[..., 0], off[..., 1])
        best = far.argmin(axis=1)
        row = np.arange(len(where))
        return Snapped(near[row, best], share[row, best], far[row, best])

    def matrix(
        self, names: Sequence[str], points: ArrayLike, *, limit_seconds: float = 3600.0
    ) -> tuple[Matrix, tuple[Problem, ...]]:
        """Return times and distances between all points by the fastest way, and the points that are on no road.

        Parameters
        ----------
        names, points
            Names, and longitude and latitude of shape (k, 2).
        limit_seconds
            Longer legs are left as holes; the shorter the limit, the faster.

        Notes
        -----
        Points lie anywhere on a road, not only at its nodes. About 6 ms a point at 90,000 nodes within half an hour.
        """
        snapped = self.snap(points)
        is_on = snapped.metres <= self.farthest_m
        graph = self._with_points(snapped)
        count, nodes = len(names), len(self.nodes)
        packed = np.full((count, count), np.inf)
        limit = limit_seconds * 1000 * _METRES_BITS
        for first in range(0, count, _SOURCES):
            sources = np.arange(nodes + first, nodes + min(first + _SOURCES, count))
            packed[first : first + _SOURCES] = dijkstra(graph, indices=sources, limit=limit)[:, nodes:]
        packed[~is_on] = packed[:, ~is_on] = np.inf
        is_there = np.isfinite(packed)
        thousandths = np.floor(np.where(is_there, packed, 0) / _METRES_BITS)
        seconds = np.where(is_there, thousandths / 1000, np.inf)
        metres = np.where(is_there, (np.where(is_there, packed, 0) - thousandths * _METRES_BITS) / 10, np.inf)
        if self.access_seconds_a_metre:
            access = snapped.metres[:, None] + snapped.metres
            seconds, metres = seconds + access * self.access_seconds_a_metre, metres + access
        for values in (seconds, metres):
            np.fill_diagonal(values, 0.0)
        source = np.where(np.isfinite(seconds), Source.ROAD, Source.NONE).astype(np.uint8)
        problems = [
            Problem.of(
                "off_road", name=names[place], metres=f"{snapped.metres[place]:.0f}", most=f"{self.farthest_m:g}"
            )
            for place in np.flatnonzero(~is_on).tolist()
        ]
        return Matrix(tuple(names), tuple(names), seconds, metres, source), tuple(problems)

    def _with_points(self, snapped: Snapped) -> csr_matrix:
        """Return the graph with a node more for each point, between the ends of its arc."""
        nodes, count = len(self.nodes), len(snapped.arc)
        arcs: dict[tuple[int, int], float] = {}

        def add(one: int, other: int, arc: int, share: float) -> None:
            packed = float(self._packed(self.seconds[arc] * share, self.metres[arc] * share))
            arcs[one, other] = min(packed, arcs.get((one, other), np.inf))

        back = self._reverse(snapped.arc)
        on: dict[int, list[int]] = {}
        for place in range(count):
            here, arc, share = nodes + place, int(snapped.arc[place]), float(snapped.share[place])
            begin, end = int(self.start[arc]), int(self.end[arc])
            ways = [(arc, begin, end, share)] + (
                [(int(back[place]), end, begin, 1 - share)] if back[place] >= 0 else []
            )
            for way, tail, head, done in ways:
                add(tail, here, way, done)
                add(here, head, way, 1 - done)
                # At a crossing it does not matter which of its streets a point was put on.
                if done * self.metres[way] < _AT_NODE_M:
                    add(here, tail, way, 0.0)
                if (1 - done) * self.metres[way] < _AT_NODE_M:
                    add(head, here, way, 0.0)
                for other in on.setdefault(way, []):
                    their = float(snapped.share[other - nodes])
                    their = their if int(snapped.arc[other - nodes]) == way else 1 - their
                    add(*((other, here) if their <= done else (here, other)), way, abs(done - their))
                    if their == done:
                        add(here, other, way, 0.0)
                on[way].append(here)
        extra = np.array(list(arcs), int).reshape(-1, 2)
        starts, ends = np.concatenate([self.start, extra[:, 0]]), np.concatenate([self.end, extra[:, 1]])
        weight = np.concatenate([self._packed(self.seconds, self.metres), np.array(list(arcs.values()))])
        return csr_matrix((weight, (starts, ends)), shape=(nodes + count, nodes + count))

    @staticmethod
    def _packed(seconds: Floats, metres: Floats) -> Any:
        """Return one number of both, for an arc or for many."""
        return np.maximum(np.rint(seconds * 1000), 1) * _METRES_BITS + np.rint(metres * 10)

    def _reverse(self, arcs: Places) -> Places:
        """Return the arc that leads back beside each arc; -1 where there is none."""
        key = self.start * len(self.nodes) + self.end
        wanted = self.end[arcs] * len(self.nodes) + self.start[arcs]
        at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
        return np.where(key[at] == wanted, at, -1)

    @cached_property
    def _samples(self) -> tuple[cKDTree, Places]:
        """Points along all arcs, and which arc each is of."""
        flat = self._plane(self.nodes)
        run = flat[self.end] - flat[self.start]
        pieces = np.maximum(np.ceil(np.hypot(*run.T) / _SAMPLE_M).astype(int), 1)
        arc = np.repeat(np.arange(len(pieces)), pieces)
        number = np.arange(len(arc)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        share = (number + 0.5) / pieces[arc]
        return cKDTree(flat[self.start[arc]] + share[:, None] * run[arc]), arc

    def _plane(self, points: Floats) -> Floats:
        centre = self.nodes.mean(axis=0)
        plane: Floats = (points - centre) * np.array([np.cos(np.radians(centre[1])), 1.0]) * np.radians(EARTH_M)
        return plane
