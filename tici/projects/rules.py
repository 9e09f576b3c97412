"""What a project must show to stand on each rung, and when its facts may not stand as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from tici.core.refusals import Refusal
from tici.engines import rulebook
from tici.engines.ladders import Ladder, Rung

from .models import Approval, ApprovalKind, Project, Stage

CODE = re.compile(r"\d{4}-\d{6}-\d{2}-\d{2}-\d{5}[\dX]")  # GB/T 40058: 年月-地区-部门-类型-随机校验
_MONEY = ("investment_wan", "equipment_wan", "output_wan", "tax_wan")
_ORDER = (
    ("planned_start_on", "planned_start_precision", "planned_finish_on", "planned_finish_precision"),
    ("started_on", "started_precision", "completed_on", "completed_precision"),
)


def ladder(on: date | None = None) -> Ladder:
    """The project ladder with the gates in force on a day."""
    return _ladder(rulebook.load("projects/gates", on))


@lru_cache(maxsize=16)
def _built(rungs: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]) -> Ladder:
    return Ladder(tuple(Rung(code, frozenset(map(frozenset, needs))) for code, needs in rungs))


def _ladder(rule: rulebook.Rule) -> Ladder:
    return _built(tuple((rung["code"], tuple(map(tuple, rung["needs"]))) for rung in rule["rung"]))


def oc4ids(on: date | None = None) -> Mapping[str, str]:
    """The status in the OC4IDS codelist for each stage, and for "cancelled"."""
    status: Mapping[str, str] = rulebook.load("projects/oc4ids", on)["status"]
    return status


#: What people call the codes of that codelist.
OC4IDS_LABELS: dict[str, Any] = {
    "identification": _("项目谋划"),
    "preparation": _("前期准备"),
    "implementation": _("建设实施"),
    "completion": _("竣工移交"),
    "completed": _("已经完成"),
    "cancelled": _("已取消"),
}


def facts_of(project: Project, approvals: Iterable[Approval] = (), *, evidence: str = "") -> frozenset[str]:
    """The facts a project holds now, named as the gates name them."""
    fields = {field.name for field in Project._meta.concrete_fields if field.value_from_object(project)}
    papers = {f"approval.{approval.kind}" for approval in approvals if approval.number}
    return frozenset(fields | papers | ({"evidence"} if evidence else set()))


def against_moving(
    project: Project, to: str, *, facts: frozenset[str], on: date, today: date, last: date | None = None, reason: str
) -> list[Refusal]:
    """Every reason why a project may not step to a stage on a day; empty when it may."""
    steps = ladder(on)
    found = _against_the_day(on, today, last)
    if project.is_cancelled:
        found.append(Refusal("project.cancelled", _("项目已取消。请先恢复项目，再推进。")))
    if to == project.stage:
        found.append(Refusal("project.same_stage", _("项目已处于该阶段。请选择另一阶段。"), "to"))
    elif steps.height(to) < steps.height(project.stage):
        if not reason:
            found.append(Refusal("project.reason", _("退回须写明理由。请在“理由”中说明。"), "reason"))
    else:
        found += [_lacking(need, to) for need in sorted(steps.missing(to, facts), key=sorted)]
    return found


def _against_the_day(on: date, today: date, last: date | None) -> list[Refusal]:
    found = []
    if on > today:
        found.append(Refusal("project.future", _("推进日期晚于今天。请填写实际推进之日。"), "on"))
    if last and on < last:
        message = _("推进日期早于上次推进(%(last)s)。请核对日期。") % {"last": last.isoformat()}
        found.append(Refusal("project.before_last_move", message, "on"))
    return found


def _lacking(need: frozenset[str], to: str) -> Refusal:
    names = sorted(need)
    papers = [name for name in names if name.startswith("approval.")]
    message = _("缺少%(facts)s。请先在“%(where)s”中补充，再推进到“%(stage)s”。") % {
        "facts": _either(need),
        "where": _("审批手续") if papers else _("修改资料"),
        "stage": Stage(to).label,
    }
    return Refusal(f"project.{'|'.join(names)}", message)


def gates(facts: frozenset[str], on: date) -> list[tuple[str, list[tuple[str, bool]]]]:
    """What each rung asks for in words, and whether it is there: (stage, [(need, is met), …])."""
    return [
        (
            str(Stage(rung.code).label),
            [(_either(need), bool(need & facts)) for need in sorted(rung.needs, key=sorted)],
        )
        for rung in ladder(on).rungs
        if rung.needs
    ]


def _either(need: frozenset[str]) -> str:
    return str(_("或")).join(name_of(name) for name in sorted(need))


def name_of(fact: str) -> str:
    """A fact of the gates in words."""
    if fact == "evidence":
        return str(_("现场照片或施工合同等佐证"))
    if fact.startswith("approval."):
        return str(ApprovalKind(fact.removeprefix("approval.")).label)
    return str(Project._meta.get_field(fact).verbose_name)  # type: ignore[union-attr]


def against_facts(project: Project) -> list[Refusal]:
    """Every reason why the facts of a project cannot stand together, whoever typed them."""
    found = []
    if not project.name.strip():
        found.append(Refusal("project.name", _("项目名称未填写。请填写立项文件上的名称。"), "name"))
    if project.code and not CODE.fullmatch(project.code):
        message = _("项目代码应为24位，形如2101-130123-04-01-123456。请按备案证核对；没有代码可不填。")
        found.append(Refusal("project.code", message, "code"))
    for field in _MONEY:
        amount = getattr(project, field)
        if amount is not None and amount < 0:
            found.append(Refusal(f"project.{field}", _("金额小于0。请填写以万元计的金额。"), field))
    if project.equipment_wan and project.investment_wan and project.equipment_wan > project.investment_wan:
        message = _("设备投资大于总投资。请核对两数的单位是否都是万元。")
        found.append(Refusal("project.equipment_over_total", message, "equipment_wan"))
    return found + _against_the_order_of_days(project)


def is_no_sum(name: str, value: Decimal) -> bool:
    """Whether a sum of a project cannot be one: below nothing, or an investment of nothing."""
    return value < 0 or (name == "investment_wan" and not value)


def is_over_total(plan_wan: Decimal | None, investment_wan: Decimal | None) -> bool:
    """Whether the plan of one year is above the total investment: most often a slip of the unit."""
    return plan_wan is not None and investment_wan is not None and plan_wan > investment_wan


def _against_the_order_of_days(project: Project) -> list[Refusal]:
    found = []
    for first, first_precision, then, then_precision in _ORDER:
        begun, ended = getattr(project, first), getattr(project, then)
        exact = {getattr(project, first_precision), getattr(project, then_precision)} <= {"", "day"}
        if begun and ended and (ended < begun if exact else ended.year < begun.year):
            message = _("%(then)s早于%(first)s。请核对两个日期。") % {"then": name_of(then), "first": name_of(first)}
            found.append(Refusal(f"project.{then}", message, then))
    return found


def against_editing(project: Project) -> list[Refusal]:
    """Why the facts of a project may not be changed at all."""
    if project.is_cancelled:
        return [Refusal("project.cancelled", _("项目已取消，资料不再修改。如需修改，请先恢复项目。"))]
    return []


def against_cancelling(project: Project, *, reason: str, on: date, today: date) -> list[Refusal]:
    """Every reason why a project may not be cancelled."""
    found = []
    if project.is_cancelled:
        found.append(Refusal("project.cancelled", _("项目已取消，不必再次取消。")))
    if not reason.strip():
        found.append(Refusal("project.reason", _("取消须写明原因。请说明项目为何不再推进。"), "reason"))
    if on > today:
        found.append(Refusal("project.future", _("取消日期晚于今天。请填写决定取消之日。"), "on"))
    return found


def against_reviving(project: Project, *, reason: str) -> list[Refusal]:
    """Every reason why a cancelled project may not be taken up again."""
    found = []
    if not project.is_cancelled:
        found.append(Refusal("project.not_cancelled", _("项目未取消，不必恢复。")))
    if not reason.strip():
        found.append(Refusal("project.reason", _("恢复须写明原因。请说明项目为何重新推进。"), "reason"))
    return found


def inferred_stage(steps: Ladder, facts: frozenset[str], values: Mapping[str, Any]) -> str:
    """The stage of a project whose county gave none: the highest its evidence bears out.

    A day on which works began is the county's word that they did, whatever papers it left out. A finished
    building does not yet perform: 达效 is inferred only from its own date.
    """
    if values.get("performing_on"):
        return Stage.PERFORMING
    if "started_on" in facts:
        return Stage.STARTED
    for rung in reversed(steps.rungs):
        if rung.needs and rung.code != Stage.PERFORMING and not steps.missing(rung.code, facts | {"evidence"}):
            return rung.code
    return Stage.PLANNED
