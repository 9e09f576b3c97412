"""``tici serve``: database, tables, pages and background work, started in order and stopped with one Ctrl-C."""

from __future__ import annotations

import http.client
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import psutil

from tici.config import environment, fingerprints
from tici.config.children import TICI, Child, Family, keep_small
from tici.config.postgres import Cluster, Server
from tici.config.stops import Stop

LOOK_EVERY_S = 0.5


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    host: str = "127.0.0.1"
    port: int = 8000
    is_empty: bool = False
    is_debugging: bool = False
    workers: int = 2


@dataclass
class Database:
    """Our own PostgreSQL as a member of the family."""

    cluster: Cluster
    server: Server | None = None
    name: str = "database"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        keep_small(self.cluster.log)
        self.server = self.cluster.start(tell)

    def has_ended(self) -> bool:
        """Whether it was killed."""
        return self.server is not None and self.server.process.poll() is not None

    def stop(self) -> None:
        """Stop it with everything written."""
        if self.server:
            self.server.stop()


def serve(wish: Wish) -> None:
    """Serve until Ctrl-C or a signal to end.

    Raises
    ------
        Stop: The address is taken, or not one to be debugged on; or a part does not start.
    """
    refuse_debugging_in_public(wish)
    refuse_taken_address(wish)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    data = environment.data()
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ.setdefault("TICI_HOSTS", ",".join(sorted(own_names(wish.host))))
    os.environ["TICI_DEBUG"] = "1" if wish.is_debugging else ""
    family = Family()
    try:
        if not environment.database_url():
            if not (data / "postgresql").exists():
                fingerprints.forget(data)
            family.start(Database(Cluster.within(data)))
        set_up(data, is_empty=wish.is_empty)
        family.start(Child("web server", web(wish), data / "log" / "web.log"))
        wait_until_answered(wish, family)
        family.start(Child("background worker", (*TICI, "worker"), data / "log" / "worker.log"))
        announce(wish, data)
        while True:
            time.sleep(LOOK_EVERY_S)
            family.look_after()
    except KeyboardInterrupt:
        tell("\nStopping.")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        family.stop()


def end(number: int, frame: FrameType | None) -> None:
    """Every signal to end is taken as Ctrl-C."""
    raise KeyboardInterrupt


def tell(sentence: str) -> None:
    """Say it at once, also into a pipe."""
    print(sentence, flush=True)


def set_up(data: Path, *, is_empty: bool) -> None:
    """Bring tables, static files and the demonstration up to date, unless nothing they are made from has changed."""
    if fingerprints.is_current(data):
        return
    words = [*TICI, "set-up", *(["--empty"] if is_empty else [])]
    if subprocess.run(words, check=False).returncode != 0:
        raise Stop("Tici could not be set up; the reason stands above. Nothing is being served.")


def web(wish: Wish) -> tuple[str, ...]:
    """The command of the web server."""
    words = ["--interface", "wsgi", "--host", wish.host, "--port", str(wish.port), "--workers", str(wish.workers)]
    words += ["--blocking-threads", "4", "--backlog", "256", "--respawn-failed-workers", "--workers-kill-timeout", "8"]
    words += ["--log-level", "warning", "--no-ws"]
    return (sys.executable, "-P", "-m", "granian", *words, "tici.config.wsgi:application")


def wait_until_answered(wish: Wish, family: Family) -> None:
    """Return when the pages answer.

    Raises
    ------
        Stop: They say nothing for a minute, or the web server ends.
    """
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if any(member.has_ended() for member in family.members):
            break
        connection = http.client.HTTPConnection(reachable(wish.host), wish.port, timeout=30)
        try:
            connection.request("GET", "/sign-in/", headers={"Host": "localhost"})
            connection.getresponse()
            return
        except OSError:
            time.sleep(0.03)
        finally:
            connection.close()
    log = environment.data() / "log" / "web.log"
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:]
    raise Stop("The pages do not answer. The web server's log ends:\n" + "\n".join(lines))


def announce(wish: Wish, data: Path) -> None:
    """Print where Tici is, and how to sign in."""
    host = wish.host if wish.host not in {"", "0.0.0.0", "::"} else socket.gethostname()
    address = f"http://{f'[{host}]' if ':' in host else host}:{wish.port}/"
    tell(f"\nTici is at {address}")
    if sign_ins := fingerprints.known(data).get("sign_ins"):
        tell("\nSign-ins of the demonstration city:")
        wide = max(len(name) for name, _password, _who in sign_ins)
        for name, password, who in sign_ins:
            tell(f"  {name:<{wide}}  {password}  {who}")
        if not is_private(wish.host):
            tell("\nThese passwords are known to everyone who reads this. Do not enter real figures here.")
    token = data / "first-administrator"
    if token.exists():
        tell("\nNobody can sign in yet. Name the three administrators at")
        tell(f"  {address}first-administrator/?token={token.read_text(encoding='ascii')}")
    tell(f"\nData and logs: {data}\nCtrl-C stops it.")


def reachable(host: str) -> str:
    """An address of this machine at which a server bound to `host` answers."""
    return {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def is_private(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_debugging_in_public(wish: Wish) -> None:
    """Debugging shows source and settings to whoever asks, so it stays on this machine."""
    if wish.is_debugging and not is_private(wish.host):
        raise Stop(
            f"Tici does not run with debugging on {wish.host or 'all addresses'}: anyone there could read its "
            "settings. Leave out --debug (and TICI_DEBUG), or use --host 127.0.0.1."
        )


def refuse_taken_address(wish: Wish) -> None:
    """Say at once when another program has the port."""
    family = socket.AF_INET6 if ":" in wish.host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((wish.host, wish.port))
        except (OSError, OverflowError) as taken:
            raise Stop(
                f"Tici cannot listen at {wish.host}:{wish.port} ({taken}). Choose another with --port or --host."
            ) from None


def own_names(host: str) -> set[str]:
    """The names by which this machine may be asked for at an address we listen on."""
    names = {"localhost", "127.0.0.1", "[::1]"}
    if is_private(host):
        return names
    addresses = [address for card in psutil.net_if_addrs().values() for address in card]
    names |= {address.address for address in addresses if address.family == socket.AF_INET}
    names |= {f"[{address.address.split('%')[0]}]" for address in addresses if address.family == socket.AF_INET6}
    return names | {socket.gethostname(), socket.getfqdn()} | ({host} - {"", "0.0.0.0", "::"})
