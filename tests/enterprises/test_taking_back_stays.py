"""A stay in the library that was entered by mistake is taken back, with the reason in the record."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tests import make
from tests.make import NOW
from tici.accounts.models import Role
from tici.core.models import Record
from tici.core.refusals import Refused
from tici.enterprises.actions import enter_library, leave_library, undo_entering, undo_leaving
from tici.enterprises.models import LibrarySpell

pytestmark = pytest.mark.django_db
MAY, NOVEMBER = date(2021, 5, 1), date(2021, 11, 1)


@pytest.fixture
def clerk():
    return make.person(place=make.place("正定县", within=make.city()), role=Role.COUNTY_REPORTER)


@pytest.fixture
def stay(clerk):
    return enter_library(enterprise=make.enterprise(place=clerk.place), on=MAY, by=clerk, at=NOW)


def left(stay, clerk):
    return leave_library(enterprise=stay.enterprise, on=NOVEMBER, reason="stopped", by=clerk, at=NOW)


def test_a_firm_that_left_by_mistake_is_in_again_as_if_it_had_not(stay, clerk):
    undo_leaving(spell=left(stay, clerk), reason="登记错了企业", by=clerk, at=NOW)

    stay.refresh_from_db()
    assert (stay.from_date, stay.to_date, stay.exit_reason) == (MAY, None, "")
    told = Record.objects.get(what="enterprise.leaving_undone")
    assert (told.old["to_date"], told.new["reason"]) == ("2021-11-01", "登记错了企业")


def test_a_firm_that_entered_by_mistake_was_never_in(stay, clerk):
    undo_entering(spell=stay, reason="重名", by=clerk, at=NOW)

    assert not LibrarySpell.objects.exists()
    assert Record.objects.get(what="enterprise.entering_undone").old["from_date"] == "2021-05-01"


def test_each_step_is_taken_back_once_and_the_last_one_first(stay, clerk):
    first = left(stay, clerk)
    with pytest.raises(Refused, match=r"spell\.left"):
        undo_entering(spell=first, reason="错", by=clerk, at=NOW)
    second = enter_library(enterprise=stay.enterprise, on=date(2022, 3, 1), by=clerk, at=NOW)
    with pytest.raises(Refused, match=r"spell\.later"):
        undo_leaving(spell=first, reason="错", by=clerk, at=NOW)

    undo_entering(spell=second, reason="错", by=clerk, at=NOW)
    undo_leaving(spell=first, reason="错", by=clerk, at=NOW)

    with pytest.raises(Refused, match=r"spell\.open"):
        undo_leaving(spell=first, reason="错", by=clerk, at=NOW)
    with pytest.raises(Refused, match=r"spell\.gone"):
        undo_entering(spell=second, reason="错", by=clerk, at=NOW)


def test_it_is_done_from_the_firms_page_with_a_reason(client, stay, clerk):
    left(stay, clerk)
    client.force_login(clerk)
    address = reverse("enterprises:undo_leaving", args=[stay.pk])

    page = client.get(stay.enterprise.get_absolute_url())
    without = client.post(address, {"reason": ""})
    done = client.post(address, {"reason": "登记错了企业"}, follow=True)

    assert f'href="{address}"' in page.text
    assert without.status_code == 422
    assert "退库已撤销" in done.text
    assert "撤销退库" in done.text  # among the deeds


def test_a_stay_of_another_county_is_not_there(client, stay):
    elsewhere = make.person(place=make.place("行唐县", within=make.city("邢台市")), role=Role.COUNTY_REPORTER)
    client.force_login(elsewhere)

    assert client.get(reverse("enterprises:undo_entering", args=[stay.pk])).status_code == 404
