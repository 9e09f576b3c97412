"""Registers (台账): lists that people search, filter, sort, page through, arrange, and take away as they see them.

A register is a value: its columns and filters. Everything asked of it stands in the URL, so a list can be
sent to a colleague. Pages go by key, not by offset: page 2,000 costs what page 1 costs.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from .exports import sheet_response
from .kept import kept, newest_record
from .searching import matching

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

COUNT_KEPT_S = 60
COUNT_CAP = 10_000  # beyond this a list says "10000+" instead of counting
UNKEPT = {"after", "before", "at", "as"}  # keys of the URL that a link within the list does not carry on


class Kind(StrEnum):
    """How a column's values are written, and on which side they stand."""

    TEXT = "text"
    CODE = "code"  # long official numbers: text, never rounded
    WAN = "wan"
    RATE = "rate"
    COUNT = "count"
    DATE = "date"
    TIME = "time"  # a day and the minute of it, by the office's clock
    MONTH = "month"
    STAGE = "stage"
    LIGHT = "light"


@dataclass(frozen=True)
class Column:
    """One column: a field (a double underscore follows a relation), its label and how it is written."""

    field: str
    label: str | _StrPromise
    kind: Kind = Kind.TEXT
    choices: Sequence[tuple[Any, Any]] = ()  # stored code -> label
    link: str = ""  # field whose value is the pk in ``link_url``
    link_url: str = ""  # a URL name taking that pk
    sort: str = ""  # the field to sort by, where it is another: a stage by its height, a place by its position
    is_sortable: bool = True
    is_shown: bool = True  # at first; people choose their own

    @property
    def is_number(self) -> bool:
        return self.kind in {Kind.WAN, Kind.RATE, Kind.COUNT}

    @cached_property
    def labels(self) -> dict[str, Any]:
        """Stored code -> label."""
        return dict(self.choices)

    def shown(self, value: Any) -> Any:
        """The value as a person reads it; None stays None."""
        if self.kind == Kind.TIME and value is not None:
            return localtime(value).replace(second=0, microsecond=0, tzinfo=None)  # a workbook knows no zones
        return self.labels.get(value, value) if self.choices else value


@dataclass(frozen=True)
class Filter:
    """One way to narrow a register: a field offered as choices, or a condition of its own."""

    name: str  # the key in the URL
    label: str | _StrPromise
    choices: Callable[[HttpRequest], Sequence[tuple[str, Any]]]
    narrow: Callable[[QuerySet[Any], str], QuerySet[Any]]  # passes over a value it does not know
    default: str = ""  # what holds where the URL says nothing; its choices then offer a value for all


def by_choices(field: str, label: str | _StrPromise, choices: type[models.TextChoices]) -> Filter:
    """A filter over a field's own choices."""
    return Filter(
        field,
        label,
        lambda request: choices.choices,
        lambda rows, value: rows.filter(**{field: value}) if value in choices.values else rows,
    )


@dataclass(frozen=True)
class Register:
    """One register: its columns, its filters, its first order."""

    name: str  # "projects": the key of a person's own choice of columns
    title: str | _StrPromise
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    is_searchable: bool = True  # rows have ``search_text``
    order: str = "-pk"
    page_size: int = 50
    template: str = "core/register.html"
    empty: str | _StrPromise = ""  # what to do where there is nothing yet
    extra: Callable[[HttpRequest], dict[str, Any]] = field(default=lambda request: {})

    def page(self, request: HttpRequest, rows: QuerySet[Any], **context: Any) -> HttpResponseBase:
        """Answer with one page of rows, or with all that match as a workbook (``?as=xlsx``) or CSV (``?as=csv``)."""
        columns = self.chosen(request)
        rows = self.narrowed(request, rows)
        asked = request.GET.dict()
        if (form := asked.get("as", "")) in {"xlsx", "csv"}:
            return self._taken_away(rows, columns, form, self.sorting(asked.get("sort", "")))
        listing = Listing(self, columns, asked, rows)
        context |= {"register": self, "listing": listing, "filters": self._offered(request)} | self.extra(request)
        template = "core/_register.html" if getattr(request, "htmx", False) else self.template
        return render(request, template, context)

    def chosen(self, request: HttpRequest) -> tuple[Column, ...]:
        """The columns to show: those in the URL, else the person's own choice, else the first choice."""
        own = getattr(request.user, "preferences", {}).get(f"columns:{self.name}", [])
        wanted = [name for name in request.GET.get("columns", "").split(",") if name] or own
        by_field = {column.field: column for column in self.columns}
        chosen = tuple(by_field[name] for name in wanted if name in by_field)
        return chosen or tuple(column for column in self.columns if column.is_shown)

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that match what was asked; unknown or empty keys are passed over."""
        if self.is_searchable and (words := request.GET.get("q", "").strip()):
            rows = matching(rows, words)
        for one in self.filters:
            if value := request.GET.get(one.name, one.default):
                rows = one.narrow(rows, value)
        return rows

    def _offered(self, request: HttpRequest) -> list[dict[str, Any]]:
        return [
            {
                "name": one.name,
                "label": one.label,
                "choices": one.choices(request),
                "value": request.GET.get(one.name, one.default),
                "has_all": not one.default,
            }
            for one in self.filters
        ]

    def sorting(self, wanted: str) -> tuple[str, str]:
        """The column asked for with its direction, and the field that orders by it; the register's own if unknown."""
        by_column = {column.field: column.sort or column.field for column in self.columns if column.is_sortable}
        down = "-" if wanted.startswith("-") else ""
        if (field := by_column.get(wanted.removeprefix("-"))) is None:
            return self.order, self.order
        return wanted, down + field

    def _taken_away(
        self, rows: QuerySet[Any], columns: tuple[Column, ...], form: str, sorting: tuple[str, str]
    ) -> HttpResponseBase:
        fields = [column.field for column in columns]
        order = _Order.of(rows, sorting[1])
        values = rows.order_by(*order.terms()).values_list(*fields).iterator(chunk_size=5000)
        shown = ([column.shown(value) for column, value in zip(columns, row, strict=True)] for row in values)
        name = f"{self.title}"
        if form == "csv":
            return _csv(name, columns, shown)
        return sheet_response(name, columns, shown)


