"""Codes as lists carry them: sound, mistyped, turned into figures by a spreadsheet, or of the numbers before 2015."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tici.engines.linkage.characters import narrow

CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_LENGTH, _OLD_LENGTH, _ORGANISATION_LENGTH = 18, 15, 9
_ORGANISATION = slice(8, 17)  # where the organisation's own code stands in a credit code
_SCIENTIFIC = r"^([0-9])\.?([0-9]*)E\+?17$"


class CodeKind(StrEnum):
    """What a code given for an enterprise is."""

    NONE = "none"
    CREDIT = "credit"  # a unified social credit code (统一社会信用代码) whose check character fits
    ORGANISATION = "organisation"  # an organisation code (组织机构代码), alone or at the end of an old tax number
    OLD = "old"  # 15 digits: a registration number from before 2015
    SCIENTIFIC = "scientific"  # a spreadsheet made a figure of it; only its first digits are left
    FAULTY = "faulty"  # none of these


KINDS = pl.Enum([kind.value for kind in CodeKind])


def read_codes(codes: pl.Series) -> pl.DataFrame:
    """Return what each code is, and the parts of it that can be compared.

    Parameters
    ----------
    codes
        As written; null is read as empty. Blanks, width, case and a leading apostrophe make no difference.

    Returns
    -------
    pl.DataFrame
        ``kind`` a `CodeKind`; ``code`` the credit code, empty unless sound; ``organisation`` the nine
        characters of the organisation's code, from whichever kind holds them, else empty; ``digits`` what is left
        of a faulty or scientific code, to be compared with the beginning of sound ones.

    Notes
    -----
    O, I, S and Z, which no credit code holds, are read as 0, 1, 5 and 2 where the check character
    then fits. Linear in the number of codes.

    Source: GB 32100-2015 (credit codes, check character modulo 31); GB 11714-1997 (organisation codes, modulo
    11); an old tax number was the place's six digits and the organisation code.
    """
    text = narrow(codes.alias("code")).str.replace_all(r"[^0-9A-Z.+]", "")
    written = pl.DataFrame({"text": text}).with_columns(
        scientific=(pl.col("text").str.extract(_SCIENTIFIC, 1) + pl.col("text").str.extract(_SCIENTIFIC, 2)).fill_null(
            ""
        ),
        bare=pl.col("text").str.replace_all(r"[.+]", ""),
    )
    mended = written["bare"].str.replace_many(list("OISZ"), list("0152"))
    bare = written["bare"].str.len_chars()
    is_credit = pl.Series(_is_credit(mended))
    code = pl.select(pl.when(is_credit).then(mended).otherwise(pl.lit(""))).to_series()
    tail = pl.select(
        pl.when(is_credit)
        .then(code.str.slice(_ORGANISATION.start, _ORGANISATION_LENGTH))
        .when(bare.is_in([_ORGANISATION_LENGTH, _OLD_LENGTH]))
        .then(written["bare"].str.tail(_ORGANISATION_LENGTH))
        .otherwise(pl.lit(""))
    ).to_series()
    is_organisation = pl.Series(_is_organisation(tail)) & ~is_credit
    scientific = written["scientific"]
    kind = (
        pl.when(bare == 0)
        .then(pl.lit(CodeKind.NONE))
        .when(is_credit)
        .then(pl.lit(CodeKind.CREDIT))
        .when(scientific != "")
        .then(pl.lit(CodeKind.SCIENTIFIC))
        .when(is_organisation)
        .then(pl.lit(CodeKind.ORGANISATION))
        .when((bare == _OLD_LENGTH) & written["bare"].str.contains(r"^\d+$"))
        .then(pl.lit(CodeKind.OLD))
        .otherwise(pl.lit(CodeKind.FAULTY))
    )
    frame = pl.select(
        kind.cast(KINDS).alias("kind"),
        code.alias("code"),
        pl.when(is_credit | is_organisation).then(tail).otherwise(pl.lit("")).alias("organisation"),
    )
    left = pl.when(pl.col("kind") == CodeKind.SCIENTIFIC).then(scientific.str.strip_chars_end("0"))
    faulty = (pl.col("kind") == CodeKind.FAULTY) & (bare == _CREDIT_LENGTH)
    return frame.with_columns(left.when(faulty).then(mended).otherwise(pl.lit("")).alias("digits"))


def _places(texts: pl.Series, letters: str, length: int) -> NDArray[np.int64]:
    """Return each character's place in an alphabet, -1 for a stranger; only texts of one length are read."""
    table = np.full(128, -1, np.int64)
    table[[ord(letter) for letter in letters]] = range(len(letters))
    joined = "".join(texts.to_list()).encode("ascii")
    return table[np.frombuffer(joined, np.uint8)].reshape(-1, length)


def _fits(texts: pl.Series, letters: str, weights: list[int], modulus: int) -> NDArray[np.bool_]:
    """Whether the last character is what the weighted sum of those before it asks for."""
    length = len(weights) + 1
    of_length = (texts.str.len_chars() == length).to_numpy()
    found = np.zeros(len(texts), np.bool_)
    place = _places(texts.filter(pl.Series(of_length)), letters, length)
    asked = -(place[:, :-1] @ np.array(weights)) % modulus
    found[of_length] = (place >= 0).all(axis=1) & (asked == place[:, -1])
    return found


def _is_credit(codes: pl.Series) -> NDArray[np.bool_]:
    return _fits(codes, CREDIT_LETTERS, [pow(3, power, 31) for power in range(_CREDIT_LENGTH - 1)], 31)


def _is_organisation(codes: pl.Series) -> NDArray[np.bool_]:
    # The check character counts 0 to 10, ten being X; letters before it count 10 to 35.
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    weights = [3, 7, 9, 10, 5, 8, 4, 2]
    of_length = (codes.str.len_chars() == _ORGANISATION_LENGTH).to_numpy()
    found = np.zeros(len(codes), np.bool_)
    place = _places(codes.filter(pl.Series(of_length)), alphabet, _ORGANISATION_LENGTH)
    check = np.where(place[:, -1] == alphabet.index("X"), 10, place[:, -1])
    found[of_length] = (place >= 0).all(axis=1) & (check == -(place[:, :-1] @ np.array(weights)) % 11)
    return found
