"""The files of a month seen together: how far they have come, what can be taken in, what goes back, what is alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tici.accounts.models import Person
from tici.core.audit import name_of
from tici.core.models import Job
from tici.core.templatetags.tici import number
from tici.desk.models import (
    ACCEPTABLE,
    OPEN,
    Acceptance,
    DroppedFile,
    FileState,
    FileSubject,
    MergeSuggestion,
    Part,
    Proposal,
    ProposalState,
    Taken,
)
from tici.desk.queries.drops import files_of, open_files
from tici.desk.queries.taking import with_parts_left
from tici.desk.rules.lines import MONTHLY
from tici.engines.periods import Month
from tici.engines.sheets.merging import SURE, Entry, compare
from tici.projects.models import Project
from tici.returns.models import Filing

ACCEPT_FILES = "desk.accept_files"
#: There are no reasons yet, no layout to write them in, or they are said anew once place and month are settled.
NOT_HANDED_BACK = (FileState.READING, FileState.REFUSED, FileState.ASKING)
COUNTED = ("lines", "created", "changed", "entries", "duties", "firms_created", "firms_changed")
LEFT = (ProposalState.HELD, ProposalState.REFUSED)
SUMMED = (ProposalState.NEW, ProposalState.CHANGED, ProposalState.SAME, ProposalState.HELD, ProposalState.REFUSED)


@dataclass(frozen=True)
class Summary:
    """How many files a month has, and how many lines of each outcome."""

    files: int
    new: int
    changed: int
    same: int
    held: int
    refused: int
    unread: int


def summary_of(person: Person, month: Month) -> Summary:
    """The files of a month a person may see, in sum."""
    rows = list(files_of(person).filter(month_on=month.first).order_by().values_list("state", "counts"))
    lines: Counter[str] = Counter()
    for _state, counts in rows:
        lines.update(counts)
    unread = sum(state == FileState.REFUSED for state, _counts in rows)
    return Summary(files=len(rows), unread=unread, **{state.value: lines[state.value] for state in SUMMED})


def other_months(person: Person, month: Month) -> list[tuple[Month, int]]:
    """Other months in which files wait for a person, newest first, with how many."""
    rows = open_files(person).exclude(month_on=month.first).order_by("-month_on").values("month_on")
    return [(Month.of(row["month_on"]), row["count"]) for row in rows.annotate(count=Count("pk"))]


def files_with_lines_left(person: Person) -> QuerySet[DroppedFile]:
    """Files a person may see of which some line waits to be taken in, in the order they came."""
    left = with_parts_left(Proposal.objects.filter(file=OuterRef("pk"), state__in=ACCEPTABLE))
    read = Q(state=FileState.READ, counts__has_any_keys=sorted(ACCEPTABLE))
    partly = Q(Exists(left), state=FileState.PARTLY)
    return DroppedFile.objects.visible_to(person).filter(read | partly).order_by("pk")


def acceptable_files(person: Person) -> QuerySet[DroppedFile]:
    """Those of them that can be taken in now."""
    return files_with_lines_left(person).exclude(_speaks_of_a_closed_month())


def closed_files(person: Person) -> QuerySet[DroppedFile]:
    """Those of them that cannot, because they report on a month that is accepted or locked in its place."""
    return files_with_lines_left(person).filter(_speaks_of_a_closed_month())


def _speaks_of_a_closed_month() -> Exists:
    """Whether a file has a line with figures to take in, of a place whose return for the month is closed."""
    closed = Filing.objects.closed().filter(place=OuterRef("place"), month_on=OuterRef("file__month_on"))
    taken = Taken.objects.filter(proposal=OuterRef("pk"), part=Part.FIGURES)
    speaks = ~Q(figures={}) | ~Q(texts={}) | Q(sources__contains=[{"kind": MONTHLY}])
    lines = Proposal.objects.filter(speaks, file=OuterRef("pk"), state__in=ACCEPTABLE)
    return Exists(lines.filter(Exists(closed), ~Exists(taken)))


def files_handed_back(person: Person, month: Month) -> QuerySet[DroppedFile]:
    """Files of a month with something to correct or to look at again."""
    told = Q(counts__has_key=ProposalState.REFUSED.value) | ~Q(problems=[])
    files = files_of(person).filter(told, month_on=month.first).exclude(state__in=NOT_HANDED_BACK)
    return files.order_by("place__position", "pk")


def files_under_way() -> set[int]:
    """Files that some unfinished work is taking in."""
    jobs = Job.objects.filter(kind=ACCEPT_FILES, finished_at__isnull=True).values_list("args", flat=True)
    return {pk for args in jobs for pk in args["file_ids"]}


def latest_accepting(person: Person, month: Month) -> Job | None:
    """The last time a person had many files of a month taken in, whether it is over or not."""
    jobs = Job.objects.filter(kind=ACCEPT_FILES, by=name_of(person), args__month=str(month))
    return jobs.order_by("-pk").first()


def said_of(job: Job) -> str:
    """What became of the files of a job, in words; the same whether it ran through or was taken up again."""
    files = list(DroppedFile.objects.filter(pk__in=job.args["file_ids"]))
    since = Acceptance.objects.filter(
        file__in=files, accepted_by=job.args["person_id"], accepted_at__gte=job.started_at, undone_at__isnull=True
    )
    taken = list(since)
    sums = {name: number(sum(one.counts.get(name, 0) for one in taken)) for name in COUNTED}
    words = _(
        "已接收%(files)s个文件%(lines)s行："
        "新增项目%(created)s个，变动%(changed)s个，月度数据%(entries)s条，包联%(duties)s条。"
    )
    said = [words % {"files": len({one.file_id for one in taken}), **sums}]
    if any(file.subject == FileSubject.ENTERPRISES for file in files):
        said.append(_("新增企业%(firms_created)s家，变动%(firms_changed)s家。") % sums)
    if left := sum(bool(file.reason) for file in files):
        said.append(_("%(count)s个文件没有收入，原因写在各文件旁。") % {"count": number(left)})
    held, refused = (sum(file.counts.get(state.value, 0) for file in files) for state in LEFT)
    if held or refused:
        words = _("待确认%(held)s行、退回%(refused)s行没有收入，仍在各文件中。")
        said.append(words % {"held": number(held), "refused": number(refused)})
    return reduce(lambda before, after: _("%(before)s%(after)s") % {"before": before, "after": after}, said)


def sure_suggestions(person: Person, month: Month) -> list[MergeSuggestion]:
    """Open questions about names, over all files of a month, where two mentions are all but certainly one project.

    How sure is said by the recogniser's own comparison: names, owners, totals and codes together.
    """
    asked = MergeSuggestion.objects.filter(
        file__in=DroppedFile.objects.visible_to(person).filter(month_on=month.first, state__in=OPEN)
    )
    asked = asked.select_related("file__place", "proposal", "other", "project__owner", "project__place")
    return [one for one in asked.order_by("file_id", "proposal__position", "pk") if _sureness(one) >= SURE]


def _sureness(suggestion: MergeSuggestion) -> float:
    there = suggestion.other or suggestion.project
    other = _of_line(there) if isinstance(there, Proposal) else _of_project(there)
    return compare(_of_line(suggestion.proposal), other)[0] if other else 0.0


def _of_line(line: Proposal) -> Entry:
    total = line.facts.get("investment_wan")
    return Entry(
        key=line.pk,
        source=line.file_id,
        name=line.name,
        owner=line.facts.get("owner_name", ""),
        project_code=line.code,
        total_wan=Decimal(total) if total is not None else None,
    )


def _of_project(project: Project | None) -> Entry | None:
    if project is None:
        return None
    return Entry(
        key=project.pk,
        source="register",
        name=project.name,
        owner=project.owner.name if project.owner else "",
        project_code=project.code,
        total_wan=project.investment_wan,
    )


def by_file(suggestions: Sequence[MergeSuggestion]) -> dict[DroppedFile, list[MergeSuggestion]]:
    """Suggestions under the files they were raised in, in their order."""
    files: dict[DroppedFile, list[MergeSuggestion]] = {}
    for one in suggestions:
        files.setdefault(one.file, []).append(one)
    return files
