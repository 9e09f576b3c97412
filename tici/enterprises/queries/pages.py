"""Everything this room knows of one enterprise: facts with where they came from, spells, sizes, ladders, history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tici.core.documents import plain
from tici.core.origins import Origin
from tici.enterprises import facts, rules
from tici.enterprises.industries import industries
from tici.enterprises.models import (
    ClusterMembership,
    Enterprise,
    EnterpriseChange,
    EntryClass,
    FirmReporter,
    FormerName,
    LibrarySpell,
    Listing,
    Merging,
    Sector,
    TierSpell,
    YearFacts,
)
from tici.enterprises.rules.sizes import RULE

from .merge_desk import mergings_of

WIDE = frozenset({"products", "address"})
NOT_SHOWN = frozenset({"is_example"})


@dataclass(frozen=True)
class Fact:
    """One fact in words, and where it came from."""

    label: str
    text: str
    is_wide: bool
    origin: Origin | None


@dataclass(frozen=True)
class Stay:
    """One stay in the library, and how the firm came in."""

    spell: LibrarySpell
    entry: EntryClass | None  # None for sectors without entry classes
    origin: Origin | None
    is_newest: bool  # of its sector: the only one that may be taken back


@dataclass(frozen=True)
class YearLine:
    """One year: its figures, its size, and the rule that says so."""

    facts: YearFacts
    rule: str
    since: date | None  # which version of the rule
    sector: str  # the row of the table the industry is judged by
    origin: Origin | None


@dataclass(frozen=True)
class HistoryLine:
    """One change: what became of which fact."""

    change: EnterpriseChange
    is_entry: bool
    lines: list[tuple[str, str, str, str]]  # label, old, new, URL of the cell


@dataclass(frozen=True)
class EnterprisePage:
    """One enterprise on a day."""

    enterprise: Enterprise
    facts: list[Fact]
    former_names: list[FormerName]
    stays: list[Stay]
    is_in_library: bool
    years: list[YearLine]
    gap: rules.Gap | None
    gap_year: int | None
    tiers: list[tuple[TierSpell, bool]]  # with whether it holds
    listings: list[Listing]
    memberships: list[ClusterMembership]
    mergings: list[Merging]
    reporters: list[FirmReporter]
    history: list[HistoryLine]


def enterprise_page(enterprise: Enterprise, on: date) -> EnterprisePage:
    """Everything of one enterprise, in a few queries however much there is."""
    changes = list(enterprise.changes.select_related("changed_by", "source__upload").order_by("-pk"))
    origins = _origins(changes)
    spells = list(enterprise.spells.order_by("from_date", "pk"))
    years = list(enterprise.years.order_by("-year"))
    is_in = any(one.sector == Sector.INDUSTRY and _holds(one.from_date, one.to_date, on) for one in spells)
    newest = years[0] if years else None
    return EnterprisePage(
        enterprise=enterprise,
        facts=[_fact(enterprise, key, origins) for key in (*facts.IDENTITY, *facts.FIELDS) if key not in NOT_SHOWN],
        former_names=list(enterprise.former_names.order_by("-pk")),
        stays=[_stay(spell, spells, enterprise.production_on, origins) for spell in reversed(spells)],
        is_in_library=is_in,
        years=[_year(year, enterprise.industry, origins) for year in years],
        gap=_gap(enterprise.industry, newest, in_library=is_in, on=on),
        gap_year=newest.year if newest else None,
        tiers=[(tier, _holds(tier.from_date, tier.to_date, on)) for tier in enterprise.tiers.order_by("-from_date")],
        listings=list(enterprise.listings.order_by("-from_date")),
        memberships=list(
            enterprise.memberships.select_related("cluster").order_by("cluster__kind", "cluster__position")
        ),
        mergings=list(mergings_of(enterprise)),
        reporters=list(enterprise.reporters.select_related("person", "named_by")),
        history=[_history_line(change) for change in changes],
    )


def _holds(from_date: date, to_date: date | None, on: date) -> bool:
    return from_date <= on and (to_date is None or to_date > on)


def _origins(newest_first: Iterable[EnterpriseChange]) -> dict[str, Origin]:
    """Where each fact came from: the newest change that names it and still holds."""
    found: dict[str, Origin] = {}
    for change in newest_first:
        if change.undone_at is None:
            for key in change.new:
                found.setdefault(key, _origin(change, key))
    return found


def _origin(change: EnterpriseChange, key: str) -> Origin:
    cells = change.source.cells if change.source else {}
    return Origin(change.changed_at, str(change.changed_by), change.source, cells.get(key, ""))


def _fact(enterprise: Enterprise, key: str, origins: dict[str, Origin]) -> Fact:
    value = getattr(enterprise, key)
    text = facts.shown(key, plain(value))
    if key == "industry" and value:
        text = f"{value} {industries().name_of(value)}".strip()
    origin = origins.get(key) if value not in (None, "") else None
    return Fact(facts.label_of(key), text, key in WIDE, origin)


def _stay(
    spell: LibrarySpell, spells: Sequence[LibrarySpell], production_on: date | None, origins: dict[str, Origin]
) -> Stay:
    entry = None
    if spell.sector == Sector.INDUSTRY:
        entry = rules.entry_class(spell, [one for one in spells if one is not spell], production_on)
    origin = origins.get(f"spell.{spell.sector}.{spell.from_date.isoformat()}")
    is_newest = not any(one.sector == spell.sector and one.from_date > spell.from_date for one in spells)
    return Stay(spell, entry, origin, is_newest)


def _year(year: YearFacts, industry: str, origins: dict[str, Origin]) -> YearLine:
    table = rules.size_table(date(year.year, 12, 31))
    sector = table.sector(industry)
    own = (origins[key] for key in (f"{year.year}.{name}" for name in facts.YEAR_FIELDS) if key in origins)
    return YearLine(year, RULE, table.since, _(sector.label) if sector else "", next(own, None))


def _gap(industry: str, year: YearFacts | None, *, in_library: bool, on: date) -> rules.Gap | None:
    known: dict[str, Any] = {} if year is None else {name: getattr(year, name) for name in rules.FIGURES}
    return rules.next_rung(industry, in_library=in_library, on=on, **known)


def _history_line(change: EnterpriseChange) -> HistoryLine:
    lines = [
        (facts.label_of(key), facts.shown(key, change.old.get(key)), facts.shown(key, new), _origin(change, key).url)
        for key, new in change.new.items()
    ]
    return HistoryLine(change, not change.old, lines)
