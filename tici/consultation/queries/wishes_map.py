"""Where the wishes of a notice lie: at the stops and places they name, else at the schools."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tici.consultation.models import Notice, Subject
from tici.consultation.rules.cells import Placed, map_of


def wishes_map(notice: Notice, points: list[Any]) -> dict[str, Any]:
    """The map of a notice's counted points.

    Stops and places are found by the names and aliases the notice lists; a school counts where no place is named. Of an
    address or a road nobody listed nothing is guessed: it is counted as without a place.
    """
    located = [one for one in notice.subjects.all() if one.longitude is not None and one.latitude is not None]
    by_name = {name: one for one in located for name in (one.label, *one.aliases)}
    schools = {one.code: one for one in located if one.kind == "school"}
    placed: list[Placed] = []
    for point in points:
        if point.said is not None:
            placed += [
                Placed(point.submission_id, point.contact, one.label, float(one.longitude), float(one.latitude))
                for one in _where(point.said, by_name, schools)
            ]
    found = {one.submission_id for one in placed}
    unplaced = {one.submission_id: one.contact for one in points if one.submission_id not in found}
    marks = [[one.label, one.longitude, one.latitude] for one in located]
    return map_of(placed, unplaced=unplaced, marks=marks)


def _where(said: Any, by_name: dict[str, Subject], schools: dict[str, Subject]) -> Iterator[Any]:
    named = [by_name[place] for place in said.places if place in by_name]
    yield from named or [schools[code] for code in said.schools if code in schools]
