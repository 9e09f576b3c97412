"""The door for a web server."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tici.config.settings.embedded")

application = get_wsgi_application()

# What was loaded stays for good: the collector need not walk through it again and again in the midst of requests.
from django.urls import get_resolver  # noqa: E402 - settings come first

get_resolver().url_patterns  # noqa: B018 - loads every page
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
