"""The monthly report of clusters in sentences, from figures given; no database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.briefings.test_industry import mover, part
from tici.briefings.circular.content import numbered_leads
from tici.briefings.clusters import ClustersMonth, ClusterStanding, CountyCluster, draft_clusters
from tici.briefings.figures import plain
from tici.briefings.panels import Moved
from tici.engines.periods import Month

YI = Decimal(10_000)


def cluster(place="生物医药产业集群", *, total="7710000", rate="0.178", **over):
    facts = {"goal": 1000 * YI, "month": 70 * YI, "before": 64 * YI} | over
    return ClusterStanding(
        revenue=part(place, total=total, rate=rate, units=120, pairs=110), output=part(place), **facts
    )


def draft(*clusters, **over):
    standing = ClustersMonth(**{"month": Month(2021, 11), "code": "1301", "clusters": clusters} | over)
    return draft_clusters(standing, office="示例市工业和信息化局", to="示例市人民政府", on=date(2021, 12, 8))


def chapter(circular, heading):
    section = next(one for one in circular.sections if one.heading == heading)
    return "".join(paragraph.lead + plain(paragraph.text) for paragraph in numbered_leads(section))


@pytest.mark.parametrize(
    ("over", "said"),
    [
        (
            {},
            "1—11月，规上企业营业收入771.0亿元，按可比口径同比增长17.8%。年度目标1000.0亿元，还差229.0亿元，已完成77.1%。"
            "本月营业收入70.0亿元，上月64.0亿元，环比增长9.4%。",
        ),
        (
            {"rate": "-0.02", "own": 1010 * YI, "month": 60 * YI},
            "1—11月，规上企业营业收入771.0亿元，按可比口径同比下降2.0%；集群自报营业收入1010.0亿元。"
            "年度目标1000.0亿元，已完成101.0%。本月营业收入60.0亿元，上月64.0亿元，环比下降6.3%。",
        ),
        (
            {"rate": None, "goal": None, "before": None},
            "1—11月，规上企业营业收入771.0亿元，同期数不足，不计算增速。本月营业收入70.0亿元，上月数不全，不计算环比。",
        ),
        (
            {"rate": "0", "goal": None, "before": 70 * YI},
            "1—11月，规上企业营业收入771.0亿元，按可比口径与上年同期持平。本月营业收入70.0亿元，与上月持平。",
        ),
        ({"total": None}, "1—11月，没有规上企业报送月报。"),
        (
            {"total": None, "own": 600 * YI},
            "1—11月，没有规上企业报送月报；集群自报营业收入600.0亿元。年度目标1000.0亿元，还差400.0亿元，已完成60.0%。",
        ),
    ],
)
def test_a_cluster_is_told_on_its_way_to_its_goal_and_month_on_month(over, said):
    assert chapter(draft(cluster(**over)), "千亿级产业集群") == f"生物医药产业集群。{said}"


def test_who_pulls_a_cluster_is_named_with_the_reason_given():
    moved = Moved(
        up=(mover("示例企业甲", "90000", "0.02", reason="新品上市。"),), down=(mover("示例企业乙", "-80", "-0.00001"),)
    )

    assert chapter(draft(cluster(goal=None, month=None, moved=moved)), "千亿级产业集群").endswith(
        "。拉动较大的企业：示例企业甲（正定县，上拉2.0个百分点，企业说明：新品上市）。下拉较大的企业：示例企业乙（正定县）。"
    )


def test_the_overview_counts_who_grows_and_names_the_nearest_to_its_goal():
    circular = draft(
        cluster(), cluster("电子信息产业集群", rate="-0.01"), cluster("现代食品产业集群", total="11000000", rate="0.05")
    )

    assert chapter(circular, "总体情况") == (
        "截至11月底，列入调度的千亿级产业集群3个，规上企业营业收入可比增长的2个，下降的1个。"
        "现代食品产业集群营业收入已达到目标。距目标最近的是生物医药产业集群，还差229.0亿元。"
        "一户企业可属几个集群，各集群之和不等于全市合计；集群自报数含规下企业。"
    )


def test_problems_are_named_and_one_sentence_says_that_there_is_none():
    bad = cluster(rate="-0.02", month=60 * YI, is_awaited=True)
    lacking = CountyCluster(code="a", place="示例集群", county="正定县", missing=("检验检测",))

    assert chapter(draft(bad, county=(lacking,)), "存在问题") == (
        "（一）部分集群营业收入下降。生物医药产业集群规上企业营业收入低于上年同期。"
        "（二）部分集群本月回落。生物医药产业集群本月营业收入低于上月。"
        "（三）部分集群未报送。生物医药产业集群未报集群月报。"
        "（四）公共服务平台有缺口。1个县域特色产业集群尚缺应建的公共服务平台。"
    )
    assert chapter(draft(cluster()), "存在问题") == "各千亿级产业集群营业收入均未下降，未发现需要提示的问题。"


def test_the_counties_clusters_are_counted_by_reports_and_platforms():
    filed = CountyCluster(
        code="a", place="示例集群", county="正定县", is_filed=True, revenue=3 * YI, same_period=2 * YI
    )
    silent = replace(filed, code="b", is_filed=False, missing=("检验检测",))

    circular = draft(county=(filed, silent))

    assert chapter(circular, "县域特色产业集群") == (
        "县域特色产业集群2个，已报月报1个。尚缺公共服务平台的1个，各集群所缺见附件。"
    )
    assert [row[4] for row in circular.tables[-1].rows] == ["50.0", "50.0"]
