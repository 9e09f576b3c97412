"""Which month it is about, and the months of one project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tici.accounts.models import Person
from tici.engines.periods import Month
from tici.places.models import Place
from tici.projects.models import Project
from tici.returns.models import Entry, Filing

from .entries import cell_url

OPENED = ("plan_year_wan", "done_month_wan", "done_ytd_wan", "done_total_wan")
PLANS = "#facts-years"  # where the page of a project shows the plans of its years


def latest_month() -> Month:
    """The newest month with filings, every page's first month.

    Before any month was opened: the month before the newest person joined, which is the one to open first.
    """
    newest = Filing.objects.aggregate(newest=Max("month_on"))["newest"]
    if newest is not None:
        return Month.of(newest)
    joined = Person.objects.aggregate(joined=Max("date_joined"))["joined"]
    return Month.of(joined.astimezone(timezone.get_default_timezone()).date()) - 1 if joined else Month(2021, 1)


def months_with_filings() -> list[Month]:
    """Every month that was opened, newest first."""
    days = Filing.objects.order_by("-month_on").values_list("month_on", flat=True).distinct()
    return [Month.of(day) for day in days]


@dataclass(frozen=True)
class ProjectMonth:
    """One month of one project as reported, and its completion rate as computed."""

    month: Month
    entry_id: int
    filing_id: int
    plan_wan: Decimal | None
    done_month_wan: Decimal | None
    done_ytd_wan: Decimal | None
    done_total_wan: Decimal | None
    progress_text: str
    problem_text: str
    findings: int
    urls: Mapping[str, str]  # field -> where its figure came from

    @property
    def row_url(self) -> str:
        """The project's row in the filing."""
        return _row_url(self.filing_id, self.entry_id)

    @property
    def rate(self) -> Decimal | None:
        """投资完成率, never capped; none without a plan or a figure."""
        return self.done_ytd_wan / self.plan_wan if self.plan_wan and self.done_ytd_wan is not None else None


@dataclass(frozen=True)
class ProjectMonths:
    """The months reported of a project, newest first, and as a chart."""

    rows: tuple[ProjectMonth, ...]

    @property
    def chart(self) -> dict[str, Any]:
        """Investment and completion rate of the newest year, January first."""
        year = self.rows[0].month.year if self.rows else 0
        rows = [row for row in reversed(self.rows) if row.month.year == year]
        return {
            "title": _("%(year)s年投资进度") % {"year": year},
            "basis": _("本年累计完成投资，按现行版次；完成率=本年累计÷年度计划投资。部门调度数。"),
            "head": _("月份"),
            "labels": [_("%(month)s月") % {"month": row.month.number} for row in rows],
            "series": [
                {
                    "name": _("本年累计"),
                    "kind": "bar",
                    "unit": _("万元"),
                    "values": [_plain(row.done_ytd_wan) for row in rows],
                    "links": [row.urls["done_ytd_wan"] for row in rows],
                },
                {
                    "name": _("完成率"),
                    "kind": "line",
                    "unit": "%",
                    "axis": "right",
                    "values": [None if row.rate is None else round(float(row.rate) * 100, 1) for row in rows],
                    "links": [row.row_url for row in rows],
                },
            ],
            "size": "low",
        }


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def months_of(project: Project, *, limit: int = 24) -> ProjectMonths:
    """The months reported of a project, newest first."""
    plans = {year.year: year.plan_wan for year in project.years.all()}
    entries = (
        Entry.objects.filter(project=project, is_current=True)
        .select_related("vintage", "source__upload")
        .prefetch_related("findings")
        .order_by("-month_on")[:limit]
    )
    rows = (
        ProjectMonth(
            month=Month.of(entry.month_on),
            entry_id=entry.pk,
            filing_id=entry.vintage.filing_id,
            plan_wan=plans.get(entry.month_on.year) if entry.plan_year_wan is None else entry.plan_year_wan,
            done_month_wan=entry.done_month_wan,
            done_ytd_wan=entry.done_ytd_wan,
            done_total_wan=entry.done_total_wan,
            progress_text=entry.progress_text,
            problem_text=entry.problem_text,
            findings=len(entry.findings.all()),
            urls=_urls(entry),
        )
        for entry in entries
    )
    return ProjectMonths(tuple(rows))


def _row_url(filing_id: int, entry_id: int) -> str:
    return f"{reverse('returns:filing', args=[filing_id])}?at={entry_id}#entry-{entry_id}"


def _urls(entry: Entry) -> dict[str, str]:
    """Where each figure of an entry came from: its cell in the workbook, or its row in the filing where it was typed.

    A plan that was not reported is that of the year, which stands on the page of the project.
    """
    row = _row_url(entry.vintage.filing_id, entry.pk)
    urls = {field: cell_url(entry, field) or row for field in OPENED}
    return urls if entry.plan_year_wan is not None else urls | {"plan_year_wan": PLANS}


def filings_of(month: Month, *, within: Place) -> QuerySet[Filing]:
    """The filings of a month in a place, in administrative order."""
    rows = Filing.objects.filter(month_on=month.first, place__path__startswith=within.path)
    return rows.select_related("place").order_by("place__position", "place__code")
