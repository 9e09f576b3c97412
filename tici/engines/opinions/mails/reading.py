"""A mail read from its bytes: its headers, its text and its attachments."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from datetime import datetime

from tici.engines.opinions.mails import hypertext, quotes
from tici.engines.opinions.mails.charsets import decoded
from tici.engines.opinions.mails.headers import addresses, first, moment, name_and_address, text_of
from tici.engines.opinions.mails.kinds import Kind, kind_of
from tici.engines.opinions.mails.parts import Part, parts_of

LONGEST_NAME = 120
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069<>:\"|?*]")
_SUFFIX = {"message/rfc822": ".eml", "image/jpeg": ".jpg", "image/tiff": ".tif", "text/plain": ".txt"}


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail, with its exact bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """What a mail says.

    Attributes
    ----------
    sender, to
        Addresses in lower case; empty where there is none.
    date
        When it says it was written, in UTC; none where it does not say. Not when it came.
    message_id
        Without its brackets; empty where there is none.
    text
        What is read: the plain text, or the words of the HTML where there is no plain text.
    html_text
        The words of the HTML; empty where there is none.
    kind
        "opinion" for what a person wrote, else "auto_reply", "bounce" or "list".
    quoted_from, signature_from
        Offsets into `text` where another mail is quoted and where the signature begins.
    """

    subject: str
    sender: str
    sender_name: str
    to: tuple[str, ...]
    date: datetime | None
    message_id: str
    text: str
    html_text: str
    attachments: tuple[Attachment, ...]
    kind: Kind
    quoted_from: int | None
    signature_from: int | None

    @property
    def own_words(self) -> str:
        """The text without what it quotes and without its signature: a view, the text itself stays whole."""
        ends = [end for end in (self.quoted_from, self.signature_from) if end is not None]
        return self.text[: min(ends, default=len(self.text))].rstrip()


def read(raw: bytes) -> Mail:
    """Read a mail from the bytes it came in. Never raises: what cannot be understood is left empty.

    Notes
    -----
    An attachment is every part that is no text to be read: named parts, pictures, nested mails (with their exact
    bytes) and Outlook's winmail.dat, unopened. Signatures of S/MIME and reports of delivery are attachments too.
    """
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    headers, parts = parts_of(raw)
    plain, pages, attachments = _sorted(parts)
    charset = next((part.parameters["charset"] for part in parts if part.parameters.get("charset")), "")
    html_text = "\n".join(filter(None, (_page_text(part) for part in pages))).strip()
    text = "\n".join(filter(None, (_plain_text(part).strip() for part in plain))).strip() or html_text
    subject = text_of(first(headers, "subject"), charset)
    sender_name, sender = name_and_address(text_of(first(headers, "from") or first(headers, "sender"), charset))
    quoted = quotes.quoted_from(text)
    return Mail(
        subject=subject,
        sender=sender,
        sender_name=sender_name,
        to=addresses(text_of(first(headers, "to"), charset)),
        date=moment(text_of(first(headers, "date"))),
        message_id=text_of(first(headers, "message-id")).strip("<> "),
        text=text,
        html_text=html_text,
        attachments=tuple(_attachment(part, number) for number, part in enumerate(attachments, 1)),
        kind=kind_of(headers, subject, sender),
        quoted_from=quoted,
        signature_from=quotes.signature_from(text, quoted),
    )


def _sorted(parts: list[Part]) -> tuple[list[Part], list[Part], list[Part]]:
    """Plain texts, HTML texts and attachments."""
    plain: list[Part] = []
    pages: list[Part] = []
    attachments: list[Part] = []
    for part in parts:
        is_file = bool(part.name) or part.disposition == "attachment"
        if part.media_type == "text/html" and not is_file:
            pages.append(part)
        elif part.media_type in {"text/plain", "text"} and not is_file:
            plain.append(part)
        elif part.content.strip() or is_file:
            attachments.append(part)
    return plain, pages, attachments


def _page_text(part: Part) -> str:
    second = hypertext.declared_charset(part.content)
    return hypertext.text_of(decoded(part.content, part.parameters.get("charset", ""), second))


def _plain_text(part: Part) -> str:
    text = decoded(part.content, part.parameters.get("charset", "")).replace("\r\n", "\n").replace("\r", "\n")
    if part.parameters.get("format", "").lower() == "flowed":
        # A line that ends in a blank goes on in the next one (RFC 3676), but for the mark of a signature.
        blank = "" if part.parameters.get("delsp", "").lower() == "yes" else " "
        text = re.sub(r"(?<!\n--)(?<!^--) \n(?!>)", lambda _: blank, text)
    return text.replace("\u200b", "").replace("\ufeff", "")


def _attachment(part: Part, number: int) -> Attachment:
    name = _NOT_IN_NAMES.sub("", part.name).replace("\\", "/").split("/")[-1].strip(" .")
    if not name:
        name = f"附件{number}{_suffix(part.media_type)}"
    if len(name) > LONGEST_NAME:
        stem, dot, suffix = name.rpartition(".")
        kept = f".{suffix}" if dot and len(suffix) <= 8 else ""
        name = (stem or name)[: LONGEST_NAME - len(kept)] + kept
    return Attachment(name, part.media_type, part.content)


def _suffix(media_type: str) -> str:
    return _SUFFIX.get(media_type) or mimetypes.guess_extension(media_type, strict=False) or ".bin"
