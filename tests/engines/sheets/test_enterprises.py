"""Lists of enterprises: registers, cultivation pools and tiers in any layout, and what is said of their rows."""

import random
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.sheets.listing import a_code, draw
from tici.engines import rulebook
from tici.engines.periods import Month
from tici.engines.sheets import ENTERPRISES, PROJECTS, read_in_child, recognise, sentence, shipped_gazetteer
from tici.engines.sheets.__main__ import main
from tici.engines.sheets.amounts import MEASURES, read_measure
from tici.engines.sheets.grid import Grid
from tici.engines.sheets.reading import read_grids
from tici.engines.sheets.text import plain
from tici.engines.sheets.vocabularies import industries
from tici.engines.sheets.vocabulary import canonical

CITY = shipped_gazetteer()
TITLE = "石家庄市2021年11月规上培育库台账（单位：万元）"
HEAD = ["序号", "县区", "企业名称", "统一社会信用代码", "上年营收", "1-11月营收", "从业人员"]
CODES = ["9111000010000122X8", "91130100MA00000001"]


def read(*sheets, file="培育库.xlsx", month=None):
    grids = [sheet if isinstance(sheet, Grid) else Grid("Sheet1", sheet) for sheet in sheets]
    return read_grids(grids, file, CITY, month=month, mapping={}, subject=ENTERPRISES)


def column(reading, code):
    return [row.get(code) for row in reading.rows]


def line(number, name, place="赵县", code="", last=3000.0, ytd=2800.0, people=50.0):
    return [number, place, name, code, last, ytd, people]


def comparable(value):
    if isinstance(value, Decimal):
        return round(value, 2)
    return plain(value) if isinstance(value, str) else value


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**9))
def test_a_drawn_list_is_read_as_its_sender_meant_it(seed):
    listing = draw(seed)

    reading = read(listing.grid, file=listing.file)

    found = {
        row.row: {code: comparable(row.get(code)) for code in listing.rows.get(row.row, ())} for row in reading.rows
    }
    assert found == {at: {c: comparable(v) for c, v in truth.items()} for at, truth in listing.rows.items()}
    assert (str(reading.month), reading.problems) == ("2021-11", ())


def test_parts_under_a_heading_are_read_though_the_other_headings_end_above_them():
    grid = Grid(
        "Sheet1",
        [["11月份工业企业主要指标完成情况（单位：万元）"],
         ["企业", "工业总产值", "", "", "营业收入", "", "", "期末用工（人）"],
         ["", "本月", "1-本月", "增长%", "1-本月", "上年同期", "±%", ""],
         ["示例甲机械厂", 100.0, 1200.0, 8.1, 1100.0, 1000.0, 10.0, 60.0],
         ["示例乙机械厂", 200.0, 2400.0, 8.1, 2200.0, 2000.0, 10.0, 70.0]],
        merges=[(1, 1, 1, 3), (1, 4, 1, 6)],
    )  # fmt: skip
    reading = read(grid, month=Month(2021, 11))

    codes = ("output_wan", "output_ytd_wan", "revenue_ytd_wan", "revenue_ytd_last_year_wan", "employees")
    assert [tuple(map(row.get, codes)) for row in reading.rows] == [
        (None, 1200, 1100, 1000, 60),
        (None, 2400, 2200, 2000, 70),
    ]


def test_of_a_column_for_each_month_only_this_months_and_the_sum_are_read():
    months = [f"{month}月" for month in range(1, 12)]
    grid = Grid(
        "Sheet1",
        [["赵县规下企业营业收入分月监测表（2021年11月，单位：万元）"],
         ["序号", "企业名称", "2021年营业收入", *[""] * 11],
         ["", "", *months, "累计"],
         [1.0, "示例甲机械厂", *[40.0] * 10, 60.0, 460.0], [2.0, "示例乙机械厂", *[50.0] * 10, 70.0, 570.0]],
        merges=[(1, 2, 1, 13)],
    )  # fmt: skip
    reading = read(grid)

    assert list(zip(column(reading, "revenue_month_wan"), column(reading, "revenue_ytd_wan"), strict=True)) == [
        (60, 460),
        (70, 570),
    ]
    assert reading.questions == ()


