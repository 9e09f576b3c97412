"""The pool gone through: proposed from months, years, projects and former stays, at night or when somebody asks."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tici.accounts.models import Person
from tici.core.actions import start_job
from tici.core.models import Job
from tici.desk.queries.pool import judge_pool
from tici.enterprises.actions import GoneThrough, go_through_pool

GO_THROUGH = "desk.go_through_pool"


def renew_pool(*, on: date, by: object, at: datetime) -> GoneThrough:
    """Propose who may cross the line, bring the pool up to date, and keep who may fall below it."""
    found = judge_pool(on)
    return go_through_pool(found.outside, found.inside, on=on, by=by, at=at)


@transaction.atomic
def start_renewing(*, by: Person, at: datetime) -> Job:
    """Begin to go through the pool in the background."""
    return start_job(GO_THROUGH, title=_("重新摸排培育库"), by=by, at=at)
