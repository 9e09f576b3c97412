"""What the registers hold of the projects a file speaks of: read in a few set-based queries, however long the file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import Any

from django.db.models import Q

from tici.core.copying import AnyOf
from tici.desk.models import NameAnswer
from tici.desk.rules import fields
from tici.desk.rules.comparing import Standing
from tici.desk.rules.lines import Line
from tici.desk.rules.matching import Index, Known
from tici.duties.models import Duty
from tici.engines.periods import Month
from tici.places.models import Place
from tici.projects.models import Approval, Change, Project, ProjectYear
from tici.returns.models import Entry

ENTRY_FIELDS = (*fields.FIGURES.values(), *fields.RATES.values(), *fields.ENTRY_TEXTS.values())
LAST_MONTH_FIELDS = ("plan_year_wan", "done_month_wan", "done_ytd_wan", "done_total_wan")
ELSEWHERE = frozenset({"owner_name", "owner_uscc", "category", "plan_wan", "approvals"})  # facts of other tables


def register_of(place: Place, lines: Iterable[Line]) -> Index:
    """The projects of a place, and those of any place that bear a code of the file."""
    codes = {line.code for line in lines if line.code}
    here = Q(place__path__startswith=place.path)
    rows = Project.objects.filter(here | Q(AnyOf("code", codes)) if codes else here)
    found = rows.values_list("id", "place_id", "name", "code", "owner__name", "investment_wan").order_by("id")
    return Index([Known(pk, at, name, code, owner or "", wan) for pk, at, name, code, owner, wan in found])


def said_of_names(place: Place) -> dict[tuple[str, str], bool]:
    """What people said of pairs of names of a place."""
    rows = NameAnswer.objects.filter(place=place).values_list("name_key", "other_key", "is_same")
    return {(name, other): is_same for name, other, is_same in rows}


def standing_of(lines: Sequence[Line], month: Month) -> Standing:
    """What stands beside the lines that speak of a known project."""
    known = [line for line in lines if line.project_id is not None]
    ids = [line.project_id for line in known if line.project_id is not None]
    if not ids:
        return Standing()
    wanted = {name for line in known for name in line.facts}
    return Standing(
        facts=_facts(ids, wanted, month.year),
        entries=_entries(ids, month, ENTRY_FIELDS),
        last_month=_entries(ids, month - 1, LAST_MONTH_FIELDS),
        duties=_duties(ids) if any(line.duty for line in known) else {},
        undone=undone(ids),
    )


def undone(ids: Sequence[int]) -> set[int]:
    """Projects that stand cancelled because the acceptance that entered them was undone."""
    entered = Change.objects.filter(AnyOf("project_id", ids), old={}, undone_at__isnull=False)
    return set(entered.filter(project__cancelled_on__isnull=False).values_list("project_id", flat=True))


def _facts(ids: Sequence[int], wanted: Set[str], year: int) -> dict[int, dict[str, Any]]:
    own = sorted(set(wanted) - ELSEWHERE)
    facts = {row["id"]: row for row in Project.objects.filter(AnyOf("pk", ids)).values("id", *own)}
    if wanted & {"owner_name", "owner_uscc"}:
        owners = Project.objects.filter(AnyOf("pk", ids), owner__isnull=False)
        for pk, name, uscc in owners.values_list("pk", "owner__name", "owner__uscc"):
            facts[pk] |= {"owner_name": name, "owner_uscc": uscc}
    if wanted & {"category", "plan_wan"}:
        years = ProjectYear.objects.filter(AnyOf("project_id", ids), year=year)
        for pk, category, plan in years.values_list("project_id", "category", "plan_wan"):
            facts[pk] |= {"category": category, "plan_wan": plan}
    if "approvals" in wanted:
        papers = Approval.objects.filter(AnyOf("project_id", ids))
        for pk, kind, number in papers.values_list("project_id", "kind", "number"):
            facts[pk].setdefault("approvals", {})[kind] = [number, None]
    return facts


def _entries(ids: Sequence[int], month: Month, names: Sequence[str]) -> dict[int, dict[str, Any]]:
    rows = Entry.objects.current(month).filter(AnyOf("project_id", ids)).values("project_id", *names)
    return {row.pop("project_id"): row for row in rows}


def _duties(ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    held: dict[int, list[dict[str, Any]]] = {}
    rows = Duty.objects.filter(AnyOf("project_id", ids), to_date__isnull=True).order_by("pk")
    for pk, leader, department, officer in rows.values_list(
        "project_id", "post__title", "department__name", "officer_title"
    ):
        held.setdefault(pk, []).append(
            {"leader_title": leader, "department_name": department or "", "officer_title": officer}
        )
    return held
