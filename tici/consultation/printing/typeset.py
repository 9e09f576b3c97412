"""Pages set by typst: with the faces fetched for print where they are there, else with the machine's own."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

HERE = Path(__file__).parent
SERIF = ("FandolSong", "Noto Serif SC", "Noto Serif CJK SC", "LXGW WenKai")
SANS = ("FandolHei", "Noto Sans SC", "Noto Sans CJK SC", "Noto Serif SC", "LXGW WenKai")


@lru_cache(maxsize=4)
def _fonts(folder: Path) -> typst.Fonts:
    paths = [str(folder)] if folder.is_dir() else []
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=paths)


def pdf(template: str, content: dict[str, Any], *, root: Path = HERE) -> bytes:
    """A PDF of a template beside this file with its content; the same content gives the same bytes."""
    told = content | {"serif": SERIF, "sans": SANS}
    result: bytes = typst.compile(
        str(root / template),
        root=str(root),
        font_paths=_fonts(Path(settings.TICI_DATA) / "fonts"),
        format="pdf",
        sys_inputs={"content": json.dumps(told, ensure_ascii=False, default=str)},
    )
    return result
