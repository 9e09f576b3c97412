"""The monthly report of industry in sentences, from figures given; no database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tici.briefings.circular.content import annexes, numbered_leads
from tici.briefings.figures import Figure, plain
from tici.briefings.industry import County, IndustryMonth, draft_industry
from tici.briefings.panels import Moved, Mover, Part, Spot, TargetLine
from tici.engines.periods import Month

NOVEMBER = Month(2021, 11)


def part(place, *, total="100000", rate="0.05", pull="0.02", **over):
    told = {"code": place, "place": place, "total": total, "rate": rate, "pull": pull} | over
    amounts = {name: None if told[name] is None else Decimal(told[name]) for name in ("total", "rate", "pull")}
    return Part(**{"units": 9, "pairs": 8} | told | amounts)


def county(place, rate, **over):
    parts = {} if rate is None else {"output": part(place, rate=rate, pairs=3)}
    return County(**{"code": place, "place": place, "due": 4, "filed": 4, "parts": parts} | over)


def mover(name, delta, pull, **over):
    facts = {"county": "正定县", "entry": "存量"} | over
    return Mover(name=name, delta=Decimal(delta), pull=Decimal(pull), unit="7", **facts)


def month(**over):
    told = {
        "month": NOVEMBER,
        "code": "1301",
        "due": 12,
        "filed": 12,
        "whole": {"output": part("全市", total="12345678", rate="0.058", units=12, pairs=11)},
    }
    return IndustryMonth(**told | over)


def draft(standing, **more):
    facts = {"office": "示例市工业和信息化局", "to": "示例市人民政府", "on": date(2021, 12, 8)}
    return draft_industry(standing, **facts | more)


def chapter(standing, heading):
    section = next(one for one in draft(standing).sections if one.heading == heading)
    return "".join(paragraph.lead + plain(paragraph.text) for paragraph in numbered_leads(section))


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        ("0.058", "按可比口径同比增长5.8%。"),
        ("-0.0312", "按可比口径同比下降3.1%。"),
        ("0.0004", "按可比口径与上年同期持平。"),
        (None, "同期数不足，不计算增速。"),
    ],
)
def test_the_whole_rises_falls_stands_or_cannot_be_told(rate, said):
    standing = month(whole={"output": part("全市", total="12345678", rate=rate)})

    assert chapter(standing, "整体指标") == (
        f"截至11月底，应报月报的规上工业企业12户，已全部报送。1—11月，规上工业总产值1234.6亿元，{said}"
    )


def test_revenue_profit_and_power_follow_and_margins_change_in_points():
    whole = {
        "output": part("全市", total="12345678", rate="0.058"),
        "revenue": part("全市", total="9000000", rate="-0.01"),
        "profit": part("全市", total="450000", rate=None),
        "power": part("全市", total="80200", rate="0.1"),
    }
    standing = month(
        whole=whole,
        filed=10,
        margin=Decimal("0.05"),
        margin_change=Decimal("-0.004"),
        losing=2,
        loss_units=10,
        unpaired=1,
        doubtful=2,
    )

    assert chapter(standing, "整体指标") == (
        "截至11月底，应报月报的规上工业企业12户，已报10户，未报2户，未报的未计入合计。"
        "1—11月，规上工业总产值1234.6亿元，按可比口径同比增长5.8%；营业收入900.0亿元，按可比口径同比下降1.0%；"
        "利润总额45.0亿元，同期数不足，不计算增速；用电量8.02亿千瓦时，按可比口径同比增长10.0%。"
        "营业收入利润率5.0%，比上年同期下降0.4个百分点；亏损企业2户，亏损面20.0%。"
        "有1户企业没有上年同期数，计入合计，不参与增速计算。"
        "有2户企业的数据审核未通过或有待说明：疑似用错单位或写错位数的，更正或说明前不计入合计；其余按报送数计入。"
    )


def test_nobody_reported_makes_one_sentence_and_no_table():
    standing = month(filed=0, whole={})

    assert chapter(standing, "整体指标") == "截至11月底，没有企业报送月报，本期无调度数据。"
    assert [section.heading for section in draft(standing).sections] == ["整体指标", "存在问题", "目标支撑"]


def test_industries_are_named_by_their_pull_with_their_growth():
    divisions = (
        part("医药制造业", rate="0.278", pull="0.035"),
        part("黑色金属冶炼和压延加工业", rate="-0.05", pull="-0.012"),
        part("汽车制造业", rate=None, pull="0.006"),
        part("造纸业", rate="0.01", pull="0.0001"),
    )

    assert chapter(month(divisions=divisions), "主要行业") == (
        "按总产值，3个大类行业中，2个增长，1个下降。"
        "上拉作用较大的是医药制造业（增长27.8%，上拉3.5个百分点）、汽车制造业（同期为0，上拉0.6个百分点）。"
        "下拉作用较大的是黑色金属冶炼和压延加工业（下降5.0%，下拉1.2个百分点）。"
    )


def test_clusters_are_told_as_a_part_of_the_whole():
    cluster = replace(part("生物医药产业集群", total="3000000", rate="0.217", pull="0.041"), of_total=Decimal("0.243"))

    assert chapter(month(clusters=(cluster,)), "产业结构") == (
        "生物医药产业集群产值300.0亿元，占规上工业的24.3%，增长21.7%，上拉4.1个百分点。"
    )
    assert chapter(month(), "产业结构") == "没有企业列入产业集群，不分析集群结构。"


def test_counties_stand_with_their_ranks_and_equals_share_one():
    counties = (county("东县", "0.09"), county("西县", "-0.02"), county("南县", "0.09"), county("北县", None))

    assert chapter(month(counties=counties), "县（市、区）情况") == (
        "按总产值可比增速，2个县（市、区）增长，1个下降。居前的是东县（增长9.0%，居全市第1位）、南县（增长9.0%，居全市第1位）。"
        "居后的是西县（下降2.0%，居全市第3位）。北县没有可比数据，不排列位次。各县（市、区）情况和位次见附件1。"
    )


def test_one_county_alone_is_not_ranked():
    assert "县（市、区）情况" not in [
        section.heading for section in draft(month(counties=(county("东县", "0.1"),))).sections
    ]


@pytest.mark.parametrize(
    ("policy", "said"),
    [("drop", "退出企业本期和同期均不计。"), ("keep_base", "退出企业的同期数留在基数中，本期计0。")],
)
def test_growth_is_taken_apart_by_how_firms_came_in(policy, said):
    entries = (
        part("存量", pull="0.03"),
        part("小升规", pull="0.0302"),
        part("新建投产", pull="0"),
        part("退出", pull="-0.0022"),
    )

    assert chapter(month(entries=entries, policy=policy), "增长构成") == (
        "按企业入库类别分解，规上工业总产值增长5.8%，其中：存量上拉3.0个百分点，小升规上拉3.0个百分点，"
        f"新建投产没有影响，退出下拉0.2个百分点。{said}"
    )


def test_movers_stand_with_the_reasons_they_gave():
    moved = Moved(
        up=(mover("示例企业甲", "120000", "0.012", reason="新生产线投产。"), mover("示例企业乙", "900", "0.0001")),
        down=(mover("示例企业丙", "-56000", "-0.006"),),
    )
    standing = month(moved=moved)

    assert chapter(standing, "重点企业变动") == (
        "上拉作用最大的企业：示例企业甲（正定县，存量）总产值比上年同期增加12.0亿元，上拉1.2个百分点，企业说明：新生产线投产；"
        "示例企业乙（正定县，存量）总产值比上年同期增加900万元，原因待企业说明。"
        "下拉作用最大的企业：示例企业丙（正定县，存量）总产值比上年同期减少5.6亿元，下拉0.6个百分点，原因待企业说明。"
    )
    assert chapter(standing, "存在问题") == (
        "部分企业降幅原因不明。示例企业丙（正定县）降幅靠前，尚未说明原因，请所在县（市、区）向企业了解，由企业自行说明。"
    )


def test_what_went_wrong_is_named_the_gravest_first():
    standing = month(
        counties=(county("东县", "-0.02"), county("西县", "0.03", filed=1)), filed=9, losing=3, loss_units=9
    )

    assert chapter(standing, "存在问题") == (
        "（一）部分县（市、区）生产下降。东县总产值低于上年同期。（二）亏损面偏大。亏损企业3户，亏损面33.3%。"
        "（三）部分企业未报送。未报企业3户，分布在西县（3户）。"
    )
    assert chapter(month(), "存在问题") == "各县（市、区）均已报送，总产值均未下降，未发现需要提示的问题。"


TARGET = TargetLine(
    code="enterprises.entered_four_above_year",
    name="本年新增四上企业",
    of=Spot("130171", "高新区"),
    where="高新区",
    unit="个",
    basis="示例口径",
    value=Decimal(60),
    target=Decimal(84),
    rate=Decimal(60) / 84,
    lag=Decimal("-0.2024"),
    method="已入库加达线待申报企业",
    year_end=Decimal(71),
    candidates=31,
    names=("示例企业甲", "示例企业乙"),
)


def test_of_a_target_that_is_reached_no_year_end_is_reckoned():
    reached = replace(TARGET, value=Decimal(90), rate=Decimal(90) / 84, lag=Decimal("0.05"), year_end=Decimal(136))

    assert chapter(month(targets=(reached,)), "目标支撑").endswith(
        "年度目标84个，已完成90个，完成率107.1%，高于序时进度5.0个百分点，年度目标已完成。"
    )


@pytest.mark.parametrize(
    ("over", "said"),
    [
        (
            {},
            "低于序时进度20.2个百分点；已入库加达线待申报企业推算全年71个，预计缺口13个。可补候选31个，居前的有示例企业甲、示例企业乙。",
        ),
        (
            {"lag": Decimal(0), "year_end": Decimal(90), "candidates": None},
            "与序时进度持平；已入库加达线待申报企业推算全年90个，预计可以完成。",
        ),
        ({"lag": Decimal("0.031"), "year_end": None, "candidates": 0}, "高于序时进度3.1个百分点。目前没有可补的候选。"),
    ],
)
def test_targets_say_what_supports_them(over, said):
    assert chapter(month(targets=(replace(TARGET, **over),)), "目标支撑") == (
        f"高新区本年新增四上企业年度目标84个，已完成60个，完成率71.4%，{said}"
    )


def test_the_last_annex_says_what_every_figure_measures_and_how_many_firms_stand_behind_it():
    circular = draft(month())
    last = annexes(circular)[-1]

    assert [column.head for column in last.columns] == ["指标及代码", "口径", "地区", "时期", "数值", "企业数"]
    figures = {row[0].split("\n")[1]: row for row in last.rows}
    assert set(figures) == {figure.note.code for figure in circular.figures}
    assert (figures["industry.output_growth"][4].shown, figures["industry.output_growth"][5]) == ("5.8%", "11户")
    assert figures["industry.due_firms"][5] == "—"
    assert circular.footer == "部门调度数，不作为统计上报依据"


def test_a_figure_of_a_part_opens_the_firms_of_that_part():
    asked = []

    def link(*words):
        asked.append(words)
        return "https://example.invalid/"

    circular = draft(month(divisions=(part("27", rate="0.2", pull="0.03"),)), link=link)

    narrowed = [words[3] for words in asked if len(words) > 3]
    assert {"indicator": "output", "part": "compared", "division": "27"} in narrowed
    assert all(isinstance(figure, Figure) and figure.href for figure in circular.figures)
