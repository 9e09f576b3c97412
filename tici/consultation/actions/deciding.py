"""Deciding a group once for all its points, taking a decision back, and saying what became of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tici.consultation.models import Decision, Group
from tici.consultation.rules import outcome as rules
from tici.core.audit import record
from tici.core.refusals import Refused


@transaction.atomic
def decide_group(*, group: Group, outcome: str, reason: str, unit: str, by: object, at: datetime) -> Decision:
    """Decide what is done with everything a group asks for; an earlier decision stays written down.

    Raises:
        Refused: There is no reason, or a matter passed on names no unit.
    """
    group = Group.objects.select_for_update().get(pk=group.pk)
    if refusals := rules.against_deciding(outcome, reason, unit):
        raise Refused(*refusals)
    before = group.decisions.filter(undone_at__isnull=True).first()
    if before is not None:
        before.undone_at = at
        before.save(update_fields=["undone_at"])
    decision = Decision.objects.create(
        group=group, outcome=outcome, reason=reason.strip(), unit=unit, decided_at=at, decided_by=str(by)
    )
    record("opinion.decided", subject=group, by=by, at=at, outcome=(before and before.outcome, outcome))
    return decision


@transaction.atomic
def undo_decision(*, group: Group, by: object, at: datetime) -> bool:
    """Take back what was decided about a group; False where nothing was."""
    decision = Decision.objects.select_for_update().filter(group=group, undone_at__isnull=True).first()
    if decision is None:
        return False
    decision.undone_at = at
    decision.save(update_fields=["undone_at"])
    record("opinion.undecided", subject=group, by=by, at=at, outcome=(decision.outcome, None))
    return True


@transaction.atomic
def tie_matter(*, group: Group, url_name: str, matter_id: int, label: str, by: object, at: datetime) -> Group:
    """Say what a group became: a page of a room above, which calls this with its own URL name and label.

    A planner may try a change before the group is decided; the decision and the answers find it there.
    """
    group = Group.objects.select_for_update().get(pk=group.pk)
    was = group.matter_label
    group.matter_url_name, group.matter_id, group.matter_label = url_name, matter_id, label[:600]
    group.save(update_fields=["matter_url_name", "matter_id", "matter_label"])
    record("opinion.tied", subject=group, by=by, at=at, matter=(was, group.matter_label))
    return group
