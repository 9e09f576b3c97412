"""Cards: one project a sheet or a block of rows, each value beside its label, brought to the list they would make."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tici.engines.sheets.amounts import read_amount
from tici.engines.sheets.grid import Cell, Grid, filled
from tici.engines.sheets.text import plain
from tici.engines.sheets.vocabulary import Header, Vocabulary, canonical

Place = tuple[int, int]  # row and column
_LONGEST_LABEL, _SURE = 24, 0.6
_FEWEST_FIELDS, _FEWEST_ROWS = 5, 4  # fewer may be the head of a table
_UNPAIRED = 0.25  # of the rows may hold more than labels, each with one value
_A_TIME = re.compile(r"[-\d.,/年月日季度上下半]+")  # it heads columns of lists; on a card it is a value
_LOOKED_AT, _LABELLED = 60, 0.3  # rows, and the share of them that must hold a label word for word


class _Said(NamedTuple):
    """One label of a row, the field it names if one is known, and where both it and its value stand."""

    label: str
    code: str | None
    at: Place
    value: Place


@dataclass
class _Card:
    """What a card says, by label; one that comes again is a label of its own."""

    said: dict[tuple[str, int], _Said] = field(default_factory=dict)

    def take(self, said: Sequence[_Said]) -> None:
        for one in said:
            self.said[one.label, sum(known == one.label for known, _ in self.said)] = one


def as_list(grid: Grid, words: Vocabulary) -> Grid | None:
    """Return the cards of a sheet as a list: a row of labels, then a row for each card; ``None`` if it holds none.

    Notes
    -----
    A label is what the rulebook's columns are headed; its value is the cell after it. Where two cells stay over
    before the next label, or in a row between others, the first is a label not known. A card has the name of its
    row and a figure, and labels in more rows than a head has. What stands above the first card stays above the
    list, and the addresses of its cells are those of the sheet.
    """
    if not _may_be_cards(grid, words):
        return None
    cards: list[_Card] = []
    between: list[_Said] = []
    rows = odd = 0
    for row, cells in enumerate(grid.rows):
        said, is_odd = _said(row, filled(cells), words)
        if not any(one.code for one in said):
            between += said
            continue
        if not cards or any(one.code == words.subject.name for one in said):
            cards.append(_Card())
        else:
            cards[-1].take(between)
        cards[-1].take(said)
        between, rows, odd = [], rows + 1, odd + is_odd
    if not cards or rows < _FEWEST_ROWS * len(cards) or odd > _UNPAIRED * rows:
        return None
    return _listed(grid, cards) if all(_is_a_card(grid, card, words) for card in cards) else None


def _may_be_cards(grid: Grid, words: Vocabulary) -> bool:
    """Whether so many rows hold labels as they do not in a list, of which not more is looked at."""
    rows = [cells for cells in map(filled, grid.rows[:_LOOKED_AT]) if cells]
    labelled = sum(any(isinstance(cell, str) and words.hit(cell) for _, cell in cells) for cells in rows)
    return labelled >= max(_FEWEST_ROWS, _LABELLED * len(rows))


def _said(row: int, cells: Sequence[tuple[int, Cell]], words: Vocabulary) -> tuple[list[_Said], bool]:
    """Return the labels of a row with their values, and whether cells stay over that are neither."""
    codes = [_field_of(cell, words) for _, cell in cells]
    at = next((number for number, code in enumerate(codes) if code), 0)
    found, is_odd = [], False
    while at < len(cells):
        column, label = cells[at]
        has_value = at + 1 < len(cells) and codes[at + 1] is None
        is_label = isinstance(label, str) and len(label) <= _LONGEST_LABEL
        if is_label and (codes[at] or has_value):
            value = cells[at + 1][0] if has_value else column + 1
            found.append(_Said(canonical(str(label), None)[0], codes[at], (row, column), (row, value)))
        else:
            is_odd = True
        at += 1 + (is_label and has_value)
    return found, is_odd


def _field_of(cell: Cell, words: Vocabulary) -> str | None:
    """Return the field that a cell labels."""
    if not isinstance(cell, str) or len(cell) > _LONGEST_LABEL or _A_TIME.fullmatch(plain(cell)):
        return None
    ranked = words.rank(Header([cell], None))
    return ranked[0][1] if ranked and ranked[0][0] >= _SURE else None


def _is_a_card(grid: Grid, card: _Card, words: Vocabulary) -> bool:
    """Whether a card names its row and says enough of it; where money is asked for in words, it is an instruction."""
    texts = {one.code: grid.text(*one.value).strip() for one in card.said.values() if one.code}
    money = [text for code, text in texts.items() if text and words.fields[code].kind == "money"]
    figures = [text for text in money if read_amount(text).figure is not None]
    is_said = 0 < len(money) < 2 * len(figures)
    return bool(texts.get(words.subject.name)) and len(texts) >= _FEWEST_FIELDS and is_said


def _listed(grid: Grid, cards: Sequence[_Card]) -> Grid:
    heads = {key: one.at for card in reversed(cards) for key, one in card.said.items()}
    columns = list(dict.fromkeys(key for card in cards for key in card.said))
    values = [{key: one.value for key, one in card.said.items()} for card in cards]
    rows = [list(cells) for cells in grid.rows[: min(row for row, _ in heads.values())]]
    home: dict[Place, Place] = {}
    for places in (heads, *values):
        home |= {(len(rows), column): places[key] for column, key in enumerate(columns) if key in places}
        rows.append([grid.at(*places[key]) if key in places else "" for key in columns])
    faults = {here: grid.faults[there] for here, there in home.items() if there in grid.faults}
    formats = {here: grid.formats[there] for here, there in home.items() if there in grid.formats}
    return Grid(grid.name, rows, hidden=grid.hidden, formats=formats, faults=faults, home=home)
