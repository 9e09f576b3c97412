"""A file handed back in its sender's own layout: every sheet as it came, reasons beside the cells they are about.

Written anew from the values, never copied: formulas, macros and links of the sender's file are not in it.
"""

from __future__ import annotations

import io
import tempfile
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import xlsxwriter
from django.utils.translation import gettext as _

from tici.core.exports import FOOTER, SAFE, XLSX
from tici.core.refusals import Refusal, Refused
from tici.core.uploads import path_of
from tici.desk.models import DroppedFile, FileSubject, Proposal
from tici.desk.rules import drops as rules
from tici.engines.sheets.grid import Grid
from tici.engines.sheets.opening import open_grids
from tici.engines.sheets.problems import Unreadable

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["XLSX", "name_of", "workbook_of"]

WIDEST, NARROWEST, REASON_WIDTH = 24, 5, 44
USUAL = 0.9  # of the texts in a column fit into its width
LINE, MOST_LINES = 15, 8  # height of a line, in points; most lines of a row
LOOKED_AT = 200  # rows looked at to find a column's width
WIDE = 16  # columns; wider tables are printed on A3
MOST_COMMENTS = 2000  # spreadsheet programs grow slow beyond
LONGEST_NAME = 31


class Remark(NamedTuple):
    """One reason, with its place in the sender's file."""

    sheet: str
    row: int | None
    cell: str
    name: str
    sentence: str
    is_stop: bool


def name_of(file: DroppedFile) -> str:
    """What the handed-back workbook is called."""
    return _("退回核对-%(name)s.xlsx") % {"name": PurePath(file.name).stem}


def remarks_of(file: DroppedFile) -> list[Remark]:
    """Every reason of a file: of the file, of its sheets, and of its lines, in their order."""
    remarks = [Remark(p["sheet"], None, "", "", rules.sentence(p), False) for p in file.problems]
    lines = Proposal.objects.filter(file=file).exclude(problems=[]).order_by("position")
    for name, problems in lines.values_list("name", "problems"):
        remarks += [
            Remark(p["sheet"], p["row"], p.get("cell") or "", name, rules.sentence(p), p["stop"]) for p in problems
        ]
    return remarks


def workbook_of(file: DroppedFile) -> BinaryIO:
    """The sender's workbook with the reasons in it.

    Raises:
        Refused: The file cannot be opened, so there is no layout to hand back.
    """
    try:
        grids, _real = open_grids(path_of(file.upload.digest), file.name)
    except Unreadable as refusal:
        raise Refused(Refusal("handback.unreadable", rules.sentence(_unreadable(refusal)))) from refusal
    remarks = remarks_of(file)
    aside: BinaryIO = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115
    book = xlsxwriter.Workbook(aside, SAFE | {"constant_memory": False})
    look = _looks(book)
    names = _sheet_names([grid.name for grid in grids])
    _write_reasons(book, look, file, remarks, dict(zip([grid.name for grid in grids], names, strict=True)))
    by_sheet: dict[str, list[Remark]] = defaultdict(list)
    for remark in remarks:
        by_sheet[remark.sheet].append(remark)
    heads = {sheet["name"]: sheet["header_rows"] for sheet in file.sheets}
    for grid, name in zip(grids, names, strict=True):
        _write_sheet(book.add_worksheet(name), look, grid, by_sheet[grid.name], heads.get(grid.name, []))
    book.close()
    aside.seek(0)
    return aside


class _Sink(io.RawIOBase):
    """Where an archive is written to; what has been written is taken out piece by piece."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer) -> int:
        self.pieces.append(bytes(data))
        return len(self.pieces[-1])

    def taken_out(self) -> bytes:
        data = b"".join(self.pieces)
        self.pieces.clear()
        return data


def archive_of(files: Sequence[DroppedFile]) -> Iterator[bytes]:
    """The handed-back workbooks of many files as a zip, piece by piece; one that cannot be made says why in a text."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for number, file in enumerate(files, start=1):
            name = f"{number:02d}-{file.place.short_name if file.place else ''}-{name_of(file)}"
            try:
                with workbook_of(file) as book:
                    archive.writestr(name, book.read())
            except Refused as refused:
                archive.writestr(f"{PurePath(name).stem}.txt", f"{file.name}: {refused.sentence}")
            yield sink.taken_out()
    yield sink.taken_out()


def _unreadable(refusal: Unreadable) -> dict[str, Any]:
    return {"code": refusal.problem.code, "params": dict(refusal.problem.params)}


