"""Rows of another office's list and the cultivation pool: put in by a person, left aside, or taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import connection, transaction

from tici.core.audit import record
from tici.core.copying import AnyOf
from tici.core.refusals import Refusal, Refused
from tici.enterprises import rules as all_rules
from tici.enterprises.models import Candidacy, Enterprise, ListedFirm, ListedState, OfficeList, PoolState
from tici.enterprises.queries import listed_pool
from tici.enterprises.queries.office_lists import missing
from tici.enterprises.rules import office_lists as rules
from tici.places.models import Place

from .listed import enter_listed

if TYPE_CHECKING:
    from tici.accounts.models import Person

MOST = 500  # rows dealt with in one go


@dataclass(frozen=True)
class Proposed:
    """What came of proposing rows: candidates made or given further evidence, firms entered, rows that stayed out."""

    candidacies: list[Candidacy] = field(default_factory=list)
    made: int = 0
    entered: int = 0
    left: list[tuple[ListedFirm, Refusal]] = field(default_factory=list)


@transaction.atomic
def propose_listed(
    *, office_list: OfficeList, rows: Iterable[int], on: date, by: Person, at: datetime,
    places: Mapping[int, Place] | None = None,
) -> Proposed:  # fmt: skip
    """Put rows over the line into the cultivation pool with what the list says as evidence.

    Who is in no register is entered first, in the county the row names or ``places`` says. A row that cannot go in
    stays out and says why; the others go in. The pool is locked, so that nobody is proposed twice.

    Raises:
        Refused: The list is not matched, or too many rows are asked for at once.
    """
    with connection.cursor() as cursor:
        cursor.execute("lock table enterprises_candidacy in share row exclusive mode")
    held = _held(office_list, rows)
    named = listed_pool.counties_named(office_list, held) | dict(places or {})
    is_missing = set(
        missing(office_list, on).filter(AnyOf("pk", [row.pk for row in held])).values_list("pk", flat=True)
    )
    firms: dict[int, list[ListedFirm]] = {}
    left, entered = [], 0
    for row in held:
        if refusals := rules.against_proposing(row, is_missing=row.pk in is_missing):
            left.append((row, refusals[0]))
            continue
        if row.state == ListedState.LEAD:
            try:
                row.enterprise = _entered(row, named.get(row.pk), by=by, at=at)
            except Refused as refused:
                left.append((row, refused.refusals[0]))
                continue
            entered += 1
        assert row.enterprise is not None
        firms.setdefault(row.enterprise.merged_into_id or row.enterprise.pk, []).append(row)
    found, made = _in_pool(firms, on=on, by=by, at=at)
    return Proposed(found, made, entered, left)


def _held(office_list: OfficeList, rows: Iterable[int]) -> list[ListedFirm]:
    if refusals := rules.against_using_list(office_list):
        raise Refused(*refusals)
    ids = list(rows)
    if refusals := rules.against_many(len(ids), MOST):
        raise Refused(*refusals)
    found = ListedFirm.objects.select_for_update(of=("self",)).filter(AnyOf("pk", ids), office_list=office_list)
    found = found.select_related("office_list__place", "enterprise", "candidacy")
    return list(found.defer("search_pairs", "enterprise__search_pairs", "candidacy__search_pairs").order_by("pk"))


def _entered(row: ListedFirm, place: Place | None, *, by: Person, at: datetime) -> Enterprise:
    if refusals := rules.against_entering_nowhere(place):
        raise Refused(*refusals)
    assert place is not None
    with transaction.atomic():
        return enter_listed(firm=row, place=place, by=by, at=at)


def _in_pool(
    firms: Mapping[int, Sequence[ListedFirm]], *, on: date, by: Person, at: datetime
) -> tuple[list[Candidacy], int]:
    """The candidates that rows of firms make, or give their evidence to; and how many are new."""
    known = {one.pk: one for one in Enterprise.objects.filter(AnyOf("pk", firms)).defer("search_pairs")}
    open_now = Candidacy.objects.open().filter(AnyOf("enterprise_id", firms)).defer("search_pairs")
    standing = {one.enterprise_id: one for one in open_now}
    has_left = listed_pool.those_who_left(firms, on)
    lines = rules.Lines(on)
    found = []
    for pk, rows in firms.items():
        evidence = [rules.evidence_of(row) for row in rows]
        candidacy = standing.get(pk)
        if candidacy is None:
            line = lines.of(known[pk].industry or rows[0].industry)
            candidacy = _begun(known[pk], evidence, line, has_left=pk in has_left, on=on, by=by)
        else:
            candidacy.why = [*candidacy.why, *evidence]
            candidacy.save(update_fields=["why"])
        record("pool.proposed", subject=candidacy, by=by, at=at, rows=(None, [row.pk for row in rows]))
        found.append(candidacy)
        for row in rows:
            row.candidacy, row.left_aside, row.left_aside_words = candidacy, "", ""
            row.save(update_fields=["candidacy", "left_aside", "left_aside_words"])
    return found, len(found) - len(standing)


def _begun(
    firm: Enterprise, evidence: list[dict[str, object]], line: all_rules.Line | None, *, has_left: bool, on: date,
    by: Person,
) -> Candidacy:  # fmt: skip
    """A candidate on its first rung; its chances are reckoned when the pool is next gone through."""
    pool = all_rules.pool
    figures = pool.Figures(None, Decimal(line.wan) if line and line.wan is not None else None)
    others = pool.reasons_to_propose(figures, on=on, has_left=False, production_on=firm.production_on)
    why = [*evidence, *others]
    kind = pool.kind_of(why, has_left=has_left)
    made = Candidacy.objects.create(
        enterprise=firm, place_id=firm.place_id, kind=kind, since=on, stands_since=on, why=why,
        line_wan=figures.line, papers_asked=pool.papers_asked(kind), search_text=firm.search_text,
    )  # fmt: skip
    made.moves.create(from_state="", to_state=PoolState.SURVEYED, moved_on=on, moved_by=by)
    return made


@transaction.atomic
def leave_aside(
    *, office_list: OfficeList, rows: Iterable[int], reason: str, words: str = "", by: Person, at: datetime
) -> int:
    """Say why rows over the line are not put into the pool; returns how many. Rows in the pool are passed over.

    Raises:
        Refused: The list is not matched, too many rows are asked for, or no reason is given.
    """
    if refusals := rules.against_leaving_aside(reason, words):
        raise Refused(*refusals)
    held = [row for row in _held(office_list, rows) if row.candidacy is None]
    ListedFirm.objects.filter(AnyOf("pk", [row.pk for row in held])).update(
        left_aside=reason, left_aside_words=words.strip()
    )
    if held:
        told = {"rows": (None, [row.row for row in held]), "reason": (None, reason), "words": ("", words.strip())}
        record("listed.left_aside", subject=office_list, by=by, at=at, **told)
    return len(held)


@transaction.atomic
def undo_proposing(*, firm: ListedFirm, by: Person, at: datetime) -> None:
    """Take a row out of the pool again, or out of those left aside; a firm entered for it stays in the register.

    A candidate that rests on this row alone goes with it, while nobody has begun to work on it.

    Raises:
        Refused: The row is neither, or work on its candidate has begun.
    """
    held = _held(firm.office_list, [firm.pk])[0]
    if held.left_aside:
        record("listed.aside_undone", subject=held.office_list, by=by, at=at, row=(held.row, None))
        held.left_aside = held.left_aside_words = ""
        held.save(update_fields=["left_aside", "left_aside_words"])
        return
    candidacy = held.candidacy
    others = [one for one in candidacy.why if not rules.is_of(held, one)] if candidacy else []
    is_begun = candidacy is not None and _is_begun(candidacy)
    if refusals := rules.against_withdrawing(held, others, is_begun=is_begun):
        raise Refused(*refusals)
    assert candidacy is not None
    record("pool.withdrawn", subject=candidacy, by=by, at=at, row=(held.pk, None))
    if others:
        candidacy.why = others
        candidacy.save(update_fields=["why"])
        held.candidacy = None
        held.save(update_fields=["candidacy"])
    else:
        candidacy.delete()


def _is_begun(candidacy: Candidacy) -> bool:
    has_moved = candidacy.moves.count() > 1
    return has_moved or bool(candidacy.blocker) or candidacy.papers.exists() or not candidacy.is_open
