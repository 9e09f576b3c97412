"""Lists of other offices: kept, matched in the background, removed; nothing that firms report is touched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, BinaryIO

from django.db import transaction

from tici.core.actions import keep_upload, start_job
from tici.core.audit import record
from tici.core.copying import copy_in, many_objects
from tici.core.models import Upload
from tici.core.refusals import Refusal, Refused
from tici.core.searching import searchable
from tici.engines.linkage import Flag, Matching, Outcome, reasons
from tici.engines.sheets.results import Reading
from tici.enterprises.models import ListedFirm, ListedState, ListState, OfficeList
from tici.enterprises.rules import office_lists as rules
from tici.places.models import Place

if TYPE_CHECKING:
    from tici.accounts.models import Person

MATCH_LIST = "enterprises.match_list"  # the kind of background work
LEAST_LEAD = 0.02  # a lead's candidates less likely than this are not kept
FIELDS = (
    "office_list", "sheet", "row", "cells", "name", "uscc", "address", "district", "industry", "revenue_wan",
    "vat_sales_wan", "electricity_wan_kwh", "state", "enterprise", "probability", "flags", "candidates",
    "found_state", "found", "reason", "line_wan", "is_over_line", "left_aside", "left_aside_words", "search_text",
)  # fmt: skip
STATES = {
    Outcome.MATCHED: ListedState.AUTOMATIC,
    Outcome.UNCERTAIN: ListedState.DESK,
    Outcome.LEAD: ListedState.LEAD,
}


@transaction.atomic
def receive_list(
    *,
    file: BinaryIO,
    name: str,
    size: int,
    kind: str,
    place: Place,
    year: int,
    through: int,
    by: Person,
    at: datetime,
) -> OfficeList:
    """Keep another office's list unchanged, and have it read and matched.

    Raises:
        Refused: The file is empty or too big, or stands among the lists of the place already.
    """
    if refusals := rules.against_receiving_list(name, size):
        raise Refused(*refusals)
    upload = keep_upload(file, name=name, by=by, at=at)
    Upload.objects.select_for_update().get(pk=upload.pk)  # two people sending the same bytes come one after the other
    again = OfficeList.objects.filter(upload=upload, place=place).first()
    if refusals := rules.against_receiving_again(again):
        raise Refused(*refusals)
    made = OfficeList.objects.create(
        kind=kind, place=place, year=year, through=through, name=name[-255:], upload=upload, received_at=at,
        received_by=by,
    )  # fmt: skip
    record("list.received", subject=made, by=by, at=at, name=(None, made.name), digest=(None, upload.digest))
    return _begin(made, by=by, at=at)


def _begin(office_list: OfficeList, *, by: Person, at: datetime) -> OfficeList:
    office_list.state, office_list.said = ListState.MATCHING, ""
    office_list.job = start_job(MATCH_LIST, title=office_list.name[:200], by=by, at=at, list_id=office_list.pk)
    office_list.save(update_fields=["state", "said", "job"])
    return office_list


@transaction.atomic
def match_again(*, office_list: OfficeList, by: Person, at: datetime) -> OfficeList:
    """Match a list anew whose matching was stopped or broke off; asked twice, it is begun once."""
    held = OfficeList.objects.select_for_update(of=("self",)).select_related("job").get(pk=office_list.pk)
    is_running = held.job is not None and not held.job.is_over
    if held.state != ListState.MATCHING or is_running:
        return held
    record("list.matched_again", subject=held, by=by, at=at)
    return _begin(held, by=by, at=at)


@transaction.atomic
def refuse_list(*, list_id: int, refusals: Sequence[Refusal], by: object, at: datetime) -> None:
    """Note why nothing was taken of a list; its rows, if there were any, are gone."""
    held = OfficeList.objects.select_for_update().filter(pk=list_id, state=ListState.MATCHING).first()
    if held is None:
        return
    ListedFirm.objects.filter(office_list=held).delete()
    held.state, held.said = ListState.REFUSED, "".join(str(one.message) for one in refusals)[:500]
    held.save(update_fields=["state", "said"])
    record("list.refused", subject=held, by=by, at=at, state=(ListState.MATCHING, ListState.REFUSED))


@transaction.atomic
def keep_matches(
    *,
    list_id: int,
    reading: Reading,
    rows: Sequence[rules.ListRow],
    matching: Matching,
    lines: rules.Lines,
    by: object,
    at: datetime,
) -> OfficeList | None:
    """Keep what matching found of each row; None where the list was removed or settled meanwhile."""
    held = OfficeList.objects.select_for_update().filter(pk=list_id, state=ListState.MATCHING).first()
    if held is None:
        return None
    ListedFirm.objects.filter(office_list=held).delete()
    with many_objects():
        copy_in(ListedFirm, FIELDS, _kept(held, rows, matching, lines))
    held.state, held.rows = ListState.MATCHED, len(rows)
    held.notes = rules.notes_of(reading, rows, matching.results["firm"])
    held.save(update_fields=["state", "rows", "notes"])
    counts = {outcome.value: (None, matching.count(outcome)) for outcome in Outcome}
    record("list.matched", subject=held, by=by, at=at, rows=(None, len(rows)), **counts)
    return held


def _kept(
    office_list: OfficeList, rows: Sequence[rules.ListRow], matching: Matching, lines: rules.Lines
) -> Iterator[tuple[Any, ...]]:
    """The rows as they go into the table. A firm named twice without codes is for the desk: nothing merges silently."""
    found = groupby(matching.candidates.iter_rows(named=True), key=lambda one: one["record"])
    record_no, pairs = next(found, (None, iter(())))
    for at, (row, result) in enumerate(zip(rows, matching.results.iter_rows(named=True), strict=True)):
        told: list[dict[str, Any]] = []
        if record_no == at:
            told = [_candidate(pair) for pair in pairs]
            record_no, pairs = next(found, (None, iter(())))
        state, firm = STATES[Outcome(result["outcome"])], result["firm"]
        if firm is not None and Flag.FIRM_SHARED in result["flags"] and not _is_by_code(told[0]):
            state, firm = ListedState.DESK, None
        if state == ListedState.LEAD:
            told = [one for one in told if one["probability"] >= LEAST_LEAD]
        elif state == ListedState.AUTOMATIC:
            told = told[:1]
        line = lines.of(row.industry)
        yield (
            office_list.pk, row.sheet, row.row, dict(row.cells), row.name, row.uscc, row.address, row.district,
            row.industry, row.revenue_wan, row.vat_sales_wan, row.electricity_wan_kwh, state.value, firm,
            min(1.0, max(0.0, result["probability"])), list(result["flags"]), told, state.value, firm, "",
            line.wan if line else None, bool(line and line.is_met(revenue_wan=row.sales_wan)), "", "",
            searchable(row.name, row.uscc),
        )  # fmt: skip


def _candidate(pair: dict[str, Any]) -> dict[str, Any]:
    told = [[one.code, None if one.figure is None else round(one.figure, 3), one.text] for one in reasons(pair)]
    return {"firm": pair["firm"], "probability": round(pair["probability"], 4), "reasons": told}


def _is_by_code(candidate: dict[str, Any]) -> bool:
    return any(code == "code_equal" for code, _figure, _text in candidate["reasons"])


@transaction.atomic
def remove_list(*, office_list: OfficeList, typed: str, reason: str, by: Person, at: datetime) -> None:
    """Take a list away with all its rows and decisions; that it was there is kept in the record alone.

    Raises:
        Refused: Its name was not typed again.
    """
    held = OfficeList.objects.select_for_update(of=("self",)).get(pk=office_list.pk)
    if refusals := rules.against_removing_list(held, typed):
        raise Refused(*refusals)
    told = {"name": (held.name, None), "kind": (held.kind, None), "rows": (held.rows, None)}
    record("list.removed", subject=held, by=by, at=at, reason=(None, reason), **told)
    ListedFirm.objects.filter(office_list=held).delete()
    held.delete()
