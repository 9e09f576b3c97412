"""Writes that every room shares: keeping an upload, and the life of a background job."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, cast

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app

from .audit import name_of, record
from .copying import copy_in, reserve_ids
from .models import Job, JobState, Record, SourceRow, Upload
from .uploads import path_of
from .verification import anchors_file

CHUNK = 1 << 20
# The row of bytes that are there already is given back as it was, by the same statement.
KEPT_ONCE = """
insert into core_upload (digest, size, name, received_at, received_by) values (%s, %s, %s, %s, %s)
on conflict (digest) do update set digest = excluded.digest returning *
"""
RUN = "tici.run"  # the one procrastinate task; what it does is the job's kind


@dataclass(frozen=True)
class Source:
    """The row of a kept workbook that something came from, before it is kept itself."""

    upload_id: int
    sheet: str
    row: int
    cells: dict[str, str] | str  # field -> cell: {"investment_wan": "F12"}; as JSON text where very many are kept


@transaction.atomic(savepoint=False)
def keep_upload(file: BinaryIO, *, name: str, by: object, at: datetime) -> Upload:
    """Keep a file unchanged under its digest; the same bytes again give the same row.

    The file is on disk, flushed, before the row is written, so a row never points at nothing.
    """
    digest, size, temporary = _written_aside(file)
    path = path_of(digest)
    if path.exists():
        os.unlink(temporary)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.replace(temporary, path)
    (upload,) = Upload.objects.raw(KEPT_ONCE, [digest, size, name[-255:], at, name_of(by)])
    return cast("Upload", upload)


@transaction.atomic
def erase_upload(*, upload: Upload, by: object, at: datetime) -> bool:
    """Erase kept bytes whose time has come, row and file; False where another row still needs them."""
    try:
        with transaction.atomic():
            Upload.objects.filter(pk=upload.pk).delete()
    except IntegrityError:  # a protected row, of whatever room
        return False
    record("upload.erased", subject=upload, by=by, at=at, digest=(upload.digest, None))
    transaction.on_commit(lambda: path_of(upload.digest).unlink(missing_ok=True))
    return True


def _written_aside(file: BinaryIO) -> tuple[str, int, str]:
    """Copy a stream beside the uploads; return its digest, size and where it lies."""
    folder = path_of("00").parent.parent
    folder.mkdir(parents=True, exist_ok=True)
    sha, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".in-", delete=False) as aside:
        while chunk := file.read(CHUNK):
            sha.update(chunk)
            size += len(chunk)
            aside.write(chunk)
        aside.flush()
        os.fsync(aside.fileno())
    return sha.hexdigest(), size, aside.name


@transaction.atomic
def keep_sources(sources: Sequence[Source]) -> list[int]:
    """Keep where rows came from; returns the ids of the kept rows, in the same order."""
    ids = reserve_ids(SourceRow, len(sources))
    rows = ((pk, s.upload_id, s.sheet[:120], s.row, s.cells) for pk, s in zip(ids, sources, strict=True))
    copy_in(SourceRow, ("id", "upload", "sheet", "row", "cells"), rows)
    return ids


def with_sources(rows: Iterable[tuple[Any, ...]], kept: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """The rows with the id of their source, which stands last, in place of its number among those kept."""
    for *row, number in rows:
        yield (*row, None if number is None else kept[number])


@transaction.atomic
def start_job(kind: str, *, title: str, by: object, at: datetime, total: int = 0, **args: object) -> Job:
    """Queue work for the background; it is taken up only once the caller's transaction has ended."""
    job = Job.objects.create(kind=kind, title=title, args=args, by=name_of(by), started_at=at, total=total)
    app.configure_task(RUN).defer(job_id=job.pk)
    return job


def advance_job(job: Job, *, done: int, total: int, message: str = "") -> bool:
    """Tell how far a job has come; returns False once somebody has stopped it."""
    job.done, job.total, job.message = done, total, message
    running = Job.objects.filter(pk=job.pk, state=JobState.RUNNING)
    return bool(running.update(done=done, total=total, message=message))


@transaction.atomic
def stop_job(*, job: Job, at: datetime) -> None:
    """Stop a job: one that waits is never begun, one that runs ends at its next step."""
    Job.objects.filter(pk=job.pk, finished_at__isnull=True).update(state=JobState.STOPPED, finished_at=at)


def anchor_record(*, at: datetime) -> None:
    """Note outside the database how far the record has come, so that an end cut off is noticed by the next check."""
    last = Record.objects.order_by("-pk").first()
    if last is None:
        return
    path = anchors_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="ascii") as file:
        file.write(f"{at.isoformat()} {last.pk} {last.digest}\n")
        file.flush()
        os.fsync(file.fileno())


@transaction.atomic
def begin_job(job_id: int) -> Job | None:
    """Take a job up, or again after its worker was killed; None when it is over."""
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None or job.is_over:
        return None
    job.state = JobState.RUNNING
    job.save(update_fields=["state"])
    return job


@transaction.atomic
def end_job(job: Job, *, state: str, at: datetime, message: str = "") -> None:
    """Close a job, unless it was stopped meanwhile."""
    Job.objects.filter(pk=job.pk, finished_at__isnull=True).update(state=state, finished_at=at, message=message)
