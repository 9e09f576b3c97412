"""The library of firms above designated size (四上库): its lines, ways in, windows, papers, and exits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext as _

from tici.engines import rulebook
from tici.enterprises.industries import codes_of, fit
from tici.enterprises.models import EntryClass, Window

THRESHOLDS = "enterprises/thresholds"
WINDOWS = "enterprises/windows"
DOCUMENTS = "enterprises/documents"
EXITS = "enterprises/exits"


@dataclass(frozen=True)
class Line:
    """From where on an enterprise belongs in the library, as it stood on a day."""

    sector: str
    wan: int | None  # yearly revenue, 万元; None: no question of revenue
    or_people: int | None  # so many people do as well
    condition: str  # what is asked instead of revenue, in words
    source: str
    since: date | None
    rule: str = THRESHOLDS

    def is_met(self, *, revenue_wan: Decimal | int | None, people: Decimal | int | None = None) -> bool:
        """Whether figures reach the line; never where the line is a condition in words."""
        by_people = self.or_people is not None and people is not None and people >= self.or_people
        return by_people or (self.wan is not None and revenue_wan is not None and revenue_wan >= self.wan)


def library_line(industry: str, on: date) -> Line | None:
    """The line (四上标准) of an industry on a day; None where none is known for it."""
    try:
        rule = rulebook.load(THRESHOLDS, on)
    except rulebook.NoRule:
        return None
    rows: list[Mapping[str, Any]] = rule["line"]
    row = max(rows, key=lambda row: fit(industry, codes_of(row["industries"])))
    if not fit(industry, codes_of(row["industries"])):
        return None
    source = row.get("source", rule.source)
    return Line(row["sector"], row.get("wan"), row.get("or_people"), row.get("condition", ""), source, rule.since)


class Stay(Protocol):
    """A stay in the library, kept or only thought of."""

    @property
    def sector(self) -> str: ...
    @property
    def from_date(self) -> date: ...
    @property
    def window(self) -> str: ...


def entry_class(spell: Stay, earlier_spells: Iterable[Stay], production_on: date | None) -> EntryClass:
    """How a firm came into the library: once left and back (退复规), newly in production (新进规), or grown (小升规).

    In production since last year's last quarter is new; where the day of production is not known the window tells.
    """
    if any(one.sector == spell.sector and one.from_date < spell.from_date for one in earlier_spells):
        return EntryClass.RETURNED
    if production_on is not None:
        return EntryClass.NEW_BUILD if production_on >= new_since(spell.from_date) else EntryClass.GROWN
    return EntryClass.NEW_BUILD if spell.window == Window.MONTHLY else EntryClass.GROWN


def new_since_month() -> int:
    """From which month of the year before a plant still counts as new."""
    month: int = rulebook.load(WINDOWS)["production"]["last_year_from_month"]
    return month


def new_since(entered_on: date) -> date:
    """The first day of production that still counts as new for a firm that enters on a day."""
    return date(entered_on.year - 1, new_since_month(), 1)


@dataclass(frozen=True)
class EntryWindow:
    """A day until which papers for the library are taken, as a notice of a place and year said."""

    window: Window
    closes_on: date
    place: str
    source: str


def next_window(place_code: str, on: date) -> EntryWindow | None:
    """The next entry window of a place that is known to us; None where the calendar is not known. None is made up."""
    found = [
        EntryWindow(window, row[window], row["place"], row["source"])
        for row in rulebook.load(WINDOWS)["window"]
        if row["code"] and row["code"] == place_code
        for window in (Window.ANNUAL_FIRST, Window.ANNUAL_SECOND)
        if window in row and row[window] >= on
    ]
    return min(found, key=lambda one: one.closes_on, default=None)


@dataclass(frozen=True)
class Document:
    """One paper a firm shows to enter the library."""

    code: str
    label: str
    is_optional: bool


def documents_for(entry: str) -> tuple[Document, ...]:
    """The papers asked of a firm by how it enters (新进规, 小升规, 退复规)."""
    return tuple(
        Document(row["code"], _(row["label"]), row.get("optional", False))
        for row in rulebook.load(DOCUMENTS)["document"]
        if "classes" not in row or entry in row["classes"]
    )


def exit_policy(on: date) -> str:
    """What becomes of the base of firms that left: "drop" or "keep_base"."""
    policy: str = rulebook.load(EXITS, on)["policy"]
    return policy
