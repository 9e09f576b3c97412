"""What is typed, what findings and lights say: without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tici.engines import rulebook
from tici.engines.periods import Month
from tici.projects.models import Category, Stage
from tici.returns.models import Finding
from tici.returns.rules import (
    Judge,
    Situation,
    checks_on,
    finding_sentence,
    light_sentence,
    read_cell,
    thresholds_on,
    typed_row,
)

NOVEMBER = Month(2021, 11)
NOTHING = Situation(1, 1, Stage.RESERVED, None, "", None, "", None, None, Decimal(1000), None, None, None)


@pytest.mark.parametrize(
    ("written", "figure"),
    [
        ("1200", "1200"),
        ("１，２００", "1200"),
        ("1,234.5", "1234.5"),
        ("（1,234）", "-1234"),
        ("1.2亿元", "12000"),
        ("350万", "350"),
        ("5000元", "0.5"),
        ("—", None),
        ("", None),
        ("无", None),
    ],
)
def test_a_figure_is_read_as_in_a_workbook_and_kept_in_wan(written, figure):
    read = read_cell("done_ytd_wan", written)

    assert (read.figure, read.problem) == (None if figure is None else Decimal(figure), "")


def test_what_is_no_figure_is_said_with_the_way_out():
    assert read_cell("done_ytd_wan", "约几百").problem == "“约几百”读不出数字。请填数字，单位万元；没有的留空。"


def test_a_text_is_kept_as_typed_without_blanks_around_it():
    assert read_cell("progress_text", " 主体 完工 ").text == "主体 完工"
    assert read_cell("progress_text", "长" * 2001).problem == "超过2000字。请写得短一些。"


def test_a_typed_line_is_filed_with_the_plan_of_the_register():
    row, problems = typed_row(7, {"done_ytd_wan": "1亿", "next_text": "封顶"}, plan_wan=Decimal(900))

    assert row.figures == {"plan_year_wan": 900, "done_ytd_wan": 10000}
    assert (row.texts, problems) == ({"next_text": "封顶"}, {})


def test_every_check_can_say_its_sentence():
    _rule, checks = checks_on(NOVEMBER.last)
    facts = {"left": "0.5", "right": "1", "difference": "0.5", "multiple": "10"}

    sentences = [finding_sentence(Finding(check_code=check.code, facts=facts)) for check in checks]

    assert [
        sentence
        for sentence in sentences
        if "%" in sentence.replace("0.5%", "").replace("50.0%", "").replace("100.0%", "")
    ] == []


def test_a_finding_says_what_is_wrong_and_the_way_out():
    facts = {"left": "900.0000", "right": "1234.5", "difference": "334.5"}

    assert finding_sentence(Finding(check_code="ytd_falls", facts=facts)) == (
        "本年累计900万元比上月的1,234.5万元少334.5万元。请核对；如系核减以前月份，请说明原因。"
    )


def test_a_finding_of_a_check_that_is_gone_says_so():
    assert "已从规则中删去" in finding_sentence(Finding(check_code="long_gone", facts={}))


def test_a_light_says_its_reason_with_figures():
    assert light_sentence("start.overdue", {"month": "2021-08", "months": 3}) == "应于2021年8月开工，已逾期3个月未开工"
    behind = light_sentence("progress.behind", {"rate": "0.4200", "expected": "0.9167", "gap": "0.4967"})
    assert behind == "完成年度计划的42.0%，低于序时进度（91.7%）49.7个百分点"


def test_every_reason_of_a_light_has_its_sentence_and_every_dark_one_its_short_words():
    rule = rulebook.load("returns/lights")

    assert rule["short"].keys() < rule["sentence"].keys()


@pytest.mark.parametrize(
    ("facts", "lights"),
    [
        ({}, {}),
        ({"planned_start_on": date(2021, 8, 1)}, {"start": "red"}),
        ({"planned_start_on": date(2021, 7, 1), "planned_start_precision": "quarter"}, {"start": "yellow"}),
        ({"planned_start_on": date(2021, 1, 1), "planned_start_precision": "year"}, {"start": "green"}),
        ({"category": Category.TO_START}, {"start": "green"}),
        ({"stage": Stage.BUILDING}, {}),
        ({"stage": Stage.BUILDING, "done_ytd_wan": Decimal(1), "plan_wan": Decimal(10)}, {"progress": "red"}),
        ({"stage": Stage.BUILDING, "done_ytd_wan": Decimal(1), "plan_wan": Decimal(0)}, {}),
        ({"started_on": date(2021, 8, 3)}, {"statistics": "red"}),
        ({"started_on": date(2021, 8, 3), "statistics_on": date(2021, 9, 1)}, {"statistics": "green"}),
        ({"started_on": date(2021, 8, 3), "investment_wan": Decimal(499)}, {}),
        ({"started_on": date(2021, 1, 1), "started_precision": "year"}, {"statistics": "green"}),
        ({"started_on": date(2021, 12, 3), "planned_start_on": date(2021, 8, 1)}, {"start": "red"}),
    ],
)
def test_the_lights_that_apply_are_shown(facts, lights):
    _rule, limits = thresholds_on(NOVEMBER.last)

    shown = Judge(limits, NOVEMBER).lights_of(NOTHING._replace(**facts))

    assert {kind.value: light.colour for kind, light in shown} == lights
