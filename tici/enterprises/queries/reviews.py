"""The review of a year: every entry into the library of industry, and every firm that passed the line without one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from tici.core.copying import AnyOf
from tici.engines.periods import Month
from tici.enterprises import rules
from tici.enterprises.models import (
    Candidacy,
    CandidacyMove,
    Enterprise,
    EntryReview,
    EntryWindowDay,
    LibrarySpell,
    MonthFacts,
    PoolReason,
    Sector,
    Timing,
    YearFacts,
)
from tici.enterprises.rules import reviews as judging
from tici.places.models import Place

from .lists import industrial

YEARS_BACK = 6  # so many years of figures are looked at


@dataclass
class _Firm:
    """One firm under review with its own figures and its way through library and pool."""

    pk: int
    industry: str
    path: str  # of its place
    production_on: date | None
    years: dict[int, Decimal] = field(default_factory=dict)
    months: dict[Month, Decimal] = field(default_factory=dict)
    spells: list[LibrarySpell] = field(default_factory=list)
    pooled: list[date] = field(default_factory=list)
    moves: list[tuple[date, str, str]] = field(default_factory=list)


def reviewed(places: Sequence[int], year: int, on: date) -> list[EntryReview]:
    """The review of a year for firms in some places, as rows not kept yet; of the running year up to a day's month."""
    end = min(Month(year, 12), Month.of(on))
    firms = _firms(places, year, end)
    notices = _notices()
    rows = (_review(firm, year, end, notices) for firm in firms)
    return [row for row in rows if row is not None]


def _review(firm: _Firm, year: int, end: Month, notices: Mapping[str, list[judging.Notice]]) -> EntryReview | None:
    came = [one for one in firm.spells if one.from_date.year == year and Month.of(one.from_date) <= end]
    spell = came[-1] if came else None
    until = Month.of(spell.from_date) - 1 if spell else end
    earlier = [one for one in firm.spells if one is not spell and one.from_date <= until.last]
    left = max((one.to_date for one in earlier if one.to_date), default=None)
    passed = judging.first_passing(firm.industry, firm.years, firm.months, after=left, until=until)
    if spell is None and passed is None:
        return None
    begins = (passed.month + 1).first if passed else spell.from_date  # type: ignore[union-attr]
    thought = LibrarySpell(sector=Sector.INDUSTRY, from_date=begins, window=spell.window if spell else "")
    entry = rules.entry_class(thought, earlier, firm.production_on)
    due = judging.due_month(passed.month, entry) if passed else None
    if spell is None and (due is None or due > end):
        return None  # its window is still ahead
    timing, late = judging.timing_of(passed, due, spell.from_date if spell else None)
    own = [one for path, noted in notices.items() if firm.path.startswith(path) for one in noted]
    notice = judging.window_for(passed.month, entry, own) if passed else None
    before = spell.from_date if spell else end.last
    is_missed = timing in (Timing.LATE, Timing.NOT_IN)
    told = [(code, words) for day, code, words in firm.moves if day <= before]
    code, words = judging.reason_in(told) if is_missed else ("", "")
    return EntryReview(
        enterprise_id=firm.pk,
        year=year,
        timing=timing,
        entry=entry,
        passed_on=passed.month.first if passed else None,
        basis=passed.basis if passed else "",
        due_on=due.first if due else None,
        window=notice.window if notice else "",
        closes_on=notice.closes_on if notice else None,
        entered_on=spell.from_date if spell else None,
        months_late=late,
        pooled_on=min((day for day in firm.pooled if day < before), default=None),
        reason_code=code,
        reason=words,
    )


def _firms(places: Sequence[int], year: int, end: Month) -> list[_Firm]:
    """The firms that entered in the year, and those outside the library at its end whose figures may pass the line."""
    rows = industrial(Enterprise.objects.filter(place__in=places))
    spells = LibrarySpell.objects.filter(enterprise=OuterRef("pk"), sector=Sector.INDUSTRY)
    came = spells.filter(from_date__year=year, from_date__lte=end.last)
    held = spells.filter(from_date__lte=end.last).exclude(to_date__lte=end.last)
    has_figures = Exists(_figures_over_the_line(year)) | Exists(MonthFacts.objects.filter(enterprise=OuterRef("pk")))
    wanted = rows.filter(Q(Exists(came)) | (~Exists(held) & has_figures)).order_by("pk")
    told = wanted.values_list("pk", "industry", "place__path", "production_on")
    firms = {pk: _Firm(pk, industry, path, made) for pk, industry, path, made in told}
    _give_figures(firms, year)
    _give_ways(firms)
    return list(firms.values())


