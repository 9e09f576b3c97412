"""Ratios of sums, weighted averages and counts."""

import math

import polars as pl
import pytest
from hypothesis import given

from tests.engines.panel.panels import NOVEMBER, law, novembers, panel_of, row
from tici.engines.panel import average, losses, ratio


def firm(unit, output, profit, **others):
    return row(unit, output, others.pop("base", math.nan), profit=profit, **others)


def test_a_margin_is_that_of_the_sums_and_not_the_mean_of_margins():
    # A margin of 50 % on 10 and of 1 % on 1000: the mean would say 25.5 %.
    panel = panel_of(firm("小", 10.0, 5.0), firm("大", 1000.0, 10.0))

    line = ratio(panel, "profit", "output", month=NOVEMBER).row(0, named=True)

    assert (line["rate"], line["units"]) == (pytest.approx(15 / 1010), 2)


def test_a_margin_is_compared_with_that_of_the_same_firms_a_year_earlier():
    panel = panel_of(
        firm("甲", 200.0, 20.0, base=100.0, **{"profit.base": 5.0}),
        firm("只报营收", 900.0, math.nan, base=800.0),
        firm("退出", math.nan, math.nan, base=100.0, entry="exited", **{"profit.base": 90.0}),
    )

    line = ratio(panel, "profit", "output", month=NOVEMBER).row(0, named=True)

    assert (line["rate"], line["rate_before"], line["change"]) == pytest.approx((0.1, 0.05, 0.05))
    assert (line["units"], line["units_before"]) == (1, 1)


@law
@given(novembers())
def test_groups_of_a_ratio_add_up_to_the_whole_before_they_are_divided(rows):
    panel = panel_of(*rows)
    sums = pl.col("top", "bottom", "units", "top_before", "bottom_before", "units_before").sum()

    groups = ratio(panel, "profit", "output", month=NOVEMBER, by=("place", "industry")).select(sums)

    assert groups.rows() == ratio(panel, "profit", "output", month=NOVEMBER).select(sums).rows()


@law
@given(novembers())
def test_losses_are_counted_among_those_that_filed(rows):
    filed = [one["profit"] for one in rows if one["entry"] != "exited" and not math.isnan(one["profit"])]

    line = losses(panel_of(*rows), "profit", month=NOVEMBER).row(0, named=True)

    assert (line["losing"], line["units"]) == (sum(profit < 0 for profit in filed), len(filed))
    assert line["loss"] == -sum(profit for profit in filed if profit < 0)
    assert math.isnan(line["rate"]) if not filed else line["rate"] == line["losing"] / len(filed)


def test_an_average_counts_each_firm_by_its_weight():
    # Here `profit` stands for a rate in per cent and `output` for the capacity it is a rate of.
    panel = panel_of(firm("甲", 300.0, 80.0, clusters=["医药", "装备"]), firm("乙", 100.0, 40.0, clusters=["医药"]))

    table = average(panel, "profit", "output", month=NOVEMBER, by=("cluster",))

    assert dict(zip(table["cluster"], table["rate"], strict=True)) == pytest.approx({"医药": 70.0, "装备": 80.0})
