"""Generated schools: like a real one, with guardians and a ride limit, and like the published benchmark."""

from __future__ import annotations

from datetime import time
from typing import Any

import numpy as np

from tici.engines.lines import Bell, Demand, Limits, Problem, School, Stop, VehicleType
from tici.engines.lines.xpress import from_points

METRES_PER_SECOND = 18 / 3.6
#: Streets are this much longer than a grid of them.
DETOUR = 1.05


def town_school(stops: int, pupils: int, seed: int = 7, *, seats: int = 40, guardians: int = 1, **more: Any) -> Problem:
    """A school in a town of 4 by 4 km: stops 0.7 to 2.3 km away, families within 400 m of one, buses at 18 km/h."""
    random = np.random.default_rng(seed)
    school, places = np.array([2000.0, 2000.0]), []
    while len(places) < stops:
        place = random.uniform(200, 3800, 2)
        if 700 < np.hypot(*(place - school)) < 2300:
            places.append(np.round(place / 100) * 100)
    homes = []
    for _ in range(pupils):
        angle, metres = random.uniform(0, 2 * np.pi), 400 * np.sqrt(random.uniform())
        homes.append(places[random.integers(stops)] + metres * np.array([np.cos(angle), np.sin(angle)]))
    nodes = np.vstack([school, places])
    legs = grid(nodes, nodes)
    given = {
        "school": School("S", "示例小学", Bell(time(8, 10), time(17, 0))),
        "stops": tuple(Stop(f"P{at + 1}") for at in range(stops)),
        "demand": tuple(Demand(f"D{at + 1}", 1, guardians) for at in range(pupils)),
        "vehicles": (VehicleType("bus", seats),),
        "drive_seconds": np.rint(legs * DETOUR / METRES_PER_SECOND),
        "drive_metres": legs * DETOUR,
        "walk_metres": grid(np.array(homes), nodes[1:]),
        "limits": Limits(walk_metres=570, ride_seconds=1800),
    }
    return Problem(**(given | more))


def grid(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Distances along streets that run north and east."""
    return np.abs(one[:, None] - two[None]).sum(2)


def published_like(stops: int, pupils: int, seats: int, walk: float, seed: int) -> Problem:
    """An instance by the rule of Schittekat et al. 2013, section 5.1."""
    random = np.random.default_rng(seed)
    places = random.uniform(walk, 100 - walk, (stops, 2))
    near = random.integers(stops, size=pupils)
    angle, far = random.uniform(0, 2 * np.pi, pupils), walk * np.sqrt(random.uniform(size=pupils))
    homes = places[near] + np.c_[far * np.cos(angle), far * np.sin(angle)]
    return from_points(np.vstack([[50, 50], places]), homes, seats=seats, walk=walk)
