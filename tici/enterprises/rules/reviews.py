"""When a firm passed the line by its own figures, by which month it should have entered, and whether it did in time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from tici.core.refusals import Refusal
from tici.engines import rulebook
from tici.engines.periods import Month
from tici.enterprises.models import Basis, EntryClass, EntryReview, Timing, Window

from .library import library_line

REVIEWS = "enterprises/reviews"
MONTHS_A_YEAR = 12
ANNUAL = (Window.ANNUAL_FIRST, Window.ANNUAL_SECOND)


@dataclass(frozen=True)
class Passing:
    """The first month at whose end a firm's own figures reached the line, and by which figures."""

    month: Month
    basis: Basis


@dataclass(frozen=True)
class Notice:
    """A window as a notice says: which, until when papers are taken, and the month its figures go through."""

    window: str
    closes_on: date
    through: Month


def first_passing(
    industry: str, years: Mapping[int, Decimal], months: Mapping[Month, Decimal], *, after: date | None, until: Month
) -> Passing | None:
    """Since when a firm has passed the line of its industry, up to a month; None where its figures do not say so.

    A year counts at its end, and one below the line begins the search anew. Months count where the year so far, every
    month of it known, or twelve months on end reach the line. What lies before ``after``, the day the firm left the
    library, is another story.
    """
    below = [year for year, wan in years.items() if Month(year, 12) <= until and not _reaches(industry, year, wan)]
    begin = Month.of(after) if after else None
    if below and (begin is None or begin < Month(max(below) + 1, 1)):
        begin = Month(max(below) + 1, 1)
    found = [Passing(Month(year, 12), Basis.YEARS) for year, wan in years.items() if _reaches(industry, year, wan)]
    found += [Passing(one, Basis.MONTHS) for one in months if _reaches(industry, one.year, _reached(one, months))]
    found = [one for one in found if one.month <= until and (begin is None or one.month >= begin)]
    return min(found, key=lambda one: (one.month, one.basis), default=None)


def _reaches(industry: str, year: int, wan: Decimal | None) -> bool:
    line = library_line(industry, date(year, 12, 31))
    return line is not None and line.is_met(revenue_wan=wan)


def _reached(month: Month, months: Mapping[Month, Decimal]) -> Decimal | None:
    """The larger of the year so far and the last twelve months; None where months are missing from both."""
    spans = (month.number, MONTHS_A_YEAR)
    sums = []
    for length in spans:
        span = [months.get(month - back) for back in range(length)]
        if None not in span:
            sums.append(sum((one for one in span if one is not None), Decimal(0)))
    return max(sums, default=None)


def due_month(passed: Month, entry: str) -> Month:
    """The month from which a firm that passed the line should count in the library."""
    rule = rulebook.load(REVIEWS)
    annual = Month(passed.year + 1, rule["annual_month"])
    return min(annual, passed + rule["monthly_lag"]) if entry == EntryClass.NEW_BUILD else annual


def window_for(passed: Month, entry: str, notices: Iterable[Notice]) -> Notice | None:
    """The first window noted that goes by figures of the month in which the line was passed, or later ones.

    A window that closed after the month in which the firm was due is not the one it missed; where no notice of that
    one is entered, there is none.
    """
    open_to = (*ANNUAL, Window.MONTHLY) if entry == EntryClass.NEW_BUILD else ANNUAL
    last = due_month(passed, entry).last
    fitting = [one for one in notices if one.window in open_to and one.through >= passed and one.closes_on <= last]
    return min(fitting, key=lambda one: one.closes_on, default=None)


def timing_of(passed: Passing | None, due: Month | None, entered: date | None) -> tuple[Timing, int | None]:
    """Whether a firm entered in time, and how many months late; one that has not entered is missed once it passed."""
    if passed is None or due is None:
        return Timing.UNJUDGED, None
    if entered is None:
        return Timing.NOT_IN, None
    late = Month.of(entered) - due
    return (Timing.LATE, late) if late > 0 else (Timing.ON_TIME, None)


def against_reviewing(year: int, on: date) -> list[Refusal]:
    """Why a year cannot be reviewed: it has not begun."""
    if year <= on.year:
        return []
    return [Refusal("review.year", _("%(year)s年尚未开始，不能复盘。请选已开始的年度。") % {"year": year}, "year")]


def against_saying_why(review: EntryReview, code: str, words: str) -> list[Refusal]:
    """Every reason why the reason of a review may not be written down."""
    refusals: list[Refusal] = []
    if review.timing not in (Timing.LATE, Timing.NOT_IN):
        refusals.append(Refusal("review.not_missed", _("该企业没有漏报或迟入，无须填写原因。")))
    if not code:
        refusals.append(Refusal("review.reason_code", _("须选明原因。"), "code"))
    if not words.strip():
        refusals.append(Refusal("review.reason", _("须写明情况，如何时发现、卡在哪里。"), "words"))
    return refusals


def reason_in(moves: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """The reason recorded last on a firm's way through the pool, as (code, words); ("", "") where none was."""
    return next(((code, words) for code, words in reversed(moves) if code), ("", ""))
