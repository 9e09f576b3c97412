"""The panel: what every firm reported for every month, this year's figure beside last year's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tici.engines.panel.columns import Codes, Labels, Sets
from tici.engines.periods import Month

Figures = NDArray[np.float64]
Rows = NDArray[np.intp] | slice
Where = Mapping[str, str | Collection[str | None] | None]
BASE = ".base"


class Entry(StrEnum):
    """How a firm stands in this year's scope; one that came back (退复规) is existing or grown, as the rule says."""

    EXISTING = "existing"  # 存量: its own figure of last year
    GROWN = "grown"  # 小升规: last year's from its history of twelve months
    NEW_BUILD = "new_build"  # 新建: last year 0, so that it adds growth
    EXITED = "exited"  # 退出: left the scope; what becomes of its base is the caller's policy


class Kind(StrEnum):
    """What a figure is, which decides what its single month is."""

    FLOW = "flow"  # cumulative and never falling: output, revenue
    RESULT = "result"  # cumulative, but a month may be a loss: profit
    STOCK = "stock"  # as it stands at the end of the month: assets, debts, people


ENTRIES = pl.Enum([entry.value for entry in Entry])


@dataclass(frozen=True, eq=False)
class Panel:
    """Firms by months, each row one firm in one month.

    Parameters
    ----------
    unit, period, entry
        Who, for which month (written ``2021-11``), in which entry class.
    labels
        Any further labels of rows as they stood in that month: ``place``, ``industry``, coarser ones.
    clusters
        The clusters of each row.
    now, base
        For each indicator the figure since January as reported (累计), and the same period of last year
        as reported in the same row (上年同期). Shape ``(rows,)`` each; ``nan`` where nothing was filed.
    kinds
        What each indicator is; one not named is a ``Kind.FLOW``.

    Notes
    -----
    Build it with `Panel.of`. The first period of a year may be February (1—2月). Values are held
    as reported and never changed; months are derived (`figures`).
    """

    unit: Labels
    period: Labels
    entry: Labels
    labels: Mapping[str, Labels]
    clusters: Sets
    now: Mapping[str, Figures]
    base: Mapping[str, Figures]
    kinds: Mapping[str, Kind]

    @classmethod
    def of(cls, columns: pl.DataFrame | Mapping[str, Any], kinds: Mapping[str, Kind] | None = None) -> Panel:
        """Return the panel of a table with one row for each firm and month.

        Parameters
        ----------
        columns
            ``unit``, ``period`` (text like ``2021-11`` or a date within the month) and ``entry`` (see `Entry`);
            ``clusters`` (lists of text) if there are any; every other column of text is a label, every
            other column of numbers an indicator's figure since January, with last year's beside it in a
            column of the same name and ``.base`` (``output``, ``output.base``). Nothing filed is null or ``nan``.
        kinds
            What each indicator is.

        Raises
        ------
        ValueError
            If a column is missing or of another type, a unit has two rows for one month, an entry class is
            unknown, a figure is infinite, a base has no indicator, or a period names no month.
        """
        frame = columns if isinstance(columns, pl.DataFrame) else pl.DataFrame(dict(columns))
        if missing := {"unit", "period", "entry"} - set(frame.columns):
            raise ValueError(f"A panel needs the columns {sorted(missing)}.")
        others = [name for name in frame.columns if name not in ("unit", "period", "entry", "clusters")]
        texts = [name for name in others if frame[name].dtype in (pl.String, pl.Categorical, pl.Enum)]
        figures = {name: _figures(frame[name]) for name in others if name not in texts}
        now = {name: given for name, given in figures.items() if not name.endswith(BASE)}
        base = {name: figures.pop(name + BASE) if name + BASE in figures else _none(frame.height) for name in now}
        if alone := figures.keys() - now.keys():
            raise ValueError(f"These bases have no indicator beside them: {sorted(alone)}.")
        if unknown := set(kinds or {}) - now.keys():
            raise ValueError(f"No indicator {sorted(unknown)} in this panel.")
        panel = cls(
            unit=Labels.of(frame["unit"]),
            period=_periods(frame["period"]),
            entry=_entries(frame["entry"]),
            labels={name: Labels.of(frame[name]) for name in texts},
            clusters=_clusters(frame),
            now=now,
            base=base,
            kinds=dict(kinds or {}),
        )
        panel.refuse_doubles()
        return panel

    def __len__(self) -> int:
        return len(self.unit.codes)

    @property
    def indicators(self) -> list[str]:
        """The names of all indicators."""
        return list(self.now)

    @cached_property
    def months(self) -> tuple[Month, ...]:
        """The months there are rows for, in time."""
        return tuple(Month.parse(name) for name in self.period.names)

    def coarser(self, name: str, *, of: str, to: Mapping[str, str | None] | Callable[[str], str | None]) -> Panel:
        """Return the panel with one more label, made from a finer one: counties of places, divisions of industries.

        Parameters
        ----------
        name
            The new label.
        of
            The label it is made from.
        to
            What each finer name belongs to; ``None`` if nothing.
        """
        return replace(self, labels={**self.labels, name: self._labels_of(of).renamed(to)})

    def axis(self, name: str) -> Labels | Sets:
        """Return what rows may be grouped by: ``unit``, ``period``, ``entry``, ``cluster`` or a label.

        Raises
        ------
        ValueError
            If the panel has no such label.
        """
        return self.clusters if name == "cluster" else self._labels_of(name)

    def rows(self, month: Month | None = None, where: Where | None = None) -> Rows:
        """Return which rows belong to a month and bear the names asked for.

        Parameters
        ----------
        month
            One month, or all.
        where
            For each axis the name wanted or a collection of names; all must hold. For ``cluster``, standing
            in one of them is enough.
        """
        if month is None and not where:
            return slice(None)
        chosen = np.arange(len(self)) if month is None else self._rows_of.get(str(month), np.empty(0, np.intp))
        for name, wanted in (where or {}).items():
            names = {wanted} if wanted is None or isinstance(wanted, str) else set(wanted)
            chosen = chosen[self.axis(name).matching(names, chosen)]
        return chosen

    def kind(self, indicator: str) -> Kind:
        """Return what an indicator is.

        Raises
        ------
        ValueError
            If the panel has no such indicator.
        """
        if indicator not in self.now:
            raise ValueError(f"No indicator {indicator!r} in this panel; it has {self.indicators}.")
        return self.kinds.get(indicator, Kind.FLOW)

    def figures(self, indicator: str, rows: Rows, *, single_month: bool = False) -> tuple[Figures, Figures]:
        """Return an indicator's figures of some rows, and last year's beside them.

        Parameters
        ----------
        indicator
            Which one.
        rows
            As `rows` gives them.
        single_month
            The month alone: the figure since January less that of the month before. January's is its own
            figure; where January was not filed, February's month is undefined, for its figure is that of
            two months (1—2月). A stock has no month of its own: it stays as it is.

        Returns
        -------
        now, base
            Shape ``(rows chosen,)`` both; ``nan`` where nothing was filed, or the month before is missing.
            A month may be negative when earlier months were corrected (调整); it is not mended.
        """
        kind, now, base = self.kind(indicator), self.now[indicator], self.base[indicator]
        if not single_month or kind is Kind.STOCK:
            return now[rows], base[rows]
        before = self._before[rows]
        return _alone(now, rows, before), _alone(base, rows, before)

    def refuse_doubles(self) -> None:
        """Raise ValueError, naming the first, if a unit has two rows for one month."""
        at = self.period.codes.astype(np.int64) * len(self.unit) + self.unit.codes
        seen = self._positions.ravel()[at] == np.arange(len(self))
        if not seen.all():
            row = int(np.argmin(seen))
            unit, period = self.unit.names[int(self.unit.codes[row])], self.period.names[int(self.period.codes[row])]
            raise ValueError(f"{unit} has more than one row for {period}.")

    @cached_property
    def _rows_of(self) -> dict[str | None, NDArray[np.intp]]:
        """The rows of each month, in their order."""
        if not len(self.period):
            return {}
        order = np.argsort(self.period.codes, kind="stable")
        ends = np.cumsum(np.bincount(self.period.codes, minlength=len(self.period)))
        return dict(zip(self.period.names, np.split(order, ends[:-1]), strict=True))

    @cached_property
    def _positions(self) -> NDArray[np.int32]:
        """The row of each unit in each month, -1 where it has none; shape ``(months, units)``."""
        found = np.full((len(self.period), len(self.unit)), -1, np.int32)
        found[self.period.codes, self.unit.codes] = np.arange(len(self), dtype=np.int32)
        return found

    @cached_property
    def _before(self) -> Codes:
        """The row of the same unit a month earlier in the same year; -1 if none, `_JANUARY` in January."""
        earlier = {month: position for position, month in enumerate(self.months)}
        found = np.full_like(self._positions, -1)
        for position, month in enumerate(self.months):
            if month.number == 1:
                found[position] = _JANUARY
            elif month - 1 in earlier:
                found[position] = self._positions[earlier[month - 1]]
        return found[self.period.codes, self.unit.codes]

    def _labels_of(self, name: str) -> Labels:
        own = {"unit": self.unit, "period": self.period, "entry": self.entry} | dict(self.labels)
        if name not in own:
            raise ValueError(f"No label {name!r} in this panel; it has {[*own, 'cluster']}.")
        return own[name]


