"""Reads an OpenStreetMap extract (.osm.pbf) into a driving and a walking graph, offline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import osmium

from tici.engines import rulebook
from tici.engines.roads.datum import metres_between
from tici.engines.roads.graph import RoadGraph
from tici.engines.roads.matrix import RULE
from tici.engines.roads.problems import Unusable

_SHUT = frozenset({"no", "private", "agricultural", "forestry", "customers", "delivery"})
_TOLD_NEWS_EVERY = 5_000


@dataclass(frozen=True)
class Roads:
    """The graphs of an extract."""

    drive: RoadGraph
    walk: RoadGraph


def read_extract(
    path: Path,
    *,
    tell: Callable[[int], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Roads | None:
    """Read an extract by the rule ``buslines/roads``; none if it was cancelled.

    Parameters
    ----------
    path
        The file.
    tell
        Called now and then with the number of ways read.
    is_cancelled
        Asked as often.

    Raises
    ------
    Unusable
        If the file is no extract, is cut off, or holds no roads for buses or feet.

    Notes
    -----
    Speeds are those of the class of road, or of ``maxspeed`` where that is lower, times the calibration. One-way roads,
    roundabouts and access are kept, what is told of buses before what is told of vehicles. Turn restrictions are not.
    """
    rule = rulebook.load(RULE)
    drive, walk = _Arcs(), _Arcs()
    places: dict[int, tuple[float, float]] = {}
    try:
        reader = (
            osmium.FileProcessor(osmium.io.File(str(path), "pbf"))
            .with_locations()
            .with_filter(osmium.filter.KeyFilter("highway"))
        )
        count = 0
        for thing in reader:
            if not isinstance(thing, osmium.osm.Way):
                continue
            count += 1
            if count % _TOLD_NEWS_EVERY == 0:
                if is_cancelled is not None and is_cancelled():
                    return None
                if tell is not None:
                    tell(count)
            tags = dict(thing.tags)
            refs = [node.ref for node in thing.nodes if node.location.valid()]
            places.update({node.ref: (node.lon, node.lat) for node in thing.nodes if node.location.valid()})
            drive.add(refs, _driven(tags, rule["drive"]["km_h"]))
            walk.add(refs, _walked(tags, rule["walk"]))
    except (RuntimeError, OSError, ValueError) as fault:
        raise Unusable("not_an_extract", fault=fault) from fault
    if not drive.start or not walk.start:
        raise Unusable("no_roads")
    pace = rule["walk"]["calibration"] / (rule["walk"]["km_h"] / 3.6)
    return Roads(
        drive.graph(places, rule["drive"], 0.0),
        walk.graph(places, rule["walk"], pace),
    )


@dataclass(frozen=True)
class _Pace:
    """How fast a way is gone in each direction; 0 where it may not be."""

    forth_km_h: float
    back_km_h: float


@dataclass
class _Arcs:
    """Arcs as they are met."""

    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    km_h: list[float] = field(default_factory=list)

    def add(self, refs: list[int], pace: _Pace) -> None:
        for one, other, km_h in ((refs[:-1], refs[1:], pace.forth_km_h), (refs[1:], refs[:-1], pace.back_km_h)):
            if km_h:
                self.start += one
                self.end += other
                self.km_h += [km_h] * len(one)

    def graph(self, places: Mapping[int, tuple[float, float]], rule: Mapping[str, Any], access: float) -> RoadGraph:
        known, ends = np.unique(np.array([self.start, self.end]), return_inverse=True)
        start, end = ends.reshape(2, -1)
        nodes = np.array([places[ref] for ref in known.tolist()])
        metres = np.maximum(metres_between(nodes[start], nodes[end]), 0.1)
        seconds = metres / (np.array(self.km_h) / 3.6) * rule["calibration"]
        told = {"farthest_m": float(rule["farthest_m"]), "access_seconds_a_metre": access}
        return RoadGraph.of_arcs(nodes, start, end, seconds, metres, **told)


def _driven(tags: Mapping[str, str], km_h: Mapping[str, float]) -> _Pace:
    """Return how fast buses go along a way."""
    speed = float(km_h.get(tags["highway"], 0))
    told = next((tags[key] for key in ("bus", "psv", "motor_vehicle", "vehicle", "access") if key in tags), "yes")
    if not speed or told in _SHUT or tags.get("area") == "yes":
        return _Pace(0, 0)
    speed = min(speed, _maxspeed(tags.get("maxspeed", "")) or speed)
    is_ring = tags.get("junction") in ("roundabout", "circular")
    one_way = tags.get("oneway", "yes" if is_ring or tags["highway"] == "motorway" else "no")
    if "no" in (tags.get("oneway:bus"), tags.get("oneway:psv")):
        one_way = "no"
    if one_way in ("-1", "reverse"):
        return _Pace(0, speed)
    return _Pace(speed, 0 if one_way in ("yes", "1", "true") else speed)


def _walked(tags: Mapping[str, str], rule: Mapping[str, Any]) -> _Pace:
    """Return how fast feet go along a way, both ways alike."""
    may = tags["highway"] in rule["own"]
    told = next((tags[key] for key in ("foot", "access") if key in tags), "yes" if may else "no")
    is_open = told not in _SHUT and (may or tags.get("foot") in ("yes", "designated"))
    if tags["highway"] in rule["closed"] and tags.get("foot") not in ("yes", "designated"):
        is_open = False
    return _Pace(rule["km_h"], rule["km_h"]) if is_open else _Pace(0, 0)


def _maxspeed(text: str) -> float | None:
    """Return a speed limit in km/h; none where it is not a number."""
    number, _, unit = text.partition(" ")
    if not number.isdecimal() or not int(number):
        return None
    return int(number) * (1.609 if unit == "mph" else 1.0)
