from dataclasses import replace
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tici.engines.lines.mixed import Bus, MixedPlan, MixedProblem, check, fewest_buses

pytestmark = pytest.mark.xdist_group("mixed")  # compiling it takes a minute: by one worker, not by each


@st.composite
def problems(draw, stops=(1, 12), schools=(1, 3)):
    """Stops and schools on a plane of 20 minutes, with bells in one morning."""
    count, ends = draw(st.integers(*stops)), draw(st.integers(*schools))
    spot = st.tuples(st.integers(0, 600), st.integers(0, 600))
    spots = np.array(draw(st.lists(spot, min_size=count + ends, max_size=count + ends)), float)
    opens = np.array(draw(st.lists(st.integers(0, 60), min_size=ends, max_size=ends)), float) * 60 + 25_000
    width = np.array(draw(st.lists(st.integers(0, 20), min_size=ends, max_size=ends)), float) * 60
    return MixedProblem(
        travel_seconds=np.abs(spots[:, None] - spots).sum(axis=2),
        pupils=np.array(draw(st.lists(st.integers(1, 10), min_size=count, max_size=count))),
        school=np.array(draw(st.lists(st.integers(0, ends - 1), min_size=count, max_size=count))),
        opens_seconds=opens,
        closes_seconds=opens + width,
        capacity=draw(st.integers(10, 30)),
        ride_seconds=draw(st.sampled_from([1200.0, 1500.0, 3000.0])),
        unload_seconds=draw(st.sampled_from([0.0, 150.0])),
        may_mix=draw(st.booleans()),
    )


def planned(problem, seconds=0.05):
    plan = fewest_buses(problem, cpu_seconds=seconds)

    assert check(problem, plan) == ()
    return len(plan.buses)


def one_bus_can(problem, stops):
    """Whether some order of these stops and their schools is possible for one bus, by trying every one."""
    ends = sorted({problem.stops + int(problem.school[stop]) for stop in stops})
    for row in permutations([*stops, *ends]):
        aboard_from = {stop: (row.index(stop), row.index(problem.stops + problem.school[stop])) for stop in stops}
        if all(start < end for start, end in aboard_from.values()) and _is_possible(problem, row, aboard_from):
            return True
    return False


def _is_possible(problem, row, aboard_from):
    """Difference constraints by Bellman and Ford: possible unless there is a cycle that gains."""
    start = len(row)
    edges = [(start, place, 0.0) for place in range(start)]  # (u, v, w): at[v] >= at[u] + w
    for place, (before, here) in enumerate(pairwise(row), 1):
        stands = 19 + 2.6 * problem.pupils[here] if here < problem.stops else 0
        unloads = problem.unload_seconds if before >= problem.stops else 0
        edges.append((place - 1, place, problem.travel_seconds[before, here] + stands + unloads))
    for place, here in enumerate(row):
        if here < problem.stops:
            _, end = aboard_from[here]
            edges.append((end, place, -problem.ride_seconds))
            load = sum(problem.pupils[stop] for stop, (at, off) in aboard_from.items() if at <= place < off)
            mixed = {problem.school[stop] for stop, (at, off) in aboard_from.items() if at <= place < off}
            if load > problem.capacity or (len(mixed) > 1 and not problem.may_mix):
                return False
        else:
            edges.append((start, place, problem.opens_seconds[here - problem.stops] - problem.unload_seconds))
            edges.append((place, start, problem.unload_seconds - problem.closes_seconds[here - problem.stops]))
    at = np.full(len(row) + 1, -1e9)
    at[start] = 0
    for _ in range(len(row) + 2):
        for u, v, w in edges:
            at[v] = max(at[v], at[u] + w)
    return all(at[v] >= at[u] + w - 1e-6 for u, v, w in edges)


def fewest_by_trying(problem):
    """The fewest buses over every way of sharing the stops out."""

    def shared(stops):
        if not stops:
            yield []
            return
        first, *rest = stops
        for parts in shared(rest):
            yield [[first], *parts]
            for number, part in enumerate(parts):
                yield [*parts[:number], [first, *part], *parts[number + 1 :]]

    known = {}

    def can(part):
        key = frozenset(part)
        if key not in known:
            known[key] = one_bus_can(problem, part)
        return known[key]

    return min(len(parts) for parts in shared(list(range(problem.stops))) if all(map(can, parts)))


@settings(deadline=None, max_examples=40)
@given(problems())
def test_every_plan_holds_and_needs_between_one_bus_and_one_a_stop(problem):
    assert 1 <= planned(problem, seconds=0.02) <= problem.stops


