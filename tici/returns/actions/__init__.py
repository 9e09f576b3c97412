"""Every write of the returns: months are opened, filed, sent back, corrected, accepted and locked; lights are set."""

from tici.returns.rules import ReportRow

from .drafts import Answers, Cell, Saved, file_draft, save_draft_cells
from .filings import EntryRow, file_entries, undo_vintages
from .forms import load_forms, open_form_month, publish_form, save_form_version, save_indicator
from .lights import relight
from .months import open_month
from .reports import Filed, file_reports, undo_reports
from .reviews import accept_filing, answer_finding, lock_filing, send_back, unlock_filing

__all__ = [
    "Answers",
    "Cell",
    "EntryRow",
    "Filed",
    "ReportRow",
    "Saved",
    "accept_filing",
    "answer_finding",
    "file_draft",
    "file_entries",
    "file_reports",
    "load_forms",
    "lock_filing",
    "open_form_month",
    "open_month",
    "publish_form",
    "relight",
    "save_draft_cells",
    "save_form_version",
    "save_indicator",
    "send_back",
    "undo_reports",
    "undo_vintages",
    "unlock_filing",
]
