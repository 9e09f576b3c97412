"""The record of what was done: every action writes one, in its own transaction, chained by digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.utils.translation import gettext as _

from .models import Record

CHAIN_LOCK = 0x71C1_0001  # one writer at a time may add to the chain; held until its transaction ends


@dataclass(frozen=True)
class Deed:
    """One thing done to one subject, before it is written down."""

    what: str
    subject: str
    old: dict[str, Any] = field(default_factory=dict)
    new: dict[str, Any] = field(default_factory=dict)


def subject_of(row: models.Model) -> str:
    """Name a row the way records name it: ``projects.project:12``."""
    return f"{row._meta.label_lower}:{row.pk}"


def name_of(by: object) -> str:
    """Who did it, by the account's name: what somebody is called may change, and may be anybody's."""
    return str(getattr(by, "username", "") or by)


def record(what: str, *, subject: models.Model, by: object, at: datetime, **changes: tuple[Any, Any]) -> Record:
    """Write down one thing that was done; called by actions only, inside their transaction.

    Each keyword in ``changes`` is a field name with its (old, new) pair.
    """
    old = {name: pair[0] for name, pair in changes.items()}
    new = {name: pair[1] for name, pair in changes.items()}
    return record_many([Deed(what, subject_of(subject), old, new)], by=by, at=at)[0]


def record_many(deeds: Iterable[Deed], *, by: object, at: datetime) -> list[Record]:
    """Write down many things done at once, in their order. Call it last: it holds the chain until commit."""
    if not connection.in_atomic_block:
        raise RuntimeError("record() belongs inside the action's transaction.")
    with connection.cursor() as cursor:
        cursor.execute("select tici_end_of_the_record(%s)", [CHAIN_LOCK])
        previous = cursor.fetchone()[0] or ""
    who = name_of(by)
    rows = []
    for deed in deeds:
        row = Record(what=deed.what, subject=deed.subject, by=who, at=at, old=_plain(deed.old), new=_plain(deed.new))
        row.previous, row.digest = previous, digest_of(row, previous)
        previous = row.digest
        rows.append(row)
    return Record.objects.bulk_create(rows, batch_size=2000)


def digest_of(row: Record, previous: str) -> str:
    """Digest of a record and of everything before it. The algorithm is the setting ``TICI_DIGEST``."""
    at = row.at.astimezone(UTC).isoformat()
    text = json.dumps(
        [previous, row.what, row.subject, row.by, at, row.old, row.new], ensure_ascii=False, sort_keys=True
    )
    return hashlib.new(settings.TICI_DIGEST, text.encode()).hexdigest()


def breaks_in_the_chain(on_each: Callable[[], None] = lambda: None) -> Iterator[str]:
    """Say of each record that is not as it was written, in order, what is wrong with it."""
    previous = ""
    for row in Record.objects.order_by("pk").iterator(chunk_size=5000):
        if row.previous != previous:
            yield _("第%(pk)s条记录：它之前的记录有缺失，或是后来加入的。") % {"pk": row.pk}
        if row.digest != digest_of(row, row.previous):
            sentence = _("第%(pk)s条记录（%(what)s，%(subject)s）与写入时不同。")
            yield sentence % {"pk": row.pk, "what": row.what, "subject": row.subject}
        previous = row.digest
        on_each()


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """The values as JSON would give them back, so that a digest taken now holds for the row read later."""
    plain: dict[str, Any] = json.loads(json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False))
    return plain
