"""The kinds of background work: a room names a function in its ``tasks.py``, an action starts it by that name."""

from __future__ import annotations

from collections.abc import Callable

Work = Callable[..., str]
WORK: dict[str, Work] = {}


def job(kind: str) -> Callable[[Work], Work]:
    """Name a function that does a kind of work: called with the job and its arguments, returns what to say at the end.

    It must be safe to run twice: a worker may be killed at any point and the work taken up again.
    """

    def enrol(work: Work) -> Work:
        WORK[kind] = work
        return work

    return enrol
