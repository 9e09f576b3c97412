"""What is asked of projects: the ladder of a place, the page of one project, and who else holds something of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.urls import reverse

from tici.accounts.models import Person
from tici.core import documents
from tici.core.copying import AnyOf
from tici.core.origins import Origin
from tici.engines.periods import Month
from tici.engines.sheets.text import plain
from tici.enterprises.models import Enterprise
from tici.places.models import Place

from . import facts, rules
from .models import Approval, ApprovalKind, Change, Move, Project, ProjectQuerySet, ProjectYear, Stage

OWN = {Move, Change, ProjectYear, Approval}
HEIGHT = Case(
    *(When(stage=stage, then=height) for height, stage in enumerate(Stage.values)), output_field=IntegerField()
)


# The register


def with_status(rows: QuerySet[Project]) -> QuerySet[Project]:
    """Projects with their status in the words of OC4IDS."""
    status = rules.oc4ids()
    return rows.annotate(
        oc4ids=Case(
            When(cancelled_on__isnull=False, then=Value(status["cancelled"])),
            *(When(stage=stage, then=Value(status[stage])) for stage in Stage.values),
            output_field=TextField(),
        ),
        rung=HEIGHT,
    )


def with_plan(rows: QuerySet[Project], year: int) -> QuerySet[Project]:
    """Projects with what they are to do in a year, under ``plan``."""
    return rows.annotate(plan=FilteredRelation("years", condition=Q(years__year=year)))


def of_category(year: int, category: str) -> Q:
    """Projects of a category in a year."""
    return Q(Exists(ProjectYear.objects.filter(project=OuterRef("pk"), year=year, category=category)))


def years() -> list[int]:
    """The years from the newest any project has a plan for back to the oldest; two looks at the index's ends."""
    ends = ProjectYear.objects.aggregate(oldest=Min("year"), newest=Max("year"))
    return [] if ends["newest"] is None else list(range(ends["newest"], ends["oldest"] - 1, -1))


def counties_of(person: Person) -> list[Place]:
    """The county-level places a person may see, in official order."""
    return list(Place.objects.within(person.place).county_level()) if person.place else []


# The ladder of a place


@dataclass(frozen=True)
class RungFigures:
    """How many projects stand on a rung, their money, and where the number opens."""

    stage: str
    label: str
    height: int  # from 1
    count: int
    wan: Decimal
    url: str


def ladder_of(place: Place, person: Person) -> list[RungFigures]:
    """The five rungs of a place now, as far as a person may see; cancelled projects stand on none."""
    rows = Project.objects.visible_to(person).within(place).alive().order_by()
    found = {
        row["stage"]: dict(row) for row in rows.values("stage").annotate(count=Count("pk"), wan=Sum("investment_wan"))
    }
    return [_rung(Stage(stage), found.get(stage, {}), place) for stage in Stage.values]


def _rung(stage: Stage, row: dict[str, Any], place: Place) -> RungFigures:
    url = f"{reverse('projects:register')}?place={place.code}&stage={stage}"
    height = Stage.values.index(stage) + 1
    return RungFigures(stage, str(stage.label), height, row.get("count", 0), row.get("wan") or Decimal(0), url)


def largest_on_rungs(place: Place, person: Person, each: int) -> dict[str, list[Project]]:
    """The largest projects of each rung in a place."""
    rows = Project.objects.visible_to(person).within(place).alive().select_related("place").defer("search_pairs")
    return {
        stage: list(rows.filter(stage=stage).order_by(F("investment_wan").desc(nulls_last=True), "pk")[:each])
        for stage in Stage.values
    }


# One project


@dataclass(frozen=True)
class Fact:
    """One fact of a project in words, and where it came from."""

    key: str
    label: str
    text: str
    value: Any = None
    is_money: bool = False
    is_wide: bool = False
    origin: Origin | None = None


@dataclass(frozen=True)
class HistoryLine:
    """One change: what became of which fact."""

    change: Change
    is_entry: bool
    lines: list[tuple[str, str, str, str]]  # label, old, new, URL of the cell


