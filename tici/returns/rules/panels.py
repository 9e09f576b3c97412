"""How a firm stands in the scope of a month: compared with its own last year, come up this year, newly built, left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tici.engines import rulebook
from tici.engines.panel import Entry, Kind
from tici.engines.periods import Month
from tici.enterprises.models import EntryClass
from tici.enterprises.rules import entry_class
from tici.returns.models import Aggregate, Basis, FormVersion, Indicator

RULE = "returns/panel"
NOW, BEFORE = frozenset({Basis.YTD, Basis.END}), frozenset({Basis.YTD_LAST_YEAR, Basis.END_LAST_YEAR})


class Stay(NamedTuple):
    """A stay in the library of firms above designated size."""

    sector: str
    from_date: date
    to_date: date | None
    window: str


class InScope(NamedTuple):
    """How a firm stands in the scope, from a month on and up to another."""

    first: Month
    until: Month | None  # the first month it no longer does
    entry: Entry


def in_scope(stays: Sequence[Stay], production_on: date | None) -> Iterator[InScope]:
    """How a firm stands in the scope month by month: for the year it came in as it came, then as an existing firm."""
    for at, stay in enumerate(stays):
        entered = _entry(entry_class(stay, stays[:at], production_on), stay.from_date)
        first, next_year = Month.of(stay.from_date), Month(stay.from_date.year + 1, 1)
        until = Month.of(stay.to_date) if stay.to_date else None
        if until is not None and until <= next_year:
            yield InScope(first, until, entered)
            continue
        yield InScope(first, next_year, entered)
        yield InScope(next_year, until, Entry.EXISTING)


def _entry(entered: EntryClass, on: date) -> Entry:
    if entered == EntryClass.RETURNED:
        return Entry(rulebook.load(RULE, on)["returned"])
    return {EntryClass.NEW_BUILD: Entry.NEW_BUILD, EntryClass.GROWN: Entry.GROWN}[entered]


def kinds_of(indicators: Mapping[str, Indicator], on: date) -> dict[str, Kind]:
    """What each indicator that adds up is: a sum since January that never falls, one that may, or a stock."""
    results = rulebook.load(RULE, on)["results"]
    return {
        code: Kind.STOCK if one.is_stock else Kind.RESULT if code in results else Kind.FLOW
        for code, one in indicators.items()
        if one.aggregate in {Aggregate.SUM, Aggregate.MEAN}
    }


def held_back_by(on: date) -> list[str]:
    """How the codes of checks end that keep a report out of every sum until it is corrected or explained."""
    return list(rulebook.load(RULE, on)["held_back_by"])


def panel_columns(form: FormVersion) -> list[str]:
    """What the panel calls each column of a form, in order: ``output``, ``output.base``; "" for one without use."""
    names = []
    for column in form.columns:
        ending = "" if column.basis in NOW else ".base" if column.basis in BEFORE else None
        names.append("" if ending is None else column.indicator + ending)
    return names
