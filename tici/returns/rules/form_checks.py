"""The checks of a form over whole columns: what they read beside the figures themselves, and what a finding says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from tici.engines import rulebook
from tici.engines.checks import Check, Column, Floats, checks_of
from tici.engines.outliers import usual_range
from tici.engines.templates import NOTHING, SCALE
from tici.returns.models import Basis, FormVersion, Indicator

from .findings import written
from .forms import CUMULATIVE
from .reports import Figures

ZERO, PLACE = Decimal(0), Decimal("0.0001")
GROWTH_BLUR = 1e-12  # of a quotient of doubles less 1, where it is small
_READ: dict[tuple[str, date | None, int], FormChecks] = {}


@dataclass(frozen=True)
class Usual:
    """How far back a unit's own months are looked at, and how far from their middle one may lie."""

    months: int
    least: int
    times: float
    floor: float


@dataclass(frozen=True)
class FormChecks:
    """The checks of a form in force on a day."""

    since: date | None
    checks: tuple[Check, ...]
    usual: Usual | None
    names: frozenset[str]  # every column that some check reads
    by_code: Mapping[str, Check]

    @property
    def listed(self) -> Mapping[str, str]:
        """Kinds of lists of other offices that are looked at ("vat"), and the column each is held against."""
        return {
            name.removeprefix("list."): check.field
            for check in self.checks
            for name in check.names
            if name.startswith("list.")
        }

    @property
    def watched(self) -> tuple[str, ...]:
        """The indicators whose months are held against the unit's own."""
        return tuple(sorted(name.removeprefix("month_growth.") for name in self.names if "month_growth." in name))

    @property
    def watched_columns(self) -> tuple[str, ...]:
        """The columns in which their months stand: this year's and last year's cumulative figures."""
        return tuple(f"{one}.{basis}" for one in self.watched for basis in (Basis.YTD, Basis.YTD_LAST_YEAR))


@dataclass(frozen=True)
class Known:
    """What is known of units beside the rows being checked, each aligned to the rows.

    ``months_now`` and ``months_then`` hold, for each watched indicator, the cumulative figures of the months before
    and of the same months a year earlier: shape (units, months), nan where nothing was filed.
    """

    last: Mapping[str, Column]  # the month before, by column
    filed: Mapping[str, Column]  # what the unit itself filed a year ago, by the column of last year it now stands in
    before: Mapping[str, tuple[Floats, Floats]] = field(default_factory=dict)
    begins: Sequence[bool] = ()  # of the months in ``before``: whether it is the first reported of its year
    lists: Mapping[str, Column] = field(default_factory=dict)  # figures of other sources: "vat", "power"


def form_checks_on(name: str, day: date) -> FormChecks:
    """The checks of a form in force on a day; a form without checks has none."""
    if not name:
        return FormChecks(None, (), None, frozenset(), {})
    rule = rulebook.load(name, day)
    key = (str(rule.path), rule.since, rule.path.stat().st_mtime_ns)
    if key not in _READ:
        checks = checks_of(list(spelt_out(rule["check"])))
        usual = Usual(**rule["usual"]) if rule.get("usual") else None
        names = frozenset[str]().union(*(check.names for check in checks))
        _READ[key] = FormChecks(rule.since, checks, usual, names, {check.code: check for check in checks})
    return _READ[key]


