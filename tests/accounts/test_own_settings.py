"""How pages are shown to a person, with and without an account, and always without JavaScript."""

import pytest

from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make.person(place=make.place())


def test_a_visitor_reads_in_large_type_by_cookie(client):
    response = client.post("/me/display/", {"size": "large", "next": "/sign-in/"})

    assert response.url == "/sign-in/"
    assert 'data-size="large"' in client.get("/sign-in/").text


def test_a_visitor_reads_english_by_cookie_and_chinese_whatever_the_browser_prefers(client):
    assert 'lang="zh-hans"' in client.get("/sign-in/", headers={"Accept-Language": "en"}).text

    client.post("/me/language/", {"language": "en", "next": "/sign-in/"})

    assert '<html lang="en"' in client.get("/sign-in/").text


def test_settings_follow_a_person_to_another_browser(client, person):
    client.force_login(person)
    client.post("/me/display/", {"size": "large", "contrast": "high"})
    client.logout()
    client.cookies.clear()

    client.post("/sign-in/", {"username": person.username, "password": "secret"})

    assert 'data-size="large" data-contrast="high" data-density="normal"' in client.get("/me/").text


def test_the_switches_lead_back_to_our_pages_only(client):
    assert client.post("/me/display/", {"size": "large", "next": "https://elsewhere.example/"}).url == "/"
    assert client.post("/me/display/", {"size": "large", "next": "/\\elsewhere.example/"}).url == "/"


def test_a_size_that_does_not_exist_is_not_kept(client, person):
    client.force_login(person)

    client.post("/me/display/", {"size": "enormous"})

    person.refresh_from_db()
    assert person.preferences == {}
    assert "size" not in client.cookies


def test_the_chosen_columns_of_a_register_are_kept(client, person):
    client.force_login(person)

    response = client.post("/me/columns/projects/", {"columns": ["name", "stage"], "next": "/projects/?q=abc"})

    person.refresh_from_db()
    assert response.url == "/projects/?q=abc"
    assert person.preferences == {"columns:projects": ["name", "stage"]}


def test_a_person_is_called_as_they_wish(client, person):
    client.force_login(person)

    client.post("/me/", {"display_name": "正定县填报员"})

    person.refresh_from_db()
    assert person.display_name == "正定县填报员"
