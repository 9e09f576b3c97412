"""Looking at who sent an opinion, which leaves its trace; and erasing it with the originals when its time has come."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tici.consultation.models import Item, Notice, Page, Part, Submission, Submitter
from tici.consultation.sealing import opened
from tici.core.actions import erase_upload
from tici.core.audit import record
from tici.core.models import Upload
from tici.engines.periods import Month

from .intake import Sender


@transaction.atomic
def reveal_sender(*, submission: Submission, why: str, by: object, at: datetime) -> Sender:
    """Open who sent an opinion, for whoever has the right; who looked, when and why is written down first."""
    kept = Submitter.objects.get(submission=submission)
    record("sender.revealed", subject=submission, by=by, at=at, why=(None, why))
    return Sender(opened(kept.name), opened(kept.contact), opened(kept.address))


def is_due(notice: Notice, on: date) -> bool:
    """Whether a notice's personal data have been kept as long as it said."""
    month = Month(notice.closes_on.year, notice.closes_on.month) + notice.retention_months
    last = min(notice.closes_on.day, month.last.day)
    return on > month.first.replace(day=last)


@transaction.atomic
def erase_due(*, notice: Notice, on: date, by: object, at: datetime) -> int:
    """Erase senders, originals, pictures and what was typed, once their time has come; masked points stay.

    Returns how many items were erased. Raw bytes that another row still needs stay with that row.
    """
    if not is_due(notice, on):
        return 0
    items = list(Item.objects.select_for_update().filter(notice=notice, erased_at__isnull=True))
    Submitter.objects.filter(submission__item__in=items).update(name=b"", contact=b"", address=b"", contact_digest="")
    Submission.objects.filter(item__in=items).update(text="", quoted_from=None)
    uploads = set(Page.objects.filter(part__item__in=items).values_list("image", flat=True))
    uploads |= set(Part.objects.filter(item__in=items).values_list("upload", flat=True))
    uploads |= {item.upload_id for item in items if item.upload_id is not None}
    Page.objects.filter(part__item__in=items).update(image=None, lines=[])
    Part.objects.filter(item__in=items).update(upload=None, text="")
    Item.objects.filter(pk__in=[item.pk for item in items]).update(upload=None, erased_at=at, net="")
    for submission in Submission.objects.filter(item__in=items):
        submission.transcriptions.all().delete()
    for upload in Upload.objects.filter(pk__in=uploads - {None}):
        erase_upload(upload=upload, by=by, at=at)
    if items:
        record("notice.erased", subject=notice, by=by, at=at, items=(len(items), 0))
    return len(items)
