"""Every write of the returns: months are opened, filed, sent back, corrected, accepted and locked; lights are set."""

from .drafts import Answers, Cell, Saved, file_draft, save_draft_cells
from .filings import EntryRow, file_entries, undo_vintages
from .lights import relight
from .months import open_month
from .reviews import accept_filing, answer_finding, lock_filing, send_back, unlock_filing

__all__ = [
    "Answers",
    "Cell",
    "EntryRow",
    "Saved",
    "accept_filing",
    "answer_finding",
    "file_draft",
    "file_entries",
    "lock_filing",
    "open_month",
    "relight",
    "save_draft_cells",
    "send_back",
    "undo_vintages",
    "unlock_filing",
]
