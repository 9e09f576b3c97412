"""Who can fill a target's gap: the projects nearest to counting, and what each still lacks."""

from datetime import date
from decimal import Decimal

import pytest

from tests import make
from tests.make import NOVEMBER
from tici.core.measures import Scope
from tici.engines.periods import Month
from tici.enterprises.models import Enterprise
from tici.projects.models import Approval
from tici.targets.queries import candidates
from tici.targets.queries.firms import entries_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def county(city):
    return make.place("正定县", within=city)


@pytest.fixture
def scope(city):
    return Scope(make.person(place=city), city, NOVEMBER)


def named(found):
    return [(line.subject.name, line.missing) for line in found.lines]


def test_planned_projects_may_come_into_reserve_those_with_papers_first(county, scope):
    make.project(place=county, name="没有文号", investment_wan=Decimal(9000))
    filed = make.project(place=county, name="有文号")
    Approval.objects.create(project=filed, kind="filing", number="正发改备〔2021〕1号")
    make.project(place=county, name="已储备", stage="reserved")
    make.project(place=county, name="已取消", cancelled_on=date(2021, 5, 1), cancel_reason="业主撤回")

    found = candidates("projects.reserved_year", scope, at_most=9)

    assert named(found) == [
        ("有文号", "要件已齐，可推进到“储备”"),
        ("没有文号", "缺立项(备案/核准/审批)或项目代码"),
    ]


def test_started_projects_outside_statistics_come_before_those_that_plan_to_start(county, scope):
    make.project(
        place=county, name="已入统", stage="started", started_on=date(2021, 3, 1), statistics_on=date(2021, 4, 1)
    )
    make.project(place=county, name="未入统", stage="started", started_on=date(2021, 3, 1))
    make.project(
        place=county, name="不足起点", stage="started", started_on=date(2021, 3, 1), investment_wan=Decimal(400)
    )
    make.project(place=county, name="年内开工", stage="reserved", planned_start_on=date(2021, 12, 1), code="2111-x")
    make.project(place=county, name="明年开工", stage="reserved", planned_start_on=date(2022, 1, 1))

    found = candidates("projects.started_in_statistics_year", scope, at_most=9)

    assert named(found) == [
        ("未入统", "已开工，缺入统月份"),
        ("年内开工", "缺施工许可或规划许可或现场照片或施工合同等佐证、实际开工；开工后入统"),
    ]


def test_projects_being_built_may_be_finished_within_the_year(county, scope):
    for name, day in (("将竣工", date(2021, 12, 20)), ("已过期", date(2021, 9, 30)), ("明年", date(2022, 3, 1))):
        make.project(place=county, name=name, stage="building", planned_finish_on=day)

    found = candidates("projects.completed_year", scope, at_most=9)

    assert named(found) == [
        ("已过期", "已过计划竣工日期，缺实际竣工日期"),
        ("将竣工", "未到计划竣工日期，缺实际竣工日期"),
    ]


def test_more_candidates_are_counted_than_shown_and_each_county_has_its_own(city, county, scope):
    other = make.place("行唐县", within=city)
    for place in (county, county, other):
        make.project(place=place)

    found = candidates("projects.reserved_year", scope, at_most=1)

    assert (len(found.lines), found.total, found.of(county), found.of(other)) == (1, 3, 2, 1)


def test_a_neighbours_projects_are_no_candidates(city, county):
    make.project(place=make.place("行唐县", within=city))

    found = candidates("projects.reserved_year", Scope(make.person(place=county), county, NOVEMBER), at_most=9)

    assert (found.lines, found.total) == ((), 0)


def test_for_a_rate_nobody_is_named(scope):
    assert candidates("returns.completion_rate", scope, at_most=9) is None


def firm(place, name, industry="2710", revenue=None, year=2020, people=None, **facts):
    made = make.enterprise(place=place, name=name)
    Enterprise.objects.filter(pk=made.pk).update(industry=industry, **facts)
    made.years.create(year=year, revenue_wan=revenue, people=people)
    return made


def test_firms_nearest_to_the_line_of_their_industry_may_enter_the_library(county, scope):
    firm(county, "差得远", revenue=1599)
    firm(county, "差400", revenue=1600)
    firm(county, "本年已达", revenue=2100, year=2021)
    firm(county, "零售差50", "5211", revenue=450)
    firm(county, "房地产", "7010", revenue=9000)
    firm(county, "已停业", revenue=1900, closed_on=date(2021, 3, 1))
    firm(county, "已入库", revenue=1900).spells.create(from_date=date(2021, 2, 1))
    firm(county, "已退库", revenue=1900).spells.create(from_date=date(2019, 2, 1), to_date=date(2020, 2, 1))

    found = candidates("enterprises.entered_four_above_year", scope, at_most=9)

    assert named(found) == [
        ("本年已达", "已达入库标准，缺申报入库"),
        ("零售差50", "营业收入还差50万元"),
        ("已退库", "营业收入还差100万元"),
        ("差400", "营业收入还差400万元"),
    ]
    assert entries_waiting(scope).of(county) == (1, 3)


def test_where_the_line_of_the_time_took_people_instead_so_does_the_list(city, county):
    firm(county, "够人数", "7310", revenue=100, people=60, year=2018)
    firm(county, "不够", "7310", revenue=100, people=40, year=2018)
    scope = Scope(make.person(place=city), city, Month(2019, 11))

    found = candidates("enterprises.entered_four_above_year", scope, at_most=9)

    assert named(found) == [("够人数", "已达入库标准，缺申报入库")]
    assert entries_waiting(scope).of(county) == (1, 0)


def test_fine_small_firms_that_are_not_listed_may_be_listed(county, scope):
    for name, tier, profit in (("专精特新", "srdi", 900), ("小巨人", "giant", -5), ("创新型", "innovative", 1)):
        one = make.enterprise(place=county, name=name)
        one.tiers.create(tier=tier, from_date=date(2020, 1, 1))
        one.years.create(year=2020, profit_wan=profit)
    lapsed, listed = make.enterprise(place=county, name="已过期"), make.enterprise(place=county, name="已挂牌")
    lapsed.tiers.create(tier="giant", from_date=date(2018, 1, 1), to_date=date(2021, 1, 1))
    listed.tiers.create(tier="giant", from_date=date(2020, 1, 1))
    listed.listings.create(board="neeq", from_date=date(2021, 5, 1))

    found = candidates("enterprises.listed_year", scope, at_most=9)

    assert named(found) == [
        ("小巨人", "专精特新小巨人，未上市挂牌；上年亏损"),
        ("专精特新", "专精特新，未上市挂牌"),
    ]
