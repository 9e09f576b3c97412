"""Typing a month on the screen: cells are saved as typed, and filed together as a vintage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tici.core.audit import record
from tici.core.refusals import Refusal, Refused
from tici.returns import queries, rules
from tici.returns.models import TEXTS, Channel, DraftRow, Filing, Finding, Severity, Vintage
from tici.returns.rules import TYPED_FIGURES

from .filings import file_entries, found_in

if TYPE_CHECKING:
    from tici.accounts.models import Person

Answers = Mapping[tuple[int, str], str]  # (project id, check code) -> what the reporter says
TYPED = frozenset({*TYPED_FIGURES, *TEXTS})
LONGEST_CELL = 4000


@dataclass(frozen=True)
class Cell:
    """One cell as typed: the project's line, the column, the text."""

    project_id: int
    column: str
    text: str


@dataclass(frozen=True)
class Saved:
    """What became of typed cells: which were kept, what is wrong with which, and the draft's new version."""

    version: int
    cells: tuple[Cell, ...]
    problems: tuple[tuple[Cell, str, str], ...]  # cell, sentence, "error" or "warning"


@transaction.atomic
def save_draft_cells(*, filing: Filing, cells: Sequence[Cell], version: int, by: Person, at: datetime) -> Saved:
    """Keep typed cells in the draft of a month; a cell that cannot be read is kept too, with its problem.

    Raises
    ------
    Refused
        The month is accepted or locked (``filing.…``), or someone else saved since ``version`` (``draft.version``).
    """
    filing = Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
    if refusals := rules.against_typing(filing):
        raise Refused(*refusals)
    if version != filing.draft_version:
        sentence = _("这张表已被他人修改。请重新打开本页；您未保存的内容留在浏览器中，可以逐格核对后再存。")
        raise Refused(Refusal("draft.version", sentence))
    rows = {row.project_id: row for row in filing.draft_rows.select_for_update()}
    mine = set(queries.typed_projects(filing).values_list("pk", flat=True))
    kept, problems, touched = [], [], set()
    for cell in cells:
        if cell.project_id not in mine or cell.column not in TYPED or len(cell.text) > LONGEST_CELL:
            problems.append((cell, _("这一格不能填写，没有保存。请只填写未锁定的格子。"), "error"))
            continue
        row = rows.setdefault(cell.project_id, DraftRow(filing=filing, project_id=cell.project_id))
        row.cells[cell.column] = cell.text
        touched.add(cell.project_id)
        kept.append(cell)
        if problem := rules.read_cell(cell.column, cell.text).problem:
            problems.append((cell, problem, "error"))
    changed = [rows[project_id] for project_id in sorted(touched)]
    DraftRow.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["filing", "project"], update_fields=["cells"]
    )
    filing.draft_version += 1
    filing.save(update_fields=["draft_version"])
    record("draft.saved", subject=filing, by=by, at=at, cells=(None, len(kept)))
    return Saved(filing.draft_version, tuple(kept), (*problems, *_warnings(filing, touched)))


def _warnings(filing: Filing, touched: set[int]) -> list[tuple[Cell, str, str]]:
    """What the checks say of the lines just typed, shown at once; they are judged again when the month is filed."""
    rows = [line.row for line in queries.draft_lines(filing) if line.project_id in touched and not line.problems]
    if not rows:
        return []
    found, since = found_in(filing, rows)
    return [
        (Cell(rows[row].project_id, check.field, ""), rules.sentence_of(check.code, facts, since), "warning")
        for row, check, facts in found
    ]


@transaction.atomic
def file_draft(
    *, filing: Filing, version: int, by: Person, at: datetime, answers: Answers | None = None, reason: str = ""
) -> Vintage:
    """File the typed month as a new vintage, unless something must be corrected or explained first.

    Raises
    ------
    Refused
        A cell cannot be read, a check stops, a finding that asks has no answer, someone else saved since
        ``version``, or the month cannot be filed at all. Then nothing is filed.
    """
    filing = Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
    if refusals := rules.against_typing(filing):
        raise Refused(*refusals)
    if version != filing.draft_version:
        raise Refused(Refusal("draft.version", _("这张表已被他人修改，没有报送。请重新打开本页核对后再报。")))
    lines = queries.draft_lines(filing)
    if unread := sum(len(line.problems) for line in lines):
        sentence = _("有%(count)s格读不出数字，没有报送。请改正标红的格子。") % {"count": unread}
        raise Refused(Refusal("draft.unread", sentence))
    vintage = file_entries(
        filing=filing, rows=[line.row for line in lines if line.is_typed], channel=Channel.SCREEN, by=by, at=at,
        reason=reason,
    )  # fmt: skip
    if refusals := _unsettled(vintage, answers or {}, at):
        raise Refused(*refusals)
    return vintage


def _unsettled(vintage: Vintage, answers: Answers, at: datetime) -> list[Refusal]:
    """Answer the findings of a vintage, and say of each one that is still open what it asks."""
    findings = Finding.objects.filter(entry__vintage=vintage).select_related("entry__project").order_by("pk")
    refusals, answered = [], []
    for finding in findings:
        project = finding.entry.project
        answer = answers.get((project.pk, finding.check_code), "").strip()
        if answer:
            finding.answer, finding.answered_at = answer[:400], at
            answered.append(finding)
        if finding.severity == Severity.STOP or (finding.severity == Severity.ASK and not finding.answer):
            words = _("%(project)s：%(sentence)s") % {
                "project": project.name, "sentence": rules.finding_sentence(finding)
            }  # fmt: skip
            refusals.append(Refusal(f"finding.{finding.severity}", words, f"{project.pk}:{finding.check_code}"))
    Finding.objects.bulk_update(answered, ["answer", "answered_at"], batch_size=500)
    return refusals
