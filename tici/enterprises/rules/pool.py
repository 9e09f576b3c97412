"""Judgement over the cultivation pool: who is proposed and why, which steps a candidacy may take, what may be given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tici.core.dates import month_words
from tici.core.refusals import Refusal
from tici.engines import rulebook
from tici.engines.periods import Month
from tici.enterprises.facts import month_column
from tici.enterprises.models import (
    OPEN_STATES,
    Band,
    Candidacy,
    EntryClass,
    LibrarySpell,
    PoolKind,
    PoolReason,
    PoolState,
)

from .library import Document, documents_for

POOL = "enterprises/pool"
OPEN = OPEN_STATES
STEPS: Mapping[str, tuple[str, ...]] = {
    PoolState.SURVEYED: (PoolState.FOSTERED, PoolState.LEFT),
    PoolState.FOSTERED: (PoolState.APPLIED, PoolState.SURVEYED, PoolState.LEFT),
    PoolState.APPLIED: (PoolState.REVIEWED, PoolState.ENTERED, PoolState.REFUSED, PoolState.FOSTERED),
    PoolState.REVIEWED: (PoolState.ENTERED, PoolState.REFUSED, PoolState.APPLIED),
}
BACK = {(PoolState.FOSTERED, PoolState.SURVEYED), (PoolState.APPLIED, PoolState.FOSTERED),
        (PoolState.REVIEWED, PoolState.APPLIED)}  # fmt: skip
MONTHS_KEPT = 12  # 同期台账: so many months before the entry
MONEY_LIMIT = Decimal(10) ** 12


@dataclass(frozen=True)
class Figures:
    """What is known of one firm when the pool is gone through; amounts in 万元."""

    as_of: date | None  # first day of the newest month known
    line: Decimal | None
    rolling: Decimal | None = None
    ytd: Decimal | None = None
    last_year: Decimal | None = None  # of the newest whole year, where no months are known
    year_expected: Decimal | None = None

    @property
    def year(self) -> Decimal | None:
        """The last twelve months; last year's where no months are known."""
        return self.rolling if self.rolling is not None else self.last_year


@dataclass(frozen=True)
class Finished:
    """A project about to perform, or just performing, whose owner is not in the library."""

    project_id: int
    name: str
    on: date
    investment_wan: Decimal


def setting(name: str) -> Any:
    """One figure of the rule of the pool."""
    return rulebook.load(POOL)[name]


def reasons_to_propose(
    figures: Figures, *, on: date, has_left: bool, production_on: date | None, projects: Sequence[Finished] = ()
) -> list[dict[str, Any]]:
    """Why a firm outside the library belongs into the pool, each reason with its figures; empty where none does."""
    line, found = figures.line, list[dict[str, Any]]()
    rule = rulebook.load(POOL)
    if line:
        if figures.rolling is not None:
            if figures.rolling >= line * _share(rule, "near_share"):
                found.append({"code": "rolling", "wan": str(figures.rolling)})
        elif figures.last_year is not None and figures.last_year >= line * _share(rule, "last_year_share"):
            found.append({"code": "last_year", "wan": str(figures.last_year)})
        if figures.year_expected is not None and figures.year_expected >= line * _share(rule, "pace_share"):
            found.append({"code": "pace", "wan": str(figures.year_expected)})
        if has_left and figures.year is not None and figures.year >= line * _share(rule, "returned_share"):
            found.append({"code": "returned", "wan": str(figures.year)})
    if production_on is not None and Month.of(on) - rule["production_months"] <= Month.of(production_on) <= Month.of(
        on
    ):
        found.append({"code": "production", "on": production_on.isoformat()})
    for one in projects:
        found.append(
            {"code": "project", "id": one.project_id, "name": one.name, "on": one.on.isoformat(),
             "wan": str(one.investment_wan)}
        )  # fmt: skip
    return found


def _share(rule: rulebook.Rule, name: str) -> Decimal:
    return Decimal(str(rule[name]))


def kind_of(why: Iterable[Mapping[str, Any]], *, has_left: bool) -> str:
    """As what a firm would come in: once left and back, by its project, newly in production, or grown."""
    codes = {one["code"] for one in why}
    if has_left:
        return PoolKind.RETURNED
    if "project" in codes:
        return PoolKind.PROJECT
    return PoolKind.NEW_BUILD if "production" in codes else PoolKind.GROWN


def band_of(chance: float | None) -> str:
    """A chance in words."""
    if chance is None:
        return Band.UNKNOWN
    rule = rulebook.load(POOL)
    return Band.HIGH if chance >= rule["high"] else Band.MIDDLE if chance >= rule["middle"] else Band.LOW


def papers_of(kind: str) -> tuple[Document, ...]:
    """The papers a candidate shows; a works that a project built is new."""
    return documents_for(EntryClass.NEW_BUILD if kind == PoolKind.PROJECT else kind)


def papers_asked(kind: str) -> int:
    """How many papers a candidate must show."""
    return sum(1 for one in papers_of(kind) if not one.is_optional)


def is_material(then: Decimal | None, now: Decimal | None, line: Decimal | None) -> bool:
    """Whether figures moved so far since a firm was dismissed that it is proposed again."""
    if now is None or line is None:
        return False
    return then is None or abs(now - then) >= line * Decimal(str(setting("material_share")))


def steps_from(state: str) -> tuple[str, ...]:
    """The states a candidacy may step to; none once it is over."""
    return STEPS.get(state, ())


