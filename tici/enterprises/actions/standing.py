"""What stands of many enterprises, read at once, changed in memory, and written back by COPY."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Model

from tici.accounts.models import Person
from tici.core.copying import AnyOf, copy_in, copy_over
from tici.core.searching import searchable
from tici.enterprises import facts
from tici.enterprises.models import Enterprise, FormerName, LibrarySpell, Listing, MonthFacts, TierSpell, YearFacts
from tici.enterprises.rules import FIGURES, Sizer

BLANK: dict[str, Any] = {
    name: False if name.startswith("is_") else None if name.endswith("_on") else "" for name in facts.FIELDS
}
COLUMNS = ("name", "uscc", "size", "search_text", *facts.FIELDS)
NEW_COLUMNS = ("id", "place", *COLUMNS)


class SpellKind(NamedTuple):
    """One kind of dated row beside an enterprise: its model, what names it, and what else it says."""

    model: type[Model]
    name: str  # field that says which: sector, tier, board
    values: tuple[str, ...]


KINDS = {
    "spell": SpellKind(LibrarySpell, "sector", facts.SPELL_FIELDS),
    "tier": SpellKind(TierSpell, "tier", facts.TIER_FIELDS),
    "listing": SpellKind(Listing, "board", facts.LISTING_FIELDS),
}


@dataclass
class Standing:
    """One enterprise with its years, dated rows and former names, as it stands and as it is to be written."""

    pk: int
    place_id: int
    name: str
    uscc: str
    values: dict[str, Any]
    size: str = ""
    years: dict[int, dict[str, Any]] = field(default_factory=dict)
    months: dict[date, dict[str, Any]] = field(default_factory=dict)  # those asked for, by their first day
    dated: dict[str, dict[tuple[str, date], list[Any]]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    former_names: list[str] = field(default_factory=list)
    kept_years: dict[int, int] = field(default_factory=dict)  # year -> id of its row
    kept_months: dict[date, int] = field(default_factory=dict)
    kept_dated: dict[str, dict[tuple[str, date], int]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    changed_years: set[int] = field(default_factory=set)
    changed_months: set[date] = field(default_factory=set)
    changed_dated: set[tuple[str, str, date]] = field(default_factory=set)
    new_names: list[str] = field(default_factory=list)

    @classmethod
    def fresh(cls, pk: int, place_id: int, name: str, uscc: str) -> Standing:
        return cls(pk, place_id, name, uscc, dict(BLANK))

    def judge_size(self, sizer: Sizer) -> None:
        """Judge the size of every year anew; the enterprise has that of the newest year that has one."""
        newest = ""
        for year in sorted(self.years):
            figures = self.years[year]
            size = sizer.size(self.values["industry"], year, *(figures.get(name) for name in FIGURES))
            if size != figures.get("size", ""):
                figures["size"] = size
                self.changed_years.add(year)
            newest = size or newest
        self.size = newest

    def row(self) -> tuple[Any, ...]:
        """Its own columns, in the order of COLUMNS."""
        text = searchable(*facts.text_of(self.name, self.uscc, self.values["products"], self.former_names))
        return (self.name, self.uscc, self.size, text, *(self.values[name] for name in facts.FIELDS))


def standing(ids: Collection[int], months: Collection[date] = ()) -> dict[int, Standing]:
    """What stands of some enterprises, of their months those wanted; their own rows are locked to the end."""
    ids = list(ids)
    if not ids:
        return {}
    own = ("pk", "place_id", "name", "uscc", "size", *facts.FIELDS)
    rows = Enterprise.objects.select_for_update().filter(AnyOf("id", ids)).order_by("pk").values_list(*own)
    found = {
        pk: Standing(pk, place, name, uscc, dict(zip(facts.FIELDS, values, strict=True)), size)
        for pk, place, name, uscc, size, *values in rows
    }
    years = YearFacts.objects.filter(AnyOf("enterprise_id", ids)).order_by()
    for pk, enterprise, year, size, *figures in years.values_list(
        "pk", "enterprise_id", "year", "size", *facts.YEAR_FIELDS
    ):
        found[enterprise].kept_years[year] = pk
        found[enterprise].years[year] = {"size": size, **dict(zip(facts.YEAR_FIELDS, figures, strict=True))}
    if months:
        given = MonthFacts.objects.filter(AnyOf("enterprise_id", ids), month_on__in=months).order_by()
        for pk, enterprise, day, *figures in given.values_list("pk", "enterprise_id", "month_on", *facts.MONTH_FIELDS):
            found[enterprise].kept_months[day] = pk
            found[enterprise].months[day] = dict(zip(facts.MONTH_FIELDS, figures, strict=True))
    for kind, (model, name, values) in KINDS.items():
        dated = model._default_manager.filter(AnyOf("enterprise_id", ids)).order_by()
        for pk, enterprise, code, day, *said in dated.values_list("pk", "enterprise_id", name, "from_date", *values):
            found[enterprise].kept_dated[kind][code, day] = pk
            found[enterprise].dated[kind][code, day] = said
    names = FormerName.objects.filter(AnyOf("enterprise_id", ids)).order_by("pk")
    for enterprise, former in names.values_list("enterprise_id", "name"):
        found[enterprise].former_names.append(former)
    return found


def write(created: Sequence[Standing], changed: Sequence[Standing], sources: dict[int, int | None]) -> None:
    """Write enterprises and what stands beside them; ``sources`` gives the row of a list each one came from."""
    touched = [*created, *changed]
    source_new = [(one.pk, one.place_id, *one.row(), sources.get(one.pk)) for one in created]
    copy_in(Enterprise, (*NEW_COLUMNS, "source"), source_new)
    copy_over(Enterprise, COLUMNS, ((one.pk, *one.row()) for one in changed))
    _write(YearFacts, ("enterprise", "year", "size", *facts.YEAR_FIELDS), list(_year_rows(touched)))
    for kind, (model, name, values) in KINDS.items():
        _write(model, ("enterprise", name, "from_date", *values), list(_dated_rows(kind, touched)))
    copy_in(FormerName, ("enterprise", "name"), ((one.pk, name) for one in touched for name in one.new_names))


def write_months(touched: Iterable[Standing], *, by: Person, at: datetime) -> None:
    """Write the months that changed; one of which nothing is left goes."""
    fields = ("enterprise", "month_on", *facts.MONTH_FIELDS, "given_at", "given_by")
    rows = []
    gone = []
    for one in touched:
        for day in sorted(one.changed_months):
            figures = [one.months[day].get(name) for name in facts.MONTH_FIELDS]
            if any(figure is not None for figure in figures):
                rows.append((one.kept_months.get(day), (one.pk, day, *figures, at, by.pk)))
            elif day in one.kept_months:
                gone.append(one.kept_months[day])
    if rows:
        _write(MonthFacts, fields, rows)
    if gone:
        MonthFacts.objects.filter(AnyOf("id", gone)).delete()


def _write(model: type[Model], fields: tuple[str, ...], rows: list[tuple[int | None, tuple[Any, ...]]]) -> None:
    """Write dated rows: first what changed, so that a stay that ended makes room for the one begun."""
    copy_over(model, fields, ((pk, *row) for pk, row in rows if pk is not None))
    copy_in(model, fields, (row for pk, row in rows if pk is None))


def _year_rows(touched: Sequence[Standing]) -> Iterator[tuple[int | None, tuple[Any, ...]]]:
    for one in touched:
        for year in sorted(one.changed_years):
            figures = one.years[year]
            said = (figures.get(name) for name in facts.YEAR_FIELDS)
            yield one.kept_years.get(year), (one.pk, year, figures.get("size", ""), *said)


def _dated_rows(kind: str, touched: Sequence[Standing]) -> Iterator[tuple[int | None, tuple[Any, ...]]]:
    for one in touched:
        for changed, code, day in sorted(one.changed_dated):
            if changed == kind:
                said = one.dated[kind][code, day]
                yield one.kept_dated[kind].get((code, day)), (one.pk, code, day, *said)
