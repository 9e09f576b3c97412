from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tici.enterprises.industries import codes_of, industries
from tici.enterprises.rules import FIGURES as ORDER
from tici.enterprises.rules import Size, Sizer, gap_to, next_rung, size_of, size_table

ON = date(2021, 12, 31)
HEIGHT = {None: -1} | {size: height for height, size in enumerate(Size)}
CODES = sorted({min(sector.codes) for sector in size_table(ON).sectors})
INDUSTRY = st.sampled_from(CODES)
FIGURE = st.integers(0, 250_000)
FIGURES = st.fixed_dictionaries({"people": FIGURE, "revenue_wan": FIGURE, "assets_wan": FIGURE})


@pytest.mark.parametrize(
    ("industry", "people", "revenue", "assets", "size"),
    [
        ("2761", 1000, 40000, None, "large"),
        ("2761", 999, 40000, None, "medium"),  # 同时满足下限，否则下划一档
        ("2761", 5000, 1999, None, "small"),
        ("2761", 19, 90000, None, "micro"),  # 微型只须满足一项
        ("2761", None, 90000, None, None),  # people could make it anything
        ("2761", None, 299, None, "micro"),  # people could change nothing
        ("0111", None, 20000, None, "large"),
        ("4710", None, 80000, 4999, "small"),
        ("5142", 200, 40000, None, "large"),
        ("5921", 200, 30000, None, "large"),
        ("5910", 200, 30000, None, "small"),  # 装卸搬运 is transport, not storage
        ("7010", None, 1000, 5000, "medium"),
        ("7020", 1000, 5000, None, "large"),
        ("7310", 300, None, None, "large"),
        ("8310", 300, 90000, 90000, None),  # 教育 is not classified
        ("", 300, 90000, 90000, None),
    ],
)
def test_the_table_of_2017_by_sector(industry, people, revenue, assets, size):
    assert size_of(industry, people=people, revenue_wan=revenue, assets_wan=assets, on=ON) == size


def test_no_size_is_told_for_days_before_the_table():
    assert size_of("2761", people=1000, revenue_wan=40000, on=date(2016, 12, 31)) is None


@given(INDUSTRY, FIGURES, st.sampled_from(["people", "revenue_wan", "assets_wan"]), FIGURE)
def test_raising_a_figure_never_lowers_the_size(industry, figures, name, more):
    raised = figures | {name: figures[name] + more}

    assert HEIGHT[size_of(industry, **raised, on=ON)] >= HEIGHT[size_of(industry, **figures, on=ON)]


@given(INDUSTRY, FIGURES, st.sampled_from(["people", "revenue_wan", "assets_wan"]))
def test_a_size_told_without_a_figure_is_the_size_whatever_the_figure(industry, figures, name):
    without = size_of(industry, **figures | {name: None}, on=ON)

    assert without in {None, size_of(industry, **figures, on=ON)}


@given(INDUSTRY, FIGURES, st.sampled_from(list(Size)))
def test_nothing_lacks_exactly_where_a_size_is_reached(industry, figures, size):
    lacks = gap_to(size, industry, **figures, on=ON)

    assert (lacks == ()) == (HEIGHT[size_of(industry, **figures, on=ON)] >= HEIGHT[size])


@given(INDUSTRY, FIGURES)
def test_with_what_it_lacks_a_firm_stands_on_the_next_rung(industry, figures):
    gap = next_rung(industry, **figures, in_library=True, on=ON)
    grown = figures | {name: figures[name] + gap.missing(name) for name in figures}

    assert gap.to == "" or size_of(industry, **grown, on=ON) == gap.to
    assert not gap.is_reached  # the next rung is above the firm


@given(INDUSTRY, FIGURES)
def test_many_are_sized_as_one_is(industry, figures):
    assert Sizer().size(industry, 2021, *(figures[name] for name in ORDER)) == size_of(industry, **figures, on=ON)


@pytest.mark.parametrize(
    ("figures", "in_library", "rung", "to", "sentence"),
    [
        ({"revenue_wan": Decimal("1680.5")}, False, "enter", "library", "营业收入还差319.5万元"),
        ({"revenue_wan": 2000}, False, "enter", "library", "已达到"),
        ({}, False, "enter", "library", "营业收入未填（须达到2000万元）"),
        ({"people": 210, "revenue_wan": 1900}, True, "lift", "medium", "从业人员还差90人、营业收入还差100万元"),
        ({"people": 10, "revenue_wan": 5000}, True, "lift", "medium", "从业人员还差290人"),
        ({"people": 400, "revenue_wan": 39000}, True, "leap", "large", "从业人员还差600人、营业收入还差1000万元"),
        ({"people": 4000, "revenue_wan": 90000}, True, "expand", "", "已是最高档，看增长"),
    ],
)
def test_the_four_ladders_say_what_is_missing_in_the_firms_own_units(figures, in_library, rung, to, sentence):
    gap = next_rung("2761", **figures, in_library=in_library, on=ON)

    assert (gap.rung, gap.to, gap.sentence) == (rung, to, sentence)
    assert gap.is_reached == (sentence == "已达到")


def test_builders_enter_by_qualification_not_by_revenue():
    gap = next_rung("4710", revenue_wan=90000, in_library=False, on=ON)

    assert (gap.is_reached, gap.sentence) == (False, "须有总承包或专业承包资质（2018年口径含劳务分包）")


def test_every_class_of_industry_has_one_row_of_the_table_or_is_not_classified():
    unsized = {
        one.code[:2]
        for one in industries().by_code.values()
        if one.level == "class" and size_table(ON).sector(one.code) is None
    }

    # 铁路运输, 金融, 自有房地产经营 (part of 70), 教育, 卫生, and public bodies
    assert unsized == {"53", "66", "67", "68", "69", "70", "83", "84", *(str(n) for n in range(91, 98))}


def test_the_classification_is_the_official_one_but_for_one_doubtful_class():
    levels = [one.level for one in industries().by_code.values()]

    counts = {level: levels.count(level) for level in ("section", "division", "group", "class")}
    assert counts == {"section": 20, "division": 97, "group": 473, "class": 1381}


def test_the_tree_of_industries_leads_up_and_down():
    tree = industries()

    assert [one.code for one in tree.above("2761")] == ["C", "27", "276", "2761"]
    assert [one.code for one in tree.inside("276")] == ["2761", "2762"]
    assert (tree.name_of("2761"), tree.division_of("2761").name, tree.name_of("0000")) == (
        "生物药品制造",
        "医药制造业",
        "",
    )


def test_codes_are_written_as_ranges_of_divisions_or_one_by_one():
    assert codes_of("08-10,591") == {"08", "09", "10", "591"}
