"""Firms' monthly revenue beside the line each is judged by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tici.engines.periods import Month

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Months:
    """What firms earned month by month, one row a firm.

    Parameters
    ----------
    first
        The month of the first column; the last column is the newest month known.
    revenue
        Revenue of each single month, in any unit of money. Shape ``(firms, months)``; ``nan`` where nothing is
        known, also for the months before a firm began to produce. A month may be negative (调整).
    line
        The line of each firm, in the same unit, above 0. Shape ``(firms,)``.
    industry
        A whole number from 0 for each firm: firms of one number share a season. Shape ``(firms,)``.

    Raises
    ------
    ValueError
        If shapes do not fit, a figure is infinite, or a line is not above 0.
    """

    first: Month
    revenue: Floats
    line: Floats
    industry: NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.revenue.ndim != 2 or not self.revenue.shape[1]:
            raise ValueError(f"revenue must have shape (firms, months); got {self.revenue.shape}.")
        firms = (len(self.revenue),)
        if self.line.shape != firms or self.industry.shape != firms:
            raise ValueError(f"line and industry must have shape {firms}; got {self.line.shape, self.industry.shape}.")
        if np.isinf(self.revenue).any():
            raise ValueError("revenue must be finite; use nan for a month that is not known.")
        if not (self.line > 0).all() or np.isinf(self.line).any():
            raise ValueError("every line must be finite and above 0.")
        if len(self.industry) and self.industry.min() < 0:
            raise ValueError("an industry is a whole number from 0.")

    def __len__(self) -> int:
        return len(self.revenue)

    @property
    def now(self) -> Month:
        """The newest month known."""
        return self.first + (self.revenue.shape[1] - 1)

    def until(self, month: Month) -> Months:
        """Return what was known at the end of an earlier month."""
        return Months(self.first, self.revenue[:, : month - self.first + 1], self.line, self.industry)

    def span(self, since: Month, through: Month) -> Floats:
        """Return the columns from a month through another, as far as they are known; shape ``(firms, known)``."""
        at = max(0, since - self.first)
        return self.revenue[:, at : max(at, through - self.first + 1)]

    def seasons(self, *, least: int = 20) -> Floats:
        """Return the share of a year that falls into each calendar month, by the firm's industry.

        Reckoned from the firms that are known for all of the last twelve months; an industry with fewer than
        ``least`` of them takes the share of all, and with fewer than that in all every month is a twelfth.

        Returns
        -------
        NDArray
            Shape ``(firms, 12)``, January first; each row adds up to 1 and no share is below 0.01.
        """
        year = self.revenue[:, -12:]
        shares = np.full((1 + int(self.industry.max(initial=0)), 12), 1 / 12)
        if year.shape[1] < 12:
            return shares[self.industry]
        whole = ~np.isnan(year).any(axis=1)
        # Each firm weighs alike, so that one giant does not set the season of its industry.
        level = np.where(whole, np.nansum(year, axis=1), 0)
        counted = whole & (level > 0)
        if counted.sum() < least:
            return shares[self.industry]
        own = np.clip(year[counted] / level[counted, None], 0, 0.5)
        order = [((self.now - 11 + at).number - 1) for at in range(12)]
        shares[:, order] = own.mean(axis=0)
        codes = self.industry[counted]
        count = np.bincount(codes, minlength=len(shares))
        for code in np.flatnonzero(count >= least):
            shares[code, order] = own[codes == code].mean(axis=0)
        shares = np.maximum(shares, 0.01)
        return (shares / shares.sum(axis=1, keepdims=True))[self.industry]
