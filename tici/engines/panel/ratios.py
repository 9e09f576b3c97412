"""Rates of a group of firms: ratios of sums, weighted averages and counts, never the mean of firms' rates."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tici.engines.panel.cells import Share, Tally, names_of, tally
from tici.engines.panel.growth import Span, refuse_summed_months
from tici.engines.panel.panel import Entry, Figures, Panel, Where
from tici.engines.periods import Month

Pair = tuple[Figures, Figures]


def ratio(
    panel: Panel,
    top: str,
    bottom: str,
    *,
    by: Sequence[str] = (),
    month: Month | None = None,
    span: Span | str = Span.YTD,
    where: Where | None = None,
) -> pl.DataFrame:
    """Return a ratio of sums by group: 利润率, 资产负债率, 产销率, and per 100 yuan of revenue the cost, over 100.

    Parameters
    ----------
    panel
        Firms by months.
    top, bottom
        The indicators divided.
    by, month, span, where
        As for `growth`.

    Returns
    -------
    DataFrame
        The axes, then ``top``, ``bottom``: sums over the units that filed both this year; ``rate``: their ratio,
        a fraction; ``units``: how many; ``top_before``, ``bottom_before``, ``rate_before``, ``units_before``: the
        same from the bases of today's units; ``change``: ``rate - rate_before``, 0.012 being 1.2 points.
        A rate is ``nan`` when its bottom is not above 0. Firms that left the scope are in neither.

    Raises
    ------
    ValueError
        As `growth` does.

    Notes
    -----
    A firm with one of the two figures is left out of both sums: its top would have no bottom.
    """
    return _sums(panel, [top, bottom], by, month, span, where, lambda x, w: (x, w))


def average(
    panel: Panel,
    value: str,
    weight: str,
    *,
    by: Sequence[str] = (),
    month: Month | None = None,
    where: Where | None = None,
) -> pl.DataFrame:
    """Return an average by group in which each unit counts by a weight: 产能利用率 by capacity, wage by people.

    Parameters
    ----------
    panel
        Firms by months.
    value, weight
        The indicator averaged, as firms report it, and the one it is weighted by.
    by, month, where
        As for `growth`.

    Returns
    -------
    DataFrame
        As `ratio`: ``top`` is the sum of value times weight, ``bottom`` that of the weights, ``rate`` the average
        in the value's unit.

    Raises
    ------
    ValueError
        As `growth` does.
    """
    return _sums(panel, [value, weight], by, month, Span.YTD, where, lambda x, w: (x * w, w))


def losses(
    panel: Panel,
    profit: str,
    *,
    by: Sequence[str] = (),
    month: Month | None = None,
    span: Span | str = Span.YTD,
    where: Where | None = None,
) -> pl.DataFrame:
    """Return how many firms lose money (亏损面) and how much (亏损额), by group.

    Parameters
    ----------
    panel
        Firms by months.
    profit
        The indicator that is negative for a loss.
    by, month, span, where
        As for `growth`.

    Returns
    -------
    DataFrame
        The axes, then ``losing``, ``units``: firms with a loss, and all that filed; ``rate``: their ratio as a
        fraction; ``loss``: the sum of losses, above 0, in the indicator's unit; ``losing_before``, ``units_before``,
        ``rate_before``, ``loss_before``: the same from the bases of today's units; ``change``: ``rate - rate_before``.

    Raises
    ------
    ValueError
        As `growth` does.
    """
    table = _sums(panel, [profit], by, month, span, where, lambda x: ((x < 0).astype(np.float64), np.maximum(-x, 0.0)))
    rename = {"top": "losing", "bottom": "loss", "top_before": "losing_before", "bottom_before": "loss_before"}
    table = table.rename(rename).with_columns(pl.col("losing", "losing_before").cast(pl.Int64))
    table = table.with_columns(
        rate=_share(pl.col("losing"), pl.col("units")),
        rate_before=_share(pl.col("losing_before"), pl.col("units_before")),
    )
    return table.with_columns(change=pl.col("rate") - pl.col("rate_before"))


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole).otherwise(float("nan"))


def _sums(
    panel: Panel,
    indicators: list[str],
    by: Sequence[str],
    month: Month | None,
    span: Span | str,
    where: Where | None,
    terms: Callable[..., Pair],
) -> pl.DataFrame:
    """Return two sums by group over the units that filed every indicator, of this year and of last."""
    refuse_summed_months(panel, tuple(by), month)
    rows = panel.rows(month, where)
    pairs = [panel.figures(one, rows, single_month=Span(span) is Span.MONTH) for one in indicators]
    stays = ~panel.entry.matching({Entry.EXITED})[rows]

    def measures(block: slice) -> list[Share]:
        shares: list[Share] = [(np.ones_like(stays[block]), [None])]
        for year in (0, 1):
            figures = [pair[year][block] for pair in pairs]
            filed = stays[block] & ~np.isnan(figures).any(axis=0)
            shares.append((filed, [*terms(*figures), None]))
        return shares

    cells = tally(panel, by, rows, measures)
    cells = Tally(cells.by, cells.sizes, cells.codes, cells.sums[1:])
    cells = cells.spread("cluster", panel.clusters) if "cluster" in cells.by else cells
    now, before = _rated(cells.sums[:3], ""), _rated(cells.sums[3:], "_before")
    change = pl.Series("change", now[2] - before[2])
    return pl.DataFrame([*names_of(panel, cells), *now, *before, change])


def _rated(sums: NDArray[np.float64], ending: str) -> list[pl.Series]:
    top, bottom, units = sums
    rate = np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)
    named = {"top": top, "bottom": bottom, "rate": rate, "units": units.astype(np.int64)}
    return [pl.Series(name + ending, values) for name, values in named.items()]
