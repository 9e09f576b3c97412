"""A circular as a Word document on the page of GB/T 9704-2012, naming the faces that offices have.

No face is embedded: Word and WPS show the document in the reader's own 仿宋_GB2312, 楷体_GB2312,
黑体 and 方正小标宋简体. The grid is made of exact line pitch and tracking, not of ``w:docGrid``,
which LibreOffice would spread the characters over.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import docx
from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.opc.pkgwriter import PackageWriter
from docx.shared import Mm, Pt, RGBColor, Twips
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

from tici.briefings.circular import word_runs as runs
from tici.briefings.circular.content import (
    Circular,
    Section,
    Table,
    annexes,
    head_points,
    heading_number,
    numbered_leads,
    runs_down,
    signature_indents,
    written,
)
from tici.briefings.circular.titles import title_lines
from tici.briefings.figures import Figure, Text

BODY, HEADING, SECOND, TITLE, NUMBER = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体", "宋体"
FACES = "本文字体：标题方正小标宋简体，一级标题黑体，二级标题楷体_GB2312，正文仿宋_GB2312，由阅读者的计算机提供。"

SIZE_2, SMALL_2, SIZE_3, SIZE_4, SMALL_5 = 22.0, 18.0, 16.0, 14.0, 9.0  # points of 2号, 小2号, 3号, 4号, 小5号
TRACK = -4  # twentieths of a point: -0.2 pt, so that 28 characters of 3号 fill 156 mm
LINE = Twips(579)  # 28.95 pt: 22 lines in 225 mm
PAGE = (Mm(210), Mm(297))
TOP, LEFT, BOTTOM = Mm(37), Mm(28), Mm(34.8)
RIGHT = Mm(25.8)  # 26 mm less the rounding of 28 characters to whole twentieths
TO_FOOTER = Mm(23)
WIDTH = Mm(156)
WIDTH_TWIPS = 8844
CELL_MARGIN_TWIPS = 32
RED = RGBColor(0xFF, 0, 0)
ALIGNS = {"left": ALIGN.LEFT, "center": ALIGN.CENTER, "right": ALIGN.RIGHT}


def docx_file(circular: Circular, chart_png: bytes | None) -> bytes:
    """Return the circular as a Word document; the same circular gives the same bytes.

    Without a picture of its chart the document leaves that annex out.
    """
    if chart_png is None:
        circular = replace(circular, chart=None)
    document = docx.Document()
    _set_normal(document)
    _set_page(document, circular)
    _write_head(document, circular)
    for position, section in enumerate(circular.sections, 1):
        _write_section(document, position, section)
    pieces = _pieces(circular)
    _write_annex_list(document, pieces)
    _write_signature(document, circular)
    for position, piece in enumerate(pieces, 1):
        _write_annex_title(document, "附件" if len(pieces) == 1 else f"附件{position}", piece[0])
        if isinstance(piece[1], Table):
            _write_table(document, piece[1])
        elif chart_png is not None:
            picture = _paragraph(document, align=ALIGN.CENTER, is_exact=False)
            picture.add_run().add_picture(io.BytesIO(chart_png), width=WIDTH)
    _set_properties(document, circular)
    return _packed(document, circular)


def _pieces(circular: Circular) -> list[tuple[str, Table | None]]:
    pieces: list[tuple[str, Table | None]] = [(table.title, table) for table in annexes(circular, FACES)]
    if circular.chart:
        pieces.insert(min(1, len(pieces)), (circular.chart.title, None))
    return pieces


def _set_normal(document: Document) -> None:
    """Give every paragraph the grid: exact lines, no space around, no gap between Chinese and Latin signs."""
    style = document.styles["Normal"]
    style.font.size = Pt(SIZE_3)
    runs.set_face(style.element.get_or_add_rPr(), BODY)
    form = style.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    form.space_before = form.space_after = Pt(0)
    form.widow_control = False
    runs.without_gaps(style.element.get_or_add_pPr())
    style.element.get_or_add_rPr().append(runs.element("w:lang", val="en-US", eastAsia="zh-CN"))


def _set_page(document: Document, circular: Circular) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = PAGE
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = TOP, BOTTOM, LEFT, RIGHT
    section.header_distance, section.footer_distance = Mm(15), TO_FOOTER
    for grid in section._sectPr.findall(runs.qn("w:docGrid")):
        section._sectPr.remove(grid)
    document.settings.odd_and_even_pages_header_footer = True
    for control in document.settings.element.findall(runs.qn("w:characterSpacingControl")):
        control.set(runs.qn("w:val"), "compressPunctuation")
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    for paragraph in (odd, even):
        paragraph.style = document.styles["Normal"]
        paragraph.paragraph_format.line_spacing = 1.0
        runs.right_tab(paragraph, WIDTH)
    runs.add_run(odd, f"{circular.footer}\t", BODY, SMALL_5)
    _write_page_number(odd, before="", behind="　")
    _write_page_number(even, before="　", behind="")
    runs.add_run(even, f"\t{circular.footer}", BODY, SMALL_5)


def _write_page_number(paragraph: Paragraph, *, before: str, behind: str) -> None:
    """Put — 1 — at the outer edge, one character in."""
    runs.add_run(paragraph, f"{before}— ", NUMBER, SIZE_4)
    runs.add_page_number(paragraph, NUMBER, SIZE_4)
    runs.add_run(paragraph, f" —{behind}", NUMBER, SIZE_4)


def _paragraph(document: Document, *, align: Any = None, is_exact: bool = True, first: float = 0) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    if not is_exact:
        paragraph.paragraph_format.line_spacing = 1.0
    if first:
        runs.indent(paragraph, first=first)
    return paragraph


def _write(paragraph: Paragraph, text: Text, face: str = BODY) -> None:
    for run in text:
        if isinstance(run, str):
            runs.add_run(paragraph, run, face, SIZE_3, track=TRACK)
        else:
            made = runs.add_run(paragraph, run.said, face, SIZE_3, track=TRACK)
            if run.href:
                runs.link(paragraph, made, run.href)


def _write_head(document: Document, circular: Circular) -> None:
    if circular.head:
        for _line in range(3):  # the head begins 35 mm below the upper edge of the text
            _paragraph(document)
        head = _paragraph(document, align=ALIGN.CENTER, is_exact=False)
        runs.add_run(head, circular.head, TITLE, head_points(circular.head), track=40, colour=RED)
        _paragraph(document)
    if circular.number:
        number = _paragraph(document, align=ALIGN.CENTER)
        _write(number, (circular.number,))
        if circular.head:
            runs.bottom_rule(number, "FF0000", 12)
    if circular.head or circular.number:
        _paragraph(document)
    for line in title_lines(circular.title):
        title = _paragraph(document, align=ALIGN.CENTER)
        runs.add_run(title, line, TITLE, SIZE_2)
    _paragraph(document)
    _write(_paragraph(document), (circular.to,))
    _write(_paragraph(document, first=2, align=ALIGN.JUSTIFY), circular.opening)


def _write_section(document: Document, position: int, section: Section) -> None:
    heading = _paragraph(document, first=2)
    heading.paragraph_format.keep_with_next = True
    _write(heading, (f"{heading_number(position)}、{section.heading}",), HEADING)
    for part in numbered_leads(section):
        paragraph = _paragraph(document, first=2, align=ALIGN.JUSTIFY)
        if part.lead:
            _write(paragraph, (part.lead,), SECOND)
        _write(paragraph, part.text)


def _write_annex_list(document: Document, pieces: list[tuple[str, Table | None]]) -> None:
    if pieces:
        _paragraph(document)
    for position, (name, _table) in enumerate(pieces, 1):
        paragraph = _paragraph(document)
        runs.indent(paragraph, left=2 if position == 1 else 5)
        opening = "附件：" if position == 1 else ""
        _write(paragraph, (f"{opening}{f'{position}．' if len(pieces) > 1 else ''}{name}",))


def _write_signature(document: Document, circular: Circular) -> None:
    for _line in range(2):
        _paragraph(document).paragraph_format.keep_with_next = True
    office_indent, date_indent = signature_indents(circular.office, circular.on)
    for words, right in ((circular.office, office_indent), (written(circular.on), date_indent)):
        paragraph = _paragraph(document, align=ALIGN.RIGHT)
        runs.indent(paragraph, right=right)
        paragraph.paragraph_format.keep_with_next = right != date_indent
        _write(paragraph, (words,))


def _write_annex_title(document: Document, number: str, title: str) -> None:
    paragraph = _paragraph(document)
    paragraph.paragraph_format.page_break_before = True
    _write(paragraph, (number,), HEADING)
    heading = _paragraph(document, align=ALIGN.CENTER, is_exact=False)
    heading.paragraph_format.space_before = heading.paragraph_format.space_after = Pt(8)
    runs.add_run(heading, title, TITLE, SMALL_2)


def _write_table(document: Document, table: Table) -> None:
    if table.unit:
        unit = _paragraph(document, align=ALIGN.RIGHT, is_exact=False)
        unit.paragraph_format.space_after = Pt(3)
        runs.add_run(unit, table.unit, BODY, SMALL_5)
    made = document.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    whole = sum(column.width for column in table.columns)
    runs.set_table(made, [round(WIDTH_TWIPS * column.width / whole) for column in table.columns], CELL_MARGIN_TWIPS)
    grid = [list(row.cells) for row in made.rows]
    for cell, column in zip(grid[0], table.columns, strict=True):
        _write_cell(cell, column.head, HEADING, ALIGN.CENTER)
    runs.repeat_on_each_page(made.rows[0])
    heights = runs_down(table.rows, table.merged)
    for position, row in enumerate(table.rows):
        _write_row(table, grid, position, row, heights[position])
        runs.keep_row_whole(made.rows[position + 1])
    _merge_down(made, table, grid, heights)
    for note in table.notes:
        paragraph = _paragraph(document, is_exact=False)
        runs.add_run(paragraph, note, BODY, SMALL_5)


def _write_row(
    table: Table, grid: list[list[Any]], position: int, row: tuple[str | Figure, ...], heights: list[int]
) -> None:
    cells = grid[position + 1]
    face = HEADING if position < table.totals else BODY
    for place, part in enumerate(row):
        if place < table.merged and heights[place] == 0:
            continue
        cell = cells[place]
        if place == len(row) - 1 and len(row) < len(table.columns):
            cell = cell.merge(cells[-1])  # the last of too few reaches to the right edge
        _write_cell(cell, part, face, ALIGNS[table.columns[place].align])


def _merge_down(made: WordTable, table: Table, grid: list[list[Any]], heights: list[list[int]]) -> None:
    for position, tall in enumerate(heights):
        for place, height in enumerate(tall[: table.merged]):
            if height > 1:
                grid[position + 1][place].merge(grid[position + height][place])
                _trim(grid[position + 1][place])


def _trim(cell: Any) -> None:
    """Drop the empty paragraphs that merging leaves in a cell."""
    for paragraph in cell.paragraphs[1:]:
        if not paragraph.text:
            paragraph._p.getparent().remove(paragraph._p)


def _write_cell(cell: Any, part: str | Figure, face: str, align: Any) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    _trim(cell)
    paragraph = cell.paragraphs[0]
    paragraph.alignment = align
    paragraph.paragraph_format.line_spacing = 1.0
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
    run = runs.add_run(paragraph, part if isinstance(part, str) else part.shown, face, SMALL_5)
    if isinstance(part, Figure) and part.href:
        runs.link(paragraph, run, part.href)


def _set_properties(document: Document, circular: Circular) -> None:
    facts, moment = document.core_properties, datetime.combine(circular.on, time(), UTC)
    facts.title, facts.author, facts.last_modified_by = circular.title, circular.office, circular.office
    facts.created = facts.modified = moment
    facts.comments, facts.language = circular.footer, "zh-CN"


def _packed(document: Document, circular: Circular) -> bytes:
    """Pack the parts as they are numbered, all dated the day of the circular."""
    loose, packed = io.BytesIO(), io.BytesIO()
    package = document.part.package
    PackageWriter.write(loose, package.rels, tuple(package.parts))
    stamp = (circular.on.year, circular.on.month, circular.on.day, 0, 0, 0)
    with zipfile.ZipFile(loose) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, stamp), source.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
