"""Timetables: backwards from the bell in the morning, onwards from it in the afternoon, with the slack stated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from tici.engines.lines.problem import Problem, Route, Solution

MINUTE, DAY = 60, 86_400


@dataclass(frozen=True, slots=True)
class Call:
    """A trip at a stop: doors open and close (seconds of the day), the minute to publish, who boards or alights.

    ``posted`` is a whole number of minutes, rounded down, so that nobody who keeps to it comes too late.
    """

    stop: int
    opens_at: float
    closes_at: float
    posted: time
    seats: int
    on_board: int


@dataclass(frozen=True, slots=True)
class Trip:
    """One route with its times.

    Parameters
    ----------
    route
        Its position in the plan.
    leaves_at, arrives_at
        Seconds of the day: the first stop's doors open and the school is reached (morning), or the school is left and
        the last stop's doors close (afternoon).
    at_school
        Whichever of the two is at the school.
    slack_seconds
        How late the trip may be and still keep its window.
    window
        Earliest and latest second of the day at which it may arrive at (morning) or leave (afternoon) the school.
    """

    route: int
    vehicle: str
    calls: tuple[Call, ...]
    leaves_at: float
    arrives_at: float
    at_school: float
    slack_seconds: float
    window: tuple[float, float]

    @property
    def ride_seconds(self) -> float:
        """Seconds from one end to the other."""
        return self.arrives_at - self.leaves_at

    @property
    def is_on_time(self) -> bool:
        """Whether the trip keeps its window."""
        return self.slack_seconds >= 0 and self.at_school >= self.window[0] - 1e-6


def timetable(
    problem: Problem, solution: Solution, *, slack_share: float = 0.1, shifts: dict[int, float] | None = None
) -> tuple[Trip, ...]:
    """Give each trip of a plan its times.

    Parameters
    ----------
    problem
        Its bell, windows and standing times are used.
    solution
        The plan, with riders: they decide how long vehicles stand.
    slack_share
        In the morning a trip aims to arrive this share of its driving before the latest allowed moment, as far as the
        window allows; the arrival is then rounded down to a minute.
    shifts
        Seconds by which single trips (by position) are moved, later if above 0.

    Raises
    ------
    ValueError
        If the school has no bell for this direction, which only closed benchmarks lack.
    """
    is_morning = problem.direction == "morning"
    bell = problem.school.bell.arrive_by if is_morning else problem.school.bell.dismiss_at
    if bell is None:
        raise ValueError("A timetable needs the school's bell.")
    rings = bell.hour * 3600 + bell.minute * MINUTE + bell.second
    make = _inward if is_morning else _outward
    shifts = shifts or {}
    return tuple(
        make(problem, at, route, rings, slack_share, shifts.get(at, 0.0)) for at, route in enumerate(solution.routes)
    )


def _stands(problem: Problem, seats: int) -> float:
    return problem.limits.dwell_seconds + problem.limits.dwell_seconds_per_person * seats


def _seats(route: Route) -> list[int]:
    return [sum(one.seats for one in route.riders if one.stop == stop) for stop in route.stops]


def _inward(problem: Problem, at: int, route: Route, rings: int, share: float, shift: float) -> Trip:
    """Reckon a morning trip backwards from its arrival."""
    least, most = problem.limits.arrive_before_seconds
    window = (float(rings - most), float(rings - least))
    drives = [float(problem.drive_seconds[one + 1, two + 1]) for one, two in _legs(route.stops)]
    slack = min(share * sum(drives), most - least)
    arrives = max(window[0], (window[1] - slack) // MINUTE * MINUTE) + shift
    moment, on_board, calls = arrives, route.seats, []
    for stop, seats, drive in reversed(list(zip(route.stops, _seats(route), drives, strict=True))):
        closes = moment - drive
        moment = closes - _stands(problem, seats)
        calls.append(Call(stop, moment, closes, clock(moment), seats, on_board))
        on_board -= seats
    return Trip(at, route.vehicle, tuple(reversed(calls)), moment, arrives, arrives, window[1] - arrives, window)


def _outward(problem: Problem, at: int, route: Route, rings: int, share: float, shift: float) -> Trip:
    """Reckon an afternoon trip onwards from its departure; it leaves as soon as it may."""
    least, most = problem.limits.leave_after_seconds
    window = (float(rings + least), float(rings + most))
    leaves = min(window[1], -(-window[0] // MINUTE) * MINUTE) + shift
    moment, on_board, calls, before = leaves, route.seats, [], 0
    for stop, seats in zip(route.stops, _seats(route), strict=True):
        opens = moment + float(problem.drive_seconds[before, stop + 1])
        moment, before = opens + _stands(problem, seats), stop + 1
        calls.append(Call(stop, opens, moment, clock(opens), seats, on_board))
        on_board -= seats
    return Trip(at, route.vehicle, tuple(calls), leaves, moment, leaves, window[1] - leaves, window)


def _legs(stops: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return each stop with the next; the school, -1, after the last."""
    return list(zip(stops, (*stops[1:], -1), strict=True))


def clock(seconds: float) -> time:
    """Return a second of the day as hour and minute, rounded down."""
    minutes = int(seconds % DAY // MINUTE)
    return time(minutes // 60, minutes % 60)
