"""On which days lessons are held: the working days of a term, with the days that people changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tici.buslines.models import DayChange, Term
from tici.engines.gtfs import Service, runs_on, school_days

CODE = "schooldays"


@dataclass(frozen=True)
class Calendar:
    """The school days of a term as a service; whether the holidays of all its days are announced."""

    term: Term
    service: Service
    is_announced: bool

    @property
    def days(self) -> int:
        """How many days have lessons."""
        first = self.service.from_date.toordinal()
        last = self.service.to_date.toordinal()
        return sum(runs_on(self.service, date.fromordinal(day)) for day in range(first, last + 1))


def term_on(on: date) -> Term | None:
    """The term of a day, else the next one, else the last there was."""
    return Term.objects.filter(last_on__gte=on).order_by("first_on").first() or Term.objects.order_by("last_on").last()


def calendar_of(term: Term) -> Calendar:
    """The days of a term: weekdays less holidays, make-up days, and what people changed; one query."""
    service, is_announced = school_days(CODE, term.first_on, term.last_on)
    added, removed = set(service.added), set(service.removed)
    for change in DayChange.objects.filter(on__range=(term.first_on, term.last_on)):
        is_due = runs_on(service, change.on)
        if change.has_lessons and not is_due:
            (removed.discard if change.on in removed else added.add)(change.on)
        elif is_due and not change.has_lessons:
            (added.discard if change.on in added else removed.add)(change.on)
    changed = replace(service, added=tuple(sorted(added)), removed=tuple(sorted(removed)))
    return Calendar(term, changed, is_announced)
