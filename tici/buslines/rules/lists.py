"""Lists of schools, stops and demand: which rows go in, and why the others do not. Points come out in WGS-84."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from tici.buslines.models import SchoolKind, StopKind
from tici.core.refusals import Refusal
from tici.engines import rulebook
from tici.engines.gtfs import Stop as FeedStop
from tici.engines.roads import Datum, datum_named, suspect_shift, to_wgs84
from tici.engines.roads.problems import SENTENCES as ROAD_SENTENCES
from tici.engines.roads.problems import Problem as RoadProblem
from tici.engines.sheets import BUS_STOPS, DEMAND, SCHOOLS, SENTENCES, Reading, Row, Subject

SUBJECTS: Mapping[str, Subject] = {"schools": SCHOOLS, "stops": BUS_STOPS, "demand": DEMAND}
LARGEST_FILE = 20 * 1024 * 1024
WEST, EAST, SOUTH, NORTH = 73.0, 136.0, 3.0, 54.0
MOST_PEOPLE = 2000  # at one point; more is a slip
KINDS_OF_STOP = (
    (StopKind.ESTATE, ("小区", "村口", "门口", "estate")),
    (StopKind.NEW, ("新设", "新增", "专用", "new")),
    (StopKind.PLATFORM, ("站台", "公交", "现有", "platform")),
)
YES = ("有", "是", "√", "y", "yes", "1")
_CLOCK = re.compile(r"(\d{1,2})\s*[:：点时]\s*(\d{1,2})?")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_DOOR = re.compile(r"[0-9０-９一二三四五六七八九十甲乙东南西北]*\s*(?:[号栋幢座楼]|单元|室|#|-).*$")


@dataclass(frozen=True, slots=True)
class ListedPoint:
    """One row that can go in: where it stands in the file, its point, and its other fields."""

    sheet: str
    row: int
    longitude: float
    latitude: float
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot go in, and why."""

    sheet: str
    row: int
    name: str
    sentence: str


@dataclass(frozen=True)
class Listed:
    """What a list holds."""

    points: tuple[ListedPoint, ...]
    bad: tuple[BadRow, ...]
    notes: tuple[str, ...] = ()


def against_reading(reading: Reading, subject: str) -> list[Refusal]:
    """Why nothing is taken of a file: it cannot be read, or is no such list."""
    if reading.refused is not None:
        return [Refusal("list.unreadable", _(SENTENCES[reading.refused.code]) % dict(reading.refused.params), "file")]
    if not reading.rows:
        wanted = {
            "schools": _("学校名称、经度、纬度"),
            "stops": _("站点名称、经度、纬度"),
            "demand": _("学校、经度、纬度、学生人数"),
        }
        words = _("没有找到%(columns)s各列，未收。请核对是不是选对了清单，或在表头写明这些列名后重新上传。")
        return [Refusal("list.no_rows", words % {"columns": wanted[subject]}, "file")]
    return []


def against_shift(
    points: Sequence[tuple[float, float]], known: Mapping[str, tuple[float, float]], names: Sequence[str]
) -> list[Refusal]:
    """Why a file is not taken whole: all its points lie off the known ones by one vector, so its datum is another."""
    order = {name: at for at, name in enumerate(known)}
    same = [order.get(name) for name in names]
    references = list(known.values())
    shift = suspect_shift(points, references, same=same if any(at is not None for at in same) else None)
    return [] if shift is None else [Refusal("list.shifted", shift.sentence, "datum")]


def listed(reading: Reading, subject: str, datum: Datum) -> Listed:
    """Tell the rows that can go in from those that cannot; a column that names a datum stands before ``datum``."""
    points: list[ListedPoint] = []
    bad: list[BadRow] = []
    for row in reading.rows:
        name = _text(row, "school" if subject == "demand" else "name")
        try:
            longitude, latitude = _point(row, datum)
            points.append(ListedPoint(row.sheet, row.row, longitude, latitude, FACTS[subject](row, name)))
        except ValueError as wrong:
            bad.append(BadRow(row.sheet, row.row, name, str(wrong)))
    notes = []
    if any("person_name" in {column.field for column in sheet.columns} for sheet in reading.sheets):
        notes.append(_("姓名列没有读取：乘车需求只按小区计数，不收姓名。"))
    return Listed(tuple(points), tuple(bad), tuple(notes))


def listed_stops(stops: Sequence[FeedStop], datum: Datum, problems: Sequence[str]) -> Listed:
    """The stops of a GTFS feed as rows that can go in; what its reader could not read comes back in its words."""
    points = to_wgs84([(one.lng, one.lat) for one in stops], datum).tolist() if stops else []
    found = tuple(
        ListedPoint("stops.txt", row, x, y, {"name": one.name[:60], "code": one.code[:20]})
        for row, (one, (x, y)) in enumerate(zip(stops, points, strict=True), start=2)
    )
    return Listed(found, tuple(BadRow("", 0, "", sentence) for sentence in problems))


def _text(row: Row, code: str) -> str:
    return " ".join(str(row.get(code) or "").split())


