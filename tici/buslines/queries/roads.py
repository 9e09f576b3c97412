"""How long the ways between schools, stops and families take: along roads where an extract was read, else reckoned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from tici.buslines.models import MeasuredLeg, RoadNetwork, School, Stop
from tici.engines.roads import Leg, Matrix, Pace, RoadGraph, estimated
from tici.engines.roads.problems import Problem

Points = tuple[tuple[float, float], ...]


def folder_of(network: RoadNetwork) -> Path:
    """Where the graphs of an extract lie."""
    return Path(settings.TICI_DATA) / "roads" / str(network.pk)


def network_in_use() -> RoadNetwork | None:
    """The newest extract that was read."""
    return RoadNetwork.objects.filter(arcs__gt=0).order_by("-pk").first()


@lru_cache(maxsize=2)
def _graph(folder: Path, kind: str) -> RoadGraph:
    return RoadGraph.load(folder / f"{kind}.npz")


@lru_cache(maxsize=64)
def _along(folder: Path, kind: str, names: tuple[str, ...], points: Points) -> tuple[Matrix, tuple[Problem, ...]]:
    """The matrix along roads of some points; asked again for each scenario of a school, so it is remembered."""
    return _graph(folder, kind).matrix(names, np.array(points, float))


@dataclass(frozen=True)
class Ways:
    """Driving between a school (first) and stops, walking from families to stops, and what to mind."""

    drive: Matrix
    walk_metres: Any  # (demand, stops)
    problems: tuple[Problem, ...]


def ways_of(school: School, stops: Sequence[Stop], demand: Sequence[Any]) -> Ways:
    """Driven times before times along roads before times reckoned from straight lines; each leg knows which it is."""
    network = network_in_use()
    names = (school.code, *(one.code for one in stops))
    places = points_of([school, *stops])
    drive, problems = estimated(names, places, pace=Pace.of_rule("drive")), []
    walk = walk_estimated(demand, stops)
    if network is not None:
        along, told = _along(folder_of(network), "drive", names, places)
        problems += [*told, *along.problems]
        drive = along.filled_from(drive)
        homes = tuple(f"home {one.code}" for one in demand)
        feet, _told = _along(folder_of(network), "walk", (*homes, *names[1:]), points_of([*demand, *stops]))
        on_foot = feet.metres[: len(demand), len(demand) :]
        walk = np.where(np.isfinite(on_foot), on_foot, walk)
    known = MeasuredLeg.objects.filter(origin__in=names, destination__in=names)
    driven = (
        Leg(one.origin, one.destination, one.seconds, float("nan") if one.metres is None else one.metres, 0)
        for one in known
    )
    return Ways(drive.with_measured(driven), walk, tuple(problems))


def walk_estimated(demand: Sequence[Any], stops: Sequence[Stop]) -> Any:
    """Metres on foot by straight lines, longer by the rulebook's detour; shape (demand, stops)."""
    matrix = estimated(
        [f"home {one.pk}" for one in demand], points_of(demand), [one.code for one in stops], points_of(stops),
        pace=Pace.of_rule("walk"),
    )  # fmt: skip
    return matrix.metres


def points_of(rows: Sequence[Any]) -> Points:
    """Longitude and latitude of rows."""
    return tuple((one.longitude, one.latitude) for one in rows)
