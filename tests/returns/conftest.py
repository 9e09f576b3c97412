"""The forms of the industrial month in a city with one county, its dispatcher and its reporter."""

from __future__ import annotations

import pytest

from tests import make
from tests.make import NOW
from tici.accounts.models import Role
from tici.returns import actions


@pytest.fixture
def city():
    actions.load_forms(by="test", at=NOW)
    return make.city()


@pytest.fixture
def county(city):
    return make.place("正定县", within=city)


@pytest.fixture
def dispatcher(city):
    return make.person(place=city)


@pytest.fixture
def reporter(county):
    return make.person(place=county, role=Role.COUNTY_REPORTER)
