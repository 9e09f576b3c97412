"""One project a card: labels and values side by side, read as the list they would make."""

from tests.engines.sheets.layouts.small import HEAD, TITLE, line, read
from tici.engines.sheets.grid import Grid

CARD = [
    ["赵县重点项目基本情况表（2021年11月）"],
    ["项目名称", "示例钢构件项目", "", "项目代码", "2101-130133-04-01-123456"],
    ["建设单位", "示例甲有限公司", "", "建设地点", "赵县开发区"],
    ["投资情况", "总投资（万元）", 12000.0, "年度计划投资（万元）", 5000.0],
    ["", "1-11月累计完成（万元）", 3200.0, "本月完成投资（万元）", 300.0],
    ["实际开工时间", "", "2021年3月", "计划竣工时间", ""],
    ["项目进展", "主体完工，设备安装"],
    ["填表人：", "", "", "日期：", ""],
]
MONEY = ("total_investment_wan", "plan_year_wan", "done_ytd_wan", "done_month_wan")


def card(name, **cells):
    """The card with another name and other cells, each given by its place: ``r3c2=8000``."""
    rows = [list(row) for row in CARD]
    rows[1][1] = name
    for place, value in cells.items():
        row, column = place[1:].split("c")
        rows[int(row)][int(column)] = value
    return rows


def test_a_card_is_one_row_and_each_value_knows_its_cell():
    (row,) = read(CARD).rows

    assert (row.get("name"), row.row) == ("示例钢构件项目", 2)
    assert [(int(row.get(code)), row.values[code].cell) for code in MONEY] == [
        (12000, "C4"), (5000, "E4"), (3200, "C5"), (300, "E5"),
    ]  # fmt: skip
    assert str(row.get("actual_start")) == "2021-03-01"
    assert "planned_finish" not in row.values
    assert row.get("place_code") == "130133"


def test_cards_stand_on_a_sheet_each_or_one_below_the_other():
    one, other = card("示例甲项目"), card("示例乙项目", r3c2=8000.0)

    apart = read(Grid("甲", one), Grid("乙", other))
    below = read([*one, [""], *other])

    assert [(row.sheet, row.row, row.get("name")) for row in apart.rows] == [
        ("甲", 2, "示例甲项目"), ("乙", 2, "示例乙项目"),
    ]  # fmt: skip
    assert [(row.row, row.get("name"), row.values["total_investment_wan"].cell) for row in below.rows] == [
        (2, "示例甲项目", "C4"), (11, "示例乙项目", "C13"),
    ]  # fmt: skip


def test_what_is_wrong_on_a_card_is_said_beside_its_cell():
    reading = read(card("示例甲项目", r4c2="约三千"))

    assert [(p.code, p.row, p.cell) for p in reading.problems] == [("non_numeric", 2, "C5")]


def test_a_label_nobody_knows_is_asked_about_where_it_stands():
    rows = card("示例甲项目")
    rows[6] = ["项目进展", "主体完工", "", "经济类型", "民营"]
    rows.insert(6, ["备案机关", "县行政审批局"])

    asked = [(q.column, q.header, q.samples) for q in read(rows).questions]

    assert asked == [("A7", "备案机关", ("县行政审批局",)), ("D8", "经济类型", ("民营",))]


def test_how_a_card_is_to_be_filled_in_is_no_project():
    rows = [["填表说明"], ["项目名称", "按备案文件填写"], ["项目代码", "24位"], ["建设单位", "填全称"]]
    rows += [["总投资", "指固定资产投资和流动资金"], ["建设地点", "填到乡镇"], ["开工时间", "填到月"]]

    assert read(rows).rows == ()


def test_a_short_list_is_a_list():
    rows = read([[TITLE], HEAD, line(1.0, "甲项目"), line(2.0, "乙项目")]).rows

    assert [(row.row, row.get("name")) for row in rows] == [(3, "甲项目"), (4, "乙项目")]
