"""The hotline's sheet: one call a row, under heads that are known by their words; read within limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

HEADS = {  # what a head may say -> what it holds
    "text": ("诉求内容", "来电内容", "意见内容", "内容", "诉求"),
    "name": ("来电人", "姓名", "诉求人", "称呼"),
    "contact": ("来电号码", "联系电话", "电话", "联系方式"),
}
DEEPEST_HEAD = 10
LARGEST = 20 << 20
MOST_ROWS = 5000


class BadSheet(ValueError):
    """A sheet that is not taken in, with a sentence for whoever sent it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Call:
    """One call of the sheet."""

    sheet: str
    row: int
    text: str
    name: str
    contact: str


def calls_in(content: bytes) -> list[Call]:
    """Every call in a workbook.

    Raises:
        BadSheet: It is no workbook, too large, or has no column of what was said.
    """
    if len(content) > LARGEST:
        raise BadSheet(_("表格超过20 MB。请分成几份上传。"))
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = [(name, book.get_sheet_by_name(name).to_python()) for name in book.sheet_names]
    except (CalamineError, OSError, ValueError):
        raise BadSheet(_("文件打不开。请上传xlsx或xls表格。")) from None
    found = [call for name, rows in sheets for call in _calls(name, rows)]
    if not found:
        raise BadSheet(_("没有找到“诉求内容”一列，或列下没有内容。请核对表头。"))
    if len(found) > MOST_ROWS:
        raise BadSheet(_("超过%(most)d行。请分成几份上传。") % {"most": MOST_ROWS})
    return found


def _calls(sheet: str, rows: list[list[Any]]) -> Iterator[Call]:
    for at, row in enumerate(rows[:DEEPEST_HEAD]):
        heads = {key: position for key in HEADS if (position := _position(row, HEADS[key])) is not None}
        if "text" in heads:
            for number, values in enumerate(rows[at + 1 :], at + 2):
                told = {key: str(values[position]).strip() for key, position in heads.items()}
                if told["text"]:
                    yield Call(sheet, number, told["text"], told.get("name", ""), _plain(told.get("contact", "")))
            return


def _position(row: list[Any], words: tuple[str, ...]) -> int | None:
    said = ["".join(str(cell).split()) for cell in row]
    return next((said.index(word) for word in words if word in said), None)


def _plain(number: str) -> str:
    """A telephone number that a workbook kept as a figure: 13800000000.0."""
    return number.removesuffix(".0")
