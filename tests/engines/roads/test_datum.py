import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tici.engines.roads import Datum, convert, datum_named, metres_between, suspect_shift, to_wgs84

CITY = st.tuples(st.floats(114.2, 114.8), st.floats(37.8, 38.3))
CHINA = st.tuples(st.floats(75, 134), st.floats(18, 53))
DATUMS = st.sampled_from(Datum)


def stops(count, seed=0):
    """Points of a city, 1 km apart or so."""
    chance = np.random.default_rng(seed)
    return np.column_stack([chance.uniform(114.4, 114.6, count), chance.uniform(37.98, 38.12, count)])


@given(st.lists(CHINA, min_size=1, max_size=5), DATUMS, DATUMS)
def test_there_and_back_again_errs_by_less_than_a_centimetre(points, source, target):
    back = convert(convert(points, source, target), target, source)

    assert metres_between(back, points).max() < 0.01


@given(CITY)
def test_the_datums_of_the_city_lie_hundreds_of_metres_apart(point):
    shifts = [metres_between(convert([point], Datum.WGS84, other), [point])[0] for other in (Datum.GCJ02, Datum.BD09)]

    assert 450 < shifts[0] < 650
    assert 700 < shifts[1] < 1700


@given(CHINA, CHINA, CHINA)
def test_distances_are_symmetric_and_keep_the_triangle(one, two, three):
    ab, bc, ac = (metres_between(*pair) for pair in ((one, two), (two, three), (one, three)))

    assert ab == pytest.approx(metres_between(two, one))
    assert ac <= ab + bc + 1e-6


def test_published_pairs_are_met():
    """README of coordtransform (github.com/wandergis/coordtransform): 116.404, 39.915 read in each datum."""
    point = [(116.404, 39.915)]

    assert convert(point, Datum.WGS84, Datum.GCJ02)[0] == pytest.approx([116.41024449916938, 39.91640428150164])
    assert convert(point, Datum.GCJ02, Datum.BD09)[0] == pytest.approx([116.41036949371029, 39.92133699351021])
    # The other way the published figures are of one step, within 3 m of the exact inverse.
    published = [(116.39775550083061, 39.91359571849836), (116.39762729119315, 39.90865673957631)]
    exact = [convert(point, Datum.GCJ02, Datum.WGS84)[0], convert(point, Datum.BD09, Datum.GCJ02)[0]]
    assert metres_between(exact, published).max() < 3


def test_a_degree_of_the_meridian_is_111_kilometres():
    assert metres_between([114.5, 38.0], [114.5, 39.0]) == pytest.approx(111_195, abs=1)


def test_outside_china_gcj_is_not_shifted():
    assert convert([(139.7, 35.7)], Datum.WGS84, Datum.GCJ02)[0] == pytest.approx([139.7, 35.7])


@pytest.mark.parametrize(
    ("words", "datum"),
    [
        ("高德坐标", Datum.GCJ02),
        ("gcj-02", Datum.GCJ02),
        ("百度地图拾取", Datum.BD09),
        ("BD_09", Datum.BD09),
        ("GPS", Datum.WGS84),
        ("经纬度", None),
        ("百度或高德", None),
    ],
)
def test_people_name_datums_in_their_own_words(words, datum):
    assert datum_named(words) == datum


@given(st.integers(0, 50), st.sampled_from([Datum.GCJ02, Datum.BD09]))
def test_a_file_in_the_wrong_datum_is_seen_and_named_where_it_is_off_by_300_to_900_metres(seed, real):
    known = stops(60, seed)
    file = convert(known[:20], Datum.WGS84, real)
    stated = Datum.WGS84 if real == Datum.GCJ02 else Datum.GCJ02

    shift = suspect_shift(file, known, stated=stated)

    assert (shift.looks_like, shift.of) == (real, 20)
    assert len(shift.rows) >= 19
    assert 300 <= shift.metres <= 900
    assert LABEL[real] in shift.sentence


LABEL = {Datum.GCJ02: "选为GCJ-02", Datum.BD09: "选为BD-09"}


@given(st.integers(0, 50), st.floats(0, 60))
def test_a_file_in_its_stated_datum_is_not_suspected(seed, slip_m):
    known = stops(60, seed)
    right = known[:20] + slip_m / 111_195 / 2

    assert suspect_shift(right, known) is None
    assert suspect_shift(convert(right, Datum.WGS84, Datum.BD09), known, stated=Datum.BD09) is None


@given(st.integers(0, 50))
def test_new_stops_among_known_ones_are_not_suspected(seed):
    assert suspect_shift(stops(20, seed + 1000), stops(40, seed)) is None


def test_one_stop_in_the_wrong_datum_is_seen_by_its_name():
    known = stops(10)
    file = known[:3].copy()
    file[1] = convert(known[1:2], Datum.WGS84, Datum.GCJ02)[0]

    shift = suspect_shift(file[1:2], known, same=[1])

    assert (shift.rows, shift.looks_like) == ((0,), Datum.GCJ02)
    assert suspect_shift(file[:1], known, same=[0]) is None
    assert suspect_shift(file, known, same=[None, None, None]) is None


def test_a_shift_that_no_datum_explains_asks_for_the_source():
    known = stops(30)
    file = known + np.array([-400, 300]) / 111_195

    shift = suspect_shift(file, known)

    assert shift.looks_like is None
    assert (
        shift.sentence
        == f"30个点位中有30个与已有点位整体偏移约{shift.metres:.0f}米，原因不明。请核对坐标的来源和坐标系后再导入。"
    )


def test_empty_rows_are_passed_over():
    known = stops(10)
    file = np.vstack([[np.nan, np.nan], convert(known, Datum.WGS84, Datum.GCJ02)])

    assert suspect_shift(file, known).rows == tuple(range(1, 11))
    assert suspect_shift(file[:1], known) is None
    assert suspect_shift(file, np.empty((0, 2))) is None


def test_an_array_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"shape \(n, 2\)"):
        to_wgs84([114.5, 38.0], Datum.GCJ02)
