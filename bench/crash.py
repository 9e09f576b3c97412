"""Kill every process of the database under four writers, ten times; no acknowledged write may be lost.

    python -m bench.crash [--rounds 10] [--writers 4]

Prints ``acknowledged N, lost 0`` and ends with 1 when any is lost. Settings are those of a real start: fsync on.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from tici.config import postgres
from tici.config.postgres import Cluster, Server

WRITE_FOR_S = 0.6


@dataclass
class Writer:
    """One client that writes row after row, each its own transaction, and remembers what was acknowledged."""

    address: str
    number: int
    acknowledged: list[int] = field(default_factory=list)

    def write_until_cut_off(self) -> None:
        """Insert until the server is gone."""
        with suppress(psycopg.OperationalError), psycopg.connect(self.address, autocommit=True) as connection:
            while True:
                mark = len(self.acknowledged)
                connection.execute("insert into written values (%s, %s)", [self.number, mark])
                self.acknowledged.append(mark)


def main() -> int:
    """Run the rounds in a throw-away folder."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=10)
    asked.add_argument("--writers", type=int, default=4)
    wish = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="tici-crash-") as folder:
        cluster = Cluster.within(Path(folder) / "data")
        address = postgres.url(cluster.sockets)
        server = cluster.start()
        with psycopg.connect(address) as connection:
            connection.execute("create table written (writer int, mark int, primary key (writer, mark))")
        writers: list[Writer] = []
        recoveries: list[float] = []
        for number in range(wish.rounds):
            writers += (new := [Writer(address, number * wish.writers + one) for one in range(wish.writers)])
            write_and_kill(server, new)
            began = time.monotonic()
            server = cluster.start()
            recoveries.append(time.monotonic() - began)
        lost, unasked = compare(address, writers)
        server.stop()
    acknowledged = sum(len(writer.acknowledged) for writer in writers)
    print(f"{wish.rounds} rounds, {wish.writers} writers, slowest recovery {max(recoveries):.2f} s")
    print(f"written without an acknowledgement: {unasked}")
    print(f"acknowledged {acknowledged}, lost {lost}")
    return 1 if lost or not acknowledged else 0


def write_and_kill(server: Server, writers: list[Writer]) -> None:
    """Let the writers write, then SIGKILL the server and all its helpers at once."""
    threads = [threading.Thread(target=writer.write_until_cut_off) for writer in writers]
    for thread in threads:
        thread.start()
    time.sleep(WRITE_FOR_S)
    postmaster = psutil.Process(server.process.pid)
    for process in [postmaster, *postmaster.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    for thread in threads:
        thread.join()
    server.stop()


def compare(address: str, writers: list[Writer]) -> tuple[int, int]:
    """How many acknowledged rows are missing, and how many are there that nobody was told of."""
    with psycopg.connect(address) as connection:
        kept = set(connection.execute("select writer, mark from written").fetchall())
    told = {(writer.number, mark) for writer in writers for mark in writer.acknowledged}
    return len(told - kept), len(kept - told)


if __name__ == "__main__":
    sys.exit(main())
