"""The size of an enterprise by the statistics' table of its sector, and what it lacks to the next rung of its ladder.

The table stands in ``enterprises/sizes``, the four ladders of the 四大工程 in ``enterprises/ladders``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tici.engines import rulebook
from tici.enterprises.industries import codes_of, fit
from tici.enterprises.models import Size

from .library import Line, library_line

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Number = Decimal | int
RULE = "enterprises/sizes"
LADDERS = "enterprises/ladders"
FIGURES = ("people", "revenue_wan", "assets_wan")
LABELS: Mapping[str, _StrPromise] = {
    "people": gettext_lazy("从业人员"),
    "revenue_wan": gettext_lazy("营业收入"),
    "assets_wan": gettext_lazy("资产总额"),
}
UNITS: Mapping[str, _StrPromise] = {
    "people": gettext_lazy("人"),
    "revenue_wan": gettext_lazy("万元"),
    "assets_wan": gettext_lazy("万元"),
}
FALLING = (Size.LARGE, Size.MEDIUM, Size.SMALL, Size.MICRO)
BELOW_LINE = "below"
IN_LIBRARY = "library"
_SMALLEST = len(FALLING) - 1

Bounds = tuple[Number, Number, Number]


@dataclass(frozen=True)
class SizeSector:
    """One row of the table: the lower bounds of large, medium and small, for each figure the sector is judged by."""

    code: str
    label: str
    codes: frozenset[str]
    bounds: tuple[Bounds | None, Bounds | None, Bounds | None]  # in the order of FIGURES; None: not looked at

    def size(self, *figures: Number | None) -> Size | None:
        """The largest size all of whose bounds are reached (else 下划一档); None where a missing figure could tell.

        Figures come in the order of FIGURES.
        """
        step, is_open = 0, False
        for figure, bounds in zip(figures, self.bounds, strict=True):
            if bounds is None:
                continue
            if figure is None:
                is_open = True
                continue
            while step < _SMALLEST and figure < bounds[step]:
                step += 1
        return None if is_open and step < _SMALLEST else FALLING[step]

    def lacks(self, size: str, figures: Sequence[Number | None]) -> tuple[Lack, ...]:
        """What each figure lacks to a size; those not known are among them, without a number."""
        step = FALLING.index(Size(size))
        if step == _SMALLEST:
            return ()
        found = []
        for name, figure, bounds in zip(FIGURES, figures, self.bounds, strict=True):
            if bounds is not None and (figure is None or figure < bounds[step]):
                found.append(Lack(name, figure, bounds[step]))
        return tuple(found)


@dataclass(frozen=True)
class SizeTable:
    """The table as it stood on a day; ``since`` tells which version."""

    sectors: tuple[SizeSector, ...]
    since: date | None

    def sector(self, industry: str) -> SizeSector | None:
        """The row an industry is judged by: the one that names it most closely; None for what is not classified."""
        found = max(self.sectors, key=lambda row: fit(industry, row.codes), default=None)
        return found if found and fit(industry, found.codes) else None


@dataclass(frozen=True)
class Lack:
    """One figure that does not reach its bound."""

    figure: str  # people, revenue_wan or assets_wan
    value: Number | None  # None: not known
    bound: Number

    @property
    def missing(self) -> Number | None:
        """How much is missing, in the figure's own unit; None where the figure is not known."""
        return None if self.value is None else self.bound - self.value

    @property
    def label(self) -> str | Promise:
        return LABELS[self.figure]

    @property
    def unit(self) -> str | Promise:
        return UNITS[self.figure]

    @property
    def sentence(self) -> str:
        """The lack in words: 营业收入还差320万元."""
        words = {"label": self.label, "unit": self.unit, "bound": _plain(self.bound)}
        if self.missing is None:
            return _("%(label)s未填（须达到%(bound)s%(unit)s）") % words
        return _("%(label)s还差%(missing)s%(unit)s") % (words | {"missing": _plain(self.missing)})


