"""Text as counties type it, brought to one form: width, blanks, invisible characters, cell addresses."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_UNSEEN = re.compile(r"[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x1f]+")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\u2500\u2501\uff0d\uff5e\u301c\u30fc~∼]+")
_EDGE = " \t\r\n\u3000\u00a0\u200b\u200c\u200d\ufeff\u2060"
_NOTHING = frozenset(
    [
        "",
        "无",
        "暂无",
        "没有",
        "-",
        "--",
        "---",
        "/",
        "//",
        "\\",
        "、",
        ".",
        "空",
        "null",
        "none",
        "n/a",
        "na",
        "nan",
        "*",
    ]
)


def squeeze(text: str) -> str:
    """Return text in NFKC without any blank or unseen character."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Return text squeezed, with every dash and wave written ``-``, for comparing and matching."""
    return _DASHES.sub("-", squeeze(text))


def is_nothing(text: str) -> bool:
    """Whether a cell says in so many words that there is nothing to say (无, 暂无, —, /)."""
    return len(text) < 9 and plain(text).lower() in _NOTHING


def tidy(text: str) -> str:
    """Return a text as written, without the blanks around it and the characters nobody sees."""
    return text.strip(_EDGE).replace("\u200b", "").replace("\ufeff", "").replace("\x00", "")


def written(cell: object) -> str:
    """Return what stands in a cell as text: whole numbers without ``.0``, dates in ISO form."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


@lru_cache(maxsize=16384)
def letters(column: int) -> str:
    """Return the letters of a column counted from 0: A, B, … Z, AA."""
    text = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        text = chr(65 + digit) + text
    return text


def address(row: int, column: int) -> str:
    """Return the A1 address of a cell; both counted from 0."""
    return f"{letters(column)}{row + 1}"


_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "O": 0, "o": 0, "两": 2, "Ｏ": 0}
_POWERS = {"十": 10, "百": 100, "千": 1000}


def chinese_number(text: str) -> int | None:
    """Return the number a run of Chinese numerals writes, digit by digit or with 十百千万; ``None`` if none."""
    if not text:
        return None
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _POWERS:
            section += (digit or 1) * _POWERS[c]
            digit = 0
        elif c == "万":
            total += (section + digit) * 10_000
            section = digit = 0
        else:
            return None
    return total + section + digit
