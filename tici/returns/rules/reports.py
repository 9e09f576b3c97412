"""Every reason why a unit's report may not be filed, sent back, accepted, locked or undone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from tici.core.actions import Source
from tici.core.dates import month_words
from tici.core.refusals import Refusal
from tici.engines.periods import Month
from tici.returns.models import CellQuery, FilingState, FormVersion, UnitFinding, UnitReport

LARGEST = Decimal(10) ** 10  # in the indicator's unit; beyond it the unit is wrong
Figures = tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What one unit reports, before it is filed: figure i belongs to column i of the form."""

    report_id: int
    figures: Figures
    source: Source | None = None


class Standing(NamedTuple):
    """A report as it stands while it is held for filing."""

    pk: int
    unit_id: int
    place_id: int
    form_id: int
    state: str
    first_filed_at: datetime | None
    figures: list[Decimal | None] | None


@dataclass(frozen=True)
class RowRefused:
    """A row that was not filed: its place among the rows given, from 0, and why."""

    row: int
    report_id: int
    refusal: Refusal


MESSAGES = {
    "report.unknown": _("这一行不是本月应报的单位，没有收。请核对是否用了别的月份或别的报表的行。"),
    "report.twice": _("同一单位在这批数据中出现了两次，两行都没有收。请只留正确的一行再报。"),
    "report.other_place": _("这个单位属于别的地区，没有收。请由所在地区报送，或先更正企业的地区。"),
    "report.other_firm": _("这一行不是本企业的月报，没有收。请只报本企业的一行。"),
    "report.other_version": _("这张表已改版，这一行是按另一版填的，没有收。请下载本月的模板重新填报。"),
    "report.left": _("这家企业本月已不在规上库，没有收。请删去这一行；退库有误的，请先更正在库期间。"),
    "report.locked": _("这个单位本月已锁定，没有收。确需更正的，由调度员解锁后再报。"),
    "report.accepted": _("这个单位本月已审核，没有收。确需更正的，由调度员退回后再报。"),
    "report.empty": _("这一行没有数字，没有收。请填报；没有发生的填0。"),
    "report.too_large": _("有数字大得不合理（1万亿元以上），没有收。请核对单位是否为万元。"),
    "report.not_a_number": _("有数字读不出大小，没有收。请填普通的数字。"),
}


def row_refusal(code: str) -> Refusal:
    """One reason against a row, in its words."""
    return Refusal(code, MESSAGES[code])


def against_filing_form(
    form: FormVersion, month: Month, rows: Sequence[ReportRow], *, is_open: bool, is_sealed: bool, reason: str
) -> list[Refusal]:
    """Every reason why nothing at all may be filed on a form for a month."""
    words = {"form": form, "month": month_words(month)}
    if not is_open:
        not_open = _("“%(form)s”%(month)s还没有开表。请等调度员开表后再报，或核对月份。") % words
        return [Refusal("form.not_open", not_open)]
    if not rows:
        return [Refusal("form.no_rows", _("没有可报送的单位。请至少填一个单位的数据再报送。"))]
    if is_sealed and not reason.strip():
        sentence = _("“%(form)s”%(month)s已封账。更正封账后的数据须写明原因，原数和更正数都会保留。请填写原因。")
        return [Refusal("form.sealed", sentence % words, "reason")]
    if any(len(row.figures) != len(form.columns_data) for row in rows):
        raise ValueError(f"A report on {form.code} has {len(form.columns_data)} figures.")
    return []


def against_row(row: ReportRow, report: Standing, *, form_id: int, is_sealed: bool) -> str:
    """The code of the reason why one row may not be filed on the report it is for; empty when it may."""
    if report.form_id != form_id:
        return "report.other_version"
    if not is_sealed and report.state == FilingState.LOCKED:
        return "report.locked"
    if not is_sealed and report.state == FilingState.ACCEPTED:
        return "report.accepted"
    return against_figures(row.figures)


def against_figures(figures: Figures) -> str:
    """The code of the reason why figures may not be filed as they are; empty when they may."""
    given = [figure for figure in figures if figure is not None]
    if not given:
        return "report.empty"
    with suppress(InvalidOperation):  # nan cannot be compared
        if max(given) < LARGEST and min(given) > -LARGEST:
            return ""
    return "report.too_large" if all(map(Decimal.is_finite, given)) else "report.not_a_number"


def is_unchanged(row: ReportRow, report: Standing) -> bool:
    """Whether a row repeats what is filed already and nobody asked for a correction."""
    return report.figures is not None and report.state != FilingState.SENT_BACK and tuple(report.figures) == row.figures


def against_typing_report(report: UnitReport) -> list[Refusal]:
    """Every reason why a report may not be typed or answered now."""
    if report.state == FilingState.LOCKED:
        return [Refusal("report.locked", _("本月已锁定，不能再报。确需更正的，由调度员解锁后再报。"))]
    if report.state == FilingState.ACCEPTED:
        return [Refusal("report.accepted", _("本月已审核，不能再报。确需更正的，由调度员退回后再报。"))]
    return []


def against_undoing_reports(closed: int, *, is_sealed: bool) -> list[Refusal]:
    """Every reason why a batch of reports may not be undone."""
    if is_sealed:
        return [Refusal("form.sealed", _("本月已封账，不能撤销。确需更正的，请写明原因后更正。"))]
    if closed:
        sentence = _("其中%(count)s个单位已审核或锁定，不能撤销。请先退回或解锁。") % {"count": closed}
        return [Refusal("report.closed", sentence)]
    return []


def against_typing_in_month(report: UnitReport, *, is_sealed: bool) -> list[Refusal]:
    """Every reason why a report may not be typed; once the month is sealed it may, as a correction with a reason."""
    return [] if is_sealed else against_typing_report(report)


