"""Reads a filled template back: checks its seal, and says of every row what was changed that must not be."""

from __future__ import annotations

import hmac
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tici.engines.limited import Exceeded, run_limited
from tici.engines.templates.layout import (
    FIRST_ROW,
    HEAD_ROW,
    NOTHING,
    REMARK,
    line_digest,
    signature,
    unpacked,
)

MEMORY_BYTES = 3 * 1024 * 1024 * 1024
SECONDS = 60
MOST_BYTES = 64 * 1024 * 1024


class BadTemplate(Exception):
    """A file that cannot be taken as a template at all; ``code`` says why, ``facts`` fill the sentence."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True)
class FilledTemplate:
    """A filled template as it came back.

    ``ids`` and ``figures`` are whole numbers, figures in ten-thousandths and ``NOTHING`` where a cell is empty; figure
    column i has shape ``(rows,)``. ``odd`` holds cells that are no numbers: (row, column) to the text. ``wrong`` says
    of rows, by number from 0, what was changed that must not be.
    """

    form: str
    version: int
    month: str
    ids: NDArray[np.int64]
    names: Sequence[str]
    codes: Sequence[str]
    places: Sequence[str]
    reasons: Sequence[str]
    figures: Sequence[NDArray[np.int64]]
    odd: Mapping[tuple[int, int], str]
    wrong: Mapping[int, str]  # row -> "added", "twice", "locked" or "beyond"
    missing: tuple[int, ...]  # ids of rows that were taken out

    @property
    def count(self) -> int:
        """How many rows came back."""
        return len(self.ids)

    @staticmethod
    def row_number(row: int) -> int:
        """Return the number of a row in the sheet."""
        return row + FIRST_ROW


def read_filled(path: Path, key: bytes) -> FilledTemplate:
    """Read a filled template in a limited process of its own.

    Parameters
    ----------
    path
        The workbook.
    key
        The signing key of the installation.

    Raises
    ------
    BadTemplate
        If the file is no template, is not ours, has other heads, or does not fit the limits.
    """
    if path.stat().st_size > MOST_BYTES:
        raise BadTemplate("too_big", limit=str(MOST_BYTES // 1024 // 1024))
    request = {"path": str(path.resolve()), "memory_bytes": MEMORY_BYTES, "seconds": SECONDS}
    try:
        answer = run_limited("tici.engines.templates.child", request, seconds=SECONDS)
    except Exceeded as exceeded:
        raise BadTemplate(exceeded.code) from None
    length = int.from_bytes(answer[:8], "little")
    said: dict[str, Any] = json.loads(answer[8 : 8 + length].decode("utf-8", "surrogatepass"))
    if "refused" in said:
        raise BadTemplate(said["refused"])
    if not said["count"]:
        raise BadTemplate("no_rows")
    arrays = np.frombuffer(answer, dtype=np.int64, offset=8 + length).reshape(-1, said["count"])
    return _checked(said, arrays, key)


def _checked(said: dict[str, Any], arrays: NDArray[np.int64], key: bytes) -> FilledTemplate:
    *hidden, signed = said["hidden"]
    if not hmac.compare_digest(signature(key, hidden), signed):
        raise BadTemplate("not_ours")
    _format, form, version, month, heads, *cells = hidden
    _check_heads(said["heads"], heads.split("\x1f"))
    ids, figures = arrays[0], list(arrays[1:])
    names, codes, places, reasons = said["texts"]
    digests, listed = unpacked(cells), [column.tolist() for column in figures]
    wrong: dict[int, str] = dict.fromkeys(said["beyond"], "beyond")
    times = Counter(ids.tolist())
    for row, (pk, *texts) in enumerate(zip(ids.tolist(), names, codes, places, strict=True)):
        if pk not in digests:
            wrong[row] = "added"
            continue
        digest, locked = digests[pk]
        if times[pk] > 1:
            wrong[row] = "twice"
        elif line_digest(key, pk, texts, [(at, listed[at][row]) for at in locked]) != digest:
            wrong[row] = "locked"
    odd = {(row, at): text for row, at, text in said["odd"] if at >= 0}
    missing = tuple(pk for pk in digests if pk not in times)
    return FilledTemplate(form, int(version), month, ids, names, codes, places, reasons, figures, odd, wrong, missing)


def _check_heads(found: Sequence[Sequence[str]], wanted: Sequence[str]) -> None:
    """Compare the heads with those that were signed; merged heads stand in their first cell only."""
    width = len(wanted) // 2
    for row, expected in enumerate((wanted[:width], wanted[width:])):
        there = [*(found[row] if row < len(found) else []), *[""] * width][:width]
        for at in range(1, width):
            merged = row == 0 and expected[at] == expected[at - 1] and expected[at] != REMARK
            if there[at] != expected[at] and not (merged and not there[at]):
                raise BadTemplate("heads", row=str(HEAD_ROW + row), head=expected[at], found=there[at])


def is_nothing(figure: int) -> bool:
    """Return whether a whole number stands for an empty cell."""
    return figure == NOTHING
