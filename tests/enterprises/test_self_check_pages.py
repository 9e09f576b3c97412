from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import make
from tests.enterprises.test_scoring import ON, full, note
from tests.make import NOW
from tici.accounts.models import Role
from tici.enterprises.actions import judge_register
from tici.enterprises.models import TierScore, TierSpell

pytestmark = pytest.mark.django_db
OVERVIEW, SRDI = "/enterprises/self-check/", "/enterprises/self-check/srdi/"


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def zone(city):
    return make.place("正定县", within=city)


@pytest.fixture
def by(city):
    return make.person(place=city)


def names(response):
    return [row["enterprise__name"] for row in response.context["listing"].rows]


def named(firm, name):
    firm.name = name
    firm.save()
    return firm


@pytest.mark.parametrize("firms", [1, 3])
def test_the_overview_asks_the_database_the_same_number_of_times(client, django_assert_num_queries, by, zone, firms):
    for _number in range(firms):
        full(zone)
    judge_register(place=zone, on=ON, by=by, at=NOW)
    client.force_login(by)

    with django_assert_num_queries(10):
        response = client.get(OVERVIEW)

    assert [tier["total"] for tier in response.context["tiers"]] == [firms] * 3


@pytest.mark.parametrize("firms", [1, 3])
def test_the_list_asks_the_database_the_same_number_of_times(client, django_assert_num_queries, by, zone, firms):
    for _number in range(firms):
        full(zone)
    judge_register(place=zone, on=ON, by=by, at=NOW)
    client.force_login(by)

    with django_assert_num_queries(11):
        response = client.get(SRDI)

    assert len(response.context["listing"].rows) == firms


def test_every_number_of_the_overview_opens_to_as_many_firms(client, by, zone):
    for firm in (full(zone), full(zone, rnd_wan=240), full(zone, revenue_wan=None)):
        note(firm, by)
    full(make.place("赵县", within=zone.parent))
    judge_register(place=zone.parent, on=ON, by=by, at=NOW)
    client.force_login(by)

    for tier in client.get(OVERVIEW).context["tiers"]:
        for _place, cells in tier["lines"]:
            for count, url in cells:
                assert client.get(url).context["listing"].count == count


def test_the_bars_of_the_points_open_to_their_firms(client, by, zone):
    note(full(zone), by)
    judge_register(place=zone, on=ON, by=by, at=NOW)
    client.force_login(by)

    srdi = next(tier for tier in client.get(OVERVIEW).context["tiers"] if tier["tier"] == "srdi")

    [series] = srdi["chart"]["series"]
    assert sum(series["values"]) == 1
    for count, url in zip(series["values"], series["links"], strict=True):
        assert client.get(url).context["listing"].count == count


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["甲", "乙", "丙"]),
        ({"verdict": "passes"}, ["甲"]),
        ({"verdict": "nonsense"}, ["甲", "乙", "丙"]),
        ({"lack": "0"}, ["甲"]),
        ({"lack": "1"}, ["乙"]),
        ({"lack": "one_known"}, ["乙"]),
        ({"lack": "one_unknown"}, []),
        ({"lack": "more"}, ["丙"]),
        ({"item": "gate.rnd"}, ["乙"]),
        ({"item": "gate.niche"}, []),
        ({"held": "yes"}, ["丙"]),
        ({"held": "no"}, ["甲", "乙"]),
        ({"points": "10"}, ["乙"]),
        ({"points": "many"}, ["甲", "乙", "丙"]),
    ],
)
def test_the_list_is_narrowed_by_what_the_url_asks(client, by, zone, query, found):
    passes, lacks, unknown = named(full(zone), "甲"), named(full(zone, rnd_wan=240), "乙"), make.enterprise(place=zone)
    named(unknown, "丙")
    for firm in (passes, lacks):
        note(firm, by)
    TierSpell.objects.create(enterprise=unknown, tier="srdi", from_date=date(2020, 1, 1))
    judge_register(place=zone, on=ON, by=by, at=NOW)
    client.force_login(by)

    assert sorted(names(client.get(SRDI, query))) == sorted(found)


def test_the_list_tells_what_lacks_in_words_and_can_be_taken_away(client, by, zone):
    note(full(zone, rnd_wan=240), by)
    judge_register(place=zone, on=ON, by=by, at=NOW)
    client.force_login(by)

    taken = client.get(SRDI, {"lack": "one_known", "as": "csv"}).getvalue().decode("utf-8-sig")

    assert "研发费用占营业收入比重为2.4%，须达到3.0%" in taken


def test_the_page_says_that_the_standard_in_force_is_not_in_the_rulebook(client, by):
    client.force_login(by)

    response = client.get(OVERVIEW)

    assert [card.since for card in response.context["unknown"]] == [date(2026, 4, 1)] * 3
    assert "enterprises/scorecards/srdi.toml" in response.text
    assert response.context["trial_on"] == date(2026, 3, 31)


def test_the_trial_day_follows_the_newest_figures(client, by, zone):
    full(zone)
    client.force_login(by)

    assert client.get(OVERVIEW).context["trial_on"] == ON


