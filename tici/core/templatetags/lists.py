"""The parts of a register that come by the hundred: its cells and choices, written here as a template would dear."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from html import escape
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tici.core.registers import Column, Kind, Listing, Register

from .tici import NOTHING, light, number, percent, rung, wan

register = template.Library()


@register.simple_tag
def lines(listing: Listing, choosing: str = "") -> SafeString:
    """The rows of a page, each cell as its column's kind asks; where rows are chosen, each begins with its box."""
    columns = [(one, _head(one), _writer(one)) for one in listing.columns]
    first = listing.columns[0]
    written = []
    for row in listing.rows:
        written.append("<tr>")
        box = _box(row["pk"], first.shown(row[first.field])) if choosing else ""
        for column, head, write in columns:
            shown = write(row[column.field])
            if column.link_url and (key := row[column.link]):
                shown = f'<a class="row-link" href="{_address(column.link_url, key)}">{shown}</a>'
            written += (head, box, shown, "</span></td>")
            box = ""
        written.append("</tr>\n")
    return SafeString("".join(written))


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: str) -> SafeString:
    """The choices of a filter."""
    written = (
        f'<option value="{escape(str(value))}"{" selected" if str(value) == chosen else ""}>{escape(str(label))}'
        "</option>"
        for value, label in choices
    )
    return SafeString("".join(written))


@register.simple_tag
def column_boxes(register: Register, listing: Listing) -> SafeString:
    """A box for each column of a register, ticked where it is shown."""
    shown = {column.field for column in listing.columns}
    written = (
        f'<label><input type="checkbox" name="columns" value="{column.field}"'
        f"{' checked' if column.field in shown else ''}>{escape(str(column.label))}</label>"
        for column in register.columns
    )
    return SafeString("".join(written))


def _head(column: Column) -> str:
    return f'<td class="{"num" if column.is_number else f"of-{column.kind}"}"><span>'


def _box(pk: Any, name: Any) -> str:
    label = escape(_("选择%(row)s") % {"row": name})
    return f'<input type="checkbox" form="chosen" data-select name="pk" value="{pk}" aria-label="{label}"> '


def _writer(column: Column) -> Callable[[Any], str]:
    """How a column's values are written; what is the same in every row is done once."""
    match column.kind:
        case Kind.STAGE:
            rungs = {code: rung(height, label) for height, (code, label) in enumerate(column.choices, 1)}
            return lambda value: rungs.get(value) or (rung(0, value) if value else NOTHING)
        case Kind.LIGHT:
            return cache(light)
        case Kind.WAN:
            return wan
        case Kind.RATE:
            return percent
        case Kind.COUNT:
            return number
        case Kind.DATE:
            return lambda value: value.strftime("%Y-%m-%d") if value else NOTHING
        case Kind.TIME:
            return lambda value: column.shown(value).strftime("%Y-%m-%d %H:%M") if value else NOTHING
        case Kind.MONTH:
            return lambda value: (
                value.strftime("%Y-%m") if hasattr(value, "strftime") else escape(str(value or NOTHING))
            )
        case _:
            if not column.choices:
                return lambda value: _text(column.shown(value))
            labels = {code: escape(str(label)) for code, label in column.choices}
            return lambda value: labels.get(value) or _text(value)


def _text(value: Any) -> str:
    return NOTHING if value in (None, "") else escape(str(value))


def _address(name: str, key: Any) -> str:
    """The address of a row: for a number, the same as of any other number but for the number."""
    if not isinstance(key, int):
        return escape(reverse(name, args=[key]))
    before, after = _around_number(name)
    return f"{before}{key}{after}"


@cache
def _around_number(name: str) -> tuple[str, str]:
    before, _number, after = reverse(name, args=[0]).rpartition("0")
    return escape(before), escape(after)
