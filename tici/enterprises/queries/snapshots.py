"""What the register holds of many enterprises, fact by fact under the keys of a change, for a list to be set beside."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from tici.core.copying import AnyOf
from tici.core.documents import plain
from tici.enterprises import facts
from tici.enterprises.models import Enterprise, FormerName, LibrarySpell, Listing, MonthFacts, TierSpell, YearFacts

_DATED = (
    ("spell", LibrarySpell, "sector", facts.SPELL_FIELDS),
    ("tier", TierSpell, "tier", facts.TIER_FIELDS),
    ("listing", Listing, "board", facts.LISTING_FIELDS),
)


def snapshots(ids: Collection[int], months: Collection[date] = ()) -> dict[int, dict[str, Any]]:
    """All facts of some enterprises as a change keeps them; what is not known is not among them.

    Of their months only those wanted are read, each named by its first day.
    """
    wanted = list(ids)
    own = (*facts.IDENTITY, *facts.FIELDS)
    rows = Enterprise.objects.filter(AnyOf("id", wanted)).values_list("pk", *own)
    found = {row[0]: _said("", own, row[1:]) for row in rows}
    years = YearFacts.objects.filter(AnyOf("enterprise_id", wanted)).order_by()
    for pk, year, *figures in years.values_list("enterprise_id", "year", *facts.YEAR_FIELDS):
        found[pk] |= _said(f"{year}.", facts.YEAR_FIELDS, figures)
    if months:
        given = MonthFacts.objects.filter(AnyOf("enterprise_id", wanted), month_on__in=months).order_by()
        for pk, day, *figures in given.values_list("enterprise_id", "month_on", *facts.MONTH_FIELDS):
            found[pk] |= _said(f"month.{day:%Y-%m}.", facts.MONTH_FIELDS, figures)
    for kind, model, name, values in _DATED:
        dated = model._default_manager.filter(AnyOf("enterprise_id", wanted)).order_by()
        for pk, code, day, *said in dated.values_list("enterprise_id", name, "from_date", *values):
            found[pk][f"{kind}.{code}.{day.isoformat()}"] = [plain(value) for value in said]
    names = FormerName.objects.filter(AnyOf("enterprise_id", wanted)).order_by()
    for pk, former in names.values_list("enterprise_id", "name"):
        found[pk][f"former.{former}"] = True
    return found


def _said(prefix: str, names: tuple[str, ...], values: Any) -> dict[str, Any]:
    pairs = zip(names, values, strict=True)
    return {f"{prefix}{name}": plain(value) for name, value in pairs if value not in (None, "")}


def label_of(key: str) -> str:
    """The name of a fact as a person reads it."""
    return facts.label_of(key)


def shown(key: str, kept: Any) -> str:
    """A kept fact in words."""
    return facts.shown(key, kept)
