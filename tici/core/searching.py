"""Looking things up in Chinese: every pair of neighbouring characters is indexed, so two characters are enough."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Func, Model, QuerySet, TextField, Value
from django.db.models.fields.generated import GeneratedField

M = TypeVar("M", bound=Model)
_PLAIN = str.maketrans("āáǎàēéěèōóǒòńňǹḿ", "aaaaeeeeoooonnnm")  # what a syllable begins with, without its tone


class Bigrams(Func):
    """The pairs of neighbouring characters of a text; ``tici_bigrams`` is made by the first migration of core."""

    function = "tici_bigrams"
    output_field = ArrayField(BigIntegerField())


def pairs_of(field: str) -> GeneratedField:
    """A column the database keeps by itself: the pairs of another column, to be indexed and searched."""
    return GeneratedField(
        expression=Bigrams(field), output_field=ArrayField(BigIntegerField()), db_persist=True, editable=False
    )


def searchable(*parts: str) -> str:
    """One text to be searched: the parts as written, and the pinyin initials of the first (the name)."""
    return " ".join(filter(None, [*parts, initials(parts[0])])).lower()


def initials(name: str) -> str:
    """The first letter of each character's pinyin; letters and figures stay, all else is left out.

    A character read in several ways is read with the one after it, else with the one before it, where
    they make a word: 长安 is ca, 增长 is zz. Such pairs come again and again, and are looked up once.
    """
    letters = [_LETTERS[character] for character in name]
    while None in letters:
        at = letters.index(None)
        letters[at] = _letter_among(name[at - 1 : at], name[at], name[at + 1 : at + 2])
    return "".join(filter(None, letters)).lower()


@lru_cache(maxsize=1)
def _pinyin() -> Any:
    """The dictionary of readings: a third of what a start would load, so it waits for the first name written."""
    import pypinyin.constants  # noqa: PLC0415

    return pypinyin


class _Letters(dict[str, str | None]):
    """What a character becomes among initials: itself or nothing, a letter, or None where its readings differ."""

    def __missing__(self, character: str) -> str | None:
        letter: str | None
        if character.isascii():
            letter = character if character.isalnum() else ""
        else:
            readings = _pinyin().constants.PINYIN_DICT.get(ord(character), "")
            letters = {reading.translate(_PLAIN)[:1] for reading in readings.split(",")}
            letter = letters.pop() if len(letters) == 1 else None
        return self.setdefault(character, letter)


_LETTERS = _Letters()


@lru_cache(maxsize=65536)
def _letter_among(before: str, character: str, after: str) -> str:
    pinyin = _pinyin()
    for word, position in ((character + after, 0), (before + character, len(before))):
        if word in pinyin.constants.PHRASES_DICT:
            return str(pinyin.lazy_pinyin(word, style=pinyin.Style.FIRST_LETTER)[position][:1])
    return str(pinyin.lazy_pinyin(character, style=pinyin.Style.FIRST_LETTER)[0][:1])


def matching(rows: QuerySet[M], words: str) -> QuerySet[M]:
    """Rows whose ``search_text`` holds every word; two characters and more are found by the index."""
    for word in words.lower().split():
        if len(word) > 1:
            rows = rows.filter(search_pairs__contains=Bigrams(Value(word, output_field=TextField())))
        rows = rows.filter(search_text__contains=word)
    return rows
