"""The composed pages: figures that open, rows that tie with them, and how often the database is asked."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from tests import make
from tests.buslines import planning
from tests.consultation import noticing
from tici.accounts.models import Role
from tici.buslines.models import Plan, PlanState
from tici.core.audit import record
from tici.desk.queries import figures
from tici.targets.models import Target

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make.city()


def reported(county, *, plan, done, by, **over):
    project = make.project(place=county, started_on=date(2021, 3, 1), started_precision="day", **over)
    make.project_year(project=project, category="to_start", plan_wan=plan)
    filing = county.filings.first() or make.filing(place=county, state="filed")
    vintage = filing.vintages.first() or make.vintage(filing=filing, by=by)
    make.entry(vintage=vintage, project=project, done_ytd_wan=done)
    return project


@pytest.mark.parametrize("counties", [1, 3])
def test_the_city_screen_asks_the_database_the_same_number_of_times(
    client, city, counties, django_assert_max_num_queries
):
    dispatcher = make.person(place=city)
    for _ in range(counties):
        reported(make.place(within=city), plan=Decimal(100), done=Decimal(107), by=dispatcher)
    record("month.opened", subject=city, by=dispatcher, at=make.NOW)  # figures are kept until the next of these
    client.force_login(dispatcher)
    client.get(reverse("desk:city"))

    with django_assert_max_num_queries(12):
        response = client.get(reverse("desk:city"))

    screen = response.context["screen"]
    assert len(screen.counties) == counties
    assert {one.measure.code: one.value for one in screen.headlines}["returns.completion_rate"] == Decimal("1.07")


def test_counties_are_ranked_and_equals_share_a_rank(client, city):
    dispatcher = make.person(place=city)
    for name, done in (("长安区", 90), ("正定县", 110), ("无极县", 90), ("赵县", 50)):
        reported(make.place(name, within=city), plan=Decimal(100), done=Decimal(done), by=dispatcher)
    make.place("高邑县", within=city)
    client.force_login(dispatcher)

    screen = client.get(reverse("desk:city")).context["screen"]

    assert [(line.place.name, line.rank) for line in screen.counties] == [
        ("长安区", 2),
        ("正定县", 1),
        ("无极县", 2),
        ("赵县", 4),
        ("高邑县", None),
    ]


def test_amounts_below_one_another_have_one_number_of_places(client, city):
    dispatcher = make.person(place=city)
    for name, done in (("长安区", "90"), ("正定县", "1234.5")):
        reported(make.place(name, within=city), plan=Decimal(100), done=Decimal(done), by=dispatcher)
    client.force_login(dispatcher)

    shown = re.findall(r"returns\.(plan|done_ytd)/[^>]*>([\d,.]+)</a>", client.get(reverse("desk:city")).text)

    assert shown[1:] == [  # the first stands on a card
        ("plan", "200"), ("done_ytd", "1,324.50"),
        ("plan", "100"), ("done_ytd", "90.00"),
        ("plan", "100"), ("done_ytd", "1,234.50"),
    ]  # fmt: skip


@pytest.mark.parametrize("code", sorted(figures.MEASURES))
def test_every_measure_opens_to_rows_that_can_be_listed_sorted_and_taken_away(client, city, code):
    dispatcher = make.person(place=city)
    reported(make.place(within=city), plan=Decimal(100), done=Decimal(50), by=dispatcher)
    client.force_login(dispatcher)
    url = figures.measure_url(code, city, figures.Scope(dispatcher, city, make.NOVEMBER))
    columns = figures.MEASURES[code].columns

    answers = [client.get(url)]
    answers += [client.get(f"{url}&sort=-{column.field}") for column in columns if column.is_sortable]
    answers.append(client.get(f"{url}&as=xlsx"))

    statuses = [answer.status_code for answer in answers]
    answers[-1].close()
    assert statuses == [200] * len(answers)


def test_a_place_out_of_sight_and_a_month_that_is_none_are_not_there(client, city):
    county, other = make.place("正定县", within=city), make.place("无极县", within=city)
    client.force_login(make.person(place=county, role=Role.COUNTY_REPORTER))

    answers = [
        client.get(reverse("desk:place", args=[county.code])),
        client.get(reverse("desk:place", args=[other.code])),
        client.get(reverse("desk:city"), {"place": city.code}),
        client.get(reverse("desk:city"), {"month": "2021-13"}),
        client.get(reverse("desk:measure", args=["returns.nothing"])),
    ]

    assert [answer.status_code for answer in answers] == [200, 404, 404, 404, 404]


def test_the_screen_shows_the_targets_of_a_county_with_its_progress(client, city):
    dispatcher, park = make.person(place=city), make.place("高新区", within=city)
    make.project(place=park, started_on=date(2021, 5, 1), started_precision="day", stage="started")
    Target.objects.create(measure="projects.started_year", place=park, year=2021, value=4, source="公开报道")
    client.force_login(dispatcher)
    make.filing(place=park)

    targets = client.get(reverse("desk:city")).context["targets"]

    assert [(one.target_row.place, one.value, one.rate) for one in targets] == [(park, 1, Decimal("0.25"))]


@pytest.mark.parametrize("projects", [1, 3])
def test_a_projects_page_asks_the_database_the_same_number_of_times(
    client, city, projects, django_assert_max_num_queries
):
    county, dispatcher = make.place(within=city), make.person(place=city)
    rows = [reported(county, plan=Decimal(100), done=Decimal(50), by=dispatcher) for _ in range(projects)]
    client.force_login(dispatcher)
    client.get(rows[0].get_absolute_url())

    with django_assert_max_num_queries(16):
        response = client.get(rows[0].get_absolute_url())

    assert response.context["project"] == rows[0]


def test_today_lists_what_waits_for_each_role(client, city):
    county = make.place(within=city)
    make.filing(place=county)
    make.project(place=county)
    seen = {}
    for role in (Role.DISPATCHER, Role.COUNTY_REPORTER, Role.LEADER):
        client.force_login(make.person(place=city if role != Role.COUNTY_REPORTER else county, role=role))
        seen[role] = [str(one.label) for one in client.get(reverse("desk:today")).context["todo"]]

    assert seen == {
        Role.DISPATCHER: ["本月尚未报送", "未包联项目"],
        Role.COUNTY_REPORTER: ["本月尚未报送", "未包联项目"],
        Role.LEADER: ["未包联项目"],
    }


def test_a_month_nobody_began_is_not_said_to_be_done(client, city):
    client.force_login(make.person(place=city))

    page = client.get(reverse("desk:today")).content.decode()

    assert "还没有开始填报" in page
    assert "没有待办" not in page


def test_today_lists_opinions_for_those_who_take_them_in_decide_and_publish(client, city):
    notice = noticing.notice(by=noticing.clerk(city))
    noticing.read(notice)
    seen = {}
    for role in (Role.CONSULTATION_CLERK, Role.CONSULTATION_REVIEWER):
        client.force_login(make.person(place=city, role=role))
        todo = client.get(reverse("desk:today")).context["todo"]
        seen[role] = [(str(one.label), one.count, client.get(one.url).status_code) for one in todo]

    assert seen == {
        Role.CONSULTATION_CLERK: [(f"意见待核读 · {notice}", 1, 200), (f"意见待决定 · {notice}", 1, 200)],
        Role.CONSULTATION_REVIEWER: [(f"意见待决定 · {notice}", 1, 200)],
    }


def test_today_lists_versions_and_changes_for_those_who_plan_lines(client, city):
    school = planning.school(city)
    planner = make.person(place=city, role=Role.LINE_PLANNER)
    Plan.objects.create(school=school, number=1, state=PlanState.DRAFT, made_at=make.NOW, made_by=planner)
    client.force_login(planner)

    page = client.get(reverse("desk:today"))

    assert [(str(one.label), one.count, one.url) for one in page.context["todo"]] == [
        ("专线草案", 1, reverse("buslines:overview"))
    ]


def test_the_search_finds_projects_by_two_characters_and_says_where_nothing_is_found(client, city):
    county = make.place(within=city)
    project = make.project(place=county, name="示例重组蛋白生产线")
    client.force_login(make.person(place=city))

    found = client.get(reverse("desk:search"), {"q": "蛋白"})
    place = client.get(reverse("desk:search"), {"q": county.name})
    nothing = client.get(reverse("desk:search"), {"q": "不存在"})

    assert list(found.context["projects"]) == [project]
    assert list(place.context["places"]) == [county]
    assert "没有找到" in nothing.content.decode()
