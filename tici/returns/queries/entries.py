"""Which projects a place is to report, what it reported, and how two vintages differ, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, NullIf, Round
from django.urls import reverse

from tici.engines.periods import Month
from tici.projects.models import Category, Precision, Project, ProjectQuerySet, ProjectYear, Stage
from tici.returns import rules
from tici.returns.models import FIGURES, TEXTS, Entry, Filing, Finding, Vintage

UNDER_CONSTRUCTION = (Stage.STARTED, Stage.BUILDING)


def alive_at(month: Month, prefix: str = "") -> Q:
    """Projects that were not cancelled by the end of a month."""
    return Q(**{f"{prefix}cancelled_on__isnull": True}) | Q(**{f"{prefix}cancelled_on__gt": month.last})


def started_by(month: Month) -> Q:
    """Projects that had started by the end of a month; by their stage where no date is known."""
    return Q(started_on__lte=month.last) | Q(started_on__isnull=True, stage__in=rules.UNDER_WAY)


def due_to_start(month: Month, category: str) -> Q:
    """Projects of the year's category 计划开工 whose planned start was due by a month.

    A start given as a quarter or a year is due at its end, one without a date at the end of the year.
    ``category`` is the path to the category of the year.
    """
    quarter, year = Precision.QUARTER, Precision.YEAR
    dated = (
        Q(planned_start_precision=quarter, planned_start_on__lte=(month - rules.LONGER[quarter]).last)
        | Q(planned_start_precision=year, planned_start_on__lte=(month - rules.LONGER[year]).last)
        | Q(~Q(planned_start_precision__in=(quarter, year)), planned_start_on__lte=month.last)
    )
    undated = Q(planned_start_on__isnull=True) if month.number == 12 else Q()
    return Q(**{category: Category.TO_START}) & (dated | undated)


def expected_in(year_plan: str, entry: str) -> Q:
    """Projects to be reported: in the year's plan, under construction, or reported already.

    ``year_plan`` and ``entry`` are the paths to the year and to the month's entry.
    """
    return Q(**{f"{year_plan}__isnull": False}) | Q(stage__in=UNDER_CONSTRUCTION) | Q(**{f"{entry}__isnull": False})


def typed_projects(filing: Filing) -> ProjectQuerySet:
    """Projects with a line in a typed month: those it is to hold and those filed already, in the register's order."""
    planned = ProjectYear.objects.filter(project=OuterRef("pk"), year=filing.month.year)
    filed = Entry.objects.filter(project=OuterRef("pk"), vintage__filing=filing, is_current=True)
    expected = alive_at(filing.month) & (Q(Exists(planned)) | Q(stage__in=UNDER_CONSTRUCTION))
    return Project.objects.within(filing.place).filter(expected | Q(Exists(filed))).order_by("pk")


@dataclass(frozen=True)
class Cell:
    """One reported cell: the value, where it came from, last month's, and what the checks say of it."""

    column: str
    value: Any
    last: Any = None
    url: str = ""  # the cell of the workbook
    findings: tuple[Finding, ...] = ()

    @property
    def is_text(self) -> bool:
        return self.column in TEXTS

    @property
    def is_rate(self) -> bool:
        return self.column == "completion_rate_given"


@dataclass(frozen=True)
class Line:
    """One reported project with its cells."""

    entry: Entry
    cells: tuple[Cell, ...]
    rate: Decimal | None  # as computed
    others: tuple[Finding, ...] = field(default=())  # findings about cells that are not shown


def with_rate(entries: QuerySet[Entry], year: int) -> QuerySet[Entry]:
    """Entries with their completion rate as computed, to sort and to take away by."""
    plan = FilteredRelation("project__years", condition=Q(project__years__year=year))
    planned = NullIf(Coalesce("plan_year_wan", "plan_of_year__plan_wan"), Decimal(0))
    return entries.alias(plan_of_year=plan).annotate(rate=Round(F("done_ytd_wan") / planned, 6))


def filing_lines(entries: Sequence[Entry], columns: Sequence[str], month: Month) -> list[Line]:
    """Reported projects as the filing page shows them: four queries, however many there are."""
    projects = [entry.project_id for entry in entries]
    last = {one.project_id: one for one in Entry.objects.current(month - 1).filter(project__in=projects)}
    plans = dict(
        ProjectYear.objects.filter(project__in=projects, year=month.year).values_list("project_id", "plan_wan")
    )
    findings: dict[int, list[Finding]] = {}
    for finding in Finding.objects.filter(entry__in=[entry.pk for entry in entries]).order_by("pk"):
        findings.setdefault(finding.entry_id, []).append(finding)
    return [
        _line(entry, columns, last.get(entry.project_id), plans.get(entry.project_id), findings.get(entry.pk, []))
        for entry in entries
    ]


def _line(
    entry: Entry, columns: Sequence[str], last: Entry | None, plan: Decimal | None, findings: list[Finding]
) -> Line:
    plan = plan if entry.plan_year_wan is None else entry.plan_year_wan
    cells = tuple(
        Cell(
            column,
            getattr(entry, column),
            getattr(last, column) if last and column in FIGURES else None,
            cell_url(entry, column),
            tuple(finding for finding in findings if finding.field == column),
        )
        for column in columns
    )
    rate = entry.done_ytd_wan / plan if plan and entry.done_ytd_wan is not None else None
    return Line(entry, cells, rate, tuple(finding for finding in findings if finding.field not in columns))


def cell_url(entry: Entry, column: str) -> str:
    """Where the cell of the workbook that a figure came from is shown; nothing for a typed one."""
    source = entry.source
    if source is None or column not in source.cells:
        return ""
    asked = urlencode({"sheet": source.sheet, "cell": source.cells[column]})
    return f"{reverse('desk:cell', args=[source.upload.digest])}?{asked}"


@dataclass(frozen=True)
class Difference:
    """One cell that two vintages give differently; a project that only one of them holds has no column."""

    project: Project
    column: str
    old: Any
    new: Any

    @property
    def is_added(self) -> bool:
        return not self.column and self.new is not None


def differences(old: Vintage, new: Vintage) -> list[Difference]:
    """Every cell in which two vintages differ, and the projects that only one of them holds."""
    olds, news = ({entry.project_id: entry for entry in one.entries.select_related("project")} for one in (old, new))
    found = []
    for pk in dict.fromkeys([*olds, *news]):
        before, after = olds.get(pk), news.get(pk)
        if before is None or after is None:
            project = (before or after).project  # type: ignore[union-attr]
            found.append(Difference(project, "", before and before.pk, after and after.pk))
            continue
        pairs = ((column, getattr(before, column), getattr(after, column)) for column in (*FIGURES, *TEXTS))
        found += [Difference(after.project, column, one, other) for column, one, other in pairs if one != other]
    return found
