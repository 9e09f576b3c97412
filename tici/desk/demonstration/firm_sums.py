"""What counties and clusters report, as their firms add up; what only the statistics system gives is invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from tici.engines.periods import Month

from .firm_figures import Figures
from .firms import Firm

COUNTY_SUMS = {"output": "output", "revenue": "revenue", "profit": "profit", "power": "power", "industry_tax": "tax"}
CLUSTER_SUMS = ("output", "revenue", "profit", "rnd")
# Investment of a year over its revenue, and its growth: of industry, and of what renews old works.
INVESTED = {"industry_investment": (0.14, 0.07), "upgrade_investment": (0.055, 0.11)}
PACE = (0.03, 0.08, 0.18, 0.28, 0.38, 0.5, 0.6, 0.69, 0.79, 0.88, 0.95, 1.0)  # of a year's, by the end of each month
REAL = 0.55  # of nominal growth, what is left when prices are taken out; 2021 was a year of rising prices

Value = int | float | None
Line = Mapping[str, Value]  # by column code


def county_rows(figures: Figures, places: Mapping[str, int], month: Month, *, seed: int) -> Mapping[str, Line]:
    """What each county reports for a month, by the county's code; every county of ``places`` in its order.

    Last year's is what the county reported then, of the firms it had then.
    """
    rows = _by_place(figures.firms)
    told = {code: _county(figures, rows.get(code, []), month, f"{seed} {code}") for code in places}
    ranked = sorted(told, key=lambda code: (-(told[code]["value_added_growth.ytd"] or 0), places[code]))
    for rank, code in enumerate(ranked, start=1):
        told[code]["value_added_rank.ytd"] = rank
    return told


def _county(figures: Figures, rows: Sequence[int], month: Month, seed: str) -> dict[str, Value]:
    told: dict[str, Value] = {}
    for code, name in COUNTY_SUMS.items():
        told[f"{code}.ytd"] = figures.total(rows, name, month)
        told[f"{code}.ytd_last_year"] = figures.total(rows, name, month - 12)
    own, revenue = Random(seed), figures.total(rows, "revenue", Month(2020, 12))
    for code, (share, growth) in INVESTED.items():
        year, faster = revenue * share * own.uniform(0.8, 1.2), 1 + own.gauss(growth, 0.06)
        for since, basis in ((month.year - 2020, "ytd"), (month.year - 2021, "ytd_last_year")):
            told[f"{code}.{basis}"] = round(year * faster**since * PACE[month.number - 1])
    before = figures.total_last_year(rows, "output", month) or 1  # of the firms of today
    nominal = figures.total(rows, "output", month) / before - 1
    told["value_added_growth.ytd"] = round(100 * nominal * REAL + Random(f"{seed} {month}").gauss(0, 0.8), 1)
    return told


def cluster_row(figures: Figures, rows: Sequence[int], month: Month, *, platforms: int, key_projects: int) -> Line:
    """What a cluster reports for a month; ``rows`` are its members among the firms with figures."""
    told: dict[str, Value] = {
        "firms.end": sum(1 for row in rows if figures.firms[row].is_above(month.first)),
        "platforms.end": platforms,
        "key_projects.end": key_projects,
    }
    for name in CLUSTER_SUMS:
        told[f"{name}.ytd"] = figures.total(rows, name, month)
        told[f"{name}.ytd_last_year"] = figures.total(rows, name, month - 12)
    return told


def _by_place(firms: Sequence[Firm]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, firm in enumerate(firms):
        if firm.trade.is_industry:
            rows.setdefault(firm.county.code, []).append(row)
    return rows
