"""The pages of the administrators, and the first of them."""

import pytest

from tests import make
from tici.accounts import actions
from tici.accounts.models import ADMINISTRATORS, Person, Role

pytestmark = pytest.mark.django_db

NAMES = {"system_admin": "xitong", "security_admin": "anquan", "audit_admin": "shenji"}


@pytest.fixture
def system():
    return make.person(place=None, role=Role.SYSTEM_ADMIN)


@pytest.fixture
def security():
    return make.person(place=None, role=Role.SECURITY_ADMIN)


@pytest.fixture
def token(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return actions.issue_first_administrator_token()


def test_a_new_account_shows_its_password_once(client, system):
    client.force_login(system)

    response = client.post("/people/new/", {"username": "zhengding", "display_name": "正定县填报员"})

    made = Person.objects.get(username="zhengding")
    password = response.context["opened"].password
    assert made.check_password(password)
    assert password in response.text
    assert "no-store" in response.headers["Cache-Control"]
    assert password not in client.get(f"/people/{made.pk}/").text


def test_a_taken_name_is_refused_beside_its_field(client, system):
    client.force_login(system)

    response = client.post("/people/new/", {"username": system.username, "display_name": "甲"})

    assert response.status_code == 422
    assert response.context["form"].errors["username"] == [f"用户名“{system.username}”已有人使用。请换一个用户名。"]


def test_the_system_administrator_opens_accounts_and_grants_nothing(client, system):
    other = make.person(place=None, role=Role.NONE)
    client.force_login(system)

    assert client.post(f"/people/{other.pk}/grant/", {"role": "leader"}).status_code == 403
    assert client.post(f"/people/{other.pk}/reset/").status_code == 403
    assert "授予" not in client.get(f"/people/{other.pk}/").text


def test_the_security_administrator_grants_and_opens_no_account(client, security):
    county, other = make.place(), make.person(place=None, role=Role.NONE)
    client.force_login(security)

    response = client.post(f"/people/{other.pk}/grant/", {"role": "county_reporter", "place": county.pk}, follow=True)

    other.refresh_from_db()
    assert (other.role, other.place) == (Role.COUNTY_REPORTER, county)
    assert f"{other}的授权已变更。" in response.text
    assert client.get("/people/new/").status_code == 403
    assert client.post(f"/people/{other.pk}/deactivate/").status_code == 403


def test_a_role_without_its_place_is_refused_beside_the_field(client, security):
    other = make.person(place=None, role=Role.NONE)
    client.force_login(security)

    response = client.post(f"/people/{other.pk}/grant/", {"role": "county_reporter"})

    assert response.status_code == 422
    assert response.context["form"].errors["place"] == ["该角色须授予地区。请选择地区。"]


def test_nobody_grants_themselves_anything(client, security):
    client.force_login(security)

    response = client.post(f"/people/{security.pk}/grant/", {"role": "system_admin"})

    security.refresh_from_db()
    assert (response.status_code, security.role) == (422, Role.SECURITY_ADMIN)


def test_a_reset_shows_a_password_for_once(client, security):
    other = make.person(place=make.place())
    client.force_login(security)

    response = client.post(f"/people/{other.pk}/reset/")

    other.refresh_from_db()
    assert other.check_password(response.context["opened"].password)


def test_ones_own_password_is_not_reset(client, security):
    client.force_login(security)

    assert "我的设置" in client.post(f"/people/{security.pk}/reset/", follow=True).text


def test_people_are_found_by_either_name(client, system):
    make.person(place=None, role=Role.NONE, display_name="行唐县填报员")
    found = make.person(place=None, role=Role.NONE, display_name="正定县填报员")
    client.force_login(system)

    assert [row["pk"] for row in client.get("/people/?q=正定").context["listing"].rows] == [found.pk]
    assert [row["pk"] for row in client.get(f"/people/?q={found.username}").context["listing"].rows] == [found.pk]


@pytest.mark.parametrize("others", [1, 3])
def test_the_list_of_people_asks_the_same_few_questions(client, system, others, django_assert_num_queries):
    for _ in range(others):
        make.person(place=make.place())
    client.force_login(system)
    client.get("/people/")

    with django_assert_num_queries(4):  # session, person, which rows, the rows
        client.get("/people/")


def test_an_empty_city_enrols_its_three_administrators(client, token):
    assert f'value="{token}"' in client.get(f"/first-administrator/?token={token}").text

    response = client.post("/first-administrator/", NAMES | {"token": token})

    assert [
        (role, Person.objects.get(username=name).role)
        for name, role in zip(NAMES.values(), ADMINISTRATORS, strict=True)
    ] == [(role, role) for role in ADMINISTRATORS]
    passwords = {username: password for _, username, password in response.context["rows"]}
    assert all(Person.objects.get(username=name).check_password(word) for name, word in passwords.items())
    assert client.get("/first-administrator/").status_code == 404


def test_without_the_printed_token_nobody_enrols(client, token):
    response = client.post("/first-administrator/", NAMES | {"token": "guessed"})

    assert response.status_code == 422
    assert response.context["form"].errors["token"] == ["密码不对。请从启动程序的终端中复制。"]
    assert not Person.objects.exists()


def test_where_no_token_was_issued_nobody_enrols(client, settings, tmp_path):
    settings.TICI_DATA = tmp_path

    assert client.post("/first-administrator/", NAMES | {"token": "x"}).status_code == 422
    assert not Person.objects.exists()


def test_a_city_with_people_has_no_such_page(client, system, token):
    assert client.get(f"/first-administrator/?token={token}").status_code == 404
    assert client.post("/first-administrator/", NAMES | {"token": token}).status_code == 404
