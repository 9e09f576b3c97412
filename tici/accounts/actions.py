"""Everything that changes an account; each deed is written into the record with who did it."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from axes.models import AccessAttempt
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tici.core.audit import record
from tici.core.refusals import Refusal, Refused
from tici.places.models import Place

from . import queries, rules
from .models import ADMINISTRATORS, Person, Role

FIRST_LOCK = 0x71C1_0002  # two browsers cannot both be the first


@dataclass(frozen=True)
class Opened:
    """An account with the password to be typed once; the password is kept nowhere."""

    person: Person
    password: str


@transaction.atomic
def create_person(*, username: str, display_name: str, by: object, at: datetime) -> Opened:
    """Open an account without any role, with a one-time password.

    Raises:
        Refused: The name is taken.
    """
    is_taken = Person.objects.filter(username__iexact=username).exists()
    if refusals := rules.against_creating(username=username, is_taken=is_taken):
        raise Refused(*refusals)
    return _opened(username, display_name, Role.NONE, by=by, at=at)


def _opened(username: str, display_name: str, role: str, *, by: object, at: datetime) -> Opened:
    password = rules.one_time_password()
    person = Person.objects.create_user(
        username, password=password, display_name=display_name, role=role, must_change_password=True
    )
    record("person.created", subject=person, by=by, at=at, username=(None, username), role=(None, str(role)))
    return Opened(person, password)


@transaction.atomic
def grant_role(*, person: Person, role: str, place: Place | None, by: Person, at: datetime) -> Person:
    """Give a person a role in a place, in place of the one held before.

    Raises:
        Refused: It is the granter's own role, place and role do not go together, or an administrator's post would
            be left empty.
    """
    person = _locked_with_administrators(person)
    if refusals := rules.against_granting(person, role, place, by=by, others=queries.other_holders(person)):
        raise Refused(*refusals)
    was = (person.role, person.place.code if person.place else None)
    person.role, person.place = role, place
    person.save(update_fields=["role", "place"])
    now = (str(role), place.code if place else None)
    record("person.granted", subject=person, by=by, at=at, role=(was[0], now[0]), place=(was[1], now[1]))
    return person


def _locked_with_administrators(person: Person) -> Person:
    """The person's row, locked together with those of all administrators, so no two of them can remove each other."""
    rows = Person.objects.select_for_update().filter(Q(pk=person.pk) | Q(role__in=ADMINISTRATORS)).order_by("pk")
    return next(row for row in rows if row.pk == person.pk)


@transaction.atomic
def deactivate_person(*, person: Person, by: Person, at: datetime) -> None:
    """Close an account; whoever is signed in with it is out with the next request.

    Raises:
        Refused: It is one's own account, or an administrator's post would be left empty.
    """
    person = _locked_with_administrators(person)
    if refusals := rules.against_deactivating(person, by=by, others=queries.other_holders(person)):
        raise Refused(*refusals)
    _set_active(person, active=False, what="person.deactivated", by=by, at=at)


@transaction.atomic
def reactivate_person(*, person: Person, by: Person, at: datetime) -> None:
    """Open a closed account again, without the role it had: that is for the security administrator to grant.

    Raises:
        Refused: It is one's own account.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.is_active:
        return
    was = (person.role, person.place.code if person.place else None)
    person.role, person.place = Role.NONE, None
    person.save(update_fields=["role", "place"])
    record("person.granted", subject=person, by=by, at=at, role=(was[0], str(Role.NONE)), place=(was[1], None))
    _set_active(person, active=True, what="person.reactivated", by=by, at=at)


def _set_active(person: Person, *, active: bool, what: str, by: Person, at: datetime) -> None:
    if person.is_active == active:
        return
    record(what, subject=person, by=by, at=at, is_active=(person.is_active, active))
    person.is_active = active
    person.save(update_fields=["is_active"])


@transaction.atomic
def unlock_person(*, person: Person, by: Person, at: datetime) -> None:
    """Open a sign-in that wrong passwords have locked, from every address.

    Raises:
        Refused: Nothing is locked.
    """
    attempts, _rows = AccessAttempt.objects.filter(username=person.username).delete()
    if not attempts:
        raise Refused(Refusal("person.not_locked", _("该账号没有被锁定。")))
    record("person.unlocked", subject=person, by=by, at=at)


@transaction.atomic
def reset_password(*, person: Person, by: Person, at: datetime) -> Opened:
    """Replace a forgotten password by a one-time password.

    Raises:
        Refused: It is one's own.
    """
    if refusals := rules.against_resetting(person, by=by):
        raise Refused(*refusals)
    password = rules.one_time_password()
    person = Person.objects.select_for_update().get(pk=person.pk)
    _set_password(person, password, must_change=True)
    AccessAttempt.objects.filter(username=person.username).delete()
    record("person.password_reset", subject=person, by=by, at=at)
    return Opened(person, password)


@transaction.atomic
def change_password(*, person: Person, password: str, at: datetime) -> None:
    """Take a person's own new password, judged by the form; other sessions of the person end."""
    _set_password(person, password, must_change=False)
    record("person.password_changed", subject=person, by=person, at=at)


