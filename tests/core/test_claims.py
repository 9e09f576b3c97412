"""The shared cache: a key is claimed once, again when its time is over, and cleared by night."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from tici.core.claims import clear_expired

pytestmark = pytest.mark.django_db


def run_out(word):
    with connection.cursor() as cursor:
        over = timezone.now() - timedelta(seconds=1)
        cursor.execute("update tici_shared_cache set expires = %s where cache_key like %s", [over, f"%{word}"])


def kept():
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from tici_shared_cache")
        return cursor.fetchone()[0]


def test_a_key_is_claimed_once_until_its_time_is_over(django_assert_num_queries):
    shared = caches["shared"]
    with django_assert_num_queries(1):
        assert shared.add("proof", 1, timeout=60)
    assert not shared.add("proof", 2, timeout=60)
    assert shared.get("proof") == 1

    run_out("proof")

    assert shared.add("proof", 3, timeout=60)
    assert shared.get("proof") == 3


def test_what_is_over_is_cleared_and_what_holds_or_never_ends_stays():
    shared = caches["shared"]
    for word in ("over", "holds"):
        shared.add(word, 1, timeout=60)
    shared.add("for_ever", 1, timeout=None)
    run_out("over")

    clear_expired()

    assert (kept(), shared.get("holds"), shared.get("for_ever")) == (2, 1, 1)
