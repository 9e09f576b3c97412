from datetime import date
from decimal import Decimal

import pytest

from tests import make
from tests.make import NOW
from tici.accounts.models import Role
from tici.core.models import Record
from tici.core.refusals import Refused
from tici.engines.periods import Month
from tici.enterprises.actions import review_year, say_why_missed
from tici.enterprises.models import (
    Candidacy,
    CandidacyMove,
    EntryReview,
    EntryWindowDay,
    MonthFacts,
)
from tici.enterprises.rules.reviews import Notice, due_month, first_passing, window_for

CHEMISTRY = "2761"
END = date(2021, 12, 20)


def wan(told):
    return {key: Decimal(value) for key, value in told.items()}


def months(first, *values):
    return {first + number: Decimal(value) for number, value in enumerate(values)}


@pytest.mark.parametrize(
    ("years", "monthly", "after", "until", "month", "basis"),
    [
        ({2020: 1999}, {}, None, Month(2021, 11), None, None),
        ({2020: 2000}, {}, None, Month(2021, 11), Month(2020, 12), "years"),
        ({2019: 2400, 2020: 2600}, {}, None, Month(2021, 11), Month(2019, 12), "years"),
        ({2018: 2400, 2019: 1500, 2020: 2600}, {}, None, Month(2021, 11), Month(2020, 12), "years"),  # fell between
        ({2018: 2400, 2019: 1500}, {}, None, Month(2021, 11), None, None),
        ({2019: 2400, 2020: 2600}, {}, date(2020, 3, 1), Month(2021, 11), Month(2020, 12), "years"),  # had left
        ({2020: 2600}, {}, None, Month(2020, 11), None, None),  # the year is not over
        ({}, months(Month(2021, 1), 900, 900, 100, 300), None, Month(2021, 11), Month(2021, 4), "months"),
        ({}, months(Month(2021, 2), 900, 900, 900), None, Month(2021, 11), None, None),  # January is missing
        ({}, months(Month(2020, 7), *[170] * 12), None, Month(2021, 11), Month(2021, 6), "months"),
        ({2020: 2100}, months(Month(2020, 1), 1500, 600), None, Month(2021, 11), Month(2020, 2), "months"),
    ],
)
def test_the_line_is_passed_when_the_firms_own_figures_say_so(years, monthly, after, until, month, basis):
    found = first_passing(CHEMISTRY, wan(years), monthly, after=after, until=until)

    assert (found and found.month, found and found.basis) == (month, basis)


def test_a_firm_of_no_known_line_is_not_judged():
    assert first_passing("", wan({2020: 90000}), {}, after=None, until=Month(2021, 11)) is None


@pytest.mark.parametrize(
    ("passed", "entry", "due"),
    [
        (Month(2020, 12), "grown", Month(2021, 1)),
        (Month(2021, 3), "returned", Month(2022, 1)),
        (Month(2021, 3), "new_build", Month(2021, 5)),
        (Month(2021, 12), "new_build", Month(2022, 1)),
    ],
)
def test_the_month_due_follows_how_the_firm_enters(passed, entry, due):
    assert due_month(passed, entry) == due


def test_a_window_is_named_only_where_its_notice_is_entered():
    first = Notice("annual_first", date(2021, 11, 20), Month(2021, 10))
    monthly = Notice("monthly", date(2021, 6, 20), Month(2021, 5))

    assert window_for(Month(2021, 4), "grown", [first, monthly]) == first
    assert window_for(Month(2021, 5), "new_build", [first, monthly]) == monthly
    assert window_for(Month(2019, 12), "grown", [first, monthly]) is None  # it was due long before
    assert window_for(Month(2021, 11), "grown", [first, monthly]) is None
    assert window_for(Month(2021, 4), "grown", []) is None


# Over the register


def firm(place, name, *, entered=None, years=None, **over):
    made = make.enterprise(place=place, name=name, **{"industry": CHEMISTRY} | over)
    for year, revenue in (years or {}).items():
        make.year_facts(enterprise=made, year=year, revenue_wan=revenue)
    if entered:
        make.spell(enterprise=made, from_date=entered)
    return made


def pooled(enterprise, since, *steps):
    candidacy = Candidacy.objects.create(
        enterprise=enterprise, place=enterprise.place, kind="grown", since=since, stands_since=since, search_text=""
    )
    for state, day, code, words in steps:
        CandidacyMove.objects.create(candidacy=candidacy, to_state=state, moved_on=day, reason_code=code, reason=words)
    return candidacy


