"""The chapter that presses: counties and industries that fall, losses, reasons not given, firms not reported."""

from __future__ import annotations

from collections.abc import Iterator

from tici.briefings.circular.content import Paragraph
from tici.briefings.figures import percent
from tici.briefings.industry.chapters import losing, pulling
from tici.briefings.industry.draft import IndustryDraft
from tici.briefings.sentences.wording import Part, direction


def paragraphs(draft: IndustryDraft) -> tuple[Paragraph, ...]:
    """Return 存在问题, the gravest first; one sentence where there is none."""
    found = tuple(_problem(draft, key, parts) for key, parts in _found(draft))
    return found or (Paragraph(draft.say("problems", "none")),)


def _problem(draft: IndustryDraft, key: str, parts: dict[str, Part]) -> Paragraph:
    words = draft.rule["problems"][key]
    return Paragraph(draft.say_text(words["text"], **parts), words["lead"])


def _found(draft: IndustryDraft) -> Iterator[tuple[str, dict[str, Part]]]:
    standing = draft.standing
    falling = [one for one in standing.counties if one.rate is not None and direction(one.rate) == "down"]
    if falling and len(standing.counties) > 1:
        yield "falling", {"names": draft.listing(falling, lambda one: (one.place,), "falling")}
    if parts := pulling(standing.divisions, "down")[: draft.choice("first")]:
        yield "divisions", {"names": draft.listing(parts, lambda part: (part.place,))}
    silent = [row for row in standing.moved.down[: draft.choice("movers")] if not row.reason]
    if silent:
        yield "reasons", {"names": draft.listing(silent, lambda row: (f"{row.name}（{row.county}）",))}
    if standing.loss_rate is not None and standing.loss_rate >= draft.limit("losses"):
        yield "losses", losing(draft)
    missing = [one for one in standing.counties if one.filed < one.due]
    missing.sort(key=lambda one: one.filed - one.due)
    if standing.filed < standing.due:
        count = draft.figure("missing_firms", standing.due - standing.filed)
        names = draft.listing(
            missing,
            lambda one: (one.place, "（", draft.figure("missing_firms", one.due - one.filed, one), "）"),
            "missing",
        )
        yield "missing", {"count": count, "names": names or (standing.place,)}
    late = [line for line in standing.targets if percent(line.lag) < 0]
    if late:
        yield "targets", {"names": draft.listing(late, lambda line: (f"{line.where}{line.name}",))}
