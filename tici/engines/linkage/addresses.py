"""Addresses and telephone numbers in a form in which two ways of writing one agree."""

from __future__ import annotations

import polars as pl

from tici.engines.linkage.characters import narrow, plain

_REGION = (
    r"^(?:[\p{Han}]{2,6}?(?:省|自治区))?(?:[\p{Han}]{2,6}?(?:市|地区|自治州|盟))?"
    r"(?:[\p{Han}]{2,6}?(?:自治县|新区|区|县|市))?"
)
_PUNCTUATION = r"[^\p{Han}0-9A-Z]+"
_UNIT = r"[0-9A-Z]+(?:室|层|楼|单元|座|栋|幢|户)"
_FEWEST_ADDRESS, _FEWEST_PHONE, _MOBILE = 4, 7, 11
REGION_LENGTH = 12  # so many characters of an address in one form hold its region


def read_addresses(addresses: pl.Series) -> pl.DataFrame:
    """Return two forms of each address.

    ``address`` is the whole without punctuation and the ending 号, ``building`` the street and number: no region
    before it, no room after it. Either is empty where nothing is given, or too little to tell a building.
    """
    text = plain(addresses).str.replace_all(_PUNCTUATION, "")
    building = text.str.replace_all(_UNIT, "").str.replace(_REGION, "").str.replace_all("号", "")
    return pl.select(
        text.str.replace_all("号", "").alias("address"),
        pl.when(building.str.len_chars() >= _FEWEST_ADDRESS).then(building).otherwise(pl.lit("")).alias("building"),
    )


def bare_phones(phones: pl.Series) -> pl.Series:
    """Return the digits of telephone numbers, a country's 86 taken off; empty if too few to tell."""
    digits = narrow(phones).str.extract_all(r"[0-9]").list.join("").str.replace(r"^(?:00)?86(1\d{10})$", "$1")
    local = pl.when(digits.str.len_chars() > _MOBILE).then(digits.str.tail(8)).otherwise(digits)
    return pl.select(pl.when(digits.str.len_chars() >= _FEWEST_PHONE).then(local).otherwise(pl.lit(""))).to_series()
