from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tici.engines.lines.chaining import Trip, chain, chain_with_shifts, peak_overlap

MINUTE = 60


@st.composite
def days(draw, most=9, shift=0):
    """Trips of a morning between places of a town, and the empty drives from each end to each start."""
    count = draw(st.integers(1, most))
    spots = np.array(draw(st.lists(st.integers(0, 15), min_size=2 * count, max_size=2 * count))) * MINUTE
    trips = [
        Trip(
            f"T{number}",
            departs_second=draw(st.integers(360, 480)) * MINUTE,
            lasts_seconds=draw(st.integers(1, 40)) * MINUTE,
            earlier_seconds=draw(st.integers(0, shift)) * MINUTE,
            later_seconds=draw(st.integers(0, shift)) * MINUTE,
            seats=draw(st.integers(10, 60)),
        )
        for number in range(count)
    ]
    starts, ends = spots[:count], spots[count:]
    return trips, np.abs(ends[:, None] - starts).astype(float)


def holds(plan, trips, empty, turn=0):
    """Every trip is done once, inside its window, and each vehicle has time between two trips."""
    done = sorted(place for duty in plan.duties for place, _ in duty.trips)
    assert done == list(range(len(trips)))
    for duty in plan.duties:
        for place, departs in duty.trips:
            trip = trips[place]
            assert -trip.earlier_seconds <= departs - trip.departs_second <= trip.later_seconds
        for (one, left), (other, departs) in pairwise(duty.trips):
            assert left + trips[one].lasts_seconds + empty[one, other] + turn <= departs
        assert duty.seats == max(trips[place].seats for place, _ in duty.trips)
    return True


def fewest_by_trying(trips, empty):
    """The fewest vehicles over every way of giving trips, in order of departure, to vehicles."""
    order = sorted(range(len(trips)), key=lambda place: trips[place].departs_second)

    def best(rest, lasts):
        if not rest:
            return len(lasts)
        place, *others = rest
        options = [best(others, [*lasts, place])]
        for number, last in enumerate(lasts):
            if trips[last].ends_second + empty[last, place] <= trips[place].departs_second:
                options.append(best(others, [*lasts[:number], place, *lasts[number + 1 :]]))
        return min(options)

    return best(order, [])


@given(days())
def test_never_fewer_vehicles_than_trips_under_way_at_once(day):
    trips, empty = day
    plan = chain(trips, empty)

    assert holds(plan, trips, empty)
    assert peak_overlap(trips) <= plan.vehicles <= len(trips)
    assert plan.is_proven


@settings(deadline=None)
@given(days(most=6))
def test_on_small_days_no_way_of_sharing_needs_fewer(day):
    assert chain(*day).vehicles == fewest_by_trying(*day)


@given(days(), st.integers(0, 10))
def test_time_to_turn_never_saves_a_vehicle(day, minutes):
    trips, empty = day
    plan = chain(trips, empty, turn_seconds=minutes * MINUTE)

    assert holds(plan, trips, empty, minutes * MINUTE)
    assert plan.vehicles >= chain(trips, empty).vehicles


@settings(deadline=None, max_examples=25)
@given(days(most=6, shift=10))
def test_windows_never_make_it_worse_and_the_bound_never_lies(day):
    trips, empty = day
    fixed, shifted = chain(trips, empty), chain_with_shifts(trips, empty, seconds=2)
    wider = [replace(trip, later_seconds=trip.later_seconds + 5 * MINUTE) for trip in trips]

    assert holds(shifted, trips, empty)
    assert shifted.bound <= shifted.vehicles <= fixed.vehicles
    assert chain_with_shifts(wider, empty, seconds=2).bound <= shifted.vehicles


def test_shifting_by_five_minutes_lets_one_vehicle_do_two_schools():
    trips = [
        Trip("天苑", 7 * 3600, 1200, earlier_seconds=300),
        Trip("东风西路", 7 * 3600 + 1500, 1200, later_seconds=60),
    ]
    empty = np.array([[0.0, 600.0], [np.inf, 0.0]])

    plan = chain_with_shifts(trips, empty)

    assert chain(trips, empty).vehicles == 2
    assert (plan.vehicles, plan.bound, plan.shifted_seconds) == (1, 1, 300)
    assert [place for place, _ in plan.duties[0].trips] == [0, 1]


def test_among_as_few_vehicles_the_least_empty_drive_is_taken():
    trips = [Trip(name, at * MINUTE, 600) for name, at in (("a", 400), ("b", 400), ("c", 430), ("d", 430))]
    near, far = 60.0, 900.0
    empty = np.full((4, 4), np.inf)
    empty[0, 2] = empty[1, 3] = far
    empty[0, 3] = empty[1, 2] = near

    plan = chain(trips, empty)

    assert (plan.vehicles, plan.empty_seconds) == (2, 120.0)
    assert [[place for place, _ in duty.trips] for duty in plan.duties] == [[0, 3], [1, 2]]


def test_no_trips_need_no_vehicle_and_trips_without_length_follow_in_no_ring():
    assert chain([], np.zeros((0, 0))).vehicles == 0
    instant = [Trip("a", 3600, 0), Trip("b", 3600, 0, later_seconds=60)]
    assert chain(instant, np.zeros((2, 2))).vehicles == 1
    assert holds(chain_with_shifts(instant, np.zeros((2, 2))), instant, np.zeros((2, 2)))


def test_impossible_input_is_refused():
    with pytest.raises(ValueError, match=r"shape \(1, 1\)"):
        chain([Trip("a", 0, 60)], np.zeros((2, 2)))
    with pytest.raises(ValueError, match="negative or nan"):
        chain([Trip("a", 0, 60)], np.array([[np.nan]]))
    with pytest.raises(ValueError, match="Trip a: a duration"):
        Trip("a", 0, -60)
