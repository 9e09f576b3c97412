"""The same matching over parts of a register, each held by another process, or by another machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from types import TracebackType
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tici.engines.linkage.census import Census
from tici.engines.linkage.comparing import compare, together
from tici.engines.linkage.finding import Index
from tici.engines.linkage.matching import Matching, Settings, Tell, match_in, places_of
from tici.engines.linkage.preparing import checked, prepare


def count_shard(register: pl.DataFrame, places: frozenset[str]) -> Census:
    """Count one part of a register; the counts of all parts add up with ``+``."""
    return Census.of(prepare(checked(register), places))


def pairs_of_shard(
    records: pl.DataFrame, register: pl.DataFrame, places: frozenset[str], census: Census
) -> pl.DataFrame:
    """Return the pairs of prepared records with one part of a register: what any engine maps over its parts.

    Parameters
    ----------
    records
        As of `prepare`.
    register
        One part, such as a province, as it stands.
    places
        The same for all parts.
    census
        The counts of all parts.

    Notes
    -----
    Frames in, frame out, nothing kept. `together` brings the frames of all parts into one.
    """
    return compare(records, Index(prepare(checked(register), places), census))


class Shards:
    """Parts of a register held by local processes, each part by one of them; used as a context.

    Parameters
    ----------
    parts
        The register, dealt out in any way; by province (``register.partition_by("province")``) as a rule.
    places
        Names of places that may stand before names.
    processes
        How many processes share the parts.
    """

    def __init__(self, parts: Sequence[pl.DataFrame], places: frozenset[str], processes: int) -> None:
        self._parts, self._places = parts, places
        # A process of its own for each lane: a lane keeps its parts' indexes between calls.
        self._lanes = [ProcessPoolExecutor(1, mp_context=get_context("spawn")) for _lane in range(processes)]

    def __enter__(self) -> Self:
        counted = [
            self._lane(number).submit(_prepare, number, part, self._places) for number, part in enumerate(self._parts)
        ]
        census = counted[0].result()
        for part in counted[1:]:
            census = census + part.result()
        self._census = census
        for waiting in [self._lane(number).submit(_open, number, census) for number in range(len(self._parts))]:
            waiting.result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        for lane in self._lanes:
            lane.shutdown(cancel_futures=True)

    def pairs(self, records: pl.DataFrame) -> pl.DataFrame:
        """Return the pairs of a prepared list's records with firms of all parts."""
        waiting = [self._lane(number).submit(_pairs, number, records) for number in range(len(self._parts))]
        return together([part.result() for part in waiting])

    def knows_once(self, codes: pl.Series) -> NDArray[np.bool_]:
        """Whether exactly one name of all parts bears each code, given by hash."""
        return self._census.borne_once(codes)

    def _lane(self, number: int) -> ProcessPoolExecutor:
        return self._lanes[number % len(self._lanes)]


def match_shards(
    records: pl.DataFrame,
    parts: Sequence[pl.DataFrame],
    settings: Settings | None = None,
    *,
    processes: int = 2,
    tell: Tell | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Matching:
    """Return what `match` returns for the whole register, its parts being held by several processes."""
    settings = settings or Settings()
    records, register = checked(records), [checked(part) for part in parts]
    places = places_of(records, pl.concat(part.select("place") for part in register), settings)
    with Shards(register, places, processes) as shards:
        return match_in(shards, records, places, settings, tell=tell, is_cancelled=is_cancelled)


# What a lane's process holds: the prepared parts, then their indexes.
_prepared: dict[int, pl.DataFrame] = {}
_indexes: dict[int, Index] = {}


def _prepare(number: int, part: pl.DataFrame, places: frozenset[str]) -> Census:
    _prepared[number] = prepare(part, places)
    return Census.of(_prepared[number])


def _open(number: int, census: Census) -> None:
    _indexes[number] = Index(_prepared.pop(number), census)


def _pairs(number: int, records: pl.DataFrame) -> pl.DataFrame:
    return compare(records, _indexes[number])
