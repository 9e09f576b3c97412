"""What is kept of who sent an opinion: encrypted words, keyed digests, and the code on a receipt. Touches no table."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import unicodedata
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from stdnum import luhn

UNMISTAKABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # no l, 1, o, 0, i: people copy it from paper
CODE_LENGTH = 10  # 49 bits; look-ups are few an hour


@lru_cache(maxsize=4)
def _box(key: str) -> Fernet:
    return Fernet(key)


def sealed(words: str) -> bytes:
    """Words as they are kept; nothing stays nothing."""
    return _box(settings.TICI_CONTACT_KEY).encrypt(words.encode()) if words else b""


def opened(kept: bytes | memoryview) -> str:
    """Words as they were given.

    Raises:
        InvalidToken: They were kept under another key.
    """
    return _box(settings.TICI_CONTACT_KEY).decrypt(bytes(kept)).decode() if kept else ""


def keyed(purpose: str, words: str) -> bytes:
    """A digest that nobody without our key can compute again, another for each purpose."""
    return hmac.digest(settings.TICI_CONTACT_KEY.encode(), f"{purpose}:{words}".encode(), hashlib.sha256)


def digest_of_contact(contact: str) -> str:
    """One digest for one telephone or mailbox, however it is written; nothing stays nothing."""
    plain = "".join(unicodedata.normalize("NFKC", contact).casefold().split()).replace("-", "")
    return keyed("contact", plain).hex() if plain else ""


def digest_of_net(address: str | None) -> str:
    """One digest for all of a /24 (IPv6: /48), so that quotas need no address."""
    if not address:
        return ""
    try:
        version = ipaddress.ip_address(address).version
        net = ipaddress.ip_network(f"{address}/{24 if version == 4 else 48}", strict=False)
    except ValueError:
        return ""
    return keyed("net", str(net)).hex()[:32]


def number_of(year: int, serial: int) -> str:
    """The number on a receipt, with a check digit against slips: 2021-000123-0."""
    digits = f"{year}{serial:06}"
    return f"{year}-{serial:06}-{luhn.calc_check_digit(digits)}"


def code_of(number: str) -> str:
    """The code that goes with a number. It is computed, so a form sent twice is answered the same, and none is kept."""
    raw = int.from_bytes(keyed("code", number), "big")
    letters = []
    for _ in range(CODE_LENGTH):
        raw, at = divmod(raw, len(UNMISTAKABLE))
        letters.append(UNMISTAKABLE[at])
    return "".join(letters)


def is_code_of(number: str, code: str) -> bool:
    """Whether a code belongs to a number; takes as long for a wrong one."""
    return hmac.compare_digest(code_of(number), "".join(code.split()).replace("-", "").lower())


__all__ = [
    "InvalidToken",
    "code_of",
    "digest_of_contact",
    "digest_of_net",
    "is_code_of",
    "keyed",
    "number_of",
    "opened",
    "sealed",
]
