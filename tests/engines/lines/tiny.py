"""Problems small enough to try every plan."""

from __future__ import annotations

from datetime import time
from itertools import permutations, product
from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_flow

from tici.engines.lines import Bell, Demand, Limits, Problem, Route, School, Solution, Stop, VehicleType
from tici.engines.lines.assign import nearest
from tici.engines.lines.checker import check

SCHOOL = School("S", "示例小学", Bell(time(8, 10), time(17, 0)))


def make_problem(**more: Any) -> Problem:
    """Two stops, two demand points, one type of vehicle."""
    given = {
        "school": SCHOOL,
        "stops": (Stop("P1", "北门"), Stop("P2", "花园")),
        "demand": (Demand("D1", 3, 3), Demand("D2", 2, 2)),
        "vehicles": (VehicleType("midi", 20),),
        "drive_seconds": np.array([[0, 300, 400], [310, 0, 200], [420, 190, 0]], float),
        "walk_metres": np.array([[100, 450], [900, 200]], float),
    }
    return Problem(**(given | more))


@st.composite
def tiny_problems(draw: st.DrawFn, *, limits: bool = True, guardians: bool = True) -> Problem:
    """Up to three stops and five demand points, all of whom can be served alone."""
    stops, people = draw(st.integers(1, 3)), draw(st.integers(1, 5))
    seconds = st.integers(60, 900)
    drive = np.array([[draw(seconds) if a != b else 0 for b in range(stops + 1)] for a in range(stops + 1)], float)
    for over in range(stops + 1):  # times of shortest ways: passing a stop without calling there shortens none
        drive = np.minimum(drive, drive[:, over, None] + drive[None, over, :])
    walk = np.array([[draw(st.integers(0, 900)) for _ in range(stops)] for _ in range(people)], float)
    for row in walk:
        row[draw(st.integers(0, stops - 1))] = draw(st.integers(0, 500))
    ride = draw(st.sampled_from([None, 1400.0, 2400.0])) if limits else None
    with_guardian = draw(st.booleans()) if guardians else False
    demand = []
    for at in range(people):
        pupils = draw(st.integers(1, 4))
        demand.append(Demand(f"D{at}", pupils, pupils if with_guardian else 0))
    return Problem(
        school=SCHOOL,
        stops=tuple(Stop(f"P{at}") for at in range(stops)),
        demand=tuple(demand),
        vehicles=(VehicleType("bus", draw(st.integers(20, 40))),),
        drive_seconds=drive,
        walk_metres=walk,
        limits=Limits(ride_seconds=ride),
        direction=draw(st.sampled_from(["morning", "afternoon"])),
        objectives=("unserved", "vehicles", "driving", "walking"),
    )


def partitions(stops: list[int]) -> list[list[list[int]]]:
    """Every way to drive some of the stops: rows of them, in every order."""
    found: list[list[list[int]]] = []
    for chosen in product([False, True], repeat=len(stops)):
        some = [stop for stop, is_in in zip(stops, chosen, strict=True) if is_in]
        for order in permutations(some):
            for cuts in product([False, True], repeat=max(0, len(some) - 1)):
                rows: list[list[int]] = [[]] if order else []
                for at, stop in enumerate(order):
                    if at and cuts[at - 1]:
                        rows.append([])
                    rows[-1].append(stop)
                found.append(rows)
    return found


def best_of_all(problem: Problem) -> tuple[float, ...] | None:
    """The least costs of any plan that serves everybody, by trying all; nothing when there is none.

    Plans call only where somebody boards: a detour that is shorter than a leg is no call.
    """
    best = None
    vehicle = problem.vehicles[0].code
    for rows in partitions(list(range(len(problem.stops)))):
        solution = nearest(problem, [Route(tuple(row), vehicle) for row in rows])
        if any({one.stop for one in route.riders} != set(route.stops) for route in solution.routes):
            continue
        checked = check(problem, solution)
        vector = checked.vector(problem.objectives)
        if not checked.broken and not vector[0] and (best is None or vector < best):
            best = vector
    return best


def seated_by_scipy(reach: np.ndarray, rows: list[list[int]], seats: int) -> int:
    """How many find a seat, by SciPy's maximum flow; ``reach`` has people by nodes, node 1 first."""
    people, buses = len(reach), len(rows)
    end = people + buses + 1
    arcs = [(0, 1 + one, 1) for one in range(people)]
    arcs += [
        (1 + one, 1 + people + bus, 1)
        for one in range(people)
        for bus, row in enumerate(rows)
        if any(reach[one, node - 1] for node in row)
    ]
    arcs += [(1 + people + bus, end, seats) for bus in range(buses)]
    start, stop, room = zip(*arcs, strict=True)
    graph = csr_matrix((room, (start, stop)), shape=(end + 1, end + 1), dtype=np.int32)
    return int(maximum_flow(graph, 0, end).flow_value)


def solution_of(*routes: tuple[int, ...], vehicle: str = "midi") -> Solution:
    """A plan of routes without riders."""
    return Solution(tuple(Route(stops, vehicle) for stops in routes))
