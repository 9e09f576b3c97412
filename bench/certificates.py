"""How soon a plan of a school of real size is proven, and how far.

    python -m bench.certificates [--seeds 7,1,2]

Generated schools in a town of 4 by 4 km: guardians ride along (two seats a pupil), 40 seats, rides of 30 minutes at
18 km/h. 14 stops and 60 pupils: every objective proven within 10 s of wall time. 24 stops and 100 pupils: fewest
vehicles proven and driving within 5 % in 60 s. Exit 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.engines.lines.schools import town_school
from tici.engines.lines.certify import Certificate, certify
from tici.engines.lines.kernel.warm import warm
from tici.engines.lines.search import plan

SIZES = ((10, 40, 10.0), (14, 60, 10.0), (18, 80, 60.0), (24, 100, 60.0))
WITHIN = 0.05


def main() -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--seeds", default="7,1,2")
    wish = asked.parse_args()
    warm()
    missed = 0
    for stops, pupils, seconds in SIZES:
        for seed in map(int, wish.seeds.split(",")):
            problem = town_school(stops, pupils, seed)
            began = time.monotonic()
            result = plan(problem, 1.0)
            searched = time.monotonic() - began
            found = certify(result.problem, result.solution, seconds)
            is_kept = judged(found, stops)
            missed += not is_kept
            spent = f"search {searched:.1f} s, proof {found.seconds:.1f} s wall"
            print(f"{stops} stops, {pupils} pupils, seed {seed}: {spent}")
            for stage in found.stages:
                bound = "" if stage.bound is None or stage.status == "optimal" else f", bound {stage.bound:g}"
                gap = f" {100 * stage.gap:.1f} %" if stage.status == "within" and stage.gap is not None else ""
                print(f"  {stage.objective:9} {stage.value:10.1f}  {stage.status}{gap}{bound}")
            print("" if is_kept else "  A BAR IS MISSED", flush=True)
    print(f"{missed} bars are missed" if missed else "the bars are kept")
    return 1 if missed else 0


def judged(found: Certificate, stops: int) -> bool:
    """Whether the bar of a size is kept."""
    if stops <= 14:
        return found.is_optimal and found.seconds <= 10.0
    stages = {stage.objective: stage for stage in found.stages}
    gap = stages["driving"].gap
    return stages["vehicles"].status == "optimal" and gap is not None and gap <= WITHIN


if __name__ == "__main__":
    sys.exit(main())
