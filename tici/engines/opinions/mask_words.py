"""Patterns of names, made from rule file ``opinions/masking``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from tici.engines import rulebook

_HAN = r"[\u3400-\u9fff]"
#: Characters that no given name begins or ends with, but the next word of the sentence often does.
_NO_GIVEN = (
    "的了是在和与及就也都要说来去上下从到给让把被很太不没有我你他她们这那个家住于今昨每坐接送提反建希请望现能可会又还才只对向"
    "为因但而或且"
)


@dataclass(frozen=True)
class Pattern:
    """Words that hold a group ``name``, whose name it is, and what is never one."""

    words: re.Pattern[str]
    kind: Literal["person", "child"]
    never: re.Pattern[str]


def surnames() -> frozenset[str]:
    """Return the surnames of two characters."""
    return frozenset(rulebook.load("opinions/masking")["compound"])


def name_patterns() -> tuple[Pattern, ...]:
    """Return the patterns of the rule file as it now stands."""
    rule = rulebook.load("opinions/masking")
    return _patterns(str(rule.path), rule.path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _patterns(_path: str, _changed: int) -> tuple[Pattern, ...]:
    rule = rulebook.load("opinions/masking")

    def any_of(name: str) -> str:
        return "(?:" + "|".join(sorted(rule[name], key=len, reverse=True)) + ")"

    never = re.compile("|".join(map(re.escape, rule["never"])))
    given = rf"(?:\s?(?![{_NO_GIVEN}]){_HAN})"
    surname = f"(?:{'|'.join(rule['compound'])}|[{rule['surnames']}])"
    full = rf"(?P<name>{surname}(?:{given}{{1,2}}|\s?[*某xX]{{1,2}}))"
    common = "天常多刚偏慢好大小年月日人事样种件次趟班辆车站点爸妈爷奶哥姐弟妹叔伯婶姑姨公婆"
    twice = rf"(?P<twice>(?![{_NO_GIVEN}{common}]){_HAN})(?P=twice)"
    little = rf"小(?![{_NO_GIVEN}学区朋孩女儿伙时车站路心型班名]){_HAN}"
    nick = rf"(?P<name>{twice}|{little})"
    stop = r"(?=[,，。;；:：、!！?？()\s]|\d|$|电|手|联|敬|[的是在住今家也就说反建希])"
    is_called = r"\s*(?:的?(?:名字)?(?:叫做?|是|名叫|名为|,|，|:|：|\(|（|——?)|姓名|)\s*"
    written = [
        (rf"{any_of('before_any')}\s*(?:[:：是为]|\s)\s*(?P<name>{surname}?(?:\s?{_HAN}){{1,3}}?){stop}", "person"),
        (rf"{any_of('before_any')}\s*(?:[:：是为]|\s)?\s*{full}", "person"),
        (rf"{any_of('before_child')}{is_called}{full}", "child"),
        (rf"{any_of('before_child')}\s*(?:小名|名字)?(?:叫做?|名叫|[,，:：])\s*{nick}", "child"),
        (rf"{any_of('before_child')}\s*(?:小名|名字)?(?:叫做?|名叫)\s*(?P<name>{_HAN}{{2,3}}?){stop}", "child"),
        (rf"{any_of('before_adult')}{is_called}{full}", "person"),
        (rf"(?:叫|名叫|名为)\s*{full}", "person"),
        (rf"(?P<name>{surname}{_HAN}{{0,2}}?){any_of('after_adult')}", "person"),
        (rf"(?P<name>{surname}{_HAN}{{1,2}}?){any_of('after_child')}", "child"),
        (rf"{nick}(?:的)?(?:妈妈|爸爸|妈|爸|奶奶|爷爷|家长|同学|小朋友|姥姥)", "child"),
        (
            rf"(?:^|[\n。!！,，;；])\s*(?:此致\s*敬礼[!！。]?\s*)?{full}\s*(?=$|\n|[(（]?(?:电话|手机|联系|\d{{4}}年|1[3-9]\d|敬上|家长|女士|先生))",
            "person",
        ),
        (
            rf"(?:家长|市民|居民|读者|老人|奶奶|爷爷|教师|职工)\s*[:：\s]?\s*{full}\s*(?:$|\n|[,，。(（]|敬上|电话)",
            "person",
        ),
        (rf"{full}(?=\s*[(（,，]?\s*(?:电\s*话|手\s*机|联系(?:电话|方式)|1[3-9]\d|身份证|男|女[,，)）]))", "person"),
        (rf"(?:和|与|跟|同|、)\s*{full}(?=[一两三]人|同学|[,，、]|都)", "person"),
    ]
    return tuple(Pattern(re.compile(pattern), kind, never) for pattern, kind in written)  # type: ignore[arg-type]
