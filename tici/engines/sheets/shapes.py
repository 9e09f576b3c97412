"""The shape of a column's contents: what share of its cells are numbers, dates, codes, words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tici.engines.sheets.amounts import read_amount, read_percent
from tici.engines.sheets.dates import read_date, says_no_date
from tici.engines.sheets.grid import Cell
from tici.engines.sheets.text import is_nothing, plain

USCC = re.compile(r"[0-9A-HJ-NP-RT-UW-Y]{2}\d{6}[0-9A-Z]{10}", re.I)
PROJECT_CODE = re.compile(r"\d{4}-?\d{6}-?\d{2}-?\d{2}-?\d{5}[0-9Xx]")
FIRM = re.compile(r"(公司|集团|厂|合作社|中心|研究院|事务所|矿|站)([(（].*[)）])?$")
_OFFICE = re.compile(r"(局|委|委员会|办|办公室|政府|管委会|部门)$")
_COUNTED = re.compile(r"约?\d[\d,.]*[^\W\d]{1,5}")
_SAMPLE = 160


@dataclass(frozen=True)
class Shape:
    """Shares from 0 to 1 of the cells that hold something, among at most 160 of them."""

    filled: int
    rows: int
    numeric: float
    dated: float
    wordy: float  # longer than a word: a name or a sentence
    uscc: float
    project_code: float
    distinct: float
    counted: float  # a figure with a word for what it counts: 320人, 12万千瓦时
    firm: float  # ends as names of enterprises do
    office: float  # ends as names of authorities do


def shape(cells: Sequence[Cell]) -> Shape:
    """Return the shape of a column's cells."""
    step = max(1, len(cells) // (_SAMPLE * 2))
    held = [c for c in cells[::step] if c is not None and c != "" and not (isinstance(c, str) and is_nothing(c))][
        :_SAMPLE
    ]
    texts = [plain(c) for c in held if isinstance(c, str)]
    count = len(held) or 1
    return Shape(
        filled=len(held),
        rows=len(cells),
        numeric=sum(_is_number(c) for c in held) / count,
        dated=sum(_is_dated(c) for c in held) / count,
        wordy=sum(len(text) > 5 and read_percent(text) is None for text in texts) / count,
        uscc=sum(USCC.fullmatch(text) is not None for text in texts) / count,
        project_code=sum(PROJECT_CODE.fullmatch(text) is not None for text in texts) / count,
        distinct=len({str(c) for c in held}) / count,
        counted=sum(_COUNTED.fullmatch(text) is not None for text in texts) / count,
        firm=sum(FIRM.search(text) is not None for text in texts) / count,
        office=sum(_OFFICE.search(text) is not None for text in texts) / count,
    )


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, str):
        return read_amount(cell).figure is not None
    return isinstance(cell, int | float)


def _is_dated(cell: Cell) -> bool:
    return read_date(cell, 2000) is not None or (isinstance(cell, str) and says_no_date(cell))
