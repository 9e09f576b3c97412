from datetime import date
from decimal import Decimal

import pytest

from tests import make
from tests.make import NOVEMBER, TODAY
from tici.core.measures import Scope
from tici.duties import queries
from tici.duties.measures import MEASURES

pytestmark = pytest.mark.django_db
MARCH = date(2021, 3, 1)


@pytest.fixture
def city():
    return make.city()


def names(projects):
    return {project.name for project in projects}


def test_full_coverage_counts_large_living_projects_by_who_holds_office(city):
    county = make.place(within=city)
    held, vacant = make.post(place=county), make.post(place=county, title="副县长", vacated_on=date(2021, 10, 1))
    covered = make.project(place=county, name="已包联")
    make.duty(project=covered, post=held, from_date=MARCH)
    left = make.project(place=county, name="岗位空缺")
    make.duty(project=left, post=vacant, from_date=MARCH)
    both = make.project(place=county, name="重复包联")
    make.duty(project=both, post=held, from_date=MARCH)
    make.duty(project=both, post=make.post(place=city, title="副市长"), from_date=MARCH)
    over = make.project(place=county, name="已结束")
    make.duty(project=over, post=held, from_date=MARCH, to_date=TODAY)
    make.project(place=county, name="小项目", investment_wan=Decimal(499))
    make.project(place=county, name="已取消", cancelled_on=TODAY, cancel_reason="企业终止投资")

    assert names(queries.covered_projects(TODAY)) == {"已包联", "重复包联"}
    assert names(queries.uncovered_projects(TODAY)) == {"已结束"}
    assert names(queries.vacated_projects(TODAY)) == {"岗位空缺"}
    assert names(queries.doubly_covered_projects(TODAY)) == {"重复包联"}


@pytest.mark.parametrize("projects", [1, 3])
def test_coverage_of_all_counties_takes_two_queries(city, projects, django_assert_num_queries):
    first, second = make.place("长安区", within=city), make.place("无极县", within=city)
    for _ in range(projects):
        make.duty(project=make.project(place=first), post=make.post(place=first, title=f"岗位{_}"), from_date=MARCH)
    make.project(place=second)
    person = make.person(place=city)

    with django_assert_num_queries(2):
        rows = queries.coverage_by_county(TODAY, person=person, place=city)

    assert [(row.place, row.owed, row.covered, row.uncovered, row.rate) for row in rows] == [
        (first, projects, projects, 0, Decimal(1)),
        (second, 1, 0, 1, Decimal(0)),
    ]


def test_every_measure_of_duty_ties_with_the_rows_it_opens_to(city):
    county = make.place(within=city)
    make.duty(project=make.project(place=county), post=make.post(place=county), from_date=MARCH)
    for _ in range(3):
        make.project(place=county)
    scope = Scope(make.person(place=city), city, NOVEMBER)

    values = {measure.code: measure.value(scope) for measure in MEASURES}
    rows = {measure.code: measure.rows(scope).count() for measure in MEASURES}

    assert values == {
        "duties.owed": 4,
        "duties.coverage_rate": Decimal("0.25"),
        "duties.uncovered": 3,
        "duties.vacated": 0,
        "duties.doubled": 0,
    }
    assert rows == {code: 1 if code == "duties.coverage_rate" else value for code, value in values.items()}
