"""Matches a list of any length to a register: prepares, learns from the records with codes, judges part by part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tici.engines.linkage.census import Census
from tici.engines.linkage.codes import CodeKind, read_codes
from tici.engines.linkage.comparing import compare, together
from tici.engines.linkage.deciding import decide, shared_codes
from tici.engines.linkage.finding import Index
from tici.engines.linkage.learning import learn
from tici.engines.linkage.names import places_in
from tici.engines.linkage.parts import in_turn, parts_of
from tici.engines.linkage.preparing import checked, prepare, prepare_in_parts
from tici.engines.linkage.results import Flag, Matching

_MASKED = ("address", "phone", "place")


class Cancelled(Exception):
    """The caller asked to stop; nothing was decided."""


class Stage(StrEnum):
    """Where a matching stands."""

    PREPARING = "preparing"
    LEARNING = "learning"
    MATCHING = "matching"


@dataclass(frozen=True)
class Progress:
    """How far one stage is: ``done`` of ``total`` rows."""

    stage: Stage
    done: int
    total: int


@dataclass(frozen=True)
class Settings:
    """How a list is matched.

    Parameters
    ----------
    precision
        What share of the records taken without a person must be right, as the records with codes show it.
    places
        Names of places that may stand before names, beside those that the two lists hold.
    seed
        The same lists, settings and seed give the same answer.
    rows_at_once
        How many rows are prepared or judged in one go; bounds the memory.
    learnt_from
        At most how many records with codes are learnt from.
    threads
        How many parts `match` prepares or judges at a time, each in a thread; the answer does not depend on it.
    """

    precision: float = 0.995
    places: frozenset[str] = frozenset()
    seed: int = 20211130
    rows_at_once: int = 20_000
    learnt_from: int = 15_000
    threads: int = 1


class Register(Protocol):
    """A register in which records are looked up, whole or in parts."""

    def pairs(self, records: pl.DataFrame) -> pl.DataFrame:
        """Return the pairs of a prepared list's records with firms, as of `together`."""

    def knows_once(self, codes: pl.Series) -> NDArray[np.bool_]:
        """Whether exactly one name of the whole register bears each code, given by hash."""


class WholeRegister:
    """A register in this process's memory."""

    def __init__(self, register: pl.DataFrame, places: frozenset[str], settings: Settings | None = None) -> None:
        settings = settings or Settings()
        prepared = prepare_in_parts(register, places, settings.rows_at_once, settings.threads)
        self._index = Index(prepared, Census.of(prepared))

    def pairs(self, records: pl.DataFrame) -> pl.DataFrame:
        """Return the pairs of a prepared list's records with firms."""
        return together([compare(records, self._index)])

    def knows_once(self, codes: pl.Series) -> NDArray[np.bool_]:
        """Whether exactly one name of the register bears each code, given by hash."""
        return self._index.census.borne_once(codes)


Tell = Callable[[Progress], None]


