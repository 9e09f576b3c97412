"""The shared cache of all processes: what may be claimed once, claimed by one statement."""

from __future__ import annotations

import base64
import pickle
from datetime import UTC, datetime
from typing import Any, cast

from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connection


class Claims(DatabaseCache):
    """Django's cache in the database; a key is added without counting all rows first, since a night clears them."""

    _table: str

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Claim a key; False where somebody holds it."""
        ends = self.get_backend_timeout(timeout)
        kept = base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode("ascii")
        with connection.cursor() as cursor:
            cursor.execute(
                f"insert into {self._table} as held (cache_key, value, expires) values (%s, %s, %s) "
                "on conflict (cache_key) do update set value = excluded.value, expires = excluded.expires "
                "where held.expires < now() returning true",
                [
                    self.make_and_validate_key(key, version=version), kept,
                    datetime.max.replace(tzinfo=UTC) if ends is None else datetime.fromtimestamp(ends, tz=UTC),
                ],
            )  # fmt: skip
            return cursor.fetchone() is not None

    def clear_expired(self) -> None:
        """Delete what is over."""
        with connection.cursor() as cursor:
            cursor.execute(f"delete from {self._table} where expires < now()")


def clear_expired() -> None:
    """Delete the shared claims that are over."""
    cast("Claims", caches["shared"]).clear_expired()
