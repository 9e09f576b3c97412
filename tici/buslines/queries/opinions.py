"""What residents ask for, as the planner of a school's lines reads it: by group, with the change it suggests."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tici.buslines.models import ChangeKind, Direction, Line, Plan, School, Stop, Trip
from tici.consultation.models import Notice
from tici.consultation.queries.machine import masked
from tici.consultation.queries.points import Wish, wishes

NOON = 12 * 60
TRIPS = "trips"  # the aspect that asks for more runs rather than other times


@dataclass(frozen=True)
class Asked:
    """A group of points that ask the same: how many, in masked words, and the change it suggests."""

    notice: Notice
    group_id: int | None
    words: str
    points: int
    persons: int
    is_confirmed: bool
    kind: str
    suggested: dict[str, Any]

    @property
    def query(self) -> str:
        """What the form of a new scenario is opened with."""
        told = {"kind": self.kind, "group": self.group_id or "", "notice": self.notice.pk, **self.suggested}
        return urlencode({name: value for name, value in told.items() if value not in ("", None)})


def asked_for(school: School, plan: Plan | None) -> list[Asked]:
    """What opinions ask of a school's lines, those asked for most first."""
    found = []
    for notice in Notice.objects.public().filter(place__path__startswith=school.place.path.split("/")[0]):
        groups: dict[Any, list[Wish]] = defaultdict(list)
        for wish in _about(school, notice):
            groups[wish.group_id or f"alone:{wish.point_id}"].append(wish)
        found += [_asked(notice, ones, school, plan) for ones in groups.values()]
    return sorted(found, key=lambda one: (-one.points, one.group_id or 0))


def _about(school: School, notice: Notice) -> Iterable[Wish]:
    """The points that name the school, or a line of it, by the names the notice lists."""
    names = {school.name, school.short_name} - {""}
    lines = {str(line) for line in Line.objects.filter(school=school)}
    schools, numbers = set(), set()
    for subject in notice.subjects.all():
        called = {subject.label, *subject.aliases}
        if subject.kind == "school" and called & names:
            schools.add(subject.code)
        elif subject.kind == "line" and called & lines:
            numbers.add(subject.code)
    for wish in wishes(notice):
        if set(wish.schools) & schools or set(wish.lines) & numbers:
            yield wish


def _asked(notice: Notice, ones: Sequence[Wish], school: School, plan: Plan | None) -> Asked:
    kind, suggested = _suggested(ones, school, plan)
    persons = len({one.contact or f"alone:{one.point_id}" for one in ones})
    return Asked(
        notice=notice, group_id=ones[0].group_id, words=masked(ones[0].text), points=len(ones), persons=persons,
        is_confirmed=all(one.is_confirmed for one in ones), kind=kind, suggested=suggested,
    )  # fmt: skip


def _suggested(ones: Sequence[Wish], school: School, plan: Plan | None) -> tuple[str, dict[str, Any]]:
    """The change that comes nearest to what is asked; the planner may choose another."""
    if plan is None:
        return ChangeKind.OPEN_LINE, {}
    line = plan.patterns.order_by("line__number").values_list("line__number", flat=True).first()
    asked = Counter(minutes for one in ones for minutes in one.asked_minutes).most_common(1)
    shifts = Counter(shift for one in ones for shift in one.shifts).most_common(1)
    aspects = Counter(aspect for one in ones for aspect in one.aspects[:1])
    if asked:
        way = Direction.MORNING if asked[0][0] < NOON else Direction.AFTERNOON
        trip = Trip.objects.filter(pattern__plan=plan, pattern__direction=way).order_by("leaves_at").first()
        if trip is not None:
            minutes = asked[0][0] - (trip.leaves_at.hour * 60 + trip.leaves_at.minute)
            kind = ChangeKind.ADD_TRIP if aspects[TRIPS] else ChangeKind.RETIME
            return kind, {"line": line, "direction": way.value, "minutes": minutes}
    if shifts:
        return ChangeKind.RETIME, {"line": line, "direction": Direction.MORNING.value, "minutes": shifts[0][0]}
    if aspects[TRIPS]:
        return ChangeKind.ADD_TRIP, {"line": line, "direction": Direction.MORNING.value}
    places = [place for one in ones for place in one.places]
    near = Stop.objects.filter(place=school.place, is_closed=False)
    stop = next((one.code for one in near if any(one.name in place or place in one.name for place in places)), None)
    return ChangeKind.ADD_STOP, {"line": line, "direction": "both", "stop": stop}
