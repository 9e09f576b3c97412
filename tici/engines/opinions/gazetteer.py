"""The names a text is read for: schools, lines, stops and places, each with what people call it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Gazetteer:
    """What may be named, by code; the first name is the full one, the others are what people call it.

    Short names that follow from a full one (谈固 for 谈固小学, before 的家长) need not be given.
    """

    schools: Mapping[str, Sequence[str]]
    lines: Mapping[str, Sequence[str]] = field(default_factory=dict)
    stops: Mapping[str, Sequence[str]] = field(default_factory=dict)
    places: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Named:
    """Something named in a text.

    Attributes
    ----------
    code
        Of the gazetteer; empty where the name is in none, so that a person may add it.
    start, end
        Offsets into the text.
    text
        As written.
    """

    code: str
    start: int
    end: int
    text: str
