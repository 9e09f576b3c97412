"""Lines of a file are taken into the registers, all rooms in one transaction, and put back as a whole."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tici.accounts.models import Person
from tici.core.audit import record
from tici.core.copying import copy_in, many_objects
from tici.core.refusals import Refusal, Refused
from tici.desk.actions.firms import firm_row
from tici.desk.actions.proposing import lock_city, restate
from tici.desk.actions.rows import duty_row, entry_row, ledger_row, rest_of_month
from tici.desk.models import ACCEPTABLE, Acceptance, DroppedFile, FileSubject, Part, Taken
from tici.desk.queries import taking
from tici.desk.queries.taking import Offer
from tici.desk.rules import drops as rules
from tici.duties.actions import accept_duties, undo_duties
from tici.enterprises.actions import accept_enterprises, undo_enterprises
from tici.projects.actions import AcceptedProjects, accept_projects, readmit_projects, undo_projects
from tici.returns.actions import file_entries, open_month, undo_vintages
from tici.returns.models import Channel, Filing

NOT_TAKEN = frozenset({"project.other_place", "project.cancelled"})  # the ledger left the whole row out
ALL_PARTS = tuple(Part.values)
TAKEN_FIELDS = ("proposal", "part", "project", "enterprise")


class ChangedMeanwhile(Refused):
    """The registers moved on after the proposals were shown; nothing was taken in."""


@dataclass(frozen=True)
class Choice:
    """What of a file is to be taken in: which lines and which groups of fields; what is left out stays to be taken."""

    parts: Collection[str] = ALL_PARTS
    states: Collection[str] = tuple(ACCEPTABLE)
    proposals: Collection[int] | None = None  # all of these states where none are named
    is_whole_month: bool = False  # projects no line of the file names, taken in or not, no longer count for the month


@dataclass
class _Taking:
    """One acceptance on its way: what is offered, to which project each line goes, what came of it."""

    file: DroppedFile
    choice: Choice
    by: Person
    at: datetime
    acceptance: Acceptance
    offers: Sequence[Offer]
    project_of: dict[int, int] = field(default_factory=dict)  # proposal -> project
    enterprise_of: dict[int, int] = field(default_factory=dict)  # proposal -> enterprise, of a list of enterprises
    counts: dict[str, Any] = field(default_factory=dict)

    @property
    def batch(self) -> uuid.UUID:
        return self.acceptance.batch

    def offered(self, part: str) -> Iterable[Offer]:
        """The offers whose part was chosen and is not taken in yet."""
        return (offer for offer in self.offers if part in self.choice.parts and part not in offer.taken)


@transaction.atomic
def accept_file(*, file: DroppedFile, choice: Choice, by: Person, at: datetime) -> Acceptance:
    """Take chosen lines of a file into the registers: ledger, month and duties, or nothing at all.

    The file is locked first, so two people cannot both take it in; the database lets no part in twice.

    Raises:
        Refused: It has been taken in, or waits for an answer; nothing that was chosen can be taken in;
            or a room refuses (a locked month). ``ChangedMeanwhile`` where the registers moved on.
    """
    file = DroppedFile.objects.select_for_update(of=("self",)).select_related("place").get(pk=file.pk)
    if refusals := rules.against_accepting(file, file.acceptances.filter(undone_at__isnull=True).first()):
        raise Refused(*refusals)
    lock_city(file)
    with many_objects():
        return _accept(file, choice, by, at)


def _accept(file: DroppedFile, choice: Choice, by: Person, at: datetime) -> Acceptance:
    offers = taking.offers_of(file, choice.states, choice.proposals)
    if changed := taking.changed_since(file, offers):
        raise ChangedMeanwhile(rules.changed_meanwhile(changed))
    acceptance = Acceptance.objects.create(
        batch=uuid.uuid4(), file=file, accepted_at=at, accepted_by=by, parts=sorted(choice.parts)
    )
    work = _Taking(file, choice, by, at, acceptance, offers)
    if file.subject == FileSubject.ENTERPRISES:
        taken = _take_firms(work)
    else:
        taken = [*_take_facts(work), *_take_figures(work), *_take_duties(work)]
    if not taken:
        raise Refused(rules.nothing_chosen())
    _note_taken(work, taken)
    return acceptance


def _take_facts(work: _Taking) -> list[tuple[int, str]]:
    """Facts into the ledger; a line without a difference is taken in without being written."""
    offered = list(work.offered(Part.FACTS))
    known = [offer.project_id for offer in offered if offer.project_id is not None]
    again = readmit_projects(known, batch=work.batch, by=work.by, at=work.at)
    news = [o for o in offered if o.project_id is None or o.project_id in again or "facts" in o.differences]
    work.project_of = {offer.id: offer.project_id for offer in work.offers if offer.project_id is not None}
    work.counts["unchanged"] = len(offered) - len(news)
    if news:
        rows = [ledger_row(offer, work.file.upload_id, work.file.month.year) for offer in news]
        accepted = accept_projects(rows, batch=work.batch, by=work.by, at=work.at)
        work.project_of |= {offer.id: pk for offer, pk in zip(news, accepted.project_ids, strict=True)}
        _count(work, news, accepted, len(again))
    return [(offer.id, Part.FACTS.value) for offer in offered if offer.id in work.project_of]


def _count(work: _Taking, news: Sequence[Offer], accepted: AcceptedProjects, again: int) -> None:
    """Note what became of the rows; a row the ledger did not take gives nothing to the other rooms either."""
    for question in accepted.questions:
        if question.code in NOT_TAKEN:
            work.project_of.pop(news[question.row].id, None)
    unchanged = work.counts["unchanged"] + accepted.unchanged - again
    work.counts |= {
        "created": len(accepted.created) + again,
        "changed": len(accepted.changed),
        "unchanged": max(unchanged, 0),
        "questions": [[news[q.row].name, q.message] for q in accepted.questions][:200],
    }


def _take_firms(work: _Taking) -> list[tuple[int, str]]:
    """Rows of a list into the register of enterprises; one without a difference is taken in without being written."""
    offered = list(work.offered(Part.FACTS))
    work.enterprise_of = {offer.id: offer.enterprise_id for offer in offered if offer.enterprise_id is not None}
    news = [offer for offer in offered if offer.enterprise_id is None or offer.differences]
    work.counts["unchanged"] = len(offered) - len(news)
    if news:
        rows = [firm_row(offer, work.file.upload_id) for offer in news]
        accepted = accept_enterprises(rows, batch=work.batch, by=work.by, at=work.at)
        found = zip(news, accepted.enterprise_ids, strict=True)
        work.enterprise_of |= {offer.id: pk for offer, pk in found if pk is not None}
        work.counts |= {
            "firms_created": len(accepted.created),
            "firms_changed": len(accepted.changed),
            "questions": [[news[q.row].name, q.message] for q in accepted.questions][:200],
        }
    return [(offer.id, Part.FACTS.value) for offer in offered if offer.id in work.enterprise_of]


def _take_figures(work: _Taking) -> list[tuple[int, str]]:
    """Figures into the month's filing of each place: one new vintage that holds all that was taken in of it so far."""
    fresh = [o for o in work.offered(Part.FIGURES) if o.speaks_of_the_month and o.id in work.project_of]
    if not fresh:
        return []
    by_place: dict[int, list[Offer]] = {}
    for offer in fresh:
        by_place.setdefault(offer.place_id, []).append(offer)
    filings = _filings(work, by_place.keys())
    entries = 0
    named = _named(work.file) if work.choice.is_whole_month else None
    for place_id, offers in by_place.items():
        rows = [entry_row(offer, work.project_of[offer.id], work.file.upload_id) for offer in offers]
        rest = rest_of_month(filings[place_id], rows, named)
        file_entries(
            filing=filings[place_id], rows=[*rows, *rest], channel=Channel.WORKBOOK, by=work.by, at=work.at,
            batch=work.batch, reason=_("投递箱接收：%(file)s") % {"file": work.file.name},
        )  # fmt: skip
        entries += len(rows)
    work.counts["entries"] = entries
    return [(offer.id, Part.FIGURES.value) for offer in fresh]


