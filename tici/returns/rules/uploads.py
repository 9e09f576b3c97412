"""Every reason why a filled template may not be taken in, filed, withdrawn or undone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tici.core.refusals import Refusal
from tici.returns.models import FormUpload, UploadState

from .templates import file_refusal

LARGEST_MB = 40


def against_upload(name: str, size: int) -> list[Refusal]:
    """Every reason why a file is not even read."""
    if size > LARGEST_MB * 2**20:
        return [file_refusal("too_big", limit=LARGEST_MB)]
    return [] if name.lower().endswith(".xlsx") else [file_refusal("not_a_template")]


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
