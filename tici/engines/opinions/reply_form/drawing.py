"""A laid-out form as SVG, which typst and browsers print as it stands."""

from __future__ import annotations

from xml.sax.saxutils import escape

import segno

from tici.engines.opinions.reply_form.layout import HEIGHT, WIDTH, Box, FormPage, FormText

#: A mark is a ring and a dot: sides of the white square and of the dot as shares of the mark's side.
RING, DOT = 0.55, 0.29
BOX_LINE, RULE_LINE = 0.45, 0.2
_COLOUR = {True: "#000", False: "#fff"}
FACES = "Noto Serif CJK SC, Noto Serif SC, FandolSong, Songti SC, SimSun, serif"


def modules(page: FormPage) -> list[list[bool]]:
    """Return the dark squares of the page's QR code, row by row, with its quiet zone of two."""
    code = segno.make(page.qr_text, error="m", micro=False, boost_error=True)
    return [[bool(dark) for dark in row] for row in code.matrix_iter(border=2)]


def svg(page: FormPage, *, faces: str = FACES) -> str:
    """Return a page as SVG of A4 size.

    Parameters
    ----------
    page
        Of a form laid out by `draw`.
    faces
        Font families, the best first.
    """
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}mm" height="{HEIGHT:g}mm" '
        f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}" font-family="{escape(faces)}">',
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="#fff"/>',
        *map(_mark, page.marks),
        _qr(page),
        *(
            f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" fill="none" '
            f'stroke="#000" stroke-width="{BOX_LINE}"/>'
            for box in page.boxes
        ),
        *(
            f'<path d="M{x:g} {y:g}h{length:g}" stroke="#888" stroke-width="{RULE_LINE}"/>'
            for x, y, length in page.rules
        ),
        *map(_text, page.texts),
        "</svg>",
    ]
    return "\n".join(parts)


def _text(text: FormText) -> str:
    weight = ' font-weight="700"' if text.is_bold else ""
    place = f'x="{text.x:g}" y="{text.y + text.size * 0.88:g}" font-size="{text.size:g}"'
    return f"<text {place}{weight}>{escape(text.text)}</text>"


def squares(mark: Box) -> list[tuple[float, float, float, bool]]:
    """Return a mark as squares to paint in turn: x, y, side, and whether it is dark."""
    return [
        (mark.x + mark.width * (1 - share) / 2, mark.y + mark.width * (1 - share) / 2, mark.width * share, is_dark)
        for share, is_dark in ((1.0, True), (RING, False), (DOT, True))
    ]


def _mark(mark: Box) -> str:
    return "".join(
        f'<rect x="{x:g}" y="{y:g}" width="{side:g}" height="{side:g}" fill="{_COLOUR[is_dark]}"/>'
        for x, y, side, is_dark in squares(mark)
    )


def _qr(page: FormPage) -> str:
    rows = modules(page)
    side = page.qr.width / len(rows)
    path = "".join(
        f"M{page.qr.x + column * side:.3f} {page.qr.y + row * side:.3f}h{side:.3f}v{side:.3f}h-{side:.3f}z"
        for row, cells in enumerate(rows)
        for column, is_dark in enumerate(cells)
        if is_dark
    )
    return f'<path d="{path}" fill="#000" shape-rendering="crispEdges"/>'
