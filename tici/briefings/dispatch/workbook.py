"""The monthly dispatch workbook (月度调度表): every project, and the counties' summary."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time
from typing import Any

import xlsxwriter

from tici.briefings.dispatch.content import Dispatch, Line, ProjectRow, together
from tici.briefings.dispatch.layout import SheetColumn, columns_of
from tici.briefings.dispatch.sheets import SAFE, Sheet
from tici.briefings.figures import year_to_date
from tici.briefings.standing import Standing
from tici.engines import rulebook
from tici.engines.periods import Month
from tici.engines.rulebook import Rule

RULE = "briefings/dispatch"


def xlsx_file(dispatch: Dispatch) -> bytes:
    """Return the workbook; the same month gives the same bytes.

    Columns come from the rule ``briefings/dispatch`` in force at the month's end.
    """
    month = dispatch.city.month
    rule = rulebook.load(RULE, on=month.last)
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {**SAFE, "in_memory": True})
    moment = datetime.combine(dispatch.on, time())
    book.set_properties({"title": _title(rule, "title", dispatch), "author": dispatch.office, "created": moment})
    period = year_to_date(month)
    _write_detail(Sheet(book, "明细", columns_of(rule["detail"], period)), rule, dispatch)
    _write_summary(Sheet(book, "汇总", columns_of(rule["summary"], period)), rule, dispatch)
    book.close()
    return file.getvalue()


def _title(rule: Rule, name: str, dispatch: Dispatch) -> str:
    month = dispatch.city.month
    words: str = rule[name].format(year=month.year, number=month.number, place=dispatch.city.place)
    return words


def _write_top(sheet: Sheet, rule: Rule, dispatch: Dispatch, title: str, unit: str) -> int:
    on = dispatch.on
    return sheet.write_top(
        _title(rule, title, dispatch),
        rule["reporting"].format(office=dispatch.office),
        rule[unit],
        rule["dated"].format(date=f"{on.year}年{on.month}月{on.day}日"),
    )


def _write_summary(sheet: Sheet, rule: Rule, dispatch: Dispatch) -> None:
    """Write the counties in administrative order under the city's sum."""
    city = dispatch.city
    first = row = _write_top(sheet, rule, dispatch, "summary_title", "summary_unit")
    ranks = {"completion_rank": city.completion_ranks(), "start_rank": city.start_ranks()}
    for standing in (city.total, *city.counties):
        is_total = standing.code == city.code
        for position, column in enumerate(sheet.columns):
            value = _of_standing(standing, column.field, city.month, ranks)
            sheet.write(row, position, rule["total"] if is_total and position == 0 else value, is_sum=is_total)
        if not standing.is_reported and not is_total:
            words = [rule["not_reported"], standing.remark]
            sheet.merge(row, 1, row, sheet.last, "：".join(word for word in words if word), sheet.place)
        row += 1
    sheet.set_print(first, row - 1, frozen=1, footer=rule["footer"])


def _of_standing(standing: Standing, field: str, month: Month, ranks: Mapping[str, dict[str, int | None]]) -> Any:
    if field == "place":
        return standing.place
    if not standing.is_reported:
        return None
    if field in ranks:
        return ranks[field].get(standing.code)
    return standing.ahead_rate(month) if field == "ahead_rate" else getattr(standing, field)


def _write_detail(sheet: Sheet, rule: Rule, dispatch: Dispatch) -> None:
    """Write each county's projects under its sum, and its sum's parts by category."""
    detail = _Detail(sheet, rule, dispatch)
    first = detail.row = _write_top(sheet, rule, dispatch, "title", "unit")
    detail.write_sum(dispatch.projects, rule["total"], place=rule["total"])
    groups: dict[str, list[ProjectRow]] = {county.code: [] for county in dispatch.city.counties}
    for project in dispatch.projects:
        groups[project.county_code].append(project)
    for county in dispatch.city.counties:
        detail.write_county(county, groups[county.code])
    sheet.set_print(first, detail.row - 1, frozen=3, footer=rule["footer"])


class _Detail:
    """The detail sheet as far as it is written: the next row, and the next project's number."""

    def __init__(self, sheet: Sheet, rule: Rule, dispatch: Dispatch) -> None:
        self.sheet, self.rule, self.month = sheet, rule, dispatch.city.month
        self.row, self.position = 0, 1
        fields = [column.field for column in sheet.columns]
        self.at = {name: place for place, name in enumerate(fields)}
        self.merged = [(place, column.field) for place, column in enumerate(sheet.columns) if column.merged]
        self.per_line = [
            (place, _reader(column, self.month))
            for place, column in enumerate(sheet.columns)
            if not column.merged and column.field != "county"
        ]

    def write_county(self, county: Standing, projects: list[ProjectRow]) -> None:
        """Write a county: its sum first, then the sum's parts, then the projects; its name in one tall cell."""
        top = self.row
        if not county.is_reported and not projects:
            self.sheet.merge(top, self.at["name"], top, self.sheet.last, self.rule["not_reported"], self.sheet.place)
            self.sheet.write(top, 0, None)
            self.row += 1
        else:
            for words, part in self._sums(projects):
                self.write_sum(part, words)
            for project in projects:
                self._write_project(project)
        self.sheet.merge(top, self.at["county"], self.row - 1, self.at["county"], county.place, self.sheet.place)

    def _sums(self, projects: list[ProjectRow]) -> Iterator[tuple[str, list[ProjectRow]]]:
        yield self.rule["county_total"].format(count=len(projects)), projects
        known = self.rule["categories"]
        parts = {category: [project for project in projects if project.category == category] for category in known}
        rest = [project for project in projects if project.category not in known]
        if len(rest) < len(projects):
            parts[self.rule["of_no_category"]] = rest
        for category, part in parts.items():
            if part:
                yield self.rule["of_which"].format(category=category, count=len(part)), part

    def write_sum(self, projects: list[ProjectRow] | tuple[ProjectRow, ...], words: str, place: str = "") -> None:
        """Write one row of sums."""
        line = together(projects)
        for position, _field in self.merged:
            self.sheet.write(self.row, position, None, is_sum=True)
        for position, read in self.per_line:
            self.sheet.write(self.row, position, read(line), is_sum=True)
        self.sheet.write(self.row, self.at["name"], "" if place else words, is_sum=True)
        if place:
            self.sheet.write(self.row, self.at["county"], place, is_sum=True)
        self.row += 1

    def _write_project(self, project: ProjectRow) -> None:
        """Write a project's lines; what it is stands in one tall cell a column."""
        top, bottom = self.row, self.row + len(project.lines) - 1
        tallest = 1
        for position, field in self.merged:
            value = self.position if field == "position" else getattr(project, field)
            tallest = max(tallest, self.sheet.text_lines(position, value))
            if bottom > top:
                self.sheet.merge_down(top, bottom, position, value)
            else:
                self.sheet.write(top, position, value)
        for offset, line in enumerate(project.lines):
            lines = tallest / len(project.lines)
            for position, read in self.per_line:
                value = read(line)
                lines = max(lines, self.sheet.text_lines(position, value))
                self.sheet.write(top + offset, position, value)
            self.sheet.set_height(top + offset, lines)
        self.row, self.position = bottom + 1, self.position + 1


def _reader(column: SheetColumn, month: Month) -> Callable[[Line], Any]:
    if column.field == "ahead_rate":
        return lambda line: line.ahead_rate(month)
    return lambda line: getattr(line, column.field)
