"""Tells what a workbook is about when nobody says: projects, enterprises, or the month of a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tici.engines.sheets.grid import Grid
from tici.engines.sheets.headers import Table, arranged
from tici.engines.sheets.subjects import ENTERPRISES, PROJECTS, Subject
from tici.engines.sheets.vocabularies import vocabulary
from tici.engines.sheets.vocabulary import Vocabulary

_ENOUGH = 0.5  # of a table's columns must be understood
_AHEAD = 0.12  # by which the best must lead
_KNOWN = 0.55
_NAMELESS = 0.5


@dataclass(frozen=True)
class Guess:
    """The subject a workbook seems to be about, ``None`` where that is not clear, and how well each fits (0 to 1)."""

    subject: Subject | None
    scores: Mapping[str, float]


def guess_subject(grids: Sequence[Grid], forms: Sequence[Subject] = ()) -> Guess:
    """Return what a workbook is about, by its headers.

    Parameters
    ----------
    grids
        Its sheets.
    forms
        Forms it may be the month of, beside a ledger of projects and a list of enterprises.

    Notes
    -----
    Of each subject the table counts that it understands best: the share of its columns that
    have a field, each as sure as its header. A table without the name of its rows counts half.
    """
    subjects = (PROJECTS, ENTERPRISES, *forms)
    scores = {
        subject.code: max((_fit(grid, vocabulary(subject)) for grid in grids), default=0.0) for subject in subjects
    }
    ranked = sorted(subjects, key=lambda subject: -scores[subject.code])
    best, second = ranked[0], ranked[1]
    is_clear = scores[best.code] >= _ENOUGH and scores[best.code] - scores[second.code] >= _AHEAD
    return Guess(best if is_clear else None, scores)


def list_or_ledger(grids: Sequence[Grid]) -> Subject:
    """Return ``ENTERPRISES`` where the headers clearly fit a list of enterprises, else ``PROJECTS``."""
    return ENTERPRISES if guess_subject(grids).subject is ENTERPRISES else PROJECTS


def _fit(grid: Grid, words: Vocabulary) -> float:
    _grid, tables = arranged(grid, words)
    return max((_table_fit(table, words) for table in tables), default=0.0)


def _table_fit(table: Table, words: Vocabulary) -> float:
    headers = table.headers(None)
    taken: dict[str, float] = {}
    words.relate(headers, "")
    for header in headers.values():
        for score, code in words.rank(header)[:1]:
            if score >= _KNOWN and code not in words.subject.many:
                taken[code] = max(score, taken.get(code, 0))
    share = sum(taken.values()) / max(1, len(headers))
    return round(share if words.subject.name in taken else share * _NAMELESS, 3)
