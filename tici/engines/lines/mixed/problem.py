"""Many schools served by one fleet: what is to be planned, and what a plan is.

A bus goes from stop to stop and school to school through the morning; it may carry pupils of several schools at once.
Places are numbered: stops from 0 to n-1, then schools from n to n+m-1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class MixedProblem:
    """Stops whose pupils must reach their school within its bell window, with as few buses as can be.

    Parameters
    ----------
    travel_seconds
        Shape (n + m, n + m): from place to place, never longer by a detour (the triangle inequality holds).
    pupils, school
        Shape (n,): how many board at each stop, and the number of their school, 0 to m-1.
    opens_seconds, closes_seconds
        Shape (m,), seconds of the day: the last pupil must have left the bus within this window.
    capacity
        Seats of every bus.
    ride_seconds
        The longest a pupil may sit in the bus, from leaving the stop until reaching the school.
    dwell_seconds, dwell_seconds_per_pupil, unload_seconds
        How long a bus stands at a stop, and at a school.
    may_mix
        Whether pupils of different schools may sit in one bus at once.

    Raises
    ------
    ValueError
        If shapes differ, or a stop cannot be served by any bus: too many pupils, too far from its school.
    """

    travel_seconds: NDArray[np.float64]
    pupils: NDArray[np.int64]
    school: NDArray[np.int64]
    opens_seconds: NDArray[np.float64]
    closes_seconds: NDArray[np.float64]
    capacity: int
    ride_seconds: float
    dwell_seconds: float = 19.0
    dwell_seconds_per_pupil: float = 2.6
    unload_seconds: float = 0.0
    may_mix: bool = True

    def __post_init__(self) -> None:
        stops, schools = len(self.pupils), len(self.opens_seconds)
        if self.travel_seconds.shape != (stops + schools, stops + schools) or self.school.shape != (stops,):
            raise ValueError(
                f"{stops} stops and {schools} schools need travel_seconds of shape {(stops + schools,) * 2}; "
                f"got {self.travel_seconds.shape}."
            )
        if (self.opens_seconds > self.closes_seconds).any():
            raise ValueError("A bell window may not close before it opens.")
        for stop in range(stops):
            if not 0 < self.pupils[stop] <= self.capacity:
                raise ValueError(f"Stop {stop} has {self.pupils[stop]} pupils; a bus takes 1 to {self.capacity}.")
            if self.travel_seconds[stop, stops + self.school[stop]] > self.ride_seconds:
                raise ValueError(f"Stop {stop} lies farther from its school than the longest ride.")

    @property
    def stops(self) -> int:
        """How many stops there are."""
        return len(self.pupils)

    @property
    def schools(self) -> int:
        """How many schools there are."""
        return len(self.opens_seconds)


@dataclass(frozen=True)
class Bus:
    """One bus's morning: places in the order visited, and when it leaves each stop and reaches each school."""

    places: tuple[int, ...]
    at_seconds: tuple[float, ...]


@dataclass(frozen=True)
class MixedPlan:
    """The buses of a plan, and how it was found."""

    buses: tuple[Bus, ...]
    drive_seconds: float
    rounds: int = 0
    cpu_seconds: float = 0.0
