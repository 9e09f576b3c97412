"""The process that reads one filled template under limits: a request on standard input, columns on standard output.

The answer is a line of JSON with its length before it, then the ids and the figures as whole numbers: a hundred
thousand rows pass in a few megabytes and are never taken apart cell by cell again.
"""

from __future__ import annotations

import gc
import io
import json
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import python_calamine
from numpy.typing import NDArray

from tici.engines.limited import OUT_OF_MEMORY
from tici.engines.sheets.child import limit
from tici.engines.templates.layout import FIRST_FIGURE, FIRST_ROW, FORMAT, HEAD_ROW, HIDDEN, NOTHING, SCALE, SHEET

MOST_PARTS = 60
MOST_INFLATED = 1 << 30
LARGEST = 9e13  # what is larger is no figure, and would not be exact
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Refused(Exception):
    """The file is no template that can be read; the text is a code."""


def opened(path: Path) -> python_calamine.CalamineWorkbook:
    """Return the workbook of a file that is an xlsx workbook without macros and links."""
    data = path.read_bytes()
    if data.startswith(_OLE):
        raise Refused("encrypted")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as fault:
        raise Refused("not_a_template") from fault
    names = [entry.filename.lower() for entry in entries]
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_INFLATED:
        raise Refused("not_a_template")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("encrypted")
    if any(name.endswith("vbaproject.bin") or "/externallinks/" in name for name in names):
        raise Refused("macros")
    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.PasswordError as fault:
        raise Refused("encrypted") from fault
    except (python_calamine.CalamineError, ValueError, OSError, KeyError) as fault:
        raise Refused("not_a_template") from fault


def hidden_of(book: python_calamine.CalamineWorkbook) -> list[str]:
    """Return what the hidden sheet says, line by line."""
    if HIDDEN not in book.sheet_names or SHEET not in book.sheet_names:
        raise Refused("not_a_template")
    said = [str(row[0]) for row in book.get_sheet_by_name(HIDDEN).to_python(skip_empty_area=False) if row]
    if len(said) < 6 or said[0] != FORMAT:
        raise Refused("not_a_template")
    return said


def table_of(book: python_calamine.CalamineWorkbook, width: int) -> tuple[dict[str, Any], list[NDArray[np.int64]]]:
    """Return heads, texts and odd cells of the sheet, and its ids and figures as whole numbers."""
    rows = book.get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    heads = [[_text(cell) for cell in row[: width + 20]] for row in rows[HEAD_ROW - 1 : FIRST_ROW - 1]]
    body = rows[FIRST_ROW - 1 :]
    while body and not any(cell not in ("", None) for cell in body[-1]):
        body.pop()
    full = [row if len(row) >= width else [*row, *[""] * (width - len(row))] for row in body]
    turned: Sequence[Sequence[Any]] = list(zip(*full, strict=False)) if full else [()] * width
    odd: list[tuple[int, int, str]] = []
    ids = _whole(turned[0], 1, -1, odd)
    figures = [_whole(turned[FIRST_FIGURE + at], SCALE, at, odd) for at in range(width - FIRST_FIGURE - 2)]
    texts = [[_text(cell) for cell in turned[at]] for at in (2, 3, 4, width - 2)]
    beyond = [number for number, row in enumerate(full) if any(cell not in ("", None) for cell in row[width:])]
    return {"heads": heads, "texts": texts, "odd": odd, "count": len(full), "beyond": beyond[:20]}, [ids, *figures]


def _whole(column: Sequence[Any], scale: int, at: int, odd: list[tuple[int, int, str]]) -> NDArray[np.int64]:
    """Return a column of numbers, scaled; what is no number is noted as odd and left empty."""
    if set(map(type, column)) <= {float, int}:
        numbers = np.array(column, dtype=np.float64)
    else:
        numbers = np.array([cell if type(cell) in {float, int} else np.nan for cell in column], dtype=np.float64)
        for row in np.flatnonzero(np.isnan(numbers)).tolist():
            if column[row] not in ("", None):
                odd.append((row, at, _text(column[row])[:200]))
    scaled = np.rint(numbers * scale)
    for row in np.flatnonzero(np.abs(scaled) >= LARGEST).tolist():
        odd.append((row, at, _text(column[row])))
    fits = np.abs(scaled) < LARGEST
    return np.where(fits, scaled, 0).astype(np.int64) + np.where(fits, 0, NOTHING)


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def main() -> int:
    """Answer one request."""
    request = json.load(sys.stdin)
    limit(request["memory_bytes"], request["seconds"])
    gc.disable()  # the process ends with its one answer
    arrays: list[NDArray[np.int64]] = []
    try:
        book = opened(Path(request["path"]))
        answer: dict[str, Any] = {"hidden": hidden_of(book)}
        width = len(answer["hidden"][4].split("\x1f")) // 2
        table, arrays = table_of(book, width)
        answer |= table
    except Refused as refused:
        answer = {"refused": str(refused)}
    except MemoryError:
        return OUT_OF_MEMORY
    text = json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass")
    sys.stdout.buffer.write(len(text).to_bytes(8, "little"))
    sys.stdout.buffer.write(text)
    for array in arrays:
        sys.stdout.buffer.write(array.tobytes())
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
