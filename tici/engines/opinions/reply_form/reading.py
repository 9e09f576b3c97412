"""A form read: its QR code says which page it is, its marks where everything lies, its boxes how much ink they hold."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import zxingcpp

from tici.engines.opinions.pages import PageImage
from tici.engines.opinions.reply_form.drawing import modules
from tici.engines.opinions.reply_form.layout import HEIGHT, WIDTH, Box, FormGeometry, FormPage
from tici.engines.opinions.reply_form.results import FormReading

SCALE = 8.0  # pixels a millimetre of the straightened page
#: Share of ink from which a box is ticked, and the band about it in which a person should look.
TICKED, EMPTY_BELOW, FULL_ABOVE = 0.045, 0.025, 0.07
_INSET = 0.95  # millimetres inside a box that are not counted: its own line, and a little slack
_REACH = 1.5  # millimetres a box may lie beside where it should
_FARTHEST = 45.0  # millimetres a mark may lie beside where the QR code alone puts it


def read(page: PageImage, forms: Sequence[FormGeometry]) -> FormReading | None:
    """Read a page if it is one of these forms, and nothing otherwise."""
    found = _code(page.pixels)
    if not found:
        return None
    text, corners = found
    known = {sheet.qr_text.upper(): (form, sheet) for form in forms for sheet in form.pages}
    if text.upper() not in known:
        return None
    form, sheet = known[text.upper()]
    straight = _straightened(_without_streaks(page.pixels), sheet, corners)
    if straight is None:
        return None
    ink = _ink(straight)
    scores = {box.code: _share(ink, box) for box in sheet.boxes}
    return FormReading(
        notice=form.spec.notice,
        form=form.spec.form,
        page=sheet.number,
        ticks={code: score >= TICKED for code, score in scores.items()},
        scores=scores,
        unsure=tuple(code for code, score in scores.items() if EMPTY_BELOW < score < FULL_ABOVE),
        areas={area.code: PageImage(1, _cut(straight, area), SCALE * 25.4) for area in sheet.areas},
    )


def _code(pixels: np.ndarray) -> tuple[str, np.ndarray] | None:
    """Return the text of the form's QR code and its corners, clockwise from its own top left."""
    height, width = pixels.shape
    tries = [
        (1.0, lambda: pixels),
        (1.0, lambda: cv2.GaussianBlur(pixels, (5, 5), 0)),
        (2.0, lambda: cv2.resize(pixels, (width * 2, height * 2), interpolation=cv2.INTER_CUBIC)),
        (0.5, lambda: cv2.resize(pixels, (width // 2, height // 2), interpolation=cv2.INTER_AREA)),
        (1.0, lambda: cv2.medianBlur(pixels, 5)),
        (1.0, lambda: cv2.morphologyEx(pixels, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))),
    ]
    for scale, make in tries:
        for code in zxingcpp.read_barcodes(
            np.ascontiguousarray(make()), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
        ):
            if code.text.upper().startswith("TICI:"):
                at = code.position
                corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
                return code.text, np.array([(one.x, one.y) for one in corners], dtype=np.float32) / scale
    return None


def _without_streaks(pixels: np.ndarray) -> np.ndarray:
    """Return a page without the thin lines that a dirty sensor draws from one end to the other."""
    clean = pixels.copy()
    for view in (clean, clean.T):  # the page may lie on its side
        dark = (view < 128).mean(axis=0)
        usual = cv2.medianBlur(dark.astype(np.float32)[None, :], 5)[0]
        for column in np.flatnonzero((dark > 0.15) & (dark > 2 * usual + 0.1)).tolist():
            left, right = max(0, column - 2), min(view.shape[1] - 1, column + 2)
            view[:, column] = np.maximum(view[:, left], view[:, right])
    return clean


def _straightened(pixels: np.ndarray, sheet: FormPage, corners: np.ndarray) -> np.ndarray | None:
    """Return the page as it was drawn, `SCALE` pixels a millimetre, or nothing when its marks are not found."""
    drawn = _qr_corners(sheet)
    # A perspective drawn from a small code would run wild at the far end of the page; a plain one only leans.
    rough, _ = cv2.estimateAffine2D(drawn, corners)
    size = float(np.linalg.norm(corners[1] - corners[0])) / float(drawn[1][0] - drawn[0][0])
    candidates = _mark_centres(pixels, size * sheet.marks[0].width)
    places, seen = [], []
    for mark in sheet.marks:
        place = np.array([mark.x + mark.width / 2, mark.y + mark.height / 2], dtype=np.float32)
        guess = cv2.transform(place.reshape(1, 1, 2), rough).reshape(2)
        near = min(candidates, key=lambda one: float(np.hypot(*(one - guess))), default=None)
        if near is not None and np.hypot(*(near - guess)) < _FARTHEST * size:
            places.append(place)
            seen.append(near)
    if len(places) < 3 or len({tuple(one) for one in seen}) < len(seen):
        return None
    if len(places) == 3:  # a corner is torn off or dark: the code's corners stand in for it
        places += list(drawn)
        seen += list(corners)
    matrix, _ = cv2.findHomography(np.array(seen, np.float32), np.array(places, np.float32) * SCALE)
    if matrix is None:
        return None
    return cv2.warpPerspective(
        pixels, matrix, (int(WIDTH * SCALE), int(HEIGHT * SCALE)), flags=cv2.INTER_LINEAR, borderValue=255
    )


def _qr_corners(sheet: FormPage) -> np.ndarray:
    """Return where the code itself lies, without its quiet zone, in millimetres."""
    quiet = 2 * sheet.qr.width / len(modules(sheet))
    left, top = sheet.qr.x + quiet, sheet.qr.y + quiet
    right, bottom = sheet.qr.x + sheet.qr.width - quiet, sheet.qr.y + sheet.qr.height - quiet
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float32)


def _mark_centres(pixels: np.ndarray, side: float) -> list[np.ndarray]:
    """Return the centres of all squares with a ring and a dot of about the right size."""
    window = max(31, int(side * 1.3) | 1)
    found: list[np.ndarray] = []
    for blur in (5, 3, 9):
        smooth = cv2.GaussianBlur(pixels, (blur, blur), 0)
        dark = cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, 15)
        outlines, tree = cv2.findContours(dark, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
        if tree is None:
            continue
        for at, outline in enumerate(outlines):
            _, _, width, height = cv2.boundingRect(outline)
            fits = 0.6 * side < width < 1.6 * side and 0.6 * side < height < 1.6 * side and 0.6 < width / height < 1.7
            if fits and (dot := _dot(tree[0], outlines, at, side)) is not None:
                found.append(dot)
        if len(found) >= 4:
            break
    return found


def _dot(tree: np.ndarray, outlines: Sequence[np.ndarray], at: int, side: float) -> np.ndarray | None:
    """Return the centre of the dot in the hole in an outline, if it has one of about the right size."""
    hole = tree[at][2]
    while hole >= 0:
        dot = tree[hole][2]
        while dot >= 0:
            _, _, width, height = cv2.boundingRect(outlines[dot])
            if 0.15 * side < width < 0.5 * side and 0.15 * side < height < 0.5 * side:
                x, y, width, height = cv2.boundingRect(outlines[at])
                return np.array([x + width / 2, y + height / 2], dtype=np.float32)
            dot = tree[dot][0]
        hole = tree[hole][0]
    return None


def _ink(straight: np.ndarray) -> np.ndarray:
    """Return where there is ink, 1 or 0, by what is darker than its surroundings; specks are dropped."""
    smooth = cv2.GaussianBlur(straight, (3, 3), 0)
    dark = cv2.adaptiveThreshold(smooth, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 81, 16)
    return cv2.medianBlur(dark, 3)


def _share(ink: np.ndarray, box: Box) -> float:
    """Return the share of ink inside a box, after moving to where its outline really lies."""
    reach = int(_REACH * SCALE)
    x, y = round(box.x * SCALE), round(box.y * SCALE)
    width, height = round(box.width * SCALE), round(box.height * SCALE)
    around = ink[max(0, y - reach - 4) : y + height + reach + 4, max(0, x - reach - 4) : x + width + reach + 4]
    frame = np.zeros((height + 5, width + 5), np.float32)
    cv2.rectangle(frame, (2, 2), (width + 2, height + 2), 1.0, 4)
    fit = cv2.matchTemplate(around.astype(np.float32), frame, cv2.TM_CCORR)
    # What fits equally well is taken where it should be.
    rows, columns = np.mgrid[0 : fit.shape[0], 0 : fit.shape[1]]
    away = np.hypot(rows - fit.shape[0] / 2, columns - fit.shape[1] / 2)
    row, column = np.unravel_index(int(np.argmax(fit - away * 0.004 * frame.sum())), fit.shape)
    inset = round(_INSET * SCALE)
    inner = around[row + 2 + inset : row + 2 + height - inset, column + 2 + inset : column + 2 + width - inset]
    return float(inner.mean()) if inner.size else 0.0


def _cut(straight: np.ndarray, area: Box) -> np.ndarray:
    x, y = round(area.x * SCALE), round(area.y * SCALE)
    return straight[y : y + round(area.height * SCALE), x : x + round(area.width * SCALE)].copy()
