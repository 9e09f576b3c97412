"""A month added up by county: two queries over all projects, kept until the next thing is done anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from django.db.models import Count, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Sum, TextField, Value
from django.db.models.functions import Coalesce

from tici.core.measures import Scope
from tici.engines import rulebook
from tici.engines.periods import Month
from tici.places.models import Place
from tici.projects.models import DUTY_LINE_WAN, KEY_LEVELS, Project
from tici.returns.models import Colour, Entry, Light
from tici.returns.rules.lights import first_words

from .entries import alive_at, due_to_start, expected_in, started_by

ZERO = Decimal(0)
Words = tuple[tuple[str, int], ...]  # what is said, and of how many projects
BEHIND = "progress.behind"


@dataclass(frozen=True, slots=True)
class Sums:
    """What the projects of a place add up to at the end of a month. Amounts in 万元.

    Money counts only where a return came in; ``None`` where none did.
    """

    expected: int = 0  # projects to be reported
    reported: int = 0  # of them, with an entry
    total_wan: Decimal = ZERO
    plan_all_wan: Decimal = ZERO  # of all projects, reported or not
    plan_wan: Decimal | None = None
    unreported: int = 0  # projects with money planned and no entry
    unreported_plan_wan: Decimal = ZERO
    done_ytd_wan: Decimal | None = None
    done_month_wan: Decimal | None = None
    key_plan_wan: Decimal | None = None  # of 省市重点 projects, as the two above
    key_done_ytd_wan: Decimal | None = None
    pair_now_wan: Decimal | None = None  # this year's figure where last year's is given too
    pair_then_wan: Decimal | None = None
    due_starts: int = 0
    started: int = 0  # of those due
    due_entries: int = 0
    entered: int = 0  # of those due
    completed: int = 0  # in the year so far
    red: int = 0
    yellow: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(**{one.name: _plus(getattr(self, one.name), getattr(other, one.name)) for one in fields(Sums)})

    @property
    def is_reported(self) -> bool:
        return self.reported > 0

    @property
    def completion_rate(self) -> Decimal | None:
        """投资完成率, a ratio of sums that is never capped."""
        return _rate(self.done_ytd_wan, self.plan_wan)

    @property
    def key_completion_rate(self) -> Decimal | None:
        """省市重点项目投资完成率."""
        return _rate(self.key_done_ytd_wan, self.key_plan_wan)

    @property
    def growth_rate(self) -> Decimal | None:
        """同比, over the projects that give both years."""
        rate = _rate(self.pair_now_wan, self.pair_then_wan)
        return None if rate is None else rate - 1

    @property
    def start_rate(self) -> Decimal | None:
        """开工率."""
        return _rate(Decimal(self.started), Decimal(self.due_starts))

    @property
    def entry_rate(self) -> Decimal | None:
        """入统率."""
        return _rate(Decimal(self.entered), Decimal(self.due_entries))

    @property
    def reporting_rate(self) -> Decimal | None:
        """How complete the return is: projects with an entry to projects expected."""
        return _rate(Decimal(self.reported), Decimal(self.expected))

    def schedule_gap(self, month: Month) -> Decimal | None:
        """序时差: the completion rate less the share of the year gone by."""
        return None if self.completion_rate is None else self.completion_rate - Decimal(month.number) / 12


@dataclass(frozen=True)
class CountyRow:
    """One county (or the whole city) in the table of a month, with its places (位次)."""

    place: Place
    sums: Sums
    schedule_gap: Decimal | None
    rank: int | None = None  # by completion rate; the city itself has none
    start_rank: int | None = None
    reasons: tuple[tuple[str, int], ...] = ()  # what its other yellow and red lights say, and of how many projects
    given: tuple[tuple[str, int], ...] = ()  # what it wrote of projects red for their investment, and of how many
    untold: int = 0  # how many of these it wrote nothing of


@dataclass(frozen=True)
class CountyTable:
    """The counties of a place in their fixed order, and the place itself first (合计)."""

    month: Month
    total: CountyRow
    counties: tuple[CountyRow, ...] = field(default=())

    @property
    def rows(self) -> tuple[CountyRow, ...]:
        return (self.total, *self.counties)


def county_sums(scope: Scope) -> dict[int, Sums]:
    """The sums of each county-level place inside the scope's place, and of that place itself, by place id."""
    return scope.kept("returns.sums", lambda: _rolled_up(scope))