def test_figures_of_a_month_are_not_those_of_a_year():
    head = ["企业名称", "研发费用1-11月", "资产总计期末", "负债合计期末", "资产总计", "研发费用"]
    reading = read([[TITLE], head, *[[f"示例{at}机械厂", 46.0, 2264.0, 883.0, 2100.0, 40.0] for at in (1, 2)]])

    assert [column(reading, code) for code in ("assets_wan", "liabilities_wan", "research_wan")] == [
        [2100, 2100],
        [None, None],
        [40, 40],
    ]


def test_a_second_column_of_enterprises_is_asked_about():
    rows = [[float(at), f"示例{at}号机械厂", f"示例{at}号供应商有限公司", 900.0] for at in range(1, 5)]

    reading = read([[TITLE], ["序号", "企业名称", "上游供货方", "上年营收"], *rows])

    assert column(reading, "name") == [f"示例{at}号机械厂" for at in range(1, 5)]
    assert [question.header for question in reading.questions] == ["上游供货方"]


def test_every_name_of_the_rulebook_is_unlike_no_field_it_heads():
    fields = rulebook.load("sheets/enterprises")["field"]
    seen = {}
    for field in fields:
        for name in {canonical(text, None)[0] for text in field["names"]} - {""}:
            seen.setdefault(name, []).append(field["code"])

    assert {name: codes for name, codes in seen.items() if len(codes) > 1} == {}


def test_firms_named_after_a_county_are_no_headings():
    names = ["正定金石化工", "赵县示例淀粉厂", "石家庄市长安区示例机械有限公司", "示例制药"]

    reading = read([[TITLE], ["企业名称", "上年营收", "从业人员"], *[[name, 3000.0, 20.0] for name in names]])

    assert column(reading, "name") == names


def test_sections_of_counties_and_kinds_place_their_rows():
    head = ["序号", "企业名称", "上年营收", "从业人员"]
    reading = read(
        [[TITLE], head, ["一、长安区（1户）"], [1.0, "示例甲厂", 3000.0, 20.0], ["二、赵县（1户）"],
         [2.0, "示例乙厂", 3000.0, 20.0], ["合计", "", 6000.0, 40.0]],
        Grid("退复规", [[TITLE], head, ["退复规企业（1户）"], [1.0, "示例丙厂", 2000.0, 10.0]]),
    )  # fmt: skip

    assert column(reading, "place_code") == ["130102", "130133", None]
    assert column(reading, "entry_kind") == [None, None, "退复规"]
    assert reading.problems == ()


def test_years_in_heads_look_back_from_the_month_expected_or_else_from_the_latest():
    head = ["企业名称", "2019年营业收入", "2020年营业收入", "从业人员"]
    rows = [["示例甲厂", 1000.0, 2000.0, 20.0], ["示例乙厂", 1000.0, 2000.0, 20.0]]

    for month in (None, Month(2021, 11)):
        reading = read([["企业名单（单位：万元）"], head, *rows], month=month)
        assert column(reading, "revenue_last_year_wan") == [2000, 2000]


def test_a_figure_whose_period_nobody_states_is_kept_apart():
    reading = read([[TITLE], ["企业名称", "营业收入", "从业人员"], ["示例甲厂", 3000.0, 20.0]])

    assert (column(reading, "revenue_wan"), column(reading, "revenue_last_year_wan")) == ([3000], [None])


