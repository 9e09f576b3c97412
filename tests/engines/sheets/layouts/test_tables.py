"""Where tables, their parts and their headings stand on a sheet, each layout as small as it can be."""

from tests.engines.sheets.layouts.small import HEAD, TITLE, column, line, read
from tici.engines.sheets.grid import Grid


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


def test_further_parts_of_a_project_need_no_word():
    rows = [line(1.0, "甲产业园项目", 5000.0), ["", "其中：一期", 3000.0, 300.0, 100.0, "", ""]]
    rows += [["", "　　　二期", 2000.0, 200.0, 0.0, "", ""], line(2.0, "乙项目", 6000.0)]

    reading = read([[TITLE], HEAD, *rows])

    assert column(reading, "name") == ["甲产业园项目", "乙项目"]
    assert reading.sheets[0].set_aside == {4: "subitem", 5: "subitem"}


def test_a_citys_sheet_names_each_county_once_in_its_own_way():
    head = ["县（市、区）", *HEAD]
    names = ["正定", "", "高新", "循环园", ""]
    rows = [[place, *line(float(n), f"示例{n}号项目")] for n, place in enumerate(names, 1)]

    reading = read([["全市工业项目11月进展（万元）"], head, *rows], file="全市11月.xlsx")

    assert column(reading, "place_code") == ["130123", "130123", "130171", "130172", "130172"]


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


def test_a_ledger_dated_last_month_beside_this_months_sheet_is_still_read():
    ledger = [
        ["赵县工业项目台账", "", "截止日期：2021年10月31日", "单位：万元"],
        ["项目名称", "业主单位", "总投资"],
        ["甲项目", "示例甲", 5000.0],
    ]

    reading = read(Grid("台账", ledger), Grid("11月", [[TITLE], HEAD, line(1.0, "甲项目")]))

    assert [(row.sheet, row.kind) for row in reading.rows] == [("台账", "master"), ("11月", "monthly")]
