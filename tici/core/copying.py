"""Many rows at once: written by COPY, with ids drawn first so that rows can point at each other, and looked up."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models
from django.db.models import BooleanField, F, Func, Value
from psycopg import Copy, sql

LINES = 500
_NULL = "\\N"
_JSON = (dict, list)  # as a tuple: a union would be made anew for every one of a million values
_CONTROLS = (("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"), ("\x00", ""))


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
    are not filled in. ``alike`` are further fields that hold the same value in every row. Dicts go in as JSON. NUL,
    which PostgreSQL refuses, is taken out of text.
    """
    alike = alike or {}
    columns = _columns(model, [*fields, *alike])
    copy = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(model._meta.db_table), _listed(columns))
    with connection.cursor() as cursor, cursor.copy(copy) as stream:
        _send(stream, rows, "".join(["\t" + _field(value) for value in alike.values()]))


def _columns(model: type[models.Model], fields: Sequence[str]) -> list[str]:
    """The database's names of a model's fields."""
    by_name = {field.name: field.column for field in model._meta.concrete_fields}
    return [str(by_name[name]) for name in fields]


def _listed(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join([sql.Identifier(column) for column in columns])


def _send(stream: Copy, rows: Iterable[Sequence[Any]], tail: str = "") -> None:
    """Write rows in COPY's text form, some hundred at a time: one pass over the values, and few calls."""
    lines: list[str] = []
    for row in rows:
        lines.append("\t".join([_NULL if value is None else _written(value) for value in row]) + tail)
        if len(lines) == LINES:
            stream.write("\n".join(lines) + "\n")
            lines.clear()
    if lines:
        stream.write("\n".join(lines) + "\n")


def _field(value: Any) -> str:
    return _NULL if value is None else _written(value)


def _written(value: Any) -> str:
    if isinstance(value, str):
        return _escaped(str(value)) if value else ""
    if isinstance(value, _JSON):
        return _escaped(json.dumps(value, ensure_ascii=False).replace("\\u0000", ""))
    return str(value)


def _escaped(text: str) -> str:
    """Text as COPY wants it; looking for a single character is so much faster than translating every one."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    for character, written in _CONTROLS:
        if character in text:
            text = text.replace(character, written)
    return text


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
    table = sql.Identifier(model._meta.db_table)
    columns = _columns(model, fields)
    aside = sql.Identifier(f"changed_{model._meta.db_table}")
    listed = _listed(["id", *columns])
    rows = list(rows)
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("create temporary table {} on commit drop as select {} from {} with no data").format(
                aside, listed, table
            )
        )
        with cursor.copy(sql.SQL("copy {} ({}) from stdin").format(aside, listed)) as stream:
            _send(stream, rows)
        pairs = sql.SQL(", ").join(
            [sql.SQL("{0} = {1}.{0}").format(sql.Identifier(column), aside) for column in columns]
        )
        cursor.execute(sql.SQL("update {0} set {1} from {2} where {0}.id = {2}.id").format(table, pairs, aside))
        changed: int = cursor.rowcount
        cursor.execute(sql.SQL("drop table {}").format(aside))
    return changed
