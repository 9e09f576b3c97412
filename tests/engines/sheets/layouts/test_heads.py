"""What columns are headed, and which month and year a head means, each layout as small as it can be."""

from datetime import date
from decimal import Decimal

import pytest

from tests.engines.sheets.layouts.small import HEAD, TITLE, column, line, read
from tici.engines.periods import Month
from tici.engines.sheets.grid import Grid


@pytest.mark.parametrize("is_merged", [True, False])
def test_of_a_line_planned_and_a_line_done_the_latter_gives_what_was_done(is_merged):
    grid = Grid(
        "Sheet1",
        [[TITLE], ["序号", "项目名称", "类别", "总投资", "11月", "1-11月", "形象进度"],
         [1.0, "甲项目", "计划", 9000.0, 400.0, 4500.0, "主体完工"], ["", "", "完成", "", 380.0, 4300.0, "主体施工"],
         [2.0, "乙项目", "计划", 8000.0, 300.0, 3500.0, "竣工"], ["", "", "完成", "", "", 3600.0, "装修"]],
        merges=[(row, left, row + 1, left) for row in (2, 4) for left in (0, 1, 3)] if is_merged else [],
    )  # fmt: skip
    reading = read(grid)

    codes = ("name", "total_investment_wan", "done_month_wan", "done_ytd_wan", "progress_text")
    assert [tuple(map(row.get, codes)) for row in reading.rows] == [
        ("甲项目", 9000, 380, 4300, "主体施工"),
        ("乙项目", 8000, None, 3600, "装修"),
    ]
    assert reading.rows[0].values["done_ytd_wan"].cell == "F4"


def test_an_earlier_month_beside_this_one_is_set_aside_and_said():
    earlier = [["赵县2021年10月调度表（单位：万元）"], [text.replace("11", "10") for text in HEAD], line(1.0, "甲项目")]
    reading = read(Grid("10月", earlier), Grid("11月", [[TITLE], HEAD, line(1.0, "甲项目")]))

    assert [(sheet.name, sheet.kind, str(sheet.month)) for sheet in reading.sheets] == [
        ("10月", "earlier", "2021-10"),
        ("11月", "monthly", "2021-11"),
    ]
    assert [(row.sheet, row.row) for row in reading.rows] == [("11月", 3)]
    assert [problem.code for problem in reading.problems] == ["earlier_month"]


def test_three_levels_of_header_read_without_their_merges():
    reading = read(
        [["赵县2021年11月调度表"],
         ["序号", "项目名称", "投资情况（万元）", "", "", "", "", "开竣工时间", "", "责任", ""],
         ["", "", "总投资", "2021年", "", "", "", "开工", "竣工", "领导", "单位"],
         ["", "", "", "计划", "本月", "1-11月", "完成率", "", "", "", ""],
         ["1", "甲项目", "5,000", "500", "20", "300", "60%", "2021年3月", "2022年12月", "县长", "工信局"]]
    )  # fmt: skip

    row = reading.rows[0]
    assert [row.get(f"{code}_wan") for code in ("total_investment", "plan_year", "done_month", "done_ytd")] == [
        5000,
        500,
        20,
        300,
    ]
    assert (row.get("completion_pct"), row.get("duty_leader"), row.get("duty_unit")) == (
        Decimal("0.6"),
        "县长",
        "工信局",
    )
    assert (row.get("actual_start"), row.get("planned_finish")) == (None, date(2022, 12, 1)) or row.get("planned_start")


def test_months_in_headers_are_told_apart_by_the_month_of_the_report():
    head = [
        "项目名称",
        "总投资",
        "2020年完成投资",
        "2021年计划投资",
        "10月完成投资",
        "11月完成投资",
        "1-10月完成",
        "1-11月完成",
        "2022年计划投资",
    ]
    reading = read([[TITLE], head, ["甲项目", 9000.0, 100.0, 500.0, 30.0, 40.0, 300.0, 340.0, 700.0]])

    row = reading.rows[0]
    codes = ("plan_year_wan", "prev_month_wan", "done_month_wan", "prev_ytd_wan", "done_ytd_wan")
    assert [row.get(code) for code in codes] == [500, 30, 40, 300, 340]
    assert row.get("plan_next_year_wan") == 700


