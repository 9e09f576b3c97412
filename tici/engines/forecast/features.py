"""What is known of each firm at a month, said so that the unit of money and the height of the line do not matter."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tici.engines.forecast.months import Floats, Months
from tici.engines.periods import Month

FEATURES = ("flat", "industry", "own", "recent", "growth", "margin", "swing")
RISING = 6  # so many of the first may only raise the probability: a firm with more revenue is never judged lower
LOWEST, HIGHEST = 1e-3, 1e3  # of the line: what lies beyond is as sure as can be
LEAST_SWING, LEAST_MONTHS = 0.05, 3


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of each firm for one question: whether it reaches the line with the months from one to another.

    Parameters
    ----------
    sofar
        Revenue of the known months of the span.
    expected
        Sofar and what is expected of the months to come, the middle of four ways to reckon; ``nan`` where fewer
        than three of the last twelve months are known.
    left
        How many months of the span are still to come, or were not told though the firm had begun.
    swing
        How much the firm's months swing once its season is taken out, as a fraction.
    table
        The features, shape ``(firms, 7)``.
    is_whole
        Whether all of the last twelve months are known.
    """

    sofar: Floats
    expected: Floats
    left: NDArray[np.int64]
    swing: Floats
    table: Floats
    is_whole: NDArray[np.bool_]


def known(months: Months, since: Month, through: Month) -> Known:
    """Return what is known of each firm about a span of months that may reach beyond the newest known.

    Four ways to reckon the months to come: as the mean of the last twelve (flat); as the last six, with the season
    of the industry (industry); as the same months of last year, at the growth of the last six (own); as the last
    three, with the season (recent). A month not told between the firm's first and the newest is taken at its own
    level, as if it were to come; months before its first count for nothing.
    """
    now = months.now
    coming = list(max(since, now + 1).until(through)) if through > now else []
    season = months.seasons()
    ahead = season[:, [month.number - 1 for month in coming]].sum(axis=1)
    sofar = np.nansum(months.span(since, min(through, now)), axis=1) if since <= now else np.zeros(len(months))
    year = months.span(now - 11, now)
    is_whole = np.asarray(~np.isnan(year).any(axis=1) & (year.shape[1] == 12), np.bool_)
    is_known = (~np.isnan(year)).sum(axis=1) >= LEAST_MONTHS

    numbers = [(now - (year.shape[1] - 1 - at)).number - 1 for at in range(year.shape[1])]
    level = _level(year, season[:, numbers])
    ways = {
        "flat": _mean(year) * len(coming),
        "industry": _level(year[:, -6:], season[:, numbers[-6:]]) * ahead,
        "recent": _level(year[:, -3:], season[:, numbers[-3:]]) * ahead,
    }
    ways = {name: np.where(np.isnan(way), level * ahead, way) for name, way in ways.items()}
    growth = _growth(months, now)
    ways["own"] = _own(months, coming, growth, otherwise=ways["industry"])
    untold, share = _untold(months, since, through, season)
    ways = {name: way + np.where(untold > 0, level * share, 0) for name, way in ways.items()}
    expected = {name: sofar + way for name, way in ways.items()}
    middle = np.exp(np.mean([np.log(_within(one, months.line)) for one in expected.values()], axis=0))
    swing = _swing(year, season[:, numbers], level)
    columns = {name: np.log(_within(one, months.line)) for name, one in expected.items()}
    columns["growth"] = np.log(growth)
    columns["margin"] = np.clip(np.log(middle) / (LEAST_SWING + swing), -30, 30)
    columns["swing"] = swing
    table = np.column_stack([columns[name] for name in FEATURES])
    return Known(sofar, np.where(is_known, middle * months.line, np.nan), untold + len(coming), swing, table, is_whole)


def _untold(months: Months, since: Month, through: Month, season: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return how many past months of a span each firm did not tell since it began, and their share of a year."""
    begun = np.maximum.accumulate(~np.isnan(months.revenue), axis=1)
    gaps = np.isnan(months.revenue) & begun
    first = max(0, since - months.first)
    within = gaps[:, first : max(first, through - months.first + 1)]
    numbers = [(months.first + (first + at)).number - 1 for at in range(within.shape[1])]
    return within.sum(axis=1), np.where(within, season[:, numbers], 0).sum(axis=1)


def _within(amount: Floats, line: Floats) -> Floats:
    """Return an amount as a share of the line, kept within bounds; unknown counts as the lowest."""
    return np.clip(np.nan_to_num(amount / line, nan=LOWEST), LOWEST, HIGHEST)


def _mean(given: Floats) -> Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a row of nothing has no mean
        return np.nanmean(given, axis=1)


def _level(given: Floats, season: Floats) -> Floats:
    """Return a year's revenue as some known months of it show it, season taken out; ``nan`` where none is known."""
    there = ~np.isnan(given)
    weight = np.where(there, season, 0).sum(axis=1)
    return np.divide(np.nansum(given, axis=1), weight, out=np.full(len(given), np.nan), where=weight > 0)


def _growth(months: Months, now: Month) -> Floats:
    """Return the last six months over the same six of last year; 1 where that is not known. Kept within 0.2 and 5."""
    here, before = months.span(now - 5, now), months.span(now - 17, now - 12)
    if before.shape[1] < 6 or now - 17 < months.first:
        return np.ones(len(months))
    base = before.sum(axis=1)
    ratio = np.divide(here.sum(axis=1), base, out=np.ones(len(months)), where=base > 0)
    return np.clip(np.where(np.isnan(ratio), 1, ratio), 0.2, 5)


def _own(months: Months, coming: list[Month], growth: Floats, *, otherwise: Floats) -> Floats:
    """Return the same months of last year at the growth of the last six; otherwise where last year is not known."""
    if not coming or coming[0] - 12 < months.first or coming[-1] - 12 > months.now:
        return otherwise
    last_year = months.span(coming[0] - 12, coming[-1] - 12).sum(axis=1)
    has_growth = months.now - 17 >= months.first
    grown = last_year * growth if has_growth else last_year
    return np.where(np.isnan(grown), otherwise, grown)


def _swing(year: Floats, season: Floats, level: Floats) -> Floats:
    """Return how much months swing about the firm's own level; a month of nothing counts as a twentieth."""
    ratio = np.divide(year / season, level[:, None], out=np.ones_like(year), where=level[:, None] > 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        spread = np.nanstd(np.log(np.clip(ratio, 0.05, 20)), axis=1)
    return np.nan_to_num(spread, nan=1.0)
