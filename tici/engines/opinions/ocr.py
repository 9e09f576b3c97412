"""Printed lines of a page with their places and scores, by PP-OCR from inside its wheel; no network, ever.

The model's own classifier of line direction is off: it turns single good lines on their heads, and they vanish.
Which way up a page is, is told once for the whole page by how sure the reader is of its lines.
"""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np

from tici.engines.opinions.pages import PageImage

#: Mean scores below which a person checks the page, and below which it is typed anew beside the picture.
CHECK_BELOW, TYPE_BELOW = 0.97, 0.90
#: A page is turned by a quarter when this share of its boxes stands upright, and by a half when its score is so low.
TALL_SHARE, UPSIDE_DOWN_BELOW = 0.5, 0.85
#: A page is blurred by so many dots at A4 of 200 dots an inch before it is read. A fax is black and white with specks,
#: and drawn smaller as it is it becomes noise in which whole lines are not found; print of 7 points survives the blur.
BLUR, BLUR_AT = 1.4, 2339
#: Lines are looked for on a page of this longest side, and read from a page of 2000: half the time, none lost.
FIND_ON = 1280
_INK, _LEAST_INK = 140, 0.00005
_lock = threading.Lock()


@dataclass(frozen=True)
class Line:
    """One line: its text, the four corners of its box on the turned page (x, y in pixels), how sure the reader is."""

    text: str
    box: tuple[tuple[int, int], ...]
    score: float

    @property
    def left(self) -> int:
        """The leftmost pixel."""
        return min(x for x, _ in self.box)

    @property
    def right(self) -> int:
        """The rightmost pixel."""
        return max(x for x, _ in self.box)

    @property
    def top(self) -> int:
        """The topmost pixel."""
        return min(y for _, y in self.box)

    @property
    def bottom(self) -> int:
        """The lowest pixel."""
        return max(y for _, y in self.box)


@dataclass(frozen=True)
class ReadPage:
    """A page read.

    Attributes
    ----------
    lines
        From top to bottom, and from left to right on one height.
    rotation
        By how many degrees clockwise the page was turned before it was read: 0, 90, 180 or 270.
    score
        Mean score over all characters; 1 for a blank page.
    engine
        Program, model and version, kept with what they read.
    """

    lines: tuple[Line, ...]
    rotation: int
    score: float
    engine: str

    @property
    def text(self) -> str:
        """The lines put together: one that reaches the right margin goes on in the next."""
        return joined(self.lines)


def read_page(page: PageImage, *, threads: int = 1) -> ReadPage:
    """Read the printed lines of a page.

    Parameters
    ----------
    page
        As `tici.engines.opinions.pages` opens it.
    threads
        Threads of the model; the first call in a process decides.

    Notes
    -----
    About 1.5 seconds of one processor and 0.7 GB of memory for A4, and 2 seconds to load the model, so this belongs
    into a process of its own. A page without ink is not shown to the model.
    """
    if float((page.pixels < _INK).mean()) < _LEAST_INK:
        return ReadPage((), 0, 1.0, engine())
    lines = _lines(page.pixels, threads)
    turn, best = 0, lines
    if lines and np.mean([_is_tall(line) for line in lines if len(line.text) > 1] or [False]) > TALL_SHARE:
        # The reader turns tall boxes a quarter to the left by itself; what it then read well lies that way.
        turn = 270 if score(lines) >= UPSIDE_DOWN_BELOW else 90
        best = _lines(turned(page.pixels, turn), threads)
    if not best or score(best) < UPSIDE_DOWN_BELOW:
        head = (turn + 180) % 360
        other = _lines(turned(page.pixels, head), threads)
        if evidence(other) > evidence(best):
            turn, best = head, other
    return ReadPage(tuple(in_order(best)), turn, score(best), engine())


def turned(pixels: np.ndarray, degrees: int) -> np.ndarray:
    """Return a page turned clockwise by a multiple of 90 degrees."""
    return np.ascontiguousarray(np.rot90(pixels, -degrees // 90))


def score(lines: list[Line]) -> float:
    """Return how sure the reader is of a page: the mean over its characters, 1 when there are none."""
    characters = sum(len(line.text) for line in lines)
    return evidence(lines) / characters if characters else 1.0


def evidence(lines: list[Line]) -> float:
    """Return how much was read and how surely: upright pages hold many times that of turned ones."""
    return sum(len(line.text) * line.score for line in lines)


def in_order(lines: list[Line]) -> list[Line]:
    """Return lines from top to bottom, those on one height from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: (one.top + one.bottom) / 2):
        middle = (line.top + line.bottom) / 2
        last = rows[-1][-1] if rows else None
        if last and middle < (last.top + last.bottom) / 2 + 0.5 * min(line.bottom - line.top, last.bottom - last.top):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda one: one.left)]


def joined(lines: tuple[Line, ...]) -> str:
    """Return the text of lines in paragraphs: a line that reaches the right margin goes on in the next."""
    if not lines:
        return ""
    margin = max(line.right for line in lines)
    text = ""
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        height = line.bottom - line.top
        goes_on = following and line.right > margin - 1.6 * height and following.top > line.top + 0.4 * height
        beside = following and following.top < line.top + 0.4 * height
        text += line.text + ("" if goes_on or not following else " " if beside else "\n")
    return text


def engine() -> str:
    """Return program, version and model, as kept with what they read."""
    return f"rapidocr {version('rapidocr')} PP-OCRv6 small, onnxruntime {version('onnxruntime')}"


def _is_tall(line: Line) -> bool:
    return line.bottom - line.top > 1.5 * (line.right - line.left)


def _lines(pixels: np.ndarray, threads: int) -> list[Line]:
    import cv2  # noqa: PLC0415 - opencv and the model are heavy; only a process that reads pages pays for them

    with _lock:  # the model keeps state while it reads
        reader = _reader(threads)
        smooth = cv2.GaussianBlur(pixels, (0, 0), BLUR * max(pixels.shape) / BLUR_AT)
        found = reader(np.repeat(smooth[:, :, None], 3, axis=2))
    if found.boxes is None or found.txts is None:
        return []
    return [
        Line(text, tuple((round(float(x)), round(float(y))) for x, y in box), float(sure))
        for box, text, sure in zip(found.boxes, found.txts, found.scores, strict=True)
        if text.strip()
    ]


@cache
def _reader(threads: int) -> Any:
    """Load the model, once a process."""
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    import cv2  # noqa: PLC0415
    from rapidocr import RapidOCR  # noqa: PLC0415

    cv2.setNumThreads(threads)
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(
        params={
            "Global.use_cls": False,
            "Global.log_level": "error",
            "Det.limit_type": "max",
            "Det.limit_side_len": FIND_ON,
            "Rec.rec_batch_num": 1,  # lines are of many lengths; together all are padded to the longest
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
