"""How the industry of a place stands at the end of a month: what its monthly report is drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tici.briefings.panels import Moved, Part, TargetLine
from tici.briefings.standing import ranks
from tici.engines.periods import Month


@dataclass(frozen=True, kw_only=True)
class County:
    """One county: who is to report and who did, and its indicators by code (output, revenue, profit)."""

    code: str
    place: str
    due: int = 0
    filed: int = 0
    parts: Mapping[str, Part] = field(default_factory=dict)

    @property
    def rate(self) -> Decimal | None:
        """Growth of output, by which counties are ranked."""
        return self.parts["output"].rate if "output" in self.parts else None


@dataclass(frozen=True, kw_only=True)
class IndustryMonth:
    """The industry of a place at the end of a month; counties in administrative order, divisions the largest first."""

    month: Month
    code: str
    place: str = "全市"
    due: int = 0
    filed: int = 0
    whole: Mapping[str, Part] = field(default_factory=dict)  # by indicator
    margin: Decimal | None = None
    margin_change: Decimal | None = None
    margin_units: int = 0
    losing: int = 0
    loss_units: int = 0
    unpaired: int = 0
    doubtful: int = 0  # reports with something to be corrected or explained
    policy: str = "drop"
    divisions: tuple[Part, ...] = ()
    clusters: tuple[Part, ...] = ()
    counties: tuple[County, ...] = ()
    entries: tuple[Part, ...] = ()
    moved: Moved = field(default_factory=Moved)
    targets: tuple[TargetLine, ...] = ()

    @property
    def loss_rate(self) -> Decimal | None:
        """亏损面."""
        return Decimal(self.losing) / self.loss_units if self.loss_units else None

    def ranks(self) -> dict[str, int | None]:
        """Each county's place by growth of output."""
        return dict(zip([one.code for one in self.counties], ranks([one.rate for one in self.counties]), strict=True))
