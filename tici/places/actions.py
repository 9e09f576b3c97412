"""Everything that changes places, departments and posts; recorded like every other deed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from tici.core.audit import Deed, record, record_many, subject_of
from tici.core.refusals import Refusal, Refused

from . import importing, rules
from .importing import Row
from .models import Department, Place, PlaceKind, Post

DEMONSTRATION = Path(__file__).parent / "data" / "shijiazhuang.csv"
TREE_LOCK = 0x71C1_0003  # one import at a time


@dataclass(frozen=True)
class ImportedPlaces:
    """What an import came to."""

    created: int
    changed: int
    unchanged: int


@transaction.atomic
def import_places(content: bytes, *, by: object, at: datetime) -> ImportedPlaces:
    """Take in a tree of places from CSV (code, name, kind, parent), whole or not at all.

    Places we have keep their parent; a new name or kind is taken over. Afterwards all places stand in official order.

    Raises:
        Refused: With every reason, each naming its line.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [TREE_LOCK])
    have = {place.code: place for place in Place.objects.select_related("parent")}
    known = {code: place.parent.code if place.parent else "" for code, place in have.items()}
    rows, refusals = importing.read(content, known)
    if refusals:
        raise Refused(*refusals)
    deeds = [*_changed(rows, have), *_created(rows, have)]
    _put_in_order()
    record_many(deeds, by=by, at=at)
    created = sum(deed.what == "place.created" for deed in deeds)
    return ImportedPlaces(created, len(deeds) - created, len(rows) - len(deeds))


def load_demonstration_city(*, by: object, at: datetime) -> ImportedPlaces:
    """Load the demonstration city's tree: 24 county-level places, parks behind them; again changes nothing."""
    return import_places(DEMONSTRATION.read_bytes(), by=by, at=at)


def _changed(rows: Sequence[Row], have: dict[str, Place]) -> list[Deed]:
    deeds = []
    for row in rows:
        if (place := have.get(row.code)) is None or (place.name, place.kind) == (row.name, row.kind):
            continue
        old = {"name": place.name, "kind": place.kind}
        city = have[place.parent.code].short_name if place.parent else ""
        place.name, place.kind, place.short_name = row.name, row.kind, rules.short_name(row.name, city)
        place.save(update_fields=["name", "kind", "short_name"])
        deeds.append(Deed("place.changed", subject_of(place), old, {"name": row.name, "kind": row.kind}))
    return deeds


def _created(rows: Sequence[Row], have: dict[str, Place]) -> list[Deed]:
    """Make the new places level by level, each below a parent that is there already."""
    deeds, waiting = [], [row for row in rows if row.code not in have]
    while waiting:
        ready = [row for row in waiting if not row.parent or row.parent in have]
        waiting = [row for row in waiting if row.parent and row.parent not in have]
        made = Place.objects.bulk_create([_placed(row, have.get(row.parent)) for row in ready])
        have |= {place.code: place for place in made}
        deeds += [
            Deed("place.created", subject_of(place), {}, {"code": place.code, "name": place.name}) for place in made
        ]
    return deeds


def _placed(row: Row, parent: Place | None) -> Place:
    is_township = row.kind == PlaceKind.TOWNSHIP
    short = row.name if is_township else rules.short_name(row.name, parent.short_name if parent else "")
    path = f"{parent.path if parent else ''}{row.code}/"
    return Place(code=row.code, name=row.name, short_name=short[:30], kind=row.kind, parent=parent, path=path)


def _put_in_order() -> None:
    places = {place.code: place for place in Place.objects.select_related("parent")}
    codes = rules.in_official_order(
        (place.code, place.kind, place.parent.code if place.parent else "") for place in places.values()
    )
    moved = []
    for position, code in enumerate(codes, start=1):
        if places[code].position != position:
            places[code].position = position
            moved.append(places[code])
    Place.objects.bulk_update(moved, ["position"], batch_size=1000)


@transaction.atomic
def add_department(*, place: Place, name: str, by: object, at: datetime, position: int = 0) -> Department:
    """Add a department (单位) of a place.

    Raises:
        Refused: The place has one of that name.
    """
    try:
        with transaction.atomic():
            department = Department.objects.create(place=place, name=name, position=position)
    except IntegrityError:
        sentence = _("%(place)s已有“%(name)s”。") % {"place": place, "name": name}
        raise Refused(Refusal("department.taken", sentence, "name")) from None
    record("department.added", subject=department, by=by, at=at, place=(None, place.code), name=(None, name))
    return department


@transaction.atomic
def remove_department(*, department: Department, by: object, at: datetime) -> None:
    """Take out a department that was entered wrongly; what it was is kept in the record, and adding it restores it.

    Raises:
        Refused: Something refers to it.
    """
    place, name = department.place.code, department.name
    record("department.removed", subject=department, by=by, at=at, place=(place, None), name=(name, None))
    sentence = _("单位“%(name)s”已有包联或培育记录，不能删除。请先在这些记录中改填责任单位。") % {"name": name}
    _delete(department, Refusal("department.in_use", sentence))


@transaction.atomic
def add_post(*, place: Place, title: str, by: object, at: datetime, position: int = 0) -> Post:
    """Add a leader's post (岗位) of a place, by its title, never by a person's name.

    Raises:
        Refused: The place has one of that title.
    """
    try:
        with transaction.atomic():
            post = Post.objects.create(place=place, title=title, position=position)
    except IntegrityError:
        sentence = _("%(place)s已有岗位“%(title)s”。") % {"place": place, "title": title}
        raise Refused(Refusal("post.taken", sentence, "title")) from None
    record("post.added", subject=post, by=by, at=at, place=(None, place.code), title=(None, title))
    return post


@transaction.atomic
def vacate_post(*, post: Post, on: date, by: object, at: datetime) -> None:
    """Note that nobody holds a post from a day on; its duties show as uncovered until it is filled.

    Raises:
        Refused: It is vacant already.
    """
    post = Post.objects.select_for_update().get(pk=post.pk)
    if post.vacated_on is not None:
        sentence = _("该岗位自%(on)s起空缺。") % {"on": post.vacated_on}
        raise Refused(Refusal("post.vacant", sentence, "on"))
    _set_vacated(post, on, what="post.vacated", by=by, at=at)


@transaction.atomic
def fill_post(*, post: Post, by: object, at: datetime) -> None:
    """Note that a post is held again.

    Raises:
        Refused: It is not vacant.
    """
    post = Post.objects.select_for_update().get(pk=post.pk)
    if post.vacated_on is None:
        raise Refused(Refusal("post.filled", _("该岗位没有空缺。")))
    _set_vacated(post, None, what="post.filled", by=by, at=at)


@transaction.atomic
def remove_post(*, post: Post, by: object, at: datetime) -> None:
    """Take out a post that was entered wrongly; what it was is kept in the record.

    Raises:
        Refused: Something refers to it.
    """
    record("post.removed", subject=post, by=by, at=at, place=(post.place.code, None), title=(post.title, None))
    sentence = _("岗位“%(post)s”已有包联或培育记录，不能删除。无人任职的，请登记空缺。") % {"post": post}
    _delete(post, Refusal("post.in_use", sentence))


def _delete(row: Department | Post, in_use: Refusal) -> None:
    """Delete a row that nothing refers to."""
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError:
        raise Refused(in_use) from None


def _set_vacated(post: Post, on: date | None, *, what: str, by: object, at: datetime) -> None:
    record(what, subject=post, by=by, at=at, vacated_on=(post.vacated_on, on))
    post.vacated_on = on
    post.save(update_fields=["vacated_on"])
