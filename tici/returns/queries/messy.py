"""A form's month as a unit's or county's own workbook says it: recognised, its rows matched to units, never guessed.

A row is matched by its credit code, else by its name (former names too) among the units of the place. What matches
nothing is offered with the names most like it; a person chooses.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tici.core.actions import Source
from tici.core.copying import AnyOf
from tici.core.refusals import Refusal
from tici.engines.periods import Month
from tici.engines.sheets import FormColumn as SheetColumn
from tici.engines.sheets import (
    Gazetteer,
    Problem,
    Question,
    Reading,
    Row,
    everyday_names,
    form_subject,
    kind_of_unit,
    read_in_child,
)
from tici.engines.sheets import Place as Unit
from tici.enterprises.models import FormerName
from tici.places.models import Place, PlaceKind
from tici.returns import rules
from tici.returns.models import Aggregate, FormVersion, Indicator, UnitKind, UnitReport
from tici.returns.rules import Figures, ReportRow

from .columns import exact_columns
from .forms import indicators
from .report_sheets import sheet_reports

PLACES = Decimal("0.0001")
OFFERED, LIKE = 3, 0.5  # so many names are offered, each at least so like
SPELLINGS = str.maketrans("（）", "()", " 　")


@dataclass(frozen=True)
class MessyRow:
    """A row of somebody's own workbook: what it says, which report it is for, or why it is for none."""

    sheet: str
    number: int
    name: str
    uscc: str
    report: UnitReport | None
    figures: Figures
    source: Source | None
    refusal: Refusal | None = None
    offered: tuple[UnitReport, ...] = ()

    @property
    def row(self) -> ReportRow | None:
        """The row to file; none where something stands against it."""
        if self.report is None or self.refusal is not None:
            return None
        return ReportRow(self.report.pk, self.figures, self.source)