def _set_password(person: Person, password: str, *, must_change: bool) -> None:
    person.set_password(password)
    person.must_change_password = must_change
    person.save(update_fields=["password", "must_change_password"])


@transaction.atomic
def rename_person(*, person: Person, display_name: str, at: datetime) -> None:
    """Take the name a person wants to be shown by; records keep the account's name."""
    if display_name == person.display_name:
        return
    record("person.renamed", subject=person, by=person, at=at, display_name=(person.display_name, display_name))
    person.display_name = display_name
    person.save(update_fields=["display_name"])


@transaction.atomic
def set_preference(person: Person, key: str, value: Any, at: datetime) -> None:
    """Keep one of a person's own settings: size, contrast, density, language, or ``columns:<register>``.

    Raises:
        Refused: There is no such setting or value.
    """
    if refusals := rules.against_preference(key, value):
        raise Refused(*refusals)
    person.preferences = Person.objects.select_for_update().values_list("preferences", flat=True).get(pk=person.pk)
    was = person.preferences.get(key)
    if was == value:
        return
    person.preferences[key] = value
    person.save(update_fields=["preferences"])
    record("person.preference_set", subject=person, by=person, at=at, **{key: (was, value)})


@transaction.atomic
def note_sign_in(*, person: Person, address: str | None, at: datetime) -> None:
    """Write down that a person signed in, and from where."""
    record("person.signed_in", subject=person, by=person, at=at, address=(None, address))


@transaction.atomic
def note_sign_out(*, person: Person, at: datetime, is_idle: bool = False) -> None:
    """Write down that a person signed out, or was signed out after half an hour without a request."""
    record("person.signed_out", subject=person, by=person, at=at, is_idle=(None, is_idle))


@transaction.atomic
def note_refused_sign_in(*, username: str, failures: int, address: str | None, at: datetime) -> None:
    """Write down a wrong password for an account that exists; names nobody has would only fill the record."""
    if (person := Person.objects.filter(username=username).first()) is not None:
        what = "person.locked" if failures >= rules.FAILURES else "person.sign_in_refused"
        record(what, subject=person, by=person, at=at, address=(None, address), failures=(failures - 1, failures))


def issue_first_administrator_token() -> str:
    """Write the token that opens the page of the first administrators, readable by us alone; the same one each time."""
    if (token := queries.first_administrator_token()) is not None:
        return token
    path = queries.first_administrator_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    token = secrets.token_urlsafe(24)
    with contextlib.suppress(FileExistsError):
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(token)
        return token
    return queries.first_administrator_token() or token


@transaction.atomic
def enrol_first_administrators(*, usernames: Mapping[Any, str], at: datetime) -> list[Opened]:
    """Open the three administrators' accounts of an empty city at once, each with a one-time password.

    ``usernames`` maps each of the three roles to a name.

    Raises:
        Refused: Somebody has an account already, or the three names are not three.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [FIRST_LOCK])
    if queries.has_people():
        raise Refused(Refusal("person.not_first", _("本系统已有账号。请由系统管理员新建账号。")))
    names = [usernames[role] for role in ADMINISTRATORS]
    if len({name.casefold() for name in names}) < len(ADMINISTRATORS):
        raise Refused(Refusal("person.one_name_for_two", _("三位管理员须用三个不同的用户名。"), "security_admin"))
    opened = [
        _opened(name, str(role.label), role, by=_("首次设置"), at=at)
        for role, name in zip(ADMINISTRATORS, names, strict=True)
    ]
    transaction.on_commit(lambda: queries.first_administrator_file().unlink(missing_ok=True))
    return opened
