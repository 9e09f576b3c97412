"""What monthly reports of industry and of clusters say of firms: parts of a whole, and the firms that moved it most."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

EXISTING, GROWN, NEW_BUILD, EXITED = "existing", "grown", "new_build", "exited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One indicator of a county, industry, class of firms, cluster, or of the whole, since January.

    ``rate``, ``pull`` and ``share`` are on comparable scope, as fractions; ``pairs`` firms stand behind them,
    ``units`` behind ``total``. ``of_total`` is the part's share of the whole's total.
    """

    code: str
    place: str  # what it is called: a county, an industry, a cluster
    total: Decimal | None = None
    now: Decimal | None = None
    base: Decimal | None = None
    rate: Decimal | None = None
    nominal: Decimal | None = None
    pull: Decimal | None = None
    share: Decimal | None = None
    of_total: Decimal | None = None
    units: int = 0
    pairs: int = 0

    @property
    def delta(self) -> Decimal | None:
        return None if self.now is None or self.base is None else self.now - self.base


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """One firm that moved the whole, and what it said of it; "" where it was not asked or has not answered."""

    name: str
    county: str
    entry: str
    delta: Decimal
    pull: Decimal | None
    unit: str = ""  # as the panel calls it, for the link
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The firms that pulled up and that pulled down, the largest first."""

    up: tuple[Mover, ...] = ()
    down: tuple[Mover, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as a figure names it."""

    code: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLine:
    """One target: how far it is met, what the year comes to by which method, and who can fill the gap."""

    code: str  # of its measure
    name: str
    of: Spot  # whose target it is
    where: str = ""  # the place in words, where it is not the document's own
    unit: str
    basis: str
    value: Decimal
    target: Decimal
    rate: Decimal
    lag: Decimal
    method: str = ""
    year_end: Decimal | None = None
    candidates: int | None = None  # None: nobody can be named for it
    names: tuple[str, ...] = ()

    @property
    def short(self) -> Decimal | None:
        """What the year is going to lack; 0 where nothing."""
        return None if self.year_end is None else max(self.target - self.year_end, Decimal(0))


def of_size(part: Part) -> tuple[bool, Decimal]:
    """The order of parts by their pull: the strongest upwards first, unknown ones last."""
    return part.pull is None, -(part.pull or Decimal(0))