@settings(deadline=None, max_examples=15)
@given(problems(stops=(1, 4), schools=(1, 2)))
def test_on_tiny_cases_the_fewest_buses_are_found(problem):
    assert planned(problem) == fewest_by_trying(problem)


@settings(deadline=None, max_examples=15)
@given(problems(stops=(2, 5), schools=(1, 2)))
def test_wider_windows_and_mixing_never_need_more_buses(problem):
    strict = replace(problem, may_mix=False)
    free = replace(problem, may_mix=True, closes_seconds=problem.closes_seconds + 1200)

    assert planned(free) <= planned(strict)


def line(**changes):
    """Two stops at 5 minutes from two schools that ring at the same time: s0 s1 stand together, A and B too."""
    spots = np.array([0.0, 0.0, 300.0, 300.0])
    bells = np.array([28_800.0, 28_800.0])
    values = {
        "travel_seconds": np.abs(np.subtract.outer(spots, spots)),
        "pupils": np.array([10, 10]),
        "school": np.array([0, 1]),
        "opens_seconds": bells - 600,
        "closes_seconds": bells,
        "capacity": 30,
        "ride_seconds": 1800.0,
    }
    return MixedProblem(**(values | changes))


def test_neighbouring_schools_share_a_bus_where_mixing_is_allowed():
    assert (planned(line()), planned(line(may_mix=False))) == (1, 2)
    assert planned(line(capacity=15)) == 2


def test_one_bus_serves_schools_one_after_the_other():
    later = np.array([28_800.0, 32_400.0])

    assert planned(line(opens_seconds=later, closes_seconds=later, may_mix=False)) == 1


def test_the_checker_names_what_is_wrong():
    problem = line()
    good = fewest_buses(problem, cpu_seconds=0.01).buses[0]
    s0, s1, a, b = 0, 1, 2, 3
    late = tuple(at + 3600 for at in good.at_seconds)

    assert check(problem, MixedPlan((good,), 0)) == ()
    assert check(problem, MixedPlan((replace(good, at_seconds=late),), 0)) == (
        f"bus 0: school {good.places[2] - 2} is reached outside its window",
        f"bus 0: school {good.places[3] - 2} is reached outside its window",
    )
    half = Bus((s0, a), (28_000.0, 28_400.0))
    assert check(problem, MixedPlan((half,), 0)) == ("not every stop is served exactly once",)
    slow = Bus((s0, s1, a, b), (26_000.0, 27_000.0, 28_400.0, 28_400.0))
    assert check(problem, MixedPlan((slow,), 0)) == ("bus 0: the pupils of stop 0 ride too long",)
    fast = Bus((s0, s1, a, b), (28_300.0, 28_310.0, 28_400.0, 28_400.0))
    assert check(problem, MixedPlan((fast,), 0)) == (
        "bus 0: no time from place 0 to 1",
        "bus 0: no time from place 1 to 2",
    )
    lost = Bus((s0, a, s1), (27_900.0, 28_200.0, 28_600.0))
    assert check(problem, MixedPlan((lost,), 0)) == ("bus 0: stops [1] never reach their school",)
    first, second = good.places[:2]
    crowded = check(replace(problem, capacity=15), MixedPlan((good,), 0))
    assert crowded == (f"bus 0: too full after stop {second}",)
    mixed = check(replace(problem, may_mix=False), MixedPlan((good,), 0))
    assert mixed == (f"bus 0: stop {second} boards a bus of another school",)
    assert {first, second} == {s0, s1}


def test_what_no_bus_can_do_is_refused_and_the_stop_is_named():
    with pytest.raises(ValueError, match="Stop 1 has 40 pupils; a bus takes 1 to 30"):
        line(pupils=np.array([10, 40]))
    with pytest.raises(ValueError, match="Stop 0 lies farther from its school than the longest ride"):
        line(ride_seconds=200.0)
    with pytest.raises(ValueError, match="may not close before it opens"):
        line(closes_seconds=np.array([0.0, 0.0]))
    with pytest.raises(ValueError, match=r"shape \(4, 4\)"):
        line(travel_seconds=np.zeros((3, 3)))


def test_a_run_tells_how_far_it_is_and_stops_when_asked():
    told = []

    plan = fewest_buses(line(), cpu_seconds=60, tell=lambda *news: told.append(news), is_cancelled=lambda: bool(told))

    assert plan.cpu_seconds < 10
    assert all(share <= 1 for _buses, _absent, share in told)
    assert check(line(), plan) == ()
