"""Tells what each row under a header is: a row of its subject, a section, a total, a note, or a continuation."""

from __future__ import annotations

import re
from decimal import Decimal

from tici.engines.sheets.amounts import MEASURES, read_amount
from tici.engines.sheets.columns import Layout
from tici.engines.sheets.grid import Cell, Grid, filled
from tici.engines.sheets.headers import Table
from tici.engines.sheets.line import Line
from tici.engines.sheets.places import Gazetteer
from tici.engines.sheets.subjects import PROJECTS
from tici.engines.sheets.text import is_nothing, plain, written
from tici.engines.sheets.unnamed_sums import settle_parts, settle_unnamed_sums
from tici.engines.sheets.vocabulary import Vocabulary

_ORDINAL = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}(?:[、.．:,]|[批类部]分?|$)|[((][一二三四五六七八九十]{1,3}[))]|[ⅠⅡⅢⅣⅤIVX]{1,4}[、.]"
    r"|[((]?\d{1,2}[))]?[、.](?=\D))"
)
_DEPTHS = ((re.compile(r"^第?[一二三四五六七八九十ⅠⅡⅢⅣⅤIVX]"), 1), (re.compile(r"^[((][一二三四五六七八九十]"), 2))
_COUNTED = re.compile(r"[((]?(?:共计?)?\d+[项个家户][))]?$")
_SECTION_END = re.compile(r"(?:项目|类|部分|产业|企业)(?:[((].*[))])?[::]?$")
_TOTAL_WORD = re.compile("[总合小共累]计数?")  # also where someone numbered it
_NUMBER = re.compile(r"[((]?[a-z]{0,2}[-.]?\d+(?:[-.]\d+)*[))]?[、.．号]?", re.I)
_FIGURES = frozenset([*MEASURES, "percent", "count", "quantity"])


