"""Many files are taken in by one piece of background work, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tici.accounts.models import Person
from tici.core.actions import start_job
from tici.core.models import Job
from tici.core.refusals import Refused
from tici.desk.actions.acceptances import ChangedMeanwhile, Choice, accept_file
from tici.desk.actions.proposing import compare_again
from tici.desk.models import OPEN, Acceptance, DroppedFile, FileSubject, ProposalState
from tici.desk.queries.many import ACCEPT_FILES, files_under_way
from tici.desk.rules import drops as rules
from tici.engines.periods import Month

COUNTED = ("lines", "created", "changed", "entries", "duties", "firms_created", "firms_changed")
LEFT = (ProposalState.HELD, ProposalState.REFUSED)


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
    then stands, unless that raises a question nobody has seen yet.
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
        held = file.counts.get(ProposalState.HELD.value, 0)
        file = compare_again(file=file, at=at)
        asked = file.counts.get(ProposalState.HELD.value, 0) - held
        if asked > 0:
            raise Refused(rules.newly_asked(asked)) from None
        return accept_file(file=file, choice=Choice(), by=by, at=at)


def said_of(job: Job) -> str:
    """What became of the files of a job, in words; the same whether it ran through or was taken up again."""
    files = list(DroppedFile.objects.filter(pk__in=job.args["file_ids"]))
    since = Acceptance.objects.filter(
        file__in=files, accepted_by=job.args["person_id"], accepted_at__gte=job.started_at, undone_at__isnull=True
    )
    taken = list(since)
    sums = {name: sum(one.counts.get(name, 0) for one in taken) for name in COUNTED}
    words = _(
        "已接收%(files)s个文件%(lines)s行："
        "新增项目%(created)s个，变动%(changed)s个，月度数据%(entries)s条，包联%(duties)s条。"
    )
    said = [words % {"files": len({one.file_id for one in taken}), **sums}]
    if any(file.subject == FileSubject.ENTERPRISES for file in files):
        said.append(_("新增企业%(firms_created)s家，变动%(firms_changed)s家。") % sums)
    if left := sum(bool(file.reason) for file in files):
        said.append(_("%(count)s个文件没有收入，原因写在各文件旁。") % {"count": left})
    held, refused = (sum(file.counts.get(state.value, 0) for file in files) for state in LEFT)
    if held or refused:
        words = _("待确认%(held)s行、退回%(refused)s行没有收入，仍在各文件中。")
        said.append(words % {"held": held, "refused": refused})
    return "".join(said)
