"""The process that opens and reads one file under limits: a request on standard input, the reading on standard output.

Run as ``python -m tici.engines.opinions.child`` by `tici.engines.limited.run_limited`.
"""

from __future__ import annotations

import base64
import json
import resource
import sys
from pathlib import Path
from typing import Any

OUT_OF_MEMORY = 42
MEMORY_BYTES = 6 << 30  # of address space; what is really used stays near 1 GB
SECONDS = 600


def limit(memory_bytes: int, seconds: int) -> None:
    """Bound this process for good: address space, processor time, no new files, no core."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Return a file's text, or its pages with what was read on them, or the sentence why it is not read."""
    from tici.engines.opinions import pages  # noqa: PLC0415 - loaded under the limits

    content = Path(request["path"]).read_bytes()
    try:
        document = pages.open_document(
            content, request["name"], most_pages=request["most_pages"], most_pixels=request["most_pixels"]
        )
    except pages.Unreadable as refused:
        return {"refused": refused.sentence}
    has_text = bool(document.text and document.text.strip())
    return {
        "text": document.text if has_text else "",
        "pages": [_read(page, request.get("forms", []), has_text=has_text) for page in document.pages],
    }


def _read(page: Any, forms: list[dict[str, Any]], *, has_text: bool) -> dict[str, Any]:
    image = base64.b64encode(page.png()).decode("ascii")
    if has_text:
        return {"image": image, "rotation": 0, "score": None, "lines": [], "engine": "text layer"}
    form = _form_on(page, forms)
    from tici.engines.opinions import ocr  # noqa: PLC0415 - not wanted for files that carry their text

    read = ocr.read_page(page)
    lines = [{"text": one.text, "box": one.box, "score": round(float(one.score), 4)} for one in read.lines]
    score = round(float(read.score), 4)
    return {
        "image": image, "rotation": int(read.rotation), "score": score, "lines": lines, "text": read.text,
        "engine": read.engine, "form": form,
    }  # fmt: skip


def _form_on(page: Any, forms: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return what is ticked on a page, if it is one of these forms."""
    if not forms:
        return None
    from tici.engines.opinions import reply_form  # noqa: PLC0415 - wanted for forms only

    geometries = [reply_form.draw(spec_from(one)) for one in forms]
    reading = reply_form.read_form(page, geometries)
    if reading is None:
        return None
    scores = {code: round(float(score), 4) for code, score in reading.scores.items()}
    return {"form": reading.form, "page": reading.page, "ticks": reading.ticks, "scores": scores}


def spec_from(told: dict[str, Any]) -> Any:
    """Return a form as it came through the request."""
    from tici.engines.opinions.reply_form import Choice, FormSpec, Question  # noqa: PLC0415

    questions = tuple(
        Question(one["code"], one["title"], tuple(Choice(**choice) for choice in one["choices"]), one["lines"])
        for one in told["questions"]
    )
    return FormSpec(**told | {"questions": questions})


def main() -> int:
    """Answer one request."""
    request = json.load(sys.stdin)
    limit(request.get("memory_bytes", MEMORY_BYTES), request.get("seconds", SECONDS))
    try:
        text = json.dumps(answer(request), ensure_ascii=False, default=lambda one: one.tolist())
    except MemoryError:
        return OUT_OF_MEMORY
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
