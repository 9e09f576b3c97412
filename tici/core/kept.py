"""What was worked out once and is kept over requests, until anything is done anywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from django.core.cache import cache

from .models import Record

T = TypeVar("T")
KEPT_S = 600


def newest_record() -> int | None:
    """The newest record. Every action writes one in its own transaction, so while it stays, so do the rows."""
    return Record.objects.order_by("-pk").values_list("pk", flat=True).first()


def kept(key: str, newest: int | None, compute: Callable[[], T], seconds: int = KEPT_S) -> T:
    """What was computed under a key since the newest record, else compute it; nothing is kept before the first."""
    if newest is None:
        return compute()
    return cast("T", cache.get_or_set(f"{key}:{newest}", compute, seconds))
