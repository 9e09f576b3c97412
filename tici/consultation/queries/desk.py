"""How a notice's opinions stand at the desk: what came in, what waits, how fast people get on, what comes in bursts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Max, Min, OuterRef, Q
from django.db.models.functions import TruncMinute
from django.db.models.query import QuerySet

from tici.consultation.models import (
    Channel,
    Confirmation,
    Decision,
    Group,
    Held,
    Item,
    ItemState,
    Notice,
    Submission,
)

BURST = 10  # items within a minute that are worth a look


@dataclass(frozen=True)
class ChannelLine:
    """One channel of a notice and how its items stand."""

    channel: str
    label: str
    items: int
    late: int
    set_aside: int


@dataclass(frozen=True)
class Standing:
    """How far the opinions on a notice have been dealt with."""

    channels: list[ChannelLine]
    items: int
    waiting: int
    quarantined: int
    held: int
    not_opinions: int
    opinions: int
    confirmed: int
    to_transcribe: int
    groups: int
    decided: int

    @property
    def to_confirm(self) -> int:
        return self.opinions - self.confirmed

    @property
    def undecided(self) -> int:
        return self.groups - self.decided


def standing(notice: Notice) -> Standing:
    """How far the opinions on a notice have come."""
    items = notice.items.order_by()
    by_channel = {
        row["channel"]: row
        for row in items.values("channel").annotate(
            items=Count("pk"),
            late=Count("pk", Q(submission__is_late=True)),
            set_aside=Count("pk", Q(state=ItemState.QUARANTINED)),
        )
    }
    totals = items.aggregate(
        items=Count("pk"),
        waiting=Count("pk", Q(state=ItemState.WAITING)),
        quarantined=Count("pk", Q(state=ItemState.QUARANTINED)),
        not_opinions=Count("pk", Q(state=ItemState.NOT_OPINION)),
        held=Count("pk", ~Q(held=Held.NOTHING)),
    )
    opinions = Submission.objects.counted().filter(notice=notice).order_by().aggregate(
        opinions=Count("pk"),
        confirmed=Count("pk", Q(confirmed_at__isnull=False)),
        to_transcribe=Count("pk", Q(needs_transcribing=True)),
    )  # fmt: skip
    groups = decided_groups(notice).aggregate(groups=Count("pk"), decided=Count("pk", Q(is_decided=True)))
    return Standing(
        channels=[
            ChannelLine(code, str(label), row["items"], row["late"], row["set_aside"])
            for code, label in Channel.choices
            if (row := by_channel.get(code))
        ],
        **totals,
        **opinions,
        **groups,
    )


def decided_groups(notice: Notice) -> QuerySet[Group]:
    """The groups of a notice with a point that counts, each with whether it is decided."""
    held = Decision.objects.filter(group=OuterRef("pk"), undone_at__isnull=True)
    counted = Q(
        memberships__point__submission__withdrawn_at__isnull=True,
        memberships__point__submission__disowned_at__isnull=True,
        memberships__point__submission__item__held="",
    )
    return (
        Group.objects.filter(notice=notice)
        .annotate(is_decided=Exists(held), counted=Count("memberships", counted))
        .filter(counted__gt=0)
        .order_by()
    )


def rate(notice: Notice, at: datetime) -> float | None:
    """Opinions confirmed by people an hour, over the last hour in which anybody confirmed any; None without two."""
    found = Confirmation.objects.filter(
        point__submission__notice=notice, undone_at__isnull=True, is_automatic=False, at__gt=at - timedelta(hours=1)
    ).aggregate(count=Count("point__submission", distinct=True), first=Min("at"), last=Max("at"))
    if found["count"] < 2 or found["last"] == found["first"]:
        return None
    hours: float = (found["last"] - found["first"]) / timedelta(hours=1)
    return (found["count"] - 1) / hours


def bursts(notice: Notice) -> list[tuple[datetime, int]]:
    """The minutes in which many items came at once, the fullest first."""
    rows = (
        notice.items.order_by()
        .annotate(minute=TruncMinute("received_at"))
        .values("minute")
        .annotate(count=Count("pk"))
        .filter(count__gte=BURST)
        .order_by("-count")[:10]
    )
    return [(row["minute"], row["count"]) for row in rows]


def set_aside(person_place: str) -> QuerySet[Item]:
    """What waits for a person: set aside with its reason, or held; of notices in sight, and of none known."""
    mine = Q(notice__isnull=True) | Q(notice__place__path__startswith=person_place)
    waits = Q(state=ItemState.QUARANTINED) | ~Q(held=Held.NOTHING)
    return Item.objects.filter(mine & waits).select_related("notice")
