"""Everything that speaks for or against a record and a firm of the register being one, as figures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler, LCSseq

from tici.engines.linkage.codes import CodeKind
from tici.engines.linkage.finding import ALMOST, NEAREST, Index

Figures = NDArray[np.float32]
Likeness = Callable[
    [list[str], list[str]], NDArray[np.floating]
]  # of each text and the other at its place, 1 for equal ones

# What a pair is judged by; nan where one of the two has nothing to compare.
OWN_FEATURES = (
    "near",  # cosine of the cores, rare pairs of characters weighing more
    "core",  # likeness of cores by characters, 0 to 1
    "core_start",  # the same, beginnings weighing more
    "core_part",  # the shorter core in the longer
    "name",  # likeness of whole names
    "sound",  # likeness of cores read aloud
    "is_former",  # the name is one the firm bore earlier
    "address",
    "address_part",
    "phone",
    "place",  # where each says it is
    "town",  # the place before the record's name, in what the register says of where it is
    "town_back",  # and the other way round
    "form",  # same legal form
    "group",  # one of them a group (集团)
    "branch",  # one of them a branch
    "numbers",  # the same numerals in both names
    "record_length",
    "name_length",
    "namesakes",  # firms of the register with this core, logarithm
    "rarity",  # how much the record's core tells, logarithm of namesakes of the record's own
)
AMONG_FEATURES = ("lead", "rivals")  # against the record's other candidates
FEATURES = (*OWN_FEATURES, *AMONG_FEATURES)


def compare(records: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Return every pair of a record and a firm worth looking at, with its figures.

    Parameters
    ----------
    records
        Part of a prepared list; one row a record.
    index
        The register, or a part of it.

    Returns
    -------
    pl.DataFrame
        ``record`` and ``firm`` (keys), what of their codes agrees (``code``, see `_codes`), ``ways`` and ``rank_by``
        how it was found, and `OWN_FEATURES`. A firm stands once for each record, by the name most like it.
    """
    found = index.find(records)
    one, other = records[found.record], index.prepared[found.name]
    has_phone = _both(one["phone"], other["phone"]).to_numpy()
    figures: dict[str, NDArray[np.generic]] = {
        "near": found.near,
        **_like(one["core"], other["core"], core=_ratio, core_start=_start, core_part=_part),
        **_like(one["name"], other["name"], name=_ratio),
        **_like(one["spoken"], other["spoken"], sound=_ratio),
        "is_former": other["is_former"].to_numpy(),
        **_like_where_given(one["address"], other["address"], address=_ratio, address_part=_part),
        "phone": np.where(has_phone, (one["phone"] == other["phone"]).to_numpy(), np.nan),
        **_like_where_given(one["place"], other["place"], place=_part),
        **_like_where_given(one["town"], other["where"], town=_part),
        **_like_where_given(other["town"], one["where"], town_back=_part),
        "form": (one["form"] == other["form"]).to_numpy(),
        "group": (one["is_group"] != other["is_group"]).to_numpy(),
        "branch": (one["is_branch"] != other["is_branch"]).to_numpy(),
        "numbers": (one["numbers"] == other["numbers"]).to_numpy(),
        "record_length": one["core"].str.len_chars().to_numpy(),
        "name_length": other["core"].str.len_chars().to_numpy(),
        "namesakes": np.log1p(index.census.namesakes(other["of_core"])),
        "rarity": np.log1p(index.census.namesakes(one["of_core"])),
    }
    return pl.DataFrame(
        {
            "record": one["key"],
            "firm": other["key"],
            "code": _codes(one, other),
            "ways": found.ways,
            "rank_by": found.rank_by,
            "is_labelled": ((one["kind"] == CodeKind.CREDIT) & (other["kind"] == CodeKind.CREDIT)),
            "is_same_name": (one["name"] == other["name"]),
            "former": pl.select(pl.when(other["is_former"]).then(other["name"])).to_series(),
            **{name: values.astype(np.float32) for name, values in figures.items()},
        }
    )


