"""What a scenario would do: its change held against the plan, in each direction it speaks of; a new line planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tici.buslines.models import ChangeKind, Plan, School, Stop, Trip
from tici.buslines.rules import planning
from tici.buslines.rules import scenarios as rules
from tici.buslines.rules.routes import km_of
from tici.buslines.rules.searching import mirrored
from tici.engines import lines, rulebook
from tici.engines.lines.assign import nearest
from tici.engines.lines.checker import check
from tici.engines.lines.results import Breach
from tici.engines.lines.scenarios import AddTrip, Card, How, RetimeTrip, evaluate
from tici.engines.lines.search import left_out
from tici.engines.lines.search import plan as search
from tici.engines.lines.timetable import timetable

from .problems import Setting, limits_for, setting_of, solutions_of, stops_of, trips_of

#: Breaches that concern riders of demand that has changed since a plan was made.
OF_RIDERS = {"over_served", "family_parted", "walk", "seats"}


@dataclass(frozen=True)
class Side:
    """One direction of a plan: its trips, what they cost, how trips are moved in time, who is left out and why."""

    solution: lines.Solution
    costs: Mapping[str, float]
    shifts: Mapping[int, int] = field(default_factory=dict)
    unserved: Sequence[lines.Unserved] = ()


@dataclass(frozen=True)
class Evaluated:
    """A scenario evaluated in one way: its card, and the plan it would be."""

    card: dict[str, Any]
    setting: Setting
    limits: Mapping[str, Any]
    sides: Mapping[str, Side]


def evaluated(
    school: School, plan: Plan | None, kind: str, change: Mapping[str, Any], hows: Sequence[str] = rules.HOWS
) -> dict[str, Evaluated]:
    """A change evaluated in each of some ways (asked, repair, replan).

    Raises:
        Gone: It speaks of what the plan does not have.
        ValueError: It cannot be done at all, such as adding a stop that is there.
        Unplannable: A new line cannot be planned.
    """
    if kind == ChangeKind.OPEN_LINE or plan is None:
        return _opened(school, hows, plan.limits if plan else planning.default_limits())
    trips = trips_of(plan)
    limits = limits_for(plan, trips)
    codes = [change.get("stop", ""), change.get("to", ""), *change.get("stops", ())]
    keep = {one.pk: one for one in (*stops_of(plan), *Stop.objects.filter(code__in=codes))}
    setting = setting_of(school, limits, keep=list(keep.values()), only_kept=tuple(hows) == ("asked",))
    now = {way: _seated(setting.problems[way], one) for way, one in solutions_of(trips, setting).items()}
    setting = setting.with_current(now)
    found = {}
    for how in hows:
        cards: dict[str, Card] = {}
        sides = {way: _as_it_is(setting.problems[way], now[way], trips[way]) for way in rules.WAYS}
        for way in rules.ways_of(change):
            cards[way], sides[way] = _changed(setting, now[way], trips[way], (kind, change), way, _how(how))
        found[how] = Evaluated(_card(how, setting, now, cards, sides, trips), setting, limits, sides)
    return found


def _how(how: str) -> How:
    return "asked" if how == "asked" else "repair" if how == "repair" else "replan"


def _seated(problem: lines.Problem, solution: lines.Solution) -> lines.Solution:
    """A kept plan with its riders; seated anew where demand has changed since."""
    if not {one.code for one in check(problem, solution).broken} & OF_RIDERS:
        return solution
    free = replace(problem.limits, ride_seconds=None, minimum_riders=0)
    return nearest(replace(problem, limits=free), solution.routes)


def _as_it_is(problem: lines.Problem, solution: lines.Solution, trips: Sequence[Trip]) -> Side:
    return Side(solution, check(problem, solution).costs, _shifts(trips), _unserved(problem, solution))


def _shifts(trips: Sequence[Trip]) -> dict[int, int]:
    return {at: trip.shift_seconds for at, trip in enumerate(trips) if trip.shift_seconds}


def _unserved(problem: lines.Problem, solution: lines.Solution) -> tuple[lines.Unserved, ...]:
    part = problem.servable()
    return (*part.unserved, *left_out(part.problem, solution, part.unserved, has_few=False))


def _changed(
    setting: Setting,
    now: lines.Solution,
    trips: Sequence[Trip],
    declared: tuple[str, Mapping[str, Any]],
    way: str,
    how: How,
) -> tuple[Card, Side]:
    """The change made in one direction."""
    problem, shifts, (kind, change) = setting.problems[way], _shifts(trips), declared
    asked = rules.change_of(
        kind, change, way,
        rules.Drawn(
            routes=[at for at, trip in enumerate(trips) if trip.pattern.line.number == change.get("line")],
            stops={one.code: at for at, one in enumerate(setting.stops)},
            drawn=[route.stops for route in now.routes], vehicles=[route.vehicle for route in now.routes],
            shifts=shifts,
        ),
    )  # fmt: skip
    card = evaluate(problem, now, asked, how, steps=rulebook.load("buslines/planning")["search"]["again_steps"])
    if isinstance(asked, RetimeTrip):
        shifts[asked.route] = round(60 * asked.minutes)
    after = rules.carried(shifts, [one.stops for one in now.routes], [one.stops for one in card.solution.routes])
    if isinstance(asked, AddTrip):
        after[len(card.solution.routes) - 1] = 60 * change["minutes"]
    return card, Side(card.solution, card.after, after, _unserved(card.problem, card.solution))


def _card(
    how: str,
    setting: Setting,
    now: Mapping[str, lines.Solution],
    cards: Mapping[str, Card],
    sides: Mapping[str, Side],
    trips: Mapping[str, Sequence[Trip]],
) -> dict[str, Any]:
    """A card as it is kept and shown; people are counted in the first direction, kilometres and limits in both."""
    first = next(iter(cards.values()))
    slack, broken = [], []
    for way, card in cards.items():
        problem, side = card.problem, sides[way]
        times = timetable(problem, side.solution, shifts={at: float(one) for at, one in side.shifts.items()})
        slack += [one.slack_seconds for one in times]
        broken += [one for one in card.broken if one.code != "window"]
        broken += [
            Breach("window", one.route, {"route": one.route + 1, "minutes": f"{_late(one.window, one.at_school):+.0f}"})
            for one in times
            if not one.is_on_time
        ]
    largest = max(one.seats for one in first.problem.vehicles)
    seats = sum(route.seats for route in first.solution.routes)
    kms = [
        [km_of(setting.problems[way], routes) for way, routes in some.items()]
        for some in (
            {way: one.routes for way, one in now.items()},
            {way: side.solution.routes for way, side in sides.items()},
        )
    ]
    kept: dict[str, Any] = {
        "how": how,
        "before": dict(first.before), "after": dict(first.after),
        "broken": [{"code": one.code, "params": dict(one.params)} for one in broken],
        "newly_near": int(first.newly_within_walk), "gained": first.riders_gained, "lost": first.riders_lost,
        "longer": first.slower, "shorter": first.faster,
        "minutes": [[minutes, pupils] for minutes, pupils in first.ride_changes.items()],
        "walk_longer": sum(pupils for metres, pupils in first.walk_changes.items() if metres > 0),
        "walk_shorter": sum(pupils for metres, pupils in first.walk_changes.items() if metres < 0),
        "seats_left": list(first.seats_left),
        "km_before": _sum(kms[0]), "km": _sum(kms[1]),
        "slack_before": min((trip.slack_seconds for way in cards for trip in trips[way]), default=None),
        "slack": round(min(slack)) if slack else None,
        "vehicles_proven": bool(first.after["vehicles"] <= -(-seats // largest)),
        "moved": sum(
            route.pupils
            for way in cards
            for at, route in enumerate(sides[way].solution.routes)
            if sides[way].shifts.get(at, 0) != _shifts(trips[way]).get(at, 0)
        ),
        "milliseconds": round(1000 * sum(card.cpu_seconds for card in cards.values()), 1),
    }  # fmt: skip
    return kept


def _sum(some: Sequence[float | None]) -> float | None:
    return None if None in some else float(sum(one or 0.0 for one in some))


def _late(window: tuple[float, float], moment: float) -> float:
    """Minutes outside a window, below 0 when too early."""
    return (moment - window[1]) / 60 if moment > window[1] else (moment - window[0]) / 60


def _opened(school: School, hows: Sequence[str], limits: Mapping[str, Any]) -> dict[str, Evaluated]:
    """A new line: planned for all the school's demand; asked, repaired and planned anew are one."""
    setting = setting_of(school, limits)
    steps = rulebook.load("buslines/planning")["search"]["again_steps"]
    morning = search(setting.problems["morning"], steps=steps)
    home = setting.problems["afternoon"]
    mirror = mirrored(morning.solution)
    if check(home, mirror).broken:
        mirror = search(home, steps=steps).solution
    sides = {
        "morning": Side(morning.solution, morning.costs, unserved=morning.unserved),
        "afternoon": Side(mirror, check(home, mirror).costs, unserved=_unserved(home, mirror)),
    }
    card = _card_of_new(setting, sides, round(1000 * morning.cpu_seconds, 1))
    return {how: Evaluated(card | {"how": how}, setting, limits, sides) for how in hows}