@dataclass(frozen=True)
class ProjectPage:
    """Everything this room knows of one project."""

    project: Project
    groups: list[tuple[str, list[Fact]]]
    plans: list[tuple[ProjectYear, Origin | None, Origin | None]]
    papers: list[tuple[ApprovalKind, Approval | None, Origin | None]]
    moves: list[Move]
    history: list[HistoryLine]
    rungs: list[tuple[str, str, date | None]] = field(default_factory=list)  # label, done|now|ahead, day reached
    oc4ids: str = ""

    @property
    def oc4ids_label(self) -> str:
        """What people call the status; the code itself where a city's own rule gives another."""
        return str(rules.OC4IDS_LABELS.get(self.oc4ids, self.oc4ids))


def project_page(project: Project) -> ProjectPage:
    """The facts of a project with their origins, its plans, approvals, moves and history, in four queries."""
    changes = list(
        Change.objects.filter(project=project).select_related("changed_by", "source__upload").order_by("-pk")
    )
    origins = _origins(changes)
    papers = {approval.kind: approval for approval in project.approvals.all()}
    moves = list(project.moves.select_related("moved_by", "source__upload"))
    return ProjectPage(
        project=project,
        groups=[(str(label), [_fact(project, key, origins) for key in keys]) for label, keys in facts.GROUPS],
        plans=[
            (year, origins.get(f"{year.year}.category"), origins.get(f"{year.year}.plan_wan"))
            for year in sorted(project.years.all(), key=lambda year: -year.year)
        ],
        papers=[(kind, papers.get(kind), origins.get(f"approval.{kind}")) for kind in ApprovalKind],
        moves=moves,
        history=[_history_line(change) for change in changes],
        rungs=_rungs(project, moves),
        oc4ids=rules.oc4ids()["cancelled" if project.is_cancelled else project.stage],
    )


def _origins(newest_first: Iterable[Change]) -> dict[str, Origin]:
    """Where each fact came from: the newest change that names it and still holds."""
    found: dict[str, Origin] = {}
    for change in newest_first:
        if change.undone_at is not None:
            continue
        for key in change.new:
            if key not in found:
                cell = facts.cell_of(key, change.source.cells) if change.source else ""
                found[key] = Origin(change.changed_at, str(change.changed_by), change.source, cell)
    return found


def _fact(project: Project, key: str, origins: dict[str, Origin]) -> Fact:
    if key == "owner":
        text = project.owner.name if project.owner else ""
        return Fact(key, facts.label_of(key), text, origin=origins.get(key))
    value = getattr(project, key)
    beside = {name: getattr(project, name) for name in facts.PRECISION_OF.values()}
    return Fact(
        key=key,
        label=facts.label_of(key),
        text=facts.shown(key, documents.plain(value), beside),
        value=value,
        is_money=isinstance(value, Decimal),
        is_wide=key in {"content", "capacity", "highlight", "remark"},
        origin=origins.get(key) if value not in (None, "") else None,
    )


def _history_line(change: Change) -> HistoryLine:
    lines = []
    for key, new in change.new.items():
        if key in facts.PRECISION_OF.values():
            continue  # said with its date
        cell = facts.cell_of(key, change.source.cells) if change.source else ""
        origin = Origin(change.changed_at, "", change.source, cell)
        old = facts.shown(key, change.old.get(key), change.old)
        lines.append((facts.label_of(key), old, facts.shown(key, new, change.new), origin.url))
    return HistoryLine(change, not change.old, lines)


def _rungs(project: Project, moves: Sequence[Move]) -> list[tuple[str, str, date | None]]:
    here = Stage.values.index(project.stage)
    reached = {move.to_stage: move.moved_on for move in moves}
    return [
        (
            str(Stage(stage).label),
            "done" if height < here else "now" if height == here else "ahead",
            reached.get(stage) if height <= here else None,
        )
        for height, stage in enumerate(Stage.values)
    ]


def last_step(project: Project) -> date | None:
    """The day of a project's last move on the ladder; entering the register is no step."""
    last: date | None = project.moves.exclude(from_stage="").aggregate(last=Max("moved_on"))["last"]
    return last


def owner_kept(owner: Enterprise | None) -> list[Any] | None:
    """An owner as a change keeps it."""
    return None if owner is None else [owner.pk, owner.name]


# Accepting and undoing


def with_code(code: str) -> ProjectQuerySet:
    """The project that holds a code."""
    return Project.objects.filter(code=code)


