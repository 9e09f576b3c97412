"""What the engine reads in an opinion, in the words of this room. Reads tables, writes none."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tici.consultation.models import Confirmation, Notice, Part, PartState, Point, Submission
from tici.consultation.printing.forms import form_spec
from tici.consultation.rules import intake as rules
from tici.consultation.rules.reading import thresholds
from tici.consultation.rules.readings import ReadPage, ReadPoint, Said
from tici.core.uploads import path_of
from tici.engines.limited import Exceeded, run_limited
from tici.engines.opinions import duplicates, masking, slots, themes
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
    weights = {code: weight for code, weight in slots.aspect_weights(point.text).items() if code in aspects and weight}
    known = sorted(weights, key=lambda code: -weights[code])
    said = Said(
        aspects=known,
        lines=_codes(found.lines),
        schools=_codes(found.schools),
        places=list(dict.fromkeys(one.text for one in (*found.stops, *found.places))),
        times=[{"minutes": one.minutes, "role": one.role} for one in found.times],
        shifts=[one.minutes for one in found.shifts],
    )
    # By words alone it is never sure: half of the certainty is shared out by what speaks for each aspect.
    total = 2 * sum(weights.values())
    scores = [(code, weights[code] / total) for code in known[:2]]
    return ReadPoint(point.start, point.end, point.text, said, scores)


def _codes(named: Sequence[Named]) -> list[str]:
    return list(dict.fromkeys(one.code for one in named if one.code))


def grouped(texts: Sequence[str], gazetteer: Gazetteer) -> duplicates.Grouping:
    """Which texts make the same request in about the same words, and which share only the words."""
    return duplicates.group(texts, [slots.extract(text, gazetteer) for text in texts])


def masked(text: str) -> str:
    """The words proposed for publication: whoever can be known from them is masked; a person confirms it."""
    return masking.mask(text, masking.spans(text))


def learned(notice: Notice) -> themes.Suggesting | None:
    """A suggester taught by what people confirmed of this notice; none before there is enough to learn from."""
    said = Confirmation.objects.filter(point__submission__notice=notice, undone_at=None, is_automatic=False)
    rows = [(text, aspects[0]) for text, aspects in said.values_list("point__text", "aspects") if aspects]
    if len(rows) < thresholds()["learn_labels_least"] or len({label for _text, label in rows}) < 2:
        return None
    suggester = themes.best_suggester()
    suggester.fit([text for text, _label in rows], [label for _text, label in rows])
    return suggester


def read_submission(submission: Submission) -> tuple[list[ReadPoint], str]:
    """An opinion's points, and the program that read them: the rules, and what people taught where they have."""
    notice = submission.notice
    aspects = list(notice.aspects.values_list("code", flat=True))
    found = read_text(submission.shown_text, gazetteer_of(notice), aspects)
    suggester = learned(notice) if found else None
    if suggester is None:
        return found, RULES
    told = suggester.suggest([one.text for one in found])
    taught = [
        replace(one, scores=scores, said=replace(one.said, aspects=[scores[0][0]]))  # the score is that of this aspect
        for one, scores in zip(found, told, strict=True)
    ]
    return taught, suggester.version[:60]


def suggestions(notice: Notice) -> tuple[list[tuple[Point, list[tuple[str, float]]]], str]:
    """Newer suggestions for the points nobody confirmed yet, and what suggested them; nothing before it has learned."""
    suggester = learned(notice)
    if suggester is None:
        return [], ""
    waiting = list(Point.objects.counted().filter(submission__notice=notice).unconfirmed())
    return list(zip(waiting, suggester.suggest([one.text for one in waiting]), strict=True)), suggester.version[:60]