def against_sending_back_report(report: UnitReport, *, reason: str, is_sealed: bool) -> list[Refusal]:
    """Every reason why a report may not be sent back."""
    if not reason.strip():
        return [Refusal("report.reason", _("退回须写明原因，填报员凭此更正。请填写原因。"), "reason")]
    if is_sealed:
        return [Refusal("form.sealed", _("本月已封账，不能退回。封账后由填报单位写明原因更正。"))]
    if report.state == FilingState.LOCKED:
        return [Refusal("report.locked", _("本月已锁定，不能退回。请先解锁。"))]
    if report.state not in {FilingState.FILED, FilingState.ACCEPTED}:
        return [Refusal("report.not_filed", _("本月没有待审核的报送，无可退回。请等待报送。"))]
    return []


def against_accepting_report(report: UnitReport, *, reason: str) -> list[Refusal]:
    """Every reason why a report may not be accepted; a reason lets findings without an answer pass."""
    words = {"unit": report.unit, "count": report.stops or report.asks}
    if report.state in {FilingState.ACCEPTED, FilingState.LOCKED}:
        sentence = _("%(unit)s本月已经审核过了，可能是同事刚刚办理。请刷新页面查看。") % words
        return [Refusal("report.accepted", sentence)]
    if report.state != FilingState.FILED:
        return [Refusal("report.not_filed", _("%(unit)s本月没有待审核的报送。请等待报送后再审核。") % words)]
    if report.stops:
        sentence = _("%(unit)s还有%(count)s处须更正，不能通过审核。请写明原因退回，由填报员更正。") % words
        return [Refusal("report.stops", sentence)]
    if report.asks and not reason.strip():
        sentence = _("%(unit)s还有%(count)s处没有说明。请退回由填报员说明，或填写通过的理由。") % words
        return [Refusal("report.unanswered", sentence, "reason")]
    return []


def against_locking_report(report: UnitReport) -> list[Refusal]:
    """Every reason why a report may not be locked."""
    words = {"unit": report.unit}
    if report.state == FilingState.LOCKED:
        return [Refusal("report.locked", _("%(unit)s本月已经锁定。请刷新页面查看。") % words)]
    if report.state != FilingState.ACCEPTED:
        return [Refusal("report.not_accepted", _("%(unit)s本月还没有审核通过。请先审核，再锁定。") % words)]
    return []


def against_unlocking_report(report: UnitReport, *, reason: str, is_sealed: bool) -> list[Refusal]:
    """Every reason why a report may not be unlocked."""
    words = {"unit": report.unit}
    if is_sealed:
        return [Refusal("form.sealed", _("本月已封账，不能解锁。封账后由填报单位写明原因更正。"))]
    if report.state != FilingState.LOCKED:
        return [Refusal("report.not_locked", _("%(unit)s本月没有锁定，不需要解锁。请刷新页面查看。") % words)]
    if not reason.strip():
        return [Refusal("report.reason", _("解锁须写明原因，并会留下记录。请填写原因。"), "reason")]
    return []


def against_asking(report: UnitReport, *, column: str, question: str, codes: Collection[str]) -> list[Refusal]:
    """Every reason why a question may not be asked about a cell."""
    if not question.strip():
        return [Refusal("query.question", _("疑问是空的。请写明要核对什么。"), "question")]
    if column not in codes:
        return [Refusal("query.column", _("这张表没有这个栏目。请从所列栏目中选。"), "column")]
    if report.vintage_number == 0:
        return [Refusal("query.not_filed", _("这个单位还没有报送，无数可问。请等待报送。"))]
    return []


def against_answering_query(query: CellQuery, *, answer: str) -> list[Refusal]:
    """Every reason why a question may not be answered."""
    if query.closed_at is not None:
        return [Refusal("query.closed", _("这个疑问已经了结。请刷新页面查看。"))]
    if not answer.strip():
        return [Refusal("query.answer", _("答复是空的。请写明情况；数字有误的，请更正后重新报送。"), "answer")]
    return []


def against_answering_finding(report: UnitReport, finding: UnitFinding, *, answer: str) -> list[Refusal]:
    """Every reason why a finding of a report may not be answered."""
    if finding.vintage.number != report.vintage_number:
        return [Refusal("finding.old", _("这条提示属于以前的版次。请在现行版次上说明。"))]
    if not report.is_open:
        return against_typing_report(report)
    if not answer.strip():
        return [Refusal("finding.answer", _("说明是空的。请写明原因。"), "answer")]
    return []


def against_sealing(
    name: str, month: Month, *, units: int, is_sealed: bool, stops: int, unlocked: int
) -> list[Refusal]:
    """Every reason why a month may not be sealed; units that were named to be sealed as they are do not count."""
    words = {"form": name, "month": month_words(month), "stops": stops, "unlocked": unlocked}
    if is_sealed:
        return [Refusal("form.sealed", _("“%(form)s”%(month)s已经封账。请刷新页面查看。") % words)]
    if not units:
        return [Refusal("form.not_open", _("“%(form)s”%(month)s没有报送，不能封账。请核对月份。") % words)]
    refusals = []
    if stops:
        sentence = _("还有%(stops)s个单位有须更正的数据，不能封账。请退回更正，或在封账时列明照此封账的单位。") % words
        refusals.append(Refusal("seal.stops", sentence))
    if unlocked:
        sentence = _("还有%(unlocked)s个单位没有锁定，不能封账。请审核并锁定，或在封账时列明照此封账的单位。") % words
        refusals.append(Refusal("seal.unlocked", sentence))
    return refusals
