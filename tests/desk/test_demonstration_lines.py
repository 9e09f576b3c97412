"""The demonstration has ten trial lines in force, proven; six changes wait, each with what it would do."""

import pytest

from tests import make
from tici.accounts.models import Role
from tici.buslines.models import Demand, Pattern, Plan, Scenario, School
from tici.desk.demonstration.load_lines import load_lines
from tici.places.actions import load_demonstration_city
from tici.places.models import Place

pytestmark = pytest.mark.django_db


def test_ten_trial_lines_run_and_six_changes_wait():
    load_demonstration_city(by="test", at=make.NOW)

    load_lines(make.person(place=Place.objects.get(code="130100"), role=Role.LINE_PLANNER), seed=2021)

    in_force = Plan.objects.in_force()
    assert in_force.count() == 10
    assert School.objects.exclude(plans__in=in_force).get().name == "示例第一幼儿园"
    assert Pattern.objects.filter(plan__in=in_force, direction="morning").count() == 10
    assert not any(plan.unserved for plan in in_force)
    for plan in in_force:
        assert plan.proof["morning"][1]["status"] == "optimal"  # no fewer vehicles would do
    assert not Demand.objects.exclude(area__startswith="示例").exists()
    assert sorted(Scenario.objects.values_list("opinions", flat=True)) == [4, 11, 23, 36, 41, 57]
    assert all(set(one.cards) == {"asked", "repair", "replan"} for one in Scenario.objects.all())
