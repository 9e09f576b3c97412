"""Many files are taken in by one piece of background work, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import ngettext

from tici.accounts.models import Person
from tici.core.actions import start_job
from tici.core.models import Job
from tici.core.refusals import Refused
from tici.desk.actions.acceptances import ChangedMeanwhile, Choice, accept_file
from tici.desk.actions.proposing import compare_again
from tici.desk.models import OPEN, Acceptance, DroppedFile
from tici.desk.queries.many import ACCEPT_FILES, files_under_way
from tici.desk.rules import drops as rules
from tici.engines.periods import Month


@transaction.atomic
def start_accepting(*, files: Collection[DroppedFile], month: Month, by: Person, at: datetime) -> Job:
    """Begin to take in files of a month, all of each that can be; one that is being taken in already is left out.

    Raises:
        Refused: None of the files is left to take in.
    """
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)  # the same form sent twice comes one after the other
    under_way = files_under_way()
    if under_way and all(file.pk in under_way for file in files):
        raise Refused(rules.under_way())
    chosen = [file.pk for file in files if file.pk not in under_way]
    if not chosen:
        raise Refused(rules.no_file_to_accept())
    title = ngettext("接收%(count)s个文件", "接收%(count)s个文件", len(chosen)) % {"count": len(chosen)}
    return start_job(
        ACCEPT_FILES, title=title, by=by, at=at, total=len(chosen),
        file_ids=chosen, person_id=by.pk, month=str(month),
    )  # fmt: skip


def take_in(*, file: DroppedFile, by: Person, at: datetime) -> Acceptance | None:
    """Take in all that can be of one file; None, and the reason noted beside the file, where it is refused.

    Where the registers moved on since the proposals were made, the file is compared anew and taken in as it
    then stands. A line that raises a question then waits for its answer, as every such line does.
    """
    try:
        return _take_in(file, by, at)
    except Refused as refused:
        DroppedFile.objects.filter(pk=file.pk, state__in=OPEN).update(reason=refused.sentence)
        return None


def _take_in(file: DroppedFile, by: Person, at: datetime) -> Acceptance:
    try:
        return accept_file(file=file, choice=Choice(), by=by, at=at)
    except ChangedMeanwhile:
        return accept_file(file=compare_again(file=file, at=at), choice=Choice(), by=by, at=at)
