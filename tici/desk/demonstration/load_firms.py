"""Takes the invented industry in: its firms, and month by month what they, the counties and the clusters file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

from tici.accounts.models import Person
from tici.core.actions import Source, keep_upload
from tici.engines.periods import Month
from tici.enterprises.actions import (
    EnterpriseRow,
    ListingFact,
    SpellFact,
    TierFact,
    accept_enterprises,
    load_clusters,
    open_platform,
)
from tici.enterprises.models import Cluster, ClusterKind, ClusterMembership, MembershipOrigin, PlatformKind
from tici.places.models import Place
from tici.returns.actions import (
    ReportRow,
    accept_reports,
    answer_query,
    ask_cell,
    file_reports,
    load_forms,
    lock_reports,
    open_form_month,
    seal_month,
    send_back_report,
)
from tici.returns.models import Channel, FormVersion, UnitReport
from tici.returns.queries import form_on, indicators

from .firm_mistakes import QUESTIONS, is_missing, mistaken
from .firm_sums import Line
from .firm_workbooks import SHEET, firm_cells, firm_workbook, heads_of
from .firms import Firm
from .generate import NOVEMBER, Example
from .industry import City

FIRM_MONTHS = tuple(Month(2020, number) for number in range(2, 13)) + tuple(
    Month(2021, number) for number in range(2, 12)
)
LOADED = datetime(2020, 1, 20, 1, tzinfo=UTC)
PLATFORMS_ON = date(2019, 6, 1)
FIRM, COUNTY, CLUSTER = "industry_firm", "industry_county", "cluster_month"
WORKBOOKS = {"130109": False, "130123": True}  # who sent November as a workbook of its own, and whether in 亿元
FILED_FROM = Month(2021, 9)  # the months before were brought over from the city's own sheets, and sealed as they were
BROUGHT_OVER = "历史数据由市局从原调度表一次转入（示例）"
CONFIRMED = "已电话核实（示例）"

Told = Mapping[int, Line]  # what is reported, by the report's id


@dataclass(frozen=True)
class Manners:
    """Who does it, and how the counties behave in the last month."""

    dispatcher: Person
    reporters: Mapping[str, Person]  # by place code
    late: Mapping[str, int]  # by so many days
    silent: Sequence[str]
    sent_back: Mapping[str, str]  # with the reason
    accepted: Sequence[str]


@dataclass(frozen=True)
class Industry:
    """The industry once its firms stand in the register."""

    city: City
    rows: Mapping[int, int]  # id of the enterprise -> its row of figures
    members: Mapping[int, Sequence[int]]  # id of the cluster -> rows of figures
    counted: Mapping[int, tuple[int, int]]  # id of the cluster -> its platforms and key projects
    manners: Manners


def load_industry(
    city: City, places: Mapping[str, Place], owners: Sequence[Example], manners: Manners, months: Iterable[Month]
) -> None:
    """Enter the firms and the clusters, and file every month of the three forms."""
    industry = _registered(city, places, owners, manners)
    load_forms(by=manners.dispatcher, at=LOADED)
    for month in months:
        _month(industry, month)


def _registered(city: City, places: Mapping[str, Place], owners: Sequence[Example], manners: Manners) -> Industry:
    by = manners.dispatcher
    clusters = load_clusters(by=by, at=LOADED)
    rows = [_enterprise_row(firm, places[firm.county.code]) for firm in city.firms]
    taken = accept_enterprises(rows, by=by, at=LOADED)
    at = {
        pk: city.row_of[firm.number]
        for firm, pk in zip(city.firms, taken.enterprise_ids, strict=True)
        if pk is not None and firm.number in city.row_of
    }
    members: dict[int, list[int]] = defaultdict(list)
    inside = ClusterMembership.objects.exclude(origin=MembershipOrigin.LEFT_OUT).order_by("pk")
    for cluster, enterprise in inside.values_list("cluster", "enterprise"):
        if enterprise in at:
            members[cluster].append(at[enterprise])
    counted = {
        cluster.pk: (_platforms(cluster, number, by), _key_projects(cluster, owners))
        for number, cluster in enumerate(clusters)
    }
    return Industry(city, at, members, counted, manners)


def _enterprise_row(firm: Firm, place: Place) -> EnterpriseRow:
    facts = {
        "address": f"{firm.county.name}示例大街{firm.number}号",
        "park": f"{place.short_name}示例园区" if firm.number % 4 == 0 else "",
        "industry": firm.industry,
        "products": firm.product,
        "founded_on": firm.founded_on,
        "production_on": firm.production_on,
        "closed_on": firm.closed_on,
        "is_key": firm.is_key,
        "is_example": True,
    }
    sector = firm.trade.sector
    return EnterpriseRow(
        enterprise_id=None,
        place_id=place.pk,
        name=firm.name,
        uscc=firm.uscc,
        facts=facts,
        years={year: {name: Decimal(value) for name, value in told.items()} for year, told in firm.facts.items()},
        former_names=[firm.former_name] if firm.former_name else [],
        spells=[SpellFact(sector, stay.from_date, stay.to_date, stay.window, stay.exit_reason) for stay in firm.stays],
        tiers=[TierFact(one.tier, one.from_date, one.to_date, one.batch) for one in firm.certificates],
        listings=[ListingFact(*firm.listed)] if firm.listed else [],
    )


def _platforms(cluster: Cluster, number: int, by: Person) -> int:
    """Open some of the public platforms of a county's cluster, so that the matrix has its gaps."""
    if cluster.kind != ClusterKind.COUNTY:
        return 0
    kinds = [kind for step, kind in enumerate(PlatformKind) if (number * 5 + step * 3) % 7 < 3 + number % 5]
    for kind in kinds:
        name = f"示例{cluster.place.short_name}{kind.label}平台"
        open_platform(cluster=cluster, kind=kind, name=name, on=PLATFORMS_ON, by=by, at=LOADED)
    return len(kinds)


