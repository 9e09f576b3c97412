"""Into the library and out of it, certificates, listings: dated rows beside an enterprise, written one by one."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tici.accounts.models import Person
from tici.core.audit import record
from tici.core.refusals import Refused
from tici.enterprises import rules
from tici.enterprises.models import Enterprise, LibrarySpell, Listing, Sector, TierSpell

from .editing import locked


@transaction.atomic
def enter_library(
    *, enterprise: Enterprise, on: date, by: Person, at: datetime, sector: str = Sector.INDUSTRY, window: str = ""
) -> LibrarySpell:
    """Enter an enterprise into the library from a month on; how it came in (新进规, 小升规, 退复规) is computed.

    Raises:
        Refused: It is in the library, closed, or of another sector, or the stay would overlap another.
    """
    enterprise = locked(enterprise)
    if refusals := rules.against_entering(enterprise, sector, on, list(enterprise.spells.all())):
        raise Refused(*refusals)
    spell = enterprise.spells.create(sector=sector, from_date=rules.month_of(on), window=window)
    record("enterprise.entered_library", subject=enterprise, by=by, at=at, from_date=(None, spell.from_date))
    return spell


@transaction.atomic
def leave_library(
    *, enterprise: Enterprise, on: date, reason: str, by: Person, at: datetime, sector: str = Sector.INDUSTRY
) -> LibrarySpell:
    """Take an enterprise out of the library from a month on.

    Raises:
        Refused: It is not in the library, the month is not after its entry, or no reason is given.
    """
    enterprise = locked(enterprise)
    spell = enterprise.spells.filter(sector=sector, to_date__isnull=True).first()
    if refusals := rules.against_leaving(spell, on, reason):
        raise Refused(*refusals)
    assert spell is not None
    spell.to_date, spell.exit_reason = rules.month_of(on), reason
    spell.save(update_fields=["to_date", "exit_reason"])
    changes = {"to_date": (None, spell.to_date), "exit_reason": ("", reason)}
    record("enterprise.left_library", subject=enterprise, by=by, at=at, **changes)
    return spell


@transaction.atomic
def undo_leaving(*, spell: LibrarySpell, reason: str, by: Person, at: datetime) -> LibrarySpell:
    """Take back that an enterprise left the library: the stay goes on as if it had not ended.

    Raises:
        Refused: It was taken back already, or the enterprise entered again since.
    """
    held = _held(spell, left=True)
    changes = {"to_date": (held.to_date, None), "exit_reason": (held.exit_reason, "")}
    held.to_date, held.exit_reason = None, ""
    held.save(update_fields=["to_date", "exit_reason"])
    record("enterprise.leaving_undone", subject=held.enterprise, by=by, at=at, reason=(None, reason), **changes)
    return held


@transaction.atomic
def undo_entering(*, spell: LibrarySpell, reason: str, by: Person, at: datetime) -> Enterprise:
    """Take back that an enterprise entered the library: the stay is gone, and the record says what it was.

    Raises:
        Refused: It was taken back already, has ended, or the enterprise entered again since.
    """
    held = _held(spell, left=False)
    changes = {name: (getattr(held, name), None) for name in ("sector", "from_date", "window")}
    record("enterprise.entering_undone", subject=held.enterprise, by=by, at=at, reason=(None, reason), **changes)
    held.delete()
    return held.enterprise


def _held(spell: LibrarySpell, *, left: bool) -> LibrarySpell:
    """The stay as it is once its enterprise is locked; what stands against taking it back is refused."""
    enterprise = locked(spell.enterprise)
    stays = list(enterprise.spells.all())
    held = next((one for one in stays if one.pk == spell.pk), None)
    refusals = rules.against_editing(enterprise) + rules.against_undoing_stay(held, stays, left=left)
    if refusals:
        raise Refused(*refusals)
    assert held is not None
    held.enterprise = enterprise
    return held


@transaction.atomic
def certify(
    *,
    enterprise: Enterprise,
    tier: str,
    on: date,
    by: Person,
    at: datetime,
    until: date | None = None,
    batch: str = "",
) -> TierSpell:
    """Enter a certificate of a tier; without an end it holds as long as the rule of its day says.

    Raises:
        Refused: The same certificate is there already, or it would end before it begins.
    """
    enterprise = locked(enterprise)
    until = until or rules.valid_until(tier, on)
    if refusals := rules.against_certifying(enterprise, tier, on, until, list(enterprise.tiers.all())):
        raise Refused(*refusals)
    spell = enterprise.tiers.create(tier=tier, from_date=on, to_date=until, batch=batch)
    record("enterprise.certified", subject=enterprise, by=by, at=at, tier=(None, tier), until=(None, until))
    return spell


@transaction.atomic
def list_on_board(
    *, enterprise: Enterprise, board: str, on: date, by: Person, at: datetime, stock_code: str = ""
) -> Listing:
    """Enter a listing on a board.

    Raises:
        Refused: It is listed there already.
    """
    enterprise = locked(enterprise)
    if refusals := rules.against_listing(enterprise, board, on, list(enterprise.listings.all())):
        raise Refused(*refusals)
    listing = enterprise.listings.create(board=board, from_date=on, stock_code=stock_code)
    record("enterprise.listed", subject=enterprise, by=by, at=at, board=(None, board), from_date=(None, on))
    return listing


@transaction.atomic
def delist(*, listing: Listing, on: date, by: Person, at: datetime) -> Listing:
    """End a listing on a day.

    Raises:
        Refused: It ended already, or the day is not after its first.
    """
    listing = Listing.objects.select_for_update().select_related("enterprise").get(pk=listing.pk)
    if refusals := rules.against_delisting(listing, on):
        raise Refused(*refusals)
    listing.to_date = on
    listing.save(update_fields=["to_date"])
    record("enterprise.delisted", subject=listing.enterprise, by=by, at=at, to_date=(None, on))
    return listing
