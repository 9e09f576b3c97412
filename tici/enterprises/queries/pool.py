"""The cultivation pool as lists and pages ask for it: windows ahead, papers, months, and the net forecast by county."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import sqrt
from typing import Any

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncMonth

from tici.engines.periods import Month
from tici.enterprises.models import (
    Candidacy,
    CandidacyMove,
    CandidacyPaper,
    Enterprise,
    EntryWindowDay,
    ExitRisk,
    MonthFacts,
    PoolState,
    Window,
)
from tici.enterprises.rules import next_window
from tici.enterprises.rules import pool as rules
from tici.places.models import Place


@dataclass(frozen=True)
class WindowAhead:
    """A window that is still open or to come: until when, and which month's cumulative figures count."""

    window: str
    closes_on: date
    through: Month
    source: str


def windows_ahead(on: date) -> Mapping[int, Sequence[WindowAhead]]:
    """Of every place the windows ahead, soonest first: noted for it or for a place around it, else of the rulebook.

    The rulebook's calendars name no month; it is the one before a window closes.
    """
    noted: dict[int, list[WindowAhead]] = {}
    for one in EntryWindowDay.objects.filter(closes_on__gte=on).order_by("closes_on", "pk"):
        found = WindowAhead(one.window, one.closes_on, Month.of(one.through_on), one.source)
        noted.setdefault(one.place_id, []).append(found)
    by_path = {path: (pk, code) for pk, path, code in Place.objects.order_by().values_list("pk", "path", "code")}
    return {pk: _ahead(path, by_path, noted, on) for path, (pk, _code) in by_path.items()}


def _ahead(
    path: str, by_path: Mapping[str, tuple[int, str]], noted: Mapping[int, list[WindowAhead]], on: date
) -> list[WindowAhead]:
    """The windows of the nearest place around a path that has any."""
    parts = path.split("/")[:-1]
    for depth in range(len(parts), 0, -1):
        pk, code = by_path.get("/".join(parts[:depth]) + "/", (0, ""))
        if pk in noted:
            return noted[pk]
        if code and (known := next_window(code, on)) is not None:
            return [WindowAhead(known.window, known.closes_on, Month.of(known.closes_on) - 1, known.source)]
    return []


@dataclass(frozen=True)
class PaperLine:
    """One paper of the checklist, and who saw it ready when."""

    code: str
    label: str
    is_optional: bool
    shown: CandidacyPaper | None


def papers(candidacy: Candidacy) -> list[PaperLine]:
    """The checklist of a candidate."""
    shown = {one.code: one for one in candidacy.papers.select_related("seen_by")}
    return [
        PaperLine(one.code, one.label, one.is_optional, shown.get(one.code)) for one in rules.papers_of(candidacy.kind)
    ]


def history(enterprise: Enterprise, until: Month, months: int = 24) -> list[tuple[Month, MonthFacts | None]]:
    """The last months of a firm as it gave them, oldest first; None where a month was not given."""
    first = until - (months - 1)
    given = {Month.of(one.month_on): one for one in enterprise.months.filter(month_on__gte=first.first)}
    return [(month, given.get(month)) for month in first.until(until)]


@dataclass(frozen=True)
class NetForecast:
    """What one place may gain and lose: firms expected to enter and to leave, and the net, each with a range."""

    place: Place
    candidates: int
    entries: float
    entries_spread: float  # half the range
    exits: float
    exits_spread: float

    @property
    def net(self) -> float:
        return self.entries - self.exits

    @property
    def net_low(self) -> float:
        return self.net - self._spread

    @property
    def net_high(self) -> float:
        return self.net + self._spread

    @property
    def _spread(self) -> float:
        return sqrt(self.entries_spread**2 + self.exits_spread**2)


def net_forecast(places: Iterable[Place], top: Place) -> list[NetForecast]:
    """The net forecast of each place and, first, of all of them together; four queries for any number.

    Expected entries are the chances of open candidacies by the next window added up, expected exits the risks of
    firms in the library; the range takes firms as independent of each other.
    """
    places = list(places)
    coming = _sums(Candidacy.objects.open())
    leaving = _sums(ExitRisk.objects.all())
    paths = dict(Place.objects.order_by().values_list("pk", "path"))
    entries = [(paths[one["place"]], one) for one in coming]
    exits = [(paths[one["place"]], one) for one in leaving]
    z = rules.setting("range_z")

    def of(place: Place) -> NetForecast:
        inn, out = ([one for path, one in rows if path.startswith(place.path)] for rows in (entries, exits))
        return NetForecast(
            place,
            sum(one["ways"] for one in inn),
            sum(one["mean"] for one in inn),
            z * sqrt(sum(one["spread"] for one in inn)),
            sum(one["mean"] for one in out),
            z * sqrt(sum(one["spread"] for one in out)),
        )

    return [of(place) for place in ([top, *places] if [top] != places else places)]


