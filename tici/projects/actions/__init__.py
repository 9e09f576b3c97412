"""Every write to a project. Pages, the drop box and commands all come through here."""

from .accepting import AcceptedProjects, LedgerRow, Question, accept_projects
from .cancelling import absorb_project, cancel_project, revive_project
from .editing import correct_facts, enter_project, grant_approval
from .moves import move_project
from .readmitting import readmit_projects
from .undoing import undo_projects

__all__ = [
    "AcceptedProjects",
    "LedgerRow",
    "Question",
    "absorb_project",
    "accept_projects",
    "cancel_project",
    "correct_facts",
    "enter_project",
    "grant_approval",
    "move_project",
    "readmit_projects",
    "revive_project",
    "undo_projects",
]
