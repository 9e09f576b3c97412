"""Who will cross the line: forecasts of held-back months beside plain ones, how true they are and how fast.

    python -m bench.forecast [--firms 100000]

Monthly revenue of three years is generated (seasons of the industry and of the firm, drift, noise that lasts, shocks,
months of nothing); the last months are held back, and what was forecast is set beside what happened: crossing by
October, by November and by December as known at the end of August, and falling below the line three months ahead.
Bars: calibration error 0.05; Brier below that of pro-rata and of last year's months, both as they are and once they
are given the same calibration on the same earlier year; so many firms within 60 s. Generated data shows ranks and
manners, not how well real firms are foreseen.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tests.engines.histories import histories
from tici.engines.forecast import Months, brier, calibration_error, pro_rata, reach, seasonal_naive
from tici.engines.forecast.logistic import Logistic
from tici.engines.periods import Month

FIRST, NOW = Month(2019, 1), Month(2021, 8)
ERROR_BAR, SECONDS_BAR = 0.05, 60
SPANS = {
    "crossing by October": (Month(2021, 1), Month(2021, 10)),
    "crossing by November": (Month(2021, 1), Month(2021, 11)),
    "crossing by December": (Month(2021, 1), Month(2021, 12)),
    "the year that ends in November": (Month(2020, 12), Month(2021, 11)),
}
Floats = NDArray[np.float64]
Plain = Callable[[Months, Month, Month], Floats]


def calibrated(plain: Plain, months: Months, since: Month, through: Month) -> Floats:
    """A plain forecast with the calibration that a year earlier gives it."""
    then = months.until(months.now - 12)
    learned = np.log(np.maximum(plain(then, since - 12, through - 12), 1e-9) / months.line)
    ended = months.span(since - 12, through - 12).sum(axis=1) >= months.line
    open_then = then.span(since - 12, then.now).sum(axis=1) < months.line
    near = open_then & (np.abs(learned) < 1.2)
    curve = Logistic.fitted(learned[near][:, None], ended[near], rising=1)
    return curve.of(np.log(np.maximum(plain(months, since, through), 1e-9) / months.line)[:, None])


def measure(whole: Months, since: Month, through: Month) -> tuple[float, list[str]]:
    """Print one span's figures; returns the seconds it took and the bars missed."""
    months = whole.until(NOW)
    began = time.perf_counter()
    forecast = reach(months, since, through)
    seconds = time.perf_counter() - began
    sofar = months.span(since, NOW).sum(axis=1)
    outcome = whole.span(since, through).sum(axis=1) >= whole.line
    # Judged where it can go either way: not over the line yet, and within 0.5 and 2 lines at the plain pace.
    open_now = (sofar < whole.line) & (np.abs(np.log(pro_rata(months, since, through) / whole.line)) < np.log(2))
    ours = brier(forecast.chance[open_now], outcome[open_now])
    error = calibration_error(forecast.chance[open_now], outcome[open_now])
    print(f"  {open_now.sum():,} firms can go either way, {outcome[open_now].mean():.1%} of them do")
    print(f"  ours             Brier {ours:.4f}  calibration error {error:.4f}  {seconds:.2f} s")
    missed = [] if error <= ERROR_BAR else [f"calibration error {error:.4f} > {ERROR_BAR}"]
    for name, plain in (("pro-rata", pro_rata), ("seasonal-naive", seasonal_naive)):
        told = (plain(months, since, through) >= whole.line).astype(np.float64)
        bare = brier(told[open_now], outcome[open_now])
        helped = brier(calibrated(plain, months, since, through)[open_now], outcome[open_now])
        print(f"  {name:<16} Brier {bare:.4f}  calibrated alike {helped:.4f}")
        if ours >= min(bare, helped):
            missed.append(f"Brier {ours:.4f} is not below {name}'s {min(bare, helped):.4f}")
    return seconds, missed


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--firms", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=20211130)
    asked = arguments.parse_args()
    whole = histories(asked.firms, FIRST, 36, seed=asked.seed)
    taken, missed = 0.0, []
    for name, (since, through) in SPANS.items():
        print(f"{name} ({since} to {through}), known to {NOW}:")
        seconds, short = measure(whole, since, through)
        taken += seconds
        missed += [f"{name}: {one}" for one in short]
    print(f"{asked.firms:,} firms, {len(SPANS)} questions: {taken:.1f} s (bar {SECONDS_BAR} s)")
    if taken > SECONDS_BAR:
        missed.append(f"{taken:.1f} s > {SECONDS_BAR} s")
    for one in missed:
        print(f"MISSED {one}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
