"""Projects as they stand while a ledger is compared with them, without a model instance for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tici.core.copying import AnyOf
from tici.core.documents import plain
from tici.projects import facts as written
from tici.projects.models import Approval, Project, ProjectYear

BLANK: dict[str, Any] = {name: written.column(name).get_default() for name in written.FIELDS}
_READ = ("pk", "place_id", "cancelled_on", "stage", "owner_id", "owner__name", "is_example", *written.FIELDS)


@dataclass
class Standing:
    """One project: its facts, its plans by year and its approvals by kind, with the ids of rows already kept."""

    pk: int
    place_id: int
    values: dict[str, Any]
    is_cancelled: bool = False
    years: dict[int, tuple[str, Decimal | None]] = field(default_factory=dict)
    papers: dict[str, tuple[str, date | None]] = field(default_factory=dict)
    kept_years: dict[int, int] = field(default_factory=dict)  # year -> id
    kept_papers: dict[str, int] = field(default_factory=dict)  # kind -> id
    changed_years: set[int] = field(default_factory=set)
    changed_papers: set[str] = field(default_factory=set)

    @classmethod
    def fresh(cls, pk: int, place_id: int, *, is_example: bool) -> Standing:
        """A project that stands nowhere yet."""
        beside = {"stage": "", "owner_id": None, "owner_name": "", "is_example": is_example}
        return cls(pk, place_id, BLANK | beside)

    def facts(self) -> frozenset[str]:
        """The facts it holds, named as the gates name them."""
        fields = {name for name, value in self.values.items() if value not in (None, "")}
        return frozenset(fields | {f"approval.{kind}" for kind in self.papers})

    def hold(self, kind: str, number: str, granted_on: date | None) -> dict[str, tuple[Any, Any]]:
        """Hold an approval; a day not given anew stays. Returns what differs, as kept."""
        was = self.papers.get(kind)
        now = (number, granted_on or (was[1] if was else None))
        if was == now:
            return {}
        self.papers[kind] = now
        self.changed_papers.add(kind)
        return {f"approval.{kind}": (_paper_kept(was), _paper_kept(now))}

    def plan(self, year: int, category: str, plan_wan: Decimal | None) -> dict[str, tuple[Any, Any]]:
        """Plan a year; what is not given stays. Returns what differs, as kept."""
        was = self.years.get(year, ("", None))
        now = (category or was[0], was[1] if plan_wan is None else plan_wan)
        if was == now:
            return {}
        self.years[year] = now
        self.changed_years.add(year)
        pairs = {"category": (was[0], now[0]), "plan_wan": (plain(was[1]), plain(now[1]))}
        return {f"{year}.{name}": pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _paper_kept(paper: tuple[str, date | None] | None) -> list[Any] | None:
    return None if paper is None else [paper[0], plain(paper[1])]


def standing(ids: Sequence[int]) -> dict[int, Standing]:
    """Some projects as they stand now, locked until the transaction ends."""
    rows = Project.objects.select_for_update(of=("self",)).filter(AnyOf("pk", ids)).order_by("pk").values_list(*_READ)
    found = {standing.pk: standing for standing in map(_read, rows.iterator(chunk_size=5000))} if ids else {}
    if found:
        plans = ProjectYear.objects.filter(AnyOf("project_id", ids)).values_list(
            "project_id", "year", "pk", "category", "plan_wan"
        )
        for project, year, pk, category, plan_wan in plans:
            found[project].kept_years[year] = pk
            found[project].years[year] = (category, plan_wan)
        papers = Approval.objects.filter(AnyOf("project_id", ids)).values_list(
            "project_id", "kind", "pk", "number", "granted_on"
        )
        for project, kind, pk, number, granted_on in papers:
            found[project].kept_papers[kind] = pk
            found[project].papers[kind] = (number, granted_on)
    return found


def _read(row: tuple[Any, ...]) -> Standing:
    pk, place_id, cancelled_on, stage, owner_id, owner_name, is_example, *facts = row
    values = dict(zip(written.FIELDS, facts, strict=True))
    values |= {"stage": stage, "owner_id": owner_id, "owner_name": owner_name or "", "is_example": is_example}
    return Standing(pk, place_id, values, is_cancelled=cancelled_on is not None)


def year_rows(projects: Sequence[Standing]) -> Iterator[tuple[int | None, tuple[Any, ...]]]:
    """The plans to be written: the id of the row already kept, or None, and the row."""
    for project in projects:
        for year in sorted(project.changed_years):
            yield project.kept_years.get(year), (project.pk, year, *project.years[year])


def paper_rows(projects: Sequence[Standing]) -> Iterator[tuple[int | None, tuple[Any, ...]]]:
    """The approvals to be written: the id of the row already kept, or None, and the row."""
    for project in projects:
        for kind in sorted(project.changed_papers):
            yield project.kept_papers.get(kind), (project.pk, kind, *project.papers[kind])
