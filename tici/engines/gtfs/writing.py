"""Writes a feed as a GTFS archive."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

import numpy as np

from tici.engines.gtfs.feed import Feed, Riding, Trip
from tici.engines.roads.datum import metres_between

_BUS = 3
_REGULAR, _NONE = 0, 1
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_STAMP = (2021, 12, 20, 0, 0, 0)  # the same feed gives the same bytes


def write(feed: Feed) -> bytes:
    """Return a feed as the bytes of a zip archive; the same feed gives the same bytes.

    Notes
    -----
    到校前只上不下 is written as ``drop_off_type`` 1 at every stop before the school and ``pickup_type`` 1 at the
    school, the afternoon mirrored. Source: gtfs.org/documentation/schedule/reference.
    """
    files = {
        "agency.txt": _agency(feed),
        "stops.txt": _stops(feed),
        "routes.txt": _routes(feed),
        "trips.txt": _trips(feed),
        "stop_times.txt": _stop_times(feed),
        "calendar.txt": _calendar(feed),
        "calendar_dates.txt": _calendar_dates(feed),
        "feed_info.txt": _feed_info(feed),
        "shapes.txt": _shapes(feed),
    }
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in files.items():
            heads, *body = rows
            if body:
                text = io.StringIO()
                csv.writer(text, lineterminator="\r\n").writerows([heads, *body])
                archive.writestr(zipfile.ZipInfo(name, _STAMP), text.getvalue().encode(), zipfile.ZIP_DEFLATED)
    return into.getvalue()


Rows = Iterable[Sequence[object]]


def _agency(feed: Feed) -> Rows:
    one = feed.agency
    yield ["agency_id", "agency_name", "agency_url", "agency_timezone", "agency_lang", "agency_phone"]
    yield [one.code, one.name, one.url, one.timezone, one.lang, one.phone]


def _stops(feed: Feed) -> Rows:
    yield ["stop_id", "stop_code", "stop_name", "stop_desc", "stop_lat", "stop_lon"]
    for one in feed.stops:
        yield [one.code, one.code, one.name, one.note, f"{one.lat:.6f}", f"{one.lng:.6f}"]


def _routes(feed: Feed) -> Rows:
    heads = ("route_id", "agency_id", "route_short_name", "route_long_name", "route_desc", "route_type")
    yield [*heads, "route_color", "route_text_color"]
    for one in feed.routes:
        names = [one.short_name, one.long_name, one.note]
        yield [one.code, feed.agency.code, *names, _BUS, one.colour.lstrip("#"), one.text_colour.lstrip("#")]


def _trips(feed: Feed) -> Rows:
    yield ["route_id", "service_id", "trip_id", "trip_headsign", "direction_id", "shape_id"]
    for one in feed.trips:
        direction = "" if one.riding == Riding.BOTH else int(one.riding == Riding.FROM_SCHOOL)
        yield [one.route, one.service, one.code, one.headsign, direction, one.shape]


def _stop_times(feed: Feed) -> Rows:
    heads = ("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence")
    ways = {shape.code: _along(shape.points) for shape in feed.shapes}
    yield [*heads, "pickup_type", "drop_off_type", "timepoint", *(["shape_dist_traveled"] if ways else [])]
    places = {stop.code: (stop.lng, stop.lat) for stop in feed.stops}
    for trip in feed.trips:
        along = _travelled([places[call.stop] for call in trip.calls], ways.get(trip.shape))
        for number, call in enumerate(trip.calls):
            pickup, drop_off = _riding(trip, number)
            times = [_clock(call.arrives_second), _clock(call.departs_second)]
            row = [trip.code, *times, call.stop, number + 1, pickup, drop_off, 1]
            yield [*row, along[number]] if ways else row


def _riding(trip: Trip, number: int) -> tuple[int, int]:
    """Return pickup and drop-off type of a call; nobody alights at the first stop, nobody boards at the last."""
    is_first, is_last = number == 0, number == len(trip.calls) - 1
    if trip.riding == Riding.TO_SCHOOL:
        return (_NONE, _REGULAR) if is_last else (_REGULAR, _NONE)
    if trip.riding == Riding.FROM_SCHOOL:
        return (_REGULAR, _NONE) if is_first else (_NONE, _REGULAR)
    return (_NONE if is_last else _REGULAR), (_NONE if is_first else _REGULAR)


def _calendar(feed: Feed) -> Rows:
    yield ["service_id", *_WEEKDAYS, "start_date", "end_date"]
    for one in feed.services:
        yield [one.code, *(int(day) for day in one.weekdays), _day(one.from_date), _day(one.to_date)]


def _calendar_dates(feed: Feed) -> Rows:
    yield ["service_id", "date", "exception_type"]
    for one in feed.services:
        days = [(day, 1) for day in one.added] + [(day, 2) for day in one.removed]
        for day, kind in sorted(days):
            yield [one.code, _day(day), kind]


def _feed_info(feed: Feed) -> Rows:
    one = feed.info
    first = one.from_date or min(service.from_date for service in feed.services)
    last = one.to_date or max(service.to_date for service in feed.services)
    heads = ("feed_publisher_name", "feed_publisher_url", "feed_lang", "feed_start_date", "feed_end_date")
    yield [*heads, "feed_version", "feed_contact_url"]
    yield [one.publisher, one.url, one.lang, _day(first), _day(last), one.version or _day(first), one.url]


def _shapes(feed: Feed) -> Rows:
    yield ["shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence", "shape_dist_traveled"]
    for one in feed.shapes:
        for number, ((lng, lat), metres) in enumerate(zip(one.points, _along(one.points)[1], strict=True), 1):
            yield [one.code, f"{lat:.6f}", f"{lng:.6f}", number, f"{metres:.1f}"]


Along = tuple[np.ndarray, np.ndarray]


def _along(points: Sequence[tuple[float, float]]) -> Along:
    """Return the points of a way, and how many metres along it each lies."""
    where = np.array(points, float)
    steps = [float(metres_between(one, other)) for one, other in pairwise(where)]
    return where, np.concatenate([[0.0], np.cumsum(steps)])


def _travelled(stops: Sequence[tuple[float, float]], way: Along | None) -> list[str]:
    """Return how many metres along the way each stop lies, never less than the one before."""
    if way is None:
        return [""] * len(stops)
    points, metres = way
    found, first = [], 0
    for number, stop in enumerate(stops):
        left = len(stops) - number
        last = max(len(points) - left + 1, first + 1)
        first += int(np.argmin(metres_between(points[first:last], stop)))
        found.append(f"{metres[first]:.1f}")
    return found


def _clock(second: int) -> str:
    minutes, seconds = divmod(second, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")
