"""Changes are declared, evaluated in three ways, ranked together, and accepted as a new version or declined."""

import time

import pytest

from tests import make
from tici.buslines import actions
from tici.buslines.models import ChangeKind, PlanState, Scenario, Stop, Trip
from tici.buslines.queries.plans import plan_strips
from tici.buslines.queries.scenarios import change_words, ranked, rows_of
from tici.buslines.rules import scenarios as rules
from tici.core.refusals import Refused

from . import planning

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def planner(city):
    return planning.planner(city)


@pytest.fixture
def school(city, planner):
    """Three stops in a row are called at; families at the fourth asked later."""
    school = planning.network(city)
    planning.in_force(school, planner)
    planning.stop(city, 4)
    planning.families(school, 4, 3)
    return school


def declared(school, planner, kind=ChangeKind.ADD_STOP, change=None, **over):
    change = {"line": 1, "direction": "both", "stop": "Z004"} if change is None else change
    facts = {"title": "增设第4站", "by": planner, "at": make.NOW} | over
    return actions.declare_scenario(school=school, kind=kind, change=change, **facts)


def test_a_stop_more_says_who_gains_who_is_slower_and_what_it_costs(school, planner):
    found = declared(school, planner, opinions=12, asked_in="征求意见公告")

    card = found.cards["asked"]
    assert (card["gained"], card["lost"], card["newly_near"]) == (3, 0, 3)
    assert card["shorter"] == 0
    assert card["km"] > card["km_before"]
    assert (card["after"]["vehicles"], card["vehicles_proven"], card["broken"]) == (1.0, True, [])
    assert sum(card["seats_left"]) == 40 - 2 * 15
    assert "新增3名学生有座" in rules.words_of(card)
    assert set(found.cards) == {"asked", "repair", "replan"}
    assert [row.label for row in rows_of(found.cards)][:2] == ["新增有座学生", "失去座位学生"]
    assert change_words(found) == "增设停靠 · 专1 · 上学和放学 · 第4站"


def test_accepting_makes_a_draft_of_both_ways_and_leaves_what_is_in_force(school, planner):
    plan = actions.accept_scenario(scenario=declared(school, planner), how="asked", by=planner, at=make.NOW)

    morning, afternoon = plan_strips(plan)
    assert [row.stop.code for row in morning.rows] == ["Z004", "Z003", "Z002", "Z001"]
    assert [row.stop.code for row in afternoon.rows] == ["Z001", "Z002", "Z003", "Z004"]
    assert (plan.state, plan.number, plan.based_on.state) == (PlanState.DRAFT, 2, PlanState.IN_FORCE)
    assert morning.pattern.line.number == 1
    scenario = Scenario.objects.get()
    assert (scenario.state, scenario.became) == ("accepted", plan)
    with pytest.raises(Refused, match=r"scenario\.decided"):
        actions.decline_scenario(scenario=scenario, reason="晚了", by=planner, at=make.NOW)


def test_a_stop_given_up_loses_its_families_unless_they_can_walk_elsewhere(school, planner):
    found = declared(school, planner, ChangeKind.REMOVE_STOP, {"direction": "both", "stop": "Z002"})

    assert found.cards["asked"]["lost"] == 4
    assert found.cards["asked"]["shorter"] > 0


def test_a_stop_moved_is_called_at_instead(school, planner, city):
    planning.stop(city, 2.3, "邻近路口")

    found = declared(school, planner, ChangeKind.MOVE_STOP, {"direction": "both", "stop": "Z002", "to": "Z005"})
    plan = actions.accept_scenario(scenario=found, how="asked", by=planner, at=make.NOW)

    assert [row.stop.code for row in plan_strips(plan)[0].rows] == ["Z003", "Z005", "Z001"]
    assert found.cards["asked"]["walk_longer"] == 4


