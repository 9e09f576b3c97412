"""A reply form with tick boxes: one geometry, drawn for print and read back from a scan, a fax or a photograph.

What others use::

    from tici.engines.opinions import reply_form
    from tici.engines.opinions.reply_form import Choice, FormSpec, Question

    geometry = reply_form.draw(FormSpec("2021-001", "A1", "意见反馈表", (Question("line", "涉及哪条专线", choices),)))
    drawn = [reply_form.svg(page) for page in geometry.pages]  # each a sheet of A4
    reading = reply_form.read_form(page, [geometry])
    reading.ticks["line-3"]

Handwriting is not read. Boxes, a QR code and four corner marks are, on a fax too.
"""

from __future__ import annotations

from collections.abc import Sequence

from tici.engines.opinions.pages import PageImage
from tici.engines.opinions.reply_form.drawing import svg
from tici.engines.opinions.reply_form.layout import (
    Box,
    Choice,
    FormGeometry,
    FormPage,
    FormSpec,
    FormText,
    Question,
    draw,
)
from tici.engines.opinions.reply_form.results import FormReading

__all__ = [
    "Box",
    "Choice",
    "FormGeometry",
    "FormPage",
    "FormReading",
    "FormSpec",
    "FormText",
    "Question",
    "draw",
    "read_form",
    "svg",
]


def read_form(page: PageImage, forms: Sequence[FormGeometry]) -> FormReading | None:
    """Read a page if it is one of these forms.

    Parameters
    ----------
    page
        As `tici.engines.opinions.pages` opens it, whichever way up it lies.
    forms
        The forms that may come.

    Returns
    -------
    The reading; nothing if the page has no code of one of these forms, or its corner marks cannot be found.
    """
    from tici.engines.opinions.reply_form.reading import read  # noqa: PLC0415 - OpenCV, only for those who read

    return read(page, forms)
