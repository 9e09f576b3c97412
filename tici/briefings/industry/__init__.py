"""The monthly report of industry (工业运行月报), drafted by the rulebook's sentences from what firms reported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tici.briefings.circular.content import Circular, Paragraph, Section
from tici.briefings.figures import Link, Note, Notes, no_link, year_to_date
from tici.briefings.industry import chapters, problems
from tici.briefings.industry.draft import IndustryDraft
from tici.briefings.industry.standing import County, IndustryMonth
from tici.briefings.industry.tables import growth_chart, tables
from tici.briefings.sentences.targets import target_notes, target_paragraphs
from tici.briefings.sentences.wording import fill
from tici.engines import rulebook

__all__ = ["County", "IndustryMonth", "draft_industry"]

RULE = "briefings/industry"


def draft_industry(
    standing: IndustryMonth,
    *,
    office: str,
    to: str,
    on: date,
    number: str = "",
    link: Link = no_link,
    measures: Mapping[str, Note] | None = None,
) -> Circular:
    """Draft the month's report; a clerk reads it, changes what must be changed, and sends it up.

    Sentences, limits and measures come from the rule ``briefings/industry`` in force at the month's end.
    """
    rule = rulebook.load(RULE, on=standing.month.last)
    own = {**(measures or {}), **target_notes(rule, standing.targets)}
    draft = IndustryDraft(
        rule=rule,
        notes=Notes.of(rule, link, own),
        month=standing.month,
        place=standing.place,
        code=standing.code,
        standing=standing,
    )
    words = {
        "year": str(standing.month.year),
        "period": year_to_date(standing.month),
        "whole": standing.place,
    }
    last = rule["figures_table"]
    return Circular(
        title=rule["title"].format(**words),
        to=to,
        opening=fill(rule["opening"], **words),
        sections=_sections(draft),
        tables=tables(draft),
        chart=growth_chart(draft),
        office=office,
        on=on,
        number=number,
        figures_title=last["title"],
        figures_notes=(last["note"],),
    )


def _sections(draft: IndustryDraft) -> tuple[Section, ...]:
    standing = draft.standing
    paragraphs: dict[str, tuple[Paragraph, ...]] = {"overall": chapters.overall(draft)}
    if standing.filed:
        paragraphs |= {"divisions": chapters.divisions(draft), "structure": chapters.structure(draft)}
        if len(standing.counties) > 1:
            paragraphs["counties"] = chapters.counties(draft)
        paragraphs |= {"entries": chapters.entries(draft), "movers": chapters.movers(draft)}
    paragraphs |= {"problems": problems.paragraphs(draft), "targets": target_paragraphs(draft, standing.targets)}
    headings = draft.rule["heading"]
    return tuple(Section(headings[name], texts) for name, texts in paragraphs.items())
