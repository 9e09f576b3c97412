"""Backup and restore: the database as pg_dump writes it, the uploads as files, and a list of digests over both."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tici.config import binaries, environment, fingerprints, postgres
from tici.config.postgres import Cluster
from tici.config.stops import Stop

DUMP, UPLOADS, LIST = "tici.dump", "uploads", "SHA256SUMS"


@contextmanager
def database() -> Iterator[str]:
    """The address of a server: the one named, our own that runs already, or our own for as long as this takes."""
    if named := environment.database_url():
        yield named
        return
    data = environment.data()
    cluster = Cluster.within(data)
    address = postgres.url(cluster.sockets)
    if cluster.is_ready():
        yield address
        return
    server = cluster.start()
    try:
        yield address
    finally:
        server.stop()


def backup(into: Path, *, at: datetime) -> Path:
    """Write a new folder with everything needed to restore; Tici may go on running meanwhile.

    Uploads never change once kept, so copying them after the dump leaves none out that the dump speaks of.

    Raises
    ------
        Stop: There is nothing to keep, or the dump fails.
    """
    data = environment.data()
    if not environment.database_url() and not (data / "postgresql").exists():
        raise Stop(f"There is no database in {data}. Name the folder with TICI_DATA.")
    into = into.absolute()
    final = into / f"tici-{at:%Y%m%d-%H%M%S}"
    draft = into / f"{final.name}.part"
    draft.mkdir(parents=True, mode=0o700)
    with database() as address:
        tool("pg_dump", "--format=custom", "--no-owner", "--file", str(draft / DUMP), address)
    if (data / UPLOADS).exists():
        shutil.copytree(data / UPLOADS, draft / UPLOADS)
    lines = [f"{digest_of(path)}  {path.relative_to(draft)}\n" for path in sorted(files_in(draft))]
    (draft / LIST).write_text("".join(lines), encoding="utf-8")
    draft.rename(final)
    return final


def restore(kept: Path) -> None:
    """Bring a backup back into an empty data folder.

    Raises
    ------
        Stop: The backup is not whole, or the folder already holds a database.
    """
    data, kept = environment.data(), kept.absolute()
    check_whole(kept)
    if (data / UPLOADS).exists() or (data / "postgresql").exists():
        raise Stop(f"{data} already holds a city. Restore into an empty folder: set TICI_DATA to a new one.")
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with database() as address:
        if environment.database_url() and has_tables(address):
            raise Stop("The database named by TICI_DATABASE_URL already holds tables. Name an empty one.")
        tool(
            "pg_restore", "--exit-on-error", "--no-owner", "--single-transaction", "--dbname", address, str(kept / DUMP)
        )
    if (kept / UPLOADS).exists():
        shutil.copytree(kept / UPLOADS, data / UPLOADS)
    fingerprints.forget(data)


def check_whole(kept: Path) -> None:
    """Compare every file with the list written beside it."""
    if not (kept / LIST).is_file():
        raise Stop(f"{kept} is not a finished backup: it holds no {LIST}.")
    for line in (kept / LIST).read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        if not (kept / name).is_file() or digest_of(kept / name) != digest:
            raise Stop(f"{kept / name} is missing or not as it was backed up. Use another backup.")


def has_tables(address: str) -> bool:
    """Whether the public schema holds anything."""
    said = tool("psql", "--no-psqlrc", "-Atc", "select count(*) from pg_tables where schemaname = 'public'", address)
    return said.strip() != "0"


def tool(name: str, *words: str) -> str:
    """Run one of PostgreSQL's programs.

    Raises
    ------
        Stop: It says no.
    """
    folder = next((folder for folder in binaries.found() if (folder / name).exists()), None)
    if folder is None:
        raise Stop(f"{name} is not on this machine. Install PostgreSQL's client programs.")
    done = subprocess.run([str(folder / name), *words], capture_output=True, text=True, check=False, env=os.environ)
    if done.returncode != 0:
        raise Stop(f"{name} did not finish:\n{done.stderr.strip()}")
    return done.stdout


def files_in(folder: Path) -> Iterator[Path]:
    """Every file below a folder."""
    return (path for path in folder.rglob("*") if path.is_file())


def digest_of(path: Path) -> str:
    """The digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
