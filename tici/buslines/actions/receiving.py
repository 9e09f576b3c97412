"""A list as it is handed in: kept unchanged, read in a child process, its good rows taken, the others with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from tici.buslines.models import ListKind, ReceivedList, School, Stop
from tici.buslines.rules import lists as rules
from tici.core.actions import keep_upload
from tici.core.audit import record
from tici.core.models import Upload
from tici.core.refusals import Refusal, Refused
from tici.core.uploads import path_of
from tici.engines import gtfs
from tici.engines.roads import Datum, Unusable, read_measured
from tici.engines.sheets import read_in_child
from tici.enterprises.queries.office_lists import gazetteer_in
from tici.places.models import Place

from .lists import Taken, take_demand, take_legs, take_schools, take_stops

if TYPE_CHECKING:
    from tici.accounts.models import Person

TAKE = {ListKind.SCHOOLS: take_schools, ListKind.STOPS: take_stops, ListKind.DEMAND: take_demand}


def receive_list(
    file: BinaryIO, *, name: str, size: int, kind: str, datum: str, place: Place, by: Person, at: datetime, on: date
) -> ReceivedList:
    """Keep a file, read it, and take its good rows in one transaction.

    Raises:
        Refused: It is empty or too big, cannot be read, is no such list, or lies in another datum.
    """
    if not 0 < size <= rules.LARGEST_FILE:
        words = _("“%(name)s”是空的，或超过%(limit)s MB。请核对后重新上传。")
        raise Refused(Refusal("list.size", words % {"name": name, "limit": rules.LARGEST_FILE // 2**20}, "file"))
    upload = keep_upload(file, name=name, by=by, at=at)
    if kind == ListKind.LEGS:
        return _legs(upload, place, by=by, at=at, on=on)
    if kind == ListKind.STOPS and name.lower().endswith((".zip", ".txt")):
        found = _stops_of_feed(upload, Datum(datum))
        return _taken(upload, kind, place, found, by=by, at=at)
    reading = read_in_child(path_of(upload.digest), gazetteer_in(place), name=name, subject=rules.SUBJECTS[kind])
    if refusals := rules.against_reading(reading, kind):
        raise Refused(*refusals)
    return _taken(upload, kind, place, rules.listed(reading, kind, Datum(datum)), by=by, at=at)


def _taken(upload: Upload, kind: str, place: Place, found: rules.Listed, *, by: Person, at: datetime) -> ReceivedList:
    """Take the good rows of a list, unless it lies in another datum than what is known."""
    known = {one.name: (one.longitude, one.latitude) for model in (Stop, School) for one in model.objects.all()}
    names = [str(one.facts.get("name", "")) for one in found.points]
    if refusals := rules.against_shift([(one.longitude, one.latitude) for one in found.points], known, names):
        raise Refused(*refusals)
    with transaction.atomic():
        taken: Taken = TAKE[ListKind(kind)](found.points, place=place, by=by, at=at)
        return _kept(upload, kind, place, taken, (*found.bad, *taken.bad), found.notes, by=by, at=at)


def _stops_of_feed(upload: Upload, datum: Datum) -> rules.Listed:
    """The stops of a GTFS feed, or of its stops.txt."""
    try:
        found = gtfs.read(path_of(upload.digest).read_bytes())
    except gtfs.Unreadable as unreadable:
        words = _(gtfs.SENTENCES[unreadable.code]) % unreadable.params
        raise Refused(Refusal(f"feed.{unreadable.code}", words, "file")) from unreadable
    return rules.listed_stops(found.stops, datum, found.problems)


def _legs(upload: Upload, place: Place, *, by: Person, at: datetime, on: date) -> ReceivedList:
    """Times that were driven between known stops and schools."""
    names: dict[str, str] = {}
    for rows in (Stop.objects.visible_to(by), School.objects.visible_to(by)):
        names |= {word: one.code for one in rows for word in (one.name, one.code)}
    try:
        measured = read_measured(path_of(upload.digest).read_bytes(), names)
    except Unusable as refused:
        raise Refused(
            Refusal(f"legs.{refused.problem.code}", rules.road_sentence(refused.problem), "file")
        ) from refused
    with transaction.atomic():
        made = take_legs(measured.legs, on=on, by=by, at=at)
        bad = [
            rules.BadRow("", int(one.params.get("row", 0)), one.params.get("name", ""), rules.road_sentence(one))
            for one in measured.problems
        ]
        return _kept(upload, ListKind.LEGS, place, Taken(made, 0, ()), bad, (), by=by, at=at)


def _kept(
    upload: Upload, kind: str, place: Place, taken: Taken, bad: Sequence[rules.BadRow], notes: Sequence[str],
    *, by: Person, at: datetime,
) -> ReceivedList:  # fmt: skip
    received = ReceivedList.objects.create(
        kind=kind, upload=upload, place=place, made=taken.made, changed=taken.changed,
        bad=[asdict(one) for one in bad], notes=list(notes), received_at=at, received_by=by,
    )  # fmt: skip
    counts = {"made": (None, taken.made), "changed": (None, taken.changed), "bad": (None, len(bad))}
    record("list.taken", subject=received, by=by, at=at, kind=(None, kind), **counts)
    return received
