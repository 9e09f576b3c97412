"""Workbooks of a form: received, read in the background, settled, filed as one batch, withdrawn, and undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO
from uuid import uuid4

from django.db import transaction

from tici.core.actions import keep_upload, start_job
from tici.core.audit import record
from tici.core.refusals import Refusal, Refused
from tici.engines.periods import Month
from tici.places.models import Place
from tici.returns import queries, rules
from tici.returns.models import FormUpload, FormVersion, UploadState
from tici.returns.queries import RowSaid, UploadReading

from .reports import Filed, file_reports, undo_reports

if TYPE_CHECKING:
    from tici.accounts.models import Person

READ_UPLOAD, FILE_UPLOAD = "returns.read_upload", "returns.file_upload"  # kinds of background work


@transaction.atomic
def receive_upload(
    *,
    file: BinaryIO,
    name: str,
    size: int,
    form: FormVersion,
    month: Month,
    place: Place,
    by: Person,
    at: datetime,
    is_own: bool = False,
) -> FormUpload:
    """Keep a filled template, or a workbook of the sender's own, and have it read; nothing is filed yet.

    Raises
    ------
    Refused
        The file is too large, or no workbook by its name.
    """
    _refuse(rules.against_upload(name, size, is_own=is_own))
    kept = keep_upload(file, name=name, by=by, at=at)
    upload = FormUpload.objects.create(
        form=form, month_on=month.first, place=place, upload=kept, name=name[-255:], sent_at=at, sent_by=by,
        is_own=is_own, settled={"columns": queries.settled_columns(form, place), "rows": {}} if is_own else {},
    )  # fmt: skip
    upload.job = start_job(READ_UPLOAD, title=name[-200:], by=by, at=at, upload_id=upload.pk)
    upload.save(update_fields=["job"])
    record("form_upload.received", subject=upload, by=by, at=at, digest=(None, kept.digest))
    return upload


@transaction.atomic
def note_upload_read(*, upload: FormUpload, reading: UploadReading | None, refusals: Sequence[Refusal] = ()) -> None:
    """Write down what was read of a workbook, or why it could not be read."""
    upload = _held(upload)
    if upload.state != UploadState.READING:
        return
    if reading is None:
        upload.state, upload.said = UploadState.REFUSED, "".join(str(one.message) for one in refusals)[:400]
    else:
        upload.state, upload.read, upload.refused = UploadState.READ, len(reading.rows), len(reading.refused)
        upload.refusals = [one.kept() for one in reading.refused]
        upload.questions, upload.unsure = list(reading.questions), list(reading.unsure)
    upload.save(update_fields=["state", "said", "read", "refused", "refusals", "questions", "unsure"])


@transaction.atomic
def settle_upload(
    *, upload: FormUpload, columns: Mapping[str, str], rows: Mapping[str, int], by: Person, at: datetime
) -> FormUpload:
    """Say what columns of a workbook mean and which reports its rows are for, and have it read again by that.

    What is said of columns is remembered for the place's next workbooks of the form.

    Raises
    ------
    Refused
        It is no workbook of the sender's own, or was filed meanwhile.
    """
    upload = _held(upload)
    _refuse(rules.against_settling(upload))
    asked = {one["fingerprint"]: {"", *one["candidates"], *upload.form.positions} for one in upload.questions}
    offered = {one["key"]: {pk for pk, _name in one["offered"]} for one in upload.unsure}
    said = {key: value for key, value in columns.items() if value in asked.get(key, ())}
    chosen = {key: pk for key, pk in rows.items() if pk in offered.get(key, ())}
    old = upload.settled
    upload.settled = {"columns": old.get("columns", {}) | said, "rows": old.get("rows", {}) | chosen}
    upload.state = UploadState.READING
    upload.job = start_job(READ_UPLOAD, title=upload.name[-200:], by=by, at=at, upload_id=upload.pk)
    upload.save(update_fields=["settled", "state", "job"])
    record("form_upload.settled", subject=upload, by=by, at=at, columns=({}, said), rows=({}, chosen))
    return upload


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
def file_upload(*, upload: FormUpload, reading: UploadReading, by: Person, at: datetime) -> Filed | None:
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
        form=upload.form, month=upload.month, rows=reading.rows, channel=reading.channel, by=by, at=at,
        batch=upload.batch, reason=upload.reason, answers=reading.answers,
    )  # fmt: skip
    units = queries.unit_names(one.report_id for one in filed.refused)
    upload.refusals += [
        RowSaid(reading.numbers[one.row], units.get(one.report_id, ""), str(one.refusal.message)).kept()
        for one in filed.refused
    ]
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
