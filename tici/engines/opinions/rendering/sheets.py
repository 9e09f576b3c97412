"""Clean sheets of A4 at 200 dots an inch: letters set in a face, forms drawn by their geometry, boxes ticked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tici.engines.opinions.reply_form.drawing import BOX_LINE, modules, squares
from tici.engines.opinions.reply_form.layout import Box, FormPage

DPI = 200
SIZE = (1654, 2339)
MILLIMETRE = DPI / 25.4
Style = Literal["tick", "cross", "fill", "light"]

#: Debian's fonts-noto-cjk, then the faces that are fetched for printing; (file, index in a collection, name).
_SYSTEM = Path("/usr/share/fonts")
_FACES = [
    ("opentype/noto/NotoSerifCJK-Regular.ttc", 2, "song"),
    ("opentype/noto/NotoSansCJK-Regular.ttc", 2, "hei"),
    ("FandolSong-Regular.otf", 0, "fandol-song"),
    ("FandolHei-Regular.otf", 0, "fandol-hei"),
    ("FandolKai-Regular.otf", 0, "fandol-kai"),
    ("FandolFang-Regular.otf", 0, "fandol-fang"),
    ("LXGWWenKai-Regular.ttf", 0, "wenkai"),
]


class NoFace(LookupError):
    """No Chinese face is on this machine."""


@dataclass(frozen=True)
class Face:
    """A font file that holds Chinese."""

    name: str
    path: Path
    index: int = 0

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """Return the face at a size in pixels."""
        return _loaded(self.path, self.index, size)


@lru_cache(maxsize=32)
def _loaded(path: Path, index: int, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size, index=index)


def find_faces(folders: Sequence[Path] = ()) -> list[Face]:
    """Return the Chinese faces of the machine and of some folders; the first is the best for print."""
    found = []
    for file, index, name in _FACES:
        places = [folder / Path(file).name for folder in folders] + [_SYSTEM / file]
        found += [Face(name, path, index) for path in places if path.is_file()][:1]
    return found


def find_face(folders: Sequence[Path] = ()) -> Face:
    """Return a Chinese face for print.

    Raises
    ------
    NoFace
        If there is none; Debian's package fonts-noto-cjk has one.
    """
    if faces := find_faces(folders):
        return faces[0]
    raise NoFace("No Chinese face was found. Install fonts-noto-cjk, or give the folder of the faces for printing.")


def letter(text: str, face: Face, *, points: float = 12.2, margin_mm: float = 25.4, dpi: int = DPI) -> list[np.ndarray]:
    """Return a text set on as many sheets as it needs.

    Parameters
    ----------
    text
        Paragraphs by lines.
    face
        What it is set in.
    points
        Size of the letters.
    margin_mm
        On all sides.
    dpi
        Dots an inch.

    Returns
    -------
    Sheets of A4, uint8, 255 white; of shape (2339, 1654) at 200 dots an inch.
    """
    across, down = (round(side * dpi / DPI) for side in SIZE)
    size = round(points * dpi / 72)
    font, margin, step = face.at(size), round(margin_mm * dpi / 25.4), round(size * 1.65)
    sheet = Image.new("L", (across, down), 255)
    sheets, y = [sheet], margin
    for paragraph in text.split("\n"):
        for line in _lines(paragraph, font, across - 2 * margin):
            if y + step > down - margin:
                sheet = Image.new("L", (across, down), 255)
                sheets.append(sheet)
                y = margin
            ImageDraw.Draw(sheet).text((margin, y), line, font=font, fill=15)
            y += step
    return [np.asarray(one, dtype=np.uint8) for one in sheets]


def _lines(paragraph: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = [""]
    for char in paragraph:
        if font.getlength(lines[-1] + char) > width:
            lines.append("")
        lines[-1] += char
    return lines


def form_sheet(page: FormPage, face: Face) -> np.ndarray:
    """Return a page of a reply form as a sheet, by the same geometry as it is printed and read."""
    sheet = Image.new("L", SIZE, 255)
    pen = ImageDraw.Draw(sheet)
    for mark in page.marks:
        for x, y, side, is_dark in squares(mark):
            pen.rectangle(_pixels(x, y, side, side), fill=0 if is_dark else 255)
    rows = modules(page)
    side = page.qr.width / len(rows)
    for row, cells in enumerate(rows):
        for column, is_dark in enumerate(cells):
            if is_dark:
                pen.rectangle(_pixels(page.qr.x + column * side, page.qr.y + row * side, side, side), fill=0)
    for box in page.boxes:
        pen.rectangle(
            _pixels(box.x, box.y, box.width, box.height), outline=0, width=max(2, round(BOX_LINE * MILLIMETRE))
        )
    for x, y, length in page.rules:
        pen.line([x * MILLIMETRE, y * MILLIMETRE, (x + length) * MILLIMETRE, y * MILLIMETRE], fill=120)
    for text in page.texts:
        font = face.at(round(text.size * MILLIMETRE))
        pen.text((text.x * MILLIMETRE, text.y * MILLIMETRE - text.size), text.text, font=font, fill=0)
    return np.asarray(sheet, dtype=np.uint8).copy()


def _pixels(x: float, y: float, width: float, height: float) -> tuple[int, int, int, int]:
    return (
        round(x * MILLIMETRE),
        round(y * MILLIMETRE),
        round((x + width) * MILLIMETRE) - 1,
        round((y + height) * MILLIMETRE) - 1,
    )


def tick(sheet: np.ndarray, box: Box, style: Style, seed: int) -> np.ndarray:
    """Return a sheet with a box ticked by hand: a tick, a cross, filled in, or a faint thin tick."""
    chance = np.random.default_rng(seed)
    image = Image.fromarray(sheet)
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = _pixels(box.x, box.y, box.width, box.height)
    side = right - left
    along, down = chance.normal(0, side * 0.1, 2)

    def at(x: float, y: float) -> tuple[float, float]:
        return left + x * side + along, top + y * side + down

    if style == "tick":
        ink, width = int(chance.integers(10, 80)), int(chance.integers(3, 6))
        pen.line([at(0.1, 0.5), at(0.4, 0.9), at(1.2, -0.15)], fill=ink, width=width, joint="curve")
    elif style == "cross":
        pen.line([at(0.1, 0.1), at(0.9, 0.9)], fill=40, width=4)
        pen.line([at(0.9, 0.1), at(0.1, 0.9)], fill=40, width=4)
    elif style == "fill":
        pen.rectangle([left + side * 0.15, top + side * 0.15, right - side * 0.15, bottom - side * 0.15], fill=60)
    else:
        pen.line([at(0.15, 0.5), at(0.38, 0.78), at(0.88, 0.15)], fill=130, width=2)
    return np.asarray(image, dtype=np.uint8).copy()
