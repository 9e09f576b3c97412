"""A small school with stops, families and a line for tests; each maker takes only what the test is about."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from tests import make
from tici.accounts.models import Person, Role
from tici.buslines import actions
from tici.buslines.models import (
    Boarding,
    Call,
    Demand,
    Line,
    Pattern,
    PatternStop,
    Plan,
    School,
    Stop,
    Trip,
    Vehicle,
)
from tici.buslines.queries.problems import setting_of, unserved_rows
from tici.buslines.rules.planning import default_limits
from tici.buslines.rules.searching import planned
from tici.places.models import Place

GATE = (114.5, 38.04)
#: Stops east of the gate, some 600 metres apart on the ground.
EAST = 0.007
FROM = date(2021, 12, 20)


def planner(place: Place) -> Person:
    return make.person(place=place, role=Role.LINE_PLANNER)


def school(place: Place, name: str = "天苑小学", **over: Any) -> School:
    facts: dict[str, Any] = {
        "code": f"S{School.objects.count() + 1:03d}", "name": name, "longitude": GATE[0], "latitude": GATE[1],
        "arrive_by": time(8, 10), "dismiss_at": time(16, 50),
    }  # fmt: skip
    return School.objects.create(place=place, **(facts | over))


def stop(place: Place, steps: float, name: str = "", **over: Any) -> Stop:
    """A stop so many steps east of the gate."""
    number = Stop.objects.count() + 1
    facts: dict[str, Any] = {
        "code": f"Z{number:03d}", "name": name or f"第{number}站", "side": "路南",
        "longitude": GATE[0] + EAST * steps, "latitude": GATE[1],
    }  # fmt: skip
    return Stop.objects.create(place=place, **(facts | over))


def families(school: School, steps: float, pupils: int = 4, **over: Any) -> Demand:
    """Families who live at a stop."""
    number = Demand.objects.count() + 1
    facts: dict[str, Any] = {"longitude": GATE[0] + EAST * steps, "latitude": GATE[1] + 0.001, "guardians": pupils}
    return Demand.objects.create(school=school, code=f"D{number:03d}", pupils=pupils, **(facts | over))


def network(place: Place, *, stops: int = 3, pupils: int = 4, seats: int = 40) -> School:
    """A school with stops in a row to the east, families at each, and one kind of bus."""
    made = school(place)
    Vehicle.objects.get_or_create(code="10米公交车", defaults={"seats": seats})
    for number in range(1, stops + 1):
        stop(place, number)
        families(made, number, pupils)
    return made


def draft(school: School, by: Person, **over: Any) -> Plan:
    """The best plan of a school, as a draft."""
    limits = default_limits() | over
    setting = setting_of(school, limits)
    found = planned(setting.problems, lambda share, words: True, steps=4_000, proof_seconds=2.0)
    kept = {
        way: actions.Found(one.solution, one.costs, one.proof, unserved_rows(setting, one.unserved))
        for way, one in found.items()
    }
    return actions.keep_plan(setting=setting, found=kept, limits=limits, by=by, at=make.NOW)


def in_force(school: School, by: Person, **over: Any) -> Plan:
    """The best plan of a school, running."""
    return actions.put_in_force(plan=draft(school, by, **over), on=FROM, by=by, at=make.NOW)


def kept(school: School, by: Person, **over: Any) -> Plan:
    """A version of one line with one stop, put together by hand: for pages, which need no search."""
    facts: dict[str, Any] = {"number": school.plans.count() + 1, "limits": default_limits()} | over
    made = Plan.objects.create(school=school, made_at=make.NOW, made_by=by, **facts)
    bus, _new = Vehicle.objects.get_or_create(code="10米公交车", defaults={"seats": 40})
    line, _new = Line.objects.get_or_create(school=school, number=1)
    where = Stop.objects.filter(place=school.place).first() or stop(school.place, 1)
    home = school.demand.first() or families(school, 1)
    for way, leaves, opens, arrives in (
        ("morning", time(7, 40), time(7, 40), time(7, 55)), ("afternoon", time(17), time(17, 12), time(17, 14)),
    ):  # fmt: skip
        pattern = Pattern.objects.create(plan=made, line=line, direction=way, metres=900.0)
        at = PatternStop.objects.create(pattern=pattern, position=0, stop=where, leg_seconds=180.0, leg_source=1)
        trip = Trip.objects.create(
            pattern=pattern, number=1, vehicle=bus, leaves_at=leaves, arrives_at=arrives, slack_seconds=300
        )
        call = Call.objects.create(trip=trip, at=at, opens_at=opens, stands_seconds=68, pupils=4, seats=8)
        Boarding.objects.create(call=call, demand=home, pupils=4, seats=8, walk_metres=110.0)
    return made