def test_a_trip_earlier_moves_everybody_and_keeps_its_minutes_in_later_versions(school, planner):
    before = Trip.objects.get(pattern__direction="morning")
    found = declared(school, planner, ChangeKind.RETIME, {"line": 1, "direction": "morning", "minutes": -5})
    assert found.cards["asked"]["moved"] == 12
    assert found.cards["asked"]["slack"] == before.slack_seconds + 300

    plan = actions.accept_scenario(scenario=found, how="asked", by=planner, at=make.NOW)
    after = Trip.objects.get(pattern__plan=plan, pattern__direction="morning")
    assert (after.shift_seconds, after.arrives_at < before.arrives_at) == (-300, True)

    actions.put_in_force(plan=plan, on=planning.FROM, by=planner, at=make.NOW)
    more = actions.accept_scenario(scenario=declared(school, planner), how="asked", by=planner, at=make.NOW)
    assert Trip.objects.get(pattern__plan=more, pattern__direction="morning").shift_seconds == -300


def test_a_trip_too_late_for_the_bell_cannot_be_accepted_as_asked(school, planner):
    found = declared(school, planner, ChangeKind.RETIME, {"line": 1, "direction": "morning", "minutes": 30})

    assert "window" in {one["code"] for one in found.cards["asked"]["broken"]}
    with pytest.raises(Refused, match=r"scenario\.breaks") as refused:
        actions.accept_scenario(scenario=found, how="asked", by=planner, at=make.NOW)
    assert "偏离允许范围" in refused.value.sentence


def test_a_second_trip_of_a_line_runs_later_with_its_own_seats(school, planner):
    found = declared(school, planner, ChangeKind.ADD_TRIP, {"line": 1, "direction": "afternoon", "minutes": 5})
    plan = actions.accept_scenario(scenario=found, how="asked", by=planner, at=make.NOW)

    afternoon = plan_strips(plan)[1]
    assert [trip.number for trip in afternoon.trips] == [1, 2]
    assert afternoon.trips[0].leaves_at < afternoon.trips[1].leaves_at
    assert all(len(row.times) == 2 for row in afternoon.rows)
    assert found.cards["asked"]["after"]["vehicles"] == 2

    actions.put_in_force(plan=plan, on=planning.FROM, by=planner, at=make.NOW)
    assert not declared(school, planner).cards["asked"]["broken"]  # two trips at one stop are no breach afterwards


@pytest.mark.parametrize("how", ["repair", "replan"])
def test_an_added_trip_runs_however_it_is_evaluated(school, planner, how):
    change = {"line": 1, "direction": "afternoon", "minutes": 5}

    found = declared(school, planner, ChangeKind.ADD_TRIP, change)

    assert found.cards[how]["after"]["vehicles"] == 2


def test_a_line_is_lengthened_and_put_in_another_order(school, planner):
    longer = declared(school, planner, ChangeKind.EXTEND, {"line": 1, "direction": "both", "stop": "Z004"})
    assert longer.cards["asked"]["gained"] == 3

    order = {"line": 1, "direction": "both", "stops": ["Z001", "Z003", "Z002"]}
    turned = declared(school, planner, ChangeKind.REORDER, order)
    assert turned.cards["asked"]["longer"] > 0
    assert turned.cards["repair"]["km"] <= turned.cards["asked"]["km"]


def test_a_school_without_a_line_gets_one(school, planner, city):
    asking = planning.school(city, "示例第一幼儿园", kind="kindergarten")
    planning.families(asking, 2, 5)

    found = declared(asking, planner, ChangeKind.OPEN_LINE, {}, title="新开线路")
    plan = actions.accept_scenario(scenario=found, how="replan", by=planner, at=make.NOW)

    assert found.cards["replan"]["gained"] == 5
    assert len(plan_strips(plan)) == 2
    with pytest.raises(Refused, match=r"scenario\.no_plan"):
        declared(asking, planner)


@pytest.mark.parametrize(
    ("kind", "change", "codes"),
    [
        ("add_stop", {"line": 1, "direction": "both", "stop": "Z004"}, []),
        ("add_stop", {"line": 1}, ["scenario.no_direction", "scenario.no_stop"]),
        (
            "add_stop",
            {"line": "一", "direction": "up", "stop": "Z004"},
            ["scenario.bad_line", "scenario.bad_direction"],
        ),
        ("remove_stop", {"direction": "both", "stop": "Z001", "who": "王"}, ["scenario.strange"]),
        ("retime", {"line": 1, "direction": "morning", "minutes": 0}, ["scenario.no_minutes"]),
        ("retime", {"line": 1, "direction": "morning", "minutes": 999}, ["scenario.bad_minutes"]),
        ("fly", {}, ["scenario.kind"]),
    ],
)
def test_a_change_says_all_it_must_and_nothing_else(kind, change, codes):
    assert [one.code for one in rules.against_declaring(kind, change)] == codes


