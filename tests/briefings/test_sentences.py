import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.briefings.city import PLACES, november, standing
from tici.briefings.circular.content import Circular, annexes, numbered_leads
from tici.briefings.figures import Figure, Note, percent, plain
from tici.briefings.sentences import draft_circular
from tici.briefings.standing import CityMonth, Reason, Standing
from tici.engines.periods import Month


def draft(city: CityMonth, **more) -> Circular:
    facts = {"office": "示例市工业和信息化局", "to": "各县（市、区）人民政府：", "on": date(2021, 12, 3)}
    return draft_circular(city, **{**facts, **more})


def chapter(circular: Circular, heading: str) -> str:
    section = next(section for section in circular.sections if section.heading == heading)
    return "".join(paragraph.lead + plain(paragraph.text) for paragraph in numbered_leads(section))


def month(number: int, *counties: Standing, previous: CityMonth | None = None) -> CityMonth:
    return CityMonth(month=Month(2021, number), code="1301", counties=counties, previous=previous)


def county(place: str, **facts) -> Standing:
    told = {"projects": 10, "total_wan": Decimal(900000), "plan_wan": Decimal(100000), "done_wan": Decimal(95000)}
    return Standing(code=place, place=place, **{**told, **facts})


def test_the_opening_chapter_of_november_reads_as_an_office_prints_it():
    assert chapter(draft(november()), "总体情况") == (
        "截至11月底，全市纳入调度项目273个，总投资3786.3亿元，年度计划投资518.3亿元。"
        "1—11月，累计完成投资495.3亿元，占年度计划的95.6%，高于序时进度3.9个百分点，"
        "完成率比上月底上升15.3个百分点；完成投资同比增长9.7%。已竣工项目22个。"
        "本月应报送的24个县（市、区）中，22个已报送，2个未报送（井陉矿区、赞皇县），未报送的未计入全市合计。"
        "上月底数含本月未报送的井陉矿区、赞皇县，与上月底相比的变化供参考。"
    )


def test_a_city_that_is_on_target_gets_praise_and_no_blame():
    city = month(
        11,
        county("东县", done_wan=Decimal(120000)),
        county("西县", done_wan=Decimal(110000)),
        county("南县", done_wan=Decimal(98000)),
    )

    circular = draft(city)

    assert chapter(circular, "存在问题") == (
        "截至11月底，各县（市、区）均已报送，投资完成率均达到序时进度，无红灯项目，应开工、应入统项目无遗漏。"
    )
    assert chapter(circular, "投资完成情况") == (
        "各县（市、区）完成率均达到或高于序时进度（91.7%）。完成率居前的是东县（120.0%）。"
        "居后的是南县（98.0%）。东县、西县已完成全年计划投资。"
    )
    assert "通报点名" not in chapter(circular, "县（市、区）位次")
    assert chapter(circular, "下步要求").startswith("保持良好势头。")


def test_a_county_sent_back_is_said_to_be_and_counts_as_it_reported():
    circular = draft(month(11, county("东县"), county("西县", is_sent_back=True)))

    assert "本月2个县（市、区）全部报送。西县已退回待更正，暂按退回前所报计。" in chapter(circular, "总体情况")


def test_a_rate_that_is_for_reference_only_names_nobody():
    city = month(
        11,
        county("东县"),
        county("南县", done_wan=Decimal(60000)),
        county("西县", done_wan=Decimal(30000), unreported=6, unreported_plan_wan=Decimal(60000)),
    )

    said = chapter(draft(city), "县（市、区）位次")

    assert "对南县予以通报点名" in said
    assert "西县予以通报点名" not in said


def test_equals_are_named_together():
    city = month(
        11,
        county("东县", done_wan=Decimal(99000)),
        county("西县", done_wan=Decimal(99000)),
        county("南县", done_wan=Decimal(60000)),
    )

    assert chapter(draft(city), "县（市、区）位次").startswith(
        "按投资完成率，东县、西县并列居全市第1位，南县居全市第3位。"
    )


def test_all_alike_are_ranked_in_one_sentence():
    city = month(11, county("东县"), county("西县"))

    assert chapter(draft(city), "县（市、区）位次") == (
        "各县（市、区）投资完成率相同，并列居全市第1位。各县（市、区）完成情况和位次见附件1。"
    )


