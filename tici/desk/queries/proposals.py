"""The lines of a file as a page shows them: what is new, what differs cell by cell, what is wrong, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from tici.core.registers import Listing
from tici.core.templatetags.tici import NOTHING, percent, wan
from tici.desk.models import DroppedFile, FileSubject, Part, Proposal, ProposalState
from tici.desk.queries.drops import parts_taken
from tici.desk.rules import drops as rules
from tici.desk.rules import fields
from tici.desk.rules.lines import MONTHLY
from tici.enterprises.queries import snapshots as firms
from tici.projects.models import ApprovalKind
from tici.projects.queries import fact_shown
from tici.returns.models import Entry

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
FIRM_AT_A_GLANCE = ("industry", "revenue_wan", "people", "assets_wan")  # the last three of the year before
AT_A_GLANCE = ("investment_wan", "plan_year_wan", "done_month_wan", "done_ytd_wan")
FIGURES = frozenset([*fields.FIGURES.values(), *fields.RATES.values()])
REPORTED = FIGURES | frozenset(fields.ENTRY_TEXTS.values())
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
    url: str  # the page of the project or the enterprise it speaks of


def listed(file: DroppedFile, listing: Listing) -> list[ShownLine]:
    """The lines of one page of a file's register, as the page shows them."""
    lines = file.proposals.select_related("place", "project", "enterprise").in_bulk([row["pk"] for row in listing.rows])
    return shown_lines(file, [lines[row["pk"]] for row in listing.rows if row["pk"] in lines])


def glance_of(file: DroppedFile) -> tuple[str, ...]:
    """The facts that stand in columns of their own."""
    if file.subject == FileSubject.PROJECTS:
        return AT_A_GLANCE
    return tuple(name if name == "industry" else f"{file.month.year - 1}.{name}" for name in FIRM_AT_A_GLANCE)


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
                glance=[_glance(file, proposal, name, urls) for name in glance_of(file)],
                differences=_differences(file, proposal, urls),
                problems=[_problem(file, one) for one in proposal.problems],
                sources=[_source(file, one) for one in proposal.sources],
                taken=[str(labels[part]) for part in Part.values if part in went],
                url=_page_of(file, proposal, next(iter(went.values()), None)),
            )
        )
    return lines


def _page_of(file: DroppedFile, proposal: Proposal, taken_to: int | None) -> str:
    """The page of what a line speaks of, or went to; empty where that is not in the registers yet."""
    is_project = file.subject == FileSubject.PROJECTS
    pk = taken_to or (proposal.project_id if is_project else proposal.enterprise_id)
    return reverse("desk:project" if is_project else "desk:enterprise", args=[pk]) if pk else ""


def label_of(file: DroppedFile, name: str) -> str:
    return str(fields.LABELS.get(name, name)) if file.subject == FileSubject.PROJECTS else firms.label_of(name)


def said_of(file: DroppedFile, name: str, value: Any, beside: Mapping[str, Any] | None = None) -> str:
    if file.subject == FileSubject.PROJECTS:
        return said(name, value, beside or {})
    return firms.shown(name, value) or NOTHING


def _glance(file: DroppedFile, proposal: Proposal, name: str, urls: Mapping[str, str]) -> Shown:
    """A figure that stands in every row of the page, with what it was in the register and last month."""
    part = "figures" if name in FIGURES else "facts"
    value = (proposal.figures if name in FIGURES else proposal.facts).get(name)
    pair = proposal.differences.get(part, {}).get(name)
    old = said_of(file, name, pair[0]) if pair and pair[0] is not None else ""
    last = said_of(file, name, proposal.last_month[name]) if proposal.last_month.get(name) is not None else ""
    return Shown(label_of(file, name), old, said_of(file, name, value), urls.get(name, ""), name != "industry", last)


def _differences(file: DroppedFile, proposal: Proposal, urls: Mapping[str, str]) -> list[Shown]:
    """What would change, apart from the figures that stand in columns of their own."""
    glance = glance_of(file)
    return [
        Shown(label_of(file, name), old, new, urls.get(name, ""), name in fields.MONEY_KEPT)
        for name, old, new in _changes(file, proposal.differences, proposal.facts)
        if name not in glance
    ]


