"""From the raw thing to the opinion in it: who said what, on paper or in words. Safe to run again at any point."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tici.consultation.models import (
    Channel,
    ChannelOffer,
    Consent,
    Held,
    Item,
    ItemState,
    Notice,
    NoticeState,
    Part,
    Relation,
    Submission,
    Submitter,
)
from tici.consultation.rules.notices import is_late
from tici.consultation.sealing import digest_of_contact, sealed
from tici.core.actions import keep_upload
from tici.core.audit import record
from tici.core.uploads import path_of
from tici.engines.opinions import mails

from .intake import Sender, quarantine_item

MAIL = "message/rfc822"
NO_PERSON = {
    "auto_reply": gettext_lazy("自动回复，不是意见。"),
    "bounce": gettext_lazy("退信通知，不是意见。"),
    "list": gettext_lazy("群发邮件，不是意见。"),
}
TYPED = "application/vnd.tici.opinion+json"  # what somebody typed: on the web, at the desk, from a hotline's sheet


def typed(
    *,
    text: str,
    sender: Sender,
    answers: dict[str, list[str]] | None = None,
    relation: str = Relation.UNSAID,
    consent: str = Consent.MASKED,
    wants_reply: bool = True,
) -> bytes:
    """What somebody typed, as the bytes it is kept in."""
    said = {
        "text": text, "answers": answers or {}, "name": sender.name, "contact": sender.contact,
        "address": sender.address, "relation": relation, "consent": consent, "wants_reply": wants_reply,
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, sort_keys=True).encode()


@transaction.atomic
def register_item(*, item: Item, by: object, at: datetime) -> Submission | None:
    """Make an item's opinion out of its raw bytes; None where there is none, or nobody knows what it is about.

    Done once: an item that is no longer waiting is left as it is.
    """
    item = Item.objects.select_for_update().get(pk=item.pk)
    known = Submission.objects.filter(item=item).first()
    if known is not None or item.state != ItemState.WAITING:
        return known
    if item.media_type == MAIL:
        return register_mail(item, by=by, at=at)
    if item.notice is None:
        reason = _("不能判断属于哪次征求意见。请选择公告后重新处理。")
        quarantine_item(item=item, reason=reason, by=by, at=at)
        return None
    if item.media_type == TYPED:
        return _of_typed(item, item.notice, by=by, at=at)
    return _of_paper(item, item.notice, by=by, at=at)


def register_mail(item: Item, *, by: object, at: datetime) -> Submission | None:
    """A message: its words, its attachments, its sender; what no person wrote is told apart and never answered."""
    mail = mails.read(path_of(item.digest).read_bytes())
    if mail.kind != "opinion":
        item.state, item.reason = ItemState.NOT_OPINION, str(NO_PERSON[mail.kind])
        item.save(update_fields=["state", "reason"])
        record("opinion.not_one", subject=item, by=by, at=at, reason=("", item.reason))
        return None
    notice = item.notice or notice_of_mail(mail.to, item.received_at)
    if notice is None:
        reason = _("不能判断属于哪次征求意见。请选择公告后重新处理。")
        quarantine_item(item=item, reason=reason, by=by, at=at)
        return None
    if item.notice is None:
        item.notice = notice
        item.save(update_fields=["notice"])
    if not item.parts.exists():
        kept = [keep_upload(BytesIO(one.content), name=one.name, by=by, at=at) for one in mail.attachments]
        Part.objects.bulk_create(
            Part(item=item, position=number, name=one.name[-255:], upload=upload)
            for number, (one, upload) in enumerate(zip(mail.attachments, kept, strict=True), 1)
        )
    ends = [end for end in (mail.quoted_from, mail.signature_from) if end is not None]
    facts = {"text": mail.text or mail.subject, "quoted_from": min(ends) if ends and mail.text else None}
    return make_submission(item, notice, facts, Sender(mail.sender_name, mail.sender), by=by, at=at)


def notice_of_mail(to: Sequence[str], received_at: datetime) -> Notice | None:
    """The notice a message belongs to: the newest that names the mailbox, else the only one that takes mail."""
    offers = ChannelOffer.objects.filter(channel=Channel.MAIL, notice__state=NoticeState.ISSUED)
    named = offers.filter(address__in=to).order_by("-notice__opens_on").first()
    if named is not None:
        return named.notice
    every = list(offers[:2])
    return every[0].notice if len(every) == 1 else None


def _of_typed(item: Item, notice: Notice, *, by: object, at: datetime) -> Submission:
    said: dict[str, Any] = json.loads(path_of(item.digest).read_bytes())
    sender = Sender(said.get("name", ""), said.get("contact", ""), said.get("address", ""))
    facts = {
        "text": said["text"],
        "answers": said.get("answers", {}),
        "relation": said.get("relation", Relation.UNSAID),
        "consent": said.get("consent", Consent.MASKED),
        "wants_reply": said.get("wants_reply", True),
    }
    return make_submission(item, notice, facts, sender, by=by, at=at)


def _of_paper(item: Item, notice: Notice, *, by: object, at: datetime) -> Submission:
    """A fax, a scan, a photograph: the file itself is the first part, its text comes with reading."""
    if not item.parts.exists():
        name = item.upload.name if item.upload else item.number
        Part.objects.create(item=item, position=1, name=name, upload=item.upload)
    return make_submission(item, notice, {"text": ""}, Sender(), by=by, at=at)


def make_submission(
    item: Item, notice: Notice, facts: dict[str, Any], sender: Sender, *, by: object, at: datetime
) -> Submission:
    """The opinion of an item, with its sender encrypted, and the item registered."""
    late = is_late(notice, item.received_at, item.postmarked_on)
    submission = Submission.objects.create(item=item, notice=notice, is_late=late, **facts)
    keep_sender(submission, sender)
    item.state = ItemState.REGISTERED
    item.save(update_fields=["state"])
    record("opinion.registered", subject=item, by=by, at=at, is_late=(None, late))
    return submission


def keep_sender(submission: Submission, sender: Sender) -> None:
    """Encrypt who sent it; a sender who said nothing has a row all the same, so that a look leaves its trace."""
    Submitter.objects.update_or_create(
        submission=submission,
        defaults={
            "name": sealed(sender.name),
            "contact": sealed(sender.contact),
            "address": sealed(sender.address),
            "contact_digest": digest_of_contact(sender.contact),
        },
    )


@transaction.atomic
def set_postmark(*, item: Item, postmarked_on: date, by: object, at: datetime) -> None:
    """Note the postmark of a letter; it decides whether the letter was late."""
    item = Item.objects.select_for_update().select_related("notice").get(pk=item.pk)
    record("opinion.postmarked", subject=item, by=by, at=at, postmarked_on=(item.postmarked_on, postmarked_on))
    item.postmarked_on = postmarked_on
    item.save(update_fields=["postmarked_on"])
    if item.notice is not None:
        late = is_late(item.notice, item.received_at, postmarked_on)
        Submission.objects.filter(item=item).update(is_late=late)


def is_held(item: Item) -> bool:
    """Whether an item waits for a person before it is read."""
    return item.held != Held.NOTHING
