"""Taking back that two entries are two enterprises."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tici.accounts.models import Person
from tici.core.audit import record
from tici.enterprises.models import KnownApart


@transaction.atomic
def forget_apart(*, said: KnownApart, by: Person, at: datetime) -> None:
    """Take back that two entries are two enterprises; they are offered again if they still look alike."""
    record("enterprise.apart_forgotten", subject=said.left, by=by, at=at, other=(said.right_id, None))
    said.delete()
