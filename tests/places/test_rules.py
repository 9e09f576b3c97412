"""What codes and names say of places."""

import pytest

from tici.places.models import PlaceKind
from tici.places.rules import in_official_order, kind_by_code, lie_in_a_ring, parent_by_code, short_name


@pytest.mark.parametrize(
    ("name", "city", "short"),
    [
        ("正定县", "石家庄", "正定"),
        ("赵县", "石家庄", "赵县"),
        ("辛集市", "石家庄", "辛集"),
        ("长安区", "石家庄", "长安"),
        ("井陉矿区", "石家庄", "矿区"),
        ("石家庄市", "", "石家庄"),
        ("石家庄高新技术产业开发区", "石家庄", "高新区"),
        ("石家庄循环化工园区", "石家庄", "循环化工园区"),
        ("正定经济技术开发区", "石家庄", "正定经开区"),
        ("河北省", "", "河北"),
        ("滨海新区", "天津", "滨海新区"),
        ("围场满族蒙古族自治县", "承德", "围场"),
        ("大厂回族自治县", "廊坊", "大厂"),
        ("沧县", "沧州", "沧县"),
        ("沧州市", "", "沧州"),
    ],
)
def test_a_place_is_called_as_tables_say_it(name, city, short):
    assert short_name(name, city) == short


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        ("130000", "河北省", PlaceKind.PROVINCE),
        ("130100", "石家庄市", PlaceKind.CITY),
        ("130102", "长安区", PlaceKind.DISTRICT),
        ("130123", "正定县", PlaceKind.COUNTY),
        ("130181", "辛集市", PlaceKind.COUNTY_CITY),
        ("130171", "石家庄高新技术产业开发区", PlaceKind.PARK),
        ("130123100", "正定镇", PlaceKind.TOWNSHIP),
        ("130123100000", "正定镇", PlaceKind.TOWNSHIP),
    ],
)
def test_a_code_says_the_kind(code, name, kind):
    assert kind_by_code(code, name) == kind


def test_a_code_says_what_it_lies_in_as_far_as_that_is_known():
    known = {"130100", "130123"}

    assert parent_by_code("130123100", known) == "130123"
    assert parent_by_code("130199100", known) == "130100"
    assert parent_by_code("130123", known) == "130100"
    assert parent_by_code("130100", known) == ""


def test_parks_stand_behind_the_counties_and_everything_behind_what_it_lies_in():
    places = [
        ("130171", PlaceKind.PARK, "130100"),
        ("130184", PlaceKind.COUNTY_CITY, "130100"),
        ("130102001", PlaceKind.TOWNSHIP, "130102"),
        ("130102", PlaceKind.DISTRICT, "130100"),
        ("130100", PlaceKind.CITY, ""),
    ]

    assert in_official_order(places) == ["130100", "130102", "130102001", "130184", "130171"]


def test_places_that_lie_in_each_other_are_found():
    assert lie_in_a_ring({"a": "b", "b": "a", "c": "a", "d": "e"}) == {"a", "b", "c"}
