"""Reads times that people measured from stop to stop: a CSV with a row for each leg, or a square table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tici.engines import rulebook
from tici.engines.roads.matrix import RULE, Leg
from tici.engines.roads.problems import Problem, Unusable

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_CLOCK = re.compile(r"(\d+)[:：](\d{1,2})(?:[:：](\d{1,2}))?|(\d+)[分′'](?:(\d+)(?:秒|″|\")?)?")


@dataclass(frozen=True)
class Measured:
    """The legs that were read, and what is wrong with the rows that were not."""

    legs: tuple[Leg, ...]
    problems: tuple[Problem, ...]


def read_measured(content: bytes, names: Mapping[str, str]) -> Measured:
    """Read measured times.

    Parameters
    ----------
    content
        A CSV file in UTF-8 or GB 18030. Either a row for each leg, with columns for origin, destination, time and
        perhaps distance in the words of the rulebook, whose heads may name the unit (else minutes and metres); or a
        square table of minutes, origins down the side and destinations along the top, seconds if its corner says it.
    names
        What the file may call a point (names, codes) and the name the matrix knows it by.

    Returns
    -------
    Measured
        Good rows go in, bad rows come back with their reason. An empty time means: not measured. Of a leg that
        stands twice the later row counts.

    Raises
    ------
    Unusable
        If the file is no text, or has no such columns, or no row can be used.
    """
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(_text(content)))]
    except csv.Error as fault:
        raise Unusable("not_text") from fault
    rule = rulebook.load(RULE)
    while rows and not any(rows[0]):
        rows.pop(0)
    heads = rows[0] if rows else []
    columns = {key: _column(heads, rule["columns"][key]) for key in rule["columns"]}
    reader = _Reader({_plain(word): name for word, name in names.items()}, rule)
    if columns["origin"] is not None and columns["destination"] is not None and columns["time"] is not None:
        reader.read_list(rows, columns)
    elif sum(_plain(head) in reader.names for head in heads[1:]) >= max(1, len(heads) // 2):
        reader.read_square(rows)
    else:
        raise Unusable("no_columns")
    if not reader.legs and not reader.problems:
        raise Unusable("no_rows")
    return Measured(tuple(reader.legs.values()), tuple(reader.problems))


class _Reader:
    def __init__(self, names: Mapping[str, str], rule: rulebook.Rule) -> None:
        self.names, self.units, self.plausible = names, rule["units"], rule["plausible"]
        self.legs: dict[tuple[str, str], Leg] = {}
        self.problems: list[Problem] = []

    def read_list(self, rows: Sequence[Sequence[str]], columns: Mapping[str, int | None]) -> None:
        def cell(row: Sequence[str], key: str) -> str:
            place = columns[key]
            return row[place] if place is not None and place < len(row) else ""

        time_unit = 1.0 if self._is("seconds", cell(rows[0], "time")) else 60.0
        distance_unit = 1000.0 if self._is("km", cell(rows[0], "distance")) else 1.0
        for number, row in enumerate(rows[1:], 2):
            if cell(row, "time"):
                distance = _NUMBER.search(cell(row, "distance").replace(",", ""))
                metres = float(distance.group()) * distance_unit if distance else float("nan")
                self._take(cell(row, "origin"), cell(row, "destination"), cell(row, "time"), time_unit, metres, number)

    def read_square(self, rows: Sequence[Sequence[str]]) -> None:
        unit = 1.0 if self._is("seconds", rows[0][0]) else 60.0
        for number, row in enumerate(rows[1:], 2):
            for head, text in zip(rows[0][1:], row[1:], strict=False):
                if text and head and _plain(head) != _plain(row[0]):
                    self._take(row[0], head, text, unit, float("nan"), number)

    def _is(self, unit: str, head: str) -> bool:
        return any(word in head.lower() for word in self.units[unit])

    def _take(self, origin: str, destination: str, text: str, unit: float, metres: float, row: int) -> None:
        ends = []
        for name in (origin, destination):
            if _plain(name) not in self.names:
                self._fault("unknown_stop", row=row, name=name)
                return
            ends.append(self.names[_plain(name)])
        seconds = _seconds(text, unit)
        most, fastest = self.plausible["most_minutes"], self.plausible["most_km_h"]
        told = {"row": row, "leg": f"“{ends[0]}”到“{ends[1]}”"}
        if ends[0] == ends[1]:
            self._fault("same_stop", row=row, name=ends[0])
        elif seconds is None:
            self._fault("no_number", text=text, **told)
        elif not 0 < seconds <= most * 60:
            self._fault("out_of_range", minutes=f"{seconds / 60:g}", most=most, **told)
        elif metres / seconds * 3.6 > fastest:
            self._fault("too_fast", speed=f"{metres / seconds * 3.6:.0f}", most=fastest, **told)
        else:
            before = self.legs.get((ends[0], ends[1]))
            if before and before.seconds != seconds:
                self._fault("leg_twice", other=before.row, **told)
            self.legs[ends[0], ends[1]] = Leg(ends[0], ends[1], seconds, metres, row)

    def _fault(self, code: str, **params: Any) -> None:
        self.problems.append(Problem.of(code, **params))


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unusable("not_text")


def _plain(name: str) -> str:
    return re.sub(r"\s+", "", name).lower()


def _column(heads: Sequence[str], words: Sequence[str]) -> int | None:
    """Return the place of the head that is one of the words, unit and remarks aside."""
    for place, head in enumerate(heads):
        bare = re.sub(r"[（(\[/].*", "", _plain(head)).removesuffix("名称")
        if bare in words or bare.removesuffix("站点").removesuffix("站") in words:
            return place
    return None


def _seconds(text: str, unit: float) -> float | None:
    """Return seconds of ``7.5``, ``7:30``, ``0:07:30`` or ``7分30秒``; none of anything else."""
    if clock := _CLOCK.fullmatch(text):
        first, second, third, minutes, rest = (int(part) if part else 0 for part in clock.groups())
        if clock[4]:
            return float(minutes * 60 + rest)
        return float(first * 3600 + second * 60 + third if clock[3] else first * 60 + second)
    plain = text.replace(",", "").removesuffix("秒").removesuffix("分钟")
    if not _NUMBER.fullmatch(plain):
        return None
    return float(plain) * (1.0 if text.endswith("秒") else 60.0 if text.endswith("分钟") else unit)
