"""Judgement over what comes in: how much of it is taken at once, and what a person has to look at first."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from tici.consultation.models import Held, Submission
from tici.consultation.sealing import is_code_of
from tici.core.refusals import Refusal
from tici.engines import rulebook

TYPES = {  # by what the bytes begin with, whatever the name says
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
    b"PK\x03\x04": "application/zip",  # docx, but also any archive; the engine looks inside
}


def limits(on: date | None = None) -> rulebook.Rule:
    """How much is taken at once, and how large it may be, by the rule of a day."""
    return rulebook.load("consultation/limits", on)


def held_for(*, is_proven: bool, in_a_minute: int, in_a_day: int) -> str:
    """Why a form sent over the web waits for a person; nothing where it goes straight on. It is never refused."""
    quota = limits()["proven" if is_proven else "unproven"]
    if in_a_minute >= quota["a_minute"] or in_a_day >= quota["a_day"]:
        return Held.QUOTA
    return Held.NOTHING if is_proven else Held.NO_PROOF


def media_type_of(content: bytes, name: str = "") -> str:
    """What bytes are, by how they begin; text where nothing else fits and the name says so."""
    found = next((kind for start, kind in TYPES.items() if content.startswith(start)), "")
    if found:
        return found
    return "text/plain" if name.lower().endswith(".txt") else "application/octet-stream"


def against_sending(*, text: str, files: list[tuple[str, int, bytes]], chosen: bool) -> list[Refusal]:
    """Every reason why a form cannot be taken; files are (name, size, first bytes)."""
    rule, found = limits(), []
    if not text.strip() and not files and not chosen:
        found.append(Refusal("opinion.empty", _("没有内容。请写下意见，或勾选答案。"), "text"))
    if len(text) > rule["text_longest"]:
        said = _("意见超过%(most)d字。请删减，或把全文作为附件上传。") % {"most": rule["text_longest"]}
        found.append(Refusal("opinion.long", said, "text"))
    if len(files) > rule["files_most"]:
        said = _("附件超过%(most)d个。请合并后上传。") % {"most": rule["files_most"]}
        found.append(Refusal("opinion.files", said, "files"))
    for name, size, start in files:
        if size > rule["file_largest_mb"] << 20:
            said = _("“%(name)s”超过%(most)d MB。请压缩后上传。") % {"name": name, "most": rule["file_largest_mb"]}
            found.append(Refusal("opinion.size", said, "files"))
        elif not _is_taken(media_type_of(start, name), name):
            said = _("“%(name)s”不是可接收的文件。请上传PDF、JPG、PNG、TIF、DOCX或TXT文件。") % {"name": name}
            found.append(Refusal("opinion.type", said, "files"))
    return found


def _is_taken(media_type: str, name: str) -> bool:
    if media_type == "application/zip":
        return name.lower().endswith(".docx")
    return media_type != "application/octet-stream"


def against_withdrawing(submission: Submission, *, code: str, is_published: bool) -> list[Refusal]:
    """Every reason why an opinion may not be withdrawn, or declared to be somebody else's."""
    if not is_code_of(submission.item.number, code):
        return [Refusal("opinion.code", _("编号与查询码不符。请核对后再试。"), "code")]
    if is_published:
        return [Refusal("opinion.published", _("采纳情况已经公布，不能再撤回。如有问题请联系受理单位。"))]
    return []
