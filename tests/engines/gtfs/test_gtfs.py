import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import gtfs_guru
import gtfs_kit
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tici.engines.gtfs import (
    Agency,
    Call,
    Feed,
    Info,
    Riding,
    Route,
    Shape,
    Stop,
    Trip,
    Unreadable,
    Unwritable,
    read,
    runs_on,
    school_days,
    write,
)

TERM, _ = school_days("term", date(2021, 9, 1), date(2022, 1, 14))
STOPS = (
    Stop("S1", "和平西路北门", 114.46, 38.06),
    Stop("S2", "友谊大街", 114.467, 38.058),
    Stop("S3", "天苑小学", 114.475, 38.057, "校门"),
)
MORNING = Trip(
    "M1",
    "L1",
    "term",
    (Call("S1", 26_400, 26_430), Call("S2", 26_700, 26_730), Call("S3", 27_000, 27_000)),
    Riding.TO_SCHOOL,
    "天苑小学",
    "W1",
)
AFTERNOON = Trip(
    "A1",
    "L1",
    "term",
    (Call("S3", 61_200, 61_200), Call("S2", 61_500, 61_530), Call("S1", 61_800, 61_800)),
    Riding.FROM_SCHOOL,
    "和平西路北门",
)
FEED = Feed(
    Agency("石家庄市公交总公司（示例）", "https://example.com/"),
    STOPS,
    (Route("L1", "学1", "和平西路—天苑小学", "1F5FBF", "FFFFFF", "小学生免费公交专线"),),
    (MORNING, AFTERNOON),
    (TERM,),
    Info("示例发布方", "https://example.com/"),
    (Shape("W1", ((114.46, 38.06), (114.467, 38.058), (114.47, 38.0575), (114.475, 38.057))),),
)


def notices(content, tmp_path, on="2021-12-20"):
    path = tmp_path / "feed.zip"
    path.write_bytes(content)
    result = gtfs_guru.validate(str(path), country_code="CN", date=on)
    return sorted({notice.code for notice in result.errors()}), sorted({notice.code for notice in result.warnings()})


def table(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        heads, *rows = archive.read(name).decode().splitlines()
    return [dict(zip(heads.split(","), row.split(","), strict=True)) for row in rows]


def changed(content, name, text):
    """The archive with one file replaced, or left out."""
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(into, "w") as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        if text is not None:
            new.writestr(name, text)
    return into.getvalue()


def test_the_canonical_validator_finds_no_error(tmp_path):
    assert notices(write(FEED), tmp_path)[0] == []


def test_a_feed_without_shapes_is_valid_too(tmp_path):
    plain = replace(FEED, shapes=(), trips=(replace(MORNING, shape=""), AFTERNOON))

    assert notices(write(plain), tmp_path)[0] == []


def test_another_library_reads_the_feed_back(tmp_path):
    (tmp_path / "feed.zip").write_bytes(write(FEED))

    feed = gtfs_kit.read_feed(tmp_path / "feed.zip", dist_units="km")

    assert feed.stops["stop_name"].tolist() == [stop.name for stop in STOPS]
    assert feed.routes["route_color"].tolist() == ["1F5FBF"]
    assert feed.get_trips(date="20211220")["trip_id"].tolist() == ["M1", "A1"]
    assert feed.get_trips(date="20220103")["trip_id"].tolist() == []


def test_to_school_riders_only_board_and_from_school_they_only_alight():
    rows = table(write(FEED), "stop_times.txt")

    assert [(row["trip_id"], row["pickup_type"], row["drop_off_type"]) for row in rows] == [
        ("M1", "0", "1"),
        ("M1", "0", "1"),
        ("M1", "1", "0"),
        ("A1", "0", "1"),
        ("A1", "1", "0"),
        ("A1", "1", "0"),
    ]


def test_distances_along_the_way_grow_from_stop_to_stop():
    along = [float(row["shape_dist_traveled"]) for row in table(write(FEED), "stop_times.txt")[:3]]

    assert along[0] == 0.0
    assert along == sorted(along)
    assert along[-1] == float(table(write(FEED), "shapes.txt")[-1]["shape_dist_traveled"])


def test_school_days_follow_the_state_councils_calendar():
    """国务院办公厅关于2021年部分节假日安排的通知: 国庆节10月1日至7日放假, 9月26日、10月9日上班."""
    assert [runs_on(TERM, date(2021, 9, day)) for day in (24, 25, 26)] == [True, False, True]
    assert [runs_on(TERM, date(2021, 10, day)) for day in (1, 7, 8, 9, 10)] == [False, False, True, True, False]
    exceptions = {row["date"]: row["exception_type"] for row in table(write(FEED), "calendar_dates.txt")}
    assert (exceptions["20211001"], exceptions["20211009"]) == ("2", "1")


def test_school_holidays_are_taken_out_and_unannounced_years_are_said():
    service, is_announced = school_days(
        "s", date(2021, 12, 20), date(2022, 2, 28), breaks=[(date(2022, 1, 15), date(2022, 2, 20))]
    )

    assert (runs_on(service, date(2022, 1, 17)), runs_on(service, date(2022, 1, 30))) == (False, False)
    assert is_announced
    assert not school_days("s", date(2040, 3, 1), date(2040, 6, 30))[1]


@given(st.dates(date(2015, 1, 1), date(2030, 1, 1)), st.integers(0, 120))
def test_a_service_runs_on_weekdays_and_its_exceptions_alone(first, length):
    service, _ = school_days("s", first, first + timedelta(length))

    assert all(day.weekday() >= 5 for day in service.added)
    assert all(day.weekday() < 5 for day in service.removed)
    assert not set(service.added) & set(service.removed)
    assert not runs_on(service, first - timedelta(1))


def test_what_is_written_is_read_back_the_same():
    back = read(write(FEED))

    assert (back.stops, back.routes, back.trips, back.problems) == (STOPS, FEED.routes, FEED.trips, ())
    assert write(FEED) == write(FEED)


@given(
    st.lists(st.tuples(st.floats(114, 115), st.floats(37, 39)), min_size=3, max_size=6),
    st.lists(st.integers(0, 900), min_size=6, max_size=6),
    st.sampled_from(list(Riding)),
    st.text("站门北路,\"' \n", max_size=8),
)
def test_any_trip_comes_back_as_it_went_out(points, gaps, riding, words):
    stops = tuple(Stop(f"S{n}", f"站{n}{words}".strip(), round(x, 6), round(y, 6)) for n, (x, y) in enumerate(points))
    seconds = [25_200 + sum(gaps[: n + 1]) for n in range(len(stops))]
    calls = tuple(Call(stop.code, second, second) for stop, second in zip(stops, seconds, strict=True))
    trip = Trip("T", "L1", "term", calls, riding)

    back = read(write(replace(FEED, stops=stops, trips=(trip,), shapes=())))

    assert back.trips == (trip,)
    assert back.stops == stops


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"trips": ()}, "还没有站点、线路、班次或运行日，不能导出。请先编好线路再导出。"),
        ({"stops": (*STOPS, STOPS[0])}, "站点编号“S1”为空或重复。请改为不同的编号。"),
        ({"stops": (*STOPS[:2], replace(STOPS[2], lat=0, lng=0))}, "站点“天苑小学”的坐标不在地球上或为0。请核对坐标。"),
        ({"routes": (Route("L2", "学2"),)}, "班次“M1”用到的线路“L1”不存在。请补建或改正。"),
        ({"shapes": ()}, "班次“M1”用到的走向“W1”不存在。请补建或改正。"),
        ({"trips": (replace(MORNING, calls=MORNING.calls[:1]),)}, "班次“M1”不足两站。请至少编入两站。"),
        ({"trips": (replace(MORNING, calls=MORNING.calls[::-1]),)}, "班次“M1”的时间前后颠倒。请核对各站时间。"),
    ],
)
def test_a_feed_that_does_not_fit_together_is_refused(change, said):
    with pytest.raises(Unwritable) as refused:
        replace(FEED, **change)

    assert str(refused.value) == said


