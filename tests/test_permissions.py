"""Every URL × every role: ``permissions_table.txt`` says the answer, and lists every URL there is."""

from __future__ import annotations

import re
import uuid
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core import signing
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import make
from tests.buslines import planning
from tests.consultation import noticing
from tests.make import NOVEMBER, NOW, TODAY
from tici.accounts.models import Role
from tici.briefings.models import Briefing
from tici.buslines.models import Planning, ReceivedList, Scenario
from tici.consultation import actions
from tici.consultation.models import Page, Part, Publication
from tici.consultation.queries import results
from tici.core.actions import keep_upload, start_job
from tici.core.audit import record
from tici.desk.models import Acceptance, DroppedFile
from tici.enterprises.actions import merge_enterprises, name_reporter
from tici.enterprises.models import (
    ClusterMembership,
    ClusterPlatform,
    EntryReview,
    EntryWindowDay,
    KnownApart,
    LibrarySpell,
    ListedFirm,
    Listing,
    OfficeList,
)
from tici.projects.models import Stage
from tici.returns.actions import ReportRow, ask_cell, file_reports, load_forms, open_form_month
from tici.returns.models import Finding, FormUpload, FormVersion, Indicator, SealedMonth, UnitFinding, UnitReport
from tici.targets.actions import set_target

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("permissions_table.txt")
WHO = (
    "nobody", "none", "dispatcher", "reporter", "elsewhere", "officer", "leader", "firm",
    "clerk", "review", "planner", "system", "security", "audit",
)  # fmt: skip
ADMINISTRATORS = WHO[-3:]
SECRET = "重组蛋白生产线"  # a project's name: the city's business, which no administrator is shown
LINE = re.compile(r"(GET|POST) +([a-z]+:[a-z_]+)(?:\(([^)]*)\))?(\?\S+)? +((?:\d{3} *)+)")


class Line(NamedTuple):
    """One line of the table."""

    method: str
    name: str
    arguments: tuple[str, ...]
    query: str
    statuses: tuple[int, ...]


def lines() -> list[Line]:
    found = []
    for text in TABLE.read_text(encoding="utf-8").splitlines():
        if text and not text.startswith("#"):
            method, name, arguments, query, statuses = LINE.fullmatch(text.rstrip()).groups()
            words = tuple((arguments or "").replace(" ", "").split(",")) if arguments else ()
            found.append(Line(method, name, words, query or "", tuple(map(int, statuses.split()))))
    return found


def every_url_name() -> set[str]:
    """Each URL the product answers, by its name."""
    found = set()

    def walk(patterns: list[URLPattern | URLResolver], namespace: str) -> None:
        for one in patterns:
            if isinstance(one, URLResolver):
                walk(one.url_patterns, one.namespace or namespace)
            else:
                found.add(f"{namespace}:{one.name}")

    walk(get_resolver().url_patterns, "")
    return found


def test_every_url_is_in_the_table():
    assert {line.name for line in lines()} == every_url_name()


def test_every_line_says_what_everybody_gets():
    assert {len(line.statuses) for line in lines()} == {len(WHO)}


@pytest.fixture(scope="module")
def city(standing):
    return make.city()


@pytest.fixture(scope="module")
def county(city):
    return make.place("正定县", within=city)


@pytest.fixture(scope="module")
def people(city, county):
    roles = {
        "none": (Role.NONE, None),
        "dispatcher": (Role.DISPATCHER, city),
        "reporter": (Role.COUNTY_REPORTER, county),
        "elsewhere": (Role.COUNTY_REPORTER, make.place("行唐县", within=city)),
        "officer": (Role.DUTY_OFFICER, county),
        "leader": (Role.LEADER, city),
        "firm": (Role.FIRM_REPORTER, None),
        "clerk": (Role.CONSULTATION_CLERK, city),
        "review": (Role.CONSULTATION_REVIEWER, city),
        "planner": (Role.LINE_PLANNER, city),
        "system": (Role.SYSTEM_ADMIN, None),
        "security": (Role.SECURITY_ADMIN, None),
        "audit": (Role.AUDIT_ADMIN, None),
    }
    return {name: make.person(role=role, place=place) for name, (role, place) in roles.items()}


