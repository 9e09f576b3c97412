"""The pages of a register, at any order and any number of blanks, and what it does with a URL made up."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import make
from tests.make import NOW
from tici.core.audit import record
from tici.core.models import Upload
from tici.core.registers import Column, Filter, Kind, Listing, Register, by_choices
from tici.projects.models import Project, Stage

pytestmark = pytest.mark.django_db
REGISTER = Register(
    name="test",
    title="项目台账",
    columns=(
        Column("name", "项目名称", link="pk", link_url="desk:project"),
        Column("place__short_name", "地区", sort="place__position"),
        Column("investment_wan", "总投资(万元)", Kind.WAN),
        Column("started_on", "实际开工", Kind.DATE),
        Column("owner__name", "业主单位"),
        Column("stage", "阶段", Kind.STAGE, choices=tuple(Stage.choices)),
        Column("code", "项目代码", Kind.CODE, is_shown=False),
    ),
    filters=(
        by_choices("stage", "阶段", Stage),
        Filter("state", "状态", lambda request: [], lambda rows, value: rows.filter(cancelled_on=None), default="kept"),
    ),
    page_size=3,
)
SORTS = ["pk", "name", "-name", "investment_wan", "-investment_wan", "started_on", "-started_on", "owner__name"]
SORTS += ["-owner__name", "place__short_name", "-place__short_name", "stage", "nonsense", ""]
ROWS = st.lists(
    st.tuples(
        st.sampled_from("甲乙丙"),
        st.none() | st.sampled_from([Decimal("0.5"), Decimal(7), Decimal(1000)]),
        st.none() | st.sampled_from([date(2021, 3, 1), date(2021, 11, 30)]),
        st.booleans(),
    ),
    max_size=11,
)


@pytest.fixture
def city():
    return make.city()


def asked(person=None, **query):
    request = RequestFactory().get("/", query)
    request.user = person or make.person(place=None)
    return request


def listing(**query):
    return Listing(REGISTER, REGISTER.columns, query, Project.objects.all())


def walk(page, step):
    """The pages from one on, going by a key of theirs until there is none."""
    pages = [[row["pk"] for row in page.rows]]
    while key := getattr(page, f"{step}_key"):
        page = listing(sort=page.asked.get("sort", ""), **{"after" if step == "next" else "before": key})
        pages.append([row["pk"] for row in page.rows])
        assert len(pages) <= 12
    return pages, page


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_paging_forward_and_back_gives_every_row_once_in_one_order(city, rows):
    Project.objects.all().delete()
    places = [make.place(within=city) for _ in range(2)]
    owner = make.enterprise(place=city)
    for name, investment, started, has_owner in rows:
        place = places[has_owner]
        make.project(
            place=place,
            name=name,
            investment_wan=investment,
            started_on=started,
            owner=owner if has_owner else None,
        )

    for sort in SORTS:
        forward, last = walk(listing(sort=sort), "next")
        backward, _first = walk(last, "previous")

        flat = [pk for page in forward for pk in page]
        assert sorted(flat) == sorted(Project.objects.values_list("pk", flat=True))
        assert list(reversed(backward)) == forward


def test_rows_without_a_value_come_last_either_way(city):
    for investment in (None, Decimal(5), Decimal(9)):
        make.project(place=city, investment_wan=investment)

    orders = [
        [row["investment_wan"] for row in listing(sort=sort).rows] for sort in ("investment_wan", "-investment_wan")
    ]

    assert orders == [[5, 9, None], [9, 5, None]]


@pytest.mark.parametrize("key", ["garbage", "", "..", "WyJuYW1lIiwi:1abc:xyz", "\x00"])
@pytest.mark.parametrize("side", ["after", "before"])
def test_a_page_key_that_was_cut_or_made_up_leads_to_the_first_page(city, side, key):
    projects = [make.project(place=city, name=f"项目{number}") for number in range(4)]

    page = listing(sort="name", **{side: key})

    assert [row["pk"] for row in page.rows] == [project.pk for project in projects[:3]]
    assert page.previous_url == ""


def test_a_page_key_of_another_order_leads_to_the_first_page(city):
    for number in range(4):
        make.project(place=city, investment_wan=Decimal(number))
    key = listing(sort="name").next_key

    page = listing(sort="investment_wan", after=key)

    assert [row["investment_wan"] for row in page.rows] == [0, 1, 2]


@pytest.mark.parametrize(("at", "page"), [(0, 0), (2, 0), (3, 1), (6, 2)])
@pytest.mark.parametrize("sort", ["pk", "investment_wan", "-investment_wan"])
def test_a_link_to_a_row_opens_the_page_it_stands_on(city, sort, at, page):
    for investment in (None, 5, 9, 5, None, 1, 7):
        make.project(place=city, investment_wan=investment)
    pages, _last = walk(listing(sort=sort), "next")
    row = [pk for rows in pages for pk in rows][at]

    found = listing(sort=sort, at=str(row))

    assert [one["pk"] for one in found.rows] == pages[page]


@pytest.mark.parametrize("at", ["", "x", "0", "9" * 30])
def test_a_link_to_a_row_that_is_not_there_opens_the_first_page(city, at):
    project = make.project(place=city)

    assert [row["pk"] for row in listing(at=at).rows] == [project.pk]


def test_a_count_is_kept_until_anything_is_done(city, django_assert_num_queries):
    for _number in range(4):
        make.project(place=city)
    record("place.added", subject=city, by="张三", at=NOW)
    assert listing().count == 4

    make.project(place=city)
    with django_assert_num_queries(3):
        kept = listing().count
    record("place.added", subject=city, by="张三", at=NOW)

    assert (kept, listing().count) == (4, 5)


def test_a_list_is_counted_up_to_a_cap(city, monkeypatch):
    for _number in range(5):
        make.project(place=city)
    monkeypatch.setattr("tici.core.registers.COUNT_CAP", 4)

    page = listing()

    assert (page.count, page.is_capped) == (5, True)


def test_a_url_gives_the_same_list_again(city):
    for number in range(5):
        make.project(place=city, stage="started", investment_wan=Decimal(number))
    make.project(place=city, stage="planned")
    request = asked(stage="started", sort="-investment_wan", columns="investment_wan,name")

    rows = REGISTER.narrowed(request, Project.objects.all())
    page = Listing(REGISTER, REGISTER.chosen(request), request.GET.dict(), rows)

    assert [column.field for column in page.columns] == ["investment_wan", "name"]
    assert [row["investment_wan"] for row in page.rows] == [4, 3, 2]
    assert page.url(after="k") == "?stage=started&sort=-investment_wan&columns=investment_wan%2Cname&after=k"


def test_what_is_not_known_in_a_url_is_passed_over(city):
    make.project(place=city)
    request = asked(stage="nonsense", columns="nonsense", sort="password", state="", nonsense="1")

    rows = REGISTER.narrowed(request, Project.objects.all())

    assert rows.count() == 1
    assert [column.field for column in REGISTER.chosen(request)] == [c.field for c in REGISTER.columns[:-1]]


def test_a_person_keeps_their_own_choice_of_columns(city):
    person = make.person(place=city, preferences={"columns:test": ["stage", "gone", "name"]})

    assert [column.field for column in REGISTER.chosen(asked(person))] == ["stage", "name"]


def test_a_default_filter_holds_until_the_url_says_otherwise(city):
    make.project(place=city, cancelled_on=date(2021, 12, 6), cancel_reason="用地未落实")

    counts = [REGISTER.narrowed(asked(**query), Project.objects.all()).count() for query in ({}, {"state": ""})]

    assert counts == [0, 1]


def test_a_list_is_taken_away_whole_and_in_the_order_seen(city):
    person = make.person(place=city)
    for number in range(5):
        day = date(2021, 3, 1) + timedelta(days=number)
        make.project(place=city, name=f"项目{number}", investment_wan=Decimal(number), started_on=day)
    query = {"columns": "name,investment_wan,stage,started_on", "sort": "-investment_wan", "as": "csv"}

    response = REGISTER.page(asked(person, **query), Project.objects.all())

    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "项目名称,总投资(万元),阶段,实际开工",
        *(f"项目{number},{number}.0000,谋划,2021-03-0{number + 1}" for number in reversed(range(5))),
        "部门调度数，不作为统计上报依据",
    ]


def test_a_workbook_keeps_long_numbers_and_formulas_as_text(city):
    person = make.person(place=city)
    make.project(place=city, name="=1+1", code="210113012304011234567890", investment_wan=Decimal("1200.5"))
    query = {"columns": "name,code,investment_wan", "as": "xlsx"}

    response = REGISTER.page(asked(person, **query), Project.objects.all())

    with closing(response):
        sheet = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content))).active
    cells = [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]
    assert cells == [
        [("项目名称", "s"), ("项目代码", "s"), ("总投资(万元)", "s")],
        [("=1+1", "s"), ("210113012304011234567890", "s"), (1200.5, "n")],
    ]
    assert sheet.oddFooter.left.text == "部门调度数，不作为统计上报依据"


def test_a_moment_is_told_by_the_clock_of_the_office_on_the_page_and_in_what_is_taken_away(city):
    uploads = Register(name="test", title="文件", columns=(Column("received_at", "收到时间", Kind.TIME),))
    before_eight = datetime(2021, 12, 5, 23, 30, 59, tzinfo=UTC)
    Upload.objects.create(digest="0" * 64, size=1, name="台账.xlsx", received_at=before_eight, received_by="-")
    person = make.person(place=city)

    page = uploads.page(asked(person), Upload.objects.all()).content.decode()
    text = b"".join(uploads.page(asked(person, **{"as": "csv"}), Upload.objects.all()).streaming_content).decode()
    with closing(uploads.page(asked(person, **{"as": "xlsx"}), Upload.objects.all())) as response:
        sheet = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content))).active

    assert "2021-12-06 07:30" in page
    assert text.splitlines()[1] == "2021-12-06 07:30:00"
    assert sheet["A2"].value == datetime(2021, 12, 6, 7, 30)  # noqa: DTZ001 - a workbook knows no zones


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1"])
def test_a_csv_never_begins_a_cell_with_a_formula(city, name):
    make.project(place=city, name=name)

    response = REGISTER.page(asked(make.person(place=city), columns="name", **{"as": "csv"}), Project.objects.all())

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[1].strip('"') == f"'{name}"
