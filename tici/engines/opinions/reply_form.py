"""A reply form with tick boxes: one geometry, drawn for print and read back from a scan, a fax or a photograph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tici.engines.opinions.pages import PageImage


@dataclass(frozen=True)
class Choice:
    """One box: its code, unique in the form, and what stands beside it."""

    code: str
    label: str


@dataclass(frozen=True)
class Question:
    """A question: boxes to tick, ruled lines to write on, or both."""

    code: str
    title: str
    choices: tuple[Choice, ...] = ()
    lines: int = 0


@dataclass(frozen=True)
class FormSpec:
    """A form: the ids in its QR code, its title and its questions.

    ``notice`` and ``form`` are letters, digits and hyphens; ``form`` changes when the questions do.
    """

    notice: str
    form: str
    title: str
    questions: tuple[Question, ...]
    hint: str = "请在方框内打“√”，用黑色笔书写。请不要填写孩子的姓名。"
    footer: str = ""


@dataclass(frozen=True)
class Box:
    """A place on a page in millimetres from its top left corner."""

    code: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class FormText:
    """Words on a page: where their first line begins (top left), and the size of their letters in millimetres."""

    text: str
    x: float
    y: float
    size: float
    is_bold: bool = False


@dataclass(frozen=True)
class FormPage:
    """One A4 page of a form; all places in millimetres."""

    number: int
    qr_text: str
    qr: Box
    marks: tuple[Box, ...]
    boxes: tuple[Box, ...]
    areas: tuple[Box, ...]
    rules: tuple[tuple[float, float, float], ...]  # x, y, length
    texts: tuple[FormText, ...]


@dataclass(frozen=True)
class FormGeometry:
    """A form laid out."""

    spec: FormSpec
    pages: tuple[FormPage, ...]


@dataclass(frozen=True, eq=False)
class FormReading:
    """A page of a form read.

    Attributes
    ----------
    ticks
        Code of each box of the page: whether it is ticked.
    scores
        Code of each box: share of ink in it; near the line between empty and ticked a person should look.
    areas
        Code of each question with ruled lines: the pixels of what was written there.
    """

    notice: str
    form: str
    page: int
    ticks: dict[str, bool]
    scores: dict[str, float]
    areas: dict[str, PageImage]


def draw(form: FormSpec) -> FormGeometry:
    """Lay a form out on as many A4 pages as it needs."""
    raise NotImplementedError


def read_form(page: PageImage, forms: Sequence[FormGeometry]) -> FormReading | None:
    """Read a page if it is one of these forms; nothing if it is none."""
    raise NotImplementedError
