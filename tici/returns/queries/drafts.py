"""The month as it is being typed: each expected project with last month beside it and what was typed so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from tici.returns import rules
from tici.returns.models import FIGURES, TEXTS, Entry, Filing
from tici.returns.rules import EntryRow

from .entries import typed_projects

TYPED = (*rules.TYPED_FIGURES, *TEXTS)


@dataclass(frozen=True)
class DraftLine:
    """One project's line: what is locked, what the cells show, and the row it would be filed as."""

    project_id: int
    name: str
    investment_wan: Decimal | None
    plan_wan: Decimal | None
    last_ytd_wan: Decimal | None
    cells: dict[str, str]  # as typed, else as filed
    row: EntryRow
    problems: dict[str, str]
    is_typed: bool  # anything to file


def draft_lines(filing: Filing) -> list[DraftLine]:
    """The lines of a month's draft: expected projects and those already filed, in the order of the register."""
    month = filing.month
    last = dict(Entry.objects.current(month - 1).filter(place=filing.place).values_list("project_id", "done_ytd_wan"))
    filed = {entry.project_id: entry for entry in Entry.objects.filter(vintage__filing=filing, is_current=True)}
    typed = dict(filing.draft_rows.values_list("project_id", "cells"))
    projects = typed_projects(filing)
    plans = dict(projects.filter(years__year=month.year).values_list("pk", "years__plan_wan").order_by("pk"))
    lines = []
    for pk, name, investment in projects.values_list("pk", "name", "investment_wan"):
        entry, plan, cells = filed.get(pk), plans.get(pk), typed.get(pk, {})
        if plan is None and entry is not None:
            plan = entry.plan_year_wan
        row, problems = rules.typed_row(pk, cells, plan_wan=plan)
        lines.append(
            DraftLine(
                project_id=pk,
                name=name,
                investment_wan=investment,
                plan_wan=plan,
                last_ytd_wan=last.get(pk) if month.number > 1 else Decimal(0),
                cells={column: cells[column] if column in cells else _shown(entry, column) for column in TYPED},
                row=row if entry is None else _over(entry, row, cells),
                problems=problems,
                is_typed=entry is not None or any(text.strip() for text in cells.values()),
            )
        )
    return lines


def _over(entry: Entry, row: EntryRow, cells: dict[str, str]) -> EntryRow:
    """What is typed, and the register's plan, laid over what was filed; an untouched line keeps its cells."""
    figures = {name: getattr(entry, name) for name in FIGURES}
    texts = {name: getattr(entry, name) for name in TEXTS}
    typed = {name: value for name, value in row.figures.items() if value != figures[name]}
    if not cells and not typed:
        return EntryRow(entry.project_id, figures, texts, source_id=entry.source_id)
    if typed.keys() & {"plan_year_wan", "done_ytd_wan"}:
        figures["completion_rate_given"] = None  # it was given for another figure
    return replace(row, figures=figures | typed, texts=texts | dict(row.texts))


def _shown(entry: Entry | None, column: str) -> str:
    value = getattr(entry, column) if entry is not None else None
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value or ""
