"""People as lists, sign-ins that are locked, and what guards the first administrators."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import F, QuerySet, Sum, Value
from django.db.models.functions import Concat, Lower

from tici.core.searching import Bigrams

from . import rules
from .models import Person


def searchable_people() -> QuerySet[Person]:
    """Everybody, with the text a search goes through."""
    text = Lower(Concat(F("username"), Value(" "), F("display_name")))
    return Person.objects.alias(search_text=text, search_pairs=Bigrams(text))


def other_holders(person: Person) -> int:
    """How many other active people hold the role a person holds."""
    return Person.objects.filter(role=person.role, is_active=True).exclude(pk=person.pk).count()


def locked_since(username: str, at: datetime, *, address: str | None = None) -> datetime | None:
    """When the lock on a name began: on the address asked for, or on any; None when there is none."""
    attempts = AccessAttempt.objects.filter(username=username, attempt_time__gt=at - rules.LOCK)
    if address is not None:
        attempts = attempts.filter(ip_address=address)
    tallies = attempts.values("ip_address").annotate(failures=Sum("failures_since_start"))
    locked = [one["ip_address"] for one in tallies if one["failures"] >= rules.FAILURES]
    times = attempts.filter(ip_address__in=locked).values_list("attempt_time", flat=True)
    return max(times, default=None)


def has_people() -> bool:
    """Whether anybody has an account."""
    return Person.objects.exists()


def first_administrator_file() -> Path:
    """Where the token of the first administrators lies."""
    return Path(settings.TICI_DATA) / "first-administrator"


def first_administrator_token() -> str | None:
    """The token that opens the page of the first administrators; None where none was issued."""
    path = first_administrator_file()
    return path.read_text(encoding="ascii").strip() if path.is_file() else None


def is_first_administrator_token(token: str) -> bool:
    """Whether a token is the one that was issued."""
    issued = first_administrator_token()
    return issued is not None and secrets.compare_digest(issued.encode(), token.strip().encode())
