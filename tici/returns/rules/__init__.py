"""Judgement over returns: who may file, accept and send back, what the checks say, and which lights are shown."""

from .cells import TYPED_FIGURES, Typed, read_cell, typed_row
from .filings import (
    EntryRow,
    against_accepting,
    against_answering,
    against_filing,
    against_locking,
    against_rows,
    against_sending_back,
    against_typing,
    against_undoing,
    against_unlocking,
)
from .findings import LAST, History, checks_on, columns_of, finding_sentence, sentence_of
from .lights import (
    KINDS,
    LONGER,
    UNDER_WAY,
    Judge,
    Situation,
    is_started,
    last_month,
    light_sentence,
    thresholds_on,
)

__all__ = [
    "KINDS",
    "LAST",
    "LONGER",
    "TYPED_FIGURES",
    "UNDER_WAY",
    "EntryRow",
    "History",
    "Judge",
    "Situation",
    "Typed",
    "against_accepting",
    "against_answering",
    "against_filing",
    "against_locking",
    "against_rows",
    "against_sending_back",
    "against_typing",
    "against_undoing",
    "against_unlocking",
    "checks_on",
    "columns_of",
    "finding_sentence",
    "is_started",
    "last_month",
    "light_sentence",
    "read_cell",
    "sentence_of",
    "thresholds_on",
    "typed_row",
]
