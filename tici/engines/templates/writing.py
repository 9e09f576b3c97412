"""Writes a template: locked cells, drop-downs, numbers only, heads that stay in sight, and the signed hidden sheet."""

from __future__ import annotations

import io
from itertools import groupby
from typing import Any

import xlsxwriter

from tici.engines.templates.layout import (
    FIRST_FIGURE,
    FIRST_ROW,
    FORMAT,
    HEAD_ROW,
    HIDDEN,
    NOTES,
    SHEET,
    Template,
    line_digest,
    packed,
    scaled,
    signature,
)

STREAMED = 5_000  # from so many rows on, the workbook is written row by row
LARGEST = 9_999_999_999
INK, LINE, GREY, HEAD, WARN = "#1f2933", "#b8c2cc", "#eef1f4", "#dfe7ef", "#9c2a10"


def write_template(template: Template, key: bytes) -> bytes:
    """Return a template as the bytes of an xlsx workbook.

    Parameters
    ----------
    template
        What it holds.
    key
        The signing key of the installation.

    Notes
    -----
    Cells are written by kind, so no text ever becomes a formula or a link. Time is linear in cells, about 12 µs each.
    """
    made = io.BytesIO()
    options = {
        "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True,
        "constant_memory": len(template.lines) >= STREAMED,
    }  # fmt: skip
    with xlsxwriter.Workbook(made, options) as book:
        book.set_calc_mode("auto")
        _Sheet(book, template).write()
        _write_notes(book, template)
        _write_hidden(book, template, key)
    return made.getvalue()


class _Sheet:
    """The sheet to be filled in."""

    def __init__(self, book: Any, template: Template) -> None:
        self.template = template
        self.sheet = book.add_worksheet(SHEET)
        base = {"font_size": 10, "font_color": INK, "border": 1, "border_color": LINE, "valign": "vcenter"}
        number = "#,##0.####"
        self.title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
        self.subtitle = book.add_format({"font_size": 10, "align": "left", "valign": "vcenter"})
        self.head = book.add_format(base | {"bold": True, "bg_color": HEAD, "align": "center", "text_wrap": True})
        self.text = book.add_format(base | {"bg_color": GREY})
        self.shut = book.add_format(base | {"bg_color": GREY, "num_format": number})
        self.open = book.add_format(base | {"locked": False, "num_format": number})
        self.whole = book.add_format(base | {"locked": False, "num_format": "#,##0"})
        self.words = book.add_format(base | {"locked": False})
        self.told = book.add_format(base | {"bg_color": GREY, "font_color": WARN, "text_wrap": True})

    def write(self) -> None:
        template, sheet = self.template, self.sheet
        count, width = len(template.lines), template.width
        sheet.set_column(0, 0, 0, None, {"hidden": True})
        sheet.set_column(1, 1, 6)
        sheet.set_column(2, 2, 34)
        sheet.set_column(3, 3, 22)
        sheet.set_column(4, 4, 12)
        sheet.set_column(FIRST_FIGURE, width - 3, 13)
        sheet.set_column(width - 2, width - 2, 14)
        sheet.set_column(width - 1, width - 1, 48)
        sheet.freeze_panes(FIRST_ROW - 1, 3)
        sheet.repeat_rows(HEAD_ROW - 1, HEAD_ROW)
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.fit_to_pages(1, 0)
        sheet.set_row(0, 28)
        sheet.merge_range(0, 1, 0, width - 1, template.title, self.title)
        sheet.merge_range(1, 1, 1, width - 1, template.subtitle, self.subtitle)
        self._heads()
        for at, line in enumerate(template.lines):
            self._line(FIRST_ROW - 1 + at, at, line)
        if count:
            self._validate(FIRST_ROW - 1, FIRST_ROW - 2 + count)
        sheet.protect("", {"sort": False, "autofilter": True, "select_locked_cells": True, "format_columns": True})

    def _heads(self) -> None:
        upper, below = self.template.heads()
        at = 1
        for text, group in groupby(range(1, len(upper)), key=lambda one: upper[one]):
            last = at + len(list(group)) - 1
            if not any(below[at : last + 1]):
                for one in range(at, last + 1):
                    self.sheet.merge_range(HEAD_ROW - 1, one, HEAD_ROW, one, text, self.head)
            elif last > at:
                self.sheet.merge_range(HEAD_ROW - 1, at, HEAD_ROW - 1, last, text, self.head)
            else:
                self.sheet.write_string(HEAD_ROW - 1, at, text, self.head)
            at = last + 1
        for at, text in enumerate(below):
            if text:
                self.sheet.write_string(HEAD_ROW, at, text, self.head)

    def _line(self, row: int, number: int, line: Any) -> None:
        sheet = self.sheet
        sheet.write_number(row, 0, line.id)
        sheet.write_number(row, 1, number + 1, self.text)
        for at, text in enumerate((line.name, line.code, line.place), start=2):
            sheet.write_string(row, at, text, self.text)
        columns = self.template.columns
        for at, figure in enumerate(line.figures):
            look = self.shut if at in line.locked else self.whole if columns[at].is_whole else self.open
            if at in line.odd:
                sheet.write_string(row, FIRST_FIGURE + at, line.odd[at], look)
            elif figure is None:
                sheet.write_blank(row, FIRST_FIGURE + at, None, look)
            else:
                sheet.write_number(row, FIRST_FIGURE + at, figure, look)
        for at, text, look in ((0, line.reason, self.words), (1, line.remark, self.told)):
            column = FIRST_FIGURE + len(columns) + at
            if text:
                sheet.write_string(row, column, text, look)
            else:
                sheet.write_blank(row, column, None, look)

    def _validate(self, first: int, last: int) -> None:
        columns = self.template.columns
        for at, column in enumerate(columns):
            least = -LARGEST if column.may_be_negative else 0
            kind = "整数" if column.is_whole else "数字"
            self.sheet.data_validation(
                first, FIRST_FIGURE + at, last, FIRST_FIGURE + at,
                {
                    "validate": "integer" if column.is_whole else "decimal", "criteria": "between",
                    "minimum": least, "maximum": LARGEST, "error_title": "填报有误",
                    "error_message": f"请填{kind}，单位{column.unit}；没有的留空。",
                },
            )  # fmt: skip
        if self.template.reasons:
            at = FIRST_FIGURE + len(columns)
            self.sheet.data_validation(
                first, at, last, at,
                {"validate": "list", "source": list(self.template.reasons), "error_message": "请从所列原因中选。"},
            )  # fmt: skip


def _write_notes(book: Any, template: Template) -> None:
    sheet = book.add_worksheet(NOTES)
    sheet.set_column(0, 0, 100, book.add_format({"text_wrap": True, "valign": "top", "font_size": 11}))
    for row, note in enumerate(template.notes):
        sheet.write_string(row, 0, note)
    sheet.protect()


def _write_hidden(book: Any, template: Template, key: bytes) -> None:
    sheet = book.add_worksheet(HIDDEN)
    rows = []
    for line in template.lines:
        locked = sorted(line.locked)
        texts = (line.name, line.code, line.place)
        digest = line_digest(key, line.id, texts, [(at, scaled(line.figures[at])) for at in locked])
        rows.append((line.id, digest, locked))
    upper, below = template.heads()
    said = [
        FORMAT, template.form, str(template.version), template.month, "\x1f".join([*upper, *below]), *packed(rows)
    ]  # fmt: skip
    for row, text in enumerate([*said, signature(key, said)]):
        sheet.write_string(row, 0, text)
    sheet.protect()
    sheet.very_hidden()
