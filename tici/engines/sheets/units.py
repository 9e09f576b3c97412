"""Finds the unit of each column of money: as stated, and as the figures show it to be."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tici.engines.sheets.amounts import UNITS, full_unit
from tici.engines.sheets.subjects import Yardstick
from tici.engines.sheets.text import plain
from tici.engines.sheets.vocabulary import Vocabulary

_SMALL = 7.5  # times smaller than the least a median may be while the stated unit is still believed
_LIKELY = (0.001, 1.5)  # shares of the total that another unit must give to be believed instead
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


def stated_units(texts: Sequence[str], words: Vocabulary) -> dict[str, str]:
    """Return the units of energy and people that a title or a line above the table states."""
    found: dict[str, str] = {}
    for kind in ("energy", "people"):
        rule = words.row_words.get(f"{kind}_unit")
        match = next((match for text in texts if rule and (match := rule.search(plain(text)))), None)
        if match:
            found[kind] = match[1]
    return found


def find_units(
    stated: str | None,
    headed: Mapping[str, str | None],
    figures: Mapping[str, Sequence[Decimal]],
    pairs: Mapping[str, Sequence[tuple[Decimal, Decimal]]],
    yardstick: Yardstick | None,
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
        For each field the figures of the rows that also have the yardstick's figure, with it.
    yardstick
        The subject's: the field whose size shows the unit, of projects the total investment.

    Notes
    -----
    A unit is doubted only when the figures are off by a factor that another unit explains:
    the median total investment of a county's list of projects is neither 1.5 万元 nor 300 亿元, and a year's
    plan is neither a ten-thousandth nor ten thousand times of the total.
    """
    apart = yardstick.apart if yardstick else frozenset()
    named = [unit for code, unit in headed.items() if unit in UNITS and code not in apart]
    common = stated or (max(dict.fromkeys(named), key=named.count) if named else None)
    told_by = measured_by(yardstick, figures)
    totals = sorted(float(f) for f in figures.get(told_by, ()) if f > 0)
    total_unit = _money(headed.get(told_by)) or stated or common
    finding = UnitFinding(stated or common, total_unit or "万元")
    if totals and yardstick:
        real = _real_unit(statistics.median(totals), len(totals), total_unit, yardstick)
        if total_unit is None:
            finding.effective, finding.is_guessed = real, True
        elif real != total_unit:
            finding.suspects[told_by] = (total_unit, real)
            if _is_of_one_unit(pairs, yardstick):
                finding.effective = real
    elif total_unit is None:
        finding.is_guessed = any(figures.values())
    for code, unit in headed.items():
        own = _money(unit) or stated or common
        finding.columns[code] = finding.effective if own is None or own == total_unit else own
    if told_by in headed and yardstick:
        wrong = finding.suspects.get(told_by)
        finding.columns[told_by] = wrong[1] if wrong else total_unit or finding.effective
        _compare(finding, pairs, yardstick, UNITS[finding.columns[told_by]])
    return finding


def measured_by(yardstick: Yardstick | None, figures: Mapping[str, Sequence[Decimal] | Mapping[int, Decimal]]) -> str:
    """Return the field by whose size a table's unit is told, an empty text if it has none."""
    codes = yardstick.codes if yardstick else ()
    return next((code for code in codes if figures.get(code)), next((code for code in codes if code in figures), ""))


def _is_of_one_unit(pairs: Mapping[str, Sequence[tuple[Decimal, Decimal]]], yardstick: Yardstick) -> bool:
    """Whether the other columns stand to the total as if written in the same unit."""
    for code, least, most in yardstick.shares:
        shares = [float(figure / total) for figure, total in pairs.get(code, ()) if figure > 0 and total > 0]
        if len(shares) >= 3:
            return least <= statistics.median(shares) <= most
    return True


def _money(unit: str | None) -> str | None:
    return unit if unit in UNITS else None


def _real_unit(median: float, count: int, believed: str | None, yardstick: Yardstick) -> str:
    def fits(unit: str) -> bool:
        return yardstick.least <= median * float(UNITS[unit]) <= yardstick.most

    if believed and (count < 3 or fits(believed)):
        return believed
    if believed and yardstick.least / _SMALL <= median * float(UNITS[believed]) < yardstick.least:
        return believed  # small projects (equipment, rural grants), and not a unit taken for one 10,000 times smaller
    fitting = [unit for unit in _SCALES if fits(unit)]
    if not fitting:
        return believed or "万元"
    if believed is None and "万元" in fitting:
        return "万元"
    usual = [unit for unit in fitting if unit in ("万元", "亿元", "元")] or fitting
    return min(usual, key=lambda unit: abs(_log(median * float(UNITS[unit]) / yardstick.likely)))


def _log(ratio: float) -> float:
    return Decimal(ratio).ln().__float__()


def _compare(
    finding: UnitFinding,
    pairs: Mapping[str, Sequence[tuple[Decimal, Decimal]]],
    yardstick: Yardstick,
    total_factor: Decimal,
) -> None:
    for code, least, most in yardstick.shares:
        shares = [float(figure / total) for figure, total in pairs.get(code, ()) if figure > 0 and total > 0]
        if code not in finding.columns or len(shares) < 3:
            continue
        unit = finding.columns[code]
        share = statistics.median(shares) * float(UNITS[unit] / total_factor)
        if least <= share <= most:
            continue
        lowest, highest = max(least, _LIKELY[0]), min(most, _LIKELY[1])
        scaled = {other: share * float(UNITS[other] / UNITS[unit]) for other in ("万元", "亿元", "元")}
        real = [other for other, likely in scaled.items() if lowest <= likely <= highest]
        if real:
            finding.suspects[code] = (unit, real[0])
            finding.columns[code] = real[0]
