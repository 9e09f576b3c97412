"""What came in and what was done with it, counted so that items, points, persons and copies are never mixed up."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Q
from django.utils import translation

from tici.consultation.models import (
    Channel,
    Confirmation,
    Consent,
    Decision,
    Group,
    ItemState,
    Masked,
    Notice,
    Outcome,
    Point,
    Reading,
    Submission,
)
from tici.consultation.rules.outcome import persons, shown_count

from .wishes_map import wishes_map


@dataclass(frozen=True)
class Counted:
    """One point that counts, with what holds about it: the person's word, else the machine's."""

    pk: int
    submission_id: int
    channel: str
    contact: str
    text: str
    consent: str
    group_id: int | None
    is_representative: bool
    said: Any  # a Confirmation or Reading; None where nothing was read
    is_confirmed: bool  # by a person


def counted_points(notice: Notice) -> list[Counted]:
    """Every point of a notice that counts, in four queries however many there are."""
    held = Prefetch("confirmations", Confirmation.objects.filter(undone_at__isnull=True), to_attr="held")
    current = Prefetch("readings", Reading.objects.filter(is_current=True), to_attr="current")
    rows = (
        Point.objects.counted()
        .filter(submission__notice=notice)
        .select_related("submission__item", "submission__submitter", "membership")
        .prefetch_related(held, current)
        .order_by("pk")
    )
    return [_counted(row) for row in rows]


def _counted(row: Any) -> Counted:
    membership = getattr(row, "membership", None)
    said = row.held[0] if row.held else (row.current[0] if row.current else None)
    submission = row.submission
    return Counted(
        pk=row.pk,
        submission_id=submission.pk,
        channel=submission.item.channel,
        contact=submission.submitter.contact_digest,
        text=row.text,
        consent=submission.consent,
        group_id=membership.group_id if membership else None,
        is_representative=bool(membership and membership.is_representative),
        said=said,
        is_confirmed=bool(row.held) and not row.held[0].is_automatic,
    )


def unfinished(notice: Notice) -> tuple[int, int]:
    """How many groups are undecided, and how many have no confirmed public words."""
    groups = Group.objects.filter(notice=notice, memberships__point__in=Point.objects.counted()).distinct()
    decided = Q(pk__in=Decision.objects.filter(undone_at__isnull=True).values("group"))
    masked = Q(pk__in=Masked.objects.values("group"))
    return groups.exclude(decided).count(), groups.exclude(masked).count()


def account(notice: Notice) -> dict[str, Any]:
    """The account that is frozen for publication: nothing in it tells who anybody is."""
    opinions = list(
        Submission.objects.counted().filter(notice=notice).select_related("item", "submitter").order_by("pk")
    )
    points = counted_points(notice)
    aspects = dict(notice.aspects.values_list("code", "label"))
    subjects = {(one.kind, one.code): one.label for one in notice.subjects.all()}
    by_group: dict[int, list[Counted]] = defaultdict(list)
    for point in points:
        if point.group_id is not None:
            by_group[point.group_id].append(point)
    groups = _groups(notice, by_group, aspects)
    contacts = [one.submitter.contact_digest for one in opinions]
    by_channel = Counter(one.item.channel for one in opinions)
    return {
        "title": notice.title,
        "office": notice.office,
        "opens_on": notice.opens_on.isoformat(),
        "closes_on": notice.closes_on.isoformat(),
        "items": len(opinions),
        "points": len(points),
        "persons": persons(contacts),
        "groups": len(by_group),
        "copies": sum(len(members) - 1 for members in by_group.values()),
        "late": sum(one.is_late for one in opinions),
        "not_opinions": notice.items.filter(state=ItemState.NOT_OPINION).count(),
        "channels": [[str(label), by_channel[code]] for code, label in Channel.choices if by_channel[code]],
        "aspects": _persons_by(points, lambda one: one.said.aspects[:1], aspects),
        "lines": _persons_by(points, lambda one: one.said.lines, _named(subjects, "line")),
        "schools": _persons_by(points, lambda one: one.said.schools, _named(subjects, "school")),
        "outcomes": [[str(label), sum(one["outcome"] == code for one in groups)] for code, label in Outcome.choices],
        "rows": groups,
        "map": wishes_map(notice, points),
    }


def _named(subjects: dict[tuple[str, str], str], kind: str) -> dict[str, str]:
    return {code: label for (of, code), label in subjects.items() if of == kind}


def _persons_by(points: list[Counted], codes: Any, labels: dict[str, str]) -> list[list[str]]:
    """Persons behind each code, as (label, count as published)."""
    contacts: dict[str, dict[int, str]] = defaultdict(dict)
    for point in points:
        if point.said is not None:
            for code in codes(point):
                contacts[code][point.submission_id] = point.contact
    found = [(labels.get(code, code), persons(list(by.values()))) for code, by in contacts.items()]
    return [[label, shown_count(count)] for label, count in sorted(found, key=lambda one: (-one[1], one[0]))]


def _groups(notice: Notice, by_group: dict[int, list[Counted]], aspects: dict[str, str]) -> list[dict[str, Any]]:
    masked = {one.group_id: one for one in Masked.objects.filter(group__notice=notice)}
    decided = {one.group_id: one for one in Decision.objects.filter(group__notice=notice, undone_at__isnull=True)}
    matters = dict(Group.objects.filter(notice=notice).exclude(matter_label="").values_list("pk", "matter_label"))
    found = []
    for group_id, members in sorted(by_group.items(), key=lambda one: (-len(one[1]), one[0])):
        words, decision = masked.get(group_id), decided.get(group_id)
        may_show = words is not None and not words.is_left_out and any(one.consent != Consent.NO for one in members)
        said = next((one.said for one in members if one.said is not None), None)
        contacts = {one.submission_id: one.contact for one in members}
        found.append(
            {
                "aspect": aspects.get(said.aspects[0], "") if said is not None and said.aspects else "",
                "text": words.text if words is not None and may_show else "",
                "persons": shown_count(persons(list(contacts.values()))),
                "copies": len(members),
                "outcome": decision.outcome if decision else "",
                "outcome_label": str(decision.get_outcome_display()) if decision else "",
                "reason": decision.reason if decision else "",
                "unit": decision.unit if decision else "",
                "matter": matters.get(group_id, "") if decision else "",
            }
        )
    return found


def answers_due(notice: Notice) -> list[tuple[Submission, str]]:
    """Opinions whose every point is decided, whose sender wants an answer and has none, with a proposed text."""
    rows = (
        Submission.objects.counted()
        .filter(notice=notice, wants_reply=True, answer__isnull=True, confirmed_at__isnull=False)
        .select_related("item", "notice")
        .prefetch_related("points__membership__group__decisions")
        .order_by("pk")
    )
    found = []
    for one in rows:
        decisions = [_decision_on(point) for point in one.points.all()]
        if decisions and all(decisions):
            found.append((one, answer_text(one, list(dict.fromkeys(d for d in decisions if d)))))
    return found


def _decision_on(point: Point) -> Decision | None:
    membership = getattr(point, "membership", None)
    if membership is None:
        return None
    return next((one for one in membership.group.decisions.all() if one.undone_at is None), None)


def answer_text(submission: Submission, decisions: list[Decision]) -> str:
    """What a sender is answered, from what was decided; a person reads and changes it before it goes.

    A letter is Chinese, whatever language the clerk reads the pages in.
    """
    said = []
    for at, one in enumerate(decisions, 1):
        matter = f"（{one.group.matter_label}）" if one.group.matter_label else ""
        with translation.override(settings.LANGUAGE_CODE):
            said.append(f"{at}. {one.get_outcome_display()}：{one.reason}{matter}")
    lines = "\n".join(said)
    number, notice = submission.item.number, submission.notice
    opening = f"您好：\n您对《{notice.title}》提出的意见（受理编号{number}）已经研究，答复如下：\n"
    return f"{opening}{lines}\n感谢您的支持。\n{notice.office}"
