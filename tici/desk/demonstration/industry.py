"""The invented industry of the city, whole: its firms, their figures and years, and what counties and clusters sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from tici.engines import rulebook
from tici.engines.periods import Month

from .firm_figures import Figures, FigureTotals, figures
from .firm_sums import Line, cluster_row, county_rows
from .firm_years import give_years
from .firms import Firm, FirmTotals, firms
from .generate import County, Example

CLUSTERS_PUBLISHED = ("biomedicine", "electronics")


@dataclass(frozen=True)
class FirmSize:
    """How many firms the city has: above designated size in November, and below it."""

    above: int
    below: int


FULL, SMALL = FirmSize(2600, 6000), FirmSize(220, 60)


@dataclass(frozen=True, eq=False)
class City:
    """Every firm of the city; ``figures`` holds those that are or were above size, in their own order."""

    firms: Sequence[Firm]
    figures: Figures
    order: Mapping[str, int]  # counties by code, in official order
    seed: int

    @cached_property
    def row_of(self) -> dict[int, int]:
        """The row of figures of a firm, by its number."""
        return {firm.number: row for row, firm in enumerate(self.figures.firms)}

    def county_rows(self, month: Month) -> Mapping[str, Line]:
        return county_rows(self.figures, self.order, month, seed=self.seed)

    def cluster_row(self, rows: Sequence[int], month: Month, *, platforms: int, key_projects: int) -> Line:
        return cluster_row(self.figures, rows, month, platforms=platforms, key_projects=key_projects)


def city_of(counties: Sequence[County], owners: Sequence[Example], size: FirmSize, *, seed: int) -> City:
    """The city's industry, the same for the same seed; ``owners`` are the projects whose owners are among its firms.

    Raises
    ------
    ValueError
        If the city is too small for what was published of it.
    """
    figure_totals, firm_totals = published_totals()
    made = firms(counties, owners, replace(firm_totals, above=size.above, below=size.below), seed=seed)
    told = figures([firm for firm in made if firm.stays], figure_totals, seed=seed)
    give_years([firm for firm in made if not firm.stays], told, seed=seed)
    return City(made, told, {county.code: at for at, county in enumerate(counties)}, seed)


def published_totals() -> tuple[FigureTotals, FirmTotals]:
    """The published figures that the firms are made to meet."""
    told = {one["code"]: one for one in rulebook.load("demonstration/published")["published"]}
    found = {code: one["value"] for code, one in told.items()}
    park = told["park_entered"]["place"]
    return (
        FigureTotals(
            park_code=park,
            cluster="biomedicine",
            park_output_growth=found["park_output_growth"],
            park_revenue_growth=found["park_revenue_growth"],
            park_rnd_wan=found["park_rnd_wan"],
            cluster_year_wan={code: found[f"{code}_year_wan"] for code in CLUSTERS_PUBLISHED},
        ),
        FirmTotals(park, found["park_entered"], found["park_listed"]),
    )
