"""Rows that sum up others without a word for it, and rows that only look so."""

import pytest

from tests.engines.sheets.layouts.small import HEAD, TITLE, column, line, read

PROJECTS = [line(1.0, "甲生产线项目", 5000.0, 500.0, 100.0), line(2.0, "乙生产线项目", 3000.0, 400.0, 90.0)]
MORE = [line(3.0, "丙生产线项目", 2000.0, 300.0, 80.0), line(4.0, "丁生产线项目", 1000.0, 200.0, 70.0)]
NAMES = ["甲生产线项目", "乙生产线项目", "丙生产线项目", "丁生产线项目"]


def of(name, rows, seq="", start="", person=""):
    """A row with the sums of others."""
    return [seq, name, *(sum(row[at] for row in rows) for at in (2, 3, 4)), start, person]


@pytest.mark.parametrize("nothing", ["—", "/", "无", "-"])
def test_a_total_is_one_although_its_other_cells_say_that_there_is_nothing(nothing):
    total = of("合计", PROJECTS, start=nothing, person=nothing)

    assert column(read([[TITLE], HEAD, *PROJECTS, total]), "name") == NAMES[:2]


def test_a_total_that_somebody_numbered_is_no_project():
    assert column(read([[TITLE], HEAD, *PROJECTS, of("合计", PROJECTS, seq=3.0)]), "name") == NAMES[:2]


def test_a_row_that_adds_up_those_under_it_is_a_heading():
    rows = [of("南柏舍镇", PROJECTS), *PROJECTS, of("装备制造业", MORE, person="县工信局"), *MORE]

    assert column(read([[TITLE], HEAD, of("全县", PROJECTS + MORE), *rows]), "name") == NAMES


@pytest.mark.parametrize("name", ["共4个项目", "全部项目", "总数"])
def test_a_row_that_adds_up_all_above_it_is_a_total(name):
    assert column(read([[TITLE], HEAD, *PROJECTS, *MORE, of(name, PROJECTS + MORE)]), "name") == NAMES


def test_a_project_without_a_number_stays_one_where_nothing_adds_up_to_it():
    rows = [*PROJECTS, ["", "戊生产线项目", 8000.0, 800.0, 200.0, "", ""], *MORE]

    assert column(read([[TITLE], HEAD, *rows]), "name") == [*NAMES[:2], "戊生产线项目", *NAMES[2:]]


def test_parts_numbered_under_a_project_are_no_projects():
    parts = [["2.1", "厂房", 2000.0, 250.0, 50.0, "", ""], ["2.2", "设备", 1000.0, 150.0, 40.0, "", ""]]

    assert column(read([[TITLE], HEAD, *PROJECTS, *parts, *MORE]), "name") == NAMES


def test_rows_numbered_by_section_stay_projects():
    rows = [["1.1", *PROJECTS[0][1:]], ["1.2", *PROJECTS[1][1:]], ["2.1", *MORE[0][1:]], ["2.2", *MORE[1][1:]]]

    assert column(read([[TITLE], HEAD, *rows]), "name") == NAMES


def test_a_row_of_the_template_whose_formulas_show_noughts_is_blank():
    reading = read([[TITLE], HEAD, *PROJECTS, [3.0, "", "", "", 0.0, "", ""], [4.0, "", "", "", 0.0, "", ""]])

    assert (column(reading, "name"), reading.problems) == (NAMES[:2], ())
