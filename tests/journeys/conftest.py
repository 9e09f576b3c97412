"""The browser of the journeys: the system's own Chromium, nothing from elsewhere, no breach of the policy unseen."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import ConsoleMessage, Page, Playwright, Request

from .gallery import Gallery
from .served import Served, start

FRONTEND = Path(__file__).parents[2] / "frontend"
AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"
BROWSER = os.environ.get("TICI_BROWSER") or which("chromium") or which("google-chrome")
OWN = ("http://127.0.0.1:", "http://localhost:", "data:", "blob:")
FAULTS = """levels => axe.run({ runOnly: levels, resultTypes: ["violations"] }).then(
    (found) => found.violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 160))]))"""
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], playwright: Playwright) -> dict[str, Any]:
    """Use the system's own browser; none is downloaded."""
    if BROWSER is None:
        pytest.skip("no Chromium on this machine")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the thread of the test
    return browser_type_launch_args | {"executable_path": BROWSER, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """The screen of an ordinary office, in China."""
    size = {"width": 1366, "height": 768}
    return browser_context_args | {"viewport": size, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture
def strict(page: Page) -> Iterator[None]:
    """Fail on a script error, a breach of the policy, or a request to anyone else."""
    wrong: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            wrong.append(message.text)

    def on_request(asked: Request) -> None:
        if not asked.url.startswith(OWN):
            wrong.append(f"asked for {asked.url}")

    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on("console", on_console)
    page.on("request", on_request)

    yield

    assert wrong == []


@pytest.fixture
def axe() -> Callable[..., None]:
    """Ask axe-core about a page; also in 大字版 unless told otherwise."""
    if not AXE.exists():
        pytest.skip("npm ci has not been run in frontend/")
    source = AXE.read_text("utf-8")

    def check(page: Page, *, large: bool = True) -> None:
        page.evaluate(source)
        page.evaluate("scrollTo(0, 0)")  # a summary of errors takes the focus, and the bar then covers what is above it
        sizes = ["normal", "large"] if large else [page.evaluate("document.documentElement.dataset.size")]
        for size in sizes:
            page.evaluate("size => { document.documentElement.dataset.size = size }", size)
            broken = page.evaluate(FAULTS, LEVELS)
            assert broken == [], f"{page.url} ({size}): {json.dumps(broken, ensure_ascii=False)}"

    return check


@pytest.fixture
def gallery() -> Iterator[Gallery]:
    """A server of finished pages, without database."""
    server = Gallery()
    yield server
    server.close()


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demonstration city, served as a newcomer starts it; tests that use it stay on one worker."""
    (settings.TEST_FOLDER / "city").mkdir(parents=True)  # a second worker stops here: a test lacks its xdist_group
    process, city = start(tmp_path_factory.mktemp("city"))
    yield city
    process.terminate()
    process.wait(timeout=60)
