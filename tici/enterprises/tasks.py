"""What the worker does: a list of another office is read in a child process and matched to the register."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tici.core.actions import advance_job
from tici.core.jobs import job
from tici.core.models import Job
from tici.core.uploads import path_of
from tici.engines.linkage import Cancelled, Progress, Settings, Stage, match
from tici.engines.sheets import ENTERPRISES, Stopped, read_in_child

from .actions.office_lists import MATCH_LIST, keep_matches, refuse_list
from .models import ListState, OfficeList
from .queries import office_lists as queries
from .rules import office_lists as rules

# A list of another office is larger than any report, and read by itself in the background.
MEMORY_BYTES, SECONDS = 8 * 1024**3, 1800
STAGES = {
    Stage.PREPARING: gettext_lazy("正在整理台账"),
    Stage.LEARNING: gettext_lazy("正在从有代码的行学习"),
    Stage.MATCHING: gettext_lazy("正在逐行匹配"),
}


class _Teller:
    """Tells of progress, and knows once somebody has stopped the job."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.is_stopped = False

    def tell(self, progress: Progress) -> None:
        total = max(progress.total, 1)
        said = str(STAGES[progress.stage])
        self.is_stopped = not advance_job(self._job, done=min(progress.done, total), total=total, message=said)


@job(MATCH_LIST)
def match_list(job: Job, *, list_id: int) -> str:
    """Read a list, refuse what is none, match the rest; stopped half-way, nothing is kept of it."""
    office_list = OfficeList.objects.select_related("place", "upload").filter(pk=list_id).first()
    if office_list is None or office_list.state != ListState.MATCHING:
        return _("名单已移除或已匹配。")
    if not advance_job(job, done=0, total=1, message=_("正在识别表头和各列")):
        return ""
    place, path = office_list.place, path_of(office_list.upload.digest)

    def is_wanted(passed: float) -> bool:
        return advance_job(job, done=0, total=1, message=_("正在识别表头和各列，已用%(n)s秒") % {"n": round(passed)})

    try:
        reading = read_in_child(
            path, queries.gazetteer_in(place), name=office_list.name, subject=ENTERPRISES, memory_bytes=MEMORY_BYTES,
            seconds=SECONDS, tell=is_wanted,
        )  # fmt: skip
    except Stopped:
        return ""
    rows = rules.list_rows(reading)
    if refusals := rules.against_reading_list(reading, rows):
        refuse_list(list_id=list_id, refusals=refusals, by=job.by, at=timezone.now())
        return "".join(str(one.message) for one in refusals)
    teller = _Teller(job)
    try:
        matching = match(
            rules.frame_of(rows), queries.register_frame(place), Settings(threads=2),
            tell=teller.tell, is_cancelled=lambda: teller.is_stopped,
        )  # fmt: skip
    except Cancelled:
        return ""
    if not advance_job(job, done=0, total=1, message=_("正在存放结果")):
        return ""
    lines = rules.Lines(timezone.localdate())
    kept = keep_matches(
        list_id=list_id, reading=reading, rows=rows, matching=matching, lines=lines, by=job.by, at=timezone.now()
    )
    advance_job(job, done=1, total=1)
    return _("%(rows)s行已匹配。") % {"rows": len(rows)} if kept else _("名单已移除或已匹配。")
