"""A workbook of one's own as a form's month: rows find their units by code or name, and nothing is guessed."""

from __future__ import annotations

from decimal import Decimal

import openpyxl
import pytest

from tests import make
from tests.returns.industrial import NOVEMBER, figures, file, firm, firm_form, opened
from tici.enterprises.models import FormerName
from tici.places.models import Place
from tici.returns.actions import file_reports
from tici.returns.models import Channel, UnitReport
from tici.returns.queries import read_messy

pytestmark = pytest.mark.django_db
CODE = "911301006012345670"


@pytest.fixture
def county() -> Place:
    return make.place("正定县", within=make.city())


def workbook(tmp_path, rows, unit="单位：万元"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["正定县2021年11月规上工业企业主要指标"])
    sheet.append([unit])
    sheet.append(
        ["序号", "企业名称", "统一社会信用代码", "1-11月工业总产值", "1-11月营业收入", "1-11月利润总额", "平均用工人数"]
    )
    for at, row in enumerate(rows, start=1):
        sheet.append([at, *row])
    path = tmp_path / "正定县11月.xlsx"
    book.save(path)
    return path


def test_a_mistyped_code_beside_the_right_name_is_said_to_be_the_fault(county, tmp_path):
    one = firm(county, name="示例华光制药有限公司", uscc="91350100M000100Y43")
    form = firm_form()
    opened(form)

    reading = read_messy(
        workbook(tmp_path, [("示例华光制药有限公司", "91350100M000100Y34", 12000, 11500, 830, 240)]),
        form,
        NOVEMBER,
        county,
    )

    (row,) = reading.rows
    assert (row.report, row.refusal.code) == (None, "messy.other_code")
    assert "91350100M000100Y43" in str(row.refusal.message)
    assert [offered.enterprise_id for offered in row.offered] == [one.pk]


def test_rows_find_their_units_by_name_and_by_former_name(county, tmp_path):
    one = firm(county, name="示例华光制药有限公司")
    other = firm(county, name="示例新恒化工有限公司")
    FormerName.objects.create(enterprise=other, name="示例旧恒化工有限公司")
    form = firm_form()
    opened(form)
    rows = [
        ("示例华光制药有限公司", "", 12000, 11500, 830, 240),
        ("示例旧恒化工有限公司", "", 9000, 8800, -120, 150),
        ("示例无名机械有限公司", "", 3000, 2900, 60, 70),
    ]

    reading = read_messy(workbook(tmp_path, rows), form, NOVEMBER, county)

    matched = [row.report.enterprise_id if row.report else None for row in reading.rows]
    assert matched == [one.pk, other.pk, None]
    assert [row.refusal.code for row in reading.rows if row.refusal] == ["messy.unknown"]
    assert len(reading.to_file()) == 2


def test_amounts_come_in_the_forms_unit_and_absent_columns_keep_what_was_filed(county, tmp_path):
    firm(county, name="示例华光制药有限公司")
    form, reporter = firm_form(), make.person(place=county)
    [report] = opened(form)
    file(form, {report: figures(form)}, reporter)
    path = workbook(tmp_path, [("示例华光制药有限公司", "", 120500, 115500, 8300, 241)], unit="单位：千元")

    reading = read_messy(path, form, NOVEMBER, county)
    file_reports(form=form, month=NOVEMBER, rows=reading.to_file(), channel=Channel.WORKBOOK, by=reporter, at=make.NOW)

    report.refresh_from_db()
    assert tuple(report.figures) == figures(form, output=12050, revenue=11550, profit=830, people=241)


def test_a_firm_twice_is_taken_neither_time(county, tmp_path):
    firm(county, name="示例华光制药有限公司")
    form = firm_form()
    opened(form)
    row = ("示例华光制药有限公司", "", 12000, 11500, 830, 240)

    reading = read_messy(workbook(tmp_path, [row, row]), form, NOVEMBER, county)

    assert {one.refusal.code for one in reading.rows if one.refusal} == {"report.twice"}
    assert reading.to_file() == []


def test_an_unknown_name_is_offered_the_like_and_filed_only_where_a_person_chose(county, tmp_path):
    firm(county, name="示例华光制药有限公司")
    form = firm_form()
    [report] = opened(form)
    path = workbook(tmp_path, [("示例华光药业有限公司", "", 12000, 11500, 830, 240)])

    reading = read_messy(path, form, NOVEMBER, county)

    [row] = reading.rows
    assert (row.report, row.offered) == (None, (report,))
    assert reading.to_file() == []
    [chosen] = reading.to_file({(row.sheet, row.number): report.pk})
    assert (chosen.report_id, chosen.figures[0]) == (report.pk, Decimal(12000))
    assert UnitReport.objects.get().vintage_number == 0
