"""Opens workbooks and CSV files whatever their suffix says, and refuses those that could do harm."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from pathlib import Path

import python_calamine

from tici.engines.sheets.decoration import Decoration, read_decoration
from tici.engines.sheets.endings import is_named
from tici.engines.sheets.grid import Cell, Grid
from tici.engines.sheets.markup import grids_of_markup
from tici.engines.sheets.problems import Unreadable

MOST_BYTES = 20 * 1024 * 1024
MOST_INFLATED = 100 * 1024 * 1024
MOST_RATIO = 100
RATIO_FROM = 1024 * 1024
MOST_ENTRIES = 2_000
MOST_CELLS = 20_000_000
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_grids(path: Path, name: str) -> tuple[list[Grid], str]:
    """Return the sheets of a file, and what kind of file it really is (xlsx, xls, ods, html or csv).

    Parameters
    ----------
    path
        Where the file lies.
    name
        The name the sender gave it.

    Raises
    ------
    Unreadable
        If the file is too large, encrypted, broken, carries macros or links, or is no table.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise Unreadable("too_big", size=f"{size / 1024 / 1024:.0f}", limit=MOST_BYTES // 1024 // 1024)
    if size == 0:
        raise Unreadable("empty_file")
    data = path.read_bytes()
    if data.startswith(_ZIP):
        return _open_zip(data)
    if data.startswith(_OLE):
        return _open_ole(data)
    if data.startswith(b"PK"):
        raise Unreadable("truncated")
    if _MARKUP.match(data[:2048].lstrip(_MARKS).replace(b"\x00", b"")):
        return _open_markup(data), "html"
    return [_open_text(data, Path(name).suffix.lower())], "csv"


def _open_zip(data: bytes) -> tuple[list[Grid], str]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as fault:
        raise Unreadable("truncated") from fault
    with archive:
        parts = _inflate(archive)
    names = set(parts)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unreadable("macros")
    if any("/externallinks/" in name.lower() for name in names):
        raise Unreadable("external_links")
    real = "xlsx" if "xl/workbook.xml" in names or "[Content_Types].xml" in names else "ods"
    if real == "ods" and "content.xml" not in names:
        raise Unreadable("not_a_workbook")
    if real == "xlsx" and not any(name.startswith("xl/") for name in names):
        raise Unreadable("not_a_workbook")
    return _sheets(data, parts), real


def _inflate(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Inflate every part once, counting what really comes out; keep only what is read again."""
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise Unreadable("too_many_parts", count=len(entries), limit=MOST_ENTRIES)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("encrypted")
    if sum(entry.file_size for entry in entries) > MOST_INFLATED:
        raise Unreadable("bomb")
    parts: dict[str, bytes] = {}
    total = 0
    for entry in entries:
        content = _inflate_one(archive, entry, MOST_INFLATED - total)
        total += len(content)
        keep = entry.filename.startswith("xl/") and entry.filename.endswith((".xml", ".rels"))
        parts[entry.filename] = content if keep and "sharedStrings" not in entry.filename else b""
    return parts


def _inflate_one(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    most = min(room, max(RATIO_FROM, entry.compress_size * MOST_RATIO))
    try:
        with archive.open(entry) as stream:
            content = stream.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as fault:
        raise Unreadable("broken") from fault
    if len(content) > most:
        raise Unreadable("bomb")
    return content


def _open_ole(data: bytes) -> tuple[list[Grid], str]:
    if "EncryptedPackage".encode("utf-16-le") in data or "EncryptionInfo".encode("utf-16-le") in data:
        raise Unreadable("encrypted")
    if "_VBA_PROJECT".encode("utf-16-le") in data:
        raise Unreadable("macros")
    if not any(word.encode("utf-16-le") in data for word in ("Workbook", "Book", "BOOK", "WORKBOOK")):
        raise Unreadable("not_a_workbook")
    return _sheets(data, {}), "xls"


def _sheets(data: bytes, parts: dict[str, bytes]) -> list[Grid]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        decoration = read_decoration(parts) if parts else {}
        return [
            _sheet(book, meta, decoration.get(meta.name, Decoration()))
            for meta in book.sheets_metadata
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
    except python_calamine.PasswordError as fault:
        raise Unreadable("encrypted") from fault
    except (python_calamine.CalamineError, ValueError, OSError, KeyError, IndexError) as fault:
        raise Unreadable("broken") from fault


def _sheet(book: python_calamine.CalamineWorkbook, meta: python_calamine.SheetMetadata, more: Decoration) -> Grid:
    sheet = book.get_sheet_by_name(meta.name)
    if (sheet.total_height + 1) * (sheet.total_width + 1) > MOST_CELLS:  # calamine gives the last row and column
        raise Unreadable("out_of_memory")
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)  # type: ignore[assignment]
    height, width = len(rows), len(rows[0]) if rows else 0
    merges = [(*first, *last) for first, last in sheet.merged_cell_ranges or []]
    return Grid(
        name=meta.name,
        rows=rows,
        merges=[(top, left, bottom, right) for top, left, bottom, right in merges if top < height and left < width],
        hidden=meta.visible != python_calamine.SheetVisibleEnum.Visible,
        hidden_rows=more.hidden_rows,
        formats=more.formats,
        faults=more.faults,
    )


_MARKUP = re.compile(rb"^\s*(?:<!doctype|<html|<table|<\?xml|<head|<meta|<body|mime-version:)", re.I)


_MARKS = b"\xef\xbb\xbf\xff\xfe"


def _open_markup(data: bytes) -> list[Grid]:
    text = _decode(data)
    grids = grids_of_markup(text) if text else []
    if not grids:
        raise Unreadable("html_table")
    if sum(grid.height * grid.width for grid in grids) > MOST_CELLS:
        raise Unreadable("out_of_memory")
    return grids


def _open_text(data: bytes, suffix: str) -> Grid:
    if data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"{\\rtf", b"GIF8", b"\x1f\x8b")):
        raise Unreadable("not_a_workbook")
    text = _decode(data)
    is_named_text = is_named("csv", suffix)
    if text is None:
        raise Unreadable("encoding" if is_named_text else "not_a_workbook")
    if not is_named_text and not re.search(r"[,\t;|]", text[:4000]):
        raise Unreadable("not_a_workbook")
    return Grid(name="", rows=_records(text))


def _decode(data: bytes) -> str | None:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _try(data, encoding) or None
    zeros = data[:4000].count(0)
    if zeros:
        odd = sum(1 for byte in data[1:4000:2] if byte == 0)
        guess = "utf-16-le" if odd * 2 > zeros else "utf-16-be"
        text = _try(data, guess) if len(data) % 2 == 0 else None
        return text if text and _is_readable(text) else None
    for encoding in ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5"):
        text = _try(data, encoding)
        if text and _is_readable(text):
            return text
    return None


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_readable(text: str) -> bool:
    sample = text[:20_000]
    odd = sum(1 for c in sample if (c < " " and c not in "\t\r\n") or "\ue000" <= c <= "\uf8ff" or c == "\ufffd")
    return odd * 50 <= len(sample)


def _records(text: str) -> list[list[Cell]]:
    csv.field_size_limit(1_000_000)
    head = text[:20_000]
    delimiter = max(",\t;|，", key=head.count) if any(c in head for c in ",\t;|") else ","
    try:
        rows: list[list[Cell]] = [list(record) for record in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error as fault:
        raise Unreadable("broken") from fault
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]
