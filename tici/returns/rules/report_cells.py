"""Reading what is typed into a cell of a form: a figure in the indicator's own unit, or the sentence why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from tici.engines.sheets.amounts import UNITS, read_amount, read_percent
from tici.engines.sheets.text import tidy
from tici.returns.models import FormColumn

from .forms import paired
from .reports import LARGEST, Figures

PLACES = Decimal("0.0001")
MONEY, ENERGY = "万元", "万千瓦时"
COUNTED = frozenset({"人", "户", "个", "位", "家"})
ENERGY_WORDS = {"亿千瓦时": Decimal(10_000), "万千瓦时": Decimal(1), "千瓦时": PLACES, "万度": Decimal(1), "度": PLACES}


@dataclass(frozen=True)
class TypedFigure:
    """What a typed cell holds: a figure, nothing, or the sentence that says why it cannot be read."""

    figure: Decimal | None = None
    problem: str = ""


@lru_cache(maxsize=65536)
def read_figure(written: str, unit: str) -> TypedFigure:
    """Read one typed cell of a form; the figure comes out in the indicator's unit."""
    text = tidy(written)
    if unit == "%" and text and (share := read_percent(text)):
        return _fitting(share[0])
    factor = Decimal(1)
    if unit == ENERGY:
        for word, times in ENERGY_WORDS.items():
            if text.endswith(word):
                text, factor = text.removesuffix(word), times
                break
    elif unit in COUNTED:
        text = text.removesuffix(unit)
    amount = read_amount(text)
    if not amount.understood:
        words = {"text": text[:40], "unit": unit}
        return TypedFigure(problem=_("“%(text)s”读不出数字。请填数字，单位%(unit)s；没有的留空。") % words)
    if amount.figure is None:
        return TypedFigure()
    if amount.unit and unit != MONEY:
        words = {"text": text[:40], "unit": unit}
        return TypedFigure(problem=_("“%(text)s”带的单位不对。这一栏的单位是%(unit)s，请按它填。") % words)
    if amount.unit:
        factor = UNITS.get(amount.unit, Decimal(1))
    return _fitting(amount.figure * factor)


def _fitting(figure: Decimal) -> TypedFigure:
    if abs(figure) >= LARGEST:
        return TypedFigure(problem=_("数字大得不合理（1万亿元以上）。请核对单位。"))
    return TypedFigure(figure=figure.quantize(PLACES))


def typed_figures(
    units: Sequence[tuple[str, str]],
    cells: Mapping[str, str],
    *,
    filed: Figures | None,
    carried: Mapping[str, Decimal],
) -> tuple[Figures, dict[str, str]]:
    """One typed line as figures: what is typed over what was filed, with what is carried over from last year.

    ``units`` are the code and the unit of each column. Returns the figures, and the sentence beside each cell that
    cannot be read.
    """
    figures: list[Decimal | None] = list(filed) if filed is not None else [None] * len(units)
    problems = {}
    for at, (code, unit) in enumerate(units):
        if code in carried:
            figures[at] = carried[code]
        elif code in cells:
            read = read_figure(cells[code], unit)
            figures[at] = read.figure
            if read.problem:
                problems[code] = read.problem
    return tuple(figures), problems


def carried_pairs(columns: tuple[FormColumn, ...]) -> dict[str, str]:
    """The locked columns of last year, each with the column that the unit filed then."""
    locked = {column.code for column in columns if column.is_locked}
    return {then: now for then, now in paired(columns).items() if then in locked}


def carried_over(pairs: Mapping[str, str], filed: Figures | None) -> dict[str, Decimal]:
    """The figures that a unit filed last year, by the column they now stand in, given in the order of the pairs."""
    if filed is None:
        return {}
    return {then: figure for then, figure in zip(pairs, filed, strict=True) if figure is not None}
