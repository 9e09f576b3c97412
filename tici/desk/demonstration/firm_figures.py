"""What invented firms report month by month: 累计 with last year's beside it, meeting the published totals exactly.

Figures are whole numbers of the indicator's unit (万元, 万千瓦时, 人), one array of firms by months an indicator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tici.engines.periods import Month

from .firm_words import FIRM_TRADES
from .firms import Firm

FIRST = Month(2019, 1)  # nothing was filed that year: it is last year's beside what was filed in 2020
MONTHS_MADE = 36
NOVEMBER, DECEMBER = Month(2021, 11), Month(2021, 12)
FLOWS = ("output", "sales_output", "export", "revenue", "cost", "profit", "tax", "rnd", "power")
STOCKS = ("receivable", "stock", "assets", "liabilities", "people")
# The year of the epidemic, as a share of what the month would have been: a fall, and what was made up for it.
EPIDEMIC = dict(
    zip(
        (Month(2020, 1) + at for at in range(12)),
        (0.93, 0.6, 0.85, 0.97, 1, 1.03, 1.05, 1.06, 1.06, 1.06, 1.06, 1.06),
        strict=True,
    )
)
LINE_WAN = 2000
CORRECTED_SHARE = 0.006  # of the firms: one month is negative, for an earlier one was reported too high
LOSING_SHARE = 0.1

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Row = dict[str, int | None]


@dataclass(frozen=True)
class FigureTotals:
    """What the sums of the firms' figures meet; rates as fractions, money in 万元."""

    park_code: str
    cluster: str  # the park's cluster whose growth was published
    park_output_growth: float
    park_revenue_growth: float
    park_rnd_wan: int
    cluster_year_wan: Mapping[str, int]  # revenue of the year of clusters it was published for


@dataclass(frozen=True, eq=False)
class Figures:
    """Every firm's figures: since January for flows, at the month's end for stocks; rows as the firms given."""

    firms: Sequence[Firm]
    values: Mapping[str, Ints]  # shape (firms, 36)

    def rows(self, month: Month) -> list[Row]:
        """What each firm would report for a month, by column code: ``output.ytd``, ``output.ytd_last_year``, …"""
        at = month - FIRST
        codes, columns = [], []
        for names, now, before in ((FLOWS, "ytd", "ytd_last_year"), (STOCKS, "end", "end_last_year")):
            for name in names:
                codes += [f"{name}.{now}", f"{name}.{before}"]
                columns += [self.values[name][:, at], self.values[name][:, at - 12]]
        lines: list[list[int | None]] = np.stack(columns, axis=1).tolist()
        return [dict(zip(codes, line, strict=True)) for line in lines]

    def total(self, rows: Sequence[int], name: str, month: Month) -> int:
        """What some firms add up to for a month, those alone that are above size in it."""
        chosen = [row for row in rows if self.firms[row].is_above(month.first)]
        return int(self.values[name][chosen, month - FIRST].sum())

    def total_last_year(self, rows: Sequence[int], name: str, month: Month) -> int:
        """What the same firms add up to a year before, as they report it beside this year's (上年同期)."""
        chosen = [row for row in rows if self.firms[row].is_above(month.first)]
        return int(self.values[name][chosen, month - FIRST - 12].sum())