def _figures_over_the_line(year: int) -> Any:
    """Years of a firm of an outer query in which it reached the lowest line of those years."""
    lines = [rules.library_line("06", date(one, 12, 31)) for one in range(year - YEARS_BACK, year + 1)]
    least = min((line.wan for line in lines if line and line.wan), default=0)
    rows = YearFacts.objects.filter(enterprise=OuterRef("pk"), revenue_wan__gte=least)
    return rows.filter(year__lte=year, year__gte=year - YEARS_BACK)


def _give_figures(firms: Mapping[int, _Firm], year: int) -> None:
    years = YearFacts.objects.filter(AnyOf("enterprise_id", firms))
    years = years.filter(year__lte=year, year__gte=year - YEARS_BACK).order_by()
    for pk, of, revenue in years.values_list("enterprise", "year", "revenue_wan"):
        if revenue is not None:
            firms[pk].years[of] = revenue
    months = MonthFacts.objects.filter(AnyOf("enterprise_id", firms)).order_by()
    for pk, day, revenue in months.values_list("enterprise", "month_on", "revenue_wan"):
        if revenue is not None:
            firms[pk].months[Month.of(day)] = revenue


def _give_ways(firms: Mapping[int, _Firm]) -> None:
    spells = LibrarySpell.objects.filter(AnyOf("enterprise_id", firms), sector=Sector.INDUSTRY)
    for spell in spells.order_by("from_date", "pk"):
        firms[spell.enterprise_id].spells.append(spell)
    pooled = Candidacy.objects.filter(AnyOf("enterprise_id", firms)).order_by()
    for pk, since in pooled.values_list("enterprise", "since"):
        firms[pk].pooled.append(since)
    moves = CandidacyMove.objects.filter(candidacy__in=pooled).order_by("moved_on", "pk")
    for pk, day, code, words in moves.values_list("candidacy__enterprise", "moved_on", "reason_code", "reason"):
        firms[pk].moves.append((day, code, words))


def _notices() -> dict[str, list[judging.Notice]]:
    """The windows noted, by the path of the place whose notice it was."""
    found: dict[str, list[judging.Notice]] = defaultdict(list)
    days = EntryWindowDay.objects.order_by("closes_on").values_list("place__path", "window", "closes_on", "through_on")
    for path, window, closes_on, through_on in days:
        found[path].append(judging.Notice(window, closes_on, Month.of(through_on)))
    return found


# What a review comes to


@dataclass(frozen=True)
class ReviewLine:
    """One place in the review of a year."""

    place: Place | None  # None: all
    counts: Mapping[str, int]  # by timing
    pooled: int  # of those that entered, held by the pool before

    @property
    def entered(self) -> int:
        """How many entered in the year."""
        return sum(count for timing, count in self.counts.items() if timing != Timing.NOT_IN)

    @property
    def recall(self) -> float | None:
        """The share of the entries that the pool had found before; None where none entered."""
        return self.pooled / self.entered if self.entered else None


def review_lines(place: Place, counties: Iterable[Place], year: int) -> list[ReviewLine]:
    """The review of a year in all and by county, in one query."""
    rows = EntryReview.objects.within(place).filter(year=year).order_by()
    counted = rows.values_list("enterprise__place__path", "timing").annotate(n=Count("pk"), pooled=Count("pooled_on"))
    grouped: list[tuple[str, str, int, int]] = [tuple(row) for row in counted]
    return [
        _line(one, [row for row in grouped if one is None or row[0].startswith(one.path)]) for one in (None, *counties)
    ]


def _line(place: Place | None, rows: Iterable[tuple[str, str, int, int]]) -> ReviewLine:
    counts = dict.fromkeys(Timing.values, 0)
    pooled = 0
    for _path, timing, n, held in rows:
        counts[timing] += n
        pooled += held if timing != Timing.NOT_IN else 0
    return ReviewLine(place, counts, pooled)


def reasons(place: Place, year: int) -> list[tuple[str, str, int, int]]:
    """For each reason, and for none known: its code, label, how many entered late and how many are not in."""
    rows = EntryReview.objects.within(place).filter(year=year, timing__in=[Timing.LATE, Timing.NOT_IN]).order_by()
    counts = {
        (code, timing): n for code, timing, n in rows.values_list("reason_code", "timing").annotate(n=Count("pk"))
    }
    labels: list[tuple[str, Any]] = [*PoolReason.choices, ("", "")]
    return [
        (code, str(label), counts.get((code, Timing.LATE), 0), counts.get((code, Timing.NOT_IN), 0))
        for code, label in labels
    ]


def reviewed_years(place: Place) -> list[int]:
    """The years that were reviewed, newest first."""
    found = EntryReview.objects.within(place).order_by("-year").values_list("year", flat=True).distinct()
    return list(found)
