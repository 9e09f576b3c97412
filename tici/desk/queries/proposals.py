"""The lines of a file as a page shows them: what is new, what differs cell by cell, what is wrong, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tici.core.templatetags.tici import NOTHING, percent, wan
from tici.desk.models import DroppedFile, Part, Proposal, ProposalState
from tici.desk.queries.drops import parts_taken
from tici.desk.rules import drops as rules
from tici.desk.rules import fields
from tici.projects.models import ApprovalKind
from tici.returns.models import Entry

PAGE = 50
TABS = (
    ProposalState.NEW,
    ProposalState.CHANGED,
    ProposalState.HELD,
    ProposalState.REFUSED,
    ProposalState.SAME,
    ProposalState.MERGED,
)
ROW_CLASSES = {
    ProposalState.NEW: "new",
    ProposalState.CHANGED: "changed",
    ProposalState.SAME: "same",
    ProposalState.HELD: "asked",
    ProposalState.REFUSED: "refused",
    ProposalState.MERGED: "same",
}
AT_A_GLANCE = ("investment_wan", "plan_year_wan", "done_month_wan", "done_ytd_wan")
FIGURES = frozenset([*fields.FIGURES.values(), *fields.RATES.values()])
NOT_SHOWN = frozenset(
    {"planned_start_precision", "started_precision", "planned_finish_precision", "completed_precision"}
)


@dataclass(frozen=True)
class Shown:
    """One value on the page: its field, what stood there, what the file says, and the cell it stands in."""

    label: str
    old: str
    new: str
    url: str
    is_number: bool
    last_month: str = ""


@dataclass(frozen=True)
class ShownLine:
    """One line of a file on the page."""

    proposal: Proposal
    state: str
    css: str
    glance: list[Shown]
    differences: list[Shown]
    problems: list[dict[str, Any]]
    sources: list[dict[str, str]]
    taken: list[str]
    project_id: int | None


def page_of(file: DroppedFile, state: str, words: str, number: str | None) -> Page[Proposal]:
    """One page of a file's lines, of one state or all, whose name holds some words."""
    lines: QuerySet[Proposal] = file.proposals.select_related("place", "project").order_by("position")
    if state in ProposalState.values:
        lines = lines.filter(state=state)
    if words:
        lines = lines.filter(name__contains=words)
    return Paginator(lines, PAGE).get_page(number)


def shown_lines(file: DroppedFile, proposals: Sequence[Proposal]) -> list[ShownLine]:
    """Lines as the page shows them."""
    taken = parts_taken(proposals)
    labels = dict(Part.choices)
    lines = []
    for proposal in proposals:
        urls = _cell_urls(file, proposal.sources)
        went = taken.get(proposal.pk, {})
        lines.append(
            ShownLine(
                proposal=proposal,
                state=proposal.get_state_display(),
                css=ROW_CLASSES[ProposalState(proposal.state)],
                glance=[_glance(proposal, name, urls) for name in AT_A_GLANCE],
                differences=_differences(proposal, urls),
                problems=[_problem(file, one) for one in proposal.problems],
                sources=[_source(file, one) for one in proposal.sources],
                taken=[str(labels[part]) for part in Part.values if part in went],
                project_id=next(iter(went.values()), proposal.project_id),
            )
        )
    return lines


def _glance(proposal: Proposal, name: str, urls: Mapping[str, str]) -> Shown:
    """A figure that stands in every row of the page, with what it was in the register and last month."""
    part = "figures" if name in FIGURES else "facts"
    value = (proposal.figures if name in FIGURES else proposal.facts).get(name)
    pair = proposal.differences.get(part, {}).get(name)
    old = said(name, pair[0]) if pair and pair[0] is not None else ""
    last = said(name, proposal.last_month[name]) if proposal.last_month.get(name) is not None else ""
    return Shown(str(fields.LABELS.get(name, name)), old, said(name, value), urls.get(name, ""), True, last)


