"""Start a command that ends when its starter ends, if need be under a name that is not root.

Run as a file by a bare interpreter: ``python -I -S guard.py PARENT SIGNAL WAY COMMAND…``. It becomes the command, so
the process the starter waits for is the command itself. WAY is one of

* ``as-is``;
* ``names:UID``: in a user namespace in which we are called UID. The files stay our own and nothing gains a right,
  but PostgreSQL, which refuses to run as root, sees another number;
* ``account:UID:GID``: as another account of this machine.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

NEW_USER_NAMESPACE = 0x10000000  # CLONE_NEWUSER
SIGNAL_ON_PARENT_DEATH = 1  # PR_SET_PDEATHSIG


def become(way: str) -> None:
    """Take the name under which the command is to run."""
    kind, _, numbers = way.partition(":")
    if kind == "names":
        user, group = os.geteuid(), os.getegid()
        call("unshare", NEW_USER_NAMESPACE)
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{numbers} {group} 1", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{numbers} {user} 1", encoding="ascii")
    elif kind == "account":
        user, group = map(int, numbers.split(":"))
        os.setgroups([group])
        os.setresgid(group, group, group)
        os.setresuid(user, user, user)


def call(function: str, *numbers: int) -> None:
    """Call the C library, and raise what it reports."""
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, function)(*map(ctypes.c_ulong, numbers)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")


def main(parent: str, signal: str, way: str, *command: str) -> None:
    """Become the command."""
    os.umask(0o077)
    try:
        become(way)
        call("prctl", SIGNAL_ON_PARENT_DEATH, int(signal))  # after the change of name, which would clear it
    except OSError as refused:
        sys.exit(f"{way}: {refused.strerror}")
    if os.getppid() != int(parent):
        sys.exit("the process that asked for this one has ended")
    os.execv(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
