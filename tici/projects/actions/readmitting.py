"""Projects of an acceptance that was undone, entered again by a later one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tici.accounts.models import Person
from tici.core.audit import Deed, record_many
from tici.core.copying import copy_in
from tici.projects.models import Change, Project


@transaction.atomic
def readmit_projects(ids: Collection[int], *, batch: UUID, by: Person, at: datetime) -> set[int]:
    """Take up again those projects that are cancelled only because the acceptance that entered them was undone.

    Each gets a change of this batch that enters it anew, with the facts and the source it came with, so that
    undoing this batch takes it out again. Returns which they were; the others are left alone.
    """
    undone = Change.objects.filter(
        project__in=ids, old={}, undone_at__isnull=False, project__cancelled_on__isnull=False
    )
    newest = {change.project_id: change for change in undone.order_by("pk")}
    by_hand = Change.objects.filter(project__in=newest, new__has_key="cancelled_on").values_list(
        "project_id", flat=True
    )
    readmitted = set(newest) - set(by_hand)
    if not readmitted:
        return readmitted
    Project.objects.filter(pk__in=readmitted).update(cancelled_on=None, cancel_reason="")
    alike = {"old": {}, "changed_at": at, "changed_by": by.pk, "batch": batch}
    rows = ((pk, newest[pk].new, newest[pk].source_id) for pk in sorted(readmitted))
    copy_in(Change, ("project", "new", "source"), rows, alike)
    record_many([Deed("projects.readmitted", f"batch:{batch}", {}, {"count": len(readmitted)})], by=by, at=at)
    return readmitted
