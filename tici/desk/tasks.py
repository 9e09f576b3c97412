"""Work in the background: reading a dropped file, taking many in, going through the pool; pages tell how far it is."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from procrastinate.contrib.django import app

from tici.accounts.models import Person
from tici.accounts.permissions import Permission, holds
from tici.core.actions import advance_job
from tici.core.jobs import job
from tici.core.models import Job
from tici.core.uploads import path_of
from tici.desk.actions import many as actions
from tici.desk.actions.drops import READ_FILE
from tici.desk.actions.pool import GO_THROUGH, renew_pool
from tici.desk.actions.proposing import note_reading
from tici.desk.models import DroppedFile, FileState
from tici.desk.queries import drops as queries
from tici.desk.queries import many
from tici.engines.sheets import Reading, read_in_child
from tici.engines.sheets.subjects import SUBJECTS

STEPS = 3


@job(READ_FILE)
def read_file(job: Job, *, file_id: int) -> str:
    """Recognise a file in a child process, set it beside the registers, write the proposals down."""
    file = DroppedFile.objects.select_related("upload", "place", "dropped_by__place").get(pk=file_id)
    if file.state != FileState.READING:
        return _("“%(file)s”已不在读取。") % {"file": file.name}
    if not advance_job(job, done=0, total=STEPS, message=_("正在识别表头、单位和各列")):
        return ""
    reading = _recognised(file)
    if not advance_job(job, done=1, total=STEPS, message=_("正在与台账、上月数据逐格比对")):
        return ""
    file = note_reading(file_id=file.pk, reading=reading, at=timezone.now())
    advance_job(job, done=STEPS, total=STEPS)
    rows = len(reading.rows)
    return file.reason or ngettext("读出%(rows)s行。", "读出%(rows)s行。", rows) % {"rows": rows}


def _recognised(file: DroppedFile) -> Reading:
    """The reading of a file; once its sender is known, with what was settled of that sender's columns."""
    subject = SUBJECTS[file.subject] if file.subject_is_settled else None  # else its headers say
    places = queries.gazetteer_of(file)
    path, meanings = path_of(file.upload.digest), queries.meanings_of(file.place)

    def read() -> Reading:
        return read_in_child(path, places, name=file.name, month=file.month, mapping=meanings, subject=subject)

    reading = read()
    if file.place is None and reading.place_code:
        meanings = queries.meanings_of_code(reading.place_code)
        columns = {column.fingerprint: column.field for sheet in reading.sheets for column in sheet.columns}
        if any(columns.get(fingerprint, field) != (field or None) for fingerprint, field in meanings.items()):
            return read()
    return reading


@job(many.ACCEPT_FILES)
def accept_files(job: Job, *, file_ids: list[int], person_id: int, month: str) -> str:
    """Take in files one after the other, each whole or not at all; what has been taken in meanwhile is passed over."""
    by = Person.objects.select_related("place").get(pk=person_id)
    for done, pk in enumerate(file_ids):
        files = many.files_with_lines_left(by) if holds(by, Permission.RETURN_FILE) else DroppedFile.objects.none()
        file = files.filter(pk=pk).first()
        message = _("正在接收“%(file)s”") % {"file": file.name} if file else ""
        if not advance_job(job, done=done, total=len(file_ids), message=message):
            return ""
        if file is not None:
            actions.take_in(file=file, by=by, at=timezone.now())
    advance_job(job, done=len(file_ids), total=len(file_ids))
    return many.said_of(job)


@app.periodic(cron="10 2 * * *")
@app.task(name="tici.desk.renew_pool", queueing_lock="tici.desk.renew_pool")
def renew_pool_every_night(timestamp: int) -> None:
    """Go through the cultivation pool with whatever was reported by day."""
    renew_pool(on=timezone.localdate(), by="system", at=timezone.now())


@job(GO_THROUGH)
def go_through(job: Job) -> str:
    """Go through the cultivation pool because somebody asked."""
    if not advance_job(job, done=0, total=1, message=_("正在按分月数据逐户测算")):
        return ""
    done = renew_pool(on=timezone.localdate(), by=job.by, at=timezone.now())
    advance_job(job, done=1, total=1)
    words = {"proposed": done.proposed, "refreshed": done.refreshed, "settled": done.settled, "risks": done.at_risk}
    return _("新列入%(proposed)s户，更新%(refreshed)s户，已在库办结%(settled)s户，退规测算%(risks)s户。") % words
