"""Processes we start, look after and stop in order. None outlives us: each is told to end when we are gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tici.config.names import Way
from tici.config.stops import Stop

AS_OURSELVES = Way("as-is", os.geteuid(), os.getegid(), ())
TICI = (sys.executable, "-P", "-m", "tici.config.commands")
LARGEST_LOG = 20 << 20
PATIENCE = 15.0  # seconds to finish what is under way when asked to stop
OFTEN = 3  # ends within a minute that we put right; one more and we give up


class Running(Protocol):
    """Something that runs until it is stopped."""

    name: str

    def start(self) -> None:
        """Start it, and return when it is up."""

    def has_ended(self) -> bool:
        """Whether it has ended without being asked to."""

    def stop(self) -> None:
        """Ask it to stop, and return when it has."""


@dataclass
class Child:
    """A program of ours with its own log."""

    name: str
    words: tuple[str, ...]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the program."""
        keep_small(self.log)
        with self.log.open("ab") as log:
            self.process = AS_OURSELVES.start(self.words, log=log, at_end=signal.SIGTERM)

    def has_ended(self) -> bool:
        """Whether it has ended without being asked to."""
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """Ask it to end; after a while, end it."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Family:
    """Everything that runs, in the order it was started."""

    members: list[Running] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)

    def start(self, member: Running) -> None:
        """Start one more."""
        self.members.append(member)
        member.start()

    def look_after(self) -> None:
        """Start again whatever has ended.

        Raises
        ------
            Stop: They end again and again.
        """
        for member in self.members:
            if not member.has_ended():
                continue
            now = time.monotonic()
            self.ends = [end for end in self.ends if now - end < 60] + [now]
            if len(self.ends) > OFTEN:
                raise Stop(f"The {member.name} ended {len(self.ends)} times within a minute. Its log says why.")
            print(f"The {member.name} ended unasked and is started again.", flush=True)
            member.stop()
            member.start()

    def stop(self) -> None:
        """Stop all, the last started first."""
        while self.members:
            self.members.pop().stop()


def keep_small(log: Path) -> None:
    """Put a log aside when it has grown large; one older one is kept."""
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".old.log"))
