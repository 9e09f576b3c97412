from datetime import date
from uuid import UUID

import pytest

from tests import make
from tests.make import NOW, TODAY
from tici.core.models import Record
from tici.core.refusals import Refused
from tici.duties.actions import (
    DutyRow,
    accept_duties,
    assign_duty,
    end_duty,
    note_visit,
    undo_duties,
)
from tici.duties.models import Duty, Visit
from tici.places.models import Department, Post

pytestmark = pytest.mark.django_db
MARCH = date(2021, 3, 1)
BATCH = UUID(int=1)


def test_a_duty_given_is_recorded_and_a_refused_one_leaves_no_trace():
    county = make.place()
    project, post, officer = make.project(place=county), make.post(place=county), make.person(place=county)
    assign_duty(project=project, post=post, by=officer, at=NOW, from_date=MARCH)

    with pytest.raises(Refused, match=r"duty\.already"):
        assign_duty(project=project, post=post, by=officer, at=NOW, from_date=TODAY)

    assert list(Duty.objects.values_list("post", "from_date", "to_date")) == [(post.pk, MARCH, None)]
    assert list(Record.objects.values_list("what", "subject")) == [("duty.assigned", f"projects.project:{project.pk}")]


def test_an_ended_duty_stays_in_the_history():
    county = make.place()
    duty = make.duty(project=make.project(place=county), post=make.post(place=county), from_date=MARCH)

    end_duty(duty=duty, on=TODAY, by=make.person(place=county), at=NOW)

    assert (list(Duty.objects.values_list("to_date", flat=True)), list(Duty.objects.held(TODAY))) == ([TODAY], [])


def test_a_visit_is_noted_under_its_duty():
    county = make.place()
    duty = make.duty(project=make.project(place=county), post=make.post(place=county), from_date=MARCH)
    person = make.person(place=county)

    note_visit(duty=duty, visited_on=TODAY, note="主体已封顶", by=person, at=NOW, today=TODAY)

    assert list(Visit.objects.values_list("duty", "note", "noted_by")) == [(duty.pk, "主体已封顶", person.pk)]


def test_a_ledgers_duties_come_in_once_and_can_be_taken_back_as_a_whole():
    city = make.city()
    county = make.place(within=city)
    mayor = make.post(place=city, title="副市长")
    first, second = make.project(place=county), make.project(place=county)
    person = make.person(place=county)
    rows = [
        DutyRow(first.pk, county.pk, "副市长", "县发改局", "项目办主任", MARCH),
        DutyRow(first.pk, county.pk, "副市长", "县发改局", "项目办主任", MARCH),
        DutyRow(second.pk, county.pk, "县长", "县工信局", "", MARCH),
        DutyRow(second.pk, county.pk, "", "", "", MARCH),
    ]

    assert accept_duties(rows, batch=BATCH, by=person, at=NOW) == 2
    assert accept_duties(rows, batch=UUID(int=2), by=person, at=NOW) == 0
    assert set(Duty.objects.values_list("project", "post__title", "department__name")) == {
        (first.pk, "副市长", "县发改局"),
        (second.pk, "县长", "县工信局"),
    }
    assert Post.objects.filter(title="副市长").get() == mayor
    assert set(Department.objects.values_list("place", "name")) == {(county.pk, "县发改局"), (county.pk, "县工信局")}

    assert undo_duties(BATCH, by=person, at=NOW) == 2
    assert Duty.objects.count() == 0


def test_an_acceptance_whose_duty_was_visited_since_is_not_taken_back():
    county = make.place()
    project, person = make.project(place=county), make.person(place=county)
    accept_duties([DutyRow(project.pk, county.pk, "县长", "", "", MARCH)], batch=BATCH, by=person, at=NOW)
    note_visit(duty=Duty.objects.get(), visited_on=TODAY, note="已走访", by=person, at=NOW, today=TODAY)

    with pytest.raises(Refused, match=r"duty\.visited"):
        undo_duties(BATCH, by=person, at=NOW)

    assert Duty.objects.count() == 1