class LineReader:
    """Reads the rows of one table in order."""

    def __init__(self, grid: Grid, table: Table, layout: Layout, words: Vocabulary, places: Gazetteer) -> None:
        self.grid, self.table, self.layout = grid, table, layout
        self.words, self.places = words, places
        self.name = layout.column("name")
        self.seq = layout.column("seq")
        kinds = {column: words.fields[code].kind for column, code in layout.fields.items()}
        self.figures = {column for column, kind in kinds.items() if kind in _FIGURES}
        self.money = [column for column, kind in kinds.items() if kind == "money"]
        saying = words.subject.saying
        self.saying = {column for column, code in layout.fields.items() if code in saying and column != self.name}
        self.is_loose = words.subject.has_loose_headings
        self.header = {plain(path[-1]) for path in table.paths.values() if path}
        numbered = [grid.text(row, self.seq) for row in self._body()] if self.seq is not None else []
        self.is_numbered = sum(_is_number(text) for text in numbered) * 2 > sum(bool(text.strip()) for text in numbered)
        self.before: Line | None = None
        self._witness = [column for column in (*self.figures, *self.saying) if column not in (self.name, self.seq)]

    def _body(self) -> range:
        return range(self.table.bottom + 1, self.table.last + 1)

    def read(self) -> list[Line]:
        """Return the table's lines."""
        lines: list[Line] = []
        parent: Line | None = None
        for row in self._body():
            line = Line(row, "data") if self._is_plainly_data(row) else self._line(row)
            if line.kind == "continued" and parent is not None:
                parent.more.append(row)
            if line.kind == "data":
                parent = line
            if line.kind not in ("blank", "continued"):
                self.before = line
            lines.append(line)
        if self.is_loose:
            settle_unnamed_sums(lines, self._may_be_sum, self._money)
            settle_parts(lines, self._number, self._money)
        return lines

    def _may_be_sum(self, line: Line) -> bool:
        """Whether a row has no number where others have one, and hardly a text beside its name."""
        if self.is_numbered and _is_number(self._number(line)):
            return False
        texts = (self.grid.text(line.row, column) for column in self.saying)
        return sum(not is_nothing(text) and not _COUNTED.match(plain(text)) for text in texts) <= 1

    def _number(self, line: Line) -> str:
        return "" if self.seq is None else plain(self.grid.text(line.row, self.seq))

    def _money(self, row: int) -> dict[int, Decimal]:
        read = {column: read_amount(self.grid.at(row, column)).figure for column in self.money}
        return {column: figure for column, figure in read.items() if figure}

    def _is_plainly_data(self, row: int) -> bool:
        """Tell the common case by a glance: a number, a long name that is no 其中, and something more."""
        if self.name is None or self.seq is None:
            return False
        cells = self.grid.rows[row]
        name = cells[self.name]
        return (
            isinstance(name, str)
            and len(name) > 6
            and isinstance(cells[self.seq], float)
            and "其中" not in name
            and any(cells[column] not in ("", None) for column in self._witness)
        )

    def _line(self, row: int) -> Line:
        cells = self.grid.rows[row][self.table.left : self.table.right + 1]
        held = [(column + self.table.left, cell) for column, cell in filled(cells)]
        if not held:
            return Line(row, "continued" if self._continues(row) else "blank")
        name = self._name(row)
        seq = self.grid.text(row, self.seq).strip() if self.seq is not None else ""
        label = next((str(cell) for _, cell in held if isinstance(cell, str) and not _is_number(cell)), "")
        text = plain(label)
        if special := self._marked(row, held, text, name, seq):
            return special
        if self._continues(row) or (not name and not seq and self._says_plan_or_done(held)):
            return Line(row, "continued")
        if not name or is_nothing(name):
            return self._nameless(row, held, text, seq)
        return self._named(row, held, text, name, seq)

    def _name(self, row: int) -> str:
        return self.grid.text(row, self.name).strip() if self.name is not None else ""

    def _continues(self, row: int) -> bool:
        """Whether the row lies inside the merged name of the project above it."""
        if self.name is None:
            return False
        anchor = self.grid.anchors.get((row, self.name))
        return anchor is not None and anchor[0] < row and anchor[0] > self.table.bottom

    def _says_plan_or_done(self, held: list[tuple[int, Cell]]) -> bool:
        """Whether a row gives what was planned or done of the project above it, whose name is not repeated."""
        if self.before is None or self.before.kind != "data":
            return False
        texts = [plain(cell) for _, cell in held if isinstance(cell, str)]
        rules = self.words.row_words
        return any(rules["done_line"].match(text) or rules["plan_line"].match(text) for text in texts)

    def _marked(self, row: int, held: list[tuple[int, Cell]], text: str, name: str, seq: str) -> Line | None:
        """Rows that say themselves what they are."""
        numbered = _is_number(seq)
        rules = self.words.row_words
        if not (numbered and name) or _TOTAL_WORD.fullmatch(plain(name)):
            front = [plain(str(c)) for column, c in held if isinstance(c, str) and self._is_front(column)]
            beside = [cell for column, cell in held if column in self.saying and not self._is_front(column)]
            says = sum(not is_nothing(written(cell)) for cell in beside)
            for kind in ("subtotal", "total"):
                if any(len(label) <= 24 and rules[kind].match(label) for label in front) and says <= 1:
                    return Line(row, kind, text, _depth(text))
        if self._is_whole(plain(name)) and not numbered:
            return Line(row, "total", text)
        if rules["where"].match(plain(name) or text) and not numbered:
            after_total = self.before is not None and self.before.kind in ("total", "subtotal", "where", "section")
            return Line(row, "where" if after_total else "subitem", text)
        if self._goes_on_with_parts(name, seq):
            return Line(row, "subitem", text)
        if len(held) <= 2 and rules["again"].match(text):
            return Line(row, "header", text)
        if self._repeats_header(held):
            return Line(row, "header", text)
        if not numbered and (rules["note"].match(text) or rules["meta"].search(text)) and len(held) <= 4:
            return Line(row, "note", text)
        return None

    def _goes_on_with_parts(self, name: str, seq: str) -> bool:
        """Whether an unnumbered row is a further part of a project, as the 其中 above it was."""
        if seq or not name or not self.is_numbered or self.before is None or self.before.kind != "subitem":
            return False
        return not self._is_proper(plain(name))

    def _is_whole(self, name: str) -> bool:
        """Whether a row among places is that of the whole city."""
        if self.words.subject.row_is != "place" or not name:
            return False
        return name == self.places.city or self.words.row_words["whole"].match(name) is not None

    def _is_front(self, column: int) -> bool:
        return self.name is None or column <= self.name + 1

    def _repeats_header(self, held: list[tuple[int, Cell]]) -> bool:
        if len(held) < 2:
            return False
        same = sum(isinstance(cell, str) and plain(cell) in self.header for _, cell in held[:8])
        return same * 10 >= min(8, len(held)) * 7

    def _nameless(self, row: int, held: list[tuple[int, Cell]], text: str, seq: str) -> Line:
        figures = [column for column, cell in held if column in self.figures and _holds_figure(cell)]
        says = [column for column, cell in held if column in self.saying and not is_nothing(written(cell))]
        if len(held) == 1 or (text and not says and not figures):
            if _is_number(seq) and not text:
                return Line(row, "blank")
            return self._heading(row, text, held)
        if _is_number(seq) and not says and not self._money(row):
            return Line(row, "blank")  # a row of the template, in which formulas show noughts
        if _is_number(seq) and (says or figures):
            return Line(row, "data")
        if self._is_heading_text(text) and not says:
            return Line(row, "section", text, _depth(text))
        if len(says) == 1 and self._is_front(says[0]):  # (一) in one column, 新开工项目 in that of the owners
            label = plain(self.grid.text(row, says[0]))
            if self._is_heading_text(label):
                return Line(row, "section", plain(seq) + label, _depth(plain(seq) or label))
        if not says:
            return Line(row, "subtotal" if self._closes() else "total", text) if figures else Line(row, "note", text)
        if figures or len(says) >= 2:
            missing_number = self.is_numbered and not seq and not figures
            return Line(row, "continued" if missing_number and self.before and self.before.kind == "data" else "data")
        return Line(row, "continued" if self.before is not None and self.before.kind == "data" else "note", text)

    def _closes(self) -> bool:
        return self.before is not None and self.before.kind == "data"

    def _named(self, row: int, held: list[tuple[int, Cell]], text: str, name: str, seq: str) -> Line:
        label = plain(name)
        if _is_number(seq) and not (
            len(held) <= 2 and self._is_heading_text(label) and not self._is_proper(label[:-2])
        ):
            return Line(row, "data")
        front = (self.name, self.seq)
        others = [column for column, cell in held if column not in front and not is_nothing(written(cell))]
        figures = [column for column in others if column in self.figures]
        says = [column for column, cell in held if column in self.saying and not is_nothing(written(cell))]
        if not others:
            return Line(row, "data") if self._is_own_name(label) else self._heading(row, plain(seq + label), held)
        if not self.is_loose:
            return Line(row, "data")
        is_heading = bool(_ORDINAL.match(plain(seq))) or self._is_heading_text(label)
        if not says and is_heading and len(figures) in (0, len(others)):
            if self._after_total() and not _ORDINAL.match(plain(seq) or label):
                return Line(row, "where", label)
            return Line(row, "section", plain(seq + label), _depth(plain(seq) or label))
        if not says and self._after_total() and figures and len(label) <= 12 and not seq and not self._is_proper(label):
            return Line(row, "where", label)
        return Line(row, "data")

    def _is_proper(self, text: str) -> bool:
        """Whether a text has what only the name of a row has: 项目 or 生产线, 公司 or 厂."""
        return self.words.proper is not None and self.words.proper.search(text) is not None

    def _is_own_name(self, label: str) -> bool:
        """Whether a text alone in its row names a row that gives nothing: a county that has not filed, a bare firm."""
        subject = self.words.subject
        if subject.row_is == "place":
            return self.places.code(label) is not None or label.endswith(("县", "市", "区"))
        return subject is not PROJECTS and self._is_proper(label) and not _ORDINAL.match(label)

    def _after_total(self) -> bool:
        return self.before is not None and self.before.kind in ("total", "where", "subtotal")

    def _heading(self, row: int, text: str, held: list[tuple[int, Cell]]) -> Line:
        if self._is_heading_text(text):
            return Line(row, "section", text, _depth(text))
        column = held[0][0]
        if self.name is not None and column > self.name + 1 and self._closes():
            return Line(row, "continued", text)
        end = self.grid.spans.get((row, column))
        is_wide = end is not None and (end[1] - column + 1) * 2 >= self.table.right - self.table.left
        if len(text) > 40 or self.words.row_words["note"].match(text):
            return Line(row, "note", text)
        if column == self.name and not is_wide and len(text) > 8 and self._is_proper(text) and not self.is_numbered:
            return Line(row, "data")
        return Line(row, "section" if len(text) <= 30 else "note", text, _depth(text))

    def _is_heading_text(self, text: str) -> bool:
        """Whether a text reads like a section's heading: an ordinal, a count, or a word of a vocabulary."""
        if not text or len(text) > 40:
            return False
        if self.words.subject is not PROJECTS and self._is_own_name(text):
            return False
        if _ORDINAL.match(text) and not re.match(r"\d", text):
            return True
        core = _COUNTED.sub("", _ORDINAL.sub("", text))
        if len(core) > 16:
            return False
        known = any(self.words.choices_in(code, core) for code in self.words.subject.headed_by)
        if known and (_SECTION_END.search(core) or len(core) <= 6 or core != text):
            return len(core) <= 12
        if _COUNTED.search(text) and len(core) <= 12:
            return True
        return (self.places.code(core) if self.words.subject is PROJECTS else self.places.named(core)) is not None


def _is_number(text: str) -> bool:
    return bool(text) and _NUMBER.fullmatch(plain(text)) is not None


def _holds_figure(cell: Cell) -> bool:
    return isinstance(cell, int | float) or read_amount(cell).figure is not None


def _depth(text: str) -> int:
    for pattern, depth in _DEPTHS:
        if pattern.match(text):
            return depth
    return 3 if _ORDINAL.match(text) else 1
