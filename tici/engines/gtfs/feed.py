"""What a GTFS feed of school lines holds, as plain values; nothing here reads or writes files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tici.engines.gtfs.problems import Unwritable


class Riding(StrEnum):
    """What riders may do at the stops of a trip."""

    BOTH = "both"
    TO_SCHOOL = "to_school"  # 到校前只上不下: board only, all alight at the last stop
    FROM_SCHOOL = "from_school"  # all board at the first stop, then alight only


@dataclass(frozen=True, slots=True)
class Agency:
    """Who runs the lines."""

    name: str
    url: str
    timezone: str = "Asia/Shanghai"
    lang: str = "zh-CN"
    phone: str = ""
    code: str = "1"


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop, in WGS-84."""

    code: str
    name: str
    lng: float
    lat: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """A line; colours are six hexadecimal digits."""

    code: str
    short_name: str
    long_name: str = ""
    colour: str = "FFFFFF"
    text_colour: str = "000000"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A trip at a stop, in seconds of the day."""

    stop: str
    arrives_second: int
    departs_second: int


@dataclass(frozen=True, slots=True)
class Trip:
    """One trip of a line on the days of a service."""

    code: str
    route: str
    service: str
    calls: tuple[Call, ...]
    riding: Riding = Riding.BOTH
    headsign: str = ""
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """On which days trips run: weekdays (Monday first) between two days, with days added and taken out."""

    code: str
    from_date: date
    to_date: date
    weekdays: tuple[bool, bool, bool, bool, bool, bool, bool] = (True, True, True, True, True, False, False)
    added: tuple[date, ...] = ()
    removed: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """The way of a line as longitude and latitude."""

    code: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Info:
    """Who publishes the feed, and from when to when it holds."""

    publisher: str
    url: str
    from_date: date | None = None
    to_date: date | None = None
    version: str = ""
    lang: str = "zh-CN"


@dataclass(frozen=True)
class Feed:
    """A feed whose parts fit together.

    Raises
    ------
    Unwritable
        If a code stands twice, something named is not there, times run backwards, or a coordinate lies nowhere.
    """

    agency: Agency
    stops: tuple[Stop, ...]
    routes: tuple[Route, ...]
    trips: tuple[Trip, ...]
    services: tuple[Service, ...]
    info: Info
    shapes: tuple[Shape, ...] = ()

    def __post_init__(self) -> None:
        if not (self.stops and self.routes and self.trips and self.services):
            raise Unwritable("nothing")
        for kind, codes in (
            ("站点", [one.code for one in self.stops]),
            ("线路", [one.code for one in self.routes]),
            ("班次", [one.code for one in self.trips]),
            ("运行日", [one.code for one in self.services]),
        ):
            for code in codes:
                if not code or codes.count(code) > 1:
                    raise Unwritable("code_twice", kind=kind, code=code)
        for stop in self.stops:
            if not (-90 <= stop.lat <= 90 and -180 <= stop.lng <= 180) or (stop.lat, stop.lng) == (0, 0):
                raise Unwritable("nowhere", name=stop.name)
        for trip in self.trips:
            self._judge(trip)

    def _judge(self, trip: Trip) -> None:
        named = [
            ("线路", trip.route, {one.code for one in self.routes}),
            ("运行日", trip.service, {one.code for one in self.services}),
            ("走向", trip.shape, {one.code for one in self.shapes} | {""}),
        ]
        stops = {one.code for one in self.stops}
        for kind, code, known in named + [("站点", call.stop, stops) for call in trip.calls]:
            if code not in known:
                raise Unwritable("not_there", trip=trip.code, kind=kind, code=code)
        if len(trip.calls) < 2:
            raise Unwritable("one_stop", trip=trip.code)
        times = [second for call in trip.calls for second in (call.arrives_second, call.departs_second)]
        if times != sorted(times) or times[0] < 0:
            raise Unwritable("backwards", trip=trip.code)
