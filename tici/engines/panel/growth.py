"""Growth on comparable scope (可比口径), nominal growth beside it, and what each group contributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tici.engines.panel.cells import Share, Tally, names_of, tally
from tici.engines.panel.columns import Codes
from tici.engines.panel.panel import ENTRIES, Entry, Figures, Kind, Panel, Rows, Where
from tici.engines.periods import Month


class Policy(StrEnum):
    """What becomes of last year's figure of a firm that left the scope."""

    DROP = "drop"  # both sides leave: the firms of today against themselves
    KEEP_BASE = "keep_base"  # 留基数: last year's figure stays, this year's is 0


class Span(StrEnum):
    """Over which time figures are summed."""

    YTD = "ytd"  # since January (累计)
    MONTH = "month"  # the single month (当月)


@dataclass(frozen=True, eq=False)
class Growth:
    """Growth by group, and how it was reckoned.

    Parameters
    ----------
    indicator, span, policy, month, by, within
        What was asked for. ``month`` is ``None`` when it was not given.
    table
        One row for each group, in the order of its names, with the columns

        - the axes of ``by``, as text (``period`` as ``2021-11``; ``cluster`` null for firms in none);
        - ``total``: what all units reported this year, the value to print, in the indicator's unit;
          ``total_before``: the same a year earlier, as published or as the scope of then reported;
          ``nominal``: ``total / total_before - 1``;
        - ``now``, ``base``: the sums of the units compared; ``delta``: ``now - base``;
        - ``rate``: ``delta / base``, the comparable growth as a fraction;
        - ``pull`` (拉动): ``delta`` over the base of the whole, 0.012 being 1.2 points (个百分点);
          ``share`` (贡献率): ``delta`` over that of the whole, as a fraction;
        - ``units``: units that reported this year or last; ``pairs``: those compared, which are
          ``existing`` + ``grown`` + ``new_build`` + ``exited``;
        - ``adjusted``: units whose single month is negative though its kind never falls (调整); 0 for a YTD.

        A rate, pull or nominal is ``nan`` when what it is divided by is not above 0: growth from nothing or from
        a loss has no rate. A share is ``nan`` when the whole did not change, a total when no unit reported this year.
    """

    indicator: str
    span: Span
    policy: Policy
    month: Month | None
    by: tuple[str, ...]
    within: tuple[str, ...]
    table: pl.DataFrame

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The table's rows, each a dict of its columns."""
        return self.table.to_dicts()

    def one(self, **names: str | None) -> dict[str, Any] | None:
        """Return the one row of a group, or ``None`` if it has no row in the panel.

        Raises
        ------
        ValueError
            If the names do not settle on one row.
        """
        found = self.table.filter(*(pl.col(axis).eq_missing(pl.lit(name)) for axis, name in names.items()))
        if found.height > 1:
            raise ValueError(f"{names} is {found.height} rows of a growth by {self.by}.")
        return found.row(0, named=True) if found.height else None


