"""A form's month as it is being typed, in a place or by one firm: lines with what is carried over, filed and typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from tici.core.copying import AnyOf
from tici.engines.periods import Month
from tici.enterprises.models import Enterprise
from tici.places.models import Place
from tici.returns import rules
from tici.returns.models import (
    Basis,
    FormVersion,
    Indicator,
    ReportDraft,
    Severity,
    UnitFinding,
    UnitReport,
    UnitVintage,
)
from tici.returns.rules import Figures

from .columns import exact_columns
from .forms import indicators, is_sealed
from .known import kept_months

Whose = Place | Enterprise  # whose sheet: a place's for all units in it, or a firm's own
SEVERITIES = {Severity.STOP: "error", Severity.ASK: "warning", Severity.NOTE: "warning"}


@dataclass(frozen=True)
class ReportDraftLine:
    """One unit's line: its report, what is typed, the figures it would be filed as, and what cannot be read."""

    report: UnitReport
    cells: Mapping[str, str]  # as typed
    figures: Figures
    carried: Mapping[str, Decimal]  # last year's figures, by column; not to be typed
    problems: Mapping[str, str]
    is_open: bool

    @property
    def is_typed(self) -> bool:
        """Whether anything was typed since the unit last filed."""
        return bool(self.cells)


def _of(whose: Whose) -> Q:
    return Q(enterprise=whose) if isinstance(whose, Enterprise) else Q(place__path__startswith=whose.path)


def sheet_reports(form: FormVersion, month: Month, whose: Whose) -> QuerySet[UnitReport]:
    """The reports of a form's month that stand in a sheet, in official order."""
    rows = UnitReport.objects.of(form.code, month).filter(_of(whose), form=form)
    return rows.select_related("enterprise", "cluster", "place").order_by("place__position", "place__code", "pk")


def carried_of(form: FormVersion, month: Month, reports: Sequence[UnitReport]) -> dict[int, dict[str, Decimal]]:
    """What is carried over from last year and not to be typed, by report and column.

    A firm that did not report a year ago brings the months it gave in the cultivation pool.
    """
    key, pairs = rules.unit_key(form), rules.carried_pairs(form.columns)
    units = [getattr(report, key) for report in reports]
    then = exact_columns(form.code, month - 12, key, units, list(pairs.values()))
    kept = kept_months(form, month, [unit for unit in units if unit not in then]) if pairs else {}
    given = {unit: tuple(told.get(now) for now in pairs.values()) for unit, told in kept.items()}
    then = given | then
    return {report.pk: rules.carried_over(pairs, then.get(unit)) for report, unit in zip(reports, units, strict=True)}


def report_lines_of(
    form: FormVersion,
    month: Month,
    reports: Sequence[UnitReport],
    known: Mapping[str, Indicator],
    typed: Mapping[int, Mapping[str, str]] | None = None,
    carried_over: Mapping[int, Mapping[str, Decimal]] | None = None,
) -> list[ReportDraftLine]:
    """The lines of some reports; what is typed in them and carried over is read where it is not given."""
    carried_over = carried_of(form, month, reports) if carried_over is None else carried_over
    if typed is None:
        drafts = ReportDraft.objects.filter(AnyOf("report_id", [report.pk for report in reports]))
        typed = dict(drafts.values_list("report_id", "cells"))
    units, sealed = [(one.code, known[one.indicator].unit) for one in form.columns], is_sealed(form.code, month)
    lines = []
    for report in reports:
        cells, carried = typed.get(report.pk, {}), carried_over[report.pk]
        filed = tuple(report.figures) if report.figures is not None else None
        figures, problems = rules.typed_figures(units, cells, filed=filed, carried=carried)
        is_open = report.is_open or sealed
        lines.append(ReportDraftLine(report, cells, figures, carried, problems, is_open))
    return lines


def sheet_version(form: FormVersion, month: Month, whose: Whose) -> int:
    """A number that grows with every save, filing and undoing in a sheet: who typed on an older one is told."""
    reports = UnitReport.objects.of(form.code, month).filter(_of(whose)).order_by()
    saves = ReportDraft.objects.filter(report__in=reports).aggregate(count=Sum("version"))["count"] or 0
    vintages = UnitVintage.objects.filter(report__in=reports).aggregate(made=Count("pk"), undone=Count("undone_at"))
    return int(saves) + int(vintages["made"]) + int(vintages["undone"])


def report_sheet(form: FormVersion, month: Month, whose: Whose) -> dict[str, Any]:
    """The sheet of a form's month as the grid takes it: columns, a row a unit, and what is found."""
    version = sheet_version(form, month, whose)
    known = indicators()
    lines = report_lines_of(form, month, list(sheet_reports(form, month, whose)), known)
    codes = [column.code for column in form.columns]
    return {
        "version": version,
        "append": False,
        "columns": [
            {"code": "unit", "label": _("填报单位"), "kind": "text", "locked": True, "frozen": True, "width": 220},
            *(
                {
                    "code": column.code,
                    "label": str(Basis(column.basis).label),
                    "group": known[column.indicator].name,
                    "kind": "number",
                    "unit": known[column.indicator].unit_name,
                }
                for column in form.columns
            ),
        ],
        "rows": [
            {
                "id": line.report.pk,
                "cells": [str(line.report.unit), *(_shown(line, code, at) for at, code in enumerate(codes))],
                "locked": sorted(line.carried) if line.is_open else True,
            }
            for line in lines
        ],
        "problems": [*_unread(lines), *_found(form, lines, known)],
    }


def _shown(line: ReportDraftLine, code: str, at: int) -> str:
    if code not in line.carried and code in line.cells:
        return line.cells[code]
    return plain(line.figures[at])


def plain(value: Decimal | None) -> str:
    """A figure as it is typed: without zeros at its end, nothing where there is none."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _unread(lines: Sequence[ReportDraftLine]) -> list[dict[str, Any]]:
    return [
        {"row": line.report.pk, "column": column, "message": problem, "severity": "error"}
        for line in lines
        for column, problem in line.problems.items()
    ]


def _found(form: FormVersion, lines: Sequence[ReportDraftLine], known: Mapping[str, Indicator]) -> list[dict[str, Any]]:
    """What the checks said of what is filed, for lines on which nothing was typed since."""
    filed = [line.report.pk for line in lines if not line.cells and line.report.vintage_number]
    rows = UnitFinding.objects.filter(
        AnyOf("vintage__report_id", filed), vintage__number=F("vintage__report__vintage_number"), answer=""
    ).select_related("vintage")
    return [
        {
            "row": one.vintage.report_id,
            "column": one.column,
            "message": rules.report_sentence(form, one.check_code, one.facts, one.rule_since, known),
            "severity": SEVERITIES[Severity(one.severity)],
        }
        for one in rows.order_by("pk")
    ]
