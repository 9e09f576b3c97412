"""Many rows at once: written by COPY, with ids drawn first so that rows can point at each other, and looked up."""

from __future__ import annotations

import csv
import gc
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from types import SimpleNamespace
from typing import Any

from django.db import connection, models
from django.db.models import BooleanField, F, Func, Value
from psycopg import Copy, sql

from .documents import as_json

LINES = 500  # rows sent at once
AHEAD = 64  # parts of so many rows that may wait to be sent
BETWEEN, AROUND = "\x1f", "\x1e"  # marks that stand in no value, so that hardly one has to be quoted


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Draw ids from a table's sequence, in ascending order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select array_agg(nextval(name)) from generate_series(1, %s), "
            "(select pg_get_serial_sequence(%s, 'id')::regclass as name offset 0) as sequence",
            [count, model._meta.db_table],
        )
        return cursor.fetchone()[0] or []


class AnyOf(Func):
    """Whether a column holds one of many values, which go to the database as one array and not one by one."""

    template, arg_joiner = "%(expressions)s)", " = any("
    output_field = BooleanField()

    def __init__(self, column: str, values: Iterable[Any]) -> None:
        super().__init__(F(column), Value(list(values)))


def copy_in(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Iterable[Sequence[Any]],
    alike: Mapping[str, Any] | None = None,
) -> None:
    """Write rows straight into a model's table, inside the caller's transaction.

    ``fields`` are names of the model's fields, ``id`` included where it was reserved; defaults of Django's
    are not filled in. ``alike`` are further fields that hold the same value in every row. NUL, which PostgreSQL
    refuses, is taken out of text.
    """
    alike = alike or {}
    tail = [value if value is None or isinstance(value, dict | list) else str(value) for value in alike.values()]
    _copy(model._meta.db_table, _fields(model, [*fields, *alike]), ([*row, *tail] for row in rows) if tail else rows)


def _fields(model: type[models.Model], names: Sequence[str]) -> list[models.Field[Any, Any]]:
    by_name = {field.name: field for field in model._meta.concrete_fields}
    return [by_name[name] for name in names]


def _listed(fields: Iterable[models.Field[Any, Any]]) -> sql.Composed:
    return sql.SQL(", ").join([sql.Identifier(str(field.column)) for field in fields])


def _copy(table: str, fields: Sequence[models.Field[Any, Any]], rows: Iterable[Sequence[Any]]) -> None:
    """Send rows as CSV, which Python writes at the speed of C.

    CSV has one empty value: it is NULL in a column that may be NULL, and empty text in one that may not.
    """
    filled = [field for field in fields if not field.null]
    copy = sql.SQL("copy {} ({}) from stdin (format csv, delimiter {}, quote {}, force_not_null ({}))").format(
        sql.Identifier(table), _listed(fields), BETWEEN, AROUND, _listed(filled)
    )
    with connection.cursor() as cursor, cursor.copy(copy) as stream:
        _send(stream, _in_csv(_with_documents(fields, rows)))


def _send(stream: Copy, parts: Iterator[str]) -> None:
    """Write parts by a thread, so that the database takes some rows in while the next are made; one part needs none."""
    sent: deque[Future[None]] = deque()
    last = next(parts, "")
    with ThreadPoolExecutor(1) as sender:
        for part in parts:
            sent.append(sender.submit(stream.write, last))
            last = part
            if len(sent) > AHEAD:
                sent.popleft().result()
        for one in sent:
            one.result()
    stream.write(last)


def _in_csv(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The rows, some hundred at a time."""
    lines: list[str] = []
    # The end of a line decides what is quoted: with both its characters, neither comes bare in a value.
    writer = csv.writer(SimpleNamespace(write=lines.append), delimiter=BETWEEN, quotechar=AROUND, lineterminator="\r\n")
    left = iter(rows)
    while some := list(islice(left, LINES)):
        writer.writerows(some)
        yield "".join(lines).replace("\x00", "")
        lines.clear()


def _with_documents(fields: Sequence[models.Field[Any, Any]], rows: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
    """The rows with their JSON as text."""
    documents = [at for at, field in enumerate(fields) if isinstance(field, models.JSONField)]
    return (_written(row, documents) for row in rows) if documents else rows


def _written(row: Sequence[Any], documents: Sequence[int]) -> list[Any]:
    written = list(row)
    for at in documents:
        if written[at] is not None and not isinstance(written[at], str):
            written[at] = as_json(written[at])
    return written


@contextmanager
def many_objects() -> Iterator[None]:
    """Put off looking for garbage while very many small objects are made, all of which are needed to the end."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def copy_over(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Change fields of many rows at once: each row given is an id and the new values; returns how many changed."""
    rows = list(rows)
    if not rows:
        return 0
    given = _fields(model, ["id", *fields])
    columns = [sql.Identifier(str(field.column)) for field in _fields(model, fields)]
    names = {
        "table": sql.Identifier(model._meta.db_table),
        "columns": _listed(given),
        "pairs": sql.SQL(", ").join([sql.SQL("{0} = aside.{0}").format(column) for column in columns]),
    }
    aside = sql.SQL("create temporary table aside on commit drop as select {columns} from {table} with no data")
    over = sql.SQL("update {table} set {pairs} from aside where {table}.id = aside.id")
    with connection.cursor() as cursor:
        cursor.execute(aside.format(**names))
        _copy("aside", given, rows)
        cursor.execute(over.format(**names))
        count: int = cursor.rowcount
        cursor.execute("drop table aside")
    return count
