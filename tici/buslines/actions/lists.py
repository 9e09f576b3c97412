"""Taking in lists of schools, stops and demand, and times that were driven."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from tici.buslines.models import Demand, MeasuredLeg, School, Stop, Vehicle
from tici.buslines.rules.lists import BadRow, ListedPoint, rounded
from tici.core.audit import Deed, record_many, subject_of
from tici.core.refusals import Refusal, Refused
from tici.core.searching import searchable
from tici.engines.roads import Leg
from tici.places.models import Place

if TYPE_CHECKING:
    from tici.accounts.models import Person

PREFIX: Mapping[type, str] = {School: "S", Stop: "Z"}


@dataclass(frozen=True)
class Taken:
    """What came of a list."""

    made: int
    changed: int
    bad: tuple[BadRow, ...]


@transaction.atomic
def take_schools(points: Sequence[ListedPoint], *, place: Place, by: Person, at: datetime) -> Taken:
    """Enter schools, or change those of the same code or name; no row of an unknown or foreign county."""
    return _take(School, points, place, by=by, at=at)


@transaction.atomic
def take_stops(points: Sequence[ListedPoint], *, place: Place, by: Person, at: datetime) -> Taken:
    """Enter stops, or change those of the same code or name."""
    return _take(Stop, points, place, by=by, at=at)


def _take(
    model: type[School | Stop], points: Sequence[ListedPoint], place: Place, *, by: Person, at: datetime
) -> Taken:
    known: list[Any] = list(model.objects.select_for_update().filter(place__path__startswith=place.path))
    by_code, by_name = {one.code: one for one in known}, {one.name: one for one in known}
    places = {one.code: one for one in Place.objects.within(place)} | {place.name: place}
    codes = model.objects.filter(code__regex=rf"^{PREFIX[model]}\d+$").values_list("code", flat=True)
    number = max((int(code[1:]) for code in codes), default=0)
    deeds, bad, made = [], [], 0
    for point in points:
        facts = dict(point.facts)
        code, county = facts.pop("place_code", ""), facts.pop("county", "")
        own = places.get(code or county or place.code)
        if own is None:
            words = _("没有找到“%(county)s”，或不在您的管理范围内，未收。请核对县（市、区）一列，填写全称。")
            bad.append(BadRow(point.sheet, point.row, facts["name"], words % {"county": county}))
            continue
        facts |= {"place": own, "longitude": point.longitude, "latitude": point.latitude}
        row: Any = by_code.get(facts.get("code", "")) or by_name.get(facts["name"])
        old: dict[str, Any] = {}
        if row is None:
            number += "code" not in facts
            row = model(**({"code": f"{PREFIX[model]}{number:03d}"} | facts))
            made += 1
        else:
            old = {name: str(getattr(row, name)) for name, value in facts.items() if getattr(row, name) != value}
            for name, value in facts.items():
                setattr(row, name, value)
            if not old:
                continue
        row.search_text = searchable(row.name, row.code)
        row.save()
        by_code[row.code] = by_name[row.name] = row
        new = {name: str(value) for name, value in facts.items() if not old or name in old}
        deeds.append(Deed(f"{model._meta.model_name}.taken", subject_of(row), old, new))
    record_many(deeds, by=by, at=at)
    return Taken(made, len(deeds) - made, tuple(bad))


@transaction.atomic
def take_demand(points: Sequence[ListedPoint], *, place: Place, by: Person, at: datetime) -> Taken:
    """Take demand in, school by school: what a list says of a school replaces what was known of it.

    Points are rounded here, so that nothing finer is ever kept; families of one cell are counted together.
    """
    schools: dict[str, School] = {}
    for school in School.objects.filter(place__path__startswith=place.path):
        schools |= {school.name: school, school.code: school} | (
            {school.short_name: school} if school.short_name else {}
        )
    cells: dict[School, dict[tuple[float, float], list[ListedPoint]]] = defaultdict(lambda: defaultdict(list))
    bad = []
    for point in points:
        if (found := schools.get(point.facts["school"])) is None:
            words = _("没有登记学校“%(school)s”，未收。请先登记学校，或核对校名。") % {"school": point.facts["school"]}
            bad.append(BadRow(point.sheet, point.row, point.facts["school"], words))
        else:
            cells[found][rounded(point.longitude, point.latitude)].append(point)
    deeds: list[Deed] = []
    made = changed = 0
    for school, own in cells.items():
        new, updated, pupils = _take_demand_of(school, own)
        made, changed = made + new, changed + updated
        deeds.append(Deed("demand.taken", subject_of(school), {"pupils": pupils[0]}, {"pupils": pupils[1]}))
    record_many(deeds, by=by, at=at)
    return Taken(made, changed, tuple(bad))


def _take_demand_of(
    school: School, cells: Mapping[tuple[float, float], Sequence[ListedPoint]]
) -> tuple[int, int, tuple[int, int]]:
    """Take a school's demand: how many points are new, how many changed, how many pupils there were and are."""
    rows = {(one.longitude, one.latitude): one for one in Demand.objects.select_for_update().filter(school=school)}
    before = sum(one.pupils for one in rows.values() if not one.is_gone)
    number, made, changed, after = len(rows), 0, 0, 0
    for cell, ones in sorted(cells.items()):
        areas = "、".join(dict.fromkeys(one.facts["area"] for one in ones if one.facts["area"]))[:60]
        pupils, guardians = (sum(one.facts[key] for one in ones) for key in ("pupils", "guardians"))
        row = rows.pop(cell, None)
        if row is None:
            number, made = number + 1, made + 1
            row = Demand(school=school, code=f"D{number:03d}", longitude=cell[0], latitude=cell[1])
        else:
            changed += (row.pupils, row.guardians, row.area, row.is_gone) != (pupils, guardians, areas, False)
        row.pupils, row.guardians, row.area, row.is_gone = pupils, guardians, areas, False
        row.save()
        after += pupils
    Demand.objects.filter(pk__in=[one.pk for one in rows.values()]).update(is_gone=True)
    return made, changed, (before, after)


@transaction.atomic
def take_legs(legs: Sequence[Leg], *, on: date, by: Person, at: datetime) -> int:
    """Keep times that were driven; a later one of the same leg replaces the earlier."""
    for leg in legs:
        metres = None if leg.metres != leg.metres else leg.metres  # nan: not known
        MeasuredLeg.objects.update_or_create(
            origin=leg.origin, destination=leg.destination,
            defaults={"seconds": leg.seconds, "metres": metres, "measured_on": on},
        )  # fmt: skip
    record_many([Deed("legs.taken", "buslines.measuredleg:", {}, {"count": len(legs)})], by=by, at=at)
    return len(legs)


@transaction.atomic
def set_vehicle(*, code: str, seats: int, count: int | None, by: Person, at: datetime) -> Vehicle:
    """Enter a type of vehicle, or change it.

    Raises:
        Refused: It has too few seats for one pupil with an adult.
    """
    if seats < 2:
        raise Refused(Refusal("vehicle.too_small", _("座位少于2个，坐不下一名学生和陪同家长。请核对。"), "seats"))
    old: dict[str, Any] = dict(Vehicle.objects.filter(code=code).values("seats", "count").first() or {})
    row, _made = Vehicle.objects.update_or_create(code=code, defaults={"seats": seats, "count": count})
    record_many([Deed("vehicle.set", subject_of(row), old, {"seats": seats, "count": count})], by=by, at=at)
    return row
