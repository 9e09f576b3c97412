"""Sealed months as Parquet files, and a panel read from many of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from tici.engines.panel.panel import Kind, Panel


def write_snapshot(rows: pl.DataFrame, path: Path) -> None:
    """Write the rows of a sealed month, in the columns that `Panel.of` reads, sorted by unit and period.

    The same rows in any order make the same bytes with the same version of Polars.

    Raises
    ------
    ValueError
        If the rows make no panel.
    """
    Panel.of(rows)
    rows.sort("period", "unit").write_parquet(path, compression="zstd", statistics=True)


def read_panel(paths: Iterable[Path], kinds: Mapping[str, Kind] | None = None) -> Panel:
    """Return the panel of many sealed months.

    Parameters
    ----------
    paths
        Files written by `write_snapshot`, in any order. A month whose form lacked an indicator has
        nothing filed for it.
    kinds
        What each indicator is; see `Panel.of`.

    Raises
    ------
    ValueError
        If there is no file, or together they make no panel: the same unit and month in two files, say.
    """
    frames = [pl.read_parquet(path) for path in paths]
    if not frames:
        raise ValueError("A panel needs at least one sealed month.")
    return Panel.of(pl.concat(frames, how="diagonal_relaxed"), kinds)