def test_the_register_is_judged_from_the_page(client, by, zone):
    full(zone)
    client.force_login(by)

    response = client.post("/enterprises/self-check/judge/", {"on": "2022-12-31"}, follow=True)

    assert "已自测1家企业。" in response.text
    assert TierScore.objects.count() == 3


def test_judging_by_a_standard_not_known_is_answered_in_words(client, by, zone):
    full(zone)
    client.force_login(by)

    response = client.post("/enterprises/self-check/judge/", {"on": "2026-11-01"}, follow=True)

    assert "尚未填入规则库" in response.text
    assert TierScore.objects.count() == 0


def test_one_firms_card_tells_each_item_its_evidence_and_what_is_unknown(client, by, zone):
    firm = full(zone, rnd_wan=240)
    note(firm, by)
    client.force_login(by)

    response = client.get(f"/enterprises/{firm.pk}/tiers/", {"on": "2022-12-31"})

    assert "研发费用占营业收入比重为2.4%，须达到3.0%" in response.text
    assert "2021 示例证书二" in response.text
    assert "未知" in response.text
    assert client.get(f"/enterprises/{firm.pk}/tiers/", {"on": "2022-13-31"}).status_code == 404


def test_one_firms_card_under_the_unknown_standard_names_the_file_to_fill(client, by, zone):
    client.force_login(by)

    response = client.get(f"/enterprises/{full(zone).pk}/tiers/", {"on": "2026-06-01"})

    assert "enterprises/scorecards/giant.toml" in response.text
    assert "达标</span>" not in response.text


def test_facts_are_noted_on_their_form_and_carried_to_the_next_year(client, by, zone):
    firm = full(zone)
    client.force_login(by)
    url = f"/enterprises/{firm.pk}/tiers/facts/"
    typed = {"market_share": "12.5", "own_brand": "true", "ip_class": "first", "niche_years": "0"}
    shown = {f"{code}_evidence": "示例材料" for code in typed}

    response = client.post(f"{url}?year=2021", typed | shown)

    assert response.status_code == 302
    kept = firm.scoring_facts.get().values
    assert kept == {"market_share": "0.125", "own_brand": True, "ip_class": "first", "niche_years": "0"}
    form = client.get(f"{url}?year=2022").context["form"]
    assert (form["market_share"].value(), form["own_brand"].value()) == ("12.5", "true")


def test_a_fact_without_evidence_comes_back_beside_its_field(client, by, zone):
    firm = full(zone)
    client.force_login(by)

    response = client.post(f"/enterprises/{firm.pk}/tiers/facts/?year=2021", {"niche_years": "3"})

    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == ["niche_years_evidence"]
    assert form["niche_years_evidence"].label == f"{form.asked['niche_years'].name.label}的依据"
    assert firm.scoring_facts.count() == 0


def test_facts_of_a_year_whose_standard_is_unknown_are_not_asked(client, by, zone):
    client.force_login(by)

    response = client.get(f"/enterprises/{full(zone).pk}/tiers/facts/?year=2026")

    assert "不知须填哪些事实" in response.text


def test_a_county_judges_and_sees_its_own_firms_only(client, by, zone):
    named(full(zone), "正定示例")
    named(full(make.place("赵县", within=zone.parent)), "别处的企业")
    judge_register(place=zone.parent, on=ON, by=by, at=NOW)
    client.force_login(make.person(place=zone, role=Role.COUNTY_REPORTER))

    assert names(client.get(SRDI)) == ["正定示例"]


def test_certificates_about_to_expire_are_listed_with_a_reminder(client, by, zone):
    today = timezone.localdate()
    for name, days in (("甲", 20), ("乙", 150), ("丙", 300)):
        until = today + timedelta(days=days)
        firm = make.enterprise(place=zone, name=name)
        TierSpell.objects.create(enterprise=firm, tier="srdi", from_date=date(2020, 1, 1), to_date=until)
    client.force_login(by)
    url = reverse("enterprises:expiring")

    assert names(client.get(url)) == ["甲", "乙"]
    assert names(client.get(url, {"months": "3"})) == ["甲"]
    assert names(client.get(url, {"months": "12"})) == ["甲", "乙", "丙"]
    reminder = client.get(url, {"months": "3"}).context["reminder"]
    assert reminder.splitlines()[1:] == [f"正定县 甲：专精特新，有效期至{today + timedelta(days=20)}"]
    assert client.get(url, {"on": "2031-01-01"}).context["reminder"] == ""


@pytest.mark.parametrize("certificates", [1, 3])
def test_expiring_certificates_ask_the_database_the_same_number_of_times(
    client, django_assert_num_queries, by, zone, certificates
):
    until = timezone.localdate() + timedelta(days=20)
    for _number in range(certificates):
        firm = make.enterprise(place=zone)
        TierSpell.objects.create(enterprise=firm, tier="srdi", from_date=date(2020, 1, 1), to_date=until)
    client.force_login(by)

    with django_assert_num_queries(11):
        response = client.get(reverse("enterprises:expiring"))

    assert len(response.context["listing"].rows) == certificates
