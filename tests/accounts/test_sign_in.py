"""Signing in, being locked out, being signed out, and choosing a password."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.utils import timezone

from tests import make
from tici.accounts.models import Person, Role
from tici.accounts.rules import DEMONSTRATION_PASSWORD
from tici.accounts.views.sessions import SEEN
from tici.core.models import Record

pytestmark = pytest.mark.django_db

NEW = "liangliang-meitian"


@pytest.fixture
def person():
    return make.person(place=make.place(), display_name="正定县填报员")


def post(client, person, password="secret", **more):
    return client.post("/sign-in/", {"username": person.username, "password": password}, **more)


def fail(client, person, times, **more):
    return [post(client, person, password="wrong", **more) for _ in range(times)][-1]


def set_seen(client, ago):
    session = client.session
    session[SEEN] = (timezone.now() - ago).timestamp()
    session.save()


def deeds():
    return list(Record.objects.order_by("pk").values_list("what", flat=True))


def test_a_person_signs_in_and_out_and_both_are_recorded(client, person):
    assert post(client, person).url == "/"
    assert client.get("/me/").status_code == 200

    assert client.post("/sign-out/").url == "/sign-in/"

    assert client.get("/me/").url == "/sign-in/?next=/me/"
    assert deeds() == ["person.signed_in", "person.signed_out"]


def test_signing_in_leads_back_to_the_page_that_was_wanted_but_never_elsewhere(client, person):
    person_and_password = {"username": person.username, "password": "secret"}

    assert client.post("/sign-in/", person_and_password | {"next": "/me/"}).url == "/me/"
    client.post("/sign-out/")
    assert client.post("/sign-in/", person_and_password | {"next": "https://elsewhere.example/"}).url == "/"
    client.post("/sign-out/")
    assert client.post("/sign-in/", person_and_password | {"next": "//elsewhere.example/"}).url == "/"


def test_signing_out_is_never_a_link(client, person):
    client.force_login(person)

    assert client.get("/sign-out/").url == "/"
    assert client.get("/me/").status_code == 200


def test_a_wrong_password_says_so_and_is_recorded(client, person):
    response = fail(client, person, 1)

    assert response.status_code == 422
    assert "用户名或密码不对" in response.text
    assert deeds() == ["person.sign_in_refused"]


def test_a_name_nobody_has_fills_no_record(client):
    client.post("/sign-in/", {"username": "nobody", "password": "wrong"})

    assert deeds() == []


def test_the_fifth_failure_locks_and_says_for_how_long(client, person):
    assert fail(client, person, 4).status_code == 422

    locked = fail(client, person, 1)

    assert locked.status_code == 429
    assert "请15分钟后再试" in locked.text
    assert deeds() == ["person.sign_in_refused"] * 4 + ["person.locked"]


def test_a_lock_holds_against_the_right_password_and_does_not_grow(client, person):
    fail(client, person, 5)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=10, seconds=30))

    assert post(client, person).status_code == 429
    assert "请5分钟后再试" in fail(client, person, 3).text
    assert deeds().count("person.locked") == 1


def test_a_lock_opens_after_fifteen_minutes(client, person):
    fail(client, person, 5)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))

    assert post(client, person).status_code == 302


def test_a_lock_holds_at_its_own_address_only(client, person):
    fail(client, person, 5, REMOTE_ADDR="10.0.0.1")

    assert post(client, person, REMOTE_ADDR="10.0.0.2").status_code == 302


def test_behind_a_proxy_the_address_is_what_the_proxy_saw(client, person, settings):
    settings.TICI_PROXIES = 1
    for number in range(5):
        fail(client, person, 1, headers={"X-Forwarded-For": f"10.9.9.{number}, 10.0.0.1"})

    assert post(client, person, headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 429
    assert post(client, person, headers={"X-Forwarded-For": "10.0.0.2"}).status_code == 302


def test_the_security_administrator_unlocks(client, person):
    fail(client, person, 5)
    client.force_login(make.person(place=None, role=Role.SECURITY_ADMIN))
    assert "解除锁定" in client.get(f"/people/{person.pk}/").text

    client.post(f"/people/{person.pk}/unlock/")

    client.logout()
    assert post(client, person).status_code == 302


def test_half_an_hour_without_a_request_signs_out(client, person):
    client.force_login(person)
    set_seen(client, timedelta(minutes=30))

    response = client.get("/me/")

    assert response.url == "/sign-in/?idle=1&next=%2Fme%2F"
    assert "您已30分钟未操作" in client.get(response.url).text
    assert Record.objects.get().new == {"is_idle": True}
    assert client.get("/me/").url == "/sign-in/?next=/me/"


def test_a_part_of_a_page_asked_for_too_late_leads_the_whole_page_to_sign_in(client, person):
    client.force_login(person)
    set_seen(client, timedelta(hours=2))

    assert client.get("/people/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/sign-in/?idle=1"
    assert client.get("/people/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/sign-in/?"


def test_a_request_is_noted_at_most_once_a_minute(client, person, django_assert_num_queries):
    client.force_login(person)
    set_seen(client, timedelta(seconds=50))

    with django_assert_num_queries(3):  # session, person, place
        client.get("/me/")

    set_seen(client, timedelta(seconds=70))
    client.get("/me/")
    assert timezone.now().timestamp() - client.session[SEEN] < 10


def test_a_one_time_password_is_changed_before_anything_else(client, person):
    Person.objects.update(must_change_password=True)
    client.force_login(person)

    assert client.get("/me/").url == "/me/password/"
    assert "一次性密码" in client.get("/me/password/").text

    client.post("/me/password/", {"old": "secret", "new": NEW, "again": NEW})

    assert client.get("/me/").status_code == 200
    assert deeds() == ["person.password_changed"]


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong", NEW, NEW, "现在的密码不对"),
        ("secret", NEW, "another-one-2021", "两次输入的新密码不同"),
        ("secret", "short", "short", "至少"),
        ("secret", "20211122334455", "20211122334455", "数字"),
        ("secret", DEMONSTRATION_PASSWORD, DEMONSTRATION_PASSWORD, "公开密码"),
        ("secret", "secret", "secret", "与现在的密码相同"),
    ],
)
def test_a_password_that_will_not_do_is_refused_in_words(client, person, old, new, again, said):
    client.force_login(person)

    response = client.post("/me/password/", {"old": old, "new": new, "again": again})

    assert response.status_code == 422
    assert said in response.text
    person.refresh_from_db()
    assert person.check_password("secret")


def test_a_closed_account_is_out_with_the_next_request(client, person):
    client.force_login(person)
    Person.objects.update(is_active=False)

    assert client.get("/me/").url == "/sign-in/?next=/me/"
    assert post(client, person).status_code == 422
