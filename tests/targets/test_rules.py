"""How far targets are met, and shares that add up."""

from decimal import Decimal

import pytest

from tici.engines.periods import Month
from tici.places.models import Place
from tici.targets.rules import against_setting, against_sharing, lag, met_rate, year_end

CITY = Place(pk=1, name="石家庄市")
COUNTY, OTHER = Place(pk=2, name="正定县", parent_id=1), Place(pk=3, name="行唐县", parent_id=1)
ELSEWHERE = Place(pk=4, name="定州市", parent_id=9)
OCTOBER = Month(2021, 10)


@pytest.mark.parametrize(
    ("value", "target", "rate"),
    [(103, "100", "1.03"), (0, "100", "0"), (None, "100", None), (5, "0", None)],
)
def test_a_rate_is_never_capped_and_never_invented(value, target, rate):
    assert met_rate(value, Decimal(target)) == (None if rate is None else Decimal(rate))


def test_the_lag_is_the_rate_less_the_time_passed():
    assert lag(Decimal("0.9"), Month(2021, 6)) == Decimal("0.4")
    assert lag(None, OCTOBER) is None


def test_the_year_end_follows_the_pace():
    assert year_end(50, OCTOBER) == 60
    assert year_end(None, OCTOBER) is None


@pytest.mark.parametrize(
    ("shares", "codes"),
    [
        ({COUNTY: "60", OTHER: "40"}, []),
        ({COUNTY: "60", OTHER: "30"}, ["target.sum"]),
        ({COUNTY: "140", OTHER: "-40"}, ["target.negative"]),
        ({COUNTY: "60", ELSEWHERE: "40"}, ["target.outside"]),
        ({}, ["target.sum"]),
    ],
)
def test_shares_lie_inside_and_add_up(shares, codes):
    refusals = against_sharing(CITY, Decimal(100), {place: Decimal(share) for place, share in shares.items()})

    assert [refusal.code for refusal in refusals] == codes


def test_a_sum_that_is_off_says_by_how_much():
    (refusal,) = against_sharing(CITY, Decimal("100.0000"), {COUNTY: Decimal("90.5")})

    assert refusal.message == "分解合计90.5，目标100，相差9.5。请调整到一致。"


def test_a_target_is_above_nothing_and_of_a_measure_there_is():
    refusals = against_setting(Decimal(0), is_known=False)

    assert [refusal.code for refusal in refusals] == ["target.measure", "target.value"]
