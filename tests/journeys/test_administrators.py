"""The three administrators open an empty city: accounts, roles, places, and a record that is checked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tici.accounts import actions
from tici.accounts.models import Person, Role
from tici.places.actions import load_demonstration_city

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


@pytest.fixture
def data(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return tmp_path


def sign_in(page: Page, url: str, username: str, password: str) -> None:
    page.goto(f"{url}/sign-in/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def choose_password(page: Page, old: str, new: str) -> None:
    page.get_by_label("现在的密码").fill(old)
    page.get_by_label("新密码", exact=True).fill(new)
    page.get_by_label("再输一次新密码").fill(new)
    page.get_by_role("button", name="保存新密码").click()


def test_an_empty_city_gets_its_administrators_and_its_first_dispatcher(page, live_server, strict, axe, data):
    token = actions.issue_first_administrator_token()

    # The address printed in the terminal opens the three accounts, each with a password for once.
    page.goto(f"{live_server.url}/first-administrator/?token={token}")
    axe(page)
    for post, name in (("系统", "wang"), ("安全", "li"), ("审计", "zhao")):
        page.get_by_label(f"{post}管理员用户名").fill(name)
    page.get_by_role("button", name="开通三个账号").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("三位管理员已开通")
    axe(page)
    passwords = dict(zip(("wang", "li", "zhao"), page.locator("td code").all_inner_texts(), strict=True))

    # The system administrator must choose a password, brings the places in, and opens an account without a role.
    sign_in(page, live_server.url, "wang", passwords["wang"])
    expect(page.get_by_role("heading", level=1)).to_have_text("修改密码")
    axe(page)
    choose_password(page, passwords["wang"], "qingquan-shishang-liu")
    page.goto(f"{live_server.url}/places/import/")
    tree = "code,name\n130100,石家庄市\n130123,正定县\n".encode()
    page.get_by_label("CSV 文件").set_input_files({"name": "places.csv", "mimeType": "text/csv", "buffer": tree})
    page.get_by_role("button", name="导入").click()
    expect(page.get_by_role("status")).to_have_text("新增2个地区，更改0个，0个没有变动。")
    axe(page)
    page.goto(f"{live_server.url}/people/new/")
    page.get_by_label("用户名").fill("diaodu")
    page.get_by_label("称呼").fill("市局调度员")
    page.get_by_role("button", name="开通账号").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("一次性密码")
    axe(page)
    page.get_by_role("link", name="已交给本人").click()
    expect(page.get_by_role("button", name="授予")).to_have_count(0)
    page.context.clear_cookies()

    # The security administrator gives the account its role and place.
    sign_in(page, live_server.url, "li", passwords["li"])
    choose_password(page, passwords["li"], "mingyue-songjian-zhao")
    page.goto(f"{live_server.url}/people/")
    page.get_by_role("link", name="diaodu").click()
    page.get_by_label("角色").select_option(label="调度员")
    page.get_by_label("地区 （可不填）").select_option(label="石家庄市")
    page.get_by_role("button", name="授予").click()
    expect(page.get_by_role("status")).to_have_text("市局调度员的授权已变更。")
    axe(page)
    page.context.clear_cookies()

    # The audit administrator finds it in the record, old and new.
    sign_in(page, live_server.url, "zhao", passwords["zhao"])
    choose_password(page, passwords["zhao"], "dajiang-dongqu-lang")
    page.goto(f"{live_server.url}/records/?what=person.granted")
    axe(page)
    page.locator("tbody a.row-link").click()
    expect(page.get_by_role("row", name="role")).to_contain_text("dispatcher")
    axe(page)


def test_five_wrong_passwords_lock_the_sign_in(page, live_server, strict, axe):
    person = make.person(place=None, role=Role.AUDIT_ADMIN)

    for _ in range(5):
        sign_in(page, live_server.url, person.username, "wrong")

    expect(page.get_by_role("alert")).to_contain_text("请15分钟后再试")
    axe(page)


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.SYSTEM_ADMIN, "/me/"),
        (Role.SYSTEM_ADMIN, "/people/"),
        (Role.SYSTEM_ADMIN, "/places/"),
        (Role.SYSTEM_ADMIN, "/places/130123/units/"),
        (Role.SYSTEM_ADMIN, "/jobs/"),
        (Role.SYSTEM_ADMIN, "/rules/"),
        (Role.SYSTEM_ADMIN, "/rules/returns/lights/"),
        (Role.AUDIT_ADMIN, "/records/"),
    ],
)
def test_the_administrators_pages_are_open_to_everyone_who_works_there(
    page, live_server, strict, axe, data, role, path
):
    load_demonstration_city(by="测试", at=make.NOW)
    person = make.person(place=None, role=role)
    sign_in(page, live_server.url, person.username, "secret")

    page.goto(live_server.url + path)

    axe(page)
    page.set_viewport_size({"width": 390, "height": 844})
    axe(page, large=False)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_name_of_150_letters_is_cut_on_the_bar_and_wrapped_on_its_page(page, live_server, strict, data):
    name = "w" * 150
    person = Person.objects.create_user(name, password="qingquan-shishang-liu", role=Role.SYSTEM_ADMIN)

    sign_in(page, live_server.url, name, "qingquan-shishang-liu")
    page.goto(f"{live_server.url}/people/{person.pk}/")

    shown = page.locator(".bar").get_by_title(name)
    expect(shown).to_be_visible()
    assert shown.bounding_box()["width"] < 200
    assert page.get_by_role("heading", level=1).bounding_box()["width"] < 1366
    page.locator(".bar summary").filter(has_text=name).click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
