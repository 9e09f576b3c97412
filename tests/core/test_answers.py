"""What an address or a day at fault is answered with: a page in words, never a bare error."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from pytest_django.asserts import assertContains, assertRedirects

from tests import make
from tests.desk import dropping
from tici.core.answers import Answering
from tici.engines import rulebook
from tici.engines.rulebook import NoRule

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatcher(client):
    person = make.person(place=dropping.a_city())
    client.force_login(person)
    return person


def test_an_address_that_leads_nowhere_is_said_to_with_the_way_home(client, dispatcher):
    answer = client.get("/projects/999999/")

    assertContains(answer, "没有找到这一页", status_code=404)
    assertContains(answer, '<a class="button" href="/">回首页</a>', status_code=404, html=True)


def test_a_page_that_ones_role_does_not_open_says_whom_to_ask(client):
    client.force_login(make.person(place=None, role="system_admin"))

    assertContains(client.get("/projects/"), "联系本单位管理员授权", status_code=403)


@pytest.mark.parametrize(
    ("fault", "way_out"),
    [("400", "请返回上一页重新操作"), ("403_csrf", "请返回上一页刷新后再提交"), ("500", "请告知管理员是什么时候")],
)
def test_a_fault_of_ours_is_shown_without_anything_to_show_it_with(fault, way_out):
    assert way_out in get_template(f"{fault}.html").render()


def test_a_rule_that_is_missing_is_a_fault_of_ours():
    with pytest.raises(NoRule) as missing:
        rulebook.load("projects/no_such_rule")

    assert Answering(HttpResponse).process_exception(HttpRequest(), missing.value) is None


def test_a_day_before_every_rule_is_no_fault_of_ours(client, dispatcher):
    assertContains(client.get("/lights/?month=1999-01"), "所选日期没有可用的规则", status_code=404)


@pytest.mark.parametrize(
    "address", ["/projects/?q=%00a", "/search/?q=%00", "/enterprises/?place=%00", "/lights/?month=0001-01"]
)
def test_signs_nobody_can_keep_are_left_out_of_what_is_asked(client, dispatcher, address):
    assert client.get(address).status_code == 200


def test_an_address_that_takes_deeds_only_shows_the_page_above_it(client):
    dropping.a_city()
    client.force_login(make.person(place=None, role="system_admin"))

    assertRedirects(client.get("/places/130123/units/posts/add/"), "/places/130123/units/")
