"""Section headings: what 一、计划开工项目 or （二）省重点 says about the rows below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tici.engines.sheets.places import Gazetteer
from tici.engines.sheets.results import Value
from tici.engines.sheets.text import plain
from tici.engines.sheets.vocabulary import Vocabulary

_ORDINAL = re.compile(r"^(?:第?[一二三四五六七八九十]+[、.．:,批类部分]*|[((][一二三四五六七八九十\d]+[))]|\d+[、.．])")
_TITLE = -1  # a title stands above every heading; one over a whole table stands at 0
_TAIL = re.compile(r"[((]?(?:共计?)?\d+[项个家户][))]?.*$")


class Headings:
    """The headings in force at a row, each with the depth it stands at.

    Parameters
    ----------
    titles
        The sheet's title and name, which speak for every row when they name one word only.
    """

    def __init__(self, words: Vocabulary, places: Gazetteer, titles: Sequence[str]) -> None:
        self._words, self._places = words, places
        self._held: dict[str, tuple[int, Value]] = {}
        for title in titles:
            for code in words.subject.headed_by:
                said = places.without_units(_core(title))
                found = words.choices_in(code, said) if _names_projects(title) else set()
                if len(found) == 1 and code not in self._held:
                    self._held[code] = (_TITLE, Value(found.pop(), "", title))

    def enter(self, text: str, depth: int, cell: str) -> None:
        """Begin a section; those of the same depth and below end."""
        core = _core(text)
        told = self._places.without_units(core)
        said = {code: self._words.choices_in(code, told) for code in self._words.subject.headed_by}
        found = {code: values.pop() for code, values in said.items() if len(values) == 1}
        if not found and len(said.get("category", ())) > 1:
            choice = self._words.choice("category", core)
            found = {"category": choice} if choice else {}
        place = self._places.code(core) if self._words.subject.row_is != "place" else None
        if place:
            found["place_code"] = place
        self._held = {code: (at, value) for code, (at, value) in self._held.items() if at < depth and code not in found}
        for code, value in found.items():
            self._held[code] = (depth, Value(value, cell, text))

    def speak_for(self, values: dict[str, Value]) -> None:
        """Give a row what its headings say and its own cells do not."""
        for code, (_, value) in self._held.items():
            if code not in values or (code != "place_code" and values[code].value is None):
                values[code] = value


def _core(text: str) -> str:
    return _TAIL.sub("", _ORDINAL.sub("", plain(text)))


def _names_projects(title: str) -> bool:
    return len(plain(title)) <= 40