@dataclass
class Listing:
    """One page of a register for one request."""

    register: Register
    columns: tuple[Column, ...]
    asked: dict[str, str]
    matched: QuerySet[Any]

    def __post_init__(self) -> None:
        self.sort, self._sorted_by = self.register.sorting(self.asked.get("sort", ""))
        self.rows, self.next_key, self.previous_key = self._fetched()

    @cached_property
    def count(self) -> int:
        """How many rows match, counted up to one more than the cap and kept while nothing is done anywhere.

        A first page that holds all needs no query.
        """
        if not self.next_key and not self.previous_key:
            return len(self.rows)
        matched = self.matched.order_by().values("pk")[: COUNT_CAP + 1]
        asked = blake2b(repr(matched.query.sql_with_params()).encode()).hexdigest()
        return kept(f"core.count:{asked}", newest_record(), matched.count, COUNT_KEPT_S)

    @property
    def is_capped(self) -> bool:
        return self.count > COUNT_CAP

    def url(self, **changes: str | None) -> str:
        """The URL of this list with some of what was asked changed; None leaves a key out."""
        keep = {key: value for key, value in self.asked.items() if key not in UNKEPT}
        asked = {key: value for key, value in (keep | changes).items() if value}
        return "?" + urlencode(asked)

    @property
    def next_url(self) -> str:
        return self.url(after=self.next_key) if self.next_key else ""

    @property
    def previous_url(self) -> str:
        return self.url(before=self.previous_key) if self.previous_key else ""

    @property
    def xlsx_url(self) -> str:
        return self.url(**{"as": "xlsx"})

    @property
    def csv_url(self) -> str:
        return self.url(**{"as": "csv"})

    def heads(self) -> Iterator[dict[str, Any]]:
        """Each column with the link that sorts by it and how it is sorted now."""
        for column in self.columns:
            now = {column.field: "ascending", f"-{column.field}": "descending"}.get(self.sort, "none")
            turned = f"-{column.field}" if now == "ascending" else column.field
            yield {"column": column, "sorted": now, "url": self.url(sort=turned) if column.is_sortable else ""}

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was asked that leaves rows out."""
        names = {"q", *(one.name for one in self.register.filters)}
        return any(value for key, value in self.asked.items() if key in names)

    def _fetched(self) -> tuple[list[dict[str, Any]], str, str]:
        """Rows of the page, and the keys of the pages after and before it."""
        fields = {
            "pk",
            self._sorted_by.removeprefix("-"),
            *(c.field for c in self.columns),
            *(c.link for c in self.columns if c.link),
        }
        key = self._unsigned(self.asked.get("before") or self.asked.get("after") or self._key_of_row())
        back = key is not None and "before" in self.asked
        order = _Order.of(self.matched, self._sorted_by, is_backward=back)
        rows = self.matched
        if key is not None:
            rows = rows.filter(order.beyond(*key))
        size = self.register.page_size
        # The page is chosen first, by its order alone; what its columns join comes for its rows only.
        chosen = list(rows.order_by(*order.terms()).values_list("pk", flat=True)[: size + 1])
        by_pk = {row["pk"]: row for row in self.matched.filter(pk__in=chosen).order_by().values(*fields)}
        found = [by_pk[pk] for pk in chosen if pk in by_pk]
        more, found = len(found) > size, found[:size]
        if back:
            found.reverse()
        if not found:
            return [], "", ""
        after = self._signed(found[-1]) if more or back else ""
        before = self._signed(found[0]) if (key is not None and not back) or (back and more) else ""
        return found, after, before

    def _key_of_row(self) -> str:
        """Where the page begins on which a row asked for (``?at=`` its pk) stands; nothing for the first page."""
        at = self.asked.get("at", "")
        name = self._sorted_by.removeprefix("-")
        row = self.matched.filter(pk=at).values("pk", name).first() if at.isdecimal() and len(at) < 19 else None
        if row is None:
            return ""
        above = self.matched.filter(
            _Order.of(self.matched, self._sorted_by, is_backward=True).beyond(row[name], row["pk"])
        )
        if not (before := above.count() // self.register.page_size * self.register.page_size):
            return ""
        order = _Order.of(self.matched, self._sorted_by)
        return self._signed(above.order_by(*order.terms()).values("pk", name)[before - 1])

    def _signed(self, row: dict[str, Any]) -> str:
        """The key of a row in this order: where the next page goes on."""
        value = row[self._sorted_by.removeprefix("-")]
        if isinstance(value, Decimal | date | datetime):
            value = str(value)
        return signing.dumps([self._sorted_by, value, row["pk"]], salt="tici.page", compress=True)

    def _unsigned(self, key: str) -> tuple[Any, int] | None:
        """The (value, pk) a key stands for; None for one that was cut, made up, or belongs to another order."""
        try:
            order, value, pk = signing.loads(key, salt="tici.page")
        except signing.BadSignature:
            return None
        return (value, pk) if order == self._sorted_by else None


@dataclass(frozen=True)
class _Order:
    """An order of rows with no two alike: by one field, then by pk. Rows without a value come last either way.

    Read backward (for the page before) everything is turned round, so rows without a value come first.
    """

    name: str
    is_down: bool
    is_nullable: bool
    is_backward: bool = False

    @classmethod
    def of(cls, rows: QuerySet[Any], sorted_by: str, *, is_backward: bool = False) -> _Order:
        name = sorted_by.removeprefix("-")
        return cls(name, sorted_by.startswith("-"), _is_nullable(rows.model, name), is_backward)

    @property
    def _falls(self) -> bool:
        return self.is_down != self.is_backward

    def terms(self) -> list[Any]:
        pk = F("pk").desc() if self._falls else F("pk").asc()
        if self.name == "pk":
            return [pk]
        nulls = {} if not self.is_nullable else {"nulls_first": True} if self.is_backward else {"nulls_last": True}
        return [F(self.name).desc(**nulls) if self._falls else F(self.name).asc(**nulls), pk]

    def beyond(self, value: Any, pk: int) -> Q:
        """The rows that come after (value, pk) in this order."""
        side = "lt" if self._falls else "gt"
        past = Q(**{f"pk__{side}": pk})
        if self.name == "pk":
            return past
        if value is None:
            same = Q(**{f"{self.name}__isnull": True}) & past
            return same | Q(**{f"{self.name}__isnull": False}) if self.is_backward else same
        # The first condition alone lets an index begin at the key instead of reading up to it.
        later = Q(**{f"{self.name}__{side}e": value}) & (Q(**{f"{self.name}__{side}": value}) | past)
        return later | Q(**{f"{self.name}__isnull": True}) if self.is_nullable and not self.is_backward else later


def _is_nullable(model: type[models.Model], path: str) -> bool:
    """Whether a field reached by double underscores may be without a value; what is no field is taken to be."""
    here: Any = model
    for name in path.split("__"):
        if name == "pk":
            return False
        try:
            field = here._meta.get_field(name)
        except FieldDoesNotExist:
            return True
        if field.null or not field.concrete:
            return True
        here = field.related_model
    return False


def _csv(name: str, columns: tuple[Column, ...], rows: Iterator[list[Any]]) -> StreamingHttpResponse:
    writer = csv.writer(_Echo())
    head = [str(column.label) for column in columns]

    def lines() -> Iterator[str]:
        yield "\ufeff"  # so that Excel opens the Chinese as Chinese
        yield writer.writerow(head)
        for row in rows:
            yield writer.writerow([_safe(value) for value in row])
        yield writer.writerow([_("部门调度数，不作为统计上报依据")])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{urlencode({'': name})[1:]}.csv"
    return response


def _safe(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula is given a leading apostrophe."""
    return f"'{value}" if isinstance(value, str) and value and value[0] in "=+-@\t\r＝" else value


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line
