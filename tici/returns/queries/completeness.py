"""How complete and timely a form's month is, county by county, and the words to press those who are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Q
from django.utils.translation import gettext as _

from tici.core.dates import day_words, month_words
from tici.core.measures import Scope
from tici.places.models import Place
from tici.returns.models import CellQuery, FilingState, UnitReport

CLOSED = (FilingState.ACCEPTED, FilingState.LOCKED)


@dataclass(frozen=True, slots=True)
class Counts:
    """The units of a place in a form's month, counted."""

    expected: int = 0
    filed: int = 0  # at least once
    late: int = 0  # filed after the due day, or not filed although it is over
    sent_back: int = 0
    accepted: int = 0  # locked ones included
    locked: int = 0
    stops: int = 0  # units with something to be corrected
    asks: int = 0  # units with something to be explained
    queries: int = 0  # questions about cells that are open

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Counts)))

    @property
    def missing(self) -> int:
        """Units whose report is still to come."""
        return self.expected - self.filed

    @property
    def completeness_rate(self) -> Decimal | None:
        """完整率: units that filed to units expected."""
        return Decimal(self.filed) / self.expected if self.expected else None

    @property
    def timeliness_rate(self) -> Decimal | None:
        """及时率: units that filed by the due day, or still may, to units expected."""
        return Decimal(self.expected - self.late) / self.expected if self.expected else None


@dataclass(frozen=True)
class CompletenessRow:
    """One county (or the whole place) in the table."""

    place: Place
    counts: Counts

    @property
    def is_missing(self) -> bool:
        return self.counts.missing > 0 or self.counts.sent_back > 0


@dataclass(frozen=True)
class Completeness:
    """A form's month as it stands on a day: the counties in their order, and all of them added up."""

    code: str
    name: str
    month: Any
    on: date
    due_on: date | None
    total: Counts
    rows: tuple[CompletenessRow, ...]

    @property
    def missing(self) -> tuple[CompletenessRow, ...]:
        return tuple(row for row in self.rows if row.is_missing)


def completeness(scope: Scope, code: str, on: date) -> Completeness:
    """How complete and timely a form's month is, by county: two queries over all units."""
    counted = _by_place(scope, code, on)
    rows = []
    for place in scope.counties:
        here = [counts for path, counts in counted if path.startswith(place.path)]
        if here:
            rows.append(CompletenessRow(place, sum(here, Counts())))
    own = [counts for path, counts in counted if not any(path.startswith(place.path) for place in scope.counties)]
    if own:  # units of the city itself: clusters that no county holds
        rows.append(CompletenessRow(scope.place, sum(own, Counts())))
    reports = UnitReport.objects.of(code, scope.month)
    facts = reports.aggregate(due_on=Max("due_on"), name=Max("form__name"))
    total = sum((counts for _path, counts in counted), Counts())
    return Completeness(code, facts["name"] or code, scope.month, on, facts["due_on"], total, tuple(rows))


def _by_place(scope: Scope, code: str, on: date) -> list[tuple[str, Counts]]:
    reports = UnitReport.objects.visible_to(scope.person).of(code, scope.month)
    reports = reports.filter(place__path__startswith=scope.place.path)
    is_late = Q(first_filed_at__date__gt=F("due_on")) | Q(first_filed_at__isnull=True, due_on__lt=on)
    counted = (
        reports.order_by()
        .values("place__path")
        .annotate(
            expected=Count("pk"),
            filed=Count("pk", filter=Q(first_filed_at__isnull=False)),
            late=Count("pk", filter=is_late),
            sent_back=Count("pk", filter=Q(state=FilingState.SENT_BACK)),
            accepted=Count("pk", filter=Q(state__in=CLOSED)),
            locked=Count("pk", filter=Q(state=FilingState.LOCKED)),
            stops_of=Count("pk", filter=Q(stops__gt=0)),
            asks_of=Count("pk", filter=Q(asks__gt=0)),
        )
    )
    asked = CellQuery.objects.filter(closed_at__isnull=True, report__in=reports).order_by()
    open_queries = dict(asked.values_list("report__place__path").annotate(count=Count("pk")))
    return [(path := row["place__path"], _counts(row, open_queries.get(path, 0))) for row in counted]


def _counts(row: Any, queries: int) -> Counts:
    return Counts(
        expected=row["expected"], filed=row["filed"], late=row["late"], sent_back=row["sent_back"],
        accepted=row["accepted"], locked=row["locked"], stops=row["stops_of"], asks=row["asks_of"], queries=queries,
    )  # fmt: skip


def form_reminder(board: Completeness) -> str:
    """A text to send into the work group about the counties whose units are missing."""
    words = {"form": _(board.name), "month": month_words(board.month), "count": board.total.missing}
    if not board.missing:
        return _("【%(form)s】%(month)s已全部报送，感谢各县（市、区）支持。") % words
    words |= {"due": day_words(board.due_on), "today": day_words(board.on), "names": _names(board.missing)}
    if board.due_on is not None and board.on > board.due_on:
        text = _(
            "【%(form)s催报】%(month)s报送期限为%(due)s，截至%(today)s还有%(count)s个单位未报：%(names)s。"
            "请今日内报送，有困难的请说明原因。"
        )
    else:
        text = _("【%(form)s提醒】%(month)s请于%(due)s前报送，截至%(today)s还有%(count)s个单位未报：%(names)s。")
    return text % words


def _names(rows: Sequence[CompletenessRow]) -> str:
    return _("、").join(
        _("%(place)s%(missing)s个") % {"place": row.place.short_name, "missing": row.counts.missing}
        if not row.counts.sent_back
        else _("%(place)s%(missing)s个（另退回待更正%(back)s个）")
        % {"place": row.place.short_name, "missing": row.counts.missing, "back": row.counts.sent_back}
        for row in rows
    )
