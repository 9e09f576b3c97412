"""Finds the unit of each column of money: as stated, and as the figures show it to be."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tici.engines.sheets.amounts import UNITS, full_unit
from tici.engines.sheets.text import plain
from tici.engines.sheets.vocabulary import Vocabulary

# A project's total investment lies, at the median of a county's list, between these figures in 万元.
_LEAST, _MOST = 150.0, 3_000_000.0
_LIKELY = 15_000.0
# What a column's figures may be at the median, as a share of the total investment.
_SHARES = {
    "plan_year_wan": (0.0004, 30.0),
    "done_ytd_wan": (0.0004, 30.0),
    "done_total_wan": (0.0004, 30.0),
    "prev_ytd_wan": (0.0004, 30.0),
    "done_before_year_wan": (0.0004, 30.0),
    "equipment_wan": (0.0004, 30.0),
    "done_month_wan": (0.00002, 10.0),
    "plan_month_wan": (0.00002, 10.0),
}
_SCALES = ("万元", "亿元", "元", "千元", "百万元")


@dataclass
class UnitFinding:
    """The unit of each column, and where the stated one cannot be right."""

    stated: str | None
    effective: str
    columns: dict[str, str] = field(default_factory=dict)
    is_guessed: bool = False
    suspects: dict[str, tuple[str, str]] = field(default_factory=dict)  # field -> (stated, real)


def stated_unit(texts: Sequence[str], words: Vocabulary) -> str | None:
    """Return the unit of money that a title, a line above or a note below the table states."""
    for text in texts:
        for match in words.row_words["unit"].finditer(plain(text)):
            return full_unit(next(group for group in match.groups() if group))
    return None


def find_units(
    stated: str | None,
    headed: Mapping[str, str | None],
    figures: Mapping[str, Sequence[Decimal]],
    pairs: Mapping[str, Sequence[tuple[Decimal, Decimal]]],
) -> UnitFinding:
    """Return the unit of every column of money.

    Parameters
    ----------
    stated
        The unit stated for the whole sheet.
    headed
        Money fields of the table and the unit each header names.
    figures
        The figures of each field as written, without those carrying their own unit.
    pairs
        For each field the figures of the rows that also have a total investment, with it.

    Notes
    -----
    A unit is doubted only when the figures are off by a factor that another unit explains:
    the median total investment of a county's list is neither 1.5 万元 nor 300 亿元, and a year's
    plan is neither a ten-thousandth nor ten thousand times of the total.
    """
    named = [unit for unit in headed.values() if unit in UNITS]
    common = stated or (max(set(named), key=named.count) if named else None)
    totals = sorted(float(f) for f in figures.get("total_investment_wan", ()) if f > 0)
    total_unit = _money(headed.get("total_investment_wan")) or stated or common
    finding = UnitFinding(stated or common, total_unit or "万元")
    if totals:
        real = _real_unit(statistics.median(totals), len(totals), total_unit)
        if total_unit is None:
            finding.effective, finding.is_guessed = real, True
        elif real != total_unit:
            finding.suspects["total_investment_wan"] = (total_unit, real)
            if _is_of_one_unit(pairs):
                finding.effective = real
    elif total_unit is None:
        finding.is_guessed = any(figures.values())
    for code, unit in headed.items():
        own = _money(unit) or stated or common
        finding.columns[code] = finding.effective if own is None or own == total_unit else own
    if "total_investment_wan" in headed:
        wrong = finding.suspects.get("total_investment_wan")
        finding.columns["total_investment_wan"] = wrong[1] if wrong else total_unit or finding.effective
        _compare(finding, pairs)
    return finding


def _is_of_one_unit(pairs: Mapping[str, Sequence[tuple[Decimal, Decimal]]]) -> bool:
    """Whether the other columns stand to the total as if written in the same unit."""
    for code, (least, most) in _SHARES.items():
        shares = [float(figure / total) for figure, total in pairs.get(code, ()) if figure > 0 and total > 0]
        if len(shares) >= 3:
            return least <= statistics.median(shares) <= most
    return True


def _money(unit: str | None) -> str | None:
    return unit if unit in UNITS else None


def _real_unit(median: float, count: int, believed: str | None) -> str:
    def fits(unit: str) -> bool:
        return _LEAST <= median * float(UNITS[unit]) <= _MOST

    if believed and (count < 3 or fits(believed)):
        return believed
    fitting = [unit for unit in _SCALES if fits(unit)]
    if not fitting:
        return believed or "万元"
    if believed is None and "万元" in fitting:
        return "万元"
    usual = [unit for unit in fitting if unit in ("万元", "亿元", "元")] or fitting
    return min(usual, key=lambda unit: abs(_log(median * float(UNITS[unit]) / _LIKELY)))


def _log(ratio: float) -> float:
    return Decimal(ratio).ln().__float__()


def _compare(finding: UnitFinding, pairs: Mapping[str, Sequence[tuple[Decimal, Decimal]]]) -> None:
    total_factor = UNITS[finding.columns["total_investment_wan"]]
    for code, (least, most) in _SHARES.items():
        shares = [float(figure / total) for figure, total in pairs.get(code, ()) if figure > 0 and total > 0]
        if code not in finding.columns or len(shares) < 3:
            continue
        unit = finding.columns[code]
        share = statistics.median(shares) * float(UNITS[unit] / total_factor)
        if least <= share <= most:
            continue
        real = [other for other in ("万元", "亿元", "元") if least <= share * float(UNITS[other] / UNITS[unit]) <= most]
        if real:
            finding.suspects[code] = (unit, real[0])
            finding.columns[code] = real[0]
