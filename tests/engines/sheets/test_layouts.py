"""Layouts that need a thought of their own, each as small as it can be."""

from datetime import date
from decimal import Decimal

import pytest

from tici.engines.periods import Month
from tici.engines.sheets.grid import Grid
from tici.engines.sheets.places import shipped_gazetteer
from tici.engines.sheets.reading import read_grids

CITY = shipped_gazetteer()
TITLE = "赵县2021年11月调度表（单位：万元）"
HEAD = ["序号", "项目名称", "总投资", "年度计划投资", "1-11月累计完成", "实际开工时间", "责任人"]


def read(*sheets, file="赵县11月.xlsx", **answers):
    grids = [sheet if isinstance(sheet, Grid) else Grid("Sheet1", sheet) for sheet in sheets]
    return read_grids(grids, file, CITY, month=answers.get("month"), mapping=answers.get("mapping", {}))


def column(reading, code):
    return [row.get(code) for row in reading.rows]


def line(number, name, total=5000.0, plan=500.0, done=100.0, start="2021.3", person="张岗"):
    return [number, name, total, plan, done, start, person]


def test_tables_side_by_side_are_read_one_after_the_other():
    head = ["序号", "项目名称", "总投资"]
    reading = read(
        [
            [TITLE],
            [*head, "", *head],
            [1.0, "甲项目", 5000.0, "", 3.0, "丙项目", 7000.0],
            [2.0, "乙项目", 6000.0, "", "", "", ""],
        ]
    )

    assert [(row.row, row.table, row.get("name")) for row in reading.rows] == [
        (3, 0, "甲项目"),
        (4, 0, "乙项目"),
        (3, 1, "丙项目"),
    ]
    assert reading.rows[2].values["total_investment_wan"].cell == "G3"


def test_headings_over_tables_side_by_side_speak_for_their_own_rows():
    head = ["序号", "项目名称", "总投资", "2021年计划投资", "1-11月完成"]
    reading = read(
        [
            [TITLE],
            ["新开工项目", "", "", "", "", "", "续建项目", "", "", "", ""],
            [*head, "", *head],
            [1.0, "甲项目", 5000.0, 4000.0, 300.0, "", 1.0, "丙项目", 7000.0, 6000.0, 900.0],
            [2.0, "乙项目", 6000.0, 4100.0, 310.0, "", 2.0, "丁项目", 8000.0, 6100.0, 910.0],
        ]
    )

    codes = ("category", "plan_year_wan", "done_ytd_wan")
    assert [(row.get("name"), *map(row.get, codes)) for row in reading.rows] == [
        ("甲项目", "计划开工", 4000, 300),
        ("乙项目", "计划开工", 4100, 310),
        ("丙项目", "续建", 6000, 900),
        ("丁项目", "续建", 6100, 910),
    ]


def test_of_a_line_planned_and_a_line_done_the_latter_gives_what_was_done():
    grid = Grid(
        "Sheet1",
        [[TITLE], ["序号", "项目名称", "类别", "总投资", "11月", "1-11月", "形象进度"],
         [1.0, "甲项目", "计划", 9000.0, 400.0, 4500.0, "主体完工"], ["", "", "完成", "", 380.0, 4300.0, "主体施工"],
         [2.0, "乙项目", "计划", 8000.0, 300.0, 3500.0, "竣工"], ["", "", "完成", "", "", 3600.0, "装修"]],
        merges=[(row, left, row + 1, left) for row in (2, 4) for left in (0, 1, 3)],
    )  # fmt: skip
    reading = read(grid)

    codes = ("name", "total_investment_wan", "done_month_wan", "done_ytd_wan", "progress_text")
    assert [tuple(map(row.get, codes)) for row in reading.rows] == [
        ("甲项目", 9000, 380, 4300, "主体施工"),
        ("乙项目", 8000, None, 3600, "装修"),
    ]
    assert reading.rows[0].values["done_ytd_wan"].cell == "F4"


def test_a_table_continued_below_with_further_columns_is_joined_by_name():
    reading = read(
        [[TITLE], ["序号", "项目名称", "总投资"], [1.0, "甲项目", 5000.0], [2.0, "乙项目", 6000.0], ["续表"],
         ["序号", "项目名称", "1-11月累计完成", "形象进度"],
         [1.0, "甲项目", 500.0, "主体施工"], [2.0, "乙项目", 600.0, "封顶"]]
    )  # fmt: skip

    assert [(row.row, row.get("total_investment_wan"), row.get("done_ytd_wan")) for row in reading.rows] == [
        (3, 5000, 500),
        (4, 6000, 600),
    ]
    assert reading.rows[0].values["progress_text"].cell == "D7"


