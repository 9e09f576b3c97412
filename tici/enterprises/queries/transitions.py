"""Into and out of the library in a period: 新进规, 小升规, 退复规, 退规 and the net increase, computed from spells.

Each count is a queryset too, so that it opens to its rows. The class of an entry is the rule
``rules.entry_class`` said in the database's words; tests hold the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, ExtractYear

from tici.enterprises import rules
from tici.enterprises.models import EnterpriseQuerySet, EntryClass, LibrarySpell, Sector, Window


class _MakeDate(Func):
    function = "make_date"
    output_field = DateField()


def with_entry_class(spells: QuerySet[LibrarySpell]) -> QuerySet[Any]:
    """Stays in the library, each with ``entry``: how the firm came in."""
    earlier = LibrarySpell.objects.filter(
        enterprise=OuterRef("enterprise"), sector=OuterRef("sector"), from_date__lt=OuterRef("from_date")
    )
    year = Cast(ExtractYear("from_date"), IntegerField()) - Value(1)
    new_since = _MakeDate(year, Value(rules.new_since_month()), Value(1))
    return spells.annotate(
        entry=Case(
            When(Exists(earlier), then=Value(EntryClass.RETURNED.value)),
            When(enterprise__production_on__gte=new_since, then=Value(EntryClass.NEW_BUILD.value)),
            When(enterprise__production_on__isnull=False, then=Value(EntryClass.GROWN.value)),
            When(window=Window.MONTHLY, then=Value(EntryClass.NEW_BUILD.value)),
            default=Value(EntryClass.GROWN.value),
            output_field=CharField(),
        )
    )


def stays_of(rows: EnterpriseQuerySet | None, sector: str | None = Sector.INDUSTRY) -> QuerySet[LibrarySpell]:
    """The stays of some enterprises (None: of all) in a sector of the library, or in any; none of merged entries."""
    stays = LibrarySpell.objects.filter(enterprise__merged_into__isnull=True)
    stays = stays if rows is None else stays.filter(enterprise__in=rows.order_by().values("pk"))
    return stays if sector is None else stays.filter(sector=sector)


def stock(stays: QuerySet[LibrarySpell], on: date) -> QuerySet[LibrarySpell]:
    """The stays that hold on a day."""
    return stays.filter(Q(to_date__isnull=True) | Q(to_date__gt=on), from_date__lte=on)


@dataclass(frozen=True)
class Transitions:
    """What came into the library and what left it from one day (in) to another (out)."""

    stays: QuerySet[LibrarySpell]
    from_date: date
    to_date: date

    @property
    def entries(self) -> QuerySet[Any]:
        """The stays begun in the period, each with its class of entry."""
        return with_entry_class(self.stays.filter(from_date__gte=self.from_date, from_date__lt=self.to_date))

    @property
    def exits(self) -> QuerySet[LibrarySpell]:
        """The stays ended in the period (退规)."""
        return self.stays.filter(to_date__gte=self.from_date, to_date__lt=self.to_date)

    def of(self, entry: EntryClass) -> QuerySet[Any]:
        """The entries of one class."""
        return self.entries.filter(entry=entry)

    @cached_property
    def _by_class(self) -> dict[str, int]:
        grouped = self.entries.order_by().values("entry").annotate(count=Count("pk"))
        return dict(grouped.values_list("entry", "count"))

    @property
    def new_build(self) -> int:
        """新进规."""
        return self._by_class.get(EntryClass.NEW_BUILD, 0)

    @property
    def grown(self) -> int:
        """小升规."""
        return self._by_class.get(EntryClass.GROWN, 0)

    @property
    def returned(self) -> int:
        """退复规."""
        return self._by_class.get(EntryClass.RETURNED, 0)

    @property
    def entered(self) -> int:
        """新增: all that came in."""
        return sum(self._by_class.values())

    @cached_property
    def exited(self) -> int:
        """退规."""
        return self.exits.count()

    @property
    def net(self) -> int:
        """净增: equals the stock on the last day less the stock on the day before the first."""
        return self.entered - self.exited


def transitions(
    rows: EnterpriseQuerySet | None, from_date: date, to_date: date, *, sector: str | None = Sector.INDUSTRY
) -> Transitions:
    """Into and out of the library of some enterprises (None: of all) from one day (in) to another (out).

    Two queries give all counts; 新增, 退出 and 净增 are always shown together.
    """
    return Transitions(stays_of(rows, sector), from_date, to_date)