@dataclass(frozen=True)
class MessyReading:
    """A workbook of any layout, read as a form's month; ``refused`` where it could not be read at all."""

    rows: tuple[MessyRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    questions: tuple[Question, ...] = ()
    month: Month | None = None
    refused: Problem | None = None
    given: frozenset[str] = field(default=frozenset())  # the columns of the form that the workbook has

    def to_file(self, chosen: Mapping[tuple[str, int], int] | None = None) -> list[ReportRow]:
        """The rows to file: those matched, and those a person chose a report for, by sheet and number."""
        picked = chosen or {}
        rows = []
        for one in self.rows:
            pk = picked.get((one.sheet, one.number))
            if pk is not None and one.report is None:
                rows.append(ReportRow(pk, one.figures, one.source))
            elif (matched := one.row) is not None:
                rows.append(matched)
        return rows


def read_messy(
    path: Path,
    form: FormVersion,
    month: Month,
    place: Place,
    *,
    name: str = "",
    mapping: Mapping[str, str] | None = None,
    upload_id: int | None = None,
) -> MessyReading:
    """Read somebody's own workbook as a form's month in a place, in the limited child process.

    A column that the workbook does not have keeps what was filed before; an empty cell of one it has is empty.
    ``mapping`` holds the answers to earlier questions of this sender.
    """
    known = indicators()
    subject = form_subject(
        [_column(column.code, column.basis, known[column.indicator]) for column in form.columns],
        code=form.code,
        rows=form.unit_kind,
        unit="万元",
    )
    reading = read_in_child(
        path, _gazetteer(place), name=name or path.name, month=month, mapping=mapping, subject=subject
    )
    if reading.refused is not None:
        return MessyReading(refused=reading.refused)
    given = frozenset(column.field for sheet in reading.sheets for column in sheet.columns if column.field)
    rows = _Matching(form, month, place, known, given & form.positions.keys(), upload_id).rows(reading)
    return MessyReading(rows, reading.problems, reading.questions, reading.month, None, given)


def _column(code: str, basis: str, indicator: Indicator) -> SheetColumn:
    said = "" if indicator.aggregate == Aggregate.GIVEN else basis  # 增加值增速 speaks of no other period
    kind, names = kind_of_unit(indicator.unit), tuple(indicator.synonyms)
    return SheetColumn(code, indicator.label, kind, said, names, indicator.unit)


def _gazetteer(place: Place) -> Gazetteer:
    """The counties a workbook may name: those of the city the place is in."""
    city = Place.objects.filter(kind=PlaceKind.CITY, code__in=place.path.split("/")).first() or place
    units = Place.objects.within(city).county_level().values_list("code", "name")
    return Gazetteer([Unit(code, label) for code, label in units], city.name, everyday_names())


class _Matching:
    """The reports of a place, as rows may name them."""

    def __init__(
        self,
        form: FormVersion,
        month: Month,
        place: Place,
        known: Mapping[str, Indicator],
        given: frozenset[str],
        upload_id: int | None,
    ) -> None:
        self.form, self.given, self.upload_id = form, given, upload_id
        self.reports = list(sheet_reports(form, month, place))
        units_of = {one.code: one.unit for one in known.values()}
        self.percent = {column.code for column in form.columns if units_of[column.indicator] == "%"}
        key, pairs = rules.unit_key(form), rules.carried_pairs(form.columns)
        units = [getattr(report, key) for report in self.reports]
        then = exact_columns(form.code, month - 12, key, units, list(pairs.values()))
        self.carried = {
            report.pk: rules.carried_over(pairs, then.get(unit))
            for report, unit in zip(self.reports, units, strict=True)
        }
        self.by_code: dict[str, UnitReport] = {}
        self.by_name: dict[str, list[UnitReport]] = {}
        for report in self.reports:
            for code in (report.enterprise.uscc if report.enterprise else "", report.place.code):
                if code:
                    self.by_code.setdefault(code, report)
            self._named(str(report.unit), report)
        self._former_names()

    def _named(self, name: str, report: UnitReport) -> None:
        for said in {_spelt(name), _spelt(name).removesuffix("产业集群"), _spelt(report.place.short_name)}:
            if said and (self.form.unit_kind == UnitKind.PLACE or said != _spelt(report.place.short_name)):
                self.by_name.setdefault(said, []).append(report)

    def _former_names(self) -> None:
        if self.form.unit_kind != UnitKind.ENTERPRISE:
            return
        by_firm = {report.enterprise_id: report for report in self.reports}
        former = FormerName.objects.filter(AnyOf("enterprise_id", [pk for pk in by_firm if pk is not None]))
        for pk, name in former.values_list("enterprise_id", "name"):
            self.by_name.setdefault(_spelt(name), []).append(by_firm[pk])

    def rows(self, reading: Reading) -> tuple[MessyRow, ...]:
        """Every row of the workbook, matched or offered; a unit that stands in it twice is refused both times."""
        made = [self._row(row) for row in reading.rows]
        times = Counter(one.report.pk for one in made if one.report is not None)
        twice = rules.row_refusal("report.twice")
        return tuple(
            replace(one, refusal=twice) if one.report is not None and times[one.report.pk] > 1 else one for one in made
        )

    def _row(self, row: Row) -> MessyRow:
        name, uscc = str(row.get("name") or ""), str(row.get("uscc") or "")
        found = self._found(row, name, uscc)
        report = found[0] if len(found) == 1 else None
        refusal = None
        if len(found) > 1:
            words = _("“%(name)s”有%(count)s个同名单位，没有收。请在所列单位中选定。") % {
                "name": name,
                "count": len(found),
            }
            refusal = Refusal("messy.many", words)
        elif report is None and uscc and (namesake := next(iter(self.by_name.get(_spelt(name), ())), None)):
            words = _("“%(name)s”的信用代码%(uscc)s与台账的%(own)s不同，没有收。请核对代码，或在所列单位中选定。") % {
                "name": name,
                "uscc": uscc,
                "own": namesake.enterprise.uscc if namesake.enterprise else "",
            }
            refusal = Refusal("messy.other_code", words)
        elif report is None:
            words = _("“%(name)s”不是本月应报的单位，没有收。请在相近的单位中选定，或先登记入库。") % {"name": name}
            refusal = Refusal("messy.unknown", words)
        offered = tuple(found) if len(found) > 1 else () if report else self._like(name)
        source = self._source(row)
        return MessyRow(row.sheet, row.row, name, uscc, report, self._figures(row, report), source, refusal, offered)

    def _found(self, row: Row, name: str, uscc: str) -> list[UnitReport]:
        if self.form.unit_kind == UnitKind.ENTERPRISE:
            if uscc and (report := self.by_code.get(uscc)) is not None:
                return [report]
            named = self.by_name.get(_spelt(name), [])
            other = [one for one in named if uscc and one.enterprise and one.enterprise.uscc not in ("", uscc)]
            return [one for one in dict.fromkeys(named) if one not in other]  # two valid codes are two firms
        code = str(row.get("place_code") or "")
        if self.form.unit_kind == UnitKind.PLACE and code in self.by_code:
            return [self.by_code[code]]
        said = _spelt(name)
        return list(dict.fromkeys(self.by_name.get(said) or self.by_name.get(said.removesuffix("产业集群"), [])))

    def _like(self, name: str) -> tuple[UnitReport, ...]:
        close = difflib.get_close_matches(_spelt(name), self.by_name, n=OFFERED, cutoff=LIKE)
        return tuple(dict.fromkeys(report for one in close for report in self.by_name[one]))[:OFFERED]

    def _figures(self, row: Row, report: UnitReport | None) -> Figures:
        filed = report.figures if report is not None and report.figures is not None else None
        carried = self.carried.get(report.pk, {}) if report is not None else {}
        figures: list[Decimal | None] = []
        for at, column in enumerate(self.form.columns):
            if column.code in self.given:
                figures.append(self._figure(row, column.code))
            else:
                figures.append(carried.get(column.code, filed[at] if filed is not None else None))
        return tuple(figures)

    def _figure(self, row: Row, code: str) -> Decimal | None:
        value: Any = row.get(code)
        if value is None or isinstance(value, str):
            return None
        figure = Decimal(value)
        return (figure * 100 if code in self.percent else figure).quantize(PLACES)

    def _source(self, row: Row) -> Source | None:
        if self.upload_id is None:
            return None
        cells = {code: value.cell for code, value in row.values.items() if code in self.given}
        return Source(self.upload_id, row.sheet, row.row, cells)


def _spelt(name: str) -> str:
    """A name without blanks, with plain brackets."""
    return name.translate(SPELLINGS)


def offered_names(rows: Sequence[MessyRow]) -> dict[tuple[str, int], list[tuple[int, str]]]:
    """For each row that matched nothing, the reports it may be for, by sheet and number."""
    return {
        (one.sheet, one.number): [(report.pk, str(report.unit)) for report in one.offered]
        for one in rows
        if one.report is None
    }
