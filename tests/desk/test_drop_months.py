"""What a file says of its month, beside the months before it."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from tests import make
from tests.desk import dropping
from tici.desk.actions.proposing import compare_again
from tici.desk.queries import proposals
from tici.desk.rules import drops as rules
from tici.projects.models import ProjectYear
from tici.returns.models import Entry

pytestmark = pytest.mark.django_db


def test_the_next_month_stands_beside_the_last_one(reporter):
    dropping.accepted(dropping.drop(dropping.workbook(), by=reporter), reporter)
    december = dropping.workbook(title="正定县2021年12月调度表", sheet="12月", head=[
        h.replace("1-11月", "1-12月").replace("11月完成", "12月完成") for h in dropping.HEAD
    ])  # fmt: skip

    file = dropping.drop(december, by=reporter, name="正定县12月.xlsx", month=make.NOVEMBER + 1)

    line = file.proposals.get(name="示例钢构件基地项目")
    assert (line.state, line.last_month["done_ytd_wan"]) == ("changed", "2500")


def test_a_sum_that_falls_below_last_months_is_asked_about_before_it_is_taken_in(reporter):
    dropping.accepted(dropping.drop(dropping.workbook(), by=reporter), reporter)
    head = [title.replace("11月", "12月") for title in dropping.HEAD]
    december = dropping.workbook(
        dropping.with_change(r0c5=100, r0c6=3900, r1c6=2620, r2c5=800, r2c6=8900), head=head, sheet="12月",
        title="正定县2021年12月工业项目月度调度表",
    )  # fmt: skip

    file = dropping.drop(december, by=reporter, name="正定县12月.xlsx", month=make.NOVEMBER + 1)
    compare_again(file=file, at=make.NOW)

    asked = [(p["cell"], rules.sentence(p)) for line in file.proposals.order_by("position") for p in line.problems]
    assert asked == [
        ("G3", "本年累计3,900万元比上月的4,200万元少300万元。请核对；如系核减以前月份，请说明原因。"),
        ("F3", "上月累计加本月完成为4,300万元，与本年累计3,900万元相差400万元。"
               "请核对本月完成和本年累计；如调整了以前月份，请说明。"),
    ]  # fmt: skip
    assert file.counts == {"changed": 3}


def test_of_two_sheets_that_differ_each_figure_opens_the_cell_it_is_from(reporter):
    ledger = [
        ["序号", "项目名称", "总投资(万元)", "2021年计划投资(万元)", "建设地点"],
        [1, "示例物流园项目", 8800, -2503, "开发区"],
    ]
    monthly = [["序号", "项目名称", "2021年计划投资(万元)", "1-11月累计完成(万元)"], [1, "示例物流园项目", 2503, 900]]
    data = dropping.sheets(
        {"台账": [["正定县2021年项目台账"], *ledger], "11月": [["正定县2021年11月调度表"], *monthly]}
    )

    file = dropping.drop(data, by=reporter)

    (line,) = proposals.shown_lines(file, list(file.proposals.all()))
    opens = {shown.label: (shown.new, shown.url.rpartition("?")[2]) for shown in line.glance}
    assert opens["总投资(万元)"] == ("8,800", urlencode({"sheet": "台账", "cell": "C3"}))
    assert opens["年度计划(万元)"] == ("2,503", urlencode({"sheet": "11月", "cell": "C3"}))
    assert [rules.sentence(p) for p in line.proposal.problems] == [
        "年度计划投资(万元)为-2503，这一格没有收入。请核对后填大于0的数。"
    ]


def test_a_plan_below_nothing_is_neither_the_register_s_nor_the_month_s(reporter):
    dropping.accepted(dropping.drop(dropping.workbook(), by=reporter), reporter)

    file = dropping.drop(dropping.workbook(dropping.with_change(r0c4=-5000, r0c6=4300)), by=reporter)
    line = file.proposals.get(name="示例制剂车间项目")
    acceptance = dropping.accepted(file, reporter)

    assert [(p["cell"], rules.sentence(p)) for p in line.problems if p["code"] == "left_out"] == [
        ("E3", "年度计划投资(万元)为-5000，这一格没有收入。请核对后填大于0的数。")
    ]
    assert "questions" not in acceptance.counts
    plans = ProjectYear.objects.order_by("project__pk").values_list("plan_wan", flat=True)
    assert list(plans) == [5000, 3000, 9000]
    entries = Entry.objects.current(make.NOVEMBER).order_by("project__pk")
    assert list(entries.values_list("plan_year_wan", "done_ytd_wan")) == [(None, 4300), (3000, 2500), (9000, 8100)]


def test_an_investment_of_nothing_is_said_not_to_be_taken_in_before_anything_is(reporter):
    file = dropping.drop(dropping.workbook(dropping.with_change(r0c3=0)), by=reporter)

    line = file.proposals.get(name="示例制剂车间项目")
    assert "investment_wan" not in line.facts
    assert "总投资(万元)为0，这一格没有收入。请核对后填大于0的数。" in map(rules.sentence, line.problems)


def test_a_start_that_has_not_come_is_asked_about_beside_its_cell(reporter):
    head = ["序号", "项目名称", "总投资(万元)", "实际开工时间", "计划竣工时间", "建设地点"]
    rows = [
        [1, "示例制剂车间项目", 12000, "2022年3月", "2031年3月", "开发区"],
        [2, "示例物流园项目", 8800, "2021年3月", "", "开发区"],
    ]

    file = dropping.drop(dropping.workbook(rows, head=head), by=reporter)

    asked = [(p["cell"], rules.sentence(p)) for line in file.proposals.all() for p in line.problems]
    assert asked == [("D3", "实际开工是2022-03-01，在2021年11月之后。请核对；还没有发生的，请填在计划一栏。")]
    assert file.counts == {"new": 2}
