"""Reads a GTFS archive back, or only a list of stops; good rows go in, bad rows come back with reasons."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tici.engines.gtfs.feed import Call, Riding, Route, Stop, Trip
from tici.engines.gtfs.problems import Unreadable, sentence

MOST_MB = 100
_TIME = re.compile(r"(\d{1,2}):([0-5]\d):([0-5]\d)")
_HEADS = {
    "stop_id": ("stop_id", "站点编号", "编号", "站点代码"),
    "stop_name": ("stop_name", "站点名称", "名称", "站名", "站点"),
    "stop_lon": ("stop_lon", "经度", "lng", "lon", "longitude"),
    "stop_lat": ("stop_lat", "纬度", "lat", "latitude"),
    "stop_desc": ("stop_desc", "说明", "备注"),
}


@dataclass(frozen=True)
class Read:
    """What was read, and a sentence for each row that was not; a list of stops has no routes and trips."""

    stops: tuple[Stop, ...]
    routes: tuple[Route, ...] = ()
    trips: tuple[Trip, ...] = ()
    problems: tuple[str, ...] = ()


def read(content: bytes) -> Read:
    """Read a GTFS archive, or a list of stops as CSV (stops.txt, or with Chinese heads).

    Coordinates are returned as they are written: GTFS says WGS-84, but see `tici.engines.roads.suspect_shift`.

    Raises
    ------
    Unreadable
        If it is neither, is too large, or a needed file or column is missing.
    """
    if not content.startswith(b"PK"):
        stops, problems = _read_stops("stops.txt", content)
        return Read(tuple(stops.values()), problems=tuple(problems))
    files = _opened(content)
    for needed in ("stops.txt", "routes.txt", "trips.txt", "stop_times.txt"):
        if needed not in files:
            raise Unreadable("missing_file", file=needed)
    stops, problems = _read_stops("stops.txt", files["stops.txt"])
    routes = {route.code: route for route in _routes(files["routes.txt"])}
    trips, more = _read_trips(files, stops, routes)
    return Read(tuple(stops.values()), tuple(routes.values()), tuple(trips), (*problems, *more))


def _opened(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_MB * 1024 * 1024:
                raise Unreadable("too_big", limit=MOST_MB)
            # A feed packed with its folder is read too.
            return {
                entry.filename.rsplit("/", 1)[-1]: archive.read(entry)
                for entry in archive.infolist()
                if entry.filename.endswith(".txt") and not entry.filename.startswith("__MACOSX")
            }
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as fault:
        raise Unreadable("not_a_zip") from fault


def _rows(file: str, content: bytes, *needed: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a table with their numbers; heads are taken in the words of GTFS or in Chinese."""
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    except UnicodeDecodeError as fault:
        raise Unreadable("encoding", file=file) from fault
    except csv.Error as fault:
        raise Unreadable("not_a_zip") from fault
    names = {word: head for head, words in _HEADS.items() for word in words}
    heads = [names.get(cell.strip().lower(), cell.strip()) for cell in rows[0]] if rows else []
    for column in needed:
        if column not in heads:
            raise Unreadable("missing_column", file=file, column=column)
    for number, row in enumerate(rows[1:], 2):
        if any(cell.strip() for cell in row):
            yield number, dict(zip(heads, [cell.strip() for cell in row], strict=False))


def _read_stops(file: str, content: bytes) -> tuple[dict[str, Stop], list[str]]:
    stops: dict[str, Stop] = {}
    problems: list[str] = []
    for number, row in _rows(file, content, "stop_name", "stop_lon", "stop_lat"):
        name, code = row.get("stop_name", ""), row.get("stop_id", "") or f"R{number}"
        lng, lat = _number(row.get("stop_lon", "")), _number(row.get("stop_lat", ""))
        told = {"file": file, "row": number, "name": name}
        if not name:
            problems.append(sentence("no_name", **told))
        elif lng is None or lat is None or abs(lng) > 180 or (lng, lat) == (0, 0):
            text = f"{row.get('stop_lon', '')}, {row.get('stop_lat', '')}"
            problems.append(sentence("bad_stop", text=text, **told))
        elif abs(lat) > 90 and abs(lng) <= 90:
            problems.append(sentence("swapped", **told))
        elif abs(lat) > 90:
            problems.append(sentence("bad_stop", text=f"{lng}, {lat}", **told))
        elif code in stops:
            problems.append(sentence("stop_twice", code=code, **told))
        else:
            stops[code] = Stop(code, name, lng, lat, row.get("stop_desc", ""))
    if not stops:
        raise Unreadable("no_stops", file=file)
    return stops, problems


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e6 else None


def _routes(content: bytes) -> Iterator[Route]:
    for _number_of, row in _rows("routes.txt", content, "route_id"):
        colours = row.get("route_color") or "FFFFFF", row.get("route_text_color") or "000000"
        names = row.get("route_short_name", ""), row.get("route_long_name", "")
        yield Route(row.get("route_id", ""), *names, *colours, row.get("route_desc", ""))


def _read_trips(
    files: dict[str, bytes], stops: dict[str, Stop], routes: dict[str, Route]
) -> tuple[list[Trip], list[str]]:
    calls: dict[str, list[tuple[int, Call, bool, bool]]] = defaultdict(list)
    faults: dict[str, str] = {}
    needed = ("trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time")
    for number, row in _rows("stop_times.txt", files["stop_times.txt"], *needed):
        trip, stop = row.get("trip_id", ""), row.get("stop_id", "")
        arrives, departs = (_second(row.get(key, "")) for key in ("arrival_time", "departure_time"))
        if stop not in stops:
            faults[trip] = sentence("not_there", trip=trip, kind="站点", code=stop)
        elif arrives is None or departs is None or not row.get("stop_sequence", "").isdecimal():
            text = row.get("arrival_time", "")
            faults[trip] = sentence("bad_time", file="stop_times.txt", row=number, text=text)
        else:
            may_board, may_alight = row.get("pickup_type") != "1", row.get("drop_off_type") != "1"
            call = Call(stop, arrives, departs)
            calls[trip].append((int(row["stop_sequence"]), call, may_board, may_alight))
    trips, problems = [], []
    for _number_of, row in _rows("trips.txt", files["trips.txt"], "trip_id", "route_id", "service_id"):
        trip, route = row.get("trip_id", ""), row.get("route_id", "")
        if route not in routes:
            faults[trip] = sentence("not_there", trip=trip, kind="线路", code=route)
        elif len(calls[trip]) < 2:
            faults.setdefault(trip, sentence("one_stop", trip=trip))
        if trip in faults:
            problems.append(sentence("bad_trip", trip=trip, fault=faults[trip]))
            continue
        order = sorted(calls[trip], key=lambda one: one[0])
        told = row.get("trip_headsign", ""), row.get("shape_id", "")
        here = tuple(call for _, call, _, _ in order)
        trips.append(Trip(trip, route, row.get("service_id", ""), here, _riding_of(order), *told))
    return trips, problems


def _riding_of(order: list[tuple[int, Call, bool, bool]]) -> Riding:
    """Return what riders may do: to school nobody alights before the last stop, from school nobody boards after."""
    if len(order) > 2:
        if not any(may_alight for _, _, _, may_alight in order[:-1]):
            return Riding.TO_SCHOOL
        if not any(may_board for _, _, may_board, _ in order[1:]):
            return Riding.FROM_SCHOOL
    return Riding.BOTH


def _second(text: str) -> int | None:
    clock = _TIME.fullmatch(text)
    return int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3]) if clock else None
