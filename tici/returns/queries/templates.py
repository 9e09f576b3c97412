"""Template workbooks of a form's month: written for units, read back as rows to file, bad rows handed back in it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from tici.core.actions import Source
from tici.core.copying import AnyOf, many_objects
from tici.core.dates import month_words
from tici.core.refusals import Refusal, Refused
from tici.engines.periods import Month
from tici.engines.templates import (
    NOTHING,
    BadTemplate,
    FilledTemplate,
    Template,
    TemplateColumn,
    TemplateLine,
    read_filled,
    write_template,
)
from tici.engines.templates.layout import FIRST_FIGURE, SHEET
from tici.returns import rules
from tici.returns.models import Basis, FormVersion, Indicator, UnitReport
from tici.returns.rules import Figures, ReportRow

from .columns import exact_columns
from .forms import indicators

PLACE = Decimal("0.0001")
REASONS = ("停产", "暂时取不到数", "尚未投产", "没有发生")
GIVEN_KIND = "given"


@dataclass(frozen=True)
class TemplateRefused:
    """A row that is not taken: its number in the sheet, the unit as written, why, and what stood in it."""

    number: int
    report_id: int  # 0 where the row is none of the template's own
    name: str
    refusals: tuple[Refusal, ...]
    figures: Figures
    odd: Mapping[int, str]  # texts where figures belong, by column

    @property
    def sentence(self) -> str:
        return "".join(str(one.message) for one in self.refusals)


@dataclass(frozen=True)
class TemplateReading:
    """A filled template, read: the rows to file, those that come back, and what was left empty or taken out."""

    rows: tuple[ReportRow, ...]
    numbers: tuple[int, ...]  # of each row in the sheet
    answers: Mapping[tuple[int, str], str]  # why a required figure is missing, by report and check
    refused: tuple[TemplateRefused, ...]
    unfilled: int  # rows in which nothing was filled in
    missing: int  # rows that were taken out of the sheet


def template_key() -> bytes:
    """The key templates are signed with: the installation's own."""
    return hmac.new(settings.SECRET_KEY.encode(), b"tici.returns.template", hashlib.sha256).digest()


def template_of(form: FormVersion, month: Month, reports: Sequence[UnitReport]) -> bytes:
    """The template workbook of some reports: a row a unit, what is known filled in, what may not change locked."""
    known = indicators()
    return write_template(_template(form, month, _lines(form, month, reports), known), template_key())


def _template(
    form: FormVersion, month: Month, lines: Sequence[TemplateLine], known: Mapping[str, Indicator]
) -> Template:
    words = {"form": form.name, "year": month.year, "month": month.number}
    signers = "　".join(f"{one}：________" for one in form.signers)
    return Template(
        form=form.code,
        version=form.pk,
        month=str(month),
        title=_("%(form)s（%(year)s年%(month)s月）") % words,
        subtitle=_("单位见表头。部门调度数，不作为统计上报依据。　%(signers)s") % {"signers": signers},
        columns=_columns(form, month, known),
        lines=lines,
        reasons=REASONS,
        notes=_notes(),
    )


def _columns(form: FormVersion, month: Month, known: Mapping[str, Indicator]) -> tuple[TemplateColumn, ...]:
    checks = rules.form_checks_on(form.checks, month.last).by_code
    columns = []
    for column in form.columns:
        indicator = known[column.indicator]
        check = checks.get(f"{column.indicator}_negative")
        is_never_negative = check is not None and check.severity == "stop"
        columns.append(
            TemplateColumn(
                code=column.code,
                head=indicator.label,
                basis=str(Basis(column.basis).label),
                unit=indicator.unit,
                is_whole=indicator.unit in rules.COUNTED,
                may_be_negative=not is_never_negative,
            )
        )
    return tuple(columns)


def _notes() -> tuple[str, ...]:
    return (
        _(
            "一、白色格子填报，灰色格子锁定。单位名称、代码、地区和已知的上年同期不能改；有误的，请先更正台账或上年月报。"
        ),
        _("二、按表头的单位填数字，没有发生的填0，没有的留空；必填指标留空的，请在“缺数原因”中选一项。"),
        _("三、不要增删行列、改表头、改名隐藏工作表。一个单位只占一行；不报的单位留空即可。"),
        _("四、本年累计填年初至本月的累计数；1月免报，1—2月合并填在2月。"),
        _("五、填好后原样上传。有问题的行会连同原因退回到同样的表里，改好后再传即可；没有问题的行不必重报。"),
    )