def _differences(proposal: Proposal, urls: Mapping[str, str]) -> list[Shown]:
    """What would change, apart from the figures that stand in columns of their own."""
    shown = []
    for changes in proposal.differences.values():
        for name, (old, new) in changes.items():
            if name in NOT_SHOWN or name in AT_A_GLANCE or (old is None and name in FIGURES):
                continue
            is_number = name in fields.MONEY_KEPT
            label = str(fields.LABELS.get(name, name))
            shown.append(Shown(label, said(name, old), said(name, new), urls.get(name, ""), is_number))
    return shown


def said(name: str, value: Any) -> str:
    """A kept value in words."""
    if value is None or value == "":
        return NOTHING
    if name in fields.RATES.values():
        return percent(Decimal(str(value)))
    if name in fields.MONEY_KEPT:
        return wan(Decimal(str(value)))
    if name in fields.SHOWN_CHOICES:
        return str(fields.SHOWN_CHOICES[name].get(value, value))
    if isinstance(value, dict):
        kinds = dict(ApprovalKind.choices)
        return _("；").join(f"{kinds.get(kind, kind)} {number}" for kind, (number, _day) in value.items())
    return str(value)


def cell_url(file: DroppedFile, sheet: str, cell: str) -> str:
    """Where a cell of the file is shown in its surroundings."""
    return f"{reverse('desk:cell', args=[file.upload.digest])}?{urlencode({'sheet': sheet, 'cell': cell})}"


def _cell_urls(file: DroppedFile, sources: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    urls: dict[str, str] = {}
    for source in reversed(sources):  # the first source speaks
        urls |= {name: cell_url(file, source["sheet"], cell) for name, cell in source["cells"].items()}
    return urls


def _problem(file: DroppedFile, problem: Mapping[str, Any]) -> dict[str, Any]:
    url = cell_url(file, problem["sheet"], problem["cell"]) if problem.get("cell") else ""
    return {"sentence": rules.sentence(problem), "cell": problem.get("cell"), "url": url, "stop": problem["stop"]}


def _source(file: DroppedFile, source: Mapping[str, Any]) -> dict[str, str]:
    query = urlencode({"sheet": source["sheet"], "row": source["row"]})
    url = f"{reverse('desk:cell', args=[file.upload.digest])}?{query}"
    return {"words": _("%(sheet)s第%(row)s行") % {"sheet": source["sheet"], "row": source["row"]}, "url": url}


def tabs_of(file: DroppedFile, current: str) -> list[dict[str, Any]]:
    """The groups of a file's lines with how many are in each; empty ones are left out."""
    labels = dict(ProposalState.choices)
    counts = file.counts
    tabs = [{"state": "", "label": _("全部"), "count": sum(counts.values()), "current": current == ""}]
    for state in TABS:
        if count := counts.get(state.value):
            tabs.append({"state": state.value, "label": labels[state], "count": count, "current": current == state})
    return tabs


def file_problems(file: DroppedFile) -> list[dict[str, Any]]:
    """What is wrong with a file or its sheets as a whole, in words."""
    return [{"sheet": one["sheet"], "sentence": rules.sentence(one)} for one in file.problems]


def against_last_month(file: DroppedFile) -> dict[str, Any]:
    """How the file stands against the month before: projects that joined, those it leaves out, figures that fell."""
    if file.place is None:
        return {}
    before = Entry.objects.current(file.month - 1).filter(place__path__startswith=file.place.path)
    if not (count := before.count()):
        return {}
    said_of = file.proposals.filter(project__isnull=False).values("project")
    left = before.exclude(project__in=said_of).select_related("project").order_by("project_id")
    return {
        "month": file.month - 1,
        "count": count,
        "left_out": list(left[:10]),
        "left_count": left.count(),
        "new_count": file.counts.get(ProposalState.NEW.value, 0),
    }
