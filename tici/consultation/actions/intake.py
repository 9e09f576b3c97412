"""The one intake: raw bytes are kept first, under a key that lets the same thing in once; everything else follows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from django.db import connection, transaction
from procrastinate.contrib.django import app

from tici.consultation.models import (
    Acknowledgement,
    Channel,
    Held,
    Item,
    ItemState,
    Mailbox,
    Notice,
    Part,
)
from tici.consultation.sealing import code_of, number_of
from tici.core.actions import keep_upload
from tici.core.audit import Deed, record, record_many, subject_of
from tici.core.copying import reserve_ids

TOO_LARGE = "文件超过限额，只保存不读取。请人工查看原件。"
TAKE_UP = "tici.consultation.take_up"  # the procrastinate task that carries one item on


@dataclass(frozen=True)
class Sender:
    """Who sent an opinion, as far as they said; kept encrypted."""

    name: str = ""
    contact: str = ""  # a telephone or a mailbox
    address: str = ""


@dataclass(frozen=True)
class Receipt:
    """What a sender holds in hand: the number, and the code that opens it."""

    item: Item
    is_new: bool

    @property
    def number(self) -> str:
        return self.item.number

    @property
    def code(self) -> str:
        return code_of(self.item.number)


def receipt_of(source_key: str) -> Receipt | None:
    """The receipt of what came in before under a key; what is just coming in under it is waited for.

    Call it inside a transaction: until that ends, nobody else goes past here with the same key.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [source_key])
    known = Item.objects.filter(source_key=source_key).first()
    return Receipt(known, is_new=False) if known else None


def digest_of(content: bytes) -> str:
    """The digest by which the same bytes are known again."""
    return hashlib.sha256(content).hexdigest()


@transaction.atomic(savepoint=False)
def receive_opinion(
    *,
    channel: str,
    source_key: str,
    content: bytes,
    name: str,
    media_type: str,
    received_at: datetime,
    by: object,
    notice: Notice | None = None,
    origin: str = "",
    postmarked_on: date | None = None,
    held: str = Held.NOTHING,
    net: str = "",
    files: Sequence[tuple[str, bytes]] = (),
    is_known_new: bool = False,
) -> Receipt:
    """Take in whatever came by any channel. It has its number from here on, and is never lost.

    The bytes are on disk before a row points at them. The same source key again gives the receipt of the first
    time, so a form sent twice, a message fetched twice or a fax found twice is one item; ``is_known_new`` where the
    caller has asked ``receipt_of`` in this same transaction. Reading it is work for the background, queued in it too.
    """
    if not is_known_new and (known := receipt_of(source_key)):
        return known
    upload = keep_upload(BytesIO(content), name=name, by=by, at=received_at)
    (serial,) = reserve_ids(Item, 1)
    item = Item.objects.create(
        id=serial, number=number_of(received_at.year, serial), source_key=source_key, notice=notice, channel=channel,
        origin=origin[:200], upload=upload, digest=upload.digest, media_type=media_type[:80], received_at=received_at,
        received_by=str(by)[:150], postmarked_on=postmarked_on, held=held, net=net,
    )  # fmt: skip
    kept = [keep_upload(BytesIO(body), name=file, by=by, at=received_at) for file, body in files]
    Part.objects.bulk_create(
        Part(item=item, position=at, name=file[-255:], upload=one)
        for at, ((file, _body), one) in enumerate(zip(files, kept, strict=True), 1)
    )
    app.configure_task(TAKE_UP).defer(item_id=item.pk)
    record("opinion.received", subject=item, by=by, at=received_at, channel=(None, channel), held=(None, held))
    return Receipt(item, is_new=True)


@transaction.atomic
def quarantine_item(*, item: Item, reason: str, by: object, at: datetime) -> None:
    """Set aside what could not be dealt with, with the reason; a person looks at it, and nothing is lost."""
    item = Item.objects.select_for_update().get(pk=item.pk)
    if item.state == ItemState.NOT_OPINION:
        return
    was, item.state, item.reason = item.state, ItemState.QUARANTINED, reason[:300]
    item.save(update_fields=["state", "reason"])
    record("opinion.quarantined", subject=item, by=by, at=at, state=(was, item.state), reason=("", item.reason))


@transaction.atomic
def retry_item(*, item: Item, notice: Notice | None, by: object, at: datetime) -> None:
    """Send what was set aside on its way again, perhaps with the notice it belongs to."""
    item = Item.objects.select_for_update().get(pk=item.pk)
    if item.state != ItemState.QUARANTINED:
        return
    item.state, item.reason = ItemState.WAITING, ""
    item.notice = notice or item.notice
    item.save(update_fields=["state", "reason", "notice"])
    app.configure_task(TAKE_UP).defer(item_id=item.pk)
    record("opinion.retried", subject=item, by=by, at=at, notice=(None, item.notice_id))


@transaction.atomic
def release_items(*, items: Sequence[Item], by: object, at: datetime) -> int:
    """Let items through that were held for a look."""
    rows = list(Item.objects.select_for_update().filter(pk__in=[one.pk for one in items]).exclude(held=""))
    for item in rows:
        Item.objects.filter(pk=item.pk).update(held=Held.NOTHING)
        app.configure_task(TAKE_UP).defer(item_id=item.pk, is_let_through=True)
    record_many([Deed("opinion.released", subject_of(one), {"held": one.held}) for one in rows], by=by, at=at)
    return len(rows)


@transaction.atomic
def hold_item(*, item: Item, why: str, by: object, at: datetime) -> None:
    """Let an item wait with its reason; it keeps its number and everything in it."""
    item = Item.objects.select_for_update().get(pk=item.pk)
    was, item.held = item.held, why
    item.save(update_fields=["held"])
    record("opinion.held", subject=item, by=by, at=at, held=(was, why))


@transaction.atomic
def resume_pages(*, by: object, at: datetime) -> int:
    """Send on what waits because its sender's pages of a day were read; the oldest first, each within the new day's."""
    rows = list(Item.objects.select_for_update().filter(held=Held.PAGES).order_by("pk"))
    for item in rows:
        Item.objects.filter(pk=item.pk).update(held=Held.NOTHING)
        app.configure_task(TAKE_UP).defer(item_id=item.pk)
    record_many([Deed("opinion.resumed", subject_of(one), {"held": one.held}) for one in rows], by=by, at=at)
    return len(rows)


@transaction.atomic
def acknowledge_mail(*, item: Item, address_digest: str, on: date) -> bool:
    """Claim today's one acknowledgement to an address; False where it was claimed already."""
    if item.channel != Channel.MAIL or not address_digest or item.acknowledgements.exists():
        return False
    _row, is_new = Acknowledgement.objects.get_or_create(address_digest=address_digest, on=on, defaults={"item": item})
    return is_new


@transaction.atomic
def note_mailbox(*, name: str, uidvalidity: int, last_uid: int, at: datetime, trouble: str = "") -> None:
    """Note how far a mailbox has been read, or what stood in the way."""
    facts = {"looked_at": at, "trouble": trouble[:300]}
    if not trouble:
        facts |= {"uidvalidity": uidvalidity, "last_uid": last_uid}
    Mailbox.objects.update_or_create(name=name, defaults=facts)
