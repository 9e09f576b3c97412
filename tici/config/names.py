"""Under which name the database runs. PostgreSQL refuses root, so root needs a way round that opens nothing.

In this order:

1. an ordinary account runs it as itself;
2. root runs it in a user namespace, where root's files are owned by another number: nothing changes on disk;
3. where namespaces are forbidden, root hands it to a system account, if that account can reach data and programs;
4. otherwise a sentence says what to do.

Data that already belongs to an account is always opened as that account.
"""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tici.config.stops import Stop

GUARD = Path(__file__).with_name("guard.py")
ACCOUNTS = ("tici", "postgres")
HARMLESS = ("daemon", "bin", "nobody")  # any name but root will do inside a namespace


@dataclass(frozen=True)
class Way:
    """How a command is started (see guard.py), whose its files are, and the names by which the server sees us."""

    how: str
    owner: int
    group: int
    seen_as: tuple[str, ...]

    def own(self, path: Path) -> None:
        """Hand a file or folder to the account that will use it."""
        if os.geteuid() == 0 and path.stat().st_uid != self.owner:
            os.chown(path, self.owner, self.group)

    def command(self, words: Sequence[str], at_end: int = signal.SIGKILL) -> list[str]:
        """The command, to be started this way and to be sent a signal when we end."""
        return [sys.executable, "-I", "-S", str(GUARD), str(os.getpid()), str(int(at_end)), self.how, *words]

    def run(self, words: Sequence[str], said: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(self.command(words), input=said, capture_output=True, text=True, cwd="/", check=False)

    def start(self, words: Sequence[str], *, log: IO[bytes], at_end: int) -> subprocess.Popen[bytes]:
        """Start a command in a session of its own, so that Ctrl-C reaches only us and we stop it in order."""
        return subprocess.Popen(
            self.command(words, at_end),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd="/",
            start_new_session=True,
        )


def way_for(data: Path, tools: Path) -> Way:
    """The first way in which the programs can be run and the data be written.

    Raises
    ------
        Stop: There is none.
    """
    owner = data.stat().st_uid if data.exists() else None
    tried = []
    for way in ways(owner):
        way.own(data.parent)  # Tici's own folder: another account must get through it to its data
        refused = way.run(["/bin/sh", "-c", '"$0" --version && cd "$1"', str(tools / "postgres"), str(data.parent)])
        if refused.returncode == 0:
            return way
        if way.owner != os.geteuid():
            os.chown(data.parent, os.geteuid(), os.getegid())
        tried.append(f"{way.how}: {refused.stderr.strip()}")
    raise Stop(
        "PostgreSQL does not run as root, and no other account can reach the data here. Start Tici from an ordinary "
        "account, move it and TICI_DATA to a folder such as /srv/tici, or name a server with TICI_DATABASE_URL.\n"
        + "\n".join(tried)
    )


def ways(owner: int | None) -> Iterator[Way]:
    """The ways open to us for data of this owner, or for new data."""
    user, group = os.geteuid(), os.getegid()
    me = name_of(user)
    if user != 0 and me:
        yield Way("as-is", user, group, (me,))
        return
    if owner in {None, user}:
        for harmless in filter(None, map(account_named, HARMLESS)):
            yield Way(f"names:{harmless.pw_uid}", user, group, (harmless.pw_name,))
    for name in ACCOUNTS if owner is None else [name_of(owner)]:
        if user == 0 and (account := account_named(name)):
            how = f"account:{account.pw_uid}:{account.pw_gid}"
            yield Way(how, account.pw_uid, account.pw_gid, (account.pw_name, "root"))


def name_of(user: int) -> str:
    """The account's name; nothing for a bare number, as containers have them."""
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return ""


def account_named(name: str) -> pwd.struct_passwd | None:
    """The account of this name other than root."""
    try:
        account = pwd.getpwnam(name)
    except KeyError:
        return None
    return account if account.pw_uid else None
