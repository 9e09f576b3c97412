"""Prints how long our grid and RevoGrid take to show 3,000 × 14 and to take a paste of 36,000 cells, in one Chromium.

    .venv/bin/python bench/grid.py [--rows 3000] [--rounds 5]

RevoGrid is fetched by npm into a temporary folder. Times run from the call to the frame after it; the best and the
middle of the rounds are printed. Other work on the machine only ever adds time, so the bars are held against the best.
Fails when ours is over 100 ms to show or 300 ms to paste, or pasted something else.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / "tici" / "core" / "static" / "built"
PEER = "@revolist/revogrid@4.28.1"
RENDER_MS, PASTE_MS = 100, 300
COLUMNS, FIGURES = 14, 12  # of the grid, and pasted into it

PAGE = """<!doctype html><html><head><meta charset="utf-8"><link rel="stylesheet" href="tici.css">
<script src="sheet.js"></script><script src="measure.js"></script>
<script type="module" src="revogrid/revo-grid.esm.js"></script></head><body><main id="place"></main></body></html>"""

MEASURE = """
const frame = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
const timed = async work => {
  const from = performance.now();
  await work();
  await frame();
  return performance.now() - from;
};
const place = () => document.getElementById('place');
function press(target, text) {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  const kind = {clipboardData: data, bubbles: true, cancelable: true, composed: true};
  target.dispatchEvent(new ClipboardEvent('paste', kind));
}
async function ours(data, texts, block, width) {
  place().replaceChildren();
  const sheet = document.createElement('tici-sheet');
  sheet.dataset.label = 'bench';
  for (const one of [data, texts]) {
    const script = document.createElement('script');
    script.type = 'application/json';
    script.textContent = JSON.stringify(one);
    sheet.append(script);
  }
  const render = await timed(() => place().append(sheet));
  const nodes = place().querySelectorAll('*').length;
  sheet.goTo(0, 1);
  await frame();
  const paste = await timed(() => press(document.activeElement, block));
  const cells = sheet.book.cells;
  return {render, paste, nodes, last: cells.at(-1).slice(1, width + 1), first: cells[0].slice(1, width + 1)};
}
async function peer(data, block, width) {
  place().replaceChildren();
  const grid = document.createElement('revo-grid');
  grid.style.height = '560px';
  grid.range = true;
  const columns = data.columns.map((column, at) => (
    {prop: 'c' + at, name: column.label, size: 116, pin: at ? undefined : 'colPinStart'}
  ));
  const source = data.rows.map(row => Object.fromEntries(row.cells.map((text, at) => ['c' + at, text])));
  const render = await timed(async () => {
    grid.columns = columns;
    grid.source = source;
    place().append(grid);
    while (!grid.querySelector('revogr-data .rgCell')) await frame();
  });
  const nodes = place().querySelectorAll('*').length;
  await grid.setCellsFocus({x: 0, y: 0});
  await frame(); await frame();
  const paste = await timed(async () => {
    press(document.activeElement === document.body ? document : document.activeElement, block);
    const last = source.length - 1;
    for (let tries = 0; tries < 600; tries += 1) {
      if ((await grid.getSource())[last].c1 !== data.rows[last].cells[1]) break;
      await frame();
    }
  });
  const rows = await grid.getSource();
  const cells = row => Array.from({length: width}, (_, at) => String(row['c' + (at + 1)] ?? ''));
  return {render, paste, nodes, last: cells(rows.at(-1)), first: cells(rows[0])};
}
"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def prepare(folder: Path) -> None:
    """Lay our built files and the peer's into one folder."""
    npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), PEER]
    subprocess.run(npm, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    shutil.copytree(folder / "node_modules/@revolist/revogrid/dist/revo-grid", folder / "revogrid")
    for name in ("sheet.js", "tici.css"):
        shutil.copy(BUILT / name, folder / name)
    (folder / "index.html").write_text(PAGE, "utf-8")
    (folder / "measure.js").write_text(MEASURE, "utf-8")


def measure(folder: Path, rows: int, rounds: int) -> dict[str, list[dict[str, Any]]]:
    """Both grids in turn, round by round, in the same browser; the first round only warms up."""
    from playwright.sync_api import sync_playwright

    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tici.config.settings.test")
    import django

    django.setup()
    from tests.journeys.gallery import month
    from tici.core.templatetags.tici import _sheet_texts

    data, block = month(rows, COLUMNS), pasted(rows)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found: dict[str, list[dict[str, Any]]] = {"ours": [], "RevoGrid": []}
    with sync_playwright() as play:
        path = os.environ.get("TICI_BROWSER") or shutil.which("chromium")
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"http://127.0.0.1:{server.server_port}/index.html")
        for _ in range(rounds + 1):
            found["ours"].append(page.evaluate("given => ours(...given)", [data, _sheet_texts(), block, FIGURES]))
            found["RevoGrid"].append(page.evaluate("given => peer(...given)", [data, block, FIGURES]))
        browser.close()
    server.shutdown()
    return {name: taken[1:] for name, taken in found.items()}


def pasted(rows: int) -> str:
    """What Excel puts on the clipboard for so many rows of figures."""
    lines = ("\t".join(str(row * FIGURES + at + 0.5) for at in range(FIGURES)) for row in range(rows))
    return "".join(f"{line}\r\n" for line in lines)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--rows", type=int, default=3000)
    asked.add_argument("--rounds", type=int, default=5)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name))
        found = measure(Path(name), given.rows, given.rounds)
    wanted = [[str(row * FIGURES + at + 0.5) for at in range(FIGURES)] for row in (0, given.rows - 1)]
    best = {}
    size, cells = f"{given.rows} × {COLUMNS}", given.rows * FIGURES
    for name, taken in found.items():
        times = {what: [one[what] for one in taken] for what in ("render", "paste")}
        best[name] = {what: min(rounds) for what, rounds in times.items()}
        shows, pastes = (f"{min(rounds):.0f} ms (middle {median(rounds):.0f})" for rounds in times.values())
        print(f"{name:9} shows {size} in {shows}, takes {cells} cells in {pastes}, {taken[-1]['nodes']} elements")
        if not all([one["first"], one["last"]] == wanted for one in taken):
            print("  pasted something else:", json.dumps([taken[-1]["first"], taken[-1]["last"]])[:300])
    ours, other = best["ours"], best["RevoGrid"]
    shows, pastes = other["render"] / ours["render"], other["paste"] / ours["paste"]
    print(f"RevoGrid / ours: shows {shows:.1f} ×, pastes {pastes:.1f} ×")
    ours_right = all([one["first"], one["last"]] == wanted for one in found["ours"])
    return int(ours["render"] > RENDER_MS or ours["paste"] > PASTE_MS or not ours_right)


if __name__ == "__main__":
    sys.exit(main())
