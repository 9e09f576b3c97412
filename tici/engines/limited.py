"""Runs one piece of work in a process of its own, bounded in memory and time: no file can take more than its share."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tici

OUT_OF_MEMORY = 42  # how a child says so
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "TICI_RULEBOOK")


class Exceeded(Exception):
    """The work did not end within its limits; ``code`` is ``too_slow``, ``out_of_memory`` or ``broken``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def run_limited(module: str, request: Mapping[str, Any], *, seconds: int) -> bytes:
    """Return what a module writes on standard output for a request on its standard input.

    Parameters
    ----------
    module
        Run as ``python -m``; it bounds itself before it touches the file.
    request
        Sent as JSON.
    seconds
        The time after which it is ended, two seconds more than its own bound.

    Raises
    ------
    Exceeded
        If it took too long or too much memory, or failed in any other way.
    """
    environment = {key: os.environ[key] for key in _KEPT if key in os.environ}
    environment["PYTHONPATH"] = str(Path(tici.__file__).resolve().parent.parent)
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    environment["OPENBLAS_NUM_THREADS"] = "1"
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-X", "utf8", "-m", module],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=seconds + 2,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Exceeded("too_slow") from None
    if done.returncode == 0:
        return done.stdout
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise Exceeded("too_slow")
    if done.returncode in (OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGSEGV) or b"MemoryError" in done.stderr:
        raise Exceeded("out_of_memory")
    raise Exceeded("broken")