@pytest.fixture(scope="module")
def rows(county, people):
    """One row of each kind, all of the county's, by the name the table calls it."""
    reporter, dispatcher = people["reporter"], people["dispatcher"]
    project = make.project(place=county, name=SECRET, stage=Stage.STARTED, started_on=TODAY)
    cancelled = make.project(place=county, cancelled_on=TODAY, cancel_reason="并入其他项目")
    filing = make.filing(place=county, state="filed", first_filed_at=NOW, last_filed_at=NOW)
    entry = make.entry(vintage=make.vintage(filing=filing, by=reporter), project=project)
    finding = Finding.objects.create(
        entry=entry,
        check_code="ytd_falls",
        field="done_ytd_wan",
        severity="warn",
        facts={"left": "2", "right": "3", "difference": "1"},
    )
    post = make.post(place=county)
    duty = make.duty(project=project, post=post, from_date=TODAY)
    upload = keep_upload(BytesIO(b"a,b\n1,2\n"), name="ledger.csv", by=reporter, at=NOW)
    drop = DroppedFile.objects.create(
        upload=upload, name="ledger.csv", dropped_at=NOW, dropped_by=reporter, place=county, month_on=NOVEMBER.first
    )
    acceptance = Acceptance.objects.create(file=drop, accepted_at=NOW, accepted_by=reporter)
    briefing = Briefing.objects.create(
        place=county, month_on=NOVEMBER.first, number=1, office="办公室", recipients="各单位", dated_on=TODAY,
        dispatch=upload, word=upload, printed=upload, made_at=NOW, made_by=dispatcher,
    )  # fmt: skip
    with transaction.atomic():
        written = record("project.moved", subject=project, by=reporter, at=NOW)
    target = set_target(
        measure="projects.started_year", place=county, year=2021, value=3, source="示例", by=dispatcher, at=NOW
    )
    load_forms(by=dispatcher, at=NOW)
    report, unit_finding, question = _reported(make.enterprise(place=county), reporter, dispatcher)
    named = name_reporter(enterprise=report.enterprise, username=people["firm"].username, by=reporter, at=NOW)
    stays = [
        LibrarySpell.objects.create(enterprise=make.enterprise(place=county), from_date=date(2020, 1, 1), to_date=end)
        for end in (None, date(2021, 5, 1))
    ]
    sealed = SealedMonth.objects.create(
        code="industry_firm", month_on=(NOVEMBER - 1).first, snapshot=upload, units=1, sealed_at=NOW,
        sealed_by=dispatcher,
    )  # fmt: skip
    form_upload = FormUpload.objects.create(
        form=report.form, month_on=NOVEMBER.first, place=county, upload=upload, name="表.xlsx", sent_at=NOW,
        sent_by=reporter,
    )  # fmt: skip
    firm, double = make.enterprise(place=county), make.enterprise(place=county)
    cluster = make.cluster(place=county, code="gaoyi")
    ClusterMembership.objects.create(cluster=cluster, enterprise=firm, origin="put_in", reason="示例")
    platform = ClusterPlatform.objects.create(cluster=cluster, kind="testing", name="示例检测中心", from_date=TODAY)
    apart = KnownApart.objects.create(left=firm, right=double, reason="示例", said_by=dispatcher, said_at=NOW)
    gone = make.enterprise(place=county)
    merging = merge_enterprises(kept=firm, gone=gone, reason="示例", by=dispatcher, at=NOW)
    entry_review = EntryReview.objects.create(enterprise=firm, year=2021, timing="not_in", entry="grown")
    listing = Listing.objects.create(enterprise=firm, board="neeq", from_date=TODAY)
    candidacy = make.candidacy(enterprise=firm)
    window = EntryWindowDay.objects.create(
        place=county, window="annual_second", closes_on=TODAY, through_on=NOVEMBER.first, source="示例通知"
    )
    office_list = OfficeList.objects.create(
        kind="tax", place=county, year=2020, name="名单.xlsx", upload=upload, received_at=NOW, received_by=dispatcher,
        state="matched",
    )  # fmt: skip
    listed = ListedFirm.objects.create(
        office_list=office_list, sheet="名单", row=4, cells={"name": "B4"}, name="示例甲厂", state="lead",
        found_state="lead", probability=0, search_text="",
    )  # fmt: skip
    notice = noticing.notice(by=people["clerk"], place=county, code="lines")
    draft = noticing.notice(by=people["clerk"], place=county, is_issued=False)
    opinion = noticing.read(notice, SECRET)
    receipt = actions.Receipt(opinion.item, is_new=False)
    part = Part.objects.create(item=opinion.item, position=1, name="信.tif", upload=upload)
    page = Page.objects.create(part=part, number=1, image=upload)
    Publication.objects.create(
        notice=notice, number=1, content=results.account(notice), state="published", proposed_at=NOW,
        proposed_by=people["clerk"], confirmed_at=NOW, confirmed_by=people["review"],
    )  # fmt: skip
    return {
        **_lines(county, people["planner"], upload),
        "notice": notice.pk, "lines": notice.code, "draft": draft.pk, "opinion": opinion.pk,
        "item": opinion.item_id, "page": page.pk, "point": opinion.points.get().pk,
        "receipt": signing.dumps(receipt.number, salt="consultation.receipt"),
        "office_list": office_list.pk, "listed_firm": listed.pk,
        "entry_review": entry_review.pk, "listing": listing.pk, "enterprise": firm.pk, "double": double.pk,
        "cluster": cluster.code, "cluster_pk": cluster.pk,
        "candidacy": candidacy.pk, "pool_window": window.pk,
        "platform": platform.pk, "apart": apart.pk, "merging": merging.pk,
        "form_upload": form_upload.pk,
        "indicator": Indicator.objects.get(code="output").pk,
        "form": FormVersion.objects.get(code="industry_firm").pk,
        "firm_reporter": named.pk, "stay": stays[0].pk, "ended_stay": stays[1].pk,
        "report": report.pk, "unit_finding": unit_finding.pk, "question": question.pk, "sealed": sealed.pk,
        "project": project.pk, "cancelled": cancelled.pk, "filing": filing.pk, "finding": finding.pk,
        "department": make.department(place=county).pk,
        "post": post.pk, "duty": duty.pk, "drop": drop.pk, "batch": acceptance.batch, "digest": upload.digest,
        "briefing": briefing.pk, "record": written.pk, "target": target.pk, "county": county.code,
        "job": start_job("desk.read_file", title="示例", by=reporter, at=NOW).pk,
        "person": make.person(place=county).pk, "measure": "projects.started_year",
        "nothing": uuid.UUID(int=0),
    }  # fmt: skip


