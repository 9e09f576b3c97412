"""What the city screen and a place's page show: headline figures, and every county beside its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tici.core.measures import Scope
from tici.places.models import Place

from .figures import HEADLINES, MEASURES, Figure, column_of, figure, figures

TABLE = (
    "returns.plan",
    "returns.done_ytd",
    "returns.completion_rate",
    "returns.lag",
    "returns.start_rate",
    "returns.statistics_rate",
    "duties.coverage_rate",
    "returns.red",
)
RANKED = "returns.completion_rate"
YEAR = (
    "projects.signed_year",
    "projects.reserved_year",
    "projects.started_year",
    "projects.started_in_statistics_year",
    "projects.completed_year",
    "returns.reporting_rate",
)


@dataclass(frozen=True)
class CountyLine:
    """One county in the table: its rank by completion rate and its figures, each of which opens."""

    place: Place
    rank: int | None
    figures: list[Figure]


@dataclass(frozen=True)
class Screen:
    """A place at the end of a month."""

    scope: Scope
    headlines: list[Figure]
    rungs: list[tuple[Figure, Figure]]  # how many projects stand on each rung, and their money
    year: list[Figure]
    heads: list[Any]  # the measures of the table
    total: list[Figure]
    counties: list[CountyLine]


def screen(scope: Scope) -> Screen:
    """Everything the screen shows, by one grouped query a room."""
    table = {code: column_of(code, scope) for code in TABLE}
    ranks = _ranks({place.pk: found.value for place, found in table[RANKED][1]})
    lines: dict[int, CountyLine] = {}
    for _total, counties in table.values():
        for place, found in counties:
            line = lines.setdefault(place.pk, CountyLine(place, ranks.get(place.pk), []))
            line.figures.append(found)
    rungs = ("planned", "reserved", "started", "building", "performing")
    return Screen(
        scope=scope,
        headlines=figures(HEADLINES, scope),
        rungs=[(figure(f"projects.{rung}", scope), figure(f"projects.{rung}_wan", scope)) for rung in rungs],
        year=figures(YEAR, scope),
        heads=[MEASURES[code] for code in TABLE],
        total=[total for total, _counties in table.values()],
        counties=sorted(lines.values(), key=lambda line: (line.place.position, line.place.code)),
    )


def _ranks(values: dict[int, Decimal | int | None]) -> dict[int, int]:
    """Rank from the highest; equals share a rank, and nothing to compare means no rank."""
    known = [value for value in values.values() if value is not None]
    if len(values) == 1:
        return {}  # a county on its own page is not the first of one
    return {pk: 1 + sum(other > value for other in known) for pk, value in values.items() if value is not None}
