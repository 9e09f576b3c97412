"""The pages of the industrial month: figures known by hand, parts that add up, numbers that open, and who sees what."""

from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from tests import make
from tests.returns.industrial import NOVEMBER, figures, file, firm, firm_form, opened
from tici.accounts.models import Role
from tici.enterprises.actions import name_reporter
from tici.enterprises.models import Cluster, ClusterMembership
from tici.returns.actions import file_reports, open_form_month
from tici.returns.models import CellQuery, Channel, UnitReport
from tici.returns.queries import form_on
from tici.returns.rules import ReportRow

pytestmark = pytest.mark.django_db
CLUSTER, ENTERPRISE = 14, 18
PAGES = ("desk:industry", "desk:industry_firms", "desk:county_ranking", "desk:movers", "desk:clusters")
LAST_NOVEMBER = NOVEMBER - 12


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def leader(city):
    return make.person(place=city, role=Role.LEADER)


@pytest.fixture
def counties(city):
    return [make.place(name, within=city) for name in ("正定县", "赵县", "无极县")]


@pytest.fixture
def biomedicine(city):
    return Cluster.objects.create(
        code="biomedicine", name="生物医药产业集群", kind="hundred_billion", place=city, goal_wan=10_000_000
    )


def filed(firms, month=NOVEMBER):
    """Open a month and file (output, output a year ago) of some firms; the others stay awaited."""
    form = firm_form()
    reports = {report.enterprise_id: report for report in opened(form, month)}
    given = {
        reports[one.pk]: figures(form, output=now, output_ytd_last_year=before, revenue=now, profit=now / 10)
        for one, (now, before) in firms.items()
    }
    done = file(form, given, make.person(place=next(iter(firms)).place.parent), month=month)
    assert done.filed == len(firms)
    return reports


def city_of_firms(counties):
    """Four firms of every class in two counties; one reports no base."""
    first, second = counties[:2]
    old = firm(first, name="示例老厂", industry="2710")
    grown = firm(second, name="示例小升规", industry="2720", from_date=date(2021, 2, 1))
    new = firm(second, name="示例新厂", industry="3910", from_date=date(2021, 6, 1), production_on=date(2021, 5, 1))
    single = firm(first, name="示例无同期", industry="3910")
    left = firm(first, name="示例退出", industry="2710", to_date=date(2021, 7, 1))
    filed({old: (200, 180), single: (30, 20), left: (50, 40)}, LAST_NOVEMBER)
    filed({old: (240, 200), grown: (50, 100), new: (40, None), single: (70, None)})
    return old, grown, new, single, left


def screen(client, person, **words):
    client.force_login(person)
    return client.get(reverse("desk:industry"), words).context["screen"]


def test_the_screen_names_its_indicators_in_the_readers_language(client, leader, counties):
    city_of_firms(counties)
    client.force_login(leader)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    with translation.override(settings.LANGUAGE_CODE):  # a request leaves its language behind
        page = client.get(reverse("desk:industry")).text

    assert (">Gross industrial output</option>" in page, "工业总产值" in page) == (True, False)


def test_the_screen_adds_up_and_shows_growth_on_comparable_scope(client, leader, counties):
    city_of_firms(counties)

    shown = screen(client, leader)

    total = shown.total
    assert (total.total, total.now, total.base, total.pairs) == (400, 330, 300, 3)
    assert total.rate == pytest.approx(0.1)
    assert total.nominal == pytest.approx(400 / 280 - 1)
    assert shown.unpaired == 1
    for lines in (shown.entries, shown.counties, shown.divisions):
        assert sum(line.now or 0 for line in lines) == total.now
        assert sum(line.base or 0 for line in lines) == total.base
        assert sum(line.pull or 0 for line in lines) == pytest.approx(total.rate)
        assert sum(line.share or 0 for line in lines) == pytest.approx(1)
        assert sum(line.pairs for line in lines) == total.pairs
    assert [(line.label, line.rank) for line in shown.counties] == [("正定县", 1), ("赵县", 2), ("无极县", None)]


