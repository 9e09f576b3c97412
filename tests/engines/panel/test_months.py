"""Single months derived from figures since January."""

import math

import pytest
from hypothesis import given

from tests.engines.panel.panels import a_year_of, law, panel_of, row, years
from tici.engines.panel import Kind, Panel, Span, board, growth
from tici.engines.periods import Month


def months_of(panel, indicator="output"):
    table = growth(panel, indicator, policy="drop", by=("period",), span=Span.MONTH).table
    return dict(zip(table["period"], table["total"], strict=True))


@law
@given(years(), years())
def test_months_add_back_up_to_the_year(figures, bases):
    both = {number: bases.get(number, math.nan) for number in figures}
    panel = panel_of(*a_year_of("甲", figures, both))
    first, last = min(figures), max(figures)

    months = months_of(panel)
    alone = [months[str(Month(2021, number))] for number in figures]

    # 1—2月 is a period of its own: where January was not asked for, February has no month.
    assert math.isnan(alone[0]) == (first == 2)
    assert sum(alone[1:], figures[first]) == figures[last]


@law
@given(years())
def test_a_month_is_flagged_exactly_when_a_figure_since_january_fell(figures):
    table = growth(panel_of(*a_year_of("甲", figures)), "output", policy="drop", by=("period",), span="month").table

    fell = [number in figures and figures.get(number - 1, 0) > figures[number] for number in figures]
    assert [bool(flag) for flag in table["adjusted"]] == fell


def test_the_first_period_of_a_year_is_january_and_february():
    panel = panel_of(*a_year_of("甲", {2: 100.0, 3: 160.0}, {2: 80.0, 3: 120.0}))

    since = growth(panel, "output", policy="drop", by=("period",)).table
    alone = growth(panel, "output", policy="drop", by=("period",), span="month").table

    assert since["rate"].to_list() == pytest.approx([100 / 80 - 1, 160 / 120 - 1])
    assert alone["total"].to_list() == pytest.approx([math.nan, 60], nan_ok=True)
    assert alone["rate"].to_list() == pytest.approx([math.nan, 60 / 40 - 1], nan_ok=True)
    assert alone["units"].to_list() == [0, 1]


def test_a_missing_month_leaves_the_next_one_undefined_for_that_firm_only():
    late = a_year_of("迟报", {9: 50.0, 11: 70.0})
    regular = a_year_of("按时", {9: 10.0, 10: 20.0, 11: 35.0})

    assert months_of(panel_of(*late, *regular))["2021-11"] == 15


def test_a_year_does_not_run_into_the_next():
    december = row("甲", 900, 800, period="2020-12")
    january = row("甲", 70, 60, period="2021-01")

    assert months_of(panel_of(december, january))["2021-01"] == 70


def test_a_firm_that_moved_keeps_its_month():
    october = row("甲", 100, 90, period="2021-10", place="130102")
    november = row("甲", 130, 110, place="130104")

    found = growth(
        panel_of(october, november),
        "output",
        policy="drop",
        month=Month(2021, 11),
        span="month",
        where={"place": "130104"},
    )

    assert found.rows[0]["total"] == 30


def test_a_loss_in_a_month_is_no_correction_and_a_stock_has_no_month():
    rows = {
        "unit": ["甲", "甲"],
        "period": ["2021-10", "2021-11"],
        "entry": ["existing"] * 2,
        "output": [10.0, 8.0],
        "profit": [10.0, 8.0],
        "assets": [10.0, 8.0],
    }
    panel = Panel.of(rows, {"profit": Kind.RESULT, "assets": Kind.STOCK})

    def november(indicator):
        line = board(panel, indicator, month=Month(2021, 11), policy="drop").row(0, named=True)
        return line["total"], line["month"], line["adjusted"]

    assert november("output") == (8, -2, 1)
    assert november("profit") == (8, -2, 0)
    assert november("assets") == (8, 8, 0)
