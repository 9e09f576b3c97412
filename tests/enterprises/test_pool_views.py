"""The pages of the pool: what each shows, what they ask of the database, and what a person can do there."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import make
from tici.accounts.models import Role
from tici.core.models import Job
from tici.engines.periods import Month
from tici.enterprises.models import Band, Candidacy, EntryWindowDay, ExitRisk, MonthFacts, PoolState

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def county(city):
    return make.place("正定县", within=city)


@pytest.fixture
def officer(client, county):
    person = make.person(place=county, role=Role.COUNTY_REPORTER)
    client.force_login(person)
    return person


def candidacy(place, name="示例企业", **over):
    return make.candidacy(enterprise=make.enterprise(place=place, name=name), **over)


def names(response):
    return [row["enterprise__name"] for row in response.context["listing"].rows]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_database_the_same_number_of_times(client, django_assert_num_queries, county, officer, count):
    for at in range(count):
        candidacy(county, f"示例企业{at}", chance=0.5, papers_shown=at, closes_on=timezone.localdate() + timedelta(9))

    with django_assert_num_queries(11):
        response = client.get(reverse("enterprises:pool"))

    rows = response.context["listing"].rows
    assert {(row["days_left"], row["papers_ready"]) for row in rows} >= {(9, "0 / 9")}
    assert len(rows) == count


def test_the_likeliest_stand_first_and_those_that_cannot_be_judged_last(client, county, officer):
    candidacy(county, "不能判断")
    candidacy(county, "可能小", chance=0.2)
    candidacy(county, "可能大", chance=0.9)

    assert names(client.get(reverse("enterprises:pool"))) == ["可能大", "可能小", "不能判断"]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", ["甲", "乙"]),
        ("state=all", ["甲", "乙", "丙"]),
        ("state=left", ["丙"]),
        ("band=high", ["甲"]),
        ("kind=returned", ["乙"]),
        ("window=annual_first", ["甲"]),
        ("window=none", ["乙"]),
        ("blocker=yes", ["乙"]),
        ("q=甲", ["甲"]),
        ("band=nonsense", ["甲", "乙"]),
    ],
)
def test_the_list_is_narrowed_by_what_is_asked(client, county, officer, asked, shown):
    candidacy(county, "甲", chance=0.9, band=Band.HIGH, window="annual_first")
    candidacy(county, "乙", chance=0.5, kind="returned", blocker="缺现场核查表")
    candidacy(county, "丙", chance=0.1, state=PoolState.LEFT, reason_code="late", window="monthly")

    assert names(client.get(reverse("enterprises:pool") + f"?{asked}")) == shown


def test_firms_of_other_counties_are_not_shown(client, city, officer):
    other = candidacy(make.place("赵县", within=city))

    assert names(client.get(reverse("enterprises:pool"))) == []
    assert client.get(other.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_candidates_page_asks_the_same_number_of_times(client, django_assert_num_queries, county, officer, count):
    one = candidacy(
        county, why=[{"code": "rolling", "wan": "1712.5"}] * count, line_wan=2000, year_wan=Decimal("1712.5")
    )
    for at in range(count):
        one.papers.create(code=["licence", "truth", "photos"][at], shown_on=date(2021, 12, 1), seen_by=officer)
        one.moves.create(from_state="surveyed", to_state="fostered", moved_on=date(2021, 12, 2), moved_by=officer)

    with django_assert_num_queries(11):
        page = client.get(one.get_absolute_url()).text

    assert "近12个月营业收入1,712.5万元，接近标准" in page
    assert "287.5" in page  # still lacking


def test_a_page_says_how_each_chance_was_reckoned_and_marks_windows_that_are_over(client, county, officer):
    over, ahead = (timezone.localdate() + timedelta(days) for days in (-1, 12))

    def told(window, closes_on, chance):
        return {"window": window, "closes_on": closes_on and closes_on.isoformat(), "through": "2021-12",
                "chance": chance, "expected_wan": 2100.5, "method": "cohort", "learned_from": 2345}  # fmt: skip

    one = candidacy(
        county, forecast=[told("annual_first", over, 0.11), told("annual_second", ahead, 0.72), told("", None, 0.83)]
    )

    response = client.get(one.get_absolute_url())

    told = [(one.label, one.days, one.is_over, one.chance) for one in response.context["chances"]]
    assert told == [
        ("年度第一批", None, True, 0.11), ("年度第二批", 12, False, 0.72), ("全年", None, False, 0.83),
    ]  # fmt: skip
    assert "2345户同类企业" in response.text


def test_an_officer_ticks_papers_and_steps_a_candidate_on(client, county, officer):
    one = candidacy(county)
    page = one.get_absolute_url()
    client.post(f"{page}paper/", {"code": "licence", "shown": "1"})
    client.post(f"{page}paper/", {"code": "truth", "shown": "1"})
    client.post(f"{page}paper/", {"code": "truth", "shown": "0"})

    response = client.post(f"{page}step/", {"to": "fostered", "on": timezone.localdate().isoformat()})

    one.refresh_from_db()
    assert (response.url, one.state, one.papers_shown) == (page, PoolState.FOSTERED, 1)


def test_a_step_that_is_refused_stands_beside_its_fields_with_every_reason(client, county, officer):
    one = candidacy(county, state=PoolState.FOSTERED)

    response = client.post(f"{one.get_absolute_url()}step/", {"to": "applied", "on": timezone.localdate().isoformat()})

    assert response.status_code == 422
    assert "还缺材料" in response.text
    assert "申报须选明入库批次" in response.text


def test_months_are_entered_on_a_page_and_stand_beside_last_years(client, county, officer):
    one = candidacy(county)
    last = Month.of(timezone.localdate()) - 1

    client.post(f"{one.get_absolute_url()}months/", {f"revenue-{last}": "180.5", f"revenue-{last - 12}": "150"})

    assert set(MonthFacts.objects.values_list("month_on", "revenue_wan", "output_wan")) == {
        (last.first, Decimal("180.5"), None), ((last - 12).first, Decimal(150), None),
    }  # fmt: skip
    shown = client.get(one.get_absolute_url()).context["months"]
    month, now, before = shown[-1]
    assert (month, now.revenue_wan, before.revenue_wan) == (last, Decimal("180.5"), 150)


def test_who_answers_is_a_post_of_the_place_or_of_one_around_it(client, city, county, officer):
    one, here, above = candidacy(county), make.post(place=county), make.post(place=city, title="副市长")
    elsewhere = make.post(place=make.place("赵县", within=city))
    url = f"{one.get_absolute_url()}charge/"

    assert set(client.get(url).context["form"].fields["post"].queryset) == {here, above}
    assert client.post(url, {"post": elsewhere.pk}).status_code == 422
    client.post(url, {"post": above.pk, "blocker": "缺增值税申报表"})

    one.refresh_from_db()
    assert (one.post, one.blocker) == (above, "缺增值税申报表")


def risk(place, chance):
    firm = make.enterprise(place=place)
    return ExitRisk.objects.create(
        enterprise=firm, place=place, as_of=date(2021, 11, 1), line_wan=2000, rolling_wan=1950, expected_wan=1900,
        chance=chance, method="cohort",
    )  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_risks_are_listed_from_the_rules_share_on(client, django_assert_num_queries, county, officer, count):
    for _more in range(count):
        risk(county, 0.6)
    risk(county, 0.29)

    with django_assert_num_queries(10):
        response = client.get(reverse("enterprises:pool_risks"))

    assert [row["chance"] for row in response.context["listing"].rows] == [0.6] * count


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("which", "queries"), [("pool_net", 10), ("pool_circular", 14)])
def test_pages_by_county_show_entries_exits_and_net_together(
    client, django_assert_num_queries, city, county, which, queries, count
):
    client.force_login(make.person(place=city))
    for at in range(count):
        candidacy(county, f"示例企业{at}", chance=0.5)
    risk(county, 0.25)

    with django_assert_num_queries(queries):
        response = client.get(reverse(f"enterprises:{which}"))

    lines = [line if which == "pool_net" else line[0].forecast for line in response.context["lines"]]
    assert [(one.entries, one.exits, one.net) for one in lines] == [(count / 2, 0.25, count / 2 - 0.25)] * 2
    assert client.get(reverse(f"enterprises:{which}") + "?as=xlsx").getvalue().startswith(b"PK")


def test_the_circular_counts_what_was_done_in_its_month(client, city, county):
    client.force_login(make.person(place=city))
    one = candidacy(county, since=date(2021, 10, 8), papers_shown=9, papers_asked=9)
    one.moves.create(from_state="surveyed", to_state="fostered", moved_on=date(2021, 11, 3))
    gone = candidacy(county, "另一家", since=date(2021, 11, 2), state=PoolState.LEFT, reason_code="late")
    gone.moves.create(from_state="surveyed", to_state="left", moved_on=date(2021, 11, 30), reason_code="late")

    lines = client.get(reverse("enterprises:pool_circular") + "?month=2021-11").context["lines"]

    told, counts = lines[0]
    assert (told.proposed, told.left, told.entered, told.ready) == (1, 1, 0, 1)
    assert counts == [("surveyed", 1), ("fostered", 0), ("applied", 0), ("reviewed", 0)]


def test_every_number_of_the_circular_opens_as_many_rows_as_it_says(client, city, county):
    client.force_login(make.person(place=city))
    other = make.place("赵县", within=city, code="130133")
    for at, place in enumerate((county, county, other)):
        one = candidacy(place, f"示例企业{at}", since=date(2021, 11, 2), papers_shown=9, papers_asked=9 - at)
        one.moves.create(from_state="surveyed", to_state="fostered", moved_on=date(2021, 11, 3))
    candidacy(county, "未测算", chance=None, blocker="门牌待补")
    gone = candidacy(other, "已退出", since=date(2021, 10, 2), state=PoolState.LEFT, reason_code="late")
    gone.moves.create(from_state="surveyed", to_state="left", moved_on=date(2021, 11, 30), reason_code="late")
    for chance in (0.05, 0.5):
        risk(county, chance)

    page = client.get(reverse("enterprises:pool_circular") + "?month=2021-11").text
    numbers = re.findall(r'class="figure" href="([^"]+)">(\d+)</a>', page)
    opened = [client.get(unescape(url)).context["listing"].count for url, _number in numbers]

    assert len(numbers) == 3 * 10
    assert opened == [int(number) for _url, number in numbers]
    assert (
        client.get(reverse("enterprises:pool_risks") + f"?place={county.code}&risk=all").context["listing"].count == 2
    )
    assert client.get(reverse("enterprises:pool_risks") + f"?place={county.code}").context["listing"].count == 1


def test_a_window_is_noted_and_taken_out_again(client, county, officer):
    url = reverse("enterprises:pool_windows")
    facts = {"place": county.pk, "window": "annual_second", "closes_on": "2022-01-05", "through": "2021-12-31"}
    assert client.post(url, facts | {"source": ""}).status_code == 422
    client.post(url, facts | {"source": "示例通知"})

    noted = EntryWindowDay.objects.get()
    assert (noted.closes_on, noted.through_on) == (date(2022, 1, 5), date(2021, 12, 1))
    assert "示例通知" in client.get(url).text

    removing = reverse("enterprises:forget_pool_window", args=[noted.pk])
    slip = client.post(removing, {"typed": "2022-01-06"})
    assert "没有删除。请照写“2022-01-05”。" in slip.text
    assert EntryWindowDay.objects.exists()
    client.post(removing, {"typed": "2022-01-05"})
    assert not EntryWindowDay.objects.exists()


def test_the_city_may_have_the_pool_gone_through_now(client, city):
    client.force_login(make.person(place=city))

    response = client.post(reverse("desk:renew_pool"))

    job = Job.objects.get()
    assert (response.url, job.kind) == (reverse("desk:job", args=[job.pk]), "desk.go_through_pool")
    assert not Candidacy.objects.exists()