def test_the_base_of_a_firm_that_left_is_kept_where_asked(client, leader, counties):
    city_of_firms(counties)

    shown = screen(client, leader, policy="keep_base")

    assert (shown.total.total, shown.total.now, shown.total.base) == (400, 330, 350)
    assert {line.code: (line.now, line.base) for line in shown.entries} == {
        "existing": (240, 200),
        "grown": (50, 100),
        "new_build": (40, 0),
        "exited": (0, 50),
    }


@pytest.mark.parametrize("part", ["counted", "compared", "unpaired"])
@pytest.mark.parametrize("policy", ["drop", "keep_base"])
def test_every_number_opens_to_the_firms_that_make_it(client, leader, counties, part, policy):
    city_of_firms(counties)
    shown = screen(client, leader, policy=policy)

    for line in (shown.total, *shown.entries, *shown.counties, *shown.divisions):
        url = {"counted": line.total_url, "compared": line.rate_url, "unpaired": shown.unpaired_url}[part]
        rows = client.get(url).context["listing"].matched
        now, base = (
            sum(one for one in rows.values_list(name, flat=True) if one) for name in ("output_now", "output_base")
        )
        if part == "counted":
            assert (line.total or 0) == now
        elif part == "compared":
            assert (line.now or 0, line.base or 0, line.pairs) == (now, base, rows.count())
        else:
            assert rows.count() == shown.unpaired


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("desk:industry", 11),
        ("desk:industry_firms", 10),
        ("desk:county_ranking", 10),
        ("desk:movers", 10),
        ("desk:clusters", 11),
    ],
)
def test_a_page_asks_as_often_for_three_counties_as_for_one(
    client, leader, counties, biomedicine, name, queries, count, django_assert_num_queries
):
    firms = {firm(place, industry="2710"): (100 + at, 90) for at, place in enumerate(counties[:count])}
    for one in firms:
        ClusterMembership.objects.create(cluster=biomedicine, enterprise=one)
    filed(firms)
    client.force_login(leader)
    client.get(reverse(name))

    with django_assert_num_queries(queries):
        client.get(reverse(name))


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_cluster_asks_as_often_for_three_members_as_for_one(
    client, leader, counties, biomedicine, count, django_assert_num_queries
):
    firms = {firm(place, industry="2710"): (100 + at, 90) for at, place in enumerate(counties[:count])}
    for one in firms:
        ClusterMembership.objects.create(cluster=biomedicine, enterprise=one)
    filed(firms)
    client.force_login(leader)
    address = reverse("desk:cluster", args=["biomedicine"])
    client.get(address)

    with django_assert_num_queries(CLUSTER):
        client.get(address)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_firm_asks_as_often_for_three_months_and_years_as_for_one(
    client, leader, counties, biomedicine, count, django_assert_num_queries
):
    one = firm(counties[0], industry="2710")
    ClusterMembership.objects.create(cluster=biomedicine, enterprise=one)
    for back in range(count):
        filed({one: (100 + back, 90)}, NOVEMBER - back)
        make.year_facts(enterprise=one, year=2020 - back, people=200, revenue_wan=9000)
        make.project(place=counties[0], owner=one)
        person = make.person(place=None, role=Role.FIRM_REPORTER)
        name_reporter(enterprise=one, username=person.username, by=leader, at=make.NOW)
    client.force_login(leader)
    address = reverse("desk:enterprise", args=[one.pk])
    client.get(address)

    with django_assert_num_queries(ENTERPRISE):
        client.get(address)


