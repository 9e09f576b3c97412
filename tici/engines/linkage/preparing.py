"""Lists and registers brought to the columns in which they are compared; each row for itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import polars as pl

from tici.engines.linkage.addresses import REGION_LENGTH, bare_phones, read_addresses
from tici.engines.linkage.characters import mapped, sounds
from tici.engines.linkage.codes import read_codes
from tici.engines.linkage.names import bare_place, taken_apart
from tici.engines.linkage.parts import in_turn, parts_of

# What a list or register may hold. `key` is the caller's own, unique; any other may be missing, null or empty.
COLUMNS: dict[str, pl.DataType] = {
    "key": pl.Int64(),
    "name": pl.String(),
    "code": pl.String(),
    "address": pl.String(),
    "phone": pl.String(),
    "place": pl.String(),
    "former": pl.List(pl.String),
}


class BadFrame(ValueError):
    """A frame cannot be read as a list of enterprises: it has no keys or names, or a key twice."""


def checked(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with exactly the columns of a list, missing ones as null, in the order of its keys.

    Raises
    ------
    BadFrame
        If ``key`` or ``name`` is missing, or a key is null or stands twice.
    """
    if lacking := {"key", "name"} - set(frame.columns):
        raise BadFrame(f"A list of enterprises needs the columns key and name; {sorted(lacking)} not found.")
    columns = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in COLUMNS.items()
    ]
    found = frame.select(columns)
    if not found["key"].is_sorted():
        found = found.sort("key")
    if found["key"].null_count() or found["key"].is_duplicated().any():
        raise BadFrame("Every row of a list needs a key of its own.")
    return found


def prepare(frame: pl.DataFrame, places: Iterable[str]) -> pl.DataFrame:
    """Return the rows of a list in the form in which they are compared, one row for each name a firm bears or bore.

    Parameters
    ----------
    frame
        As of `checked`.
    places
        Names of places that may stand before names, as of `places_in`.

    Returns
    -------
    pl.DataFrame
        ``key``; ``is_former``; what `taken_apart` and `read_codes` give; ``spoken`` the core read aloud; ``address``,
        ``phone``, ``place`` in one form; ``where`` all that says where it is: its place, the place before its name,
        the region of its address; and hashes by which equal ones are found: ``of_code``, ``of_organisation``,
        ``of_core``, ``of_sound``, ``of_town`` (core and place), ``of_building``, ``of_phone``; null where there is
        nothing to compare; ``is_settled`` is false, until a caller says that the code decides.

    Notes
    -----
    A row depends on itself and on ``places`` alone, so a list may be prepared in parts, in any order.
    """
    own = frame.drop("former").with_columns(is_former=pl.lit(False))
    earlier = (
        frame.explode("former", empty_as_null=True, keep_nulls=False)
        .filter(pl.col("former").fill_null("") != "")
        .with_columns(name="former", is_former=pl.lit(True))
        .drop("former")
    )
    rows = pl.concat([own, earlier]).sort("key", "is_former", "name")
    parts = taken_apart(rows["name"], places)
    found = pl.concat(
        [
            rows.select("key", "is_former"),
            parts,
            read_codes(rows["code"]),
            read_addresses(rows["address"]),
            pl.DataFrame(
                {
                    "spoken": mapped(parts["core"], sounds()),
                    "phone": bare_phones(rows["phone"]),
                    "place": bare_place(rows["place"]),
                }
            ),
        ],
        how="horizontal",
    )
    where = pl.when(pl.col("place") != "").then("place").otherwise("town")
    everywhere = pl.col("place") + "/" + pl.col("town") + "/" + pl.col("address").str.head(REGION_LENGTH)
    return found.with_columns(
        pl.when(everywhere != "//").then(everywhere).otherwise(pl.lit("")).alias("where"),
        _hash(pl.col("code"), 1).alias("of_code"),
        _hash(pl.col("organisation"), 2).alias("of_organisation"),
        _hash(pl.col("core"), 3).alias("of_core"),
        _hash(pl.col("spoken"), 7).alias("of_sound"),
        pl.when(where != "").then(_hash(pl.col("core") + "@" + where, 4)).alias("of_town"),
        _hash(pl.col("building"), 5).alias("of_building"),
        _hash(pl.col("phone"), 6).alias("of_phone"),
        is_settled=pl.lit(False),
    ).drop("building")


def prepare_in_parts(frame: pl.DataFrame, places: Collection[str], rows: int, threads: int = 1) -> pl.DataFrame:
    """Return what `prepare` returns of the whole, holding only some rows' intermediate texts at a time."""
    parts = list(in_turn(lambda part: prepare(part, places), parts_of(frame, rows), threads))
    columns = []
    for name in parts[0].columns:  # column by column, so that never more than one stands twice in memory
        columns.append(pl.concat([part[name] for part in parts]).rechunk())
        parts = [part.drop(name) for part in parts]
    return pl.DataFrame(columns)


def _hash(text: pl.Expr, seed: int) -> pl.Expr:
    return pl.when(text != "").then(text.hash(seed))