def match(
    records: pl.DataFrame,
    register: pl.DataFrame,
    settings: Settings | None = None,
    *,
    tell: Tell | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Matching:
    """Return for each record of a list which firm of a register it is, if any.

    Parameters
    ----------
    records, register
        ``key`` (whole number, unique) and ``name``; ``code``, ``address``, ``phone``, ``place`` as text and, of the
        register, ``former`` as lists of earlier names, where there are any. Other columns are left alone.
    settings
        How to match; `Settings` as it stands when left out.
    tell
        Called with every step of progress.
    is_cancelled
        Asked between steps.

    Raises
    ------
    BadFrame
        If a list has no keys or no names, or a key twice.
    Cancelled
        If the caller wanted no more.

    Notes
    -----
    Time grows with records times how common their characters are, about linearly; memory with the register and
    ``rows_at_once``. The order of rows has no effect.
    """
    settings = settings or Settings()
    records, register = checked(records), checked(register)
    steps = _Steps(tell, is_cancelled)
    rows = register.height
    steps.at(Stage.PREPARING, 0, rows)
    places = places_of(records, register, settings)
    whole = WholeRegister(register, places, settings)
    del register  # what is compared stands in the index
    steps.at(Stage.PREPARING, rows, rows)
    return match_in(whole, records, places, settings, settings.threads, tell=tell, is_cancelled=is_cancelled)


def match_in(
    register: Register,
    records: pl.DataFrame,
    places: frozenset[str],
    settings: Settings,
    threads: int = 1,
    *,
    tell: Tell | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Matching:
    """Match a list to a register held anywhere; see `match`.

    Parameters
    ----------
    register
        Whole, or in parts that other processes hold.
    records
        As of `checked`.
    places
        The places with which the register was prepared.
    threads
        How many parts of the list are judged at a time; more than one only where the register may be asked so.
    """
    steps = _Steps(tell, is_cancelled)
    steps.at(Stage.LEARNING, 0, 1)
    known = lesson(records, settings.learnt_from, settings.seed)
    parts = [register.pairs(unseen(prepare(part, places))) for part in parts_of(known, settings.rows_at_once)]
    model = learn(pl.concat(parts), precision=settings.precision, seed=settings.seed)
    steps.at(Stage.LEARNING, 1, 1)
    shared = shared_codes(records)

    def judged(part: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, int]:
        prepared = prepare(part.with_columns(former=pl.lit(None, pl.List(pl.String))), places)
        # A code that one firm bears, and no other name in the list, decides: nobody else need be looked at.
        is_settled = pl.Series(register.knows_once(prepared["of_code"])) & ~prepared["key"].is_in(shared.implode())
        prepared = prepared.with_columns(is_settled=is_settled)
        pairs = register.pairs(prepared)
        pairs = pairs.with_columns(pl.Series("probability", model.probability(pairs)))
        return *decide(prepared, pairs, model.cuts, shared), pairs.height

    steps.at(Stage.MATCHING, 0, records.height)
    decided: list[tuple[pl.DataFrame, pl.DataFrame, int]] = []
    for one in in_turn(judged, parts_of(records, settings.rows_at_once), threads):
        decided.append(one)
        steps.at(Stage.MATCHING, sum(results.height for results, *_rest in decided), records.height)
    results, candidates = pl.concat([one[0] for one in decided]), pl.concat([one[1] for one in decided])
    looked_at = sum(one[2] for one in decided)
    return Matching(_with_shared_firms(results), candidates, model.cuts, model.trees is not None, looked_at)


def places_of(records: pl.DataFrame, register: pl.DataFrame, settings: Settings) -> frozenset[str]:
    """Return the places that may stand before names in either list."""
    given = pl.Series(sorted(settings.places), dtype=pl.String)
    return places_in(records["place"], register["place"], given)


def lesson(records: pl.DataFrame, most: int, seed: int) -> pl.DataFrame:
    """Return records with sound codes, made to look like those without.

    Parameters
    ----------
    records
        A list as of `checked`.
    most
        At most so many are taken, by the hash of their keys.

    Notes
    -----
    Records without codes often lack addresses and telephone numbers too. As many of these are taken
    from the records learnt from, so that what is learnt holds for those it is needed for.
    """
    kind = read_codes(records["code"])["kind"]
    known, others = records.filter(kind == CodeKind.CREDIT), records.filter(kind != CodeKind.CREDIT)
    known = known.sort(pl.col("key").hash(seed)).head(most).sort("key")
    if known.is_empty() or others.is_empty():
        return known
    masks = []
    for number, column in enumerate(_MASKED):
        lacks = [float((side[column].fill_null("") == "").mean()) for side in (known, others)]  # type: ignore[arg-type]
        share = max(0.0, (lacks[1] - lacks[0]) / (1 - lacks[0])) if lacks[0] < 1 else 0.0
        draw = pl.col("key").hash(seed + number + 1) % 10_000
        masks.append(pl.when(draw >= round(share * 10_000)).then(pl.col(column)).alias(column))
    return known.with_columns(masks)


def unseen(prepared: pl.DataFrame) -> pl.DataFrame:
    """Return prepared records that are not looked up by their codes, which then serve as labels."""
    nothing = pl.lit(None, pl.UInt64)
    return prepared.with_columns(of_code=nothing, of_organisation=nothing)


def _with_shared_firms(results: pl.DataFrame) -> pl.DataFrame:
    """Flag the records of a firm that several are matched to (一企多名)."""
    is_shared = pl.col("firm").is_not_null() & (pl.len().over("firm") > 1)
    flag = pl.lit([Flag.FIRM_SHARED.value])
    return results.with_columns(
        pl.when(is_shared).then(pl.concat_list("flags", flag)).otherwise("flags").alias("flags")
    )


class _Steps:
    """Tells of progress, and stops where the caller wants no more."""

    def __init__(self, tell: Tell | None, is_cancelled: Callable[[], bool] | None) -> None:
        self._tell, self._is_cancelled = tell, is_cancelled

    def at(self, stage: Stage, done: int, total: int) -> None:
        if self._is_cancelled is not None and self._is_cancelled():
            raise Cancelled
        if self._tell is not None:
            self._tell(Progress(stage, done, total))
