"""Months of a form known only at run time: its columns in whatever layout they come back."""

from decimal import Decimal
from itertools import product

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tici.engines import rulebook
from tici.engines.periods import Month
from tici.engines.sheets import (
    ENTERPRISES,
    PROJECTS,
    FormColumn,
    form_subject,
    guess_subject,
    read_in_child,
    recognise,
    shipped_gazetteer,
)
from tici.engines.sheets.grid import Grid
from tici.engines.sheets.reading import read_grids
from tici.engines.sheets.subjects import kind_of_unit, subject_from_json
from tici.engines.sheets.vocabularies import vocabulary
from tici.engines.sheets.vocabulary import Header

CITY = shipped_gazetteer()
INDICATORS = {
    "output": ("工业总产值", ("总产值",)),
    "revenue": ("营业收入", ("主营业务收入",)),
    "profit": ("利润总额", ("利润",)),
}
BASES = ("month", "ytd", "ytd_last_year", "growth_ytd")
COLUMNS = [
    FormColumn(f"{code}_{basis}", label, "money", basis, names)
    for (code, (label, names)), basis in product(INDICATORS.items(), BASES)
]
MORE = [
    FormColumn("power", "工业用电量", "energy", "ytd", ("用电量",)),
    FormColumn("staff", "平均用工人数", "people", "", ("用工人数",)),
    FormColumn("added", "规上工业增加值增速", "percent", "", ("增加值增速",)),
]
FIRMS = form_subject([*COLUMNS, *MORE], code="firm_month", unit="千元")
COUNTIES = form_subject(COLUMNS, code="county_month", rows="place")
CLUSTERS = form_subject(COLUMNS, code="cluster_month", rows="cluster")
#: Words for each basis as people write them, in one table always of one row.
WORDS = {
    "month": ["本月", "当月", "11月", "2021年11月", "本月实际"][:4],
    "ytd": ["本年累计", "1-11月", "2021年1—11月", "1-11月累计", "年初至今累计"],
    "ytd_last_year": ["上年同期", "去年同期", "上年同期累计", "2020年1-11月", "去年1-11月"],
    "growth_ytd": ["增速（%）", "同比增长%", "累计增速", "同比±%", "比上年同期增长（%）"],
}
FIGURES = st.lists(
    st.tuples(*[st.tuples(st.integers(1, 900), st.integers(1000, 9000), st.integers(1000, 9000))] * 3),
    min_size=2,
    max_size=6,
)


def read(rows, subject, merges=(), month=None, mapping=None):
    grid = Grid("Sheet1", rows, list(merges))
    return read_grids([grid], "上报.xlsx", CITY, month=month, mapping=mapping or {}, subject=subject)


def cells(figures, order):
    """One firm's cells and what they mean, the money in 万元."""
    meant = {}
    for code, (month, ytd, last) in zip(INDICATORS, figures, strict=True):
        growth = round(100 * (ytd / last - 1), 2)
        meant |= {
            f"{code}_month": month,
            f"{code}_ytd": ytd,
            f"{code}_ytd_last_year": last,
            f"{code}_growth_ytd": growth,
        }
    return [float(meant[code]) for code in order], meant


@settings(max_examples=60, deadline=None)
@given(FIGURES, st.sampled_from(["over", "under", "flat", "flat_reversed"]), st.data())
def test_a_months_layout_does_not_matter(figures, layout, data):
    words = {basis: data.draw(st.sampled_from(said)) for basis, said in WORDS.items()}
    label = {code: data.draw(st.sampled_from([one, *more])) for code, (one, more) in INDICATORS.items()}
    pairs = list(product(INDICATORS, BASES)) if layout != "under" else [(c, b) for b, c in product(BASES, INDICATORS)]
    if layout in ("over", "under"):
        first = [label[c] if layout == "over" else words[b] for c, b in pairs]
        second = [words[b] if layout == "over" else label[c] for c, b in pairs]
        shown = [text if at == 0 or first[at - 1] != text else "" for at, text in enumerate(first)]
        head = [["企业名称", *shown], ["", *second]]
    else:
        head = [["企业名称", *[words[b] + label[c] if layout == "flat" else label[c] + words[b] for c, b in pairs]]]
    order = [f"{code}_{basis}" for code, basis in pairs]
    lines = [cells(row, order) for row in figures]

    reading = read(
        [
            ["2021年11月工业月报（单位：万元）"],
            *head,
            *[[f"示例{n}有限公司", *own] for n, (own, _) in enumerate(lines)],
        ],
        FIRMS,
    )

    assert len(reading.rows) == len(lines)
    for row, (_, meant) in zip(reading.rows, lines, strict=True):
        got = {code: row.get(code) * (100 if "growth" in code else 1) for code in meant}
        assert {code: round(float(figure), 2) for code, figure in got.items()} == meant
    assert (reading.problems, reading.questions, reading.month) == ((), (), Month(2021, 11))


