"""Our own PostgreSQL: made once, started as a direct child of ours, waited for, and stopped with us.

It listens on a socket in a folder only its owner may enter, and lets in only the account that started it
(``peer``). No folder above the data is ever touched. What it survives, and how, is in
``docs/decisions/0001-embedded-postgresql.md``.
"""

from __future__ import annotations

import fcntl
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

from tici.config import binaries, machine, names, processes
from tici.config.stops import Stop

ROLE = DATABASE = "tici"
SUPERUSER = "postgres"
Say = Callable[[str], None]

ACCESS = """# Written by Tici at each start. Only the account that started the server comes in, over the socket.
local all all peer map=tici
"""
FIRST_WORDS = (f"CREATE ROLE {ROLE} LOGIN CREATEDB", f"CREATE DATABASE {DATABASE} OWNER {ROLE}")


def sockets_of(data: Path) -> Path:
    """The folder of the server's socket: beside the data, or in a short place when that path is too long for one."""
    return machine.short_folder(data / "socket")


def url(sockets: Path, database: str = DATABASE, role: str = ROLE) -> str:
    """The address of our server."""
    return f"postgresql://{role}@{quote(str(sockets), safe='')}/{database}"


@dataclass(frozen=True)
class Cluster:
    """A data folder, the folder of its socket and the log of its server."""

    data: Path
    sockets: Path
    log: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def within(cls, folder: Path) -> Cluster:
        """The cluster that Tici keeps in its data folder."""
        settings = machine.settings_for_this_machine()
        return cls(folder / "postgresql", sockets_of(folder), folder / "log" / "postgresql.log", settings)

    def is_ready(self) -> bool:
        """Whether a server of ours runs on the data and takes connections."""
        return self.status() == "ready" and processes.postmaster_of(self.data) is not None

    def status(self) -> str:
        """What the server says of itself in its pid file: starting, ready, stopping; nothing without a server."""
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return ""
        return lines[7].strip() if len(lines) > 7 else "starting"

    def start(self, say: Say = print) -> Server:
        """Make the cluster if there is none, start its server and wait until it takes connections.

        Waits as long as the server lives: a recovery after a power cut may take minutes, and is told to `say`.

        Raises
        ------
            Stop: Another start holds the data, the data is of another version, or the server does not come up.
        """
        for folder in (self.data.parent, self.log.parent, self.sockets):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = self._lock()
        try:
            tools = binaries.for_data(self.data)
            way = names.way_for(self.data, tools)
            if not (self.data / "PG_VERSION").exists():
                self._make(tools, way)
            processes.clear(self.data, say)
            self._let_in(way)
            server = Server(self, lock, self._launch(tools, way))
        except BaseException:
            lock.close()
            raise
        server.wait_until_ready(say)
        return server

    def _lock(self) -> IO[str]:
        lock = self.data.with_name(f"{self.data.name}.lock").open("a", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise Stop(
                f"Tici already runs on {self.data.parent}. Use the one that runs, stop it first, "
                "or name another folder with TICI_DATA."
            ) from None
        return lock

    def _make(self, tools: Path, way: names.Way) -> None:
        """Make the cluster under another name and rename it when whole: a start cut off half-way leaves no half."""
        draft = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        way.own(draft)
        options = ["--username", SUPERUSER, "--auth", "peer", "--encoding", "UTF8", "--data-checksums"]
        if self.settings.get("fsync") == "off":
            options.append("--no-sync")
        if binaries.major(tools) >= 17:
            options += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"]
        else:
            options += ["--locale", "C.UTF-8"]
        run = way.run([str(tools / "initdb"), "--pgdata", str(draft), *options])
        if run.returncode == 0:
            first = [
                str(tools / "postgres"),
                "--single",
                "-D",
                str(draft),
                "-c",
                "log_min_messages=warning",
                "postgres",
            ]
            run = way.run(first, said="\n".join(FIRST_WORDS) + "\n")
        if run.returncode != 0 or "ERROR" in run.stderr:
            raise Stop(f"The database could not be made in {self.data}:\n{run.stderr.strip()}")
        draft.rename(self.data)

    def _let_in(self, way: names.Way) -> None:
        """Write who may connect: the names under which the server sees us, and nobody else."""
        known = [f"tici {name} {role}\n" for name in way.seen_as for role in (ROLE, SUPERUSER)]
        for name, words in (("pg_hba.conf", ACCESS), ("pg_ident.conf", "".join(known))):
            path = self.data / name
            if not path.exists() or path.read_text(encoding="utf-8") != words:
                path.write_text(words, encoding="utf-8")
                way.own(path)
        self.sockets.chmod(0o700)
        way.own(self.sockets)

    def _launch(self, tools: Path, way: names.Way) -> subprocess.Popen[bytes]:
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.sockets)} | dict(self.settings)
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            return way.start([str(tools / "postgres"), "-D", str(self.data), *words], log=log, at_end=signal.SIGINT)


@dataclass
class Server:
    """A server we started, and the lock on its data that we hold meanwhile."""

    cluster: Cluster
    lock: IO[str]
    process: subprocess.Popen[bytes]

    def wait_until_ready(self, say: Say) -> None:
        """Return when the server takes connections; tell every five seconds that it is still recovering."""
        began = told = time.monotonic()
        try:
            while self.cluster.status() != "ready" or self._pid_in_file() != self.process.pid:
                if self.process.poll() is not None:
                    raise Stop(f"The database did not start. Its log ends:\n{self._last_words()}")
                time.sleep(0.01)
                if time.monotonic() - told >= 5:
                    told = time.monotonic()
                    say(f"The database is putting itself in order after an abrupt stop ({told - began:.0f} s so far).")
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server and wait for it: at once for those who are connected, and with everything written."""
        try:
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGINT)
                self.process.wait()
        finally:
            self.lock.close()

    def _pid_in_file(self) -> int:
        with suppress(FileNotFoundError, ValueError, IndexError):
            return int((self.cluster.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        return 0

    def _last_words(self) -> str:
        lines = self.cluster.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-8:])
