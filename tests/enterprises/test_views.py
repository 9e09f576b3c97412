from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import make
from tici.accounts.models import Role
from tici.core.searching import searchable
from tici.enterprises.models import ClusterMembership, ClusterPlatform, Listing, TierSpell

pytestmark = pytest.mark.django_db
REGISTER = "/enterprises/"
BEGIN = date(2020, 1, 1)


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def zone(city):
    return make.place("正定县", within=city)


def names(response):
    return [row["name"] for row in response.context["listing"].rows]


def firm(place, name, *, year=None, people=None, revenue=None, held=False, **over):
    """An industrial firm with last year's figures, in the library or not."""
    made = make.enterprise(place=place, name=name, **{"industry": "2761"} | over)
    make.year_facts(enterprise=made, year=year or timezone.localdate().year - 1, people=people, revenue_wan=revenue)
    if held:
        make.spell(enterprise=made, from_date=BEGIN)
    return made


@pytest.mark.parametrize("firms", [1, 3])
def test_the_register_asks_the_database_the_same_number_of_times(client, django_assert_num_queries, city, firms):
    cluster = make.cluster(place=city)
    for number in range(firms):
        made = firm(city, f"示例{number}", held=True)
        ClusterMembership.objects.create(cluster=cluster, enterprise=made)
    client.force_login(make.person(place=city))

    with django_assert_num_queries(12):
        response = client.get(REGISTER)

    assert len(response.context["listing"].rows) == firms


def test_a_firm_of_two_clusters_names_both(client, city):
    made = firm(city, "示例甲", held=True)
    for name in ("生物医药", "现代食品"):
        ClusterMembership.objects.create(cluster=make.cluster(place=city, name=name), enterprise=made)
    client.force_login(make.person(place=city))

    (row,) = client.get(REGISTER).context["listing"].rows

    assert sorted(row["cluster_names"].split("、")) == ["现代食品", "生物医药"]


def test_a_person_sees_the_firms_of_their_own_place(client, city, zone):
    make.enterprise(place=zone, name="正定示例制药")
    make.enterprise(place=make.place("赵县", within=city), name="别处的企业")
    client.force_login(make.person(place=zone, role=Role.COUNTY_REPORTER))

    assert names(client.get(REGISTER)) == ["正定示例制药"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["丙", "乙", "甲"]),
        ({"q": "制药"}, ["甲"]),
        ({"q": "slzy"}, ["甲"]),
        ({"library": "in"}, ["乙", "甲"]),
        ({"library": "out"}, ["丙"]),
        ({"library": "left"}, ["丙"]),
        ({"entry": "new_build"}, ["乙"]),
        ({"entry": "returned"}, []),
        ({"division": "27"}, ["丙", "甲"]),
        ({"division": "nonsense"}, ["丙", "乙", "甲"]),
        ({"size": "medium"}, ["甲"]),
        ({"tier": "giant"}, ["甲"]),
        ({"tier": "srdi"}, []),
        ({"board": "any"}, ["乙"]),
        ({"board": "main"}, []),
        ({"cluster": "medicine"}, ["甲"]),
        ({"key": "yes"}, ["丙"]),
        ({"place": "nowhere"}, ["丙", "乙", "甲"]),
    ],
)
def test_the_register_is_narrowed_by_what_the_url_asks(client, zone, query, found):
    today = timezone.localdate()
    first = firm(zone, "甲", held=True, size="medium", search_text=searchable("示例制药"))
    TierSpell.objects.create(enterprise=first, tier="giant", from_date=BEGIN)
    TierSpell.objects.create(enterprise=first, tier="srdi", from_date=BEGIN, to_date=date(2021, 1, 1))
    ClusterMembership.objects.create(cluster=make.cluster(place=zone, code="medicine"), enterprise=first)
    second = make.enterprise(place=zone, name="乙", industry="3311", production_on=today)
    make.spell(enterprise=second, from_date=today.replace(day=1))
    Listing.objects.create(enterprise=second, board="neeq", from_date=BEGIN)
    third = make.enterprise(place=zone, name="丙", industry="2710", is_key=True)
    make.spell(enterprise=third, from_date=BEGIN, to_date=date(2021, 1, 1))
    client.force_login(make.person(place=zone))

    assert sorted(names(client.get(REGISTER, query))) == sorted(found)


def test_a_firm_merged_into_another_is_not_listed(client, zone):
    kept = make.enterprise(place=zone, name="留下的")
    make.enterprise(place=zone, name="并入的", merged_into=kept)
    client.force_login(make.person(place=zone))

    assert names(client.get(REGISTER)) == ["留下的"]


@pytest.mark.parametrize("firms", [1, 3])
def test_the_board_asks_the_database_the_same_number_of_times(client, django_assert_num_queries, zone, firms):
    for number in range(firms):
        firm(zone, f"示例{number}", revenue=1900 - number)
    client.force_login(make.person(place=zone))

    with django_assert_num_queries(14):
        response = client.get(reverse("enterprises:board"))

    assert [ladder.count for ladder in response.context["rungs"]] == [firms, 0, 0, 0]


