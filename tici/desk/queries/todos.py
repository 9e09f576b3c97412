"""What waits for a person: filings to send or to look through, lights to answer, projects nobody answers for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tici.accounts.models import Person
from tici.accounts.permissions import Permission, holds
from tici.core.measures import Scope
from tici.returns.models import Filing, FilingState

from .drops import open_files
from .figures import Figure, figures

DAY = ("returns.completion_rate", "returns.lag", "returns.start_rate", "returns.red", "duties.uncovered")


@dataclass(frozen=True)
class Waiting:
    """One kind of thing that waits: how many, in words, where it opens, and how pressing it is (a light)."""

    label: Any
    count: int
    url: str
    light: str = "yellow"


def waiting_for(person: Person, scope: Scope) -> list[Waiting]:
    """What waits for a person, the most pressing first; empty when all is done."""
    month = urlencode({"month": str(scope.month)})
    filings = Filing.objects.visible_to(person).filter(month_on=scope.month.first)
    counts = dict(filings.order_by().values_list("state").annotate(Count("pk")))
    board = f"{reverse('returns:month')}?{month}"
    waiting = []
    if holds(person, Permission.RETURN_FILE):
        waiting += [
            Waiting(_("上报被退回，待更正"), counts.get(FilingState.SENT_BACK, 0), board, "red"),
            Waiting(_("本月尚未报送"), counts.get(FilingState.AWAITED, 0), board, "red"),
            Waiting(_("投递箱待接收的文件"), _dropped(person, scope), f"{reverse('desk:drops')}?{month}"),
        ]
    if holds(person, Permission.RETURN_REVIEW):
        waiting.append(Waiting(_("已报送，待审核"), counts.get(FilingState.FILED, 0), board))
    for figure, light in zip(figures(("returns.red", "duties.uncovered"), scope), ("red", "yellow"), strict=True):
        waiting.append(Waiting(figure.measure.label, int(figure.value or 0), figure.url, light))
    return [one for one in waiting if one.count]


def _dropped(person: Person, scope: Scope) -> int:
    """Files of the month that wait in the drop box to be settled or taken in."""
    return open_files(person).filter(month_on=scope.month.first).count()


def day_of(scope: Scope) -> list[Figure]:
    """The few figures a person sees first."""
    return figures(DAY, scope)
