"""School lines of the invented city: the ten trial schools, made-up stops and families, a line each in force."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from math import cos, pi, radians, sin
from typing import Any

from tici.accounts.models import Person
from tici.buslines.actions import (
    Found,
    declare_scenario,
    keep_plan,
    open_term,
    put_in_force,
    set_vehicle,
    take_demand,
    take_schools,
    take_stops,
)
from tici.buslines.models import Direction, PatternStop, School, Stop
from tici.buslines.queries.problems import setting_of, unserved_rows
from tici.buslines.rules.lists import ListedPoint
from tici.buslines.rules.planning import default_limits
from tici.buslines.rules.searching import planned
from tici.engines import rulebook
from tici.places.models import Place

MADE = datetime(2021, 12, 13, 2, tzinfo=UTC)
DECLARED = datetime(2021, 12, 28, 2, tzinfo=UTC)
STEPS, PROOF_SECONDS = 20_000, 2.0
STOPS, FAMILIES = 8, (14, 17)  # around a school; pupils who ride, one bus nearly full
NEAREST_M, FARTHEST_M, WALK_M = 500, 1900, 300
METRES_A_DEGREE = 111_320.0
ROADS = ("示例大街", "示例路", "示例园", "示例里", "示例桥", "示例家园", "示例公园", "示例新村", "示例广场")
SIDES = ("路东", "路西", "路南", "路北")


@dataclass(frozen=True)
class Ground:
    """Where a school stands, and the way from it in metres to degrees."""

    longitude: float
    latitude: float

    def off(self, metres: float, angle: float) -> tuple[float, float]:
        """The point so many metres away."""
        east, north = metres * cos(angle), metres * sin(angle)
        return (
            self.longitude + east / (METRES_A_DEGREE * cos(radians(self.latitude))),
            self.latitude + north / METRES_A_DEGREE,
        )


def load_lines(planner: Person, *, seed: int) -> None:
    """Enter schools, stops and demand by the actions people use, plan each school, put the plans in force."""
    rule = rulebook.load("demonstration/lines")
    city = Place.objects.get(code="130100")
    _term(rule["term"], planner)
    for vehicle in rule["vehicle"]:
        set_vehicle(code=vehicle["code"], seats=vehicle["seats"], count=None, by=planner, at=MADE)
    schools = rule["school"]
    take_schools(list(_schools(rule)), place=city, by=planner, at=MADE)
    draw = random.Random(seed)
    stops: list[ListedPoint] = []
    demand: list[ListedPoint] = []
    for at, one in enumerate(schools):
        own, families = _around(one, at, draw)
        stops += own
        demand += families
    take_stops(stops, place=city, by=planner, at=MADE)
    take_demand(demand, place=city, by=planner, at=MADE)
    for one in schools:
        if one.get("has_line", True):
            _put_in_force(one["name"], rule["lines"]["in_force_from"], planner, seed)
    _scenarios(rule, planner)


def _put_in_force(name: str, on: date, planner: Person, seed: int) -> None:
    """Plan a school's line, prove it, and run it from a day."""
    limits = default_limits()
    setting = setting_of(School.objects.select_related("place").get(name=name), limits)
    found = planned(setting.problems, lambda share, words: True, seed=seed, steps=STEPS, proof_seconds=PROOF_SECONDS)
    kept = {
        way: Found(side.solution, side.costs, side.proof, unserved_rows(setting, side.unserved))
        for way, side in found.items()
    }
    plan = keep_plan(setting=setting, found=kept, limits=limits, by=planner, at=MADE, note="试行线路（示例）")
    put_in_force(plan=plan, on=on, by=planner, at=MADE)


def _scenarios(rule: Any, planner: Person) -> None:
    """What the notice's opinions ask for, declared and evaluated; stops are named by what they are to the line."""
    for one in rule["scenario"]:
        school = School.objects.select_related("place").get(name=one["school"])
        morning = PatternStop.objects.filter(pattern__plan__school=school, pattern__direction=Direction.MORNING)
        called = [row.stop.code for row in morning.select_related("stop").order_by("position")]
        free = Stop.objects.filter(code__startswith=f"{called[0][:3]}") if called else Stop.objects.none()
        spare = [stop.code for stop in free.exclude(code__in=called).order_by("code")]
        words = {"first": called[:1], "middle": called[len(called) // 2 :][:1], "free": spare[:1], "other": spare[1:2]}
        change = {name: words[value][0] if value in words else value for name, value in one["change"].items()}
        declare_scenario(
            school=school, kind=one["kind"], change=change, title=one["title"], opinions=one["opinions"],
            asked_in=rule["asked_in"], by=planner, at=DECLARED,
        )  # fmt: skip


def _term(term: Mapping[str, Any], planner: Person) -> None:
    open_term(name=term["name"], first_on=term["first_on"], last_on=term["last_on"], by=planner, at=MADE)


def _schools(rule: Any) -> Iterator[ListedPoint]:
    bell = {name: time.fromisoformat(rule["lines"][name]) for name in ("arrive_by", "dismiss_at")}
    for row, one in enumerate(rule["school"], start=2):
        facts = {
            "name": one["name"], "short_name": one["short_name"], "place_code": one["place"],
            "kind": "kindergarten" if "幼" in one["name"] else "primary", "is_illustrative": True, "is_example": True,
        }  # fmt: skip
        yield ListedPoint("示例", row, one["at"][0], one["at"][1], facts | bell)


def _around(one: Mapping[str, Any], number: int, draw: random.Random) -> tuple[list[ListedPoint], list[ListedPoint]]:
    """Stops around a school, and families near them, who fill one bus."""
    ground = Ground(*one["at"])
    towards = draw.uniform(0, 2 * pi)  # most families live on one side of a school
    stops: list[ListedPoint] = []
    families: list[ListedPoint] = []
    pupils = draw.randint(*FAMILIES)
    shares = [pupils // STOPS + (at < pupils % STOPS) for at in range(STOPS)]
    for at in range(STOPS):
        where = ground.off(draw.uniform(NEAREST_M, FARTHEST_M), towards + draw.gauss(0, 0.4))
        facts = {
            "name": f"{one['short_name']}{ROADS[at]}", "place_code": one["place"], "side": draw.choice(SIDES),
            "kind": ("platform", "platform", "estate", "new")[at % 4], "has_shelter": at % 3 == 0, "is_example": True,
            "code": f"Z{number + 1:02d}{at + 1:02d}",
        }  # fmt: skip
        stops.append(ListedPoint("示例", len(stops) + 2, *where, facts))
        near = Ground(*where)
        for share in range(shares[at]):
            home = near.off(draw.uniform(60, WALK_M), draw.uniform(0, 2 * pi))
            told = {"school": one["name"], "area": f"示例{ROADS[at][2:]}{share + 1}区", "pupils": 1, "guardians": 1}
            families.append(ListedPoint("示例", len(families) + 2, *home, told))
    return stops, families
