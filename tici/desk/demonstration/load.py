"""Takes the invented city in, by the actions that people use; all dates are given, it is December 2021 there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import Case, When

from tici.accounts.actions import change_password, create_person, enrol_first_administrators, grant_role
from tici.accounts.models import Person, Role
from tici.accounts.rules import DEMONSTRATION_PASSWORD
from tici.core.actions import Source, keep_upload
from tici.core.models import Upload
from tici.duties.actions import DutyRow, accept_duties
from tici.engines import rulebook
from tici.engines.periods import Month
from tici.enterprises.actions import name_reporter
from tici.places.actions import add_post, load_demonstration_city, vacate_post
from tici.places.models import Place, Post
from tici.projects.actions import LedgerRow, accept_projects
from tici.projects.models import ApprovalKind
from tici.returns.actions import EntryRow, accept_filing, file_entries, lock_filing, open_month, send_back
from tici.returns.models import FIGURES, Channel, Filing, FilingState, UnitReport
from tici.targets.actions import publish_figure, set_target

from .example_files import write_example_files
from .generate import MONTHS, NOVEMBER, County, Example, Totals, examples
from .industry import FULL, FirmSize, city_of
from .load_firms import FIRM_MONTHS, Manners, load_industry
from .load_lines import load_lines
from .load_opinions import load_opinions
from .load_pool import load_pool
from .load_scores import load_scores
from .other_lists import write_other_lists
from .words import LEADERS
from .workbooks import cells_of, filed_on, filing_no, ledger_columns, month_columns, permit_no, workbook

SEED = 20211221
CITY, PARK = "130100", "130171"
OPENED = datetime(2021, 2, 20, 1, tzinfo=UTC)
LATE = {"130123": 3, "130130": 5}  # counties that filed November so many days late
SILENT = ("130125", "130129", "130172")  # counties that have not filed November
SENT_BACK = {"130111": "3个示例项目的本年累计小于上月，请核对后重新报送。"}
FIRMS_SENT_BACK = {"130111": "示例企业的产品结构与行业代码不符，请核对后重新报送。"}
ACCEPTED = ("130102", "130104", "130171")
VACANT = ("130102", "副区长(工业)", date(2021, 9, 15))
UNCOVERED_EVERY = 23  # so that full coverage is not yet reached

SignIn = tuple[str, str, str]
FIRM_SIGN_IN, FIRM_COUNTY = "qiye", "130123"  # who reports for one firm alone, and the county whose firm it is


@dataclass(frozen=True)
class People:
    """Who does what in the demonstration."""

    dispatcher: Person
    reporters: dict[str, Person]  # by place code
    clerk: Person  # of consultations
    security: Person
    planner: Person


@transaction.atomic
def load(
    seed: int = SEED,
    *,
    months: Sequence[Month] = MONTHS,
    firms: FirmSize | None = FULL,
    firm_months: Sequence[Month] = FIRM_MONTHS,
    opinions: int = 300,
    has_lines: bool = True,
    examples_into: Path | None = None,
) -> list[SignIn]:
    """Load the demonstration city into an empty database; the same seed gives the same city.

    ``months`` are those of the projects, ``firm_months`` those of the industry; without ``firms`` there is none.
    ``opinions`` is how many residents speak on the notice; without ``has_lines`` there are no school lines.
    ``examples_into`` is a folder for workbooks that a newcomer may drop.
    """
    load_demonstration_city(by="demonstration", at=OPENED)
    places = {place.code: place for place in Place.objects.county_level()}
    people, sign_ins = _people(places)
    totals = _totals()
    counties = [_county(place) for place in places.values()]
    made = examples(counties, totals, seed=seed)
    industry = None if firms is None else city_of(counties, made, firms, seed=seed)
    if industry is not None:  # first, so that the projects find their owners
        manners = Manners(people.dispatcher, people.reporters, LATE, SILENT, FIRMS_SENT_BACK, ACCEPTED)
        load_industry(industry, places, made, manners, firm_months)
    by_county: dict[str, list[Example]] = defaultdict(list)
    for example in made:
        by_county[example.county.code].append(example)
    ids: dict[int, int] = {}
    uploads: dict[str, Upload] = {}
    for code, own in by_county.items():
        uploads[code] = _sent(own, people.reporters[code])
        ids |= _registered(own, places[code], uploads[code], people.reporters[code])
    for month in months:
        _month(month, by_county, places, ids, uploads, people)
    post = Post.objects.get(place=places[VACANT[0]], title=VACANT[1])
    vacate_post(post=post, on=VACANT[2], by=people.dispatcher, at=OPENED)
    if industry is not None:
        _name_firm_reporter(people.reporters[FIRM_COUNTY])
        load_pool(industry.firms, people.dispatcher, people.reporters, seed=seed)
        load_scores(Place.objects.get(code=CITY), people.dispatcher, seed=seed)
    if has_lines:
        load_lines(people.planner, seed=seed)
    _published(people.dispatcher)
    if opinions:
        load_opinions(Place.objects.get(code=CITY), people.clerk, seed=seed, count=opinions)
    if examples_into is not None:
        write_example_files(examples_into, {code: by_county[code] for code in SILENT}, industry)
        if industry is not None:
            write_other_lists(examples_into / "lists", industry.firms, seed=seed)
    return sign_ins


def _name_firm_reporter(by: Person) -> None:
    """The demonstration's firm reporter files for a firm whose report waits for its answer, else for any."""
    reports = UnitReport.objects.filter(place=by.place, enterprise__isnull=False).select_related("enterprise")
    waiting = reports.order_by("-month_on", Case(When(state=FilingState.SENT_BACK, then=0), default=1), "-asks", "pk")
    if report := waiting.first():
        assert report.enterprise is not None
        name_reporter(enterprise=report.enterprise, username=FIRM_SIGN_IN, by=by, at=_after(NOVEMBER, 1))


