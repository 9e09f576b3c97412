"""What goes wrong in the last month: firms that sent nothing, and slips of the pen that the checks find."""

from __future__ import annotations

from collections.abc import Callable

from .firm_sums import Line
from .firms import Firm

MISSING_EVERY, MISTAKEN_EVERY = 43, 67


def is_missing(firm: Firm) -> bool:
    """Whether a firm has sent nothing though its county has filed."""
    return firm.number % MISSING_EVERY == 0


def mistaken(firm: Firm, row: Line) -> Line:
    """What a firm writes: mostly what it should, now and then with a slip."""
    if firm.number % MISTAKEN_EVERY:
        return row
    slips = list(SLIPS.values())
    return {**row, **slips[firm.number // MISTAKEN_EVERY % len(slips)](row)}


def _in_yuan(row: Line) -> Line:
    """Written in 元 where 万元 is asked for."""
    return {code: _of(row, code) * 10000 for code in ("revenue.ytd", "cost.ytd")}


def _a_digit_short(row: Line) -> Line:
    return {"output.ytd": _of(row, "output.ytd") // 10}


def _nobody(row: Line) -> Line:
    return {"people.end": None}


def _more_owed_than_owned(row: Line) -> Line:
    return {"receivable.end": _of(row, "assets.end") * 6 // 5}


def _another_last_year(row: Line) -> Line:
    return {"output.ytd_last_year": _of(row, "output.ytd_last_year") + 500}


def _of(row: Line, code: str) -> int:
    return int(row[code] or 0)


SLIPS: dict[str, Callable[[Line], Line]] = {
    "revenue_unit_slip": _in_yuan,
    "output_falls": _a_digit_short,
    "people_missing": _nobody,
    "receivable_over_assets": _more_owed_than_owned,
    "output_base_differs": _another_last_year,
}  # by the check that finds it
QUESTIONS = (  # the cell, what is asked of it, and what was answered, if anything
    ("output.ytd", "11月产值环比变动较大，请说明原因（示例）。", "10月检修停产，11月恢复（示例）。"),
    ("profit.ytd", "利润总额与营业收入变动方向相反，请说明（示例）。", ""),
    ("power.ytd", "用电量与产值变动不一致，请核对（示例）。", ""),
    ("people.end", "用工人数比上年同期减少较多，请说明（示例）。", "部分岗位外包（示例）。"),
)
