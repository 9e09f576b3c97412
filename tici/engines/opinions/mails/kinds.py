"""Whether a person wrote a mail: automatic replies, bounces and lists are registered as such and never answered."""

from __future__ import annotations

import re
from typing import Literal

from tici.engines.opinions.mails.headers import Headers, first, text_of, value_and_parameters

Kind = Literal["opinion", "auto_reply", "bounce", "list"]

_DAEMON = re.compile(r"^(?:mailer-?daemon|postmaster|mail-?daemon|mdaemon|bounce[sd]?)(?:[@+\-=.]|$)", re.IGNORECASE)
_RETURNED = re.compile(
    r"退信|退件|投递失败|未送达|无法送达|无法投递|发送失败|undeliver|delivery\s+(?:status|failure|has\s+failed|incomplete)"
    r"|returned\s+(?:mail|to\s+sender)|failure\s+notice|mail\s+delivery\s+(?:failed|system|subsystem)|未傳遞",
    re.IGNORECASE,
)
_AUTOMATIC = re.compile(
    r"^\W*(?:自动回复|自动答复|自動回覆|自動回復|自动应答|外出自动|休假自动|不在办公室|已读[:：回]|回执[:：]|已讀"
    r"|auto(?:matic)?[\s-]*(?:reply|response|answer|respond\w*)|out\s+of\s+(?:the\s+)?office|auto\s*[:：]|read\s*[:：]"
    r"|vacation\s+reply|on\s+vacation)",
    re.IGNORECASE,
)
_YES = re.compile(r"^(?!no\b|none\b|false\b|$)", re.IGNORECASE)


def kind_of(headers: Headers, subject: str, sender: str) -> Kind:
    """Return what a mail is, by its headers, its subject and who sent it.

    Notes
    -----
    RFC 3834 (Auto-Submitted), RFC 3464 (delivery reports), RFC 8098 (receipts), RFC 2919 (List-Id), and what
    Chinese mailboxes write into the subject.
    """
    media_type, parameters = value_and_parameters(first(headers, "content-type"))
    report = parameters.get("report-type", "").lower() if media_type == "multipart/report" else ""
    automatic = _word(headers, "auto-submitted")
    precedence = _word(headers, "precedence")
    has_no_return = "return-path" in headers and first(headers, "return-path") in (b"<>", b"")
    is_daemon = bool(_DAEMON.match(sender))
    if report == "delivery-status" or "x-failed-recipients" in headers:
        return "bounce"
    if is_daemon and (has_no_return or _RETURNED.search(subject)):
        return "bounce"
    if automatic.startswith("auto-replied") or report == "disposition-notification" or _AUTOMATIC.match(subject):
        return "auto_reply"
    if precedence in {"auto_reply", "auto-reply"} or any(map(headers.__contains__, ("x-autoreply", "x-autorespond"))):
        return "auto_reply"
    if has_no_return or is_daemon:
        return "bounce"
    if any(map(headers.__contains__, ("list-id", "list-unsubscribe", "list-post"))) or precedence in {
        "list",
        "bulk",
        "junk",
    }:
        return "list"
    if automatic and _YES.match(automatic):
        return "auto_reply"
    return "opinion"


def _word(headers: Headers, name: str) -> str:
    return text_of(first(headers, name)).lower().split(";")[0].strip()
