"""Steps of one project on its ladder."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from tici.accounts.models import Person
from tici.core.audit import record
from tici.core.models import SourceRow
from tici.core.refusals import Refused
from tici.projects import queries, rules
from tici.projects.models import Move, Project


def day_of(at: datetime) -> date:
    """The day a moment falls on, as the office's calendar has it."""
    return at.astimezone(timezone.get_default_timezone()).date()


def locked(project: Project) -> Project:
    """The project's row as it stands now, held until the transaction ends."""
    return Project.objects.select_for_update(of=("self",)).select_related("owner", "place").get(pk=project.pk)


@transaction.atomic
def move_project(
    *,
    project: Project,
    to: str,
    on: date,
    by: Person,
    at: datetime,
    reason: str = "",
    evidence: str = "",
    source: SourceRow | None = None,
) -> Move:
    """Step a project up or down its ladder, and write the step down with its evidence.

    The project row is locked first, so two officers cannot both move it.

    Raises:
        Refused: Facts for the stage are missing, a step back has no reason, or the day cannot be.
    """
    project = locked(project)
    facts = rules.facts_of(project, project.approvals.all(), evidence=evidence)
    last = queries.last_step(project)
    today = day_of(at)
    if refusals := rules.against_moving(project, to, facts=facts, on=on, today=today, last=last, reason=reason.strip()):
        raise Refused(*refusals)
    move = project.moves.create(
        from_stage=project.stage,
        to_stage=to,
        moved_on=on,
        moved_by=by,
        reason=reason.strip(),
        evidence=evidence,
        source=source,
    )
    record(
        "project.moved",
        subject=project,
        by=by,
        at=at,
        stage=(project.stage, to),
        moved_on=(None, on),
        reason=(None, reason.strip()),
        evidence=(None, evidence),
    )
    project.stage = to
    project.save(update_fields=["stage"])
    return move
