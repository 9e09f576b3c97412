"""What speaks against giving, ending or noting upon a duty; no database is asked."""

from datetime import date
from decimal import Decimal

import pytest

from tests.make import TODAY
from tici.duties.models import Duty
from tici.duties.rules import against_assigning, against_ending, against_visiting
from tici.places.models import Department, Place, Post
from tici.projects.models import Project

COUNTY = Place(pk=1, name="正定县", path="130100/130123/")
CITY = Place(pk=2, name="石家庄市", path="130100/")
OTHER = Place(pk=3, name="无极县", path="130100/130130/")


@pytest.mark.parametrize(
    ("post", "department", "cancelled", "codes"),
    [
        (Post(pk=1, place=COUNTY), None, None, []),
        (Post(pk=1, place=CITY), Department(place=CITY), None, []),
        (Post(pk=1, place=OTHER), None, None, ["duty.elsewhere"]),
        (Post(pk=1, place=COUNTY, vacated_on=TODAY), None, None, ["duty.vacated"]),
        (Post(pk=1, place=COUNTY, vacated_on=date(2021, 12, 7)), None, None, []),
        (Post(pk=7, place=COUNTY), None, None, ["duty.already"]),
        (Post(pk=1, place=COUNTY), Department(place=OTHER), None, ["duty.department"]),
        (Post(pk=7, place=OTHER), None, TODAY, ["duty.cancelled", "duty.elsewhere", "duty.already"]),
    ],
)
def test_a_post_answers_for_a_project_of_its_place_once_and_while_it_is_held(post, department, cancelled, codes):
    project = Project(place=COUNTY, investment_wan=Decimal(1000), cancelled_on=cancelled)

    refusals = against_assigning(project, post, department, on=TODAY, held=[Duty(post_id=7)])

    assert [refusal.code for refusal in refusals] == codes


@pytest.mark.parametrize(
    ("to_date", "on", "codes"),
    [
        (None, TODAY, []),
        (None, date(2021, 3, 1), []),
        (None, date(2021, 2, 28), ["duty.ends_first"]),
        (TODAY, TODAY, ["duty.ended"]),
    ],
)
def test_a_duty_ends_once_and_not_before_it_began(to_date, on, codes):
    duty = Duty(from_date=date(2021, 3, 1), to_date=to_date)

    assert [refusal.code for refusal in against_ending(duty, on=on)] == codes


@pytest.mark.parametrize(
    ("on", "codes"),
    [
        (date(2021, 3, 1), []),
        (date(2021, 2, 28), ["visit.outside"]),
        (date(2021, 9, 1), ["visit.outside"]),
        (date(2021, 12, 7), ["visit.future", "visit.outside"]),
    ],
)
def test_a_visit_lies_within_its_duty_and_not_in_the_future(on, codes):
    duty = Duty(from_date=date(2021, 3, 1), to_date=date(2021, 9, 1))

    assert [refusal.code for refusal in against_visiting(duty, on=on, today=TODAY)] == codes
