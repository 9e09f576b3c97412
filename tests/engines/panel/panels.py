"""Panels of invented firms: drawn for properties, or written row by row."""

import math
from typing import Any

import polars as pl
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tici.engines.panel import Entry, Kind, Panel
from tici.engines.periods import Month

NOVEMBER = Month(2021, 11)
# A panel takes milliseconds to build; how many depends on who else uses the machine.
law = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
COLUMNS = {
    "unit": pl.String,
    "period": pl.String,
    "entry": pl.String,
    "place": pl.String,
    "industry": pl.String,
    "clusters": pl.List(pl.String),
    "output": pl.Float64,
    "output.base": pl.Float64,
    "profit": pl.Float64,
    "profit.base": pl.Float64,
}
# Whole 万元, so that sums are exact in any order; nan for what was not filed.
FILED = st.integers(0, 10**9).map(float)
FIGURE = st.one_of(FILED, st.just(math.nan))
PROFIT = st.one_of(st.integers(-(10**8), 10**8).map(float), st.just(math.nan))


def row(unit: str, now: float = 0.0, base: float = 0.0, **others: Any) -> dict[str, Any]:
    """One firm in November: its output since January and last year's."""
    plain = {"period": "2021-11", "entry": "existing", "place": "130102", "industry": "2710", "clusters": []}
    profits = {"profit": math.nan, "profit.base": math.nan}
    return {"unit": unit, **plain, "output": now, "output.base": base, **profits, **others}


def frame_of(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=COLUMNS)


def panel_of(*rows: dict[str, Any]) -> Panel:
    return Panel.of(frame_of(list(rows)), {"profit": Kind.RESULT})


def a_year_of(unit: str, figures: dict[int, float], bases: dict[int, float] | None = None) -> list[dict[str, Any]]:
    """One firm's rows of 2021: its figure since January for each month's number."""
    bases = bases or dict.fromkeys(figures, math.nan)
    return [row(unit, now, bases[number], period=str(Month(2021, number))) for number, now in figures.items()]


@st.composite
def novembers(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of one November, at least one of them with both figures."""
    rows = [row("示例0", draw(FILED.map(lambda figure: figure + 1)), draw(FILED.map(lambda figure: figure + 1)))]
    for number in range(1, draw(st.integers(1, 13))):
        rows.append(
            row(
                f"示例{number}",
                draw(FIGURE),
                draw(FIGURE),
                entry=draw(st.sampled_from(list(Entry))).value,
                place=draw(st.sampled_from(["130102", "130104", "130171", None])),
                industry=draw(st.sampled_from(["2710", "3140", "3970"])),
                clusters=draw(st.lists(st.sampled_from(["医药", "信息", "装备"]), unique=True)),
                profit=draw(PROFIT),
                **{"profit.base": draw(PROFIT)},
            )
        )
    return rows


@st.composite
def years(draw: st.DrawFn) -> dict[int, float]:
    """One firm's figures since January, as reported month by month; January may not have been asked for."""
    first = draw(st.sampled_from([1, 2]))
    last = draw(st.integers(first, 12))
    return {number: draw(FILED) for number in range(first, last + 1)}
