"""A plan as pages show it: lines with strips and timetables, what it costs, how good it is proven to be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.db.models import F, Max, Prefetch, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tici.buslines.models import (
    Boarding,
    Call,
    Demand,
    Direction,
    Line,
    Pattern,
    PatternStop,
    Plan,
    PlanState,
    School,
    Stop,
    Trip,
)
from tici.engines import lines as engine
from tici.engines.roads import Source
from tici.engines.roads.problems import SENTENCES as ROAD_SENTENCES

OBJECTIVES = {
    "unserved": gettext_lazy("未排入学生(人)"),
    "vehicles": gettext_lazy("车辆(辆)"),
    "driving": gettext_lazy("行车(分钟)"),
    "riding": gettext_lazy("学生乘车合计(分钟)"),
    "worst_ride": gettext_lazy("最长乘车(分钟)"),
    "walking": gettext_lazy("步行合计(公里)"),
    "worst_walk": gettext_lazy("最远步行(米)"),
    "changes": gettext_lazy("与现行方案不同(处)"),
    "stops": gettext_lazy("停靠(次)"),
}
PER = {"driving": 60.0, "riding": 60.0, "worst_ride": 60.0, "walking": 1000.0}
#: Colours told apart with any colour vision; each line has a dash and its number beside it.
COLOURS = ("#1f5fbf", "#a3211b", "#0b6b4f", "#7a3fa0", "#8a5a00", "#005f73")
DASHES = ("", "10 5", "2 5", "14 4 3 4", "6 3", "1 4 8 4")
SOURCES: Mapping[int, Any] = {
    Source.MEASURED: gettext_lazy("实测"),
    Source.ROAD: gettext_lazy("按道路计算"),
    Source.ESTIMATED: gettext_lazy("直线估算"),
}


@dataclass(frozen=True)
class Row:
    """A stop on a strip: when each trip is there, who boards, how far they walk, the leg onward."""

    at: PatternStop
    times: Sequence[time]
    pupils: int
    seats: int
    walk_metres: float  # in the mean

    @property
    def stop(self) -> Stop:
        return self.at.stop

    @property
    def leg_source(self) -> Any:
        """How the time of the leg came to be known."""
        return SOURCES.get(self.at.leg_source, "")


@dataclass(frozen=True)
class Strip:
    """A line in one direction: its stops in order, its trips, when each is at the school."""

    pattern: Pattern
    rows: Sequence[Row]
    trips: Sequence[Trip]

    @property
    def at_school(self) -> Sequence[time]:
        return [trip.arrives_at if self.is_morning else trip.leaves_at for trip in self.trips]

    @property
    def pupils(self) -> int:
        return sum(row.pupils for row in self.rows)

    @property
    def seats(self) -> int:
        return sum(row.seats for row in self.rows)

    @property
    def minutes(self) -> int:
        """How long the first trip takes by the times families are shown."""
        if not self.trips or not self.rows:
            return 0
        school, stop = self.at_school[0], self.rows[0 if self.is_morning else -1].times[0]
        return abs(school.hour * 60 + school.minute - stop.hour * 60 - stop.minute)

    @property
    def kilometres(self) -> float:
        return (self.pattern.metres or 0.0) / 1000

    @property
    def is_morning(self) -> bool:
        return self.pattern.is_morning

    @property
    def style(self) -> Style:
        return style_of(self.pattern.line.number)


@dataclass(frozen=True)
class Style:
    """How a line is told from others: colour, dash and number."""

    place: int  # from 1, for the stylesheet
    colour: str
    dash: str  # as SVG says it


def style_of(number: int) -> Style:
    """The style of a line's number."""
    place = (number - 1) % len(COLOURS)
    return Style(place + 1, COLOURS[place], DASHES[place])


def strips_of(patterns: QuerySet[Pattern]) -> list[Strip]:
    """Patterns with their stops and trips, by school and line, the way to school first; four queries."""
    walked = Sum(F("boardings__pupils") * F("boardings__walk_metres"))
    calls = Call.objects.annotate(walked=walked).order_by("at__position")
    stops = PatternStop.objects.select_related("stop").order_by("position")
    trips = Trip.objects.select_related("vehicle").prefetch_related(Prefetch("calls", calls)).order_by("number")
    found = patterns.select_related("line__school", "plan").prefetch_related(
        Prefetch("stops", stops), Prefetch("trips", trips)
    )
    key = lambda one: (one.line.school_id, one.line.number, not one.is_morning)  # noqa: E731 - said once, used once
    return [_strip(one) for one in sorted(found, key=key)]