def _reported(firm, reporter, dispatcher):
    """A firm's report for November that says what cannot be, the finding, and a question about it."""
    LibrarySpell.objects.create(enterprise=firm, sector="industry", from_date=TODAY.replace(year=2020))
    form = FormVersion.objects.get(code="industry_firm")
    open_form_month(form, NOVEMBER, by=dispatcher, at=NOW)
    report = UnitReport.objects.get(enterprise=firm)
    figures = tuple(Decimal(-5) if column.code == "output.ytd" else None for column in form.columns)
    rows = [ReportRow(report.pk, figures)]
    file_reports(form=form, month=NOVEMBER, rows=rows, channel="screen", by=reporter, at=NOW)
    question = ask_cell(report=report, column="output.ytd", question="为何为负？", by=dispatcher, at=NOW)
    finding = UnitFinding.objects.filter(vintage__report=report).order_by("pk")[0]
    return UnitReport.objects.get(pk=report.pk), finding, question


def _lines(place, planner, upload):
    """A school with a line in force, a draft, a scenario, and what planning leaves."""
    school = planning.school(place)
    runs = planning.kept(school, planner, state="in_force", in_force_from=TODAY)
    open_plan = planning.kept(school, planner)
    scenario = Scenario.objects.create(
        school=school, plan=runs, kind="open_line", title="示例", declared_at=NOW, declared_by=planner
    )
    job = start_job("buslines.plan", title="示例", by=planner, at=NOW)
    received = ReceivedList.objects.create(
        kind="stops", upload=upload, place=place, made=1, changed=0, received_at=NOW, received_by=planner
    )
    return {
        "school": school.pk, "runs": runs.pk, "open_plan": open_plan.pk, "line": runs.patterns.first().line_id,
        "pattern": open_plan.patterns.first().pk, "bus_stop": runs.patterns.first().stops.get().stop_id,
        "scenario": scenario.pk, "planning": Planning.objects.create(school=school, job=job).pk,
        "received": received.pk,
    }  # fmt: skip


def _asked(client, line: Line, url: str) -> tuple[int, str]:
    """The status of an answer, and its text where it is a page."""
    response = client.post(url, {"sent": "nothing of use"}) if line.method == "POST" else client.get(url)
    if response.streaming:
        return response.status_code, f"{len(response.getvalue())} bytes"  # read to its end, so that the file is closed
    return response.status_code, response.text


@pytest.mark.parametrize("line", lines(), ids=lambda line: f"{line.method} {line.name}{line.query}")
def test_everybody_gets_what_the_table_says(client, people, rows, line):
    url = reverse(line.name, args=[rows.get(word, word) for word in line.arguments]) + line.query
    got = []
    for who in WHO:
        client.logout()
        if who != "nobody":
            client.force_login(people[who])
        with transaction.atomic():
            status, text = _asked(client, line, url)
            transaction.set_rollback(True)
        got.append(status)
        assert who not in ADMINISTRATORS or SECRET not in text

    assert tuple(got) == line.statuses


def test_nobody_is_led_to_sign_in(client, rows):
    public = {"accounts:sign_in", "accounts:first_administrators", "accounts:display", "accounts:language"}
    rooms = ("consultation:", "buslines:")
    public |= {line.name for line in lines() if line.name.startswith(rooms) and line.statuses[0] != 302}
    for line in lines():
        if line.name not in public:
            url = reverse(line.name, args=[rows.get(word, word) for word in line.arguments])
            response = client.post(url) if line.method == "POST" else client.get(url)
            expected = "/sign-in/" if line.name == "accounts:sign_out" else "/sign-in/?next="
            assert response.headers["Location"].startswith(expected), line
