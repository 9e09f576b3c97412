"""Why a command ends early, in a sentence for whoever typed it."""

from __future__ import annotations


class Stop(Exception):
    """What is wrong, then the way out. The command prints it and ends with status 1."""
