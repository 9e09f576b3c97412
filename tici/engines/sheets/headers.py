"""Finds the tables of a sheet: where their headers stand, how many rows they take, which columns are theirs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tici.engines.periods import Month
from tici.engines.sheets.amounts import read_amount
from tici.engines.sheets.cards import as_list
from tici.engines.sheets.grid import Cell, Grid, filled
from tici.engines.sheets.subjects import PROJECTS
from tici.engines.sheets.text import plain, written
from tici.engines.sheets.vocabulary import Header, Vocabulary, canonical

_STEMS = frozenset("甲乙丙丁戊")
_NUMBERED = re.compile(r"[(\[]?(?:\d{1,3}|[a-z]{1,2}|[甲乙丙丁戊①-⑳])[)\]]?(?:=.*)?")
_UNIT_ONLY = re.compile(
    r"[(\[]?(?:亿元|万元|千元|元|%|个|亩|人|家|项|年月日?|-|亿千瓦时|万千瓦时|千瓦时|万度|度|万人|户|吨)[)\]]?"
)
_HEADING = re.compile(r"[((]?[一二三四五六七八九十]+[))、.]|.*[((]\d+[项个][))]$|.*\d+[项个]$")
_FIGURE = re.compile(r"[-\d.,/年月日%]+(?:[万亿千]?元)?")
_MOST_LEVELS = 4
_MOST_TURNED, _FEWEST_TURNED, _MOST_LINES_TURNED = 400, 4, 200  # columns, and rows, of a sheet that may be turned
_COLUMNS_OF_A_CARD = 2


@dataclass
class Table:
    """One table of a sheet; rows and columns counted from 0, ``last`` included."""

    top: int
    bottom: int  # last header row
    left: int
    right: int  # last column
    last: int
    paths: dict[int, list[str]] = field(default_factory=dict)
    heading: str = ""  # what stands over this one of several tables side by side
    number: int = 0

    def headers(self, month: Month | None) -> dict[int, Header]:
        """Return each column's header, its dates relative to the month of the report."""
        return {column: Header(path, month) for column, path in self.paths.items()}


def arranged(grid: Grid, words: Vocabulary) -> tuple[Grid, list[Table]]:
    """Return a sheet so that its rows are what it lists, and its tables: cards listed, columns of projects turned."""
    if not words.subject.form and (listed := as_list(grid, words)):
        grid = listed
    tables = find_tables(grid, words)
    if not tables and grid.width <= _MOST_TURNED and _FEWEST_TURNED <= grid.height <= _MOST_LINES_TURNED:
        turned = grid.transposed()
        # One column beside the labels is a card, or says how to fill one in.
        if sum(map(bool, map(filled, turned.rows))) > _COLUMNS_OF_A_CARD and (tables := find_tables(turned, words)):
            grid = turned
    return grid, tables


def find_tables(grid: Grid, words: Vocabulary) -> list[Table]:
    """Return the tables of a sheet in reading order.

    Notes
    -----
    A header row is one in which several cells hold names of the rulebook word for word, one
    of them the name of the project. Its block grows upwards over group headings and downwards
    over sub-headings, numbering and units. A header that repeats the one before continues its
    table; a row in which the project's name is headed twice holds tables side by side.
    """
    blocks: list[tuple[int, int, dict[int, list[str]]]] = []
    row = 0
    while row < grid.height:
        if blocks and (bottom := _repeated(grid, row, *blocks[-1][:2])) is not None:
            blocks.append((row, bottom, blocks[-1][2]))
            row = bottom
        elif _is_header(grid, row, words, quick=bool(blocks)):
            top, bottom = _block(grid, row, words, floor=blocks[-1][1] + 1 if blocks else 0)
            if paths := _paths(grid, top, bottom):
                blocks.append((top, bottom, paths))
            row = bottom
        row += 1
    tables: list[Table] = []
    for index, (top, bottom, paths) in enumerate(blocks):
        last = blocks[index + 1][0] - 1 if index + 1 < len(blocks) else grid.height - 1
        heading, bare = _headed_apart(paths, words)
        for left, right in _side_by_side(bare, words):
            own = {column: path for column, path in bare.items() if left <= column <= right}
            tables.append(Table(top, bottom, left, right, last, own, heading.get(left, "")))
    return tables


