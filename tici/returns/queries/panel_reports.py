"""The reports behind a figure of the panel, each with the figure itself, the year before's beside it, and its class."""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
from django.db.models import Case, CharField, DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from numpy.typing import NDArray

from tici.accounts.models import Person
from tici.core.copying import AnyOf
from tici.core.measures import Scope
from tici.engines.panel import Span
from tici.engines.periods import Month
from tici.returns import rules
from tici.returns.models import Basis, FormVersion, UnitFinding, UnitReport, UnitReportQuerySet

from .panels import FIRM_FORM, FirmPanel

AMOUNT = DecimalField(max_digits=20, decimal_places=4)
THIS_YEAR, LAST_YEAR = (Basis.YTD, Basis.END), (Basis.YTD_LAST_YEAR, Basis.END_LAST_YEAR)


def held_back(month: Month) -> Exists:
    """Whether a report stays out of every sum: a slip of unit or digits is neither corrected nor explained."""
    own = UnitFinding.objects.filter(vintage__report=OuterRef("pk"), vintage__number=OuterRef("vintage_number"))
    slips = reduce(or_, (Q(check_code__endswith=ending) for ending in rules.held_back_by(month.last)))
    return Exists(own.filter(slips, answer=""))


def doubtful_reports(scope: Scope) -> UnitReportQuerySet:
    """The month's firm reports that hold something to be corrected, or to be explained and not yet explained."""
    reports = UnitReport.objects.visible_to(scope.person).of(FIRM_FORM, scope.month)
    return reports.filter(Q(stops__gt=0) | Q(asks__gt=0), place__path__startswith=scope.place.path)


def reports_behind(
    found: FirmPanel | None,
    rows: NDArray[np.intp] | Collection[int],
    *,
    person: Person,
    month: Month,
    indicators: Collection[str],
    span: str = Span.YTD,
) -> QuerySet[UnitReport]:
    """The reports that rows of the panel stand in, as far as a person sees them.

    Each has ``entry`` and for every indicator ``output_now`` and ``output_base``, since January or of the single month.
    A firm that left stands here by its report of a year earlier: its figure of this year is 0, its base what it
    reported then.
    """
    reports = UnitReport.objects.visible_to(person)
    if found is None:
        return _with_figures(reports.none(), (), {}, month, indicators, span)
    at = np.asarray(rows, np.intp)
    ids = found.reports[at].tolist()
    codes = found.panel.entry.codes[at]
    classes = {
        str(name): found.reports[at[codes == code]].tolist() for code, name in enumerate(found.panel.entry.names)
    }
    forms = FormVersion.objects.filter(code=FIRM_FORM)
    reports = reports.filter(AnyOf("id", ids)).select_related("enterprise", "place", "form")
    return _with_figures(reports, list(forms), classes, month, indicators, span)


def _with_figures(
    reports: QuerySet[UnitReport],
    forms: Collection[FormVersion],
    classes: dict[str, list[int]],
    month: Month,
    indicators: Collection[str],
    span: str,
) -> QuerySet[UnitReport]:
    classed = [When(AnyOf("id", ids), then=Value(str(name))) for name, ids in classes.items() if ids]
    told: dict[str, Any] = {"entry": Case(*classed, default=Value(""), output_field=CharField())}
    for indicator in indicators:
        now, base = (_figure(forms, indicator, bases) for bases in (THIS_YEAR, LAST_YEAR))
        then = _figure(forms, indicator, THIS_YEAR)
        if span == Span.MONTH and not _is_stock(forms, indicator):
            now, base = now - _before(now, month), base - _before(base, month)
            then = then - _before(then, month - 12)
        here = When(month_on=month.first, then=now)
        told[f"{indicator}_now"] = Case(here, default=Value(0), output_field=AMOUNT)
        told[f"{indicator}_base"] = Case(When(month_on=month.first, then=base), default=then, output_field=AMOUNT)
    return reports.annotate(**told)


def _figure(forms: Collection[FormVersion], indicator: str, bases: Collection[str]) -> Any:
    """The figure of an indicator, wherever each version of the form has its column."""
    found = []
    for form in forms:
        positions = form.positions
        at = next((positions[f"{indicator}.{basis}"] for basis in bases if f"{indicator}.{basis}" in positions), None)
        if at is not None:
            found.append(When(form_id=form.pk, then=F(f"figures__{at}")))
    return Case(*found, default=None, output_field=AMOUNT)


def _before(figure: Any, month: Month) -> Any:
    """The figure of the month before in the same year; 0 before January, nothing where it was not filed."""
    if month.number == 1:
        return Value(0, output_field=AMOUNT)
    of_unit = UnitReport.objects.filter(
        code=OuterRef("code"), enterprise=OuterRef("enterprise"), month_on=(month - 1).first
    )
    return Subquery(of_unit.annotate(before=figure).values("before")[:1], output_field=AMOUNT)


def _is_stock(forms: Collection[FormVersion], indicator: str) -> bool:
    return any(f"{indicator}.{Basis.END}" in form.positions for form in forms)