def growth(
    panel: Panel,
    indicator: str,
    *,
    policy: Policy | str,
    by: Sequence[str] = (),
    month: Month | None = None,
    span: Span | str = Span.YTD,
    within: Sequence[str] = (),
    where: Where | None = None,
    published: Mapping[tuple[str | None, ...], float] | None = None,
) -> Growth:
    """Return the growth of every group on comparable scope.

    Comparing plain totals would count a firm that joined the panel this year as growth, and a firm that
    left as decline. Only units with both figures are compared; a new build has a last year of 0.

    Parameters
    ----------
    panel
        Firms by months.
    indicator
        Whose growth; use `ratio` for rates such as margins.
    policy
        What becomes of the base of firms that left; the result names it.
    by
        The axes: ``period``, ``cluster``, ``entry``, ``unit``, or a label of the panel (``place``, ``industry``).
        Empty for the whole.
    month
        The month; ``None`` for all months, and then ``period`` must stand in ``by`` unless there is only one.
    span
        Since January, or the single month derived from it.
    within
        The axes whose groups are the wholes that pull and share refer to; the month is always one of
        them. Empty: the whole of the rows chosen (the city).
    where
        Names that rows must bear; see `Panel.rows`.
    published
        Last year's total of each group, as published, by its names in the order of ``by``. When left out it is
        what the panel's own rows of a year earlier add up to; ``nan`` if there are none, or when grouping by
        ``entry`` or choosing by it, for a class of this year had other firms last year.

    Raises
    ------
    ValueError
        If an axis or the indicator is unknown, ``within`` is no part of ``by``, or months would be summed.

    Notes
    -----
    Shares add up to 1 and pulls to the growth of the whole over groups that do not overlap; clusters may.
    The base of the whole counts every unit once, whichever clusters it stands in.
    Order of rows has no effect beyond rounding; multiplying all figures changes no rate.

    Source: National Bureau of Statistics, note under each monthly release on industrial enterprises above
    designated size: the same period's figure covers, as far as possible, the same enterprises as the current
    one. 留基数: as counties word it when firms that left the scope weigh on growth.
    """
    policy, span, by, within = Policy(policy), Span(span), tuple(by), tuple(within)
    refuse_summed_months(panel, by, month)
    if not set(within) <= set(by):
        raise ValueError(f"A whole within {within} must be made of axes of {by}.")
    cells = _tallied(panel, indicator, by, panel.rows(month, where), policy, span)
    whole_axes = tuple(dict.fromkeys((*within, *(["period"] if "period" in by else []))))
    whole, to = _whole(panel, cells, whole_axes)
    if "cluster" in by:
        cells = cells.spread("cluster", panel.clusters)
        if "cluster" not in whole_axes:
            to = _cells_of(cells, whole, whole_axes)
    names = names_of(panel, cells)
    if published is None:
        before = _a_year_earlier(panel, indicator, cells, month, where, policy, span)
    else:
        groups = zip(*names, strict=True) if names else [()]
        before = np.array([published.get(group, np.nan) for group in groups], np.float64)
    columns = [pl.Series(name, values) for name, values in _columns(cells, whole.sums[:, to], before).items()]
    return Growth(indicator, span, policy, month, by, within, pl.DataFrame([*names, *columns]))


@dataclass(frozen=True, eq=False)
class Behind:
    """The rows of a panel that a figure was computed from, as positions in it.

    Parameters
    ----------
    counted
        Those whose figures add up to ``total``.
    compared
        Those whose figures add up to ``now`` and ``base``, of which growth is made.
    """

    counted: NDArray[np.intp]
    compared: NDArray[np.intp]


def behind(
    panel: Panel,
    indicator: str,
    *,
    policy: Policy | str,
    month: Month | None = None,
    span: Span | str = Span.YTD,
    where: Where | None = None,
) -> Behind:
    """Return the rows that `growth` of the same question stands on.

    Parameters
    ----------
    panel, indicator, policy, month, span, where
        As for `growth`.

    Raises
    ------
    ValueError
        If an axis or the indicator is unknown.
    """
    chosen = panel.rows(month, where)
    rows = np.arange(len(panel))[chosen]
    now, base = panel.figures(indicator, chosen, single_month=Span(span) is Span.MONTH)
    judged = _judged(now, base, panel.entry.codes[chosen], Policy(policy))
    return Behind(rows[judged.stays], rows[judged.compared])


def refuse_summed_months(panel: Panel, by: Sequence[str], month: Month | None) -> None:
    """Raise ValueError if figures of several months would be added up."""
    if month is None and "period" not in by and len(panel.months) > 1:
        raise ValueError("Figures of several months must not be summed; give a month, or group by 'period'.")


_UNITS, _TOTAL, _NOW, _BASE, _CLASSES, _ADJUSTED, _TOLD = 0, 1, 2, 3, slice(4, 8), 8, 9
_EXITED, _NEW = (ENTRIES.categories.to_list().index(entry) for entry in (Entry.EXITED, Entry.NEW_BUILD))


def _tallied(panel: Panel, indicator: str, by: tuple[str, ...], rows: Rows, policy: Policy, span: Span) -> Tally:
    now, base = panel.figures(indicator, rows, single_month=span is Span.MONTH)
    may_fall = span is Span.YTD or panel.kind(indicator) is not Kind.FLOW
    classes = panel.entry.codes[rows]

    def measures(block: slice) -> list[Share]:
        entry = classes[block]
        judged = _judged(now[block], base[block], entry, policy)
        fallen = np.zeros_like(judged.compared) if may_fall else judged.stays & (judged.now < 0)
        counts: list[Share] = [(judged.compared & (entry == one), [None]) for one in range(len(Entry))]
        return [
            (np.ones_like(judged.compared), [None]),
            (judged.reported, [None]),
            (judged.stays, [judged.now]),
            (judged.compared, [judged.now, judged.base]),
            *counts,
            (fallen, [None]),
            (judged.stays, [None]),
        ]

    cells = tally(panel, by, rows, measures)
    return Tally(cells.by, cells.sizes, cells.codes, cells.sums[1:])