@dataclass(frozen=True)
class Gap:
    """The next rung of an enterprise on one of the four ladders, and what it lacks to stand on it."""

    rung: str  # the ladder: enter, lift, leap or expand
    label: str
    to: str  # "library", or the size to reach; "" where there is no bound above
    lacks: tuple[Lack, ...]
    rule: str  # the rulebook entry behind it
    since: date | None
    condition: str = ""  # what is asked beside figures, in words

    @property
    def is_reached(self) -> bool:
        """Whether every bound is reached: zero gap."""
        return bool(self.to) and not self.lacks and not self.condition

    @property
    def is_known(self) -> bool:
        """Whether all figures needed are there."""
        return all(lack.value is not None for lack in self.lacks)

    def missing(self, figure: str) -> Number | None:
        """How much a figure lacks: 0 where its bound is reached or none is set, None where it is not known."""
        return next((lack.missing for lack in self.lacks if lack.figure == figure), 0)

    @property
    def sentence(self) -> str:
        """The gap in words."""
        if not self.to:
            return _("已是最高档，看增长")
        if self.condition:
            return _("须%(condition)s") % {"condition": _(self.condition)}
        return _("、").join(lack.sentence for lack in self.lacks) or _("已达到")


def _sector(row: Mapping[str, Any]) -> SizeSector:
    people, revenue, assets = (tuple(row[name]) if name in row else None for name in FIGURES)
    return SizeSector(row["code"], row["label"], codes_of(row["industries"]), (people, revenue, assets))


def size_table(on: date) -> SizeTable:
    """The table in force on a day; an empty one for days before the first."""
    try:
        rule = rulebook.load(RULE, on)
    except rulebook.NoRule:
        return SizeTable((), None)
    return SizeTable(tuple(_sector(row) for row in rule["sector"]), rule.since)


class Sizer:
    """The sizes of very many enterprises: every version of the table is read once, every industry placed once."""

    def __init__(self) -> None:
        self._sectors: dict[tuple[str, int], SizeSector | None] = {}
        self._tables: dict[int, SizeTable] = {}

    def size(self, industry: str, year: int, *figures: Number | None) -> str:
        """The size by the table at the end of a year, figures in the order of FIGURES; "" where it cannot be told."""
        key = (industry, year)
        if key not in self._sectors:
            if year not in self._tables:
                self._tables[year] = size_table(date(year, 12, 31))
            self._sectors[key] = self._tables[year].sector(industry)
        sector = self._sectors[key]
        return (sector.size(*figures) if sector else None) or ""


def size_of(
    industry: str,
    *,
    people: Number | None = None,
    revenue_wan: Number | None = None,
    assets_wan: Number | None = None,
    on: date,
) -> Size | None:
    """The size of an enterprise on a day; None where a needed figure is missing or its industry is not classified."""
    sector = size_table(on).sector(industry)
    return sector.size(people, revenue_wan, assets_wan) if sector else None


def gap_to(
    size: str,
    industry: str,
    *,
    people: Number | None = None,
    revenue_wan: Number | None = None,
    assets_wan: Number | None = None,
    on: date,
) -> tuple[Lack, ...]:
    """What lacks to a size, figure by figure; nothing lacks exactly where the size is reached."""
    sector = size_table(on).sector(industry)
    return sector.lacks(size, (people, revenue_wan, assets_wan)) if sector else ()


def next_rung(
    industry: str,
    *,
    people: Number | None = None,
    revenue_wan: Number | None = None,
    assets_wan: Number | None = None,
    in_library: bool,
    on: date,
) -> Gap | None:
    """The rung above an enterprise on its ladder and what it lacks; None where its industry or size is not known."""
    line, table = library_line(industry, on), size_table(on)
    sector = table.sector(industry)
    figures = (people, revenue_wan, assets_wan)
    if not in_library:
        return _to_library(line, people, revenue_wan) if line else None
    size = sector.size(*figures) if sector else None
    if sector is None or size is None:
        return None
    rung = _rung_from(size)
    return Gap(rung["code"], _(rung["label"]), rung["to"], _lacks(sector, rung["to"], figures), RULE, table.since)


def _lacks(sector: SizeSector, to: str, figures: Sequence[Number | None]) -> tuple[Lack, ...]:
    return sector.lacks(to, figures) if to else ()


def _to_library(line: Line, people: Number | None, revenue_wan: Number | None) -> Gap:
    rung = _rung_from(BELOW_LINE)
    lacks: tuple[Lack, ...] = ()
    is_met = line.is_met(revenue_wan=revenue_wan, people=people)
    if line.wan is not None and not is_met:
        lacks = (Lack("revenue_wan", revenue_wan, line.wan),)
    return Gap(rung["code"], _(rung["label"]), rung["to"], lacks, line.rule, line.since, line.condition)


def _rung_from(where: str) -> Mapping[str, str]:
    found: Mapping[str, str] = next(rung for rung in rulebook.load(LADDERS)["rung"] if where in rung["from"])
    return found


def _plain(number: Number) -> str:
    return f"{Decimal(number).normalize():f}"
