"""Who can fill the gap of a target: the projects and firms nearest to counting, and what each still lacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy

from tici.core.measures import Scope
from tici.enterprises.models import Enterprise
from tici.places.models import Place
from tici.projects.models import Project

from . import firms, projects


@dataclass(frozen=True)
class Candidate:
    """One project or firm that may come to count, and what it lacks in words."""

    subject: Project | Enterprise
    amount_wan: Decimal | None
    expected_on: date | None
    missing: str


@dataclass(frozen=True)
class Candidates:
    """The candidates for one target, the nearest first; ``total`` counts those not shown too."""

    basis: str  # who is listed, and in which order
    amount_label: str
    lines: tuple[Candidate, ...]
    by_place: Mapping[str, int]  # path of a place -> how many

    @property
    def total(self) -> int:
        return sum(self.by_place.values())

    def of(self, place: Place) -> int:
        """How many of them lie in a place."""
        return sum(count for path, count in self.by_place.items() if path.startswith(place.path))


@dataclass(frozen=True)
class Finder:
    """Who may come to count for a measure: the rows nearest first, and one row in words."""

    basis: Any
    amount_label: Any
    rows: Callable[[Scope], QuerySet[Any]]
    line: Callable[[Any, Scope], Candidate]


def candidates(code: str, scope: Scope, *, at_most: int) -> Candidates | None:
    """The candidates for a target of a measure in a scope; None where nobody can be named for it."""
    if (finder := FINDERS.get(code)) is None:
        return None
    rows = finder.rows(scope)
    counted = rows.order_by().values("place__path").annotate(count=Count("pk", distinct=True))
    return Candidates(
        basis=str(finder.basis),
        amount_label=str(finder.amount_label),
        lines=tuple(finder.line(row, scope) for row in rows[:at_most]),
        by_place=dict(counted.values_list("place__path", "count")),
    )


def _project(expected: str, lacks: Callable[[Any, Scope], str]) -> Callable[[Any, Scope], Candidate]:
    def line(project: Any, scope: Scope) -> Candidate:
        return Candidate(
            subject=project,
            amount_wan=project.investment_wan,
            expected_on=getattr(project, expected),
            missing=lacks(project, scope),
        )

    return line


_INVESTMENT = gettext_lazy("总投资")
_START, _FINISH = "planned_start_on", "planned_finish_on"


def _to_library(firm: Any, scope: Scope) -> Candidate:
    return Candidate(firm, firm.revenue_wan, firms.window_closes_on(scope), firms.lacks_to_enter(firm, scope))


def _to_listing(firm: Any, _scope: Scope) -> Candidate:
    return Candidate(firm, firm.profit_wan, None, firms.lacks_to_list(firm))


FINDERS: Mapping[str, Finder] = {
    "projects.reserved_year": Finder(
        projects.RESERVE_BASIS, _INVESTMENT, projects.to_reserve, _project(_START, projects.lacks_to_reserve)
    ),
    "projects.started_year": Finder(
        projects.START_BASIS, _INVESTMENT, projects.to_start, _project(_START, projects.lacks_to_start)
    ),
    "projects.started_in_statistics_year": Finder(
        projects.ENTRY_BASIS, _INVESTMENT, projects.to_enter, _project(_START, projects.lacks_to_enter)
    ),
    "projects.completed_year": Finder(
        projects.FINISH_BASIS, _INVESTMENT, projects.to_finish, _project(_FINISH, projects.lacks_to_finish)
    ),
    firms.ENTERED: Finder(firms.ENTRY_BASIS, gettext_lazy("营业收入"), firms.near_the_line, _to_library),
    firms.LISTED: Finder(firms.LISTING_BASIS, gettext_lazy("净利润"), firms.to_list, _to_listing),
}