def test_a_county_sees_its_own_firms_only(client, city, counties):
    city_of_firms(counties)
    reporter = make.person(place=counties[1], role=Role.COUNTY_REPORTER)

    shown = screen(client, reporter)
    listed = client.get(reverse("desk:industry_firms"), {"place": counties[1].code}).context["listing"].rows
    moved = client.get(reverse("desk:movers")).context["moved"]

    assert (shown.total.now, shown.counties, shown.total.rate) == (90, [], pytest.approx(-0.1))
    assert {row["enterprise__name"] for row in listed} == {"示例小升规", "示例新厂"}
    assert {one.name for one in (*moved.up, *moved.down)} == {"示例小升规", "示例新厂"}
    for name in PAGES:
        assert client.get(reverse(name), {"place": city.code}).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_a_month_not_filed_and_a_month_not_opened_say_so(client, leader, counties, name):
    client.force_login(leader)
    nothing = client.get(reverse(name))
    firm(counties[0])
    opened(firm_form())

    answers = [client.get(reverse(name), {"month": month}) for month in ("2021-11", "2021-10")]

    expected = [404, 200, 404] if name == "desk:industry_firms" else [200, 200, 200]
    assert [answer.status_code for answer in (nothing, *answers)] == expected
    assert "nan" not in answers[0].content.decode()


def test_the_first_period_of_a_year_is_january_and_february(client, leader, counties):
    form, by = firm_form(), make.person(place=counties[0])
    firm(counties[0])
    first = NOVEMBER.year_start + 1
    [report] = opened(form, first)
    file(form, {report: figures(form, output=120, output_ytd_last_year=100)}, by, month=first)

    since = screen(client, leader, month=str(first))
    alone = screen(client, leader, month=str(first), span="month")

    assert (since.total.total, since.total.rate) == (120, pytest.approx(0.2))
    assert (alone.total.total, alone.total.rate) == (None, None)


def test_the_ranking_puts_all_counties_first_and_is_taken_away_as_seen(client, leader, counties):
    city_of_firms(counties)
    client.force_login(leader)

    page = client.get(reverse("desk:county_ranking"))
    taken = client.get(reverse("desk:county_ranking"), {"as": "xlsx"})

    rows = page.context["ranking"].rows
    assert [row.label for row in rows] == ["合计", "正定县", "赵县", "无极县"]
    at = [measure.code for measure, _is_ranked in page.context["ranking"].heads].index("industry.output_growth")
    growth = [(row.cells[at].figure.value, row.cells[at].rank) for row in rows]
    assert [rank for _value, rank in growth] == [None, 1, 2, None]
    assert [round(value, 4) for value, _rank in growth[:3]] == [Decimal("0.1"), Decimal("0.2"), Decimal("-0.1")]
    assert b"".join(taken.streaming_content)[:2] == b"PK"
    taken.close()


def test_the_firm_that_moved_the_month_is_asked_why_and_answers(client, city, counties):
    old, *_others = city_of_firms(counties)
    dispatcher = make.person(place=city)
    client.force_login(dispatcher)
    [mover] = [one for one in client.get(reverse("desk:movers")).context["moved"].up if one.firm == old.pk]

    sent = client.post(
        reverse("desk:ask_reason", args=[mover.report]),
        {"question": mover.question, "column": "output.ytd", "month": "2021-11", "indicator": "output"},
    )
    CellQuery.objects.update(answer="新产线投产", answered_at=make.NOW, answered_by=dispatcher)
    page = client.get(sent.url)

    assert mover.question == "贵单位1—11月工业总产值240万元，同比增长20.0%，上拉石家庄市13.33个百分点。请说明原因。"
    assert (sent.status_code, "month=2021-11" in sent.url) == (302, True)
    assert "新产线投产" in page.content.decode()
    empty = client.post(reverse("desk:ask_reason", args=[mover.report]), {"question": " ", "column": "output.ytd"})
    assert (empty.status_code, CellQuery.objects.count()) == (302, 1)


def test_only_who_reviews_may_ask_and_only_what_he_sees(client, leader, counties):
    old, *_others = city_of_firms(counties)
    report = UnitReport.objects.get(enterprise=old, month_on=NOVEMBER.first)
    asked = {"question": "为什么？", "column": "output.ytd"}

    answers = []
    for person in (leader, make.person(place=counties[1])):
        client.force_login(person)
        answers.append(client.post(reverse("desk:ask_reason", args=[report.pk]), asked).status_code)

    assert (answers, CellQuery.objects.count()) == ([403, 404], 0)


