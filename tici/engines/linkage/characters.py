"""Columns of Chinese text brought to one form by tables of characters, and cut into pairs of neighbours."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

Table = NDArray[np.uint32]
_POINTS = 0x110000
_BREAK = ord("\n")
# Blanks, and what nobody sees: control characters, marks of direction, joiners, the byte order mark.
_UNSEEN = r"[\s\p{C}\u{00ad}\u{180e}\u{200b}-\u{200f}\u{2028}-\u{202f}\u{2060}-\u{2069}\u{feff}]+"
# Most texts hold nothing but these, and are in one form already.
_ORDINARY = r"^[\u{4e00}-\u{9fff}0-9A-Z()]*$"
_OPENING, _CLOSING = "([{〔【〖《〈「『", ")]}〕】〗》〉」』"


def plain(texts: pl.Series) -> pl.Series:
    """Return texts in NFKC, upper case and simplified characters, without blanks; every bracket a round one.

    Parameters
    ----------
    texts
        A column of text; null is read as empty.
    """
    return mapped(narrow(texts), simplified())


def narrow(texts: pl.Series) -> pl.Series:
    """Return texts in NFKC and upper case, without blanks; the characters stay as they are, simplified or not."""
    seen = texts.cast(pl.String).fill_null("")
    odd = ~seen.str.contains(_ORDINARY)
    if not odd.any():
        return seen
    # NFKC once more after blanks are gone: what stood on both sides of one may compose.
    mended = seen.filter(odd).str.normalize("NFKC").str.replace_all(_UNSEEN, "").str.normalize("NFKC")
    return seen.scatter(odd.arg_true(), mended.str.to_uppercase())


def mapped(texts: pl.Series, table: Table) -> pl.Series:
    """Return texts with each character replaced by the one that a table names; no text holds a line break."""
    if texts.is_empty():
        return texts
    joined = table[_points(texts)].tobytes().decode("utf-32-le")
    return pl.Series(texts.name, [joined]).str.split("\n").explode()


def neighbours(texts: pl.Series) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return every pair of neighbouring characters, the start of a text counting as one.

    Returns
    -------
    of, pair
        ``pair[k]`` stands in text number ``of[k]``; a pair is one number for its two characters.
        Texts are in order, so are the pairs in each.
    """
    if texts.is_empty():
        return np.empty(0, np.int32), np.empty(0, np.int64)
    points = np.concatenate([[_BREAK], _points(texts)]).astype(np.int64)
    of = np.cumsum(points == _BREAK)[:-1] - 1
    inside = points[1:] != _BREAK
    return of[inside].astype(np.int32), (points[:-1] << 21 | points[1:])[inside]


@lru_cache(maxsize=1)
def simplified() -> Table:
    """Return the table from traditional to simplified characters; brackets and dashes become one form."""
    table = np.arange(_POINTS, dtype=np.uint32)
    text = (Path(__file__).parent / "simplified.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            for pair in line.split():
                table[ord(pair[0])] = ord(pair[1])
    for one, other in (*((c, "(") for c in _OPENING), *((c, ")") for c in _CLOSING)):
        table[ord(one)] = ord(other)
    return table


@lru_cache(maxsize=1)
def sounds() -> Table:
    """Return the table from each character to one that stands for all of its sound, tones left out.

    Of several readings the commonest counts. Characters without a reading stand for themselves.
    """
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415 - a dictionary that a web server need not load

    table = np.arange(_POINTS, dtype=np.uint32)
    first: dict[str, int] = {}
    for point, readings in sorted(PINYIN_DICT.items()):
        syllable = unicodedata.normalize("NFD", readings.split(",")[0])
        syllable = "".join(letter for letter in syllable if not unicodedata.combining(letter))
        table[point] = first.setdefault(syllable, point)
    return table


def _points(texts: pl.Series) -> Table:
    return np.frombuffer(str(texts.str.join("\n").item()).encode("utf-32-le"), np.uint32)
