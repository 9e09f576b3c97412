"""A throw-away database with the settings of a real start, and Django set up on it, for one measurement."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tici.config import postgres
from tici.config.postgres import Cluster


@contextmanager
def fresh_database() -> Iterator[Path]:
    """Start a server of our own in a folder of its own, make every table, and take it all away afterwards."""
    with tempfile.TemporaryDirectory(prefix="tici-bench-") as folder:
        cluster = Cluster.within(Path(folder) / "data")
        server = cluster.start()
        try:
            os.environ["TICI_DATABASE_URL"] = postgres.url(cluster.sockets)
            os.environ["DJANGO_SETTINGS_MODULE"] = "tici.config.settings.test"
            os.environ["TICI_TEST_FOLDER"] = folder
            _set_up()
            yield Path(folder)
            _close()
        finally:
            server.stop()


def _set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def _close() -> None:
    from django.db import connections

    connections.close_all()
