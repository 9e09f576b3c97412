"""A circular as PDF, set by typst on the page of GB/T 9704-2012; and its chart as a picture."""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import typst

from tici.briefings.circular.content import (
    Chart,
    Circular,
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
from tici.briefings.fonts import Faces

HERE = Path(__file__).parent
CHART_PPI = 220.0
Form = Literal["pdf", "svg", "png"]
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_FACE = re.compile(rb"/(?:BaseFont|FontName)\s*/(?:[A-Z]{6}\+)?([^\s/<>\[\]()]+)")


class WrongFace(RuntimeError):
    """A PDF came out in other faces than were asked for; typst itself would not say so."""


def pdf(circular: Circular, faces: Faces) -> bytes:
    """Return the circular as PDF; the same circular gives the same bytes.

    Raises
    ------
    WrongFace
        If a face the circular is set in is not in the file.
    """
    result = _compile("page.typ", _content(circular, faces), faces, "pdf", circular)
    check_faces(result, faces)
    return result


def svg_pages(circular: Circular, faces: Faces) -> list[bytes]:
    """Return each page as SVG, in which every character's place can be read."""
    pages = _compile("page.typ", _content(circular, faces), faces, "svg", circular)
    return pages if isinstance(pages, list) else [pages]


def chart_png(chart: Chart, faces: Faces) -> bytes:
    """Return the chart alone as a picture, for Word."""
    content = {"chart": _chart(chart), "faces": _families(faces)}
    result: bytes = _compile("chart_alone.typ", content, faces, "png", None)
    return result


def check_faces(content: bytes, faces: Faces) -> None:
    """Refuse a PDF that lacks a face it should be set in, or holds one that nobody asked for.

    Raises
    ------
    WrongFace
        With the faces found.
    """
    found = faces_in(content)
    lacking = [name for name in faces.wanted if not any(face.startswith(name) for face in found)]
    if lacking:
        raise WrongFace(f"The PDF lacks {', '.join(sorted(lacking))}; it was set in {', '.join(sorted(found))}.")


def faces_in(content: bytes) -> frozenset[str]:
    """Return the names of the faces embedded in a PDF."""
    parts = [content]
    for match in _STREAM.finditer(content):
        try:
            parts.append(zlib.decompress(match[1].rstrip(b"\r\n")))
        except zlib.error:
            continue  # pictures and faces themselves are packed in other ways
    return frozenset(name.decode("latin-1") for part in parts for name in _FACE.findall(part))


@lru_cache(maxsize=4)
def _fonts(folder: Path) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


def _compile(name: str, content: dict[str, Any], faces: Faces, form: Form, circular: Circular | None) -> Any:
    moment = datetime.combine(circular.on, time(), UTC) if circular else datetime(2000, 1, 1, tzinfo=UTC)
    return typst.compile(
        str(HERE / name),
        root=str(HERE),
        font_paths=_fonts(faces.folder),
        format=form,
        ppi=CHART_PPI if form == "png" else None,
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
        timestamp=moment,
    )


def _content(circular: Circular, faces: Faces) -> dict[str, Any]:
    """Return the circular as plain data for the page."""
    tables = annexes(circular, f"本文字体：{faces.words}。")
    pieces: list[dict[str, Any]] = [{"kind": "table", "name": table.title, **_table(table)} for table in tables]
    if circular.chart:
        pieces.insert(min(1, len(pieces)), {"kind": "chart", "name": circular.chart.title})
    office_indent, date_indent = signature_indents(circular.office, circular.on)
    return {
        "faces": _families(faces),
        "head": circular.head,
        "head_size": head_points(circular.head),
        "number": circular.number,
        "title": circular.title,
        "title_lines": title_lines(circular.title),
        "to": circular.to,
        "opening": _text(circular.opening),
        "sections": [
            {
                "heading": f"{heading_number(position)}、{section.heading}",
                "paragraphs": [{"lead": p.lead, "text": _text(p.text)} for p in numbered_leads(section)],
            }
            for position, section in enumerate(circular.sections, 1)
        ],
        "annexes": [piece["name"] for piece in pieces],
        "pieces": pieces,
        "chart": _chart(circular.chart) if circular.chart else None,
        "office": circular.office,
        "on": {"year": circular.on.year, "month": circular.on.month, "day": circular.on.day},
        "written_on": written(circular.on),
        "office_indent": office_indent,
        "date_indent": date_indent,
        "footer": circular.footer,
    }


def _families(faces: Faces) -> dict[str, list[str]]:
    return {name: faces.families(getattr(faces, name)) for name in ("body", "heading", "second", "title")}


def _text(text: Text) -> list[str | dict[str, str]]:
    return [_run(run) for run in text]


def _run(run: str | Figure) -> str | dict[str, str]:
    return run if isinstance(run, str) else {"said": run.said, "shown": run.shown, "href": run.href}


def _table(table: Table) -> dict[str, Any]:
    return {
        "columns": [asdict(column) for column in table.columns],
        "rows": [[_run(part) for part in row] for row in table.rows],
        "unit": table.unit,
        "notes": list(table.notes),
        "merged": table.merged,
        "totals": table.totals,
        "heights": runs_down(table.rows, table.merged),
    }


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "bars": [
            {
                "label": bar.label,
                "value": None if bar.value is None else float(bar.value),
                "words": bar.words,
                "behind": bar.is_behind,
            }
            for bar in chart.bars
        ],
        "line": float(chart.line),
        "line_words": chart.line_words,
        "behind_words": chart.behind_words,
        "reached_words": chart.reached_words,
    }
