"""The probability that firms reach their line with the months of a span, part of them still to come."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from tici.engines.forecast.features import RISING, Known, known
from tici.engines.forecast.logistic import Logistic
from tici.engines.forecast.months import Floats, Months
from tici.engines.periods import Month

COHORTS = 2  # so many years back are looked at, where they are known
LEAST_COHORT, LEAST_OUTCOME = 200, 20  # fewer firms, or fewer of one outcome, teach nothing
ZONE = 1.2  # of the logarithm: firms from 0.3 to 3.3 lines teach; the others are clear
LEAST_SPREAD, YEAR_SPREAD, PART_SWING = 0.03, 0.10, 0.3


class Method(StrEnum):
    """How a probability was reckoned."""

    REACHED = "reached"  # the known months are enough, or all are known and are not
    COHORT = "cohort"  # by what became of the firms that stood alike a year earlier
    OWN_SPREAD = "own_spread"  # no such firms: by how much its own months swing
    LAST_YEAR = "last_year"  # only whole years are known
    UNKNOWN = "unknown"  # too little is known to say anything


@dataclass(frozen=True, eq=False)
class Forecast:
    """How likely each firm is to reach its line.

    Parameters
    ----------
    chance
        Within 0 and 1; ``nan`` where too little is known.
    expected
        The revenue expected of the span, in the unit given; ``nan`` where too little is known.
    method
        A `Method` of each firm.
    learned_from
        How many firms of earlier years stand behind `Method.COHORT`; 0 if none.
    """

    chance: Floats
    expected: Floats
    method: NDArray[np.str_]
    learned_from: int


def reach(months: Months, since: Month, through: Month) -> Forecast:
    """Return how likely each firm is to reach its line with the months from one through another.

    The span may lie anywhere: from January through October for the first window of the year, or the twelve months
    that end a quarter from now, whose chance of falling short is the risk of leaving the library (退规).

    A logistic curve over seven features is fitted to the firms as they stood at the same month one and two years
    earlier, whose end is known. Features are logarithms of expected over line, so the unit of money has no effect,
    and those that grow with revenue get no negative weight: of two firms alike in all but their level, the larger
    is never judged less likely.

    Parameters
    ----------
    months
        The firms. Three years give the best cohort, two give one; with less each firm's own swing is taken.
    since, through
        First and last month of the span.

    Raises
    ------
    ValueError
        If the span is turned round, or ends more than twelve months after the newest known month.

    Notes
    -----
    Linear in firms times months.
    """
    if since > through:
        raise ValueError(f"A span ends after it begins; got {since} to {through}.")
    if through - months.now > 12:
        raise ValueError(f"Only twelve months ahead of {months.now} can be judged; got {through}.")
    here = known(months, since, through)
    curve, count = _learned(months, since, through)
    has_any = ~np.isnan(here.expected)
    chance = np.where(has_any, _by_own_spread(here, months.line), np.nan)
    method = np.where(has_any, str(Method.OWN_SPREAD), str(Method.UNKNOWN)).astype("<U10")
    if curve is not None:
        by_cohort = here.is_whole & (here.left > 0)
        chance = np.where(by_cohort, curve.of(here.table), chance)
        method[by_cohort] = Method.COHORT
    is_over = has_any & ((here.sofar >= months.line) | (here.left == 0))
    chance = np.where(is_over, here.sofar >= months.line, chance)
    method[is_over] = Method.REACHED
    return Forecast(chance, here.expected, method, count)


def _learned(months: Months, since: Month, through: Month) -> tuple[Logistic | None, int]:
    """Return the curve fitted to firms as they stood in earlier years, and how many; none where too few are known."""
    tables, outcomes = [], []
    for years in range(1, COHORTS + 1):
        back = 12 * years
        if months.now - back - 11 < months.first or since - back < months.first or through - back > months.now:
            continue
        then = known(months.until(months.now - back), since - back, through - back)
        span = months.span(since - back, through - back)
        ended = span.sum(axis=1)
        near = np.abs(np.log(np.maximum(then.expected, 1e-9) / months.line)) < ZONE
        teaches = then.is_whole & ~np.isnan(ended) & (then.sofar < months.line) & near
        tables.append(then.table[teaches])
        outcomes.append((ended >= months.line)[teaches])
    if not tables:
        return None, 0
    table, outcome = np.concatenate(tables), np.concatenate(outcomes)
    if len(table) < LEAST_COHORT or min(outcome.sum(), (~outcome).sum()) < LEAST_OUTCOME:
        return None, 0
    return Logistic.fitted(table, outcome, rising=RISING), len(table)


def _by_own_spread(here: Known, line: Floats) -> Floats:
    """Judge by the firm's own swing: what is to come is spread as its months are, the known part is not."""
    to_come = 1 - np.clip(here.sofar / np.where(here.expected > 0, here.expected, np.inf), 0, 1)
    swing = np.where(here.is_whole, here.swing, np.maximum(here.swing, PART_SWING))
    spread = to_come * np.sqrt(swing**2 / np.maximum(1, here.left) + YEAR_SPREAD**2)
    chances: Floats = ndtr(np.log(np.maximum(here.expected, 1e-9) / line) / np.maximum(spread, LEAST_SPREAD))
    return chances
