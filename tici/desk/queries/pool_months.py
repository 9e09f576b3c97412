"""Monthly revenue of firms, from what they reported on the month's form and what those below the line gave."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tici.engines.periods import Month
from tici.enterprises.models import MonthFacts
from tici.returns.queries import firm_panel

Floats = NDArray[np.float64]
MONTHS_BACK = 36  # three years give the forecast two cohorts


class MonthTable:
    """Revenue of each single month in 万元, a row a firm, the last column the newest month known."""

    def __init__(self, firms: Iterable[int], now: Month) -> None:
        self.first, self.now = now - (MONTHS_BACK - 1), now
        self.firms = sorted(set(firms))
        self.row_of = {firm: row for row, firm in enumerate(self.firms)}
        self.revenue: Floats = np.full((len(self.firms), MONTHS_BACK), np.nan)

    def with_firms(self, more: Iterable[int]) -> MonthTable:
        """The table with further firms, of which no month is known."""
        wider = MonthTable([*self.firms, *more], self.now)
        wider.revenue[[wider.row_of[firm] for firm in self.firms]] = self.revenue
        return wider


def months_known(until: Month) -> MonthTable | None:
    """What is known of every firm up to a month; None where nothing is."""
    given = MonthFacts.objects.filter(revenue_wan__isnull=False, month_on__lte=until.first)
    rows = list(given.values_list("enterprise_id", "month_on", "revenue_wan"))
    reported = _reported(until)
    newest = [Month.of(day) for _firm, day, _wan in rows] + ([max(reported[1])] if reported else [])
    if not newest:
        return None
    firms, months, now, base = reported or (np.zeros(0, np.int64), [], np.zeros((0, 0)), np.zeros((0, 0)))
    table = MonthTable([*firms.tolist(), *(firm for firm, _day, _wan in rows)], max(newest))
    _put_reported(table, firms, months, now, base)
    for firm, day, wan in rows:  # a firm's own months, where it has not reported them since
        at = Month.of(day) - table.first
        if at >= 0 and np.isnan(table.revenue[table.row_of[firm], at]):
            table.revenue[table.row_of[firm], at] = float(wan or 0)
    return table


def _reported(until: Month) -> tuple[NDArray[np.int64], list[Month], Floats, Floats] | None:
    """Each firm's revenue since January as reported, and last year's beside it; shape ``(firms, months)`` both."""
    found = firm_panel()
    if found is None or "revenue" not in found.panel.indicators:
        return None
    panel = found.panel
    months = [month for month in found.filed_months if month <= until]
    if not months:
        return None
    ids = np.array([int(str(name)) for name in panel.unit.names], np.int64)
    now, base = (np.full((len(ids), len(months)), np.nan) for _side in range(2))
    for at, month in enumerate(months):
        rows = panel.rows(month)
        now[panel.unit.codes[rows], at], base[panel.unit.codes[rows], at] = panel.figures("revenue", rows)
    return ids, months, now, base


def _put_reported(table: MonthTable, firms: NDArray[np.int64], months: list[Month], now: Floats, base: Floats) -> None:
    rows = np.array([table.row_of[firm] for firm in firms.tolist()], np.int64)
    years = sorted({month.year - back for month in months for back in (0, 1)})
    at = {month: position for position, month in enumerate(months)}
    for year in years:
        ytd = np.full((len(firms), 12), np.nan)
        for number in range(1, 13):
            month = Month(year, number)
            if month in at:
                ytd[:, number - 1] = now[:, at[month]]
            if month + 12 in at:  # last year's as told this year, where that year's own is not known
                told = base[:, at[month + 12]]
                ytd[:, number - 1] = np.where(np.isnan(ytd[:, number - 1]), told, ytd[:, number - 1])
        alone = single_months(ytd)
        for number in range(1, 13):
            position = Month(year, number) - table.first
            if 0 <= position < MONTHS_BACK:
                table.revenue[rows, position] = alone[:, number - 1]


def single_months(ytd: Floats) -> Floats:
    """Single months of a year from figures since January; what rose over months not filed is shared evenly.

    So the figure of 1—2月 becomes two halves. Shape ``(firms, 12)`` both; ``nan`` after the last month filed.
    """
    alone = np.full_like(ytd, np.nan)
    last = np.zeros(len(ytd))
    gap = np.ones(len(ytd), np.int64)
    for at in range(ytd.shape[1]):
        is_filed = ~np.isnan(ytd[:, at])
        share = (ytd[:, at] - last) / gap
        for back in range(int(gap.max(initial=1))):
            reach = is_filed & (back < gap)
            alone[reach, at - back] = share[reach]
        last = np.where(is_filed, ytd[:, at], last)
        gap = np.where(is_filed, 1, gap + 1)
    return alone
