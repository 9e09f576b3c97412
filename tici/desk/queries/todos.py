"""What waits for a person: filings to send or to look through, lights, projects, opinions and line plans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tici.accounts.models import Person
from tici.accounts.permissions import Permission, holds
from tici.buslines.models import Plan, PlanState, Scenario, ScenarioState
from tici.consultation.models import Notice, PublicationState
from tici.consultation.queries.desk import standing
from tici.core.measures import Scope
from tici.returns.models import Filing, FilingState

from .drops import open_files
from .figures import Figure, figures

NEWEST = 5  # consultations looked through for what waits in them
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


def opinions_waiting(person: Person) -> list[Waiting]:
    """What waits in the newest consultations for those who take opinions in, decide about them or publish."""
    notices = Notice.objects.visible_to(person).public()[:NEWEST]
    return [one for notice in notices for one in _of_notice(person, notice) if one.count]


def _of_notice(person: Person, notice: Notice) -> Iterator[Waiting]:
    stands = standing(notice)

    def waiting(label: Any, count: int, page: str) -> Waiting:
        return Waiting(f"{label} · {notice}", count, reverse(f"consultation:{page}", args=[notice.pk]))

    if holds(person, Permission.OPINION_TAKE):
        yield waiting(_("来件待处理"), stands.waiting + stands.quarantined + stands.held, "work")
        yield waiting(_("来件待转录"), stands.to_transcribe, "transcribe")
        yield waiting(_("意见待核读"), stands.to_confirm, "read")
    if holds(person, Permission.OPINION_DECIDE):
        yield waiting(_("意见待决定"), stands.undecided, "groups")
    if holds(person, Permission.OPINION_PUBLISH):
        proposed = notice.publications.filter(state=PublicationState.PROPOSED).count()
        yield waiting(_("采纳情况待复核公布"), proposed, "publication")


def lines_waiting(person: Person) -> list[Waiting]:
    """What waits for those who plan the school lines: versions that are not in force yet, changes not decided."""
    plans = Plan.objects.visible_to(person).order_by()
    drafts = plans.filter(state=PlanState.DRAFT).count()
    proposed = plans.filter(state=PlanState.PROPOSED).count()
    changes = Scenario.objects.visible_to(person).filter(state=ScenarioState.WAITING).count()
    lines = reverse("buslines:overview")
    waiting = (
        Waiting(_("专线草案"), drafts, lines),
        Waiting(_("拟定版本，待启用"), proposed, lines),
        Waiting(_("调整方案待定"), changes, reverse("buslines:scenarios")),
    )
    return [one for one in waiting if one.count]


def day_of(scope: Scope) -> list[Figure]:
    """The few figures a person sees first."""
    return figures(DAY, scope)
