"""What documents ask of the panel of firms: growth of parts, the firms that moved the whole, and their reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tici.briefings.panels import Moved, Mover, Part
from tici.engines.panel import Entry, Movers, Policy, Span, growth, movers
from tici.engines.panel.panel import Where
from tici.engines.periods import Month
from tici.places.models import Place
from tici.returns.measures import ENTRY_LABELS
from tici.returns.models import Basis, CellQuery, UnitReport
from tici.returns.queries import FirmPanel, firm_panel, policy_on

from .places import called, whole_of

MOVERS = 10
PLACES = 4  # figures are kept to the ten-thousandth


@dataclass(frozen=True)
class Asked:
    """What a report asks the panel: a place, a month, by the exit policy in force."""

    found: FirmPanel
    place: Place
    month: Month
    where: Where

    @classmethod
    def of(cls, place: Place, month: Month) -> Asked | None:
        """The panel asked for a place and month; None where the month was not opened."""
        found = firm_panel()
        return None if found is None or month not in found.months else cls(found, place, month, found.inside(place))

    @property
    def policy(self) -> Policy:
        return policy_on(self.month)

    def parts(
        self, indicator: str, axis: str = "", *, span: Span = Span.YTD, month: Month | None = None
    ) -> dict[str, Part]:
        """The growth of an indicator by the names of an axis; with no axis the whole alone, under ""."""
        month = month or self.month
        if month not in self.found.months:
            return {}
        by = (axis,) if axis else ()
        asked = {"policy": self.policy, "by": by, "month": month, "span": span, "where": self.where}
        rows = growth(self.found.panel, indicator, **asked).rows  # type: ignore[arg-type]
        return {(row[axis] or "") if axis else "": part(row, row[axis] or "" if axis else "", "") for row in rows}

    def whole(self, indicator: str) -> Part:
        """The growth of the place itself, which is there even if nobody reported."""
        found = self.parts(indicator).get("", Part(code="", place=""))
        return renamed(found, whole_of(self.place), code=self.place.code)

    def reporting(self) -> tuple[dict[str, int], dict[str, int]]:
        """How many firms were to report and how many did, by county code."""
        return (
            self._by_county(self.found.awaited(self.month, self.where)),
            self._by_county(self.found.filed(self.month, self.where)),
        )

    def _by_county(self, rows: Any) -> dict[str, int]:
        county = self.found.panel.labels["county"]
        names = county.names.to_list()
        told: dict[str, int] = {}
        for code in county.codes[rows].tolist():
            told[names[code] or ""] = told.get(names[code] or "", 0) + 1
        return told

    def moved(self, indicator: str, counties: Iterable[Place], cluster: str = "") -> Moved:
        """The firms that pulled the whole, or a cluster, most, with what they answered when asked about it."""
        found = movers(
            self.found.panel,
            indicator,
            month=self.month,
            policy=self.policy,
            count=MOVERS,
            labels=("county",),
            where={**self.where, "cluster": cluster} if cluster else self.where,
        )
        names = {county.code: called(county) for county in counties}
        said = self._reasons(indicator, found)

        def of(row: Mapping[str, Any]) -> Mover:
            return Mover(
                name=self.found.names[row["unit"]],
                county=names.get(row["county"], ""),
                entry=str(ENTRY_LABELS[Entry(row["entry"])]),
                delta=exact(row["delta"]) or Decimal(0),
                pull=exact_rate(row["pull"]),
                unit=row["unit"],
                reason=said.get(int(row["unit"]), ""),
            )

        return Moved(up=tuple(map(of, found.up.to_dicts())), down=tuple(map(of, found.down.to_dicts())))

    def _reasons(self, indicator: str, found: Movers) -> dict[int, str]:
        """The newest answer of each firm to a question about its figure of the month."""
        firms = [int(row["unit"]) for side in (found.up, found.down) for row in side.to_dicts()]
        asked_of = UnitReport.objects.filter(month_on=self.month.first, enterprise__in=firms)
        answers = CellQuery.objects.filter(report__in=asked_of, column=f"{indicator}.{Basis.YTD}").exclude(answer="")
        return dict(answers.order_by("pk").values_list("report__enterprise", "answer"))


def part(row: Mapping[str, Any], code: str, place: str) -> Part:
    """One row of growth as a document's part: amounts to the ten-thousandth, rates as they are."""
    return Part(
        code=code,
        place=place,
        total=exact(row["total"]),
        now=exact(row["now"]),
        base=exact(row["base"]),
        rate=exact_rate(row["rate"]),
        nominal=exact_rate(row["nominal"]),
        pull=exact_rate(row["pull"]),
        share=exact_rate(row["share"]),
        units=row["units"],
        pairs=row["pairs"],
    )


def exact(value: float | None) -> Decimal | None:
    """An amount as a measure keeps it; what is undefined is nothing."""
    return None if value is None or math.isnan(value) else Decimal(repr(round(value, PLACES)))


def exact_rate(value: float | None) -> Decimal | None:
    """A rate as a measure keeps it."""
    return None if value is None or math.isnan(value) else Decimal(repr(value))


def renamed(one: Part, name: str, *, code: str = "", of_total: Decimal | None = None) -> Part:
    """A part as a document calls it."""
    return replace(one, place=name, code=code or one.code, of_total=of_total)
