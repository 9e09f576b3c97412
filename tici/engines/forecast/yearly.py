"""Firms of which only whole years are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from tici.engines.forecast.logistic import Logistic
from tici.engines.forecast.months import Floats

LEAST_COHORT, LEAST_OUTCOME = 200, 20
ASSUMED_SPREAD = 0.25  # of a year's growth, where no earlier year tells
ZONE = 1.2


def reach_by_year(last: Floats, line: Floats, *, before: Floats, after: Floats, line_then: Floats) -> Floats:
    """Return how likely firms are to reach their line in a year, by their revenue of the year before alone.

    Parameters
    ----------
    last, line
        Last year's revenue and the line of each firm asked about; ``nan`` where not known. Shape ``(firms,)``.
    before, after, line_then
        The firms to learn from: revenue of a year, of the year after it, and their line. Shape ``(others,)``.

    Returns
    -------
    NDArray
        Shape ``(firms,)``; ``nan`` where last year is not known. Never lower for more revenue.
    """
    at = np.log(np.maximum(last, 1e-9) / line)
    learned = np.log(np.maximum(before, 1e-9) / line_then)
    teaches = ~np.isnan(learned) & ~np.isnan(after) & (np.abs(learned) < ZONE)
    outcome: NDArray[np.bool_] = (after >= line_then)[teaches]
    if teaches.sum() < LEAST_COHORT or min(outcome.sum(), (~outcome).sum()) < LEAST_OUTCOME:
        assumed: Floats = ndtr(at / ASSUMED_SPREAD)
        return assumed
    return Logistic.fitted(learned[teaches][:, None], outcome, rising=1).of(at[:, None])
