"""Names of places as people write them, found in a list of places that the caller gives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tici.engines import rulebook
from tici.engines.sheets.text import plain

_BRACKETS = re.compile(r"\([^()]*\)|（[^（）]*）")
_SUFFIX = re.compile(r"(?:自治县|矿区|新区|县|市|区)$")
_TOWN = re.compile(
    r"(?:镇|乡|街道|办事处|村|社区|路|街|园|园区|开发区|工业区|产业区|集聚区|聚集区|新城|管委会|号)(?:[内外旁].*)?$"
)


class Place(NamedTuple):
    """One county-level unit: six digits and its full name."""

    code: str
    name: str


class Gazetteer:
    """Finds units of a city by full, short and everyday names.

    Parameters
    ----------
    places
        The county-level units.
    city
        The city's own name, which may stand before a unit's.
    short
        Everyday forms of parts of names: 高新技术产业开发区 is 高新区.
    """

    def __init__(self, places: Iterable[Place], city: str = "", short: Mapping[str, str] | None = None) -> None:
        self.places = tuple(places)
        self.city, self.short = city, dict(short or {})
        self._city = [city, _SUFFIX.sub("", city)] if city else []
        self._names: dict[str, str] = {}
        for place in self.places:
            for name in self._forms(plain(place.name), self.short):
                if self._names.setdefault(name, place.code) != place.code:
                    self._names[name] = ""  # the form means two units, so it names neither
        self._seen: dict[str, str | None] = {}

    def _forms(self, name: str, short: Mapping[str, str]) -> set[str]:
        bare = self._without_city(name)
        forms = {name, bare}
        for long, everyday in short.items():
            forms |= {form.replace(long, everyday) for form in tuple(forms)}
        for form in tuple(forms):
            stem = _SUFFIX.sub("", form)
            if len(stem) >= 2 and not form.endswith(("开发区", "高新区", "经开区", "园区", "矿区")):
                forms.add(stem)
        return forms

    def _without_city(self, name: str) -> str:
        for city in self._city:
            if name.startswith(city) and len(name) > len(city):
                return name.removeprefix(city).lstrip("市")
        return name

    def code(self, text: str) -> str | None:
        """Return the code of the unit a cell names as a whole, ``None`` if it names none of them."""
        if text not in self._seen:
            self._seen[text] = self._look_up(text)
        return self._seen[text]

    def named(self, text: str) -> str | None:
        """Return the code of the unit a text is a name of and nothing more, ``None`` for a firm called after it."""
        body = plain(text)
        for form in (body, _BRACKETS.sub("", body)):
            bare = re.sub(r"^(?:[^省]{2,3}省)?", "", form)
            for name in (form, bare, self._without_city(bare)):
                if code := self._names.get(name):
                    return code
        return None

    def _look_up(self, text: str) -> str | None:
        body = plain(text)
        if re.fullmatch(r"\d{6}(?:000000)?", body):
            return body[:6] if any(place.code == body[:6] for place in self.places) else None
        if code := self.named(body):
            return code
        bare = self._without_city(_BRACKETS.sub("", body))
        near = {code for name, code in self._names.items() if code and len(bare) >= 4 and name.endswith(bare)}
        if len(near) == 1:
            return near.pop()
        if len(bare) > 3 and (code := self.first_in(bare)):
            return code
        return self._abbreviated(bare)

    def _abbreviated(self, bare: str) -> str | None:
        """Return the only unit whose name a cell shortens, from its first to its last character (循环园, 高新)."""
        if not 2 <= len(bare) <= 5 or (_TOWN.search(bare) and not bare.endswith("园")):
            return None
        pattern = re.compile(".*".join(map(re.escape, bare)) + "(?:县|市|区)?")
        codes = {code for name, code in self._names.items() if code and pattern.fullmatch(name)}
        return codes.pop() if len(codes) == 1 else None

    def first_in(self, text: str) -> str | None:
        """Return the unit a title, file name or address speaks of: the longest name found in it."""
        body = plain(text)
        for city in self._city:
            body = body.replace(city, "")
        found = [
            (len(name), -body.find(name), code)
            for name, code in self._names.items()
            if code and name in body and not self._is_part_of_a_word(name, body)
        ]
        if not found:
            return self._by_tail(body)
        best = max(found)
        if before := [one for one in found if one[0] - one[1] == -best[1]]:  # names that end where it begins
            return max(before)[2]  # a park of that county: 正定高新区
        codes = {code for length, _, code in found if length == best[0]}
        return best[2] if len(codes) == 1 else None

    def without_units(self, text: str) -> str:
        """Return a text without the names of counties in it, whose last character is not a grade: 赵县重点项目."""
        for name in sorted(self._names, key=len, reverse=True):
            if name.endswith(("县", "市", "区")) and len(name) > 1:
                text = text.replace(name, "")
        return text

    def _by_tail(self, body: str) -> str | None:
        """Return the park called by the end of its name alone (化工园区)."""
        tails = {
            (size, place.code)
            for place in self.places
            for size in range(4, len(place.name))
            if not place.name.endswith("开发区") and plain(place.name)[-size:] in body
        }
        longest = max((size for size, _ in tails), default=0)
        codes = {code for size, code in tails if size == longest}
        return codes.pop() if len(codes) == 1 else None

    def _is_part_of_a_word(self, name: str, body: str) -> bool:
        return len(name) == 2 and re.search(re.escape(name) + r"(?:镇|乡|路|街|村|大街)", body) is not None

    def looks_like_a_unit(self, text: str) -> bool:
        """Whether a text that names no unit claims to: a county, city or district elsewhere, or a bare short name."""
        body = _BRACKETS.sub("", plain(text))
        if _TOWN.search(body) and not body.endswith(("市", "县")):
            return False
        return body.endswith(("县", "市", "区")) or (2 <= len(body) <= 4 and not any(c.isdigit() for c in body))


def shipped_gazetteer() -> Gazetteer:
    """Return the gazetteer of the rulebook, for the command line."""
    rule = rulebook.load("sheets/places")
    return Gazetteer([Place(*unit) for unit in rule["units"]], rule["city"], rule["short"])


def everyday_names() -> Mapping[str, str]:
    """Return the rulebook's short forms of names of units."""
    short: Mapping[str, str] = rulebook.load("sheets/places")["short"]
    return short
