"""Every measure of every room, and the figures a page shows, each with the link that opens it to its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from urllib.parse import urlencode

from django.urls import reverse

from tici.core.measures import Measure, Scope
from tici.duties.measures import MEASURES as DUTIES
from tici.enterprises.measures import MEASURES as ENTERPRISES
from tici.places.models import Place
from tici.projects.measures import MEASURES as PROJECTS
from tici.returns.measures import MEASURES as RETURNS

MEASURES: dict[str, Measure] = {measure.code: measure for measure in (*ENTERPRISES, *PROJECTS, *RETURNS, *DUTIES)}

# What a leader looks at first, in this order.
HEADLINES = (
    "returns.done_ytd",
    "returns.completion_rate",
    "returns.lag",
    "returns.start_rate",
    "duties.coverage_rate",
    "returns.red",
)


@dataclass(frozen=True)
class Figure:
    """One measure's value in a scope, and where it opens."""

    measure: Measure
    value: Decimal | int | None
    url: str
    places: int | None = None  # of decimals, where a column has one number of them


def figure(code: str, scope: Scope) -> Figure:
    """One measure in a scope."""
    measure = MEASURES[code]
    return Figure(measure, measure.value(scope), measure_url(code, scope.place, scope))


def figures(codes: Iterable[str], scope: Scope) -> list[Figure]:
    """Some measures in a scope, in the order asked for."""
    return [figure(code, scope) for code in codes]


def by_county(code: str, scope: Scope) -> list[tuple[Place, Figure]]:
    """One measure for each county-level place of the scope's place, in official order; a county stands alone."""
    if scope.place.is_county_level:
        return [(scope.place, figure(code, scope))]
    measure = MEASURES[code]
    values = measure.by_county(scope)
    return [
        (county, Figure(measure, values.get(county.pk), measure_url(code, county, scope)))
        for county in scope.counties
        if county.pk in values
    ]


def column_of(code: str, scope: Scope) -> tuple[Figure, list[tuple[Place, Figure]]]:
    """One measure of the whole and of each county, standing below one another: all whole, or all with two places."""
    whole, counties = figure(code, scope), by_county(code, scope)
    column = [whole, *(found for _place, found in counties)]
    fractions = (round(Decimal(found.value), 2) % 1 for found in column if found.value is not None)
    places = 2 if any(fractions) else 0
    return replace(whole, places=places), [(place, replace(found, places=places)) for place, found in counties]


def measure_url(code: str, place: Place, scope: Scope) -> str:
    """Where a figure opens: the measure's page with the same place and month."""
    return _url(code, place.code, str(scope.month))


@lru_cache(maxsize=8192)  # a screen has two hundred
def _url(code: str, place: str, month: str) -> str:
    return f"{reverse('desk:measure', args=[code])}?{urlencode({'place': place, 'month': month})}"
