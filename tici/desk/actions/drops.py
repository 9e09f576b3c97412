"""Files come into the drop box: kept, read in the background, settled, read again, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tici.accounts.models import Person
from tici.core.actions import keep_upload, start_job
from tici.core.audit import record
from tici.core.dates import month_words
from tici.core.models import Upload
from tici.core.refusals import Refusal, Refused
from tici.desk.models import ColumnMeaning, DroppedFile, FileState, NameAnswer, Taken
from tici.desk.rules import drops as rules
from tici.engines.periods import Month
from tici.places.models import Place

READ_FILE = "desk.read_file"
SUBJECT = ("subject", "subject_is_settled")


class AlreadyReceived(Refused):
    """The same bytes were dropped before; carries the file they were dropped as."""

    def __init__(self, file: DroppedFile) -> None:
        words = _("此文件已于%(day)s由%(person)s作为%(month)s的数据投递，没有重复收取。")
        facts = {
            "day": f"{file.dropped_at.astimezone(timezone.get_default_timezone()):%Y-%m-%d}",
            "person": file.dropped_by,
            "month": month_words(file.month),
        }
        super().__init__(Refusal("drop.received", words % facts))
        self.file = file


@transaction.atomic
def receive_file(*, file: BinaryIO, name: str, size: int, month: Month, by: Person, at: datetime) -> DroppedFile:
    """Keep a dropped file unchanged, and start to read it.

    A reporter's file is for the reporter's own place; whose a dispatcher's file is, the reading finds out.

    Raises:
        Refused: The file is empty or too big; or it was dropped before (``AlreadyReceived``).
    """
    if refusals := rules.against_receiving(name, size):
        raise Refused(*refusals)
    upload = keep_upload(file, name=name, by=by, at=at)
    Upload.objects.select_for_update().get(pk=upload.pk)  # two people dropping the same bytes come one after the other
    again = upload.drops.visible_to(by).exclude(state=FileState.WITHDRAWN).select_related("dropped_by").first()
    if again is not None:
        raise AlreadyReceived(again)
    place = by.place if by.place is not None and by.place.is_county_level else None
    dropped = DroppedFile.objects.create(
        upload=upload, name=name[-255:], dropped_at=at, dropped_by=by, place=place, month_on=month.first
    )
    record("drop.received", subject=dropped, by=by, at=at, name=(None, dropped.name), digest=(None, upload.digest))
    return _begin_reading(dropped, by=by, at=at)


def _begin_reading(file: DroppedFile, *, by: Person, at: datetime) -> DroppedFile:
    file.state, file.reason = FileState.READING, ""
    file.job = start_job(READ_FILE, title=file.name[:200], by=by, at=at, file_id=file.pk)
    file.save(update_fields=["state", "reason", "job", "place", "month_on", "is_settled", *SUBJECT])
    return file


@transaction.atomic
def read_again(*, file: DroppedFile, by: Person, at: datetime, subject: str = "") -> DroppedFile:
    """Read a file anew, with what has been settled of its columns since, or as what somebody says it speaks of.

    Raises:
        Refused: Something of it has been taken in.
    """
    file = DroppedFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if file.state == FileState.READING and file.job is not None and not file.job.is_over:
        return file  # asked twice
    if refusals := rules.against_reading_again(file, is_taken=Taken.objects.filter(proposal__file=file).exists()):
        raise Refused(*refusals)
    if subject:
        record("drop.read_again", subject=file, by=by, at=at, content=(file.subject, subject))
        file.subject, file.subject_is_settled = subject, True
    else:
        record("drop.read_again", subject=file, by=by, at=at)
    return _begin_reading(file, by=by, at=at)


@transaction.atomic
def settle_file(*, file: DroppedFile, place: Place, month: Month, by: Person, at: datetime) -> DroppedFile:
    """Say for which place and month a file is, where it does not say so itself or says another; then read it so."""
    file = DroppedFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if refusals := rules.against_reading_again(file, is_taken=Taken.objects.filter(proposal__file=file).exists()):
        raise Refused(*refusals)
    old = (file.place and file.place.code, str(file.month))
    file.place, file.month_on, file.is_settled = place, month.first, True
    record("drop.settled", subject=file, by=by, at=at, place=(old[0], place.code), month=(old[1], str(month)))
    return _begin_reading(file, by=by, at=at)


@transaction.atomic
def withdraw_file(*, file: DroppedFile, by: Person, at: datetime) -> DroppedFile:
    """Set a file aside without taking it in; the upload stays kept.

    Raises:
        Refused: Something of it has been taken in.
    """
    file = DroppedFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if file.state == FileState.WITHDRAWN:
        return file
    if refusals := rules.against_reading_again(file, is_taken=Taken.objects.filter(proposal__file=file).exists()):
        raise Refused(*refusals)
    record("drop.withdrawn", subject=file, by=by, at=at, state=(file.state, FileState.WITHDRAWN))
    file.proposals.all().delete()
    file.state = FileState.WITHDRAWN
    file.save(update_fields=["state"])
    return file


@transaction.atomic
def settle_columns(
    *, file: DroppedFile, meanings: Iterable[tuple[str, str, str]], by: Person, at: datetime
) -> DroppedFile:
    """Remember what columns of a sender mean (fingerprint, header, field), and read the file so."""
    if file.place is None:
        raise Refused(Refusal("drop.no_place", _("请先确定报送单位，再确定列对应。")))
    settled = []
    for fingerprint, header, field in meanings:
        ColumnMeaning.objects.update_or_create(
            place=file.place,
            fingerprint=fingerprint[:120],
            defaults={"header": header[:200], "field": field, "settled_at": at, "settled_by": by},
        )
        settled.append([header, field])
    record("drop.columns_settled", subject=file, by=by, at=at, columns=(None, settled))
    return read_again(file=file, by=by, at=at)


@transaction.atomic
def answer_names(*, file: DroppedFile, answers: Iterable[tuple[str, str, bool]], by: Person, at: datetime) -> None:
    """Remember which names of a place are one project and which are two (name, other name, same)."""
    if file.place is None:
        raise Refused(Refusal("drop.no_place", _("请先确定报送单位，再答复合并。")))
    said = []
    for name, other, is_same in answers:
        NameAnswer.objects.update_or_create(
            place=file.place,
            name_key=name[:200],
            other_key=other[:200],
            defaults={"is_same": is_same, "said_at": at, "said_by": by},
        )
        said.append([name, other, is_same])
    record("drop.names_answered", subject=file, by=by, at=at, names=(None, said))