def _county(place: Place) -> County:
    return County(place.code, place.name, LEADERS[place.kind])


def _totals() -> Totals:
    found = {one["code"]: one["value"] for one in rulebook.load("demonstration/published")["published"]}
    return Totals(
        key_projects=found["key_projects"],
        key_done_august=found["key_done_august"],
        key_rate_august=found["key_rate_august"],
        park_code=PARK,
        park_key=found["park_key"],
        park_key_rate=found["park_key_rate"],
        park_signed=found["park_signed"],
        park_signed_wan=found["park_signed_wan"],
        park_started=found["park_started"],
        park_started_wan=found["park_started_wan"],
    )


def _people(places: dict[str, Place]) -> tuple[People, list[SignIn]]:
    """The three administrators, a dispatcher, a leader, a duty officer, and a reporter for every county."""
    names = {Role.SYSTEM_ADMIN: "xitong", Role.SECURITY_ADMIN: "anquan", Role.AUDIT_ADMIN: "shenji"}
    opened = enrol_first_administrators(usernames=names, at=OPENED)
    for one in opened:
        change_password(person=one.person, password=DEMONSTRATION_PASSWORD, at=OPENED)
    system, security, _audit = (one.person for one in opened)
    city = Place.objects.get(code=CITY)
    park = places[PARK]

    def joined(username: str, name: str, role: str, place: Place | None) -> Person:
        person = create_person(username=username, display_name=name, by=system, at=OPENED).person
        change_password(person=person, password=DEMONSTRATION_PASSWORD, at=OPENED)
        return grant_role(person=person, role=role, place=place, by=security, at=OPENED)

    dispatcher = joined("diaodu", "市局调度员(示例)", Role.DISPATCHER, city)
    planner = joined("xianlu", "线路规划员(示例)", Role.LINE_PLANNER, city)
    joined("lingdao", "市领导(示例)", Role.LEADER, city)
    joined("baolian", "高新区包联干部(示例)", Role.DUTY_OFFICER, park)
    clerk = joined("shouli", "征求意见受理员(示例)", Role.CONSULTATION_CLERK, city)
    joined("shenhe", "征求意见审核员(示例)", Role.CONSULTATION_REVIEWER, city)
    reporters = {
        code: joined(f"tianbao{code[2:]}", f"{place.short_name}填报员(示例)", Role.COUNTY_REPORTER, place)
        for code, place in places.items()
    }
    joined(FIRM_SIGN_IN, "企业填报员(示例)", Role.FIRM_REPORTER, None)
    said = [
        ("diaodu", "市局调度员"),
        (reporters["130123"].username, "正定县填报员(其他县区把后四位换成本县区代码)"),
        ("qiye", "企业填报员(只填一家企业的月报)"),
        ("lingdao", "市领导"),
        ("baolian", "高新区包联干部"),
        ("shouli", "征求意见受理员"),
        ("shenhe", "征求意见审核员"),
        ("xianlu", "线路规划员"),
        ("xitong", "系统管理员"),
        ("anquan", "安全管理员"),
        ("shenji", "审计管理员"),
    ]
    people = People(dispatcher, reporters, clerk, security, planner)
    return people, [(name, DEMONSTRATION_PASSWORD, who) for name, who in said]


