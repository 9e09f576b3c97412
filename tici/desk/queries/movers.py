"""The firms that carried or held back the month, what they were asked about it, and a firm's own months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import QuerySet

from tici.accounts.models import Person
from tici.core.measures import Scope
from tici.desk.rules.industry import reason_asked
from tici.engines.panel import Entry, Span, movers
from tici.engines.panel.panel import Where
from tici.enterprises.models import Enterprise
from tici.returns.measures import ENTRY_LABELS
from tici.returns.models import Basis, CellQuery, UnitReport
from tici.returns.queries import firm_panel

from .asked import EMPTY, Asked, asked_of, known

COUNT = 15
MONTHS = 24


@dataclass(frozen=True)
class Mover:
    """One firm that moved the whole, and what it says of it."""

    firm: int
    name: str
    county: str
    entry: str
    now: float
    base: float
    delta: float
    rate: float | None
    pull: float | None
    share: float | None
    report: int | None  # its report of the month; none for a firm that left
    question: str  # the sentence to ask it with
    said: tuple[CellQuery, ...]


@dataclass(frozen=True)
class Moved:
    """Those that pulled up and those that pulled down, the largest first."""

    up: list[Mover]
    down: list[Mover]


def moved(asked: Asked, where: Where | None = None, count: int = COUNT) -> Moved:
    """The firms with the largest pull on the place, or on a part of it."""
    where = where or asked.where
    found = movers(
        asked.found.panel, asked.indicator, month=asked.scope.month, policy=asked.policy, count=count, span=asked.span,
        labels=("county",), where=where,
    )  # fmt: skip
    sides = [found.up.to_dicts(), found.down.to_dicts()]
    reports = _reports(asked, [row["unit"] for side in sides for row in side])
    said = _said(asked, reports.values())
    counties = {county.code: county.short_name for county in asked.scope.counties}
    up, down = ([_mover(asked, row, counties, reports, said) for row in side] for side in sides)
    return Moved(up, down)


def column_of(asked: Asked) -> str:
    """The cell of a report that a question about an indicator is about."""
    return f"{asked.indicator}.{Basis.END if asked.is_stock else Basis.YTD}"


def _mover(
    asked: Asked,
    row: Mapping[str, Any],
    counties: Mapping[str, str],
    reports: Mapping[str, int],
    said: Mapping[int, list[CellQuery]],
) -> Mover:
    report = reports.get(row["unit"])
    return Mover(
        firm=int(row["unit"]),
        name=asked.found.names[row["unit"]],
        county=counties.get(row["county"], ""),
        entry=str(ENTRY_LABELS[Entry(row["entry"])]),
        now=row["now"],
        base=row["base"],
        delta=row["delta"],
        rate=known(row["rate"]),
        pull=known(row["pull"]),
        share=known(row["share"]),
        report=report,
        question=reason_asked(
            asked.card.name, asked.card.unit_name, asked.scope.month, row, asked.scope.place.short_name,
            is_single=asked.span is Span.MONTH or asked.is_stock,
        ),
        said=tuple(said.get(report, ())) if report is not None else (),
    )  # fmt: skip


def _reports(asked: Asked, units: Iterable[str]) -> dict[str, int]:
    """The report of the month of each of some firms that did not leave."""
    panel = asked.found.panel
    rows = np.arange(len(panel))[panel.rows(asked.scope.month, {"unit": set(units)})]
    rows = rows[~panel.entry.matching({str(Entry.EXITED)})[rows]]
    names = panel.unit.names.gather(panel.unit.codes[rows]).to_list()
    return dict(zip(names, asked.found.reports[rows].tolist(), strict=True))


def _said(asked: Asked, reports: Iterable[int]) -> dict[int, list[CellQuery]]:
    """What was asked about the cell and answered, by report."""
    found: dict[int, list[CellQuery]] = {}
    queries = CellQuery.objects.filter(report__in=list(reports), column=column_of(asked)).order_by("pk")
    for query in queries.select_related("answered_by"):
        found.setdefault(query.report_id, []).append(query)
    return found


def report_of(person: Person, pk: int) -> QuerySet[UnitReport]:
    """A report that a person sees."""
    return UnitReport.objects.visible_to(person).filter(pk=pk).select_related("place", "form", "enterprise")


@dataclass(frozen=True)
class FirmMonth:
    """One month of a firm: since January, alone, against the year before, and its weight in its county."""

    month: str
    total: float | None
    rate: float | None
    single: float | None
    single_rate: float | None
    pull: float | None
    report: int


def firm_months(asked: Asked, firm: int) -> list[FirmMonth]:
    """The months of one firm, newest first; its pull is that on the place asked for."""
    by, own = ("period", "unit"), {**asked.where, "unit": str(firm)}
    since, single = (
        {row["period"]: row for row in asked.grown(by=by, where=own, month=None, span=span).rows}
        for span in (Span.YTD, Span.MONTH)
    )
    wholes = {row["period"]: row for row in asked.grown(by=("period",), month=None, span=Span.YTD).rows}
    panel = asked.found.panel
    rows = np.arange(len(panel))[panel.rows(None, own)]
    rows = rows[~panel.entry.matching({str(Entry.EXITED)})[rows]]
    months = [str(month) for month in panel.months]
    told = []
    for at in rows:
        month = months[panel.period.codes[at]]
        row, alone, whole = since.get(month, EMPTY), single.get(month, EMPTY), wholes.get(month, EMPTY)
        told.append(
            FirmMonth(
                month=month,
                total=known(row["total"]),
                rate=known(row["rate"]),
                single=known(alone["total"]),
                single_rate=known(alone["rate"]),
                pull=_over(row["delta"], whole["base"]),
                report=int(asked.found.reports[at]),
            )
        )
    return sorted(told, key=lambda one: one.month, reverse=True)[:MONTHS]


@dataclass(frozen=True)
class FirmMonths:
    """A firm's months by one indicator, and how they were asked for."""

    asked: Asked
    rows: list[FirmMonth]


def months_of(person: Person, firm: Enterprise, words: Mapping[str, str]) -> FirmMonths | None:
    """The months of a firm that a person sees, weighed against its county; none for a firm that never reported."""
    found = firm_panel()
    if found is None or str(firm.pk) not in found.names:
        return None
    asked = asked_of(Scope(person, firm.place, (found.filed_months or found.months)[-1]), found, words)
    return FirmMonths(asked, firm_months(asked, firm.pk))


def _over(part: float, whole: float) -> float | None:
    delta, base = known(part), known(whole)
    return delta / base if delta is not None and base is not None and base > 0 else None