def test_each_kind_of_figure_comes_in_its_own_unit():
    head = ["企业名称", "上年营收（亿元）", "资产总额（千元）", "用电量（千瓦时）", "从业人员", "增值税销售额（元）"]
    rows = [[f"示例{n}厂", 0.3 + n / 100, 40000.0, "1,250,000", "1.2千人", 31000000.0] for n in range(4)]

    reading = read([["企业名单2021年11月"], head, *rows])

    first = reading.rows[0]
    codes = ("revenue_last_year_wan", "assets_wan", "electricity_wan_kwh", "employees", "vat_sales_wan")
    assert [first.get(code) for code in codes] == [3000, 4000, 125, 1200, 3100]
    assert reading.problems == ()


def test_a_list_in_yuan_that_states_no_unit_is_known_by_its_size():
    rows = [line(float(n), f"示例{n}厂", last=23_000_000.0 + n, ytd=21_000_000.0) for n in range(1, 6)]

    reading = read([["规上培育库2021年11月"], HEAD, *rows])

    assert column(reading, "revenue_ytd_wan") == [2100] * 5
    assert [(p.code, p.params["unit"]) for p in reading.problems] == [("unit_missing", "元")]


@given(st.decimals(0, 10**6, places=2), st.sampled_from(["energy", "people"]), st.data())
def test_a_cell_that_names_its_unit_of_energy_or_people_says_it(figure, kind, data):
    unit = data.draw(st.sampled_from(sorted(MEASURES[kind])))

    assert read_measure(f"{figure}{unit}", kind) == (figure, unit, True)


@pytest.mark.parametrize(
    ("cell", "code", "words"),
    [("C2710", "2710", None), (2710.0, "2710", None), ("2710化学药品原料药制造", "2710", "化学药品原料药制造"),
     (610.0, "0610", None), ("27", "27", None),
     ("医药制造业", None, "医药制造业"), ("C27 医药制造业", "27", "医药制造业")],
)  # fmt: skip
def test_an_industry_is_read_from_its_code_its_words_or_both(cell, code, words):
    reading = read([[TITLE], ["企业名称", "行业代码", "上年营收"], ["示例甲厂", cell, 3000.0]])

    assert (reading.rows[0].get("industry_code"), reading.rows[0].get("industry")) == (code, words)


def test_the_industries_are_those_of_the_standard():
    codes = industries()

    # GB/T 4754-2017 counts 97 divisions, 473 groups and 1,380 classes; the list holds one more class in doubt.
    assert [sum(len(code) == digits for code in codes) for digits in (2, 3, 4)] == [97, 473, 1381]


def test_a_range_of_validity_gives_both_its_ends():
    head = ["企业名称", "专精特新层级", "认定批次", "有效期", "得分"]
    row = read([[TITLE], head, ["示例甲厂", "国家级专精特新“小巨人”企业", "第三批", "2021年7月-2024年6月", 82.5]]).rows[
        0
    ]

    assert (row.get("tier"), row.get("valid_from"), row.get("valid_to")) == (
        "小巨人",
        date(2021, 7, 1),
        date(2024, 6, 1),
    )
    assert row.get("score") == Decimal("82.5")


def test_faults_of_a_row_are_told_with_cell_and_field():
    head = [*HEAD, "行业代码", "有效期起", "有效期止"]
    rows = [
        [*line(1.0, "示例甲厂", code="91130100MA0000000X"), "2710", "2021年7月", "2020年6月"],
        [*line(2.0, "", "滹沱区", last="待定", people=-5.0), "9999", "", ""],
        [*line(3.0, "示例丙厂", code=9.1130100e17, ytd="#REF!", last=-3.0), "", "", ""],
        [*line(4.0, "示例丁厂", code="9.11301E+17"), "", "", ""],
    ]

    reading = read([[TITLE], head, *rows])

    assert {(p.row, p.cell, p.field, p.code) for p in reading.problems} == {
        (3, "D3", "uscc", "uscc_check"),
        (3, "J3", "valid_to", "ends_before_begins"),
        (4, None, "name", "missing_row_name"),
        (4, "B4", "place_code", "unknown_place"),
        (4, "E4", "revenue_last_year_wan", "non_numeric"),
        (4, "G4", "employees", "negative_amount"),
        (4, "H4", "industry_code", "unknown_industry"),
        (5, "D5", "uscc", "code_rounded"),
        (5, "E5", "revenue_last_year_wan", "negative_amount"),
        (5, "F5", "revenue_ytd_wan", "formula_error"),
        (6, "D6", "uscc", "code_rounded"),
    }
    assert all(sentence(problem).endswith("。") for problem in reading.problems)


