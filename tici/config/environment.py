"""Where things lie and what the environment asks for. Reads no Django, so that every command may start with it."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

CHECKOUT = Path(__file__).resolve().parents[2]


def settle() -> None:
    """Make paths given relative to where we were started hold for everything we start elsewhere."""
    for name in ("TICI_DATA", "TICI_RULEBOOK"):
        if path := os.environ.get(name):
            os.environ[name] = str(Path(path).expanduser().absolute())


def data() -> Path:
    """The folder that holds everything kept: database, uploads, logs, the secret key."""
    return Path(os.environ.get("TICI_DATA") or CHECKOUT / "var").expanduser().absolute()


def database_url() -> str:
    """The server named by TICI_DATABASE_URL, or nothing when Tici keeps its own."""
    return os.environ.get("TICI_DATABASE_URL", "")


def database(url: str, **options: Any) -> dict[str, Any]:
    """Django's connection settings for ``postgresql://user:password@host:port/name?option=value``.

    Raises
    ------
        ValueError: The address is not one of PostgreSQL, or names no database.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in {"postgresql", "postgres"} or not name:
        raise ValueError("TICI_DATABASE_URL must read postgresql://user:password@host:port/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)) | options,
    }


def secret_key() -> str:
    """The key that signs sessions: TICI_SECRET_KEY, or one made once and kept where only we can read it."""
    if key := os.environ.get("TICI_SECRET_KEY"):
        return key
    return _kept_key("secret-key", lambda: secrets.token_urlsafe(48))


def contact_key() -> str:
    """The key that encrypts who sent an opinion: TICI_CONTACT_KEY, or one made once and kept like the other."""
    if key := os.environ.get("TICI_CONTACT_KEY"):
        return key
    return _kept_key("contact-key", lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii"))


def _kept_key(name: str, make: Callable[[], str]) -> str:
    """A key kept in the data folder, made at the first asking."""
    kept = data() / name
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = kept.with_name(f"{kept.name}.{os.getpid()}")
    if not kept.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(make())
        try:
            os.link(draft, kept)  # whoever comes first keeps the name; the other reads that key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return kept.read_text(encoding="ascii")
