"""Columns of current figures, read for very many units at once: exactly, or as numbers over many months.

A version of a form may have other columns than the one before it, so every figure is found by its column's code in
the version it was filed on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import sql

from tici.engines.periods import Month
from tici.engines.templates import NOTHING, SCALE
from tici.returns.models import FormVersion

EPOCH = np.datetime64("2000-01-01", "D")
Row = tuple[Decimal | None, ...]
Versions = Mapping[int, Mapping[str, int]]  # of a form: its id to where each column stands


@dataclass(frozen=True)
class ColumnsRead:
    """Some columns over months, as numbers: one entry a unit and month, in no order; nan where a cell is empty.

    ``months`` counts months from January of the year 0: ``year * 12 + number - 1``.
    """

    units: NDArray[np.int64]
    months: NDArray[np.int32]
    figures: Mapping[str, NDArray[np.float64]]


def ids_written(ids: Iterable[int]) -> str:
    """Ids as PostgreSQL writes an array: far quicker to send than a list."""
    return "{" + ",".join(map(str, ids)) + "}"


def versions_of(code: str) -> Versions:
    """Every version of a form, and where each of its columns stands."""
    return {version.pk: version.positions for version in FormVersion.objects.filter(code=code)}


def exact_columns(
    code: str,
    month: Month,
    key: str,
    units: Collection[int],
    codes: Sequence[str],
    versions: Versions | None = None,
) -> dict[int, Row]:
    """The current figures of some columns of units for a month, as filed; only units that filed are in it."""
    if not codes:
        return {}
    figures = sql.SQL(", ").join(_figures(versions or versions_of(code), codes))
    words = sql.SQL(
        "select {key}, {figures} from returns_unitreport where code = %(code)s and month_on = %(month)s "
        "and figures is not null and {key} = any(%(units)s::bigint[])"
    ).format(key=sql.Identifier(key), figures=figures)
    with connection.cursor() as cursor:
        cursor.execute(words, {"code": code, "month": month.first, "units": ids_written(units)})
        return {unit: tuple(figures) for unit, *figures in cursor.fetchall()}


def whole_columns(
    code: str, month: Month, key: str, units: Collection[int], codes: Sequence[str], versions: Versions
) -> tuple[NDArray[np.int64], dict[str, NDArray[np.int64]]]:
    """The current figures of some columns of units for a month as whole ten-thousandths, and the units that filed.

    Nothing is lost: figures have four places, and every one that is filed is below 1e10. ``NOTHING`` stands where a
    cell is empty. Columns cross the wire as bytes, which takes a tenth of the time of so many decimals.
    """
    if not codes:
        return np.zeros(0, dtype=np.int64), {}
    columns = sql.SQL(", ").join([
        sql.SQL("string_agg(int8send(coalesce((({}) * {})::int8, {})), '')").format(
            one, sql.Literal(SCALE), sql.Literal(NOTHING)
        )
        for one in _figures(versions, codes)
    ])  # fmt: skip
    words = sql.SQL(
        "select string_agg(int8send({key}), ''), {columns} from returns_unitreport where code = %(code)s "
        "and month_on = %(month)s and figures is not null and {key} = any(%(units)s::bigint[])"
    ).format(key=sql.Identifier(key), columns=columns)
    with connection.cursor() as cursor:
        cursor.execute(words, {"code": code, "month": month.first, "units": ids_written(units)})
        there, *figures = (np.frombuffer(one or b"", ">i8").astype(np.int64) for one in cursor.fetchone())
    return there, dict(zip(codes, figures, strict=True))


def columns_read(
    code: str,
    months: tuple[Month, Month],
    key: str,
    units: Collection[int] | None,
    codes: Sequence[str],
    versions: Versions | None = None,
) -> ColumnsRead:
    """Some columns of a form from a month to a month, of some units or of all.

    Each column crosses the wire as one string of bytes, so a million figures take a fraction of a second.
    """
    sent = [
        sql.SQL("float8send(coalesce(({})::float8, 'NaN'))").format(one)
        for one in _figures(versions or versions_of(code), codes)
    ]
    columns = sql.SQL(", ").join([sql.SQL("string_agg({}, '')").format(one) for one in sent])
    words = sql.SQL(
        "select string_agg(int8send({key}), ''), "
        "string_agg(date_send(month_on), ''), "
        "{columns} from returns_unitreport where code = %(code)s and month_on between %(first)s and %(last)s "
        "and figures is not null and (%(units)s::bigint[] is null or {key} = any(%(units)s::bigint[]))"
    ).format(key=sql.Identifier(key), columns=columns)
    first, last = (one.first for one in months)
    given = None if units is None else ids_written(units)
    with connection.cursor() as cursor:
        cursor.execute(words, {"code": code, "first": first, "last": last, "units": given})
        of_units, of_months, *figures = (bytes(one or b"") for one in cursor.fetchone())
    read = {name: np.frombuffer(one, ">f8").astype(np.float64) for name, one in zip(codes, figures, strict=True)}
    days = np.frombuffer(of_months, ">i4") + EPOCH  # PostgreSQL counts its days from 2000
    numbers = days.astype("datetime64[M]").astype(np.int32) + 1970 * 12
    return ColumnsRead(np.frombuffer(of_units, ">i8").astype(np.int64), numbers, read)


def _figures(versions: Versions, codes: Sequence[str]) -> list[sql.Composable]:
    """The expression of each column, whichever version of the form a row was filed on."""
    return [_figure({pk: positions.get(one) for pk, positions in versions.items()}) for one in codes]


def _figure(positions: Mapping[int, int | None]) -> sql.Composable:
    places = set(positions.values())
    if len(places) == 1 and (place := next(iter(places))) is not None:
        return sql.SQL("figures[{}]").format(sql.Literal(place + 1))
    cases = [
        sql.SQL("when {} then figures[{}]").format(sql.Literal(pk), sql.Literal(place + 1))
        for pk, place in positions.items()
        if place is not None
    ]
    if not cases:
        return sql.SQL("null::numeric")
    return sql.SQL("case form_id {} end").format(sql.SQL(" ").join(cases))
