"""Judgement over what comes in: how much of it is taken at once, and what a person has to look at first."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
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

PHONE = re.compile(
    r"(?:(?:\+|00)?86)?1[3-9]\d{9}"  # a mobile number
    r"|(?:(?:0|\+86)[1-9]\d{1,2})?[2-9]\d{6,7}(?:转\d{1,6})?"  # a landline, with its area code and extension or not
    r"|[48]00\d{7}|\+(?!86)\d{8,15}"  # a service number, a number abroad
)
BETWEEN_DIGITS = re.compile(r"[\s()\-–—]")  # as people part the digits of a number


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


def against_sending(
    *, text: str, files: list[tuple[str, int, bytes]], chosen: bool, asks_words: bool, contact: str = ""
) -> list[Refusal]:
    """Every reason why a form cannot be taken; files are (name, size, first bytes).

    What is ticked says nothing of which school or stop is meant: ticks alone are an answer only where a notice
    asks for nothing else. A file may be the letter itself.
    """
    rule, found = limits(), list[Refusal]()
    if not text.strip() and not files and asks_words:
        found.append(Refusal("opinion.empty", _("没有写意见。请写下意见，或把意见作为附件上传。"), "text"))
    elif not text.strip() and not files and not chosen:
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
    if contact and not can_be_reached(contact):
        sentence = _("“%(contact)s”不是完整的电话号码或邮箱，无法答复。请核对后改正，不需要答复的可以留空。")
        found.append(Refusal("opinion.contact", sentence % {"contact": contact}, "contact"))
    return found


def can_be_reached(contact: str) -> bool:
    """Whether words can be a telephone number or an address of e-mail, however wide and spaced they are typed."""
    plain = unicodedata.normalize("NFKC", contact).strip()
    if PHONE.fullmatch(BETWEEN_DIGITS.sub("", plain)):
        return True
    try:
        validate_email(plain)
    except ValidationError:
        return False
    return True


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