# Reading others' files


def test_a_list_of_stops_with_chinese_heads_is_read_and_bad_rows_come_back():
    content = (
        "编号,站名,经度,纬度\n"
        "A,北门,114.46,38.06\n"
        ",无编号站,114.47,38.06\n"
        "C,,114.47,38.06\n"
        "D,南门,一一四,38.06\n"
        "E,反了,38.06,114.46\n"
        "A,又一北门,114.46,38.06\n"
    )

    back = read(content.encode("utf-8-sig"))

    assert [(stop.code, stop.name) for stop in back.stops] == [("A", "北门"), ("R3", "无编号站")]
    assert back.problems == (
        "stops.txt第4行：站点没有名称。请补填名称。",
        "stops.txt第5行：站点“南门”的坐标“一一四, 38.06”读不出来。请填写经度和纬度。",
        "stops.txt第6行：站点“反了”的经纬度像是写反了，没有读取。请对调两列。",
        "stops.txt第7行：站点编号“A”在前面已经出现，没有读取。请核对后删去一行。",
    )


def test_a_trip_with_a_fault_stays_out_and_the_others_come_in():
    content = write(FEED)
    rows = zipfile.ZipFile(io.BytesIO(content)).read("stop_times.txt").decode().splitlines()
    broken = "\n".join(row.replace("07:20:00", "7点20") for row in rows)

    back = read(changed(content, "stop_times.txt", broken))

    assert [trip.code for trip in back.trips] == ["A1"]
    assert back.problems == (
        "班次“M1”没有读取：stop_times.txt第2行：时间“7点20”读不出来。请写作“07:30:00”。请核对stop_times.txt。",
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04broken", "文件不是GTFS压缩包，也不是stops.txt站点表。请核对后重新上传。"),
        (b"\xff\xfe\x00", "stops.txt不是UTF-8编码。请另存为UTF-8后再报。"),
        (b"", "stops.txt没有“stop_name”一列。请补上这一列。"),
        ("站名,经度,纬度\n".encode(), "stops.txt中没有一行能用的站点。请核对名称和坐标。"),
        (changed(write(FEED), "trips.txt", None), "压缩包中没有trips.txt。请补全后重新打包。"),
        (changed(write(FEED), "trips.txt", "trip_id\n"), "trips.txt没有“route_id”一列。请补上这一列。"),
    ],
)
def test_a_broken_file_is_refused_with_the_way_out(content, said):
    with pytest.raises(Unreadable) as refused:
        read(content)

    assert str(refused.value) == said
