"""Labels of rows as small whole numbers, so that millions of rows are grouped by adding, never by comparing text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Codes = NDArray[np.int32]
Chosen = NDArray[np.intp] | slice
EVERY = slice(None)


@dataclass(frozen=True, eq=False)
class Labels:
    """What each row is called in one respect: its unit, place, industry.

    Parameters
    ----------
    names
        Every name once, in the order results are listed in; a missing name is ``None`` and comes first.
    codes
        Shape ``(rows,)``: the position of each row's name in ``names``.
    """

    names: pl.Series
    codes: Codes

    @classmethod
    def of(cls, written: pl.Series) -> Labels:
        """Return the labels of a column of text; an Enum keeps its own order, other text is sorted."""
        kind = written.dtype
        names = kind.categories if isinstance(kind, pl.Enum) else written.cast(pl.String).unique().drop_nulls().sort()
        coded = (written if isinstance(kind, pl.Enum) else written.cast(pl.Enum(names))).to_physical().cast(pl.Int32)
        names = names.alias(written.name)
        if coded.null_count():
            names = pl.concat([pl.Series(written.name, [None], pl.String), names])
            coded = (coded + 1).fill_null(0)
        return cls(names, coded.to_numpy())

    def __len__(self) -> int:
        return len(self.names)

    def renamed(self, to: Mapping[str, str | None] | Callable[[str], str | None]) -> Labels:
        """Return coarser labels: each name replaced by what it belongs to; a name left out has none."""
        belongs = to.get if isinstance(to, Mapping) else to
        own = Labels.of(pl.Series([None if name is None else belongs(name) for name in self.names], dtype=pl.String))
        return Labels(own.names, own.codes[self.codes])

    def matching(self, wanted: set[str | None], rows: Chosen = EVERY) -> NDArray[np.bool_]:
        """Return which of some rows bear one of the names; shape ``(rows,)``."""
        is_wanted = np.fromiter((name in wanted for name in self.names), bool, len(self.names))
        return is_wanted[self.codes[rows]]


@dataclass(frozen=True, eq=False)
class Sets:
    """Which clusters each row stands in: none, one or several.

    Many rows share few different sets, so a row holds the number of its set.

    Parameters
    ----------
    names
        Every cluster once, sorted; ``None`` first stands for rows in no cluster.
    members
        For each set, the positions in ``names`` of the clusters in it.
    codes
        Shape ``(rows,)``: the set of each row.
    """

    names: pl.Series
    members: tuple[tuple[int, ...], ...]
    codes: Codes

    @classmethod
    def of(cls, written: pl.Series) -> Sets:
        """Return the sets of a column of lists of text; an empty or missing list stands in no cluster."""
        joined = Labels.of(written.list.join("\n").fill_null(""))
        sets = [tuple(sorted(set(text.split("\n")))) if text else () for text in joined.names]
        names = [None, *sorted({name for one in sets for name in one})]
        at = {name: position for position, name in enumerate(names)}
        members = tuple(tuple(at[name] for name in one) or (0,) for one in sets)
        return cls(pl.Series(written.name, names, pl.String), members, joined.codes)

    def __len__(self) -> int:
        return len(self.members)

    def matching(self, wanted: set[str | None], rows: Chosen = EVERY) -> NDArray[np.bool_]:
        """Return which of some rows stand in at least one of the clusters; shape ``(rows,)``."""
        names = self.names.to_list()
        is_wanted = np.fromiter((any(names[one] in wanted for one in members) for members in self.members), bool)
        return is_wanted[self.codes[rows]]
