"""What a forecast must be better than, and how that is measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tici.engines.forecast.months import Floats, Months
from tici.engines.periods import Month


def pro_rata(months: Months, since: Month, through: Month) -> Floats:
    """Return the revenue of a span at the pace of its known months (按序时推算)."""
    there = months.span(since, min(through, months.now))
    return np.nansum(there, axis=1) * ((through - since + 1) / max(1, there.shape[1]))


def seasonal_naive(months: Months, since: Month, through: Month) -> Floats:
    """Return the known months of a span and, for those to come, last year's."""
    sofar = np.nansum(months.span(since, min(through, months.now)), axis=1)
    if through <= months.now:
        return sofar
    first = max(since, months.now + 1)
    return sofar + np.nansum(months.span(first - 12, through - 12), axis=1)


def brier(chance: Floats, outcome: NDArray[np.bool_]) -> float:
    """Return the mean square of chance less outcome: 0 is perfect, 0.25 a coin."""
    return float(np.mean((chance - outcome) ** 2))


def calibration_error(chance: Floats, outcome: NDArray[np.bool_], *, bins: int = 10) -> float:
    """Return how far chances lie from what happened, over bins of equal width weighted by their firms."""
    at = np.minimum((chance * bins).astype(np.int64), bins - 1)
    count = np.bincount(at, minlength=bins)
    apart = np.abs(np.bincount(at, chance, bins) - np.bincount(at, outcome.astype(np.float64), bins))
    return float(apart.sum() / max(1, count.sum()))
