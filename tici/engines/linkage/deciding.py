"""From probabilities to outcomes: what is taken, what goes to the desk, what is a lead; nothing is merged silently."""

from __future__ import annotations

import numpy as np
import polars as pl
from rapidfuzz import fuzz

from tici.engines.linkage.codes import CodeKind, read_codes
from tici.engines.linkage.comparing import DIFFERENT, EQUAL, ORGANISATION
from tici.engines.linkage.learning import Cuts
from tici.engines.linkage.names import taken_apart
from tici.engines.linkage.results import OUTCOMES, Flag, Outcome

SHOWN = 3  # candidates kept for the desk
_LEAST_SHOWN = 0.005
_UNLIKE = 0.5  # cores that share less than half their characters are not spellings of one
_RIVAL = 0.2  # a second candidate at least this likely
EVIDENCE = (
    "code", "is_same_name", "former", "core", "name", "sound", "address", "phone", "place",
    "namesakes", "group", "branch", "numbers", "rivals",
)  # fmt: skip


def decide(
    records: pl.DataFrame, pairs: pl.DataFrame, cuts: Cuts, shared: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return results and candidates of some records.

    Parameters
    ----------
    records
        A prepared list, or a part of it.
    pairs
        All pairs of these records, as of `together`, with their ``probability``.
    cuts
        Where the list is cut.
    shared
        Keys of records whose code other records bear under quite another name, as of `shared_codes`.

    Notes
    -----
    An equal code decides, unless the register has several firms under it, or the list has several under it and
    this one's name is not the firm's. Without an equal code a record is never taken for a firm with another
    sound code, nor a group for its subsidiary, nor a branch for its firm, nor 第一 for 第二. Where several firms bear
    the record's very name, each is unlikely, and yet a person has to look.
    """
    ranked = pairs.sort("record", -pl.col("probability"), "firm").with_columns(
        pl.int_range(pl.len()).over("record").alias("rank"),
        (pl.col("code") == EQUAL).sum().over("record").alias("equals"),
        pl.col("is_same_name").sum().over("record").alias("of_its_name"),
        pl.col("probability").shift(-1).over("record").fill_null(0).alias("second"),
    )
    best = records.select(record="key").join(ranked.filter(pl.col("rank") == 0), on="record", how="left")
    best = best.with_columns(
        pl.col("probability").fill_null(0.0), pl.col("record").is_in(shared.implode()).alias("is_shared")
    )
    by_code = pl.col("code") == EQUAL
    is_near = pl.col("probability") >= cuts.desk
    flags = {
        Flag.CODE_SHARED: pl.col("is_shared"),
        Flag.CODE_REPEATED: pl.col("equals") > 1,
        Flag.CODES_DIFFER: is_near & (pl.col("code") == DIFFERENT),
        Flag.GROUP: is_near & ~by_code & (pl.col("group") == 1),
        Flag.BRANCH: is_near & ~by_code & (pl.col("branch") == 1),
        Flag.NUMBERS_DIFFER: is_near & ~by_code & (pl.col("numbers") == 0),
        Flag.RIVALS: is_near & ~by_code & (pl.col("second") >= _RIVAL),
    }
    told = [pl.when(when.fill_null(False)).then(pl.lit(flag.value)) for flag, when in flags.items()]
    best = best.with_columns(pl.concat_list(told).list.drop_nulls().alias("flags"))
    is_sound = (pl.col("equals") == 1) & ~(pl.col("is_shared") & (pl.col("core") < _UNLIKE))
    is_likely = (pl.col("probability") >= cuts.automatic) & (pl.col("flags").list.len() == 0)
    is_strange = (pl.col("code") == ORGANISATION) & (pl.col("core") < _UNLIKE)
    outcome = (
        pl.when(by_code & is_sound)
        .then(pl.lit(Outcome.MATCHED.value))
        .when(by_code)
        .then(pl.lit(Outcome.UNCERTAIN.value))
        .when(is_likely & ~is_strange)
        .then(pl.lit(Outcome.MATCHED.value))
        .when(is_near | (pl.col("of_its_name") > 1))
        .then(pl.lit(Outcome.UNCERTAIN.value))
        .otherwise(pl.lit(Outcome.LEAD.value))
    )
    results = best.with_columns(outcome.cast(OUTCOMES).alias("outcome")).select(
        "record",
        "outcome",
        pl.when(pl.col("outcome") == Outcome.MATCHED).then("firm").alias("firm"),
        "probability",
        "flags",
    )
    is_likely_enough = (pl.col("probability") >= _LEAST_SHOWN) | (pl.col("code") == EQUAL)
    shown = ranked.filter((pl.col("rank") < SHOWN) & is_likely_enough)
    evidence = shown.with_columns(
        pl.col("address", "phone", "place").fill_nan(None),
        pl.col("namesakes").exp().sub(1).round(),
    )
    return results, evidence.select("record", "firm", "rank", "probability", *EVIDENCE)


def shared_codes(records: pl.DataFrame) -> pl.Series:
    """Return the keys of records whose credit code another record bears under a name quite unlike.

    Parameters
    ----------
    records
        A list as of `checked`.
    """
    codes = records.select("key", "name").with_columns(read_codes(records["code"]).select("kind", "code"))
    codes = codes.filter((pl.col("kind") == CodeKind.CREDIT) & (pl.len().over("code") > 1))
    codes = codes.with_columns(taken_apart(codes["name"], ())["core"])
    found: list[int] = []
    for group in codes.partition_by("code", maintain_order=True):
        cores = group["core"].to_list()
        if min((fuzz.ratio(cores[0], core) for core in cores[1:]), default=100) < _UNLIKE * 100:
            found += group["key"].to_list()
    return pl.Series("key", np.array(sorted(found), np.int64))