def _named(file: DroppedFile) -> list[int]:
    """The projects that a file speaks of, also in lines that are handed back or left for later."""
    return list(file.proposals.filter(project__isnull=False).values_list("project_id", flat=True))


def _filings(work: _Taking, place_ids: Collection[int]) -> dict[int, Filing]:
    month = work.file.month
    filings = {f.place_id: f for f in Filing.objects.filter(month_on=month.first, place__in=place_ids)}
    if place_ids - filings.keys():
        open_month(month, by=work.by, at=work.at)
        filings = {f.place_id: f for f in Filing.objects.filter(month_on=month.first, place__in=place_ids)}
    if missing := place_ids - filings.keys():
        words = _("有%(count)s个地区不报送月度调度表，不能接收其月度数据。请只接收台账，或改正地区。")
        raise Refused(Refusal("drop.no_filing", words % {"count": len(missing)}))
    return filings


def _take_duties(work: _Taking) -> list[tuple[int, str]]:
    """Leaders and units into the duties, from the first day of the month on."""
    fresh = [o for o in work.offered(Part.DUTY) if o.duty and o.id in work.project_of]
    first = work.file.month.first
    rows = [
        duty_row(offer, work.project_of[offer.id], work.file.upload_id, first)
        for offer in fresh
        if offer.duty.get("leader_title")
    ]
    if rows:
        work.counts["duties"] = accept_duties(rows, batch=work.batch, by=work.by, at=work.at)
    return [(offer.id, Part.DUTY.value) for offer in fresh]


