"""What is due by when, how far targets are met, what the year comes to, and shares that add up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tici.engines.periods import Month
from tici.places.models import Place
from tici.targets.rules import (
    Method,
    Profile,
    against_setting,
    against_sharing,
    by_window,
    lag,
    linear,
    met_rate,
    paced,
    profile_named,
    profiles,
    shared_out,
)

CITY = Place(pk=1, name="石家庄市")
COUNTY, OTHER = Place(pk=2, name="正定县", parent_id=1), Place(pk=3, name="行唐县", parent_id=1)
ELSEWHERE = Place(pk=4, name="定州市", parent_id=9)
OCTOBER, DECEMBER = Month(2021, 10), Month(2021, 12)
MONTHS = [Month(2021, number) for number in range(1, 13)]
WEIGHTS = st.lists(st.integers(0, 10_000), min_size=12, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("value", "target", "rate"),
    [(103, "100", "1.03"), (0, "100", "0"), (None, "100", None), (5, "0", None)],
)
def test_a_rate_is_never_capped_and_never_invented(value, target, rate):
    assert met_rate(value, Decimal(target)) == (None if rate is None else Decimal(rate))


@pytest.mark.parametrize(
    ("profile", "month", "last_year", "due"),
    [
        ("even", 6, None, "0.5"),
        ("", 3, None, "0.25"),
        ("no_longer_there", 3, None, "0.25"),
        ("quarterly", 5, None, "0.25"),
        ("quarterly", 6, None, "0.5"),
        ("last_year", 6, (40, 100), "0.4"),
        ("last_year", 6, (120, 100), "1"),
        ("last_year", 6, (0, 0), "0.5"),
        ("last_year", 6, None, "0.5"),
    ],
)
def test_what_is_due_follows_the_profile(profile, month, last_year, due):
    pair = last_year and (Decimal(last_year[0]), Decimal(last_year[1]))

    assert profile_named(profile).filled(Month(2021, month), pair).rate == Decimal(due)


def test_a_last_year_that_says_nothing_is_not_passed_over_in_silence():
    assert profile_named("last_year").filled(OCTOBER).words == "逐月均衡（上年没有数据）"
    assert profile_named("last_year").filled(OCTOBER, (Decimal(4), Decimal(8))).words == "按上年各月进度"


def test_most_entries_are_due_only_with_the_annual_windows():
    filled = {month: profile_named("entry_windows").filled(Month(2021, month)).rate for month in (1, 10, 11)}

    assert (filled[1], filled[10] < Decimal("0.12"), filled[11] > Decimal("0.5")) == (0, True, True)


@given(weights=WEIGHTS)
def test_a_profile_never_falls_and_ends_with_the_whole(weights):
    drawn = Profile("drawn", "", "weights", tuple(weights))

    for profile in (*profiles().values(), drawn):
        due = [profile.filled(month).rate for month in MONTHS]
        assert due == sorted(due)
        assert due[-1] == 1


@given(steps=st.lists(st.decimals(0, 10**6, places=2), min_size=12, max_size=12))
def test_last_years_course_never_falls_where_last_year_did_not(steps):
    reached = [sum(steps[: number + 1]) for number in range(12)]
    profile = profile_named("last_year")

    due = [profile.filled(month, (reached[month.number - 1], reached[-1])).rate for month in MONTHS]

    assert due == sorted(due)
    assert due[-1] == 1


def test_the_lag_is_the_rate_less_what_was_due():
    assert lag(Decimal("0.9"), Decimal("0.5")) == Decimal("0.4")
    assert lag(None, Decimal("0.5")) is None


@pytest.mark.parametrize(
    ("projection", "expected"),
    [
        (linear(50, OCTOBER, is_count=False), (Method.LINEAR, 60, None, None)),
        (linear(4, Month(2021, 6), is_count=True), (Method.LINEAR, 8, None, None)),
        (paced(50, Decimal("0.5"), method=Method.SEASONAL, is_count=False), (Method.SEASONAL, 100, None, None)),
        (by_window(80, OCTOBER, ready=6, near=10), (Method.WINDOW, 86, 80, 96)),
        (by_window(80, DECEMBER, ready=6, near=10), (Method.WINDOW, 80, 80, 80)),
    ],
)
def test_a_projection_says_its_method_and_its_range(projection, expected):
    assert (projection.method, projection.value, projection.low, projection.high) == expected


def test_nothing_is_projected_from_a_month_in_which_nothing_is_due():
    assert paced(0, Decimal(0), method=Method.PROFILE, is_count=True) is None


def test_a_count_half_way_is_ranged_by_chance():
    projection = linear(50, Month(2021, 6), is_count=True)

    assert (projection.value, projection.low, projection.high) == (100, 87, 113)


@given(value=st.integers(0, 10**6), weights=WEIGHTS, is_count=st.booleans())
def test_in_december_every_projection_is_the_value(value, weights, is_count):
    filled = Profile("drawn", "", "weights", tuple(weights)).filled(DECEMBER)

    found = [
        linear(value, DECEMBER, is_count=is_count),
        paced(value, filled, method=Method.PROFILE, is_count=is_count),
        by_window(value, DECEMBER, ready=3, near=4),
    ]

    assert {one.value for one in found} == {value}
    assert {bound for one in found for bound in (one.low, one.high)} <= {value, None}


@given(value=st.integers(5, 10**6), month=st.sampled_from(MONTHS))
def test_a_range_holds_its_projection_and_never_less_than_what_is_there(value, month):
    projection = linear(value, month, is_count=True)

    assert value <= projection.low <= projection.value <= projection.high


@given(
    total=st.decimals(0, 10**11, places=4),
    weights=st.lists(st.decimals(0, 10**11, places=4), min_size=1, max_size=30).filter(any),
)
def test_shares_tie_for_any_weights_and_total(total, weights):
    shares = shared_out(total, weights)

    step = 1 if total == int(total) else Decimal("0.0001")
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - total * weight / sum(weights)) < step


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        ("100", [1, 1, 1], [34, 33, 33]),
        ("300", [5, 0, 1], [250, 0, 50]),
        ("7", [0, 0], None),
        ("1.5", [1, 2], ["0.5", "1"]),
        ("10", [-5, 1], [0, 10]),
    ],
)
def test_the_largest_remainder_goes_first(total, weights, shares):
    assert shared_out(Decimal(total), weights) == (shares and [Decimal(share) for share in shares])


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


def test_a_rate_is_not_shared_out():
    (refusal,) = against_sharing(CITY, Decimal(1), {COUNTY: Decimal(1)}, adds_up=False)

    assert refusal.code == "target.rate"


def test_a_sum_that_is_off_says_by_how_much():
    (refusal,) = against_sharing(CITY, Decimal("100.0000"), {COUNTY: Decimal("90.5")})

    assert refusal.message == "分解合计90.5，目标100，相差9.5。请调整到一致。"


def test_a_target_is_above_nothing_of_a_measure_and_of_a_profile_there_is():
    refusals = against_setting(Decimal(0), is_known=False, profile="weekly")

    assert [refusal.code for refusal in refusals] == ["target.measure", "target.value", "target.profile"]
