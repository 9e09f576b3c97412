"""Figures as people write them, without moving any character: half and full width, Chinese numerals."""

from __future__ import annotations

import unicodedata

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
    "俩": 2,
    "壹": 1,
}
#: A number of one or two digits, or in Chinese up to 99.
CHINESE = "[零〇○一二两三四五六七八九十]"
NUMBER = rf"(?:\d{{1,2}}|{CHINESE}{{1,3}})"
_COLONS = "：∶﹕︰"


class _Flat(dict[int, str]):
    """Each character's half-width form where that is one character too; looked up once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        flat = ":" if char in _COLONS else unicodedata.normalize("NFKC", char)
        self[code] = flat if len(flat) == 1 else char
        return self[code]


_FLAT = _Flat()


def flat(text: str) -> str:
    """Return a text with full-width letters, digits and colons made half width; every offset stays."""
    return text.translate(_FLAT)


def number(words: str) -> int | None:
    """Return the number that digits or Chinese numerals write, up to 999; nothing where they write none.

    Two numerals side by side without a ten between them are no number: 七八点 is seven or eight.
    """
    words = words.strip()
    if words.isascii() and words.isdigit():
        return int(words)
    if not words or any(char not in DIGITS and char not in "十百" for char in words):
        return None
    total, rest = 0, words
    if "百" in rest:
        head, _, rest = rest.partition("百")
        if head not in DIGITS:
            return None
        total = DIGITS[head] * 100
        if len(rest) == 1 and rest in DIGITS:
            return total + DIGITS[rest] * 10
    if "十" in rest:
        head, _, rest = rest.partition("十")
        if head and head not in DIGITS:
            return None
        total += (DIGITS[head] if head else 1) * 10
    rest = rest.lstrip("零〇○") if len(rest) > 1 else rest
    if len(rest) > 1 or (rest and rest not in DIGITS):
        return None
    return total + (DIGITS[rest] if rest else 0)
