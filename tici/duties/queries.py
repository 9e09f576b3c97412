"""Who answers for what on a day, and which projects nobody answers for (全覆盖 is none of them)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from tici.accounts.models import Person
from tici.places.models import Place, Post
from tici.projects.models import Project, ProjectQuerySet

from .models import Duty, DutyQuerySet


def _held_on(on: date) -> DutyQuerySet:
    return Duty.objects.held(on).filter(project=OuterRef("pk"))


def owed_projects() -> ProjectQuerySet:
    """Projects somebody must answer for: over the duty line, and not cancelled."""
    return Project.objects.alive().over_duty_line()


def covered_projects(on: date) -> ProjectQuerySet:
    """Projects over the duty line that at least one post in office answers for on a day."""
    in_office = _held_on(on).filter(Q(post__vacated_on__isnull=True) | Q(post__vacated_on__gt=on))
    return owed_projects().filter(Exists(in_office))


def uncovered_projects(on: date) -> ProjectQuerySet:
    """Projects over the duty line that nobody answers for on a day, not even a vacant post."""
    return owed_projects().filter(~Exists(_held_on(on)))


def vacated_projects(on: date) -> ProjectQuerySet:
    """Projects over the duty line whose only answering posts are vacant on a day."""
    in_office = _held_on(on).filter(Q(post__vacated_on__isnull=True) | Q(post__vacated_on__gt=on))
    return owed_projects().filter(Exists(_held_on(on)), ~Exists(in_office))


def doubly_covered_projects(on: date) -> ProjectQuerySet:
    """Projects for which more than one post answers on a day: each may think the other does."""
    held = Q(duties__from_date__lte=on) & (Q(duties__to_date__isnull=True) | Q(duties__to_date__gt=on))
    return owed_projects().annotate(posts=Count("duties__post", filter=held, distinct=True)).filter(posts__gt=1)


@dataclass(frozen=True)
class Coverage:
    """How far one place's projects over the duty line are answered for, on a day."""

    place: Place
    owed: int
    covered: int
    uncovered: int
    vacated: int
    doubled: int

    @property
    def rate(self) -> Decimal | None:
        """Share of the projects that somebody in office answers for; None where there are none."""
        return Decimal(self.covered) / self.owed if self.owed else None


def coverage_by_county(
    on: date, *, person: Person, place: Place, counties: Sequence[Place] | None = None
) -> list[Coverage]:
    """Coverage of each county-level place in a place, in official order, in one pass over the projects."""
    counties = list(Place.objects.within(place).county_level()) if counties is None else counties
    held = _held_on(on)
    in_office = held.filter(Q(post__vacated_on__isnull=True) | Q(post__vacated_on__gt=on))
    posts = held.order_by().values("project").annotate(posts=Count("post", distinct=True)).filter(posts__gt=1)
    marked = (
        owed_projects()
        .visible_to(person)
        .within(place)
        .annotate(is_held=Exists(held), is_covered=Exists(in_office), is_doubled=Exists(posts))
    )
    sums = (
        marked.order_by()
        .values("place__path")
        .annotate(
            owed=Count("pk"),
            covered=Count("pk", filter=Q(is_covered=True)),
            uncovered=Count("pk", filter=Q(is_held=False)),
            vacated=Count("pk", filter=Q(is_held=True, is_covered=False)),
            doubled=Count("pk", filter=Q(is_doubled=True)),
        )
    )
    rows: list[dict[str, Any]] = [dict(row) for row in sums]
    return [_summed(county, [row for row in rows if row["place__path"].startswith(county.path)]) for county in counties]


def coverage_of_all(place: Place, rows: Sequence[Coverage]) -> Coverage:
    """What the counties of a place come to together."""
    return _summed(place, [vars(row) for row in rows])


def _summed(place: Place, rows: Sequence[dict[str, Any]]) -> Coverage:
    names = ("owed", "covered", "uncovered", "vacated", "doubled")
    return Coverage(place, **{name: sum(row[name] for row in rows) for name in names})


def duties_of(project: Project) -> QuerySet[Duty]:
    """Every duty a project has had, those that hold first."""
    return (
        project.duties.select_related("post", "department", "officer")
        .annotate(last_visit=Max("visits__visited_on"), visit_count=Count("visits"))
        .order_by(F("to_date").desc(nulls_first=True), "from_date", "pk")
    )


def duties_of_person(person: Person, on: date) -> QuerySet[Duty]:
    """The duties an officer holds on a day, with when each project was last visited."""
    return (
        Duty.objects.held(on)
        .filter(officer=person, project__cancelled_on__isnull=True)
        .select_related("project__place", "post")
        .annotate(last_visit=Max("visits__visited_on"))
        .order_by(F("last_visit").asc(nulls_first=True), "pk")
    )


def duties_of_post(post: Post, on: date, *, person: Person) -> QuerySet[Duty]:
    """What one leader's post answers for on a day, as the table (包联责任表) lists it."""
    return (
        Duty.objects.visible_to(person)
        .held(on)
        .filter(post=post, project__cancelled_on__isnull=True)
        .select_related("project__place", "project__owner", "department", "officer")
        .annotate(last_visit=Max("visits__visited_on"), visit_count=Count("visits"))
        .order_by("project__place__position", "project_id")
    )


def posts_with_duties(on: date, *, person: Person, place: Place) -> QuerySet[Post]:
    """The posts of a place and below with how many projects each answers for on a day."""
    held = Q(duties__from_date__lte=on) & (Q(duties__to_date__isnull=True) | Q(duties__to_date__gt=on))
    seen = Q(place__path__startswith=person.place.path) if person.place else Q(pk__isnull=True)
    return (
        Post.objects.filter(seen, place__path__startswith=place.path)
        .select_related("place")
        .annotate(projects=Count("duties", filter=held & Q(duties__project__cancelled_on__isnull=True)))
        .order_by("place__position", "place__code", "position", "pk")
    )
