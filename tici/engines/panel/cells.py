"""Cells of a grouping, and sums dealt out to them in one pass over the rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tici.engines.panel.columns import Sets
from tici.engines.panel.panel import Figures, Panel, Rows

# Which rows count, and what each adds: 1 for None, else its figure.
Share = tuple[NDArray[np.bool_], Sequence[Figures | None]]
BLOCK = 1 << 16  # rows at a time, so that what is computed on the way stays in the processor's cache


@dataclass(frozen=True, eq=False)
class Tally:
    """Sums by cell.

    Parameters
    ----------
    by
        The axes of the grouping.
    sizes
        How many names each axis has.
    codes
        Shape ``(axes, cells)``: the names of each cell, as positions on the axis.
    sums
        Shape ``(measures, cells)``.
    """

    by: tuple[str, ...]
    sizes: tuple[int, ...]
    codes: NDArray[np.intp]
    sums: Figures

    @property
    def keys(self) -> NDArray[np.int64]:
        """One number for each cell, growing with the order of the names."""
        return _keys(self.codes, self.sizes)

    def within(self, axes: Sequence[str]) -> tuple[Tally, NDArray[np.intp]]:
        """Return the sums over fewer axes, and for each of these cells which of those it belongs to."""
        kept = [self.by.index(name) for name in axes]
        sizes = tuple(self.sizes[one] for one in kept)
        _, first, to = np.unique(_keys(self.codes[kept], sizes), return_index=True, return_inverse=True)
        sums = _added(to, self.sums, len(first))
        return Tally(tuple(axes), sizes, self.codes[kept][:, first], sums), to

    def spread(self, axis: str, sets: Sets) -> Tally:
        """Return the sums with every set of clusters dealt out to each of its clusters."""
        at = self.by.index(axis)
        members = [sets.members[code] for code in self.codes[at]]
        source = np.repeat(np.arange(len(members)), [len(one) for one in members])
        codes = self.codes[:, source]
        codes[at] = [one for several in members for one in several]
        sizes = (*self.sizes[:at], len(sets.names), *self.sizes[at + 1 :])
        return Tally(self.by, sizes, codes, self.sums[:, source]).within(self.by)[0]

    def found(self, wanted: NDArray[np.int64], values: Figures) -> Figures:
        """Return what the cells with these keys have among values of shape ``(cells,)``; ``nan`` for no such cell."""
        keys = self.keys
        if not len(keys):
            return np.full(len(wanted), np.nan)
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[at] == wanted, values[at], np.nan)


def tally(panel: Panel, by: Sequence[str], rows: Rows, measures: Callable[[slice], list[Share]]) -> Tally:
    """Return sums of some rows by cell, cells without a row left out, sets of clusters not yet dealt out.

    Parameters
    ----------
    panel
        Where the rows stand.
    by
        The axes of the grouping.
    rows
        The rows chosen.
    measures
        Given a stretch of the chosen rows, what each adds to its cell. The first share must count every row.

    Notes
    -----
    Time is linear in rows as long as there are fewer cells than rows; memory beside the panel is that of the cells.

    Raises
    ------
    ValueError
        If an axis is named twice or unknown, or there are more than 2**62 cells.
    """
    if len(set(by)) < len(by):
        raise ValueError(f"An axis stands twice in {tuple(by)}.")
    axes = [panel.axis(name) for name in by]
    sizes = tuple(len(axis) for axis in axes)
    columns = [axis.codes[rows] for axis in axes]
    count = len(panel) if isinstance(rows, slice) else len(rows)
    cells, keys = math.prod(sizes), None
    if cells > 2**62:
        raise ValueError(f"{tuple(by)} makes {cells} cells, too many to number.")
    if cells > 4 * count + BLOCK:  # far more names than rows: number only the cells there are
        own, keys = np.unique(_keys(np.array(columns), sizes), return_inverse=True)
        cells = len(own)
    sums = _summed(columns, sizes, keys, cells, count, measures)
    some = np.flatnonzero(sums[0])
    codes = np.unravel_index(some if keys is None else own[some], sizes) if by else ()
    return Tally(tuple(by), sizes, np.array(codes, np.intp).reshape(len(by), len(some)), sums[:, some])


def names_of(panel: Panel, cells: Tally) -> list[pl.Series]:
    """Return for each axis the names of the cells."""
    named = []
    for name, codes in zip(cells.by, cells.codes, strict=True):
        names = panel.axis(name).names
        named.append(names.gather(codes.astype(np.uint32)).alias(name))
    return named


def _summed(
    columns: Sequence[NDArray[np.int32]],
    sizes: tuple[int, ...],
    keys: NDArray[np.intp] | None,
    cells: int,
    count: int,
    measures: Callable[[slice], list[Share]],
) -> Figures:
    lines = sum(len(adds) for _, adds in measures(slice(0, 0)))
    sums = np.zeros((lines, cells))
    step = max(BLOCK, 8 * cells)
    for start in range(0, count, step):
        block = slice(start, min(start + step, count))
        if keys is None:
            size = block.stop - block.start
            key = _keys([column[block] for column in columns], sizes) if columns else np.zeros(size, np.int64)
        else:
            key = keys[block]
        line = 0
        for counts, adds in measures(block):
            for add in adds:
                _add(sums[line], key, counts, add)
                line += 1
    return sums


def _add(sums: Figures, key: NDArray[np.integer], counts: NDArray[np.bool_], add: Figures | None) -> None:
    """Add what some rows add to their cells: few rows are picked out, many are kept and the others made 0."""
    many = np.count_nonzero(counts)
    if many == len(key):
        sums += np.bincount(key, add, len(sums))
    elif many * 4 > len(key):
        sums += np.bincount(key, counts if add is None else np.where(counts, add, 0.0), len(sums))
    elif many:
        sums += np.bincount(key[counts], None if add is None else add[counts], len(sums))


def _keys(codes: Sequence[NDArray[np.integer]] | NDArray[np.integer], sizes: tuple[int, ...]) -> NDArray[np.int64]:
    if not len(codes):
        return np.zeros(np.shape(codes)[1] if np.ndim(codes) == 2 else 0, np.int64)
    key = codes[0].astype(np.int64)
    for column, size in zip(codes[1:], sizes[1:], strict=True):
        key *= size
        key += column
    return key


def _added(to: NDArray[np.intp], sums: Figures, cells: int) -> Figures:
    return np.array([np.bincount(to, line, cells) for line in sums], np.float64).reshape(len(sums), cells)
