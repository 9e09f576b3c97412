"""Lists of a few invented firms, written row by row, and longer ones generated with the truth."""

from functools import lru_cache
from typing import Any

import polars as pl

from bench.lists import Lists, credit_code, generated_firms, lists_of

TYPES = {
    "name": pl.String,
    "code": pl.String,
    "address": pl.String,
    "phone": pl.String,
    "place": pl.String,
    "former": pl.List(pl.String),
}


def rows(*firms: dict[str, Any]) -> pl.DataFrame:
    """A list whose keys count from 0; what a firm does not say is missing."""
    columns = [{column: firm.get(column) for column in TYPES} for firm in firms]
    return pl.DataFrame(columns, schema=TYPES).with_columns(key=pl.int_range(len(firms), dtype=pl.Int64))


def code(number: int) -> str:
    """A sound credit code of an organisation that does not exist."""
    return credit_code(f"91130100MA00{number:05d}")


@lru_cache(maxsize=2)
def generated(firms: int = 3000, seed: int = 7) -> Lists:
    """A list and a register of invented firms, spelt the hard way."""
    return lists_of(generated_firms(firms, seed), records=firms * 2 // 5, seed=seed)
