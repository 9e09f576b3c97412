"""Reviewing a filing: sent back with a reason, answered, accepted, locked, unlocked."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from tici.core.audit import record
from tici.core.refusals import Refusal, Refused
from tici.returns import rules
from tici.returns.models import Filing, FilingState, Finding

if TYPE_CHECKING:
    from tici.accounts.models import Person


@transaction.atomic
def send_back(*, filing: Filing, reason: str, by: Person, at: datetime) -> Filing:
    """Send a filing back to its place with the reason; its figures still count until they are corrected.

    Raises
    ------
    Refused
        Nothing was filed, the month is locked, or there is no reason.
    """
    filing = _held(filing)
    _refuse(rules.against_sending_back(filing, reason=reason))
    old = filing.state
    filing.state, filing.sent_back_at, filing.sent_back_reason = FilingState.SENT_BACK, at, reason.strip()
    filing.save(update_fields=["state", "sent_back_at", "sent_back_reason"])
    record("return.sent_back", subject=filing, by=by, at=at, state=(old, filing.state), reason=("", reason.strip()))
    return filing


@transaction.atomic
def accept_filing(*, filing: Filing, by: Person, at: datetime, reason: str = "") -> Filing:
    """Accept a filing; of two people who accept at once, the second is told so.

    Raises
    ------
    Refused
        It is not filed or accepted already, something must still be corrected, or findings are unanswered and no
        reason was given.
    """
    filing = _held(filing)
    findings = list(Finding.objects.filter(entry__vintage__filing=filing, entry__is_current=True))
    _refuse(rules.against_accepting(filing, findings, reason=reason))
    _step(filing, FilingState.ACCEPTED, "return.accepted", by=by, at=at, reason=reason)
    return filing


@transaction.atomic
def lock_filing(*, filing: Filing, by: Person, at: datetime) -> Filing:
    """Lock an accepted filing, once its figures have been published.

    Raises
    ------
    Refused
        It is not accepted, or locked already.
    """
    filing = _held(filing)
    _refuse(rules.against_locking(filing))
    _step(filing, FilingState.LOCKED, "return.locked", by=by, at=at)
    return filing


@transaction.atomic
def unlock_filing(*, filing: Filing, reason: str, by: Person, at: datetime) -> Filing:
    """Unlock a filing with a reason; it stands accepted again.

    Raises
    ------
    Refused
        It is not locked, or there is no reason.
    """
    filing = _held(filing)
    _refuse(rules.against_unlocking(filing, reason=reason))
    _step(filing, FilingState.ACCEPTED, "return.unlocked", by=by, at=at, reason=reason)
    return filing


@transaction.atomic
def answer_finding(*, finding: Finding, answer: str, by: Person, at: datetime) -> Finding:
    """Write down what the reporter says to a finding.

    Raises
    ------
    Refused
        The answer is empty, or the month is accepted or locked.
    """
    filing = _held(finding.entry.vintage.filing)
    finding = Finding.objects.select_for_update().get(pk=finding.pk)
    _refuse(rules.against_answering(finding, filing, answer=answer))
    old, finding.answer, finding.answered_at = finding.answer, answer.strip()[:400], at
    finding.save(update_fields=["answer", "answered_at"])
    record("finding.answered", subject=finding, by=by, at=at, answer=(old, finding.answer))
    return finding


def _held(filing: Filing) -> Filing:
    return Filing.objects.select_for_update(of=("self",)).select_related("place").get(pk=filing.pk)


def _refuse(refusals: list[Refusal]) -> None:
    if refusals:
        raise Refused(*refusals)


def _step(filing: Filing, state: str, what: str, *, by: Person, at: datetime, reason: str = "") -> None:
    old, filing.state = filing.state, state
    filing.save(update_fields=["state"])
    changes = {"reason": ("", reason.strip())} if reason.strip() else {}
    record(what, subject=filing, by=by, at=at, state=(old, state), **changes)