@pytest.mark.parametrize(
    ("kind", "change", "code"),
    [
        (ChangeKind.ADD_STOP, {"line": 9, "direction": "both", "stop": "Z004"}, r"scenario\.gone"),
        (ChangeKind.ADD_STOP, {"line": 1, "direction": "both", "stop": "无"}, r"scenario\.gone"),
        (ChangeKind.ADD_STOP, {"line": 1, "direction": "both", "stop": "Z001"}, r"scenario\.impossible"),
        (ChangeKind.REMOVE_STOP, {"direction": "both", "stop": "Z004"}, r"scenario\.(gone|impossible)"),
    ],
)
def test_a_change_that_cannot_be_done_is_refused_in_words(school, planner, kind, change, code):
    with pytest.raises(Refused, match=code):
        declared(school, planner, kind, change)
    assert not Scenario.objects.exists()


def test_a_scenario_is_declined_only_with_a_reason(school, planner):
    found = declared(school, planner)

    with pytest.raises(Refused, match=r"scenario\.no_reason"):
        actions.decline_scenario(scenario=found, reason=" ", by=planner, at=make.NOW)

    assert (
        actions.decline_scenario(scenario=found, reason="不具备停靠条件", by=planner, at=make.NOW).state == "declined"
    )


def test_what_can_be_done_and_is_asked_for_most_stands_first(school, planner):
    late = declared(school, planner, ChangeKind.RETIME, {"line": 1, "direction": "morning", "minutes": 30}, opinions=90)
    few = declared(school, planner, opinions=3)
    many = declared(school, planner, ChangeKind.EXTEND, {"line": 1, "direction": "both", "stop": "Z004"}, opinions=8)

    assert ranked([late, few, many]) == [many, few, late]


def test_a_scenario_is_held_against_the_plan_now_in_force(school, planner):
    waiting = declared(school, planner)
    other = declared(school, planner, ChangeKind.EXTEND, {"line": 1, "direction": "both", "stop": "Z004"})
    plan = actions.accept_scenario(scenario=other, how="asked", by=planner, at=make.NOW)
    actions.put_in_force(plan=plan, on=planning.FROM, by=planner, at=make.NOW)

    with pytest.raises(Refused, match=r"scenario\.impossible"):  # the stop is there by now
        actions.evaluate_anew(scenario=waiting, by=planner, at=make.NOW)


def test_a_line_drawn_by_hand_is_a_draft(school, planner):
    plan = school.plans.get()
    change = {"line": 1, "direction": "both", "stops": ["Z004", "Z002", "Z001"]}

    drawn = actions.keep_drawn(plan=plan, change=change, by=planner, at=make.NOW)

    assert [row.stop.code for row in plan_strips(drawn)[0].rows] == ["Z004", "Z002", "Z001"]
    assert (drawn.based_on, drawn.note) == (plan, "手工改画专1")
    assert {one["demand"] for one in drawn.unserved} == {"D003"}


def test_as_asked_takes_no_more_than_a_glance(school, planner):
    change = {"line": 1, "direction": "both", "stop": "Z004"}
    plan = school.plans.get()
    told = {"school": school, "plan": plan, "kind": ChangeKind.ADD_STOP, "change": change}
    actions.evaluate_change(hows=("asked",), **told)

    began = time.thread_time()
    actions.evaluate_change(hows=("asked",), **told)
    asked = time.thread_time() - began
    actions.evaluate_change(hows=("replan",), **told)
    anew = time.thread_time() - began - asked

    assert asked < 0.25  # the bar of 50 ms is measured by bench/; a shared machine may take longer
    assert anew < 2.0
    assert Stop.objects.count() == 4


def test_asking_for_demand_that_shrank_seats_everybody_anew(school, planner):
    school.demand.filter(code="D001").update(pupils=1, guardians=1)

    found = declared(school, planner)

    assert not found.cards["asked"]["broken"]
