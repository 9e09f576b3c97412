"""Files of pages: faxes (TIFF G4 of many pages), PDF, pictures; also Word and plain text, which are text already.

A page becomes grey pixels, upright as its file says, with equal resolution both ways. Whether it lies on its side or
stands on its head is told by its words (`tici.engines.opinions.ocr`).
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pypdfium2
from PIL import Image, ImageOps, ImageSequence

from tici.engines.opinions.mails import charsets
from tici.engines.opinions.unreadable import SENTENCES, Unreadable

__all__ = ["SENTENCES", "Document", "PageImage", "Unreadable", "open_document"]

Kind = Literal["pdf", "tiff", "image", "docx", "text"]

MOST_PAGES, MOST_PIXELS, MOST_TEXT = 50, 60_000_000, 4_000_000
#: No side of a page is kept longer; A4 at 200 dots an inch is 2339 high, and more teaches the reader nothing.
LONGEST_SIDE = 2_600
DPI, DPI_BESIDE_TEXT = 200, 100
#: Characters a page must have before its text layer is believed to be its text, not a fax header or a stamp.
LEAST_TEXT = 20
#: Widths of fax lines by ITU-T T.4 (A4, B4, A3 at 204 dots an inch).
FAX_WIDTHS = {1728, 2048, 2432}
_RESOLUTION_X, _RESOLUTION_Y = 282, 283
_PARAGRAPH = re.compile(rb"</w:p>|<w:br[ /][^>]*>|<w:br>")
_TAB = re.compile(rb"<w:tab[ /][^>]*>")
_MARKUP = re.compile(rb"<[^>]*>")


@dataclass(frozen=True, eq=False)
class PageImage:
    """One page as grey pixels.

    Attributes
    ----------
    number
        From 1.
    pixels
        Shape (height, width), uint8, 255 is white.
    dpi
        Dots an inch, the same both ways; 0 where nobody says (a photograph).
    """

    number: int
    pixels: np.ndarray
    dpi: float

    def png(self) -> bytes:
        """Return the page as a PNG file for people to look at."""
        stream = io.BytesIO()
        Image.fromarray(self.pixels).save(stream, "PNG", compress_level=3)
        return stream.getvalue()


@dataclass(frozen=True, eq=False)
class Document:
    """A file opened: its text where it carries one, and the pictures of its pages.

    Attributes
    ----------
    kind
        What the bytes are, whatever the file is called.
    text
        The text of a PDF's text layer, of Word or of a plain file; none where the pages must be read.
    pages
        Empty for Word and plain text.
    """

    kind: Kind
    text: str | None
    pages: tuple[PageImage, ...]


def open_document(
    content: bytes, name: str = "", *, most_pages: int = MOST_PAGES, most_pixels: int = MOST_PIXELS
) -> Document:
    """Open a file of pages by what its bytes are.

    Parameters
    ----------
    content
        The file.
    name
        What the sender called it; only says whether bytes without a mark are plain text.
    most_pages, most_pixels
        Limits of one file and of one page.

    Raises
    ------
    Unreadable
        If the file is empty, of no kind known here, encrypted, broken or beyond its limits.
    """
    if not content.strip():
        raise Unreadable("empty_file")
    if b"%PDF-" in content[:1024]:
        return _open_pdf(content, most_pages, most_pixels)
    if content.startswith(b"PK\x03\x04"):
        return Document("docx", _text_of_docx(content), ())
    if content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"heim"}:
        raise Unreadable("heic")
    if content.startswith((b"II*\x00", b"MM\x00*", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF")):
        return _open_picture(content, most_pages, most_pixels)
    if name.lower().endswith((".txt", ".text")) and b"\x00" not in content:
        return Document("text", charsets.decoded(content[:MOST_TEXT]).replace("\r\n", "\n"), ())
    raise Unreadable("unknown_kind")


def _open_picture(content: bytes, most_pages: int, most_pixels: int) -> Document:
    pages = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about damaged tags, and pictures we refuse ourselves
            with Image.open(io.BytesIO(content)) as picture:
                kind: Kind = "tiff" if picture.format == "TIFF" else "image"
                for number, frame in enumerate(_frames(picture, kind), 1):
                    if number > most_pages:
                        raise Unreadable("too_many_pages", count=f"{most_pages}多", limit=most_pages)
                    pages.append(_page(frame, number, most_pixels))
    except Image.DecompressionBombError as fault:
        raise Unreadable("bomb") from fault
    except Unreadable:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, ZeroDivisionError, MemoryError) as fault:
        raise Unreadable("broken") from fault
    if not pages:
        raise Unreadable("no_pages")
    return Document(kind, None, tuple(pages))


def _frames(picture: Image.Image, kind: Kind) -> Iterator[Image.Image]:
    """Each page of a TIFF; of a picture that moves only the first."""
    return ImageSequence.Iterator(picture) if kind == "tiff" else iter([picture])


def _page(frame: Image.Image, number: int, most_pixels: int) -> PageImage:
    _within(frame.width, frame.height, number, most_pixels)
    across, down = _resolution(frame)
    grey = _grey(frame)
    if frame.format == "TIFF" or across != down:
        stretch = _stretch(frame.width, frame.height, across, down, is_bilevel=frame.mode == "1")
        if stretch != 1.0:
            _within(frame.width, int(frame.height * stretch), number, most_pixels)
            grey = grey.resize((grey.width, round(grey.height * stretch)), Image.Resampling.BILINEAR)
    return PageImage(number, *_fitted(grey, across))


def _within(width: int, height: int, number: int, most_pixels: int) -> None:
    if width * height > most_pixels:
        size = f"{width * height / 1e6:.0f}"
        raise Unreadable("too_many_pixels", page=number, size=size, limit=f"{most_pixels / 1e6:.0f}")


def _resolution(frame: Image.Image) -> tuple[float, float]:
    """Return dots an inch across and down, 0 where the file does not say; TIFF's rationals do not divide each other."""
    tags = getattr(frame, "tag_v2", {})
    told = (tags.get(_RESOLUTION_X), tags.get(_RESOLUTION_Y)) if tags else frame.info.get("dpi", (0, 0))
    try:
        across, down = (float(value or 0) for value in told)
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0, 0.0
    if tags and tags.get(296) == 3:  # dots a centimetre
        across, down = across * 2.54, down * 2.54
    return (across, down) if 30 <= across <= 2400 and 30 <= down <= 2400 else (0.0, 0.0)


