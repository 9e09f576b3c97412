"""How the clusters of a place stand at the end of a month: what their monthly report is drawn from."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from tici.briefings.panels import Moved, Part, TargetLine
from tici.engines.periods import Month


@dataclass(frozen=True, kw_only=True)
class ClusterStanding:
    """One cluster: what its firms report since January and in single months, its own report, and its goal."""

    revenue: Part
    output: Part
    own: Decimal | None = None  # revenue by its own report, which counts firms below size too
    is_awaited: bool = False  # whether it is to report of itself
    goal: Decimal | None = None
    month: Decimal | None = None  # revenue of this month alone
    before: Decimal | None = None  # of the month before
    moved: Moved = field(default_factory=Moved)

    @property
    def code(self) -> str:
        return self.revenue.code

    @property
    def place(self) -> str:
        return self.revenue.place

    @property
    def told(self) -> Decimal | None:
        """Revenue since January, by its own report where there is one."""
        return self.revenue.total if self.own is None else self.own

    @property
    def distance(self) -> Decimal | None:
        """What is missing to the goal; below 0 where it is passed."""
        return None if self.goal is None or self.told is None else self.goal - self.told

    @property
    def reached(self) -> Decimal | None:
        """The fraction of the goal that is reached; never capped."""
        return None if not self.goal or self.told is None else self.told / self.goal

    @property
    def on_month(self) -> Decimal | None:
        """环比."""
        if self.month is None or self.before is None or self.before <= 0:
            return None
        return self.month / self.before - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyCluster:
    """One 县域特色产业集群: its own report, and the platforms it lacks."""

    code: str
    place: str
    county: str
    is_filed: bool = False
    firms: Decimal | None = None
    revenue: Decimal | None = None
    same_period: Decimal | None = None
    platforms: int = 0
    missing: tuple[str, ...] = ()

    @property
    def rate(self) -> Decimal | None:
        """Growth of what it reports of itself."""
        if self.revenue is None or self.same_period is None or self.same_period <= 0:
            return None
        return self.revenue / self.same_period - 1


@dataclass(frozen=True, kw_only=True)
class ClustersMonth:
    """The clusters of a place at the end of a month, in the city's order."""

    month: Month
    code: str
    place: str = "全市"
    clusters: tuple[ClusterStanding, ...] = ()
    county: tuple[CountyCluster, ...] = ()
    targets: tuple[TargetLine, ...] = ()

    @property
    def lacking(self) -> tuple[CountyCluster, ...]:
        """The county clusters that lack a platform they should have."""
        return tuple(one for one in self.county if one.missing)
