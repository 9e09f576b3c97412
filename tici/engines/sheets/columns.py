"""Decides which column holds which field: by its header first, by the shape of its contents second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from tici.engines.sheets.amounts import MEASURES
from tici.engines.sheets.grid import Cell, Grid
from tici.engines.sheets.headers import Table
from tici.engines.sheets.results import Problem, Question
from tici.engines.sheets.shapes import Shape, shape
from tici.engines.sheets.text import written
from tici.engines.sheets.ticks import tick_columns
from tici.engines.sheets.vocabulary import Header, Vocabulary

_MISTAKEN_FOR = {"uscc": "project_code", "project_code": "uscc"}  # a code, and the shape that its column must not have
_SURE = 0.55
_NEAR = 0.03


@dataclass
class Layout:
    """What each column of a table was taken for."""

    headers: dict[int, Header]
    letters: Mapping[int, str] = field(default_factory=dict)  # what the sender calls each column
    fields: dict[int, str] = field(default_factory=dict)
    ticks: dict[int, str] = field(default_factory=dict)  # what a tick in a column chooses
    shapes: dict[int, Shape] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    answered: set[int] = field(default_factory=set)

    def column(self, code: str) -> int | None:
        """Return the column of a field, ``None`` if the table has none."""
        return next((column for column, taken in self.fields.items() if taken == code), None)

    def move(self, column: int, code: str) -> None:
        """Take a column for another field."""
        self.fields[column] = code


def lay_out(
    grid: Grid,
    table: Table,
    headers: Mapping[int, Header],
    words: Vocabulary,
    mapping: Mapping[str, str],
    around: str = "",
) -> Layout:
    """Return the fields of a table's columns.

    Parameters
    ----------
    mapping
        Answers given before: a header's fingerprint and the field it stands for, ``""`` for none.
    around
        The title and the lines above, for what headers leave open.

    Notes
    -----
    Columns choose in the order of how sure they are. A choice that the contents contradict
    (a date column full of sentences) is not taken.
    """
    layout = Layout(dict(headers), {column: grid.column_name(column) for column in headers})
    body = grid.rows[table.bottom + 1 : table.last + 1]
    cells = {column: [row[column] for row in body] for column in headers}
    layout.shapes = {column: shape(column_cells) for column, column_cells in cells.items()}
    offers: list[tuple[float, int, str]] = []
    words.relate(headers, around)
    for column, (code, choice) in tick_columns(headers, cells, words).items():
        if headers[column].whole not in mapping:
            layout.fields[column], layout.ticks[column] = code, choice
    for column, header in headers.items():
        answer = mapping.get(header.whole)
        if column in layout.ticks:
            continue
        if answer is not None:
            layout.answered.add(column)
            if answer in words.fields:
                layout.fields[column] = answer
            continue
        offers += [
            (score - 0.3 * (layout.shapes[column].filled == 0), column, code)
            for score, code in words.rank(header)
            if score >= _SURE
            and _is_in_unit(words.fields[code].kind, header.unit)
            and _may_hold(words.fields[code].kind, code, layout.shapes[column], header.whole)
        ]
    _settle(layout, offers, words.subject.many)
    _by_shape(layout, words)
    _remark(layout, grid, cells, table, words, offers)
    return layout


def _is_in_unit(kind: str, unit: str | None) -> bool:
    """Whether a column whose header names this unit may hold a field of a kind."""
    if unit == "%":
        return kind == "percent"
    measures = [measure for measure, units in MEASURES.items() if unit in units]
    return not measures or kind not in MEASURES or kind in measures


def _settle(layout: Layout, offers: list[tuple[float, int, str]], many: frozenset[str]) -> None:
    best: dict[int, float] = {}
    for score, column, code in sorted(offers, key=lambda offer: (-offer[0], offer[1])):
        if column in layout.fields or column in layout.answered:
            continue
        if score < best.setdefault(column, score) - 0.35:
            continue
        if code in many or code not in layout.fields.values():
            layout.fields[column] = code


def _may_hold(kind: str, code: str, found: Shape, header: str) -> bool:
    if found.filled < 3:
        return True
    if kind in ("money", "count"):
        return found.numeric >= 0.4
    if kind in ("people", "energy", "quantity"):
        return found.numeric + found.counted >= 0.4
    if kind == "percent":
        return found.numeric >= 0.3 or found.wordy < 0.5
    if kind in ("date", "range"):
        return found.dated >= 0.3
    if code == "name":
        return found.numeric < 0.5 and (found.wordy >= 0.3 or found.distinct >= 0.6)
    if kind == "industry":
        return code == "industry_code" or found.numeric < 0.5
    if code in _MISTAKEN_FOR:
        return getattr(found, _MISTAKEN_FOR[code]) < 0.5
    if _is_mistaken(code, found, header):
        return False
    return not (code in ("place", "stage", "category", "level", "duty_leader", "duty_unit") and found.numeric > 0.9)


def _is_mistaken(code: str, found: Shape, header: str) -> bool:
    """Whether a header of two meanings has the other: 重点项目 a grade or names, 承办单位 an owner or an office."""
    if code == "owner":
        return found.office > 0.5 and "承" in header
    return code == "level" and found.wordy > 0.8 and found.distinct > 0.8


def _by_shape(layout: Layout, words: Vocabulary) -> None:
    """Give codes away by their form alone where no header names them, then the name and the owners, with a question."""
    for code, share in (("uscc", "uscc"), ("project_code", "project_code")):
        if code in layout.fields.values() or code not in words.fields:
            continue
        column = next(
            (
                c
                for c, s in layout.shapes.items()
                if s.filled >= 3 and getattr(s, share) >= 0.7 and not _is_personal(layout, c, words)
            ),
            None,
        )
        if column is not None and column not in layout.answered:
            layout.fields[column] = code
    free = [c for c, s in layout.shapes.items() if c not in layout.fields and s.filled * 2 > s.rows]
    worded = [c for c in free if layout.shapes[c].wordy > 0.8 and layout.shapes[c].distinct > 0.8]
    if "name" not in layout.fields.values() and worded:
        _take_by_shape(layout, words, worded[0], "name")
    if "owner" in words.fields and "owner" not in layout.fields.values():
        firms = [c for c in free if c not in layout.fields and layout.shapes[c].firm >= 0.7]
        column = next((c for c in firms if _may_be_owner(layout, c, words)), None)
        if column is not None:
            _take_by_shape(layout, words, column, "owner")


def _take_by_shape(layout: Layout, words: Vocabulary, column: int, code: str) -> None:
    """Take a column for what its contents look like, and ask."""
    layout.fields[column] = code
    rivals = tuple(other for other in ("name", "owner", "content") if other in words.fields)
    layout.questions.append(_question(layout, column, code, rivals, "no_header"))


def _may_be_owner(layout: Layout, column: int, words: Vocabulary) -> bool:
    """Whether a header leaves it open that enterprises in its column own the projects: 施工单位 does not."""
    unlike = words.fields["owner"].unlike
    whole = layout.headers[column].whole
    return column not in layout.answered and (unlike is None or unlike.search(whole) is None)


def _is_personal(layout: Layout, column: int, words: Vocabulary) -> bool:
    """Whether a column holds numbers of identity cards, which have the form of credit codes."""
    return column in layout.fields and words.fields[layout.fields[column]].kind == "person"


def _question(layout: Layout, column: int, chosen: str | None, candidates: tuple[str, ...], reason: str) -> Question:
    whole = layout.headers[column].whole
    return Question("", layout.letters[column], whole, whole, chosen, candidates, reason)


def _remark(
    layout: Layout,
    grid: Grid,
    cells: Mapping[int, Sequence[Cell]],
    table: Table,
    words: Vocabulary,
    offers: list[tuple[float, int, str]],
) -> None:
    vague = words.subject.vague | words.subject.many
    for column, header in layout.headers.items():
        if column in layout.answered or not layout.shapes[column].filled:
            continue
        own = [(score, code) for score, at, code in offers if at == column]
        samples = tuple(islice((written(cell) for cell in cells[column] if cell not in (None, "")), 3))
        chosen = layout.fields.get(column)
        place = grid.address(table.bottom, column)
        if chosen is None and own:
            other = layout.column(own[0][1])
            params = {"header": "/".join(header.levels), "other": layout.letters[other] if other is not None else ""}
            layout.problems.append(Problem("repeated_column", grid.name, table.bottom + 1, place, own[0][1], params))
        elif chosen is None and header.whole:
            layout.problems.append(
                Problem("column_unknown", grid.name, table.bottom + 1, place, None, {"header": "/".join(header.levels)})
            )
            codes = tuple(code for _, code in words.rank(header)[:4])
            layout.questions.append(_question(layout, column, None, codes, "unknown")._replace(samples=samples))
        rivals = tuple(code for score, code in own if own[0][0] - score <= _NEAR and code not in vague)
        if len(rivals) > 1 and own[0][0] < 0.9 and chosen in rivals:
            layout.questions.append(_question(layout, column, chosen, rivals, "close")._replace(samples=samples))