_JANUARY = -2


def _alone(given: Figures, rows: Rows, before: Codes) -> Figures:
    """Return the single months of some rows, each less the row before it."""
    earlier = np.where(before >= 0, given[np.maximum(before, 0)], np.where(before == _JANUARY, 0.0, np.nan))
    return given[rows] - earlier


def _none(rows: int) -> Figures:
    return np.full(rows, np.nan)


def _figures(given: pl.Series) -> Figures:
    if not given.dtype.is_numeric() and given.dtype != pl.Null:
        raise ValueError(f"Column {given.name!r} holds {given.dtype}; a panel holds text and numbers.")
    figures = given.cast(pl.Float64).fill_null(np.nan).to_numpy()
    if np.isinf(figures).any():
        raise ValueError(f"Figures of {given.name!r} must be finite; leave out what was not filed.")
    return figures


def _periods(given: pl.Series) -> Labels:
    written = given.dt.strftime("%Y-%m") if given.dtype in (pl.Date, pl.Datetime) else given
    labels = Labels.of(written)
    for name in labels.names:
        Month.parse(name or "")
    return labels


def _entries(given: pl.Series) -> Labels:
    try:
        return Labels.of(given.cast(pl.String).cast(ENTRIES) if given.dtype != ENTRIES else given)
    except pl.exceptions.InvalidOperationError as fault:
        raise ValueError(f"An entry class is one of {[*Entry]}; {fault}.") from fault


def _clusters(frame: pl.DataFrame) -> Sets:
    if "clusters" in frame.columns:
        return Sets.of(frame["clusters"].cast(pl.List(pl.String)))
    none = pl.Series("clusters", [None], pl.String)
    return Sets(none, ((0,),), np.zeros(frame.height, np.int32))
