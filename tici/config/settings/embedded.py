"""One command on one machine: our own PostgreSQL beside the data, or the server that TICI_DATABASE_URL names."""

from __future__ import annotations

import os

from tici.config import environment, postgres

from .base import *  # noqa: F403

SECRET_KEY = environment.secret_key()
ALTCHA_HMAC_SECRET = f"altcha:{SECRET_KEY}"
ALTCHA_CHALLENGE_HMAC_KEY_SECRET = f"altcha-key:{SECRET_KEY}"
TICI_CONTACT_KEY = environment.contact_key()
DEBUG = os.environ.get("TICI_DEBUG") == "1"  # `tici serve` refuses it on a public address
ALLOWED_HOSTS = (
    ["localhost", "127.0.0.1", "[::1]"]
    if DEBUG
    else os.environ.get("TICI_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
)
POOL = {"min_size": 1, "max_size": 8, "timeout": 20}
DATABASES = {
    "default": environment.database(
        environment.database_url() or postgres.url(postgres.sockets_of(environment.data())), pool=POOL
    )
}
