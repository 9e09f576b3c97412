"""Naming who files a firm's own reports, and taking that back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tici.accounts.models import Person
from tici.core.audit import record
from tici.core.refusals import Refused
from tici.enterprises import rules
from tici.enterprises.models import Enterprise, FirmReporter

from .editing import locked


@transaction.atomic
def name_reporter(*, enterprise: Enterprise, username: str, by: Person, at: datetime) -> FirmReporter:
    """Name the person of a username to file a firm's reports.

    Raises:
        Refused: There is no such person, the role is another, or the person reports for a firm already.
    """
    enterprise = locked(enterprise)
    people = Person.objects.select_for_update().filter(username__iexact=username.strip(), is_active=True)
    person = people.first()
    held = FirmReporter.objects.filter(person=person).first() if person else None
    if refusals := rules.against_naming_reporter(enterprise, person, held):
        raise Refused(*refusals)
    assert person is not None
    named = enterprise.reporters.create(person=person, named_at=at, named_by=by)
    record("enterprise.reporter_named", subject=enterprise, by=by, at=at, reporter=(None, person.username))
    return named


@transaction.atomic
def release_reporter(*, reporter: FirmReporter, by: Person, at: datetime) -> None:
    """Let a person no longer file a firm's reports; what was filed stays. Done a second time, nothing happens."""
    held = FirmReporter.objects.select_for_update(of=("self",)).filter(pk=reporter.pk)
    if not held:
        return
    told = {"reporter": (reporter.person.username, None)}
    record("enterprise.reporter_released", subject=reporter.enterprise, by=by, at=at, **told)
    held.delete()
