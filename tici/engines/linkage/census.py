"""What has to be counted over a whole register before any part of it can be compared: how common each thing is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tici.engines.linkage.characters import neighbours
from tici.engines.linkage.parts import parts_of

# What leads from a record to firms of the register, beside the names nearest to its own.
KEYS = ("of_code", "of_organisation", "of_core", "of_sound", "of_town", "of_building", "of_phone")
# How many names may share one and it still leads to them.
CROWD = {
    "of_code": 50,
    "of_organisation": 20,
    "of_core": 6,
    "of_sound": 6,
    "of_town": 10,
    "of_building": 6,
    "of_phone": 8,
}
_AT_ONCE = 50_000  # names whose pairs of neighbours stand in memory at a time
_FEWEST_CUT, _CUT_SHARE, _MOST_CUT = 200, 300, 2500


@dataclass(frozen=True, eq=False)
class Census:
    """Counts of one register, or of one part of it; parts add up to the whole.

    Parameters
    ----------
    names
        Names counted, former ones included.
    pairs
        Pairs of neighbouring characters (``pair``), in ascending order, and in how many cores each stands (``n``);
        their positions are the columns of vectors.
    keys
        For each of `KEYS` the hashes (``hash``), in ascending order, and how many names bear each (``n``).
    """

    names: int
    pairs: pl.DataFrame
    keys: Mapping[str, pl.DataFrame]

    @classmethod
    def of(cls, prepared: pl.DataFrame) -> Census:
        """Count a prepared register."""
        parts = pl.concat([_counts(part["core"]) for part in parts_of(prepared.select("core"), _AT_ONCE)])
        pairs = parts.group_by("pair").agg(pl.col("n").sum())
        keys = {key: prepared.select(hash=key).drop_nulls().group_by("hash").agg(pl.len().alias("n")) for key in KEYS}
        return cls(prepared.height, pairs.sort("pair"), {key: counts.sort("hash") for key, counts in keys.items()})

    def __add__(self, other: Census) -> Census:
        pairs = pl.concat([self.pairs, other.pairs]).group_by("pair").agg(pl.col("n").sum()).sort("pair")
        keys = {
            key: pl.concat([self.keys[key], other.keys[key]]).group_by("hash").agg(pl.col("n").sum()) for key in KEYS
        }
        return Census(self.names + other.names, pairs, {key: counts.sort("hash") for key, counts in keys.items()})

    def closed(self) -> Census:
        """Return what comparing needs, where nothing more is added: common hashes, all cores, codes borne once."""
        kept = {key: counts.filter(pl.col("n") > CROWD[key]) for key, counts in self.keys.items()}
        kept["of_core"] = self.keys["of_core"]
        kept["of_code"] = self.keys["of_code"]
        return Census(self.names, self.pairs, kept)

    @cached_property
    def weights(self) -> NDArray[np.float32]:
        """How much each pair of neighbours says: the inverse document frequency, smoothed; one more for strangers."""
        n = np.append(self.pairs["n"].to_numpy(), 0)
        return (np.log((1 + self.names) / (1 + n)) + 1).astype(np.float32)

    @cached_property
    def is_telling(self) -> NDArray[np.bool_]:
        """Which pairs are rare enough to lead to a firm; the others only weigh."""
        most = max(_FEWEST_CUT, min(self.names // _CUT_SHARE, _MOST_CUT))
        return np.append(self.pairs["n"].to_numpy() <= most, False)

    def crowded(self, key: str) -> pl.DataFrame:
        """Return the hashes of one kind that too many names bear to lead to one of them."""
        return self.keys[key].filter(pl.col("n") > CROWD[key]).select("hash")

    def borne_once(self, codes: pl.Series) -> NDArray[np.bool_]:
        """Whether exactly one name of the register bears each code, given by hash; none bears a null."""
        return self._counted("of_code", codes) == 1

    def namesakes(self, cores: pl.Series) -> NDArray[np.int64]:
        """Return how many names of the register have each core, given by hash."""
        return self._counted("of_core", cores)

    def _counted(self, key: str, hashes: pl.Series) -> NDArray[np.int64]:
        known, counts = self.keys[key]["hash"].to_numpy(), self.keys[key]["n"].to_numpy()
        asked = hashes.fill_null(0).to_numpy()
        at = np.searchsorted(known, asked)
        is_known = np.append(known, 0)[at] == asked
        return np.where(is_known & hashes.is_not_null().to_numpy(), np.append(counts, 0)[at], 0).astype(np.int64)


def _counts(cores: pl.Series) -> pl.DataFrame:
    """Return in how many of some cores each pair of neighbours stands."""
    of, pair = neighbours(cores)
    return pl.DataFrame({"of": of, "pair": pair}).unique().group_by("pair").agg(pl.len().alias("n"))