def reviewed(place, by, year=2021, on=END):
    review_year(place=place, year=year, on=on, by=by, at=NOW)
    return {one.enterprise.name: one for one in EntryReview.objects.filter(year=year)}


@pytest.mark.django_db
def test_each_entry_and_each_firm_still_outside_is_set_against_the_month_it_was_due():
    by = make.person(place=(place := make.place()))
    firm(place, "按时", entered=date(2021, 1, 1), years={2020: 2500})
    firm(place, "迟", entered=date(2021, 7, 1), years={2019: 1500, 2020: 2500})
    firm(place, "未入", years={2020: 2500})
    firm(place, "刚达线", years={2020: 1500, 2021: 2500})
    firm(place, "无数据", entered=date(2021, 5, 1))
    firm(place, "线下", years={2020: 900})
    firm(place, "早已在库", entered=date(2019, 1, 1), years={2018: 2500, 2020: 2500})
    firm(place, "已停业", years={2020: 2500}, closed_on=date(2021, 3, 1))

    found = reviewed(place, by)

    assert {name: (one.timing, one.months_late) for name, one in found.items()} == {
        "按时": ("on_time", None),
        "迟": ("late", 6),
        "未入": ("not_in", None),
        "无数据": ("unjudged", None),
    }
    late = found["迟"]
    assert (late.passed_on, late.due_on, late.entered_on) == (date(2020, 12, 1), date(2021, 1, 1), date(2021, 7, 1))
    assert (late.basis, late.entry, late.closes_on, late.reason_code) == ("years", "grown", None, "")


@pytest.mark.django_db
def test_a_new_works_is_due_by_the_monthly_window_of_its_months():
    by = make.person(place=(place := make.place()))
    works = firm(place, "新投产", entered=date(2021, 9, 1), production_on=date(2021, 1, 10))
    for number, revenue in enumerate((700, 800, 900), start=1):
        MonthFacts.objects.create(
            enterprise=works, month_on=date(2021, number, 1), revenue_wan=revenue, given_at=NOW, given_by=by
        )

    one = reviewed(place, by)["新投产"]

    assert (one.timing, one.entry, one.basis) == ("late", "new_build", "months")
    assert (one.passed_on, one.due_on, one.months_late) == (date(2021, 3, 1), date(2021, 5, 1), 4)


@pytest.mark.django_db
def test_the_window_is_that_of_the_places_own_notice_or_of_the_city_above():
    by = make.person(place=(city := make.city()))
    county = make.place("正定县", within=city)
    firm(county, "未入", years={2020: 2500})
    notice = {"window": "annual_second", "closes_on": date(2021, 1, 5), "through_on": date(2020, 12, 1)}
    EntryWindowDay.objects.create(place=city, source="示例通知", **notice)
    EntryWindowDay.objects.create(
        place=make.place("赵县", within=city), source="示例", **notice | {"window": "annual_first"}
    )

    one = reviewed(city, by)["未入"]

    assert (one.window, one.closes_on) == ("annual_second", date(2021, 1, 5))


@pytest.mark.django_db
def test_the_reason_is_the_one_recorded_last_in_the_pool_before_the_entry():
    by = make.person(place=(place := make.place()))
    late = firm(place, "迟", entered=date(2021, 7, 1), years={2020: 2500})
    pooled(
        late,
        date(2020, 10, 1),
        ("refused", date(2020, 12, 20), "papers", "缺台账(示例)"),
        ("refused", date(2021, 8, 1), "trade", "以后的事(示例)"),
    )

    one = reviewed(place, by)["迟"]

    assert (one.reason_code, one.reason, one.pooled_on) == ("papers", "缺台账(示例)", date(2020, 10, 1))


@pytest.mark.django_db
def test_the_pool_found_an_entry_only_if_it_held_the_firm_before():
    by = make.person(place=(place := make.place()))
    before = firm(place, "先入池", entered=date(2021, 1, 1), years={2020: 2500})
    after = firm(place, "后入池", entered=date(2021, 1, 1), years={2020: 2500})
    pooled(before, date(2020, 12, 31))
    pooled(after, date(2021, 1, 1))

    found = reviewed(place, by)

    assert {name: one.pooled_on for name, one in found.items()} == {"先入池": date(2020, 12, 31), "后入池": None}


