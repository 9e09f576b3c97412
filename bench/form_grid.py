"""Types a county's form of 3,000 firms × 24 figures in Chromium, from the paste to the answer of the checks.

    .venv/bin/python -m bench.form_grid [--rows 3000] [--rounds 3]

The grid alone is timed beside RevoGrid as ``bench.grid`` does it, on 24 columns. Then the product is served as a real
start serves it, a reporter opens the grid of the firms' monthly form, pastes every figure from a workbook, and waits
until all are saved and checked; the time is that of the last cell's answer, from the paste without the pause in which
typing is waited for (0.7 s). Bars: paste 300 ms, check and save 2 s.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench import grid
from bench.databases import fresh_database
from bench.sessions import session_of

PORT = 8791
NOW = datetime(2021, 12, 6, 1, 30, tzinfo=UTC)
FIGURES = 24
PASTE_MS, SAVE_MS = 300, 2000
QUIET_MS = 700  # the pause after typing before a grid sends

TIMED = """
async block => {
  const sheet = document.querySelector('tici-sheet');
  sheet.goTo(0, sheet.book.columns.findIndex(column => !column.locked));
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  const data = new DataTransfer();
  data.setData('text/plain', block);
  const from = performance.now();
  const event = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true, composed: true});
  document.activeElement.dispatchEvent(event);
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  const paste = performance.now() - from;
  while (sheet.book.kept.size || sheet.saver.state === 'sending') {
    await new Promise(done => setTimeout(done, 5));
    if (performance.now() - from > 60000) break;
  }
  const all = performance.now() - from;
  const asked = performance.getEntriesByType('resource').filter(one => one.initiatorType === 'fetch');
  const request = Math.round(asked.at(-1)?.duration);
  return {paste, all, left: sheet.book.kept.size, requests: asked.length, request, state: sheet.saver.state};
}
"""


def fill(rows: int) -> tuple[str, str]:
    """A county of so many firms whose form is open for November; returns a session's key and the county's code."""
    from django.db import connection, transaction

    from tests import make
    from tici.enterprises.models import Enterprise, LibrarySpell, Sector
    from tici.places.actions import load_demonstration_city
    from tici.places.models import Place
    from tici.returns.actions import load_forms, open_form_month
    from tici.returns.queries import form_on

    with transaction.atomic():
        load_demonstration_city(by="bench", at=NOW)
        load_forms(by="bench", at=NOW)
        county = Place.objects.get(code="130123")
        known = {"place": county, "industry": "2770", "is_example": True}
        firms = [Enterprise(name=f"示例企业{n:05}", **known) for n in range(rows)]
        Enterprise.objects.bulk_create(firms)
        LibrarySpell.objects.bulk_create(
            LibrarySpell(enterprise=firm, sector=Sector.INDUSTRY, from_date=date(2020, 1, 1)) for firm in firms
        )
        dispatcher = make.person(place=Place.objects.get(code="130100"))
        reporter = make.person(place=county, role="county_reporter")
        form = form_on("industry_firm", make.NOVEMBER)
        opened = open_form_month(form, make.NOVEMBER, by=dispatcher, at=NOW)
        assert opened == rows
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    return session_of(reporter), county.code


def pasted(rows: int, round_: int) -> str:
    """What Excel puts on the clipboard for so many firms of twenty-four figures, others in each round.

    The figures of a firm fit each other, but every tenth firm's output is negative; all lack what stands to the right.
    """
    from tests.returns.industrial import figures, firm_form

    whole = [int(figure or 0) for figure in figures(firm_form())[:FIGURES]]
    lines = []
    for row in range(rows):
        one = [figure * (100 + row % 50 + round_) // 100 for figure in whole]
        one[0] *= -1 if row % 10 == 9 else 1
        lines.append("\t".join(map(str, one)))
    return "\r\n".join(lines)


@contextmanager
def fresh_database_with(data: str) -> Iterator[Path]:
    """A throw-away database, and the scripts and styles of the pages where the server looks for them."""
    os.environ["TICI_DATA"] = data
    with fresh_database() as folder:
        from django.core.management import call_command

        call_command("collectstatic", verbosity=0, interactive=False)
        yield folder


def serve(folder: Path) -> subprocess.Popen[bytes]:
    """Serve the city as a real start does, quietly."""
    words = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT), "--workers", "1"]
    words += ["--blocking-threads", "4", "--backlog", "128", "--log-level", "warning", "--no-ws"]
    command = [sys.executable, "-P", "-m", "granian", *words, "tici.config.wsgi:application"]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tici.config.settings.test", "TICI_TEST_FOLDER": str(folder)}
    return subprocess.Popen(command, env=env)


def wait_until_up() -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/sign-in/", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The pages do not answer.")


def typed(cookie: str, county: str, blocks: Sequence[str]) -> list[dict[str, Any]]:
    """Paste the whole form into the product's own page and wait until it is saved and checked; the first warms up."""
    from playwright.sync_api import sync_playwright

    found = []
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("TICI_BROWSER") or shutil.which("chromium"), args=["--no-sandbox"]
        )
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": f"http://127.0.0.1:{PORT}"}])
        page = context.new_page()
        for block in blocks:
            page.goto(f"http://127.0.0.1:{PORT}/form-months/industry_firm/sheet/{county}/?month=2021-11")
            page.wait_for_selector("tici-sheet .sheet-badge", state="attached")
            found.append(page.evaluate(TIMED, block))
        browser.close()
    return found[1:]


