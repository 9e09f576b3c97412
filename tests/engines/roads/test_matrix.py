import contextlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tici.engines.roads import Leg, Matrix, Pace, Source, Unusable, estimated, metres_between, read_measured

POINTS = st.lists(st.tuples(st.floats(114.3, 114.6), st.floats(37.9, 38.2)), min_size=1, max_size=6)
PACE = Pace(detour=1.4, metres_per_second=5.0)
NAMES = ("校门", "东站", "西站")
THREE = estimated(NAMES, [(114.50, 38.04), (114.51, 38.04), (114.49, 38.04)], pace=PACE)


def names_of(points):
    return [f"站{number}" for number in range(len(points))]


def sentences(content, names=NAMES):
    return [problem.sentence for problem in read_measured(content.encode(), {name: name for name in names}).problems]


@given(POINTS)
def test_estimates_are_symmetric_and_longer_than_the_straight_line_and_marked(points):
    matrix = estimated(names_of(points), points, pace=PACE)

    straight = metres_between(np.array(points)[:, None], np.array(points))
    assert np.allclose(matrix.metres, matrix.metres.T)
    assert np.allclose(matrix.metres, 1.4 * straight)
    assert np.allclose(matrix.seconds * 5, matrix.metres)
    assert (matrix.source == Source.ESTIMATED).all()
    assert matrix.holes == ()


@given(POINTS, POINTS)
def test_estimates_may_lead_to_other_points(points, others):
    matrix = estimated(names_of(points), points, [f"点{n}" for n in range(len(others))], others, pace=PACE)

    assert matrix.seconds.shape == (len(points), len(others))


@given(st.floats(1, 3000), st.booleans())
def test_a_measured_leg_overrides_its_own_direction_alone(seconds, has_metres):
    leg = Leg("东站", "校门", seconds, 1234.0 if has_metres else float("nan"), row=2)

    matrix = THREE.with_measured([leg, leg._replace(origin="别处")])

    assert matrix.seconds[1, 0] == seconds
    assert matrix.metres[1, 0] == (1234.0 if has_metres else THREE.metres[1, 0])
    changed = np.argwhere(matrix.source != THREE.source)
    assert (changed.tolist(), matrix.source[1, 0]) == ([[1, 0]], Source.MEASURED)
    assert matrix.said == "实测1段，直线估算5段"


def test_holes_are_named_and_may_be_filled_by_estimates():
    seconds = THREE.seconds.copy()
    seconds[1, 0] = seconds[2, 0] = seconds[2, 1] = np.inf
    holed = replace(THREE, seconds=seconds, source=np.where(np.isinf(seconds), 0, Source.ROAD).astype(np.uint8))

    assert holed.holes == (("东站", "校门"), ("西站", "校门"), ("西站", "东站"))
    assert [problem.sentence for problem in holed.problems] == [
        "从“东站”到“校门”没有时间。请补测这一段，或改用直线估算。",
        "从“西站”到“校门”等2段没有时间。请补测，或改用直线估算。",
    ]
    filled = holed.filled_from(THREE)
    assert (filled.seconds == THREE.seconds).all()
    assert filled.said == "按道路计算3段，直线估算3段"


def test_a_part_keeps_its_figures_in_the_order_asked_for():
    part = THREE.between(["西站", "东站"], ["校门"])

    assert part.seconds.tolist() == [[THREE.seconds[2, 0]], [THREE.seconds[1, 0]]]


def test_the_rulebook_gives_a_pace_for_drivers_and_for_feet():
    drive, walk = Pace.of_rule("drive"), Pace.of_rule("walk")

    assert (drive.detour, drive.metres_per_second) == (1.4, 5.0)
    assert walk.metres_per_second == pytest.approx(4 / 3.6)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seconds": np.zeros((2, 3))}, "shape"),
        ({"origins": ("东站", "东站", "西站")}, "twice"),
        ({"metres": np.full((3, 3), np.nan)}, "negative or nan"),
    ],
)
def test_an_impossible_matrix_is_refused(change, said):
    with pytest.raises(ValueError, match=said):
        replace(THREE, **change)


def test_points_without_names_and_matrices_of_other_points_are_refused():
    with pytest.raises(ValueError, match="as many points"):
        estimated(["东站"], [(114.5, 38.0), (114.6, 38.0)], pace=PACE)
    with pytest.raises(ValueError, match="different points"):
        THREE.filled_from(THREE.between(["西站"], ["校门"]))


