"""Every reason why a workbook of a form may not be taken in, settled, filed, withdrawn or undone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tici.core.dates import month_words
from tici.core.refusals import Refusal
from tici.engines.periods import Month
from tici.engines.sheets import WORKBOOKS
from tici.returns.models import FormUpload, UploadState

from .templates import file_refusal

LARGEST_MB = 40


def against_upload(name: str, size: int, *, is_own: bool) -> list[Refusal]:
    """Every reason why a file is not even read."""
    if size > LARGEST_MB * 2**20:
        return [file_refusal("too_big", limit=LARGEST_MB)]
    if is_own and not name.lower().endswith(WORKBOOKS):
        return [Refusal("upload.kind", _("这不是表格文件。请上传xlsx、xls、csv或txt文件。"), "file")]
    return [] if is_own or name.lower().endswith(".xlsx") else [file_refusal("not_a_template")]


def against_own_month(found: Month | None, month: Month) -> list[Refusal]:
    """Why a workbook is not taken for a month that it does not speak of."""
    if found is None or found == month:
        return []
    words = {"found": month_words(found), "month": month_words(month)}
    sentence = _("表中写的是%(found)s，这里收的是%(month)s。请到%(found)s上传，或核对表头。")
    return [Refusal("upload.month", sentence % words)]


def against_settling(upload: FormUpload) -> list[Refusal]:
    """Every reason why columns and rows of a workbook may not be settled now."""
    if upload.is_own and upload.state == UploadState.READ:
        return []
    return [Refusal("upload.not_read", _("这份表格已报送或正在办理，不能再确定列和行。请刷新页面查看。"))]


def against_filing_upload(upload: FormUpload) -> list[Refusal]:
    """Every reason why what was read of a template may not be filed now."""
    if upload.state in {UploadState.FILING, UploadState.FILED}:
        return [Refusal("upload.filed", _("这份模板已经报送，可能是同事刚刚办理。请刷新页面查看。"))]
    if upload.state != UploadState.READ:
        return [Refusal("upload.not_read", _("这份模板现在不能报送。请重新上传填好的模板。"))]
    if not upload.read:
        return [Refusal("upload.empty", _("这份模板没有读出可报的行。请改好退回的行，或填写后重新上传。"))]
    return []


def against_withdrawing(upload: FormUpload) -> list[Refusal]:
    """Every reason why a template may not be withdrawn."""
    if upload.state in {UploadState.READ, UploadState.REFUSED}:
        return []
    return [Refusal("upload.filed", _("这份模板已报送或正在办理，不能撤回。已报送的请用“撤销报送”。"))]


def against_undoing_upload(upload: FormUpload) -> list[Refusal]:
    """Every reason why the filing of a template may not be undone."""
    if upload.state == UploadState.FILED and upload.batch:
        return []
    return [Refusal("upload.not_filed", _("这份模板没有报送，不需要撤销。请刷新页面查看。"))]
