"""Lists of schools, stops and families: any layout goes in, points become WGS-84, bad rows come back with reasons."""

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests import make
from tici.buslines import actions
from tici.buslines.models import Demand, ListKind, MeasuredLeg, School, Stop, StopKind
from tici.buslines.queries.lists import returned
from tici.core.models import Record
from tici.core.refusals import Refused
from tici.engines import gtfs
from tici.engines.roads import Datum, convert

from . import planning

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.TICI_DATA = tmp_path


@pytest.fixture
def city():
    city = make.city()
    for name in ("桥西区", "长安区"):
        make.place(name, within=city, kind="district")
    return city


def book(*rows: list[Any]) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    into = BytesIO()
    made.save(into)
    return into.getvalue()


def received(city, kind: str, content: bytes, name: str = "清单.xlsx", datum: str = "wgs84"):
    by = planning.planner(city)
    return actions.receive_list(
        BytesIO(content), name=name, size=len(content), kind=kind, datum=datum, place=city, by=by, at=make.NOW,
        on=make.TODAY,
    )  # fmt: skip


STOPS_HEAD = ["序号", "站点名称", "类别", "所属县区", "经度", "纬度", "路侧", "候车亭"]


def stop_rows(points: list[tuple[float, float]]) -> list[list[Any]]:
    return [[n, f"示例路口{n}", "现有站台", "桥西区", *point, "路北", "有"] for n, point in enumerate(points, start=1)]


def test_a_list_of_schools_says_gates_and_bells(city):
    head = ["学校名称", "县区", "经度", "纬度", "上课时间", "放学时间"]
    rows = [["天苑小学", "桥西区", 114.45, 38.02, "8:10", "下午5:00"]]
    rows += [["示例第一幼儿园", "长安区", "114.50", "38.05", "", ""]]
    kept = received(city, ListKind.SCHOOLS, book(head, *rows))

    one, two = School.objects.order_by("code")
    assert (kept.made, kept.changed, kept.bad) == (2, 0, [])
    assert (one.name, one.place.name, f"{one.arrive_by:%H:%M}", f"{one.dismiss_at:%H:%M}") == (
        "天苑小学", "桥西区", "08:10", "17:00",
    )  # fmt: skip
    assert (two.kind, two.arrive_by) == ("kindergarten", None)


def test_a_school_that_ends_before_it_begins_is_handed_back(city):
    head = ["学校名称", "县区", "经度", "纬度", "上课时间", "放学时间"]

    kept = received(city, ListKind.SCHOOLS, book(head, ["天苑小学", "桥西区", 114.45, 38.02, "8:00", "7:00"]))

    assert (kept.made, len(kept.bad)) == (0, 1)
    assert "填反" in str(kept.bad)


@pytest.mark.parametrize("county", ["不存在县", "海淀", "某某镇", "第三片区"])
@pytest.mark.parametrize("kind", [ListKind.SCHOOLS, ListKind.STOPS])
def test_a_row_of_a_county_that_is_not_found_is_handed_back_by_its_name(city, kind, county):
    head = ["学校名称" if kind == ListKind.SCHOOLS else "站点名称", "县区", "经度", "纬度"]

    kept = received(city, kind, book(head, ["示例甲", county, 114.45, 38.02], ["示例乙", "桥西区", 114.46, 38.02]))

    assert (kept.made, [one["name"] for one in kept.bad]) == (1, ["示例甲"])
    assert kept.bad[0]["sentence"].startswith(f"没有找到“{county}”")
    with returned(kept) as file:
        assert county in openpyxl.load_workbook(file).active.cell(2, 5).value


@pytest.mark.parametrize("county", ["", "-", "无", "/"])
def test_a_row_that_names_no_county_or_the_city_itself_is_the_citys(city, county):
    head = ["学校名称", "县区", "经度", "纬度"]
    rows = [
        ["示例甲", county, 114.45, 38.02],
        ["示例乙", city.name, 114.46, 38.02],
        ["示例丙", "桥西区", 114.47, 38.02],
    ]

    kept = received(city, ListKind.SCHOOLS, book(head, *rows))

    assert kept.bad == []
    assert set(School.objects.values_list("name", "place__name")) == {
        ("示例甲", city.name), ("示例乙", city.name), ("示例丙", "桥西区"),
    }  # fmt: skip


def test_a_list_of_stops_says_kind_side_and_shelter(city):
    rows = stop_rows([(114.45, 38.02)])
    rows[0][2] = "小区门口"

    received(city, ListKind.STOPS, book(["2021年站点登记表"], STOPS_HEAD, *rows))

    one = Stop.objects.get()
    assert (one.name, one.kind, one.side, one.has_shelter, one.place.name) == (
        "示例路口1", StopKind.ESTATE, "路北", True, "桥西区",
    )  # fmt: skip


def test_a_list_handed_in_again_changes_only_what_is_new(city):
    points = [(114.45, 38.02), (114.46, 38.03)]
    received(city, ListKind.STOPS, book(STOPS_HEAD, *stop_rows(points)))

    moved = received(city, ListKind.STOPS, book(STOPS_HEAD, *stop_rows([points[0], (114.4601, 38.03)])))

    assert (moved.made, moved.changed, Stop.objects.count()) == (0, 1, 2)
    assert Record.objects.filter(what="stop.taken").count() == 3


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_points_of_another_datum_become_wgs84(city, datum):
    point = convert([(114.45, 38.02)], Datum.WGS84, datum)[0]

    received(city, ListKind.STOPS, book(STOPS_HEAD, *stop_rows([tuple(map(float, point))])), datum=datum.value)

    one = Stop.objects.get()
    assert (one.longitude, one.latitude) == pytest.approx((114.45, 38.02), abs=1e-6)


