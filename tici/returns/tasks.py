"""What the worker does: it opens the month on the 1st, sets the lights every night, and reads and files templates."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from tici.accounts.models import Person
from tici.core.actions import advance_job
from tici.core.jobs import job
from tici.core.models import Job
from tici.core.refusals import Refused
from tici.engines.periods import Month

from . import actions, queries
from .models import FormUpload

BY = "system"


@app.periodic(cron="5 0 1 * *")
@app.task(name="tici.returns.open_month", queueing_lock="tici.returns.open_month")
def open_last_month(timestamp: int) -> None:
    """Await the return of the month that has just ended."""
    actions.open_month(Month.of(timezone.localdate()) - 1, by=BY, at=timezone.now())


@app.periodic(cron="30 1 * * *")
@app.task(name="tici.returns.relight", queueing_lock="tici.returns.relight")
def relight_every_night(timestamp: int) -> None:
    """Set the lights of the newest month and of the one before it, whatever was changed in the register by day."""
    newest = queries.latest_month()
    for month in (newest - 1, newest):
        actions.relight(month, by=BY, at=timezone.now())


@job(actions.READ_UPLOAD)
def read_upload(job: Job, *, upload_id: int) -> str:
    """Read a filled template in a child process, and write down what is in it."""
    upload = FormUpload.objects.select_related("form", "upload").get(pk=upload_id)
    if not advance_job(job, done=0, total=1, message=_("正在读取表格")):
        return ""
    try:
        reading = queries.reading_of(upload)
    except Refused as refused:
        actions.note_upload_read(upload=upload, reading=None, refusals=refused.refusals)
        return refused.sentence
    actions.note_upload_read(upload=upload, reading=reading)
    advance_job(job, done=1, total=1)
    return _("读出%(rows)s行，退回%(refused)s行。") % {"rows": len(reading.rows), "refused": len(reading.refused)}


@job(actions.FILE_UPLOAD)
def file_upload(job: Job, *, upload_id: int, person_id: int) -> str:
    """Check and file what stands in a filled template."""
    upload = FormUpload.objects.select_related("form", "upload").get(pk=upload_id)
    by = Person.objects.select_related("place").get(pk=person_id)
    if not advance_job(job, done=0, total=2, message=_("正在读取表格")):
        return ""
    reading = queries.reading_of(upload)
    if not advance_job(job, done=1, total=2, message=_("正在审核并报送")):
        return ""
    try:
        filed = actions.file_upload(upload=upload, reading=reading, by=by, at=timezone.now())
    except Refused as refused:
        actions.note_upload_not_filed(upload=upload, refused=refused)
        raise
    advance_job(job, done=2, total=2)
    return "" if filed is None else _("已报送%(count)s个单位。") % {"count": filed.filed}