@dataclass(frozen=True, eq=False)
class _Judged:
    """What counts as comparable, row by row: the one judgement that every figure of growth stands on."""

    now: Figures  # 0 for a firm that left and whose base is kept
    base: Figures  # 0 for a new build
    reported: NDArray[np.bool_]  # a figure of this year or of last
    stays: NDArray[np.bool_]  # in the scope, and a figure of this year
    compared: NDArray[np.bool_]


def _judged(x: Figures, y: Figures, entry: Codes, policy: Policy) -> _Judged:
    has_x, has_y = ~np.isnan(x), ~np.isnan(y)
    is_out, is_new = entry == _EXITED, entry == _NEW
    stays = has_x & ~is_out
    both = stays & (has_y | is_new)
    if policy is Policy.KEEP_BASE:
        left = is_out & has_y
        x, both = np.where(left, 0.0, x), both | left
    return _Judged(x, np.where(has_y, y, 0.0), has_x | has_y, stays, both)


def _whole(panel: Panel, cells: Tally, axes: tuple[str, ...]) -> tuple[Tally, NDArray[np.intp]]:
    """Return the wholes, and to which each cell belongs; where the wholes are clusters, of the cells dealt out."""
    return (cells.spread("cluster", panel.clusters) if "cluster" in axes else cells).within(axes)


def _cells_of(cells: Tally, whole: Tally, axes: tuple[str, ...]) -> NDArray[np.intp]:
    own, to = cells.within(axes)
    return np.searchsorted(whole.keys, own.keys)[to]


def _a_year_earlier(
    panel: Panel, indicator: str, cells: Tally, month: Month | None, where: Where | None, policy: Policy, span: Span
) -> Figures:
    """Return what the scope of a year earlier reported, for each cell."""
    if "entry" in cells.by or "entry" in (where or {}):
        return np.full(cells.sums.shape[1], np.nan)
    if month is not None:
        earlier = _tallied(panel, indicator, cells.by, panel.rows(month - 12, where), policy, span)
        earlier = earlier.spread("cluster", panel.clusters) if "cluster" in cells.by else earlier
        at = earlier.by.index("period") if "period" in earlier.by else None
        return earlier.found(_moved(panel, cells, at), _totals(earlier))
    if "period" not in cells.by:
        return np.full(cells.sums.shape[1], np.nan)
    return cells.found(_moved(panel, cells, cells.by.index("period")), _totals(cells))


def _moved(panel: Panel, cells: Tally, at: int | None) -> NDArray[np.int64]:
    """Return the keys of the cells twelve months earlier; -1 for a month without rows."""
    if at is None:
        return cells.keys
    positions = {month: position for position, month in enumerate(panel.months)}
    earlier = np.array([positions.get(month - 12, -1) for month in panel.months], np.intp)
    codes = cells.codes.copy()
    codes[at] = earlier[codes[at]]
    return np.where(codes[at] < 0, -1, Tally(cells.by, cells.sizes, codes, cells.sums).keys)


def _columns(cells: Tally, whole: Figures, before: Figures) -> dict[str, NDArray[Any]]:
    now, base, total = cells.sums[_NOW], cells.sums[_BASE], _totals(cells)
    delta, change = now - base, whole[_NOW] - whole[_BASE]
    classes = cells.sums[_CLASSES]
    return {
        "total": total,
        "total_before": before,
        "nominal": _over(total - before, before),
        "now": now,
        "base": base,
        "delta": delta,
        "rate": _over(delta, base),
        "pull": _over(delta, whole[_BASE]),
        "share": np.divide(delta, change, out=np.full_like(delta, np.nan), where=change != 0),
        "units": cells.sums[_UNITS].astype(np.int64),
        "pairs": classes.sum(axis=0).astype(np.int64),
        **{entry.value: line.astype(np.int64) for entry, line in zip(Entry, classes, strict=True)},
        "adjusted": cells.sums[_ADJUSTED].astype(np.int64),
    }


def _totals(cells: Tally) -> Figures:
    return np.where(cells.sums[_TOLD] > 0, cells.sums[_TOTAL], np.nan)


def _over(part: Figures, whole: Figures) -> Figures:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)
