"""A backup is worth what its restore gives back: the rows, the uploads, and a sentence when it is not whole."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from tici.config import environment, keeping, postgres
from tici.config.postgres import Cluster
from tici.config.stops import Stop

from .conftest import ask

AT = datetime(2021, 12, 6, 2, 30, tzinfo=UTC)


@pytest.fixture
def city(cluster, start, monkeypatch) -> Path:
    """A data folder with a row and an upload in it, its server stopped."""
    monkeypatch.delenv("TICI_DATABASE_URL", raising=False)
    monkeypatch.setenv("TICI_DATA", str(cluster.data.parent))
    server = start(cluster)
    with psycopg.connect(postgres.url(cluster.sockets)) as connection:
        connection.execute("create table kept as select '正定县' as name")
    server.stop()
    upload = cluster.data.parent / "uploads" / "ab" / "abcd"
    upload.parent.mkdir(parents=True)
    upload.write_bytes(b"a workbook")
    return cluster.data.parent


def test_a_restored_backup_holds_the_rows_and_the_uploads(city, tmp_path, monkeypatch, start):
    kept = keeping.backup(tmp_path / "backups", at=AT)
    monkeypatch.setenv("TICI_DATA", str(tmp_path / "new"))

    keeping.restore(kept)

    assert kept.name == "tici-20211206-023000"
    assert (tmp_path / "new" / "uploads" / "ab" / "abcd").read_bytes() == b"a workbook"
    restored = Cluster.within(environment.data())
    start(restored)
    assert ask(restored, "select name from kept") == "正定县"


def test_a_backup_is_made_while_the_server_runs(city, cluster, tmp_path, start):
    server = start(Cluster.within(city))

    keeping.backup(tmp_path / "backups", at=AT)

    assert server.process.poll() is None


@pytest.mark.parametrize("name", ["tici.dump", "uploads/ab/abcd"])
def test_a_backup_with_a_changed_or_missing_file_is_not_restored(city, tmp_path, monkeypatch, name):
    kept = keeping.backup(tmp_path / "backups", at=AT)
    (kept / name).write_bytes(b"something else")
    monkeypatch.setenv("TICI_DATA", str(tmp_path / "new"))

    with pytest.raises(Stop, match="not as it was backed up"):
        keeping.restore(kept)

    assert not (tmp_path / "new").exists()


def test_a_backup_is_not_restored_over_a_city(city, tmp_path):
    kept = keeping.backup(tmp_path / "backups", at=AT)

    with pytest.raises(Stop, match="already holds a city"):
        keeping.restore(kept)


def test_a_folder_without_a_city_gives_no_backup(tmp_path):
    words = [sys.executable, "-P", "-m", "tici.config.commands", "backup", str(tmp_path)]
    variables = os.environ | {"TICI_DATA": str(tmp_path / "none"), "PYTHONPATH": str(environment.CHECKOUT)}
    variables.pop("TICI_DATABASE_URL", None)

    tried = subprocess.run(words, env=variables, capture_output=True, text=True)

    assert tried.returncode == 1
    assert tried.stderr == f"There is no database in {tmp_path / 'none'}. Name the folder with TICI_DATA.\n"
