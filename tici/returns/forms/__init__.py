"""What is typed into the pages of the returns."""

from .indicators import IndicatorForm
from .months import AcceptForm, AnswerForm, MonthForm, SendBackForm, UnlockForm
from .reports import (
    AskForm,
    CellAnswerForm,
    OwnWorkbookForm,
    ReportSendBackForm,
    SealForm,
    TemplateForm,
    UploadReasonForm,
)
from .versions import ColumnForm, ColumnsForm, CopyForm, VersionForm

__all__ = [
    "AcceptForm",
    "AnswerForm",
    "AskForm",
    "CellAnswerForm",
    "ColumnForm",
    "ColumnsForm",
    "CopyForm",
    "IndicatorForm",
    "MonthForm",
    "OwnWorkbookForm",
    "ReportSendBackForm",
    "SealForm",
    "SendBackForm",
    "TemplateForm",
    "UnlockForm",
    "UploadReasonForm",
    "VersionForm",
]
