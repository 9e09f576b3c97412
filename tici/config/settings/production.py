"""Behind nginx with HTTPS, as deploy/ sets it up."""

from __future__ import annotations

import os

from .embedded import *  # noqa: F403

DEBUG = False
ALLOWED_HOSTS = os.environ.get("TICI_HOSTS", "").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
TICI_PROXIES = 1
