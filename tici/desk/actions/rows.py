"""How a line of a file becomes rows of the rooms' registers, each knowing the cells it came from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from tici.core.actions import Source
from tici.core.copying import AnyOf
from tici.desk.queries.standing import ENTRY_FIELDS
from tici.desk.queries.taking import Offer
from tici.desk.rules import fields
from tici.desk.rules.lines import MASTER, MONTHLY
from tici.duties.actions import DutyRow
from tici.projects.actions import LedgerRow
from tici.returns.actions import EntryRow
from tici.returns.models import Entry, Filing

TEXTS = frozenset(fields.ENTRY_TEXTS.values())
FIGURES = tuple(name for name in ENTRY_FIELDS if name not in TEXTS)
NOT_OF_THE_PROJECT = frozenset({"owner_name", "owner_uscc", "category", "plan_wan", "approvals", "stage"})


def ledger_row(offer: Offer, upload_id: int, year: int) -> LedgerRow:
    """What a line says of a project."""
    facts = offer.facts
    approvals = {kind: (number, day) for kind, (number, day) in facts.get("approvals", {}).items()}
    return LedgerRow(
        project_id=offer.project_id,
        place_id=offer.place_id,
        facts={name: value for name, value in facts.items() if name not in NOT_OF_THE_PROJECT},
        owner_name=facts.get("owner_name", ""),
        owner_uscc=facts.get("owner_uscc", ""),
        year=year,
        category=facts.get("category", ""),
        plan_wan=facts.get("plan_wan"),
        approvals=approvals,
        stage=facts.get("stage", ""),
        source=source_of(offer.sources, MASTER, upload_id, offer.facts.keys()),
    )


def entry_row(offer: Offer, project_id: int, upload_id: int) -> EntryRow:
    """What a line reports for the month."""
    names = offer.figures.keys() | offer.texts.keys()
    source = source_of(offer.sources, MONTHLY, upload_id, names)
    return EntryRow(project_id=project_id, figures=offer.figures, texts=offer.texts, source=source)


def rest_of_month(filing: Filing, rows: Sequence[EntryRow], named: Collection[int] | None = None) -> list[EntryRow]:
    """The entries of a filing's current vintage for projects not among some rows: they hold on in the next vintage.

    ``named`` are the projects that hold on, where not all do.
    """
    said = {row.project_id for row in rows}
    current = Entry.objects.filter(vintage__filing=filing, is_current=True).select_related("source")
    if named is not None:
        current = current.filter(AnyOf("project_id", named))
    return [_entry_again(entry) for entry in current.order_by("pk") if entry.project_id not in said]


def _entry_again(entry: Entry) -> EntryRow:
    kept = entry.source
    return EntryRow(
        project_id=entry.project_id,
        figures={name: getattr(entry, name) for name in FIGURES},
        texts={name: getattr(entry, name) for name in TEXTS},
        source=Source(kept.upload_id, kept.sheet, kept.row, kept.cells) if kept else None,
    )


def duty_row(offer: Offer, project_id: int, upload_id: int, from_date: date) -> DutyRow:
    """Who answers for the project, as a line says."""
    return DutyRow(
        project_id=project_id,
        place_id=offer.place_id,
        leader_title=offer.duty.get("leader_title", ""),
        department_name=offer.duty.get("department_name", ""),
        officer_title=offer.duty.get("officer_title", ""),
        from_date=from_date,
        source=source_of(offer.sources, MASTER, upload_id, offer.duty.keys()),
    )


def source_of(sources: list[dict[str, Any]], kind: str, upload_id: int, names: Collection[str]) -> Source:
    """The row that speaks first for some fields, and the cell of each.

    A field that only another row of the line gives keeps the sheet before its cell: ``台账!F12``.
    """
    ordered = sorted(sources, key=lambda source: source["kind"] != kind)
    first = ordered[0]
    cells = {name: cell for name, cell in first["cells"].items() if name in names}
    for other in ordered[1:]:
        for name, cell in other["cells"].items():
            if name in names and name not in cells:
                cells[name] = cell if other["sheet"] == first["sheet"] else f"{other['sheet']}!{cell}"
    return Source(upload_id, first["sheet"], first["row"], cells)
