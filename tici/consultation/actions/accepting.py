"""Taking the machine's word where it had held: switched on by a clerk for one notice, marked, and undone at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tici.accounts.models import Person
from tici.consultation.models import AutoAcceptance, Confirmation, Notice, Submission
from tici.consultation.queries import acceptance as queries
from tici.core.audit import Deed, record, record_many, subject_of

from .reading import confirm_submission


@transaction.atomic
def switch_acceptance(*, notice: Notice, is_on: bool, by: Person, at: datetime) -> Notice:
    """Let the machine's word be taken for a notice, or no longer; what was taken stays until it is undone."""
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    was, notice.accepts_by_itself = notice.accepts_by_itself, is_on
    notice.save(update_fields=["accepts_by_itself"])
    record("notice.acceptance_switched", subject=notice, by=by, at=at, accepts_by_itself=(was, is_on))
    return notice


@transaction.atomic
def accept_sure(*, notice: Notice, by: object, at: datetime) -> AutoAcceptance | None:
    """Try the machine on a notice's own labels, and take its word from the score on that held; nothing else moves.

    Groups are decided and answers written by people as before. None where it is switched off, where people confirmed
    too few, or where the trial says what it said the last time and nothing is taken.
    """
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    found = queries.trial(notice) if notice.accepts_by_itself else None
    if found is None:
        return None
    chosen = queries.acceptable(notice, found)
    last = notice.acceptances.first()
    if not chosen and last is not None and (last.labels, last.threshold) == (found.labels, found.threshold):
        return None
    run = AutoAcceptance.objects.create(
        notice=notice, at=at, engine=found.engine[:60], labels=found.labels, threshold=found.threshold,
        precision=found.precision,
    )  # fmt: skip
    for submission, said in chosen:
        confirm_submission(submission=submission, said=said, by=by, at=at, acceptance=run)
    return run


@transaction.atomic
def undo_acceptance(*, notice: Notice, by: Person, at: datetime) -> int:
    """Take back everything that was accepted unseen; it returns to the queue, and the machine leaves it to people.

    Returns how many opinions came back.
    """
    held = Confirmation.objects.select_for_update(of=("self",)).filter(
        point__submission__notice=notice, is_automatic=True, undone_at__isnull=True
    )
    ids = set(held.values_list("point__submission", flat=True))
    rows = list(Submission.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    held.update(undone_at=at)
    Submission.objects.filter(pk__in=ids).update(confirmed_at=None)
    record_many([Deed("opinion.unaccepted", subject_of(one), {}) for one in rows], by=by, at=at)
    return len(rows)
