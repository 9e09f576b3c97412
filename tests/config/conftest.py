"""A cluster made once a run and copied for each test: making one takes longer than the test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tici.config import postgres
from tici.config.postgres import Cluster, Server

QUICK = {"shared_buffers": "16MB", "max_connections": "20", "fsync": "off"}
Start = Callable[[Cluster], Server]


def cluster_at(folder: Path) -> Cluster:
    return Cluster(folder / "postgresql", postgres.sockets_of(folder), folder / "log" / "postgresql.log", QUICK)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cluster = cluster_at(tmp_path_factory.mktemp("made"))
    cluster.start().stop()
    return cluster.data


@pytest.fixture
def cluster(made: Path, tmp_path: Path) -> Cluster:
    """A cluster that has run before and is stopped now."""
    shutil.copytree(made, tmp_path / "tici" / "postgresql", copy_function=shutil.copy2)
    (tmp_path / "tici" / "postgresql").chmod(0o700)
    return cluster_at(tmp_path / "tici")


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a cluster, and stop it when the test is over."""
    servers: list[Server] = []

    def starting(cluster: Cluster) -> Server:
        servers.append(cluster.start(said.append))
        return servers[-1]

    said: list[str] = []
    yield starting
    for server in servers:
        server.stop()


def ask(cluster: Cluster, words: str) -> object:
    """The first value a query gives."""
    with psycopg.connect(postgres.url(cluster.sockets)) as connection:
        row = connection.execute(words).fetchone()
    return row[0] if row else None
