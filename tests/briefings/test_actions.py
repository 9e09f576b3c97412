"""Briefings made from the demonstration's rows: kept version by version, telling when counties correct."""

import zipfile
from collections import Counter
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from docx import Document

from tests import make
from tests.make import NOW
from tici.accounts.models import Person
from tici.briefings.actions import Heading, make_briefing
from tici.briefings.queries import city_month, corrected_since, project_rows, state_of
from tici.core.refusals import Refused
from tici.core.uploads import path_of
from tici.desk.demonstration.load import load
from tici.engines.periods import Month
from tici.places.models import Place
from tici.projects.models import Stage
from tici.returns.actions import EntryRow, file_entries
from tici.returns.models import Channel, Entry, Filing, Vintage

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("briefings")]
NOVEMBER = Month(2021, 11)
HEADING = Heading("示例市重点项目办公室", "各县（市、区）人民政府", date(2021, 12, 8))


@pytest.fixture(scope="module")
def city(standing):
    load(months=[Month(2021, 10), NOVEMBER], firms=None, opinions=0, has_lines=False)
    return Place.objects.get(code="130100")


def made(city, steps=None):
    dispatcher = Person.objects.get(username="diaodu")
    tell = (steps if steps is not None else []).append
    return make_briefing(place=city, month=NOVEMBER, heading=HEADING, by=dispatcher, at=NOW, tell=tell)


def test_a_briefing_is_made_and_a_correction_makes_a_second_beside_it(city):
    steps = []
    first = made(city, steps)

    assert steps == [1, 2, 3, 4]
    book = openpyxl.load_workbook(BytesIO(path_of(first.dispatch.digest).read_bytes()))
    words = "".join(paragraph.text for paragraph in Document(str(path_of(first.word.digest))).paragraphs)
    assert len(book.worksheets) == 2
    assert "示例市重点项目办公室" in words
    assert f"{HEADING.recipients}：" in words
    assert "完成率比上月底" in words
    assert "报送不完整" not in words
    assert state_of(city, NOVEMBER).missing == ("行唐县", "赞皇县", "石家庄循环化工园区")
    assert list(corrected_since(first)) == []

    filing = Filing.objects.select_related("place").get(month_on=NOVEMBER.first, place__code="130123")
    entries = Entry.objects.current(NOVEMBER).filter(place=filing.place)
    rows = [EntryRow(e.project_id, {"done_ytd_wan": e.done_ytd_wan}, {}, source_id=e.source_id) for e in entries]
    by = Person.objects.get(username="tianbao0123")
    file_entries(filing=filing, rows=rows, channel=Channel.SCREEN, by=by, at=NOW, reason="更正")

    assert [place.name for place in corrected_since(first)] == ["正定县"]
    second = made(city)
    assert (first.number, second.number, list(corrected_since(second))) == (1, 2, [])
    assert path_of(first.dispatch.digest).is_file()


def test_the_dispatch_tables_total_ties_with_its_counties(city):
    person = Person.objects.get(username="diaodu")

    month = city_month(city, NOVEMBER, person=person)

    reported = [row for row in month.counties if row.is_reported]
    assert (len(month.counties), len(reported)) == (24, 21)
    assert month.total.done_wan == sum(row.done_wan for row in reported)
    assert month.total.projects == sum(row.projects for row in reported)


def test_the_detail_sheet_lists_the_very_projects_that_the_summary_counts(city):
    person = Person.objects.get(username="diaodu")
    zhengding = Place.objects.get(code="130123")
    make.project(place=zhengding, name="只有在建没有计划", stage=Stage.BUILDING)
    unplanned = make.project(place=zhengding, name="只有月报没有计划", investment_wan=Decimal(7000))
    filed = Vintage.objects.filter(filing__place=zhengding, filing__month_on=NOVEMBER.first).latest("number")
    make.entry(vintage=filed, project=unplanned)
    make.project(place=zhengding, name="还在谋划")

    month = city_month(city, NOVEMBER, person=person)
    lines = project_rows(city, NOVEMBER, person=person)

    counts = Counter(row.county_code for row in lines)
    totals = {
        code: sum(line.total_wan or 0 for r in lines if r.county_code == code for line in r.lines) for code in counts
    }
    assert {row.code: (row.projects, row.total_wan) for row in month.counties} == {
        code: (counts[code], totals[code]) for code in counts
    }


def test_a_month_that_was_not_opened_makes_no_briefing(city):
    with pytest.raises(Refused, match=r"briefing\.no_month"):
        make_briefing(
            place=city,
            month=Month(2022, 3),
            heading=HEADING,
            by=Person.objects.get(username="diaodu"),
            at=NOW,
            tell=lambda step: None,
        )


def test_what_is_kept_is_a_sound_package(city):
    briefing = made(city)

    for upload in (briefing.dispatch, briefing.word):
        assert zipfile.ZipFile(BytesIO(path_of(upload.digest).read_bytes())).testzip() is None