def test_a_cluster_shows_how_far_it_is_to_its_goal_and_what_it_reports_of_itself(client, leader, counties, biomedicine):
    old, grown, *_others = city_of_firms(counties)
    for one, node in ((old, "原料药"), (grown, "化学制剂")):
        ClusterMembership.objects.create(cluster=biomedicine, enterprise=one, node=node)
    december = NOVEMBER - 11
    filed({old: (300, 250)}, december)
    client.force_login(leader)

    [line] = client.get(reverse("desk:clusters")).context["great"]
    alone = client.get(reverse("desk:cluster", args=["biomedicine"])).context["page"]
    form = form_on("cluster_month", NOVEMBER)
    open_form_month(form, NOVEMBER, by="-", at=make.NOW)
    own = UnitReport.objects.get(cluster=biomedicine)
    told = {"revenue.ytd": Decimal(8_550_000), "output.ytd": Decimal(8_000_000), "firms.end": Decimal(900)}
    row = ReportRow(own.pk, tuple(told.get(column.code) for column in form.columns))
    by = make.person(place=leader.place)
    file_reports(form=form, month=NOVEMBER, rows=[row], channel=Channel.SCREEN, by=by, at=make.NOW)
    page = client.get(reverse("desk:cluster", args=["biomedicine"])).context["page"]

    assert (line.output.total, line.revenue.total) == (290, 290)
    assert line.distance == 10_000_000 - 290
    assert line.year_end == pytest.approx(290 * 300 / 200)
    assert [(node.label, node.firms, node.total) for node in alone.nodes] == [("原料药", 1, 240), ("化学制剂", 1, 50)]
    assert [one.name for one in alone.top] == ["示例老厂", "示例小升规"]
    assert (page.line.told, page.line.distance) == (8_550_000, 1_450_000)
    assert {one.code: (one.reported, one.ours) for one in page.own if one.reported is not None} == {
        "firms.end": (900, 2),
        "output.ytd": (8_000_000, 290),
        "revenue.ytd": (8_550_000, 290),
    }


def test_a_cluster_is_watched_from_month_to_month(client, leader, counties, biomedicine):
    one = firm(counties[0])
    ClusterMembership.objects.create(cluster=biomedicine, enterprise=one)
    for month, output in (
        (NOVEMBER - 13, 70),
        (LAST_NOVEMBER, 80),
        (NOVEMBER - 2, 80),
        (NOVEMBER - 1, 90),
        (NOVEMBER, 120),
    ):
        filed({one: (output, 50)}, month)
    client.force_login(leader)

    [output, _revenue] = client.get(reverse("desk:cluster", args=["biomedicine"])).context["page"].watches

    assert (output.month, output.before, output.year_before) == (30, 10, 10)
    assert (output.on_month, output.on_year) == (2, 2)


def test_a_part_of_a_cluster_is_not_held_against_the_goal_of_the_whole(client, counties, biomedicine):
    old, *_others = city_of_firms(counties)
    ClusterMembership.objects.create(cluster=biomedicine, enterprise=old)
    client.force_login(make.person(place=counties[0], role=Role.COUNTY_REPORTER))

    [line] = client.get(reverse("desk:clusters")).context["great"]

    assert (line.revenue.total, line.goal, line.distance) == (240, None, None)


def test_the_page_of_a_firm_shows_its_months_and_its_pull_on_its_county(client, leader, counties):
    one, other = firm(counties[0]), firm(counties[0])
    filed({one: (100, 80), other: (100, 100)}, NOVEMBER - 1)
    filed({one: (150, 120), other: (100, 80)})
    client.force_login(leader)

    shown = client.get(reverse("desk:enterprise", args=[one.pk])).context["months"]
    nothing = client.get(reverse("desk:enterprise", args=[make.enterprise(place=counties[1]).pk])).context["months"]

    assert [(row.month, row.total, row.single) for row in shown.rows] == [("2021-11", 150, 50), ("2021-10", 100, None)]
    assert [row.rate for row in shown.rows] == [pytest.approx(0.25), pytest.approx(0.25)]
    assert [row.pull for row in shown.rows] == [pytest.approx(30 / 200), pytest.approx(20 / 180)]
    assert nothing is None
