"""Who came into the library of industry and who left it in a period, by county; computed from stays, never kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tici.engines.periods import Month
from tici.enterprises.models import EntryClass, LibrarySpell, Sector
from tici.places.models import Place

from .transitions import with_entry_class

ENTERED, EXITED, NET = "entered", "exited", "net"
LABELS: dict[str, Any] = {
    **{entry.value: entry.label for entry in EntryClass},
    ENTERED: _("入库合计"),
    EXITED: _("退规"),
    NET: _("净增"),
}


@dataclass(frozen=True)
class Moves:
    """One place in a period: how many of each kind."""

    place: Place
    counts: dict[str, int]


def last_moved(until: Month) -> Month:
    """The newest month up to one in which a stay began or ended; that month itself where none ever did."""
    stays = LibrarySpell.objects.filter(sector=Sector.INDUSTRY)
    days = stays.aggregate(
        began=Max("from_date", filter=Q(from_date__lte=until.last)),
        ended=Max("to_date", filter=Q(to_date__lte=until.last)),
    )
    known = [Month.of(day) for day in days.values() if day]
    return max(known, default=until)


def moved(kind: str, places: Sequence[int], first: Month, last: Month) -> QuerySet[LibrarySpell]:
    """The stays behind one number: those that began in the months of a period, or ended; of the net, both."""
    stays = LibrarySpell.objects.filter(
        sector=Sector.INDUSTRY, enterprise__merged_into__isnull=True, enterprise__place__in=places
    )
    began = Q(from_date__range=(first.first, last.last))
    ended = Q(to_date__range=(first.first, last.last))
    match kind:
        case "exited":
            return stays.filter(ended)
        case "net":
            return stays.filter(began | ended)
        case "entered":
            return stays.filter(began)
    return with_entry_class(stays.filter(began)).filter(entry=kind)


def moves_by_county(counties: Iterable[Place], within: Place, first: Month, last: Month) -> list[Moves]:
    """The moves of a place and of each of its counties, in one query a kind however many counties there are."""
    paths = dict(Place.objects.within(within).values_list("pk", "path"))
    lines = [within, *(county for county in counties if county != within)]
    counts: dict[int, dict[str, int]] = {place.pk: {} for place in lines}
    for kind in (*EntryClass.values, EXITED):
        rows = moved(kind, list(paths), first, last).order_by().values_list("enterprise__place").annotate(Count("pk"))
        found = [(paths[place], count) for place, count in rows]
        for place in lines:
            counts[place.pk][kind] = sum(count for path, count in found if path.startswith(place.path))
    for of in counts.values():
        of[ENTERED] = sum(of[entry] for entry in EntryClass.values)
        of[NET] = of[ENTERED] - of[EXITED]
    return [Moves(place, counts[place.pk]) for place in lines]
