"""The queue of the reading desk: what comes next, and one opinion with everything a person needs to confirm it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Avg, F, Max, Min, Q
from django.db.models.query import QuerySet

from tici.consultation.models import (
    Aspect,
    Confirmation,
    Group,
    Notice,
    Page,
    Point,
    Reading,
    SecondTyping,
    Submission,
    Transcription,
)
from tici.consultation.rules import reading as rules

SHOWN = 50  # lines of the queue


@dataclass(frozen=True)
class PointLine:
    """A point as the desk shows it: the machine's word, the person's if there is one, and its group."""

    point: Point
    reading: Reading | None
    confirmation: Confirmation | None
    group: Group | None

    @property
    def held(self) -> Any:
        """What is filled in at first: the person's word, else the machine's."""
        return self.confirmation or self.reading

    @property
    def asked(self) -> str:
        """The requested times as they are typed: 16:50、17:10."""
        return "、".join(clock(one["minutes"]) for one in (self.held.times if self.held else []) if is_asked(one))

    @property
    def sure(self) -> str:
        """How sure the machine is, in per cent."""
        return f"{self.reading.score:.0%}" if self.reading and self.reading.score else ""


@dataclass(frozen=True)
class Opened:
    """One opinion on the desk."""

    submission: Submission
    points: list[PointLine]
    pages: list[Page]
    aspects: list[Aspect]
    subjects: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def is_asked(time: dict[str, Any]) -> bool:
    """Whether a time is one that is asked for."""
    return bool(time.get("role") == "requested")


def clock(minutes: int) -> str:
    """Minutes after midnight as a clock shows them."""
    return f"{minutes // 60}:{minutes % 60:02}"


def waiting(notice: Notice) -> QuerySet[Submission]:
    """Opinions that are read, whose text is settled, and that nobody confirmed."""
    return (
        Submission.objects.counted()
        .filter(notice=notice, confirmed_at__isnull=True, read_at__isnull=False, needs_transcribing=False)
        .exclude(second_typing__in=[SecondTyping.DUE, SecondTyping.DIFFERS])
    )


def queue(notice: Notice) -> QuerySet[Submission]:
    """Opinions to confirm: what the machine is least sure of first, copies side by side, then by arrival.

    Copies stand side by side because a person confirms ten of the same letter faster than one among ten others.
    """
    return (
        waiting(notice)
        .annotate(score=Avg("points__readings__score"), group=Min("points__membership__group"))
        .order_by(F("score").asc(nulls_first=True), "group", "pk")
    )


def to_transcribe(notice: Notice, by: str) -> QuerySet[Submission]:
    """Opinions one person may type beside their picture: those nobody typed, then the sample others typed once."""
    second = Q(second_typing=SecondTyping.DUE) & ~Q(transcriptions__typed_by=by)
    return (
        Submission.objects.counted()
        .filter(Q(needs_transcribing=True) | second, notice=notice)
        .order_by("-needs_transcribing", "pk")
    )


@dataclass(frozen=True)
class TypedTwice:
    """How the sample that is typed twice stands, and how far two people differ on it."""

    due: int
    settled: int
    compared: int
    differing: int
    difference_rate: float | None  # of characters, blanks aside; none before two were compared


@dataclass(frozen=True)
class Unsettled:
    """Two typings of one opinion that differ, with the places where they do."""

    submission: Submission
    pages: list[Page]
    first: Transcription
    second: Transcription
    first_marked: list[tuple[str, bool]]
    second_marked: list[tuple[str, bool]]


def typed_twice(notice: Notice) -> TypedTwice:
    """What typing a sample twice has shown so far."""
    rows = Submission.objects.counted().filter(notice=notice).exclude(second_typing=SecondTyping.NONE)
    pairs_ = [
        (texts[1], texts[2])
        for one in rows.prefetch_related("transcriptions")
        if len(texts := {typed.round: typed.text for typed in one.transcriptions.all()}) > 1
    ]
    found = [rules.agreement(first, second) for first, second in pairs_]
    states = [one.second_typing for one in rows]
    return TypedTwice(
        due=states.count(SecondTyping.DUE),
        settled=states.count(SecondTyping.SETTLED),
        compared=len(found),
        differing=sum(one < 1 for one in found),
        difference_rate=sum(1 - one for one in found) / len(found) if found else None,
    )


def unsettled(notice: Notice) -> Unsettled | None:
    """The first pair of typings that differ."""
    rows = Submission.objects.counted().filter(notice=notice, second_typing=SecondTyping.DIFFERS)
    found = rows.select_related("item").prefetch_related("transcriptions").order_by("pk").first()
    if found is None:
        return None
    first, second = sorted(found.transcriptions.all(), key=lambda one: one.round)[:2]
    pages = Page.objects.filter(part__item=found.item_id).order_by("part__position", "number")
    return Unsettled(found, list(pages), first, second, *rules.marked(first.text, second.text))


def opened(submission: Submission) -> Opened:
    """One opinion with its points, pages and what may be chosen."""
    notice = submission.notice
    current = {one.point_id: one for one in Reading.objects.filter(point__submission=submission, is_current=True)}
    held = {one.point_id: one for one in Confirmation.objects.filter(point__submission=submission, undone_at=None)}
    points = submission.points.select_related("membership__group")
    lines = [
        PointLine(
            one, current.get(one.pk), held.get(one.pk), one.membership.group if hasattr(one, "membership") else None
        )
        for one in points
    ]
    subjects: dict[str, list[tuple[str, str]]] = {}
    for subject in notice.subjects.all():
        subjects.setdefault(subject.kind, []).append((subject.code, subject.label))
    pages = Page.objects.filter(part__item=submission.item_id).order_by("part__position", "number")
    return Opened(submission, lines, list(pages), list(notice.aspects.all()), subjects)


@dataclass(frozen=True)
class Agreement:
    """How often machine and person said the same main aspect."""

    compared: int
    agreed: int

    @property
    def rate(self) -> float | None:
        return self.agreed / self.compared if self.compared else None


def pairs(notice: Notice) -> list[tuple[float, bool]]:
    """For each point a person confirmed: how sure the machine was, and whether it was right about the main aspect."""
    rows = (
        Confirmation.objects.filter(point__submission__notice=notice, undone_at=None, is_automatic=False)
        .filter(point__readings__is_current=True)
        .values_list("aspects", "point__readings__aspects", "point__readings__score")
    )
    return [(score, bool(said) and said[:1] == read[:1]) for said, read, score in rows if said]


def has_news(notice: Notice) -> bool:
    """Whether something that waits was last read before people confirmed the newest of what it could be read by."""
    said = Confirmation.objects.filter(point__submission__notice=notice, is_automatic=False).aggregate(newest=Max("at"))
    if said["newest"] is None:
        return False
    waits = Point.objects.counted().filter(submission__notice=notice).unconfirmed()
    return Reading.objects.filter(point__in=waits, is_current=True, read_at__lt=said["newest"]).exists()


def agreement(notice: Notice) -> Agreement:
    """How machine and people agree on a notice so far."""
    known = pairs(notice)
    return Agreement(len(known), sum(right for _score, right in known))


def scope_of(notice: Notice) -> dict[str, int]:
    """How far the desk has come, for the bar above it."""
    every = Submission.objects.counted().filter(notice=notice)
    return {"total": every.count(), "done": every.filter(confirmed_at__isnull=False).count()}
