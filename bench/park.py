"""Many schools, one fleet: buses needed beside the published methods (also bench.lines --set park).

    python -m bench.park [--seconds 300] [--only RSRB01,CSCB03] [--ride 2700] [--rules published]

The published figures are of Bertsimas, Delarue and Martin (PNAS 2019, table S1): every school has one bell, the opening
of its window, all pupils have left the bus by then, no bus leaves before, and a bus carries one school's pupils at a
time. ``published`` keeps those rules, so it alone is a fair race. ``windows`` is the problem that Park, Tae and Kim set
in 2012: any moment of the bell window, and mixed load. A bus stands 154.4 s at a school, as in the published programme.
Bar: at most 3 % more buses than the best published method, on each instance.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from tici.engines.lines.mixed import MixedProblem, check, fewest_buses, warm

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = Path("shared", "data", "sbrp", "park-mixed-load")
FEET_PER_SECOND, CAPACITY, UNLOAD_SECONDS, BAR = 29.3333, 66, 154.4, 0.03
RIDES = (2700, 5400)
METHODS = {"LBH": "LBH", "one_scenario": "one", "Chen": "Chen", "BiRD_many": "many", "combined": "comb."}


def folder() -> Path:
    """Return the folder of the instances, beside the repository or above it."""
    found = next((above / SAMPLE for above in ROOT.parents if (above / SAMPLE).is_dir()), None)
    if found is None:
        raise SystemExit(f"No {SAMPLE} beside the repository; the instances are not shipped.")
    return found


def read(at: Path, ride_seconds: float) -> MixedProblem:
    """Read the two tables of an instance."""
    schools = np.loadtxt(at / "Schools.txt", skiprows=1, ndmin=2)
    stops = np.loadtxt(at / "Stops.txt", skiprows=1, ndmin=2)
    number = {int(code): place for place, code in enumerate(schools[:, 0])}
    where = np.concatenate([stops[:, 1:3], schools[:, 1:3]])
    feet = np.abs(where[:, None] - where[None]).sum(axis=2)
    return MixedProblem(
        travel_seconds=feet / FEET_PER_SECOND,
        pupils=stops[:, 4].astype(np.int64),
        school=np.array([number[int(code)] for code in stops[:, 3]]),
        opens_seconds=_seconds(schools[:, 3]),
        closes_seconds=_seconds(schools[:, 4]),
        capacity=CAPACITY,
        ride_seconds=ride_seconds,
        unload_seconds=UNLOAD_SECONDS,
    )


def as_published(problem: MixedProblem) -> MixedProblem:
    """Give up windows and mixed load: all are at school when it opens, and a bus leaves no school before its bell."""
    return replace(problem, closes_seconds=problem.opens_seconds, may_mix=False)


def _seconds(clock: np.ndarray) -> np.ndarray:
    hours, minutes = np.divmod(clock.astype(int), 100)
    return hours * 3600.0 + minutes * 60.0


def main(argv: Sequence[str] | None = None) -> int:
    """Print a line for each instance and ride limit; fail if the bar is missed under the published rules."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--seconds", type=float, default=300.0, help="processor seconds for each plan")
    asked.add_argument("--only", default="", help="instances, separated by commas")
    asked.add_argument("--ride", type=int, choices=RIDES)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--rules", choices=("published", "windows", "both"), default="both")
    options = asked.parse_args(argv)

    at = folder()
    with (at / "published_buses.csv").open(encoding="utf-8") as file:
        published = list(csv.DictReader(file))
    wanted = set(filter(None, options.only.split(",")))
    rules = ("published", "windows") if options.rules == "both" else (options.rules,)
    totals = dict.fromkeys(("best", *rules), 0)
    over = []
    warm()
    print(f"{'instance':8} {'ride':>5} {'':2}" + "".join(f"{name:>6}" for name in METHODS.values()) + "   ours")
    for row in published:
        ride = int(row["max_ride_time_s"])
        if (wanted and row["instance"] not in wanted) or options.ride not in (None, ride):
            continue
        figures = [int(row[key]) for key in METHODS]
        totals["best"] += min(figures)
        told = f"{row['instance']:8} {ride:5} {'':2}" + "".join(f"{figure:6}" for figure in figures)
        for rule in rules:
            problem = read(at / row["instance"], ride)
            if rule == "published":
                problem = as_published(problem)
            plan = fewest_buses(problem, cpu_seconds=options.seconds, seed=options.seed)
            if wrong := check(problem, plan):
                print(f"{row['instance']} {ride}: the plan does not hold: {wrong[:3]}")
                return 1
            totals[rule] += len(plan.buses)
            gap = len(plan.buses) / min(figures) - 1
            told += f"   {rule} {len(plan.buses)} ({gap:+.1%}, {plan.rounds:,} rounds, {plan.cpu_seconds:.0f} CPU s)"
            if gap > BAR:
                over.append(f"{row['instance']}/{ride}/{rule}")
        print(told, flush=True)
    for rule in rules:
        print(
            f"{rule}: {totals[rule]} buses, best published {totals['best']}: {totals[rule] / totals['best'] - 1:+.2%}"
        )
    print(f"over the bar of {BAR:+.0%}: {', '.join(over) or 'none'}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
