"""Whether the data folder was set up from the code as it is, so that a second start need not load Django to ask."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from tici.config import environment

NAME = "set-up.json"
TICI = environment.CHECKOUT / "tici"


def of_code() -> str:
    """A digest of everything that set-up depends on: migrations, static files, settings and locked packages."""
    digest = hashlib.sha256()
    for path in sorted(made_from(TICI)):
        state = path.stat()
        digest.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def made_from(folder: Path) -> list[Path]:
    """The files set-up depends on."""
    found = [folder.parent / "requirements.lock"]
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        if {"migrations", "static", "settings"} & set(Path(root).parts):
            found += [Path(root) / name for name in names]
    return [path for path in found if path.exists()]


def is_current(data: Path) -> bool:
    """Whether the folder was set up from this code. A server of somebody else's is asked each time."""
    return not environment.database_url() and known(data).get("of") == of_code()


def known(data: Path) -> dict[str, Any]:
    """What was noted at the last set-up."""
    try:
        noted: dict[str, Any] = json.loads((data / NAME).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return noted


def write(data: Path, **facts: Any) -> None:
    """Note what the folder was set up from."""
    draft = data / f"{NAME}.{os.getpid()}"
    draft.write_text(json.dumps({"of": of_code()} | facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    draft.replace(data / NAME)


def forget(data: Path) -> None:
    """Have everything looked at again at the next start; what was chosen for this city stays known."""
    if facts := known(data):
        write(data, **facts | {"of": ""})
