"""School lines as GTFS: a valid feed from plain values, and a feed or a list of stops read back.

What others use::

    from tici.engines.gtfs import Agency, Call, Feed, Info, Riding, Route, Stop, Trip, read, school_days, write

    service, is_announced = school_days("term", date(2021, 12, 20), date(2022, 1, 14))
    content = write(Feed(agency, stops, routes, trips, (service,), info))
    stops = read(content).stops
"""

from tici.engines.gtfs.days import runs_on, school_days
from tici.engines.gtfs.feed import Agency, Call, Feed, Info, Riding, Route, Service, Shape, Stop, Trip
from tici.engines.gtfs.problems import SENTENCES, Unreadable, Unwritable
from tici.engines.gtfs.reading import Read, read
from tici.engines.gtfs.writing import write

__all__ = [
    "SENTENCES",
    "Agency",
    "Call",
    "Feed",
    "Info",
    "Read",
    "Riding",
    "Route",
    "Service",
    "Shape",
    "Stop",
    "Trip",
    "Unreadable",
    "Unwritable",
    "read",
    "runs_on",
    "school_days",
    "write",
]