def _lines(form: FormVersion, month: Month, reports: Sequence[UnitReport]) -> list[TemplateLine]:
    key, pairs = rules.unit_key(form), rules.carried_pairs(form.columns)
    units = [getattr(report, key) for report in reports]
    then = exact_columns(form.code, month - 12, key, units, list(pairs.values()))
    blank: Figures = (None,) * len(form.columns)
    lines = []
    for report in reports:
        carried = rules.carried_over(pairs, then.get(getattr(report, key)))
        figures = report.figures if report.figures is not None else blank
        lines.append(
            TemplateLine(
                id=report.pk,
                name=str(report.unit),
                code=report.enterprise.uscc if report.enterprise else "",
                place=report.place.short_name,
                figures=[carried.get(column.code, figures[at]) for at, column in enumerate(form.columns)],
                locked=frozenset(at for at, column in enumerate(form.columns) if column.code in carried),
            )
        )
    return lines


def read_template(path: Path, form: FormVersion, month: Month, *, upload_id: int | None = None) -> TemplateReading:
    """Read a filled template of a form's month; what cannot be taken row by row comes back with its sentence.

    ``upload_id`` is the kept file, so that every figure knows its cell.

    Raises
    ------
    Refused
        The file is no template of ours, is one of another form, month or version, or its heads were changed.
    """
    try:
        filled = read_filled(path, template_key())
    except BadTemplate as bad:
        raise Refused(rules.file_refusal(bad.code, **bad.facts)) from None
    if refusals := _against(filled, form, month):
        raise Refused(*refusals)
    with many_objects():
        return _Rows(filled, form, month, upload_id).read()


def _against(filled: FilledTemplate, form: FormVersion, month: Month) -> list[Refusal]:
    if filled.form != form.code:
        name = FormVersion.objects.filter(code=filled.form).values_list("name", flat=True).first() or filled.form
        return [rules.file_refusal("other_form", found=name, form=form.name)]
    if filled.month != str(month):
        return [
            rules.file_refusal("other_month", found=month_words(Month.parse(filled.month)), month=month_words(month))
        ]
    if filled.version != form.pk:
        return [rules.file_refusal("other_version")]
    return []