def county_table(scope: Scope) -> CountyTable:
    """The table of a month: the total first, then the counties in administrative order; ties share a place."""
    return scope.once("returns.table", lambda: _table(scope))


def _table(scope: Scope) -> CountyTable:
    sums, why = county_sums(scope), scope.once("returns.reasons", lambda: _whys(scope))
    places = scope.counties
    ranks = _ranks([sums[place.pk].completion_rate for place in places])
    start_ranks = _ranks([sums[place.pk].start_rate for place in places])
    rows = [
        CountyRow(place, sums[place.pk], sums[place.pk].schedule_gap(scope.month), rank, start, *why[place.pk])
        for place, rank, start in zip(places, ranks, start_ranks, strict=True)
    ]
    whole = sums[scope.place.pk]
    total = CountyRow(scope.place, whole, whole.schedule_gap(scope.month), None, None, *why[scope.place.pk])
    return CountyTable(scope.month, total, tuple(row for row in rows if row.place.pk != scope.place.pk))


def _ranks(values: list[Decimal | None]) -> list[int | None]:
    known = [value for value in values if value is not None]
    return [None if value is None else 1 + sum(other > value for other in known) for value in values]


def _rolled_up(scope: Scope) -> dict[int, Sums]:
    """Add up what stands in each place into its county and into the scope's place."""
    counties = scope.counties
    result = {place.pk: Sums() for place in [*counties, scope.place]}
    for path, sums in _by_place(scope):
        for place in counties:
            if path.startswith(place.path) and place.pk != scope.place.pk:
                result[place.pk] += sums
        result[scope.place.pk] += sums
    return result


def _by_place(scope: Scope) -> Iterable[tuple[str, Sums]]:
    lights: dict[tuple[str, str], int] = {}
    for path, colour, _reason, count in _light_counts(scope):
        lights[path, colour] = lights.get((path, colour), 0) + count
    for row in _project_sums(scope):
        path, plan = row.pop("place__path"), row.pop("plan")
        is_reported = row["reported"] > 0
        money = (
            "done_ytd_wan", "done_month_wan", "key_plan_wan", "key_done_ytd_wan", "pair_now_wan", "pair_then_wan"
        )  # fmt: skip
        facts = {name: value for name, value in row.items() if name not in money}
        facts |= {name: row[name] if is_reported else None for name in money}
        yield (
            path,
            Sums(
                **facts | {name: row[name] or ZERO for name in ("total_wan", "unreported_plan_wan")},
                plan_all_wan=plan or ZERO,
                plan_wan=plan if is_reported else None,
                red=lights.get((path, Colour.RED), 0),
                yellow=lights.get((path, Colour.YELLOW), 0),
            ),
        )


