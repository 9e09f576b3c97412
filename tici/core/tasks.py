"""What the background worker runs: one job after another, and once a minute the work of workers that were killed."""

from __future__ import annotations

import logging
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from . import actions, verification
from .jobs import WORK, job
from .models import Job, JobState
from .refusals import Refused

log = logging.getLogger(__name__)


@app.task(name=actions.RUN)
def run(job_id: int) -> None:
    """Do one job now, and write down how it ended. A job that is over is left alone."""
    job = actions.begin_job(job_id)
    if job is None:
        return
    try:
        said = WORK[job.kind](job, **job.args)
    except Refused as refused:
        actions.end_job(job, state=JobState.REFUSED, at=timezone.now(), message=refused.sentence)
    except Exception:
        log.exception("job %s (%s)", job.pk, job.kind)
        sentence = _(
            "处理中断，已记入日志，编号%(number)s。文件和已收数据没有丢失，请稍后重试；仍不行请联系系统管理员。"
        )
        actions.end_job(job, state=JobState.REFUSED, at=timezone.now(), message=sentence % {"number": job.pk})
    else:
        actions.end_job(job, state=JobState.FINISHED, at=timezone.now(), message=said)


@app.periodic(cron="* * * * *")
@app.task(name="tici.reap", queueing_lock="tici.reap", pass_context=True)
async def reap(context: Any, timestamp: int) -> None:
    """Take up again the work of workers that were killed: they stop beating, and their jobs stay "doing" for ever."""
    manager = context.app.job_manager
    for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=30):
        await manager.retry_job(stalled)


@job(verification.VERIFY)
def verify(job: Job) -> str:
    """Check the record and the uploads; when all is as it was written, anchor how far the record has come."""
    checked = verification.check(lambda done, total: actions.advance_job(job, done=done, total=total))
    if checked is None:
        return ""
    if not checked.breaks:
        actions.anchor_record(at=timezone.now())
    return checked.sentence