def _looks(book: Any) -> dict[str, Any]:
    """The formats of cells: as they were, wrong, to be checked; each also ruled as in a table, and as a day."""
    kinds: dict[str, dict[str, object]] = {"": {}, "stop": {"bg_color": "#f9d5d3"}, "ask": {"bg_color": "#fdeec2"}}
    ruled: dict[str, object] = {"border": 1, "border_color": "#c3c9d3", "valign": "vcenter", "text_wrap": True}
    day: dict[str, object] = {"num_format": "yyyy-mm-dd"}
    head = ruled | {"bold": True, "bg_color": "#e8eef7", "align": "center"}
    looks = {kind: book.add_format(look) for kind, look in kinds.items()}
    for kind, look in kinds.items():
        looks[f"{kind}day"] = book.add_format(look | day)
        looks[f"{kind}ruled"] = book.add_format(look | ruled)
        looks[f"{kind}ruledday"] = book.add_format(look | ruled | day)
    return looks | {
        "head": book.add_format(head),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "mid": book.add_format({"align": "center", "valign": "top"}),
        "link": book.add_format({"align": "center", "valign": "top", "underline": 1, "font_color": "#1f5fbf"}),
        "merged": book.add_format({"align": "center", "valign": "vcenter", "text_wrap": True}),
        "mergedruled": book.add_format(ruled | {"align": "center"}),
        "reason": book.add_format(ruled | {"font_color": "#a3211b"}),
    }


def _sheet_names(names: Sequence[str]) -> list[str]:
    """Names a workbook may have: none empty, none too long, no two alike, none that of the list of reasons."""
    taken = {_("退回说明").lower()}
    found = []
    for number, name in enumerate(names, start=1):
        bare = "".join(c for c in name if c not in "[]:*?/\\").strip("'")[:LONGEST_NAME] or f"Sheet{number}"
        bare = f"{bare[:26]}({number})" if bare.lower() in taken else bare
        taken.add(bare.lower())
        found.append(bare)
    return found


