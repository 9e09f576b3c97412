"""Firms as the desk judged them: outside the library on their way in, and inside it on their way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tici.enterprises.models import Method

from .pool import Figures, band_of

RECKONED = (
    "place", "as_of", "line_wan", "year_wan", "ytd_wan", "chance", "band", "method", "learned_from", "forecast",
    "window", "closes_on", "search_text",
)  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """One firm outside the library as the desk judged it; without ``why`` only its open candidacy is refreshed."""

    enterprise_id: int
    place_id: int
    kind: str
    why: Sequence[Mapping[str, Any]]
    figures: Figures
    search_text: str
    chance: float | None = None
    method: str = Method.UNKNOWN
    learned_from: int = 0
    forecast: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    window: str = ""
    closes_on: date | None = None

    @property
    def reckoned(self) -> tuple[Any, ...]:
        """What is kept of it, in the order of ``RECKONED``."""
        figures = self.figures
        return (
            self.place_id, figures.as_of, figures.line, figures.year, figures.ytd, self.chance,
            band_of(self.chance), self.method, self.learned_from, list(self.forecast), self.window,
            self.closes_on, self.search_text,
        )  # fmt: skip


@dataclass(frozen=True)
class AtRisk:
    """One firm in the library, and how likely it is below the line some months ahead."""

    enterprise_id: int
    place_id: int
    as_of: date
    line: Decimal
    rolling: Decimal | None
    expected: Decimal | None
    chance: float
    method: str
