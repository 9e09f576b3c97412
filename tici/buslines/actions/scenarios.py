"""Scenarios: a change declared, evaluated against the plan, accepted as a new version or declined."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from tici.buslines.models import ChangeKind, Plan, Scenario, ScenarioState, School
from tici.buslines.queries.evaluating import Evaluated, evaluated
from tici.buslines.queries.problems import unserved_rows
from tici.buslines.rules import scenarios as rules
from tici.consultation.actions import tie_matter
from tici.consultation.models import Group
from tici.core.audit import record
from tici.core.refusals import Refusal, Refused
from tici.engines import lines

from .planning import Found, keep_plan

if TYPE_CHECKING:
    from tici.accounts.models import Person


@transaction.atomic
def declare_scenario(
    *,
    school: School,
    kind: str,
    change: Mapping[str, Any],
    title: str,
    by: Person,
    at: datetime,
    opinions: int = 0,
    asked_in: str = "",
    group: Group | None = None,
) -> Scenario:
    """Declare a change to the plan in force and evaluate it in all three ways.

    ``opinions`` and ``asked_in`` say how many opinions ask for it, and in which consultation; the answer to a
    ``group`` of opinions then says what became of it.

    Raises:
        Refused: Something it must say is missing, there is no plan to change, or it cannot be done at all.
    """
    if refusals := rules.against_declaring(kind, change):
        raise Refused(*refusals)
    plan = Plan.objects.in_force().filter(school=school).first()
    if plan is None and kind != ChangeKind.OPEN_LINE:
        raise Refused(Refusal("scenario.no_plan", _("学校还没有现行线路，没有可以调整的。请先编线，或选“新开线路”。")))
    if plan is not None and kind == ChangeKind.OPEN_LINE:
        raise Refused(Refusal("scenario.has_plan", _("学校已有现行线路。请选要调整的内容，或重新编线。")))
    found = evaluate_change(school=school, plan=plan, kind=kind, change=change)
    scenario = Scenario.objects.create(
        school=school, plan=plan, kind=kind, change=dict(change), title=title[:120], opinions=opinions,
        asked_in=asked_in[:120], group=group, cards={how: one.card for how, one in found.items()}, evaluated_at=at,
        declared_at=at, declared_by=by,
    )  # fmt: skip
    record("scenario.declared", subject=scenario, by=by, at=at, kind=(None, kind), change=(None, dict(change)))
    _tie(scenario, by=by, at=at)
    return scenario


def _tie(scenario: Scenario, *, by: Person, at: datetime) -> None:
    """Write into the answer of the opinions it came from what it would do, and what was decided."""
    if scenario.group is None:
        return
    card = scenario.cards.get("asked")
    said = [str(scenario), str(scenario.get_state_display()), rules.words_of(card) if card else "", scenario.reason]
    tie_matter(
        group=scenario.group, url_name="buslines:scenario", matter_id=scenario.pk,
        label="：".join(filter(None, [said[0], "，".join(filter(None, said[1:]))])), by=by, at=at,
    )  # fmt: skip


def evaluate_change(
    *, school: School, plan: Plan | None, kind: str, change: Mapping[str, Any], hows: tuple[str, ...] = rules.HOWS
) -> dict[str, Evaluated]:
    """Evaluate a change that nobody has declared; nothing is kept.

    Raises:
        Refused: It cannot be done at all, with the sentence why.
    """
    try:
        return evaluated(school, plan, kind, change, hows)
    except rules.Gone as gone:
        words = _("现行方案里没有“%(what)s”这条线或这个站点。请核对后重新提出。")
        raise Refused(Refusal("scenario.gone", words % {"what": gone})) from gone
    except lines.Unplannable as refused:
        sentences = (str(_(lines.SENTENCES[one.code]) % one.params) for one in refused.faults)
        raise Refused(Refusal("scenario.unplannable", "".join(sentences))) from refused
    except ValueError as impossible:
        words = _("这项变更做不到：该站本来就停、没有停靠过，或顺序与现有站点不符。请核对后重新提出。")
        raise Refused(Refusal("scenario.impossible", words)) from impossible


@transaction.atomic
def evaluate_anew(*, scenario: Scenario, by: Person, at: datetime) -> Scenario:
    """Hold a waiting scenario against the plan now in force.

    Raises:
        Refused: It can no longer be done.
    """
    held = Scenario.objects.select_for_update(of=("self",)).select_related("school__place").get(pk=scenario.pk)
    if held.state != ScenarioState.WAITING:
        return held
    held.plan = Plan.objects.in_force().filter(school=held.school_id).first()
    found = evaluate_change(school=held.school, plan=held.plan, kind=held.kind, change=held.change)
    held.cards = {how: one.card for how, one in found.items()}
    held.evaluated_at = at
    held.save(update_fields=["plan", "cards", "evaluated_at"])
    record("scenario.evaluated", subject=held, by=by, at=at)
    return held


@transaction.atomic
def accept_scenario(*, scenario: Scenario, how: str, by: Person, at: datetime) -> Plan:
    """Accept a scenario in one of its three ways; it becomes a new version, a draft to be put in force.

    Raises:
        Refused: It is decided already, or the way asked for would break a limit.
    """
    held = Scenario.objects.select_for_update(of=("self",)).select_related("school__place").get(pk=scenario.pk)
    if refusals := rules.against_deciding(held, "", accepts=True):
        raise Refused(*refusals)
    current = Plan.objects.in_force().filter(school=held.school_id).first()
    found = evaluate_change(school=held.school, plan=current, kind=held.kind, change=held.change, hows=(how,))[how]
    plan = keep_evaluated(found, based_on=current, note=_("采纳方案：%(title)s") % {"title": held.title}, by=by, at=at)
    held.state, held.became, held.plan = ScenarioState.ACCEPTED, plan, current
    held.cards = held.cards | {how: found.card}
    held.save(update_fields=["state", "became", "plan", "cards"])
    record("scenario.accepted", subject=held, by=by, at=at, state=(ScenarioState.WAITING, held.state), how=(None, how))
    _tie(held, by=by, at=at)
    return plan


@transaction.atomic
def keep_drawn(*, plan: Plan, change: Mapping[str, Any], by: Person, at: datetime) -> Plan:
    """Keep a line as somebody drew it: the plan with that change, as a new draft.

    Raises:
        Refused: It says too little, cannot be done, or breaks a limit.
    """
    if refusals := rules.against_declaring(ChangeKind.REDRAW, change):
        raise Refused(*refusals)
    held = Plan.objects.select_related("school__place").get(pk=plan.pk)
    kind, hows = ChangeKind.REDRAW, ("asked",)
    found = evaluate_change(school=held.school, plan=held, kind=kind, change=change, hows=hows)["asked"]
    return keep_evaluated(found, based_on=held, note=_("手工改画专%(line)s") % {"line": change["line"]}, by=by, at=at)


def keep_evaluated(found: Evaluated, *, based_on: Plan | None, note: str, by: Person, at: datetime) -> Plan:
    """Keep an evaluated change as a draft.

    Raises:
        Refused: It breaks a limit.
    """
    if sentences := rules.breach_sentences(found.card):
        words = _("照此办理会突破限值：%(broken)s请选“最好补救”或“重新编线”，或先修改限值。")
        raise Refused(Refusal("scenario.breaks", words % {"broken": "".join(sentences)}))
    kept = {
        way: Found(one.solution, one.costs, (), unserved_rows(found.setting, one.unserved), one.shifts)
        for way, one in found.sides.items()
    }
    return keep_plan(setting=found.setting, found=kept, limits=found.limits, by=by, at=at, based_on=based_on, note=note)


@transaction.atomic
def decline_scenario(*, scenario: Scenario, reason: str, by: Person, at: datetime) -> Scenario:
    """Decline a scenario with the reason that goes into the answer.

    Raises:
        Refused: It is decided already, or there is no reason.
    """
    held = Scenario.objects.select_for_update(of=("self",)).get(pk=scenario.pk)
    if refusals := rules.against_deciding(held, reason, accepts=False):
        raise Refused(*refusals)
    held.state, held.reason = ScenarioState.DECLINED, reason
    held.save(update_fields=["state", "reason"])
    change = {"state": (ScenarioState.WAITING, held.state), "reason": ("", reason)}
    record("scenario.declined", subject=held, by=by, at=at, **change)
    _tie(held, by=by, at=at)
    return held