def test_of_a_column_for_each_month_only_this_months_and_the_sum_are_read():
    months = [f"{month}月" for month in range(1, 12)]
    grid = Grid(
        "Sheet1",
        [["赵县2021年11月分月完成投资表（单位：万元）"],
         ["序号", "项目名称", "总投资", "2021年完成投资", *[""] * 11],
         ["", "", "", *months, "合计"],
         [1.0, "甲项目", 5000.0, *[40.0] * 9, 55.0, 60.0, 475.0],
         [2.0, "乙项目", 6000.0, *[50.0] * 9, 65.0, 70.0, 585.0]],
        merges=[(1, 3, 1, 14)],
    )  # fmt: skip
    reading = read(grid)

    codes = ("prev_month_wan", "done_month_wan", "done_ytd_wan")
    assert [tuple(map(row.get, codes)) for row in reading.rows] == [(55, 60, 475), (65, 70, 585)]
    assert reading.questions == ()


def test_sums_to_the_end_of_other_months_are_set_aside():
    head = ["序号", "项目名称", "总投资（万元）", "1-9月", "1-10月", "11月当月", "11月底累计", "进度%"]
    reading = read([["赵县2021年11月调度表"], head, [1.0, "示例甲项目", 5000.0, 300.0, 350.0, 50.0, 400.0, 80.0]])

    codes = ("total_investment_wan", "prev_ytd_wan", "done_month_wan", "done_ytd_wan", "completion_pct")
    assert list(map(reading.rows[0].get, codes)) == [5000, 350, 50, 400, Decimal("0.8")]
    assert reading.questions == ()


def test_a_column_of_projects_headed_as_a_grade_is_known_by_its_contents():
    rows = [[1.0, "示例钢丝绳生产线项目", 5000.0, 300.0], [2.0, "示例产业园一期", 6000.0, 400.0]]
    rows += [[3.0, "示例冷链物流园", 7000.0, 500.0]]
    reading = read([[TITLE], ["序号", "重点项目", "投资规模", "今年完成"], *rows])

    assert column(reading, "name") == ["示例钢丝绳生产线项目", "示例产业园一期", "示例冷链物流园"]
    assert column(reading, "level") == [None, None, None]


@pytest.mark.parametrize(("head", "is_owner"), [("单位", True), ("承接方", True), ("施工单位", False)])
def test_a_column_of_enterprises_is_taken_for_the_owners_and_asked_about(head, is_owner):
    rows = [[float(at), f"示例第{at}条生产线", f"示例{at}号实业有限公司", 900.0 * at, 90.0 * at] for at in range(1, 5)]
    reading = read([[TITLE], ["序号", "项目名称", head, "总投资", "本年累计完成"], *rows])

    owners = [f"示例{at}号实业有限公司" for at in range(1, 5)]
    assert column(reading, "owner") == (owners if is_owner else [None] * 4)
    assert [question.chosen for question in reading.questions] == ["owner" if is_owner else None]


