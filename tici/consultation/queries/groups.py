"""Groups as they are decided: what they say, how many stand behind them, what was decided."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from tici.consultation.models import Decision, Group, Masked, Notice
from tici.consultation.rules.outcome import persons

from .results import Counted, counted_points


@dataclass(frozen=True)
class GroupLine:
    """One group on the deciding desk."""

    group: Group
    members: list[Counted]
    aspect: str
    decision: Decision | None
    masked: Masked | None

    @property
    def text(self) -> str:
        """The words of the one that stands for all."""
        return next((one.text for one in self.members if one.is_representative), self.members[0].text)

    @property
    def persons(self) -> int:
        return persons(list({one.submission_id: one.contact for one in self.members}.values()))

    @property
    def is_confirmed(self) -> bool:
        """Whether a person has looked at every point of it."""
        return all(one.is_confirmed for one in self.members)


def group_lines(notice: Notice, *, aspect: str = "", standing: str = "") -> list[GroupLine]:
    """Every group with a point that counts, the largest first; narrowed by aspect and by whether it is decided."""
    labels = dict(notice.aspects.values_list("code", "label"))
    members: dict[int, list[Counted]] = defaultdict(list)
    for point in counted_points(notice):
        if point.group_id is not None:
            members[point.group_id].append(point)
    groups = Group.objects.in_bulk(members)
    decided = {one.group_id: one for one in Decision.objects.filter(group__notice=notice, undone_at__isnull=True)}
    masked = {one.group_id: one for one in Masked.objects.filter(group__notice=notice)}
    lines = []
    for pk, points in members.items():
        code = next((one.said.aspects[0] for one in points if one.said is not None and one.said.aspects), "")
        is_decided = pk in decided
        if (aspect and code != aspect) or (standing == "decided" and not is_decided):
            continue
        if standing == "undecided" and is_decided:
            continue
        lines.append(GroupLine(groups[pk], points, labels.get(code, ""), decided.get(pk), masked.get(pk)))
    return sorted(lines, key=lambda line: (line.decision is not None, -len(line.members), line.group.pk))
