"""Generated monthly revenue: seasons, drift, noise that lasts, shocks, months of nothing. Invented, and marked so."""

from __future__ import annotations

import numpy as np

from tici.engines.forecast import Months
from tici.engines.periods import Month

INDUSTRIES, LINE = 12, 2000.0


def histories(firms: int, first: Month, months: int, *, seed: int) -> Months:
    """So many firms around the line, the same for the same seed."""
    chance = np.random.default_rng(seed)
    industry = chance.integers(0, INDUSTRIES, firms)
    number = np.array([(first + at).number - 1 for at in range(months)])
    season = np.exp(chance.normal(0, 0.16, (INDUSTRIES, 12)))
    season[:, 1] *= 0.72  # the month of the Spring Festival
    own = np.exp(chance.normal(0, 0.1, (firms, 12)))
    level = LINE / 12 * np.exp(chance.normal(-0.15, 0.75, firms))
    drift = chance.normal(0.005, 0.012, firms)
    year = np.exp(np.repeat(chance.normal(0, 0.02, 1 + months // 12), 12)[:months])  # good years and bad ones
    noise = np.zeros((firms, months))
    for at in range(1, months):
        noise[:, at] = 0.5 * noise[:, at - 1] + chance.normal(0, 0.16, firms)
    shocks = np.where(chance.random((firms, months)) < 0.004, chance.choice([-0.5, 0.4], (firms, months)), 0)
    told = (season[industry] * own)[:, number] * year * np.exp(noise + np.cumsum(shocks, axis=1))
    revenue = level[:, None] * told * np.exp(drift[:, None] * np.arange(months))
    revenue[chance.random((firms, months)) < 0.01] = 0
    return Months(first, np.round(revenue, 1), np.full(firms, LINE), industry)
