"""Opinions with their truth, mixed corpora with copies and twins, lines with secrets; and how to score them."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any

from tici.engines.opinions import slots
from tici.engines.opinions.gazetteer import Gazetteer

OWN = Path(__file__).with_name("opinions.json")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹"
GIVEN = ("秀英", "桂兰", "建国", "子轩", "雨桐", "浩然", "欣怡", "志强", "丽华", "梓涵", "宇航", "静", "伟", "敏")
SCHOOLS = ("天苑小学", "红星小学", "建明小学", "神兴小学")


@lru_cache(maxsize=1)
def _own() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(OWN.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The schools and lines the own set speaks of."""
    lines = {str(number): [f"{number}号专线"] for number in _own()["lines"]}
    return Gazetteer(schools={name: [name] for name in _own()["schools"]}, lines=lines)


def own(half: str) -> list[dict[str, Any]]:
    """One half of the project's own set, with the gazetteer to read it by."""
    return [one | {"gazetteer": gazetteer()} for one in _own()["opinions"] if one["half"] == half]


def given(path: Path) -> list[dict[str, Any]]:
    """A set in the format of data/opinions/dev.json, as the own set has it."""
    told = json.loads(path.read_text(encoding="utf-8"))
    schools = {name: [name] for name in (*told["lines"].values(), *told["other_schools"])}
    known = Gazetteer(schools=schools, lines={number: [f"{number}号线"] for number in told["lines"]})
    return [
        {
            "text": one["text"], "lines": one["lines"], "schools": one["schools"], "requested": one["times"],
            "other": None, "shifts": one["deltas_min"], "gazetteer": known,
        }
        for one in told["opinions"]
    ]  # fmt: skip