def test_projects_may_stand_in_columns():
    reading = read(
        [
            [TITLE],
            ["项目名称", "甲项目", "乙项目"],
            ["总投资", 5000.0, 6000.0],
            ["年度计划投资", 500.0, 600.0],
            ["责任单位", "工信局", "发改局"],
        ]
    )

    assert column(reading, "total_investment_wan") == [5000, 6000]
    assert reading.rows[1].values["duty_unit"].cell == "C5"


def test_sections_with_sums_and_parts_are_no_projects():
    reading = read(
        [[TITLE], HEAD, ["一", "计划开工项目", 11000.0, 1000.0, 500.0, "", ""],
         line(1.0, "甲项目", 5000.0, 500.0, 200.0),
         ["", "其中：一期工程", 3000.0, 300.0, 100.0, "", ""], line(2.0, "乙项目", 6000.0, 500.0, 300.0),
         ["二", "续建项目（1个）", 7000.0, 1000.0, 500.0, "", ""], line(3.0, "丙项目", 7000.0, 1000.0, 500.0),
         ["合计", "", 18000.0, 2000.0, 1000.0, "", ""], ["", "其中：省重点", 5000.0, 500.0, 200.0, "", ""],
         ["", "市重点", 13000.0, 1500.0, 800.0, "", ""]]
    )  # fmt: skip

    assert [(row.get("name"), row.get("category")) for row in reading.rows] == [
        ("甲项目", "计划开工"),
        ("乙项目", "计划开工"),
        ("丙项目", "续建"),
    ]
    assert reading.sheets[0].set_aside == {
        3: "section", 5: "subitem", 7: "section", 9: "total", 10: "where", 11: "where",
    }  # fmt: skip
    assert reading.problems == ()


def test_a_total_that_does_not_tie_is_told_with_its_cell():
    reading = read(
        [[TITLE], HEAD, line(1.0, "甲项目"), line(2.0, "乙项目"), ["合计", "", 10000.0, 1010.0, 200.0, "", ""]]
    )

    assert [(p.code, p.cell, p.params["given"], p.params["sum"]) for p in reading.problems] == [
        ("total_mismatch", "D5", "1010", "1000")
    ]


@pytest.mark.parametrize("at", [2, 4])
def test_a_total_ties_whether_it_stands_first_or_last(at):
    rows = [[TITLE], HEAD, line(1.0, "甲项目"), line(2.0, "乙项目")]
    rows.insert(at, ["", "合计", 10000.0, 1000.0, 200.0, "", ""])

    reading = read(rows)

    assert (column(reading, "name"), reading.problems) == (["甲项目", "乙项目"], ())


def test_a_total_without_a_word_is_a_total():
    reading = read([[TITLE], HEAD, line(1.0, "甲项目"), line(2.0, "乙项目"), ["", "", 10000.0, 1000.0, 200.0, "", ""]])

    assert column(reading, "name") == ["甲项目", "乙项目"]


@pytest.mark.parametrize(
    ("stated", "factor", "real"),
    [("亿元", 1, "万元"), ("万元", Decimal("0.0001"), "亿元"), ("元", 1, "万元"), ("万元", 10_000, "元")],
)
def test_a_unit_that_cannot_be_right_is_doubted_and_the_figures_count_as_they_are(stated, factor, real):
    rows = [
        line(float(n), f"{n}号项目", float((5000 + n) * factor), float(500 * factor), float(100 * factor))
        for n in range(1, 7)
    ]

    reading = read([[f"赵县2021年11月（单位：{stated}）"], HEAD, *rows])

    assert [(p.code, p.row, p.params["real"]) for p in reading.problems] == [("unit_suspect", None, real)]
    assert column(reading, "total_investment_wan") == [5000 + n for n in range(1, 7)]


def test_one_column_may_have_a_unit_of_its_own():
    head = [*HEAD[:2], "总投资（亿元）", *HEAD[3:]]
    rows = [line(float(n), f"{n}号项目", 0.5 + n / 10) for n in range(1, 7)]

    reading = read([[TITLE], head, *rows])

    assert (column(reading, "total_investment_wan")[0], column(reading, "plan_year_wan")[0]) == (6000, 500)
    assert reading.problems == ()


def test_a_merged_cell_holds_for_all_its_rows():
    rows = [
        [TITLE],
        HEAD,
        line(1.0, "甲项目", person="县长"),
        line(2.0, "乙项目", person=""),
        line(3.0, "丙项目", person=""),
    ]

    reading = read(Grid("Sheet1", rows, merges=[(2, 6, 4, 6)]))

    assert [row.values["duty_person"][:2] for row in reading.rows] == [("县长", "G3")] * 3


def test_a_project_of_several_lines_is_one_row_its_first():
    rows = [[TITLE], HEAD, line(1.0, "甲项目", person="县长"), ["", "", "", "", "", "", "局长"], line(2.0, "乙项目")]

    assert [row.row for row in read(rows).rows] == [3, 5]
    assert [row.row for row in read(Grid("Sheet1", rows, merges=[(2, 1, 3, 1)])).rows] == [3, 5]


