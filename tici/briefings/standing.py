"""How the counties of a city stand at the end of a month: what every document of the month is drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tici.engines.periods import Month


def rate(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Return part of whole as a fraction, never capped; none where there is nothing to divide by."""
    return Decimal(part) / Decimal(whole) if whole > 0 else None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why projects of a county are behind, in the words of their lights, and how many they are."""

    words: str
    projects: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One county's (or the whole city's) projects at the end of a month.

    Starts and entries count against those that were due (应开工, 应入统); amounts are 万元.
    A county that sent no return has ``is_reported`` false and adds nothing to the city. Projects that a
    return leaves out count with their plan and without investment.
    """

    code: str
    place: str
    is_reported: bool = True
    is_sent_back: bool = False  # reported, and sent back to be corrected
    projects: int = 0
    unreported: int = 0  # projects with money planned that the return leaves out
    unreported_plan_wan: Decimal = Decimal(0)  # what is planned for them
    total_wan: Decimal = Decimal(0)
    plan_wan: Decimal = Decimal(0)
    done_wan: Decimal = Decimal(0)
    same_period_wan: Decimal | None = None
    due_starts: int = 0
    started: int = 0
    due_entries: int = 0
    entered: int = 0
    completed: int = 0
    red: int = 0
    yellow: int = 0
    reasons: tuple[Reason, ...] = ()  # of lights, but for investment that is red
    given: tuple[Reason, ...] = ()  # what was written of projects red for their investment
    untold: int = 0  # projects red for their investment of which nothing was written
    remark: str = ""

    @property
    def reporting_rate(self) -> Decimal | None:
        """How much of the year's plan belongs to projects that the return holds."""
        return rate(self.plan_wan - self.unreported_plan_wan, self.plan_wan)

    @property
    def completion_rate(self) -> Decimal | None:
        """投资完成率: the year's investment so far against the year's plan."""
        return rate(self.done_wan, self.plan_wan)

    @property
    def start_rate(self) -> Decimal | None:
        """开工率."""
        return rate(self.started, self.due_starts)

    @property
    def entry_rate(self) -> Decimal | None:
        """入统率."""
        return rate(self.entered, self.due_entries)

    @property
    def growth_rate(self) -> Decimal | None:
        """Growth of the year's investment over the same months a year earlier (同比)."""
        if self.same_period_wan is None or self.same_period_wan <= 0:
            return None
        return self.done_wan / self.same_period_wan - 1

    def ahead_rate(self, month: Month) -> Decimal | None:
        """序时差: the completion rate less the share of the year gone by."""
        return None if self.completion_rate is None else self.completion_rate - schedule(month)


def schedule(month: Month) -> Decimal:
    """Return 序时进度, exactly: 11/12 for November."""
    return Decimal(month.number) / 12


def ranks(values: Sequence[Decimal | None]) -> list[int | None]:
    """Return each value's place (位次), highest first; equals share one, and what has no value has none."""
    known = [value for value in values if value is not None]
    return [None if value is None else 1 + sum(other > value for other in known) for value in values]


@dataclass(frozen=True, kw_only=True)
class CityMonth:
    """All counties of a city at the end of a month, in administrative order.

    ``previous`` is the month compared with; it is left out of comparison when it lies in
    another year, since plans and year-to-date figures begin anew.
    """

    month: Month
    code: str
    counties: tuple[Standing, ...]
    place: str = "全市"
    previous: CityMonth | None = field(default=None, repr=False)

    @property
    def reported(self) -> tuple[Standing, ...]:
        """The counties that sent their return."""
        return tuple(county for county in self.counties if county.is_reported)

    @property
    def missing(self) -> tuple[Standing, ...]:
        """The counties that did not."""
        return tuple(county for county in self.counties if not county.is_reported)

    @property
    def before(self) -> CityMonth | None:
        """The month to compare with, if it belongs to the same year."""
        earlier = self.previous
        return earlier if earlier and earlier.month.year == self.month.year and earlier.month < self.month else None

    @property
    def total(self) -> Standing:
        """The city as the sum of the counties that reported, so that the table always ties."""
        rows = self.reported
        same = [row.same_period_wan for row in rows if row.same_period_wan is not None]
        return Standing(
            code=self.code,
            place=self.place,
            is_reported=bool(rows),
            projects=sum(row.projects for row in rows),
            unreported=sum(row.unreported for row in rows),
            unreported_plan_wan=sum((row.unreported_plan_wan for row in rows), Decimal(0)),
            total_wan=sum((row.total_wan for row in rows), Decimal(0)),
            plan_wan=sum((row.plan_wan for row in rows), Decimal(0)),
            done_wan=sum((row.done_wan for row in rows), Decimal(0)),
            same_period_wan=sum(same, Decimal(0)) if rows and len(same) == len(rows) else None,
            due_starts=sum(row.due_starts for row in rows),
            started=sum(row.started for row in rows),
            due_entries=sum(row.due_entries for row in rows),
            entered=sum(row.entered for row in rows),
            completed=sum(row.completed for row in rows),
            red=sum(row.red for row in rows),
            yellow=sum(row.yellow for row in rows),
            reasons=together(reason for row in rows for reason in row.reasons),
            given=together(reason for row in rows for reason in row.given),
            untold=sum(row.untold for row in rows),
        )

    def earlier(self, code: str) -> Standing | None:
        """Return a county as it stood in the month before, if it reported then."""
        rows = self.before.reported if self.before else ()
        return next((row for row in rows if row.code == code), None)

    def completion_ranks(self) -> dict[str, int | None]:
        """Return each reporting county's place by completion rate."""
        rows = self.reported
        return dict(zip([row.code for row in rows], ranks([row.completion_rate for row in rows]), strict=True))

    def start_ranks(self) -> dict[str, int | None]:
        """Return each reporting county's place by start rate."""
        rows = self.reported
        return dict(zip([row.code for row in rows], ranks([row.start_rate for row in rows]), strict=True))


def together(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Add up equal reasons, the commonest first."""
    counts: dict[str, int] = {}
    for reason in reasons:
        counts[reason.words] = counts.get(reason.words, 0) + reason.projects
    return tuple(Reason(words, count) for words, count in sorted(counts.items(), key=lambda item: -item[1]))
