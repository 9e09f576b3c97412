"""Every write to a duty: given, ended, visited under, taken in from a county's ledger, and put back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tici.accounts.models import Person
from tici.core.actions import Source, keep_sources
from tici.core.audit import Deed, record, record_many
from tici.core.copying import AnyOf, copy_in
from tici.core.refusals import Refusal, Refused
from tici.places.actions import add_department, add_post
from tici.places.models import Department, Place, Post
from tici.projects.models import Project

from . import rules
from .models import Duty, Visit

GIVEN = ("project", "post", "department", "officer_title", "from_date", "source", "batch")
LAST = 100  # posts and departments that a ledger brought stand behind those an administrator put in order


@transaction.atomic
def assign_duty(
    *,
    project: Project,
    post: Post,
    by: Person,
    at: datetime,
    from_date: date,
    department: Department | None = None,
    officer: Person | None = None,
    officer_title: str = "",
) -> Duty:
    """Make a leader's post answer for a project.

    Raises:
        Refused: The post is vacant, elsewhere, or answers already; or the project is cancelled.
    """
    project = Project.objects.select_for_update(of=("self",)).select_related("place").get(pk=project.pk)
    held = list(project.duties.filter(to_date__isnull=True))
    if refusals := rules.against_assigning(project, post, department, on=from_date, held=held):
        raise Refused(*refusals)
    duty = Duty.objects.create(
        project=project,
        post=post,
        department=department,
        officer=officer,
        officer_title=officer_title,
        from_date=from_date,
    )
    record("duty.assigned", subject=project, by=by, at=at, post=(None, str(post)), from_date=(None, from_date))
    return duty


@transaction.atomic
def end_duty(*, duty: Duty, on: date, by: Person, at: datetime) -> Duty:
    """End a duty on a day; it stays in the project's history.

    Raises:
        Refused: It has ended, or would end before it began.
    """
    duty = Duty.objects.select_for_update(of=("self",)).select_related("post", "project").get(pk=duty.pk)
    if refusals := rules.against_ending(duty, on=on):
        raise Refused(*refusals)
    duty.to_date = on
    duty.save(update_fields=["to_date"])
    record("duty.ended", subject=duty.project, by=by, at=at, post=(str(duty.post), None), to_date=(None, on))
    return duty


@transaction.atomic
def note_visit(*, duty: Duty, visited_on: date, note: str, by: Person, at: datetime, today: date) -> Visit:
    """Note a visit to a project under a duty.

    Raises:
        Refused: The day lies in the future or outside the duty.
    """
    if refusals := rules.against_visiting(duty, on=visited_on, today=today):
        raise Refused(*refusals)
    visit = Visit.objects.create(duty=duty, visited_on=visited_on, note=note, noted_by=by, noted_at=at)
    record("duty.visited", subject=duty.project, by=by, at=at, visited_on=(None, visited_on), note=(None, note))
    return visit


@dataclass(frozen=True)
class DutyRow:
    """Who answers for a project, as a county's ledger says."""

    project_id: int
    place_id: int  # the reporting place, whose posts and departments are meant
    leader_title: str
    department_name: str
    officer_title: str
    from_date: date
    source: Source | None = None


@transaction.atomic
def accept_duties(rows: Sequence[DutyRow], *, batch: UUID, by: Person, at: datetime) -> int:
    """Take in the duties of a ledger: posts and departments not known yet are added to the reporting place.

    A project that the same post answers for already is left as it is; another post is added beside it, so
    that double coverage shows instead of being decided here. Returns how many duties were new.
    """
    rows = [row for row in rows if row.leader_title]
    posts = _posts(rows, by=by, at=at)
    departments = _departments(rows, by=by, at=at)
    open_now = set(
        Duty.objects.filter(AnyOf("project_id", {row.project_id for row in rows}), to_date__isnull=True).values_list(
            "project_id", "post_id"
        )
    )
    fresh: dict[tuple[int, int], DutyRow] = {}
    for row in rows:
        key = (row.project_id, posts[row.place_id, row.leader_title])
        if key not in open_now:
            fresh.setdefault(key, row)
    sourced = [row.source for row in fresh.values() if row.source]
    source_ids = iter(keep_sources(sourced))
    duties = (
        (
            project_id,
            post_id,
            departments.get((row.place_id, row.department_name)),
            row.officer_title[:80],
            row.from_date,
            next(source_ids) if row.source else None,
            batch,
        )
        for (project_id, post_id), row in fresh.items()
    )
    copy_in(Duty, GIVEN, duties)
    record_many([Deed("duty.accepted", f"batch:{batch}", {}, {"duties": len(fresh)})], by=by, at=at)
    return len(fresh)


@transaction.atomic
def undo_duties(batch: UUID, *, by: Person, at: datetime) -> int:
    """Take back the duties an acceptance gave; posts and departments it added stay.

    Raises:
        Refused: Somebody has noted a visit under one of them.
    """
    duties = Duty.objects.filter(batch=batch)
    if visited := duties.filter(visits__isnull=False).select_related("project").first():
        sentence = _("“%(project)s”的包联已有走访记录，不能整批撤销。请改为逐项结束包联。")
        raise Refused(Refusal("duty.visited", sentence % {"project": visited.project}))
    count, _each = duties.delete()
    record_many([Deed("duty.undone", f"batch:{batch}", {"duties": count}, {})], by=by, at=at)
    return count


def _posts(rows: Sequence[DutyRow], *, by: Person, at: datetime) -> dict[tuple[int, str], int]:
    """The post of each (place, title), those of the city above included; missing ones are added to the place."""
    above = _places_above({row.place_id for row in rows})
    known: dict[tuple[int, str], int] = {}
    for place_id, chain in above.items():
        for post in Post.objects.filter(place__in=chain).order_by("place__path"):
            known[place_id, post.title] = post.pk
    for place_id, title in sorted({(row.place_id, row.leader_title) for row in rows} - known.keys()):
        place = next(place for place in above[place_id] if place.pk == place_id)
        known[place_id, title] = add_post(place=place, title=title[:60], by=by, at=at, position=LAST).pk
    return known


def _departments(rows: Sequence[DutyRow], *, by: Person, at: datetime) -> dict[tuple[int, str], int]:
    """The department of each (place, name); missing ones are added to the place."""
    wanted = {(row.place_id, row.department_name) for row in rows if row.department_name}
    places = {place_id for place_id, _name in wanted}
    known = {
        (place_id, name): pk
        for place_id, name, pk in Department.objects.filter(place_id__in=places).values_list("place_id", "name", "pk")
    }
    by_pk = Place.objects.in_bulk(places)
    for place_id, name in sorted(wanted - known.keys()):
        known[place_id, name] = add_department(place=by_pk[place_id], name=name[:80], by=by, at=at, position=LAST).pk
    return known


def _places_above(place_ids: set[int]) -> dict[int, list[Place]]:
    """Each place with itself and every place it lies in."""
    places = Place.objects.in_bulk(place_ids)
    codes = {code for place in places.values() for code in place.path.strip("/").split("/")}
    by_code = {place.code: place for place in Place.objects.filter(code__in=codes)}
    return {pk: [by_code[code] for code in place.path.strip("/").split("/")] for pk, place in places.items()}