def _repeated(grid: Grid, row: int, top: int, bottom: int) -> int | None:
    """Return the last row of a header printed again here as it stands above, ``None`` if it is not."""
    first = grid.rows[top]
    probe = next((column for column, cell in enumerate(first) if isinstance(cell, str) and cell.strip()), None)
    if probe is None or grid.at(row, probe) != first[probe]:
        return None
    for step in range(bottom - top + 1):
        there = filled(grid.rows[top + step])
        same = sum(grid.at(row + step, column) == cell for column, cell in there)
        if same * 10 < len(there) * 8:
            return row + step - 1 if step and _is_same_length(grid, row, top) else None
    return row + bottom - top


def _is_same_length(grid: Grid, row: int, top: int) -> bool:
    return len(filled(grid.rows[row])) == len(filled(grid.rows[top]))


def _is_header(grid: Grid, row: int, words: Vocabulary, *, quick: bool) -> bool:
    cells = [cell for cell in grid.rows[row] if cell is not None and not (isinstance(cell, str) and not cell.strip())]
    if sum(not isinstance(cell, str) for cell in cells) > 1 + len(cells) // 8:
        return False  # most rows of a long list end here, before any of their texts is looked up
    texts = 0
    hits: list[str] = []
    for seen, cell in enumerate(cells, start=1):
        if isinstance(cell, str):
            texts += 1
            if len(cell) <= 40 and (code := words.hit(cell)):
                hits.append(code)
        if quick and seen == 6 and len(set(hits)) < 2:
            return False
    if len(set(hits)) < 2 and words.subject.name not in hits:
        return False
    return _heads_rows(grid, row, words, hits, texts, quick=quick)


def _heads_rows(grid: Grid, row: int, words: Vocabulary, hits: Sequence[str], texts: int, *, quick: bool) -> bool:
    """Whether enough of a row's texts are names of the rulebook, the rows' own name among them."""
    # The columns of a form share their indicators; each of them counts.
    known = len(hits) if words.subject.form else len(set(hits))
    named = words.subject.name in hits
    if not named and not quick:
        below = [grid.at(row + 1, column) for column in range(grid.width)]
        named = any(isinstance(cell, str) and _is_a_name(cell, words) for cell in (*grid.rows[row], *below))
    if named:
        if known * 2 < texts:
            known = max(known, sum(_is_like_a_name(cell, words) for cell in grid.rows[row]))
        if texts == 1:
            return words.subject is not PROJECTS and _stands_over_names(grid, row)
        return known >= 2 and known * (4 if known >= 3 else 2) >= texts
    return known >= 3 and (known * 2 >= texts or bool(words.subject.marks & set(hits)))


def _stands_over_names(grid: Grid, row: int) -> bool:
    """Whether a row's only text heads a column of texts, none like another: a list of nothing but names."""
    column = next(column for column, cell in enumerate(grid.rows[row]) if isinstance(cell, str) and cell.strip())
    below = [grid.text(at, column).strip() for at in range(row + 1, min(row + 12, grid.height))]
    names = [text for text in below if len(text) > 5]
    return len(names) >= 2 and len(set(names)) == len(names) and len(names) * 2 > sum(map(bool, below))


def _is_like_a_name(cell: Cell, words: Vocabulary) -> bool:
    """Whether a cell heads a column in words much like the rulebook's."""
    if not isinstance(cell, str) or not cell.strip() or len(cell) > 40:
        return False
    ranked = words.rank(Header([cell], None))
    return bool(ranked) and ranked[0][0] >= 0.6


def _is_a_name(text: str, words: Vocabulary) -> bool:
    """Whether a cell heads the projects' names in words the rulebook does not list."""
    if not 3 < len(text) <= 16 or any(c.isdigit() for c in text):
        return False
    ranked = words.rank(Header([text], None))
    return bool(ranked) and ranked[0][1] == words.subject.name


