"""The lines in force as a GTFS feed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time

from tici.buslines.models import Pattern, PlanState, School, Trip
from tici.engines import gtfs, rulebook

from .calendar import CODE, calendar_of, term_on
from .plans import Strip, strips_of

DAY_OF_A_TERM = 120  # how long a feed holds where no term is entered


def feed_of(on: date, *, address: str) -> gtfs.Feed | None:
    """Every line in force with its school days; none where no line runs. Eight queries."""
    strips = strips_of(Pattern.objects.filter(plan__state=PlanState.IN_FORCE))
    if not strips:
        return None
    rule = rulebook.load("buslines/planning")["operator"]
    term = term_on(on)
    if term is None:
        last = date.fromordinal(on.toordinal() + DAY_OF_A_TERM)
        service, _announced = gtfs.school_days(CODE, on, last)
    else:
        service = calendar_of(term).service
    schools = {strip.pattern.line.school_id: strip.pattern.line.school for strip in strips}
    url = address or rule["url"]
    return gtfs.Feed(
        agency=gtfs.Agency(rule["name"], url),
        stops=tuple(_stops(strips, schools)),
        routes=tuple({one.code: one for one in map(_route, strips)}.values()),
        trips=tuple(_trip(strip, trip) for strip in strips for trip in strip.trips),
        services=(service,),
        info=gtfs.Info(rule["name"], url, service.from_date, service.to_date),
    )


def _stops(strips: Iterable[Strip], schools: Mapping[int, School]) -> Iterable[gtfs.Stop]:
    for school in schools.values():
        yield gtfs.Stop(school.code, str(school), school.longitude, school.latitude)
    rows = {row.stop.code: row.stop for strip in strips for row in strip.rows}
    for stop in rows.values():
        yield gtfs.Stop(stop.code, stop.name, stop.longitude, stop.latitude, stop.side)


def _route(strip: Strip) -> gtfs.Route:
    line = strip.pattern.line
    colour = strip.style.colour.lstrip("#").upper()
    return gtfs.Route(str(line.pk), line.short_name, str(line), colour, "FFFFFF")


def _trip(strip: Strip, trip: Trip) -> gtfs.Trip:
    school = strip.pattern.line.school
    calls = []
    for call in trip.calls.all():
        opens = second_of(call.opens_at)
        at = strip.rows[[row.at.pk for row in strip.rows].index(call.at_id)]
        calls.append(gtfs.Call(at.stop.code, opens, opens + call.stands_seconds))
    own = gtfs.Call(school.code, second_of(trip.at_school), second_of(trip.at_school))
    is_in = strip.is_morning
    return gtfs.Trip(
        f"{strip.pattern.line.pk}-{'in' if is_in else 'out'}-{trip.number}", str(strip.pattern.line.pk), CODE,
        (*calls, own) if is_in else (own, *calls),
        gtfs.Riding.TO_SCHOOL if is_in else gtfs.Riding.FROM_SCHOOL,
        str(school) if is_in else str(strip.rows[-1].stop),
    )  # fmt: skip


def second_of(at: time) -> int:
    """A time of day in seconds."""
    return at.hour * 3600 + at.minute * 60 + at.second