def against_stepping(
    candidacy: Candidacy, to: str, on: date, *, reason_code: str, reason: str, window: str, shown: Iterable[str]
) -> list[Refusal]:
    """Every reason why a candidacy may not step to a state on a day."""
    if not candidacy.is_open:
        return [Refusal("pool.over", _("该培育对象已办结。数据有明显变化时会重新列入。"), "to")]
    if to not in steps_from(candidacy.state):
        message = _("不能由“%(now)s”直接到“%(to)s”。请按摸排、培育、已申报、审核中、已入统逐步办理。")
        words = {"now": candidacy.get_state_display(), "to": PoolState(to).label}
        return [Refusal("pool.step", message % words, "to")]
    refusals = []
    if on < candidacy.stands_since:
        message = _("日期早于现状态的起始日期%(day)s。请核对。") % {"day": candidacy.stands_since}
        refusals.append(Refusal("pool.before", message, "on"))
    if to in {PoolState.REFUSED, PoolState.LEFT} and not reason_code:
        refusals.append(Refusal("pool.reason_code", _("未通过、退出须选明原因。"), "reason_code"))
    if reason_code == PoolReason.OTHER and not reason.strip():
        refusals.append(Refusal("pool.reason", _("原因选“其他”的，须写明。"), "reason"))
    if (candidacy.state, to) in BACK and not reason.strip():
        refusals.append(Refusal("pool.reason", _("退回上一步须写明理由。"), "reason"))
    if to == PoolState.APPLIED:
        refusals += _against_applying(candidacy, window, set(shown))
    return refusals


def _against_applying(candidacy: Candidacy, window: str, shown: set[str]) -> list[Refusal]:
    lacking = [one.label for one in papers_of(candidacy.kind) if not one.is_optional and one.code not in shown]
    refusals = []
    if lacking:
        message = _("还缺材料：%(papers)s。备齐并勾选后再申报。") % {"papers": _("；").join(lacking)}
        refusals.append(Refusal("pool.papers", message, "to"))
    if not window:
        refusals.append(Refusal("pool.window", _("申报须选明入库批次。"), "window"))
    return refusals


def against_ticking(candidacy: Candidacy, code: str) -> list[Refusal]:
    """Every reason why a paper may not be ticked or unticked."""
    if not candidacy.is_open:
        return [Refusal("pool.over", _("该培育对象已办结，材料不再变动。"))]
    if code not in {one.code for one in papers_of(candidacy.kind)}:
        return [Refusal("pool.paper", _("材料清单中没有这一项。请刷新后再勾选。"))]
    return []


def against_charging(candidacy: Candidacy) -> list[Refusal]:
    """Every reason why nobody may be charged with a candidacy, nor its blocker be changed."""
    return [] if candidacy.is_open else [Refusal("pool.over", _("该培育对象已办结，无须再安排。"))]


Given = Mapping[Month, tuple[Decimal | None, Decimal | None]]  # revenue and output, 万元


def against_giving(given: Given, known: Given, spells: Iterable[LibrarySpell], *, now: Month) -> list[Refusal]:
    """Every reason why months of a firm may not be entered; ``known`` are those that stand.

    The twelve months before an entry are what the firm gave when it entered: they are next year's 上年同期, and a
    month that stands among them is never changed.
    """
    refusals = []
    if not given:
        refusals.append(Refusal("months.none", _("没有填写任何月份。请至少填写一个月。")))
    if any(month > now for month in given):
        refusals.append(Refusal("months.future", _("不能填报尚未结束的月份。请核对月份。")))
    if any(value is not None and abs(value) >= MONEY_LIMIT for pair in given.values() for value in pair):
        refusals.append(Refusal("months.too_large", _("金额过大。请核对单位，应为万元。")))
    kept = {Month.of(one.from_date) - back for one in spells for back in range(1, MONTHS_KEPT + 1)}
    changed = [month for month in given if month in kept and month in known and given[month] != known[month]]
    if changed:
        message = _("%(months)s是入库时填报的数，已成为次年上年同期，不能更改。")
        words = {"months": _("、").join(month_words(month) for month in sorted(changed))}
        refusals.append(Refusal("months.kept", message % words))
    return refusals


def fitting_month(
    name: str, value: Any, stands: Any, day: date, stays: Iterable[tuple[date, date | None]]
) -> tuple[Any, Refusal | None]:
    """A figure of a month of a firm below the line as the register can hold it, None where it cannot; and why not.

    A firm in the library reports its months itself, and the twelve months before an entry are next year's 上年同期.
    """
    label = month_column(name).verbose_name
    month = Month.of(day)
    words = {"label": label, "month": month_words(month)}
    for start, end in stays:
        if start <= day and (end is None or day < end):
            message = _("该企业%(month)s在库，%(label)s以月报为准，未收。")
            return None, Refusal("enterprise.month_in_library", message % words, name)
        is_kept = Month.of(start) - MONTHS_KEPT <= month < Month.of(start)
        if is_kept and stands is not None and value != stands:
            message = _("%(month)s的%(label)s是入库时填报的数，已成为次年上年同期，未收。")
            return None, Refusal("enterprise.month_kept", message % words, name)
    if abs(value) >= MONEY_LIMIT:
        return None, Refusal("enterprise.too_large", _("%(label)s过大，未收。请核对单位。") % words, name)
    return value, None


def against_window(closes_on: date, through: Month, source: str) -> list[Refusal]:
    """Every reason why a window may not be entered."""
    refusals = []
    if through.last >= closes_on:
        refusals.append(Refusal("window.order", _("据以审核的月份须早于截止日期。请核对。"), "through"))
    if not source.strip():
        refusals.append(Refusal("window.source", _("须写明依据的通知。窗口以统计部门通知为准，不作推测。"), "source"))
    return refusals
