"""One candidacy: its steps, its papers, what blocks it and who sees to it; months given, and windows as noticed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from tici.accounts.models import Person
from tici.core.audit import Deed, record, record_many, subject_of
from tici.core.copying import AnyOf, copy_in, copy_over
from tici.core.refusals import Refused
from tici.engines.periods import Month
from tici.enterprises.models import (
    Candidacy,
    CandidacyMove,
    Enterprise,
    EntryWindowDay,
    LibrarySpell,
    MonthFacts,
    PoolState,
)
from tici.enterprises.rules import pool as rules
from tici.places.models import Department, Place, Post

from .spells import enter_library

GIVEN = ("revenue_wan", "output_wan", "given_at", "given_by")


def _locked(candidacy: Candidacy) -> Candidacy:
    return Candidacy.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=candidacy.pk)


@transaction.atomic
def step_candidacy(
    *,
    candidacy: Candidacy,
    to: str,
    on: date,
    by: Person,
    at: datetime,
    reason_code: str = "",
    reason: str = "",
    window: str = "",
) -> CandidacyMove:
    """Step a candidacy on, back, or out of the pool. Stepping to 已入统 enters the firm into the library.

    Raises:
        Refused: The step is out of order, papers are lacking, a reason is not given, or the firm may not enter.
    """
    candidacy = _locked(candidacy)
    shown = candidacy.papers.values_list("code", flat=True)
    refusals = rules.against_stepping(
        candidacy, to, on, reason_code=reason_code, reason=reason, window=window, shown=shown
    )
    if refusals:
        raise Refused(*refusals)
    if to == PoolState.ENTERED:
        applied = candidacy.moves.filter(to_state=PoolState.APPLIED).order_by("-pk").first()
        window = window or (applied.window if applied else "")
        enter_library(enterprise=candidacy.enterprise, on=on, by=by, at=at, window=window)
    move = candidacy.moves.create(
        from_state=candidacy.state, to_state=to, moved_on=on, moved_by=by, window=window, reason_code=reason_code,
        reason=reason.strip(),
    )  # fmt: skip
    changes = {"state": (candidacy.state, to), "reason": (candidacy.reason, reason)}
    candidacy.state, candidacy.stands_since = to, on
    candidacy.reason_code, candidacy.reason = reason_code, reason.strip()
    candidacy.save(update_fields=["state", "stands_since", "reason_code", "reason"])
    record("pool.stepped", subject=candidacy, by=by, at=at, **changes)
    return move


@transaction.atomic
def tick_papers(*, candidacy: Candidacy, codes: Iterable[str], on: date, by: Person, at: datetime) -> None:
    """Note that papers of the checklist are ready; ticking one twice changes nothing.

    Raises:
        Refused: The candidacy is over, or the checklist has no such paper.
    """
    candidacy = _locked(candidacy)
    codes = list(dict.fromkeys(codes))
    if refusals := [said for code in codes for said in rules.against_ticking(candidacy, code)]:
        raise Refused(refusals[0])
    shown = set(candidacy.papers.values_list("code", flat=True))
    if new := [code for code in codes if code not in shown]:
        papers = candidacy.papers
        papers.bulk_create(papers.model(candidacy=candidacy, code=code, shown_on=on, seen_by=by) for code in new)
        _count_papers(candidacy)
        about = subject_of(candidacy)
        record_many([Deed("pool.paper_ticked", about, {"paper": None}, {"paper": code}) for code in new], by=by, at=at)


@transaction.atomic
def untick_paper(*, candidacy: Candidacy, code: str, by: Person, at: datetime) -> None:
    """Take the tick of a paper back.

    Raises:
        Refused: The candidacy is over, or the checklist has no such paper.
    """
    candidacy = _locked(candidacy)
    if refusals := rules.against_ticking(candidacy, code):
        raise Refused(*refusals)
    gone, _ = candidacy.papers.filter(code=code).delete()
    if gone:
        _count_papers(candidacy)
        record("pool.paper_unticked", subject=candidacy, by=by, at=at, paper=(code, None))


def _count_papers(candidacy: Candidacy) -> None:
    """Count the papers that must be shown and are; what may be shown besides is not counted."""
    must = [one.code for one in rules.papers_of(candidacy.kind) if not one.is_optional]
    candidacy.papers_shown, candidacy.papers_asked = candidacy.papers.filter(code__in=must).count(), len(must)
    candidacy.save(update_fields=["papers_shown", "papers_asked"])


@transaction.atomic
def charge_candidacy(
    *,
    candidacy: Candidacy,
    blocker: str,
    post: Post | None,
    department: Department | None,
    officer: str,
    by: Person,
    at: datetime,
) -> None:
    """Say what blocks a candidacy, and which post and department see to it.

    Raises:
        Refused: The candidacy is over.
    """
    candidacy = _locked(candidacy)
    if refusals := rules.against_charging(candidacy):
        raise Refused(*refusals)
    changes = {
        "blocker": (candidacy.blocker, blocker.strip()),
        "post": (candidacy.post_id, post.pk if post else None),
        "department": (candidacy.department_id, department.pk if department else None),
        "officer": (candidacy.officer, officer.strip()),
    }
    if not (changed := {name: pair for name, pair in changes.items() if pair[0] != pair[1]}):
        return
    candidacy.blocker, candidacy.officer = blocker.strip(), officer.strip()
    candidacy.post, candidacy.department = post, department
    candidacy.save(update_fields=["blocker", "officer", "post", "department"])
    record("pool.charged", subject=candidacy, by=by, at=at, **changed)


@dataclass(frozen=True)
class MonthRow:
    """One month of one firm, in 万元."""

    enterprise_id: int
    month: Month
    revenue: Decimal | None
    output: Decimal | None = None


@transaction.atomic
def give_months(*, enterprise: Enterprise, given: rules.Given, by: Person, at: datetime) -> int:
    """Enter or correct months of one firm; returns how many changed.

    Raises:
        Refused: A month is not over yet, was given at entry and is kept, or its amount cannot be.
    """
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    rows = enterprise.months.filter(month_on__in=[month.first for month in given])
    known = {Month.of(one.month_on): (one.revenue_wan, one.output_wan) for one in rows}
    spells = list(enterprise.spells.filter(sector="industry"))
    if refusals := rules.against_giving(given, known, spells, now=Month.of(at.date()) - 1):
        raise Refused(*refusals)
    return give_many_months([MonthRow(enterprise.pk, month, *pair) for month, pair in given.items()], by=by, at=at)


@transaction.atomic
def give_many_months(rows: Sequence[MonthRow], *, by: Person, at: datetime) -> int:
    """Enter or correct months of many firms at once; months kept from an entry and unchanged ones stay as they are."""
    firms = {row.enterprise_id for row in rows}
    known = {
        (firm, day): (pk, revenue, output)
        for pk, firm, day, revenue, output in MonthFacts.objects.filter(AnyOf("enterprise_id", firms))
        .select_for_update()
        .values_list("pk", "enterprise_id", "month_on", "revenue_wan", "output_wan")
    }
    kept = {
        (firm, (Month.of(start) - back).first)
        for firm, start in LibrarySpell.objects.filter(AnyOf("enterprise_id", firms), sector="industry").values_list(
            "enterprise_id", "from_date"
        )
        for back in range(1, rules.MONTHS_KEPT + 1)
    }
    fresh, changed = [], []
    for row in rows:
        key = (row.enterprise_id, row.month.first)
        if key not in known:
            fresh.append((*key, row.revenue, row.output, at, by.pk))
        elif key not in kept and known[key][1:] != (row.revenue, row.output):
            changed.append((known[key][0], row.revenue, row.output, at, by.pk))
    copy_in(MonthFacts, ("enterprise", "month_on", *GIVEN), fresh)
    copy_over(MonthFacts, GIVEN, changed)
    if count := len(fresh) + len(changed):
        subject = f"enterprises.enterprise:{rows[0].enterprise_id}" if len(firms) == 1 else "enterprises.months"
        told = {"firms": len(firms), "months": count}
        record_many([Deed("enterprise.months_given", subject, {}, told)], by=by, at=at)
    return count


@transaction.atomic
def note_window(
    *, place: Place, window: str, closes_on: date, through: Month, source: str, by: Person, at: datetime
) -> EntryWindowDay:
    """Note until when papers are taken in a place, as its statistics office's notice says.

    Raises:
        Refused: The window would rest on a month after it closes, or no notice is named.
    """
    if refusals := rules.against_window(closes_on, through, source):
        raise Refused(*refusals)
    facts = {"through_on": through.first, "source": source.strip()}
    noted, is_new = EntryWindowDay.objects.get_or_create(
        place=place, window=window, closes_on=closes_on, defaults=facts
    )
    if not is_new:
        noted.through_on, noted.source = through.first, source.strip()
        noted.save(update_fields=["through_on", "source"])
    record("pool.window_noted", subject=noted, by=by, at=at, closes_on=(None, closes_on), source=("", source))
    return noted


@transaction.atomic
def forget_window(*, noted: EntryWindowDay, by: Person, at: datetime) -> None:
    """Take out a window that was noted wrongly."""
    record("pool.window_forgotten", subject=noted, by=by, at=at, closes_on=(noted.closes_on, None))
    noted.delete()
