"""Pages set by typst for rooms without a form of their own: with the faces fetched for print, else the machine's."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

SERIF = ("FandolSong", "Noto Serif SC", "Noto Serif CJK SC", "LXGW WenKai")
SANS = ("FandolHei", "Noto Sans SC", "Noto Sans CJK SC", "Noto Serif SC", "LXGW WenKai")


@lru_cache(maxsize=4)
def _fonts(folder: Path) -> typst.Fonts:
    paths = [str(folder)] if folder.is_dir() else []
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=paths)


def pdf(template: Path, content: dict[str, Any]) -> bytes:
    """A PDF of a typst template with its content (``sys.inputs.content``); the same content gives the same bytes."""
    told = content | {"serif": SERIF, "sans": SANS}
    result: bytes = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=_fonts(Path(settings.TICI_DATA) / "fonts"),
        format="pdf",
        sys_inputs={"content": json.dumps(told, ensure_ascii=False, default=str)},
    )
    return result
