"""Where compiled code is kept: below ``build/``, by a digest of the sources, so that old code never runs.

Numba looks at the file of a function only, not at the files of what it calls; the digest looks at all of them.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numba

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[3]
#: Handed to every ``njit``: compiled code is kept on disk.
KEEP = True


def digest() -> str:
    """Return a short digest over the sources of the compiled part and the compiler's version."""
    made_of = hashlib.sha256(numba.__version__.encode())
    for path in sorted(FOLDER.glob("*.py")):
        made_of.update(path.read_bytes())
    return made_of.hexdigest()[:16]


def settle() -> Path | None:
    """Have compiled code kept below ``build/``; leave Numba's own way where that cannot be written."""
    if os.environ.get("NUMBA_CACHE_DIR"):
        return Path(os.environ["NUMBA_CACHE_DIR"])
    folder = ROOT / "build" / "numba" / digest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    vars(numba.config)["CACHE_DIR"] = str(folder)
    return folder


CACHE = settle()
