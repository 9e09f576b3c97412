"""Timetables, scenarios, files and the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given, settings

from tests.engines.lines.schools import town_school
from tests.engines.lines.tiny import make_problem, tiny_problems
from tici.engines.lines import Demand, Limits, Riders, Route, Solution, Unplannable, VehicleType
from tici.engines.lines.__main__ import main
from tici.engines.lines.checker import check, ride
from tici.engines.lines.files import plan_as_json, problem_as_json, problem_of, read_plan, read_problem
from tici.engines.lines.scenarios import (
    AddStop,
    AddTrip,
    ExtendLine,
    MoveStop,
    RemoveStop,
    Reorder,
    RetimeTrip,
    evaluate,
)
from tici.engines.lines.search import plan
from tici.engines.lines.timetable import timetable

NORTH = Solution((Route((0,), "midi", (Riders(0, 0, 6, 3),)),))


@settings(max_examples=25, deadline=None)
@given(tiny_problems())
def test_a_trip_takes_as_long_as_the_checker_says_and_keeps_its_window(problem):
    result = plan(problem, steps=2_000)

    for trip in timetable(problem, result.solution):
        route = result.solution.routes[trip.route]
        assert trip.ride_seconds == pytest.approx(ride(problem, route))
        assert sum(call.seats for call in trip.calls) == route.seats
        assert trip.is_on_time
        assert all(
            call.posted <= time(int(call.opens_at // 3600), int(call.opens_at % 3600 // 60)) for call in trip.calls
        )


def test_a_morning_trip_is_reckoned_backwards_from_the_bell():
    (trip,) = timetable(make_problem(), NORTH)

    # 8:10 less 10 minutes less a tenth of 310 s is 7:59:29; on the minute, 7:59.
    assert trip.arrives_at == 7 * 3600 + 59 * 60
    assert trip.slack_seconds == 60
    # 310 s of driving, 20 s of standing and 6 s for each of 6.
    assert trip.leaves_at == trip.arrives_at - 310 - 20 - 36
    assert trip.calls[0].posted == time(7, 52)


def test_an_afternoon_trip_leaves_as_soon_as_it_may():
    (trip,) = timetable(make_problem(direction="afternoon"), NORTH)

    assert (trip.leaves_at, trip.calls[0].posted) == (17 * 3600 + 600, time(17, 15))


@pytest.fixture(scope="module")
def school():
    problem = town_school(10, 30, seats=44)
    return problem, plan(problem, steps=40_000).solution


def changes(problem, solution):
    stops = solution.routes[0].stops
    free = [stop for stop in range(len(problem.stops)) if stop not in solution.visited]
    found = [RemoveStop(stops[0]), RetimeTrip(0, -5), Reorder(0, stops[::-1]), AddTrip(stops[:1], "bus")]
    if free:
        found += [AddStop(free[0]), MoveStop(stops[0], free[0]), ExtendLine(0, (free[0],))]
    return found


@pytest.mark.parametrize("how", ["asked", "repair", "replan"])
def test_every_change_is_evaluated_in_every_way(school, how):
    problem, solution = school

    cards = [evaluate(problem, solution, one, how, seconds=0.05) for one in changes(problem, solution)]

    for card in cards:
        assert card.after == check(card.problem, card.solution).costs
        assert card.before == check(problem, solution).costs
        served = sum(route.pupils for route in card.solution.routes)
        assert served - sum(route.pupils for route in solution.routes) == card.riders_gained - card.riders_lost
        assert how == "asked" or not [one for one in card.broken if one.code != "window"]


def test_a_stop_added_as_asked_leaves_everything_else_where_it_is():
    problem = make_problem(walk_metres=[[100, 450], [900, 200]])

    card = evaluate(problem, NORTH, AddStop(1), "asked")

    assert [route.stops for route in card.solution.routes] == [(1, 0)]
    assert (card.riders_gained, card.riders_lost, card.newly_within_walk) == (2, 0, 2)
    assert card.after["driving"] - card.before["driving"] == 190
    assert card.seats_left == (10,)
    assert card.broken == ()


def test_a_change_that_breaks_the_ride_limit_says_so():
    problem = make_problem(limits=Limits(walk_metres=500, ride_seconds=420))

    card = evaluate(problem, NORTH, AddStop(1), "asked")

    assert [breach.code for breach in card.broken] == ["ride"]
    assert "超过上限420秒" in card.broken[0].sentence


def test_a_trip_moved_out_of_its_window_says_so():
    card = evaluate(make_problem(), NORTH, RetimeTrip(0, 15))

    assert [breach.code for breach in card.broken] == ["window"]
    assert card.minutes_shifted == {0: 15.0}
    assert "+14分钟" in card.broken[0].sentence


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (AddStop(0), "already"),
        (AddStop(9), "not among"),
        (RemoveStop(1), "does not call"),
        (RetimeTrip(3, 1), "route 3"),
        (Reorder(0, (0, 1)), "each once"),
        (ExtendLine(0, (0,)), "already"),
    ],
)
def test_a_change_that_speaks_of_what_is_not_there_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        evaluate(make_problem(), NORTH, change)


def test_a_removed_stop_is_not_called_at_again(school):
    problem, solution = school
    gone = solution.routes[0].stops[0]

    card = evaluate(problem, solution, RemoveStop(gone), "replan", seconds=0.05)

    assert gone not in card.solution.visited


@settings(max_examples=20, deadline=None)
@given(tiny_problems())
def test_a_problem_written_and_read_is_the_same(problem):
    read = problem_of(json.loads(json.dumps(problem_as_json(problem))))

    assert problem_as_json(read) == problem_as_json(problem)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda data: data.pop("stops"), "缺少“stops”一项"),
        (lambda data: data["stops"][1].pop("code"), r"缺少“stops\[2\].code”一项"),
        (lambda data: data["demand"][0].update(pupils="三"), r"“demand\[1\]”写作"),
        (lambda data: data["limits"].update(walk=3), "“limits”写作"),
        (lambda data: data["school"].update(arrive_by="八点"), "“school”写作"),
        (lambda data: data.update(current={"routes": [{"vehicle": "midi", "stops": ["P9"]}]}), "代码“P9”没有登记"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(edit, words):
    data = problem_as_json(make_problem())
    edit(data)

    with pytest.raises(Unplannable, match=words):
        problem_of(data)


def test_the_command_line_plans_checks_and_certifies(tmp_path, capsys):
    problem = replace(make_problem(), demand=(Demand("D1", 3, 3), Demand("D2", 2, 2)))
    file, out = tmp_path / "problem.json", tmp_path / "plan.json"
    file.write_text(json.dumps(problem_as_json(problem)), encoding="utf-8")

    assert main(["plan", str(file), "--out", str(out), "--steps", "2000"]) == 0
    assert main(["check", str(file), str(out)]) == 0
    assert main(["certify", str(file), str(out), "--seconds", "10"]) == 0

    said = capsys.readouterr().out
    assert "vehicles 1：已证明最优" in said or "vehicles 1，下界 1：已证明最优" in said
    assert read_plan(out, read_problem(file)).routes
    assert json.loads(out.read_text(encoding="utf-8"))["trips"][0]["arrives_at"] == "07:59:00"


def test_the_command_line_says_what_is_wrong_and_ends_with_2(tmp_path, capsys):
    (broken := tmp_path / "broken.json").write_text('{"school": }', encoding="utf-8")
    (odd := tmp_path / "odd.xpress").write_text("5 x", encoding="utf-8")

    assert [main(["plan", str(path)]) for path in (broken, odd, tmp_path / "none.json")] == [2, 2, 2]

    said = capsys.readouterr().err
    assert "第1行不是合法的JSON" in said
    assert "第一行应为：站点数 学生数 车辆数 座位数 步行上限" in said


def test_a_plan_that_breaks_a_limit_ends_the_check_with_1(tmp_path, capsys):
    problem = make_problem(vehicles=(VehicleType("midi", 4),))
    (file := tmp_path / "problem.json").write_text(json.dumps(problem_as_json(problem)), encoding="utf-8")
    (plan_file := tmp_path / "plan.json").write_text(json.dumps(plan_as_json(problem, NORTH)), encoding="utf-8")

    assert main(["check", str(file), str(plan_file)]) == 1
    assert "第1条线坐6人，车上只有4座。" in capsys.readouterr().out
