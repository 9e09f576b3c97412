"""Lines are planned in the background, proven, kept as versions; one is in force; nothing in force is rewritten."""

import zipfile
from datetime import date, time, timedelta
from io import BytesIO

import gtfs_guru
import gtfs_kit
import pytest
from django.utils import timezone

from tests import make
from tests.engines.roads.test_extract import CROSS, town
from tici.buslines import actions
from tici.buslines.models import Call, Pattern, Plan, PlanState, RoadNetwork, Vehicle
from tici.buslines.printing import place_of, poster
from tici.buslines.queries.calendar import calendar_of
from tici.buslines.queries.feed import feed_of
from tici.buslines.queries.fleet import peaks
from tici.buslines.queries.maps import map_of
from tici.buslines.queries.plans import plan_strips, strips_at, unserved_sentences
from tici.buslines.rules.planning import default_limits, numbered
from tici.core.actions import stop_job
from tici.core.refusals import Refused
from tici.core.tasks import run
from tici.engines import gtfs

from . import planning

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.TICI_DATA = tmp_path


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def planner(city):
    return planning.planner(city)


def planned_in_the_background(school, planner, **limits):
    asked = actions.ask_plan(school=school, limits=default_limits() | limits, by=planner, at=make.NOW)
    run(asked.job_id)
    asked.refresh_from_db()
    return asked


def test_a_school_is_planned_both_ways_with_times_from_its_bells_and_a_proof(city, planner):
    plan = planned_in_the_background(planning.network(city), planner).plan

    morning, afternoon = plan_strips(plan)
    assert [row.stop.name for row in morning.rows] == ["第3站", "第2站", "第1站"]
    assert [row.stop.name for row in afternoon.rows] == ["第1站", "第2站", "第3站"]
    assert time(7, 50) <= morning.at_school[0] <= time(8, 0)  # 20 to 10 minutes before lessons
    assert time(17, 0) <= afternoon.at_school[0] <= time(17, 10)
    assert (morning.pupils, morning.seats) == (12, 24)
    assert {one["objective"]: one["status"] for one in plan.proof["morning"]}["vehicles"] == "optimal"
    assert (plan.state, plan.number, plan.unserved) == (PlanState.DRAFT, 1, [])
    assert [row.leg_source for row in morning.rows] == ["直线估算"] * 3


def test_who_cannot_be_planned_is_told_and_the_rest_is_planned(city, planner):
    school = planning.network(city, stops=2)
    planning.families(school, 9, 3)  # nobody can walk from there
    planning.families(school, 1, 1, guardians=60)  # needs more seats than a bus has

    plan = planned_in_the_background(school, planner).plan

    assert sorted(one["demand"] for one in plan.unserved if one["direction"] == "morning") == ["D003", "D004"]
    said = "".join(unserved_sentences(plan))
    assert "步行500米之内没有站点" in said
    assert "最大的车只有40座" in said
    assert plan.patterns.filter(direction="morning").exists()


def test_a_school_without_bells_is_refused_with_the_way_out(city, planner):
    school = planning.school(city, arrive_by=None)

    with pytest.raises(Refused, match=r"plan\.no_bell") as refused:
        actions.ask_plan(school=school, limits=default_limits(), by=planner, at=make.NOW)

    assert "没有上课时间" in refused.value.sentence


def test_a_school_without_families_or_with_buses_too_small_is_refused_in_words(city, planner):
    empty = planned_in_the_background(planning.school(city), planner)
    assert (empty.plan, empty.job.state) == (None, "refused")
    assert "没有乘车需求" in empty.job.message

    Vehicle.objects.create(code="小车", seats=2)
    school = planning.school(city, "红星小学")
    planning.stop(city, 1)
    planning.families(school, 1, 1, guardians=3)
    small = planned_in_the_background(school, planner)
    assert small.job.state == "refused"
    assert "最大的车只有2座" in small.job.message


def test_planning_that_is_stopped_keeps_nothing_and_run_again_keeps_one(city, planner):
    school = planning.network(city)
    stopped = actions.ask_plan(school=school, limits=default_limits(), by=planner, at=make.NOW)
    stop_job(job=stopped.job, at=make.NOW)
    run(stopped.job_id)

    done = planned_in_the_background(school, planner)
    done.job.__class__.objects.filter(pk=done.job_id).update(state="running")
    run(done.job_id)

    assert Plan.objects.count() == 1


def test_a_version_in_force_ends_the_one_before_and_both_stay(city, planner):
    school = planning.network(city)
    first = planning.in_force(school, planner)
    second = planning.draft(school, planner)

    actions.put_in_force(plan=second, on=date(2022, 2, 14), by=planner, at=make.NOW)

    first.refresh_from_db()
    assert (first.state, first.ended_on) == (PlanState.ENDED, date(2022, 2, 14))
    assert first.patterns.count() == 2
    with pytest.raises(Refused, match=r"plan\.not_open"):
        actions.put_in_force(plan=first, on=date(2022, 3, 1), by=planner, at=make.NOW)
    with pytest.raises(Refused, match=r"plan\.kept"):
        actions.remove_plan(plan=first, by=planner, at=make.NOW)


def test_a_draft_can_be_proven_later(city, planner):
    plan = planning.draft(planning.network(city), planner)
    Plan.objects.update(proof={})

    held = actions.ask_proof(plan=plan, by=planner, at=make.NOW)
    run(held.proof_job_id)

    held.refresh_from_db()
    assert {one["status"] for one in held.proof["morning"][:2]} == {"optimal"}
    assert set(held.proof) == {"morning", "afternoon"}


