"""Runs, fields, links and borders of a Word document, below what python-docx offers."""

from __future__ import annotations

from typing import Any

from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Pt, RGBColor
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph
from docx.text.run import Run

BORDER_EIGHTHS = 4  # eighths of a point: a half point
BEHIND_SPACING = ("w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:vertAlign", "w:lang")
SQUARE_TWIPS = 316  # one character of the grid: 15.8 pt


def add_run(
    paragraph: Paragraph,
    words: str,
    face: str,
    size: float,
    *,
    track: int = 0,
    bold: bool = False,
    colour: RGBColor | None = None,
) -> Run:
    """Add words in one face, for Chinese and Latin signs alike; ``track`` is in twentieths of a point."""
    run = paragraph.add_run(words)
    run.font.size, run.font.bold = Pt(size), bold
    if colour is not None:
        run.font.color.rgb = colour
    set_face(run.font.element.get_or_add_rPr(), face)
    if track:
        properties = run.font.element.get_or_add_rPr()
        properties.insert_element_before(element("w:spacing", val=str(track)), *BEHIND_SPACING)
    return run


def set_face(properties: Any, face: str) -> None:
    """Name a face for every kind of sign, w:eastAsia included."""
    fonts = properties.get_or_add_rFonts()
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), face)
    fonts.set(qn("w:hint"), "eastAsia")


def element(tag: str, **attributes: str) -> Any:
    """Return an element of WordprocessingML."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def add_page_number(paragraph: Paragraph, face: str, size: float) -> None:
    """Add the field that prints the page's number."""
    for kind, words in (("begin", ""), ("", "PAGE"), ("separate", ""), ("", "1"), ("end", "")):
        run = add_run(paragraph, "1" if words == "1" else "", face, size)
        if kind:
            run.font.element.append(element("w:fldChar", fldCharType=kind))
        elif words == "PAGE":
            instruction = element("w:instrText")
            instruction.text = "PAGE"
            run.font.element.append(instruction)


def link(paragraph: Paragraph, run: Run, href: str) -> None:
    """Make a run of the paragraph open an address."""
    relation = paragraph.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    anchor = OxmlElement("w:hyperlink")
    anchor.set(qn("r:id"), relation)
    run.font.element.addprevious(anchor)
    anchor.append(run.font.element)


def indent(paragraph: Paragraph, *, first: float = 0, left: float = 0, right: float = 0) -> None:
    """Indent by characters of the grid, and by the same length for programs that count no characters."""
    properties = paragraph.paragraph_format.element.get_or_add_pPr()
    for old in properties.findall(qn("w:ind")):
        properties.remove(old)
    lengths = {"firstLine": first, "left": left, "right": right}
    made = properties.get_or_add_ind()
    for side, characters in lengths.items():
        made.set(qn(f"w:{side}"), str(round(characters * SQUARE_TWIPS)))
        made.set(qn(f"w:{side}Chars"), str(round(characters * 100)))


def without_gaps(properties: Any) -> None:
    """Set no gap between Chinese and Latin signs in a paragraph or a style."""
    behind = ("w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr")
    for tag in ("w:autoSpaceDE", "w:autoSpaceDN"):
        properties.insert_element_before(element(tag, val="0"), *behind)


def right_tab(paragraph: Paragraph, at: Length) -> None:
    """Let a tab reach to the right edge."""
    paragraph.paragraph_format.tab_stops.add_tab_stop(at, WD_TAB_ALIGNMENT.RIGHT)


def bottom_rule(paragraph: Paragraph, colour: str, eighths: int) -> None:
    """Draw a line below a paragraph."""
    borders = element("w:pBdr")
    borders.append(element("w:bottom", val="single", sz=str(eighths), space="6", color=colour))
    properties = paragraph.paragraph_format.element.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def set_table(table: WordTable, widths: list[int], margin_twips: int) -> None:
    """Fix a table's column widths (twips), draw all its lines, and narrow its cells' margins."""
    properties = table._tbl.tblPr
    for tag in ("w:tblW", "w:tblLayout", "w:tblBorders", "w:tblCellMar"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    borders = element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(element(f"w:{side}", val="single", sz=str(BORDER_EIGHTHS), space="0", color="000000"))
    margins = element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", w=str(margin_twips), type="dxa"))
    width = element("w:tblW", w=str(sum(widths)), type="dxa")
    # The schema wants them in this order, before the look of the table.
    look = properties.find(qn("w:tblLook"))
    for made in (width, borders, element("w:tblLayout", type="fixed"), margins):
        look.addprevious(made) if look is not None else properties.append(made)
    jc = properties.find(qn("w:jc"))
    if jc is not None:
        width.addnext(jc)
    for column, twips in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
        column.set(qn("w:w"), str(twips))


def repeat_on_each_page(row: Any) -> None:
    """Print a table's head again on every page it reaches."""
    row._tr.get_or_add_trPr().append(element("w:tblHeader"))


def keep_row_whole(row: Any) -> None:
    """Never break a row between pages."""
    row._tr.get_or_add_trPr().append(element("w:cantSplit"))