def _card_of_new(setting: Setting, sides: Mapping[str, Side], milliseconds: float) -> dict[str, Any]:
    """The card of a line where none was: everybody seated has gained a seat."""
    problem, solution = setting.problems["morning"], sides["morning"].solution
    costs = dict(sides["morning"].costs)
    nothing = dict.fromkeys(costs, 0.0) | {"unserved": float(sum(one.pupils for one in problem.demand))}
    near = np.flatnonzero(problem.is_reachable[:, list(solution.visited)].any(axis=1)).tolist()
    slack = [one.slack_seconds for way in rules.WAYS for one in timetable(setting.problems[way], sides[way].solution)]
    seats = sum(route.seats for route in solution.routes)
    kept: dict[str, Any] = {
        "how": "asked", "before": nothing, "after": costs, "broken": [],
        "newly_near": sum(problem.demand[at].pupils for at in near),
        "gained": sum(route.pupils for route in solution.routes), "lost": 0,
        "longer": 0, "shorter": 0, "minutes": [], "walk_longer": 0, "walk_shorter": 0,
        "moved": 0, "seats_left": [problem.seats_of(route.vehicle) - route.seats for route in solution.routes],
        "km_before": 0.0, "km": _sum([km_of(setting.problems[way], sides[way].solution.routes) for way in rules.WAYS]),
        "slack_before": None, "slack": round(min(slack)) if slack else None,
        "vehicles_proven": bool(costs["vehicles"] <= -(-seats // problem.largest_seats)),
        "milliseconds": milliseconds,
    }  # fmt: skip
    return kept
