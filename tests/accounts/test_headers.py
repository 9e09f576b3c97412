"""What every page tells the browser, and what production adds."""

import ast
import os
import subprocess
import sys

import pytest

from tests import make
from tici.accounts.models import Role

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}


@pytest.mark.parametrize("url", ["/sign-in/", "/me/", "/people/", "/places/", "/rules/", "/jobs/", "/no-such-page/"])
def test_every_page_has_the_strict_policy(client, url):
    client.force_login(make.person(place=None, role=Role.SYSTEM_ADMIN))

    headers = client.get(url).headers

    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("url", ["/me/", "/people/", "/places/", "/rules/", "/rules/returns/lights/", "/jobs/"])
def test_no_page_holds_a_style_or_a_script_of_its_own(client, url):
    client.force_login(make.person(place=None, role=Role.SYSTEM_ADMIN))

    page = client.get(url).text

    assert " style=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count('<script src="')
    assert " onclick=" not in page


def test_production_speaks_https_only():
    """The settings are read in a process of their own, as a server reads them."""
    asked = "SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "DEBUG"
    code = f"from tici.config.settings import production as p; print([getattr(p, name) for name in {asked}])"
    environment = os.environ | {
        "TICI_SECRET_KEY": "only for this test",
        "TICI_HOSTS": "tici.example",
        "TICI_DATABASE_URL": "postgresql://nobody@localhost/none",
    }

    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert ast.literal_eval(said.stdout) == [365 * 24 * 60 * 60, True, True, True, False]


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(client):
    person = make.person(place=None, role=Role.SYSTEM_ADMIN)

    cookie = client.post("/sign-in/", {"username": person.username, "password": "secret"}).cookies["sessionid"]

    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
