"""Files handed back in their sender's own layout with the reasons beside the cells, corrected and dropped again."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.desk import dropping
from tici.desk import handback
from tici.projects.models import Project

pytestmark = pytest.mark.django_db


def handed_back(file):
    with handback.workbook_of(file) as book:
        return openpyxl.load_workbook(book)


def test_rows_that_must_be_corrected_are_handed_back_and_the_good_ones_go_in(reporter):
    rows = dropping.with_change(r0c3="待定", r1c1="")
    file = dropping.drop(dropping.workbook(rows), by=reporter)

    assert sorted(file.counts.items()) == [("new", 1), ("refused", 2)]
    dropping.accepted(file, reporter)
    assert list(Project.objects.values_list("name", flat=True)) == ["示例物流园二期项目"]

    book = handed_back(file)
    assert book.sheetnames == ["退回说明", "11月"]
    sheet = book["11月"]
    assert (sheet["B5"].value, str(next(iter(sheet.merged_cells.ranges)))) == ("示例物流园二期项目", "A1:I1")
    assert sheet["D3"].fill.start_color.rgb == "FFF9D5D3"
    assert (sheet["J2"].value, sheet["J3"].value) == ("退回原因", "总投资应填数字，现为“待定”。请填数字，没有的留空。")
    assert sheet["D3"].comment.text == sheet["J3"].value
    assert book["退回说明"]["D5"].value == "D3"


def test_what_is_handed_back_is_corrected_where_it_is_and_dropped_again(reporter):
    wrong = dropping.with_change(r0c3="待定", r1c1="", r2c5=-700)
    book = handed_back(dropping.drop(dropping.workbook(wrong), by=reporter))
    sheet = book["11月"]
    assert (sheet["A4"].fill.start_color.rgb, sheet["F5"].fill.start_color.rgb) == ("FFF9D5D3", "FFFDEEC2")
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.page_setup.orientation) == ("A3", "$2:$2", "landscape")

    sheet["D3"], sheet["B4"], sheet["F5"] = 12000, "示例钢构件基地项目", 700
    data = io.BytesIO()
    book.save(data)
    file = dropping.drop(data.getvalue(), by=reporter, name="退回核对-正定县11月调度表.xlsx")

    assert (file.counts, file.problems) == ({"new": 3}, [])
    assert [name for name, _state in dropping.states(file)] == [row[1] for row in dropping.ROWS]


def test_a_card_of_one_project_is_handed_back_corrected_and_taken_in(reporter):
    head, *rows = dropping.CARD
    file = dropping.drop(
        dropping.workbook([*rows[:2], ["投资", "总投资(万元)", "待定"], *rows[3:]], head=head), by=reporter
    )
    book = handed_back(file)
    sheet = book["11月"]
    assert (sheet["C5"].comment.text, sheet["F2"].value) == ("总投资应填数字，现为“待定”。请填数字，没有的留空。",) * 2

    sheet["C5"] = 12000
    data = io.BytesIO()
    book.save(data)
    dropping.accepted(dropping.drop(data.getvalue(), by=reporter, name="改正.xlsx"), reporter)

    project = Project.objects.get()
    assert (project.name, project.investment_wan) == ("示例制剂车间项目", 12000)
    assert project.changes.get().source.cells["investment_wan"] == "C5"


def test_a_formula_of_the_sender_never_lives_in_what_is_handed_back(reporter):
    rows = dropping.with_change(r0c8="=cmd|' /C calc'!A0", r0c3="待定")
    file = dropping.drop(dropping.workbook(rows), by=reporter)

    book = handed_back(file)

    assert {cell.data_type for sheet in book for row in sheet for cell in row} <= {"s", "n"}


def test_a_row_of_another_county_is_handed_back(reporter):
    head = [*dropping.HEAD, "县(市、区)"]
    rows = [[*row, county] for row, county in zip(dropping.ROWS, ["正定县", "无极县", "正定县"], strict=True)]

    file = dropping.drop(dropping.workbook(rows, head=head), by=reporter)

    assert [state for _name, state in dropping.states(file)] == ["new", "refused", "new"]
    assert file.proposals.get(state="refused").problems[-1]["code"] == "other_county"
