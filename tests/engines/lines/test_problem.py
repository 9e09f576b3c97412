"""What cannot be planned is said in a sentence; what can is planned."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engines.lines.tiny import SCHOOL, make_problem, solution_of
from tici.engines.lines import Bell, Demand, Limits, School, Stop, Unplannable, VehicleType
from tici.engines.lines.results import BREACHES
from tici.engines.lines.sentences import SENTENCES


@pytest.mark.parametrize(
    ("wrong", "code", "words"),
    [
        ({"school": School("S", "红星小学", Bell())}, "no_bell", "学校“红星小学”没有上课时间"),
        ({"school": School("S", "红星小学", Bell()), "direction": "afternoon"}, "no_bell", "没有放学时间"),
        ({"stops": (Stop("P1"), Stop("P1"))}, "code_twice", "站点代码“P1”出现了两次"),
        ({"demand": (Demand("D1", -1), Demand("D2", 2))}, "negative", "需求点“D1”的学生数是-1"),
        ({"vehicles": ()}, "no_vehicles", "没有车型"),
        ({"vehicles": (VehicleType("v", 0),)}, "negative", "车型“v”的座位数是0"),
        ({"drive_seconds": np.zeros((2, 2))}, "shape", "行车时间矩阵应为3×3，实为2×2"),
        ({"walk_metres": np.array([[1.0, 2.0], [-3.0, 4.0]])}, "negative_time", "“D2”到“北门”是负数（-3）"),
        ({"objectives": ("speed",)}, "unknown_objective", "没有“speed”这个目标"),
        ({"objectives": ("driving", "driving")}, "objective_twice", "写了两次"),
        ({"direction": "noon"}, "unknown_direction", "noon"),
        ({"limits": Limits(arrive_before_seconds=(900, 600))}, "window", "先后颠倒"),
        ({"current": solution_of((7,))}, "unknown_in_plan", "序号7"),
    ],
)
def test_a_problem_that_leaves_nothing_to_plan_says_why(wrong, code, words):
    with pytest.raises(Unplannable, match="。") as caught:
        make_problem(**wrong)

    assert code in [fault.code for fault in caught.value.faults]
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (
            {"walk_metres": np.array([[100, 450], [900, 700]])},
            "unreachable",
            "“D2”在步行500米之内没有站点，最近的在700米外",
        ),
        ({"walk_metres": np.array([[100, 450], [np.nan, np.inf]])}, "unreachable_unknown", "没有步行距离"),
        ({"demand": (Demand("D1", 3, 3), Demand("D2", 2, 50))}, "family_too_large", "一户要26个座位，最大的车只有20座"),
        (
            {"demand": (Demand("D1", 3, 3), Demand("D2", 2, 0, True))},
            "kindergarten_alone",
            "幼儿园需求点“D2”没有家长陪同",
        ),
        (
            {"drive_seconds": np.array([[0, 300, 400], [310, 0, 200], [np.nan, 190, 0]])},
            "only_bad_stops",
            "需求点“D2”步行可到的站点都不能用：花园",
        ),
    ],
)
def test_a_demand_point_that_cannot_be_served_is_listed_and_the_rest_is_planned(change, code, words):
    part = make_problem(**change).servable()

    assert [(one.demand, one.reason.code) for one in part.unserved] == [(1, code)]
    assert words in part.unserved[0].reason.sentence
    assert part.problem.is_reachable[0].any()
    assert not part.problem.is_reachable[1].any()


def test_a_hole_between_two_stops_is_remarked_and_never_driven():
    drive = np.array([[0, 300, 400], [310, 0, np.nan], [420, 190, 0]])

    part = make_problem(drive_seconds=drive).servable()

    assert [fault.sentence for fault in part.remarks] == [
        "“北门”到“花园”没有行车时间，编线时按不通处理。如可通行，请补填实测时间。"
    ]


def test_nothing_is_planned_where_nobody_can_be_served():
    with pytest.raises(Unplannable, match="最近的在700米外") as caught:
        make_problem(walk_metres=np.full((2, 2), 700.0)).servable()

    assert len(caught.value.faults) == 2


@pytest.mark.parametrize(
    ("demand", "families"),
    [
        (Demand("D", 3, 3), ((1, 2), (1, 2), (1, 2))),
        (Demand("D", 3, 0), ((1, 1), (1, 1), (1, 1))),
        (Demand("D", 5, 2), ((3, 4), (2, 3))),
        (Demand("D", 1, 2), ((1, 3),)),
        (Demand("D", 0, 0), ()),
    ],
)
def test_a_guardian_takes_a_seat_and_siblings_may_share_one(demand, families):
    assert demand.families == families
    assert sum(seats for _, seats in families) == (demand.seats if demand.pupils else 0)


def test_a_problem_cannot_be_changed():
    problem = make_problem(school=SCHOOL)

    with pytest.raises(ValueError, match="read-only"):
        problem.drive_seconds[0, 0] = 1.0


@pytest.mark.parametrize("sentence", [*SENTENCES.values(), *BREACHES.values()])
def test_every_sentence_ends_as_one(sentence):
    assert sentence.endswith(("。", "%(reasons)s"))