def _changes(
    file: DroppedFile, differences: Mapping[str, Any], facts: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    """What would change: the field, what stands there, and what the file says."""
    for changes in differences.values():
        for name, (old, new) in changes.items():
            if name not in NOT_SHOWN and not (old is None and name in FIGURES):
                yield name, said_of(file, name, old), said_of(file, name, new, facts)


def words_of(
    file: DroppedFile,
    differences: Mapping[str, Any],
    facts: Mapping[str, Any],
    problems: Sequence[Mapping[str, Any]],
) -> str:
    """All that would change of a line and all that is wrong with it, in one text."""
    changes = [f"{label_of(file, name)}：{old} → {new}" for name, old, new in _changes(file, differences, facts)]
    found = [f"{one.get('cell') or ''} {rules.sentence(one)}".strip() for one in problems]
    return _("；").join([*changes, *(sentence.rstrip("。") for sentence in found)])


def sources_of(file: DroppedFile, sources: Sequence[Mapping[str, Any]]) -> str:
    """Where in a file a line stands, in words."""
    return _("、").join(_source(file, one)["words"] for one in sources)


def said(name: str, value: Any, beside: Mapping[str, Any]) -> str:
    """A kept value in words; ``beside`` holds the other facts of the line, for how exact a day is."""
    if value is None or value == "":
        return NOTHING
    if name in fields.DATES_KEPT:
        return fact_shown(name, value, beside)
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
    """The cell of each field: the first source speaks, and a row of the month first for what is reported of it."""
    urls: dict[str, str] = {}
    for source in reversed(sources):
        urls |= {name: cell_url(file, source["sheet"], cell) for name, cell in source["cells"].items()}
    for source in reversed([source for source in sources if source["kind"] == MONTHLY]):
        reported = source["cells"].keys() & REPORTED
        urls |= {name: cell_url(file, source["sheet"], source["cells"][name]) for name in reported}
    return urls


def _problem(file: DroppedFile, problem: Mapping[str, Any]) -> dict[str, Any]:
    url = cell_url(file, problem["sheet"], problem["cell"]) if problem.get("cell") else ""
    return {"sentence": rules.sentence(problem), "cell": problem.get("cell"), "url": url, "stop": problem["stop"]}


def _source(file: DroppedFile, source: Mapping[str, Any]) -> dict[str, str]:
    query = urlencode({"sheet": source["sheet"], "row": source["row"]})
    url = f"{reverse('desk:cell', args=[file.upload.digest])}?{query}"
    return {"words": _("%(sheet)s第%(row)s行") % {"sheet": source["sheet"], "row": source["row"]}, "url": url}


def tabs_of(file: DroppedFile, listing: Listing) -> list[dict[str, Any]]:
    """The groups of a file's lines with how many are in each; empty ones are left out."""
    counts, current = file.counts, listing.asked.get("state", "")
    groups = [("", _("全部"), sum(counts.values()))]
    groups += [(state.value, str(state.label), count) for state in TABS if (count := counts.get(state.value))]
    return [
        {"url": listing.url(state=state), "label": label, "count": count, "current": current == state}
        for state, label, count in groups
    ]


def file_problems(file: DroppedFile) -> list[dict[str, Any]]:
    """What is wrong with a file or its sheets as a whole, in words."""
    return [{"sheet": one["sheet"], "sentence": rules.sentence(one)} for one in file.problems]


def against_last_month(file: DroppedFile) -> dict[str, Any]:
    """How the file stands against the month before: projects that joined, those it leaves out, figures that fell."""
    if file.place is None or file.subject != FileSubject.PROJECTS:
        return {}
    before = Entry.objects.current(file.month - 1).filter(place__path__startswith=file.place.path)
    if not (count := before.count()):
        return {}
    said_of = file.proposals.filter(project__isnull=False).values("project")
    left = list(
        before.exclude(project__in=said_of)
        .select_related("project")
        .defer("project__search_pairs")
        .order_by("project_id")
    )
    return {
        "month": file.month - 1,
        "count": count,
        "left_out": left,
        "new_count": file.counts.get(ProposalState.NEW.value, 0),
    }