@pytest.mark.django_db
def test_a_reason_written_down_is_kept_when_the_year_is_reviewed_again():
    by = make.person(place=(place := make.place()))
    firm(place, "未入", years={2020: 2500})
    one = reviewed(place, by)["未入"]

    say_why_missed(review=one, code="unwilling", words="企业暂不愿申报(示例)", by=by, at=NOW)
    again = reviewed(place, by)["未入"]

    assert (again.reason_code, again.reason, again.is_said) == ("unwilling", "企业暂不愿申报(示例)", True)


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "words", "refusal"), [("", "示例", "reason_code"), ("papers", " ", "review.reason")])
def test_a_reason_not_told_is_refused_without_a_trace(code, words, refusal):
    by = make.person(place=(place := make.place()))
    firm(place, "未入", years={2020: 2500})
    one = reviewed(place, by)["未入"]
    records = Record.objects.count()

    with pytest.raises(Refused, match=refusal):
        say_why_missed(review=one, code=code, words=words, by=by, at=NOW)

    one.refresh_from_db()
    assert (one.is_said, Record.objects.count()) == (False, records)


@pytest.mark.django_db
def test_a_year_ahead_cannot_be_reviewed():
    by = make.person(place=(place := make.place()))

    with pytest.raises(Refused, match=r"review\.year"):
        review_year(place=place, year=2022, on=END, by=by, at=NOW)


# Its pages


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def county(city):
    return make.place("正定县", within=city)


@pytest.fixture
def by(city):
    return make.person(place=city)


@pytest.mark.django_db
@pytest.mark.parametrize("firms", [1, 3])
def test_the_pages_ask_the_database_the_same_number_of_times(client, django_assert_num_queries, by, county, firms):
    for number in range(firms):
        firm(county, f"未入{number}", years={2020: 2500})
    reviewed(county.parent, by)
    client.force_login(by)

    with django_assert_num_queries(13):
        assert client.get("/enterprises/missed/").context["lines"][0]["cells"][2][0] == firms
    with django_assert_num_queries(7):
        assert len(client.get("/enterprises/missed/2021/").context["listing"].rows) == firms


@pytest.mark.django_db
def test_every_number_of_the_review_opens_to_as_many_firms(client, by, city, county):
    other = make.place("赵县", within=city)
    firm(county, "未入", years={2020: 2500})
    firm(other, "迟", entered=date(2021, 7, 1), years={2020: 2500})
    pooled(firm(other, "按时", entered=date(2021, 1, 1), years={2020: 2500}), date(2020, 10, 1))
    reviewed(city, by)
    client.force_login(by)

    context = client.get("/enterprises/missed/?year=2021").context

    links = [cell for line in context["lines"] for cell in (*line["cells"], line["pooled"])]
    links += [cell for _label, cells in context["reasons"] for cell in cells]
    for count, url in links:
        assert client.get(url).context["listing"].count == count
    assert [(line["entered"], line["recall"]) for line in context["lines"]] == [(2, 0.5), (0, None), (2, 0.5)]


@pytest.mark.django_db
def test_a_year_is_reviewed_from_the_page_and_the_list_taken_away(client, by, county):
    firm(county, "未入", years={2020: 2500})
    client.force_login(by)

    response = client.post("/enterprises/missed/review/", {"year": "2021"}, follow=True)
    taken = client.get("/enterprises/missed/2021/?as=csv").getvalue().decode("utf-8-sig")

    assert "2021年复盘完成，涉及1家企业。" in response.text
    assert "达线未入" in taken
    assert "通知未登记" in taken


@pytest.mark.django_db
@pytest.mark.parametrize(("year", "said"), [("二〇", "年度有误"), ("2999", "尚未开始")])
def test_a_year_that_cannot_be_reviewed_is_answered_in_words(client, by, year, said):
    client.force_login(by)

    assert said in client.post("/enterprises/missed/review/", {"year": year}, follow=True).text


@pytest.mark.django_db
def test_why_a_firm_was_missed_is_written_down_on_its_page(client, by, county):
    firm(county, "未入", years={2020: 2500})
    one = reviewed(county, by)["未入"]
    client.force_login(make.person(place=county, role=Role.COUNTY_REPORTER))
    url = f"/enterprises/missed/firms/{one.pk}/"

    assert client.post(url, {"code": "", "words": ""}).status_code == 422
    assert client.post(url, {"code": "papers", "words": "缺台账(示例)"}).status_code == 302

    assert "材料不全 缺台账(示例)" in client.get(url).text
