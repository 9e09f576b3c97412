"""Lights (亮灯): green, yellow or red by dated thresholds, with the code of the reason and the figures behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from tici.engines.periods import Month

GREEN, YELLOW, RED = "green", "yellow", "red"
DARKNESS = {GREEN: 0, YELLOW: 1, RED: 2}


class Shown(NamedTuple):
    """One light: its colour, why, and the figures the sentence of the reason speaks of."""

    colour: str
    reason: str
    facts: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on a light is yellow or red.

    Parameters
    ----------
    start_yellow, start_red
        Whole months since the month in which a project was to start; reached counts.
    progress_yellow, progress_red
        How far the year's completion lies below the share of the year gone by, as fractions: yellow
        from the first on, red beyond the second.
    statistics_yellow, statistics_red
        Whole months since the start of construction: yellow from the first on, red beyond the second.
    line_wan
        The investment in 万元 from which a project belongs into the statistics.

    Raises
    ------
    ValueError
        If red would begin before yellow.
    """

    start_yellow: int
    start_red: int
    progress_yellow: Decimal
    progress_red: Decimal
    statistics_yellow: int
    statistics_red: int
    line_wan: Decimal

    def __post_init__(self) -> None:
        pairs = (
            (self.start_yellow, self.start_red),
            (self.progress_yellow, self.progress_red),
            (self.statistics_yellow, self.statistics_red),
        )
        if any(yellow > red for yellow, red in pairs):
            raise ValueError("A red light may not begin before its yellow one.")

    @classmethod
    def of(cls, rule: Mapping[str, Any]) -> Thresholds:
        """Return the thresholds written in a rule with the tables start, progress and statistics."""
        start, progress, statistics = rule["start"], rule["progress"], rule["statistics"]
        return cls(
            start_yellow=start["yellow_months"],
            start_red=start["red_months"],
            progress_yellow=Decimal(str(progress["yellow_points"])),
            progress_red=Decimal(str(progress["red_points"])),
            statistics_yellow=statistics["yellow_months"],
            statistics_red=statistics["red_months"],
            line_wan=Decimal(str(statistics["line_wan"])),
        )


def start_light(limits: Thresholds, month: Month, *, due: Month, is_started: bool) -> Shown:
    """Return the light of a start that was planned.

    Parameters
    ----------
    limits
        The thresholds in force.
    month
        The month at whose end the light is shown.
    due
        The month in which the project was to start; the last month of a period given as a quarter or a year.
    is_started
        Whether it had started by the end of the month.

    Notes
    -----
    With the same facts the light never turns greener as months go by.
    """
    late = month - due
    facts: dict[str, str | int] = {"month": str(due), "months": max(late, 0)}
    if is_started:
        return Shown(GREEN, "start.started", facts)
    if late >= limits.start_red:
        return Shown(RED, "start.overdue", facts)
    if late >= limits.start_yellow:
        return Shown(YELLOW, "start.overdue" if late > 0 else "start.due", facts)
    return Shown(GREEN, "start.not_due", facts)


def progress_light(limits: Thresholds, month: Month, *, rate: Decimal) -> Shown:
    """Return the light of the year's investment against the share of the year gone by (序时进度).

    Parameters
    ----------
    limits
        The thresholds in force.
    month
        The month at whose end the light is shown.
    rate
        Investment since January divided by the year's plan, a fraction that may exceed 1.

    Notes
    -----
    A higher rate never gives a darker light.
    """
    expected = Decimal(month.number) / 12
    gap = rate - expected
    facts: dict[str, str | int] = {"rate": _written(rate), "expected": _written(expected), "gap": _written(abs(gap))}
    if -gap > limits.progress_red:
        return Shown(RED, "progress.behind", facts)
    if -gap >= limits.progress_yellow:
        return Shown(YELLOW, "progress.behind", facts)
    return Shown(GREEN, "progress.ahead" if gap >= 0 else "progress.near", facts)


def statistics_light(limits: Thresholds, month: Month, *, started: Month, is_entered: bool) -> Shown:
    """Return the light of a started project's entry into the statistics (入统).

    Parameters
    ----------
    limits
        The thresholds in force.
    month
        The month at whose end the light is shown.
    started
        The month in which construction began.
    is_entered
        Whether it had been entered by the end of the month.

    Notes
    -----
    With the same facts the light never turns greener as months go by.
    """
    waited = month - started
    facts: dict[str, str | int] = {"month": str(started), "months": max(waited, 0)}
    if is_entered:
        return Shown(GREEN, "statistics.entered", facts)
    if waited > limits.statistics_red:
        return Shown(RED, "statistics.missing", facts)
    if waited >= limits.statistics_yellow:
        return Shown(YELLOW, "statistics.missing", facts)
    return Shown(GREEN, "statistics.not_due", facts)


def _written(rate: Decimal) -> str:
    return str(rate.quantize(Decimal("0.0001")))
