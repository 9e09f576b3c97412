"""The circular of the month, drafted by the rulebook's sentences from how the counties stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tici.briefings.circular.content import Circular, Paragraph, Section
from tici.briefings.figures import Link, Note, Notes, no_link, year_to_date
from tici.briefings.sentences import chapters
from tici.briefings.sentences.problems import problem_paragraphs, problems, requirements
from tici.briefings.sentences.tables import completion_chart, ranking_table
from tici.briefings.sentences.wording import Draft, fill
from tici.briefings.standing import CityMonth
from tici.engines import rulebook

__all__ = ["draft_circular"]

RULE = "briefings/circular"


def draft_circular(
    city: CityMonth,
    *,
    office: str,
    to: str,
    on: date,
    number: str = "",
    head: str = "",
    answer_by: date | None = None,
    link: Link = no_link,
    measures: Mapping[str, Note] | None = None,
) -> Circular:
    """Draft the month's circular; a clerk reads it, changes what must be changed, and signs it.

    Sentences, limits and measures come from the rule ``briefings/circular`` in force at the month's end.
    ``measures`` gives the product's own code, label and scope for figures named in that rule; ``link``
    gives the address at which a figure opens.
    """
    rule = rulebook.load(RULE, on=city.month.last)
    draft = Draft(
        rule=rule,
        notes=Notes.of(rule, link, measures),
        month=city.month,
        place=city.place,
        code=city.code,
        city=city,
        office=office,
        on=on,
        answer_by=answer_by,
    )
    words = {"year": str(city.month.year), "number": str(city.month.number), "period": year_to_date(city.month)}
    last = rule["figures_table"]
    return Circular(
        title=rule["title"].format(**words),
        to=to,
        opening=fill(rule["opening"], **words),
        sections=_sections(draft),
        tables=(ranking_table(draft),),
        chart=completion_chart(draft),
        office=office,
        on=on,
        number=number,
        head=head,
        figures_title=last["title"],
        figures_notes=(last["note"],),
    )


def _sections(draft: Draft) -> tuple[Section, ...]:
    found = problems(draft)
    paragraphs: Mapping[str, tuple[Paragraph, ...]] = {"overall": chapters.overall(draft)}
    if draft.city.reported:
        paragraphs = {
            **paragraphs,
            "starts": chapters.starts(draft),
            "investment": chapters.investment(draft),
            "entries": chapters.entries(draft),
            "ranking": chapters.ranking(draft),
        }
    paragraphs = {
        **paragraphs,
        "problems": problem_paragraphs(draft, found),
        "requirements": requirements(draft, found),
    }
    headings = draft.rule["heading"]
    return tuple(Section(headings[name], texts) for name, texts in paragraphs.items())
