"""For pytest: a throw-away server of its own, started by tests/conftest.py, and no work that only costs time."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from tici.config import environment, postgres

from .base import *  # noqa: F403

# The run and its workers share one folder, named before anything is in it.
TEST_FOLDER = Path(
    os.environ.setdefault("TICI_TEST_FOLDER", f"{tempfile.gettempdir()}/tici-test-{os.getpid()}-{secrets.token_hex(3)}")
)
TICI_DATA = TEST_FOLDER / "data"
MEDIA_ROOT = TICI_DATA / "uploads"
SECRET_KEY = "only for tests"
ALTCHA_HMAC_SECRET = "only for tests, long enough to be taken for one"
ALTCHA_CHALLENGE_HMAC_KEY_SECRET = "only for tests, as long as one of them would be"
TICI_CONTACT_KEY = "b25seSBmb3IgdGVzdHMsIHRoaXJ0eS10d28gYnl0ZXM="
TICI_INTAKE = TICI_DATA / "intake"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES = {"default": environment.database(environment.database_url() or postgres.url(TEST_FOLDER))}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True  # no collected folder is needed