def _sent(own: Sequence[Example], reporter: Person) -> Upload:
    """The county's workbook for November, kept as if it had been dropped."""
    name = f"{own[0].county.name}2021年11月项目台账及调度表(示例).xlsx"
    return keep_upload(BytesIO(workbook(own, NOVEMBER)), name=name, by=reporter, at=_after(NOVEMBER, 3))


def _registered(own: Sequence[Example], place: Place, upload: Upload, reporter: Person) -> dict[int, int]:
    """Enter a county's projects and who answers for them; returns project ids by example number."""
    columns, batch = ledger_columns(), UUID(int=int(place.code))
    sources = [Source(upload.pk, "项目台账", 4 + at, cells_of(columns, at)) for at in range(len(own))]
    rows = [_ledger_row(example, place, source) for example, source in zip(own, sources, strict=True)]
    taken = accept_projects(rows, batch=batch, by=reporter, at=OPENED, on=date(2021, 2, 20))
    for title in LEADERS[place.kind]:
        add_post(place=place, title=title, by=reporter, at=OPENED)
    duties = [
        DutyRow(pk, place.pk, example.leader, example.department, example.officer, date(2021, 2, 20), source)
        for pk, example, source in zip(taken.project_ids, own, sources, strict=True)
        if example.number % UNCOVERED_EVERY
    ]
    accept_duties(duties, batch=batch, by=reporter, at=OPENED)
    return dict(zip((example.number for example in own), taken.project_ids, strict=True))


def _ledger_row(example: Example, place: Place, source: Source) -> LedgerRow:
    facts = {
        "name": example.name,
        "code": example.code,
        "site": f"{example.county.name}示例园区{example.number % 9 + 1}号",
        "industry": example.trade.industry,
        "cluster": example.trade.cluster,
        "level": example.level,
        "investment_wan": Decimal(example.investment),
        "signed_on": example.signed_on,
        "planned_start_on": example.planned_start_on,
        "planned_start_precision": "month",
        "started_on": example.started_on,
        "started_precision": "day",
        "planned_finish_on": example.planned_finish_on,
        "planned_finish_precision": "month",
        "completed_on": example.completed_on,
        "completed_precision": "day",
        "statistics_on": example.statistics_on,
        "is_example": True,
    }
    for day in ("planned_start", "started", "planned_finish", "completed"):
        if facts[f"{day}_on"] is None:
            del facts[f"{day}_precision"]
    papers = {
        ApprovalKind.FILING: (filing_no(example), filed_on(example)),
        ApprovalKind.PERMIT: (permit_no(example), None),
    }
    return LedgerRow(
        project_id=None,
        place_id=place.pk,
        facts={name: value for name, value in facts.items() if value not in (None, "")},
        owner_name=example.owner,
        owner_uscc=example.uscc,
        year=2021,
        category=example.category,
        plan_wan=Decimal(example.plan) if example.plan else None,
        approvals={kind: paper for kind, paper in papers.items() if paper[0]},
        stage=example.stage,
        source=source,
    )


