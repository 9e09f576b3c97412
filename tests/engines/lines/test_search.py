"""The search: laws of seats, costs, seeds and capacity."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.engines.lines.schools import published_like, town_school
from tests.engines.lines.tiny import best_of_all, make_problem, seated_by_scipy, tiny_problems
from tici.engines.lines import Demand, Limits, Problem, VehicleType
from tici.engines.lines.checker import check
from tici.engines.lines.encode import encode
from tici.engines.lines.kernel.anneal import anneal, recall, whole_cost
from tici.engines.lines.kernel.flow import start
from tici.engines.lines.kernel.state import new_state
from tici.engines.lines.search import plan

STEPS = 6_000
INSTANCES = st.builds(
    published_like,
    st.integers(2, 12),
    st.integers(4, 60),
    st.integers(10, 40),
    st.sampled_from([5.0, 20.0, 40.0]),
    st.integers(0, 99),
)


def rows_of(state):
    return [state.route[row, : state.length[row]].tolist() for row in range(len(state.length)) if state.length[row]]


@settings(max_examples=40, deadline=None)
@given(INSTANCES, st.randoms(use_true_random=False), st.integers(1, 5))
def test_seats_are_found_for_as_many_as_an_independent_maximum_flow_finds(problem, random, count):
    encoded = encode(problem)
    nodes = list(range(1, len(encoded.stop_of)))
    random.shuffle(nodes)
    rows = [nodes[at::count] for at in range(count) if nodes[at::count]]
    state = new_state(len(encoded.stop_of), len(encoded.vehicle_of), len(encoded.counts), 1)
    for row, some in enumerate(rows):
        state.route[row, : len(some)], state.length[row] = some, len(some)
    recall(state)

    left = start(encoded.case, state, encoded.counts.copy())

    reach = problem.is_reachable[:, encoded.stop_of[1:]]
    assert sum(encoded.counts) - left == seated_by_scipy(reach, rows, problem.largest_seats)


@settings(max_examples=25, deadline=None)
@given(INSTANCES, st.integers(0, 1000))
def test_after_many_moves_costs_and_seats_are_what_they_are_counted_to_be(problem, seed):
    encoded = encode(problem)
    assume(len(encoded.stop_of) > 2)  # with one node there is nothing to move
    case, nodes, rows = encoded.case, len(encoded.stop_of), len(encoded.vehicle_of)
    state, best = (new_state(nodes, rows, len(encoded.counts), one) for one in (seed, 0))
    state.route[: nodes - 1, 0], state.length[: nodes - 1], state.price[0] = range(1, nodes), 1, encoded.scale
    recall(state)
    start(case, state, counts := encoded.counts.copy())  # who has no seat even so is out of the count

    cost, least = anneal(case, state, best, whole_cost(case, state), float("inf"), encoded.scale, 0.01, 3000, False)

    assert cost == pytest.approx(whole_cost(case, state))
    assert least == pytest.approx(whole_cost(case, best))
    assert (state.flow.sum(axis=0) + state.waiting == counts).all()
    assert (state.flow @ case.size == state.load).all()
    assert (state.load <= state.room).all()
    assert state.short[0] == state.waiting @ case.size
    reach = problem.is_reachable[:, encoded.stop_of[1:]]
    assert seated_by_scipy(reach, rows_of(best), problem.largest_seats) == counts.sum()
    assert seated_by_scipy(reach, rows_of(state), problem.largest_seats) == counts.sum() - state.short[0]


@settings(max_examples=25, deadline=None)
@given(tiny_problems())
def test_a_tiny_problem_is_planned_as_well_as_by_trying_everything(problem):
    best = best_of_all(problem)
    if best is None:
        return

    result = plan(problem, steps=STEPS)

    assert check(problem, result.solution).vector(problem.objectives)[:3] == best[:3]


@settings(max_examples=20, deadline=None)
@given(tiny_problems(limits=False), st.randoms(use_true_random=False))
def test_the_order_of_stops_and_demand_changes_nothing(problem, random):
    stops, demand = list(range(len(problem.stops))), list(range(len(problem.demand)))
    random.shuffle(stops)
    random.shuffle(demand)
    nodes = [0, *[stop + 1 for stop in stops]]
    shuffled = replace(
        problem,
        stops=tuple(problem.stops[stop] for stop in stops),
        demand=tuple(problem.demand[one] for one in demand),
        drive_seconds=problem.drive_seconds[np.ix_(nodes, nodes)],
        walk_metres=problem.walk_metres[np.ix_(demand, stops)],
    )

    one, two = plan(problem, steps=STEPS).costs, plan(shuffled, steps=STEPS).costs

    assert (one["unserved"], one["vehicles"], one["driving"]) == (two["unserved"], two["vehicles"], two["driving"])


@settings(max_examples=20, deadline=None)
@given(tiny_problems(), st.integers(1, 30))
def test_more_seats_never_make_a_plan_worse(problem, more):
    vehicle = problem.vehicles[0]
    roomier = replace(problem, vehicles=(VehicleType(vehicle.code, vehicle.seats + more),))
    order = ("unserved", "vehicles", "driving")

    tight, wide = plan(problem, steps=STEPS).costs, plan(roomier, steps=STEPS).costs

    assert [wide[one] for one in order] <= [tight[one] for one in order]


@settings(max_examples=15, deadline=None)
@given(tiny_problems())
def test_an_afternoon_is_the_morning_of_the_turned_matrix(problem):
    turned = replace(
        problem,
        drive_seconds=problem.drive_seconds.T,
        direction="morning" if problem.direction == "afternoon" else "afternoon",
    )

    one, two = plan(problem, steps=STEPS), plan(turned, steps=STEPS)

    assert one.costs == pytest.approx(two.costs)
    assert sorted(route.stops for route in one.solution.routes) == sorted(
        route.stops[::-1] for route in two.solution.routes
    )


def test_the_same_seed_gives_the_same_plan():
    problem = published_like(15, 80, 25, 10.0, 3)

    one, two = plan(problem, seed=4, steps=STEPS), plan(problem, seed=4, steps=STEPS)

    assert one.solution == two.solution


def test_a_cancelled_search_gives_its_best_plan_so_far():
    asked = []

    def is_cancelled():
        asked.append(1)
        return len(asked) >= 2

    result = plan(published_like(15, 80, 25, 10.0, 3), seconds=60, is_cancelled=is_cancelled)

    assert (result.was_cancelled, len(asked)) == (True, 2)
    assert result.costs["unserved"] == 0


def test_progress_only_ever_goes_on():
    told = []

    plan(town_school(8, 20), steps=40_000, tell=told.append)

    shares = [progress.share for progress in told]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    assert told[-1].cost <= told[0].cost


def test_a_closed_plan_costs_what_the_search_counted():
    problem, told = published_like(12, 60, 25, 20.0, 5), []

    result = plan(problem, steps=20_000, tell=told.append)

    assert result.costs["driving"] == pytest.approx(told[-1].cost)


def test_who_has_no_vehicle_is_listed_with_the_way_out():
    result = plan(make_problem(vehicles=(VehicleType("mini", 4, 2),)), steps=STEPS)

    assert result.costs["unserved"] == 1
    assert [(one.pupils, one.seats, one.reason.code) for one in result.unserved] == [(1, 2, "too_few_seats")]
    assert "请增加车辆或放宽上限" in result.unserved[0].reason.sentence


def test_a_trip_that_too_few_would_ride_does_not_run():
    result = plan(make_problem(limits=Limits(walk_metres=300, minimum_riders=6)), steps=STEPS)

    assert result.solution.routes == ()
    assert {one.reason.code for one in result.unserved} == {"too_few_riders"}


def test_siblings_share_a_guardian_and_stay_together():
    problem = make_problem(demand=(Demand("D1", 5, 2), Demand("D2", 2, 2)), vehicles=(VehicleType("mini", 7),))

    result = plan(problem, steps=STEPS)

    assert result.costs["unserved"] == 0
    assert check(problem, result.solution).broken == ()


def test_each_trip_gets_the_smallest_vehicle_its_riders_fit_in():
    problem = make_problem(vehicles=(VehicleType("big", 50), VehicleType("small", 10)))

    assert [route.vehicle for route in plan(problem, steps=STEPS).solution.routes] == ["small"]


def test_a_search_that_begins_with_a_plan_keeps_what_is_as_good():
    problem = town_school(10, 30)
    first = plan(problem, steps=60_000)
    again = plan(replace(problem, current=first.solution), steps=30_000)

    order = ("unserved", "vehicles", "driving")
    assert [again.costs[one] for one in order] <= [first.costs[one] for one in order]


def test_a_stop_that_must_be_called_at_is():
    problem = make_problem()
    problem = replace(problem, stops=tuple(replace(stop, must_visit=True) for stop in problem.stops))

    result = plan(replace(problem, demand=(Demand("D1", 3, 3), Demand("D2", 0))), steps=STEPS)

    assert result.solution.visited == {0, 1}


def test_more_people_than_a_bus_holds_share_a_stop_only_where_that_is_allowed():
    crowd = Problem(
        **{
            **{name: getattr(make_problem(), name) for name in ("school", "stops", "drive_seconds", "walk_metres")},
            "demand": (Demand("D1", 15, 15), Demand("D2", 1, 1)),
            "vehicles": (VehicleType("midi", 20),),
            "limits": Limits(walk_metres=300, buses_per_stop=2),
        }
    )
    alone = replace(crowd, limits=replace(crowd.limits, buses_per_stop=1))

    assert plan(crowd, steps=STEPS).costs["unserved"] == 0
    assert plan(alone, steps=STEPS).costs["unserved"] == 5
