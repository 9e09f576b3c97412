"""What a template workbook holds and where: one row a unit, a head, locked cells, and a seal over what must not change.

The sheet to fill in has a hidden first column with each row's id. A hidden sheet holds what the workbook is for and,
for every row, a short digest of what is locked in it; a signature covers all of it. So a row can be sorted or left
out, but no locked cell, head, row or month can be changed unnoticed.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

SHEET, NOTES, HIDDEN = "填报表", "填报说明", "_tici"
FORMAT = "tici-template-1"
IDENTITY = ("序号", "填报单位", "统一社会信用代码", "地区")
REASON, REMARK = "缺数原因", "审核反馈"
HEAD_ROW = 3  # of the first of two rows of heads, from 1
FIRST_ROW = HEAD_ROW + 2
FIRST_FIGURE = 1 + len(IDENTITY)  # its column, from 0; the id stands in column 0
PACKED = 1000  # rows whose digests stand in one cell of the hidden sheet
DIGEST = 12
SCALE = 10_000  # figures travel as whole ten-thousandths
NOTHING = -(2**63)  # an empty cell among them


@dataclass(frozen=True)
class TemplateColumn:
    """One column of figures: its two heads, its unit, and whether only whole numbers fit."""

    code: str
    head: str
    basis: str
    unit: str
    is_whole: bool = False
    may_be_negative: bool = True

    @property
    def below(self) -> str:
        """The lower head, which says basis and unit: changing the unit changes the head."""
        return f"{self.basis}({self.unit})"


@dataclass(frozen=True)
class TemplateLine:
    """One unit's row: its id, what names it, the figures known, which of them are locked, and texts that are none."""

    id: int
    name: str
    code: str
    place: str
    figures: Sequence[Decimal | None]
    locked: frozenset[int] = frozenset()
    reason: str = ""
    remark: str = ""
    odd: Mapping[int, str] = field(default_factory=dict)  # what stood where a figure belongs, by column


@dataclass(frozen=True)
class Template:
    """A workbook to be filled in by many units, or by one."""

    form: str  # code of the form
    version: int  # which version of it
    month: str  # 2021-11
    title: str
    subtitle: str
    columns: tuple[TemplateColumn, ...]
    lines: Sequence[TemplateLine]
    reasons: tuple[str, ...] = ()  # offered where a required figure is missing
    notes: tuple[str, ...] = field(default=())

    @property
    def width(self) -> int:
        """How many columns the sheet has."""
        return FIRST_FIGURE + len(self.columns) + 2

    def heads(self) -> tuple[list[str], list[str]]:
        """Return the two rows of heads."""
        upper = ["", *IDENTITY, *(column.head for column in self.columns), REASON, REMARK]
        below = ["", *("" for _ in IDENTITY), *(column.below for column in self.columns), "", ""]
        return upper, below


def scaled(figure: Decimal | None) -> int:
    """Return a figure as whole ten-thousandths, ``NOTHING`` where there is none."""
    return NOTHING if figure is None else int(figure * SCALE)


def line_digest(key: bytes, pk: int, texts: Iterable[str], locked: Iterable[tuple[int, int]]) -> str:
    """Return the digest of what must not change in a row.

    Parameters
    ----------
    key
        The signing key of the installation.
    pk
        The row's id.
    texts
        Name, code and place as shown.
    locked
        Column number and scaled figure of each locked cell.
    """
    said = "\x1f".join([str(pk), *texts, *(f"{at}={figure}" for at, figure in locked)])
    return hmac.digest(key, said.encode(), "sha256").hex()[:DIGEST]


def signature(key: bytes, said: Iterable[str]) -> str:
    """Return the signature over everything the hidden sheet says."""
    return hmac.new(key, "\x1e".join(said).encode(), hashlib.sha256).hexdigest()


def packed(rows: Iterable[tuple[int, str, Iterable[int]]]) -> list[str]:
    """Pack ids, digests and locked columns into few cells: ``12:ab34cd…:5.7.9;13:…``."""
    said = [f"{pk}:{digest}:{'.'.join(map(str, locked))}" for pk, digest, locked in rows]
    cells: list[str] = []
    cell: list[str] = []
    length = 0
    for one in said:
        if cell and (len(cell) == PACKED or length + len(one) > 30_000):
            cells.append(";".join(cell))
            cell, length = [], 0
        cell.append(one)
        length += len(one) + 1
    if cell:
        cells.append(";".join(cell))
    return cells


def unpacked(cells: Iterable[str]) -> dict[int, tuple[str, tuple[int, ...]]]:
    """Read what ``packed`` wrote: id to digest and locked columns.

    Raises
    ------
    ValueError
        If it was written by something else.
    """
    rows = {}
    for one in (one for cell in cells for one in cell.split(";")):
        pk, digest, locked = one.split(":")
        rows[int(pk)] = (digest, tuple(int(at) for at in locked.split(".") if at))
    return rows
