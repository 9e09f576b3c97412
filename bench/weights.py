"""Prints what the built files and the gallery's pages weigh when compressed, against their budgets; fails when over.

.venv/bin/python bench/weights.py
"""

from __future__ import annotations

import gzip
import os
import sys
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / "tici" / "core" / "static" / "built"
BUDGETS = {"tici.css": 10, "tici.js": 25, "sheet.js": 8, "saver.js": 3, "chart.js": 170}  # KiB after brotli
PAGE_BUDGET = 40  # KiB after gzip


def weights() -> list[tuple[str, float, int]]:
    """Name, KiB and budget of each file and page."""
    files = [(name, len(brotli.compress((BUILT / name).read_bytes())) / 1024, most) for name, most in BUDGETS.items()]
    return files + [(name, len(gzip.compress(page.encode())) / 1024, PAGE_BUDGET) for name, page in _pages()]


def _pages() -> list[tuple[str, str]]:
    from tests.journeys import gallery

    work, rows = gallery.work(), gallery.projects(50)
    return [("work", gallery.render("work.html", **work)), ("list of 50", gallery.render("list.html", projects=rows))]


def main() -> int:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tici.config.settings.test")
    import django

    django.setup()
    rows = weights()
    for name, weight, most in rows:
        print(f"{name:12} {weight:7.1f} KiB  of {most:4} {'' if weight <= most else 'OVER'}")
    return int(any(weight > most for _, weight, most in rows))


if __name__ == "__main__":
    sys.exit(main())
