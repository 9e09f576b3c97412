"""The chapter that says how far the year's targets are met, and who can fill their gaps (目标支撑)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from tici.briefings.circular.content import Paragraph
from tici.briefings.figures import Figure, Note, Text, stated
from tici.briefings.panels import TargetLine
from tici.briefings.sentences.wording import Wording, direction, joined
from tici.engines.rulebook import Rule

IN_ITS_UNIT = ("target", "target_year_end", "target_short")


def target_notes(rule: Rule, lines: Sequence[TargetLine]) -> Mapping[str, Note]:
    """Return the measures that targets are of, and what is derived from each in its own unit."""
    found: dict[str, Note] = {}
    for line in lines:
        found[f"value:{line.code}"] = Note(line.code, line.name, line.unit, line.basis, is_total=True)
        for name in IN_ITS_UNIT:
            one = rule["measure"][name]
            found[f"{name}:{line.code}"] = Note(one["code"], one["label"], line.unit, one["basis"])
    return found


def target_paragraphs(draft: Wording, lines: Sequence[TargetLine]) -> tuple[Paragraph, ...]:
    """Return one paragraph for each target of the place."""
    if not lines:
        return (Paragraph(draft.say("targets", "none")),)
    return tuple(Paragraph(_line(draft, line)) for line in lines)


def _line(draft: Wording, line: TargetLine) -> Text:
    def figure(name: str, value: Decimal, *, own: bool = False) -> Figure:
        key, of_what = f"{name}:{line.code}" if own else name, "" if name == "value" else line.name
        return draft.figure(key, value, line.of, of_what)

    text = draft.say(
        "targets",
        "line",
        where=line.where,
        name=line.name,
        target=figure("target", line.target, own=True),
        value=figure("value", line.value, own=True),
        rate=figure("target_rate", line.rate),
    )
    way = {"up": "ahead", "down": "behind", "level": "level"}[direction(line.lag)]
    text += draft.say("targets", way, lag=figure("target_lag", line.lag))
    if line.value >= line.target:
        text += draft.say("targets", "done")
    elif line.year_end is not None:
        projected = figure("target_year_end", line.year_end, own=True)
        text += draft.say("targets", "year_end", method=line.method, projected=projected)
        short = figure("target_short", line.short or Decimal(0), own=True)
        is_reached = stated(short.value, short.note.unit)[0] == 0
        text += draft.say("targets", "reached") if is_reached else draft.say("targets", "short", short=short)
    if line.candidates is not None and line.target > line.value:
        text += _supply(draft, line)
    return joined((*text, "。"))


def _supply(draft: Wording, line: TargetLine) -> Text:
    if not line.candidates:
        return draft.say("targets", "no_supply")
    count = draft.figure("target_candidates", line.candidates, line.of, line.name)
    return draft.say("targets", "supply", count=count, names="、".join(line.names))
