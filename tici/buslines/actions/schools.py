"""Changes to single schools and stops."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tici.buslines.models import DayChange, School, Stop, Term
from tici.core.audit import record
from tici.core.refusals import Refusal, Refused

if TYPE_CHECKING:
    from tici.accounts.models import Person


@transaction.atomic
def set_bell(*, school: School, arrive_by: time, dismiss_at: time, by: Person, at: datetime) -> School:
    """Say when lessons begin and end.

    Raises:
        Refused: They end before they begin.
    """
    if dismiss_at <= arrive_by:
        raise Refused(Refusal("bell.order", _("放学时间须在上课时间之后。请核对。"), "dismiss_at"))
    held = School.objects.select_for_update().get(pk=school.pk)
    old = {"arrive_by": held.arrive_by, "dismiss_at": held.dismiss_at}
    held.arrive_by, held.dismiss_at = arrive_by, dismiss_at
    held.save(update_fields=["arrive_by", "dismiss_at"])
    record("school.bell", subject=held, by=by, at=at, **{name: (old[name], getattr(held, name)) for name in old})
    return held


@transaction.atomic
def close_stop(*, stop: Stop, is_closed: bool, by: Person, at: datetime) -> Stop:
    """Take a stop out of use for later plans, or back into use; plans that call there stay as they are."""
    held = Stop.objects.select_for_update().get(pk=stop.pk)
    if held.is_closed != is_closed:
        held.is_closed = is_closed
        held.save(update_fields=["is_closed"])
        record("stop.closed", subject=held, by=by, at=at, is_closed=(not is_closed, is_closed))
    return held


@transaction.atomic
def open_term(*, name: str, first_on: date, last_on: date, by: Person, at: datetime) -> Term:
    """Enter a term, or change its days.

    Raises:
        Refused: It ends before it begins.
    """
    if last_on <= first_on:
        raise Refused(Refusal("term.order", _("放假日期须在开学日期之后。"), "last_on"))
    term, _made = Term.objects.update_or_create(name=name, defaults={"first_on": first_on, "last_on": last_on})
    record("term.opened", subject=term, by=by, at=at, first_on=(None, first_on), last_on=(None, last_on))
    return term


@transaction.atomic
def change_day(*, on: date, has_lessons: bool, reason: str, by: Person, at: datetime) -> DayChange:
    """Say of one day that lessons are held or not, whatever the calendar says."""
    row, _made = DayChange.objects.update_or_create(on=on, defaults={"has_lessons": has_lessons, "reason": reason})
    record("day.changed", subject=row, by=by, at=at, has_lessons=(not has_lessons, has_lessons), reason=("", reason))
    return row
