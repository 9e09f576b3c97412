"""What was read in a file is set beside the registers and written down line by line, by COPY."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from tici.core.copying import copy_in, many_objects, reserve_ids
from tici.desk.actions.firms import find_firms
from tici.desk.models import OPEN, DroppedFile, FileState, FileSubject, MergeSuggestion, Proposal, Taken
from tici.desk.queries import drops as queries
from tici.desk.queries import standing, taking
from tici.desk.rules import drops as rules
from tici.desk.rules.comparing import compare
from tici.desk.rules.firms import compare_firms, firm_lines, months_of
from tici.desk.rules.lines import Line, lines_of
from tici.desk.rules.matching import Suggestion, match
from tici.engines.periods import Month
from tici.engines.sheets.results import Problem, Reading, SheetReading
from tici.enterprises.queries.snapshots import snapshots
from tici.places.models import Place
from tici.returns.actions import EntryRow
from tici.returns.queries import doubtful_beside_months_before

PROPOSAL_FIELDS = (
    "id", "file", "position", "name", "code", "state", "place", "project",
    "facts", "figures", "texts", "duty", "differences", "last_month", "problems", "sources", "enterprise",
)  # fmt: skip
SUGGESTION_FIELDS = ("id", "file", "proposal", "other", "project", "kind", "likeness")
MONTHS_BEFORE, NOT_YET = "months_before", "not_yet"  # said anew with each comparison
HAPPENED = ("signed_on", "started_on", "completed_on")


@transaction.atomic
def note_reading(*, file_id: int, reading: Reading, at: datetime) -> DroppedFile:
    """Write down what was read in a file: what it speaks of, proposals, questions, or why it cannot be taken in.

    Safe to run again after a worker was killed: whatever an earlier run wrote is replaced whole.
    """
    file = DroppedFile.objects.select_for_update(of=("self",)).select_related("dropped_by__place").get(pk=file_id)
    if file.state != FileState.READING:
        return file
    file.proposals.all().delete()
    file.read_at, file.subject = at, reading.subject
    file.sheets = [_sheet(sheet) for sheet in reading.sheets]
    file.questions = [question._asdict() for question in reading.questions]
    file.problems = [_problem(problem) for problem in reading.problems if problem.row is None]
    file.month_read_on = reading.month.first if reading.month else None
    file.asks_place = file.asks_month = False
    file.counts = {}
    lines = [] if reading.refused else _lines(reading, file)
    if reason := _refused(file, reading, lines):
        file.state, file.reason = FileState.REFUSED, reason
    else:
        _ask(file, reading, lines)
        if file.asks_place or file.asks_month:
            file.state = FileState.ASKING
        else:
            _place_lines(file, lines)
            propose(file, lines, at)
            file.state = FileState.READ
    file.save()
    return file


def _lines(reading: Reading, file: DroppedFile) -> list[Line]:
    is_firms = file.subject == FileSubject.ENTERPRISES
    return firm_lines(reading, file.month) if is_firms else lines_of(reading)


def _refused(file: DroppedFile, reading: Reading, lines: Sequence[Line]) -> str:
    """Why nothing of a file can be taken in, in words; empty where something can."""
    if reading.refused is not None:
        return rules.sentence(_problem(reading.refused))
    if file.place is not None and not file.is_settled:
        read = _place_read(reading)
        if refusals := rules.against_the_place(file.place, read):
            return "".join(str(refusal.message) for refusal in refusals)
    if not lines:
        return rules.sentence({"code": "no_table" if file.subject == FileSubject.PROJECTS else "no_firms"})
    return ""


def _place_read(reading: Reading) -> Place | None:
    return Place.objects.filter(code=reading.place_code).first() if reading.place_code else None


def _ask(file: DroppedFile, reading: Reading, lines: Sequence[Line]) -> None:
    """Find out whose file it is and for which month; what cannot be told is asked, never assumed."""
    own = file.dropped_by.place
    if file.place is None and own is not None:
        read = _place_read(reading)
        if _is_of_many(lines):
            file.place = own  # a sheet of many counties: each row says its own
        elif read is not None and read.path.startswith(own.path):
            file.place = read
    file.asks_place = file.place is None
    speaks = any(line.figures or line.texts for line in lines)
    is_another = reading.month is not None and reading.month != file.month
    file.asks_month = speaks and is_another and not file.is_settled


def _is_of_many(lines: Sequence[Line]) -> bool:
    """Whether a file lists the projects of several counties, none of which is nearly all of it."""
    codes = Counter(line.place_code for line in lines if line.place_code)
    return len(codes) > 1 and max(codes.values()) < 0.8 * codes.total()


def _place_lines(file: DroppedFile, lines: Sequence[Line]) -> None:
    """Give every line its place; a line of a place that is not the sender's is handed back."""
    places = {place.code: place for place in Place.objects.all()}
    home = file.place
    if home is None:
        raise ValueError("lines are placed once the file has a place.")
    for line in lines:
        place = places.get(line.place_code) if line.place_code else (home if home.is_county_level else None)
        if place is None:
            if not line.is_stopped:
                line.stop("no_place", "place")
        elif not place.path.startswith(home.path):
            line.stop("other_county", "place", place=place.name, own=home.name)
        else:
            line.place_id = place.pk


