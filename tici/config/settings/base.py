"""What holds wherever Tici runs. Nothing here opens a door: hosts, secrets and the database are named above."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from tici.config import environment

TICI_DATA = environment.data()
TICI_ADDRESS = os.environ.get("TICI_ADDRESS", "")  # where people open the pages, for links in documents
TICI_DIGEST = "sha256"  # the digest that chains the record; hashlib must know it

DEBUG = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "tici.config.urls"
WSGI_APPLICATION = "tici.config.wsgi.application"

INSTALLED_APPS = [
    "tici.core",
    "tici.places",
    "tici.accounts",
    "tici.enterprises",
    "tici.projects",
    "tici.returns",
    "tici.duties",
    "tici.consultation",
    "tici.targets",
    "tici.buslines",
    "tici.desk",
    "tici.briefings",
    "procrastinate.contrib.django",
    "altcha_django",
    "django_htmx",
    "axes",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tici.accounts.views.sessions.speaking",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tici.core.answers.Answering",
    "tici.accounts.views.sessions.watching",
    "axes.middleware.AxesMiddleware",  # last, as its manual asks
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tici.desk.navigation.areas",
            ],
        },
    },
]

# People and sign-in
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "tici.accounts.rules.LongEnough", "OPTIONS": {"min_length": 10}},
    *(
        {"NAME": f"tici.accounts.rules.{name}"}
        for name in ("NotLikeTheName", "NotCommon", "NotOnlyDigits", "NotTheDemonstrationPassword")
    ),
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
SESSION_COOKIE_AGE = 12 * 60 * 60  # the idle half hour is kept by accounts, with one write a minute at most
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # fifteen minutes are fifteen minutes
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # a stranger elsewhere cannot lock a colleague out
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_CALLABLE = "tici.accounts.views.signing.locked"
AXES_CLIENT_IP_CALLABLE = "tici.accounts.requests.client_address"
AXES_DISABLE_ACCESS_LOG = True  # our own record says who signed in
TICI_PROXIES = 0  # how many proxies of our own stand before us

# What a browser may do with our pages
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Tiles under planners' maps, such as https://tiles.example/{z}/{x}/{y}.png; without them maps are drawn on plain paper
TICI_MAP_TILES = os.environ.get("TICI_MAP_TILES", "")
TILE_HOSTS = [urlsplit(TICI_MAP_TILES).scheme + "://" + urlsplit(TICI_MAP_TILES).netloc] if TICI_MAP_TILES else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", *TILE_HOSTS],  # the stylesheet's icons; map tiles where a city names some
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}

# What residents send
TICI_CONTACT_KEY = ""  # encrypts who sent an opinion; each kind of running names its own
TICI_MAILBOX = os.environ.get("TICI_MAILBOX", "")  # imaps://user:password@host/INBOX; without it no mail is fetched
TICI_MAIL_OUT = os.environ.get("TICI_MAIL_OUT", "")  # smtps://user:password@host?from=address; without it none is sent
TICI_INTAKE = TICI_DATA / "intake"  # where a fax gateway or scanner puts its files: intake/<notice>/fax/
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "shared": {  # by all processes: a proof of work is taken once
        "BACKEND": "tici.core.claims.Claims",
        "LOCATION": "tici_shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    },
}
ALTCHA_CACHE_ALIAS = "shared"
# A letter takes longer to write than ten minutes. The browser looks for one number among the upper half of so many,
# a second's work on a telephone; the server derives its key when it asks, and compares when it is told.
ALTCHA_CHALLENGE = {"expires_seconds": 3600, "cost": 1700, "max_number": 1000}

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "tici_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # tables and reports set figures by their own filter

# Files
STATIC_URL = "/static/"
STATIC_ROOT = TICI_DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = TICI_DATA / "uploads"
DATA_UPLOAD_MAX_MEMORY_SIZE = 40 * 1024 * 1024  # a month of 3,000 rows typed on the screen comes as one form
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200_000
FILE_UPLOAD_PERMISSIONS = 0o600

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {name: {"level": "WARNING"} for name in ("axes", "procrastinate")},
}