class _Rows:
    """The rows of a filled template on their way to be filed."""

    def __init__(self, filled: FilledTemplate, form: FormVersion, month: Month, upload_id: int | None) -> None:
        self.filled, self.form, self.month, self.upload_id = filled, form, month, upload_id
        self.known = indicators()
        self.columns = _columns(form, month, self.known)
        checks = rules.form_checks_on(form.checks, month.last).checks
        self.given = {check.field: check.code for check in checks if check.kind == GIVEN_KIND}
        cells = {column.code: f"{xl_col_to_name(FIRST_FIGURE + at)}#" for at, column in enumerate(self.columns)}
        self.cells = json.dumps(cells)  # of every row, its number standing for #

    def read(self) -> TemplateReading:
        filled, wrong, odd = self.filled, self.filled.wrong, self._odd()
        ids = filled.ids.tolist()
        given = self._given()
        turned = list(zip(*(_decimals(column.tolist()) for column in filled.figures), strict=True))
        rows, numbers, refused, unfilled = [], [], [], 0
        answers: dict[tuple[int, str], str] = {}
        for row, (pk, figures) in enumerate(zip(ids, turned, strict=True)):
            texts = odd.get(row)
            if row in wrong or texts:
                figures, refusals = self._judged(row, figures, texts or {})
                if refusals:
                    refused.append(self._refused(row, refusals, figures, texts or {}))
                    continue
            elif not given[row]:
                unfilled += 1
                continue
            number = filled.row_number(row)
            rows.append(ReportRow(pk, figures, self._source(number)))
            numbers.append(number)
            if filled.reasons[row]:
                for at, column in enumerate(self.columns):
                    if figures[at] is None and column.code in self.given:
                        answers[pk, self.given[column.code]] = filled.reasons[row]
        back = self._named(refused)
        return TemplateReading(tuple(rows), tuple(numbers), answers, back, unfilled, len(filled.missing))

    def _odd(self) -> dict[int, dict[int, str]]:
        """The cells that are no numbers, by row and column."""
        found: dict[int, dict[int, str]] = {}
        for (row, at), text in self.filled.odd.items():
            found.setdefault(row, {})[at] = text
        return found

    def _given(self) -> list[bool]:
        """Of each row, whether anything was filled in that is not last year's."""
        own = [at for at, column in enumerate(self.form.columns) if not column.is_locked]
        given = [self.filled.figures[at] != NOTHING for at in own]
        return [any(one) for one in zip(*(column.tolist() for column in given), strict=True)]

    def _judged(self, row: int, figures: Figures, texts: Mapping[int, str]) -> tuple[Figures, list[Refusal]]:
        """Read a row's texts as figures, and say what stands against the row."""
        code, refusals = self.filled.wrong.get(row), []
        if code == "locked":
            refusals.append(rules.template_row_refusal("tampered"))  # named once it is known what was locked
        elif code:
            refusals.append(rules.template_row_refusal(code))
        read = list(figures)
        for at, text in texts.items():
            column = self.columns[at]
            found = rules.read_figure(text, column.unit)
            read[at] = found.figure
            if found.problem:
                head = f"{column.head} {column.below}"
                refusals.append(rules.template_row_refusal("not_a_number", head=head, text=text[:40], unit=column.unit))
        return tuple(read), refusals

    def _refused(
        self, row: int, refusals: Sequence[Refusal], figures: Figures, texts: Mapping[int, str]
    ) -> TemplateRefused:
        filled = self.filled
        pk = 0 if filled.wrong.get(row) == "added" else int(filled.ids[row])
        name = filled.names[row]
        return TemplateRefused(filled.row_number(row), pk, name, tuple(refusals), figures, texts)

    def _named(self, refused: Sequence[TemplateRefused]) -> tuple[TemplateRefused, ...]:
        """Say of rows whose locked cells were changed which cell it is, what it was and what it became."""
        changed = {one.report_id for one in refused if one.refusals[0].code == "template.tampered"}
        reports = UnitReport.objects.filter(AnyOf("id", changed)).select_related("enterprise", "cluster", "place")
        lines = {line.id: line for line in _lines(self.form, self.month, list(reports))} if changed else {}
        return tuple(
            self._told(one, lines[one.report_id]) if one.report_id in lines and one.report_id in changed else one
            for one in refused
        )

    def _told(self, one: TemplateRefused, line: TemplateLine) -> TemplateRefused:
        row = one.number - self.filled.row_number(0)
        there = (self.filled.names[row], self.filled.codes[row], self.filled.places[row])
        was = [(_("填报单位"), line.name), (_("统一社会信用代码"), line.code), (_("地区"), line.place)]
        pairs = [(head, old, new) for (head, old), new in zip(was, there, strict=True)]
        for at in sorted(line.locked):
            column = self.columns[at]
            pairs.append((f"{column.head} {column.below}", _plain(line.figures[at]), _plain(one.figures[at])))
        named = [
            rules.template_row_refusal("locked", head=head, was=old, now=new) for head, old, new in pairs if old != new
        ]
        return (
            one
            if not named
            else TemplateRefused(
                one.number, one.report_id, line.name, (*named, *one.refusals[1:]), one.figures, one.odd
            )
        )

    def _source(self, number: int) -> Source | None:
        if self.upload_id is None:
            return None
        return Source(self.upload_id, SHEET, number, self.cells.replace("#", str(number)))


def _decimals(column: Sequence[int]) -> list[Decimal | None]:
    return [None if one == NOTHING else PLACE * one for one in column]


def _plain(figure: Decimal | None) -> str:
    return "" if figure is None else f"{figure.normalize():f}"


def handed_back(form: FormVersion, month: Month, refused: Sequence[TemplateRefused]) -> bytes:
    """The rows that were not taken, in the same template, each with the reasons beside it."""
    ids = {one.report_id for one in refused}
    reports = UnitReport.objects.of(form.code, month).filter(AnyOf("id", ids))
    lines = {
        line.id: line for line in _lines(form, month, list(reports.select_related("enterprise", "cluster", "place")))
    }
    back = []
    for one in refused:
        own = lines.get(one.report_id)
        locked = own.locked if own else frozenset[int]()
        figures = [own.figures[at] if own and at in locked else figure for at, figure in enumerate(one.figures)]
        back.append(
            TemplateLine(
                id=one.report_id,
                name=own.name if own else one.name,
                code=own.code if own else "",
                place=own.place if own else "",
                figures=figures,
                locked=locked,
                remark=one.sentence,
                odd={at: text for at, text in one.odd.items() if at not in locked},
            )
        )
    return write_template(_template(form, month, back, indicators()), template_key())
