"""Where everything stands on a reply form, in millimetres; drawing and reading both go by it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

WIDTH, HEIGHT = 210.0, 297.0
MARK, MARGIN = 7.0, 11.0
LEFT, RIGHT, TOP, BOTTOM = 24.0, 186.0, 60.0, 272.0
QR = 30.0
BOX = 5.5
ROW, LINE, TITLE_SIZE, TEXT_SIZE, LABEL_SIZE = 9.5, 10.0, 6.4, 4.3, 4.2
_ID = re.compile(r"[A-Za-z0-9-]{1,16}")


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

    ``notice`` and ``form`` are up to 16 letters, digits and hyphens; ``form`` changes when the questions do.
    Case does not count in them.

    Raises
    ------
    ValueError
        If an id has other characters, or a code stands twice.
    """

    notice: str
    form: str
    title: str
    questions: tuple[Question, ...]
    hint: str = "请在方框内打“√”，用黑色笔书写。请不要填写孩子的姓名。"
    footer: str = ""

    def __post_init__(self) -> None:
        for one in (self.notice, self.form):
            if not _ID.fullmatch(one):
                raise ValueError(f"An id of a form is up to 16 letters, digits and hyphens; got {one!r}.")
        codes = [choice.code for question in self.questions for choice in question.choices]
        codes += [question.code for question in self.questions]
        if len(set(codes)) < len(codes):
            raise ValueError("A code stands twice in the form; every box and every question needs its own.")


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
    """Words on a page: where their line begins (top left), and the size of their letters in millimetres."""

    text: str
    x: float
    y: float
    size: float
    is_bold: bool = False


@dataclass(frozen=True)
class FormPage:
    """One A4 page of a form; all places in millimetres.

    Attributes
    ----------
    marks
        The four corner marks: top left, top right, bottom left, bottom right.
    rules
        Ruled lines as x, y, length.
    """

    number: int
    qr_text: str
    qr: Box
    marks: tuple[Box, ...]
    boxes: tuple[Box, ...]
    areas: tuple[Box, ...]
    rules: tuple[tuple[float, float, float], ...]
    texts: tuple[FormText, ...]


@dataclass(frozen=True)
class FormGeometry:
    """A form laid out."""

    spec: FormSpec
    pages: tuple[FormPage, ...]


@dataclass
class _Sheet:
    """A page being filled from its top; ``y`` is where the next thing goes."""

    number: int
    y: float = TOP
    boxes: list[Box] = field(default_factory=list)
    areas: list[Box] = field(default_factory=list)
    rules: list[tuple[float, float, float]] = field(default_factory=list)
    texts: list[FormText] = field(default_factory=list)


def draw(form: FormSpec) -> FormGeometry:
    """Lay a form out on as many A4 pages as it needs."""
    sheets = [_Sheet(1)]
    for question in form.questions:
        _place(question, sheets)
    marks = _marks()
    pages = []
    for sheet in sheets:
        texts = [*_heading(form, sheet.number, len(sheets)), *sheet.texts]
        code = f"TICI:{form.notice}:{form.form}:{sheet.number}".upper()
        pages.append(
            FormPage(
                number=sheet.number,
                qr_text=code,
                qr=Box("qr", WIDTH - MARGIN - MARK - QR - 3, 22.0, QR, QR),
                marks=marks,
                boxes=tuple(sheet.boxes),
                areas=tuple(sheet.areas),
                rules=tuple(sheet.rules),
                texts=tuple(texts),
            )
        )
    return FormGeometry(form, tuple(pages))


def _marks() -> tuple[Box, ...]:
    far_x, far_y = WIDTH - MARGIN - MARK, HEIGHT - MARGIN - MARK
    corners = [(MARGIN, MARGIN), (far_x, MARGIN), (MARGIN, far_y), (far_x, far_y)]
    return tuple(Box(f"mark-{at}", x, y, MARK, MARK) for at, (x, y) in enumerate(corners))


def _heading(form: FormSpec, number: int, count: int) -> list[FormText]:
    titles = _wrapped(form.title, 128.0, TITLE_SIZE)[:2]
    texts = [FormText(line, LEFT, 22.0 + at * 9.0, TITLE_SIZE, is_bold=True) for at, line in enumerate(titles)]
    hints = _wrapped(form.hint, 128.0, 3.6)[:2]
    texts += [FormText(line, LEFT, 43.0 + at * 5.2, 3.6) for at, line in enumerate(hints)]
    told = f"{form.footer}  " if form.footer else ""
    return [*texts, FormText(f"{told}第{number}页，共{count}页", LEFT, HEIGHT - 18.0, 3.2)]


def _place(question: Question, sheets: list[_Sheet]) -> None:
    """Put a question on the last sheet, or what does not fit on new ones; a title never stands alone."""
    titles = _wrapped(question.title, RIGHT - LEFT, TEXT_SIZE)
    needed = len(titles) * 7.0 + (ROW if question.choices else 0) + (2 * LINE if question.lines else 0)
    sheet = _with_room(sheets, needed)
    for title in titles:
        sheet.texts.append(FormText(title, LEFT, sheet.y, TEXT_SIZE, is_bold=True))
        sheet.y += 7.0
    sheet.y += 1.0
    _place_choices(question.choices, sheets)
    _place_lines(question, sheets)
    sheets[-1].y += 4.0


def _place_choices(choices: tuple[Choice, ...], sheets: list[_Sheet]) -> None:
    if not choices:
        return
    widest = max(width_of(choice.label, LABEL_SIZE) for choice in choices) + BOX + 6.0
    columns = max(1, min(5, int((RIGHT - LEFT) // widest)))
    step = (RIGHT - LEFT) / columns
    for at, choice in enumerate(choices):
        column = at % columns
        sheet = _with_room(sheets, ROW) if column == 0 else sheets[-1]
        if column == 0:
            sheet.y += ROW
        x, y = LEFT + column * step, sheet.y - ROW
        sheet.boxes.append(Box(choice.code, x, y, BOX, BOX))
        for number, line in enumerate(_wrapped(choice.label, step - BOX - 3.0, LABEL_SIZE)[:2]):
            sheet.texts.append(FormText(line, x + BOX + 2.2, y + 0.5 + number * 4.4, LABEL_SIZE))


def _place_lines(question: Question, sheets: list[_Sheet]) -> None:
    left = question.lines
    while left > 0:
        sheet = _with_room(sheets, LINE)
        here = min(left, int((BOTTOM - sheet.y) // LINE))
        sheet.rules += [(LEFT, sheet.y + LINE * (at + 1), RIGHT - LEFT) for at in range(here)]
        sheet.areas.append(Box(question.code, LEFT, sheet.y, RIGHT - LEFT, LINE * here))
        sheet.y += LINE * here + 2.0
        left -= here


def _with_room(sheets: list[_Sheet], needed: float) -> _Sheet:
    if sheets[-1].y + needed > BOTTOM:
        sheets.append(_Sheet(len(sheets) + 1))
    return sheets[-1]


def width_of(text: str, size: float) -> float:
    """Return how wide a text is, in millimetres, for letters of a size; Chinese ones are square."""
    return sum(size * (1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.56) for char in text)


def _wrapped(text: str, width: float, size: float) -> list[str]:
    lines = [""]
    for char in text:
        if width_of(lines[-1] + char, size) > width and char not in "，。；：？！、）”":
            lines.append("")
        lines[-1] += char
    return lines
