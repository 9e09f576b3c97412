"""The process that reads one workbook under limits: a request on standard input, the reading on standard output."""

from __future__ import annotations

import gc
import json
import resource
import sys
from pathlib import Path
from typing import Any

from tici.engines.periods import Month
from tici.engines.sheets.places import Gazetteer, Place
from tici.engines.sheets.reading import recognise
from tici.engines.sheets.subjects import subject_from_json
from tici.engines.sheets.wire import dump

OUT_OF_MEMORY = 42


def limit(memory_bytes: int, seconds: int) -> None:
    """Bound this process for good: address space, processor time, no new files, no core."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(request: dict[str, Any]) -> str:
    """Return the reading of the requested file as JSON."""
    places = Gazetteer([Place(*place) for place in request["places"]], request["city"], request["short"])
    month = Month.parse(request["month"]) if request["month"] else None
    reading = recognise(
        Path(request["path"]),
        places,
        name=request["name"],
        month=month,
        mapping=request["mapping"],
        subject=subject_from_json(request["subject"]) if request["subject"] else None,
    )
    return dump(reading)


def main() -> int:
    """Answer one request."""
    request = json.load(sys.stdin)
    limit(request["memory_bytes"], request["seconds"])
    gc.disable()  # the process ends with its one answer
    try:
        text = answer(request)
        sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
        sys.stdout.flush()
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main())
