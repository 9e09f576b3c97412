import io
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from tests.briefings.city import PLACES
from tests.briefings.projects import dispatch
from tici.briefings.dispatch import xlsx_file
from tici.briefings.dispatch.layout import HeadCell, SheetColumn, head_cells


@pytest.fixture(scope="module")
def book():
    return openpyxl.load_workbook(io.BytesIO(xlsx_file(dispatch())))


def merges(sheet) -> set[str]:
    return {str(area) for area in sheet.merged_cells.ranges}


def test_the_head_is_merged_over_three_levels(book):
    sheet = book["明细"]

    assert sheet["A1"].value == "2021年11月全市项目月度调度表"
    assert {"A1:AG1", "A3:A5", "E3:F3", "N3:W3", "P4:Q4", "R4:U4", "V4:W4", "N4:N5", "X3:Y3"} <= merges(sheet)
    assert [sheet[cell].value for cell in ("N3", "R4", "S5", "T5", "AG3")] == [
        "投资完成情况",
        "1—11月",
        "完成率",
        "序时差（百分点）",
        "备注",
    ]


def test_the_lines_above_the_head_give_unit_office_and_date(book):
    sheet = book["明细"]

    assert [sheet[cell].value for cell in ("A2", "L2", "W2")] == [
        "填报单位（盖章）：示例市工业和信息化局",
        "日期：2021年12月3日",
        "单位：万元、%",
    ]


def test_counties_stand_in_their_order_each_with_its_sum_first(book):
    sheet = book["明细"]

    places = [cell.value for cell in sheet["B"][5:] if cell.value]
    assert places == ["全市合计", *PLACES]
    assert [cell.value for cell in sheet["C"][6:10]] == [
        "合计（3个项目）",
        "其中：计划开工（1个）",
        "其中：续建（1个）",
        "其中：保投产（1个）",
    ]
    assert "B7:B15" in merges(sheet)


def test_projects_of_no_category_are_one_of_the_parts_of_a_sum():
    made = dispatch()
    first, *rest = made.projects
    book = openpyxl.load_workbook(io.BytesIO(xlsx_file(replace(made, projects=(replace(first, category=""), *rest)))))

    parts = [cell.value for cell in book["明细"]["C"][6:10]]
    assert parts == ["合计（3个项目）", "其中：续建（1个）", "其中：保投产（1个）", "其中：未分类（1个）"]


def test_sums_tie_and_count_a_project_once_however_many_parts_it_has(book):
    sheet = book["明细"]
    month = dispatch()

    county = [project.whole for project in month.projects if project.county_code == "130100"]
    done, plan = sum(line.done_wan for line in county), sum(line.plan_wan for line in county)

    assert sheet["R7"].value == pytest.approx(float(done))
    assert sheet["S7"].value == pytest.approx(float(done / plan))
    assert sheet["R6"].value == pytest.approx(float(sum(project.whole.done_wan for project in month.projects)))


def test_what_a_project_is_stands_in_one_tall_cell_over_its_parts(book):
    sheet = book["明细"]

    identity = ["A", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "AE"]
    assert {f"{column}12:{column}14" for column in identity} <= merges(sheet)
    assert [sheet[f"M{row}"].value for row in (12, 13, 14)] == [None, "其中：1期", "其中：2期"]


def test_long_numbers_and_formulas_stay_text():
    month = dispatch()
    hostile = replace(
        month.projects[0], name="=cmd|'/c calc'!A1", owner="{=1+1}", site="https://x.example", code="0" * 24
    )

    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_file(replace(month, projects=(hostile,)))))["明细"]

    row = next(cell.row for cell in sheet["D"] if cell.value == "0" * 24)
    cells = [sheet.cell(row, column) for column in (3, 5, 7)]
    assert [(cell.value, cell.data_type, cell.hyperlink) for cell in cells] == [
        ("=cmd|'/c calc'!A1", "s", None),
        ("{=1+1}", "s", None),
        ("https://x.example", "s", None),
    ]
    assert b"<f>" not in _sheet_xml(xlsx_file(replace(month, projects=(hostile,))))


def _sheet_xml(content: bytes) -> bytes:
    return zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


def test_it_prints_on_a3_landscape_with_the_head_on_every_page(book):
    for sheet, head, freeze in ((book["明细"], "$3:$5", "D6"), (book["汇总"], "$3:$4", "B5")):
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 8)
        assert sheet.print_title_rows == head
        assert sheet.freeze_panes == freeze
        assert sheet.oddFooter.left.text == "部门调度数，不作为统计上报依据"
        assert sheet.auto_filter.ref.startswith("A")


def test_the_summary_ranks_counties_and_leaves_the_missing_out(book):
    sheet = book["汇总"]

    rows = {row[0].value: [cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=29)}
    assert list(rows) == ["全市合计", *PLACES]
    assert rows["元氏县"][5:7] == [pytest.approx(1.14, abs=0.0001), 1]
    assert rows["赞皇县"][1] == "未报送：经两次催报仍未报送"
    assert rows["循环化工园区"][5:8] == [None, None, None]
    assert rows["全市合计"][4] == pytest.approx(float(dispatch().city.total.done_wan / Decimal(10000)))


def test_the_same_month_gives_the_same_bytes():
    assert xlsx_file(dispatch()) == xlsx_file(dispatch())


def test_equal_neighbours_of_a_head_become_one_cell():
    columns = [
        SheetColumn(("甲",), "a", "text", 9),
        SheetColumn(("乙", "丙"), "b", "text", 9),
        SheetColumn(("乙", "丁"), "c", "text", 9),
    ]

    assert list(head_cells(columns)) == [
        HeadCell(0, 0, 1, 0, "甲"),
        HeadCell(0, 1, 0, 2, "乙"),
        HeadCell(1, 1, 1, 1, "丙"),
        HeadCell(1, 2, 1, 2, "丁"),
    ]
