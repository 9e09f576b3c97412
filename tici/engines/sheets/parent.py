"""Reads a workbook in a child process, so that no file can take more than its share of memory and time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
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


def read_in_child(
    path: Path,
    places: Gazetteer,
    *,
    name: str | None = None,
    month: Month | None = None,
    mapping: Mapping[str, str] | None = None,
    subject: Subject = PROJECTS,
    memory_bytes: int = MEMORY_BYTES,
    seconds: int = SECONDS,
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

    Returns
    -------
    Reading
        ``refused`` says why, where the file could not be read within the limits.

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
        "subject": subject.as_json(),
        "places": [list(place) for place in places.places],
        "city": places.city,
        "short": dict(places.short),
        "memory_bytes": memory_bytes,
        "seconds": seconds,
    }
    environment = {key: os.environ[key] for key in _KEPT if key in os.environ}
    environment["PYTHONPATH"] = str(Path(tici.__file__).resolve().parent.parent)
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-X", "utf8", "-m", "tici.engines.sheets.child"],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=seconds + 2,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _refused(name or path.name, "too_slow", seconds)
    if done.returncode == 0:
        return load(done.stdout)
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return _refused(name or path.name, "too_slow", seconds)
    if done.returncode in (_OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGSEGV) or b"MemoryError" in done.stderr:
        return _refused(name or path.name, "out_of_memory", seconds)
    return _refused(name or path.name, "broken", seconds)


def _refused(file: str, code: str, seconds: int) -> Reading:
    return Reading(file, refused=Unreadable(code, seconds=seconds).problem)
