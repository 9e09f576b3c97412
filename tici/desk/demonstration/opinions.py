"""The consultation of the demonstration: the notice of the page, and invented opinions on it; no database here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

OPENS, CLOSES = date(2021, 12, 21), date(2021, 12, 27)
SCHOOLS = (  # the ten pilot schools as reported 2021-12-15
    ("hepingxilu", "和平西路小学", ()),
    ("tianyuan", "天苑小学", ()),
    ("dongfengxilu", "东风西路小学", ()),
    ("hongxing", "红星小学", ()),
    ("fanxilu", "范西路小学", ()),
    ("jianming", "建明小学", ()),
    ("shenxing", "神兴小学", ()),
    ("guojicheng", "国际城小学", ()),
    ("gaoxinwaiguoyu", "高新区外国语学校", ("高新外国语",)),
    ("xiangxiangguoji", "想象国际小学", ("想象国际",)),
)
OTHER_SCHOOLS = ("谈固小学", "柏林小学", "裕东小学", "草场街小学", "青园街小学", "第二幼儿园")
ASPECTS = (("time", "运营时间"), ("stops", "站点设置"), ("trips", "班次运力"), ("new_line", "新开线路"),
           ("safety", "安全照护"), ("card", "乘车资格与办卡"), ("service", "信息与服务"))  # fmt: skip
TEXT = """为方便小学生、幼儿上下学，我市在10所小学试开免费公交专线。现就以下两个方面公开征求市民意见：
一、10条试点线路的运营时间、站点设置和班次；
二、其他学校、幼儿园是否需要开通专线。
欢迎广大市民、学生家长和学校提出意见和建议。"""
QUESTIONS: tuple[tuple[str, str, list[str]], ...] = (
    ("您主要想说哪个方面？", "many", ["运营时间", "站点设置", "班次运力", "新开线路", "其他"]),
    ("您和专线的关系？", "one", ["孩子在试点学校", "孩子在其他学校", "学校或幼儿园", "其他市民"]),
    ("您的意见和建议", "text", []),
)
OFFERS = (
    ("web", "", ""),
    ("fax", "86036652", ""),
    ("mail", "xiaoche@example.org", ""),
    ("letter", "示例市交通运输局公交处（示例地址）", "小学生公交专线意见"),
    ("counter", "示例市交通运输局一楼大厅", ""),
    ("hotline", "12345", ""),
)
ROADS = ("槐安路口", "和平路与友谊大街交叉口", "中山路地铁站", "东岗路口", "裕华路与建设大街交叉口", "小区南门")
TIMES = ("7:10", "7:20", "7:30", "16:40", "16:50", "17:10", "17:30")
BY_ASPECT = {
    "time": (
        "{line}早上能不能改到{time}发车，现在太早了，孩子起不来。",
        "{school}下午放学后专线已经开走了，希望推后15分钟。",
        "建议{line}下午发车时间调整到{time}，和课后服务对上。",
    ),
    "stops": (
        "建议{line}在{road}增加一站，附近孩子多。",
        "{school}的站点离校门太远，希望挪到校门口同侧。",
        "{line}的站牌没有雨棚，下雪天没处等，建议在{road}设候车亭。",
    ),
    "trips": (
        "{line}早高峰太挤，坐不下，希望加一趟。",
        "{school}下午只有一趟专线，高年级赶不上，能不能各开一趟。",
    ),
    "new_line": (
        "希望给{other}也开通专线，我们这片没有直达的公交。",
        "{other}什么时候能有专线？家长接送太难了。",
    ),
    "safety": (
        "专线上最好有人照看，{line}急刹车时孩子站不稳。",
        "建议{school}门口停车时打双闪，有人护送过马路。",
    ),
    "card": (
        "护送卡在哪里办？老人接孩子能不能用老年卡。",
        "学生免费卡每月92次不够用，周末兴趣班能不能也算。",
    ),
    "service": (
        "希望在手机上能看到{line}到哪了。",
        "专线停运时请提前在班级群里通知。",
    ),
}  # fmt: skip
CAMPAIGN = "我们是{school}的家长，强烈希望{line}下午发车时间改到{time}，与课后服务结束时间衔接，请尽快研究。"
CHANNELS = (("web", 150), ("mail", 60), ("letter", 24), ("fax", 16), ("counter", 14), ("hotline", 36))
DRAWN = 6  # letters and faxes that are drawn as pictures; the others are typed in at the desk
CAMPAIGN_SIZE = 24
LATE_NUMBER = 211  # a letter whose postmark is of the day after


@dataclass(frozen=True)
class Example:
    """One invented opinion."""

    number: int
    channel: str
    text: str
    received_at: datetime
    aspect: str
    postmarked_on: date | None = None


def example_opinions(seed: int, count: int = 300) -> list[Example]:
    """So many opinions over every channel; the same seed gives the same ones. Nobody is behind them."""
    chance = Random(seed)
    channels = [channel for channel, share in CHANNELS for _ in range(share * count // 300)]
    channels += ["web"] * (count - len(channels))
    return [_example(number, channel, chance) for number, channel in enumerate(channels, 1)]


def _example(number: int, channel: str, chance: Random) -> Example:
    school = chance.choice(SCHOOLS)[1]
    words = {
        "line": f"{chance.randint(1, 10)}号线", "school": school, "time": chance.choice(TIMES),
        "road": chance.choice(ROADS), "other": chance.choice(OTHER_SCHOOLS),
    }  # fmt: skip
    received = datetime(2021, 12, 21, 1, tzinfo=UTC) + timedelta(minutes=chance.randint(0, 6 * 24 * 60 + 600))
    if channel == "web" and number <= CAMPAIGN_SIZE:
        text = CAMPAIGN.format(school="和平西路小学", line="1号线", time="17:30")
        at = datetime(2021, 12, 23, 12, 0, tzinfo=UTC) + timedelta(seconds=4 * number)  # within two minutes
        return Example(number, channel, text, at, "time")
    aspect = chance.choices(list(BY_ASPECT), weights=(26, 22, 14, 22, 6, 6, 4))[0]
    text = chance.choice(BY_ASPECT[aspect]).format(**words)
    if chance.random() < 0.2:
        second = chance.choice([code for code in BY_ASPECT if code != aspect])
        text += chance.choice(BY_ASPECT[second]).format(**words)
    if number == LATE_NUMBER:
        return Example(number, "letter", text, received + timedelta(days=9), aspect, CLOSES + timedelta(days=1))
    return Example(number, channel, text, received, aspect, CLOSES if channel == "letter" else None)


def subjects(gates: Mapping[str, str]) -> Sequence[tuple[Any, ...]]:
    """The schools, with where they stand if that is known, and the lines: line n serves the n-th pilot school."""
    schools: list[tuple[Any, ...]] = [
        ("school", code, name, list(aliases), gates.get(name, "")) for code, name, aliases in SCHOOLS
    ]
    others: list[tuple[Any, ...]] = [("school", f"other{at}", name, []) for at, name in enumerate(OTHER_SCHOOLS, 1)]
    lines: list[tuple[Any, ...]] = [
        ("line", str(at), f"{at}号线", [f"{school[1]}专1"]) for at, school in enumerate(SCHOOLS, 1)
    ]
    return [*schools, *others, *lines]