def _month(
    month: Month,
    by_county: dict[str, list[Example]],
    places: dict[str, Place],
    ids: dict[int, int],
    uploads: dict[str, Upload],
    people: People,
) -> None:
    """One month: opened, filed by the counties each in its way, looked through; earlier ones are locked."""
    open_month(month, by=people.dispatcher, at=_after(month, 0))
    for filing in Filing.objects.filter(month_on=month.first).select_related("place"):
        code = filing.place.code
        if month == NOVEMBER and code in SILENT:
            continue
        late = LATE.get(code, 0) if month == NOVEMBER else 0
        upload = uploads[code] if month == NOVEMBER else None
        file_entries(
            filing=filing,
            rows=_entries(by_county[code], month, ids, upload),
            channel=Channel.WORKBOOK if upload else Channel.SCREEN,
            by=people.reporters[code],
            at=_after(month, 2 + int(code) % 3 + late, hours=int(code) % 7),
        )
        if month != NOVEMBER:
            accept_filing(filing=filing, by=people.dispatcher, at=_after(month, 7), reason="已电话核实（示例）")
            lock_filing(filing=filing, by=people.dispatcher, at=_after(month, 10))
        elif code in ACCEPTED:
            accept_filing(filing=filing, by=people.dispatcher, at=_after(month, 6), reason="已电话核实（示例）")
        elif code in SENT_BACK:
            send_back(filing=filing, reason=SENT_BACK[code], by=people.dispatcher, at=_after(month, 6))


def _entries(own: Sequence[Example], month: Month, ids: dict[int, int], upload: Upload | None) -> list[EntryRow]:
    columns = month_columns(month)
    amounts = [column.field for column in columns if column.field in FIGURES]
    rows = []
    for at, example in enumerate(own):
        if not example.plan and not example.done:
            continue
        told = {column.field: column.value(example) for column in columns}
        rows.append(
            EntryRow(
                project_id=ids[example.number],
                figures={name: None if told[name] is None else Decimal(told[name]) for name in amounts},
                texts={"progress_text": told["progress_text"], "problem_text": told["problem_text"]},
                source=Source(upload.pk, "月度调度表", 4 + at, cells_of(columns, at)) if upload else None,
            )
        )
    return rows


def _published(by: Person) -> None:
    """The published targets and totals, each with its source and day."""
    rule = rulebook.load("demonstration/published")
    places = {place.code: place for place in Place.objects.filter(code__in=[CITY, PARK])}
    for one in rule["target"]:
        set_target(
            measure=one["measure"],
            place=places[one["place"]],
            year=one["year"],
            value=Decimal(one["value"]),
            profile=one.get("profile", ""),
            source=one["source"],
            source_on=one["on"],
            by=by,
            at=OPENED,
        )
    for one in rule["published"]:
        publish_figure(
            measure=one.get("measure", ""),
            label=one["label"],
            place=places[one["place"]],
            period=one["period"],
            value=Decimal(str(one["value"])),
            unit=one["unit"],
            source=one["source"],
            published_on=one["on"],
            by=by,
            at=OPENED,
        )


def _after(month: Month, days: int, *, hours: int = 0) -> datetime:
    """A working hour some days after a month's end."""
    return datetime.combine((month + 1).first, datetime.min.time(), tzinfo=UTC) + timedelta(days=days, hours=1 + hours)
