"""The lights of one project with their reasons, the green ones included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tici.engines.periods import Month
from tici.projects.models import Project
from tici.returns import rules
from tici.returns.models import LightKind

from .histories import situations
from .months import latest_month


@dataclass(frozen=True)
class LightShown:
    """One light as a page shows it: kind, colour, the reason in words, and the rule behind it."""

    kind: LightKind
    colour: str
    words: str
    rule_since: date | None


def lights_of(project: Project, month: Month | None = None) -> list[LightShown]:
    """The lights that apply to a project at the end of a month (the newest where none is said), as they are now."""
    month = month or latest_month()
    rule, limits = rules.thresholds_on(month.last)
    judge = rules.Judge(limits, month)
    return [
        LightShown(kind, shown.colour, rules.light_sentence(shown.reason, shown.facts, rule.since), rule.since)
        for one in situations(month, project_id=project.pk)
        for kind, shown in judge.lights_of(one)
    ]
