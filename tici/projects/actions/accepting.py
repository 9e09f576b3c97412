"""Taking in a county's ledger: many rows at once, each fact kept with the cell it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from tici.accounts.models import Person
from tici.core.actions import Source, keep_sources, with_sources
from tici.core.audit import Deed, record_many
from tici.core.copying import copy_in, copy_over, many_objects, reserve_ids
from tici.core.documents import plain
from tici.core.searching import searchable
from tici.enterprises.actions import Identity, identify_enterprises
from tici.projects import facts as written
from tici.projects import queries, rules
from tici.projects.models import Approval, Change, Move, Project, ProjectYear, Stage

from .moves import day_of
from .standing import BLANK, Standing, paper_rows, standing, year_rows

LIMITS = {name: length for name in written.FIELDS if (length := written.column(name).max_length)}
BLANKS = (None, "")  # 0 is none of them
MONEY_LIMIT = Decimal(10) ** 10  # 万元; beyond it the unit is wrong
COLUMNS = ("owner", "stage", "search_text", *written.FIELDS)
_FACTS = itemgetter(*written.FIELDS)
NEW_COLUMNS = ("id", "place", "is_example", "cancel_reason", *COLUMNS)


@dataclass(frozen=True)
class LedgerRow:
    """One project as a county's ledger gives it; ``facts`` holds only the fields the county filled in."""

    project_id: int | None  # None: a project not seen before
    place_id: int
    facts: dict[str, Any]  # field of Project -> typed value
    owner_name: str = ""
    owner_uscc: str = ""
    year: int = 0
    category: str = ""
    plan_wan: Decimal | None = None
    approvals: Mapping[str, tuple[str, date | None]] = field(default_factory=dict)
    stage: str = ""
    source: Source | None = None


@dataclass(frozen=True)
class Question:
    """Something in a row that was not taken in as it stands, for a person to settle."""

    row: int  # its place among the rows given, from 0
    project_id: int
    code: str
    message: str


@dataclass
class AcceptedProjects:
    """What came of a ledger."""

    created: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    unchanged: int = 0
    project_ids: list[int] = field(default_factory=list)  # one for each row given, in their order
    questions: list[Question] = field(default_factory=list)


@transaction.atomic
def accept_projects(
    rows: Sequence[LedgerRow], *, batch: UUID, by: Person, at: datetime, on: date | None = None
) -> AcceptedProjects:
    """Enter a ledger's new projects and change the facts it gives anew, all of it or nothing.

    A blank cell wipes nothing. A stage above the register's is a move with the ledger as evidence; a lower one
    is asked about, never taken. ``on`` dates the moves for which the ledger gives no day of their own.
    """
    owners = identify_enterprises([Identity(row.place_id, row.owner_name, row.owner_uscc) for row in rows])
    taking = _Taking(rows, batch=batch, by=by, at=at, on=on or day_of(at))
    fresh = iter(reserve_ids(Project, sum(row.project_id is None for row in rows)))
    with many_objects():
        # New projects go in while the rows after them are still being compared: the database and we work at once.
        copy_in(Project, NEW_COLUMNS, taking.entered(rows, owners, fresh))
        taking.write()
    done = taking.done
    counts = {"created": len(done.created), "changed": len(done.changed), "unchanged": done.unchanged}
    record_many([Deed("projects.accepted", f"batch:{batch}", {}, counts)], by=by, at=at)
    return done


