"""What the engine reads in an opinion, in the words of this room. Reads tables, writes none."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tici.consultation.models import Notice, Part, PartState, Submission
from tici.consultation.printing.forms import form_spec
from tici.consultation.rules import intake as rules
from tici.consultation.rules.readings import ReadPage, ReadPoint, Said
from tici.core.uploads import path_of
from tici.engines.limited import Exceeded, run_limited
from tici.engines.opinions import duplicates, masking, slots
from tici.engines.opinions import points as cutting
from tici.engines.opinions.gazetteer import Gazetteer, Named

CHILD = "tici.engines.opinions.child"
SECONDS = 600
RULES = "tici-rules-1"
TOO_MUCH = {
    "too_slow": gettext_lazy("读取超时，已停止。请人工查看原件。"),
    "out_of_memory": gettext_lazy("读取所需内存超过限额，已停止。请人工查看原件。"),
    "broken": gettext_lazy("读取程序中断。请人工查看原件。"),
}


def read_part(part: Part) -> dict[str, Any]:
    """What one part gives, as keywords of ``note_part``; read in a process of its own, within limits."""
    if part.upload is None:
        return {"state": PartState.STORED, "reason": _("没有内容。")}
    path = path_of(part.upload.digest)
    with path.open("rb") as file:
        kind = rules.media_type_of(file.read(16), part.name)
    if kind == "application/octet-stream" or (kind == "application/zip" and not part.name.lower().endswith(".docx")):
        return {"state": PartState.STORED, "reason": _("这类文件只保存，不打开。")}
    limits = rules.limits()
    request = {
        "path": str(path), "name": part.name, "most_pages": limits["pages_most"],
        "most_pixels": limits["pixels_most_million"] * 1_000_000, "seconds": SECONDS,
        "forms": [asdict(form_spec(part.item.notice))] if part.item.notice else [],
    }  # fmt: skip
    try:
        answer = json.loads(run_limited(CHILD, request, seconds=SECONDS))
    except Exceeded as exceeded:
        return {"state": PartState.FAILED, "reason": str(TOO_MUCH[exceeded.code])}
    if refused := answer.get("refused"):
        return {"state": PartState.FAILED, "reason": refused}
    pages = [
        ReadPage(
            base64.b64decode(one["image"]),
            one["rotation"],
            one["score"],
            one["lines"],
            _answers(one, part),
            one["engine"],
        )
        for one in answer["pages"]
    ]
    text = answer["text"] or "\n".join(one.get("text", "") for one in answer["pages"]).strip()
    return {"state": PartState.READ, "text": text, "pages": pages}


def _answers(page: dict[str, Any], part: Part) -> dict[str, Any] | None:
    """What is ticked on a page of our form, as question position -> choices."""
    form = page.get("form")
    if form is None or part.item.notice is None:
        return None
    answers: dict[str, list[str]] = {}
    for question in part.item.notice.questions.all():
        for at, label in enumerate(question.choices, 1):
            if form["ticks"].get(f"q{question.position}-{at}"):
                answers.setdefault(str(question.position), []).append(label)
    return form | {"answers": answers}


def gazetteer_of(notice: Notice) -> Gazetteer:
    """The names a notice's opinions are read for."""
    named: dict[str, dict[str, list[str]]] = {"school": {}, "line": {}, "stop": {}, "place": {}}
    for one in notice.subjects.all():
        named.setdefault(one.kind, {})[one.code] = [one.label, *one.aliases]
    return Gazetteer(named["school"], named["line"], named["stop"], named["place"])


def read_text(text: str, gazetteer: Gazetteer, aspects: Sequence[str]) -> list[ReadPoint]:
    """The points of a text with what each is about."""
    return [_read(point, slots.extract(point.text, gazetteer), aspects) for point in cutting.split(text)]


def _read(point: cutting.Point, found: slots.Slots, aspects: Sequence[str]) -> ReadPoint:
    known = [code for code in found.aspects if code in aspects]
    said = Said(
        aspects=known,
        lines=_codes(found.lines),
        schools=_codes(found.schools),
        places=list(dict.fromkeys(one.text for one in (*found.stops, *found.places))),
        times=[{"minutes": one.minutes, "role": one.role} for one in found.times],
        shifts=[one.minutes for one in found.shifts],
    )
    # By words alone nobody knows how sure it is: an even chance for what was named first, less for the second.
    scores = [(code, score) for code, score in zip(known, (0.5, 0.25), strict=False)]
    return ReadPoint(point.start, point.end, point.text, said, scores)


def _codes(named: Sequence[Named]) -> list[str]:
    return list(dict.fromkeys(one.code for one in named if one.code))


def grouped(texts: Sequence[str], gazetteer: Gazetteer) -> duplicates.Grouping:
    """Which texts make the same request; only word for word the same ones while the engine tells no more."""
    found = [slots.extract(text, gazetteer) for text in texts]
    try:
        return duplicates.group(texts, found)
    except NotImplementedError:
        first: dict[str, int] = {}
        same = tuple(first.setdefault("".join(text.split()), at) for at, text in enumerate(texts))
        return duplicates.Grouping(same, same)


def masked(text: str) -> str:
    """The words proposed for publication; none, rather than the original, while the engine proposes nothing."""
    try:
        return masking.mask(text, masking.spans(text))
    except NotImplementedError:
        return ""


def read_submission(submission: Submission) -> tuple[list[ReadPoint], str]:
    """An opinion's points, and the program that read them."""
    notice = submission.notice
    aspects = list(notice.aspects.values_list("code", flat=True))
    return read_text(submission.shown_text, gazetteer_of(notice), aspects), RULES
