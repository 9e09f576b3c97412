"""What the database refuses about people."""

import pytest
from django.db import IntegrityError

from tests import make
from tici.accounts.models import PLACELESS
from tici.projects.models import Project

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", PLACELESS)
def test_an_administrator_or_a_firms_reporter_cannot_hold_a_place(role):
    county = make.place()

    with pytest.raises(IntegrityError, match="some_roles_hold_no_place"):
        make.person(place=county, role=role)


@pytest.mark.parametrize("role", PLACELESS)
def test_an_administrator_sees_no_project(role):
    make.project(place=make.place())

    assert not Project.objects.visible_to(make.person(place=None, role=role)).exists()
