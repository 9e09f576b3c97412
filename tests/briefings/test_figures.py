from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tici.briefings.figures import money, percent, rounded, stated, until, year_to_date
from tici.engines.periods import Month


@pytest.mark.parametrize(
    ("wan", "printed"),
    [
        ("8858000", "885.8亿元"),
        ("9999.5", "1.00亿元"),
        ("3500", "0.35亿元"),
        ("999", "999万元"),
        ("0", "0万元"),
        ("-26000", "-2.6亿元"),
        ("-0.4", "0万元"),
    ],
)
def test_money_is_stated_in_yi_and_in_wan_when_it_is_small(wan, printed):
    number, unit = money(Decimal(wan))

    assert f"{number}{unit}" == printed


@pytest.mark.parametrize(
    ("wan", "printed"),
    [
        ("2585894", "258.59亿千瓦时"),
        ("10000", "1.00亿千瓦时"),
        ("9999.5", "1.00亿千瓦时"),
        ("9999.4", "9999万千瓦时"),
        ("0", "0万千瓦时"),
    ],
)
def test_electricity_is_stated_in_hundreds_of_millions_once_it_is_so_much(wan, printed):
    number, unit = stated(Decimal(wan), "万千瓦时")

    assert f"{number}{unit}" == printed


@pytest.mark.parametrize(
    ("rate", "printed"), [("0.97158", "97.2"), ("1.0538", "105.4"), ("-0.00049", "0.0"), ("0", "0.0")]
)
def test_a_rate_is_printed_with_one_decimal_uncapped_and_never_as_minus_zero(rate, printed):
    assert str(percent(Decimal(rate))) == printed


def test_the_schedule_difference_of_a_published_text_comes_out_as_printed():
    # 629.0/647.4 = 97.2 %, less 10/12: +13.8 points, as a city printed it.
    rate = Decimal("629.0") / Decimal("647.4")

    assert (percent(rate), percent(rate - Decimal(10) / 12)) == (Decimal("97.2"), Decimal("13.8"))


@given(st.decimals(-1000, 1000, places=6), st.integers(0, 3))
def test_rounding_moves_a_number_by_half_a_step_at_most(value, places):
    assert abs(rounded(value, places) - value) <= Decimal(1).scaleb(-places) / 2


@pytest.mark.parametrize(
    ("month", "words"),
    [
        (Month(2021, 11), ("截至11月底", "1—11月", "2021年1—11月")),
        (Month(2022, 2), ("截至2月底", "1—2月", "2022年1—2月")),
        (Month(2022, 1), ("截至1月底", "1月", "2022年1月")),
    ],
)
def test_periods_are_worded_as_offices_word_them(month, words):
    assert (until(month), year_to_date(month), year_to_date(month, with_year=True)) == words
