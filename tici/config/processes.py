"""Which processes belong to a data folder. A number alone proves nothing: after a restart a stranger may bear it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

PATIENCE_S = 20.0  # for the helpers of a killed server to notice and end
LOOK_EVERY_S = 0.02


def postmaster_of(data: Path) -> psutil.Process | None:
    """The living server named in the folder's pid file, if it is one and works in that folder."""
    try:
        number = int((data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()[0])
        process = psutil.Process(number)
        return process if works_in(process, data) else None
    except (FileNotFoundError, NotADirectoryError, ValueError, IndexError, psutil.Error):
        return None


def works_in(process: psutil.Process, data: Path) -> bool:
    """Whether this is a living PostgreSQL process of that folder: not a stranger, and not a dead one unreaped."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE or not process.name().startswith("postgres"):
            return False
        return Path(process.cwd()) == data.resolve()
    except psutil.Error:
        return False


def clear(data: Path, say: Callable[[str], None]) -> None:
    """Make way for a start: end what is left of an earlier server, and forget a pid file that names nobody of ours.

    The caller holds the lock on the data, so whatever still runs there has lost its keeper.
    """
    if left := [process for process in psutil.process_iter() if works_in(process, data)]:
        say("Waiting for the database of an earlier run to stop.")
        if postmaster := postmaster_of(data):
            postmaster.send_signal(signal.SIGINT)
            while works_in(postmaster, data):  # however long it takes to write everything out
                time.sleep(LOOK_EVERY_S)
        wait_or_kill(left, data)
    (data / "postmaster.pid").unlink(missing_ok=True)


def wait_or_kill(left: list[psutil.Process], data: Path) -> None:
    """Wait for the helpers of a server that is gone; kill those that do not notice it.

    Not by ``Process.wait``: in a container whose first process reaps nobody, a dead process never goes away.
    """
    until = time.monotonic() + PATIENCE_S
    while left := [process for process in left if works_in(process, data)]:
        if time.monotonic() > until:
            for process in left:
                with suppress(psutil.Error):
                    process.kill()
        time.sleep(LOOK_EVERY_S)
