"""What an opinion asks for, in parts a planner can use: line, school, aspect, times with their role, shift, place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tici.engines.opinions.gazetteer import Gazetteer, Named

Role = Literal["requested", "present", "school"]
Stance = Literal["for", "against", "complaint", "praise", "question"]


@dataclass(frozen=True)
class AskedTime:
    """A time of day: minutes after midnight, and whether it is asked for, holds now, or is the school's own."""

    minutes: int
    role: Role
    start: int
    end: int


@dataclass(frozen=True)
class Shift:
    """By how many minutes something is to be moved; later is positive."""

    minutes: int
    start: int
    end: int


@dataclass(frozen=True)
class Slots:
    """What was found in a text; every find has its offsets.

    Attributes
    ----------
    lines, schools, stops
        Each mention, with the code of the gazetteer; `unmatched` holds lines and schools that are in none.
    aspects
        Codes of rule file ``opinions/aspects``, the likeliest first.
    """

    lines: tuple[Named, ...]
    schools: tuple[Named, ...]
    stops: tuple[Named, ...]
    places: tuple[Named, ...]
    unmatched: tuple[Named, ...]
    aspects: tuple[str, ...]
    times: tuple[AskedTime, ...]
    shifts: tuple[Shift, ...]
    stance: Stance

    @property
    def requested(self) -> tuple[int, ...]:
        """The times asked for, in minutes after midnight, each once."""
        return tuple(dict.fromkeys(time.minutes for time in self.times if time.role == "requested"))


def extract(text: str, gazetteer: Gazetteer) -> Slots:
    """Find what an opinion asks for."""
    raise NotImplementedError
