"""Finds the totals that no word tells: rows whose figures are the sums of those under or above them, or of all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from tici.engines.sheets.line import Line

Figures = Mapping[int, Decimal]  # column -> figure
_ENOUGH = 2  # figures that must all add up, so that it is no chance
_TIE = Decimal("0.0012")
_DUST = Decimal("0.0001")


def settle_unnamed_sums(
    lines: list[Line], may_be: Callable[[Line], bool], figures_of: Callable[[int], Figures]
) -> None:
    """Take rows for what they sum up: a section over the rows under it, a subtotal of those above, a total of all.

    Parameters
    ----------
    lines
        The table's lines; those told to be sums change their kind.
    may_be
        Whether a line of data looks as if it might be a sum.
    figures_of
        The figures of money in a row other than nought, by column.
    """
    data = [line for line in lines if line.kind == "data"]
    doubted = [at for at, line in enumerate(data) if may_be(line)]
    if not doubted:
        return
    figures = [figures_of(line.row) for line in data]
    count = len(data)

    def settle(at: int, kind: str, summed: Iterable[int], *, is_whole: bool = False) -> None:
        rows = (figures[other] for other in summed if data[other].kind == "data")
        if data[at].kind == "data" and len(figures[at]) >= _ENOUGH and _adds_up(figures[at], rows, is_whole=is_whole):
            data[at].kind = kind

    for at in reversed(doubted):  # the inner sections before those around them
        settle(at, "section", range(at + 1, count))
    for at in doubted:
        settle(at, "subtotal", range(at - 1, -1, -1))
    for at in doubted:
        settle(at, "total", (other for other in range(count) if other != at), is_whole=True)


def settle_parts(lines: list[Line], number_of: Callable[[Line], str], figures_of: Callable[[int], Figures]) -> None:
    """Take rows numbered 2.1 and 2.2 for parts of the row numbered 2 above them, whose figures they add up to."""
    whole, number = None, ""
    parts: list[Line] = []

    def settle() -> None:
        given: Figures = figures_of(whole.row) if whole and len(parts) >= _ENOUGH else {}
        if given and _adds_up(given, (figures_of(part.row) for part in parts), is_whole=True):
            for part in parts:
                part.kind = "subitem"

    for line in lines:
        if line.kind != "data":
            continue
        own = number_of(line)
        if number and own.startswith(f"{number}."):
            parts.append(line)
            continue
        settle()
        whole, number, parts = line, own, []
    settle()


def _adds_up(given: Figures, rows: Iterable[Figures], *, is_whole: bool) -> bool:
    """Whether the first rows, two or more, have these sums; or all of them."""
    sums = dict.fromkeys(given, Decimal(0))
    is_sum = False
    for count, own in enumerate(rows, 1):
        for column in sums:
            sums[column] += own.get(column, 0)
        is_sum = count >= 2 and all(_ties(figure, sums[column]) for column, figure in given.items())
        if is_sum and not is_whole:
            return True
        if any(sums[column] > figure and not _ties(figure, sums[column]) for column, figure in given.items()):
            return False
    return is_sum


def _ties(figure: Decimal, found: Decimal) -> bool:
    return abs(found - figure) <= max(abs(figure) * _TIE, _DUST)