def figures(firms: Sequence[Firm], totals: FigureTotals, *, seed: int) -> Figures:
    """The figures of firms that are or were above size; the same for the same seed."""
    chance = np.random.default_rng(seed)
    made = _Making(firms, totals, chance)
    revenue = _revenue(made)
    made.meet_revenue(revenue)
    output = _since_january(_months(revenue) * made.around(1.02, 0.05))
    made.meet_output(output)
    values = {"revenue": revenue, "output": output} | _other_flows(made, revenue, output)
    made.meet_rnd(values["rnd"])
    values["export"] = np.minimum(values["export"], values["sales_output"])  # a part of it
    values["cost"] = np.maximum(0, revenue - values["profit"] - values["tax"] - values["rnd"] - revenue // 16)
    stocks = _stocks(made, revenue)
    for part in ("receivable", "stock"):
        stocks[part] = np.minimum(stocks[part], stocks["assets"])
    return Figures(firms, values | stocks)


class _Making:
    """The firms by what calibration asks of them, and chance."""

    def __init__(self, firms: Sequence[Firm], totals: FigureTotals, chance: np.random.Generator) -> None:
        self.firms, self.totals, self.chance = firms, totals, chance
        self.kinds = np.array([firm.kind.removesuffix("_last_year") for firm in firms])
        self.is_last_year = np.array([firm.kind.endswith("_last_year") for firm in firms])
        self.is_park = np.array([firm.county.code == totals.park_code for firm in firms])
        self.is_industry = np.array([firm.trade.is_industry for firm in firms])
        self.trades = np.array([firm.trade.name for firm in firms])
        self.clusters = np.array([firm.trade.cluster for firm in firms])
        self.is_there = np.array([firm.is_above(NOVEMBER.first) for firm in firms])
        self.is_scaled = self.is_there & (self.kinds == "existing")

    def of_trade(self, name: str) -> Floats:
        """One of the trade's figures for each firm; shape (firms, 1)."""
        return np.array([[getattr(firm.trade, name)] for firm in self.firms], np.float64)

    def around(self, middle: float | Floats, spread: float, *, by_month: float = 0.03) -> Floats:
        """A ratio of each firm, near a middle, moving a little from month to month; shape (firms, 36)."""
        own = self.chance.lognormal(0, spread, (len(self.firms), 1))
        return middle * own * self.chance.lognormal(0, by_month, (len(self.firms), MONTHS_MADE))

    def meet_revenue(self, revenue: Ints) -> None:
        """The park's growth as published, then each trade's year; where it was published, its cluster's."""
        own = self.is_park & self.is_there & (self.clusters == self.totals.cluster)
        self._grow(revenue, own, self.totals.park_revenue_growth)
        for trade in FIRM_TRADES:
            rows = self.is_there & (self.trades == trade.name)
            if not (rows & self.is_scaled & ~own).any():
                continue  # a very small city
            year = self.totals.cluster_year_wan.get(trade.cluster, round(trade.total_yi * 10000))
            _meet(revenue, rows, self.is_scaled & rows & ~own, DECEMBER, year, years=3)

    def meet_output(self, output: Ints) -> None:
        own = self.is_park & self.is_there & (self.clusters == self.totals.cluster)
        self._grow(output, own, self.totals.park_output_growth)

    def meet_rnd(self, rnd: Ints) -> None:
        rows = self.is_park & self.is_there & self.is_industry
        _meet(rnd, rows, rows, NOVEMBER, self.totals.park_rnd_wan, years=3)

    def _grow(self, values: Ints, rows: NDArray[np.bool_], growth: float) -> None:
        base = values[rows, NOVEMBER - FIRST - 12].sum()
        _meet(values, rows, rows & self.is_scaled, NOVEMBER, round(float(base) * (1 + growth)))


def _revenue(made: _Making) -> Ints:
    """Revenue since January of every firm, before it is made to meet anything but its trade's size."""
    chance, count = made.chance, len(made.firms)
    growth = [
        np.clip(chance.normal([firm.trade.growth[at] for firm in made.firms], 0.16), -0.45, 1.2) for at in range(2)
    ]
    level = chance.lognormal(0, 1.15, count) * np.where(made.is_park & (made.clusters == made.totals.cluster), 2.2, 1)
    for trade in FIRM_TRADES:
        rows = made.trades == trade.name
        level[rows] *= trade.total_yi * 10000 / max(1, level[rows & made.is_there].sum())
    level = np.maximum(level, LINE_WAN * chance.uniform(0.93, 1.8, count))
    before, year = level / (1 + growth[1]), level
    grown = made.kinds == "grown"
    entered = LINE_WAN * chance.uniform(1.0, 2.2, count)  # in the year by which a firm was found to have grown
    growth[0] = np.where(grown, chance.uniform(0.25, 0.9, count), growth[0])
    before = np.where(grown, np.where(made.is_last_year, entered * (1 + growth[0]), entered), before)
    year = np.where(grown, before * (1 + growth[1]), year)
    oldest = np.where(grown & made.is_last_year, entered, before / (1 + growth[0]))
    leaving = made.kinds == "exited"
    small = LINE_WAN * chance.uniform(0.5, 1.4, count)
    new = made.kinds == "new_build"
    fresh = np.where(new, LINE_WAN * chance.uniform(1.2, 9, count), year)
    levels = np.stack([np.where(leaving, small, one) for one in (oldest, before, fresh)], axis=1)
    levels[new] = levels[new][:, [2, 2, 2]]
    season = np.array([firm.trade.season for firm in made.firms])
    months = levels.repeat(12, axis=1) * np.tile(season / season.sum(axis=1, keepdims=True), 3)
    months *= chance.lognormal(0, 0.1, months.shape)
    for month, share in EPIDEMIC.items():
        months[:, month - FIRST] *= share
    for row, firm in enumerate(made.firms):
        if firm.kind.startswith("new_build") and firm.production_on is not None:
            begun = max(0, Month.of(firm.production_on) - FIRST)
            months[row, :begun] = 0
            months[row, begun : begun + 3] *= (0.3, 0.6, 0.85)[: MONTHS_MADE - begun]
    for row in chance.choice(np.flatnonzero(made.is_scaled & ~made.is_park), max(2, int(count * CORRECTED_SHARE))):
        months[row, 24 + chance.integers(3, 10)] *= -0.4
    return _since_january(months)


def _other_flows(made: _Making, revenue: Ints, output: Ints) -> dict[str, Ints]:
    money, goods = _months(revenue), _months(output)
    margin = made.around(made.of_trade("margin"), 0.35, by_month=0.12)
    losing = made.chance.random(len(made.firms)) < LOSING_SHARE
    margin[losing] *= -made.chance.uniform(0.2, 1.1, (int(losing.sum()), 1))
    exporting = made.chance.random((len(made.firms), 1)) < 0.3
    researching = made.chance.random((len(made.firms), 1)) < np.where(made.of_trade("rnd") > 0.02, 0.9, 0.5)
    flows = {
        "sales_output": goods * np.minimum(made.around(0.975, 0.015, by_month=0.01), 1.04),
        "export": goods * np.minimum(made.around(made.of_trade("exports") * 3, 0.5, by_month=0.08), 0.9) * exporting,
        "profit": money * margin,
        "tax": np.maximum(money, 0) * made.around(0.032, 0.3),
        "rnd": np.maximum(money, 0) * made.around(made.of_trade("rnd"), 0.4) * researching,
        "power": np.maximum(goods, 0) * made.around(made.of_trade("power"), 0.4),
    }
    return {name: _since_january(months) for name, months in flows.items()}


def _stocks(made: _Making, revenue: Ints) -> dict[str, Ints]:
    """What stands at a month's end follows the year's revenue slowly."""
    year = revenue[:, 11::12].repeat(12, axis=1).astype(np.float64)
    slow = 0.35 * np.roll(year, 12, axis=1) + 0.65 * year
    slow[:, :12] = year[:, :12]
    slow = np.where(slow > 0, slow, 0)
    assets = slow * made.around(0.95, 0.35, by_month=0.01)
    amounts = {
        "receivable": slow * made.around(0.14, 0.5, by_month=0.03),
        "stock": slow * made.around(0.05, 0.5, by_month=0.03),
        "assets": assets,
        "liabilities": assets * np.minimum(made.around(0.54, 0.28, by_month=0.01), 1.3),
        "people": slow * made.around(made.of_trade("people"), 0.3, by_month=0.005) + (slow > 0) * 6,
    }
    return {name: np.rint(values).astype(np.int64) for name, values in amounts.items()}


def _months(since_january: Ints) -> Floats:
    by_year = since_january.reshape(len(since_january), -1, 12)
    return np.diff(by_year, axis=2, prepend=0).reshape(since_january.shape).astype(np.float64)


def _since_january(months: Floats) -> Ints:
    by_year = months.reshape(len(months), -1, 12)
    return np.rint(by_year.cumsum(axis=2)).reshape(months.shape).astype(np.int64)


def _meet(
    values: Ints, rows: NDArray[np.bool_], scaled: NDArray[np.bool_], month: Month, total: int, *, years: int = 1
) -> None:
    """Scale the figures of some rows so that those of all rows add up to a total exactly; the largest takes the rest.

    The month's year is scaled alone, or with the years before it.
    """
    at = month - FIRST
    year = slice((month.year - FIRST.year + 1 - years) * 12, (month.year - FIRST.year + 1) * 12)
    now, chosen = values[rows, at].sum(), np.flatnonzero(scaled)
    moving = values[chosen, at].sum()
    factor = (total - (now - moving)) / moving
    if factor <= 0:
        raise ValueError(f"{total} cannot be met: what is not scaled is {now - moving} already.")
    values[chosen, year] = np.rint(values[chosen, year] * factor)
    largest = chosen[np.argmax(values[chosen, at])]
    values[largest, at : (month.year - FIRST.year + 1) * 12] += total - values[rows, at].sum()
