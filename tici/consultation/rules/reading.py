"""Judgement over what was read: how sure is sure enough, and whether a person's word can be taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from django.utils.translation import gettext_lazy as _

from tici.consultation.models import Page, SecondTyping, Submission, Transcription
from tici.core.refusals import Refusal
from tici.engines import rulebook


def thresholds() -> rulebook.Rule:
    """From which certainty on a reading needs how much of a person."""
    return rulebook.load("consultation/reading")


def needs_transcribing(pages: Sequence[Page]) -> bool:
    """Whether any free page was read so badly that a person has to type it; a form's boxes need no typing."""
    readable = thresholds()["page_readable"]
    return any(page.form is None and page.score is not None and page.score < readable for page in pages)


def needs_checking(pages: Sequence[Page]) -> bool:
    """Whether any page was read too badly to be taken without a look at its picture."""
    sure = thresholds()["page_sure"]
    return any(page.score is not None and page.score < sure for page in pages)


def answers_on(pages: Iterable[Page]) -> dict[str, list[str]]:
    """What was ticked on printed forms, as question position -> choices."""
    found: dict[str, list[str]] = {}
    for page in pages:
        for position, chosen in (page.form or {}).get("answers", {}).items():
            found.setdefault(position, []).extend(one for one in chosen if one not in found.get(position, []))
    return found


def is_typed_twice(ordinal: int) -> bool:
    """Whether the so-many-th transcription is in the sample that a second person types again."""
    every = int(thresholds()["twice_every"])
    return every > 0 and ordinal % every == 0


def agreement(first: str, second: str) -> float:
    """How far two typings of one page agree, 0 to 1, blanks aside."""
    left, right = "".join(first.split()), "".join(second.split())
    return SequenceMatcher(None, left, right, autojunk=False).ratio()


def marked(first: str, second: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Two typings cut into pieces, each with whether the other has it."""
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for tag, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if b > a:
            left.append((first[a:b], tag == "equal"))
        if d > c:
            right.append((second[c:d], tag == "equal"))
    return left, right


def may_be_accepted(labels: int) -> bool:
    """Whether people confirmed enough for the machine's word to be tried at all."""
    return labels >= int(thresholds()["accept_labels_least"])


def against_confirming(submission: Submission, aspects: Sequence[Sequence[str]], known: set[str]) -> list[Refusal]:
    """Every reason why a person's reading cannot be taken."""
    found = []
    if submission.needs_transcribing:
        found.append(Refusal("opinion.untranscribed", _("图像识别不清。请先对照图像誊录，再确认。")))
    if submission.second_typing in {SecondTyping.DUE, SecondTyping.DIFFERS}:
        why = _("这一件在抽样中，须由另一人誊录第二遍，两遍一致或核定后再确认。请到“誊录”处理。")
        found.append(Refusal("opinion.unsettled", why))
    if unknown := {one for each in aspects for one in each} - known:
        said = _("没有“%(aspects)s”这个方面。请从列出的方面中选择。") % {"aspects": _("、").join(sorted(unknown))}
        found.append(Refusal("opinion.aspect", said))
    return found


def against_transcribing(text: str, before: Sequence[Transcription], by: str) -> list[Refusal]:
    """Every reason why a transcription cannot be taken."""
    found = []
    if not text.strip():
        found.append(Refusal("transcription.empty", _("没有文字。请对照图像誊录；空白页请写“（空白）”。"), "text"))
    if any(one.typed_by == by for one in before):
        found.append(Refusal("transcription.same_person", _("您已经誊录过这一件。第二遍须由另一人誊录。")))
    elif len(before) > 1:
        found.append(Refusal("transcription.enough", _("这一件已经誊录过两遍。请刷新页面。")))
    return found


def against_waiving(reason: str) -> list[Refusal]:
    """Why the first typing of a sample cannot stand alone."""
    if not reason.strip():
        return [Refusal("transcription.reason", _("请写明为何没有另一人誊录第二遍。"), "reason")]
    return []


def against_settling(submission: Submission, text: str) -> list[Refusal]:
    """Every reason why the text of two differing typings cannot be settled so."""
    if submission.second_typing != SecondTyping.DIFFERS:
        return [Refusal("transcription.settled", _("这一件没有待核定的誊录，可能已由他人核定。请刷新页面。"))]
    return against_transcribing(text, [], "")
