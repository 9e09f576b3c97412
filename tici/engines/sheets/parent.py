"""Reads a workbook in a child process, so that no file can take more than its share of memory and time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import tici
from tici.engines.periods import Month
from tici.engines.sheets.places import Gazetteer
from tici.engines.sheets.problems import Unreadable
from tici.engines.sheets.results import Reading
from tici.engines.sheets.subjects import PROJECTS, Subject
from tici.engines.sheets.wire import load

MEMORY_BYTES = 512 * 1024 * 1024
SECONDS = 20
_OUT_OF_MEMORY = 42
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "TICI_RULEBOOK")


class Stopped(Exception):
    """The caller wanted the file read no further."""


def read_in_child(
    path: Path,
    places: Gazetteer,
    *,
    name: str | None = None,
    month: Month | None = None,
    mapping: Mapping[str, str] | None = None,
    subject: Subject | None = PROJECTS,
    memory_bytes: int = MEMORY_BYTES,
    seconds: int = SECONDS,
    tell: Callable[[float], bool] | None = None,
) -> Reading:
    """Read one workbook of unknown layout in a process of its own.

    Parameters
    ----------
    path, places, name, month, mapping, subject
        As for ``recognise``.
    memory_bytes
        Address space of the child.
    seconds
        Processor time of the child, and the time after which it is ended.
    tell
        Told every second how many have passed; the child is ended once it answers false.

    Returns
    -------
    Reading
        ``refused`` says why, where the file could not be read within the limits.

    Raises
    ------
    Stopped
        If ``tell`` wanted no more.

    Notes
    -----
    A file that makes the reader fail in any way is refused with a sentence; the caller's
    process is never at risk.
    """
    request = {
        "path": str(path.resolve()),
        "name": name or path.name,
        "month": str(month) if month else None,
        "mapping": dict(mapping or {}),
        "subject": subject.as_json() if subject else None,
        "places": [list(place) for place in places.places],
        "city": places.city,
        "short": dict(places.short),
        "memory_bytes": memory_bytes,
        "seconds": seconds,
    }
    environment = {key: os.environ[key] for key in _KEPT if key in os.environ}
    environment["PYTHONPATH"] = str(Path(tici.__file__).resolve().parent.parent)
    environment["PYTHONDONTWRITEBYTECODE"] = "1"

    def refused(code: str) -> Reading:
        told = Unreadable(code, seconds=seconds).problem
        return Reading(name or path.name, subject=(subject or PROJECTS).code, refused=told)

    try:
        done = _answered(json.dumps(request).encode(), environment, seconds + 2, tell)
    except subprocess.TimeoutExpired:
        return refused("too_slow")
    if done.returncode == 0:
        return load(done.stdout)
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return refused("too_slow")
    if done.returncode in (_OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGSEGV) or b"MemoryError" in done.stderr:
        return refused("out_of_memory")
    return refused("broken")


def _answered(
    request: bytes, environment: Mapping[str, str], seconds: float, tell: Callable[[float], bool] | None
) -> subprocess.CompletedProcess[bytes]:
    """Return what the child answered; it is ended after some seconds, or when it is wanted no more."""
    command = [sys.executable, "-P", "-X", "utf8", "-m", "tici.engines.sheets.child"]
    began = time.monotonic()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as child:
        asked: bytes | None = request
        try:
            while True:
                left = began + seconds - time.monotonic()
                try:
                    said, complained = child.communicate(asked, timeout=min(left, 1.0) if tell else left)
                    return subprocess.CompletedProcess(command, child.returncode, said, complained)
                except subprocess.TimeoutExpired:
                    passed = time.monotonic() - began
                    if passed >= seconds:
                        raise
                    asked = None
                    if tell is not None and not tell(passed):
                        raise Stopped from None
        finally:
            child.kill()
