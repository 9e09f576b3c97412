"""The demonstration city, served by the very command a newcomer types."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tici.accounts.rules import DEMONSTRATION_PASSWORD

PATIENCE_S = 900


@dataclass(frozen=True)
class Served:
    """Where the city is served."""

    url: str

    def sign_in(self, page: Page, username: str) -> None:
        """Sign in as one of the demonstration's people."""
        page.goto(f"{self.url}/sign-in/")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(DEMONSTRATION_PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)  # each role has its own first page


def start(folder: Path) -> tuple[subprocess.Popen[bytes], Served]:
    """Serve the city from an empty folder; returns once it answers."""
    port = _free_port()
    variables = {key: value for key, value in os.environ.items() if not key.startswith(("TICI_", "DJANGO_"))}
    command = [sys.executable, "-P", "-m", "tici.config.commands", "serve", "--port", str(port)]
    log = (folder / "serve.log").open("wb")
    process = subprocess.Popen(
        command, env=variables | {"TICI_DATA": str(folder / "data")}, stdout=log, stderr=log, start_new_session=True
    )
    log.close()
    city = Served(f"http://127.0.0.1:{port}")
    for _ in range(PATIENCE_S * 2):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{city.url}/sign-in/", timeout=5).close()
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.5)
        else:
            return process, city
    process.kill()
    raise RuntimeError("The city is not served:\n" + (folder / "serve.log").read_text(encoding="utf-8"))


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
    return port
