"""The likeliest themes of opinions, learned from the few that a person has named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

Suggestion = list[tuple[str, float]]


class Suggesting(Protocol):
    """What both suggesters do."""

    #: Kept with what was suggested.
    version: str

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Learn from confirmed labels."""
        ...

    def suggest(self, texts: Sequence[str]) -> list[Suggestion]:
        """Return for each text its two likeliest labels with their scores, the likelier first."""
        ...


def auto_threshold(scores: Sequence[float], truths: Sequence[bool], precision: float = 0.95) -> float | None:
    """Return the lowest score above which enough suggestions were right; none if there is no such score."""
    raise NotImplementedError
