"""School lines against the best known values, and against PyVRP's client groups with as much processor time.

    python -m bench.lines --set tg [--seconds 1] [--seed 0] [--no-peer] [--data FOLDER]
    python -m bench.lines --xpress FOLDER --values CSV [--seconds 10]
    python -m bench.lines --set park …    what follows is for bench.park

``--set tg`` reads the instances of stop selection and their ``reference.csv``; ``--xpress`` the published format with
a table of ``instance_file`` (or ``id``) and ``published_matheuristic_2013``. Every plan is checked.

PyVRP gets one required group of optional clients
for each pupil, one client at each stop within reach; pupils with a single stop are merged there. That relaxes "one bus
a stop", in its favour. Exit 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tici.engines.lines.kernel.warm import warm
from tici.engines.lines.problem import Problem
from tici.engines.lines.search import plan
from tici.engines.lines.xpress import read_xpress

DATA = Path(__file__).parents[2] / "shared" / "data" / "sbrp" / "tg-stop-selection"
SAME = 5e-3
WIDE = 25.0


@dataclass(frozen=True)
class Line:
    """One instance: the best known value and ours."""

    name: str
    known: float
    is_proven: bool
    ours: float
    walk: float
    peer: float | None = None

    @property
    def gap(self) -> float:
        """Per cent above the best known."""
        return 100 * (self.ours / self.known - 1)


def main(argv: Sequence[str] | None = None) -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--set", choices=("tg", "park"), default="tg")
    asked.add_argument("--data", type=Path, default=DATA, help="the folder of --set tg")
    asked.add_argument("--xpress", type=Path, help="a folder of instances in the published format")
    asked.add_argument("--values", type=Path, help="their published values")
    asked.add_argument("--seconds", type=float, help="processor seconds an instance (1; 10 with --xpress)")
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--no-peer", action="store_true", help="leave PyVRP out")
    wish, rest = asked.parse_known_args(argv)
    if wish.set == "park" and not wish.xpress:
        from bench import park

        return park.main([*rest, *(["--seconds", str(wish.seconds)] if wish.seconds else [])])
    if rest:
        asked.error(f"unrecognised: {' '.join(rest)}")
    warm()
    if wish.xpress:
        return against_published(wish.xpress, wish.values, wish.seconds or 10.0, wish.seed)
    return against_reference(wish.data, wish.seconds or 1.0, wish.seed, has_peer=not wish.no_peer)


def solved(problem: Problem, seconds: float, seed: int) -> tuple[float, float]:
    """Our cost and the processor seconds of everything from the problem to the checked plan."""
    began = time.process_time()
    cost = plan(problem, seconds, seed).costs["driving"]
    return cost, time.process_time() - began


def against_reference(folder: Path, seconds: float, seed: int, *, has_peer: bool) -> int:
    """Print a line an instance; say which bars are kept."""
    lines = []
    with (folder / "reference.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        problem = read_xpress(folder / row["file"])
        ours, taken = solved(problem, seconds, seed)
        peer = pyvrp_cost(problem, taken, seed) if has_peer else None
        known, walk = float(row["reference_cost"]), float(row["walk_max"])
        lines.append(line := Line(row["file"], known, row["proven_optimal"] == "yes", ours, walk, peer))
        beside = "" if peer is None else f"  PyVRP {peer:9.3f} ({100 * (peer / ours - 1):+.1f} %)"
        print(
            f"{line.name:28} {ours:9.3f}  known {known:9.3f}  {line.gap:+.2f} %  {taken:.2f} CPU s{beside}", flush=True
        )
    return told(lines, seconds)


def told(lines: list[Line], seconds: float) -> int:
    """Print the sums and judge the bars of the set."""
    gaps = np.array([line.gap for line in lines])
    proven = [line for line in lines if line.is_proven]
    met = sum(abs(line.ours - line.known) < SAME for line in proven)
    print(f"{len(lines)} instances, {seconds:g} CPU s each")
    print(f"mean {gaps.mean():+.3f} % above the best known, worst {gaps.max():+.2f} %, best {gaps.min():+.2f} %")
    print(f"proven optima met: {met} of {len(proven)}")
    kept = bool(gaps.mean() <= 0.3) and met == len(proven)
    against = [line for line in lines if line.peer is not None and np.isfinite(line.peer)]
    if any(line.peer is not None for line in lines):
        behind = max((100 * (line.ours / line.peer - 1) for line in against if line.peer), default=0.0)
        wide = [line for line in against if line.walk >= WIDE]
        lower = 100 * (1 - sum(line.ours for line in wide) / sum(line.peer or 0.0 for line in wide)) if wide else 100.0
        print(f"PyVRP found a plan of {len(against)}; against it never worse than {behind:+.2f} %")
        print(f"at a walking radius of {WIDE:g} and more our mean cost is {lower:.1f} % lower ({len(wide)} instances)")
        kept = kept and behind <= 0.1 and lower >= 25.0
    print("the bars are kept" if kept else "A BAR IS MISSED")
    return 0 if kept else 1


def against_published(folder: Path, values: Path, seconds: float, seed: int) -> int:
    """Print a line an instance of the published format."""
    with values.open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    known = {key: row for row in table for key in (row["instance_file"], f"id {row['id']}") if key}
    gaps = []
    for path in sorted((one for one in folder.iterdir() if one.is_file()), key=number_of):
        row = known.get(path.name) or known.get(f"id {number_of(path)}")
        if row is None:
            continue
        ours, taken = solved(read_xpress(path), seconds, seed)
        value = float(row["published_matheuristic_2013"])
        # Published values have two decimals: a difference below that is none.
        gap = 0.0 if abs(ours - value) < SAME + 1e-9 else 100 * (ours / value - 1)
        gaps.append(gap)
        print(f"{path.name:34} {ours:10.3f}  2013 {value:10.2f}  {gap:+.2f} %  {taken:.2f} CPU s", flush=True)
    if not gaps:
        print(f"No instance of {folder} has a value in {values}.")
        return 1
    mean, worst = float(np.mean(gaps)), max(gaps)
    better, worse = sum(gap < 0 for gap in gaps), sum(gap > 0 for gap in gaps)
    print(f"{len(gaps)} instances: mean {mean:+.3f} %, worst {worst:+.2f} %, better {better}, worse {worse}")
    kept = mean <= -0.6 and worst <= 0.2
    print("the bars are kept" if kept else "A BAR IS MISSED")
    return 0 if kept else 1


def number_of(path: Path) -> int:
    """The number in a file's name: inst12-…"""
    found = re.search(r"\d+", path.name)
    return int(found[0]) if found else 0


