"""A text cut into its points (要点): what it asks for, one by one, each with its offsets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """One point; ``whole[start:end] == text``."""

    start: int
    end: int
    text: str


def split(text: str) -> tuple[Point, ...]:
    """Cut a text into its points."""
    raise NotImplementedError
