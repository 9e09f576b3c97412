"""One unit's report as its page shows it: each figure beside last month and last year, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse

from tici.core.copying import AnyOf
from tici.engines.periods import Month
from tici.enterprises.models import Cluster, Enterprise, ListedFirm
from tici.enterprises.queries import Listed, figures_listed
from tici.places.models import Place
from tici.returns import rules
from tici.returns.models import (
    Basis,
    CellQuery,
    FormColumn,
    FormVersion,
    Indicator,
    UnitFinding,
    UnitKind,
    UnitReport,
    UnitVintage,
)

from .forms import units_of

LAST_YEAR = {
    Basis.YTD: Basis.YTD_LAST_YEAR,
    Basis.MONTH: Basis.MONTH_LAST_YEAR,
    Basis.END: Basis.END_LAST_YEAR,
}
Figures = Mapping[str, Decimal | None]  # column code -> figure
Said = TypeVar("Said", UnitFinding, CellQuery)


@dataclass(frozen=True)
class ReportLine:
    """One indicator of a report: its figure, the same a month and a year before, and what is said of both columns."""

    column: FormColumn
    indicator: Indicator | None
    figure: Decimal | None
    url: str  # the cell of the workbook it came from
    last_month: Decimal | None
    last_year: Decimal | None
    is_reported_last_year: bool  # the year before is a column of this form, not last year's own report
    findings: tuple[tuple[UnitFinding, str], ...]  # each with its sentence
    questions: tuple[CellQuery, ...]
    listed: Listed | None = None  # what a list of another office says for the same period
    list_row: ListedFirm | None = None  # the row it stands in

    @property
    def basis(self) -> str:
        return str(Basis(self.column.basis).label)

    @property
    def growth(self) -> Decimal | None:
        """Against the same period of last year; nothing where that is not positive, or a gain became a loss."""
        if self.figure is None or self.last_year is None or self.last_year <= 0 or self.figure < 0:
            return None
        return self.figure / self.last_year - 1


def report_lines(report: UnitReport, vintage: UnitVintage | None) -> list[ReportLine]:
    """The lines of a report as one of its vintages has them; the number of queries does not grow with its columns."""
    columns = report.form.columns
    now = figures_of(columns, vintage.figures if vintage else ())
    last, year = (_figures_at(report, month) for month in (report.month - 1, report.month - 12))
    known = {one.code: one for one in Indicator.objects.all()}
    findings = _by_column(UnitFinding.objects.filter(vintage=vintage).order_by("pk") if vintage else ())
    questions = _by_column(CellQuery.objects.filter(report=report).select_related("asked_by", "answered_by"))
    codes = {column.code for column in columns}
    listed = _listed(report)
    lines = []
    for column in columns:
        twin = _twin(column)
        if _is_folded(column, codes):
            continue
        is_reported = twin in codes
        before = now.get(twin) if is_reported else year.get(column.code)
        both = (column.code, twin) if is_reported else (column.code,)
        lines.append(
            ReportLine(
                column=column,
                indicator=known.get(column.indicator),
                figure=now.get(column.code),
                url=cell_of(vintage, column.code),
                last_month=last.get(column.code),
                last_year=before,
                is_reported_last_year=is_reported,
                findings=tuple(
                    (one, rules.report_sentence(report.form, one.check_code, one.facts, one.rule_since, known))
                    for code in both
                    for one in findings.get(code, ())
                ),
                questions=tuple(one for code in both for one in questions.get(code, ())),
                **listed.get(column.code, {}),
            )
        )
    return lines


def _listed(report: UnitReport) -> dict[str, dict[str, Any]]:
    """What lists of other offices say of a firm for the month, by the column they are held against."""
    kinds = rules.form_checks_on(report.form.checks, report.month.last).listed
    if report.enterprise_id is None or not kinds:
        return {}
    found = figures_listed(report.month, [report.enterprise_id])
    said = {column: one for kind, column in kinds.items() if (one := found[kind].get(report.enterprise_id))}
    if not said:
        return {}
    rows = ListedFirm.objects.filter(AnyOf("pk", [one.row_id for one in said.values()]))
    by_id = rows.select_related("office_list__place").defer("search_pairs", "candidates").in_bulk()
    return {column: {"listed": one, "list_row": by_id[one.row_id]} for column, one in said.items()}


def figures_of(columns: Sequence[FormColumn], figures: Iterable[Decimal | None]) -> Figures:
    """The figures of a report by the code of their column."""
    return dict(zip((column.code for column in columns), figures, strict=False))


def _twin(column: FormColumn) -> str:
    """The code of the same indicator a year before."""
    basis = LAST_YEAR.get(Basis(column.basis))
    return f"{column.indicator}.{basis}" if basis else ""


def _is_folded(column: FormColumn, codes: set[str]) -> bool:
    """Whether a column of last year stands on the line of this year's."""
    return any(column.basis == year and f"{column.indicator}.{basis}" in codes for basis, year in LAST_YEAR.items())


def _figures_at(report: UnitReport, month: Month) -> Figures:
    """What the same unit reported on the same form for another month."""
    unit = Q(enterprise=report.enterprise_id, cluster=report.cluster_id)
    if report.enterprise_id is None and report.cluster_id is None:
        unit = Q(place=report.place_id, enterprise__isnull=True, cluster__isnull=True)
    other = UnitReport.objects.of(report.code, month).filter(unit).select_related("form").first()
    return figures_of(other.form.columns, other.figures or ()) if other else {}


def _by_column(rows: Iterable[Said]) -> dict[str, list[Said]]:
    found: dict[str, list[Said]] = {}
    for row in rows:
        found.setdefault(row.column, []).append(row)
    return found


def cell_of(vintage: UnitVintage | None, column: str) -> str:
    """Where the cell of the workbook that a figure came from is shown; nothing for a typed one."""
    source = vintage.source if vintage else None
    if source is None or column not in source.cells:
        return ""
    asked = urlencode({"sheet": source.sheet, "cell": source.cells[column]})
    return f"{reverse('desk:cell', args=[source.upload.digest])}?{asked}"


def unit_rows(form: FormVersion, month: Month, *, within: Place) -> QuerySet[Any]:
    """Who is to report on a form for a month, of a place: rows of enterprises, places or clusters."""
    at = {UnitKind.PLACE: 0, UnitKind.ENTERPRISE: 1, UnitKind.CLUSTER: 2}[UnitKind(form.unit_kind)]
    ids = [pk for unit in units_of(form, month) if (pk := unit[at]) is not None]
    if form.unit_kind == UnitKind.PLACE:
        return Place.objects.within(within).filter(pk__in=ids)
    rows = Enterprise.objects.all() if form.unit_kind == UnitKind.ENTERPRISE else Cluster.objects.all()
    return rows.filter(AnyOf("pk", ids), place__path__startswith=within.path)


def unit_names(reports: Iterable[int]) -> dict[int, str]:
    """What the units of some reports are called, by report."""
    rows = UnitReport.objects.filter(AnyOf("id", reports)).select_related("enterprise", "cluster", "place")
    return {report.pk: str(report.unit) for report in rows}


def report_differences(
    report: UnitReport, old: UnitVintage, new: UnitVintage
) -> list[tuple[FormColumn, Decimal | None, Decimal | None]]:
    """Every column in which two vintages of a report differ."""
    pairs = zip(report.form.columns, old.figures, new.figures, strict=False)
    return [(column, one, other) for column, one, other in pairs if one != other]
