"""From the raw thing to the opinion in it: who said what, on paper or in words. Safe to run again at any point."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tici.consultation.models import (
    Consent,
    Held,
    Item,
    ItemState,
    Notice,
    Part,
    Relation,
    Submission,
    Submitter,
)
from tici.consultation.rules.notices import is_late
from tici.consultation.sealing import digest_of_contact, sealed
from tici.core.audit import record
from tici.core.uploads import path_of

from .intake import Sender, quarantine_item

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
    if item.notice is None:
        reason = _("不能判断属于哪次征求意见。请选择公告后重新处理。")
        quarantine_item(item=item, reason=reason, by=by, at=at)
        return None
    if item.media_type == TYPED:
        return _of_typed(item, item.notice, by=by, at=at)
    return _of_paper(item, item.notice, by=by, at=at)


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