def test_an_earlier_month_beside_this_one_is_set_aside_and_said():
    earlier = [["赵县2021年10月调度表（单位：万元）"], [text.replace("11", "10") for text in HEAD], line(1.0, "甲项目")]
    reading = read(Grid("10月", earlier), Grid("11月", [[TITLE], HEAD, line(1.0, "甲项目")]))

    assert [(sheet.name, sheet.kind, str(sheet.month)) for sheet in reading.sheets] == [
        ("10月", "earlier", "2021-10"),
        ("11月", "monthly", "2021-11"),
    ]
    assert [(row.sheet, row.row) for row in reading.rows] == [("11月", 3)]
    assert [problem.code for problem in reading.problems] == ["earlier_month"]


def test_a_copied_sheet_is_read_once():
    rows = [[TITLE], HEAD, line(1.0, "甲项目"), line(2.0, "乙项目")]

    reading = read(Grid("台账", rows), Grid("台账 (2)", rows))

    assert [row.sheet for row in reading.rows] == ["台账", "台账"]
    assert [(problem.code, problem.sheet) for problem in reading.problems] == [("sheet_copy", "台账 (2)")]


def test_sheets_named_for_a_category_give_it_to_their_rows():
    reading = read(
        Grid("计划开工", [[TITLE], HEAD, line(1.0, "甲项目")]), Grid("续建", [[TITLE], HEAD, line(1.0, "乙项目")])
    )

    assert column(reading, "category") == ["计划开工", "续建"]


def test_headings_of_counties_place_the_rows_of_a_citys_sheet():
    rows = [
        ["石家庄市2021年11月项目表（万元）"],
        HEAD,
        ["正定县（1个）"],
        line(1.0, "甲项目"),
        ["高新区"],
        line(1.0, "乙项目"),
    ]

    assert column(read(rows, file="全市.xlsx"), "place_code") == ["130123", "130171"]


def test_a_summary_a_dictionary_and_a_cover_hold_no_rows():
    summary = Grid("汇总", [["乡镇（园区）", "项目数", "总投资（万元）", "位次"], ["甲镇", 3.0, 5000.0, 1.0]])
    dictionary = Grid("字典", [["年度类别", "重点级别", "当前阶段"], ["计划开工", "省重点", "谋划"]], hidden=True)
    cover = Grid("封面", [["", "赵县工业项目台账"], ["", "二〇二一年十一月"]])

    reading = read(summary, dictionary, cover)

    assert ([sheet.kind for sheet in reading.sheets], reading.rows) == (["summary", "dictionary", "cover"], ())
    assert [problem.code for problem in reading.problems] == ["no_table"]


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


def test_a_heading_in_the_column_of_owners_is_a_heading():
    head = ["序号", "项目单位", "项目名称及主要建设内容", "总投资", "本年累计完成"]
    reading = read(
        [[TITLE], head, ["(一)", "新开工项目", "", 11000.0, 700.0],
         [1.0, "甲厂", "甲项目", 5000.0, 300.0], [2.0, "乙厂", "乙项目", 6000.0, 400.0],
         ["(二)", "续建项目", "", 7000.0, 500.0], [1.0, "丙厂", "丙项目", 7000.0, 500.0]]
    )  # fmt: skip

    assert list(zip(column(reading, "name"), column(reading, "category"), strict=True)) == [
        ("甲项目", "计划开工"),
        ("乙项目", "计划开工"),
        ("丙项目", "续建"),
    ]
    assert reading.problems == ()


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


def test_a_formulas_error_written_as_text_is_told_whatever_the_column():
    rows = [
        line(1.0, "甲项目", total="#REF!"),
        line(2.0, "乙项目", person="#N/A"),
        line(3.0, "丙项目", start="#VALUE!"),
    ]

    reading = read([[TITLE], HEAD, *rows])

    assert {(p.cell, p.code) for p in reading.problems} == {(cell, "formula_error") for cell in ("C3", "G4", "F5")}


def test_a_ledger_dated_last_month_beside_this_months_sheet_is_still_read():
    ledger = [
        ["赵县工业项目台账", "", "截止日期：2021年10月31日", "单位：万元"],
        ["项目名称", "业主单位", "总投资"],
        ["甲项目", "示例甲", 5000.0],
    ]

    reading = read(Grid("台账", ledger), Grid("11月", [[TITLE], HEAD, line(1.0, "甲项目")]))

    assert [(row.sheet, row.kind) for row in reading.rows] == [("台账", "master"), ("11月", "monthly")]