def test_the_board_puts_the_nearest_first_and_says_what_is_missing(client, zone):
    firm(zone, "远", revenue=300)
    firm(zone, "近", revenue=1680)
    firm(zone, "已达线", revenue=2100)
    firm(zone, "不知", revenue=None)
    firm(zone, "小", people=280, revenue=9000, held=True, size="small")
    client.force_login(make.person(place=zone))

    below, small, medium, large = client.get(reverse("enterprises:board")).context["rungs"]

    assert [near.enterprise.name for near in below.nearest] == ["已达线", "近", "远", "不知"]
    assert below.nearest[1].words == "营业收入还差320万元"
    assert [near.words for near in small.nearest] == ["从业人员还差20人"]
    assert (medium.count, large.count) == (0, 0)


@pytest.mark.parametrize("code", ["enter", "lift", "leap", "expand"])
def test_every_number_of_the_board_opens_to_as_many_firms(client, zone, code):
    firm(zone, "甲", revenue=300)
    firm(zone, "乙", people=30, revenue=9000, held=True, size="small")
    firm(zone, "丙", people=400, revenue=9000, held=True, size="medium")
    firm(zone, "丁", people=2000, revenue=90000, held=True, size="large")
    firm(zone, "已注销", revenue=1999, closed_on=BEGIN)
    client.force_login(make.person(place=zone))

    counts = {ladder.rung.code: ladder.count for ladder in client.get(reverse("enterprises:board")).context["rungs"]}

    assert len(names(client.get(reverse("enterprises:rung", args=[code]), {"place": zone.code}))) == counts[code] == 1


def test_the_list_of_a_ladder_is_sorted_by_nearness_and_says_what_lacks_in_its_own_units(client, zone):
    firm(zone, "远", people=20, revenue=2500, held=True, size="small")
    firm(zone, "近", people=290, revenue=2500, held=True, size="small")
    client.force_login(make.person(place=zone))

    listing = client.get(reverse("enterprises:rung", args=["lift"])).context["listing"]

    assert [(row["name"], row["lack_people"], row["lack_revenue_wan"]) for row in listing.rows] == [
        ("近", 10, 0),
        ("远", 280, 0),
    ]


@pytest.mark.parametrize("clusters", [1, 3])
def test_the_matrix_asks_the_database_the_same_number_of_times(client, django_assert_num_queries, zone, clusters):
    for _number in range(clusters):
        made = make.cluster(place=zone)
        ClusterPlatform.objects.create(cluster=made, kind="testing", name="示例检测中心", from_date=BEGIN)
    client.force_login(make.person(place=zone))

    with django_assert_num_queries(8):
        response = client.get(reverse("enterprises:platforms"))

    assert len(response.context["lines"]) == clusters


def test_a_missing_platform_is_said_and_opens_the_form(client, zone):
    made = make.cluster(place=zone, code="example")
    ClusterPlatform.objects.create(
        cluster=made, kind="testing", name="已停用", from_date=BEGIN, to_date=BEGIN.replace(year=2021)
    )
    client.force_login(make.person(place=zone, role=Role.COUNTY_REPORTER))

    page = client.get(reverse("enterprises:platforms")).text

    assert f"{reverse('enterprises:open_platform', args=['example'])}?kind=testing" in page
    assert "缺" in page


@pytest.mark.parametrize("pairs", [1, 3])
def test_the_merge_desk_asks_the_database_the_same_number_of_times(client, django_assert_num_queries, zone, pairs):
    for number in range(pairs):
        make.enterprise(place=zone, name=f"示例（{number}）厂")
        make.enterprise(place=zone, name=f"示例({number})厂")
    client.force_login(make.person(place=zone))

    with django_assert_num_queries(12):
        response = client.get(reverse("enterprises:doubles"))

    assert len(response.context["pairs"]) == pairs


@pytest.mark.parametrize("spells", [1, 3])
def test_the_page_of_a_firm_asks_the_database_the_same_number_of_times(client, django_assert_num_queries, zone, spells):
    made = firm(zone, "示例制药", revenue=1680)
    for number in range(spells):
        make.spell(enterprise=made, from_date=date(2010 + number, 1, 1), to_date=date(2010 + number, 6, 1))
    client.force_login(make.person(place=zone))

    with django_assert_num_queries(21):
        response = client.get(made.get_absolute_url())

    assert "营业收入还差320万元" in response.text
    assert [stay.entry for stay in response.context["page"].stays] == ["returned"] * (spells - 1) + ["grown"]


def test_the_search_finds_a_firm_by_a_former_name(client, zone):
    made = make.enterprise(place=zone, name="新名制药", search_text=searchable("新名制药", "旧名药厂"))
    client.force_login(make.person(place=zone))

    assert [one.pk for one in client.get("/search/", {"q": "旧名"}).context["enterprises"]] == [made.pk]
    assert [one.pk for one in client.get("/search/", {"q": "xmzy"}).context["enterprises"]] == [made.pk]