def _key_projects(cluster: Cluster, owners: Sequence[Example]) -> int:
    if cluster.kind == ClusterKind.COUNTY:
        return 0
    key = [one.trade.cluster for one in owners if one.level != "county"]
    return sum(1 for name in key if name and cluster.name.startswith(name))


def _month(industry: Industry, month: Month) -> None:
    """One month of the three forms: opened, filed, looked through; all but the last are sealed."""
    by = industry.manners.dispatcher
    for code, told_of in ((FIRM, _told_of_firms), (COUNTY, _told_of_counties), (CLUSTER, _told_of_clusters)):
        form = form_on(code, month)
        open_form_month(form, month, by=by, at=_after(month, 0))
        told = told_of(industry, month)
        if month < FILED_FROM:
            _bring_over(form, month, told, by)
            continue
        if code == FIRM:
            _file_firms(industry, form, month, told)
        else:
            _file_sums(industry, form, month, told)
        if month != NOVEMBER:
            reports = list(UnitReport.objects.of(code, month))
            accept_reports(reports=reports, reason=CONFIRMED, by=by, at=_after(month, 17))
            lock_reports(reports=reports, by=by, at=_after(month, 18))
            seal_month(code, month, by=by, at=_after(month, 20))
    if month == NOVEMBER:
        _look_through(industry, month)


def _told_of_firms(industry: Industry, month: Month) -> Told:
    rows = industry.city.figures.rows(month)
    awaited = UnitReport.objects.of(FIRM, month).order_by("pk").values_list("pk", "enterprise")
    return {pk: rows[industry.rows[enterprise]] for pk, enterprise in awaited}


def _told_of_counties(industry: Industry, month: Month) -> Told:
    rows = industry.city.county_rows(month)
    awaited = UnitReport.objects.of(COUNTY, month).order_by("pk").values_list("pk", "place__code")
    return {pk: rows[code] for pk, code in awaited}


def _told_of_clusters(industry: Industry, month: Month) -> Told:
    told = {}
    for pk, cluster in UnitReport.objects.of(CLUSTER, month).order_by("pk").values_list("pk", "cluster"):
        platforms, key_projects = industry.counted[cluster]
        rows = industry.members.get(cluster, ())
        told[pk] = industry.city.cluster_row(rows, month, platforms=platforms, key_projects=key_projects)
    return told


def _bring_over(form: FormVersion, month: Month, told: Told, by: Person) -> None:
    """An old month: taken over by the city in one go, and sealed as it stands."""
    rows = [ReportRow(pk, _figures(form, row)) for pk, row in told.items()]
    at, channel = _after(month, 16), Channel.WORKBOOK
    file_reports(form=form, month=month, rows=rows, channel=channel, reason=BROUGHT_OVER, by=by, at=at)
    seal_month(form.code, month, despite=list(told), by=by, at=_after(month, 20))