def test_a_figure_that_is_none_exactly_is_read_and_said():
    exact = line(3.0, "丙项目", total="5000（设备约300万元）")
    reading = read([[TITLE], HEAD, line(1.0, "甲项目", total="约2000"), line(2.0, "乙项目", total="2.1亿多"), exact])

    assert column(reading, "total_investment_wan") == [2000, 21000, 5000]
    assert [(problem.code, problem.cell) for problem in reading.problems] == [("inexact", "C3"), ("inexact", "C4")]


def test_a_choice_that_is_none_is_said_beside_its_cell():
    rows = [[float(at), f"第{at}号项目", 5000.0, stage] for at, stage in enumerate(("在建", "储备", "第三类"), start=1)]
    reading = read([[TITLE], ["序号", "项目名称", "总投资", "当前阶段"], *rows])

    assert column(reading, "stage") == ["建设", "储备", None]
    assert [(problem.code, problem.cell) for problem in reading.problems] == [("unknown_choice", "D5")]


def test_an_unknown_column_is_asked_about_and_the_answer_is_remembered():
    rows = [[TITLE], [*HEAD, "盘子"], *[[*line(float(n), f"{n}号项目"), 70.0 + n] for n in range(1, 5)]]

    asked = read(rows).questions
    answered = read(rows, mapping={asked[0].fingerprint: "equipment_wan"})

    assert [(q.column, q.header, q.chosen, q.samples) for q in asked] == [("H", "盘子", None, ("71", "72", "73"))]
    assert (column(answered, "equipment_wan")[0], answered.questions) == (71, ())


def test_a_column_left_out_by_the_sender_is_not_asked_about_again():
    rows = [[TITLE], [*HEAD, "盘子"], *[[*line(float(n), f"{n}号项目"), 70.0] for n in range(1, 5)]]

    assert read(rows, mapping={"盘子": ""}).questions == ()


def test_start_without_plan_or_actual_is_settled_by_its_dates():
    head = [*HEAD[:5], "开工时间", "责任人"]
    past = read([[TITLE], head, *[line(float(n), f"{n}号项目") for n in range(1, 5)]])
    mixed = read(
        [
            [TITLE],
            head,
            *[line(float(n), f"{n}号项目", start=f"2021.{n + 9}") for n in range(1, 4)],
            line(4.0, "四号项目", start="2022.3"),
        ]
    )

    assert ("actual_start" in past.rows[0].values, past.questions) == (True, ())
    assert [(q.chosen, q.candidates) for q in mixed.questions] == [("planned_start", ("actual_start", "planned_start"))]


def test_a_share_is_a_fraction_however_it_is_written():
    head = ["项目名称", "总投资", "年度计划投资", "本年累计完成", "完成率（%）"]

    def shares(*cells):
        rows = [[f"{n}号项目", 9000.0, 1000.0, 500.0 + n, cell] for n, cell in enumerate(cells)]
        return column(read([[TITLE], head, *rows]), "completion_pct")

    assert (
        shares(0.5, 0.501, 0.502)
        == shares("50%", "50.1%", "50.2%")
        == shares(50.0, 50.1, 50.2)
        == shares("50", "50.1", "50.2")
    )


def test_codes_turned_into_numbers_are_told_not_taken():
    head = ["项目名称", "项目代码", "统一社会信用代码", "总投资"]

    reading = read([[TITLE], head, ["甲项目", 2.101130133260e23, "9.11301E+17", 5000.0]])

    assert [problem.code for problem in reading.problems] == ["code_rounded", "code_rounded"]
    assert column(reading, "project_code") == [None]


def test_problems_of_a_row_are_told_with_cell_and_field():
    head = ["项目名称", "所属县区", "信用代码", "总投资", "上月止累计", "本年累计完成", "计划开工时间", "计划竣工时间"]
    rows = [
        ["甲项目", "赵县", "91130100MA0000000X", -5.0, 300.0, 200.0, "2021年5月", "2021年3月"],
        ["", "滹沱区", "", "待定", 1.0, 2.0, "2021年5月", "2022年3月"],
        ["丙项目", "赵县", "", 100.0, 1.0, 200.0, "第五季度", ""],
    ]

    found = {(p.row, p.cell, p.field, p.code) for p in read([[TITLE], head, *rows]).problems}

    assert found == {
        (3, "C3", "uscc", "uscc_check"),
        (3, "D3", "total_investment_wan", "negative_amount"),
        (3, "F3", "done_ytd_wan", "ytd_lt_last_month"),
        (3, "H3", "planned_finish", "finish_before_start"),
        (4, None, "name", "missing_name"),
        (4, "B4", "place_code", "unknown_place"),
        (4, "D4", "total_investment_wan", "non_numeric"),
        (5, "F5", "done_ytd_wan", "done_gt_total"),
        (5, "G5", "planned_start", "unreadable_date"),
    }


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
