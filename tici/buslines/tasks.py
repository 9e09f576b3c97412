"""What the worker does: lines are planned, proven and kept as a draft; versions are proven; roads are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tici.accounts.models import Person
from tici.core.actions import advance_job
from tici.core.jobs import job
from tici.core.models import Job
from tici.core.refusals import Refusal, Refused
from tici.core.uploads import path_of
from tici.engines import lines, rulebook
from tici.engines.lines.certify import certify
from tici.engines.lines.checker import check
from tici.engines.lines.results import BREACHES
from tici.engines.roads import Unusable, read_extract

from .actions.planning import PLAN_LINES, PROVE, Found, keep_plan, note_proof, note_result
from .actions.roads import READ_ROADS, keep_graphs
from .models import Plan, Planning, RoadNetwork, School
from .queries.problems import Setting, limits_for, setting_of, solutions_of, stops_of, trips_of, unserved_rows
from .rules.lists import road_sentence
from .rules.searching import Planned, Stopped, planned, stages_of

WORDS = {"searching": gettext_lazy("正在编线"), "proving": gettext_lazy("正在证明")}


@job(PLAN_LINES)
def plan_lines(job: Job, *, school_id: int, limits: dict[str, Any]) -> str:
    """Plan the lines of a school; stopped half-way or run again, one version is kept at most."""
    if Planning.objects.filter(job=job, plan__isnull=False).exists():
        return _("已编出方案。")
    school = School.objects.select_related("place").get(pk=school_id)
    current = Plan.objects.in_force().filter(school=school).first()

    def tell(share: float, words: str) -> bool:
        return advance_job(job, done=int(100 * share), total=100, message=str(WORDS[words]))

    try:
        setting = setting_of(school, limits, keep=stops_of(current))
        if current is not None:
            setting = setting.with_current(solutions_of(trips_of(current), setting))
        found = planned(setting.problems, tell)
    except lines.Unplannable as refused:
        raise _refused(refused) from refused
    except Stopped:
        return ""
    plan = keep_plan(
        setting=setting, found={way: found_of(setting, one) for way, one in found.items()}, limits=limits,
        by=Person.objects.get(username=job.by), at=timezone.now(), based_on=current,
    )  # fmt: skip
    note_result(job_id=job.pk, plan=plan)
    return _("已编出%(plan)s。") % {"plan": plan}


@job(PROVE)
def prove_plan(job: Job, *, plan_id: int) -> str:
    """Prove how good a version is; what breaks a limit can be held against nothing."""
    plan = Plan.objects.select_related("school__place").get(pk=plan_id)
    seconds = rulebook.load("buslines/planning")["search"]["proof_seconds"]
    try:
        trips = trips_of(plan)
        setting = setting_of(plan.school, limits_for(plan, trips), keep=stops_of(plan))
        solutions = solutions_of(trips, setting)
        proof: dict[str, Sequence[Mapping[str, Any]]] = {}
        for number, (way, solution) in enumerate(solutions.items()):
            if not advance_job(job, done=50 * number, total=100, message=str(WORDS["proving"])):
                return ""
            part = setting.problems[way].servable().problem
            if broken := check(part, solution).broken:
                words = _("这一版突破了限值，没有可证明的：%(broken)s")
                said = "".join(str(_(BREACHES[one.code]) % one.params) for one in broken)
                raise Refused(Refusal("plan.broken", words % {"broken": said}))
            proof[way] = stages_of(certify(part, solution, seconds))
    except lines.Unplannable as refused:
        raise _refused(refused) from refused
    note_proof(plan=plan, proof=proof, by=job.by, at=timezone.now())
    return _("已证明。")


@job(READ_ROADS)
def read_roads(job: Job, *, network_id: int) -> str:
    """Read an OpenStreetMap extract into graphs for buses and feet."""
    network = RoadNetwork.objects.select_related("upload").get(pk=network_id)

    def tell(ways: int) -> None:
        advance_job(job, done=0, total=0, message=_("已读%(count)s条道路") % {"count": ways})

    def is_cancelled() -> bool:
        return Job.objects.filter(pk=job.pk, finished_at__isnull=False).exists()

    try:
        roads = read_extract(path_of(network.upload.digest), tell=tell, is_cancelled=is_cancelled)
    except Unusable as unusable:
        raise Refused(Refusal(f"roads.{unusable.problem.code}", road_sentence(unusable.problem), "file")) from unusable
    if roads is None:
        return ""
    kept = keep_graphs(network=network, roads=roads, by=job.by, at=timezone.now())
    return _("已读入%(nodes)s个节点、%(arcs)s段道路。") % {"nodes": kept.nodes, "arcs": kept.arcs}


def found_of(setting: Setting, one: Planned) -> Found:
    """What is kept of a direction."""
    return Found(one.solution, one.costs, one.proof, unserved_rows(setting, one.unserved))


def sentence_of(fault: lines.Fault) -> str:
    """A fault in the language of the reader."""
    return str(_(lines.SENTENCES[fault.code]) % fault.params)


def _refused(unplannable: lines.Unplannable) -> Refused:
    return Refused(*(Refusal(f"plan.{one.code}", sentence_of(one)) for one in unplannable.faults))
