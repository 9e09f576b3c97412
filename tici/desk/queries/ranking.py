"""The counties beside one another by several numbers of the industrial month, each with its rank."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tici.core.measures import Measure, Scope, Unit
from tici.core.registers import Column, Kind
from tici.desk.rules.industry import ranks
from tici.places.models import Place

from .figures import MEASURES, Figure, column_of

# The numbers of the page in order; those ranked are given with which end is the first.
TABLE = {
    "industry.reporting_firms": None,
    "industry.output_ytd": None,
    "industry.output_growth": True,
    "industry.revenue_ytd": None,
    "industry.revenue_growth": True,
    "industry.profit_ytd": None,
    "industry.profit_growth": True,
    "industry.margin": True,
    "industry.power_growth": True,
    "industry.losing_firms": None,
}
KINDS = {Unit.COUNT: Kind.COUNT, Unit.WAN: Kind.WAN, Unit.RATE: Kind.RATE}


@dataclass(frozen=True)
class Cell:
    """One number of a county and its rank."""

    figure: Figure
    is_ranked: bool
    rank: int | None


@dataclass(frozen=True)
class Row:
    """One county, or all of them."""

    place: Place | None
    label: str
    cells: list[Cell]


@dataclass(frozen=True)
class Ranking:
    """The table: all counties first, then each in official order."""

    heads: list[tuple[Measure, bool]]
    rows: list[Row]

    def columns(self) -> tuple[Column, ...]:
        """The heads of the table as it is taken away."""
        found = [Column("place", _("县（市、区）"))]
        for measure, is_ranked in self.heads:
            found.append(Column(measure.code, measure.label, KINDS.get(measure.unit, Kind.TEXT)))
            if is_ranked:
                found.append(Column(f"{measure.code}.rank", _("位次"), Kind.COUNT))
        return tuple(found)

    def lines(self) -> Iterator[list[object]]:
        """The rows as they are taken away: as seen, in the same order."""
        for row in self.rows:
            told: list[object] = [row.label]
            for cell in row.cells:
                told += [cell.figure.value, cell.rank] if cell.is_ranked else [cell.figure.value]
            yield told


def ranking(scope: Scope) -> Ranking:
    """The counties of a place in official order; a county stands alone."""
    heads = [(MEASURES[code], way is not None) for code, way in TABLE.items()]
    rows: dict[int, Row] = {county.pk: Row(county, county.short_name, []) for county in scope.counties}
    whole = []
    for code, way in TABLE.items():
        total, counties = column_of(code, scope)
        whole.append(Cell(total, way is not None, None))
        found = {place.pk: one for place, one in counties}
        values = {pk: found[pk].value if pk in found else None for pk in rows}
        known = {pk: None if value is None else float(value) for pk, value in values.items()}
        placed = ranks(known, highest_first=way) if way is not None else {}
        for pk, row in rows.items():
            one = found.get(pk) or Figure(MEASURES[code], None, "")
            row.cells.append(Cell(one, way is not None, placed.get(pk)))
    first = [Row(None, _("合计"), whole)] if not scope.place.is_county_level else []
    return Ranking(heads, [*first, *rows.values()])
