"""Entering one project, correcting its facts, and writing down its approvals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tici.accounts.models import Person
from tici.core.audit import record
from tici.core.documents import plain
from tici.core.refusals import Refusal, Refused
from tici.core.searching import searchable
from tici.enterprises.actions import Identity, identify_enterprises
from tici.enterprises.models import Enterprise
from tici.enterprises.rules import against_credit_code
from tici.places.models import Place
from tici.projects import facts as written
from tici.projects import queries, rules
from tici.projects.models import Change, Project, Stage

from .moves import day_of, locked


@transaction.atomic
def enter_project(*, place: Place, by: Person, at: datetime, **facts: Any) -> Project:
    """Enter one project by hand, on the lowest rung; what it has climbed is shown by moves.

    ``facts`` are fields of Project, and beside them owner_name, owner_uscc, year, category and plan_wan.

    Raises:
        Refused: The facts cannot stand together, or the code belongs to another project.
    """
    project = Project(place=place, stage=Stage.PLANNED)
    kept = _put(project, facts)
    project.save()
    project.moves.create(from_stage="", to_stage=project.stage, moved_on=day_of(at), moved_by=by)
    _put_year(project, facts, kept)
    new = {key: pair[1] for key, pair in kept.items()}
    project.changes.create(old={}, new=new, changed_at=at, changed_by=by)
    record("project.entered", subject=project, by=by, at=at, **{key: (None, value) for key, value in new.items()})
    return project


@transaction.atomic
def correct_facts(*, project: Project, by: Person, at: datetime, **facts: Any) -> Change | None:
    """Change facts of a project, keeping the old ones; None when nothing differs.

    ``facts`` are as for ``enter_project``; those left out stay as they are.

    Raises:
        Refused: The project is cancelled, its facts cannot stand together, or the code belongs to another project.
    """
    project = locked(project)
    if refusals := rules.against_editing(project):
        raise Refused(*refusals)
    kept = _put(project, facts)
    _put_year(project, facts, kept)
    if not kept:
        return None
    project.save()
    return _written_down(project, kept, by=by, at=at)


@transaction.atomic
def grant_approval(
    *, project: Project, kind: str, number: str, granted_on: date | None, by: Person, at: datetime
) -> Change | None:
    """Write down an approval a project holds, or correct it; an empty number takes it away.

    Raises:
        Refused: The project is cancelled, or the day lies ahead.
    """
    project = locked(project)
    refusals = rules.against_editing(project)
    if granted_on and granted_on > day_of(at):
        refusals.append(Refusal("approval.future", _("批复日期晚于今天。请按批文核对。"), f"{kind}_on"))
    if refusals:
        raise Refused(*refusals)
    number = number.strip()
    old = project.approvals.filter(kind=kind).first()
    was = written.approval_kept(old)
    now = [number, plain(granted_on)] if number else None
    if was == now:
        return None
    if number:
        project.approvals.update_or_create(kind=kind, defaults={"number": number, "granted_on": granted_on})
    elif old is not None:
        old.delete()
    return _written_down(project, {f"approval.{kind}": (was, now)}, by=by, at=at)


def _put(project: Project, facts: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set the given facts on a project; return what differs, as (old, new), as kept."""
    kept: dict[str, tuple[Any, Any]] = {}
    for field in written.FIELDS:
        if field in facts:
            was = plain(getattr(project, field))
            setattr(project, field, facts[field])
            now = plain(facts[field])
            if was != now:
                kept[field] = (was, now)
    refusals = rules.against_facts(project) + against_credit_code(facts.get("owner_uscc", ""))
    if project.code and queries.with_code(project.code).exclude(pk=project.pk).exists():
        message = _("项目代码已用于另一项目。请核对代码；确是同一项目的，请修改原有项目。")
        refusals.append(Refusal("project.code_taken", message, "code"))
    if refusals:
        raise Refused(*refusals)
    _put_owner(project, facts, kept)
    owner = project.owner.name if project.owner else ""
    project.search_text = searchable(project.name, project.code, owner)
    return kept


def _put_owner(project: Project, facts: Mapping[str, Any], kept: dict[str, tuple[Any, Any]]) -> None:
    if "owner_name" not in facts:
        return
    identity = Identity(project.place_id, facts["owner_name"], facts.get("owner_uscc", ""))
    [found] = identify_enterprises([identity])
    if found == project.owner_id:
        return
    was = queries.owner_kept(project.owner)
    project.owner = Enterprise.objects.get(pk=found) if found else None
    kept["owner"] = (was, queries.owner_kept(project.owner))


def _put_year(project: Project, facts: Mapping[str, Any], kept: dict[str, tuple[Any, Any]]) -> None:
    if not facts.get("year"):
        return
    year = facts["year"]
    row, _created = project.years.get_or_create(year=year)
    for field in ("category", "plan_wan"):
        if field in facts:
            was, now = plain(getattr(row, field)), plain(facts[field])
            if was != now:
                kept[f"{year}.{field}"] = (was, now)
                setattr(row, field, facts[field])
    row.save()


def _written_down(project: Project, kept: dict[str, tuple[Any, Any]], *, by: Person, at: datetime) -> Change:
    old = {key: pair[0] for key, pair in kept.items()}
    new = {key: pair[1] for key, pair in kept.items()}
    record("project.corrected", subject=project, by=by, at=at, **kept)
    return project.changes.create(old=old, new=new, changed_at=at, changed_by=by)