def _strip(pattern: Pattern) -> Strip:
    trips = list(pattern.trips.all())
    calls: dict[int, list[Any]] = {}
    for trip in trips:
        for call in trip.calls.all():
            calls.setdefault(call.at_id, []).append(call)
    rows = []
    for at in pattern.stops.all():
        own = calls.get(at.pk, [])
        pupils = sum(call.pupils for call in own)
        walked = sum(call.walked or 0.0 for call in own)
        seats = sum(call.seats for call in own)
        rows.append(Row(at, [call.opens_at for call in own], pupils, seats, walked / pupils if pupils else 0.0))
    return Strip(pattern, rows, trips)


def plan_strips(plan: Plan) -> list[Strip]:
    """The strips of a plan."""
    return strips_of(plan.patterns.all())


def line_in_force(line: Line) -> list[Strip]:
    """The strips of a line as buses drive it now."""
    return strips_of(line.patterns.filter(plan__state=PlanState.IN_FORCE))


def strips_at(stop: Stop) -> list[tuple[Strip, int]]:
    """The strips in force that call at a stop, each with the position of its call there."""
    patterns = Pattern.objects.filter(plan__state=PlanState.IN_FORCE, stops__stop=stop).distinct()
    return [(strip, at) for strip in strips_of(patterns) for at, row in enumerate(strip.rows) if row.stop == stop]


def sources_of(strips: Sequence[Strip]) -> list[tuple[Any, int]]:
    """How the times of the driven legs came to be known, each kind with its number of legs."""
    counts = Counter(row.at.leg_source for strip in strips for row in strip.rows)
    return [(label, counts[source]) for source, label in SOURCES.items() if counts[source]]


def remark_sentences(plan: Plan) -> list[str]:
    """What to mind about the roads a plan was reckoned along."""
    return [str(_(ROAD_SENTENCES[one["code"]]) % one["params"]) for one in plan.remarks]


def figures(costs: Mapping[str, float]) -> list[tuple[Any, float]]:
    """Costs with their labels, in the units people read."""
    return [(label, costs[code] / PER.get(code, 1.0)) for code, label in OBJECTIVES.items() if code in costs]


@dataclass(frozen=True)
class Proof:
    """What is proven of one objective, in words."""

    label: Any
    value: float
    bound: float | None
    status: str

    @property
    def words(self) -> str:
        if self.status == "optimal":
            return _("已证明最优")
        if self.status == "within" and self.bound:
            return _("距最优不超过%(gap).1f%%") % {"gap": 100 * (self.value / self.bound - 1)}
        return _("没有证明")


def proofs(stages: Iterable[Mapping[str, Any]]) -> list[Proof]:
    """The stages of a proof with labels, in the units people read."""
    found = []
    for one in stages:
        per = PER.get(one["objective"], 1.0)
        bound = one["bound"]
        value = one["value"] / per
        found.append(Proof(OBJECTIVES[one["objective"]], value, None if bound is None else bound / per, one["status"]))
    return found


def unserved_sentences(plan: Plan) -> list[str]:
    """Who could not be put on a trip, and why, once for both directions."""
    seen = {}
    for row in plan.unserved:
        seen[row["demand"], row["code"]] = _(engine.SENTENCES[row["code"]]) % row["params"]
    return list(seen.values())


def overview(schools: QuerySet[School]) -> list[dict[str, Any]]:
    """Schools with the version in force and what it carries; three queries."""
    plans = {plan.school_id: plan for plan in Plan.objects.in_force().filter(school__in=schools)}
    carried = dict(
        Pattern.objects.filter(plan__in=plans.values(), direction=Direction.MORNING)
        .values_list("plan")
        .annotate(pupils=Sum("trips__calls__pupils"))
        .values_list("plan", "pupils")
    )
    asked = Demand.objects.filter(school__in=schools, is_gone=False)
    wished = dict(asked.values_list("school").annotate(Sum("pupils")))
    return [
        {
            "school": school, "plan": (plan := plans.get(school.pk)), "wished": wished.get(school.pk, 0),
            "carried": carried.get(plan.pk, 0) if plan else 0,
            "vehicles": int(plan.costs.get("morning", {}).get("vehicles", 0)) if plan else 0,
        }
        for school in schools.select_related("place")
    ]  # fmt: skip


def walks_of(plan: Plan) -> dict[str, float]:
    """How far pupils walk: in the mean, and at most, in metres; one query."""
    morning = Boarding.objects.filter(call__trip__pattern__plan=plan, call__trip__pattern__direction=Direction.MORNING)
    found = morning.aggregate(all=Sum("pupils"), sum=Sum(F("pupils") * F("walk_metres")), most=Max("walk_metres"))
    return {"mean": found["sum"] / found["all"] if found["all"] else 0.0, "most": found["most"] or 0.0}
