"""How a city's projects stand, gathered from the rooms below for the documents of a month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, F, FilteredRelation, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tici.accounts.models import Person
from tici.briefings.dispatch import Line, ProjectRow
from tici.briefings.figures import Link, Narrow
from tici.briefings.models import BriefingKind
from tici.briefings.standing import CityMonth, Reason, Standing
from tici.core.dates import day_shown
from tici.core.measures import Scope
from tici.core.models import Job, JobState
from tici.duties.models import Duty
from tici.engines.periods import Month
from tici.enterprises.measures import MEASURES as ENTERPRISES
from tici.enterprises.queries.pool import months_moved
from tici.places.models import Place
from tici.projects.measures import MEASURES as PROJECTS
from tici.projects.models import Precision, Project, ProjectYear
from tici.returns.measures import MEASURES as RETURNS
from tici.returns.models import Colour, Entry, Filing, FilingState, Light, UnitReport
from tici.returns.queries import CountyRow, alive_at, county_table, expected_in, months_with_filings

from .corrections import FORMS, reports_of
from .places import called, whole_of

ZERO = Decimal(0)
MEASURES = {measure.code for measure in (*ENTERPRISES, *PROJECTS, *RETURNS)}  # those that open; ranks do not


@dataclass(frozen=True)
class State:
    """Who has filed for a month."""

    due: int
    filed: int
    missing: tuple[str, ...]  # places, with how many of their units where units report
    sent_back: tuple[Place, ...] = ()  # reported, and to be corrected


def filings_of(place: Place, month: Month) -> QuerySet[Filing]:
    """The filings of a month in a place, in official order."""
    rows = Filing.objects.filter(month_on=month.first, place__path__startswith=place.path)
    return rows.select_related("place").order_by("place__position", "place__code")


def state_of(place: Place, month: Month, kind: str = BriefingKind.PROJECTS) -> State:
    """Who has filed for a month, and who has not; what was sent back still counts as reported."""
    if kind == BriefingKind.PROJECTS:
        filings = list(filings_of(place, month))
        missing = tuple(str(filing.place) for filing in filings if filing.first_filed_at is None)
        back = tuple(filing.place for filing in filings if filing.state == FilingState.SENT_BACK)
        return State(len(filings), len(filings) - len(missing), missing, back)
    reports = reports_of(place, month, kind)
    counted = reports.aggregate(due=Count("pk"), filed=Count("pk", filter=Q(vintage_number__gt=0)))
    late = reports.filter(vintage_number=0).order_by("place__position", "place__code")
    places = late.values_list("place__name").annotate(units=Count("pk"))
    named = tuple(_("%(place)s（%(count)s）") % {"place": name, "count": units} for name, units in places)
    return State(counted["due"], counted["filed"], named)


def months_of(kind: str) -> list[Month]:
    """The months a document of a kind can be made for, newest first."""
    if kind == BriefingKind.PROJECTS:
        return months_with_filings()
    if kind == BriefingKind.POOL:
        return months_moved()
    days = UnitReport.objects.filter(code__in=FORMS[BriefingKind(kind)]).order_by("-month_on")
    return [Month.of(day) for day in days.values_list("month_on", flat=True).distinct()]


def jobs_of(person: Person) -> QuerySet[Job]:
    """The briefings a person is having made now, and the last that could not be made."""
    own = Job.objects.filter(kind="briefings.make", by=person.username)
    return own.exclude(state__in=[JobState.FINISHED, JobState.STOPPED]).order_by("-pk")[:3]


def link_of() -> Link:
    """Where a figure of a document opens, at the city's own address: its measure, or the firms behind it."""
    base = getattr(settings, "TICI_ADDRESS", "")

    def link(code: str, place_code: str, month: Month, narrow: Narrow = None) -> str:
        if not base or not (narrow or code in MEASURES):
            return ""
        asked = urlencode({"place": place_code, "month": str(month), **(narrow or {})})
        page = reverse("desk:industry_firms") if narrow else reverse("desk:measure", args=[code])
        return f"{base}{page}?{asked}"

    return link


def city_month(place: Place, month: Month, *, person: Person) -> CityMonth:
    """How the counties of a place stand at the end of a month, beside the month before where that was reported."""
    earlier = month - 1
    was_opened = earlier.year == month.year and filings_of(place, earlier).exists()
    return CityMonth(
        month=month,
        code=place.code,
        counties=tuple(_standings(place, month, person)),
        place=whole_of(place),
        previous=CityMonth(
            month=earlier, code=place.code, counties=tuple(_standings(place, earlier, person)), place=_("全市")
        )
        if was_opened
        else None,
    )


def _standings(place: Place, month: Month, person: Person) -> Iterator[Standing]:
    """One county after another in official order; those that are not awaited for the month are left out."""
    filings = {filing.place_id: filing for filing in filings_of(place, month)}
    table = county_table(Scope(person, place, month))
    for row in table.counties or (table.total,):
        if (filing := filings.get(row.place.pk)) is not None:
            standing = _standing(row, is_reported=filing.first_filed_at is not None)
            yield replace(standing, is_sent_back=filing.state == FilingState.SENT_BACK)


