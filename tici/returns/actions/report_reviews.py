"""Reviewing units' reports: sent back with a reason, accepted, locked, unlocked; cells asked about and answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from tici.core.audit import Deed, record, record_many, subject_of
from tici.core.copying import AnyOf
from tici.core.refusals import Refusal, Refused
from tici.returns import queries, rules
from tici.returns.models import CellQuery, FilingState, Severity, UnitFinding, UnitReport

if TYPE_CHECKING:
    from tici.accounts.models import Person


@transaction.atomic
def send_back_report(*, report: UnitReport, reason: str, by: Person, at: datetime) -> UnitReport:
    """Send a report back to its unit with the reason; its figures still count until they are corrected.

    Raises
    ------
    Refused
        Nothing was filed, it is locked or sealed, or there is no reason.
    """
    [report] = _held([report])
    is_sealed = queries.is_sealed(report.code, report.month)
    _refuse(rules.against_sending_back_report(report, reason=reason, is_sealed=is_sealed))
    old = report.state
    report.state, report.sent_back_at, report.sent_back_reason = FilingState.SENT_BACK, at, reason.strip()[:400]
    report.save(update_fields=["state", "sent_back_at", "sent_back_reason"])
    record("report.sent_back", subject=report, by=by, at=at, state=(old, report.state), reason=("", reason.strip()))
    return report


@transaction.atomic
def accept_reports(*, reports: Sequence[UnitReport], by: Person, at: datetime, reason: str = "") -> int:
    """Accept reports, all of them or none; of two people who accept at once, the second is told so.

    Raises
    ------
    Refused
        One is not filed or accepted already, has something to be corrected, or findings of it are unanswered and no
        reason was given.
    """
    held = _held(reports)
    _refuse(_of_all(held, lambda report: rules.against_accepting_report(report, reason=reason)))
    return _step(held, FilingState.ACCEPTED, "report.accepted", by=by, at=at, reason=reason)


@transaction.atomic
def lock_reports(*, reports: Sequence[UnitReport], by: Person, at: datetime) -> int:
    """Lock accepted reports, all of them or none, once their figures have been published.

    Raises
    ------
    Refused
        One is not accepted, or locked already.
    """
    held = _held(reports)
    _refuse(_of_all(held, rules.against_locking_report))
    return _step(held, FilingState.LOCKED, "report.locked", by=by, at=at)


@transaction.atomic
def unlock_reports(*, reports: Sequence[UnitReport], reason: str, by: Person, at: datetime) -> int:
    """Unlock reports with a reason, all of them or none; they stand accepted again.

    Raises
    ------
    Refused
        One is not locked, its month is sealed, or there is no reason.
    """
    held = _held(reports)
    sealed = {key: queries.is_sealed(*key) for key in {(report.code, report.month) for report in held}}

    def against(report: UnitReport) -> list[Refusal]:
        is_sealed = sealed[report.code, report.month]
        return rules.against_unlocking_report(report, reason=reason, is_sealed=is_sealed)

    _refuse(_of_all(held, against))
    return _step(held, FilingState.ACCEPTED, "report.unlocked", by=by, at=at, reason=reason)


@transaction.atomic
def ask_cell(*, report: UnitReport, column: str, question: str, by: Person, at: datetime) -> CellQuery:
    """Put a question about one cell to its reporter. The figure stays: only the reporter changes it.

    Raises
    ------
    Refused
        The question is empty, the form has no such column, or nothing was filed yet.
    """
    [report] = _held([report])
    _refuse(rules.against_asking(report, column=column, question=question, codes=report.form.positions.keys()))
    query = report.queries.create(
        column=column, vintage_number=report.vintage_number, question=question.strip()[:400], asked_by=by, asked_at=at
    )
    record("cell.asked", subject=report, by=by, at=at, column=(None, column), question=("", query.question))
    return query


@transaction.atomic
def answer_query(*, query: CellQuery, answer: str, by: Person, at: datetime) -> CellQuery:
    """Write down what the reporter says to a question about a cell.

    Raises
    ------
    Refused
        The question is closed, or the answer empty.
    """
    query = CellQuery.objects.select_for_update(of=("self",)).select_related("report").get(pk=query.pk)
    _refuse(rules.against_answering_query(query, answer=answer))
    old, query.answer, query.answered_by, query.answered_at = query.answer, answer.strip()[:400], by, at
    query.save(update_fields=["answer", "answered_by", "answered_at"])
    record("cell.answered", subject=query.report, by=by, at=at, column=(None, query.column), answer=(old, query.answer))
    return query


@transaction.atomic
def close_query(*, query: CellQuery, by: Person, at: datetime) -> CellQuery:
    """Close a question about a cell, answered or not.

    Raises
    ------
    Refused
        It is closed already.
    """
    query = CellQuery.objects.select_for_update(of=("self",)).select_related("report").get(pk=query.pk)
    _refuse(rules.against_answering_query(query, answer="-"))
    query.closed_at = at
    query.save(update_fields=["closed_at"])
    record("cell.closed", subject=query.report, by=by, at=at, column=(None, query.column), closed_at=(None, at))
    return query


@transaction.atomic
def answer_unit_finding(*, finding: UnitFinding, answer: str, by: Person, at: datetime) -> UnitFinding:
    """Write down what the reporter says to a finding of a report's current vintage.

    Raises
    ------
    Refused
        The answer is empty, the vintage no longer the current one, or the report accepted or locked.
    """
    [report] = _held([finding.vintage.report])
    finding = UnitFinding.objects.select_for_update(of=("self",)).select_related("vintage").get(pk=finding.pk)
    _refuse(rules.against_answering_finding(report, finding, answer=answer))
    if finding.severity == Severity.ASK and not finding.answer:
        UnitReport.objects.filter(pk=report.pk).update(asks=F("asks") - 1)
    old, finding.answer, finding.answered_at = finding.answer, answer.strip()[:400], at
    finding.save(update_fields=["answer", "answered_at"])
    record(
        "finding.answered", subject=report, by=by, at=at, answer=(old, finding.answer), column=(None, finding.column)
    )
    return finding


def _held(reports: Sequence[UnitReport]) -> list[UnitReport]:
    """The reports as they stand now, locked in one order so that two who hold many never wait for each other."""
    ids = [report.pk for report in reports]
    rows = UnitReport.objects.select_for_update(of=("self",)).filter(AnyOf("id", ids)).order_by("pk")
    return list(rows.select_related("form", "enterprise", "cluster", "place"))


def _of_all(reports: Sequence[UnitReport], against: Callable[[UnitReport], list[Refusal]]) -> list[Refusal]:
    return [refusal for report in reports for refusal in against(report)]


def _refuse(refusals: list[Refusal]) -> None:
    if refusals:
        raise Refused(*refusals)


def _step(reports: Sequence[UnitReport], state: str, what: str, *, by: Person, at: datetime, reason: str = "") -> int:
    changed = UnitReport.objects.filter(AnyOf("id", [report.pk for report in reports])).update(state=state)
    new = {"state": state} | ({"reason": reason.strip()} if reason.strip() else {})
    deeds = [Deed(what, subject_of(report), {"state": report.state}, new) for report in reports]
    record_many(deeds, by=by, at=at)
    return changed
