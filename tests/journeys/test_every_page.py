"""Every page of the demonstration city, for those who open it: light, without fault, and readable by everyone."""

from __future__ import annotations

import gzip
import html
import re
from functools import cache
from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("city")]
HTML_KB = 40

PAGES = {
    "diaodu": (
        "/",
        "/city/",
        "/places/130123/",
        "/measures/returns.completion_rate/",
        "/measures/projects.started_year/?place=130171",
        "/search/?q=蛋白",
        "/projects/",
        "/projects/?stage=building&sort=-investment_wan",
        "/projects/?q=没有这样的项目",
        "/projects/board/",
        "/projects/new/",
        "/projects/1/",
        "/projects/1/edit/",
        "/projects/1/approvals/",
        "/projects/1/move/",
        "/projects/1/cancel/",
        "/duties/",
        "/duties/coverage/",
        "/duties/posts/",
        "/duties/posts/1/",
        "/duties/assign/1/",
        "/returns/",
        "/returns/?month=2021-08",
        "/returns/entries/",
        "/lights/",
        "/drop/",
        "/industry/movers/",
        "/enterprises/",
        "/enterprises/1/",
        "/enterprises/pool/",
        "/enterprises/pool/1/",
        "/enterprises/pool/risks/",
        "/enterprises/pool/net/",
        "/enterprises/pool/circular/",
        "/enterprises/pool/windows/",
        "/enterprises/self-check/",
        "/enterprises/self-check/srdi/",
        "/enterprises/1/tiers/",
        "/enterprises/1/tiers/facts/",
        "/enterprises/1/reporters/name/",
        "/enterprises/lists/",
        "/enterprises/lists/new/",
        "/forms/",
        "/forms/1/",
        "/indicators/",
        "/indicators/1/",
        "/indicators/1/edit/",
        "/form-months/industry_firm/",
        "/form-months/industry_firm/reports/",
        "/form-months/industry_firm/reports/?note=asks",
        "/form-months/industry_firm/seal/",
        "/sealed/",
        "/sealed/1/",
        "/reports/1/",
        "/targets/",
        "/targets/new/",
        "/targets/published/",
        "/briefings/",
        "/briefings/new/",
        "/rules/",
        "/rules/returns/lights/",
        "/jobs/",
        "/me/",
        "/me/password/",
    ),
    "tianbao0123": (
        "/",
        "/projects/",
        "/returns/",
        "/drop/",
        "/form-months/industry_firm/sheet/130123/",
        "/form-months/industry_firm/workbooks/130123/",
    ),
    "qiye": ("/own-reports/", "/me/"),
    "lingdao": (
        "/",
        "/city/",
        "/industry/",
        "/industry/?place=130171&indicator=profit&span=month",
        "/industry/firms/?part=compared&division=27",
        "/industry/counties/",
        "/industry/clusters/",
        "/industry/clusters/biomedicine/?indicator=revenue",
        "/measures/industry.output_growth/",
        "/briefings/",
    ),
    "baolian": ("/", "/duties/"),
    "xianlu": (
        "/lines/",
        "/lines/schools/",
        "/lines/schools/1/",
        "/lines/schools/1/bell/",
        "/lines/schools/1/plan/",
        "/lines/schools/1/scenarios/",
        "/lines/schools/1/opinions/",
        "/lines/plans/1/",
        "/lines/patterns/1/",
        "/lines/scenarios/",
        "/lines/scenarios/1/",
        "/lines/calendar/",
        "/lines/roads/",
        "/lines/stops/",
        "/lines/stops/1/",
        "/lines/lists/",
        "/lines/vehicles/",
        "/lines/public/",
        "/lines/public/1/",
    ),
    "shouli": (
        "/consultations/desk/",
        "/consultations/desk/1/",
        "/consultations/desk/1/edit/",
        "/consultations/desk/1/intake/",
        "/consultations/desk/1/transcribe/",
        "/consultations/desk/1/read/",
        "/consultations/desk/1/acceptance/",
        "/consultations/desk/1/groups/",
        "/consultations/desk/1/decide/",
        "/consultations/desk/1/masked/",
        "/consultations/desk/1/answers/",
        "/consultations/desk/1/publication/",
        "/consultations/desk/aside/",
    ),
    "shenhe": ("/consultations/desk/", "/consultations/desk/1/", "/consultations/desk/1/publication/"),
    "xitong": ("/", "/people/", "/people/new/", "/places/", "/places/import/", "/places/130123/units/", "/jobs/"),
    "anquan": ("/people/", "/people/4/"),
    "shenji": ("/records/", "/records/?q=duty"),
}
WHO_OPENS_WHAT = [(username, path) for username, paths in PAGES.items() for path in paths]
ON_A_PHONE = (
    "/",
    "/city/",
    "/projects/",
    "/projects/1/",
    "/returns/",
    "/drop/",
    "/lights/",
    "/duties/coverage/",
    "/industry/",
    "/industry/clusters/biomedicine/",
    "/enterprises/1/",
    "/enterprises/pool/",
    "/enterprises/pool/1/",
    "/enterprises/self-check/",
    "/enterprises/lists/",
    "/form-months/industry_firm/",
    "/form-months/industry_firm/reports/",
    "/forms/1/",
    "/reports/1/",
    "/lines/public/",
    "/lines/public/1/",
)


@pytest.fixture(scope="module")
def signed_in(city, browser, browser_context_args):
    """The browser of each person who was asked for, signed in once."""

    @cache
    def of(username):
        context = browser.new_context(**browser_context_args)
        with context.new_page() as page:
            city.sign_in(page, username)
        return context

    return of


@pytest.fixture
def page(signed_in, username):
    """A new page in the browser of who opens it."""
    with signed_in(username).new_page() as page:
        yield page


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize(("username", "path"), WHO_OPENS_WHAT)
def test_a_page_is_light_without_fault_and_readable_by_everyone(page, city, axe, path):
    answer = page.goto(city.url + path)

    assert answer is not None
    assert (answer.status, len(gzip.compress(answer.body())) <= HTML_KB * 1024) == (200, True)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    axe(page)


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize(("username", "path"), [("diaodu", path) for path in ON_A_PHONE])
def test_a_page_fits_a_phone(page, city, axe, path):
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto(city.url + path)

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    axe(page, large=False)


@pytest.mark.parametrize("username", ["diaodu", "tianbao0123", "lingdao", "xianlu", "xitong", "anquan"])
def test_every_list_can_be_taken_away_as_workbook_and_as_csv(signed_in, city, username):
    """Of each address once: what it is narrowed by changes the rows, not the columns."""
    asked, taken = signed_in(username).request, {}
    for path in PAGES[username]:
        text = asked.get(city.url + path).text()
        for link in re.findall(r'href="(\?(?:[^"]*;)?as=(?:xlsx|csv)[^"]*)"', text):
            whole = urljoin(city.url + path, html.unescape(link))
            taken.setdefault((whole.split("?")[0], whole.rpartition("as=")[2][:3]), whole)

    refused = {whole: answer.status for whole in taken.values() if (answer := asked.get(whole)).status != 200}

    assert taken
    assert refused == {}