# Measured times


@given(st.permutations(range(4)), st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]))
def test_columns_are_known_by_their_heads_in_any_order_and_encoding(order, encoding):
    heads, cells = ["起点站", "到达站", "行驶时间（分）", "里程（公里）"], ["东站", "校门", "7.5", "3.2"]
    content = "\n".join(",".join(row[place] for place in order) for row in (heads, cells)).encode(encoding)

    assert read_measured(content, dict(zip(NAMES, NAMES, strict=True))).legs == (Leg("东站", "校门", 450.0, 3200.0, 2),)


@pytest.mark.parametrize(
    ("head", "cell", "seconds"),
    [
        ("时间（秒）", "450", 450),
        ("时间", "7.5", 450),
        ("用时(分钟)", "7:30", 450),
        ("用时", "0:07:30", 450),
        ("用时", "7分30秒", 450),
        ("minutes", "7.5", 450),
        ("seconds", "450", 450),
        ("用时", "450秒", 450),
    ],
)
def test_times_are_read_as_people_write_them(head, cell, seconds):
    content = f"从,到,{head}\n东站,校门,{cell}\n".encode()

    assert [leg.seconds for leg in read_measured(content, {"东站": "东站", "校门": "校门"}).legs] == [seconds]


def test_a_square_table_is_read_with_its_holes():
    content = "分钟,校门,东站,西站\n校门,0,4,\n东站,5,,9\n西站,6,7,0\n".encode()

    legs = read_measured(content, {name: name for name in NAMES}).legs

    assert [(leg.origin, leg.destination, leg.seconds) for leg in legs] == [
        ("校门", "东站", 240),
        ("东站", "校门", 300),
        ("东站", "西站", 540),
        ("西站", "校门", 360),
        ("西站", "东站", 420),
    ]


def test_codes_stand_for_names():
    content = b"from,to,minutes\nS01,S02,5\n"

    assert read_measured(content, {"s01": "东站", "S02": "校门"}).legs[0][:2] == ("东站", "校门")


def test_good_rows_go_in_and_bad_rows_come_back_with_reasons():
    content = (
        "起点,终点,时间,距离(米)\n"
        "东站,校门,5,2000\n"
        "南站,校门,5,\n"
        "东站,东站,5,\n"
        "东站,西站,约5,\n"
        "西站,校门,-1,\n"
        "西站,东站,400,\n"
        "校门,西站,1,9000\n"
        "校门,东站,,\n"
        "东站,校门,6,\n"
    )

    measured = read_measured(content.encode(), {name: name for name in NAMES})

    assert measured.legs[0][:3] == ("东站", "校门", 360)
    assert [problem.sentence for problem in measured.problems] == [
        "第3行：没有名为“南站”的站点。请改为站点表中的名称或编号。",
        "第4行：起点和终点都是“东站”。请核对后删去或改正。",
        "第5行：从“东站”到“西站”的时间写作“约5”，不是数字。请填数字，没有测过的留空。",
        "第6行：从“西站”到“校门”用时-1分，不在0到240分之间。请核对单位是分还是秒。",
        "第7行：从“西站”到“东站”用时400分，不在0到240分之间。请核对单位是分还是秒。",
        "第8行：从“校门”到“西站”合每小时540公里，超过100公里。请核对时间和距离的单位。",
        "第10行：从“东站”到“校门”与第2行重复而数值不同，取后一行。请核对后删去一行。",
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x00\x01\xff\xfe", "not_text"),
        (b"", "no_columns"),
        ("名称,电话\n东站,1\n".encode(), "no_columns"),
        ("起点,终点,时间\n东站,校门,\n".encode(), "no_rows"),
    ],
)
def test_a_file_without_times_is_refused_with_the_way_out(content, code):
    with pytest.raises(Unusable) as refused:
        read_measured(content, {name: name for name in NAMES})

    assert refused.value.problem.code == code
    assert str(refused.value).endswith("。")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_never_broken(content):
    with contextlib.suppress(Unusable):
        assert read_measured(content, {name: name for name in NAMES}).problems


def test_a_matrix_says_what_it_is_made_of():
    assert isinstance(THREE, Matrix)
    assert THREE.said == "直线估算6段"
