"""A template workbook: what is filled in comes back exactly, and nothing that must not change is changed unnoticed."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import make
from tests.returns.industrial import NOVEMBER, figures, file, firm, firm_form, opened
from tici.core.actions import keep_upload
from tici.core.refusals import Refused
from tici.engines.templates import NOTHING, SCALE, Template, TemplateColumn, TemplateLine, read_filled, write_template
from tici.places.models import Place
from tici.returns.actions import file_reports
from tici.returns.models import Channel, UnitVintage
from tici.returns.queries import handed_back, read_template, sheet_reports, template_of

FIRST_ROW, FIRST_COLUMN = 5, 6  # of the figures, from 1
KEY = b"of a test"


@pytest.fixture
def county() -> Place:
    return make.place("正定县", within=make.city())


@pytest.fixture
def form():
    return firm_form()


def book_of(form, county, month=NOVEMBER):
    reports = list(sheet_reports(form, month, county))
    return openpyxl.load_workbook(io.BytesIO(template_of(form, month, reports)))


def fill(book, row, values):
    for at, value in enumerate(values):
        if value is not None:
            book["填报表"].cell(FIRST_ROW + row, FIRST_COLUMN + at).value = float(value)


def saved(book, tmp_path: Path) -> Path:
    path = tmp_path / "表.xlsx"
    book.save(path)
    return path


@pytest.mark.django_db
def test_a_template_whose_units_were_deleted_says_so(county, form, tmp_path):
    firm(county)
    opened(form)
    book = book_of(form, county)
    book["填报表"].delete_rows(FIRST_ROW, 50)

    with pytest.raises(Refused, match=r"template\.no_rows"):
        read_template(saved(book, tmp_path), form, NOVEMBER)


@pytest.mark.django_db
def test_what_is_filled_in_is_filed_with_the_cell_it_came_from(county, form, tmp_path, settings):
    settings.TICI_DATA = tmp_path / "data"
    firm(county)
    firm(county)
    first, _second = opened(form)
    book = book_of(form, county)
    fill(book, 0, figures(form, revenue="11500.1234"))
    path = saved(book, tmp_path)
    with path.open("rb") as stream:
        upload = keep_upload(stream, name="表.xlsx", by="-", at=make.NOW)

    reading = read_template(path, form, NOVEMBER, upload_id=upload.pk)
    file_reports(
        form=form, month=NOVEMBER, rows=reading.rows, channel=Channel.WORKBOOK, by=make.person(place=county),
        at=make.NOW,
    )  # fmt: skip

    vintage = UnitVintage.objects.get(report=first)
    assert (len(reading.rows), reading.unfilled, reading.refused) == (1, 1, ())
    assert tuple(vintage.figures) == figures(form, revenue="11500.1234")
    assert (vintage.source.upload, vintage.source.row, vintage.source.cells["output.ytd"]) == (upload, 5, "F5")


@pytest.mark.django_db
def test_a_missing_required_figure_takes_the_reason_chosen(county, form, tmp_path):
    firm(county)
    [report] = opened(form)
    book = book_of(form, county)
    fill(book, 0, figures(form, output=None))
    book["填报表"].cell(FIRST_ROW, FIRST_COLUMN + 28).value = "停产"

    reading = read_template(saved(book, tmp_path), form, NOVEMBER)

    assert reading.answers == {(report.pk, "output_missing"): "停产"}


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["month", "form", "city", "head", "unit", "signature", "not_ours_at_all"])
def test_a_file_that_is_not_this_months_template_is_refused_whole(county, form, tmp_path, settings, what):
    firm(county)
    opened(form)
    opened(form, NOVEMBER - 1)
    book = book_of(form, county, NOVEMBER - 1 if what == "month" else NOVEMBER)
    asked, code = form, what
    if what == "form":
        from tici.returns.queries import form_on

        asked, code = form_on("cluster_month", NOVEMBER), "other_form"
    elif what == "month":
        code = "other_month"
    elif what == "city":
        settings.SECRET_KEY = "another city's"
        code = "not_ours"
    elif what == "head":
        book["填报表"].cell(3, FIRST_COLUMN).value = "工业增加值"
        code = "heads"
    elif what == "unit":
        book["填报表"].cell(4, FIRST_COLUMN).value = "本年累计(亿元)"
        code = "heads"
    elif what == "signature":
        book["_tici"].cell(4, 1).value = "2021-10"
        code = "not_ours"
    else:
        book = openpyxl.Workbook()
        code = "not_a_template"

    with pytest.raises(Refused) as refused:
        read_template(saved(book, tmp_path), asked, NOVEMBER)

    assert [one.code for one in refused.value.refusals] == [f"template.{code}"]
    assert "。请" in refused.value.sentence


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("what", "code", "said"),
    [
        ("name", "locked", "填报单位"),
        ("base", "locked", "工业总产值 上年同期累计(万元)”由“10800”改成了“1”"),
        ("text", "not_a_number", "“待定”"),
        ("unit", "not_a_number", "平均用工人数"),
        ("twice", "twice", "出现了两次"),
        ("added", "added", "不是模板里原有的单位"),
        ("beyond", "beyond", "右侧多出了内容"),
    ],
)
def test_a_bad_row_comes_back_with_its_sentence_and_the_good_row_goes_in(county, form, tmp_path, what, code, said):
    firm(county, name="示例甲公司")
    firm(county, name="示例乙公司")
    then = opened(form, NOVEMBER - 12)
    file(form, {one: figures(form, scale="0.9") for one in then}, make.person(place=county), month=NOVEMBER - 12)
    good, _bad = opened(form)
    book = book_of(form, county)
    sheet = book["填报表"]
    ends = {"receivable": 1890, "stock": 720, "assets": 13500, "liabilities": 7380, "people": 216}
    for row in (0, 1):
        fill(book, row, figures(form, **{f"{name}_end_last_year": value for name, value in ends.items()}))
    last = FIRST_ROW + 1
    if what == "name":
        sheet.cell(last, 3).value = "示例丙公司"
    elif what == "base":
        sheet.cell(last, FIRST_COLUMN + 1).value = 1
    elif what == "text":
        sheet.cell(last, FIRST_COLUMN).value = "待定"
    elif what == "unit":
        sheet.cell(last, FIRST_COLUMN + 26).value = "3万元"
    elif what == "twice":
        for column in range(1, 40):
            sheet.cell(last + 1, column).value = sheet.cell(last, column).value
    elif what == "added":
        sheet.cell(last, 1).value = None
    elif what == "beyond":
        sheet.cell(last, 60).value = "又及"

    reading = read_template(saved(book, tmp_path), form, NOVEMBER)

    assert [row.report_id for row in reading.rows] == [good.pk]
    assert {refusal.code for one in reading.refused for refusal in one.refusals} == {f"template.{code}"}
    assert said in reading.refused[0].sentence
    assert reading.refused[0].number == last
    assert reading.missing == (1 if what == "added" else 0)


@pytest.mark.django_db
def test_refused_rows_are_handed_back_in_the_same_template_and_taken_once_they_are_right(county, form, tmp_path):
    firm(county)
    firm(county)
    _good, bad = opened(form)
    book = book_of(form, county)
    fill(book, 0, figures(form))
    fill(book, 1, figures(form))
    book["填报表"].cell(FIRST_ROW + 1, FIRST_COLUMN).value = "待定"
    reading = read_template(saved(book, tmp_path), form, NOVEMBER)

    back = openpyxl.load_workbook(io.BytesIO(handed_back(form, NOVEMBER, reading.refused)))
    sheet = back["填报表"]
    shown = (sheet.cell(FIRST_ROW, FIRST_COLUMN).value, sheet.cell(FIRST_ROW, FIRST_COLUMN + 29).value)
    sheet.cell(FIRST_ROW, FIRST_COLUMN).value = 12000
    again = read_template(saved(back, tmp_path), form, NOVEMBER)

    assert shown == ("待定", reading.refused[0].sentence)
    assert [(row.report_id, row.figures) for row in again.rows] == [(bad.pk, figures(form))]


@pytest.mark.django_db
def test_rows_may_be_sorted_and_a_row_taken_out_is_counted(county, form, tmp_path):
    for _ in range(3):
        firm(county)
    first, second, _third = opened(form)
    book = book_of(form, county)
    sheet = book["填报表"]
    fill(book, 0, figures(form))
    fill(book, 1, figures(form, scale="2"))
    one, two = ([sheet.cell(FIRST_ROW + row, at).value for at in range(1, 36)] for row in (0, 1))
    for at in range(1, 36):
        sheet.cell(FIRST_ROW, at).value, sheet.cell(FIRST_ROW + 1, at).value = two[at - 1], one[at - 1]
    sheet.delete_rows(FIRST_ROW + 2)

    reading = read_template(saved(book, tmp_path), form, NOVEMBER)

    assert [row.report_id for row in reading.rows] == [second.pk, first.pk]
    assert (reading.refused, reading.missing) == ((), 1)


@pytest.mark.django_db
def test_locked_cells_and_drop_downs_are_in_the_workbook(county, form):
    firm(county)
    [then] = opened(form, NOVEMBER - 12)
    file(form, {then: figures(form, scale="0.9")}, make.person(place=county), month=NOVEMBER - 12)
    opened(form)

    book = book_of(form, county)

    sheet = book["填报表"]
    locks = [sheet.cell(FIRST_ROW, at).protection.locked for at in (3, FIRST_COLUMN, FIRST_COLUMN + 1)]
    lists = [one.formula1 for one in sheet.data_validations.dataValidation if one.type == "list"]
    assert (sheet.protection.sheet, locks) == (True, [True, False, True])
    assert lists == ['"停产,暂时取不到数,尚未投产,没有发生"']
    assert (book["_tici"].sheet_state, sheet.freeze_panes) == ("veryHidden", "D5")


FIGURE = st.one_of(st.none(), st.decimals(-(10**9), 10**9, places=4, allow_nan=False, allow_infinity=False))


@settings(max_examples=20, deadline=None)  # each example starts a process
@given(st.lists(st.tuples(FIGURE, FIGURE), min_size=1, max_size=5))
def test_figures_come_back_as_the_same_decimals(tmp_path_factory, rows):
    columns = (TemplateColumn("a", "甲", "本年累计", "万元"), TemplateColumn("b", "乙", "本年累计", "万元"))
    lines = [TemplateLine(at + 1, f"单位{at}", "", "正定", row) for at, row in enumerate(rows)]
    path = tmp_path_factory.mktemp("template") / "表.xlsx"
    path.write_bytes(write_template(Template("form", 1, "2021-11", "题", "", columns, lines), KEY))

    filled = read_filled(path, KEY)

    read = [
        tuple(None if one == NOTHING else Decimal(int(one)) / SCALE for one in row)
        for row in zip(*filled.figures, strict=True)
    ]
    assert read == [tuple(row) for row in rows]
    assert (dict(filled.wrong), filled.missing) == ({}, ())


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"name,figure\n1,2\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99])
@pytest.mark.django_db
def test_a_file_that_is_no_workbook_is_refused_with_a_sentence(form, tmp_path, data):
    path = tmp_path / "表.xlsx"
    path.write_bytes(data)

    with pytest.raises(Refused, match=r"template\.(not_a_template|encrypted)"):
        read_template(path, form, NOVEMBER)
