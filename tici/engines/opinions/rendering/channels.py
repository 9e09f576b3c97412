"""What a channel does to a sheet: a scanner, a fax at either resolution, a telephone's camera."""

from __future__ import annotations

import io
from typing import Literal, get_args

import numpy as np
from PIL import Image, ImageFilter

Channel = Literal["clean", "scan", "fax", "fax-standard", "photo"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
#: Dots of a fax line of A4, and of its page at 196 lines an inch (ITU-T T.4).
FAX_WIDTH, FAX_HEIGHT, FAX_DPI = 1728, round(11.69 * 196), (204, 196)
A4_INCHES = 210 / 25.4  # across
_BICUBIC, _LANCZOS = Image.Resampling.BICUBIC, Image.Resampling.LANCZOS


def as_sent(sheets: list[np.ndarray], channel: Channel, *, seed: int) -> bytes:
    """Return sheets as the file a channel delivers: a TIFF for a fax, a PDF for a scan, JPEG of the first for a photo.

    Parameters
    ----------
    sheets
        A4 each, uint8; of shape (2339, 1654) at 200 dots an inch.
    channel
        What they went through.
    seed
        The same seed makes the same bytes.
    """
    return as_file([worn(sheet, channel, seed=seed + at) for at, sheet in enumerate(sheets)], channel)


def as_file(pages: list[Image.Image], channel: Channel) -> bytes:
    """Return pages as the file a channel delivers."""
    stream = io.BytesIO()
    first, *others = pages
    if channel in {"fax", "fax-standard"}:
        dpi = FAX_DPI if channel == "fax" else (FAX_DPI[0], FAX_DPI[1] // 2)
        first.save(stream, "TIFF", compression="group4", dpi=dpi, save_all=True, append_images=others)
    elif channel == "scan":
        first.save(stream, "PDF", resolution=first.width / A4_INCHES, save_all=True, append_images=others, quality=60)
    else:
        first.save(stream, "JPEG" if channel == "photo" else "PNG", quality=80, dpi=(200, 200))
    return stream.getvalue()


def worn(sheet: np.ndarray, channel: Channel, *, seed: int) -> Image.Image:
    """Return a sheet as it looks after a channel; grey, or black and white for a fax."""
    chance = np.random.default_rng(seed)
    image = Image.fromarray(sheet)
    if channel == "scan":
        return _scanned(image, chance)
    if channel == "photo":
        return _photographed(image, chance)
    return image if channel == "clean" else _faxed(image, chance, is_fine=channel == "fax")


def _scanned(image: Image.Image, chance: np.random.Generator) -> Image.Image:
    image = image.rotate(chance.uniform(-1.5, 1.5), resample=_BICUBIC, fillcolor=255)
    pixels = np.asarray(image.filter(ImageFilter.GaussianBlur(0.8)), dtype=np.float32)
    paper = np.linspace(235, 205, pixels.shape[1], dtype=np.float32)[None, :]
    image = _image(pixels / 255 * paper + chance.normal(0, 9, pixels.shape))
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=45)
    return Image.open(io.BytesIO(stream.getvalue())).convert("L")


def _faxed(image: Image.Image, chance: np.random.Generator, *, is_fine: bool) -> Image.Image:
    image = image.rotate(chance.uniform(-1.2, 1.2), resample=_BICUBIC, fillcolor=255)
    image = image.resize((FAX_WIDTH, FAX_HEIGHT if is_fine else FAX_HEIGHT // 2), _LANCZOS)
    pixels = np.asarray(image, dtype=np.float32)
    dark = pixels + chance.normal(0, 38, pixels.shape) < 150
    specks = chance.random(dark.shape)
    dark = (dark | (specks < 0.0012)) & ~(specks > 0.9975)
    for _ in range(3):  # a dirty sensor draws streaks down the page
        column = int(chance.integers(FAX_WIDTH))
        dark[:, column] |= chance.random(dark.shape[0]) < 0.5
    return Image.fromarray((~dark * 255).astype(np.uint8)).convert("1")


def _photographed(image: Image.Image, chance: np.random.Generator) -> Image.Image:
    width, height = image.size
    tilt = [1, 0.03, -15, 0.015, 1.02, -20, 1.2e-5, 1.5e-5]
    image = image.transform((width, height), Image.Transform.PERSPECTIVE, tilt, fillcolor=180, resample=_BICUBIC)
    pixels = np.asarray(image.filter(ImageFilter.GaussianBlur(1.1)), dtype=np.float32)
    rows, columns = np.mgrid[0:height, 0:width]
    away = (columns - width * 0.65) ** 2 + (rows - height * 0.35) ** 2
    light = 0.55 + 0.45 * np.exp(-away / (2 * (width * 0.55) ** 2))
    return _image(pixels * light + chance.normal(0, 6, pixels.shape))


def _image(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
