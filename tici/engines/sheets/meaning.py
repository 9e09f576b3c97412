"""Settles what the header leaves open by what the figures say: which start, which total, which scale."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from tici.engines.periods import Month
from tici.engines.sheets.amounts import read_amount, read_percent
from tici.engines.sheets.columns import Layout
from tici.engines.sheets.dates import read_date
from tici.engines.sheets.grid import Cell
from tici.engines.sheets.results import Question
from tici.engines.sheets.text import is_nothing, plain, written
from tici.engines.sheets.vocabulary import Vocabulary

Cells = Callable[[int], Sequence[Cell]]
_SAMPLE = 400
_NATURE = re.compile("新建|扩建|改建|迁建|技改|技术改造|搬迁|购置")


def settle(layout: Layout, cells: Cells, month: Month | None, words: Vocabulary) -> None:
    """Give every column headed only by half a name its field.

    Parameters
    ----------
    layout
        Fields by column; ``start``, ``finish`` and ``done_unsure_wan`` are replaced.
    cells
        Gives a column's cells over the project rows.
    month
        The month the sheet speaks for.
    words
        The vocabulary of its subject.
    """
    for vague, planned, actual in (
        ("start", "planned_start", "actual_start"),
        ("finish", "planned_finish", "actual_finish"),
    ):
        column = layout.column(vague)
        if column is not None:
            _settle_date(layout, column, planned, actual, cells(column), month)
    column = layout.column("done_unsure_wan")
    if column is not None:
        _settle_total(layout, column, cells)
    column = layout.column("nature")
    if column is not None and layout.column("category") is None and _are_categories(cells(column), words):
        layout.move(column, "category")


def _are_categories(held: Sequence[Cell], words: Vocabulary) -> bool:
    """Whether a column headed 项目性质 holds the year's categories (结转, 新开工), not what is built (新建, 扩建)."""
    texts = [text for cell in held[:_SAMPLE] if (text := plain(written(cell))) and not is_nothing(text)]
    if not texts or "category" not in words.fields or any(_NATURE.search(text) for text in texts):
        return False
    return sum(words.choice("category", text) is not None for text in texts) * 5 >= len(texts) * 4


def _settle_date(
    layout: Layout, column: int, planned: str, actual: str, held: Sequence[Cell], month: Month | None
) -> None:
    has_planned, has_actual = layout.column(planned) is not None, layout.column(actual) is not None
    if has_planned != has_actual:
        layout.move(column, actual if has_planned else planned)
        return
    if has_planned:
        del layout.fields[column]
        return
    year = month.year if month else None
    periods = [period for cell in held[:_SAMPLE] if (period := read_date(cell, year))]
    end = month.last if month else date.max
    future = sum(period.first > end for period in periods)
    intended = sum(isinstance(cell, str) and any(word in cell for word in "拟预计划") for cell in held)
    chosen = planned if (future + intended) * 8 > len(periods) or not periods else actual
    layout.move(column, chosen)
    if len(periods) < 3 or 0 < future + intended < len(periods):
        _ask(layout, column, chosen, (actual, planned), "start_or_plan", held)


def _settle_total(layout: Layout, column: int, cells: Cells) -> None:
    """Year to date or since the start of works: what the sheet lacks, else what its sums say."""
    ytd, total = layout.column("done_ytd_wan"), layout.column("done_total_wan")
    if (ytd is None) != (total is None):
        layout.move(column, "done_ytd_wan" if ytd is None else "done_total_wan")
        return
    if ytd is not None:
        del layout.fields[column]
        return
    own = [_figure(cell) for cell in cells(column)]
    chosen, sure = _by_sums(layout, own, cells)
    layout.move(column, chosen)
    if not sure:
        _ask(layout, column, chosen, ("done_ytd_wan", "done_total_wan"), "since_when", cells(column))


def _by_sums(layout: Layout, own: list[Decimal | None], cells: Cells) -> tuple[str, bool]:
    def figures(code: str) -> list[Decimal | None] | None:
        column = layout.column(code)
        return None if column is None else [_figure(cell) for cell in cells(column)]

    before, added = figures("prev_ytd_wan"), figures("done_month_wan")
    if before and added:
        tied = [abs(b + a - c) < 1 for a, b, c in zip(added, before, own, strict=True) if None not in (a, b, c)]  # type: ignore[operator]
        if tied and sum(tied) * 2 > len(tied):
            return "done_ytd_wan", True
    for share_code, base_code, field in (
        ("completion_pct", "plan_year_wan", "done_ytd_wan"),
        ("completion_pct", "total_investment_wan", "done_total_wan"),
        ("total_pct", "total_investment_wan", "done_total_wan"),
    ):
        column, base = layout.column(share_code), figures(base_code)
        if column is not None and base and _agrees(cells(column), own, base):
            return field, True
    plan = figures("plan_year_wan")
    if plan:
        over = [c > p * Decimal("1.5") for c, p in zip(own, plan, strict=True) if c and p and p > 0]
        if over and sum(over) * 4 > len(over):
            return "done_total_wan", len(over) >= 5
    return ("done_ytd_wan", False) if plan else ("done_total_wan", False)


def _agrees(shares: Sequence[Cell], own: list[Decimal | None], base: list[Decimal | None]) -> bool:
    checked = [
        min(abs(share - c / b), abs(share / 100 - c / b)) < Decimal("0.004")
        for cell, c, b in zip(shares, own, base, strict=True)
        if c and b and (share := _share(cell)) is not None
    ]
    return len(checked) >= 3 and sum(checked) * 2 > len(checked)


def percent_factor(
    shares: Sequence[Cell],
    shown_percent: bool,
    done: Sequence[Decimal | None] | None,
    base: Sequence[Decimal | None] | None,
) -> int:
    """Return 100 if a column's numbers are percentages, 1 if they are fractions.

    The column's own quotient decides where it can be formed; else the number format, else
    the size of the numbers.
    """
    numbers = [(i, Decimal(repr(cell))) for i, cell in enumerate(shares) if isinstance(cell, int | float)]
    numbers += [
        (i, parsed[0])
        for i, cell in enumerate(shares)
        if isinstance(cell, str) and (parsed := read_percent(cell)) and not parsed[1]
    ]
    if done and base:
        near, checked = [0, 0], 0
        for i, number in numbers[:_SAMPLE]:
            c, b = done[i], base[i]
            if c and b and number:
                checked += 1
                quotient = number * b / c
                near[0] += abs(quotient - 1) < Decimal("0.05")
                near[1] += abs(quotient - 100) < 5
        if sum(near) >= min(2, checked) > 0:
            return 1 if near[0] > near[1] else 100
    if shown_percent:
        return 1
    sizes = [abs(number) for _, number in numbers if number]
    return 1 if sizes and statistics.median(sizes) <= Decimal("1.5") and max(sizes) <= 5 else 100


def _figure(cell: Cell) -> Decimal | None:
    return read_amount(cell).figure


def _share(cell: Cell) -> Decimal | None:
    if isinstance(cell, str):
        parsed = read_percent(cell)
        return parsed[0] if parsed else None
    return Decimal(repr(cell)) if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _ask(
    layout: Layout, column: int, chosen: str, candidates: tuple[str, ...], reason: str, held: Sequence[Cell]
) -> None:
    whole = layout.headers[column].whole
    samples = tuple(written(cell) for cell in held if cell not in (None, ""))[:3]
    layout.questions.append(Question("", layout.letters[column], whole, whole, chosen, candidates, reason, samples))
