"""What a screen asks for: one line for each group, and the firms that moved most."""

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.panel.panels import NOVEMBER, frame_of, law, novembers, panel_of, row
from tici.engines.panel import board, growth, movers, read_panel, write_snapshot
from tici.engines.periods import Month


def test_a_line_holds_the_year_and_the_month_of_a_county():
    panel = panel_of(
        row("甲", 100, 90, period="2021-10"),
        row("甲", 130, 110),
        row("乙", 50, 50, period="2021-10", place="130104"),
        row("乙", 45, 60, place="130104"),
    )

    table = board(panel, "output", month=NOVEMBER, policy="drop", by=("place",), published={("130102",): 100.0})
    first, second = table.rows(named=True)

    assert (first["total"], first["rate"], first["nominal"]) == pytest.approx((130, 130 / 110 - 1, 0.3))
    assert (first["month"], first["month_rate"], first["month_pull"]) == pytest.approx((30, 0.5, 10 / 30))
    assert (second["month"], second["adjusted"], second["month_pairs"]) == (-5, 1, 1)


@law
@given(novembers(), st.integers(1, 4))
def test_movers_are_the_largest_changes_and_pull_what_the_whole_says(rows, count):
    panel = panel_of(*rows)
    firms = growth(panel, "output", policy="keep_base", by=("unit",), month=NOVEMBER).table

    found = movers(panel, "output", month=NOVEMBER, policy="keep_base", count=count, labels=("place",))

    changes = sorted(firms["delta"])
    assert found.down["delta"].to_list() == [change for change in changes if change < 0][:count]
    assert found.up["delta"].to_list() == [change for change in reversed(changes) if change > 0][:count]
    pulls = dict(zip(firms["unit"], firms["pull"], strict=True))
    assert [pulls[unit] for unit in found.up["unit"]] == found.up["pull"].to_list()


def test_a_panel_is_read_from_its_sealed_months(tmp_path):
    october = frame_of([row("甲", 100, 90, period="2021-10"), row("乙", 10, math.nan, period="2021-10")])
    november = frame_of([row("甲", 130, 110, clusters=["医药"])]).with_columns(sales=pl.lit(7.0))
    for name, rows in (("2021-11", november), ("2021-10", october)):
        write_snapshot(rows, tmp_path / f"{name}.parquet")

    panel = read_panel(sorted(tmp_path.iterdir()))

    assert panel.months == (Month(2021, 10), NOVEMBER)
    assert growth(panel, "output", policy="drop", month=NOVEMBER, span="month").rows[0]["total"] == 30
    assert growth(panel, "output", policy="drop", by=("cluster",), month=NOVEMBER).one(cluster="医药")["units"] == 1
    assert growth(panel, "sales", policy="drop", by=("period",)).table["units"].to_list() == [0, 1]


def test_a_snapshot_has_the_same_bytes_whatever_the_order_of_its_rows(tmp_path):
    rows = [row(f"示例{n}", n, n) for n in range(50)]
    write_snapshot(frame_of(rows), tmp_path / "one")
    write_snapshot(frame_of(rows[::-1]), tmp_path / "other")

    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_month_sealed_twice_is_refused(tmp_path):
    write_snapshot(frame_of([row("甲", 1, 1)]), tmp_path / "one")

    with pytest.raises(ValueError, match="more than one row for 2021-11"):
        read_panel([tmp_path / "one", tmp_path / "one"])
    with pytest.raises(ValueError, match="at least one sealed month"):
        read_panel([])