def test_one_county_alone_is_not_ranked():
    circular = draft(month(11, county("东县", done_wan=Decimal(60000))))

    assert chapter(circular, "县（市、区）位次") == "可计算投资完成率的县（市、区）不足2个，不排列位次。"
    assert chapter(circular, "投资完成情况") == "东县完成率60.0%，低于序时进度（91.7%）。"
    assert "居全市" not in chapter(circular, "存在问题")


def test_without_any_plan_the_rate_is_said_not_to_be_computable():
    circular = draft(month(11, county("东县", plan_wan=Decimal(0)), county("西县", plan_wan=Decimal(0))))

    assert "累计完成投资19.0亿元；未安排年度计划投资，不计算投资完成率。" in chapter(circular, "总体情况")
    assert chapter(circular, "投资完成情况") == ("东县、西县未安排年度计划投资，不计算完成率，不参与位次排列。")
    assert circular.chart is None


def test_a_return_that_leaves_projects_out_is_named_and_not_compared_with_the_month_before():
    october = month(10, county("东县", done_wan=Decimal(90000)), county("西县", done_wan=Decimal(80000)))
    city = month(
        11,
        county("东县"),
        county("西县", done_wan=Decimal(30000), unreported=6, unreported_plan_wan=Decimal(60000)),
        previous=october,
    )

    circular = draft(city)

    overall = chapter(circular, "总体情况")
    assert "；两月有数据的项目相差较大，完成率不与上月底相比。" in overall
    assert (
        "西县（40.0%）报送不完整（括号内为已报项目占年度计划的比重），未报项目只计计划、未计完成投资，完成率供参考。"
        in overall
    )
    assert "减少" not in chapter(circular, "投资完成情况")
    assert "位次上升" not in chapter(circular, "县（市、区）位次")
    assert "尚有6个列入年度投资计划的项目没有报送本月数据，分布在西县（6个）。" in chapter(circular, "存在问题")
    assert "西县要对照项目台账补报漏报项目" in chapter(circular, "下步要求")


def test_what_concerns_every_county_is_asked_of_all_without_their_names():
    city = month(11, county("东县", due_starts=4, started=3), county("西县", due_starts=2, started=1))

    assert "各县（市、区）要对应开工未开工项目逐个排出开工时间" in chapter(draft(city), "下步要求")


def test_when_nobody_reported_only_that_is_said():
    city = month(
        11, Standing(code="a", place="东县", is_reported=False), Standing(code="b", place="西县", is_reported=False)
    )

    circular = draft(city)

    assert [section.heading for section in circular.sections] == ["总体情况", "存在问题", "下步要求"]
    assert chapter(circular, "总体情况") == "截至11月底，应报送的2个县（市、区）均未报送，本期无调度数据。"
    assert circular.tables[0].rows == (("东县", "未报送"), ("西县", "未报送"))


@pytest.mark.parametrize(
    ("number", "previous", "period"),
    [(1, Month(2020, 12), "1月，"), (2, Month(2020, 12), "1—2月，"), (2, None, "1—2月，")],
)
def test_the_first_period_of_a_year_is_compared_with_none(number, previous, period):
    earlier = previous and CityMonth(month=previous, code="1301", counties=(county("东县"), county("西县")))
    circular = draft(month(number, county("东县", done_wan=Decimal(9000)), county("西县"), previous=earlier))

    text = chapter(circular, "总体情况")

    assert f"。{period}累计完成投资" in text
    assert "上月底" not in "".join(chapter(circular, section.heading) for section in circular.sections)


def test_a_fallen_total_is_pointed_out_and_left_to_the_county():
    earlier = month(10, county("东县", done_wan=Decimal(97000)), county("西县", done_wan=Decimal(80000)))
    circular = draft(month(11, county("东县"), county("西县"), previous=earlier))

    assert chapter(circular, "投资完成情况").endswith("东县累计完成投资比上月底减少0.20亿元，已请该地核实并说明原因。")
    assert "由填报单位说明原因或自行更正，任何单位不得代填代改" in chapter(circular, "下步要求")