def test_a_firm_twice_and_two_firms_under_one_code_are_told():
    one, other = CODES[0], a_code(random.Random(1))
    rows = [
        line(1.0, "示例甲厂", code=one),
        line(2.0, "示例乙厂", code=one),
        line(3.0, "示例甲厂", code=one),
        line(4.0, "示例丙厂"),
        line(5.0, "示例丙 厂", code=other),
        line(6.0, "示例丙厂", "长安区"),
    ]

    found = [(p.row, p.code, p.params["row"]) for p in read([[TITLE], HEAD, *rows]).problems]

    assert found == [(4, "code_shared", "3"), (5, "firm_twice", "3"), (7, "firm_twice", "6")]


def test_a_total_of_people_that_does_not_tie_is_told_in_its_unit():
    rows = [line(1.0, "示例甲厂"), line(2.0, "示例乙厂"), ["合计", "", "", "", 6000.0, 5600.0, 90.0]]

    problems = read([[TITLE], HEAD, *rows]).problems

    assert [sentence(p) for p in problems] == ["从业人员的合计为90人，各行之和为100人。请核对合计或各行。"]


def test_firms_may_stand_in_columns():
    reading = read(
        [[TITLE], ["企业名称", "示例甲厂", "示例乙厂"], ["统一社会信用代码", CODES[0], ""],
         ["上年营收", 3000.0, 4000.0], ["从业人员", 50.0, 60.0]]
    )  # fmt: skip

    assert column(reading, "revenue_last_year_wan") == [3000, 4000]
    assert reading.rows[1].values["employees"].cell == "C5"


def test_a_sheet_that_counts_enterprises_lists_none():
    reading = read([["县区", "企业数", "营业收入（万元）", "位次"], ["赵县", 12.0, 90000.0, 1.0]])

    assert (reading.rows, [sheet.kind for sheet in reading.sheets]) == ((), ["summary"])
    assert [sentence(p) for p in reading.problems] == ["没有找到要读的表。请确认表头有“企业名称”一列、下面有数据行。"]


def test_lists_of_other_offices_are_read_by_their_own_words():
    head = ["纳税人识别号", "纳税人名称", "主管税务机关", "应税销售额", "应交增值税"]
    firm = [CODES[0], "示例甲厂", "国家税务总局赵县税务局", 31_000_000.0, 900_000.0]
    tax = read([["2021年11月增值税申报情况（单位：元）"], head, firm])
    power = read(
        [["户号", "用户名称", "用电地址", "用电量（千瓦时）"], ["0130001", "示例甲厂", "赵县示例路1号", 1_200_000.0]]
    )
    business = read([["统一社会信用代码", "企业名称", "成立日期", "住所", "经营范围", "登记状态"],
                     [CODES[0], "示例甲厂", "2015-03-02", "赵县示例路1号", "泵制造", "存续"]])  # fmt: skip

    assert (column(tax, "vat_sales_wan"), column(tax, "place_code"), column(tax, "tax_wan")) == (
        [3100],
        ["130133"],
        [90],
    )
    assert (column(power, "electricity_wan_kwh"), column(power, "account_no")) == ([120], ["0130001"])
    assert (column(business, "founded_on"), column(business, "operating_state")) == ([date(2015, 3, 2)], ["存续"])


