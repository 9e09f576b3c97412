"""Where the machine's word may be taken unseen: tried on what people confirmed, and which opinions that would cover."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Prefetch
from django.db.models.query import QuerySet

from tici.consultation.models import AutoAcceptance, Confirmation, Notice, Page, Point, Reading, Submission
from tici.consultation.rules import reading as rules
from tici.consultation.rules.readings import Said
from tici.engines.opinions import themes

from .reading import waiting


@dataclass(frozen=True)
class Trial:
    """How the machine's first suggestion did on labels it had not learned from."""

    labels: int
    threshold: float | None  # the lowest score from which it was right often enough; none where it never was
    precision: float  # at or above the threshold; of all labels where there is none
    engine: str


def trial(notice: Notice) -> Trial | None:
    """Try the machine on a notice's own confirmed labels; None while there are too few of them."""
    rows = labels_of(notice)
    if not rules.may_be_accepted(len(rows)) or len({label for _text, label in rows}) < 2:
        return None
    scores, truths, engine = _held_out(tuple(rows))
    threshold = themes.auto_threshold(scores, truths, rules.thresholds()["accept_precision"])
    above = [right for score, right in zip(scores, truths, strict=True) if threshold is None or score >= threshold]
    return Trial(len(rows), threshold, sum(above) / len(above), engine)


@lru_cache(maxsize=8)
def _held_out(rows: tuple[tuple[str, str], ...]) -> tuple[list[float], list[bool], str]:
    """Tried once for the same labels in one process: the job asks again every five minutes."""
    return themes.held_out([text for text, _label in rows], [label for _text, label in rows])


def labels_of(notice: Notice) -> list[tuple[str, str]]:
    """Words and main aspect of what people confirmed, one point a group: a campaign does not vouch for itself."""
    rows = (
        Confirmation.objects.filter(point__submission__notice=notice, undone_at=None, is_automatic=False)
        .order_by("point")
        .values_list("point__text", "aspects", "point__membership__group", "point")
    )
    found: dict[object, tuple[str, str]] = {}
    for text, aspects, group, point in rows:
        if aspects:
            found.setdefault(("point", point) if group is None else group, (text, aspects[0]))
    return sorted(found.values())


def acceptable(notice: Notice, found: Trial) -> list[tuple[Submission, dict[int, Said]]]:
    """Opinions whose every point the machine is sure enough of, with what it read in each.

    Left to people: what they took back before, and what was read from a page that has to be checked beside its picture.
    """
    if found.threshold is None:
        return []
    current = Prefetch("readings", Reading.objects.filter(is_current=True), to_attr="current")
    points = Prefetch("points", Point.objects.prefetch_related(current))
    touched = Confirmation.objects.filter(point__submission__notice=notice).values("point__submission")
    unsure = Page.objects.filter(part__item__notice=notice, score__lt=rules.thresholds()["page_sure"])
    rows = (
        waiting(notice)
        .exclude(pk__in=touched)
        .exclude(item__in=unsure.values("part__item"))
        .prefetch_related(points)
        .order_by("pk")
    )
    chosen = []
    for submission in rows:
        readings = [_current(point) for point in submission.points.all()]
        if readings and all(one is not None and _is_sure(one, found) for one in readings):
            chosen.append((submission, {one.point_id: _said(one) for one in readings if one is not None}))
    return chosen


def _current(point: Any) -> Reading | None:
    return next(iter(point.current), None)


def _is_sure(reading: Reading, found: Trial) -> bool:
    """Whether a reading is by what was tried, and as sure as what held."""
    threshold = found.threshold
    return (
        bool(reading.aspects)
        and reading.engine == found.engine[:60]
        and threshold is not None
        and (reading.score >= threshold)
    )


def _said(reading: Reading) -> Said:
    return Said(reading.aspects, reading.lines, reading.schools, reading.places, reading.times, reading.shifts)


def accepted(notice: Notice) -> QuerySet[Submission]:
    """Opinions whose confirmation is the machine's word taken unseen, the newest first."""
    held = Confirmation.objects.filter(undone_at=None, is_automatic=True, point__submission__notice=notice)
    return (
        Submission.objects.filter(pk__in=held.values("point__submission"))
        .select_related("item")
        .prefetch_related(Prefetch("points__confirmations", held.select_related("point"), to_attr="held"))
        .order_by("-pk")
    )


@dataclass(frozen=True)
class Standing:
    """What the desk shows of automatic acceptance."""

    last: AutoAcceptance | None
    labels: int
    labels_least: int
    precision_least: float
    held: int  # points taken so now
    undone: int  # points people took back


def standing(notice: Notice) -> Standing:
    """How automatic acceptance stands on a notice."""
    rows = Confirmation.objects.filter(point__submission__notice=notice, is_automatic=True)
    ends = list(rows.values_list("undone_at", flat=True))
    rule = rules.thresholds()
    return Standing(
        last=notice.acceptances.first(),
        labels=len(labels_of(notice)),
        labels_least=rule["accept_labels_least"],
        precision_least=rule["accept_precision"],
        held=sum(one is None for one in ends),
        undone=sum(one is not None for one in ends),
    )
