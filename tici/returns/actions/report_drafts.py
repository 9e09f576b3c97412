"""Typing a form on the screen: cells of many units are saved as typed, and filed together once they are settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from tici.core.audit import Deed, record_many
from tici.core.copying import AnyOf, copy_in, copy_over
from tici.core.dates import month_words
from tici.core.refusals import Refusal, Refused
from tici.engines.periods import Month
from tici.returns import queries, rules
from tici.returns.models import Channel, FormVersion, ReportDraft, Severity, UnitReport
from tici.returns.queries import ReportDraftLine, Whose
from tici.returns.rules import ReportRow, RowRefused

from .reports import Answers, Filed, file_reports, found_in

if TYPE_CHECKING:
    from tici.accounts.models import Person

LONGEST_CELL = 200


class ReportCell(NamedTuple):
    """One cell as typed: the unit's report, the column, the text."""

    report_id: int
    column: str
    text: str


@dataclass(frozen=True)
class SavedCells:
    """What became of typed cells: which were kept, what is wrong with which, and the sheet's new version."""

    version: int
    cells: tuple[ReportCell, ...]
    problems: tuple[tuple[ReportCell, str, str], ...]  # cell, sentence, "error" or "warning"


@dataclass(frozen=True)
class FiledDrafts:
    """What came of a typed sheet: what was filed, and which units' lines stay to be corrected or explained."""

    filed: Filed
    left: tuple[RowRefused, ...]  # the field of a finding's refusal is "report:check", beside which it is answered


@transaction.atomic
def save_report_cells(
    *,
    form: FormVersion,
    month: Month,
    whose: Whose,
    cells: Sequence[ReportCell],
    version: int,
    by: Person,
    at: datetime,
) -> SavedCells:
    """Keep typed cells in the drafts of their units; a cell that cannot be read is kept too, with its problem.

    Raises
    ------
    Refused
        The form is not open for the month, or someone else typed or filed in this sheet since ``version``.
    """
    reports = _held(form, month, whose, {cell.report_id for cell in cells}, named=False)
    if version != queries.sheet_version(form, month, whose):
        sentence = _("这张表已被他人修改。请重新打开本页；您未保存的内容留在浏览器中，可以逐格核对后再存。")
        raise Refused(Refusal("draft.version", sentence))
    drafts = {draft.report_id: draft for draft in ReportDraft.objects.filter(AnyOf("report_id", reports))}
    typed = {pk: dict(draft.cells) for pk, draft in drafts.items()}
    known, codes = queries.indicators(), frozenset(form.positions)
    carried, is_sealed = queries.carried_of(form, month, list(reports.values())), queries.is_sealed(form.code, month)
    may_type = {pk: codes - carried[pk].keys() for pk, report in reports.items() if report.is_open or is_sealed}
    kept, problems = [], []
    for cell in cells:
        if cell.column not in may_type.get(cell.report_id, ()) or len(cell.text) > LONGEST_CELL:
            problems.append((cell, _("这一格不能填写，没有保存。请只填写未锁定的格子。"), "error"))
        else:
            typed.setdefault(cell.report_id, {})[cell.column] = cell.text
            kept.append(cell)
    touched = sorted({cell.report_id for cell in kept})
    _write(touched, drafts, typed)
    lines = queries.report_lines_of(form, month, [reports[pk] for pk in touched], known, typed, carried)
    unread = {(line.report.pk, column): said for line in lines for column, said in line.problems.items()}
    problems += [
        (cell, said, "error") for cell in kept if (said := unread.get((cell.report_id, cell.column))) is not None
    ]
    if kept:
        new = {"form": form.code, "month": str(month), "cells": len(kept)}
        record_many([Deed("draft.saved", f"returns.form:{form.code}:{month}", {}, new)], by=by, at=at)
    version = queries.sheet_version(form, month, whose)
    return SavedCells(version, tuple(kept), (*problems, *_warnings(form, month, lines)))


def _held(form: FormVersion, month: Month, whose: Whose, ids: set[int], *, named: bool = True) -> dict[int, UnitReport]:
    """The reports of a sheet that are typed in, locked in one order until the transaction ends; with their units."""
    rows = queries.sheet_reports(form, month, whose).filter(AnyOf("id", sorted(ids))).order_by("pk")
    rows = rows if named else rows.select_related(None)
    found = {report.pk: report for report in rows.select_for_update(of=("self",))}
    if not found and not queries.is_open(form.code, month):
        words = {"form": form, "month": month_words(month)}
        sentence = _("“%(form)s”%(month)s还没有开表。请等调度员开表后再报，或核对月份。") % words
        raise Refused(Refusal("form.not_open", sentence))
    return found


