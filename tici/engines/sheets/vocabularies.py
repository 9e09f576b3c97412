"""The vocabulary of each subject, made from the rulebook in force and kept until its files change."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from tici.engines import rulebook
from tici.engines.sheets.forms import FormVocabulary
from tici.engines.sheets.subjects import PROJECTS, Subject
from tici.engines.sheets.vocabulary import Vocabulary


def vocabulary(subject: Subject = PROJECTS) -> Vocabulary:
    """Return the vocabulary in which a subject's tables are headed."""
    columns, words = rulebook.load(subject.columns), rulebook.load("sheets/words")
    stamps = columns.path.stat().st_mtime_ns, words.path.stat().st_mtime_ns
    return _vocabulary(subject, columns.path, words.path, stamps)


@lru_cache(maxsize=16)
def _vocabulary(subject: Subject, _columns: Path, _words: Path, _stamps: tuple[int, int]) -> Vocabulary:
    columns, words = rulebook.load(subject.columns), rulebook.load("sheets/words")
    make = FormVocabulary if subject.form else Vocabulary
    return make(subject, columns["field"], words.content)


@lru_cache(maxsize=2)
def _industries(_path: Path, _stamp: int) -> frozenset[str]:
    classes = rulebook.load("sheets/industries")["classes"]
    codes = {code for line in classes.values() for code in line.split()}
    return frozenset(codes | {code[:3] for code in codes} | {code[:2] for code in codes})


def industries() -> frozenset[str]:
    """Return the codes of GB/T 4754 of two, three and four digits."""
    path = rulebook.load("sheets/industries").path
    return _industries(path, path.stat().st_mtime_ns)
