"""A problem as the numbers the compiled search works on, and its rows back as routes."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tici.engines.lines.kernel.state import Case
from tici.engines.lines.problem import Problem, Route

NEIGHBOURS = 20
#: Objectives the compiled search looks at; the others are decided when families are seated, and among its plans.
ROUTED = ("vehicles", "driving", "changes", "stops")
#: Share of the mean way to school that an objective after driving weighs: it only breaks ties.
TIE = 1e-5


@dataclass(frozen=True, slots=True)
class Encoded:
    """A case with what its numbers stand for."""

    case: Case
    counts: NDArray[np.int64]  # (classes,) families
    stop_of: NDArray[np.int64]  # (nodes,) the stop of a node, -1 for the school
    vehicle_of: tuple[
        str | None, ...
    ]  # (rows,) the type of a row's vehicle; None: there is none, who rides is left out
    scale: float  # the mean way to school, which temperatures are shares of
    is_fleet_mixed: bool
    weighs_vehicles: bool  # whether vehicles come before driving
    unit: int  # the seats one unit of the case's seats stands for
    is_called: NDArray[np.bool_]  # (nodes,) whether every plan calls at a node


def encode(problem: Problem) -> Encoded:
    """Return a problem as a case.

    A stop is a node for every vehicle that may call there. Rows are the vehicles, the largest first: since a larger
    one can do all a smaller one can, the largest are enough, and each trip gets its smallest fitting type afterwards.
    """
    must = np.array([stop.must_visit for stop in problem.stops])
    usable = np.flatnonzero(problem.is_reachable.any(axis=0) | must)
    wanted = problem.is_reachable.T @ np.array([len(demand.families) for demand in problem.demand])
    copies = np.clip(wanted[usable], 1, problem.limits.buses_per_stop).astype(int)
    stop_of = np.concatenate([[-1], np.repeat(usable, copies)]).astype(np.int64)
    drive = problem.towards_school[np.ix_(stop_of + 1, stop_of + 1)]
    finite = drive[np.isfinite(drive)]
    hole = 1e3 * (1.0 + float(finite.max(initial=0.0)))
    drive = np.where(np.isfinite(drive), drive, hole)
    np.fill_diagonal(drive, 0.0)
    scale = float(drive[1:, 0].mean()) or 1.0
    weights = _weights(problem, scale, float(finite.max(initial=0.0)))
    unit, sizes, classes = _classes(problem, stop_of)
    vehicles, seats, fixed = _rows(problem, len(stop_of) - 1, weights["vehicles"])
    limits = problem.limits
    ride = drive + limits.dwell_seconds
    ride[0] -= limits.dwell_seconds
    is_called = np.zeros(len(stop_of), np.bool_)
    is_called[[int(np.argmax(stop_of == stop)) for stop in np.flatnonzero(must)]] = True
    case = Case(
        cost=_costs(problem, drive, stop_of, weights),
        ride=ride,
        reach=_bits(classes, len(stop_of)),
        size=sizes,
        seats=seats // unit,
        fixed=fixed,
        near=_near(drive),
        is_must=_musts(classes, len(stop_of)) | is_called,
        limit=float("inf") if limits.ride_seconds is None else float(limits.ride_seconds),
        per_seat=float(limits.dwell_seconds_per_person * unit),
        is_mixed=bool(len(set(sizes.tolist())) > 1),
        is_even=bool(np.allclose(drive[1:, 1:], drive[1:, 1:].T)),
    )
    counts = np.array([count for _, _, count in classes], np.int64)
    is_mixed = len(set(zip(seats.tolist(), fixed.tolist(), strict=True))) > 1
    return Encoded(case, counts, stop_of, vehicles, scale, is_mixed, weights["vehicles"] > scale, unit, is_called)


def _weights(problem: Problem, scale: float, longest: float) -> dict[str, float]:
    """Return what a vehicle, a stop and a changed stop weigh against a second of driving.

    What comes before driving weighs more than any one change of a route can save; what comes after breaks ties.
    """
    order = problem.objectives
    heavy = order.index("driving") if "driving" in order else len(order)
    found = {}
    for one in ("vehicles", "stops", "changes"):
        if one not in order:
            found[one] = 0.0
        else:
            found[one] = 3.0 * longest if order.index(one) < heavy else TIE * scale
    found["driving"] = 1.0 if "driving" in order else TIE
    return found


def _costs(
    problem: Problem, drive: NDArray[np.float64], stop_of: NDArray[np.int64], weights: dict[str, float]
) -> NDArray[np.float64]:
    """Return what each leg costs; the weight of a stop lies half on the leg to it and half on the leg from it."""
    legs = drive.copy()
    if not problem.closed:
        legs[0, :] = 0.0
    costs = legs * weights["driving"]
    visit = np.full(len(stop_of), weights["stops"])
    if problem.current is not None:
        kept = np.isin(stop_of, list(problem.current.visited))
        visit += np.where(kept, -weights["changes"], weights["changes"])
    visit[0] = 0.0
    return costs + visit[:, None] / 2 + visit[None, :] / 2


def _classes(
    problem: Problem, stop_of: NDArray[np.int64]
) -> tuple[int, NDArray[np.int64], list[tuple[NDArray[np.int64], int, int]]]:
    """Return the seats of one unit, the units of each class, and each class as (nodes, seats, families)."""
    found: dict[tuple[bytes, int], int] = defaultdict(int)
    rows = {}
    for at, demand in enumerate(problem.demand):
        row = problem.is_reachable[at, stop_of[1:]]
        if row.any():
            rows[row.tobytes()] = 1 + np.flatnonzero(row)
            for (_, seats), count in Counter(demand.families).items():
                found[row.tobytes(), seats] += count
    classes = [(rows[key], seats, count) for (key, seats), count in sorted(found.items())]
    unit = int(np.gcd.reduce([seats for _, seats, _ in classes]))
    return unit, np.array([seats // unit for _, seats, _ in classes], np.int64), classes


def _rows(
    problem: Problem, nodes: int, weight: float
) -> tuple[tuple[str | None, ...], NDArray[np.int64], NDArray[np.float64]]:
    """Return the vehicle type, seats and fixed cost of each row; rows beyond the fleet stand for who is left out."""
    vehicles: list[str | None] = []
    for vehicle in sorted(problem.vehicles, key=lambda one: -one.seats):
        vehicles += [vehicle.code] * (nodes if vehicle.count is None else vehicle.count)
    vehicles = vehicles[:nodes]
    seats = [problem.seats_of(vehicle) for vehicle in vehicles if vehicle]
    spare = nodes - len(vehicles)
    left_out = 1e3 * (
        weight + float(np.nanmax(np.where(np.isfinite(problem.drive_seconds), problem.drive_seconds, 0))) + 1
    )
    fixed = [weight] * len(vehicles) + [left_out] * spare
    return (
        (*vehicles, *[None] * spare),
        np.array(seats + [problem.largest_seats] * spare, np.int64),
        np.array(fixed),
    )


def _bits(classes: list[tuple[NDArray[np.int64], int, int]], nodes: int) -> NDArray[np.uint64]:
    reach = np.zeros((nodes, (len(classes) + 63) // 64), np.uint64)
    for at, (within, _, _) in enumerate(classes):
        reach[within, at // 64] |= np.uint64(1 << (at % 64))
    return reach


def _musts(classes: list[tuple[NDArray[np.int64], int, int]], nodes: int) -> NDArray[np.bool_]:
    musts = np.zeros(nodes, np.bool_)
    for within, _, _ in classes:
        if len(within) == 1:
            musts[within[0]] = True
    return musts


def _near(drive: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the nearest nodes of each node, near in either direction; a lone node is its own neighbour."""
    nodes = len(drive)
    near = np.ones((nodes, max(1, min(NEIGHBOURS, nodes - 2))), np.int64)
    both = np.minimum(drive, drive.T)
    for node in range(1, nodes):
        order = [one for one in np.argsort(both[node], kind="stable") if one not in (0, node)]
        near[node, : len(order)] = order[: near.shape[1]]
    return near


