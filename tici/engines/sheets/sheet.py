"""Reads one sheet: its tables one after another, with the headings that hold for their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from tici.engines.periods import Month
from tici.engines.sheets import context
from tici.engines.sheets.amounts import KEPT_IN, MEASURES
from tici.engines.sheets.checks import check_row, check_totals, show
from tici.engines.sheets.columns import Layout, lay_out
from tici.engines.sheets.firms import twins
from tici.engines.sheets.grid import Grid, filled
from tici.engines.sheets.headers import Table, arranged
from tici.engines.sheets.line import Line
from tici.engines.sheets.lines import LineReader
from tici.engines.sheets.meaning import settle
from tici.engines.sheets.owners import part_owners
from tici.engines.sheets.places import Gazetteer
from tici.engines.sheets.results import Column, Problem, Question, Row, SheetReading, Value
from tici.engines.sheets.sections import Headings
from tici.engines.sheets.subjects import Subject
from tici.engines.sheets.text import plain, written
from tici.engines.sheets.units import UnitFinding, find_units, measured_by, stated_unit, stated_units
from tici.engines.sheets.values import ColumnReader, Source
from tici.engines.sheets.vocabulary import Vocabulary

_SUMMED = ("total", "subtotal", "section")
_JOINED = 0.8  # of a table's names stand in the one above, when it is its continuation


@dataclass
class ReadSheet:
    """A sheet's reading while it is being made."""

    reading: SheetReading
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    is_own_month: bool = False

    def set_aside(self, kind: str, problem: Problem) -> None:
        """Drop the rows of a sheet that repeats others, and say so."""
        self.reading = replace(self.reading, kind=kind)
        self.rows, self.questions, self.problems = [], [], [problem]

    def fall_back_on(self, place: str) -> None:
        """Place the rows that nothing in their sheet places."""
        self.rows = [
            row
            if "place_code" in row.values
            else replace(row, values={**row.values, "place_code": Value(place, "", "")})
            for row in self.rows
        ]


def read_sheet(
    grid: Grid, stem: str, words: Vocabulary, places: Gazetteer, hint: Month | None, mapping: Mapping[str, str]
) -> ReadSheet:
    """Return everything one sheet says."""
    grid, tables = arranged(grid, words)
    return SheetReader(grid, tables, stem, words, places, hint, mapping).read()


