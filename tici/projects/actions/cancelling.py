"""Projects that are given up, taken up again, or proved to be another one. None is ever thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tici.accounts.models import Person
from tici.core.audit import record
from tici.core.documents import plain
from tici.core.refusals import Refusal, Refused
from tici.core.searching import searchable
from tici.projects import facts as written
from tici.projects import queries, rules
from tici.projects.models import Project

from .moves import day_of, locked

DAYS = {precision: day for day, precision in written.PRECISION_OF.items()}


@transaction.atomic
def cancel_project(*, project: Project, on: date, reason: str, by: Person, at: datetime) -> Project:
    """Take a project off its ladder; it stays in the register with the reason, and is counted nowhere.

    Raises:
        Refused: It is cancelled already, no reason is given, or the day lies ahead.
    """
    project = locked(project)
    if refusals := rules.against_cancelling(project, reason=reason, on=on, today=day_of(at)):
        raise Refused(*refusals)
    return _cancelled(project, on=on, reason=reason.strip(), by=by, at=at, what="project.cancelled")


@transaction.atomic
def revive_project(*, project: Project, reason: str, by: Person, at: datetime) -> Project:
    """Put a cancelled project back on the rung it stood on.

    Raises:
        Refused: It is not cancelled, or no reason is given.
    """
    project = locked(project)
    if refusals := rules.against_reviving(project, reason=reason):
        raise Refused(*refusals)
    kept = {"cancelled_on": (project.cancelled_on, None), "cancel_reason": (project.cancel_reason, "")}
    project.cancelled_on, project.cancel_reason = None, ""
    project.save(update_fields=["cancelled_on", "cancel_reason"])
    _write_change(project, kept, by=by, at=at)
    record("project.revived", subject=project, by=by, at=at, reason=(None, reason.strip()), **kept)
    return project


@transaction.atomic
def absorb_project(*, kept: Project, absorbed: Project, by: Person, at: datetime) -> Project:
    """Mark a project as entered twice: the one absorbed is cancelled as «并入…», the one kept gains what it lacks.

    Empty facts, years and approvals of the kept project are filled from the absorbed one, which keeps its own
    and can be revived. What other rooms hold of it is theirs to move.

    Raises:
        Refused: They are the same row, stand in different places, or one of them is cancelled.
    """
    first, second = sorted((kept, absorbed), key=lambda project: project.pk)  # always locked in the same order
    rows = {project.pk: locked(project) for project in (first, second)}
    kept, absorbed = rows[kept.pk], rows[absorbed.pk]
    if refusals := _against_absorbing(kept, absorbed):
        raise Refused(*refusals)
    reason = _("并入“%(name)s”(编号%(number)s)") % {"name": kept.name[:150], "number": kept.pk}
    code = absorbed.code
    if code and not kept.code:  # a code belongs to one row; it goes along
        absorbed.code = ""
        absorbed.save(update_fields=["code"])
        _write_change(absorbed, {"code": (code, "")}, by=by, at=at)
    _fill(kept, absorbed, code, by=by, at=at)
    _cancelled(absorbed, on=day_of(at), reason=reason, by=by, at=at, what="project.absorbed")
    return kept


def _against_absorbing(kept: Project, absorbed: Project) -> list[Refusal]:
    found = []
    if kept.pk == absorbed.pk:
        found.append(Refusal("project.same_row", _("两处是同一条项目。请另选一条。")))
    if kept.place_id != absorbed.place_id:
        found.append(Refusal("project.other_place", _("两个项目不在同一地区。请先由所在县区核实归属。")))
    if kept.is_cancelled or absorbed.is_cancelled:
        found.append(Refusal("project.cancelled", _("其中一个项目已取消。请先恢复，再合并。")))
    return found


def _fill(kept: Project, absorbed: Project, code: str, *, by: Person, at: datetime) -> None:
    gained: dict[str, tuple[object, object]] = {}
    for field in written.FIELDS:
        value = code if field == "code" else getattr(absorbed, field)
        if field in DAYS and DAYS[field] not in gained:
            continue  # how exactly a day is known goes along with the day alone
        if value not in (None, "") and getattr(kept, field) in (None, ""):
            gained[field] = (plain(getattr(kept, field)), plain(value))
            setattr(kept, field, value)
    if kept.owner is None and absorbed.owner is not None:
        gained["owner"] = (None, queries.owner_kept(absorbed.owner))
        kept.owner = absorbed.owner
    if gained:
        kept.search_text = searchable(kept.name, kept.code, kept.owner.name if kept.owner else "")
        kept.save()
    held = set(kept.approvals.values_list("kind", flat=True))
    for approval in absorbed.approvals.exclude(kind__in=held):
        kept.approvals.create(kind=approval.kind, number=approval.number, granted_on=approval.granted_on)
        gained[f"approval.{approval.kind}"] = (None, written.approval_kept(approval))
    if gained:
        _write_change(kept, gained, by=by, at=at)
        record("project.filled", subject=kept, by=by, at=at, **gained)


def _cancelled(project: Project, *, on: date, reason: str, by: Person, at: datetime, what: str) -> Project:
    changed = {"cancelled_on": (None, on), "cancel_reason": ("", reason)}
    project.cancelled_on, project.cancel_reason = on, reason
    project.save(update_fields=["cancelled_on", "cancel_reason"])
    _write_change(project, changed, by=by, at=at)
    record(what, subject=project, by=by, at=at, **changed)
    return project


def _write_change(project: Project, pairs: Mapping[str, tuple[object, object]], *, by: Person, at: datetime) -> None:
    old = {key: plain(pair[0]) for key, pair in pairs.items()}
    new = {key: plain(pair[1]) for key, pair in pairs.items()}
    project.changes.create(old=old, new=new, changed_at=at, changed_by=by)