def holders_of_codes(codes: Collection[str]) -> dict[str, int]:
    """Which project holds each of some codes."""
    return dict(Project.objects.filter(AnyOf("code", codes)).values_list("code", "pk")) if codes else {}


def namesakes(place: Place, name: str, code: str) -> list[Project]:
    """Projects of a place that are called the same, blanks and dashes aside; two codes tell two projects apart."""
    rows = Project.objects.filter(place=place).order_by("pk")
    if code:
        rows = rows.filter(code="")
    return [one for one in rows.defer("search_pairs") if plain(one.name) == plain(name)]


def changed_since(changes: Sequence[Change]) -> list[str]:
    """The names of projects whose facts or stage were changed again after some changes of one acceptance."""
    batch, oldest = changes[0].batch, min(change.pk for change in changes)
    keys: dict[int, set[str]] = {}
    for change in changes:
        keys.setdefault(change.project_id, set()).update(change.new)
    entered = {change.project_id for change in changes if not change.old}
    others = Change.objects.filter(project__in=keys, pk__gt=oldest, undone_at=None).exclude(batch=batch)
    again = {pk for pk, new in others.values_list("project_id", "new") if pk in entered or keys[pk] & new.keys()}
    brought = {change.project_id: change.new["stage"] for change in reversed(changes) if "stage" in change.new}
    now = Project.objects.filter(pk__in=brought).values_list("pk", "stage")
    again |= {pk for pk, stage in now if stage != brought[pk]}
    return list(Project.objects.filter(pk__in=again).order_by("pk").values_list("name", flat=True))


def held_elsewhere(ids: Collection[int]) -> set[int]:
    """Those of some projects that rows of other rooms point at, whichever rooms there are."""
    held: set[int] = set()
    for relation in Project._meta.related_objects:
        if relation.related_model not in OWN:
            name = relation.field.name
            rows = relation.related_model._default_manager.filter(**{f"{name}__in": ids})
            held |= set(rows.values_list(f"{name}_id", flat=True))
    return held


# The ladder at the end of a month


def standing_at(rows: QuerySet[Project], month: Month) -> QuerySet[Any]:
    """Projects alive at the end of a month, with the stage they stood on then as ``stage_then``.

    The first step taken after the month tells where a project stood before it. Entering the register is no step.
    """
    later = Move.objects.filter(moved_on__gt=month.last).exclude(from_stage="").order_by("moved_on", "pk")
    alive = rows.filter(Q(cancelled_on__isnull=True) | Q(cancelled_on__gt=month.last))
    if not later.exists():
        return alive.annotate(stage_then=F("stage"))
    first = Subquery(later.filter(project=OuterRef("pk")).values("from_stage")[:1])
    moved = Case(When(pk__in=later.order_by().values("project"), then=first), default=F("stage"))
    return alive.annotate(stage_then=moved)


def start_in(first: date, last: date) -> tuple[Q, Q]:
    """Projects that started in a period: by their date; or, where none is known, by the move onto the rung."""
    steps = Move.objects.filter(
        from_stage__in=[Stage.PLANNED, Stage.RESERVED],
        to_stage__in=[Stage.STARTED, Stage.BUILDING, Stage.PERFORMING],
        moved_on__range=(first, last),
    )
    return Q(started_on__range=(first, last)), Q(started_on=None, pk__in=steps.values("project"))


def reserve_in(first: date, last: date) -> tuple[Q, Q]:
    """Projects that came into reserve in a period: by the day of their filing; or, where none is known, by the move."""
    filed = Approval.objects.filter(kind=ApprovalKind.FILING)
    known = filed.filter(project=OuterRef("pk"), granted_on__isnull=False)
    steps = Move.objects.filter(from_stage=Stage.PLANNED, to_stage__in=Stage.values[1:], moved_on__range=(first, last))
    dated = Q(pk__in=filed.filter(granted_on__range=(first, last)).values("project"))
    return dated, Q(~Exists(known), pk__in=steps.values("project"))


def fact_shown(key: str, kept: Any, beside: Mapping[str, Any]) -> str:
    """A fact as a change keeps it, in words; ``beside`` tells how exact a day is."""
    return facts.shown(key, kept, beside)
