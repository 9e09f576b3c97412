"""Ready-made rows for tests. Each maker takes only what the test is about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from tici.accounts.models import Person, Role
from tici.core.searching import searchable
from tici.duties.models import Duty
from tici.engines.periods import Month
from tici.enterprises.models import Candidacy, Cluster, ClusterKind, Enterprise, LibrarySpell, YearFacts
from tici.places.models import Department, Place, PlaceKind, Post
from tici.projects.models import Project, ProjectYear
from tici.returns.models import Channel, Entry, Filing, FilingState, Vintage

TODAY = date(2021, 12, 6)
NOW = datetime(2021, 12, 6, 1, 30, tzinfo=UTC)
NOVEMBER = Month(2021, 11)

_n = count(1)


def place(name: str = "正定县", *, within: Place | None = None, kind: str = PlaceKind.COUNTY, code: str = "") -> Place:
    n = next(_n)
    code = code or f"{n:06}"
    path = f"{within.path if within else ''}{code}/"
    return Place.objects.create(name=name, short_name=name, code=code, kind=kind, parent=within, path=path, position=n)


def city(name: str = "石家庄市") -> Place:
    return place(name, kind=PlaceKind.CITY)


def department(*, place: Place, name: str = "工业和信息化局") -> Department:
    return Department.objects.create(place=place, name=name)


def post(*, place: Place, title: str = "常务副县长", vacated_on: date | None = None) -> Post:
    return Post.objects.create(place=place, title=title, vacated_on=vacated_on)


def person(*, place: Place | None, role: str = Role.DISPATCHER, **over: Any) -> Person:
    return Person.objects.create_user(f"person{next(_n)}", password="secret", place=place, role=role, **over)


def enterprise(*, place: Place, name: str = "", uscc: str = "", **over: Any) -> Enterprise:
    name = name or f"示例企业{next(_n)}(医药)"
    facts = {"search_text": searchable(name, uscc)} | over
    return Enterprise.objects.create(place=place, name=name, uscc=uscc, **facts)


def spell(*, enterprise: Enterprise, from_date: date, to_date: date | None = None, **over: Any) -> LibrarySpell:
    return LibrarySpell.objects.create(enterprise=enterprise, from_date=from_date, to_date=to_date, **over)


def year_facts(*, enterprise: Enterprise, year: int, **over: Any) -> YearFacts:
    return YearFacts.objects.create(enterprise=enterprise, year=year, **over)


def cluster(*, place: Place, code: str = "", kind: str = ClusterKind.COUNTY, **over: Any) -> Cluster:
    n = next(_n)
    return Cluster.objects.create(
        **{"code": code or f"cluster{n}", "name": f"示例集群{n}", "kind": kind, "place": place} | over
    )


def project(*, place: Place, **over: Any) -> Project:
    n = next(_n)
    facts = {"name": f"示例项目{n}", "place": place, "investment_wan": Decimal(1000)} | over
    return Project.objects.create(**{"search_text": facts["name"]} | facts)


def project_year(*, project: Project, year: int = 2021, **over: Any) -> ProjectYear:
    return ProjectYear.objects.create(project=project, year=year, **over)


def filing(*, place: Place, month: Month = NOVEMBER, state: str = FilingState.AWAITED, **over: Any) -> Filing:
    due = (month + 1).first.replace(day=5)
    return Filing.objects.create(**{"month_on": month.first, "place": place, "state": state, "due_on": due} | over)


def vintage(*, filing: Filing, by: Person, number: int = 1, **over: Any) -> Vintage:
    facts = {"channel": Channel.SCREEN, "made_at": NOW, "made_by": by} | over
    return Vintage.objects.create(filing=filing, number=number, **facts)


def entry(*, vintage: Vintage, project: Project, **over: Any) -> Entry:
    filing = vintage.filing
    return Entry.objects.create(vintage=vintage, place=filing.place, month_on=filing.month_on, project=project, **over)


def duty(*, project: Project, post: Post, from_date: date, to_date: date | None = None, **over: Any) -> Duty:
    return Duty.objects.create(project=project, post=post, from_date=from_date, to_date=to_date, **over)


def candidacy(*, enterprise: Enterprise, **over: Any) -> Candidacy:
    facts = {"place": enterprise.place, "kind": "grown", "since": TODAY, "stands_since": TODAY, "papers_asked": 9,
             "search_text": enterprise.name.lower()} | over  # fmt: skip
    made = Candidacy.objects.create(enterprise=enterprise, **facts)
    made.moves.create(to_state="surveyed", moved_on=made.since)
    return made
