"""Reads a workbook: sheets, tables, columns, rows, values, problems and questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tici.engines.periods import Month
from tici.engines.sheets.context import clues, place_of
from tici.engines.sheets.endings import is_named
from tici.engines.sheets.grid import Grid
from tici.engines.sheets.guessing import list_or_ledger
from tici.engines.sheets.opening import open_grids
from tici.engines.sheets.places import Gazetteer
from tici.engines.sheets.problems import Unreadable
from tici.engines.sheets.results import Problem, Reading, Row
from tici.engines.sheets.sheet import ReadSheet, read_sheet
from tici.engines.sheets.subjects import PROJECTS, Subject
from tici.engines.sheets.vocabularies import vocabulary
from tici.engines.sheets.vocabulary import Vocabulary

_SAME_ROWS = 0.95


def recognise(
    path: Path,
    places: Gazetteer,
    *,
    name: str | None = None,
    month: Month | None = None,
    mapping: Mapping[str, str] | None = None,
    subject: Subject | None = PROJECTS,
) -> Reading:
    """Read one workbook of unknown layout, in this process.

    Parameters
    ----------
    path
        The file. Its kind is told by its bytes, not by its suffix.
    places
        The units a row may lie in.
    name
        The name the sender gave the file; it may speak of a place and a month.
    month
        The month expected, for what the file leaves open (三季度, 11月 without a year).
    mapping
        Answers to earlier questions of this sender: fingerprint of a header to field.
    subject
        What its rows speak of: ``PROJECTS``, ``ENTERPRISES`` or a ``form_subject``; ``None`` for one of
        the first two, as its headers say.

    Returns
    -------
    Reading
        ``refused`` holds the reason when the file cannot be read at all.
    """
    file = name or path.name
    try:
        grids, real = open_grids(path, file)
    except Unreadable as refusal:
        return Reading(file, subject=(subject or PROJECTS).code, refused=refusal.problem)
    subject = subject or list_or_ledger(grids)
    reading = read_grids(grids, file, places, month=month, mapping=mapping or {}, subject=subject)
    suffix = Path(file).suffix.lower()
    if not is_named(real, suffix):
        told = Problem("wrong_suffix", params={"suffix": suffix or "空", "real": real})
        reading = replace(reading, problems=(told, *reading.problems))
    return reading


def read_grids(
    grids: Sequence[Grid],
    file: str,
    places: Gazetteer,
    *,
    month: Month | None,
    mapping: Mapping[str, str],
    subject: Subject = PROJECTS,
) -> Reading:
    """Read the sheets of one workbook, given as grids."""
    words = vocabulary(subject)
    stem = Path(file).stem
    sheets = [read_sheet(grid, stem, words, places, month, mapping) for grid in grids]
    _set_earlier_aside(sheets, stem, words)
    _set_copies_aside(sheets)
    place = _place(sheets, stem, places)
    if place:
        for sheet in sheets:
            sheet.fall_back_on(place)
    rows = tuple(row for sheet in sheets for row in sheet.rows)
    problems = [problem for sheet in sheets for problem in sheet.problems]
    if not rows:
        label = words.fields[subject.name].label
        problems.insert(0, Problem(subject.absent, params={} if subject is PROJECTS else {"label": label}))
    months = [sheet.reading.month for sheet in sheets if sheet.rows and sheet.reading.month]
    return Reading(
        file=file,
        subject=subject.code,
        sheets=tuple(sheet.reading for sheet in sheets),
        rows=rows,
        problems=tuple(problems),
        questions=tuple(question for sheet in sheets for question in sheet.questions),
        month=max(months, default=None),
        place_code=place or _commonest(rows),
    )


def _set_earlier_aside(sheets: Sequence[ReadSheet], stem: str, words: Vocabulary) -> None:
    """Drop a sheet of an earlier month beside one of the month itself: a copy kept for reference."""
    listing = [sheet for sheet in sheets if sheet.rows]
    own = [sheet.reading.month for sheet in listing if sheet.reading.month and sheet.is_own_month]
    latest = max(own, default=None)
    said = clues(stem)
    if latest and said.number and Month(said.year or latest.year, said.number) > latest and len(listing) > len(own):
        latest = Month(said.year or latest.year, said.number)
    for sheet in listing:
        month, kind = sheet.reading.month, sheet.reading.kind
        earlier = latest is not None and month is not None and sheet.is_own_month and month < latest
        # A ledger's date is easily left unchanged; only another ledger shows that it is old.
        others = [other for other in listing if other is not sheet and other.rows]
        if kind == "master":
            others = [other for other in others if other.reading.kind == kind and other.reading.month == latest]
        named = words.sheet_words["earlier"].search(sheet.reading.name) is not None
        if (earlier or named) and others:
            params = {"month": str(month or "以前月份"), "latest": str(latest or "月份")}
            sheet.set_aside("earlier", Problem("earlier_month", sheet.reading.name, params=params))


def _set_copies_aside(sheets: Sequence[ReadSheet]) -> None:
    """Drop a sheet with the same rows as one before it."""
    if sum(bool(sheet.rows) for sheet in sheets) < 2:
        return
    seen: list[tuple[str, set[tuple[object, ...]]]] = []
    for sheet in sheets:
        if not sheet.rows:
            continue
        own = {_gist(row) for row in sheet.rows}
        twin = next((name for name, other in seen if len(own & other) >= _SAME_ROWS * max(len(own), len(other))), None)
        if twin is None:
            seen.append((sheet.reading.name, own))
        else:
            sheet.set_aside("copy", Problem("sheet_copy", sheet.reading.name, params={"other": twin}))


def _gist(row: Row) -> tuple[object, ...]:
    return tuple(sorted((code, str(value.value)) for code, value in row.values.items()))


def _place(sheets: Sequence[ReadSheet], stem: str, places: Gazetteer) -> str | None:
    said = [sheet.reading.place_code for sheet in sheets if sheet.reading.place_code]
    return place_of([stem], places) or (max(dict.fromkeys(said), key=said.count) if said else None)


def _commonest(rows: Sequence[Row]) -> str | None:
    codes = [str(code) for row in rows if (code := row.get("place_code"))]
    return max(dict.fromkeys(codes), key=codes.count) if codes else None
