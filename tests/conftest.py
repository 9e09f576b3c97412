"""Every run of pytest has a PostgreSQL of its own, in a folder of its own, gone when the run ends."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.nodeid import NodeId
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck
from hypothesis import settings as drawing
from pytest_django import DjangoDbBlocker

from tici.config import environment
from tici.config.postgres import Cluster, Server

THROW_AWAY = {
    "autovacuum": "off",  # it would count a table that a test is filling as empty, and queries be planned for that
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "max_wal_size": "2GB",
}
started: list[Server] = []

# How long it takes to draw an example says something of the machine, and nothing of the law that is tried.
drawing.register_profile("tici", deadline=None, suppress_health_check=[HealthCheck.too_slow])
drawing.load_profile("tici")


def pytest_configure(config: pytest.Config) -> None:
    """Start the server in the run itself; its workers (pytest-xdist) use the same one, each a database of its own."""
    if hasattr(config, "workerinput") or environment.database_url():
        return
    folder = settings.TEST_FOLDER
    for left_over in folder.parent.glob("tici-test-*"):  # of runs that were killed
        if not Path(f"/proc/{left_over.name.split('-')[2]}").exists():
            shutil.rmtree(left_over, ignore_errors=True)
    folder.mkdir(mode=0o700)
    cluster = Cluster(folder / "postgresql", folder, folder / "postgresql.log", THROW_AWAY)
    started.append(cluster.start())


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Rows made by a module's fixtures stand for all its tests; each test's own changes are undone back to them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """Nothing kept from one test to the next: rows that tests make leave no record, by which it would be renewed."""
    cache.clear()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of a group on one worker: pytest-xdist 3.8 notes groups where pytest 9.2 no longer looks."""
    if not getattr(config.option, "loadgroup", False):
        return
    for item in items:
        if (mark := item.get_closest_marker("xdist_group")) and not item.nodeid.endswith(f"@{mark.args[0]}"):
            item._id = NodeId.parse(f"{item.nodeid}@{mark.args[0]}")


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    for server in started:
        server.stop()
    shutil.rmtree(settings.TEST_FOLDER, ignore_errors=True)
    os.environ.pop("TICI_TEST_FOLDER", None)
