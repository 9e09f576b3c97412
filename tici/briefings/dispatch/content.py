"""What the monthly dispatch workbook (月度调度表) is made from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tici.briefings.standing import CityMonth, rate, schedule
from tici.engines.periods import Month


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """The figures of a project in the month, or of one part of it; amounts are 万元, none where not reported."""

    part: str = ""
    total_wan: Decimal | None = None
    plan_wan: Decimal | None = None
    month_plan_wan: Decimal | None = None
    month_done_wan: Decimal | None = None
    done_wan: Decimal | None = None
    same_period_wan: Decimal | None = None
    since_start_wan: Decimal | None = None
    due_start_on: date | str | None = None  # a text where no day was given: 2021-09
    started_on: date | str | None = None
    entered: str = ""
    progress_plan: str = ""
    progress_done: str = ""
    next_plan: str = ""
    problem: str = ""
    light: str = ""
    remark: str = ""

    @property
    def completion_rate(self) -> Decimal | None:
        """投资完成率, not capped."""
        return None if self.done_wan is None else rate(self.done_wan, self.plan_wan or 0)

    @property
    def share_rate(self) -> Decimal | None:
        """What has been invested since the start, against the total."""
        return None if self.since_start_wan is None else rate(self.since_start_wan, self.total_wan or 0)

    def ahead_rate(self, month: Month) -> Decimal | None:
        """序时差."""
        return None if self.completion_rate is None else self.completion_rate - schedule(month)


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectRow:
    """A project in the detail sheet: what it is, and its lines.

    The first line is the project as a whole and the only one that counts in sums; lines
    behind it are parts of it (分期, 子项).
    """

    county_code: str
    name: str
    lines: tuple[Line, ...]
    code: str = ""
    owner: str = ""
    uscc: str = ""
    site: str = ""
    industry: str = ""
    category: str = ""
    level: str = ""
    content: str = ""
    years: str = ""
    duty: str = ""

    @property
    def whole(self) -> Line:
        """The project as a whole."""
        return self.lines[0]


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """The workbook of a month: its counties in administrative order, and their projects."""

    city: CityMonth
    projects: tuple[ProjectRow, ...]
    office: str
    on: date


SUMMED = ("total_wan", "plan_wan", "month_plan_wan", "month_done_wan", "done_wan", "same_period_wan", "since_start_wan")


def together(projects: Iterable[ProjectRow]) -> Line:
    """Return the sum of projects; an amount that none of them reported stays empty."""
    wholes = [project.whole for project in projects]
    sums: dict[str, Any] = {}
    for name in SUMMED:
        known = [amount for line in wholes if (amount := getattr(line, name)) is not None]
        sums[name] = sum(known, Decimal(0)) if known else None
    return Line(**sums)