class SheetReader:
    """Reads the tables of one sheet in order; headings and units hold on until replaced."""

    def __init__(
        self,
        grid: Grid,
        tables: Sequence[Table],
        stem: str,
        words: Vocabulary,
        places: Gazetteer,
        hint: Month | None,
        mapping: Mapping[str, str],
    ) -> None:
        self.grid, self.tables, self.words, self.places = grid, tables, words, places
        self.mapping = mapping
        first = tables[0].top if tables else min(grid.height, 12)
        self.above = [written(cell) for row in range(first) for _, cell in filled(grid.rows[row])]
        headers = [text for table in tables for path in table.paths.values() for text in path]
        self.title = self._title()
        self.when = context.when_of(headers, self.title, grid.name, self.above, stem, hint, words.subject)
        self.place = context.place_of([self.title, *self.above, grid.name], places)
        self.found = ReadSheet(SheetReading(grid.name, "other", grid.hidden), is_own_month=self.when.is_own)
        self.columns: list[Column] = []
        self.header_rows: list[int] = []
        self.aside: dict[int, str] = {}
        self.fields: set[str] = set()
        self.unit: str | None = None
        self.stated: str | None = stated_unit(self.above, words)
        self.measures = stated_units(self.above, words)
        self.headings = Headings(words, places, [self.title, grid.name])

    def _title(self) -> str:
        rules = self.words.row_words
        texts = [
            text for text in self.above if not rules["meta"].match(plain(text)) and not rules["note"].match(plain(text))
        ]
        return max(texts[:3], key=len, default="") if texts else ""

    def read(self) -> ReadSheet:
        """Return the sheet's reading."""
        groups: dict[int, tuple[list[Line], dict[int, dict[str, Value]], dict[int, dict[str, Value]]]] = {}
        for number, table in enumerate(self.tables):
            side = sum(other.top == table.top for other in self.tables[:number])
            lines, values, totals = self._table(table, side)
            if side not in groups:
                groups[side] = ([], {}, {})
            groups[side][0].extend(lines)
            groups[side][1].update(values)
            groups[side][2].update(totals)
        for side, (lines, values, totals) in groups.items():
            self._check_totals(side, lines, values, totals)
        self._finish()
        return self.found

    def _table(
        self, table: Table, side: int
    ) -> tuple[list[Line], dict[int, dict[str, Value]], dict[int, dict[str, Value]]]:
        headers = table.headers(self.when.anchor)
        layout = lay_out(
            self.grid, table, headers, self.words, self.mapping, " ".join([self.title, *self.above, self.grid.name])
        )
        self.fields |= set(layout.fields.values())
        self._tell_of_persons(layout)
        if not self.grid.is_moved:
            self.header_rows += range(table.top + 1, table.bottom + 2)
        if not _is_a_list(layout, self.words.subject):
            return [], {}, {}
        if table.heading:
            self.headings.enter(table.heading, 0, self.grid.address(table.top, table.left))
        lines = LineReader(self.grid, table, layout, self.words, self.places).read()
        data = [line for line in lines if line.kind == "data"]
        source = Source(self.grid, layout, self.words, self.places, self.when.year, {}, side)
        peek = ColumnReader(source, data)
        settle(layout, lambda column: [cell for cell, _ in peek.cells(column)], self.when.month, self.words)
        finding = self._units(layout, lines, peek)
        source.units = finding.columns
        reader = ColumnReader(source, data, kept=peek.kept)
        values = reader.read()
        self._fill_down(layout, data, values)
        part_owners(layout, values)
        self._head(lines, {line.row: own for line, own in zip(data, values, strict=True)})
        totals = self._totals(source, lines)
        self._tell(table, layout, finding, reader, side)
        if self._joins(data, values, side):
            self.aside.update((self.grid.number(line.row), "continued") for line in lines if line.kind != "blank")
            return [], {}, {}
        self._rows(data, values, side)
        for line in lines:
            if line.kind != "data":
                self.aside[self.grid.number(line.row)] = line.kind
        return lines, {line.row: own for line, own in zip(data, values, strict=True)}, totals

    def _tell_of_persons(self, layout: Layout) -> None:
        for column, code in layout.fields.items():
            if self.words.fields[code].kind == "person":
                header = "/".join(layout.headers[column].levels)
                self.found.problems.append(Problem("personal_column", self.grid.name, params={"header": header}))

    def _units(self, layout: Layout, lines: Sequence[Line], peek: ColumnReader) -> UnitFinding:
        money = {c: code for c, code in layout.fields.items() if self.words.fields[code].kind == "money"}
        headed = {code: layout.headers[column].unit for column, code in money.items()}
        figures: dict[str, list[Decimal]] = {}
        by_line: dict[str, dict[int, Decimal]] = {}
        for column, code in money.items():
            own: dict[int, Decimal] = {}
            for line, amount in zip(peek.lines, peek.amounts(column), strict=True):
                if amount.figure is not None and amount.unit is None:
                    own[line.row] = amount.figure
            by_line[code], figures[code] = own, list(own.values())
        totals = by_line.get(measured_by(self.words.subject.yardstick, figures), {})
        pairs = {code: [(f, totals[row]) for row, f in own.items() if row in totals] for code, own in by_line.items()}
        stated = self.stated or self._stated_below(lines)
        finding = find_units(stated, headed, figures, pairs, self.words.subject.yardstick)
        if finding.is_guessed and self.words.subject.unit:
            finding.effective = self.words.subject.unit
            finding.columns = dict.fromkeys(finding.columns, finding.effective)
        for column, code in layout.fields.items():
            kind = self.words.fields[code].kind
            if kind in ("energy", "people"):
                unit = layout.headers[column].unit or ""
                finding.columns[code] = unit if unit in MEASURES[kind] else self.measures.get(kind, KEPT_IN[kind])
        return finding

    def _stated_below(self, lines: Sequence[Line]) -> str | None:
        for line in lines:
            if line.kind == "note":
                named = {unit for unit in ("亿元", "万元", "千元") if unit in line.text}
                if len(named) == 1 and (unit := stated_unit([line.text], self.words)):
                    return unit
        return None

    def _fill_down(self, layout: Layout, data: Sequence[Line], values: Sequence[dict[str, Value]]) -> None:
        """Let a heading column at the left, written once a group (its merge lost), hold until the next."""
        name = layout.column("name")
        for code in (*self.words.subject.headed_by, "place"):
            column = layout.column(code)
            if column is None or name is None or column > name or not data or code not in values[0]:
                continue
            is_of_many = code == "place" and self.place is None  # no other place can be meant by what is left blank
            if sum(code in own for own in values) * 2 > len(values) and not is_of_many:
                continue
            current = values[0][code]
            for own in values:
                current = own.setdefault(code, current)

    def _head(self, lines: Sequence[Line], values: Mapping[int, dict[str, Value]]) -> None:
        """Let section headings speak for the rows under them."""
        for line in lines:
            if line.kind == "section":
                cell = next((self.grid.address(line.row, c) for c, _ in filled(self.grid.rows[line.row])), "")
                self.headings.enter(line.text, line.depth, cell)
            elif line.kind == "data":
                own = values[line.row]
                if "place" in own:
                    self._settle_place(own)
                if self.words.subject.row_is == "place" and "name" in own:
                    own["place_code"] = own["name"]._replace(value=self.places.code(own["name"].raw))
                self.headings.speak_for(own)
                if self.place and "place_code" not in own:
                    own["place_code"] = Value(self.place, "", "")

    def _settle_place(self, values: dict[str, Value]) -> None:
        """Take what a place column says for the unit, or for a township inside the sheet's own."""
        place = values.pop("place")
        if place.value is None and not self.places.looks_like_a_unit(place.raw):
            values.setdefault("township", place._replace(value=place.raw))
        else:
            values["place_code"] = place

    def _totals(self, source: Source, lines: Sequence[Line]) -> dict[int, dict[str, Value]]:
        summed = [Line(line.row, line.kind) for line in lines if line.kind in _SUMMED]
        reader = ColumnReader(source, summed)
        return {line.row: own for line, own in zip(summed, reader.read(), strict=True)}

    def _check_totals(
        self,
        side: int,
        lines: Sequence[Line],
        values: Mapping[int, dict[str, Value]],
        totals: Mapping[int, dict[str, Value]],
    ) -> None:
        amounts = {
            row: {code: value.value for code, value in own.items() if isinstance(value.value, Decimal)}
            for row, own in values.items()
        }

        def tell(row: int, code: str, given: Decimal, found: Decimal) -> None:
            field = self.words.fields[code]
            params = {"label": field.label, "given": show(given), "sum": show(found)}
            problem = "total_mismatch"
            if field.kind != "money":
                problem, params = "count_mismatch", params | {"unit": KEPT_IN.get(field.kind, "")}
            cell = totals[row][code].cell
            self.found.problems.append(
                Problem(problem, self.grid.name, self.grid.number(row), cell, code, params, side)
            )

        check_totals(lines, totals, amounts, self.words.summed, tell)

    def _tell(self, table: Table, layout: Layout, finding: UnitFinding, reader: ColumnReader, side: int) -> None:
        name = self.grid.name
        self.unit = self.unit or finding.effective
        self.found.problems += reader.problems
        told = {(problem.code, problem.params.get("header")) for problem in self.found.problems}
        self.found.problems += [p for p in layout.problems if (p.code, p.params.get("header")) not in told]
        for code, (stated, real) in finding.suspects.items():
            params = {"stated": stated, "real": real, "label": self.words.fields[code].label}
            self.found.problems.append(Problem("unit_suspect", name, None, None, code, params, side))
        if finding.is_guessed and finding.columns:
            code = "unit_assumed" if self.words.subject.unit else "unit_missing"
            self.found.problems.append(Problem(code, name, params={"unit": finding.effective}))
        asked = {question.fingerprint for question in self.found.questions}
        self.found.questions += [q._replace(sheet=name) for q in layout.questions if q.fingerprint not in asked]
        self.columns += [
            Column(
                layout.letters[column],
                "/".join(header.levels),
                header.whole,
                layout.fields.get(column),
                finding.columns.get(layout.fields.get(column, "")) if layout.fields.get(column) else None,
                side,
            )
            for column, header in layout.headers.items()
        ]

    def _joins(self, data: Sequence[Line], values: Sequence[dict[str, Value]], side: int) -> bool:
        """Join a table that goes on with further columns for the projects already read (续表)."""
        earlier = {row.get("name"): row for row in self.found.rows if row.table == side}
        names = [own["name"].value for own in values if "name" in own]
        if not names or len(earlier) < len(self.found.rows):
            return False
        known = [name for name in names if name in earlier]
        more = set().union(*values) - set().union(*(row.values for row in earlier.values()))
        if (
            len(known) < _JOINED * len(names)
            or len(set(names)) < len(names)
            or not more - set(self.words.subject.headed_by)
        ):
            return False
        joined = {name: {**own, **earlier[name].values} for own in values if (name := own["name"].value) in earlier}
        self.found.rows = [replace(row, values=joined.get(row.get("name"), row.values)) for row in self.found.rows]
        return True

    def _rows(self, data: Sequence[Line], values: Sequence[dict[str, Value]], side: int) -> None:
        title = self.title
        kind = context.kind_of_list(self.grid.name, title, self.fields, self.words)

        def label(code: str) -> str:
            return self.words.fields[code].label

        for line, own in zip(data, values, strict=True):
            row = Row(self.grid.name, self.grid.number(line.row), kind, own, line.row in self.grid.hidden_rows, side)
            self.found.rows.append(row)
            self.found.problems += check_row(row, label, self.words.subject)

    def _finish(self) -> None:
        found, grid = self.found, self.grid
        if "twins" in self.words.subject.checks:
            found.problems += twins(found.rows)
        if found.rows:
            kind = found.rows[0].kind
            hidden = sum(row.hidden for row in found.rows)
            if hidden:
                found.problems.append(Problem("hidden_rows", grid.name, params={"count": str(hidden)}))
            if grid.hidden:
                found.problems.append(Problem("hidden_sheet", grid.name))
        else:
            texts = [written(cell) for cells in grid.rows[:12] for _, cell in filled(cells)]
            kind = context.kind_without_rows(grid.name, texts, self.fields, self.words)
        found.reading = SheetReading(
            name=grid.name,
            kind=kind,
            hidden=grid.hidden,
            title=self.title,
            unit=self.unit,
            header_rows=tuple(dict.fromkeys(self.header_rows)),
            columns=tuple(self.columns),
            month=self.when.month,
            place_code=self.place,
            set_aside=self.aside,
        )


def _is_a_list(layout: Layout, subject: Subject) -> bool:
    """Whether a table lists what its subject asks for: it has their names and, where it is wider, something of them."""
    fields = set(layout.fields.values()) - subject.idle
    enough = min(subject.enough if "seq" not in layout.fields.values() else 1, len(layout.headers) - 1)
    return layout.column(subject.name) is not None and subject.tally not in fields and len(fields) >= enough
