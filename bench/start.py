"""Times ``./run`` of a city that is already set up, from the command to the first page answered, and its Ctrl-C.

    python -m bench.start [--rounds 5]

Sets up a throw-away empty city first. The bar is 3 s for the median. Beside it, from the same run, stands what no start
can do without: PostgreSQL on the same data, and Django with all rooms once (``tici manage check``). Fails when the bar
is missed, or when Ctrl-C leaves a process behind.
"""

from __future__ import annotations

import argparse
import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

from tici.config.children import TICI
from tici.config.postgres import Cluster

ROOT = Path(__file__).resolve().parents[1]
BAR_S = 3.0


def main() -> int:
    """Set up once, then start and stop it some times."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=5)
    rounds = asked.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="tici-start-") as folder:
        start_and_stop(Path(folder))
        ours, left = zip(*(start_and_stop(Path(folder)) for _ in range(rounds)), strict=True)
        theirs = [start_the_least(Path(folder)) for _ in range(rounds)]
    median, floor = statistics.median(ours), statistics.median(theirs)
    print(f"start {median:.2f} s (slowest {max(ours):.2f} s, bar {BAR_S:.0f} s)")
    print(f"database and Django alone {floor:.2f} s; ratio {median / floor:.1f}")
    print(f"processes left after Ctrl-C: {sum(left)}")
    return 1 if median > BAR_S or sum(left) else 0


def start_and_stop(folder: Path) -> tuple[float, int]:
    """Seconds until the sign-in page is answered, and how many processes outlived Ctrl-C."""
    port = free_port()
    began = time.monotonic()
    started = subprocess.Popen(
        [ROOT / "run", "--empty", "--port", str(port)],
        env={**os.environ, "TICI_DATA": str(folder / "data")},
        stdout=subprocess.DEVNULL,
        # A shell in the background hands down a Ctrl-C that is not listened to.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    wait_for_page(port, started)
    took = time.monotonic() - began
    family = [psutil.Process(started.pid), *psutil.Process(started.pid).children(recursive=True)]
    started.send_signal(signal.SIGINT)
    started.wait(timeout=60)
    _ended, alive = psutil.wait_procs(family, timeout=5)
    return took, len(alive)


def wait_for_page(port: int, started: subprocess.Popen[bytes]) -> None:
    """Return when the sign-in page is there."""
    while started.poll() is None:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/sign-in/")
            connection.getresponse().read()
            return
        time.sleep(0.02)
    sys.exit(f"./run ended with {started.returncode} before it served a page.")


def start_the_least(folder: Path) -> float:
    """Seconds that the database and one bare Django command need, one after the other."""
    cluster = Cluster.within(folder / "data")
    began = time.monotonic()
    server = cluster.start()
    try:
        address = {"TICI_DATA": str(folder / "data")}
        subprocess.run([*TICI, "manage", "check"], env={**os.environ, **address}, check=True, capture_output=True)
        return time.monotonic() - began
    finally:
        server.stop()


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
