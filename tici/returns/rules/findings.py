"""The checks of the rulebook over the rows of a filing: which columns they read, and what a finding says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tici.engines import rulebook
from tici.engines.checks import Check, Columns, checks_of
from tici.engines.periods import Month
from tici.returns.models import FIGURES, TEXTS, Finding

from .filings import EntryRow

LAST = ("plan_year_wan", "done_month_wan", "done_ytd_wan", "done_total_wan", "funds_total_wan")
BEGINS_WITH_THE_YEAR = frozenset({"done_month_wan", "done_ytd_wan"})
COUNTS = [Decimal(n) for n in range(25)]
NO, YES = COUNTS[0], COUNTS[1]
_READ: dict[tuple[str, date | None, int], tuple[Check, ...]] = {}


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a project beside the row being checked: the register's facts, and the months before."""

    investment_wan: Decimal | None
    plan_wan: Decimal | None  # of the year, from the register
    is_started: bool
    is_completed: bool
    has_last: bool  # reported the month before
    last: tuple[Decimal | None, ...]  # in the order of LAST
    last_text: str
    same_text: int  # months up to the last one with the same words
    idle: int  # months up to the last one with nothing done


def checks_on(day: date) -> tuple[rulebook.Rule, tuple[Check, ...]]:
    """The checks in force on a day, and the rule they stand in."""
    rule = rulebook.load("returns/checks", day)
    key = (str(rule.path), rule.since, rule.path.stat().st_mtime_ns)
    if key not in _READ:
        _READ[key] = checks_of(rule["check"])
    return rule, _READ[key]


def columns_of(rows: Sequence[EntryRow], histories: Sequence[History], month: Month) -> Columns:
    """The columns that checks read, one value a row."""
    is_first = month.number == 1
    columns: dict[str, Sequence[Decimal | None]] = {name: [row.figures.get(name) for row in rows] for name in FIGURES}
    columns |= {name: [YES if row.texts.get(name) else None for row in rows] for name in TEXTS}
    for position, name in enumerate(LAST):
        if is_first and name in BEGINS_WITH_THE_YEAR:
            columns[f"last.{name}"] = [NO] * len(rows)
        else:
            columns[f"last.{name}"] = [history.last[position] for history in histories]
    columns["project.investment_wan"] = [history.investment_wan for history in histories]
    columns["year.plan_wan"] = [history.plan_wan for history in histories]
    columns["plan_wan"] = [
        history.plan_wan if own is None else own
        for own, history in zip(columns["plan_year_wan"], histories, strict=True)
    ]
    columns["is_started"] = [YES if history.is_started else NO for history in histories]
    columns["is_completed"] = [YES if history.is_completed else NO for history in histories]
    columns["is_first_month"] = [YES if is_first else NO] * len(rows)
    columns["months.idle"] = [
        COUNTS[min(history.idle + 1, 24)] if row.figures.get("done_month_wan") == 0 else NO
        for row, history in zip(rows, histories, strict=True)
    ]
    columns["months.same_text"] = [
        _same(row.texts.get("progress_text", ""), history) for row, history in zip(rows, histories, strict=True)
    ]
    return columns


def _same(text: str, history: History) -> Decimal:
    if not text:
        return NO
    return COUNTS[min(history.same_text + 1, 24)] if text == history.last_text else YES


def finding_sentence(finding: Finding) -> str:
    """What a finding says to the reporter: what is wrong, then the way out.

    The sentence is that of the rule as it stood when the finding was made.
    """
    return sentence_of(finding.check_code, finding.facts, finding.rule_since)


def sentence_of(code: str, facts: dict[str, Any], since: date | None) -> str:
    """The sentence of a check with its figures written out."""
    _rule, checks = checks_on(since or date.max)
    check = next((check for check in checks if check.code == code), None)
    if check is None:
        return _("审核关系“%(code)s”已从规则中删去，原提示不再显示。") % {"code": code}
    shown = {name: written(value, "count" if name == "multiple" else check.shown) for name, value in facts.items()}
    return _(check.sentence) % shown  # the msgids are the sentences of the rulebook


def written(value: object, kind: str) -> str:
    """A figure of a sentence: amounts with at most two places, rates as per cent, counts whole."""
    number = Decimal(str(value))
    if kind == "rate":
        return f"{number * 100:.1f}%"
    if kind == "count":
        return f"{number:.0f}"
    text = f"{number:,.2f}"
    return text.rstrip("0").rstrip(".")