class _Taking:
    """One ledger on its way in: each row compared with what stands, and what is to be written."""

    def __init__(self, rows: Sequence[LedgerRow], *, batch: UUID, by: Person, at: datetime, on: date) -> None:
        self.batch, self.by, self.at, self.on = batch, by, at, on
        self.ladder = rules.ladder(on)
        self.done = AcceptedProjects()
        self.standing = standing([row.project_id for row in rows if row.project_id is not None])
        self.codes = queries.holders_of_codes({row.facts.get("code", "") for row in rows} - {""})
        self.sources: list[Source] = []
        self.moves: list[tuple[Any, ...]] = []
        self.changes: list[tuple[Any, ...]] = []
        self.touched: dict[int, Standing] = {}

    def entered(
        self, rows: Sequence[LedgerRow], owners: Sequence[int | None], fresh: Iterator[int]
    ) -> Iterator[tuple[Any, ...]]:
        """Take every row, and give those of new projects as they are to be written."""
        for number, (row, owner) in enumerate(zip(rows, owners, strict=True)):
            if row.project_id is not None:
                self.take(number, row, row.project_id, owner)
                continue
            project = self.take(number, row, next(fresh), owner)
            yield (project.pk, project.place_id, project.values["is_example"], "", *_row_of(project))

    def take(self, number: int, row: LedgerRow, pk: int, owner: int | None) -> Standing:
        """Compare one row with what stands, and note what is to be written."""
        project = self.standing.get(pk)
        is_new = project is None
        if project is None:
            project = Standing.fresh(pk, row.place_id, is_example=bool(row.facts.get("is_example")))
            self.standing[pk] = project
        self.done.project_ids.append(pk)
        if not is_new and self._is_asked_about(number, row, project):
            return project
        kept = self._facts(number, row, project, owner)
        self._stage(number, row, project, kept)
        if not kept:
            self.done.unchanged += 1
            return project
        (self.done.created if is_new else self.done.changed).append(pk)
        self.touched[pk] = project
        source = self._source(row)
        old = {} if is_new else {key: pair[0] for key, pair in kept.items()}
        new = {key: pair[1] for key, pair in kept.items()}
        self.changes.append((pk, old, new, source))
        if "stage" in kept:
            self.moves.append((pk, *kept["stage"], self._day(project, new["stage"]), source))
        return project

    def _is_asked_about(self, number: int, row: LedgerRow, project: Standing) -> bool:
        if project.place_id != row.place_id:
            self._ask(number, project, "other_place", _("该项目登记在另一县区。请核实归属，本行未收。"))
        elif project.is_cancelled:
            self._ask(number, project, "cancelled", _("该项目已取消。如确在推进，请先恢复项目，本行未收。"))
        else:
            return False
        self.done.unchanged += 1
        return True

    def _facts(self, number: int, row: LedgerRow, project: Standing, owner: int | None) -> dict[str, tuple[Any, Any]]:
        """Put what the row gives into what stands; return what differs, as (old, new)."""
        kept: dict[str, tuple[Any, Any]] = {}
        values = project.values
        for name, given in row.facts.items():
            if name not in BLANK or (not given and given in BLANKS):
                continue
            value = self._fitting(number, project, name, given)
            if value is not None and value != values[name]:
                kept[name] = (values[name], value)
                values[name] = value
        self._days_in_order(number, project, kept)
        if owner is not None and owner != values["owner_id"]:
            was = [values["owner_id"], values["owner_name"]] if values["owner_id"] else None
            values["owner_id"], values["owner_name"] = owner, row.owner_name
            kept["owner"] = (was, [owner, row.owner_name])
        for kind, (paper, granted_on) in row.approvals.items():
            if paper:
                kept |= project.hold(kind, paper[:120], granted_on)
        if row.year:
            plan = (
                None if row.plan_wan is None else self._fitting(number, project, f"{row.year}.plan_wan", row.plan_wan)
            )
            kept |= project.plan(row.year, row.category, plan)
        return kept

    def _fitting(self, number: int, project: Standing, name: str, value: Any) -> Any:
        """The value as the register can hold it; None, and a question, where it cannot."""
        if isinstance(value, str) and len(value) > LIMITS.get(name, len(value)):
            message = _("%(label)s过长，只收前%(length)s字。")
            message %= {"label": written.label_of(name), "length": LIMITS[name]}
            self._ask(number, project, "too_long", message)
            return value[: LIMITS[name]]
        if isinstance(value, Decimal):
            if abs(value) >= MONEY_LIMIT:
                message = _("%(label)s过大，未收。请核对单位。") % {"label": written.label_of(name)}
                self._ask(number, project, "too_large", message)
                return None
            if rules.is_no_sum(name, value):
                message = _("%(label)s为%(value)s，未收。请核对后填大于0的数。")
                message %= {"label": written.label_of(name), "value": plain(value)}
                self._ask(number, project, "not_positive", message)
                return None
            return value if value.as_tuple().exponent >= -4 else round(value, 4)  # type: ignore[operator]
        if name == "code" and self.codes.setdefault(value, project.pk) != project.pk:
            self._ask(number, project, "code_taken", _("项目代码已用于另一项目，代码未收。请核对。"))
            return None
        return value

    def _days_in_order(self, number: int, project: Standing, kept: dict[str, tuple[Any, Any]]) -> None:
        started, completed = project.values["started_on"], project.values["completed_on"]
        if not (started and completed and completed < started and project.values["completed_precision"] == "day"):
            return
        for name in ("started_on", "completed_on", "completed_precision"):
            if name in kept:
                project.values[name] = kept.pop(name)[0]
        self._ask(number, project, "completed_before_start", _("竣工日期早于开工日期，本行的这两个日期未收。请核对。"))

    def _stage(self, number: int, row: LedgerRow, project: Standing, kept: dict[str, tuple[Any, Any]]) -> None:
        steps, now = self.ladder, project.values["stage"]
        given = row.stage
        if not now:
            given = given or rules.inferred_stage(steps, project.facts(), project.values)
        elif given and steps.height(given) < steps.height(now):
            message = _("台账所报阶段“%(given)s”低于现阶段“%(now)s”，阶段未改。如确需退回，请在项目页写明理由。")
            self._ask(number, project, "lower", message % {"given": Stage(given).label, "now": Stage(now).label})
            return
        if given and given != now:
            project.values["stage"] = given
            kept["stage"] = (now, given)

    def _day(self, project: Standing, stage: str) -> date:
        """The day a stage was reached, by the ledger's own evidence; else the day the ledger speaks for."""
        values = project.values
        proofs = {
            Stage.PLANNED: values["signed_on"],
            Stage.RESERVED: project.papers.get("filing", ("", None))[1],
            Stage.STARTED: values["started_on"],
            Stage.PERFORMING: values["performing_on"] or values["completed_on"],
        }
        return min(proofs.get(Stage(stage)) or self.on, self.on)

    def _source(self, row: LedgerRow) -> int | None:
        """Where the row's source will stand among those kept."""
        if row.source is None:
            return None
        self.sources.append(row.source)
        return len(self.sources) - 1

    def _ask(self, number: int, project: Standing, code: str, message: str) -> None:
        self.done.questions.append(Question(number, project.pk, f"project.{code}", message))

    def write(self) -> None:
        """Write down by COPY all but the new projects themselves."""
        kept = keep_sources(self.sources)
        created = set(self.done.created)
        old = [project for pk, project in self.touched.items() if pk not in created]
        copy_over(Project, COLUMNS, ((project.pk, *_row_of(project)) for project in old))
        touched = list(self.touched.values())
        _write(ProjectYear, ("project", "year", "category", "plan_wan"), list(year_rows(touched)))
        _write(Approval, ("project", "kind", "number", "granted_on"), list(paper_rows(touched)))
        moved = ("project", "from_stage", "to_stage", "moved_on", "source")
        copy_in(Move, moved, with_sources(self.moves, kept), {"moved_by": self.by.pk, "evidence": "", "reason": ""})
        alike = {"changed_at": self.at, "changed_by": self.by.pk, "batch": self.batch}
        copy_in(Change, ("project", "old", "new", "source"), with_sources(self.changes, kept), alike)


def _write(model: type[Model], fields: tuple[str, ...], rows: list[tuple[int | None, tuple[Any, ...]]]) -> None:
    """Write rows of years or approvals: those kept already over what they were, the others in."""
    copy_in(model, fields, (row for pk, row in rows if pk is None))
    copy_over(model, fields, ((pk, *row) for pk, row in rows if pk is not None))


def _row_of(project: Standing) -> tuple[Any, ...]:
    values = project.values
    text = searchable(values["name"], values["code"], values["owner_name"])
    return (values["owner_id"], values["stage"], text, *_FACTS(values))
