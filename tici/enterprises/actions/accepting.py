"""Taking in a list of enterprises: many rows at once, each fact kept with the cell it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tici.accounts.models import Person
from tici.core.actions import Source, keep_sources, with_sources
from tici.core.audit import Deed, record_many
from tici.core.copying import copy_in, many_objects, reserve_ids
from tici.core.documents import plain
from tici.enterprises import facts as written
from tici.enterprises import rules
from tici.enterprises.models import Enterprise, EnterpriseChange, Sector
from tici.enterprises.rules.pool import fitting_month

from .assigning import put_by_rule
from .recognising import Recognised, recognised
from .standing import Standing, standing, write, write_months

CHANGE_COLUMNS = ("enterprise", "old", "new", "source")


@dataclass(frozen=True)
class SpellFact:
    """A stay in the library, as a list gives it; days count as their months."""

    sector: str
    from_date: date
    to_date: date | None = None
    window: str = ""
    exit_reason: str = ""


@dataclass(frozen=True)
class TierFact:
    """A certificate, as a list gives it; without an end its validity is that of the rule of its day."""

    tier: str
    from_date: date
    to_date: date | None = None
    batch: str = ""


@dataclass(frozen=True)
class ListingFact:
    """A listing, as a list gives it."""

    board: str
    from_date: date
    stock_code: str = ""
    to_date: date | None = None


@dataclass(frozen=True)
class EnterpriseRow:
    """One enterprise as a list gives it; what it leaves out stays as it is."""

    enterprise_id: int | None  # None: to be found by code, by name in its place, by former name in its place
    place_id: int
    name: str
    uscc: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)  # field of Enterprise -> typed value
    years: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)  # year -> field of YearFacts -> value
    months: Mapping[date, Mapping[str, Any]] = field(default_factory=dict)  # first day -> field of MonthFacts -> value
    former_names: Sequence[str] = ()
    spells: Sequence[SpellFact] = ()
    tiers: Sequence[TierFact] = ()
    listings: Sequence[ListingFact] = ()
    source: Source | None = None


@dataclass(frozen=True)
class EnterpriseQuestion:
    """Something in a row that was not taken in as it stands, for a person to settle."""

    row: int  # its place among the rows given, from 0
    enterprise_id: int | None
    code: str
    message: str


@dataclass
class AcceptedEnterprises:
    """What came of a list."""

    created: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    unchanged: int = 0
    enterprise_ids: list[int | None] = field(default_factory=list)  # one for each row given; None: not taken
    questions: list[EnterpriseQuestion] = field(default_factory=list)


@transaction.atomic
def accept_enterprises(
    rows: Sequence[EnterpriseRow], *, by: Person, at: datetime, batch: UUID | None = None
) -> AcceptedEnterprises:
    """Enter a list's new enterprises and change the facts it gives anew, all of it or nothing.

    A code decides who is meant, then the name in its place, then a former name there. A blank cell wipes nothing.
    A new name of a known code keeps the old one as a former name. Two entries that seem one are asked about, never
    merged; what does not fit is asked about and left as it was.
    """
    with many_objects():
        taking = _Taking(rows, batch=batch, by=by, at=at)
        taking.take_all()
        taking.write()
    done = taking.done
    put_by_rule(taking.placed_anew)
    counts = {"created": len(done.created), "changed": len(done.changed), "unchanged": done.unchanged}
    record_many([Deed("enterprises.accepted", f"batch:{batch or ''}", {}, counts)], by=by, at=at)
    return done


class _Taking:
    """One list on its way in: each row compared with what stands, and what is to be written."""

    def __init__(self, rows: Sequence[EnterpriseRow], *, batch: UUID | None, by: Person, at: datetime) -> None:
        self.rows, self.batch, self.by, self.at = rows, batch, by, at
        self.done = AcceptedEnterprises()
        self.who = recognised([(row.enterprise_id, row.place_id, row.name, row.uscc) for row in rows])
        fresh = reserve_ids(Enterprise, self.who.fresh)
        self.ids = [one if one is None or one >= 0 else fresh[-one - 1] for one in self.who.found]
        months = {day for row in rows for day in row.months}
        self.standing = standing({pk for pk in self.ids if pk is not None} - set(fresh), months)
        self.codes = {one.uscc: one.pk for one in self.standing.values() if one.uscc}
        self.touched: dict[int, Standing] = {}
        self.placed_anew: list[int] = []
        self.sources: list[Source] = []
        self.source_of: dict[int, int | None] = {}
        self.changes: list[tuple[Any, ...]] = []

    def take_all(self) -> None:
        seen: set[int] = set()
        for number, (row, pk) in enumerate(zip(self.rows, self.ids, strict=True)):
            for code, message in self.who.questions.get(number, ()):
                self._ask(number, pk, code, message)
            if pk is not None and not self._take(number, row, pk, is_again=pk in seen):
                pk = None
            self.done.enterprise_ids.append(pk)
            if pk is None:
                self.done.unchanged += 1
            else:
                seen.add(pk)

    def _take(self, number: int, row: EnterpriseRow, pk: int, *, is_again: bool) -> bool:
        """Compare one row with what stands, and note what is to be written; False where it was not taken."""
        one = self.standing.get(pk)
        is_new = one is None
        name, code = Recognised.tidied(row.name, row.uscc)
        if one is None:
            if not name:
                self._ask(number, None, "no_name", _("企业名称为空，本行未收。请补填名称。"))
                return False
            one = self.standing[pk] = Standing.fresh(pk, row.place_id, name, code)
        elif one.place_id != row.place_id:
            self._ask(number, pk, "other_place", _("该企业登记在另一县区。请核实归属，本行未收。"))
            return False
        if is_again:
            self._ask(number, pk, "twice", _("同一企业在表中出现多次，相同的栏目以后一行为准。请核对。"))
        kept: dict[str, tuple[Any, Any]] = {}
        if is_new:
            kept = {"name": ("", name)} | ({"uscc": ("", code)} if code else {})
        else:
            self._identity(number, one, name, code, kept)
        self._facts(number, row, one, kept)
        self._years(number, row, one, kept)
        self._months(number, row, one, kept)
        self._dated(number, row, one, kept)
        for former in row.former_names:
            self._former(one, former, kept)
        self._note(row, one, kept, is_new=is_new)
        return True

    def _note(self, row: EnterpriseRow, one: Standing, kept: dict[str, tuple[Any, Any]], *, is_new: bool) -> None:
        if not kept:
            self.done.unchanged += 1
            return
        source = None
        if row.source is not None:
            self.sources.append(row.source)
            source = len(self.sources) - 1
        if is_new:
            self.done.created.append(one.pk)
            self.source_of[one.pk] = source
        elif one.pk not in self.touched:
            self.done.changed.append(one.pk)
        if is_new or "industry" in kept:
            self.placed_anew.append(one.pk)
        self.touched[one.pk] = one
        old = {} if is_new else {key: pair[0] for key, pair in kept.items()}
        new = {key: pair[1] for key, pair in kept.items()}
        self.changes.append((one.pk, old, new, source))

    def _identity(self, number: int, one: Standing, name: str, code: str, kept: dict[str, tuple[Any, Any]]) -> None:
        if code and code != one.uscc:
            if one.uscc:
                message = _("所报统一社会信用代码与登记的不同，代码未收。请按营业执照核对。")
                self._ask(number, one.pk, "other_code", message)
            elif self.who.holder_of(code, one.pk) != one.pk or self.codes.setdefault(code, one.pk) != one.pk:
                self._ask(number, one.pk, "code_taken", _("统一社会信用代码已用于另一企业，代码未收。请核对。"))
            else:
                kept["uscc"] = ("", code)
                one.uscc = code
        if not name or name == one.name or name in one.former_names:
            return
        if not one.uscc and self.who.is_taken(one.place_id, name, one.pk):
            self._ask(
                number, one.pk, "name_taken", _("本地另有同名企业，名称未改。如为同一企业，请在“疑似重复”中合并。")
            )
            return
        kept["name"] = (one.name, name)
        self._former(one, one.name, kept)
        one.name = name

    def _former(self, one: Standing, former: str, kept: dict[str, tuple[Any, Any]]) -> None:
        former = " ".join(former.split())[: rules.NAME_LENGTH]
        if not former or former in one.former_names:
            return
        one.former_names.append(former)
        one.new_names.append(former)
        kept[f"former.{former}"] = (None, True)

    def _facts(self, number: int, row: EnterpriseRow, one: Standing, kept: dict[str, tuple[Any, Any]]) -> None:
        for name, given in row.facts.items():
            if name not in one.values or given is None or given == "":
                continue
            value, refusal = rules.fitting(name, given)
            if refusal is not None:
                self._ask(number, one.pk, refusal.code.partition(".")[2], str(refusal.message))
            if value is not None and value != one.values[name]:
                kept[name] = (plain(one.values[name]), plain(value))
                one.values[name] = value

    def _years(self, number: int, row: EnterpriseRow, one: Standing, kept: dict[str, tuple[Any, Any]]) -> None:
        for year, figures in row.years.items():
            for name, given in figures.items():
                if name not in written.YEAR_FIELDS or given is None:
                    continue
                value, refusal = rules.fitting_figure(name, given)
                if refusal is not None:
                    self._ask(number, one.pk, refusal.code.partition(".")[2], str(refusal.message))
                stands = one.years.setdefault(year, {})
                if value is not None and value != stands.get(name):
                    kept[f"{year}.{name}"] = (plain(stands.get(name)), plain(value))
                    stands[name] = value
                    one.changed_years.add(year)

    def _months(self, number: int, row: EnterpriseRow, one: Standing, kept: dict[str, tuple[Any, Any]]) -> None:
        stays = [(start, said[0]) for (sector, start), said in one.dated["spell"].items() if sector == Sector.INDUSTRY]
        for day, figures in row.months.items():
            stands = one.months.setdefault(day, {})
            for name, given in figures.items():
                value, refusal = fitting_month(name, given, stands.get(name), day, stays)
                if refusal is not None:
                    self._ask(number, one.pk, refusal.code.partition(".")[2], str(refusal.message))
                if value is not None and value != stands.get(name):
                    kept[f"month.{day:%Y-%m}.{name}"] = (plain(stands.get(name)), plain(value))
                    stands[name] = value
                    one.changed_months.add(day)

    def _dated(self, number: int, row: EnterpriseRow, one: Standing, kept: dict[str, tuple[Any, Any]]) -> None:
        for spell in row.spells:
            from_date, to_date = rules.month_of(spell.from_date), rules.month_of(spell.to_date)
            self._put(number, one, "spell", (spell.sector, from_date), (to_date, spell.window, spell.exit_reason), kept)
        for tier in row.tiers:
            to_date = tier.to_date or rules.valid_until(tier.tier, tier.from_date)
            self._put(number, one, "tier", (tier.tier, tier.from_date), (to_date, tier.batch), kept)
        for listing in row.listings:
            said = (listing.to_date, listing.stock_code)
            self._put(number, one, "listing", (listing.board, listing.from_date), said, kept)

    def _put(
        self,
        number: int,
        one: Standing,
        kind: str,
        key: tuple[str, date],
        said: Sequence[Any],
        kept: dict[str, tuple[Any, Any]],
    ) -> None:
        """Put one dated row beside an enterprise, or what it says anew into the one of its day."""
        rows = one.dated[kind]
        was = rows.get(key)
        now = [new or old for new, old in zip(said, was or [None, *[""] * len(said)], strict=False)]
        if now == was:
            return
        others = [(start, row[0]) for (code, start), row in rows.items() if code == key[0] and start != key[1]]
        if refusals := rules.against_dated(kind, key[1], now[0], others):
            for refusal in refusals:
                self._ask(number, one.pk, refusal.code.partition(".")[2], str(refusal.message))
            return
        rows[key] = now
        one.changed_dated.add((kind, *key))
        name = f"{kind}.{key[0]}.{key[1].isoformat()}"
        kept[name] = (None if was is None else [plain(v) for v in was], [plain(v) for v in now])

    def _ask(self, number: int, pk: int | None, code: str, message: str) -> None:
        self.done.questions.append(EnterpriseQuestion(number, pk, f"enterprise.{code}", message))

    def write(self) -> None:
        """Judge the sizes anew, and write everything down by COPY."""
        sizer = rules.Sizer()
        for one in self.touched.values():
            one.judge_size(sizer)
        kept = keep_sources(self.sources)
        created = set(self.done.created)
        fresh = [one for one in self.touched.values() if one.pk in created]
        old = [one for one in self.touched.values() if one.pk not in created]
        write(fresh, old, {pk: None if at is None else kept[at] for pk, at in self.source_of.items()})
        write_months(self.touched.values(), by=self.by, at=self.at)
        alike = {"changed_at": self.at, "changed_by": self.by.pk, "batch": self.batch}
        copy_in(EnterpriseChange, CHANGE_COLUMNS, with_sources(self.changes, kept), alike)