def _note_taken(work: _Taking, taken: Sequence[tuple[int, str]]) -> None:
    rows = ((pk, part, work.project_of.get(pk), work.enterprise_of.get(pk)) for pk, part in taken)
    copy_in(Taken, TAKEN_FIELDS, rows, {"acceptance": work.acceptance.pk})
    work.counts["lines"] = len({proposal_id for proposal_id, _part in taken})
    work.acceptance.counts = work.counts
    work.acceptance.save(update_fields=["counts"])
    restate(work.file)
    counts = {key: value for key, value in work.counts.items() if key != "questions"}
    record("drop.accepted", subject=work.file, by=work.by, at=work.at,
           batch=(None, str(work.batch)), parts=(None, work.acceptance.parts), counts=(None, counts))  # fmt: skip


@transaction.atomic
def undo_acceptance(*, acceptance: Acceptance, by: Person, at: datetime) -> Acceptance:
    """Put back all that one acceptance did, in every room, or nothing.

    Raises:
        Refused: It was undone before, a later acceptance of the same file stands on it, or a room
            refuses because something later depends on it.
    """
    file = DroppedFile.objects.select_for_update(of=("self",)).select_related("place").get(pk=acceptance.file_id)
    acceptance = Acceptance.objects.select_for_update(of=("self",)).get(pk=acceptance.pk)
    if acceptance.undone_at is not None:
        raise Refused(Refusal("drop.undone", _("这次接收已经撤销，无须再撤。")))
    later = file.acceptances.filter(undone_at__isnull=True, pk__gt=acceptance.pk)
    if later.exists():
        raise Refused(Refusal("drop.later", _("同一文件其后还有接收。请先撤销较晚的一次。")))
    lock_city(file)
    acceptance.taken.all().delete()
    undo_duties(acceptance.batch, by=by, at=at)
    undo_vintages(acceptance.batch, by=by, at=at)
    undo_projects(acceptance.batch, by=by, at=at)
    undo_enterprises(acceptance.batch, by=by, at=at)
    acceptance.undone_at, acceptance.undone_by = at, by
    acceptance.save(update_fields=["undone_at", "undone_by"])
    restate(file)
    record("drop.undone", subject=file, by=by, at=at, batch=(str(acceptance.batch), None))
    return acceptance