def spelt_out(declared: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each check once for each indicator it is made for: ``{i}`` stands for the indicator."""
    for table in declared:
        for indicator in table.get("for", [""]):
            yield {key: _named(value, indicator) for key, value in table.items() if key != "for"}


def _named(value: Any, indicator: str) -> Any:
    if isinstance(value, str):
        return value.replace("{i}", indicator)
    return [_named(one, indicator) for one in value] if isinstance(value, list) else value


def report_columns(
    form: FormVersion, figures: Sequence[Figures], known: Known, checks: FormChecks, *, is_first: bool
) -> dict[str, Column]:
    """The columns that the checks read, one value a row; a list that was not given is empty all through.

    In the first period of a year the month before counts as 0 for what is cumulative: the year begins anew.
    """
    count, names = len(figures), checks.names
    codes = [column.code for column in form.columns]
    columns = dict(zip(codes, map(column_of, _turned(figures, len(codes))), strict=True))
    nothing = Column(np.full(count, np.nan), lambda _row: None)
    last = {code: known.last.get(code, nothing) for code in codes}
    if is_first:
        zeros = Column(np.zeros(count), lambda _row: ZERO)
        last |= {column.code: zeros for column in form.columns if column.basis in CUMULATIVE}
    columns |= {f"last.{code}": column for code, column in last.items()}
    columns |= {f"filed.{code}": column for code, column in known.filed.items()}
    for name in names:
        kind, _dot, indicator = name.partition(".")
        if kind == "growth":
            columns[name] = _growths(columns[f"{indicator}.{Basis.YTD}"], columns[f"{indicator}.{Basis.YTD_LAST_YEAR}"])
        elif kind == "list":
            columns[name] = known.lists.get(indicator, nothing)
    for indicator in checks.watched:
        now, then = f"{indicator}.{Basis.YTD}", f"{indicator}.{Basis.YTD_LAST_YEAR}"
        monthly = _month_growth(*(one.numbers for one in (columns[now], last[now], columns[then], last[then])))
        low, high = _usual(known, indicator, checks.usual, count)
        for word, values in (("month_growth", monthly), ("usual_low", low), ("usual_high", high)):
            columns[f"{word}.{indicator}"] = _rounded(values)
    return columns


def _turned(rows: Sequence[Figures], width: int) -> Sequence[Sequence[Decimal | None]]:
    return list(zip(*rows, strict=True)) if rows else [()] * width


def column_of(figures: Sequence[Decimal | None]) -> Column:
    """Figures as a column of the checks."""
    numbers = [np.nan if value is None else float(value) for value in figures]
    return Column(np.array(numbers, dtype=np.float64), figures.__getitem__)


def whole_column(whole: NDArray[np.int64]) -> Column:
    """Whole ten-thousandths as a column of the checks."""
    is_there = whole != NOTHING
    numbers = np.where(is_there, whole, 0) / SCALE
    numbers[~is_there] = np.nan
    return Column(numbers, lambda row: Decimal(int(whole[row])) * PLACE if is_there[row] else None)


def _growths(now: Column, then: Column) -> Column:
    """Growth of the cumulative figures, where both are above 0."""

    def exact(row: int) -> Decimal | None:
        a, b = now.exact(row), then.exact(row)
        return None if a is None or b is None or a <= 0 or b <= 0 else a / b - 1

    fits = (now.numbers > 0) & (then.numbers > 0)
    growth = np.divide(now.numbers, then.numbers, out=np.full(len(fits), np.nan), where=fits) - 1
    return Column(growth, exact, blur=GROWTH_BLUR)


def _month_growth(now: Floats, now_before: Floats, then: Floats, then_before: Floats) -> Floats:
    """Growth of the month on the same month a year ago, where both are above 0; nan elsewhere."""
    month, base = now - now_before, then - then_before
    fits = (month > 0) & (base > 0)
    return np.divide(month, base, out=np.full_like(month, np.nan), where=fits) - 1


def _usual(known: Known, indicator: str, usual: Usual | None, count: int) -> tuple[Floats, Floats]:
    if usual is None or indicator not in known.before:
        return np.full(count, np.nan), np.full(count, np.nan)
    now, then = known.before[indicator]
    growth = np.full(now.shape, np.nan)
    for at, begins in enumerate(known.begins):
        if begins:
            growth[:, at] = _month_growth(now[:, at], np.zeros(count), then[:, at], np.zeros(count))
        elif at:
            growth[:, at] = _month_growth(now[:, at], now[:, at - 1], then[:, at], then[:, at - 1])
    return usual_range(growth, least=usual.least, times=usual.times, floor=usual.floor)


def _rounded(values: Floats) -> Column:
    """Rates, each to be told with four places."""

    def exact(row: int) -> Decimal | None:
        return None if np.isnan(values[row]) else Decimal(f"{values[row]:.4f}")

    return Column(values, exact, blur=float(PLACE))


def report_sentence(
    form: FormVersion,
    code: str,
    facts: Mapping[str, Any],
    since: date | None,
    indicators: Mapping[str, Indicator],
    checks: FormChecks | None = None,
) -> str:
    """What a finding says to the reporter: what is wrong, then the way out, by the rule as it then stood.

    ``checks`` is that rule, where it was read already.
    """
    checks = checks or form_checks_on(form.checks, since or date.max)
    check = checks.by_code.get(code)
    if check is None:
        return _("审核关系“%(code)s”已从规则中删去，原提示不再显示。") % {"code": code}
    indicator = indicators[check.field.partition(".")[0]]
    shown = {name: written(value, "count" if name == "multiple" else check.shown) for name, value in facts.items()}
    shown |= {"label": indicator.name, "unit": indicator.unit_name}
    return _(check.sentence) % shown  # the msgids are the sentences of the rulebook
