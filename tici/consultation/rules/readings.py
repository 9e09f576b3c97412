"""What was read or said, as plain values that pass between engine, desk and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Said:
    """What a point is about, as machine or person says."""

    aspects: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    schools: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    times: list[dict[str, Any]] = field(default_factory=list)
    shifts: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class ReadPoint:
    """One point as the machine read it."""

    start: int
    end: int
    text: str
    said: Said
    scores: list[tuple[str, float]] = field(default_factory=list)

    @property
    def score(self) -> float:
        return self.scores[0][1] if self.scores else 0.0


@dataclass(frozen=True)
class ReadPage:
    """One page as it was drawn and read."""

    image: bytes
    rotation: int = 0
    score: float | None = None
    lines: Sequence[dict[str, Any]] = ()
    form: dict[str, Any] | None = None
    engine: str = ""
