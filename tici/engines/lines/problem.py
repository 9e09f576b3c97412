"""What is to be planned and what a plan is: one school, its stops and demand, the vehicles, the limits, the routes.

Stops and demand points are named by their position in ``Problem.stops`` and ``Problem.demand``, from 0. In the
driving matrices the school stands first: stop ``i`` is row and column ``i + 1``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import time
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tici.engines.lines.faults import faults
from tici.engines.lines.sentences import Fault, Unplannable

Direction = Literal["morning", "afternoon"]
Floats = NDArray[np.float64]

DEFAULT_OBJECTIVES = ("unserved", "vehicles", "driving", "walking", "changes", "stops")
#: Walks this much over the limit still count as within it: coordinates and matrices are rounded.
WALK_TOLERANCE_METRES = 1e-6


@dataclass(frozen=True, slots=True)
class VehicleType:
    """Vehicles alike: how many seats, and how many there are (``None``: as many as needed)."""

    code: str
    seats: int
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """A place where vehicles may call, or where every plan has to (``must_visit``)."""

    code: str
    name: str = ""
    must_visit: bool = False


@dataclass(frozen=True, slots=True)
class Demand:
    """Families who start from one place: so many pupils, and the guardians who ride along.

    A guardian takes a seat. With fewer guardians than pupils siblings share one; with none pupils ride alone.
    """

    code: str
    pupils: int
    guardians: int = 0
    kindergarten: bool = False

    @property
    def seats(self) -> int:
        """Seats wanted in all."""
        return self.pupils + self.guardians

    @property
    def families(self) -> tuple[tuple[int, int], ...]:
        """Who must ride together, as (pupils, seats) of each family; shared out as evenly as whole people allow."""
        if not (count := min(self.pupils, self.guardians) or self.pupils):
            return ()
        pupils = [self.pupils // count + (n < self.pupils % count) for n in range(count)]
        guardians = [self.guardians // count + (n < self.guardians % count) for n in range(count)]
        return tuple((some, some + more) for some, more in zip(pupils, guardians, strict=True))


@dataclass(frozen=True, slots=True)
class Bell:
    """When lessons begin and end."""

    arrive_by: time | None = None
    dismiss_at: time | None = None


@dataclass(frozen=True, slots=True)
class School:
    """Where all trips of a problem end in the morning and begin in the afternoon."""

    code: str
    name: str = ""
    bell: Bell = Bell()


@dataclass(frozen=True, slots=True)
class Limits:
    """What no plan may break.

    Parameters
    ----------
    walk_metres
        The farthest a family walks to a stop.
    ride_seconds
        The longest ride, from the doors opening at the first stop to the school; ``None``: no limit.
    dwell_seconds, dwell_seconds_per_person
        A vehicle stands ``dwell_seconds + dwell_seconds_per_person × persons`` at a stop.
    arrive_before_seconds, leave_after_seconds
        The window of arrival before lessons begin, and of departure after they end: (least, most).
    minimum_riders
        A trip with fewer pupils does not run.
    buses_per_stop
        How many vehicles may call at one stop.
    """

    walk_metres: float = 500.0
    ride_seconds: float | None = 1800.0
    dwell_seconds: float = 20.0
    dwell_seconds_per_person: float = 6.0
    arrive_before_seconds: tuple[int, int] = (600, 1200)
    leave_after_seconds: tuple[int, int] = (600, 1200)
    minimum_riders: int = 0
    buses_per_stop: int = 1


class Riders(NamedTuple):
    """Families of one demand point at one stop of a route: positions of both, seats taken, pupils among them."""

    demand: int
    stop: int
    seats: int
    pupils: int


@dataclass(frozen=True, slots=True)
class Route:
    """One trip: the stops in the order they are driven, the code of its vehicle type, and who boards where."""

    stops: tuple[int, ...]
    vehicle: str
    riders: tuple[Riders, ...] = ()

    @property
    def seats(self) -> int:
        """Seats taken."""
        return sum(one.seats for one in self.riders)

    @property
    def pupils(self) -> int:
        """Pupils on board."""
        return sum(one.pupils for one in self.riders)


@dataclass(frozen=True, slots=True)
class Solution:
    """The trips of a plan."""

    routes: tuple[Route, ...]

    @property
    def visited(self) -> frozenset[int]:
        """The stops some trip calls at."""
        return frozenset(stop for route in self.routes for stop in route.stops)


@dataclass(frozen=True, slots=True)
class Unserved:
    """Pupils of a demand point who are on no trip, and why."""

    demand: int
    pupils: int
    seats: int
    reason: Fault


@dataclass(frozen=True, slots=True)
class Servable:
    """The part of a problem that can be planned, what was left out, and what should be looked at.

    ``problem`` keeps every stop and demand point in its place; those left out are not reachable in it
    (their walks are ``inf``, their pupils are listed in ``unserved``).
    """

    problem: Problem
    unserved: tuple[Unserved, ...]
    remarks: tuple[Fault, ...]


@dataclass(frozen=True, eq=False)
class Problem:
    """Everything needed to plan the trips of one school in one direction.

    Parameters
    ----------
    school, stops, demand, vehicles, limits
        See their classes. Codes must differ within stops, demand and vehicles.
    drive_seconds
        Shape ``(stops + 1, stops + 1)``, seconds from row to column, the school first; ``nan`` or ``inf`` where there
        is no way. In a closed benchmark any unit will do.
    walk_metres
        Shape ``(demand, stops)``, metres; ``inf`` or ``nan`` where a stop is out of reach.
    drive_metres
        Like ``drive_seconds``, for kilometres on cards and pages; not needed to plan.
    direction
        ``morning`` ends at the school and only takes up, ``afternoon`` begins there and only sets down.
    closed
        Whether vehicles start from and return to the school (published benchmarks) instead of beginning at the first
        stop. A closed problem needs no bell.
    current
        The plan in force, which ``changes`` are counted against and a search starts from.
    objectives
        What to make small, the most important first; see ``OBJECTIVES``.

    Raises
    ------
    Unplannable
        With every fault that leaves nothing to plan, each naming its row and the way out. What concerns single
        demand points, stops or legs is told by ``servable`` instead.
    """

    school: School
    stops: tuple[Stop, ...]
    demand: tuple[Demand, ...]
    vehicles: tuple[VehicleType, ...]
    drive_seconds: Floats
    walk_metres: Floats
    drive_metres: Floats | None = None
    limits: Limits = field(default_factory=Limits)
    direction: Direction = "morning"
    closed: bool = False
    current: Solution | None = None
    objectives: tuple[str, ...] = DEFAULT_OBJECTIVES

    def __post_init__(self) -> None:
        for name in ("drive_seconds", "walk_metres", "drive_metres"):
            if (given := getattr(self, name)) is not None:
                kept = np.array(given, dtype=np.float64)
                kept.setflags(write=False)
                object.__setattr__(self, name, kept)
        if found := tuple(faults(self)):
            raise Unplannable(*found)

    @cached_property
    def is_reachable(self) -> NDArray[np.bool_]:
        """Which demand point can walk to which stop; shape ``(demand, stops)``."""
        with np.errstate(invalid="ignore"):
            return self.walk_metres <= self.limits.walk_metres + WALK_TOLERANCE_METRES

    @property
    def largest_seats(self) -> int:
        """Seats of the largest vehicle."""
        return max(vehicle.seats for vehicle in self.vehicles)

    def seats_of(self, vehicle: str) -> int:
        """Return the seats of a vehicle type.

        Raises
        ------
        KeyError
            If no type has this code.
        """
        return {one.code: one.seats for one in self.vehicles}[vehicle]

    def name_of(self, node: int) -> str:
        """Return the name of a row of the driving matrices: the school, or a stop."""
        one = self.school if node == 0 else self.stops[node - 1]
        return one.name or one.code

    def servable(self) -> Servable:
        """Split what can be planned from what cannot, with the reasons.

        Raises
        ------
        Unplannable
            If nothing is left to plan.
        """
        bad = dict(self._bad_stops())
        walks = self.walk_metres.copy()
        walks[:, list(bad)] = np.inf
        unserved = []
        for at, demand in enumerate(self.demand):
            if demand.pupils and (fault := self._against(at, bad)):
                walks[at] = np.inf
                unserved.append(Unserved(at, demand.pupils, demand.seats, fault))
        if sum(one.pupils for one in unserved) == sum(demand.pupils for demand in self.demand):
            raise Unplannable(*(one.reason for one in unserved))
        if not bad and not unserved:
            return Servable(self, (), tuple(self._holes(bad)))
        return Servable(replace(self, walk_metres=walks), tuple(unserved), (*bad.values(), *self._holes(bad)))

    def _against(self, at: int, bad: dict[int, Fault]) -> Fault | None:
        """Say why a demand point cannot be planned; nothing when it can."""
        demand, within = self.demand[at], np.flatnonzero(self.is_reachable[at])
        largest = max(seats for _, seats in demand.families)
        if demand.kindergarten and demand.guardians < 1:
            return Fault("kindergarten_alone", {"demand": demand.code})
        if largest > self.largest_seats:
            return Fault("family_too_large", {"demand": demand.code, "seats": largest, "largest": self.largest_seats})
        if not len(within):
            finite = self.walk_metres[at][np.isfinite(self.walk_metres[at])]
            if not len(finite):
                return Fault("unreachable_unknown", {"demand": demand.code})
            said = {"limit": f"{self.limits.walk_metres:.0f}", "nearest": f"{finite.min():.0f}"}
            return Fault("unreachable", {"demand": demand.code, **said})
        if all(stop in bad for stop in within):
            names = "、".join(self.name_of(int(stop) + 1) for stop in within)
            return Fault("only_bad_stops", {"demand": demand.code, "stops": names})
        return None

    def _bad_stops(self) -> Iterable[tuple[int, Fault]]:
        """Yield stops no trip may use: without a way to the school, or too far for the ride limit even alone."""
        limit, dwell = self.limits.ride_seconds, self.limits.dwell_seconds + self.limits.dwell_seconds_per_person
        for at, seconds in enumerate(self.towards_school[1:, 0]):
            back = self.towards_school[0, at + 1] if self.closed else 0.0
            if not np.isfinite(seconds + back):
                yield at, Fault("stop_cut_off", {"stop": self.name_of(at + 1)})
            elif limit is not None and seconds + dwell > limit:
                said = {"seconds": f"{seconds:.0f}", "limit": f"{limit:.0f}"}
                yield at, Fault("stop_too_far", {"stop": self.name_of(at + 1), **said})

    def _holes(self, bad: dict[int, Fault]) -> Iterable[Fault]:
        """Yield legs between usable stops without a time."""
        for row, column in np.argwhere(~np.isfinite(self.drive_seconds)):
            if row != column and not {row - 1, column - 1} & set(bad) and row and column:
                yield Fault("leg_missing", {"from": self.name_of(int(row)), "to": self.name_of(int(column))})

    @cached_property
    def towards_school(self) -> Floats:
        """Driving seconds read as if every trip ended at the school: transposed for the afternoon."""
        return self.drive_seconds if self.direction == "morning" else self.drive_seconds.T
