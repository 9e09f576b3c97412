"""Every reason why a filing may not be filed, typed, sent back, accepted, locked or undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _

from tici.core.actions import Source
from tici.core.dates import month_words
from tici.core.refusals import Refusal
from tici.engines import rulebook
from tici.engines.periods import Month
from tici.returns.models import FIGURES, TEXTS, Filing, FilingState, Finding, Severity, Vintage

LARGEST_WAN = Decimal(10) ** 10  # a figure in 万元 must stay below this to be kept
LARGEST_RATE = Decimal(1000)


@dataclass(frozen=True)
class EntryRow:
    """What a place reports for one project, before it is filed: typed figures, texts, and where they came from."""

    project_id: int
    figures: Mapping[str, Decimal | None] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    source: Source | None = None
    source_id: int | None = None  # a kept source, for a row that is filed again unchanged


def against_typing(filing: Filing) -> list[Refusal]:
    """Every reason why a month may not be typed or filed now."""
    if filing.state == FilingState.LOCKED:
        return [Refusal("filing.locked", _("本月已锁定，不能再报。确需更正的，由调度员解锁后再报。"))]
    if filing.state == FilingState.ACCEPTED:
        return [Refusal("filing.accepted", _("本月已审核，不能再报。确需更正的，由调度员退回后再报。"))]
    return []


def against_opening_month(month: Month, at: datetime) -> list[Refusal]:
    """Every reason why nobody may be asked for a month at a moment."""
    this = Month.of(at.astimezone(get_current_timezone()).date())
    if month > this:
        sentence = _("%(month)s还没有到，不能开始填报。请填不晚于%(this)s的月份。")
        return [Refusal("month.to_come", sentence % {"month": month_words(month), "this": month_words(this)}, "month")]
    try:
        rulebook.load("returns/calendar", month.last)
    except rulebook.NotInForce:
        sentence = _("%(month)s早于报送规则的起用月份，不能开始填报。请填近年的月份。")
        return [Refusal("month.before_rules", sentence % {"month": month_words(month)}, "month")]
    return []


def against_withdrawing_month(month: Month, *, begun: int) -> list[Refusal]:
    """Every reason why a month is not taken back: some places have reported or typed something."""
    if not begun:
        return []
    sentence = _("%(month)s已有%(count)s个单位报送或填写，不能撤销。填错的，请逐个退回。")
    return [Refusal("month.begun", sentence % {"month": month_words(month), "count": begun})]


def against_filing(filing: Filing, rows: Sequence[EntryRow]) -> list[Refusal]:
    """Every reason why these rows may not be filed, as far as the rows themselves tell."""
    return [*against_typing(filing), *against_rows(rows)]


def against_rows(rows: Sequence[EntryRow]) -> list[Refusal]:
    """What is wrong with the rows of a filing, whoever files them."""
    if not rows:
        return [Refusal("filing.empty", _("没有可报送的项目。请至少填一个项目的数据再报送。"))]
    refusals = []
    ids = {row.project_id for row in rows}
    if len(ids) < len(rows):
        twice = sum(count > 1 for count in Counter(row.project_id for row in rows).values())
        sentence = _("有%(count)s个项目在同一份月报中出现了两次。请合并为一行再报送。") % {"count": twice}
        refusals.append(Refusal("filing.project_twice", sentence))
    for row in rows:
        if unknown := row.figures.keys() - set(FIGURES) | row.texts.keys() - set(TEXTS):
            raise ValueError(f"An entry has no fields {sorted(unknown)}.")
    if large := sum(map(_is_too_large, rows)):
        sentence = _("有%(count)s个项目的数字大得不合理（1万亿元以上）。请核对单位是否为万元后再报送。") % {
            "count": large
        }
        refusals.append(Refusal("filing.too_large", sentence))
    return refusals


def _is_too_large(row: EntryRow) -> bool:
    return any(
        value is not None and not abs(value) < (LARGEST_RATE if name == "completion_rate_given" else LARGEST_WAN)
        for name, value in row.figures.items()
    )


def against_sending_back(filing: Filing, *, reason: str) -> list[Refusal]:
    """Every reason why a filing may not be sent back."""
    if not reason.strip():
        return [Refusal("filing.reason", _("退回须写明原因，填报员凭此更正。请填写原因。"), "reason")]
    if filing.state == FilingState.LOCKED:
        return [Refusal("filing.locked", _("本月已锁定，不能退回。请先解锁。"))]
    if filing.state not in {FilingState.FILED, FilingState.ACCEPTED}:
        return [Refusal("filing.not_filed", _("本月没有待审核的报送，无可退回。请等待报送。"))]
    return []


def against_accepting(filing: Filing, findings: Sequence[Finding], *, reason: str) -> list[Refusal]:
    """Every reason why a filing may not be accepted; a reason lets findings without an answer pass."""
    if filing.state in {FilingState.ACCEPTED, FilingState.LOCKED}:
        return [Refusal("filing.accepted", _("本月已经审核过了，可能是同事刚刚办理。请刷新页面查看。"))]
    if filing.state != FilingState.FILED:
        return [Refusal("filing.not_filed", _("本月没有待审核的报送。请等待报送后再审核。"))]
    counts = Counter(finding.severity for finding in findings if not finding.answer)
    if stops := sum(finding.severity == Severity.STOP for finding in findings):
        sentence = _("还有%(count)s处须更正，不能通过审核。请写明原因退回，由填报员更正。") % {"count": stops}
        return [Refusal("filing.stops", sentence)]
    if (asks := counts[Severity.ASK]) and not reason.strip():
        sentence = _("还有%(count)s处没有说明。请退回由填报员说明，或填写通过的理由。") % {"count": asks}
        return [Refusal("filing.unanswered", sentence, "reason")]
    return []


def against_locking(filing: Filing) -> list[Refusal]:
    """Every reason why a filing may not be locked."""
    if filing.state == FilingState.LOCKED:
        return [Refusal("filing.locked", _("本月已经锁定。请刷新页面查看。"))]
    if filing.state != FilingState.ACCEPTED:
        return [Refusal("filing.not_accepted", _("本月还没有审核通过。请先审核，再锁定。"))]
    return []


def against_unlocking(filing: Filing, *, reason: str) -> list[Refusal]:
    """Every reason why a filing may not be unlocked."""
    if filing.state != FilingState.LOCKED:
        return [Refusal("filing.not_locked", _("本月没有锁定，不需要解锁。请刷新页面查看。"))]
    if not reason.strip():
        return [Refusal("filing.reason", _("解锁须写明原因，并会留下记录。请填写原因。"), "reason")]
    return []


def against_answering(finding: Finding, filing: Filing, *, answer: str) -> list[Refusal]:
    """Every reason why a finding may not be answered."""
    if not filing.is_open:
        return against_typing(filing)
    if not answer.strip():
        return [Refusal("finding.answer", _("说明是空的。请写明原因。"), "answer")]
    return []


def against_undoing(vintages: Sequence[Vintage]) -> list[Refusal]:
    """Every reason why vintages may not be undone: not once their month was accepted."""
    closed = [vintage.filing for vintage in vintages if not vintage.filing.is_open]
    return [
        Refusal(
            "filing.closed",
            _("%(place)s%(month)s的月报已审核或锁定，不能撤销。请先退回或解锁。")
            % {"place": filing.place, "month": month_words(filing.month)},
        )
        for filing in closed
    ]
