"""What is known of units before their reports are checked: the month before, the same month a year ago, their past.

Read in three queries for many units at once. A version of a form may have other columns than the one before it, so
every figure is found by its column's code in the version it was filed on.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

import numpy as np
import polars as pl
from django.db import connection
from psycopg import sql

from tici.core.copying import AnyOf
from tici.engines.periods import Month
from tici.returns import rules
from tici.returns.models import Basis, FormVersion, UnitFinding, UnitReport
from tici.returns.rules import Figures, FormChecks, Known
from tici.returns.rules.form_checks import Floats

FactsKey = tuple[tuple[str, str], ...]
Lists = Mapping[str, Mapping[int, Decimal]]  # "vat" -> figure by unit


def known_of(
    form: FormVersion, month: Month, units: Sequence[int], checks: FormChecks, lists: Lists | None = None
) -> Known:
    """What the checks of a form look at beside the rows themselves, in the order of the units."""
    key = rules.unit_key(form)
    asked = sorted(set(units))
    reads = {name.partition(".")[0] for name in checks.names}
    last = figures_at(form, month - 1, key, asked) if reads & {"last", "month_growth"} else {}
    if not last and rules.is_exempt(form, month - 1) and "last" in reads:
        last = figures_at(form, month - 2, key, asked)  # 期末数 of December, where January is not reported
    filed = figures_at(form, month - 12, key, asked) if "filed" in reads else {}
    before, begins = _before(form, month, key, units, checks)
    given = {name: [of_unit.get(unit) for unit in units] for name, of_unit in (lists or {}).items()}
    return Known([last.get(unit) for unit in units], [filed.get(unit) for unit in units], before, begins, given)


def figures_at(form: FormVersion, month: Month, key: str, units: Collection[int]) -> dict[int, Figures]:
    """The current figures of units for a month, by the columns of this version of the form."""
    words = sql.SQL(
        "select {key}, form_id, figures from returns_unitreport "
        "where code = %(code)s and month_on = %(month)s and figures is not null and {key} = any(%(units)s)"
    ).format(key=sql.Identifier(key))
    with connection.cursor() as cursor:
        cursor.execute(words, {"code": form.code, "month": month.first, "units": list(units)})
        rows = cursor.fetchall()
    moved = {other: _moved(form, other) for other in {form_id for _unit, form_id, _figures in rows} - {form.pk}}
    return {
        unit: tuple(figures)
        if form_id == form.pk
        else tuple(None if at is None else figures[at] for at in moved[form_id])
        for unit, form_id, figures in rows
    }


def _moved(form: FormVersion, other: int) -> list[int | None]:
    """Where each column of a form stands in another version of it."""
    positions = FormVersion.objects.get(pk=other).positions
    return [positions.get(column.code) for column in form.columns]


def _before(
    form: FormVersion, month: Month, key: str, units: Sequence[int], checks: FormChecks
) -> tuple[dict[str, tuple[Floats, Floats]], list[bool]]:
    """The cumulative figures of the watched indicators in the months before, each of shape (units, months)."""
    if checks.usual is None or not checks.watched or not units:
        return {}, []
    months = (month - checks.usual.months).until(month - 1)
    months = [one for one in months if not rules.is_exempt(form, one)]
    codes = [f"{one}.{basis}" for one in checks.watched for basis in (Basis.YTD, Basis.YTD_LAST_YEAR)]
    frame = columns_read(form.code, (months[0], months[-1]), codes, key, set(units))
    place_of = {unit: at for at, unit in enumerate(dict.fromkeys(units))}
    shape = (len(place_of), len(months))
    rows = np.array([place_of[unit] for unit in frame["unit"].to_list()], dtype=np.int64)
    numbers = {one.first: at for at, one in enumerate(months)}
    at = np.array([numbers.get(day, -1) for day in frame["month_on"].to_list()], dtype=np.int64)
    read: dict[str, Floats] = {}
    for code in codes:
        table = np.full(shape, np.nan)
        table[rows[at >= 0], at[at >= 0]] = frame[code].to_numpy()[at >= 0]
        read[code] = table[[place_of[unit] for unit in units]]
    pairs = {one: (read[f"{one}.{Basis.YTD}"], read[f"{one}.{Basis.YTD_LAST_YEAR}"]) for one in checks.watched}
    return pairs, [rules.is_first_period(form, one) for one in months]


def columns_read(
    code: str, months: tuple[Month, Month], codes: Sequence[str], key: str, units: Collection[int] | None = None
) -> pl.DataFrame:
    """Some columns of the current figures from a month to a month: unit, month_on and the columns, as numbers.

    Read by COPY, one part for each version of the form that was filed on.
    """
    first, last = (one.first for one in months)
    used = UnitReport.objects.filter(code=code, month_on__gte=first, month_on__lte=last)
    versions = FormVersion.objects.filter(pk__in=used.order_by().values("form").distinct())
    asked = {"code": code, "first": first, "last": last, "units": None if units is None else list(units)}
    parts = [_part(version, codes, key) for version in versions]
    schema: dict[str, pl.DataType | type[pl.DataType]] = {"unit": pl.Int64, "month_on": pl.Date}
    schema |= dict.fromkeys(codes, pl.Float64)
    if not parts:
        return pl.DataFrame(schema=schema)
    words = sql.SQL("copy ({}) to stdout (format csv)").format(sql.SQL(" union all ").join(parts))
    read = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(words, asked) as stream:
        for block in stream:
            read.write(block)
    if not read.tell():
        return pl.DataFrame(schema=schema)
    read.seek(0)
    return pl.read_csv(read, has_header=False, schema=schema)


def _part(version: FormVersion, codes: Sequence[str], key: str) -> sql.Composed:
    positions = version.positions
    figures = [
        sql.SQL("figures[{}]").format(sql.Literal(positions[code] + 1)) if code in positions else sql.SQL("null")
        for code in codes
    ]
    return sql.SQL(
        "select {key}, month_on, {figures} from returns_unitreport where code = %(code)s and form_id = {form} "
        "and month_on between %(first)s and %(last)s and figures is not null "
        "and (%(units)s::bigint[] is null or {key} = any(%(units)s))"
    ).format(key=sql.Identifier(key), figures=sql.SQL(", ").join(figures), form=sql.Literal(version.pk))


def answers_given(report_ids: Collection[int]) -> dict[tuple[int, str, FactsKey], str]:
    """What was said of findings of these reports, by report, check and the figures it was about; the newest counts."""
    answered = UnitFinding.objects.filter(AnyOf("vintage__report_id", report_ids)).exclude(answer="").order_by("pk")
    told = answered.values_list("vintage__report_id", "check_code", "facts", "answer")
    return {(report, code, facts_key(facts)): answer for report, code, facts, answer in told}


def facts_key(facts: Mapping[str, str]) -> FactsKey:
    """The figures of a finding as a key."""
    return tuple(sorted(facts.items()))
