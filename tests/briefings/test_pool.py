"""The monthly circular of the cultivation pool: its sentences from real candidacies, its three files."""

from dataclasses import replace
from datetime import date

import pytest

from tests import make
from tests.make import NOW
from tici.accounts.models import Role
from tici.briefings.actions import Heading, make_briefing
from tici.briefings.figures import plain
from tici.briefings.models import BriefingKind
from tici.briefings.pool import draft_pool
from tici.briefings.queries import corrected_since
from tici.engines.periods import Month
from tici.enterprises.actions import charge_candidacy, step_candidacy
from tici.enterprises.models import PoolState
from tici.enterprises.queries.pool import months_moved, progress

pytestmark = pytest.mark.django_db
MONTH = Month(2021, 11)


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def lines(city):
    """Two counties: one with a firm blocked and one proposed in the month, one with a firm since September."""
    officer = make.person(place=city)
    first, second = make.place("正定县", within=city, code="130123"), make.place("赵县", within=city, code="130133")
    blocked = make.candidacy(enterprise=make.enterprise(place=first, name="示例甲"), since=date(2021, 9, 6))
    make.candidacy(enterprise=make.enterprise(place=first, name="示例乙"), since=date(2021, 11, 8), chance=0.6)
    make.candidacy(enterprise=make.enterprise(place=second, name="示例丙"), since=date(2021, 9, 6))
    charge_candidacy(candidacy=blocked, blocker="门牌待补", post=None, department=None, officer="", by=officer, at=NOW)
    return progress([first, second], city, MONTH)


def text(lines, heading):
    circular = draft_pool(lines, MONTH, office="示例市工业和信息化局", to="各县", on=date(2021, 12, 8))
    section = next(one for one in circular.sections if one.heading == heading)
    return "".join(plain(paragraph.text) for paragraph in section.paragraphs)


def test_the_circular_says_how_the_pool_stands_and_what_moved(lines):
    whole, first, second = lines[0].place.name, *(one.place.short_name for one in lines[1:])

    assert text(lines, "总体情况") == (
        f"目前{whole}在培育企业3户，其中摸排3户、培育0户、已申报0户、审核中0户。在培育较多的是{first}2户、{second}1户。"
    )
    assert text(lines, "本月进展") == "11月新列入1户，入统0户，未通过0户，退出培育0户。"
    assert text(lines, "待推动事项") == f"有卡点的1户：{first}1户。请逐户解决。"
    assert text(lines, "净增预测").startswith("按现有数据测算，到下一入库窗口预计新增约1户、退规约0户，净增约1户")


def test_a_pool_without_anybody_is_said_to_be_empty(lines):
    empty = [replace(one, states=dict.fromkeys(one.states, 0)) for one in lines]

    assert text(empty, "总体情况") == f"目前{lines[0].place.name}没有在培育企业。"


def test_the_circular_is_made_as_a_workbook_and_for_word(city, lines, settings, tmp_path):
    settings.TICI_DATA = tmp_path
    by = make.person(place=city, role=Role.DISPATCHER)
    heading = Heading(office="示例市工业和信息化局", recipients="各县", dated_on=date(2021, 12, 8))

    made = make_briefing(
        place=city, month=MONTH, heading=heading, by=by, at=NOW, tell=lambda step: None, kind=BriefingKind.POOL
    )

    assert made.dispatch.name.endswith("培育进展表_第1版.xlsx")
    assert made.word.name.endswith("培育库通报_第1版.docx")
    assert not corrected_since(made).exists()
    assert months_moved() == [MONTH, Month(2021, 9)]


def test_a_county_that_loses_more_than_it_gains_is_named(lines):
    lines[1] = replace(lines[1], forecast=replace(lines[1].forecast, entries=0.2, exits=1.4))

    assert f"预计退规多于新增的是{lines[1].place.short_name}（净减1.2户）。" in text(lines, "净增预测")


def test_who_stepped_on_leaves_the_count_of_those_surveyed(city, lines):
    first_of_month, firm = date(2021, 11, 1), make.enterprise(place=lines[1].place, name="示例丁")
    candidacy = make.candidacy(enterprise=firm, since=first_of_month, stands_since=first_of_month)
    step_candidacy(candidacy=candidacy, to=PoolState.FOSTERED, on=date(2021, 11, 9), by=make.person(place=city), at=NOW)

    row = (
        draft_pool(progress([lines[1].place], city, MONTH), MONTH, office="示例", to="各县", on=date(2021, 12, 8))
        .tables[0]
        .rows[1]
    )

    assert row[:3] == (lines[1].place.short_name, "2", "1")