def kept(block: str) -> int:
    """How many of the cells that were pasted last stand in the drafts as they were pasted."""
    from tests.make import NOVEMBER
    from tici.returns.models import ReportDraft
    from tici.returns.queries import form_on

    codes = [column.code for column in form_on("industry_firm", NOVEMBER).columns[:FIGURES]]
    wanted = [line.split("\t") for line in block.split("\r\n")]
    drafts = ReportDraft.objects.order_by("report__enterprise_id").values_list("cells", flat=True)
    return sum(
        sum(cells.get(code) == text for code, text in zip(codes, line, strict=True))
        for cells, line in zip(drafts, wanted, strict=True)
    )


def beside_the_peer(rows: int, rounds: int) -> float:
    """Print our grid beside RevoGrid on as many columns; returns the time of our best paste."""
    grid.COLUMNS, grid.FIGURES = FIGURES + 4, FIGURES
    with tempfile.TemporaryDirectory() as name:
        grid.prepare(Path(name))
        found = grid.measure(Path(name), rows, rounds)
    best = {name: min(one["paste"] for one in taken) for name, taken in found.items()}
    for name, taken in found.items():
        times = [one["paste"] for one in taken]
        print(f"{name:9} takes {rows} × {grid.FIGURES} cells in {min(times):.0f} ms (middle {median(times):.0f})")
    print(f"RevoGrid / ours: pastes {best['RevoGrid'] / best['ours']:.1f} ×", flush=True)
    return best["ours"]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--rows", type=int, default=3000)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--without-peer", action="store_true")
    given = asked.parse_args()
    missed = False
    with tempfile.TemporaryDirectory() as data, fresh_database_with(data) as folder:
        cookie, county = fill(given.rows)
        blocks = [pasted(given.rows, round_) for round_ in range(given.rounds + 1)]
        server = serve(folder)
        try:
            wait_until_up()
            taken = typed(cookie, county, blocks)
        finally:
            server.terminate()
            server.wait()
        right = kept(blocks[-1])
        if not given.without_peer:
            missed |= beside_the_peer(given.rows, given.rounds) > PASTE_MS
    pastes, saves = [one["paste"] for one in taken], [one["all"] - QUIET_MS for one in taken]
    cells = given.rows * FIGURES
    shape = f"{given.rows} × {FIGURES}"
    print(f"product   pastes {shape} in {min(pastes):.0f} ms (middle {median(pastes):.0f}), bar {PASTE_MS}")
    print(f"product   saves and checks them in {min(saves):.0f} ms (middle {median(saves):.0f}), bar {SAVE_MS}")
    print(f"{right:,} of {cells:,} cells kept as pasted; {json.dumps(taken[-1])}")
    missed |= min(pastes) > PASTE_MS or min(saves) > SAVE_MS or right != cells
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
