"""Every write of the returns: months are opened, filed, sent back, corrected, accepted and locked; lights are set."""

from tici.returns.rules import ReportRow

from .drafts import Answers, Cell, Saved, file_draft, save_draft_cells
from .filings import EntryRow, file_entries, undo_vintages
from .forms import (
    load_forms,
    open_form_month,
    publish_form,
    remove_form,
    save_form_version,
    save_indicator,
    withdraw_form_month,
)
from .lights import relight
from .months import open_month, withdraw_month
from .report_drafts import FiledDrafts, ReportCell, SavedCells, file_report_drafts, save_report_cells
from .report_reviews import (
    accept_reports,
    answer_query,
    answer_unit_finding,
    ask_cell,
    close_query,
    lock_reports,
    send_back_report,
    unlock_reports,
)
from .reports import Filed, file_reports, undo_reports
from .reviews import accept_filing, answer_finding, lock_filing, send_back, unlock_filing
from .seals import seal_month
from .uploads import (
    FILE_UPLOAD,
    READ_UPLOAD,
    file_upload,
    note_upload_not_filed,
    note_upload_read,
    receive_upload,
    settle_upload,
    start_filing_upload,
    undo_upload,
    withdraw_upload,
)

__all__ = [
    "FILE_UPLOAD",
    "READ_UPLOAD",
    "Answers",
    "Cell",
    "EntryRow",
    "Filed",
    "FiledDrafts",
    "ReportCell",
    "ReportRow",
    "Saved",
    "SavedCells",
    "accept_filing",
    "accept_reports",
    "answer_finding",
    "answer_query",
    "answer_unit_finding",
    "ask_cell",
    "close_query",
    "file_draft",
    "file_entries",
    "file_report_drafts",
    "file_reports",
    "file_upload",
    "load_forms",
    "lock_filing",
    "lock_reports",
    "note_upload_not_filed",
    "note_upload_read",
    "open_form_month",
    "open_month",
    "publish_form",
    "receive_upload",
    "relight",
    "remove_form",
    "save_draft_cells",
    "save_form_version",
    "save_indicator",
    "save_report_cells",
    "seal_month",
    "send_back",
    "send_back_report",
    "settle_upload",
    "start_filing_upload",
    "undo_reports",
    "undo_upload",
    "undo_vintages",
    "unlock_filing",
    "unlock_reports",
    "withdraw_form_month",
    "withdraw_month",
    "withdraw_upload",
]
