"""A matrix of 300 points on a road graph of 90,000 nodes: ours beside plain SciPy, full trees from each point's node.

    python -m bench.roads [--points 300] [--limit 1800]

The graph is generated: 300 by 300 crossings 100 m apart, streets of 15 to 50 km/h slowed by the
calibration of the rulebook (1.6), some one-way. Ours puts each point
on its street, cuts at the limit and gives metres too; the peer takes the nearest node, goes the whole graph and gives
seconds alone. Times are processor seconds. Bar: 3.
"""

from __future__ import annotations

import argparse
import sys
import time

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from tici.engines.roads import RoadGraph, metres_between

SIDE, SEED, BAR_SECONDS, CALIBRATION = 300, 20211220, 3.0, 1.6


def drawn(chance: np.random.Generator) -> RoadGraph:
    """Return streets of a city of 30 by 30 km."""
    number = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    east = np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    north = np.stack([number[:-1].ravel(), number[1:].ravel()])
    streets = np.concatenate([east, north], axis=1)
    is_both = chance.random(streets.shape[1]) < 0.8
    start, end = np.concatenate([streets, streets[::-1][:, is_both]], axis=1)
    row, column = np.divmod(number.ravel(), SIDE)
    nodes = np.column_stack([114.35 + column * 100 / 87_500, 37.95 + row * 100 / 111_195])
    metres = metres_between(nodes[start], nodes[end])
    seconds = metres / (chance.choice([15, 25, 40, 50], len(start)) / 3.6) * CALIBRATION
    return RoadGraph.of_arcs(nodes, start, end, seconds, metres)


def main() -> int:
    """Print both times, and how far the two answers lie apart."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--points", type=int, default=300)
    asked.add_argument("--limit", type=float, default=1800.0)
    options = asked.parse_args()
    chance = np.random.default_rng(SEED)
    graph = drawn(chance)
    points = graph.nodes.mean(axis=0) + chance.uniform(-0.06, 0.06, (options.points, 2))
    names = [str(number) for number in range(options.points)]

    began = time.process_time()
    matrix, _ = graph.matrix(names, points, limit_seconds=options.limit)
    ours = time.process_time() - began
    began = time.process_time()
    matrix, _ = graph.matrix(names, points, limit_seconds=options.limit)
    again = time.process_time() - began

    began = time.process_time()
    whole = csr_matrix((graph.seconds, (graph.start, graph.end)), shape=(len(graph.nodes),) * 2)
    nearest = cKDTree(graph.nodes).query(points)[1]
    plain = np.concatenate([dijkstra(whole, indices=[one])[:, nearest] for one in nearest])
    theirs = time.process_time() - began

    is_near = np.isfinite(matrix.seconds)
    apart = float(np.abs(matrix.seconds - plain)[is_near].mean())
    print(f"{len(graph.nodes):,} nodes, {len(graph.start):,} arcs, {options.points} points, limit {options.limit:g} s")
    print(f"ours: {ours:.2f} CPU s, {again:.2f} with the look-up of streets kept; bar {BAR_SECONDS:g}")
    print(f"plain SciPy, full trees: {theirs:.2f} CPU s; ours {theirs / ours:.1f} times as fast")
    print(f"{is_near.mean():.0%} of legs within the limit; node for street errs by {apart:.0f} s on average")
    return 0 if ours <= BAR_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