@pytest.mark.parametrize(
    ("routes", "known", "numbers"),
    [
        ([["a", "b"], ["c"]], {}, [1, 2]),
        ([["c"], ["a", "b"]], {1: ["a", "b"], 2: ["c"]}, [2, 1]),
        ([["a", "b"], ["a", "b"]], {}, [1, 1]),  # two trips of one line
        ([["x"]], {1: ["a"], 2: ["b"]}, [3]),
    ],
)
def test_a_line_keeps_its_number_through_versions(routes, known, numbers):
    assert numbered(routes, known) == numbers


def test_times_are_reckoned_along_roads_where_an_extract_was_read(city, planner, tmp_path):
    extract = town(tmp_path / "a.osm.pbf", CROSS).read_bytes()
    network = actions.receive_roads(BytesIO(extract), name="a.osm.pbf", size=len(extract), by=planner, at=make.NOW)
    run(network.job_id)

    network.refresh_from_db()
    assert network.arcs > 0
    assert network.job.__class__.objects.get(pk=network.job_id).state == "finished"
    assert RoadNetwork.objects.filter(arcs__gt=0).get() == network
    plan = planning.draft(planning.network(city), planner)  # some of its stops are on none of these roads
    assert {one["code"] for one in plan.remarks} >= {"off_road"}
    assert 2 in {row.leg_source for row in plan.patterns.first().stops.all()}


def test_holidays_take_days_out_make_up_days_and_people_put_them_in(planner):
    term = actions.open_term(name="秋季", first_on=date(2021, 9, 1), last_on=date(2022, 1, 21), by=planner, at=make.NOW)
    service = calendar_of(term).service
    assert {date(2021, 9, 18), date(2021, 9, 26), date(2021, 10, 9)} <= set(service.added)  # Saturdays with lessons
    assert {date(2021, 9, 20), date(2021, 10, 1), date(2022, 1, 3)} <= set(service.removed)

    actions.change_day(on=date(2021, 12, 24), has_lessons=False, reason="大雪停课", by=planner, at=make.NOW)
    actions.change_day(on=date(2021, 12, 25), has_lessons=True, reason="补课", by=planner, at=make.NOW)
    actions.change_day(on=date(2021, 9, 18), has_lessons=False, reason="秋季运动会", by=planner, at=make.NOW)

    service = calendar_of(term).service
    assert date(2021, 12, 24) in service.removed
    assert date(2021, 12, 25) in service.added
    assert date(2021, 9, 18) not in service.added


def test_the_feed_is_valid_says_who_may_board_where_and_is_read_by_another_library(city, planner, tmp_path):
    school = planning.network(city)
    planning.in_force(school, planner)
    today = timezone.localdate()
    actions.open_term(
        name="学期", first_on=today - timedelta(30), last_on=today + timedelta(90), by=planner, at=make.NOW
    )

    content = gtfs.write(feed_of(today, address="https://gongjiao.example.org"))

    report = gtfs_guru.validate_bytes(content) if hasattr(gtfs_guru, "validate_bytes") else None
    (tmp_path / "gtfs.zip").write_bytes(content)
    report = report or gtfs_guru.validate(str(tmp_path / "gtfs.zip"))
    assert report.error_count == 0
    read = gtfs_kit.read_feed(tmp_path / "gtfs.zip", dist_units="km")
    times = read.stop_times.merge(read.trips, on="trip_id").sort_values("stop_sequence")
    morning = times[times.direction_id == 0]
    assert list(morning.drop_off_type) == [1, 1, 1, 0]  # 到校前只上不下
    assert list(morning.pickup_type) == [0, 0, 0, 1]
    assert list(times[times.direction_id == 1].pickup_type) == [0, 1, 1, 1]
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert "只上不下" not in archive.read("stops.txt").decode()


def test_no_feed_without_lines():
    assert feed_of(make.TODAY, address="") is None


def test_trips_of_several_schools_are_chained_to_the_fewest_vehicles(city, planner):
    near = planning.network(city)
    planning.in_force(near, planner)
    late = planning.school(city, "红星小学", arrive_by=time(9, 0), dismiss_at=time(17, 50))
    planning.families(late, 1)
    planning.in_force(late, planner)

    morning, afternoon = peaks()

    assert (morning.trips, morning.shifted.vehicles, morning.shifted.is_proven) == (2, 1, True)
    assert [str(trip.pattern.line.school) for trip, _leaves in morning.duties[0].trips] == ["天苑小学", "红星小学"]
    assert afternoon.trips == 2


def test_a_stop_says_which_lines_call_there_and_when(city, planner):
    school = planning.network(city)
    planning.in_force(school, planner)
    stop = Call.objects.first().at.stop

    (first, at), _second = strips_at(stop)

    assert first.rows[at].stop == stop
    assert Pattern.objects.filter(stops__stop=stop).count() == 2


def test_a_poster_marks_its_own_stop_on_the_strip_also_on_the_way_home(city, planner):
    planning.in_force(planning.network(city), planner)
    stop = Call.objects.first().at.stop

    for strip, at in strips_at(stop):
        printed = [row.stop for row in strip.rows]
        printed.insert(len(printed) if strip.is_morning else 0, "school")
        assert printed[place_of(strip, at)] == stop
    assert poster(stop, strips_at(stop)).startswith(b"%PDF")


def test_only_planners_see_how_many_board_where(city, planner):
    school = planning.network(city)
    strips = plan_strips(planning.in_force(school, planner))

    public = map_of(school, strips, walk_metres=500, with_demand=False)
    planned = map_of(school, strips, walk_metres=500, with_demand=True)

    assert [stop["pupils"] for stop in public["stops"]] == [0, 0, 0]
    assert [stop["pupils"] for stop in planned["stops"]] == [4, 4, 4]
    assert public["demand"] == []
