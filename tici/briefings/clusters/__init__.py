"""The monthly report of clusters (集群月报), drafted by rule from what firms and clusters reported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tici.briefings.circular.content import Circular, Paragraph, Section
from tici.briefings.clusters import chapters
from tici.briefings.clusters.chapters import ClustersDraft
from tici.briefings.clusters.standing import ClustersMonth, ClusterStanding, CountyCluster
from tici.briefings.clusters.tables import tables
from tici.briefings.figures import Link, Note, Notes, no_link, year_to_date
from tici.briefings.sentences.targets import target_notes, target_paragraphs
from tici.briefings.sentences.wording import fill
from tici.engines import rulebook

__all__ = ["ClusterStanding", "ClustersMonth", "CountyCluster", "draft_clusters"]

RULE = "briefings/cluster"


def draft_clusters(
    standing: ClustersMonth,
    *,
    office: str,
    to: str,
    on: date,
    number: str = "",
    link: Link = no_link,
    measures: Mapping[str, Note] | None = None,
) -> Circular:
    """Draft the month's report by the rule ``briefings/cluster`` in force at the month's end."""
    rule = rulebook.load(RULE, on=standing.month.last)
    own = {**(measures or {}), **target_notes(rule, standing.targets)}
    draft = ClustersDraft(
        rule=rule,
        notes=Notes.of(rule, link, own),
        month=standing.month,
        place=standing.place,
        code=standing.code,
        standing=standing,
    )
    words = {"year": str(standing.month.year), "period": year_to_date(standing.month), "whole": standing.place}
    last = rule["figures_table"]
    return Circular(
        title=rule["title"].format(**words),
        to=to,
        opening=fill(rule["opening"], **words),
        sections=_sections(draft),
        tables=tables(draft),
        chart=None,
        office=office,
        on=on,
        number=number,
        figures_title=last["title"],
        figures_notes=(last["note"],),
    )


def _sections(draft: ClustersDraft) -> tuple[Section, ...]:
    standing = draft.standing
    paragraphs: dict[str, tuple[Paragraph, ...]] = {"overall": chapters.overall(draft)}
    if standing.clusters:
        paragraphs["clusters"] = chapters.clusters(draft)
    if standing.county:
        paragraphs["county"] = chapters.county(draft)
    paragraphs["problems"] = chapters.problems(draft)
    if standing.targets:
        paragraphs["targets"] = target_paragraphs(draft, standing.targets)
    headings = draft.rule["heading"]
    return tuple(Section(headings[name], texts) for name, texts in paragraphs.items())