def test_a_list_in_the_wrong_datum_is_refused_whole_with_what_it_looks_like(city):
    points = [(114.45 + 0.01 * n, 38.02 + 0.004 * (n % 3)) for n in range(6)]
    received(city, ListKind.STOPS, book(STOPS_HEAD, *stop_rows(points)))
    shifted = [tuple(map(float, one)) for one in convert(points, Datum.WGS84, Datum.GCJ02)]

    with pytest.raises(Refused, match=r"list\.shifted") as refused:
        received(city, ListKind.STOPS, book(STOPS_HEAD, *stop_rows(shifted)))

    assert "GCJ-02" in refused.value.sentence
    assert Stop.objects.first().longitude == pytest.approx(114.45)


def test_families_are_counted_by_cell_and_never_named(city):
    planning.school(city)
    head = ["学校", "学生姓名", "家庭住址", "经度", "纬度", "学生人数", "家长人数"]
    home = ["天苑小学", "张三", "示例小区3号楼2单元501", 114.45612, 38.02387]

    kept = received(city, ListKind.DEMAND, book(head, [*home, 2, 1], [*home[:3], 114.4562, 38.0239, 1, 1]))

    one = Demand.objects.get()
    assert (one.area, one.pupils, one.guardians) == ("示例小区", 3, 2)
    assert (one.longitude, one.latitude) == (114.456, 38.024)
    assert "姓名列没有读取" in kept.notes[0]
    assert "张三" not in str(list(Record.objects.values()))


def test_a_later_list_replaces_demand_and_leaves_plans_as_they_are(city):
    school = planning.network(city)
    plan = planning.in_force(school, planning.planner(city))
    seated = plan.patterns.filter(direction="morning").get().trips.get().calls.count()

    received(city, ListKind.DEMAND, book(["学校", "经度", "纬度", "学生人数"], ["天苑小学", 114.507, 38.041, 6]))

    assert sum(one.pupils for one in Demand.objects.of(school)) == 6
    assert plan.patterns.filter(direction="morning").get().trips.get().calls.count() == seated


def test_bad_rows_come_back_in_their_layout_with_reasons_and_good_ones_go_in(city):
    planning.school(city)
    rows = [
        ["天苑小学", 114.45, 38.02, 3], ["天苑小学", "", "", 2], ["无名小学", 114.46, 38.02, 2],
        ["天苑小学", 200, 99, 1], ["天苑小学", 114.47, 38.02, "若干"],
    ]  # fmt: skip

    kept = received(city, ListKind.DEMAND, book(["学校", "经度", "纬度", "学生人数"], *rows))

    assert kept.made == 1
    assert [one["row"] for one in kept.bad] == [3, 5, 6, 4]
    with returned(kept) as file:
        sheet = openpyxl.load_workbook(file).active
    assert "没有经度和纬度" in sheet.cell(3, 5).value
    assert "没有登记学校“无名小学”" in sheet.cell(4, 5).value
    assert sheet.cell(2, 5).value is None


def test_a_file_that_is_no_such_list_says_which_columns_it_wants(city):
    with pytest.raises(Refused, match=r"list\.no_rows") as refused:
        received(city, ListKind.STOPS, book(["项目名称", "总投资"], ["重组蛋白生产线", 1200]))

    assert "站点名称、经度、纬度" in refused.value.sentence


def test_the_stops_of_a_feed_go_in_and_come_from_stops_txt_alone(city):
    text = "stop_id,stop_name,stop_lat,stop_lon\nA1,示例一路,38.02,114.45\nA2,示例二路,,\n"

    kept = received(city, ListKind.STOPS, text.encode(), name="stops.txt")

    assert [(one.code, one.name) for one in Stop.objects.all()] == [("A1", "示例一路")]
    assert len(kept.bad) == 1
    with pytest.raises(Refused, match=r"feed\.not_a_zip"):
        received(city, ListKind.STOPS, b"PK broken", name="feed.zip")
    assert gtfs.SENTENCES["not_a_zip"]


def test_driven_times_stand_before_reckoned_ones_and_holes_are_told(city):
    school = planning.network(city)
    content = "起点,终点,时间（分）\n第1站,天苑小学,1\n第9站,天苑小学,4\n"

    kept = received(city, ListKind.LEGS, content.encode(), name="实测.csv")
    plan = planning.draft(school, planning.planner(city))

    assert MeasuredLeg.objects.get().seconds == 60
    assert "第9站" in kept.bad[0]["sentence"]
    last = plan.patterns.get(direction="morning").stops.last()
    assert (last.stop.name, last.leg_source, last.leg_seconds) == ("第1站", 3, 60)


def test_an_empty_file_is_refused(city):
    with pytest.raises(Refused, match=r"list\.size"):
        received(city, ListKind.STOPS, b"")


def test_a_broken_extract_is_refused_with_a_sentence(city, tmp_path: Path):
    from tici.buslines.models import RoadNetwork
    from tici.core.tasks import run

    network = actions.receive_roads(
        BytesIO(b"not roads"), name="city.osm.pbf", size=9, by=planning.planner(city), at=make.NOW
    )
    run(network.job_id)

    network.job.refresh_from_db()
    assert network.job.state == "refused"
    assert "extract" not in network.job.message.lower()
    assert "路网" in network.job.message or "pbf" in network.job.message
    assert not RoadNetwork.objects.filter(arcs__gt=0).exists()


def test_a_stop_without_a_point_comes_back(city):
    rows = stop_rows([(114.45, 38.02), (114.46, 38.02)])
    rows[1][4:6] = ["", ""]

    kept = received(city, ListKind.STOPS, book(STOPS_HEAD, *rows))

    assert (kept.made, [one["row"] for one in kept.bad]) == (1, [3])