@pytest.mark.parametrize(
    ("given", "untold", "said"),
    [
        (
            (Reason("融资缺口较大", 2),), 1,
            "亮灯原因主要是投资进度落后于序时（3盏）。投资进度亮红灯的项目中，2个由所在县（市、区）说明了原因，"
            "主要是融资缺口较大（2个）；1个未说明原因。",
        ),
        (
            (Reason("融资缺口较大", 2),), 0,
            "亮灯原因主要是投资进度落后于序时（2盏）。投资进度亮红灯的2个项目均由所在县（市、区）说明了原因，"
            "主要是融资缺口较大（2个）。",
        ),
        ((), 2, "亮灯原因主要是投资进度落后于序时（2盏）。投资进度亮红灯的2个项目均未说明原因。"),
    ],
)  # fmt: skip
def test_of_red_investment_the_reasons_that_were_given_are_said_or_that_none_was(given, untold, said):
    circular = draft(month(11, county("东县"), county("西县", red=3, given=given, untold=untold)))

    assert chapter(circular, "存在问题").endswith(f"红灯分布在西县（3盏）。{said}")


def test_who_is_behind_is_said_with_rank_and_reasons():
    lights = (Reason("开工后未及时入统", 1), Reason("投资进度落后于序时", 2))
    written = (Reason("资金未到位", 1), Reason("用地手续未办结", 2))
    late = county("西县", done_wan=Decimal(65000), red=6, reasons=lights, given=written, untold=3)
    circular = draft(month(11, county("东县"), late))

    assert chapter(circular, "存在问题") == (
        "（一）部分县（市、区）投资进度滞后。西县完成率65.0%，低于序时进度26.7个百分点，居全市第2位，"
        "主要是用地手续未办结（2个）、资金未到位（1个），3个亮红灯项目未说明原因。"
        "（二）部分项目亮灯警示。截至11月底，亮红灯6盏，黄灯0盏。红灯分布在西县（6盏）。"
        "亮灯原因主要是投资进度落后于序时（8盏）、开工后未及时入统（1盏）。"
        "投资进度亮红灯的项目中，3个由所在县（市、区）说明了原因，主要是用地手续未办结（2个）、资金未到位（1个）；"
        "3个未说明原因。"
    )


def test_what_has_not_begun_to_be_built_is_a_reason_and_what_is_not_counted_is_none():
    late = county("西县", done_wan=Decimal(65000), due_starts=4, started=2, reasons=(Reason("开工后未及时入统", 5),))
    said = chapter(draft(month(11, county("东县"), late)), "存在问题")

    assert "居全市第2位，主要是应开工项目未开工（2个）。（二）" in said


def test_a_county_that_left_projects_out_is_neither_praised_nor_named_and_it_is_said_why():
    short = county("西县", done_wan=Decimal(5000), unreported=3, unreported_plan_wan=Decimal(60000))
    circular = draft(month(11, county("东县"), short, county("南县", done_wan=Decimal(80000))))

    assert chapter(circular, "县（市、区）位次").endswith(
        "对东县予以通报表扬。对南县予以通报点名。西县报送不完整，完成率供参考，本期不作表扬、点名。"
    )


@pytest.mark.parametrize(
    ("on", "said"), [(date(2021, 12, 3), "于2022年1月10日前将"), (date(2022, 1, 3), "于1月10日前将")]
)
def test_the_day_of_the_answer_has_its_year_where_it_is_not_the_documents(on, said):
    circular = draft(month(11, county("东县"), county("西县")), on=on, answer_by=date(2022, 1, 10))

    assert said in chapter(circular, "下步要求")


def test_every_number_of_the_text_is_a_figure_of_the_last_table():
    circular = draft(november(), answer_by=date(2021, 12, 10))

    last = annexes(circular)[-1]

    assert [row[-1] for row in last.rows] == sorted(circular.figures, key=[r[-1] for r in last.rows].index)
    assert len(last.rows) == len(circular.figures) > 60
    for section in circular.sections:
        for paragraph in section.paragraphs:
            bare = "".join(run for run in paragraph.text if isinstance(run, str))
            # What is left without the figures are dates and the number of an annex.
            assert re.findall(r"\d", re.sub(r"截至11月底|1—11月|12月10日|附件1", "", bare)) == []


