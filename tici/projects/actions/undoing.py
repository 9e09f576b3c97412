"""Putting back what an acceptance changed, as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tici.accounts.models import Person
from tici.core.audit import Deed, record_many
from tici.core.copying import copy_in, copy_over
from tici.core.refusals import Refusal, Refused
from tici.core.searching import searchable
from tici.projects import facts as written
from tici.projects import queries
from tici.projects.models import Approval, Change, Move, Project, ProjectYear

from .moves import day_of
from .standing import Standing, standing

NAMED = 3  # so many projects are named in a refusal


@transaction.atomic
def undo_projects(batch: UUID, *, by: Person, at: datetime) -> None:
    """Put the facts an acceptance changed back as they were, and take out the projects it entered.

    A project it entered that other rooms still hold something of is cancelled instead, so that nothing of
    theirs is lost. Done a second time, nothing happens.

    Raises:
        Refused: Facts or stages it brought were changed again since.
    """
    changes = list(Change.objects.select_for_update().filter(batch=batch, undone_at=None).order_by("-pk"))
    if not changes:
        return
    if later := queries.changed_since(changes):
        raise Refused(_refusal(later))
    entered = [change.project_id for change in changes if not change.old]
    put_back = [change for change in changes if change.old and change.project_id not in set(entered)]
    _put_back(put_back, by=by, at=at)
    Change.objects.filter(pk__in=[change.pk for change in changes]).update(undone_at=at)
    held = queries.held_elsewhere(entered)
    _take_out([pk for pk in entered if pk not in held])
    day, reason = day_of(at), _("撤销接收：原台账已撤回")
    Project.objects.filter(pk__in=held).update(cancelled_on=day, cancel_reason=reason)
    counts = {"removed": len(entered) - len(held), "cancelled": len(held), "put_back": len(put_back)}
    record_many([Deed("projects.undone", f"batch:{batch}", {}, counts)], by=by, at=at)


def _refusal(later: Sequence[str]) -> Refusal:
    names = _("、").join(later[:NAMED])
    message = _("这次接收之后，%(names)s等%(count)s个项目又有改动，不能整体撤销。请先在这些项目的“历次变更”中核对。")
    return Refusal("project.changed_since", message % {"names": names, "count": len(later)})


def _put_back(changes: Sequence[Change], *, by: Person, at: datetime) -> None:
    """Set the old facts again, newest change first; a stage goes back by a move of its own."""
    projects = standing([change.project_id for change in changes])
    before = {pk: project.values["stage"] for pk, project in projects.items()}
    gone = [kept for change in changes for kept in _set_back(projects[change.project_id], change.old)]
    columns = ("owner", "stage", "search_text", *written.FIELDS)
    copy_over(Project, columns, ((pk, *_row(project.values)) for pk, project in projects.items()))
    years = ((p.kept_years[year], *p.years[year]) for p in projects.values() for year in p.changed_years)
    copy_over(ProjectYear, ("category", "plan_wan"), years)
    papers = ((p.kept_papers[kind], *p.papers[kind]) for p in projects.values() for kind in p.changed_papers)
    copy_over(Approval, ("number", "granted_on"), papers)
    Approval.objects.filter(pk__in=gone).delete()
    moved = ("project", "from_stage", "to_stage", "moved_on", "moved_by", "evidence", "reason")
    day, reason = day_of(at), _("撤销接收")
    back = ((pk, before[pk], project.values["stage"]) for pk, project in projects.items())
    copy_in(Move, moved, ((*step, day, by.pk, "", reason) for step in back if step[1] != step[2]))


def _set_back(project: Standing, old: Mapping[str, Any]) -> list[int]:
    """Put old facts into what stands; returns the approvals that were not there before."""
    gone = []
    for key, value in old.items():
        head, _dot, tail = key.partition(".")
        if key == "owner":
            project.values["owner_id"], project.values["owner_name"] = value or (None, "")
        elif key == "stage":
            project.values["stage"] = value
        elif not tail:
            project.values[key] = written.typed(key, value)
        elif head != "approval":
            category, plan = project.years[int(head)]
            project.years[int(head)] = (value, plan) if tail == "category" else (category, value)
            project.changed_years.add(int(head))
        elif value is None:
            gone.append(project.kept_papers[tail])
            project.changed_papers.discard(tail)
        else:
            project.papers[tail] = (value[0], value[1])
            project.changed_papers.add(tail)
    return gone


def _row(values: dict[str, Any]) -> tuple[Any, ...]:
    text = searchable(values["name"], values["code"], values["owner_name"])
    return (values["owner_id"], values["stage"], text, *(values[name] for name in written.FIELDS))


def _take_out(ids: Iterable[int]) -> None:
    """Delete projects with all their own rows, table by table: nothing else points at them."""
    taken = list(ids)
    for model in (Move, Change, ProjectYear, Approval):
        model.objects.filter(project__in=taken)._raw_delete("default")
    Project.objects.filter(pk__in=taken)._raw_delete("default")
