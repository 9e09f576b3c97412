"""Putting points that ask for the same thing into groups: proposed by the machine, moved by people, decided once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from tici.consultation.models import Group, GroupKind, Membership, Notice, Point
from tici.core.audit import record


@transaction.atomic
def group_points(*, notice: Notice, points: Sequence[Point], groups: Sequence[int], families: Sequence[int]) -> int:
    """Give each point without a group the group of its like; returns how many were given one.

    ``groups`` and ``families`` are labels, one a point: points of one label are alike. A point that has a group
    keeps it: people confirmed it, or decided on it, and a later letter is no reason to move it.
    """
    Notice.objects.select_for_update().get(pk=notice.pk)  # one grouping of a notice at a time
    held = dict(Membership.objects.filter(point__submission__notice=notice).values_list("point_id", "group_id"))
    of_label: dict[int, int] = {}
    for point, label in zip(points, groups, strict=True):
        if point.pk in held:
            of_label.setdefault(label, held[point.pk])
    waiting: dict[int, list[tuple[Point, int]]] = defaultdict(list)
    for point, label, family in zip(points, groups, families, strict=True):
        if point.pk not in held:
            waiting[label].append((point, family))
    rows = []
    for label, members in waiting.items():
        is_first = label not in of_label
        group_id = of_label.get(label) or Group.objects.create(notice=notice, family=members[0][1]).pk
        rows += [
            Membership(point=point, group_id=group_id, is_representative=is_first and at == 0)
            for at, (point, _family) in enumerate(members)
        ]
    Membership.objects.bulk_create(rows)
    _recount(notice, {row.group_id for row in rows})
    return len(rows)


def _recount(notice: Notice, ids: set[int]) -> None:
    """Sizes and kinds of groups that changed; one that is left empty goes."""
    for group in Group.objects.filter(notice=notice, pk__in=ids).annotate(members=Count("memberships")):
        if not group.members:
            group.delete()
            continue
        kind = GroupKind.COPIES if group.members > 1 else GroupKind.SINGLE
        Group.objects.filter(pk=group.pk).update(size=group.members, kind=kind)
        if not group.memberships.filter(is_representative=True).exists():
            first = group.memberships.order_by("point_id").values("pk")[:1]
            Membership.objects.filter(pk__in=first).update(is_representative=True)


@transaction.atomic
def move_point(*, point: Point, group: Group | None, by: object, at: datetime) -> Group:
    """Put a point into another group, or into one of its own; a person's word, which no machine changes again."""
    membership = Membership.objects.select_for_update().select_related("group__notice").get(point=point)
    was = membership.group
    target = group or Group.objects.create(notice=was.notice, family=was.family)
    membership.group, membership.confirmed_by = target, str(by)
    membership.is_representative = group is None
    membership.save(update_fields=["group", "confirmed_by", "is_representative"])
    record("opinion.moved", subject=point, by=by, at=at, group=(was.pk, target.pk))
    _recount(was.notice, {was.pk, target.pk})
    return target