def test_figures_open_where_the_caller_says_and_carry_the_callers_measures():
    own = {"done": Note("own.done", "本年累计完成投资", "亿元", "另行规定", True)}

    circular = draft(
        november(), link=lambda code, place, month: f"https://tici.example/{code}/{place}/{month}", measures=own
    )

    done = next(figure for figure in circular.figures if figure.note.code == "own.done")
    assert (done.said, done.period, done.href) == (
        "495.3亿元",
        "2021年1—11月",
        "https://tici.example/own.done/1301/2021-11",
    )


COUNTS = st.integers(0, 9)
AMOUNTS = st.integers(0, 400000).map(Decimal)
COUNTIES = st.lists(
    st.builds(
        county,
        st.sampled_from(PLACES),
        is_reported=st.booleans(),
        plan_wan=st.sampled_from([Decimal(0), Decimal(1), Decimal(100000), Decimal(250000)]),
        done_wan=AMOUNTS,
        same_period_wan=st.none() | AMOUNTS,
        due_starts=COUNTS,
        started=COUNTS,
        due_entries=COUNTS,
        entered=COUNTS,
        red=COUNTS,
        yellow=COUNTS,
        reasons=st.lists(st.builds(Reason, st.sampled_from(["用地手续未办结", "资金未到位"]), COUNTS), max_size=2).map(
            tuple
        ),
    ),
    min_size=1,
    max_size=24,
    unique_by=lambda row: row.code,
).map(tuple)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(COUNTIES, COUNTIES, st.integers(1, 12))
def test_no_city_however_odd_makes_an_odd_sentence(now, then, number):
    earlier = CityMonth(month=Month(2021, number) - 1, code="1301", counties=then)
    circular = draft(CityMonth(month=Month(2021, number), code="1301", counties=now, previous=earlier))

    for section in circular.sections:
        for paragraph in section.paragraphs:
            text = plain(paragraph.text)
            assert text.endswith("。")
            assert not re.search(
                r"nan|None|inf|-|[{}]|。。|，，|，。|、、|、。|（）|是。|分布在。|(?<!\d)0\.0个百分点", text
            ), text
            _signs_fit(paragraph.text)


def _signs_fit(text: tuple[str | Figure, ...]) -> None:
    """The word before a difference says its sign: 上升 and 高于 for more, 下降 and 低于 for less."""
    for before, run in pairwise(text):
        if not isinstance(run, Figure) or not isinstance(before, str):
            continue
        if before.endswith(("上升", "增长", "高于序时进度")):
            assert run.value > 0
        if before.endswith(("下降", "低于序时进度", "减少")):
            assert run.value < 0


def test_the_table_shows_counties_in_administrative_order_with_ranks_that_tie():
    city = november()

    table = draft(city).tables[0]

    assert [row[0] for row in table.rows] == ["全市", *PLACES]
    ranks = sorted(int(row[6]) for row in table.rows[1:] if len(row) > 2 and row[6] != "—")
    assert ranks == list(range(1, 22))
    assert table.rows[4] == ("井陉矿区", "未报送")


def test_the_chart_shows_the_best_first_and_says_who_has_no_bar():
    chart = draft(november()).chart

    assert [bar.label for bar in chart.bars][:2] == ["元氏县", "鹿泉区"]
    assert [(bar.label, bar.words) for bar in chart.bars if bar.value is None] == [
        ("井陉矿区", "未报送"),
        ("赞皇县", "未报送"),
        ("循环化工园区", "未安排计划"),
    ]
    assert {bar.is_behind for bar in chart.bars if bar.value and percent(bar.value - chart.line) < 0} == {True}


def test_a_correction_by_a_county_changes_the_sentences():
    city = november()
    corrected = replace(city, counties=(*city.counties[:3], standing(3, 11), *city.counties[4:]))

    before, after = draft(city), draft(corrected)

    assert "2个未报送（井陉矿区、赞皇县）" in chapter(before, "总体情况")
    assert "1个未报送（赞皇县）" in chapter(after, "总体情况")