def together(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Return the pairs found in all parts of a register, with how each stands among its record's others.

    Notes
    -----
    Of the pairs found by likeness alone the `NEAREST` of each record are kept, and of these none below `ALMOST`,
    however many parts there were; so parts of a register together find what the whole finds. Sorted by record and firm.
    """
    pairs = pl.concat(parts)
    rank = pl.col("rank_by").rank("ordinal", descending=True).over("record", order_by="firm")
    is_almost = pl.col("rank_by") >= ALMOST * pl.col("rank_by").max().over("record")
    pairs = pairs.filter(((rank <= NEAREST) & is_almost & (pl.col("rank_by") > 0)) | (pl.col("ways") > 0))
    # One row for each firm: by the name nearest to the record's, its present one first.
    pairs = pairs.sort("record", "firm", -pl.col("near"), "is_former", "former", nulls_last=False)
    pairs = pairs.group_by("record", "firm", maintain_order=True).agg(
        pl.exclude("ways", "rank_by", "code").first(), pl.col("code").max()
    )
    standing = (
        pl.col("core")
        + pl.col("address").fill_nan(0) * 0.5
        + pl.col("phone").fill_nan(0) * 0.5
        + pl.col("place").fill_nan(0.5) * 0.1
        + pl.col("town").fill_nan(0.5) * 0.1
        + pl.col("town_back").fill_nan(0.5) * 0.1
    )
    pairs = pairs.with_columns(standing.alias("standing"))
    first = pl.col("standing").max().over("record")
    second = pl.col("standing").top_k(2).min().over("record")
    is_first = pl.col("standing") == first
    alone = pl.len().over("record") == 1
    return pairs.with_columns(
        pl.when(alone)
        .then(pl.col("standing"))
        .when(is_first)
        .then(first - second)
        .otherwise(pl.col("standing") - first)
        .cast(pl.Float32)
        .alias("lead"),
        (pl.col("standing") >= first - 0.05).sum().over("record").cast(pl.Float32).alias("rivals"),
    ).drop("standing")


# How two codes stand to each other, the best last.
DIFFERENT, UNKNOWN, NEARLY, ORGANISATION, EQUAL = 0, 1, 2, 3, 4


def _codes(one: pl.DataFrame, other: pl.DataFrame) -> NDArray[np.int8]:
    """Return how the codes of each pair stand to each other."""
    sound = ((one["kind"] == CodeKind.CREDIT) & (other["kind"] == CodeKind.CREDIT)).to_numpy()
    state = np.where(sound, DIFFERENT, UNKNOWN).astype(np.int8)
    organisation = ((one["organisation"] == other["organisation"]) & (one["organisation"] != "")).to_numpy()
    state[organisation] = ORGANISATION
    state[sound & organisation] = np.where(
        (one["code"] == other["code"]).to_numpy()[sound & organisation], EQUAL, ORGANISATION
    )
    for mine, theirs in ((one, other), (other, one)):
        torn = ((mine["digits"] != "") & (theirs["code"] != "")).to_numpy().nonzero()[0]
        for at, digits, code in zip(torn, mine["digits"][torn], theirs["code"][torn], strict=True):
            if _nearly(digits, code):
                state[at] = NEARLY
    return state


def _nearly(digits: str, code: str) -> bool:
    """Whether a code could be what a faulty one was meant to be: one character other, or its first eleven or more."""
    if len(digits) == len(code):
        return sum(a != b for a, b in zip(digits, code, strict=True)) == 1 or sorted(digits) == sorted(code)
    return len(digits) >= 11 and code.startswith(digits)


def _like(one: pl.Series, other: pl.Series, **measures: Likeness) -> dict[str, Figures]:
    """Return how like each pair of texts is, 0 to 1, by each measure; equal texts need not be looked at."""
    differ = one != other
    texts = one.filter(differ).to_list(), other.filter(differ).to_list()
    at = differ.to_numpy()
    found = {}
    for name, measure in measures.items():
        found[name] = np.ones(len(one), np.float32)
        found[name][at] = measure(*texts)
    return found


def _both(one: pl.Series, other: pl.Series) -> pl.Series:
    return (one != "") & (other != "")


def _like_where_given(one: pl.Series, other: pl.Series, **measures: Likeness) -> dict[str, Figures]:
    """Return the same of the pairs that have two texts; nan for the others."""
    is_given = _both(one, other)
    at = is_given.to_numpy()
    found = {}
    for name, likeness in _like(one.filter(is_given), other.filter(is_given), **measures).items():
        found[name] = np.full(len(one), np.nan, np.float32)
        found[name][at] = likeness
    return found


def _ratio(one: list[str], other: list[str]) -> NDArray[np.floating]:
    """Return how much of both texts stands, in its order, in both."""
    return process.cpdist(one, other, scorer=fuzz.ratio, dtype=np.float32) / 100


def _start(one: list[str], other: list[str]) -> NDArray[np.floating]:
    """Return how many characters both have about where they stand, beginnings weighing more."""
    return process.cpdist(one, other, scorer=JaroWinkler.normalized_similarity, dtype=np.float32)


def _part(one: list[str], other: list[str]) -> NDArray[np.floating]:
    """Return how much of the shorter text stands, in its order, in the longer."""
    shorter = np.minimum([len(text) for text in one], [len(text) for text in other])
    return process.cpdist(one, other, scorer=LCSseq.similarity, dtype=np.float32) / np.maximum(shorter, 1)
