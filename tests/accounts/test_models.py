"""What the database refuses about people."""

import pytest
from django.db import IntegrityError

from tests import make
from tici.accounts.models import ADMINISTRATORS
from tici.projects.models import Project

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_an_administrator_cannot_hold_a_place(role):
    county = make.place()

    with pytest.raises(IntegrityError, match="an_administrator_holds_no_place"):
        make.person(place=county, role=role)


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_an_administrator_sees_no_project(role):
    make.project(place=make.place())

    assert not Project.objects.visible_to(make.person(place=None, role=role)).exists()