def routes_of(problem: Problem, encoded: Encoded, rows: list[list[int]]) -> list[Route | None]:
    """Return rows of nodes as routes in the order they are driven; None for a row without a vehicle."""
    found: list[Route | None] = []
    for row, nodes in enumerate(rows):
        if not nodes:
            continue
        vehicle = encoded.vehicle_of[row]
        stops = tuple(dict.fromkeys(int(encoded.stop_of[node]) for node in nodes))
        order = stops if problem.direction == "morning" else stops[::-1]
        found.append(Route(order, vehicle) if vehicle else None)
    return found


def rows_of(problem: Problem, encoded: Encoded, routes: tuple[Route, ...]) -> list[list[int]]:
    """Return routes as rows of nodes, as far as their stops and vehicles are there; for a warm start."""
    free: dict[int, list[int]] = defaultdict(list)
    for node in range(len(encoded.stop_of) - 1, 0, -1):
        free[int(encoded.stop_of[node])].append(node)
    rows: list[list[int]] = [[] for _ in encoded.vehicle_of]
    for route in routes:
        order = route.stops if problem.direction == "morning" else route.stops[::-1]
        nodes = [free[stop].pop() for stop in order if free[stop]]
        empty = [row for row, taken in enumerate(rows) if not taken]
        alike = [row for row in empty if encoded.vehicle_of[row] == route.vehicle]
        if nodes and empty:
            rows[(alike or empty)[0]] = nodes
    return rows