def _block(grid: Grid, row: int, words: Vocabulary, floor: int) -> tuple[int, int]:
    top = bottom = row
    while top > floor and row - top < _MOST_LEVELS - 1 and _is_group_row(grid, top - 1, words):
        top -= 1
    bottom = max(bottom, _deepest(grid, top, row))
    while bottom + 1 < grid.height and bottom - top < _MOST_LEVELS - 1 and _is_sub_header(grid, row, bottom + 1, words):
        bottom = max(bottom + 1, _deepest(grid, row, bottom + 1))
    while bottom + 1 < grid.height and _is_numbering(grid.rows[bottom + 1]):
        bottom += 1
    return top, bottom


def _deepest(grid: Grid, top: int, row: int) -> int:
    """Return the last row of the merges that begin in header rows and hold a text."""
    ends = [
        bottom
        for (first, left), (bottom, _) in grid.spans.items()
        if top <= first <= row < bottom <= first + _MOST_LEVELS and grid.text(first, left).strip()
    ]
    # One tall merge may be a data cell gone astray; a header's merges agree.
    return max(ends, key=lambda end: (ends.count(end), -end)) if len(ends) >= 2 else row


def _is_group_row(grid: Grid, row: int, words: Vocabulary) -> bool:
    cells = filled(grid.rows[row])
    if len(cells) < 2 or any(not isinstance(cell, str) for _, cell in cells):
        return False
    texts = [plain(str(cell)).strip("()[]") for _, cell in cells]
    if any(_UNIT_ONLY.fullmatch(text) for text in texts):
        return False  # the line of the date and the unit
    if any(words.row_words["meta"].search(text) or words.row_words["note"].search(text) for text in texts):
        return False
    if any(words.row_words["unit"].search(text) and len(text) > 6 for text in texts):
        return False
    if any(words.row_words[kind].match(texts[0]) for kind in ("total", "subtotal")):
        return False
    return all(
        len(text) <= 24
        and (not _FIGURE.fullmatch(text) or _is_time(text, words, is_wide=_is_under_a_group(grid, row, column)))
        for (column, _), text in zip(cells, texts, strict=True)
    )


def _is_time(text: str, words: Vocabulary, *, is_wide: bool) -> bool:
    """Whether a heading is a time and nothing else (1-11月, 2020年), as over the columns of a form or of a year."""
    return text.endswith(("月", "年")) and (is_wide or words.subject is not PROJECTS)


def _is_sub_header(grid: Grid, anchor: int, row: int, words: Vocabulary) -> bool:
    cells = filled(grid.rows[row])
    if not cells or any(not isinstance(cell, str) for _, cell in cells):
        return False
    first = [
        column for column, cell in filled(grid.rows[anchor]) if words.hit(str(cell)) in ("seq", words.subject.name)
    ]
    if any(column in first for column, _ in cells):
        return False
    if len(cells) == 1 and not _has_room_below(grid, anchor, cells[0][0]):
        return False
    known = 0
    is_parted = len(cells) > 1 and all(_is_under_a_group(grid, anchor, column) for column, _ in cells)
    for column, cell in cells:
        text = plain(str(cell))
        if len(text) > 20 or _HEADING.match(text) or read_amount(text).figure is not None:
            return False
        above = _above(grid, anchor, column)
        ranked = words.rank(Header([above, text], None)) if above else []
        known += bool(words.hit(text)) or bool(ranked and ranked[0][0] >= 0.6)
    return is_parted or known * 2 >= len(cells)


def _is_under_a_group(grid: Grid, row: int, column: int) -> bool:
    """Whether a heading merged over several columns, and not past its own row, stands over this column."""
    first = grid.anchors.get((row, column), (row, column))
    bottom, right = grid.spans.get(first, first)
    return right > first[1] and bottom == row


def _has_room_below(grid: Grid, anchor: int, column: int) -> bool:
    """Whether a heading stands over this column that is not merged down past it, and is no section's."""
    merged = grid.spans.get((anchor, column))
    below = grid.spans.get((anchor + 1, column))
    is_wide = below is not None and below[1] - column >= 2
    return bool(grid.text(anchor, column).strip()) and not is_wide and (merged is None or merged[0] == anchor)


def _above(grid: Grid, row: int, column: int) -> str:
    """Return the heading over a column: its own, its merge's, or the nearest to the left."""
    for left in range(column, -1, -1):
        if text := grid.text(row, left).strip():
            return text
    return ""


