"""Times of day as people write them: 7:15, 7点一刻, 差五分八点, 四点半; which half of the day comes later."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tici.engines.opinions.numerals import CHINESE, NUMBER, flat, number


@dataclass(frozen=True)
class Clock:
    """A time as written: hour and minute on a dial of twelve or of twenty-four hours."""

    hour: int
    minute: int
    start: int
    end: int


_MINUTE = rf"(?:[0-5]\d|{CHINESE}{{1,3}})"
_NO_UNIT = r"(?!\s*(?:公里|千米|米|元|块|万|亿|%|倍|版|级|寸|吨|岁|平|折|厘|公分|人|号|月|日))"
#: What follows figures that are no minutes: 7点20个人, 8点3路车.
_NO_MINUTES = r"(?!\s*(?:分钟|[个条辆趟班人名位次站米元块点公天年月]|号|小时|里|多[个条辆]|、?\d*路))"
_MINUTES_SAID = r"\s*分(?!钟|之|为|成|两|三|批|别|开|流|散|头|时)"
_DIAL = re.compile(
    rf"""
      (?<![\d.:/-])(?P<h1>[01]?\d|2[0-3])\s*:\s*(?P<m1>[0-5]\d)(?::[0-5]\d)?(?![\d])
    | (?<![\d.:/-])(?P<h2>0?[5-9]|1[0-9]|2[0-1])\s*[.;]\s*(?P<m2>[0-5][05])(?![\d.]){_NO_UNIT}
    | (?<![年月\d])差\s*(?P<lack>{NUMBER}分?钟?|一刻钟?)\s*(?:到|就)?\s*(?P<h3>{NUMBER})\s*[点點](?!{CHINESE}|\d)钟?
    | (?<![\d第{CHINESE[1:-1]}])(?P<h4>[01]?\d|2[0-3]|{CHINESE}{{1,3}})\s*
      (?P<mark>[点點时])(?!间|候|段|代|速|常|不时|令|节|刻表)
      (?:
        \s*(?P<half>半)(?!个|天|小)
      | \s*(?P<quarter>[一1三3])刻钟?
      | \s*差\s*(?P<less>{NUMBER}|一刻)分?(?!钱)
      | \s*(?:零|过|[oO])?\s*(?P<m4>{_MINUTE})(?:{_MINUTES_SAID}|{_NO_MINUTES})
      )?
      (?P<tail>\s*(?:整|钟|来钟|多钟|多))?
    """,
    re.VERBOSE,
)
#: 三点意见, 一点儿, 快一点, 提两点: no times.
_COUNTED = re.compile(
    r"\s*(?:小?意见|小?建议|小?要求|想法|希望|问题|看法|诉求|请求|困难|说明|感受|疑问|理由|原因|内容|期望|反映|好处|不足|心得)"
)
#: 四点五公里: no time either.
_MEASURED = re.compile(rf"{NUMBER}\s*(?:公里|千米|米|里地?|倍|元|块|万|亿|斤|度|寸|公分|厘米|平|%|个百分)")
_LITTLE_AFTER = re.compile(r"儿?(?:都|也|不|没|就好|就行|吧|的话|点|就可以|嘛|呗|[,。;!?、]|$)")
_LISTED_BEFORE = re.compile(r"(?:提|以下|如下|有|说|这|那|下面|讲|谈|补充|反映|几)(?:出|了|上|个)?\s*$")
_DAY_BEFORE = re.compile(r"(?:早上?|上午|中午|下午|晚上?|凌晨|傍晚|早晨|清晨|夜里)\s*$")
_TIMELY = re.compile(r"[早晚点发开到走]|上午|下午|改|推|班|趟|放学|出门|左右")


def clocks(text: str) -> list[Clock]:
    """Return every time of day written in a text, in order, as on the dial."""
    plain = flat(text)
    return [clock for found in _DIAL.finditer(plain) if (clock := _clock(found, plain))]


def _clock(found: re.Match[str], plain: str) -> Clock | None:
    if found["h1"]:
        return Clock(int(found["h1"]), int(found["m1"]), *found.span())
    if found["h2"]:
        # 7.30 is a time only beside a word that times stand beside.
        around = plain[max(0, found.start() - 8) : found.start()] + "|" + plain[found.end() : found.end() + 6]
        return Clock(int(found["h2"]), int(found["m2"]), *found.span()) if _TIMELY.search(around) else None
    hour = number(found["h3"] or found["h4"])
    lack = _lack(found["lack"] or found["less"])
    if hour is None or hour > 24 or (hour == 0 and (found["mark"] != "点" or lack)) or (lack is not None and lack > 59):
        return None
    if lack:
        return Clock(hour - 1, 60 - lack, *found.span())
    if found["h3"] or found["less"]:
        return None
    minute = _minute(found)
    if minute is None or not (minute or found["m4"] or found["tail"] or _is_bare_hour(plain, found, hour)):
        return None
    return Clock(hour % 24, minute, *found.span())


def _lack(words: str | None) -> int | None:
    if not words:
        return None
    return 15 if words.startswith("一刻") else number(words.rstrip("分钟"))


def _minute(found: re.Match[str]) -> int | None:
    if found["half"]:
        return 30
    if found["quarter"]:
        return 15 if found["quarter"] in "一1" else 45
    if not found["m4"]:
        return 0
    minute = number(found["m4"])
    return minute if minute is not None and minute < 60 else None


def _is_bare_hour(plain: str, found: re.Match[str], hour: int) -> bool:
    """Whether 三点, with no minutes behind it, is a time."""
    before, after = plain[max(0, found.start() - 6) : found.start()], plain[found.end() : found.end() + 6]
    if found["mark"] == "时":
        return found["h4"].isdigit() and not re.match(r"[,，]?\s*(?:候|间)", after)
    if _COUNTED.match(after) or _MEASURED.match(after):
        return False
    if found["h4"] == "一":  # 晚一点, 快一点; but 下午一点
        return bool(re.search(r"(?:上午|中午|下午|晚上|凌晨|夜里)\s*$", before))
    if _DAY_BEFORE.search(before):
        return True
    if hour == 1:
        return not _LITTLE_AFTER.match(after)
    return not (_LISTED_BEFORE.search(before) and re.match(r"\s*(?:[:：。,，、]|$)", after))
