"""The published benchmark of stop selection: its text format as a closed problem.

Source of the format: Schittekat et al., EJOR 229 (2013), section 5.1; files ``*.xpress``, ``tg-*.txt``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tici.engines.lines.problem import Demand, Limits, Problem, School, Stop, VehicleType
from tici.engines.lines.sentences import Fault, Unplannable


def read_xpress(path: Path) -> Problem:
    """Read an instance: one seat a pupil, closed tours, total length to be made small.

    Parameters
    ----------
    path
        First line ``stops pupils vehicles seats walk``, then the school, the stops and the pupils as ``x y``.

    Raises
    ------
    Unplannable
        If the file does not hold the numbers it announces.
    """
    try:
        words = [float(word) for word in path.read_text(encoding="ascii").split()]
        stops, pupils, _, seats = (int(word) for word in words[:4])
        walk = words[4]
        points = np.array(words[5 : 5 + 2 * (1 + stops + pupils)]).reshape(1 + stops + pupils, 2)
    except (ValueError, IndexError, UnicodeDecodeError) as fault:
        raise Unplannable(Fault("not_xpress", {"said": f"{path.name}：{fault}"})) from fault
    return from_points(points[: stops + 1], points[stops + 1 :], seats=seats, walk=walk)


def from_points(nodes: np.ndarray, pupils: np.ndarray, *, seats: int, walk: float) -> Problem:
    """Return the closed problem of points in a plane: the school and the stops, and the pupils.

    Parameters
    ----------
    nodes
        Shape ``(stops + 1, 2)``, the school first.
    pupils
        Shape ``(pupils, 2)``.
    seats, walk
        Seats of every vehicle; the farthest walk, in the points' unit.
    """
    legs = np.hypot(*(nodes[:, None] - nodes[None]).transpose(2, 0, 1))
    walks = np.hypot(*(pupils[:, None] - nodes[None, 1:]).transpose(2, 0, 1))
    return Problem(
        school=School("school"),
        stops=tuple(Stop(f"{number}") for number in range(1, len(nodes))),
        demand=tuple(Demand(f"{number}", 1) for number in range(1, len(pupils) + 1)),
        vehicles=(VehicleType("bus", seats),),
        drive_seconds=legs,
        walk_metres=walks,
        limits=Limits(walk_metres=walk, ride_seconds=None, dwell_seconds=0, dwell_seconds_per_person=0),
        closed=True,
        objectives=("driving",),
    )
