"""Projects that may come to count for a target within the year."""

from __future__ import annotations

from datetime import date
from functools import reduce
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tici.core.measures import Scope
from tici.projects.models import DUTY_LINE_WAN, Approval, ApprovalKind, Project, Stage
from tici.projects.queries import standing_at, start_in
from tici.projects.rules import facts_of, ladder, name_of

RESERVE_BASIS = gettext_lazy("仍在“谋划”的项目，已有立项文号或项目代码的在前，其次按计划开工先后。")
START_BASIS = gettext_lazy("“储备”中计划于年内开工的项目，按计划开工先后。")
ENTRY_BASIS = gettext_lazy("本年已开工尚未入统的在前，其次是“储备”中计划于年内开工的；总投资不足500万元的不列。")
FINISH_BASIS = gettext_lazy("在建、计划于年内竣工的项目，按计划竣工先后。")


def _standing(scope: Scope) -> QuerySet[Any]:
    seen = Project.objects.visible_to(scope.person).within(scope.place)
    return standing_at(seen, scope.month).select_related("place").prefetch_related("approvals")


def _year_end(scope: Scope) -> date:
    return date(scope.month.year, 12, 31)


def _year_so_far(scope: Scope) -> tuple[date, date]:
    return scope.month.year_start.first, scope.month.last


def to_reserve(scope: Scope) -> QuerySet[Any]:
    """Projects still planned, those whose papers are nearest first."""
    filed = Approval.objects.filter(project=OuterRef("pk"), kind=ApprovalKind.FILING).exclude(number="")
    rows = _standing(scope).filter(stage_then=Stage.PLANNED)
    rows = rows.annotate(has_paper=Case(When(Q(Exists(filed)) | ~Q(code=""), then=0), default=1))
    return rows.order_by("has_paper", F("planned_start_on").asc(nulls_last=True), _larger(), "pk")


def to_start(scope: Scope) -> QuerySet[Any]:
    """Projects in reserve that plan to start within the year."""
    return _standing(scope).filter(_reserved(scope)).order_by("planned_start_on", _larger(), "pk")


def to_enter(scope: Scope) -> QuerySet[Any]:
    """Projects started this year that statistics do not hold, then those that plan to start."""
    dated, moved = start_in(*_year_so_far(scope))
    outside = Q(statistics_on__isnull=True) | Q(statistics_on__gt=scope.month.last)
    rows = _standing(scope).filter(outside, Q(investment_wan__gte=DUTY_LINE_WAN) | Q(investment_wan__isnull=True))
    begun = rows.filter(dated | moved).order_by().values("pk")
    rows = rows.annotate(is_begun=Case(When(pk__in=begun, then=Value(0)), default=Value(1)))
    return rows.filter(Q(is_begun=0) | _reserved(scope)).order_by(
        "is_begun", F("planned_start_on").asc(nulls_last=True), _larger(), "pk"
    )


def to_finish(scope: Scope) -> QuerySet[Any]:
    """Projects being built that plan to be finished within the year."""
    rows = _standing(scope).filter(
        Q(completed_on__isnull=True) | Q(completed_on__gt=scope.month.last),
        stage_then__in=[Stage.STARTED, Stage.BUILDING],
        planned_finish_on__lte=_year_end(scope),
    )
    return rows.order_by("planned_finish_on", _larger(), "pk")


def _reserved(scope: Scope) -> Q:
    return Q(stage_then=Stage.RESERVED, planned_start_on__lte=_year_end(scope))


def _larger() -> Any:
    return F("investment_wan").desc(nulls_last=True)


def lacks_to_reserve(project: Any, _scope: Scope) -> str:
    return _lacks(project, Stage.RESERVED)


def lacks_to_start(project: Any, _scope: Scope) -> str:
    return _lacks(project, Stage.STARTED)


def lacks_to_enter(project: Any, scope: Scope) -> str:
    """What a project lacks to count as started and in statistics."""
    if project.is_begun == 0:
        return _("已开工，缺入统月份")
    return _("%(lacks)s；开工后入统") % {"lacks": _lacks(project, Stage.STARTED)}


def lacks_to_finish(project: Any, scope: Scope) -> str:
    """What a project lacks to be finished, and whether it should have been by now."""
    if project.planned_finish_on <= scope.month.last:
        return _("已过计划竣工日期，缺实际竣工日期")
    return _("未到计划竣工日期，缺实际竣工日期")


def _lacks(project: Any, to: str) -> str:
    """The facts the ladder still asks for, in words."""
    needs = ladder().missing(to, facts_of(project, project.approvals.all()))
    if not needs:
        return _("要件已齐，可推进到“%(stage)s”") % {"stage": Stage(to).label}
    return _("缺%(facts)s") % {"facts": _("、").join(_either(need) for need in sorted(needs, key=sorted))}


def _either(need: frozenset[str]) -> str:
    """The facts any one of which will do."""
    names = [name_of(name) for name in sorted(need)]
    return reduce(lambda one, other: _("%(one)s或%(other)s") % {"one": one, "other": other}, names)