def test_a_year_and_a_sum_head_their_columns_over_three_levels():
    grid = Grid(
        "Sheet1",
        [["单位：万元"],
         ["项目基本情况", "", "", "", "2021年", "", "", "", "累计"],
         ["序号", "名称", "业主", "总投资", "投资", "", "形象进度", "", "完成投资"],
         ["", "", "", "", "计划", "完成", "计划", "实际", ""],
         [1.0, "甲项目", "甲厂", 5000.0, 900.0, 800.0, "主体完工", "主体施工", 2800.0],
         [2.0, "乙项目", "乙厂", 6000.0, 700.0, 750.0, "竣工", "装修", 3750.0]],
        merges=[(1, 0, 1, 3), (1, 4, 1, 7), (2, 4, 2, 5), (2, 6, 2, 7), *((2, at, 3, at) for at in (0, 1, 2, 3, 8))],
    )  # fmt: skip
    reading = read(grid, file="平山县11月.xlsx")

    codes = ("plan_year_wan", "done_ytd_wan", "done_total_wan", "progress_plan_text", "progress_text")
    assert [tuple(map(row.get, codes)) for row in reading.rows] == [
        (900, 800, 2800, "主体完工", "主体施工"),
        (700, 750, 3750, "竣工", "装修"),
    ]


def test_what_a_form_says_beside_its_heads_is_left_out_of_them():
    head = [
        "序号",
        "*项目名称（必填）",
        "①项目单位",
        "②计划总投资（万元，保留两位小数）",
        "③2021年计划完成投资（万元）",
    ]
    head += ["④1-11月完成投资（万元）", "⑤完成率=④/③", "⑥是否入统（是/否）"]
    reading = read([["2021年省市重点项目"], head, [1.0, "甲项目", "甲厂", 5000.0, 900.0, 450.0, 0.5, "是"]])

    codes = ("name", "owner", "total_investment_wan", "plan_year_wan", "done_ytd_wan", "completion_pct")
    assert tuple(map(reading.rows[0].get, codes)) == ("甲项目", "甲厂", 5000, 900, 450, Decimal("0.5"))
    assert reading.rows[0].get("entered_statistics") == "是"


def test_a_line_of_the_date_and_the_unit_heads_no_columns():
    grid = Grid(
        "Sheet1",
        [["新华区工业技改项目推进台账"], ["（2021年11月）", "", "", "", "万元"],
         ["项目名称", "项目主体", "总投资", "投资情况", ""], ["", "", "", "全年计划", "下月计划投资"],
         ["甲项目", "甲厂", 5000.0, 900.0, 80.0], ["乙项目", "乙厂", 6000.0, 700.0, 90.0]],
        merges=[(2, 3, 2, 4), *((2, at, 3, at) for at in range(3))],
    )  # fmt: skip
    reading = read(grid, file="新华区.xlsx")

    codes = ("total_investment_wan", "plan_year_wan", "done_month_wan", "plan_next_month_wan")
    assert [tuple(map(row.get, codes)) for row in reading.rows] == [(5000, 900, None, 80), (6000, 700, None, 90)]
    assert reading.problems == ()


def test_heads_much_like_the_rulebooks_are_heads():
    head = [
        "工程项目名称",
        "建设单位（业主）",
        "工程总造价（万元）",
        "今年目标任务（万元）",
        "截至11月底已完成（万元）",
    ]
    head += ["占目标任务比例", "计划开、竣工时间", "责任县领导", "存在的主要困难及问题", "备 注"]
    reading = read(
        [["平山县11月份"], head, ["甲项目", "甲厂", 5000.0, 900.0, 450.0, "50%", "2021.3-2022.6", "县长", "", ""]]
    )

    codes = ("name", "owner", "total_investment_wan", "plan_year_wan", "done_ytd_wan", "duty_leader")
    assert tuple(map(reading.rows[0].get, codes)) == ("甲项目", "甲厂", 5000, 900, 450, "县长")


