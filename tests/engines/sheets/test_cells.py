"""Figures, shares, dates and names of places as single cells say them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tici.engines.sheets.amounts import UNITS, read_amount, read_percent
from tici.engines.sheets.checks import uscc_check_is_right
from tici.engines.sheets.dates import read_date, read_range
from tici.engines.sheets.places import Gazetteer, Place
from tici.engines.sheets.text import address, chinese_number, is_nothing, letters

CITY = Gazetteer(
    [
        Place("130107", "井陉矿区"),
        Place("130121", "井陉县"),
        Place("130133", "赵县"),
        Place("130104", "桥西区"),
        Place("130171", "石家庄高新技术产业开发区"),
        Place("130172", "石家庄循环化工园区"),
        Place("130181", "辛集市"),
    ],
    "石家庄市",
    {"高新技术产业开发区": "高新区"},
)
FIGURES = st.decimals(-(10**9), 10**9, places=2)


@given(FIGURES)
def test_a_figure_reads_alike_as_number_and_as_text_with_separators(figure):
    assert read_amount(f"{figure:,}").figure == figure == read_amount(str(figure)).figure


@given(st.decimals(0, 10**9, places=2))
def test_full_width_digits_read_like_half_width(figure):
    wide = f"{figure:,}".translate(str.maketrans("0123456789,.", "０１２３４５６７８９，．"))

    assert read_amount(wide).figure == figure


@given(st.decimals("0.01", 10**6, places=2), st.sampled_from(sorted(UNITS)))
def test_a_cell_that_names_its_unit_says_it(figure, unit):
    assert read_amount(f"{figure}{unit}")[:2] == (figure, unit)


@pytest.mark.parametrize(
    ("text", "figure", "unit"),
    [
        ("（1,234.5）", "-1234.5", None),
        ("-５６", "-56", None),
        ("负300", "-300", None),
        ("约5000万元", "5000", "万元"),
        ("1.2亿", "1.2", "亿元"),
        ("1亿2000万元", "12000", "万元"),
        ("5000左右", "5000", None),
        ("3,500.00\u00a0", "3500", None),
        ("1\u200b200", "1200", None),
        ("五千万元", "5000", "万元"),
        ("8000万元(其中设备3000万元)", "8000", "万元"),
        (" 12 345 ", "12345", None),
    ],
)
def test_figures_as_people_write_them(text, figure, unit):
    amount = read_amount(text)

    assert (amount.figure, amount.unit) == (
        (Decimal("50000000"), "元") if text == "五千万元" else (Decimal(figure), unit)
    )


@pytest.mark.parametrize("text", ["待定", "见附件", "3000-5000", "500万美元", "12,34x", "保密", "#REF!"])
def test_words_that_are_no_figure_are_not_understood(text):
    assert read_amount(text) == (None, None, False)


@pytest.mark.parametrize("text", ["", "无", "暂无", "—", "-", "/", "／", " ", "\u200b", "N/A"])
def test_words_that_say_nothing_are_nothing(text):
    assert is_nothing(text)
    assert read_amount(text) == (None, None, True)


@pytest.mark.parametrize(
    ("text", "share", "signed"),
    [("87.3%", "87.3", True), ("87.3", "87.3", False), ("百分之60", "60", True), ("９５％", "95", True)],
)
def test_shares_as_people_write_them(text, share, signed):
    assert read_percent(text) == (Decimal(share), signed)


@given(st.dates(date(1995, 1, 1), date(2060, 12, 31)))
def test_a_day_reads_alike_in_every_form(day):
    serial = (day - date(1899, 12, 30)).days
    forms = [
        day, serial, float(serial), f"{day}", f"{day.year}/{day.month}/{day.day}", f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}", str(serial), f"{day} 00:00:00",
    ]  # fmt: skip

    assert {read_date(form)[:3] for form in forms} == {(day, day, "day")}


@given(st.integers(1995, 2060), st.integers(1, 12))
def test_a_month_reads_alike_in_every_form(year, month):
    first = date(year, month, 1)
    forms = [
        f"{year}.{month}",
        f"{year}-{month:02d}",
        f"{year}年{month}月",
        f"{year}年{month}月底",
        f"{year}/{month}",
        f"拟{year}年{month}月开工",
        f"{year}{month:02d}",
        year * 100 + month,
        f"{year}年{month:02d}月份",
    ]

    periods = {read_date(form)[:3] for form in forms}

    assert periods == {(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1), "month")}


@pytest.mark.parametrize(
    ("cell", "first", "precision"),
    [
        ("21年3月", date(2021, 3, 1), "month"),
        ("二〇二一年三月", date(2021, 3, 1), "month"),
        ("二○二一年十二月", date(2021, 12, 1), "month"),
        ("2021年第三季度", date(2021, 7, 1), "quarter"),
        ("三季度", date(2021, 7, 1), "quarter"),
        ("Q3", date(2021, 7, 1), "quarter"),
        ("2021Q4", date(2021, 10, 1), "quarter"),
        ("11月", date(2021, 11, 1), "month"),
        ("明年6月", date(2022, 6, 1), "month"),
        ("年内", date(2021, 1, 1), "year"),
        ("2022年底", date(2022, 1, 1), "year"),
        ("2022", date(2022, 1, 1), "year"),
        (2021.11, date(2021, 11, 1), "month"),
        (2021.9, date(2021, 9, 1), "month"),
        ("2021年3月上旬", date(2021, 3, 1), "month"),
        ("2021，3", date(2021, 3, 1), "month"),
        ("21.3", date(2021, 3, 1), "month"),
        (21.3, date(2021, 3, 1), "month"),
        ("Mar-21", date(2021, 3, 1), "month"),
        ("21.5.6", date(2021, 5, 6), "day"),
        ("3/15/2021", date(2021, 3, 15), "day"),
        ("5/2021", date(2021, 5, 1), "month"),
        ("2021年元月", date(2021, 1, 1), "month"),
        ("2021。3", date(2021, 3, 1), "month"),
        ("2024、4、1", date(2024, 4, 1), "day"),
        ("原计划2021年6月，现计划2021年12月", date(2021, 12, 1), "month"),
        ("2021年6月（推迟至2022年3月）", date(2022, 3, 1), "month"),
    ],
)
def test_dates_as_people_write_them(cell, first, precision):
    period = read_date(cell, 2021)

    assert (period.first, period.precision) == (first, precision)


NO_DATES = ["未开工", "待定", "无", "", "主体施工", 3.5, True, None]
IMPOSSIBLE = ["11.12", "2021年2月30日", "2021.13", "2021年13月", "2021.3.35", "2021年3月35日"]


@pytest.mark.parametrize("cell", [*NO_DATES, *IMPOSSIBLE])
def test_what_names_no_date_is_none(cell):
    assert read_date(cell, 2021) is None


def test_a_number_that_may_have_lost_its_nought_is_doubtful():
    assert (read_date(2021.1).doubtful, read_date(2021.2).doubtful, read_date("2021.1").doubtful) == (
        True,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("text", "start", "finish"),
    [
        ("2019-2023", date(2019, 1, 1), date(2023, 1, 1)),
        ("2020.10-2022.8", date(2020, 10, 1), date(2022, 8, 1)),
        ("2021年3月至2022年12月", date(2021, 3, 1), date(2022, 12, 1)),
        ("2021年3月至12月", date(2021, 3, 1), date(2021, 12, 1)),
        ("2020—2022年", date(2020, 1, 1), date(2022, 1, 1)),
        ("2020-03至2022-10", date(2020, 3, 1), date(2022, 10, 1)),
        ("2020-03-01至2022-10-31", date(2020, 3, 1), date(2022, 10, 31)),
        ("2020.03 2022.10", date(2020, 3, 1), date(2022, 10, 1)),
        ("2020年3月开工，2022年10月竣工", date(2020, 3, 1), date(2022, 10, 1)),
    ],
)
def test_a_span_gives_start_and_finish(text, start, finish):
    periods = read_range(text, 2021)

    assert tuple(period.first for period in periods) == (start, finish)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("赵县", "130133"),
        ("石家庄市赵县", "130133"),
        ("河北省石家庄市赵县", "130133"),
        ("桥西", "130104"),
        ("高新区", "130171"),
        ("石家庄高新区", "130171"),
        ("辛集市(省管)", "130181"),
        ("化工园区", "130172"),
        ("循环园", "130172"),
        ("高新", "130171"),
        ("高新镇", None),
        ("130133", "130133"),
        ("滹沱区", None),
        ("赵", None),
    ],
)
def test_places_by_full_short_and_everyday_names(text, code):
    assert CITY.code(text) == code


def test_the_longest_name_in_a_title_is_the_place():
    assert (CITY.first_in("井陉矿区工业项目台账"), CITY.first_in("井陉县11月")) == ("130107", "130121")


@given(st.integers(0, 16383), st.integers(0, 10**6))
def test_addresses_are_those_of_a_sheet(column, row):
    number = 0
    for letter in letters(column):
        number = number * 26 + ord(letter) - 64

    assert number == column + 1
    assert address(row, column) == f"{letters(column)}{row + 1}"


@pytest.mark.parametrize(
    ("text", "number"), [("二〇二一", 2021), ("十二", 12), ("三百零五", 305), ("一万二千", 12000), ("甲", None)]
)
def test_chinese_numerals(text, number):
    assert chinese_number(text) == number


def test_the_check_character_of_a_real_code():
    assert uscc_check_is_right("9111000010000122X8")
    assert not uscc_check_is_right("9111000010000122X9")
