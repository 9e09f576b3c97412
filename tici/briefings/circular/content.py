"""What a circular (通报) or monthly report (月报) consists of, the same for Word and for print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from tici.briefings.figures import Figure, Text

TEXT_WIDTH_POINTS = 442.0
HEAD_TRACK_POINTS = 2.0
FOOTER = "部门调度数，不作为统计上报依据"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; ``lead`` is the second-level heading it opens with, in 楷体."""

    text: Text
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A first-level heading (黑体), numbered when printed, and its paragraphs."""

    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its header, its share of the width, and how its cells stand."""

    head: str
    width: float = 1
    align: str = "center"  # left, center, right


@dataclass(frozen=True, slots=True)
class Table:
    """A table printed as an annex (附件) on a page of its own.

    The first ``merged`` columns print equal neighbours as one tall cell; the first
    ``totals`` rows are set apart as sums. In a row with too few cells the last one
    reaches to the right edge (未报送).
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str | Figure, ...], ...]
    unit: str = ""
    notes: tuple[str, ...] = ()
    merged: int = 0
    totals: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart; without a value only its words are printed (未报送)."""

    label: str
    value: Decimal | None
    words: str
    is_behind: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars against one line: counties' completion rates against the time gone by."""

    title: str
    bars: tuple[Bar, ...]
    line: Decimal
    line_words: str
    behind_words: str
    reached_words: str


@dataclass(frozen=True, kw_only=True)
class Circular:
    """A circular in the form of GB/T 9704-2012."""

    title: str
    to: str
    opening: Text
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    chart: Chart | None
    office: str
    on: date
    number: str = ""  # 发文字号, with 〔〕
    head: str = ""  # the red head (发文机关标志); none unless the office has its own
    footer: str = FOOTER
    figures_title: str = "本通报所用数据说明"
    figures_notes: tuple[str, ...] = ()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure of the text, once each, in the order of reading."""
        return tuple(dict.fromkeys(figures_in(self)))


def figures_in(circular: Circular) -> Iterator[Figure]:
    """Yield the figures of the text in the order of reading."""
    texts = [circular.opening, *(p.text for section in circular.sections for p in section.paragraphs)]
    for text in texts:
        yield from (run for run in text if isinstance(run, Figure))


def annexes(circular: Circular, *more_notes: str) -> tuple[Table, ...]:
    """Return the tables to print behind the text; the last one says what every figure of it measures."""
    figures = circular.figures
    if not figures:
        return circular.tables
    order = list(dict.fromkeys(figure.note for figure in figures))
    ordered = sorted(figures, key=lambda figure: order.index(figure.note))
    has_units = any(figure.units is not None for figure in figures)
    last = Table(
        title=circular.figures_title,
        columns=(
            Column("指标及代码", 4.05, "left"),
            Column("口径", 4.55, "left"),
            Column("地区", 2.1),
            Column("时期", 2.85),
            Column("数值", 2.45, "right"),
            *((Column("企业数", 1.3, "right"),) if has_units else ()),
        ),
        rows=tuple(
            (f"{note.label}\n{note.code}", note.basis, figure.place, figure.period, figure)
            + ((_units(figure),) if has_units else ())
            for note, group in groupby(ordered, key=lambda figure: figure.note)
            for figure in group
        ),
        notes=(*circular.figures_notes, *more_notes),
        merged=2,
    )
    return (*circular.tables, last)


def _units(figure: Figure) -> str:
    """Return how many firms stand behind a figure, in words."""
    return "—" if figure.units is None else f"{figure.units}户"


def heading_number(position: int) -> str:
    """Return a position in Chinese numerals: 1 is 一, 12 is 十二; up to 99."""
    tens, ones = divmod(position, 10)
    digits = "一二三四五六七八九"
    return ("" if tens == 0 else "十" if tens == 1 else digits[tens - 1] + "十") + (digits[ones - 1] if ones else "")


def numbered_leads(section: Section) -> tuple[Paragraph, ...]:
    """Return a section's paragraphs with their leads numbered （一）（二）; a single lead stands without number."""
    if sum(bool(paragraph.lead) for paragraph in section.paragraphs) < 2:
        return section.paragraphs
    result, position = [], 0
    for paragraph in section.paragraphs:
        position += bool(paragraph.lead)
        lead = f"（{heading_number(position)}）{paragraph.lead}" if paragraph.lead else ""
        result.append(Paragraph(paragraph.text, lead))
    return tuple(result)


def runs_down(rows: tuple[tuple[str | Figure, ...], ...], merged: int) -> list[list[int]]:
    """Return for each row how many rows its first cells are tall; 0 for a cell lying under a taller one.

    A cell goes with the one above only where all cells left of it do, so that a sum of
    one group never runs into the next.
    """
    heights = [[1] * merged for _ in rows]
    for row in range(len(rows) - 1, 0, -1):
        for column in range(merged):
            if rows[row][: column + 1] == rows[row - 1][: column + 1]:
                heights[row - 1][column] += heights[row][column]
                heights[row][column] = 0
    return heights


def width_in_characters(text: str) -> float:
    """Return how many squares of the page a text fills: letters and digits fill half of one."""
    return sum(0.5 if ord(sign) < 0x2000 else 1 for sign in text)


def signature_indents(office: str, on: date) -> tuple[float, float]:
    """Return the right indents of office and date, in characters: the date 4, the office centred over it."""
    overhang = (width_in_characters(office) - width_in_characters(written(on))) / 2
    return max(0.0, 4 - overhang), 4.0


def written(on: date) -> str:
    """Return a date the way a document states it: 2021年12月3日."""
    return f"{on.year}年{on.month}月{on.day}日"


def head_points(head: str) -> float:
    """Return the size of the red head: as large as one line of 156 mm allows, at most 36 points."""
    return round(min(36.0, TEXT_WIDTH_POINTS / max(width_in_characters(head), 1) - HEAD_TRACK_POINTS), 1)