def _is_numbering(cells: Sequence[Cell]) -> bool:
    texts = [plain(written(cell)).lower() for _, cell in filled(cells)]
    if len(texts) < 3:
        return False
    if all(_UNIT_ONLY.fullmatch(text) for text in texts):
        return True
    if not all(_NUMBERED.fullmatch(text) for text in texts):
        return False
    if sum(text.isdigit() for text in texts) * 2 < len(texts):
        return texts[0] in _STEMS or texts[0].strip("()[]") in "a①"
    numbers = [int(text) for text in texts if text.isdigit()]
    steps = sum(1 for one, other in pairwise(numbers) if other == one + 1)
    return steps * 10 >= (len(numbers) - 1) * 8


def _paths(grid: Grid, top: int, bottom: int) -> dict[int, list[str]]:
    """Return each column's texts from the top header row down, merged and blank cells filled in."""
    levels: list[dict[int, str]] = []
    for row in range(top, bottom + 1):
        if row > top and _is_numbering(grid.rows[row]):
            levels.append(_units_below(grid, row))
            continue
        own: dict[int, str] = {}
        for column in range(grid.width):
            anchor = grid.anchors.get((row, column))
            text = grid.text(*anchor) if anchor else grid.text(row, column)
            if text.strip():
                own[column] = text
        levels.append(own)
    _spread(grid, levels, top)
    columns = sorted(set().union(*levels))
    return {column: [level[column] for level in levels if column in level] for column in columns}


def _units_below(grid: Grid, row: int) -> dict[int, str]:
    texts = {column: plain(written(cell)) for column, cell in filled(grid.rows[row])}
    return {column: f"({text.strip('()[]')})" for column, text in texts.items() if _UNIT_ONLY.fullmatch(text)}


def _spread(grid: Grid, levels: list[dict[int, str]], top: int) -> None:
    """Where merges are lost (CSV), let a group heading stand over the blank cells to its right.

    Only over columns that have a heading of their own below, and only when the group's first
    column has one too: else it is a column by itself.
    """
    for depth in range(len(levels) - 1):
        level, below = levels[depth], set().union(*levels[depth + 1 :])
        for column in sorted(below - level.keys()):
            left = max((other for other in level if other < column), default=None)
            if left is None or left not in below or (top + depth, left) in grid.spans:
                continue
            if all(between in below for between in range(left, column)):
                level[column] = level[left]


def _headed_apart(paths: dict[int, list[str]], words: Vocabulary) -> tuple[dict[int, str], dict[int, list[str]]]:
    """Take off the headings of tables side by side (新开工项目, 续建项目), each over the same columns.

    Returns the heading over each column and the paths without it; nothing is taken off where
    what stands below the top level does not repeat from the first column to the last.
    """
    bare = {column: path[1:] for column, path in paths.items() if len(path) > 1}
    if len(bare) < len(paths):
        return {}, paths
    parts = _side_by_side(bare, words)
    inside = [[path for column, path in sorted(bare.items()) if left <= column <= right] for left, right in parts]
    if len(parts) < 2 or any(part != inside[0] for part in inside):
        return {}, paths
    return {column: path[0] for column, path in paths.items()}, bare


def _side_by_side(paths: dict[int, list[str]], words: Vocabulary) -> list[tuple[int, int]]:
    """Return the first and last column of each table in one block of headers."""
    columns = sorted(paths)
    whole = ["".join(canonical(text, None)[0] for text in paths[column]) for column in columns]
    names = [i for i, text in enumerate(whole) if words.by_name.get(text) == words.subject.name]
    if len(names) < 2:
        return [(columns[0], columns[-1])]
    first = whole[0]
    starts = [i for i, text in enumerate(whole) if text == first]
    if len(starts) != len(names) or any(start > name for start, name in zip(starts, names, strict=True)):
        step = names[1] - names[0]
        if step < 2 or whole[names[0] + 1] not in whole[names[1] :]:
            return [(columns[0], columns[-1])]
        starts = names
    ends = [*starts[1:], len(columns)]
    return [(columns[start], columns[end - 1]) for start, end in zip(starts, ends, strict=True)]
