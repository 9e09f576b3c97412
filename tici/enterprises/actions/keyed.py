"""A row of a list from facts under the keys of a change (``2021.revenue_wan``, ``tier.srdi.2021-07-01``)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tici.core.actions import Source
from tici.enterprises import facts as written

from .accepting import EnterpriseRow, ListingFact, SpellFact, TierFact


def row_of(enterprise_id: int | None, place_id: int, facts: Mapping[str, Any], source: Source | None) -> EnterpriseRow:
    """One enterprise as a list gives it, from its facts as a change keeps them."""
    own: dict[str, Any] = {}
    years: dict[int, dict[str, Any]] = {}
    months: dict[date, dict[str, Any]] = {}
    formers: list[str] = []
    spells: list[SpellFact] = []
    tiers: list[TierFact] = []
    listings: list[ListingFact] = []
    for key, kept in facts.items():
        head, _dot, tail = key.partition(".")
        if head.isdecimal():
            years.setdefault(int(head), {})[tail] = written.typed(key, kept)
        elif head == "month":
            month, _dot, name = tail.partition(".")
            months.setdefault(date.fromisoformat(f"{month}-01"), {})[name] = written.typed(key, kept)
        elif head == "former":
            formers.append(tail)
        elif head == "spell":
            sector, day = _named(tail)
            until, window, reason = kept
            spells.append(SpellFact(sector, day, _day(until), window, reason))
        elif head == "tier":
            tier, day = _named(tail)
            tiers.append(TierFact(tier, day, _day(kept[0]), kept[1]))
        elif head == "listing":
            board, day = _named(tail)
            listings.append(ListingFact(board, day, kept[1], _day(kept[0])))
        elif key not in written.IDENTITY:
            own[key] = written.typed(key, kept)
    return EnterpriseRow(
        enterprise_id, place_id, facts.get("name", ""), facts.get("uscc", ""), own, years, months, formers, spells,
        tiers, listings, source,
    )  # fmt: skip


def _named(tail: str) -> tuple[str, date]:
    code, _dot, day = tail.rpartition(".")
    return code, date.fromisoformat(day)


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None
