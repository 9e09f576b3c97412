from datetime import date
from decimal import Decimal

import pytest

from tests import make
from tests.make import NOVEMBER
from tici.core.measures import Scope
from tici.projects.measures import MEASURES
from tici.projects.models import Move, Stage

pytestmark = pytest.mark.django_db
BY_CODE = {measure.code: measure for measure in MEASURES}


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def zone(city):
    return make.place("正定县", within=city)


@pytest.fixture
def scope(city):
    return Scope(make.person(place=city), city, NOVEMBER)


def step(project, from_stage, to_stage, on):
    by = make.person(place=project.place)
    return Move.objects.create(project=project, from_stage=from_stage, to_stage=to_stage, moved_on=on, moved_by=by)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.code)
def test_a_measure_its_counties_and_its_rows_agree(city, zone, scope, measure):
    other = make.place("赵县", within=city)
    for number, place in enumerate((zone, zone, other)):
        for stage in Stage.values:
            make.project(
                place=place,
                stage=stage,
                level="city",
                signed_on=date(2021, 10 + number % 2, 5),
                started_on=date(2021, 11, 5),
                completed_on=date(2021, 11, 20),
                statistics_on=date(2021, 11 + number % 2, 1),
            )
    filed = make.project(place=zone)
    filed.approvals.create(kind="filing", number="冀备2021-1", granted_on=date(2021, 11, 1))
    make.project(place=zone, stage="started", cancelled_on=date(2021, 11, 1), cancel_reason="用地未落实")

    value, counties, rows = measure.value(scope), measure.by_county(scope), measure.rows(scope)

    in_rows = sum(row.investment_wan for row in rows) if measure.unit == "wan" else rows.count()
    assert value > 0
    assert value == sum(counties.values()) == in_rows
    assert counties.keys() == {zone.pk, other.pk}
    assert measure.basis


def test_a_project_stands_where_it_stood_at_the_end_of_the_month(zone, scope):
    project = make.project(place=zone, stage="building", investment_wan=Decimal(700))
    step(project, "", "reserved", date(2021, 12, 9))
    step(project, "reserved", "started", date(2021, 12, 1))
    step(project, "started", "building", date(2021, 12, 5))
    make.project(place=zone, stage="planned", cancelled_on=date(2021, 12, 1), cancel_reason="用地未落实")

    values = {code: BY_CODE[f"projects.{code}"].value(scope) for code in ("planned", "reserved", "reserved_wan")}

    assert values == {"planned": 1, "reserved": 1, "reserved_wan": 700}
    assert [BY_CODE[f"projects.{code}"].value(scope) for code in ("started", "building")] == [0, 0]


@pytest.mark.parametrize(
    ("started_on", "from_stage", "moved_on", "counted"),
    [
        (date(2021, 11, 5), "", date(2021, 11, 30), 1),
        (date(2020, 11, 5), "reserved", date(2021, 11, 5), 0),
        (None, "reserved", date(2021, 11, 5), 1),
        (None, "", date(2021, 11, 5), 0),
        (None, "started", date(2021, 11, 5), 0),
        (None, "reserved", date(2021, 12, 1), 0),
    ],
)
def test_a_start_is_counted_by_its_day_else_by_its_move_and_entering_the_register_is_none(
    zone, scope, started_on, from_stage, moved_on, counted
):
    project = make.project(place=zone, stage="building", started_on=started_on)
    step(project, from_stage, "building", moved_on)

    assert BY_CODE["projects.started_year"].value(scope) == counted


def test_a_filing_of_this_year_is_a_new_reserve_and_an_old_one_is_not(zone, scope):
    for granted_on in (date(2021, 2, 1), date(2020, 2, 1)):
        project = make.project(place=zone, stage="reserved")
        project.approvals.create(kind="filing", number="冀备", granted_on=granted_on)
        step(project, "planned", "reserved", date(2021, 3, 1))

    assert BY_CODE["projects.reserved_year"].value(scope) == 1


def test_a_county_sees_itself_alone(city, zone):
    make.project(place=zone, stage="started")
    make.project(place=make.place("赵县", within=city), stage="started")
    scope = Scope(make.person(place=zone), city, NOVEMBER)

    assert BY_CODE["projects.started"].value(scope) == 1


def test_all_rungs_share_one_query(django_assert_num_queries, zone, scope):
    make.project(place=zone)

    with django_assert_num_queries(3):  # is what was kept still good, did anything move since, and the groups
        values = [BY_CODE[f"projects.{stage}"].value(scope) for stage in Stage.values]
        values += [BY_CODE[f"projects.{stage}_wan"].value(scope) for stage in Stage.values]

    assert values == [1, 0, 0, 0, 0, 1000, 0, 0, 0, 0]
