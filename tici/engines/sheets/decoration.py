"""What a workbook's values do not tell: hidden rows, number formats and formula errors, from its XML.

A sheet is searched only when a quick look at its bytes finds something of the kind.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from tici.engines.sheets.problems import Unreadable

_DOUBTFUL = re.compile(rb">20[0-4]\d\.1<")  # January, or October that has lost its nought
_DOUBTFUL = re.compile(rb">20[0-4]\d\.1<")  # January, or October that has lost its nought
_REFERENCE = re.compile(rb'\sr="([A-Z]{1,3})(\d+)"')
_STYLE = re.compile(rb'\ss="(\d+)"')
_ROW = re.compile(rb'\sr="(\d+)"')
_HIDDEN = re.compile(rb'<(?:\w+:)?row\s[^>]*?\bhidden="(?:1|true)"[^>]*>')
_FAULTY = re.compile(rb'<(?:\w+:)?c(\s[^>]*?\bt="e"[^>]*)>(.*?)</(?:\w+:)?c>', re.S)
_FAULT = re.compile(rb"#[A-Z0-9/]+[!?]?")
#: Formats that a Chinese Excel writes by number alone (ECMA-376 part 1, 18.8.30, zh-cn).
_CHINESE_MONTHS = ("27", "36", "50", "52", "57")


@dataclass
class Decoration:
    """Hidden rows counted from 0; formats and formula errors by (row, column)."""

    hidden_rows: frozenset[int] = frozenset()
    formats: Mapping[tuple[int, int], str] = field(default_factory=dict)
    faults: Mapping[tuple[int, int], str] = field(default_factory=dict)


def read_decoration(parts: Mapping[str, bytes]) -> dict[str, Decoration]:
    """Return the decoration of each sheet of an xlsx by the sheet's name.

    Parameters
    ----------
    parts
        The inflated parts of the workbook by their names in the container.

    Raises
    ------
    Unreadable
        If a part is not well-formed XML or declares entities.
    """
    styles = _styles(parts.get("xl/styles.xml", b""))
    return {
        name: _sheet(parts[path], styles)
        for name, path in _sheet_paths(parts).items()
        if path in parts and _is_decorated(parts[path], styles)
    }


def _is_decorated(xml: bytes, styles: Mapping[str, str]) -> bool:
    telling = any(shown != "hundredths" for shown in styles.values())
    return telling or b'hidden="' in xml or b't="e"' in xml or _DOUBTFUL.search(xml) is not None


def _parse(xml: bytes, parser: expat.XMLParserType) -> None:
    def refuse(*_: object) -> None:
        raise Unreadable("broken")

    parser.EntityDeclHandler = refuse
    parser.StartDoctypeDeclHandler = refuse
    parser.buffer_text = True
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as fault:
        raise Unreadable("broken") from fault


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _sheet_paths(parts: Mapping[str, bytes]) -> dict[str, str]:
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship":
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
            targets[attributes.get("Id", "")] = path

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sheet":
            identity = next((value for key, value in attributes.items() if _local(key) == "id" and ":" in key), "")
            sheets[attributes.get("name", "")] = identity

    for path, handler in (("xl/_rels/workbook.xml.rels", relation), ("xl/workbook.xml", sheet)):
        if path in parts:
            parser = expat.ParserCreate()
            parser.StartElementHandler = handler
            _parse(parts[path], parser)
    return {name: targets[identity] for name, identity in sheets.items() if identity in targets}


def _styles(xml: bytes) -> dict[str, str]:
    """Return what the cell styles worth knowing show, by their index: month, year, percent, ten or a unit."""
    codes: dict[str, str] = {"2": "0.00", "9": "0%", "10": "0.00%", "17": "mmm-yy"}
    codes |= dict.fromkeys(_CHINESE_MONTHS, 'yyyy"年"m"月"')
    shown: dict[str, str] = {}
    inside = False
    index = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside, index
        local = _local(name)
        if local == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif local == "cellXfs":
            inside = True
        elif local == "xf" and inside:
            if meaning := _meaning(codes.get(attributes.get("numFmtId", "0"), "")):
                shown[str(index)] = meaning
            index += 1

    def end(name: str) -> None:
        nonlocal inside
        if _local(name) == "cellXfs":
            inside = False

    if xml:
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = start, end
        _parse(xml, parser)
    return shown


def _meaning(code: str) -> str | None:
    body = re.sub(r"\[[^\]]*\]|\\.|_.|\*.", "", code.split(";")[0]).lower()
    literals = re.sub(r'[^"]*"([^"]*)"[^"]*', r"\1", body) if '"' in body else ""
    bare = re.sub(r'"[^"]*"', "", body)
    if "y" in bare and "h" not in bare and "0" not in bare:
        if "d" not in bare:
            return "month" if "m" in bare else "year"
        return None
    if "%" in bare:
        return "percent"
    if match := re.search(r"亿元?|千万元|百万元|万元?|千元", literals):
        return f"unit:{match[0]}"
    return "hundredths" if bare == "0.00" else None


def _sheet(xml: bytes, styles: Mapping[str, str]) -> Decoration:
    """Find the tags worth knowing by their bytes: a parser would stop at every cell of the sheet."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise Unreadable("broken")
    formats: dict[tuple[int, int], str] = {}
    if styles:
        wanted = "|".join(styles).encode()
        for tag in re.finditer(rb"<(?:\w+:)?c\s[^>]*?\bs=\"(?:" + wanted + rb")\"[^>]*>", xml):
            place, style = _place(tag[0]), _STYLE.search(tag[0])
            if place and style:
                formats[place] = styles[style[1].decode()]
    faults: dict[tuple[int, int], str] = {}
    for tag in _FAULTY.finditer(xml) if b't="e"' in xml else ():
        if place := _place(tag[1]):
            shown = _FAULT.findall(tag[2])
            faults[place] = shown[-1].decode() if shown else "#VALUE!"
    hidden = {int(row[1]) - 1 for tag in _HIDDEN.finditer(xml) if (row := _ROW.search(tag[0]))}
    return Decoration(frozenset(hidden), formats, faults)


def _place(tag: bytes) -> tuple[int, int] | None:
    match = _REFERENCE.search(tag)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + letter - 64
    return int(match[2]) - 1, column - 1