def test_last_years_month_and_last_years_total_are_told_apart_by_what_stands_before_them():
    form = form_subject(
        [FormColumn(basis, "工业总产值", "money", basis) for basis in
         ("month", "month_last_year", "growth_month", "ytd", "ytd_last_year", "growth_ytd")]
    )  # fmt: skip
    head = [
        ["企业名称", "工业总产值", "", "", "", "", ""],
        ["", "本月", "上年同期", "增速%", "本年累计", "上年同期", "增速%"],
    ]

    row = read([["2021年11月（万元）"], *head, ["示例甲厂", 110.0, 100.0, 10.0, 1050.0, 1000.0, 5.0]], form).rows[0]

    assert [row.get(column.code) for column in form.form] == [110, 100, Decimal("0.1"), 1050, 1000, Decimal("0.05")]


@pytest.mark.parametrize("form", [form["code"] for form in rulebook.load("returns/forms")["form"]])
def test_every_column_of_the_shipped_forms_is_known_by_its_label_and_synonyms(form):
    indicators = {indicator["code"]: indicator for indicator in rulebook.load("returns/indicators")["indicator"]}
    shipped = next(one for one in rulebook.load("returns/forms")["form"] if one["code"] == form)
    columns = []
    for code in shipped["columns"]:
        indicator, basis = code.split(".")
        own = indicators[indicator]
        kind = kind_of_unit(own["unit"])
        columns.append(FormColumn(code, own["label"], kind, basis, tuple(own["synonyms"]), own["unit"]))
    words = vocabulary(form_subject(columns, code=form, rows=shipped["unit_kind"]))
    said = {"ytd": "1-11月", "ytd_last_year": "上年同期", "end": "期末", "end_last_year": "上年同期期末"}

    for column in columns:
        time = said[column.basis]
        for name in (column.label, *column.names):
            for texts in ([name, time], [time, name], [time + name]):
                ranked = words.rank(Header(texts, Month(2021, 11)))
                assert [code for _, code in ranked[:1]] == [column.code], texts


def test_other_months_and_derived_figures_are_not_taken_for_the_forms():
    head = [
        "企业名称",
        "10月工业总产值",
        "11月工业总产值",
        "1-10月工业总产值",
        "1-11月工业总产值",
        "工业总产值增减额",
        "2020年全年工业总产值",
    ]

    reading = read([["2021年11月（万元）"], head, ["示例甲厂", 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]], FIRMS)

    assert {code: value.value for code, value in reading.rows[0].values.items()} == {
        "name": "示例甲厂",
        "output_month": 2,
        "output_ytd": 4,
    }


def test_a_growth_is_a_fraction_however_small_or_written():
    head = ["企业名称", "工业总产值1-11月", "工业总产值去年同期", "工业总产值增速", "增加值增速"]
    rows = [
        ["示例甲厂", 1008.0, 1000.0, 0.8, "增长6.5%"],
        ["示例乙厂", 985.0, 1000.0, -1.5, "下降2%"],
        ["示例丙厂", 1012.0, 1000.0, 1.2, "3.1%"],
    ]

    reading = read([["2021年11月（万元）"], head, *rows], FIRMS)

    assert [row.get("output_growth_ytd") for row in reading.rows] == [
        Decimal("0.008"),
        Decimal("-0.015"),
        Decimal("0.012"),
    ]
    assert [row.get("added") for row in reading.rows] == [Decimal("0.065"), Decimal("-0.02"), Decimal("0.031")]


def test_counties_are_rows_the_city_a_total_and_an_unknown_county_a_fault():
    reading = read(
        [["2021年1-11月各县（市、区）工业运行情况（单位：亿元）"],
         ["县（市、区）", "工业总产值", "", "营业收入", ""], ["", "本年累计", "增速%", "本年累计", "增速%"],
         ["全市", 300.0, 7.1, 250.0, 4.2], ["长安区", 100.0, 11.1, 90.0, 5.9], ["赵县", 200.0, 5.3, 160.0, 3.2],
         ["辛集市", "", "", "", ""], ["滹沱区", "", "", "", ""]],
        COUNTIES,
    )  # fmt: skip

    assert [(row.get("place_code"), row.get("output_ytd")) for row in reading.rows] == [
        ("130102", 1_000_000),
        ("130133", 2_000_000),
        ("130181", None),
        (None, None),
    ]
    assert reading.sheets[0].set_aside == {4: "total"}
    assert [(p.code, p.cell) for p in reading.problems] == [("unknown_place", "A8")]


def test_clusters_are_rows_too():
    rows = [
        ["产业集群", "1-11月工业总产值", "1-11月营业收入"],
        ["合计", 30.0, 27.0],
        ["生物医药", 10.0, 9.0],
        ["循环化工", 20.0, 18.0],
    ]

    reading = read([["2021年11月（亿元）"], *rows], CLUSTERS)

    assert [(row.get("name"), row.get("output_ytd")) for row in reading.rows] == [
        ("生物医药", 100_000),
        ("循环化工", 200_000),
    ]