def lock_city(file: DroppedFile) -> Place:
    """Let comparing and taking in go one after the other in a city, so that none misses what another is writing."""
    if file.place is None:
        raise ValueError("lines are compared once the file has a place.")
    Place.objects.select_for_update(no_key=True).get(code=file.place.path.split("/")[0])
    return file.place


def propose(file: DroppedFile, lines: Sequence[Line], at: datetime) -> None:
    """Set lines beside the registers, and write them down with the questions they raise."""
    place = lock_city(file)
    file.compared_at = at
    with many_objects():
        suggestions: Sequence[Suggestion] = ()
        if file.subject == FileSubject.ENTERPRISES:
            find_firms(lines)
            known = [line.enterprise_id for line in lines if line.enterprise_id is not None]
            compare_firms(lines, snapshots(known, months_of(lines)))
        else:
            index = standing.register_of(place, lines)
            lines, suggestions = match(lines, index, standing.said_of_names(place))
            _ask_what_the_month_tells(lines, file.month)
            compare(lines, standing.standing_of(lines, file.month))
        _write(file, lines, suggestions)
    file.counts = dict(Counter(line.state for line in lines))


def _ask_what_the_month_tells(lines: Sequence[Line], month: Month) -> None:
    """Say which days have not come, and of figures what the checks would say afterwards: a sum that falls, a slip."""
    for line in lines:
        line.problems = [problem for problem in line.problems if problem["code"] not in {NOT_YET, MONTHS_BEFORE}]
        for name in HAPPENED:
            if (day := line.facts.get(name)) and day > month.last:
                line.ask(NOT_YET, name, day=str(day), month=str(month))
    asked = [
        (line, EntryRow(line.project_id, line.figures, line.texts))
        for line in lines
        if line.project_id is not None and line.figures and not line.is_stopped
    ]
    if asked:
        for at, name, sentence in doubtful_beside_months_before([row for _line, row in asked], month):
            asked[at][0].ask(MONTHS_BEFORE, name, sentence=sentence)


def _write(file: DroppedFile, lines: Sequence[Line], suggestions: Sequence[Suggestion]) -> None:
    ids = reserve_ids(Proposal, len(lines))
    copy_in(Proposal, PROPOSAL_FIELDS, (_row(pk, file.pk, line) for pk, line in zip(ids, lines, strict=True)))
    pk_of = {id(line): pk for pk, line in zip(ids, lines, strict=True)}
    rows = (
        (pk, file.pk, pk_of[id(s.line)], pk_of[id(s.other)] if s.other else None, s.known.id if s.known else None,
         s.kind, round(s.likeness, 4))
        for pk, s in zip(reserve_ids(MergeSuggestion, len(suggestions)), suggestions, strict=True)
    )  # fmt: skip
    copy_in(MergeSuggestion, SUGGESTION_FIELDS, rows)


def _row(pk: int, file_id: int, line: Line) -> tuple[Any, ...]:
    return (
        pk, file_id, line.position, line.name, line.code, line.state, line.place_id, line.project_id,
        line.facts, line.figures, line.texts, line.duty, line.differences, line.last_month, line.problems, line.sources,
        line.enterprise_id,
    )  # fmt: skip


@transaction.atomic
def compare_again(*, file: DroppedFile, at: datetime) -> DroppedFile:
    """Set a file's lines beside the registers anew, after these or the answers about names have changed."""
    file = DroppedFile.objects.select_for_update(of=("self",)).select_related("place").get(pk=file.pk)
    if file.state not in OPEN or file.place is None:
        return file
    free = file.proposals.filter(taken__isnull=True)
    lines = queries.lines_of(free)
    free.delete()
    stays = Counter(file.proposals.values_list("state", flat=True))
    propose(file, lines, at)
    file.counts = dict(Counter(file.counts) + stays)
    file.save(update_fields=["counts", "compared_at"])
    restate(file)
    return file


def restate(file: DroppedFile) -> None:
    """A file is taken in once no line of it waits for an answer and no acceptable one has a part left."""
    state = FileState.READ
    if Taken.objects.filter(proposal__file=file).exists():
        state = FileState.PARTLY if taking.has_parts_left(file) else FileState.ACCEPTED
    if file.state != state or file.reason:
        file.state, file.reason = state, ""  # why it could not be taken in as it stood before
        file.save(update_fields=["state", "reason"])


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code, "sheet": problem.sheet, "row": problem.row, "cell": problem.cell,
        "field": problem.field or "", "params": dict(problem.params), "stop": False,
    }  # fmt: skip


def _sheet(sheet: SheetReading) -> dict[str, Any]:
    return {
        "name": sheet.name, "kind": sheet.kind, "hidden": sheet.hidden, "title": sheet.title, "unit": sheet.unit,
        "header_rows": list(sheet.header_rows), "month": str(sheet.month) if sheet.month else "",
        "columns": [
            {"letter": c.letter, "header": c.header, "fingerprint": c.fingerprint, "field": c.field, "unit": c.unit}
            for c in sheet.columns
        ],
        "set_aside": dict(sorted(_tally(sheet.set_aside.values()).items())),
    }  # fmt: skip


def _tally(kinds: Any) -> dict[str, int]:
    return dict(Counter(kinds))