def _standing(row: CountyRow, *, is_reported: bool) -> Standing:
    sums = row.sums
    return Standing(
        code=row.place.code,
        place=called(row.place),
        is_reported=is_reported,
        projects=sums.expected,
        unreported=sums.unreported,
        unreported_plan_wan=sums.unreported_plan_wan,
        total_wan=sums.total_wan,
        plan_wan=sums.plan_wan or ZERO,
        done_wan=sums.done_ytd_wan or ZERO,
        same_period_wan=sums.pair_then_wan,
        due_starts=sums.due_starts,
        started=sums.started,
        due_entries=sums.due_entries,
        entered=sums.entered,
        completed=sums.completed,
        red=sums.red,
        yellow=sums.yellow,
        reasons=tuple(Reason(words, count) for words, count in row.reasons),
        given=tuple(Reason(words, count) for words, count in row.given),
        untold=row.untold,
    )


def project_rows(place: Place, month: Month, *, person: Person) -> tuple[ProjectRow, ...]:
    """Every project of the month as the detail sheet lists it: the very ones that the summary counts."""
    projects = (
        Project.objects.visible_to(person)
        .within(place)
        .alias(
            plan_of_year=FilteredRelation("years", condition=Q(years__year=month.year)),
            now=FilteredRelation("entries", condition=Q(entries__month_on=month.first, entries__is_current=True)),
        )
        .filter(alive_at(month), expected_in("plan_of_year", "now"))
        .select_related("place", "owner")
        .prefetch_related(
            Prefetch("years", ProjectYear.objects.filter(year=month.year), to_attr="this_year"),
            Prefetch("entries", Entry.objects.current(month), to_attr="this_month"),
            Prefetch("duties", Duty.objects.held(month.last).select_related("post"), to_attr="held"),
            Prefetch(
                "lights",
                Light.objects.filter(month_on=month.first).exclude(colour=Colour.GREEN),
                to_attr="burning",
            ),
        )
        .order_by("place__position", "place__code", F("investment_wan").desc(nulls_last=True), "pk")
    )
    counties = _county_codes(place)
    return tuple(_row(project, counties) for project in projects)


def _row(project: Any, counties: dict[str, str]) -> ProjectRow:
    year = project.this_year[0] if project.this_year else None
    return ProjectRow(
        county_code=next(code for path, code in counties.items() if project.place.path.startswith(path)),
        name=project.name,
        lines=(_line(project, year),),
        code=project.code,
        owner=project.owner.name if project.owner else "",
        uscc=project.owner.uscc if project.owner else "",
        site=project.site,
        industry=project.industry,
        category=year.get_category_display() if year and year.category else "",
        level=project.get_level_display() if project.level else "",
        content=project.content,
        years=_years(project),
        duty="、".join(dict.fromkeys(str(duty.post) for duty in project.held)),
    )


def _line(project: Any, year: ProjectYear | None) -> Line:
    entry = project.this_month[0] if project.this_month else None
    plan = year.plan_wan if year else None
    reported: dict[str, Any] = {}
    if entry is not None:
        plan = plan if entry.plan_year_wan is None else entry.plan_year_wan
        reported = {
            "month_plan_wan": entry.plan_month_wan,
            "month_done_wan": entry.done_month_wan,
            "done_wan": entry.done_ytd_wan,
            "same_period_wan": entry.done_ytd_last_year_wan,
            "since_start_wan": entry.done_total_wan,
            "progress_done": entry.progress_text,
            "next_plan": entry.next_text,
            "problem": entry.problem_text,
        }
    return Line(
        total_wan=project.investment_wan,
        plan_wan=plan,
        due_start_on=_as_reported(project.planned_start_on, project.planned_start_precision),
        started_on=_as_reported(project.started_on, project.started_precision),
        entered=f"{project.statistics_on:%Y-%m}" if project.statistics_on else "",
        light=_worst(project.burning),
        remark=project.remark,
        **reported,
    )


def _as_reported(day: date | None, precision: str) -> date | str | None:
    """A day as a date; of a month, quarter or year what the county wrote, which named no day."""
    return day if precision in ("", Precision.DAY) else day_shown(day, precision)


def _worst(lights: Iterable[Light]) -> str:
    """The gravest light in a word, green where none burns."""
    colours = {light.colour for light in lights}
    worst = Colour.RED if Colour.RED in colours else Colour.YELLOW if Colour.YELLOW in colours else Colour.GREEN
    return str(worst.label)


def _years(project: Project) -> str:
    """建设起止年限, as far as it is known."""
    begun = project.started_on or project.planned_start_on
    end = project.completed_on or project.planned_finish_on
    return _("%(begun)s—%(end)s") % {"begun": begun.year if begun else "", "end": end.year if end else ""}


def _county_codes(place: Place) -> dict[str, str]:
    """Path to code of the county-level places in a place, or of the place itself where it is one."""
    counties = Place.objects.within(place).county_level()
    return {county.path: county.code for county in counties} or {place.path: place.code}
