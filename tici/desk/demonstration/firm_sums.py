"""What counties and clusters report, as their firms add up; what only the statistics system gives is invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from tici.engines.periods import Month

from .firm_figures import Figures
from .firms import Firm

COUNTY_SUMS = {"output": "output", "revenue": "revenue", "profit": "profit", "power": "power", "industry_tax": "tax"}
CLUSTER_SUMS = ("output", "revenue", "profit", "rnd")
# Investment since January over revenue since January, and its growth: of industry, and of what renews old works.
INVESTED = {"industry_investment": (0.14, 0.07), "upgrade_investment": (0.055, 0.11)}
REAL = 0.55  # of nominal growth, what is left when prices are taken out; 2021 was a year of rising prices

Told = dict[str, int | float | None]  # by column code


def county_rows(figures: Figures, places: Mapping[str, int], month: Month, *, seed: int) -> dict[str, Told]:
    """What each county reports for a month, by the county's code; every county of ``places`` in its order."""
    rows = _by_place(figures.firms)
    told = {code: _county(figures, rows.get(code, []), month, Random(f"{seed} {code} {month}")) for code in places}
    ranked = sorted(told, key=lambda code: (-(told[code]["value_added_growth.ytd"] or 0), places[code]))
    for rank, code in enumerate(ranked, start=1):
        told[code]["value_added_rank.ytd"] = rank
    return told


def _county(figures: Figures, rows: Sequence[int], month: Month, chance: Random) -> Told:
    told: Told = {}
    for code, name in COUNTY_SUMS.items():
        told[f"{code}.ytd"] = figures.total(rows, name, month)
        told[f"{code}.ytd_last_year"] = figures.total_last_year(rows, name, month)
    revenue = told["revenue.ytd"] or 0
    for code, (share, growth) in INVESTED.items():
        amount = round(revenue * share * chance.uniform(0.8, 1.2))
        told[f"{code}.ytd"], told[f"{code}.ytd_last_year"] = amount, round(amount / (1 + chance.gauss(growth, 0.06)))
    before = told["output.ytd_last_year"] or 1
    nominal = (told["output.ytd"] or 0) / before - 1
    told["value_added_growth.ytd"] = round(100 * (nominal * REAL + chance.gauss(0, 0.008)), 1)
    return told


def cluster_row(figures: Figures, rows: Sequence[int], month: Month, *, platforms: int, key_projects: int) -> Told:
    """What a cluster reports for a month; ``rows`` are its members among the firms with figures."""
    told: Told = {
        "firms.end": sum(1 for row in rows if figures.firms[row].is_above(month.first)),
        "platforms.end": platforms,
        "key_projects.end": key_projects,
    }
    for name in CLUSTER_SUMS:
        told[f"{name}.ytd"] = figures.total(rows, name, month)
        told[f"{name}.ytd_last_year"] = figures.total_last_year(rows, name, month)
    return told


def _by_place(firms: Sequence[Firm]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, firm in enumerate(firms):
        if firm.trade.is_industry:
            rows.setdefault(firm.county.code, []).append(row)
    return rows
