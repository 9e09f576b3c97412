"""A city's school trips chained to vehicles: 22 schools, a plan of about 32 vehicles, the least number proven.

    python -m bench.chaining [--seed S]

Generated (示例): trips to 22 schools in one morning, bells between 7:40 and 8:30, drives at 18 km/h.
Twice: departures as they are, by matching; then free to move 10 minutes earlier, by CP-SAT. Bar for the matching:
under a second, bound proven. The peer in the same run sends each trip, by departure, to the vehicle that is free
nearest (greedy).
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace

import numpy as np

from tici.engines.lines.chaining import Trip, chain, chain_with_shifts, peak_overlap

SCHOOLS, TRIPS, SEED, BAR_SECONDS, METRES_A_SECOND, DETOUR = 22, 40, 20211220, 1.0, 5.0, 1.4


def drawn(seed: int) -> tuple[list[Trip], np.ndarray]:
    """Return trips and the empty drives between them, in a city of 14 by 12 km."""
    chance = np.random.default_rng(seed)
    schools = chance.uniform((0, 0), (14_000, 12_000), (SCHOOLS, 2))
    bells = chance.choice(np.arange(460, 511, 5), SCHOOLS) * 60
    school = np.concatenate([np.arange(SCHOOLS), chance.integers(0, SCHOOLS, TRIPS - SCHOOLS)])
    starts = schools[school] + chance.normal(0, 1_500, (TRIPS, 2))
    trips = []
    for number, at in enumerate(school):
        lasts = int(chance.uniform(12, 30) * 60)
        arrives = int(bells[at] - chance.choice([10, 15, 20]) * 60)
        trips.append(Trip(f"{at:02d}-{number:02d}", arrives - lasts, lasts, seats=int(chance.integers(20, 60))))
    metres = np.abs(schools[school][:, None] - starts).sum(axis=2) / np.sqrt(2) * DETOUR
    return trips, metres / METRES_A_SECOND


def by_greed(trips: list[Trip], empty: np.ndarray) -> int:
    """Count the vehicles if each trip goes to the vehicle that is free nearest."""
    lasts: list[int] = []
    for place in sorted(range(len(trips)), key=lambda one: trips[one].departs_second):
        free = [last for last in lasts if trips[last].ends_second + empty[last, place] <= trips[place].departs_second]
        if free:
            lasts.remove(min(free, key=lambda last: empty[last, place]))
        lasts.append(place)
    return len(lasts)


def main() -> int:
    """Print vehicles, bounds and times beside the bar."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--seed", type=int, default=SEED)
    trips, empty = drawn(asked.parse_args().seed)

    began = time.perf_counter()
    plan = chain(trips, empty)
    took = time.perf_counter() - began
    print(f"{len(trips)} trips of {SCHOOLS} schools, {peak_overlap(trips)} under way at once")
    print(
        f"departures fixed: {plan.vehicles} vehicles, bound {plan.bound}, {took * 1000:.1f} ms; bar {BAR_SECONDS:g} s"
    )
    print(f"  greedy in the same run: {by_greed(trips, empty)} vehicles")

    free = [replace(trip, earlier_seconds=600) for trip in trips]
    began = time.perf_counter()
    moved = chain_with_shifts(free, empty, seconds=30)
    print(
        f"departures up to 10 minutes earlier: {moved.vehicles} vehicles, bound {moved.bound}, "
        f"{moved.shifted_seconds / 60:.0f} minutes moved in all, {time.perf_counter() - began:.2f} s"
    )
    return 0 if plan.is_proven and took < BAR_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
