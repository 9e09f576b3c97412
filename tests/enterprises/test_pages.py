"""The forms that change one firm, the moves of the library by county, and the merge desk."""

from datetime import date

import pytest
from django.urls import reverse

from tests import make
from tests.make import NOW
from tici.core.refusals import Refused
from tici.enterprises.actions import enter_enterprise
from tici.enterprises.models import Enterprise, KnownApart

pytestmark = pytest.mark.django_db
CODE = "91110108551385082Q"
PERIOD = {"from": "2021-01", "to": "2021-11"}


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def zone(city):
    return make.place("正定县", within=city)


@pytest.fixture
def officer(client, city):
    person = make.person(place=city)
    client.force_login(person)
    return person


def test_a_firm_is_entered_once(zone, officer):
    made = enter_enterprise(name="示例制药", place=zone, uscc=CODE, industry="2710", by=officer, at=NOW)

    assert (made.name, made.uscc, made.industry, made.place) == ("示例制药", CODE, "2710", zone)
    with pytest.raises(Refused, match=r"enterprise\.code_taken"):
        enter_enterprise(name="另一名称", place=zone, uscc=CODE, by=officer, at=NOW)
    assert Enterprise.objects.count() == 1


def test_a_wrong_credit_code_is_said_beside_its_field(client, zone, officer):
    sent = {"name": "示例制药", "place": zone.pk, "uscc": CODE[:-1] + "A"}

    answer = client.post(reverse("enterprises:new"), sent)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["uscc"]


def test_a_code_that_another_firm_has_names_that_firm(client, zone, officer):
    make.enterprise(place=zone, name="示例制药", uscc=CODE)

    answer = client.post(reverse("enterprises:new"), {"name": "另一名称", "place": zone.pk, "uscc": CODE})

    assert answer.status_code == 422
    assert "示例制药" in str(answer.context["form"].errors["uscc"])


def test_a_year_that_was_not_shown_keeps_what_is_left_empty(client, zone, officer):
    firm = make.enterprise(place=zone)
    make.year_facts(enterprise=firm, year=2020, revenue_wan=24_684)

    client.post(reverse("enterprises:year", args=[firm.pk]), {"year": 2020, "people": 77})

    assert firm.years.values_list("people", "revenue_wan").get(year=2020) == (77, 24_684)


def test_of_a_year_that_was_shown_what_is_emptied_is_unknown(client, zone, officer):
    firm = make.enterprise(place=zone)
    make.year_facts(enterprise=firm, year=2020, revenue_wan=24_684)

    client.post(reverse("enterprises:year", args=[firm.pk]) + "?year=2020", {"year": 2020, "people": 77})

    assert firm.years.values_list("people", "revenue_wan").get(year=2020) == (77, None)


def test_a_renamed_firm_keeps_its_former_name(client, zone, officer):
    firm = make.enterprise(place=zone, name="旧名药厂")

    client.post(reverse("enterprises:rename", args=[firm.pk]), {"name": "新名制药", "until_on": "2021-11-30"})

    firm.refresh_from_db()
    assert (firm.name, [str(one) for one in firm.former_names.all()]) == ("新名制药", ["旧名药厂"])


def test_a_firm_cannot_leave_before_it_entered(client, zone, officer):
    firm = make.enterprise(place=zone, industry="2710")
    make.spell(enterprise=firm, from_date=date(2021, 3, 1))
    sent = {"sector": "industry", "on": "2021-02-10", "reason": "stopped"}

    answer = client.post(reverse("enterprises:leave", args=[firm.pk]), sent)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["on"]
    assert firm.spells.get().to_date is None


@pytest.mark.parametrize("counties", [1, 3])
def test_the_moves_ask_the_database_the_same_number_of_times(
    client, django_assert_num_queries, city, officer, counties
):
    for number in range(counties):
        place = make.place(f"示例{number}县", within=city)
        make.spell(enterprise=make.enterprise(place=place), from_date=date(2021, 3, 1))

    with django_assert_num_queries(12):
        response = client.get(reverse("enterprises:transitions"), PERIOD)

    assert len(response.context["lines"]) == counties + 1


def test_every_number_of_the_moves_opens_to_as_many_stays(client, city, zone, officer):
    new = make.enterprise(place=zone, production_on=date(2021, 1, 5))
    make.spell(enterprise=new, from_date=date(2021, 3, 1))
    grown = make.enterprise(place=zone, production_on=date(2015, 1, 5))
    make.spell(enterprise=grown, from_date=date(2021, 11, 1))
    back = make.enterprise(place=zone)
    make.spell(enterprise=back, from_date=date(2015, 1, 1), to_date=date(2021, 2, 1))
    make.spell(enterprise=back, from_date=date(2021, 5, 1))
    make.spell(enterprise=make.enterprise(place=make.place("赵县", within=city)), from_date=date(2021, 12, 1))

    lines = client.get(reverse("enterprises:transitions"), PERIOD).context["lines"]

    counts = [[count for count, _url in line["cells"]] for line in lines]
    assert counts == [[1, 1, 1, 3, 1, 2], [1, 1, 1, 3, 1, 2], [0, 0, 0, 0, 0, 0]]
    opened = [len(client.get(url).context["listing"].rows) for _count, url in lines[1]["cells"]]
    assert opened == [1, 1, 1, 3, 1, 4]  # the net opens to all that came and went


def test_two_firms_told_apart_are_not_offered_again(client, zone, officer):
    pair = [make.enterprise(place=zone, name=name).pk for name in ("示例（一）厂", "示例(一)厂")]
    assert len(client.get(reverse("enterprises:doubles")).context["pairs"]) == 1

    client.post(reverse("enterprises:apart", args=pair), {"reason": "两张执照"})
    assert client.get(reverse("enterprises:doubles")).context["pairs"] == []

    client.post(reverse("enterprises:forget_apart", args=[KnownApart.objects.get().pk]))
    assert len(client.get(reverse("enterprises:doubles")).context["pairs"]) == 1


@pytest.mark.parametrize(
    ("left", "right", "why"),
    [
        ({"name": "示例甲厂", "uscc": CODE}, {"name": "示例甲厂"}, ["name"]),
        ({"name": "示例甲厂", "address": "示例街1号"}, {"name": "示例甲总厂", "address": "示例街1号"}, ["address"]),
        ({"name": "示例甲厂", "address": "示例街1号"}, {"name": "另外一家", "address": "示例街1号"}, []),
        ({"name": "示例甲厂"}, {"name": "示例乙厂"}, []),
    ],
)
def test_likely_doubles_are_told_by_their_reason(client, zone, officer, left, right, why):
    for facts in (left, right):
        make.enterprise(place=zone, **facts)

    assert [pair.why.value for pair in client.get(reverse("enterprises:doubles")).context["pairs"]] == why


def test_a_former_name_that_is_anothers_name_is_a_likely_double(client, zone, officer):
    renamed = make.enterprise(place=zone, name="新名制药", uscc=CODE)
    renamed.former_names.create(name="旧名药厂")
    make.enterprise(place=zone, name="旧名药厂")

    assert [pair.why.value for pair in client.get(reverse("enterprises:doubles")).context["pairs"]] == ["former"]