def _stretch(width: int, height: int, across: float, down: float, *, is_bilevel: bool) -> float:
    """How many times higher a page must be drawn so that its letters have their shape.

    A fax at standard resolution has 204 dots an inch across and 98 down. Where the file does not say, a bilevel page
    of a fax's width that is much too short for a sheet of paper is taken for one.
    """
    if across and down and across != down:
        ratio = across / down
        return ratio if 0.3 < ratio < 4.0 else 1.0
    if is_bilevel and width in FAX_WIDTHS and 0.5 < height / width < 0.9:
        return 204 / 98
    return 1.0


def _grey(frame: Image.Image) -> Image.Image:
    frame = ImageOps.exif_transpose(frame) or frame
    if frame.mode in {"RGBA", "LA", "PA"} or "transparency" in frame.info:
        layer = frame.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("L")
    if frame.mode.startswith("I"):  # 16 bits a pixel
        deep = np.asarray(frame, dtype=np.float32)
        return Image.fromarray((deep / max(1.0, float(deep.max())) * 255).astype(np.uint8))
    return frame.convert("L")


def _fitted(grey: Image.Image, dpi: float) -> tuple[np.ndarray, float]:
    longest = max(grey.size)
    if longest > LONGEST_SIDE:
        share = LONGEST_SIDE / longest
        grey = grey.resize(
            (max(1, round(grey.width * share)), max(1, round(grey.height * share))), Image.Resampling.LANCZOS
        )
        dpi *= share
    return np.asarray(grey, dtype=np.uint8), dpi


def _open_pdf(content: bytes, most_pages: int, most_pixels: int) -> Document:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as fault:
        raise Unreadable("encrypted" if "assword" in str(fault) else "broken") from fault
    try:
        if (count := len(document)) == 0:
            raise Unreadable("no_pages")
        if count > most_pages:
            raise Unreadable("too_many_pages", count=count, limit=most_pages)
        texts = [_text_of(document[at]) for at in range(count)]
        has_text = all(text is None or len("".join(text.split())) >= LEAST_TEXT for text in texts) and any(texts)
        dpi = DPI_BESIDE_TEXT if has_text else DPI
        pages = tuple(_drawn(document[at], at + 1, dpi, most_pixels) for at in range(count))
    except pypdfium2.PdfiumError as fault:
        raise Unreadable("broken") from fault
    finally:
        document.close()
    text = "\n".join(text for text in texts if text) if has_text else None
    return Document("pdf", text, pages)


def _text_of(page: pypdfium2.PdfPage) -> str | None:
    """Return the text layer of a page; nothing for a page on which there is nothing at all."""
    if next(iter(page.get_objects(max_depth=1)), None) is None:
        return None
    layer = page.get_textpage()
    text = layer.get_text_range().replace("\r\n", "\n").replace("\x00", "").replace("\ufffe", "")
    unknown = sum(char == "\ufffd" or "\ue000" <= char <= "\uf8ff" for char in text)
    return "" if unknown > len(text) * 0.1 else text.strip()


def _drawn(page: pypdfium2.PdfPage, number: int, dpi: float, most_pixels: int) -> PageImage:
    width, height = page.get_size()
    scale = min(dpi / 72, LONGEST_SIDE / max(width, height, 1.0))
    _within(max(1, int(width * scale)), max(1, int(height * scale)), number, most_pixels)
    pixels = page.render(scale=scale, grayscale=True).to_numpy()
    return PageImage(number, np.ascontiguousarray(pixels.reshape(pixels.shape[0], pixels.shape[1])), scale * 72)


def _text_of_docx(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("word/document.xml") as stream:
            body = stream.read(MOST_TEXT * 10 + 1)
    except KeyError as fault:
        raise Unreadable("unknown_kind") from fault
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as fault:
        raise Unreadable("broken") from fault
    if len(body) > MOST_TEXT * 10:
        raise Unreadable("bomb")
    bare = _MARKUP.sub(b"", _TAB.sub(b"\t", _PARAGRAPH.sub(b"\n", body))).decode("utf-8", "replace")
    for mark, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        bare = bare.replace(mark, char)
    return re.sub(r"\n{3,}", "\n\n", bare).strip()
