"""What stands in cells, totals and units, and what is said of it, each layout as small as it can be."""

from decimal import Decimal

import pytest

from tests.engines.sheets.layouts.small import HEAD, TITLE, column, line, read


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


def test_a_formulas_error_written_as_text_is_told_whatever_the_column():
    rows = [
        line(1.0, "甲项目", total="#REF!"),
        line(2.0, "乙项目", person="#N/A"),
        line(3.0, "丙项目", start="#VALUE!"),
    ]

    reading = read([[TITLE], HEAD, *rows])

    assert {(p.cell, p.code) for p in reading.problems} == {(cell, "formula_error") for cell in ("C3", "G4", "F5")}


def test_a_figure_that_is_none_exactly_is_read_and_said():
    exact = line(3.0, "丙项目", total="5000（设备约300万元）")
    reading = read([[TITLE], HEAD, line(1.0, "甲项目", total="约2000"), line(2.0, "乙项目", total="2.1亿多"), exact])

    assert column(reading, "total_investment_wan") == [2000, 21000, 5000]
    assert [(problem.code, problem.cell) for problem in reading.problems] == [("inexact", "C3"), ("inexact", "C4")]


def test_ticks_under_the_words_of_a_choice_choose():
    head = ["序号", "项目名称", "总投资", "重点级别", "", "", "项目阶段", "", "", "是否省重点"]
    rows = [
        [TITLE],
        head,
        ["", "", "", "省重点", "市重点", "县重点", "储备", "开工", "建设", ""],
        [1.0, "示例甲项目", 5000.0, "√", "", "", "√", "√", "√", "是"],
        [2.0, "示例乙项目", 6000.0, "", "√", "", "√", "", "", "否"],
        [3.0, "示例丙项目", 7000.0, "", "", "√", "", "√", "", "否"],
    ]

    reading = read(rows)

    assert [(row.get("level"), row.get("stage")) for row in reading.rows] == [
        ("省", "建设"),
        ("市", "储备"),
        ("县", "开工"),
    ]
    assert reading.rows[0].values["stage"].cell == "I4"
    assert (reading.problems, reading.questions) == ((), ())


def test_owners_below_or_behind_the_names_of_their_projects_are_taken_from_them():
    names = ["示例甲项目\n示例甲（石家庄）有限公司", "示例乙项目（示例乙有限公司）", "示例丙项目（一期）"]
    rows = [[float(n), name, 5000.0 + n, 300.0] for n, name in enumerate(names, 1)]

    reading = read([[TITLE], ["序号", "项目名称及建设单位", "总投资", "年度投资"], *rows])

    assert [(row.get("name"), row.get("owner")) for row in reading.rows] == [
        ("示例甲项目", "示例甲（石家庄）有限公司"),
        ("示例乙项目", "示例乙有限公司"),
        ("示例丙项目（一期）", None),
    ]


def test_owners_beside_their_codes_are_taken_from_them():
    rows = [[1.0, "示例甲项目", "示例甲有限公司\n91130133MA07EXAM0P", 5000.0], [2.0, "示例乙项目", "", 6000.0]]

    reading = read([[TITLE], ["序号", "项目名称", "企业名称及信用代码", "总投资"], *rows])

    row = reading.rows[0]
    assert (row.get("owner"), row.get("uscc")) == ("示例甲有限公司", "91130133MA07EXAM0P")


@pytest.mark.parametrize(
    ("held", "field", "values"),
    [
        (["结转", "新开工", "拟竣工", "前期"], "category", ["续建", "计划开工", "保投产", "前期"]),
        (["新建", "技改", "扩建", "新建"], "nature", ["新建", "技改", "扩建", "新建"]),
    ],
)
def test_what_is_headed_as_the_nature_of_a_project_may_be_its_category(held, field, values):
    rows = [[float(n), f"示例{n}号项目", 5000.0 + n, one] for n, one in enumerate(held, 1)]

    assert column(read([[TITLE], ["序号", "项目名称", "总投资", "项目性质"], *rows]), field) == values


@pytest.mark.parametrize(
    ("held", "field"),
    [(["示例甲有限公司", "示例乙有限公司"] * 2, "owner"), (["县工信局", "县发改局"] * 2, "duty_unit")],
)
def test_a_unit_that_undertakes_is_the_owner_or_the_office_in_charge(held, field):
    rows = [[float(n), f"示例{n}号项目", one, 5000.0 + n] for n, one in enumerate(held, 1)]

    reading = read([[TITLE], ["序号", "项目名称", "承办单位", "总投资"], *rows])

    assert column(reading, field) == held


def test_a_choice_that_is_none_is_said_beside_its_cell():
    rows = [[float(at), f"第{at}号项目", 5000.0, stage] for at, stage in enumerate(("在建", "储备", "第三类"), start=1)]
    reading = read([[TITLE], ["序号", "项目名称", "总投资", "当前阶段"], *rows])

    assert column(reading, "stage") == ["建设", "储备", None]
    assert [(problem.code, problem.cell) for problem in reading.problems] == [("unknown_choice", "D5")]


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


def test_small_projects_in_the_stated_unit_are_believed():
    rows = [line(float(n), f"{n}号项目", 60.0 + n, 50.0, 40.0) for n in range(1, 7)]

    reading = read([[TITLE], HEAD, *rows])

    assert (column(reading, "total_investment_wan")[0], reading.problems) == (61, ())


def test_little_done_in_the_first_months_is_little_and_in_no_other_unit():
    rows = [line(float(n), f"{n}号项目", 50000.0, 9000.0, float(n * 10)) for n in range(1, 7)]

    reading = read([["赵县2022年2月调度表（单位：万元）"], [*HEAD[:4], "1-2月累计完成", *HEAD[5:]], *rows])

    assert column(reading, "done_ytd_wan") == [10, 20, 30, 40, 50, 60]


def test_the_unit_of_the_output_says_nothing_of_the_investment():
    head = ["序号", "项目名称", "总投资", "年度计划投资", "年产值（亿元）", "年利税（万元）"]

    reading = read(
        [["赵县2021年11月项目"], head, *([float(n), f"{n}号项目", 52000.0, 9000.0, 5.0, 3000.0] for n in (1, 2))]
    )

    assert [(row.get("total_investment_wan"), row.get("output_wan")) for row in reading.rows] == [(52000, 50000)] * 2


@pytest.mark.parametrize(
    ("text", "wan"), [("1.2（亿元）", 12000), ("1.2(单位：亿元)", 12000), ("5000(设备300万)", 5000)]
)
def test_a_unit_in_brackets_behind_a_figure_is_its_unit(text, wan):
    rows = [line(float(n), f"{n}号项目", text) for n in range(1, 4)]

    assert column(read([[TITLE], HEAD, *rows]), "total_investment_wan") == [wan] * 3
