"""Pages of projects: the register and its board, and the forms that change one project."""

from .forms import approvals, cancel, edit, move, new, revive
from .lists import board, register

__all__ = ["approvals", "board", "cancel", "edit", "move", "new", "register", "revive"]
