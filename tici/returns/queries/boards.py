"""The reminder board (催报) of a month: who reported on which day, how complete it is, and the words to press."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from tici.core.dates import day_words, month_words
from tici.core.measures import Scope
from tici.engines import rulebook
from tici.engines.periods import Month
from tici.engines.workdays import is_known, is_workday
from tici.returns.models import Filing, FilingState, Form, Vintage

from .months import filings_of
from .sums import Sums, county_sums

MISSING = frozenset({FilingState.AWAITED, FilingState.SENT_BACK})


@dataclass(frozen=True)
class Day:
    """One day of a county on the board, with the class of its look and its words."""

    on: date
    look: str  # done, late, heat-1 (reported before), off (day off) or nothing
    mark: str
    words: str
    is_today: bool


@dataclass(frozen=True)
class BoardRow:
    """One county on the board."""

    filing: Filing
    days: tuple[Day, ...]
    first_on: date | None
    vintages: int
    sums: Sums
    late_days: int  # how many days after the due day it reported, or has not reported until now

    @property
    def is_missing(self) -> bool:
        """Whether its return, or its correction, is still to come."""
        return self.filing.state in MISSING

    @property
    def is_late(self) -> bool:
        return self.late_days > 0

    @property
    def tone(self) -> str:
        """The look of its state: good once accepted, bad when sent back, a warning while it is awaited."""
        return {
            FilingState.ACCEPTED: "good",
            FilingState.LOCKED: "good",
            FilingState.FILED: "info",
            FilingState.SENT_BACK: "bad",
        }.get(FilingState(self.filing.state), "warn")


@dataclass(frozen=True)
class Board:
    """The reminder board of a month, as it stands on a day."""

    month: Month
    on: date
    due_on: date | None
    is_by_holidays: bool
    days: tuple[date, ...]
    rows: tuple[BoardRow, ...]

    @property
    def missing(self) -> tuple[BoardRow, ...]:
        return tuple(row for row in self.rows if row.is_missing)

    @property
    def late(self) -> tuple[BoardRow, ...]:
        return tuple(row for row in self.rows if row.is_late)

    @property
    def expected(self) -> int:
        return sum(row.sums.expected for row in self.rows)

    @property
    def reported(self) -> int:
        return sum(row.sums.reported for row in self.rows)

    @property
    def filed(self) -> int:
        """How many counties sent a return, corrected or not."""
        return sum(row.first_on is not None for row in self.rows)

    @property
    def completeness_rate(self) -> Decimal | None:
        """完整率: projects with an entry to projects expected."""
        return Decimal(self.reported) / self.expected if self.expected else None

    @property
    def timely(self) -> int:
        """How many counties reported by the due day."""
        return sum(row.first_on is not None and not row.is_late for row in self.rows)

    @property
    def timeliness_rate(self) -> Decimal | None:
        """及时率: counties that reported by the due day to all that report."""
        return Decimal(self.timely) / len(self.rows) if self.rows else None


def board(scope: Scope, on: date) -> Board:
    """The board of a month from its end until some days after the due day, as it stands on a day."""
    filings = list(filings_of(scope.month, within=scope.place))
    made: dict[int, list[date]] = {}
    for filing_id, at in Vintage.objects.filter(filing__in=filings).order_by("pk").values_list("filing", "made_at"):
        made.setdefault(filing_id, []).append(_day(at))
    due_on = max((filing.due_on for filing in filings), default=None)
    days = _days(scope.month, due_on)
    sums = county_sums(scope)
    rows = tuple(
        _row(filing, made.get(filing.pk, []), days, on, sums.get(filing.place_id, Sums())) for filing in filings
    )
    known = due_on is None or (is_known(scope.month.last) and is_known(due_on))
    return Board(scope.month, on, due_on, known, days, rows)


def _days(month: Month, due_on: date | None) -> tuple[date, ...]:
    if due_on is None:
        return ()
    after = rulebook.load("returns/calendar", month.last)[Form.PROJECT_MONTH].get("open_after_due", 7)
    first = (month + 1).first
    return tuple(first + timedelta(n) for n in range((due_on - first).days + after + 1))


def _row(filing: Filing, made: Sequence[date], days: Sequence[date], on: date, sums: Sums) -> BoardRow:
    first_on = _day(filing.first_filed_at) if filing.first_filed_at else None
    late = max(((first_on or on) - filing.due_on).days, 0)
    shown = tuple(_shown(filing, made, first_on, day, on) for day in days)
    return BoardRow(filing, shown, first_on, len(made), sums, late)


def _shown(filing: Filing, made: Sequence[date], first_on: date | None, day: date, on: date) -> Day:
    look, mark, words = "off" if not is_workday(day) else "", "", ""
    if day > on:
        words = _("未到")
    elif day == first_on:
        look, mark = "done", _("报")
        words = _("首次报送")
    elif day in made:
        look, mark = "done", _("更")
        words = _("更正")
    elif first_on is not None and day > first_on:
        look, words = "heat-1", _("已报")
    elif day > filing.due_on:
        look, mark, words = "late", _("迟"), _("逾期未报")
    else:
        words = _("未报")
    return Day(day, look, mark, words, day == on)


def reminder(board: Board, row: BoardRow | None = None) -> str:
    """A text to send into the work group: to one county, or about all that are missing."""
    facts: dict[str, object] = {"month": month_words(board.month)}
    facts |= {"due": day_words(board.due_on), "today": day_words(board.on)}
    if row is not None:
        return _to_one(board, row, facts)
    if not board.missing:
        return _("【项目月调度】%(month)s项目月度调度表已全部报送，感谢各县（市、区）支持。") % facts
    names = _("、").join(_name(one) for one in board.missing)
    facts |= {"names": names, "count": len(board.missing)}
    if board.due_on is not None and board.on > board.due_on:
        text = _(
            "【项目月调度催报】%(month)s项目月度调度表报送期限为%(due)s，截至%(today)s，"
            "以下%(count)s个县（市、区）尚未报送：%(names)s。请今日内报送，有困难的请说明原因。"
        )
    else:
        text = _(
            "【项目月调度提醒】%(month)s项目月度调度表请于%(due)s前报送，截至%(today)s，"
            "以下%(count)s个县（市、区）尚未报送：%(names)s。"
        )
    return text % facts


def _to_one(board: Board, row: BoardRow, facts: dict[str, object]) -> str:
    facts |= {"place": row.filing.place.name, "expected": row.sums.expected, "days": row.late_days}
    if row.filing.state == FilingState.SENT_BACK:
        facts["reason"] = row.filing.sent_back_reason.rstrip("。")
        return _("%(place)s：%(month)s项目月度调度表已退回，原因：%(reason)s。请更正后重新报送。") % facts
    if row.is_late:
        return (
            _(
                "%(place)s：%(month)s项目月度调度表（应报%(expected)s个项目）期限为%(due)s，"
                "已逾期%(days)s天。请今日内报送，有困难的请说明原因。"
            )
            % facts
        )
    return _("%(place)s：%(month)s项目月度调度表（应报%(expected)s个项目）请于%(due)s前报送。") % facts


def _name(row: BoardRow) -> str:
    place = row.filing.place.short_name
    return _("%(place)s（退回待更正）") % {"place": place} if row.filing.state == FilingState.SENT_BACK else place


def _day(at: datetime) -> date:
    return at.astimezone(get_current_timezone()).date()