def test_a_total_on_top_that_does_not_tie_is_told():
    rows = [
        ["企业名称", "1-11月工业总产值", "1-11月营业收入"],
        ["合计", 35.0, 27.0],
        ["示例甲厂", 10.0, 9.0],
        ["示例乙厂", 20.0, 18.0],
    ]

    reading = read([["2021年11月（万元）"], *rows], FIRMS)

    assert [(p.code, p.cell) for p in reading.problems] == [("total_mismatch", "B3")]


def test_the_forms_unit_counts_where_the_workbook_states_none():
    reading = read(
        [["企业名称", "11月工业总产值", "用电量", "用工人数"], ["示例甲厂", 5000.0, 12.0, 30.0]],
        FIRMS,
        month=Month(2021, 11),
    )

    row = reading.rows[0]
    assert (row.get("output_month"), row.get("power"), row.get("staff")) == (500, 12, 30)
    assert [p.code for p in reading.problems] == ["unit_assumed"]


def test_a_bare_indicator_is_asked_about_and_the_answer_is_kept():
    rows = [
        ["2021年11月工业月报（万元）"],
        ["企业名称", "工业总产值", "营业收入"],
        *[[f"示例{n}厂", 1.0 + n, 2.0] for n in range(4)],
    ]

    asked = read(rows, FIRMS).questions
    answered = read(rows, FIRMS, mapping={question.fingerprint: question.candidates[1] for question in asked})

    assert [question.candidates for question in asked] == [
        ("output_month", "output_ytd"),
        ("revenue_month", "revenue_ytd"),
    ]
    assert (answered.rows[0].get("output_ytd"), answered.questions) == (1, ())


def test_a_title_that_speaks_of_months_to_date_settles_a_bare_indicator():
    rows = [
        ["2021年1-11月工业运行情况（万元）"],
        ["企业名称", "工业总产值", "营业收入"],
        *[[f"示例{n}厂", 1.0, 2.0] for n in range(4)],
    ]

    reading = read(rows, FIRMS)

    assert (reading.rows[0].get("output_ytd"), reading.questions) == (1, ())


def test_a_form_goes_to_the_child_with_all_its_columns(tmp_path):
    workbook = openpyxl.Workbook()
    for row in [["2021年11月（千元）"], ["企业名称", "11月工业总产值", "1-11月营业收入"], ["示例甲厂", 5000, 9000]]:
        workbook.active.append(row)
    workbook.save(tmp_path / "月报.xlsx")

    reading = read_in_child(tmp_path / "月报.xlsx", CITY, subject=FIRMS)

    assert reading == recognise(tmp_path / "月报.xlsx", CITY, subject=FIRMS)
    assert (reading.rows[0].get("output_month"), reading.rows[0].get("revenue_ytd")) == (500, 900)


@pytest.mark.parametrize("subject", [PROJECTS, ENTERPRISES, FIRMS, COUNTIES], ids=str)
def test_a_subject_comes_back_from_json_as_it_was(subject):
    assert subject_from_json(subject.as_json()) == subject


@pytest.mark.parametrize(
    ("columns", "rows"),
    [([], "enterprise"), ([FormColumn("a", "甲"), FormColumn("a", "乙")], "enterprise"),
     ([FormColumn("a", "甲", "weight")], "enterprise"), ([FormColumn("a", "甲", basis="week")], "enterprise"),
     ([FormColumn("a", "甲")], "person")],
)  # fmt: skip
def test_a_form_that_cannot_be_read_is_refused_where_it_is_made(columns, rows):
    with pytest.raises(ValueError, match=r"columns|kind|rows"):
        form_subject(columns, rows=rows)


LEDGER = [["项目名称", "业主单位", "县区", "总投资", "形象进度"], ["示例项目", "示例甲厂", "赵县", 1.0, "主体"]]
REGISTER = [["企业名称", "县区", "统一社会信用代码", "上年营收", "主要产品"], ["示例甲厂", "赵县", "", 1.0, "泵"]]
FIGURED = [["", "本月", "1-11月", "本月", "1-11月"], ["示例甲厂", 1.0, 1.0, 1.0, 1.0]]


@pytest.mark.parametrize(
    ("rows", "subject"),
    [
        (LEDGER, PROJECTS),
        (REGISTER, ENTERPRISES),
        ([["企业名称", "工业总产值", "", "利润总额", ""], *FIGURED], FIRMS),
        ([["县（市、区）", "工业总产值", "", "利润总额", ""], *FIGURED], COUNTIES),
        ([["姓名", "电话"], ["某人", "某号"]], None),
        ([["企业名称", "备注"], ["示例甲厂", ""]], None),
    ],
)
def test_what_a_workbook_is_about_is_told_by_its_heads_or_left_open(rows, subject):
    assert guess_subject([Grid("Sheet1", rows)], forms=[FIRMS, COUNTIES]).subject == subject
