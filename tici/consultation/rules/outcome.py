"""Judgement over decisions, answers and publications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from tici.accounts.models import Person
from tici.consultation.models import Notice, Outcome, Publication, PublicationState
from tici.core.refusals import Refusal
from tici.engines import rulebook


def small_cell() -> int:
    """From how many persons on a count is published as it is."""
    least: int = rulebook.load("consultation/reading")["small_cell"]
    return least


def shown_count(count: int) -> str:
    """A count of persons as it is published: few are said to be few."""
    least = small_cell()
    return f"<{least}" if 0 < count < least else str(count)


def against_deciding(outcome: str, reason: str, unit: str) -> list[Refusal]:
    """Every reason why a group cannot be decided so."""
    found = []
    if outcome not in Outcome.values:
        found.append(Refusal("decision.outcome", _("没有选采纳情况。请选择一项。"), "outcome"))
    if not reason.strip():
        found.append(Refusal("decision.reason", _("没有写理由。请写明采纳或不采纳的理由，理由会公布。"), "reason"))
    if outcome == Outcome.PASSED_ON and not unit.strip():
        found.append(Refusal("decision.unit", _("转办须写明责任单位。请填写责任单位。"), "unit"))
    return found


def against_answering(text: str, *, is_sent: bool) -> list[Refusal]:
    """Every reason why an answer cannot be kept."""
    if is_sent:
        return [Refusal("answer.sent", _("答复已经发出，不能再改。如需补充请电话联系提交人。"))]
    if not text.strip():
        return [Refusal("answer.empty", _("答复没有内容。请写下答复。"), "text")]
    return []


def against_proposing(notice: Notice, *, undecided: int, unmasked: int, on: date) -> list[Refusal]:
    """Every reason why results may not be put forward for publication."""
    found = []
    if on <= notice.closes_on:
        found.append(Refusal("publication.open", _("征求意见还没有截止。请在截止后再公布。")))
    if undecided:
        said = _("还有%(count)d组意见没有决定。请先逐组决定。") % {"count": undecided}
        found.append(Refusal("publication.undecided", said))
    if unmasked:
        said = _("还有%(count)d组没有确认公开文字。请先在“公开文字”中逐组确认。") % {"count": unmasked}
        found.append(Refusal("publication.unmasked", said))
    return found


def against_publishing(publication: Publication, by: Person) -> list[Refusal]:
    """Every reason why a person may not confirm a publication."""
    if publication.state != PublicationState.PROPOSED:
        return [Refusal("publication.not_proposed", _("这一期不在待复核状态。请刷新页面。"))]
    if publication.proposed_by_id == by.pk:
        return [Refusal("publication.same_person", _("提交和复核须是两个人。请由另一人复核。"))]
    return []


def persons(contacts: Sequence[str]) -> int:
    """How many persons stand behind opinions: one for each contact, and one for each that left none."""
    named = {one for one in contacts if one}
    return len(named) + sum(not one for one in contacts)
