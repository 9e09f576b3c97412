"""Real mail servers on loopback for measurements and tests: aiosmtpd takes letters in, Dovecot hands them out."""

from __future__ import annotations

import getpass
import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

DOVECOT = Path("/usr/sbin/dovecot")
USER, PASSWORD = "xiaoche", "only-for-tests"
CONFIG = """
base_dir = {run}
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {owner}
default_login_user = {owner}
default_internal_group = {group}
mail_location = maildir:{home}/maildir
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={home}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
first_valid_uid = 1
"""


@dataclass(frozen=True)
class Servers:
    """Where they are, and where the letters lie."""

    imap: str  # as TICI_MAILBOX
    smtp: str  # as TICI_MAIL_OUT
    smtp_port: int
    maildir: Path
    pid: int  # of Dovecot, whose children hold one session each


class _Delivery:
    """Puts each letter into the maildir as it came; its name is unique, as the format asks."""

    def __init__(self, maildir: Path) -> None:
        self.maildir, self.count = maildir, itertools.count(1)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        name = f"{time.time_ns()}.{os.getpid()}_{next(self.count)}.tici"
        (self.maildir / "tmp" / name).write_bytes(envelope.original_content)
        (self.maildir / "tmp" / name).chmod(0o666)
        os.rename(self.maildir / "tmp" / name, self.maildir / "new" / name)
        return "250 kept"


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


@contextmanager
def mail_servers() -> Iterator[Servers]:
    """Start both servers with one empty mailbox, and stop them afterwards."""
    home = Path(tempfile.mkdtemp(prefix="tici-mail-"))
    maildir, port, out = home / "maildir", free_port(), free_port()
    for part in ("new", "cur", "tmp"):
        (maildir / part).mkdir(parents=True)
    owner = "mail" if os.geteuid() == 0 else getpass.getuser()
    group = "mail" if os.geteuid() == 0 else str(os.getegid())
    if os.geteuid() == 0:
        facts = pwd.getpwnam(owner)
        for path in (home, *home.rglob("*")):
            os.chown(path, facts.pw_uid, facts.pw_gid)
    config = home / "dovecot.conf"
    config.write_text(
        CONFIG.format(run=home / "run", home=home, owner=owner, group=group, password=PASSWORD, port=port),
        encoding="utf-8",
    )
    dovecot = subprocess.Popen([str(DOVECOT), "-F", "-c", str(config)], stderr=subprocess.DEVNULL)
    smtp = Controller(_Delivery(maildir), hostname="127.0.0.1", port=out)
    try:
        smtp.start()
        _wait(port)
        imap = f"imap://{USER}:{PASSWORD}@127.0.0.1:{port}/INBOX"
        yield Servers(imap, f"smtp://127.0.0.1:{out}?from=office@example.org", out, maildir, dovecot.pid)
    finally:
        smtp.stop(no_assert=True)
        dovecot.terminate()
        dovecot.wait(10)
        shutil.rmtree(home, ignore_errors=True)


def _wait(port: int) -> None:
    for _ in range(100):
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("Dovecot does not answer.")