def test_construction_and_equipment_are_no_sums_of_what_was_done():
    parts = ["合计", "建安", "设备"]
    grid = Grid(
        "Sheet1",
        [["鹿泉区2021年11月（万元）"],
         ["序号", "项目名称", "计划总投资", "", "", "本年完成", "", ""], ["", "", *parts, *parts],
         [1.0, "甲项目", 5000.0, 3000.0, 2000.0, 800.0, 500.0, 300.0],
         [2.0, "乙项目", 6000.0, 3500.0, 2500.0, 900.0, 600.0, 300.0]],
        merges=[(1, 2, 1, 4), (1, 5, 1, 7)],
    )  # fmt: skip
    reading = read(grid)

    codes = ("total_investment_wan", "civil_wan", "equipment_wan", "done_ytd_wan")
    assert [tuple(map(row.get, codes)) for row in reading.rows] == [(5000, 3000, 2000, 800), (6000, 3500, 2500, 900)]


def test_a_sum_since_the_start_is_told_from_the_years_by_what_stands_beside_it():
    head = [
        "项目名称",
        "总投资",
        "2021年计划投资",
        "2021年1-11月完成投资",
        "截至2021年11月底累计完成投资",
        "完成年度投资计划%",
    ]

    row = read([[TITLE], head, ["甲项目", 9000.0, 500.0, 300.0, 800.0, 60.0]]).rows[0]

    assert [row.get(code) for code in ("plan_year_wan", "done_ytd_wan", "done_total_wan")] == [500, 300, 800]
    assert row.get("completion_pct") == Decimal("0.6")


def test_an_unknown_column_is_asked_about_and_the_answer_is_remembered():
    rows = [[TITLE], [*HEAD, "盘子"], *[[*line(float(n), f"{n}号项目"), 70.0 + n] for n in range(1, 5)]]

    asked = read(rows).questions
    answered = read(rows, mapping={asked[0].fingerprint: "equipment_wan"})

    assert [(q.column, q.header, q.chosen, q.samples) for q in asked] == [("H", "盘子", None, ("71", "72", "73"))]
    assert (column(answered, "equipment_wan")[0], answered.questions) == (71, ())


def test_a_column_left_out_by_the_sender_is_not_asked_about_again():
    rows = [[TITLE], [*HEAD, "盘子"], *[[*line(float(n), f"{n}号项目"), 70.0] for n in range(1, 5)]]

    assert read(rows, mapping={"盘子": ""}).questions == ()


@pytest.mark.parametrize(
    ("title", "above", "name", "file", "month"),
    [
        ("赵县2021年11月调度表", "", "Sheet1", "a.xlsx", "2021-11"),
        ("赵县调度表（2021.11）", "", "Sheet1", "a.xlsx", "2021-11"),
        ("赵县2021年调度表", "", "11月", "a.xlsx", "2021-11"),
        ("赵县调度表", "截止日期：2021年11月30日", "Sheet1", "a.xlsx", "2021-11"),
        ("赵县调度表", "填报时间：2021年12月2日", "Sheet1", "a.xlsx", "2021-11"),
        ("赵县调度表", "填报时间：2022年1月5日", "Sheet1", "a.xlsx", "2021-12"),
        ("赵县调度表", "", "Sheet1", "2021年11月赵县.xlsx", "2021-11"),
        ("赵县调度表", "", "Sheet1", "a.xlsx", "None"),
    ],
)
def test_the_month_is_found_where_it_is_said(title, above, name, file, month):
    rows = [[title], [above], ["项目名称", "总投资", "年度计划"], ["甲项目", 5000.0, 500.0]]

    assert str(read(Grid(name, rows), file=file).month) == month


def test_the_month_expected_fills_what_the_file_leaves_open():
    rows = [["赵县11月调度表（万元）"], ["项目名称", "总投资", "计划竣工时间"], ["甲项目", 5000.0, "四季度"]]

    reading = read(rows, month=Month(2021, 11))

    assert (reading.month, column(reading, "planned_finish")) == (Month(2021, 11), [date(2021, 10, 1)])


DONE = ["序号", "项目名称", "总投资", "年度计划投资"]
ROWS = [[float(n), f"{n}号项目", 5000.0, 900.0, 500.0, 80.0, 580.0] for n in range(1, 4)]