def slot_scores(opinions: Sequence[dict[str, Any]]) -> dict[str, tuple[float, float, int]]:
    """Precision, recall and count of each slot."""
    hits: Counter[str] = Counter()
    false: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for one in opinions:
        found = slots.extract(one["text"], one["gazetteer"])
        got: dict[str, set[Any]] = {
            "line": {int(named.code) for named in found.lines},
            "school": {named.code for named in found.schools},
            "requested time": {_clock(minutes) for minutes in found.requested},
            "shift": {shift.minutes for shift in found.shifts},
        }
        want: dict[str, set[Any]] = {
            "line": set(one["lines"]), "school": set(one["schools"]), "requested time": set(one["requested"]),
            "shift": set(one["shifts"]),
        }  # fmt: skip
        if one["other"] is not None:
            got["any time"] = {_clock(told.minutes) for told in found.times}
            want["any time"] = set(one["requested"]) | set(one["other"])
        for field in got:
            hits[field] += len(got[field] & want[field])
            false[field] += len(got[field] - want[field])
            missed[field] += len(want[field] - got[field])
    return {
        field: (
            hits[field] / max(1, hits[field] + false[field]),
            hits[field] / max(1, hits[field] + missed[field]),
            hits[field] + missed[field],
        )
        for field in hits
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def theme_scores(suggester: Any, texts: Sequence[str], labels: Sequence[str], count: int) -> tuple[float, float]:
    """How often the first, and one of the first two, is right on texts that were not learned; mean of five draws."""
    first = second = asked = 0
    for seed in range(5):
        order = list(range(len(texts)))
        random.Random(seed).shuffle(order)
        learner = suggester()
        learner.fit([texts[at] for at in order[:count]], [labels[at] for at in order[:count]])
        rest = order[count:]
        for at, told in zip(rest, learner.suggest([texts[one] for one in rest]), strict=True):
            names = [name for name, _score in told]
            first += names[0] == labels[at]
            second += labels[at] in names
            asked += 1
    return first / asked, second / asked


def mixed_corpus(seed: int = 7) -> tuple[list[str], list[int]]:
    """Single opinions, a campaign for one school and its twin for another, each copy a little different."""
    draw = random.Random(seed)
    texts = [one["text"] for one in own("tuned") + own("blind")]
    truth = list(range(len(texts)))
    campaign = (
        "我们是{school}的学生家长，每天接送孩子非常困难。希望{school}专线下午发车时间改到{time}，"
        "与课后服务结束时间衔接，让孩子放学就能坐上车，也请在小区门口增加一个停靠点。请尽快研究答复。"
    )
    for number, (school, time, copies) in enumerate(
        (("天苑小学", "17:30", 30), ("红星小学", "17:30", 12), ("天苑小学", "18:00", 8))
    ):
        for _ in range(copies):
            texts.append(_varied(campaign.format(school=school, time=time), draw))
            truth.append(10_000 + number)
    order = list(range(len(texts)))
    draw.shuffle(order)
    return [texts[at] for at in order], [truth[at] for at in order]


def _varied(text: str, draw: random.Random) -> str:
    """A copy as people make it: spaces, punctuation, a signature, synonyms, a first sentence, bad print."""
    match draw.randrange(7):
        case 0:
            return text
        case 1:
            return text.replace("，", ", ").replace("。", " 。")
        case 2:
            return f"{text}\n{draw.choice(SURNAMES)}{draw.choice(GIVEN)} 1380311{draw.randrange(1000, 9999)}"
        case 3:
            return (
                text.replace("非常困难", "特别难")
                .replace("希望", "盼望")
                .replace("尽快", "早日")
                .replace("增加", "增设")
            )
        case 4:
            return f"领导好！家里老人身体不好，实在没有办法。{text}"
        case 5:
            return f"{text}谢谢，辛苦了！"
        case _:
            kept = [char for char in text if char in "天苑红星小学0123456789:：" or draw.random() > 0.03]
            return "".join(kept)


def pair_scores(groups: Sequence[int], truth: Sequence[int]) -> tuple[int, float]:
    """Pairs put together that are not the same request, and the share of those that are which were."""
    wrong = right = wanted = 0
    for one, other in combinations(range(len(truth)), 2):
        is_same, is_put = truth[one] == truth[other], groups[one] == groups[other]
        wrong += is_put and not is_same
        right += is_put and is_same
        wanted += is_same
    return wrong, right / wanted


def by_likeness_alone(texts: Sequence[str], cut: float = 0.5) -> list[int]:
    """The peer: whoever shares half of the character pairs is one group."""
    grams = [{text[at : at + 2] for at in range(len(text) - 1)} for text in texts]
    number = list(range(len(texts)))
    for one, other in combinations(range(len(texts)), 2):
        if len(grams[one] & grams[other]) >= cut * len(grams[one] | grams[other]):
            low, high = sorted((number[one], number[other]))
            number = [low if at == high else at for at in number]
    return number


def masking_lines(count: int = 240, seed: int = 3) -> list[tuple[str, list[tuple[str, str]]]]:
    """Invented lines with what must not be seen in them: (line, [(kind, secret)])."""
    draw = random.Random(seed)
    found = []
    for at in range(count):
        name = draw.choice(SURNAMES) + draw.choice(GIVEN)
        child = draw.choice(SURNAMES) + draw.choice(GIVEN)
        phone = f"1{draw.choice('3578')}{draw.randrange(10**8, 10**9)}"
        shown = draw.choice((phone, f"{phone[:3]} {phone[3:7]} {phone[7:]}", f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"))
        landline = f"0311-8{draw.randrange(10**6, 10**7)}"
        born = f"19{draw.randrange(60, 99)}{draw.randrange(1, 13):02d}{draw.randrange(1, 29):02d}"
        identity = f"1301{draw.randrange(10, 99)}{born}{draw.randrange(100, 999)}{draw.choice('0123456789X')}"
        plate = f"冀A·{draw.choice('ABCDEFGH')}{draw.randrange(1000, 9999)}"
        mail = (
            f"{draw.choice(('jiazhang', 'shimin', 'xiaoli'))}{draw.randrange(100)}@{draw.choice(('163.com', 'qq.com'))}"
        )
        house = f"{draw.randrange(1, 30)}号楼{draw.randrange(1, 5)}单元{draw.randrange(101, 2505)}室"
        grade = f"{draw.choice('一二三四五六')}年级{draw.randrange(1, 12)}班"
        lines = [
            (f"我叫{name}，希望早班提前十分钟，联系电话{shown}。", [("person", name), ("phone", shown)]),
            (f"孩子{child}在{grade}，每天坐2号线。", [("child", child), ("class", grade)]),
            (f"我住谈固小区{house}，离站太远。", [("house", house)]),
            (f"联系人：{name}  手机：{shown}", [("person", name), ("phone", shown)]),
            (f"此致敬礼\n家长：{name}\n2021年12月24日", [("person", name)]),
            (f"身份证号{identity}，请核实我的护送卡。", [("identity", identity)]),
            (f"{plate}这辆车总在站台上停，校车进不来。", [("plate", plate)]),
            (f"请回复到{mail}，谢谢。", [("email", mail)]),
            (f"座机{landline}，找{name}女士。", [("phone", landline), ("person", name)]),
            (f"我女儿{child}今年上{grade}，坐专线回家要四十分钟。", [("child", child), ("class", grade)]),
        ]
        found.append(lines[at % len(lines)])
    return found
