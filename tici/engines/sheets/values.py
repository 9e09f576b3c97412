"""Turns the cells of rows into typed values, and says which of them cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from tici.engines.sheets.amounts import (
    KEPT_IN,
    MEASURES,
    UNITS,
    Amount,
    is_about,
    read_amount,
    read_measure,
    read_percent,
)
from tici.engines.sheets.columns import Layout
from tici.engines.sheets.dates import Period, coarser, read_date, read_range, says_no_date
from tici.engines.sheets.grid import Cell, Grid
from tici.engines.sheets.lines import Line
from tici.engines.sheets.meaning import percent_factor
from tici.engines.sheets.places import Gazetteer
from tici.engines.sheets.results import Content, Problem, Value
from tici.engines.sheets.text import is_nothing, letters, plain, squeeze, tidy, written
from tici.engines.sheets.ticks import is_tick
from tici.engines.sheets.vocabularies import industries
from tici.engines.sheets.vocabulary import Vocabulary

_CODE_DIGITS = 12
_DONE = ("done_", "progress_text", "completion_pct")  # fields that say what was done, never what was planned
_INDUSTRY = re.compile(r"[(\[]?[A-T]?(\d{2,4})(?!\d)[)\]]?[-:.、]?(.*)")
_FAULT = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|####*)", re.I)


@dataclass
class Source:
    """What reading a table's cells needs to know beside the cells."""

    grid: Grid
    layout: Layout
    words: Vocabulary
    places: Gazetteer
    year: int | None
    units: Mapping[str, str]
    table: int = 0


