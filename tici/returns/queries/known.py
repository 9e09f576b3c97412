"""What is known of units before their reports are checked: the month before, the same month a year ago, their past."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from tici.core.copying import AnyOf
from tici.engines.checks import Column
from tici.engines.periods import Month
from tici.engines.templates import NOTHING, SCALE
from tici.enterprises.queries import earned_so_far, figures_listed
from tici.returns import rules
from tici.returns.models import Basis, FormVersion, UnitFinding, UnitKind
from tici.returns.rules import FormChecks, Known
from tici.returns.rules.form_checks import Floats

from .columns import Versions, columns_read, versions_of, whole_columns

FactsKey = tuple[tuple[str, str], ...]


def known_of(form: FormVersion, month: Month, units: Sequence[int], checks: FormChecks) -> Known:
    """What the checks of a form look at beside the rows themselves, in the order of the units.

    Only the columns that some check reads are fetched: three queries, however many units there are, and those of the
    lists of other offices.
    """
    key, pairs = rules.unit_key(form), rules.paired(form.columns)
    codes = [column.code for column in form.columns]
    reads_last = [code for code in codes if f"last.{code}" in checks.names or code in checks.watched_columns]
    reads_filed = {then: now for then, now in pairs.items() if f"filed.{then}" in checks.names}
    versions = versions_of(form.code)
    last = whole_columns(form.code, month - 1, key, units, reads_last, versions)
    if not len(last[0]) and rules.is_exempt(form, month - 1):  # 期末数 of December, where January is not reported
        last = whole_columns(form.code, month - 2, key, units, reads_last, versions)
    filed = whole_columns(form.code, month - 12, key, units, list(reads_filed.values()), versions)
    filed = _with_kept_months(form, month, units, *filed)
    before, begins = _before(form, month, units, checks, versions)
    return Known(
        last=_columns(units, *last),
        filed=dict(zip(reads_filed, _columns(units, *filed).values(), strict=True)),
        before=before,
        begins=begins,
        lists=_listed(form, month, units, checks),
    )


def kept_months(form: FormVersion, month: Month, units: Collection[int]) -> dict[int, dict[str, Decimal]]:
    """What firms earned up to the same month a year ago while still below the line, by the column of this year."""
    if form.unit_kind != UnitKind.ENTERPRISE or not units:
        return {}
    found = earned_so_far(units, month - 12)
    return {unit: {f"{one}.{Basis.YTD}": figure for one, figure in told.items()} for unit, told in found.items()}


def _with_kept_months(
    form: FormVersion, month: Month, units: Sequence[int], there: NDArray[np.int64], filed: dict[str, NDArray[np.int64]]
) -> tuple[NDArray[np.int64], dict[str, NDArray[np.int64]]]:
    """What was filed a year ago, and beside it what firms gave that did not report then."""
    told = kept_months(form, month, np.setdiff1d(units, there).tolist()) if filed else {}
    if not told:
        return there, filed
    more = {code: [int(one[code] * SCALE) if code in one else NOTHING for one in told.values()] for code in filed}
    return np.concatenate([there, list(told)]), {
        code: np.concatenate([whole, np.array(more[code], np.int64)]) for code, whole in filed.items()
    }


def _listed(form: FormVersion, month: Month, units: Sequence[int], checks: FormChecks) -> dict[str, Column]:
    """The figures of lists that some check reads; only firms stand in lists."""
    kinds = checks.listed
    if not kinds or form.unit_kind != UnitKind.ENTERPRISE:
        return {}
    found = figures_listed(month, units)
    return {
        kind: rules.column_of([one.figure if (one := found[kind].get(unit)) else None for unit in units])
        for kind in kinds
        if found[kind]
    }


def _columns(
    units: Sequence[int], there: NDArray[np.int64], figures: Mapping[str, NDArray[np.int64]]
) -> dict[str, Column]:
    """Columns of the units that filed, put in the order of all units."""
    order = np.argsort(units)
    rows = order[np.searchsorted(np.asarray(units)[order], there)] if len(there) else there
    columns = {}
    for code, filed in figures.items():
        whole = np.full(len(units), NOTHING)
        whole[rows] = filed
        columns[code] = rules.whole_column(whole)
    return columns


def _before(
    form: FormVersion, month: Month, units: Sequence[int], checks: FormChecks, versions: Versions
) -> tuple[dict[str, tuple[Floats, Floats]], list[bool]]:
    """The cumulative figures of the watched indicators in the months before, each of shape (units, months)."""
    if checks.usual is None or not checks.watched or not units:
        return {}, []
    months = [one for one in (month - checks.usual.months).until(month - 1) if not rules.is_exempt(form, one)]
    key, span = rules.unit_key(form), (months[0], months[-1])
    read = columns_read(form.code, span, key, units, checks.watched_columns, versions)
    order = np.argsort(units)
    rows = order[np.searchsorted(np.asarray(units)[order], read.units)]
    numbers = np.array([one.year * 12 + one.number - 1 for one in months])
    at = np.searchsorted(numbers, read.months)
    fits = numbers[np.minimum(at, len(numbers) - 1)] == read.months
    tables: dict[str, Floats] = {}
    for code, figures in read.figures.items():
        table = np.full((len(units), len(months)), np.nan)
        table[rows[fits], at[fits]] = figures[fits]
        tables[code] = table
    pairs = {one: (tables[f"{one}.{Basis.YTD}"], tables[f"{one}.{Basis.YTD_LAST_YEAR}"]) for one in checks.watched}
    return pairs, [rules.is_first_period(form, one) for one in months]


def answers_given(report_ids: Collection[int]) -> dict[tuple[int, str, FactsKey], str]:
    """What was said of findings of these reports, by report, check and the figures it was about; the newest counts."""
    answered = UnitFinding.objects.filter(AnyOf("vintage__report_id", report_ids)).exclude(answer="").order_by("pk")
    told = answered.values_list("vintage__report_id", "check_code", "facts", "answer")
    return {(report, code, facts_key(facts)): answer for report, code, facts, answer in told}


def facts_key(facts: Mapping[str, str]) -> FactsKey:
    """The figures of a finding as a key."""
    return tuple(sorted(facts.items()))