def _file_firms(industry: Industry, form: FormVersion, month: Month, told: Told) -> None:
    """Each county files its firms with one hand, in its own way."""
    manners, is_last = industry.manners, month == NOVEMBER
    own: dict[str, list[tuple[int, Firm]]] = defaultdict(list)
    for pk, code, enterprise in _units(form, month, "enterprise"):
        own[code].append((pk, industry.city.figures.firms[industry.rows[enterprise]]))
    for code, units in own.items():
        late, rows = 0, {pk: told[pk] for pk, _firm in units}
        if is_last and code in manners.silent:
            continue
        if is_last and code not in manners.accepted:
            late = manners.late.get(code, 0)
            rows = {pk: mistaken(firm, told[pk]) for pk, firm in units if not is_missing(firm)}
        sources: dict[int, Source] = {}
        if is_last and code in WORKBOOKS:
            sources = _sent(industry, form, code, {pk: firm for pk, firm in units if pk in rows}, rows)
        if rows:
            file_reports(
                form=form,
                month=month,
                rows=[ReportRow(pk, _figures(form, row), sources.get(pk)) for pk, row in rows.items()],
                channel=Channel.WORKBOOK if sources else Channel.SCREEN,
                by=manners.reporters[code],
                at=_after(month, 6 + int(code) % 4 + 2 * late),
            )


def _file_sums(industry: Industry, form: FormVersion, month: Month, told: Told) -> None:
    """Each county files its own line and those of its clusters; the city's clusters are filed by the city."""
    manners = industry.manners
    own: dict[str, list[int]] = defaultdict(list)
    for pk, code, _unit in _units(form, month, "cluster"):
        own[code].append(pk)
    for code, reports in own.items():
        if month == NOVEMBER and code in manners.silent:
            continue
        rows = [ReportRow(pk, _figures(form, told[pk])) for pk in reports]
        by, at = manners.reporters.get(code, manners.dispatcher), _after(month, 12 + int(code) % 3)
        file_reports(form=form, month=month, rows=rows, channel=Channel.SCREEN, by=by, at=at)


def _units(form: FormVersion, month: Month, unit: str) -> Iterable[tuple[int, str, int]]:
    """The reports awaited: their ids, the codes of their places, and who reports."""
    return UnitReport.objects.of(form.code, month).order_by("pk").values_list("pk", "place__code", unit)


def _sent(industry: Industry, form: FormVersion, code: str, firms: Mapping[int, Firm], told: Told) -> dict[int, Source]:
    """The county's workbook, kept as if it had been dropped, and the row of it for each report."""
    heads = heads_of(form.labels(indicators()))
    book = firm_workbook(list(firms.values()), [told[pk] for pk in firms], heads, NOVEMBER, in_yi=WORKBOOKS[code])
    by, at = industry.manners.reporters[code], _after(NOVEMBER, 5)
    name = f"{next(iter(firms.values())).county.name}2021年11月规上工业企业主要指标(示例).xlsx"
    upload = keep_upload(BytesIO(book), name=name, by=by, at=at)
    return {pk: Source(upload.pk, SHEET, 6 + row, firm_cells(heads, row)) for row, pk in enumerate(firms)}


def _figures(form: FormVersion, told: Line) -> tuple[Decimal | None, ...]:
    """What is told by column code, in the order of the form's columns; what is not asked for is left out."""
    values = [told.get(column.code) for column in form.columns]
    return tuple(
        None if value is None else Decimal(value if isinstance(value, int) else str(value)) for value in values
    )


def _look_through(industry: Industry, month: Month) -> None:
    """What the dispatcher has done with November so far: some accepted, some sent back, some cells asked about."""
    by, manners = industry.manners.dispatcher, industry.manners
    filed = UnitReport.objects.of(FIRM, month).filter(vintage_number__gt=0)
    good = filed.filter(place__code__in=manners.accepted, stops=0)
    accept_reports(reports=list(good), reason=CONFIRMED, by=by, at=_after(month, 14))
    for code, reason in manners.sent_back.items():
        for report in filed.filter(place__code=code, stops=0).order_by("pk")[:3]:
            send_back_report(report=report, reason=reason, by=by, at=_after(month, 14))
    asked = filed.filter(place__code__in=manners.reporters).exclude(place__code__in=manners.accepted).filter(stops=0)
    for report, (column, question, answer) in zip(asked.order_by("-asks", "pk"), QUESTIONS, strict=False):
        query = ask_cell(report=report, column=column, question=question, by=by, at=_after(month, 14))
        if answer:
            reporter = manners.reporters[report.place.code]
            answer_query(query=query, answer=answer, by=reporter, at=_after(month, 15))


def _after(month: Month, days: int) -> datetime:
    """A working hour some days after a month's end."""
    return datetime.combine((month + 1).first, datetime.min.time(), tzinfo=UTC) + timedelta(days=days, hours=2)