@dataclass
class ColumnReader:
    """Reads one table's cells column by column; ``values[i]`` belongs to ``lines[i]``."""

    source: Source
    lines: Sequence[Line]
    values: list[dict[str, Value]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    kept: dict[int, list[tuple[Cell, int]]] = field(default_factory=dict)
    _texts: dict[Cell, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._is_tall = any(line.more for line in self.lines)
        self._amounts: dict[int, list[Amount]] = {}

    def read(self) -> list[dict[str, Value]]:
        """Return the values of every project row by field."""
        self.values = [{} for _ in self.lines]
        for column, code in sorted(self.source.layout.fields.items()):
            if code not in self.source.words.subject.unread:
                self._column(column, code)
        return self.values

    def _column(self, column: int, code: str) -> None:
        kind = self.source.words.fields[code].kind
        cells = self.cells(column)
        if kind == "percent":
            self._percents(code, column, cells)
            return
        if kind == "money":
            self._money(code, column, cells)
            return
        if kind in MEASURES or kind == "quantity":
            self._measure(code, column, cells, kind)
            return
        if kind == "text":
            self._text(code, column, cells)
            return
        read = {
            "count": self._count,
            "date": self._date,
            "range": self._range,
            "place": self._place,
            "choice": self._choice,
            "code": self._code,
            "industry": self._industry,
        }[kind]
        faults = self.source.grid.faults
        for index, (cell, row) in enumerate(cells):
            if (row, column) in faults or _is_fault(cell):
                self._fault(row, column, code, index)
            elif cell != "" and cell is not None:
                read(index, code, cell, row, column)
        if kind == "choice":
            self._tell_odd_choices(code, column, cells)

    def _tell_odd_choices(self, code: str, column: int, cells: Sequence[tuple[Cell, int]]) -> None:
        """Tell of the cells that name none of the choices; of the first alone where hardly any cell names one."""
        held = [
            (index, self.values[index][code], row) for index, (_, row) in enumerate(cells) if code in self.values[index]
        ]
        odd = [(index, one.raw, row) for index, one, row in held if one.value is None and not _is_fault(one.raw)]
        for index, raw, row in odd if len(odd) * 2 <= len(held) else odd[:1]:
            self.tell("unknown_choice", index, code, row, column, value=raw)

    def cells(self, column: int) -> list[tuple[Cell, int]]:
        """Return a column's cells with their rows: own, or the first of a merge, or of further lines."""
        held = self.kept.get(column)
        if held is None:
            rows = self.source.grid.rows
            if column in self.source.grid.merged_columns or self._is_tall:
                held = [self._cell(line, column) for line in self.lines]
            else:
                held = [(rows[line.row][column], line.row) for line in self.lines]
            self.kept[column] = held
        return held

    @cached_property
    def _done_rows(self) -> dict[int, int]:
        """Where projects have one line for what was planned and one for what was done: the latter, by the first."""
        grid, rules = self.source.grid, self.source.words.row_words
        found: dict[int, int] = {}
        for line in self.lines:
            says = {
                row: [plain(cell) for cell in grid.rows[row] if isinstance(cell, str)] for row in (line.row, *line.more)
            }
            done = [row for row, texts in says.items() if any(rules["done_line"].match(text) for text in texts)]
            is_planned = any(rules["plan_line"].match(text) for texts in says.values() for text in texts)
            if line.more and is_planned and len(done) == 1:
                found[line.row] = done[0]
        return found

    def _cell(self, line: Line, column: int) -> tuple[Cell, int]:
        grid = self.source.grid
        code = self.source.layout.fields.get(column, "")
        if line.more and code.startswith(_DONE) and (row := self._done_rows.get(line.row)) is not None:
            return grid.at(row, column), row
        cell = grid.at(line.row, column)
        if cell is not None and cell != "":
            return cell, line.row
        if (anchor := grid.anchors.get((line.row, column))) and anchor[1] == column and anchor[0] < line.row:
            return grid.at(*anchor), anchor[0]
        for row in line.more:
            further = grid.at(row, column)
            if further is not None and further != "":
                return further, row
        return "", line.row

    def _put(
        self,
        index: int,
        code: str,
        value: Content | None,
        row: int,
        column: int,
        raw: str,
        precision: str | None = None,
    ) -> None:
        grid = self.source.grid
        place = grid.address(row, column) if grid.is_moved else f"{letters(column)}{row + 1}"
        self.values[index][code] = Value(value, place, raw, precision)

    def tell(self, problem: str, index: int, code: str, row: int, column: int, **params: str) -> None:
        """Note a problem of one cell."""
        field = self.source.words.fields.get(code)
        params = {"label": field.label if field else "", **params}
        line = self.source.grid.number(self.lines[index].row)
        address = self.source.grid.address(row, column)
        self.problems.append(Problem(problem, self.source.grid.name, line, address, code, params, self.source.table))

    def _fault(self, row: int, column: int, code: str, index: int) -> None:
        grid = self.source.grid
        text = grid.faults.get((row, column)) or grid.text(row, column).strip()
        self._put(index, code, None, row, column, text)
        self.tell("formula_error", index, code, row, column, value=text)

    def amounts(self, column: int) -> list[Amount]:
        """Return what the cells of a column of money say."""
        held = self._amounts.get(column)
        if held is None:
            held = self._amounts[column] = [read_amount(cell) for cell, _ in self.cells(column)]
        return held

    def _money(self, code: str, column: int, cells: Sequence[tuple[Cell, int]]) -> None:
        place, faults = self._place_maker(column), self.source.grid.faults
        common = self.source.units.get(code, "万元")
        for index, ((cell, row), amount) in enumerate(zip(cells, self.amounts(column), strict=True)):
            if cell == "" or cell is None:
                if faults and (row, column) in faults:
                    self._fault(row, column, code, index)
                continue
            raw = written(cell)
            figure, unit, understood = amount
            if figure is not None:
                unit = unit or common
                figure = figure if unit == "万元" else figure * UNITS[unit]
            self.values[index][code] = Value(figure, place(row), raw)
            if not understood:
                problem = "formula_error" if _is_fault(raw) else "non_numeric"
                self.tell(problem, index, code, row, column, value=raw)
            elif figure is not None and isinstance(cell, str) and is_about(cell):
                self.tell("inexact", index, code, row, column, value=raw)

    def _measure(self, code: str, column: int, cells: Sequence[tuple[Cell, int]], kind: str) -> None:
        """Read energy in 万千瓦时, people in 人, and other quantities as they stand."""
        units = MEASURES.get(kind, {})
        common = self.source.units.get(code) or KEPT_IN.get(kind, "")
        for index, (cell, row) in enumerate(cells):
            if (row, column) in self.source.grid.faults or _is_fault(cell):
                self._fault(row, column, code, index)
                continue
            if cell == "" or cell is None:
                continue
            figure, unit, understood = read_measure(cell, kind) if units else read_amount(cell)
            if figure is not None and units:
                figure *= units[unit or common]
            self._put(index, code, figure, row, column, written(cell))
            if not understood:
                self.tell("non_numeric", index, code, row, column, value=written(cell))

    def _place_maker(self, column: int) -> Callable[[int], str]:
        grid = self.source.grid
        if grid.is_moved:
            return lambda row: grid.address(row, column)
        front = letters(column)
        return lambda row: f"{front}{row + 1}"

    def _count(self, index: int, code: str, cell: Cell, row: int, column: int) -> None:
        amount = read_amount(cell if not isinstance(cell, str) else cell.rstrip("人个亩家台套"))
        self._put(index, code, amount.figure, row, column, written(cell))

    def _percents(self, code: str, column: int, cells: Sequence[tuple[Cell, int]]) -> None:
        formats = self.source.grid.formats
        shown = [formats.get((row, column)) == "percent" for cell, row in cells if isinstance(cell, int | float)]
        factor = percent_factor(
            [cell for cell, _ in cells],
            sum(shown) * 2 > len(shown),
            *self._quotient(code),
        )
        for index, (cell, row) in enumerate(cells):
            if (row, column) in self.source.grid.faults or _is_fault(cell):
                self._fault(row, column, code, index)
                continue
            rate: Decimal | None = None
            if isinstance(cell, str):
                parsed = read_percent(cell) if cell.strip() else None
                if parsed is None and (not cell or is_nothing(cell)):
                    continue
                if parsed:
                    rate = parsed[0] / (100 if parsed[1] else factor)
            elif isinstance(cell, int | float) and not isinstance(cell, bool):
                rate = Decimal(repr(round(cell, 10))) / factor
            self._put(index, code, rate, row, column, written(cell))

    def _quotient(self, code: str) -> tuple[list[Decimal | None] | None, list[Decimal | None] | None]:
        """Return the figures a share is the quotient of; of growth, what was added and what there was."""
        words, layout = self.source.words, self.source.layout
        if code in words.growths:
            now, before = (self._figures(layout.column(other)) for other in words.growths[code])
            if now is None or before is None:
                return None, None
            return [None if a is None or b is None else a - b for a, b in zip(now, before, strict=True)], before
        done, base = next(((done, base) for share, done, base in words.subject.shares if share == code), ("", ""))
        return self._figures(layout.column(done)), self._figures(layout.column(base))

    def _figures(self, column: int | None) -> list[Decimal | None] | None:
        if column is None:
            return None
        own = UNITS.get(self.source.units.get(self.source.layout.fields[column], "万元"), Decimal(1))
        return [
            None if figure is None else figure * (UNITS[unit] if unit else own)
            for figure, unit, _ in self.amounts(column)
        ]

    def _date(self, index: int, code: str, cell: Cell, row: int, column: int) -> None:
        period = read_date(cell, self.source.year)
        raw = written(cell)
        if period is None:
            self._put(index, code, None, row, column, raw)
            if isinstance(cell, str) and not says_no_date(cell):
                self.tell("unreadable_date", index, code, row, column, value=raw)
            return
        shown = self.source.grid.formats.get((row, column))
        if period.doubtful:
            period = self._undoubt(period, shown, index, code, row, column, raw)
        if period.precision == "day" and shown in ("month", "year") and not isinstance(cell, str):
            period = coarser(period, shown)
        self._put(index, code, period.first, row, column, raw, period.precision)

    def _undoubt(
        self, period: Period, shown: str | None, index: int, code: str, row: int, column: int, raw: str
    ) -> Period:
        """2021.1 as a number is October where the cell shows two digits, January else, and worth asking."""
        if shown == "hundredths":
            october = read_date(f"{period.first.year}.10")
            return october or period
        self.tell("ambiguous_date", index, code, row, column, value=raw, taken="1月")
        return period

    def _range(self, index: int, code: str, cell: Cell, row: int, column: int) -> None:
        raw = written(cell)
        parts = self.source.words.fields[code].parts
        for target, period in zip(parts, read_range(cell, self.source.year), strict=True):
            if period is not None and target not in self.values[index]:
                self._put(index, target, period.first, row, column, raw, period.precision)

    def _place(self, index: int, code: str, cell: Cell, row: int, column: int) -> None:
        raw = tidy(written(cell))
        if is_nothing(raw):
            return
        found = self.source.places.code(raw)
        self._put(index, code, found, row, column, raw)
        if found is None and self.source.places.looks_like_a_unit(raw):
            self.tell("unknown_place", index, "place_code", row, column, value=raw)

    def _choice(self, index: int, code: str, cell: Cell, row: int, column: int) -> None:
        raw = tidy(written(cell))
        if column in self.source.layout.ticks:
            if is_tick(cell) and (code == "stage" or code not in self.values[index]):  # the last rung reached
                self._put(index, code, self.source.layout.ticks[column], row, column, raw)
        elif not is_nothing(raw):
            self._put(index, code, self.source.words.choice(code, raw), row, column, raw)

    def _code(self, index: int, code: str, cell: Cell, row: int, column: int) -> None:
        raw = written(cell)
        if (isinstance(cell, int | float) and abs(cell) >= 10**_CODE_DIGITS) or _is_scientific(raw):
            self._put(index, code, None, row, column, raw)
            self.tell("code_rounded", index, code, row, column, value=raw)
        elif not is_nothing(raw):
            self._put(index, code, squeeze(raw).upper().lstrip("'"), row, column, raw)

    @cached_property
    def _known_industries(self) -> frozenset[str]:
        return industries()

    def _industry(self, index: int, code: str, cell: Cell, row: int, column: int) -> None:
        """Read a code of GB/T 4754, the words for it, or both in one cell."""
        raw = tidy(written(cell))
        if is_nothing(raw):
            return
        match = _INDUSTRY.fullmatch(plain(raw).upper())
        if match is None:
            if code == "industry" or "industry" not in self.values[index]:
                self._put(index, "industry", raw, row, column, raw)
            return
        known, digits = self._known_industries, match[1]
        if digits not in known and f"0{digits}" in known:
            digits = f"0{digits}"  # the nought in front is lost where the cell is a number
        self._put(index, "industry_code", digits if digits in known else None, row, column, raw)
        if digits not in known:
            self.tell("unknown_industry", index, "industry_code", row, column, value=raw)
        if match[2] and "industry" not in self.values[index]:
            self._put(index, "industry", match[2], row, column, raw)

    def _text(self, code: str, column: int, cells: Sequence[tuple[Cell, int]]) -> None:
        place, seen = self._place_maker(column), self._texts
        for index, (cell, row) in enumerate(cells):
            if cell == "" or cell is None or _is_fault(cell):
                if cell or (row, column) in self.source.grid.faults:
                    self._fault(row, column, code, index)
                continue
            raw = seen.get(cell)
            if raw is None:
                raw = tidy(written(cell))
                raw = seen[cell] = "" if is_nothing(raw) else raw
            if raw:
                self.values[index][code] = Value(raw, place(row), raw)


def _is_fault(cell: Cell) -> bool:
    """Whether a cell holds a formula's error as text."""
    return isinstance(cell, str) and cell[:1] == "#" and _FAULT.fullmatch(cell.strip()) is not None


def _is_scientific(text: str) -> bool:
    body = plain(text).upper()
    return "E+" in body and body.replace("E+", "").replace(".", "").isdigit()