def test_a_tier_aimed_at_is_not_held():
    head = ["企业名称", "层级", "目标层级", "上年营收"]
    rows = [["示例甲厂", "小巨人", "单项冠军", 9000.0], ["示例乙厂", "小巨人（拟申报）", "小巨人", 8000.0]]

    held = read([["小巨人企业名单（万元）"], ["企业名称", "上年营收", "从业人员"], ["示例甲厂", 9000.0, 90.0]])
    aimed_at = read([["专精特新企业培育库（万元）"], head, *rows])

    assert column(held, "tier") == ["小巨人"]
    assert (column(aimed_at, "tier"), column(aimed_at, "tier_target")) == (["小巨人", None], ["单项冠军", "小巨人"])


def test_one_indicator_of_two_years_is_two_figures():
    head = [
        ["企业名称", "营业收入", "", "利润总额", "", "从业人员", ""],
        ["", "2020年", "1-9月", "2020年", "1-9月", "2020年", "9月"],
    ]

    row = read([["摸底表（2021年1-9月，万元）"], *head, ["示例甲厂", 1900.0, 1850.0, 100.0, 90.0, 45.0, 47.0]]).rows[0]

    codes = ("revenue_last_year_wan", "revenue_ytd_wan", "profit_last_year_wan", "profit_ytd_wan", "employees")
    assert [row.get(code) for code in codes] == [1900, 1850, 100, 90, 45]


def test_numbers_of_identity_cards_are_never_read_and_a_list_of_persons_is_no_list_of_firms():
    ids = [f"1301021990010{n}123{n}" for n in range(1, 5)]
    persons = read(
        [["序号", "姓名", "身份证号", "联系电话", "地址"], *[[1.0, "某人", id_, "某号", "赵县示例路"] for id_ in ids]]
    )
    firms = read(
        [[TITLE], [*HEAD, "法人身份证号"], *[[*line(float(n), f"示例{n}厂"), id_] for n, id_ in enumerate(ids)]]
    )

    assert [problem.code for problem in persons.problems] == ["no_list", "personal_column"]
    assert [problem.code for problem in firms.problems] == ["personal_column"]
    assert not any(id_ in repr(reading) for id_ in ids for reading in (persons, firms))


@pytest.fixture
def book(tmp_path):
    workbook = openpyxl.Workbook()
    for row in [[TITLE], HEAD, line(1, "示例甲厂", code=CODES[0]), line(2, "示例乙厂"), line(3, "示例丙厂")]:
        workbook.active.append(row)
    workbook.active.row_dimensions[4].hidden = True
    workbook.save(tmp_path / "培育库.xlsx")
    return tmp_path / "培育库.xlsx"


def test_a_child_reads_a_list_as_the_same_process_does(book):
    reading = read_in_child(book, CITY, subject=ENTERPRISES)

    assert reading == recognise(book, CITY, subject=ENTERPRISES)
    assert [row.hidden for row in reading.rows] == [False, True, False]
    assert [problem.code for problem in reading.problems] == ["hidden_rows"]


def test_a_list_is_known_by_its_headers_where_nobody_says_what_it_is(book):
    reading = read_in_child(book, CITY, subject=None)

    assert reading == recognise(book, CITY, subject=ENTERPRISES)
    assert reading.subject == "enterprises"


def test_a_list_of_enterprises_is_no_ledger_of_projects(book):
    assert [p.code for p in recognise(book, CITY, subject=PROJECTS).problems] == ["no_table"]


def test_a_csv_of_the_tax_office_in_gbk_is_read(tmp_path):
    path = tmp_path / "企业.csv"
    path.write_bytes("\r\n".join(",".join(map(str, row)) for row in [[TITLE], HEAD, line(1, "示例甲厂")]).encode("gbk"))

    assert column(recognise(path, CITY, subject=ENTERPRISES), "employees") == [50]


def test_the_command_line_reads_lists_of_enterprises(book, tmp_path, capsys):
    out = tmp_path / "out.json"

    assert main([str(book), "--json", str(out), "--subject", "enterprises"]) == 0

    assert '"revenue_last_year_wan": 3000.0' in out.read_text(encoding="utf-8")
    assert capsys.readouterr().out == "培育库.xlsx：3行，1处提示\n"