def _write_reasons(
    book: Any, look: Mapping[str, Any], file: DroppedFile, remarks: Sequence[Remark], names: Mapping[str, str]
) -> None:
    """The first sheet: every reason, leading to its cell."""
    sheet = book.add_worksheet(_("退回说明"))
    sheet.write_string(0, 0, _("%(file)s：退回与核对事项") % {"file": file.name}, look["title"])
    stops = sum(remark.is_stop for remark in remarks)
    words = _(
        "须更正%(stops)s处（红），所在行没有收入；请核对%(asks)s处（黄），所在行照常收入，写明没有收入的格除外。"
        "在原表或本工作簿里改正后重新投递即可。"
    )
    sheet.write_string(1, 0, words % {"stops": stops, "asks": len(remarks) - stops})
    name = _("企业名称") if file.subject == FileSubject.ENTERPRISES else _("项目名称")
    labels = [_("序号"), _("工作表"), _("行"), _("单元格"), name, _("处理"), _("原因与改法")]
    for column, (label, width) in enumerate(zip(labels, (6, 16, 7, 9, 34, 9, 70), strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(3, column, label, look["head"])
    for number, remark in enumerate(remarks, start=1):
        _write_reason(sheet, look, number, remark, names)
    sheet.freeze_panes(4, 0)
    sheet.autofilter(3, 0, 3 + len(remarks), 6)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)
    sheet.set_footer(FOOTER)


def _write_reason(sheet: Any, look: Mapping[str, Any], number: int, remark: Remark, names: Mapping[str, str]) -> None:
    row = 3 + number
    sheet.write_number(row, 0, number, look["mid"])
    sheet.write_string(row, 1, remark.sheet, look["wrap"])
    if remark.row is not None:
        sheet.write_number(row, 2, remark.row, look["mid"])
        if remark.sheet in names:
            there, words = remark.cell or f"A{remark.row}", remark.cell or _("整行")
            sheet.write_url(row, 3, f"internal:'{names[remark.sheet]}'!{there}", look["link"], words)
    sheet.write_string(row, 4, remark.name, look["wrap"])
    sheet.write_string(row, 5, _("须更正") if remark.is_stop else _("请核对"), look["mid"])
    sheet.write_string(row, 6, remark.sentence, look["wrap"])


class _Page(NamedTuple):
    """A sheet on its way back: the cells of its sender, what is said of them, and the rows of its head."""

    sheet: Any
    look: Mapping[str, Any]
    grid: Grid
    remarks: Sequence[Remark]
    heads: Sequence[int]  # rows of the head, counted from 1
    marks: Mapping[str, str]

    def mark(self, row: int, column: int) -> str:
        """How a cell is marked, if it is: wrong, or to be checked; where no one cell is to blame, the whole row is."""
        return self.marks.get(self.grid.address(row, column), "") or self.marks.get(str(row + 1), "")

    def style(self, row: int, column: int) -> str:
        """The format of a cell; from its head on, a table is ruled."""
        is_ruled = bool(self.heads) and row + 1 >= min(self.heads)
        return self.mark(row, column) + ("ruled" if is_ruled else "")


def _write_sheet(sheet: Any, look: Mapping[str, Any], grid: Grid, remarks: Sequence[Remark], heads: list[int]) -> None:
    """One sheet as the sender laid it out; wrong cells coloured, the reasons in a column of their own at the right."""
    told = [remark for remark in remarks if remark.row is not None]
    marks = {r.cell or str(r.row): "ask" for r in told} | {r.cell or str(r.row): "stop" for r in told if r.is_stop}
    page = _Page(sheet, look, grid, told, heads, marks)
    widths = _widths(grid)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    _stretch(page, widths)
    _write_merges(page)
    for row in range(grid.height):
        for column in range(grid.width):
            if (row, column) not in grid.anchors:
                _write(page, row, column, look[page.style(row, column)])
    for row in grid.hidden_rows - {remark.row - 1 for remark in told if remark.row is not None}:
        sheet.set_row(row, None, None, {"hidden": True})
    if grid.hidden and not told:
        sheet.hide()
    _write_remarks(page)
    _set_out(page)


def _stretch(page: _Page, widths: Sequence[float]) -> None:
    """Make rows of the table high enough for what is wrapped in them; not every program does so by itself."""
    if not page.heads:
        return
    grid = page.grid
    told: dict[int | None, int] = defaultdict(int)
    for remark in page.remarks:
        told[remark.row] += _breadth(remark.sentence)
    for row in range(min(page.heads) - 1, grid.height):
        lines = [
            -(-_breadth(grid.text(row, c)) // int(widths[c])) for c in range(grid.width) if (row, c) not in grid.anchors
        ]
        most = max([*lines, -(-told[row + 1] // REASON_WIDTH)], default=1)
        if most > 1:
            page.sheet.set_row(row, LINE * min(most, MOST_LINES))


def _set_out(page: _Page) -> None:
    """Heads stay in sight on the screen and on every printed page; a page is as wide as the table."""
    if page.heads:
        page.sheet.freeze_panes(max(page.heads), 0)
        page.sheet.repeat_rows(min(page.heads) - 1, max(page.heads) - 1)
    page.sheet.set_landscape()
    page.sheet.set_paper(8 if page.grid.width > WIDE else 9)
    page.sheet.fit_to_pages(1, 0)
    page.sheet.set_footer(FOOTER)


def _write_remarks(page: _Page) -> None:
    """The reasons of each row at its right, and as a comment on the cell."""
    reasons: dict[int, list[str]] = defaultdict(list)
    comments: dict[str, list[str]] = defaultdict(list)
    for remark in page.remarks:
        if remark.row is not None:
            reasons[remark.row].append(remark.sentence)
            if remark.cell:
                comments[remark.cell].append(remark.sentence)
    if reasons:
        beside = page.grid.width
        above = [row for row in page.heads if row < min(reasons)]
        page.sheet.set_column(beside, beside, REASON_WIDTH)
        page.sheet.write_string(
            max(above, default=max(min(reasons) - 1, 1)) - 1, beside, _("退回原因"), page.look["head"]
        )
        for row, sentences in reasons.items():
            page.sheet.write_string(row - 1, beside, " ".join(sentences), page.look["reason"])
    for cell, sentences in list(comments.items())[:MOST_COMMENTS]:
        page.sheet.write_comment(cell, " ".join(sentences), {"x_scale": 2})


def _write_merges(page: _Page) -> None:
    for top, left, bottom, right in page.grid.merges:
        mark = page.mark(top, left)
        style = page.look[page.style(top, left) if mark else f"merged{page.style(top, left)}"]
        if (top, left) != (bottom, right):
            page.sheet.merge_range(top, left, bottom, right, "", style)
        _write(page, top, left, style)


def _write(page: _Page, row: int, column: int, style: Any) -> None:
    """A value as it was; text stays text, whatever it looks like."""
    cell, sheet = page.grid.at(row, column), page.sheet
    if cell is None or cell == "":
        if page.style(row, column):
            sheet.write_blank(row, column, None, style)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, style)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell, style)
    elif isinstance(cell, datetime | date):
        sheet.write_datetime(row, column, cell, page.look[f"{page.style(row, column)}day"])
    else:
        sheet.write_string(row, column, str(cell), style)


def _widths(grid: Grid) -> list[float]:
    """How wide each column must be for its table; titles and notes, alone in their rows, run over their neighbours."""
    rows = [
        row for row in range(min(grid.height, LOOKED_AT)) if sum(cell not in (None, "") for cell in grid.rows[row]) > 2
    ]
    widths: list[float] = []
    for column in range(grid.width):
        texts = (grid.text(row, column) for row in rows if (row, column) not in grid.anchors)
        breadths = sorted(_breadth(text) for text in texts) or [0]
        usual = breadths[int(len(breadths) * USUAL)]  # the few that are longer are wrapped
        widths.append(min(max(usual + 2, NARROWEST), WIDEST))
    return widths


def _breadth(text: str) -> int:
    """How many columns of type a text takes; a Chinese character takes two."""
    line = max(text.split("\n"), key=len, default="")
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