def _point(row: Row, datum: Datum) -> tuple[float, float]:
    """The point of a row in WGS-84; an order that can only be turned round is."""
    written = [_text(row, "longitude"), _text(row, "latitude")]
    if not all(written):
        written = re.split(r"[,，;；\s]+", _text(row, "point")) if _text(row, "point") else []
    numbers = [float(found[0]) for one in written[:2] if (found := _NUMBER.findall(one))]
    if len(numbers) != 2:
        raise ValueError(_("没有经度和纬度，或读不出来。请填写十进制度数，如114.5021、38.0423。"))
    if SOUTH <= numbers[0] <= NORTH and WEST <= numbers[1] <= EAST:
        numbers.reverse()
    longitude, latitude = numbers
    if not (WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH):
        words = _("经度%(longitude)s、纬度%(latitude)s不在国内。请核对两列是否填错，并用十进制度数。")
        raise ValueError(words % {"longitude": longitude, "latitude": latitude})
    said = datum_named(_text(row, "datum")) or datum
    x, y = to_wgs84(np.array([[longitude, latitude]]), said)[0]
    return float(x), float(y)


def _county(row: Row) -> dict[str, str]:
    """The county a row names, by its code and as it is written; what is no county's name has no code."""
    said = row.values.get("place_code") or row.values.get("township")
    return {"place_code": _text(row, "place_code"), "county": said.raw if said else ""}


def _school(row: Row, name: str) -> dict[str, Any]:
    if not name:
        raise ValueError(_("没有学校名称。请填写。"))
    kind = SchoolKind.KINDERGARTEN if "幼" in f"{name}{_text(row, 'kind')}" else SchoolKind.PRIMARY
    facts: dict[str, Any] = {"name": name[:80], "kind": kind, **_county(row)}
    facts |= {
        key: text
        for key, code in (("code", "school_code"), ("short_name", "short_name"))
        if (text := _text(row, code)[:20])
    }
    bells = {key: clock(_text(row, key)) for key in ("arrive_by", "dismiss_at") if _text(row, key)}
    if len(bells) == 2 and bells["dismiss_at"] <= bells["arrive_by"]:
        raise ValueError(_("放学时间不晚于上课时间。请核对两列是否填反。"))
    return facts | bells


def _stop(row: Row, name: str) -> dict[str, Any]:
    if not name:
        raise ValueError(_("没有站点名称。请填写。"))
    said = _text(row, "kind").lower()
    kind = next((kind for kind, words in KINDS_OF_STOP if any(word in said for word in words)), StopKind.PLATFORM)
    facts: dict[str, Any] = {"name": name[:60], "kind": kind, **_county(row)}
    facts |= {key: _text(row, key)[:most] for key, most in (("side", 20), ("safety", 120)) if _text(row, key)}
    if code := _text(row, "stop_code")[:20]:
        facts["code"] = code
    if shelter := _text(row, "has_shelter").lower():
        facts["has_shelter"] = shelter.startswith(YES)
    return facts


def _demand(row: Row, name: str) -> dict[str, Any]:
    if not name:
        raise ValueError(_("没有写学校。请填写学校名称。"))
    people = {key: row.get(key) for key in ("pupils", "guardians")}
    pupils, guardians = (int(value) if isinstance(value, Decimal) else None for value in people.values())
    if not pupils:
        raise ValueError(_("没有学生人数，或读不出来。请填写大于0的整数。"))
    if pupils > MOST_PEOPLE or (guardians or 0) > MOST_PEOPLE:
        raise ValueError(_("人数超过%(most)s，多半填错了列。请核对。") % {"most": MOST_PEOPLE})
    return {
        "school": name,
        "area": estate(_text(row, "area")),
        "pupils": pupils,
        "guardians": pupils if guardians is None else guardians,
    }


FACTS: Mapping[str, Callable[[Row, str], dict[str, Any]]] = {"schools": _school, "stops": _stop, "demand": _demand}


def estate(text: str) -> str:
    """An estate or village without building, unit and door: an address is not kept."""
    return _DOOR.sub("", text)[:60]


def clock(text: str) -> time:
    """A time of day as people write it: 8:10, 8点10, 17：00; a fraction of a day as a spreadsheet keeps it.

    Raises:
        ValueError: It is none.
    """
    if found := _CLOCK.search(text):
        hour, minute = int(found[1]), int(found[2] or 0)
    elif (number := _NUMBER.fullmatch(text)) and 0 < float(number[0]) < 1:
        hour, minute = divmod(round(float(number[0]) * 1440), 60)
    else:
        hour = minute = 99
    if hour > 23 or minute > 59:
        raise ValueError(_("时间“%(text)s”读不出来。请写成8:10这样的形式。") % {"text": text})
    return time(hour + 12 if "下午" in text and hour < 12 else hour, minute)


def rounded(longitude: float, latitude: float) -> tuple[float, float]:
    """A point rounded to the cell of the rulebook, so that it is a neighbourhood and not a door."""
    cell = rulebook.load("buslines/planning")["demand"]["cell_degrees"]
    places = max(0, round(-math.log10(cell))) + 1
    return round(round(longitude / cell) * cell, places), round(round(latitude / cell) * cell, places)


def road_sentence(problem: RoadProblem) -> str:
    """What the road engine says, in the language of the reader."""
    return str(_(ROAD_SENTENCES[problem.code]) % problem.params)
