"""Where wishes lie, rounded so that nobody is found: squares of the ground, the same ones at every count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import cos, floor, radians
from typing import Any

from .outcome import persons, shown_count, small_cell
from .reading import thresholds

METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True)
class Placed:
    """One opinion's wish at one place."""

    submission_id: int
    contact: str
    name: str
    longitude: float
    latitude: float


@dataclass
class _Cell:
    contacts: dict[int, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


def cell_m() -> int:
    """How wide a square is."""
    width: int = thresholds()["map_cell_m"]
    return width


def square_of(longitude: float, latitude: float, width_m: float) -> tuple[float, float, float, float]:
    """The square a point lies in, as west, south, east, north.

    Rows are cut from the equator, and each row by its own width of a degree: a point lies in the same square whatever
    else is counted.
    """
    high = width_m / METRES_A_DEGREE
    south = floor(latitude / high) * high
    wide = high / cos(radians(south + high / 2))
    west = floor(longitude / wide) * wide
    return round(west, 5), round(south, 5), round(west + wide, 5), round(south + high, 5)


def map_of(placed: Iterable[Placed], *, unplaced: dict[int, str], marks: list[list[Any]]) -> dict[str, Any]:
    """The map that is frozen for publication: squares with their persons, none with fewer than may be counted.

    ``unplaced`` are the contacts of opinions that name no known place; ``marks`` are (name, longitude, latitude) of
    what the notice is about, to find one's way by.
    """
    width, cells = cell_m(), defaultdict[tuple[float, float, float, float], _Cell](_Cell)
    for one in placed:
        cell = cells[square_of(one.longitude, one.latitude, width)]
        cell.contacts[one.submission_id] = one.contact
        cell.names.add(one.name)
    shown: list[dict[str, Any]] = []
    hidden: dict[int, str] = {}
    for square, cell in cells.items():
        count = persons(list(cell.contacts.values()))
        if count < small_cell():
            hidden |= cell.contacts
        else:
            shown.append({"square": list(square), "persons": count, "names": sorted(cell.names)})
    shown.sort(key=lambda one: (-one["persons"], one["square"]))
    return {
        "cell_m": width,
        "cells": shown,
        "hidden": shown_count(persons(list(hidden.values()))),
        "unplaced": shown_count(persons(list(unplaced.values()))),
        "marks": marks,
    }
