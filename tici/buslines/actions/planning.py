"""Plans: asked for in the background, kept as versions, put in force, ended; nothing in force is ever rewritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from tici.buslines.models import (
    Boarding,
    Call,
    Line,
    Pattern,
    PatternStop,
    Plan,
    Planning,
    PlanState,
    School,
    Trip,
    Vehicle,
)
from tici.buslines.queries.problems import Setting
from tici.buslines.rules import planning as rules
from tici.buslines.rules.routes import legs_of, metres_of, time_of_day
from tici.core.actions import start_job
from tici.core.audit import record
from tici.core.refusals import Refused
from tici.engines import lines
from tici.engines.lines.timetable import timetable

if TYPE_CHECKING:
    from tici.accounts.models import Person

PLAN_LINES, PROVE = "buslines.plan", "buslines.prove"  # kinds of background work


@dataclass(frozen=True)
class Found:
    """What planning found in one direction; ``shifts`` moves trips, by position, against the time from the bell."""

    solution: lines.Solution
    costs: Mapping[str, float]
    proof: Sequence[Mapping[str, Any]] = ()
    unserved: Sequence[Mapping[str, Any]] = ()
    shifts: Mapping[int, int] = field(default_factory=dict)


@transaction.atomic
def ask_plan(*, school: School, limits: Mapping[str, Any], by: Person, at: datetime) -> Planning:
    """Have the lines of a school planned in the background.

    Raises:
        Refused: The school has no bell times.
    """
    if refusals := rules.against_planning(school):
        raise Refused(*refusals)
    title = str(school)
    planning = Planning(school=school)
    planning.job = start_job(PLAN_LINES, title=title, by=by, at=at, total=100, school_id=school.pk, limits=dict(limits))
    planning.save()
    record("plan.asked", subject=school, by=by, at=at, limits=({}, dict(limits)))
    return planning


@transaction.atomic
def keep_plan(
    *,
    setting: Setting,
    found: Mapping[str, Found],
    limits: Mapping[str, Any],
    by: Person,
    at: datetime,
    based_on: Plan | None = None,
    note: str = "",
) -> Plan:
    """Keep what was found as a new version, a draft."""
    school = School.objects.select_for_update().get(pk=setting.school.pk)
    number = (Plan.objects.filter(school=school).aggregate(most=Max("number"))["most"] or 0) + 1
    plan = Plan.objects.create(
        school=school, number=number, based_on=based_on, note=note[:200], limits=dict(limits),
        costs={way: dict(one.costs) for way, one in found.items()},
        proof={way: [dict(stage) for stage in one.proof] for way, one in found.items()},
        unserved=[{"direction": way} | dict(row) for way, one in found.items() for row in one.unserved],
        remarks=[{"code": one.code, "params": dict(one.params)} for one in setting.remarks],
        made_at=at, made_by=by,
    )  # fmt: skip
    numbers = _numbers(setting, found, based_on)
    for way, one in found.items():
        _keep_patterns(plan, setting, way, one, numbers[way])
    record("plan.kept", subject=plan, by=by, at=at, number=(None, number), note=("", note))
    return plan


def _numbers(setting: Setting, found: Mapping[str, Found], based_on: Plan | None) -> dict[str, list[int]]:
    """The line each route is; a morning and an afternoon of the same stops are one line."""
    known: dict[int, list[str]] = {}
    if based_on is not None:
        for row in PatternStop.objects.filter(pattern__plan=based_on).select_related("pattern__line", "stop"):
            known.setdefault(row.pattern.line.number, []).append(row.stop.code)
    numbers = {}
    for way, one in found.items():
        routes = [[setting.stops[stop].code for stop in route.stops] for route in one.solution.routes]
        numbers[way] = rules.numbered(routes, known)
        for number, codes in zip(numbers[way], routes, strict=True):
            known.setdefault(number, []).extend(codes)
    return numbers


def _keep_patterns(plan: Plan, setting: Setting, way: str, found: Found, numbers: Sequence[int]) -> None:
    """Keep the trips of a direction; those of one line share its pattern."""
    problem, routes = setting.problems[way], found.solution.routes
    shifts = {at: float(seconds) for at, seconds in found.shifts.items()}
    vehicles = {one.code: one for one in Vehicle.objects.all()}
    patterns: dict[int, list[PatternStop]] = {}
    known = dict(Line.objects.filter(school=plan.school).values_list("number", "pk"))
    for number in dict.fromkeys(numbers):
        line_id = known.get(number) or Line.objects.create(school=plan.school, number=number).pk
        route = routes[numbers.index(number)]
        pattern = Pattern.objects.create(plan=plan, line_id=line_id, direction=way, metres=metres_of(problem, route))
        patterns[number] = _keep_stops(pattern, setting, problem, route)
    calls: list[tuple[Call, list[lines.Riders]]] = []
    for times, number in zip(timetable(problem, found.solution, shifts=shifts), numbers, strict=True):
        stops, route = patterns[number], routes[times.route]
        trip = Trip.objects.create(
            pattern=stops[0].pattern, number=numbers[: times.route].count(number) + 1, vehicle=vehicles[route.vehicle],
            leaves_at=time_of_day(times.leaves_at), arrives_at=time_of_day(times.arrives_at),
            slack_seconds=round(times.slack_seconds), shift_seconds=round(shifts.get(times.route, 0.0)),
        )  # fmt: skip
        for at, call in zip(stops, times.calls, strict=True):
            own = [one for one in route.riders if one.stop == call.stop]
            row = Call(
                trip=trip, at=at, opens_at=time_of_day(call.opens_at), seats=call.seats,
                stands_seconds=round(call.closes_at - call.opens_at), pupils=sum(one.pupils for one in own),
            )  # fmt: skip
            calls.append((row, own))
    Call.objects.bulk_create(row for row, _own in calls)
    Boarding.objects.bulk_create(
        Boarding(
            call=row, demand=setting.demand[one.demand], pupils=one.pupils, seats=one.seats,
            walk_metres=float(problem.walk_metres[one.demand, one.stop]),
        )
        for row, own in calls
        for one in own
    )  # fmt: skip


def _keep_stops(pattern: Pattern, setting: Setting, problem: lines.Problem, route: lines.Route) -> list[PatternStop]:
    nodes = legs_of(problem, route)
    rows = [
        PatternStop(
            pattern=pattern, position=position, stop=setting.stops[stop],
            leg_seconds=float(problem.drive_seconds[leg]), leg_source=int(setting.legs.source[leg]),
        )
        for position, (stop, leg) in enumerate(zip(route.stops, nodes, strict=True))
    ]  # fmt: skip
    return PatternStop.objects.bulk_create(rows)


@transaction.atomic
def propose_plan(*, plan: Plan, by: Person, at: datetime) -> Plan:
    """Lay a draft before those who decide."""
    held = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if held.state == PlanState.DRAFT:
        held.state = PlanState.PROPOSED
        held.save(update_fields=["state"])
        record("plan.proposed", subject=held, by=by, at=at, state=(PlanState.DRAFT, PlanState.PROPOSED))
    return held


@transaction.atomic
def put_in_force(*, plan: Plan, on: date | None, by: Person, at: datetime) -> Plan:
    """Put a version in force from a day; the one that was in force ends.

    Raises:
        Refused: It is in force or ended already, or there is no day.
    """
    School.objects.select_for_update().get(pk=plan.school_id)
    held = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if refusals := rules.against_putting_in_force(held, on):
        raise Refused(*refusals)
    for before in Plan.objects.filter(school=held.school_id, state=PlanState.IN_FORCE):
        before.state, before.ended_on = PlanState.ENDED, on
        before.save(update_fields=["state", "ended_on"])
        record("plan.ended", subject=before, by=by, at=at, state=(PlanState.IN_FORCE, PlanState.ENDED))
    old, held.state, held.in_force_from = held.state, PlanState.IN_FORCE, on
    held.save(update_fields=["state", "in_force_from"])
    record("plan.in_force", subject=held, by=by, at=at, state=(old, held.state), on=(None, on))
    return held


@transaction.atomic
def remove_plan(*, plan: Plan, by: Person, at: datetime) -> None:
    """Take a draft away; what it was is kept in the record.

    Raises:
        Refused: It is no draft.
    """
    held = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if refusals := rules.against_removing(held):
        raise Refused(*refusals)
    record("plan.removed", subject=held, by=by, at=at, number=(held.number, None), costs=(held.costs, None))
    held.delete()


@transaction.atomic
def ask_proof(*, plan: Plan, by: Person, at: datetime) -> Plan:
    """Have a version proven in the background: how far it is from the best there can be."""
    held = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    held.proof_job = start_job(PROVE, title=str(held), by=by, at=at, total=100, plan_id=held.pk)
    held.save(update_fields=["proof_job"])
    record("plan.proof_asked", subject=held, by=by, at=at)
    return held


@transaction.atomic
def note_proof(*, plan: Plan, proof: Mapping[str, Any], by: str, at: datetime) -> None:
    """Keep what was proven of a version; its trips stay as they are."""
    held = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    held.proof = dict(proof)
    held.save(update_fields=["proof"])
    record("plan.proven", subject=held, by=by, at=at, proof=(None, held.proof))


@transaction.atomic
def note_result(*, job_id: int, plan: Plan) -> None:
    """Note which version came of a planning."""
    Planning.objects.filter(job_id=job_id).update(plan=plan)
