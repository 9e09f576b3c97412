"""Checks a plan for many schools from scratch; shares nothing with the search."""

from __future__ import annotations

from collections.abc import Iterator

from tici.engines.lines.mixed.problem import MixedPlan, MixedProblem

TOLERANCE_SECONDS = 1e-3


def check(problem: MixedProblem, plan: MixedPlan) -> tuple[str, ...]:
    """Return everything that is wrong with a plan; nothing if it holds.

    Every stop is left by exactly one bus, which then calls at its school; no bus is ever fuller than its seats; between
    two stamps there is time to drive and to stand; pupils ride no longer than they may and all have left the bus
    within the bell window; where mixing is not allowed, a bus that carries pupils takes up none of another school.
    """
    wrong: list[str] = []
    served: list[int] = []
    for number, bus in enumerate(plan.buses):
        served += [place for place in bus.places if place < problem.stops]
        if len(bus.places) != len(bus.at_seconds):
            wrong.append(f"bus {number}: {len(bus.places)} places but {len(bus.at_seconds)} times")
        else:
            wrong += [f"bus {number}: {fault}" for fault in _against_bus(problem, bus.places, bus.at_seconds)]
    if sorted(served) != list(range(problem.stops)):
        wrong.append("not every stop is served exactly once")
    return tuple(wrong)


def _against_bus(problem: MixedProblem, places: tuple[int, ...], at: tuple[float, ...]) -> Iterator[str]:
    aboard: dict[int, float] = {}  # stop: when it was left
    for step, (place, now) in enumerate(zip(places, at, strict=True)):
        if step and now + TOLERANCE_SECONDS < at[step - 1] + _leg(problem, places[step - 1], place):
            yield f"no time from place {places[step - 1]} to {place}"
        if place < problem.stops:
            if not problem.may_mix and {int(problem.school[stop]) for stop in aboard} - {int(problem.school[place])}:
                yield f"stop {place} boards a bus of another school"
            aboard[place] = now
            if sum(int(problem.pupils[stop]) for stop in aboard) > problem.capacity:
                yield f"too full after stop {place}"
            continue
        school = place - problem.stops
        early = problem.opens_seconds[school] - TOLERANCE_SECONDS
        late = problem.closes_seconds[school] + TOLERANCE_SECONDS
        if not early <= now + problem.unload_seconds <= late:
            yield f"school {school} is reached outside its window"
        for stop in [stop for stop in aboard if problem.school[stop] == school]:
            if now - aboard.pop(stop) > problem.ride_seconds + TOLERANCE_SECONDS:
                yield f"the pupils of stop {stop} ride too long"
    if aboard:
        yield f"stops {sorted(aboard)} never reach their school"


def _leg(problem: MixedProblem, before: int, place: int) -> float:
    """Return the least time from leaving a stop or reaching a school to leaving the next stop or reaching the next."""
    unloads = problem.unload_seconds if before >= problem.stops else 0.0
    stands = 0.0
    if place < problem.stops:
        stands = problem.dwell_seconds + problem.dwell_seconds_per_pupil * int(problem.pupils[place])
    return unloads + float(problem.travel_seconds[before, place]) + stands
