"""Which lights a project shows at the end of a month, by the thresholds of the rulebook, and their reasons in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from tici.core.dates import month_words
from tici.engines import rulebook
from tici.engines.lights import Shown, Thresholds, progress_light, start_light, statistics_light
from tici.engines.periods import Month
from tici.projects.models import Category, Precision, Stage
from tici.returns.models import LightKind

KINDS = (LightKind.START, LightKind.PROGRESS, LightKind.STATISTICS)
UNDER_WAY = frozenset({Stage.STARTED, Stage.BUILDING, Stage.PERFORMING})
LONGER = {Precision.QUARTER: 2, Precision.YEAR: 11}  # months from the first to the last of the period a date stands for
LONGEST = 40  # characters of what a county wrote that a list of reasons holds
SHARES = frozenset({"rate", "expected", "gap"})


class Situation(NamedTuple):
    """What the lights of one project look at; dates stand for the first day of the period that was given."""

    project_id: int
    place_id: int
    stage: str
    planned_start_on: date | None
    planned_start_precision: str
    started_on: date | None
    started_precision: str
    completed_on: date | None
    statistics_on: date | None
    investment_wan: Decimal | None
    category: str | None  # of the year
    plan_wan: Decimal | None
    done_ytd_wan: Decimal | None


def thresholds_on(day: date) -> tuple[rulebook.Rule, Thresholds]:
    """The thresholds in force on a day, and the rule they stand in."""
    rule = rulebook.load("returns/lights", day)
    return rule, Thresholds.of(rule.content)


def last_month(day: date, precision: str) -> Month:
    """The last month of the period a date stands for: a start planned for a quarter is late once it is over."""
    month = Month(day.year, day.month)
    return month + LONGER[Precision(precision)] if precision in LONGER else month


def is_started(stage: str, started_on: date | None, end: date) -> bool:
    """Whether a project had started by a day: by its date, or by its stage where no date is known."""
    return stage in UNDER_WAY if started_on is None else started_on <= end


class Judge:
    """The lights of one month. What many projects share (a planned month, a month of start) is judged once."""

    def __init__(self, limits: Thresholds, month: Month) -> None:
        self.limits, self.month, self.end = limits, month, month.last
        self._year_end = Month(month.year, 12).first
        self._starts: dict[tuple[date, str, bool], Shown] = {}
        self._entries: dict[tuple[date, str, bool], Shown] = {}

    def lights_of(self, one: Situation) -> Iterator[tuple[LightKind, Shown]]:
        """The lights of one project that apply to it; a light that does not apply is not shown at all.

        Start: projects that were to start, by date or by category (计划开工). Progress: started, not
        completed, with a plan and a figure. Statistics: started on a known day, and large enough.
        """
        started = is_started(one.stage, one.started_on, self.end)
        if one.planned_start_on is not None:
            yield LightKind.START, self._start(one.planned_start_on, one.planned_start_precision, started)
        elif one.category == Category.TO_START:
            yield LightKind.START, self._start(self._year_end, Precision.MONTH, started)
        completed = one.completed_on is not None and one.completed_on <= self.end
        if started and not completed and one.done_ytd_wan is not None and one.plan_wan:
            yield LightKind.PROGRESS, progress_light(self.limits, self.month, rate=one.done_ytd_wan / one.plan_wan)
        is_large = one.investment_wan is not None and one.investment_wan >= self.limits.line_wan
        if started and is_large and one.started_on is not None:
            entered = one.statistics_on is not None and one.statistics_on <= self.end
            yield LightKind.STATISTICS, self._entry(one.started_on, one.started_precision, entered)

    def _start(self, planned_on: date, precision: str, started: bool) -> Shown:
        key = (planned_on, precision, started)
        if key not in self._starts:
            due = last_month(planned_on, precision)
            self._starts[key] = start_light(self.limits, self.month, due=due, is_started=started)
        return self._starts[key]

    def _entry(self, started_on: date, precision: str, entered: bool) -> Shown:
        key = (started_on, precision, entered)
        if key not in self._entries:
            begun = min(last_month(started_on, precision), self.month)
            self._entries[key] = statistics_light(self.limits, self.month, started=begun, is_entered=entered)
        return self._entries[key]


def light_sentence(reason: str, facts: Mapping[str, Any], since: date | None = None) -> str:
    """Why a light is shown, in words with figures: 应于2021年8月开工，已逾期3个月未开工."""
    sentences = rulebook.load("returns/lights", since)["sentence"]
    if reason not in sentences:
        return _("原因“%(code)s”已从规则中删去。") % {"code": reason}
    shown = {name: _written(name, value) for name, value in facts.items()}
    return _(sentences[reason]) % shown  # the msgids are the sentences of the rulebook


def first_words(problem: str) -> str:
    """What a county wrote of a project, as far as its first full stop, to be counted with others that say the same."""
    first = re.split(r"[。；;\n]", problem.strip(), maxsplit=1)[0].strip()
    return first if len(first) <= LONGEST else f"{first[:LONGEST]}……"


def _written(name: str, value: Any) -> str:
    if name == "month":
        return month_words(Month.parse(value))
    if name in SHARES:
        points = f"{Decimal(value) * 100:.1f}"
        return points if name == "gap" else f"{points}%"
    return str(value)