def pyvrp_cost(problem: Problem, seconds: float, seed: int) -> float:
    """What PyVRP's plan costs after as much processor time; ``inf`` when it found none that keeps the limits."""
    from pyvrp import Client, ClientGroup, Depot, Location, ProblemData, VehicleType
    from pyvrp import solve as search

    scale = 1000
    legs = np.rint(problem.drive_seconds * scale).astype(np.int64)
    nodes = len(legs)
    single = problem.is_reachable.sum(axis=1) == 1
    clients, groups = [], []
    for stop in range(nodes - 1):
        if count := int(problem.is_reachable[single, stop].sum()):
            clients.append(Client(stop + 1, delivery=[count]))
    for pupil in np.flatnonzero(~single):
        group: list[int] = []
        for stop in np.flatnonzero(problem.is_reachable[pupil]):
            group.append(len(clients))
            clients.append(Client(int(stop) + 1, delivery=[1], required=False, group=len(groups)))
        groups.append(ClientGroup(group, required=True))
    data = ProblemData(
        [Location(0, 0)] * nodes,
        clients,
        [Depot(0)],
        [VehicleType(nodes - 1, capacity=[problem.largest_seats])],
        [legs],
        [np.zeros_like(legs)],
        groups,
    )
    began = time.process_time()
    found = search(data, stop=lambda _: time.process_time() - began > seconds, seed=seed, display=False)
    return found.best.distance() / scale if found.best.is_feasible() else float("inf")


if __name__ == "__main__":
    sys.exit(main())
