from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from tests import make
from tici.accounts.models import Role
from tici.duties.models import Duty, Visit

pytestmark = pytest.mark.django_db
MARCH = date(2021, 3, 1)


@pytest.fixture
def county():
    return make.place(within=make.city())


def test_a_dispatcher_assigns_a_duty_and_lands_on_the_project(client, county):
    project, post = make.project(place=county), make.post(place=county)
    client.force_login(make.person(place=county, role=Role.COUNTY_REPORTER))

    response = client.post(
        reverse("duties:assign", args=[project.pk]),
        {"post": post.pk, "officer_title": "科长", "from_date": "2021-03-01"},
    )

    assert (response.status_code, response.url) == (302, project.get_absolute_url())
    assert list(Duty.objects.values_list("post", "officer_title", "from_date")) == [(post.pk, "科长", MARCH)]


def test_a_refused_assignment_says_why_beside_the_field(client, county):
    project, post = make.project(place=county), make.post(place=county)
    make.duty(project=project, post=post, from_date=MARCH)
    client.force_login(make.person(place=county, role=Role.COUNTY_REPORTER))

    response = client.post(reverse("duties:assign", args=[project.pk]), {"post": post.pk, "from_date": "2021-04-01"})

    assert response.status_code == 422
    assert response.context["form"].errors["post"] == ["该领导已包联此项目。如须更换责任人，请先结束原包联。"]


def test_a_duty_officer_notes_a_visit_but_assigns_nobody(client, county):
    duty = make.duty(project=make.project(place=county), post=make.post(place=county), from_date=MARCH)
    client.force_login(make.person(place=county, role=Role.DUTY_OFFICER))

    visited = client.post(
        reverse("duties:visit", args=[duty.pk]), {"visited_on": "2021-11-30", "note": "主体完工，年底试产。"}
    )

    assert visited.status_code == 302
    assert list(Visit.objects.values_list("note", flat=True)) == ["主体完工，年底试产。"]
    assert client.get(reverse("duties:assign", args=[duty.project_id])).status_code == 403
    assert client.get(reverse("duties:end", args=[duty.pk])).status_code == 403


@pytest.mark.parametrize("duties", [1, 3])
def test_the_register_asks_the_database_the_same_number_of_times(client, county, duties, django_assert_max_num_queries):
    for number in range(duties):
        post = make.post(place=county, title=f"岗位{number}")
        make.duty(project=make.project(place=county), post=post, from_date=MARCH)
    client.force_login(make.person(place=county))
    client.get(reverse("duties:register"))

    with django_assert_max_num_queries(7):
        response = client.get(reverse("duties:register"))

    assert len(response.context["listing"].rows) == duties


def test_the_coverage_page_lists_the_projects_that_fall_short(client, county):
    bare = make.project(place=county)
    left = make.project(place=county)
    make.duty(project=left, post=make.post(place=county, vacated_on=date(2021, 9, 1)), from_date=MARCH)
    client.force_login(make.person(place=county))

    shown = {
        show: list(client.get(reverse("duties:coverage"), {"show": show}).context["projects"])
        for show in ("uncovered", "vacated", "doubled")
    }

    assert shown == {"uncovered": [bare], "vacated": [left], "doubled": []}
    assert client.get(reverse("duties:coverage"), {"show": "nonsense"}).status_code == 404


def test_the_total_of_the_counties_says_its_rate_of_coverage(client, county):
    post = make.post(place=county)
    for _ in range(3):
        make.duty(project=make.project(place=county), post=post, from_date=MARCH)
    make.project(place=county)
    client.force_login(make.person(place=county.parent))

    response = client.get(reverse("duties:coverage"))

    assert response.context["total"].rate == Decimal("0.75")
    assert response.content.decode().count('<td class="num">75.0%</td>') == 2  # the total, and the county


def test_the_table_of_a_leader_lists_living_projects_and_is_out_of_sight_elsewhere(client, county):
    post = make.post(place=county)
    kept = make.duty(project=make.project(place=county), post=post, from_date=MARCH)
    gone = make.project(place=county, cancelled_on=date(2021, 6, 1), cancel_reason="企业终止投资")
    make.duty(project=gone, post=post, from_date=MARCH)
    client.force_login(make.person(place=county))

    assert list(client.get(reverse("duties:post", args=[post.pk])).context["duties"]) == [kept]

    client.force_login(make.person(place=make.place("无极县")))
    assert client.get(reverse("duties:post", args=[post.pk])).status_code == 404
