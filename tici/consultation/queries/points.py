"""Points by what they ask for, for whoever plans with them: by line, school, place and requested time."""

from __future__ import annotations

from dataclasses import dataclass

from tici.consultation.models import Notice

from .results import counted_points


@dataclass(frozen=True)
class Wish:
    """One point as a planner reads it; ``is_confirmed`` says whether a person has looked at it."""

    point_id: int
    group_id: int | None
    text: str
    aspects: tuple[str, ...]
    lines: tuple[str, ...]
    schools: tuple[str, ...]
    places: tuple[str, ...]
    asked_minutes: tuple[int, ...]  # after midnight; those asked for, not those that hold now
    shifts: tuple[int, ...]
    contact: str  # the same for one person; empty where none was left
    is_confirmed: bool


def wishes(
    notice: Notice, *, line: str = "", school: str = "", place: str = "", aspect: str = "", is_confirmed: bool = False
) -> list[Wish]:
    """The points of a notice that match what is given; nothing given matches all."""
    found = []
    for point in counted_points(notice):
        said = point.said
        if said is None or (is_confirmed and not point.is_confirmed):
            continue
        wish = Wish(
            point_id=point.pk,
            group_id=point.group_id,
            text=point.text,
            aspects=tuple(said.aspects),
            lines=tuple(said.lines),
            schools=tuple(said.schools),
            places=tuple(said.places),
            asked_minutes=tuple(one["minutes"] for one in said.times if one["role"] == "requested"),
            shifts=tuple(said.shifts),
            contact=point.contact,
            is_confirmed=point.is_confirmed,
        )
        if (
            (not line or line in wish.lines)
            and (not school or school in wish.schools)
            and (not place or any(place in one for one in wish.places))
            and (not aspect or aspect in wish.aspects)
        ):
            found.append(wish)
    return found
