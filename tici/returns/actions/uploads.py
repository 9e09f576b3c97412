"""Filled templates: received, read in the background, filed as one batch, withdrawn, and undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import uuid4

from django.db import transaction

from tici.core.actions import keep_upload, start_job
from tici.core.audit import record
from tici.core.refusals import Refusal, Refused
from tici.core.uploads import path_of
from tici.engines.periods import Month
from tici.places.models import Place
from tici.returns import queries, rules
from tici.returns.models import Channel, FormUpload, FormVersion, UploadState

from .reports import Filed, file_reports, undo_reports

if TYPE_CHECKING:
    from tici.accounts.models import Person
    from tici.returns.queries import TemplateReading

READ_UPLOAD, FILE_UPLOAD = "returns.read_upload", "returns.file_upload"  # kinds of background work


@transaction.atomic
def receive_upload(
    *, file: BinaryIO, name: str, size: int, form: FormVersion, month: Month, place: Place, by: Person, at: datetime
) -> FormUpload:
    """Keep a filled template and have it read in the background; nothing is filed yet.

    Raises
    ------
    Refused
        The file is too large, or no workbook of ours by its name.
    """
    _refuse(rules.against_upload(name, size))
    kept = keep_upload(file, name=name, by=by, at=at)
    upload = FormUpload.objects.create(
        form=form, month_on=month.first, place=place, upload=kept, name=name[-255:], sent_at=at, sent_by=by
    )
    upload.job = start_job(READ_UPLOAD, title=name[-200:], by=by, at=at, upload_id=upload.pk)
    upload.save(update_fields=["job"])
    record("form_upload.received", subject=upload, by=by, at=at, digest=(None, kept.digest))
    return upload


def reading_of(upload: FormUpload) -> TemplateReading:
    """What stands in a kept template, read again from its bytes.

    Raises
    ------
    Refused
        It is no template of ours, or one of another form, month or version.
    """
    path = path_of(upload.upload.digest)
    return queries.read_template(path, upload.form, upload.month, upload_id=upload.upload_id)


@transaction.atomic
def note_upload_read(*, upload: FormUpload, reading: TemplateReading | None, refusals: Sequence[Refusal] = ()) -> None:
    """Write down what was read of a template, or why it could not be read."""
    upload = _held(upload)
    if upload.state != UploadState.READING:
        return
    if reading is None:
        upload.state, upload.said = UploadState.REFUSED, "".join(str(one.message) for one in refusals)[:400]
    else:
        upload.state, upload.read, upload.refused = UploadState.READ, len(reading.rows), len(reading.refused)
        upload.refusals = [_line(one.number, one.name, one.sentence) for one in reading.refused]
    upload.save(update_fields=["state", "said", "read", "refused", "refusals"])


def _line(number: int, unit: str, sentence: str) -> dict[str, Any]:
    return {"row": number, "unit": unit, "sentence": sentence}


@transaction.atomic
def start_filing_upload(*, upload: FormUpload, reason: str, by: Person, at: datetime) -> FormUpload:
    """Have the rows that were read of a template filed in the background, all as one batch.

    Raises
    ------
    Refused
        It is filed already, could not be read, or holds no row to file.
    """
    upload = _held(upload)
    _refuse(rules.against_filing_upload(upload))
    upload.state, upload.reason, upload.batch, upload.said = UploadState.FILING, reason.strip()[:400], uuid4(), ""
    upload.job = start_job(FILE_UPLOAD, title=upload.name[-200:], by=by, at=at, upload_id=upload.pk, person_id=by.pk)
    upload.save(update_fields=["state", "reason", "batch", "said", "job"])
    return upload


@transaction.atomic
def file_upload(*, upload: FormUpload, reading: TemplateReading, by: Person, at: datetime) -> Filed | None:
    """File what was read of a template under its batch; taken up again after a kill it files nothing twice.

    Returns nothing where somebody was faster.

    Raises
    ------
    Refused
        The month was not opened, or is sealed and no reason is given.
    """
    upload = _held(upload)
    if upload.state != UploadState.FILING:
        return None
    filed = file_reports(
        form=upload.form, month=upload.month, rows=reading.rows, channel=Channel.TEMPLATE, by=by, at=at,
        batch=upload.batch, reason=upload.reason, answers=reading.answers,
    )  # fmt: skip
    names = {one["row"]: one["unit"] for one in upload.refusals}
    units = queries.unit_names(one.report_id for one in filed.refused)
    for one in filed.refused:
        number = reading.numbers[one.row]
        if number not in names:
            upload.refusals.append(_line(number, units.get(one.report_id, ""), str(one.refusal.message)))
    upload.state, upload.refused = UploadState.FILED, len(upload.refusals)
    upload.counts = {name: getattr(filed, name) for name in ("filed", "unchanged", "stops", "asks", "notes")}
    upload.save(update_fields=["state", "refused", "refusals", "counts"])
    return filed


@transaction.atomic
def note_upload_not_filed(*, upload: FormUpload, refused: Refused) -> None:
    """Put a template back to wait, with what stood against filing any of it."""
    upload = _held(upload)
    upload.state, upload.said, upload.batch = UploadState.READ, refused.sentence[:400], None
    upload.save(update_fields=["state", "said", "batch"])


@transaction.atomic
def withdraw_upload(*, upload: FormUpload, by: Person, at: datetime) -> FormUpload:
    """Put a template aside that was not filed; its bytes stay kept.

    Raises
    ------
    Refused
        It was filed, or is being worked on.
    """
    upload = _held(upload)
    _refuse(rules.against_withdrawing(upload))
    old, upload.state = upload.state, UploadState.WITHDRAWN
    upload.save(update_fields=["state"])
    record("form_upload.withdrawn", subject=upload, by=by, at=at, state=(old, upload.state))
    return upload


@transaction.atomic
def undo_upload(*, upload: FormUpload, by: Person, at: datetime) -> int:
    """Take back every report that a template filed; returns how many.

    Raises
    ------
    Refused
        It was not filed, or a report of it was accepted, locked or sealed since.
    """
    upload = _held(upload)
    _refuse(rules.against_undoing_upload(upload))
    assert upload.batch is not None
    undone = undo_reports(upload.batch, by=by, at=at)
    upload.state = UploadState.UNDONE
    upload.save(update_fields=["state"])
    return undone


def _held(upload: FormUpload) -> FormUpload:
    rows = FormUpload.objects.select_for_update(of=("self",)).select_related("form", "place", "upload")
    return rows.get(pk=upload.pk)


def _refuse(refusals: list[Refusal]) -> None:
    if refusals:
        raise Refused(*refusals)
