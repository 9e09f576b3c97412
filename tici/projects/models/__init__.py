"""Projects (项目), their year's plan, their approvals, their moves on the ladder, and where every fact came from."""

from .histories import Change, Move
from .projects import (
    DUTY_LINE_WAN,
    KEY_LEVELS,
    Approval,
    ApprovalKind,
    Category,
    Level,
    Precision,
    Project,
    ProjectQuerySet,
    ProjectYear,
    Stage,
)

__all__ = [
    "DUTY_LINE_WAN",
    "KEY_LEVELS",
    "Approval",
    "ApprovalKind",
    "Category",
    "Change",
    "Level",
    "Move",
    "Precision",
    "Project",
    "ProjectQuerySet",
    "ProjectYear",
    "Stage",
]
