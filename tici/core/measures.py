"""Measures (指标): named numbers with unit and 口径, each of which opens to the very rows it was computed from."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import QuerySet

from tici.engines.periods import Month

from .kept import kept, newest_record
from .registers import Column

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tici.accounts.models import Person
    from tici.places.models import Place

T = TypeVar("T")


class Unit(StrEnum):
    """How a measure's value is written: stored in 万元 or as a fraction, shown as its unit asks."""

    COUNT = "count"  # 个
    WAN = "wan"  # stored in 万元; shown in 万元 for a county or project, in 亿元 for a city
    RATE = "rate"  # a fraction; shown as per cent, never capped
    KWH = "kwh"  # stored and shown in 万千瓦时
    POINTS = "points"  # a difference of fractions; shown in 个百分点, with its sign


@dataclass(frozen=True)
class Scope:
    """For whom, where and when a measure is asked: what the person may see, in a place, to the end of a month."""

    person: Person
    place: Place
    month: Month
    _kept: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Compute something the first time it is asked for in this scope; many measures share one query."""
        if key not in self._kept:
            self._kept[key] = compute()
        once: T = self._kept[key]
        return once

    def kept(self, name: str, compute: Callable[[], T]) -> T:
        """Keep what was computed, over requests too, until anything is done anywhere.

        The newest record says whether what was kept still holds: a figure never outlives the rows it stands on.
        """
        newest = self.once("core.newest_record", newest_record)
        key = f"{name}:{self.person.place_id}:{self.place.pk}:{self.month}"
        return self.once(key, lambda: kept(key, newest, compute))

    @property
    def counties(self) -> list[Place]:
        """The county-level places of the scope's place, itself included where it is one, in official order."""
        return self.once(
            "core.counties", lambda: list(type(self.place)._default_manager.within(self.place).county_level())
        )

    @property
    def county_of(self) -> dict[int, int]:
        """Each place of the scope with the county-level place it lies in; those in none are left out."""

        def compute() -> dict[int, int]:
            places = list(type(self.place)._default_manager.within(self.place))
            counties = [place for place in places if place.is_county_level]
            return {one.pk: county.pk for county in counties for one in places if one.path.startswith(county.path)}

        return self.once("core.county_of", compute)


@dataclass(frozen=True)
class Measure:
    """One named number."""

    code: str  # "projects.started"
    label: str | _StrPromise
    unit: Unit
    basis: str | _StrPromise  # 口径, one sentence
    value: Callable[[Scope], Decimal | int | None]  # None where it cannot be computed (a rate without a plan)
    by_county: Callable[[Scope], dict[int, Decimal | int | None]]  # county-level place id -> value
    rows: Callable[[Scope], QuerySet[Any]]  # what it was computed from, to be listed
    columns: tuple[Column, ...]  # how those rows are listed
    rule: str = ""  # the rulebook entry behind it, if any