def _write(touched: Sequence[int], drafts: Mapping[int, ReportDraft], typed: Mapping[int, dict[str, str]]) -> None:
    fresh = [pk for pk in touched if pk not in drafts]
    copy_in(ReportDraft, ("report", "cells", "version"), ((pk, typed[pk], 1) for pk in fresh))
    old = [(drafts[pk].pk, typed[pk], drafts[pk].version + 1) for pk in touched if pk in drafts]
    copy_over(ReportDraft, ("cells", "version"), old)


def _warnings(form: FormVersion, month: Month, lines: Sequence[ReportDraftLine]) -> list[tuple[ReportCell, str, str]]:
    """What the checks say of the lines just typed, shown at once; they are judged again when they are filed."""
    readable = [line for line in lines if not line.problems]
    key = rules.unit_key(form)
    units = [getattr(line.report, key) for line in readable]
    found, since = found_in(form, month, [line.figures for line in readable], units)
    known, checks = queries.indicators() if found else {}, rules.form_checks_on(form.checks, month.last)
    return [
        (
            ReportCell(readable[row].report.pk, check.field, ""),
            rules.report_sentence(form, check.code, facts, since, known, checks),
            "warning",
        )
        for row, check, facts in found
    ]


@transaction.atomic
def file_report_drafts(
    *,
    form: FormVersion,
    month: Month,
    whose: Whose,
    version: int,
    by: Person,
    at: datetime,
    answers: Answers | None = None,
    reason: str = "",
) -> FiledDrafts:
    """File the typed lines of a sheet: each settled line becomes a vintage, every other stays in its draft.

    A line is settled when every cell can be read, no check stops it, and every finding that asks has its answer.

    Raises
    ------
    Refused
        Someone else typed or filed since ``version``, nothing was typed, or the month is sealed without a reason.
    """
    typed = ReportDraft.objects.filter(report__in=queries.sheet_reports(form, month, whose)).exclude(cells={})
    reports = _held(form, month, whose, set(typed.values_list("report_id", flat=True)))
    if version != queries.sheet_version(form, month, whose):
        raise Refused(Refusal("draft.version", _("这张表已被他人修改，没有报送。请重新打开本页核对后再报。")))
    lines = queries.report_lines_of(form, month, list(reports.values()), queries.indicators())
    if not lines:
        raise Refused(Refusal("draft.empty", _("没有新填的数据。请先填写，再报送。")))
    left, unsettled = _unsettled(form, month, lines, answers or {})
    settled = [line for line in lines if line.report.pk not in unsettled]
    nothing = Filed(filed=0, unchanged=0, repeated=0, stops=0, asks=0, notes=0, refused=())
    if not settled:
        return FiledDrafts(nothing, tuple(left))
    filed = file_reports(
        form=form, month=month, rows=[ReportRow(line.report.pk, line.figures) for line in settled],
        channel=Channel.SCREEN, by=by, at=at, reason=reason, answers=answers,
    )  # fmt: skip
    done = {line.report.pk for line in settled} - {one.report_id for one in filed.refused}
    ReportDraft.objects.filter(AnyOf("report_id", sorted(done))).update(cells={})
    return FiledDrafts(filed, (*left, *filed.refused))


def _unsettled(
    form: FormVersion, month: Month, lines: Sequence[ReportDraftLine], answers: Answers
) -> tuple[list[RowRefused], set[int]]:
    """What stands against filing each line, and the reports of the lines that are to stay."""
    left = []
    for at, line in enumerate(lines):
        if line.problems:
            unread = _("%(unit)s有%(count)s格读不出数字，没有报送。请改正标红的格子。")
            unread %= {"unit": line.report.unit, "count": len(line.problems)}
            left.append(RowRefused(at, line.report.pk, Refusal("draft.unread", unread)))
    readable = [(at, line) for at, line in enumerate(lines) if not line.problems]
    key = rules.unit_key(form)
    units = [getattr(line.report, key) for _at, line in readable]
    found, since = found_in(form, month, [line.figures for _at, line in readable], units)
    known = queries.indicators() if found else {}
    told = queries.answers_given([line.report.pk for _at, line in readable]) if found else {}
    for row, check, figures in found:
        at, line = readable[row]
        pk, facts = line.report.pk, {name: str(value) for name, value in figures.items()}
        answer = answers.get((pk, check.code), "").strip() or told.get((pk, check.code, queries.facts_key(facts)), "")
        if check.severity == Severity.STOP or (check.severity == Severity.ASK and not answer):
            sentence = rules.report_sentence(form, check.code, facts, since, known)
            words = _("%(unit)s：%(sentence)s") % {"unit": line.report.unit, "sentence": sentence}
            left.append(RowRefused(at, pk, Refusal(f"finding.{check.severity}", words, f"{pk}:{check.code}")))
    return left, {one.report_id for one in left}
