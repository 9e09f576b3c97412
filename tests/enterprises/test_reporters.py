"""Who files a firm's own reports: one account for one firm, named and released by those who keep the firm."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import make
from tests.make import NOW
from tici.accounts.models import Role
from tici.core.models import Record
from tici.core.refusals import Refused
from tici.enterprises.actions import name_reporter, release_reporter
from tici.enterprises.models import FirmReporter

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return make.person(place=make.place("正定县", within=make.city()), role=Role.COUNTY_REPORTER)


@pytest.fixture
def enterprise(clerk):
    return make.enterprise(place=clerk.place)


def reporter():
    return make.person(place=None, role=Role.FIRM_REPORTER)


def test_an_account_is_named_and_released_and_the_record_says_both(enterprise, clerk):
    person = reporter()
    named = name_reporter(enterprise=enterprise, username=f" {person.username.upper()} ", by=clerk, at=NOW)
    release_reporter(reporter=named, by=clerk, at=NOW)
    release_reporter(reporter=named, by=clerk, at=NOW)

    told = Record.objects.filter(what__startswith="enterprise.reporter").order_by("pk")
    assert [one.what for one in told] == ["enterprise.reporter_named", "enterprise.reporter_released"]
    assert not FirmReporter.objects.exists()


def test_one_account_files_for_one_firm(enterprise, clerk):
    person = reporter()
    name_reporter(enterprise=enterprise, username=person.username, by=clerk, at=NOW)

    with pytest.raises(Refused, match=r"reporter\.named"):
        name_reporter(enterprise=enterprise, username=person.username, by=clerk, at=NOW)
    with pytest.raises(Refused, match=r"reporter\.other_firm"):
        name_reporter(enterprise=make.enterprise(place=clerk.place), username=person.username, by=clerk, at=NOW)


def test_only_an_account_of_that_role_is_named(enterprise, clerk):
    with pytest.raises(Refused, match=r"reporter\.role"):
        name_reporter(enterprise=enterprise, username=clerk.username, by=clerk, at=NOW)
    with pytest.raises(Refused, match=r"reporter\.unknown"):
        name_reporter(enterprise=enterprise, username="nobody", by=clerk, at=NOW)


def test_it_is_done_from_the_firms_page(client, enterprise, clerk):
    person = reporter()
    client.force_login(clerk)

    named = client.post(
        reverse("enterprises:name_reporter", args=[enterprise.pk]), {"username": person.username}, follow=True
    )
    released = client.post(reverse("enterprises:release_reporter", args=[FirmReporter.objects.get().pk]), follow=True)

    assert person.username in named.text
    assert "没有，由县区填报员代报。" in released.text
