"""The door for a web server."""

from __future__ import annotations

import gc
import os

# What is loaded here stays for good: the collector need not walk through it while it is loaded, nor ever after.
gc.disable()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import get_resolver  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tici.config.settings.embedded")

application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - loads every page
gc.collect()
gc.freeze()
gc.enable()
gc.set_threshold(10_000, 20, 20)
