"""What invented firms were in each year: of those above size as they reported it, of those below it drawn alone."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tici.engines.periods import Month

from .firm_figures import FIRST, LINE_WAN, Figures
from .firms import Firm

YEARS = (2019, 2020, 2021)  # of the last, what the firm expects for the whole of it (全年预计)
NEAR_LINE = 0.06  # of those below size, how many have come near the line or over it
KEPT_FACTS = ("people", "assets", "liabilities", "rnd")


def give_years(below: Sequence[Firm], figures: Figures, *, seed: int) -> None:
    """Give every firm the facts of its years."""
    chance = Random(f"years {seed}")
    for row, firm in enumerate(figures.firms):
        for year in YEARS:
            at = Month(year, 12) - FIRST
            revenue = int(figures.values["revenue"][row, at])
            if revenue > 0:
                found = {name: max(0, int(figures.values[name][row, at])) for name in KEPT_FACTS}
                profit = int(figures.values["profit"][row, at])
                firm.facts[year] = _year(chance, revenue, profit - max(0, profit) // 6, **found)
    for firm in below:
        if firm.double_of is None:
            _small_years(chance, firm)
    for firm in sorted(figures.firms, key=_weight, reverse=True)[: len(figures.firms) // 18]:
        firm.is_key = True


def _weight(firm: Firm) -> int:
    return firm.facts.get(2020, {}).get("revenue_wan", 0) if firm.kind != "exited" else 0


def _small_years(chance: Random, firm: Firm) -> None:
    """A firm below size: most far below the line, some about to cross it."""
    if chance.random() < NEAR_LINE:
        revenue = LINE_WAN * chance.uniform(0.62, 0.98)
    else:
        revenue = min(LINE_WAN * 0.9, chance.lognormvariate(5.9, 0.9))
    for year in YEARS:
        if year < firm.founded_on.year:
            continue
        money = max(5, round(revenue))
        firm.facts[year] = _year(
            chance,
            money,
            round(money * chance.gauss(firm.trade.margin, 0.03)),
            people=max(2, round(money * firm.trade.people * chance.uniform(1.2, 3))),
            assets=round(money * chance.uniform(0.6, 1.6)) + 20,
            liabilities=round(money * chance.uniform(0.2, 0.9)),
            rnd=round(money * firm.trade.rnd) if chance.random() < 0.3 else 0,
        )
        revenue *= 1 + chance.gauss(0.07, 0.1)


def _year(
    chance: Random, revenue: int, profit: int, *, people: int, assets: int, liabilities: int, rnd: int
) -> dict[str, int]:
    return {
        "people": people,
        "revenue_wan": revenue,
        "main_revenue_wan": round(revenue * chance.uniform(0.78, 1.0)),
        "assets_wan": assets,
        "liabilities_wan": liabilities,
        "profit_wan": profit,
        "rnd_wan": rnd,
        "rnd_people": round(people * chance.uniform(0.03, 0.18)) if rnd else 0,
    }