def _project_sums(scope: Scope) -> Any:
    """The projects' own sums by the place they stand in: one query."""
    month = scope.month
    rows = Project.objects.visible_to(scope.person).within(scope.place).filter(alive_at(month))
    expected, started = expected_in("plan_of_year", "now"), started_by(month)
    due = due_to_start(month, "plan_of_year__category")
    large = started & Q(investment_wan__gte=DUTY_LINE_WAN)
    left_out = Q(plan_of_year__plan_wan__gt=0, now__isnull=True)
    is_key, plan = Q(level__in=KEY_LEVELS), Coalesce("now__plan_year_wan", "plan_of_year__plan_wan")
    has_pair = Q(now__done_ytd_last_year_wan__isnull=False, now__done_ytd_wan__isnull=False)
    return (
        rows.alias(
            plan_of_year=FilteredRelation("years", condition=Q(years__year=month.year)),
            now=FilteredRelation("entries", condition=Q(entries__month_on=month.first, entries__is_current=True)),
        )
        .order_by()
        .values("place__path")
        .annotate(
            expected=Count("pk", filter=expected),
            reported=Count("now__pk", filter=expected),
            total_wan=Sum("investment_wan", filter=expected),
            plan=Sum(plan),
            key_plan_wan=Sum(plan, filter=is_key),
            key_done_ytd_wan=Sum("now__done_ytd_wan", filter=is_key),
            unreported=Count("pk", filter=left_out),
            unreported_plan_wan=Sum("plan_of_year__plan_wan", filter=left_out),
            done_ytd_wan=Sum("now__done_ytd_wan"),
            done_month_wan=Sum("now__done_month_wan"),
            pair_now_wan=Sum("now__done_ytd_wan", filter=has_pair),
            pair_then_wan=Sum("now__done_ytd_last_year_wan", filter=has_pair),
            due_starts=Count("pk", filter=due),
            started=Count("pk", filter=due & started),
            due_entries=Count("pk", filter=large),
            entered=Count("pk", filter=large & Q(statistics_on__lte=month.last)),
            completed=Count("pk", filter=Q(completed_on__gte=month.year_start.first, completed_on__lte=month.last)),
        )
    )


def _lights(scope: Scope) -> QuerySet[Light]:
    if scope.person.place is None or not scope.place.path.startswith(scope.person.place.path):
        return Light.objects.none()
    return Light.objects.filter(
        alive_at(scope.month, "project__"),
        month_on=scope.month.first,
        project__place__path__startswith=scope.place.path,
    ).order_by()


def _light_counts(scope: Scope) -> list[tuple[str, str, str, int]]:
    counted = _lights(scope).values_list("project__place__path", "colour", "reason").annotate(count=Count("pk"))
    return scope.once("returns.light_counts", lambda: list(counted))


def _given_counts(scope: Scope) -> list[tuple[str, str, int]]:
    """What counties wrote of the projects that are red for their investment, and of how many; empty where nothing."""
    entries = Entry.objects.current(scope.month).filter(project=OuterRef("project"))
    red = _lights(scope).filter(colour=Colour.RED, reason=BEHIND)
    given = red.annotate(given=Coalesce(Subquery(entries.values("problem_text")[:1]), Value("", TextField())))
    return list(given.values_list("project__place__path", "given").annotate(count=Count("pk")))


def _whys(scope: Scope) -> dict[int, tuple[Words, Words, int]]:
    """Of each county: what its lights say, what it wrote of its red investment, and of how many it wrote nothing."""
    reasons, given = _reasons(scope), _given(scope)
    untold = {pk: of_place.pop("", 0) for pk, of_place in given.items()}
    return {
        pk: (tuple(reasons[pk].most_common()), tuple(given[pk].most_common()), untold[pk]) for pk in reasons
    }  # the commonest first


def _reasons(scope: Scope) -> dict[int, Counter[str]]:
    """What the lights of each county say, by the short words of the rulebook; red investment is not among them.

    That investment is behind is what its light says, and no reason for it: the reason is the county's to give.
    """
    short = rulebook.load("returns/lights", scope.month.last)["short"]
    counts = scope.kept("returns.lights", lambda: _light_counts(scope))
    told = [(path, short.get(why, why), n) for path, colour, why, n in counts if (colour, why) != (Colour.RED, BEHIND)]
    return _by_words(scope, told)


def _given(scope: Scope) -> dict[int, Counter[str]]:
    """What each county wrote of its projects that are red for their investment; empty words where it wrote nothing."""
    return _by_words(scope, [(path, first_words(given), count) for path, given, count in _given_counts(scope)])


def _by_words(scope: Scope, told: Iterable[tuple[str, str, int]]) -> dict[int, Counter[str]]:
    places = {place.pk: place.path for place in [*scope.counties, scope.place]}
    found: dict[int, Counter[str]] = {pk: Counter() for pk in places}
    for path, words, count in told:
        for pk, own in places.items():
            if path.startswith(own):
                found[pk][words] += count
    return found


def _plus(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return other if one is None else one
    return one + other


def _rate(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return part / whole if part is not None and whole else None