def test_a_date_of_writing_does_not_move_the_months_the_heads_name():
    above = [["赵县重点工业项目进展（万元）"], ["填报单位：赵县工信局", "", "2021年12月3日"]]

    reading = read([*above, [*DONE, "1-11月完成投资", "11月完成投资"], *(row[:6] for row in ROWS)])

    assert (column(reading, "done_ytd_wan")[0], column(reading, "done_month_wan")[0]) == (500, 80)


def test_months_to_october_november_alone_and_all_of_them_are_three_columns():
    head = [*DONE, "1-10月完成投资", "11月完成投资", "累计完成投资"]

    reading = read([["赵县项目表（万元）"], head, *ROWS], file="赵县.xlsx")

    assert [column(reading, code)[0] for code in ("prev_ytd_wan", "done_month_wan", "done_ytd_wan")] == [500, 80, 580]


@pytest.mark.parametrize(
    ("title", "heads"),
    [
        ("赵县项目表（万元）", ["截至2020年底累计完成", "2021年计划投资", "2021年1-11月完成投资"]),
        ("赵县三年行动（2020-2022年）项目表（万元）", ["截至2020年底累计完成", "2021年计划", "2021年完成"]),
    ],
)
def test_the_year_of_a_report_is_that_of_what_was_done_in_it(title, heads):
    rows = [[float(n), f"{n}号项目", 5000.0, 700.0, 900.0, 500.0] for n in range(1, 4)]

    reading = read([[title], ["序号", "项目名称", "总投资", *heads], *rows], file="赵县.xlsx")

    found = [column(reading, code)[0] for code in ("done_before_year_wan", "plan_year_wan", "done_ytd_wan")]
    assert found == [700, 900, 500]


def test_what_was_done_before_a_year_is_not_of_the_year():
    rows = [[float(n), f"{n}号项目", 5000.0, 900.0, 700.0, 500.0] for n in range(1, 4)]

    reading = read([[TITLE], [*DONE, "2021年前累计完成投资", "1-11月完成投资"], *rows])

    assert (column(reading, "done_before_year_wan")[0], column(reading, "done_ytd_wan")[0]) == (700, 500)


@pytest.mark.parametrize(
    ("head", "code"),
    [("1—（11）月完成投资", "done_ytd_wan"), ("1-11月完成率（%）", "completion_pct"), ("1-11月计划投资", None)],
)
def test_heads_of_the_year_to_date_are_told_apart(head, code):
    rows = [[float(n), f"{n}号项目", 5000.0, 900.0, 55.0] for n in range(1, 4)]

    (sheet,) = read([[TITLE], [*DONE, head], *rows]).sheets

    assert sheet.columns[4].field == code


@pytest.mark.parametrize(
    ("title", "level"), [("晋州市重点项目（万元）", None), ("晋州市2021年市重点项目（万元）", "市")]
)
def test_the_name_of_a_place_is_no_grade_of_its_projects(title, level):
    assert column(read([[title], DONE, *(row[:4] for row in ROWS)]), "level") == [level] * 3


def test_a_park_of_a_county_is_not_anothers_of_that_name():
    head = ["序号", "项目名称", "所属区域", "总投资"]
    rows = [[1.0, "甲项目", "正定高新区", 5000.0], [2.0, "乙项目", "高新区", 5000.0], [3.0, "丙项目", "正定县", 5000.0]]

    assert column(read([["石家庄市项目（万元）"], head, *rows]), "place_code") == ["130123", "130171", "130123"]


def test_offices_that_build_are_owners():
    rows = [
        [float(n), f"{n}号学校", f"赵县{who}局", 5000.0] for n, who in enumerate(("教育", "水利", "住房和城乡建设"), 1)
    ]

    reading = read([[TITLE], ["序号", "项目名称", "建设单位", "总投资"], *rows])

    assert column(reading, "owner") == ["赵县教育局", "赵县水利局", "赵县住房和城乡建设局"]