def _sums(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    """How many firms of each place, the chances of those that have one added up, and the variance of that sum."""
    mean, spread = (
        Coalesce(Sum(one, output_field=FloatField()), 0.0) for one in (F("chance"), F("chance") * (1 - F("chance")))
    )
    return list(rows.order_by().values("place").annotate(ways=Count("pk"), mean=mean, spread=spread))


#: All papers are there, and nobody has applied yet.
READY = ~Q(papers_asked=0) & Q(papers_shown__gte=F("papers_asked"), state__in=["surveyed", "fostered"])
#: What the circular counts in a month, and the step each means.
STEPS = {
    "proposed": Q(moves__to_state=PoolState.SURVEYED, moves__from_state=""),
    "entered": Q(moves__to_state=PoolState.ENTERED) & ~Q(moves__from_state=""),
    "refused": Q(moves__to_state=PoolState.REFUSED) & ~Q(moves__from_state=""),
    "left": Q(moves__to_state=PoolState.LEFT) & ~Q(moves__from_state=""),
}


def stepped(rows: QuerySet[Candidacy], step: str, month: Month) -> QuerySet[Candidacy]:
    """Those candidacies that took one of ``STEPS`` in a month."""
    within = Q(moves__moved_on__gte=month.first, moves__moved_on__lte=month.last)
    took = Candidacy.objects.order_by().filter(STEPS[step] & within).values("pk")
    return rows.filter(pk__in=took)


@dataclass(frozen=True)
class Progress:
    """One county in the monthly circular: its pool by state, what moved in the month, and what is expected."""

    place: Place
    states: Mapping[str, int]  # open candidacies
    entered: int  # in the month
    refused: int
    left: int
    proposed: int
    ready: int  # all papers there, not yet applied
    blocked: int
    forecast: NetForecast


def progress(places: Iterable[Place], top: Place, month: Month) -> list[Progress]:
    """The monthly circular (县区培育进展通报): every county and, first, all together."""
    forecasts = net_forecast(places, top)
    paths = dict(Place.objects.order_by().values_list("pk", "path"))
    pool = Candidacy.objects.open().order_by().values("place", "state")
    counted = pool.annotate(
        ways=Count("pk"), ready=Count("pk", filter=READY), blocked=Count("pk", filter=~Q(blocker=""))
    )
    stands = [(paths[one["place"]], one) for one in counted]
    within = Q(moves__moved_on__gte=month.first, moves__moved_on__lte=month.last)
    moves = Candidacy.objects.order_by().filter(within).values("place")
    counts = {step: Count("pk", distinct=True, filter=is_it) for step, is_it in STEPS.items()}
    moved: list[tuple[str, Mapping[str, Any]]] = [(paths[one["place"]], {**one}) for one in moves.annotate(**counts)]

    def of(forecast: NetForecast) -> Progress:
        here = forecast.place.path
        own = [one for path, one in stands if path.startswith(here)]

        steps = {step: sum(one[step] for path, one in moved if path.startswith(here)) for step in STEPS}
        states: dict[str, int] = {
            state: sum(one["ways"] for one in own if one["state"] == state) for state in rules.OPEN
        }
        return Progress(
            place=forecast.place,
            states=states,
            **steps,
            ready=sum(one["ready"] for one in own),
            blocked=sum(one["blocked"] for one in own),
            forecast=forecast,
        )

    return [of(one) for one in forecasts]


def months_moved() -> list[Month]:
    """The months in which a candidacy was proposed or stepped, newest first."""
    days = CandidacyMove.objects.order_by().annotate(month=TruncMonth("moved_on")).values_list("month", flat=True)
    return sorted({Month.of(day) for day in days.distinct()}, reverse=True)


def share_of_line(amount: Decimal | None, line: Decimal | None) -> Decimal | None:
    """How much of its line a firm has reached."""
    return amount / line if amount is not None and line else None


def window_label(code: str) -> str:
    """The name of a window; the whole year where there is none."""
    return str(Window(code).label) if code else ""
