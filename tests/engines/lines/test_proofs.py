"""Certificates and seating: never a bound above the truth, never a seating that could be better."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import linear_sum_assignment

from tests.engines.lines.schools import published_like, town_school
from tests.engines.lines.tiny import best_of_all, make_problem, solution_of, tiny_problems
from tici.engines.lines import Demand, Limits, Riders, Route, Solution, VehicleType
from tici.engines.lines.assign import nearest
from tici.engines.lines.branching import Branching
from tici.engines.lines.certify import _Proof, certify
from tici.engines.lines.checker import check
from tici.engines.lines.search import plan


@settings(max_examples=25, deadline=None)
@given(tiny_problems())
def test_what_is_proven_optimal_is_the_best_of_all_plans(problem):
    best = best_of_all(problem)
    if best is None:
        return
    result = plan(problem, steps=6_000)

    certificate = certify(result.problem, result.solution, seconds=10, workers=1)

    assert [stage.status for stage in certificate.stages] == ["optimal"] * 4
    # Walks are compared to a decimetre a pupil.
    assert [stage.value for stage in certificate.stages] == pytest.approx(list(best), abs=3)
    assert [stage.value for stage in certificate.stages][:3] == list(best)[:3]
    assert check(problem, certificate.solution).broken == ()


def test_a_school_of_ten_stops_is_proven_in_every_objective():
    problem = town_school(10, 40, objectives=("unserved", "vehicles", "driving", "riding", "walking", "worst_walk"))
    result = plan(problem, steps=60_000)

    certificate = certify(result.problem, result.solution, seconds=30)

    assert certificate.is_optimal
    assert {stage.sentence for stage in certificate.stages} == {"已证明最优"}
    assert check(problem, certificate.solution).broken == ()


@pytest.mark.parametrize("seed", [7, 10, 11])
def test_a_stop_that_need_not_be_called_at_raises_no_bound_above_a_plan(seed):
    problem = town_school(14, 60, seed)
    result = plan(problem, steps=60_000)
    proof = _Proof(result.problem, result.solution, 30, 1, None, None)
    assert proof._list()
    relaxation, driving = proof._relaxation("driving"), check(problem, result.solution).costs["driving"]

    root = relaxation.bound(lambda least: False, lambda: False).least
    least = Branching(relaxation, lambda least: least, driving + 1, lambda driven: True, lambda: False).least()

    assert root <= least + 1e-6
    assert root <= driving + 1e-6
    assert least <= driving + 1e-6


def test_branching_proves_where_the_relaxation_leaves_a_gap():
    problem = town_school(14, 60, 2)
    result = plan(problem, steps=200_000)
    proof = _Proof(result.problem, result.solution, 30, 1, None, None)
    assert proof._list()
    driving = check(problem, result.solution).costs["driving"]

    assert proof._relaxed("driving", driving) < driving
    assert proof._branched("driving", driving) == check(problem, proof.solution).costs["driving"]


def test_a_bound_of_a_closed_benchmark_never_exceeds_its_plan():
    problem = published_like(8, 40, 15, 20.0, 2)
    result = plan(problem, steps=60_000)

    (stage,) = certify(result.problem, result.solution, seconds=3).stages

    assert stage.bound is not None
    assert stage.bound <= stage.value + 1e-3


def test_proving_makes_a_poor_plan_better():
    problem = town_school(8, 24)
    poor = replace(problem, objectives=("unserved", "stops"))
    given_plan = plan(poor, steps=500).solution

    certificate = certify(problem, given_plan, seconds=20)

    order = problem.objectives
    before, after = check(problem, given_plan), check(problem, certificate.solution)
    assert after.vector(order) <= before.vector(order)


def test_a_plan_that_breaks_a_limit_is_not_certified():
    problem = make_problem()

    with pytest.raises(ValueError, match="breaks no limit"):
        certify(problem, Solution((Route((0,), "midi", (Riders(1, 0, 4, 2),)),)), 1)


@settings(max_examples=30, deadline=None)
@given(tiny_problems(limits=False, guardians=False))
def test_families_walk_as_little_as_an_independent_assignment_allows(problem):
    problem = replace(problem, objectives=("unserved", "walking"))
    routes = [Route((stop,), "bus") for stop in range(len(problem.stops))]

    seated = nearest(problem, routes)

    people = [at for at, demand in enumerate(problem.demand) for _ in range(demand.pupils)]
    seats = [stop for stop in range(len(problem.stops)) for _ in range(problem.largest_seats)]
    walks = problem.walk_metres[np.ix_(people, seats)]
    walks = np.where(problem.is_reachable[np.ix_(people, seats)], walks, 1e6)
    least = walks[linear_sum_assignment(walks)].sum()
    assert check(problem, seated).costs["walking"] == pytest.approx(least)


def test_families_of_different_size_are_seated_whole():
    problem = make_problem(
        demand=(Demand("D1", 5, 2), Demand("D2", 2, 2)),
        vehicles=(VehicleType("midi", 6),),
        limits=Limits(walk_metres=950),
    )

    seated = nearest(problem, [Route((0,), "midi"), Route((1,), "midi")])

    assert check(problem, seated).costs["unserved"] == 0
    assert check(problem, seated).broken == ()


def test_the_longest_walk_is_shortened_first_when_it_matters_first():
    problem = make_problem(
        demand=(Demand("D1", 1), Demand("D2", 1)),
        walk_metres=np.array([[10.0, 300.0], [320.0, 500.0]]),
        vehicles=(VehicleType("mini", 1),),
    )
    routes = [Route((0,), "mini"), Route((1,), "mini")]

    walking = nearest(replace(problem, objectives=("walking",)), routes)
    fair = nearest(replace(problem, objectives=("worst_walk", "walking")), routes)

    assert (check(problem, walking).costs["walking"], check(problem, walking).costs["worst_walk"]) == (510, 500)
    assert (check(problem, fair).costs["walking"], check(problem, fair).costs["worst_walk"]) == (620, 320)


@pytest.mark.parametrize(
    ("solution", "codes"),
    [
        (Solution((Route((0,), "midi", (Riders(0, 0, 6, 3),)), Route((1,), "midi", (Riders(1, 1, 4, 2),)))), []),
        (solution_of(()), ["empty"]),
        (solution_of((0,), vehicle="tram"), ["unknown_vehicle"]),
        (solution_of((0,), (0,)), ["twice"]),
        (Solution((Route((0,), "midi", (Riders(0, 0, 8, 4),)),)), ["over_served"]),
        (Solution((Route((0,), "midi", (Riders(0, 0, 3, 2),)),)), ["family_parted"]),
        (Solution((Route((0,), "midi", (Riders(1, 0, 4, 2),)),)), ["walk"]),
        (Solution((Route((0,), "midi", (Riders(1, 1, 4, 2),)),)), ["not_on_route"]),
    ],
)
def test_the_checker_names_every_limit_that_is_broken(solution, codes):
    assert [breach.code for breach in check(make_problem(), solution).broken] == codes


def test_the_checker_sees_seats_rides_fleets_and_few_riders():
    problem = make_problem(
        vehicles=(VehicleType("midi", 4, 1),), limits=Limits(walk_metres=500, ride_seconds=600, minimum_riders=4)
    )
    riders = (Riders(0, 0, 6, 3),)

    broken = check(problem, Solution((Route((1, 0), "midi", riders), Route((), "midi")))).broken

    assert [breach.code for breach in broken] == ["seats", "riders_few", "empty", "fleet"]
    tight = replace(problem, limits=replace(problem.limits, ride_seconds=400))
    assert "ride" in [one.code for one in check(tight, Solution((Route((1, 0), "midi", riders),))).broken]


def test_changes_count_stops_taken_up_and_pupils_moved():
    was = Solution((Route((0,), "midi", (Riders(0, 0, 6, 3),)),))
    problem = make_problem(current=was)
    now = Solution((Route((0, 1), "midi", (Riders(0, 0, 2, 1), Riders(0, 1, 4, 2), Riders(1, 1, 4, 2))),))

    assert check(problem, was).costs["changes"] == 0
    assert check(problem, now).costs["changes"] == 1 + 2
