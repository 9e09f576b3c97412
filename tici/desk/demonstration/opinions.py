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
NEARBY = ("示例花园小区东门", "示例新城二期", "示例路与示例街路口", "示例医院宿舍", "示例地铁站B口", "示例家园南门")
MORNINGS = (("7:10", "7:25"), ("7:15", "7:30"), ("7:20", "7:35"))  # when a line leaves now, and a quarter later
EVENINGS = ("17:35", "17:40", "17:45")  # once what schools offer after lessons (课后服务) is over, at half past five
GRADES = ("一", "二", "三", "四", "五")
BY_ASPECT = {
    "time": (
        "{line}早上{now}就发车，到校时校门还没开，孩子要在外面等，建议推后15分钟，{later}发车。",
        "{line}早上到校已经8点10分，正好打预备铃，下雪天路上慢就会迟到，希望提前10分钟发车。",
        "{school}的课后服务17:30才结束，专线16:55就开走了，希望放学这趟推后到{evening}。",
        "建议{line}下午的发车时间按学校作息来定，课后服务结束后留10分钟，{evening}发车比较合适。",
        "周五{school}没有课后服务，放学早，希望{line}周五下午提前到15:40发车。",
    ),
    "stops": (
        "我家住{place}，走到{line}最近的站要20分钟，希望在{place}增设一站。",
        "建议{line}在{place}加一站，这一片有三四十个孩子在{school}上学。",
        "{school}这一站停在马路对面，孩子下车要横穿马路，希望把站点挪到校门同侧。",
        "{line}在{place}的候车点没有雨棚，下雪天孩子没处躲，建议设候车亭。",
        "{line}在{place}的站和下一站只隔一百多米，建议并成一站，早几分钟到校。",
        "{school}门口放学时私家车堵得厉害，建议把{line}的上车点往前挪100米。",
    ),
    "trips": (
        "{line}早上{now}这趟太挤，孩子站了一路，希望加开一趟。",
        "{school}下午只有一趟专线，低年级放学早，高年级有课后服务，能不能16:55和{evening}各开一趟。",
        "早上到{place}这站车就坐满了，孩子上不去，建议{line}换大一点的车，或者加一辆。",
        "错过{line}这一趟就没有车了，建议早上隔15分钟开两趟。",
        "期末考试那几天放学时间不一样，希望{school}的专线能临时加一趟。",
    ),
    "new_line": (
        "{other}也有很多孩子住得远，家长每天骑电动车接送，希望给{other}也开通专线。",
        "{other}门口没有直达的公交，倒一次车要四十多分钟，什么时候能开通专线？",
        "建议下一批把{other}列进去，{place}一带的孩子大多在那里。",
        "我家两个孩子，一个在{school}能坐专线，一个在{other}没有，希望{other}也开通。",
        "双职工家庭接孩子太难，{other}放学的时候家长还没下班，盼望早日开通专线。",
    ),
    "safety": (
        "低年级孩子自己坐{line}不放心，希望有老师或安全员跟车照看。",
        "{line}起步和刹车有点急，孩子站不稳，请提醒司机师傅慢一点。",
        "{school}站上下车时后面的车还在超车，建议停车打双闪，有人护送过马路。",
        "低年级孩子容易坐过站，希望{line}有人照看，到站提醒下车。",
    ),
    "card": (
        "老人接送孩子能不能办护送卡？在哪里办，要带什么材料？",
        "学生卡上学日坐{line}免费，周末去兴趣班能不能也算？",
        "孩子忘带学生卡那天没坐上{line}，能不能凭校服先上车、过后补刷卡？",
        "刚转到{school}的孩子学生卡还没办下来，能不能先办一张临时的乘车卡？",
    ),
    "service": (
        "希望在手机上能看到{line}到哪一站了，大冷天不用干等。",
        "{line}昨天晚点二十分钟没有通知，以后晚点、停运请提前告诉家长。",
        "站牌上没有{line}的发车时间，建议把时刻表和线路图贴出来。",
    ),
}  # fmt: skip
GOES_WITH = {  # what else the same family may say; who asks for a line at another school does not ride one
    aspect: tuple(code for code in BY_ASPECT if code not in {aspect, "new_line"}) for aspect in BY_ASPECT
} | {"new_line": ()}
CAMPAIGN = "我们的孩子在{school}上学，强烈希望{line}下午发车时间改到{evening}，与课后服务结束时间衔接，请尽快研究。"
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
    received = datetime(2021, 12, 21, 1, tzinfo=UTC) + timedelta(minutes=chance.randint(0, 6 * 24 * 60 + 600))
    words = _words(chance)
    if channel == "web" and number <= CAMPAIGN_SIZE:
        text = CAMPAIGN.format(school=SCHOOLS[0][1], line="1号线", evening="17:40")
        at = datetime(2021, 12, 23, 12, 0, tzinfo=UTC) + timedelta(seconds=4 * number)  # within two minutes
        return Example(number, channel, text, at, "time")
    aspect = chance.choices(list(BY_ASPECT), weights=(26, 22, 14, 22, 6, 6, 4))[0]
    text = _opening(aspect, words, chance) + chance.choice(BY_ASPECT[aspect]).format(**words)
    if GOES_WITH[aspect] and chance.random() < 0.2:
        text += chance.choice(BY_ASPECT[chance.choice(GOES_WITH[aspect])]).format(**words)
    if number == LATE_NUMBER:
        return Example(number, "letter", text, received + timedelta(days=9), aspect, CLOSES + timedelta(days=1))
    return Example(number, channel, text, received, aspect, CLOSES if channel == "letter" else None)


def _words(chance: Random) -> dict[str, str]:
    """Of whom one family speaks: its school and the line that serves it, what is near it, and times that can be."""
    at = chance.randrange(len(SCHOOLS))
    now, later = chance.choice(MORNINGS)
    return {
        "school": SCHOOLS[at][1], "line": f"{at + 1}号线", "place": chance.choice(NEARBY), "now": now, "later": later,
        "evening": chance.choice(EVENINGS), "other": chance.choice(OTHER_SCHOOLS), "grade": chance.choice(GRADES),
    }  # fmt: skip


def _opening(aspect: str, words: Mapping[str, str], chance: Random) -> str:
    """How one in three begins; who asks for a line elsewhere has no child at a pilot school to speak of."""
    if aspect == "new_line" or chance.random() > 1 / 3:
        return ""
    return chance.choice(("孩子在{school}上{grade}年级。", "我家孩子每天坐{line}。")).format(**words)


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
