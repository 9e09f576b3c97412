"""How figures, changes, lights and rungs are written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tici.core.templatetags import tici


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, "—"), ("", "—"), (0, "0"), (100, "100"), (Decimal("12300.50"), "12,300.5"), (Decimal("-0.001"), "0")],
)
def test_an_amount_in_wan_has_at_most_two_places(value, written):
    assert tici.wan(value) == written


@pytest.mark.parametrize(
    ("value", "written"), [(None, "—"), (Decimal("12345.6"), "1.23"), (Decimal("148230000"), "14,823.00")]
)
def test_an_amount_kept_in_wan_is_written_in_yi(value, written):
    assert tici.yi(value) == written


@pytest.mark.parametrize(("value", "written"), [(None, "—"), (Decimal("1.034"), "103.4%"), (Decimal("0.0005"), "0.1%")])
def test_a_rate_is_never_capped(value, written):
    assert tici.percent(value) == written


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [
        (Decimal("0.9996"), 1, "99.9%"),
        (Decimal("0.9999999"), 0, "99%"),
        (Decimal("0.0001"), 1, "0.0%"),
        (1, 1, "100.0%"),
        (0, 1, "0.0%"),
        (Decimal("-0.0001"), 1, "0.0%"),
    ],
)
def test_a_rate_that_is_not_whole_is_not_rounded_to_all_or_to_nothing(value, places, written):
    assert tici.percent(value, places) == written


@pytest.mark.parametrize(("value", "written"), [(Decimal("0.032"), "+3.2"), (Decimal("-0.0001"), "0.0"), (0, "0.0")])
def test_points_carry_their_sign_unless_nothing_changed(value, written):
    assert tici.points(value) == written


def test_a_column_of_the_grid_is_wide_enough_for_its_head_with_the_unit():
    columns = [
        {"label": "填报单位", "kind": "text", "width": 220},
        {"label": "上年同期累计", "kind": "number", "unit": "万元"},
        {"label": "当月", "kind": "number", "unit": "万元"},
    ]

    shown = tici.sheet({"columns": columns}, "/save", "key", "月报")["data"]["columns"]

    assert [column["width"] for column in shown] == [220, 136, 116]


def test_a_month_inside_a_sentence_is_written_in_words():
    assert tici.month_words(date(2021, 11, 1)) == "2021年11月"


def test_a_figure_opens_to_its_rows():
    assert tici.figure(Decimal("0.217"), "rate", "/rows/?a=1&b=2") == (
        '<a class="figure" href="/rows/?a=1&amp;b=2">21.7<span class="unit">%</span></a>'
    )
    assert tici.figure(None, "rate", "/rows/") == "—"
    assert tici.figure(7) == "7"


@pytest.mark.parametrize(
    ("value", "unit", "better", "written"),
    [
        (Decimal("0.032"), "rate", "up", '<span class="up better">上升 3.2%</span>'),
        (Decimal("-0.032"), "points", "up", '<span class="down worse">下降 3.2 个百分点</span>'),
        (Decimal("-5"), "count", "down", '<span class="down better">下降 5 个</span>'),
        (0, "rate", "up", '<span class="flat">持平</span>'),
        (None, "rate", "up", "—"),
    ],
)
def test_a_change_is_said_in_a_word_and_not_by_colour_alone(value, unit, better, written):
    assert tici.change(value, unit, better) == written


def test_a_light_has_a_word_a_shape_and_its_reason_escaped():
    shown = tici.light("red", "累计 < 序时")

    assert '<use href="#i-light-red"/>' in shown
    assert "红灯" in shown
    assert "累计 &lt; 序时" in shown
    assert "未评" in tici.light(None)


def test_a_rung_carries_its_number():
    assert tici.rung(3, "开工") == '<span class="rung rung-3">③ 开工</span>'
    assert tici.rung(0, "已取消") == '<span class="rung rung-0">○ 已取消</span>'
