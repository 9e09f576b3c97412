"""What filing, reviewing and undoing do to a month, and what they refuse."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from tests import make
from tests.make import NOVEMBER, NOW
from tici.accounts.models import Role
from tici.core.actions import Source, keep_upload
from tici.core.models import Record
from tici.core.refusals import Refused
from tici.engines.periods import Month
from tici.places.models import PlaceKind
from tici.projects.models import Category, Stage
from tici.returns.actions import (
    EntryRow,
    accept_filing,
    answer_finding,
    file_entries,
    lock_filing,
    open_month,
    relight,
    send_back,
    undo_vintages,
    unlock_filing,
    withdraw_month,
)
from tici.returns.models import Channel, DraftRow, Entry, Filing, FilingState, Finding, Light, Vintage

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def county():
    return make.place("正定县", within=make.city())


@pytest.fixture
def reporter(county):
    return make.person(place=county, role=Role.COUNTY_REPORTER)


def row(project, source=None, progress_text="", **figures):
    return EntryRow(
        project.pk, {name: Decimal(value) for name, value in figures.items()}, {"progress_text": progress_text}, source
    )


def file(filing, *rows, by, at=NOW, **over):
    return file_entries(filing=filing, rows=rows, channel=Channel.WORKBOOK, by=by, at=at, **over)


def codes(refused):
    return [refusal.code for refusal in refused.value.refusals]


def current(month=NOVEMBER):
    return dict(Entry.objects.current(month).values_list("project", "done_ytd_wan"))


def test_filed_entries_are_kept_as_reported_with_the_cell_they_came_from(county, reporter, tmp_path):
    project, filing = make.project(place=county), make.filing(place=county)
    (tmp_path / "a.xlsx").write_bytes(b"a workbook")
    with (tmp_path / "a.xlsx").open("rb") as file_:
        upload = keep_upload(file_, name="a.xlsx", by=reporter, at=NOW)
    source = Source(upload.pk, "11月", 7, {"done_ytd_wan": "F7"})

    vintage = file(filing, row(project, source, done_ytd_wan="812.5", progress_text="主体完工"), by=reporter)

    entry = Entry.objects.get()
    assert (entry.vintage, entry.place, entry.month_on, entry.is_current) == (vintage, county, date(2021, 11, 1), True)
    assert (entry.done_ytd_wan, entry.done_month_wan, entry.progress_text) == (Decimal("812.5"), None, "主体完工")
    assert (entry.source.sheet, entry.source.row, entry.source.cells) == ("11月", 7, {"done_ytd_wan": "F7"})
    filing.refresh_from_db()
    assert (filing.state, filing.first_filed_at, filing.last_filed_at) == (FilingState.FILED, NOW, NOW)
    assert Record.objects.filter(what="return.filed").count() == 1


def test_a_correction_is_a_new_vintage_and_the_old_one_stays(county, reporter):
    project, filing = make.project(place=county), make.filing(place=county)

    file(filing, row(project, done_ytd_wan=800), by=reporter)
    file(filing, row(project, done_ytd_wan=900), by=reporter, at=LATER, reason="漏报一笔")

    assert list(Vintage.objects.values_list("number", "reason")) == [(1, ""), (2, "漏报一笔")]
    assert list(Entry.objects.order_by("pk").values_list("done_ytd_wan", "is_current")) == [(800, False), (900, True)]
    filing.refresh_from_db()
    assert (filing.first_filed_at, filing.last_filed_at) == (NOW, LATER)


def test_what_the_checks_say_stands_beside_the_cell(county, reporter):
    project = make.project(place=county, investment_wan=Decimal(1000))
    october = make.filing(place=county, month=NOVEMBER - 1)
    file(october, row(project, done_ytd_wan=700, done_month_wan=100, done_total_wan=700), by=reporter)

    file(make.filing(place=county), row(project, done_ytd_wan=600, done_month_wan=0, done_total_wan=500), by=reporter)

    found = Finding.objects.filter(entry__month_on=NOVEMBER.first).order_by("check_code")
    assert list(found.values_list("check_code", "field", "severity")) == [
        ("month_not_difference", "done_month_wan", "ask"),
        ("ytd_falls", "done_ytd_wan", "ask"),
        ("ytd_over_since_start", "done_ytd_wan", "stop"),
    ]
    falls = found[1]
    assert falls.facts == {"left": "600", "right": "700.0000", "difference": "100.0000"}


def test_in_january_the_year_begins_anew(county, reporter):
    project, january = make.project(place=county), NOVEMBER + 2
    december = make.filing(place=county, month=NOVEMBER + 1)
    file(december, row(project, done_ytd_wan=900, done_month_wan=100), by=reporter)

    file(make.filing(place=county, month=january), row(project, done_ytd_wan=80, done_month_wan=80), by=reporter)

    assert not Finding.objects.filter(entry__month_on=january.first).exists()


def test_standstill_and_unchanged_words_are_counted_over_the_months(county, reporter):
    project = make.project(place=county, stage=Stage.BUILDING, started_on=date(2021, 3, 1))
    for month in (NOVEMBER - 2, NOVEMBER - 1, NOVEMBER):
        filing = make.filing(place=county, month=month)
        file(filing, row(project, done_ytd_wan=300, done_month_wan=0, progress_text="基础施工"), by=reporter)

    found = Finding.objects.filter(entry__month_on=NOVEMBER.first).order_by("check_code")
    assert [(one.check_code, one.facts["left"]) for one in found] == [
        ("nothing_done", "3"),
        ("progress_unchanged", "3"),
    ]
    assert not Finding.objects.exclude(entry__month_on=NOVEMBER.first).exists()


@pytest.mark.parametrize("state", [FilingState.ACCEPTED, FilingState.LOCKED])
def test_a_month_that_is_closed_takes_nothing_in(county, reporter, state):
    project, filing = make.project(place=county), make.filing(place=county, state=state)

    with pytest.raises(Refused) as refused:
        file(filing, row(project, done_ytd_wan=1), by=reporter)

    assert codes(refused) == [f"filing.{state}"]
    assert (Entry.objects.count(), Vintage.objects.count(), Record.objects.count()) == (0, 0, 0)


def test_rows_that_cannot_be_filed_are_refused_with_every_reason(county, reporter):
    own, strange = make.project(place=county), make.project(place=make.place("藁城区"), name="示例外地项目")
    filing = make.filing(place=county)
    wrong = [row(own, done_ytd_wan=1), row(own, done_ytd_wan=2), row(strange, done_ytd_wan=10**10)]

    with pytest.raises(Refused) as refused:
        file(filing, *wrong, by=reporter)

    assert codes(refused) == ["filing.project_twice", "filing.too_large", "filing.other_place"]
    assert "正定县（“示例外地项目”）" in refused.value.sentence


def test_nothing_is_no_return(county, reporter):
    with pytest.raises(Refused) as refused:
        file(make.filing(place=county), by=reporter)

    assert codes(refused) == ["filing.empty"]


def test_a_project_is_reported_by_one_place_only(county, reporter):
    park = make.place("高新区", within=county, kind=PlaceKind.PARK)
    project = make.project(place=park)
    file(make.filing(place=park), row(project, done_ytd_wan=1), by=reporter)

    with pytest.raises(Refused) as refused:
        file(make.filing(place=county), row(project, done_ytd_wan=1), by=reporter)

    assert codes(refused) == ["filing.reported_elsewhere"]


def test_a_filing_is_sent_back_with_a_reason_corrected_accepted_and_locked(county, reporter):
    project, filing = make.project(place=county), make.filing(place=county)
    dispatcher = make.person(place=county.parent)
    file(filing, row(project, done_ytd_wan=800), by=reporter)

    send_back(filing=filing, reason="本年累计与台账不符", by=dispatcher, at=NOW)
    file(filing, row(project, done_ytd_wan=900), by=reporter, at=LATER)
    accept_filing(filing=filing, by=dispatcher, at=LATER)
    lock_filing(filing=filing, by=dispatcher, at=LATER)
    unlock_filing(filing=filing, reason="统计反馈更正", by=dispatcher, at=LATER)

    filing.refresh_from_db()
    assert (filing.state, filing.sent_back_reason) == (FilingState.ACCEPTED, "本年累计与台账不符")
    assert list(Record.objects.order_by("pk").values_list("what", flat=True)) == [
        "return.filed", "return.sent_back", "return.filed", "return.accepted", "return.locked", "return.unlocked",
    ]  # fmt: skip


def test_figures_that_were_sent_back_count_until_they_are_corrected(county, reporter):
    project, filing = make.project(place=county), make.filing(place=county)
    file(filing, row(project, done_ytd_wan=800), by=reporter)

    send_back(filing=filing, reason="请核对", by=reporter, at=NOW)

    assert current() == {project.pk: 800}


def test_of_two_who_accept_the_second_is_told(county, reporter):
    filing = make.filing(place=county)
    file(filing, row(make.project(place=county), done_ytd_wan=1), by=reporter)
    accept_filing(filing=filing, by=reporter, at=NOW)

    with pytest.raises(Refused) as refused:
        accept_filing(filing=filing, by=reporter, at=NOW)

    assert codes(refused) == ["filing.accepted"]
    assert "同事刚刚办理" in refused.value.sentence


def test_what_must_be_corrected_is_not_accepted_and_what_must_be_explained_only_with_a_reason(county, reporter):
    project, filing = make.project(place=county), make.filing(place=county)

    file(filing, row(project, done_ytd_wan=-5), by=reporter)
    with pytest.raises(Refused) as stopped:
        accept_filing(filing=filing, by=reporter, at=NOW, reason="先通过")
    file(filing, row(project, done_ytd_wan=5, done_month_wan=-5), by=reporter)
    with pytest.raises(Refused) as asked:
        accept_filing(filing=filing, by=reporter, at=NOW)
    accept_filing(filing=filing, by=reporter, at=NOW, reason="电话核实为核减")

    assert (codes(stopped), codes(asked)) == (["filing.stops"], ["filing.unanswered"])


def test_an_answer_is_carried_over_to_the_next_vintage_while_the_figures_are_the_same(county, reporter):
    project, other, filing = make.project(place=county), make.project(place=county), make.filing(place=county)
    file(filing, row(project, done_month_wan=-5), by=reporter)
    answer_finding(finding=Finding.objects.get(), answer="核减9月多报", by=reporter, at=NOW)

    file(filing, row(project, done_month_wan=-5), row(other, done_month_wan=-7), by=reporter)

    newest = Finding.objects.filter(entry__is_current=True).order_by("pk")
    assert list(newest.values_list("entry__project", "answer")) == [(project.pk, "核减9月多报"), (other.pk, "")]


def test_an_empty_answer_is_none(county, reporter):
    file(make.filing(place=county), row(make.project(place=county), done_month_wan=-5), by=reporter)

    with pytest.raises(Refused) as refused:
        answer_finding(finding=Finding.objects.get(), answer="  ", by=reporter, at=NOW)

    assert codes(refused) == ["finding.answer"]


@pytest.mark.parametrize(
    ("state", "act", "code"),
    [
        (FilingState.AWAITED, lambda f, p: send_back(filing=f, reason="x", by=p, at=NOW), "filing.not_filed"),
        (FilingState.FILED, lambda f, p: send_back(filing=f, reason=" ", by=p, at=NOW), "filing.reason"),
        (FilingState.LOCKED, lambda f, p: send_back(filing=f, reason="x", by=p, at=NOW), "filing.locked"),
        (FilingState.AWAITED, lambda f, p: accept_filing(filing=f, by=p, at=NOW), "filing.not_filed"),
        (FilingState.FILED, lambda f, p: lock_filing(filing=f, by=p, at=NOW), "filing.not_accepted"),
        (FilingState.LOCKED, lambda f, p: lock_filing(filing=f, by=p, at=NOW), "filing.locked"),
        (FilingState.ACCEPTED, lambda f, p: unlock_filing(filing=f, reason="x", by=p, at=NOW), "filing.not_locked"),
        (FilingState.LOCKED, lambda f, p: unlock_filing(filing=f, reason="", by=p, at=NOW), "filing.reason"),
    ],
)
def test_a_step_out_of_order_is_refused_and_leaves_no_trace(county, reporter, state, act, code):
    filing = make.filing(place=county, state=state)

    with pytest.raises(Refused) as refused:
        act(filing, reporter)

    filing.refresh_from_db()
    assert (codes(refused), filing.state, Record.objects.count()) == ([code], state, 0)


def test_an_acceptance_is_undone_as_a_whole_and_the_vintage_before_counts_again(county, reporter):
    one, other = make.project(place=county), make.project(place=county)
    november, october = make.filing(place=county), make.filing(place=county, month=NOVEMBER - 1)
    file(november, row(one, done_ytd_wan=800), by=reporter)
    batch = uuid4()
    file(november, row(one, done_ytd_wan=850), row(other, done_ytd_wan=50), by=reporter, at=LATER, batch=batch)
    file(october, row(one, done_ytd_wan=700), by=reporter, at=LATER, batch=batch)

    undo_vintages(batch, by=reporter, at=LATER)

    assert (current(), current(NOVEMBER - 1)) == ({one.pk: 800}, {})
    assert Vintage.objects.filter(undone_at=LATER).count() == 2
    november.refresh_from_db()
    october.refresh_from_db()
    assert (november.state, november.last_filed_at) == (FilingState.FILED, NOW)
    assert (october.state, october.first_filed_at) == (FilingState.AWAITED, None)


def test_undoing_a_correction_leaves_the_filing_sent_back(county, reporter):
    project, filing, batch = make.project(place=county), make.filing(place=county), uuid4()
    file(filing, row(project, done_ytd_wan=800), by=reporter)
    send_back(filing=filing, reason="请核对", by=reporter, at=LATER)
    file(filing, row(project, done_ytd_wan=850), by=reporter, at=LATER + timedelta(hours=1), batch=batch)

    undo_vintages(batch, by=reporter, at=LATER + timedelta(hours=2))

    filing.refresh_from_db()
    assert filing.state == FilingState.SENT_BACK


def test_an_accepted_month_is_not_undone(county, reporter):
    filing, batch = make.filing(place=county), uuid4()
    file(filing, row(make.project(place=county), done_ytd_wan=1), by=reporter, batch=batch)
    accept_filing(filing=filing, by=reporter, at=NOW)

    with pytest.raises(Refused) as refused:
        undo_vintages(batch, by=reporter, at=LATER)

    assert codes(refused) == ["filing.closed"]
    assert Vintage.objects.filter(undone_at__isnull=True).count() == 1


def test_opening_a_month_awaits_every_county_once_and_says_when_it_is_due():
    city = make.city()
    counties = [
        make.place("长安区", within=city, kind=PlaceKind.DISTRICT),
        make.place("高新区", within=city, kind=PlaceKind.PARK),
    ]
    make.place("某镇", within=counties[0], kind=PlaceKind.TOWNSHIP)

    first, second = (open_month(NOVEMBER, by="system", at=NOW) for _ in range(2))

    assert [filing.place for filing in first] == counties
    assert second == []
    assert set(Filing.objects.values_list("due_on", flat=True)) == {date(2021, 12, 6)}
    assert Record.objects.filter(what="month.opened").count() == 1


@pytest.mark.parametrize(
    ("month", "code"), [(NOVEMBER + 2, "to_come"), (Month(2099, 12), "to_come"), (Month(2018, 12), "before_rules")]
)
def test_no_month_is_opened_before_it_comes_or_before_there_were_rules(county, month, code):
    with pytest.raises(Refused, match=rf"month\.{code}"):
        open_month(month, by="system", at=NOW)

    assert not Filing.objects.exists()


def test_a_month_opened_by_mistake_is_taken_back_as_long_as_nobody_reported(county):
    make.project(place=county, planned_start_on=date(2021, 8, 1))
    for month in (NOVEMBER, NOVEMBER + 1):
        open_month(month, by="system", at=NOW)

    assert withdraw_month(NOVEMBER + 1, by="system", at=NOW) == 1

    assert list(Filing.objects.values_list("month_on", flat=True)) == [date(2021, 11, 1)]
    assert set(Light.objects.values_list("month_on", flat=True)) == {date(2021, 11, 1)}
    assert Record.objects.get(what="month.withdrawn").subject == "returns.month:2021-12"


def test_a_month_in_which_something_was_reported_is_not_taken_back(county):
    (filing,) = open_month(NOVEMBER, by="system", at=NOW)
    DraftRow.objects.create(filing=filing, project=make.project(place=county), cells={"done_ytd_wan": "5"})

    with pytest.raises(Refused, match=r"month\.begun"):
        withdraw_month(NOVEMBER, by="system", at=NOW)

    assert list(Filing.objects.all()) == [filing]


def test_lights_are_set_by_the_rule_and_carry_their_figures(county):
    late = make.project(place=county, planned_start_on=date(2021, 8, 1), planned_start_precision="month")
    slow = make.project(place=county, stage=Stage.BUILDING, started_on=date(2021, 9, 15))
    make.project(place=county, planned_start_on=date(2021, 12, 1))
    make.project(place=county, planned_start_on=date(2021, 6, 1), cancelled_on=date(2021, 7, 1), cancel_reason="调整")
    year = make.project_year(project=slow, plan_wan=Decimal(1000), category=Category.CONTINUING)
    vintage = make.vintage(filing=make.filing(place=county, state=FilingState.FILED), by=make.person(place=county))
    make.entry(vintage=vintage, project=slow, done_ytd_wan=Decimal(700))

    assert relight(NOVEMBER, by="system", at=NOW) == {"red": 1, "yellow": 2}

    lights = Light.objects.order_by("project", "kind").values_list("project", "kind", "colour", "reason", "facts")
    assert list(lights) == [
        (late.pk, "start", "red", "start.overdue", {"month": "2021-08", "months": 3}),
        (slow.pk, "progress", "yellow", "progress.behind", {"rate": "0.7000", "expected": "0.9167", "gap": "0.2167"}),
        (slow.pk, "statistics", "yellow", "statistics.missing", {"month": "2021-09", "months": 2}),
    ]
    assert year.project_id == slow.pk


def test_lights_that_stay_as_they_were_are_not_written_again(county):
    project = make.project(place=county, planned_start_on=date(2021, 8, 1))
    relight(NOVEMBER, by="system", at=NOW)
    (kept,) = Light.objects.values_list("pk", flat=True)

    relight(NOVEMBER, county, by="system", at=NOW)
    assert list(Light.objects.values_list("pk", flat=True)) == [kept]

    project.started_on = date(2021, 11, 3)
    project.statistics_on = date(2021, 11, 1)
    project.save()
    relight(NOVEMBER, county, by="system", at=NOW)
    assert not Light.objects.exists()


def test_filing_sets_the_lights_of_its_place(county, reporter):
    project = make.project(
        place=county, stage=Stage.BUILDING, started_on=date(2021, 1, 5), statistics_on=date(2021, 2, 1)
    )
    filed = row(project, plan_year_wan=1000, done_ytd_wan=100, done_month_wan=10)

    file(make.filing(place=county), filed, by=reporter)

    assert list(Light.objects.values_list("project", "kind", "colour")) == [(project.pk, "progress", "red")]
