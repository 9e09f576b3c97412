"""By how much something is to be moved: 推后15分钟, 提早一刻钟, 往后延半个小时, 20分钟往后."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tici.engines.opinions.numerals import CHINESE, NUMBER, flat, number


@dataclass(frozen=True)
class Shift:
    """By how many minutes something is to be moved; later is positive."""

    minutes: int
    start: int
    end: int


_AMOUNT = rf"""(?: (?P<quarters>[一1两2三3]?)刻钟 | 半个?(?P<half>小时|钟头|点钟)
  | (?P<hours>{NUMBER})个?(?P<and_half>半)?(?:小时|钟头)
  | (?P<minutes>\d{{1,3}}|{CHINESE}{{1,3}})(?:来|多|几)?(?:分钟|分(?!之|批|为|成|开)) )"""
_LATER = (
    r"(?:推迟|推后|延后|延迟|延时|往后(?:推|延|错|挪|调|拖)?|后推|后延|后移|后错|错后|顺延|拖后|晚发车|晚开|晚发|晚走|再晚"
    r"|延长|推|延|晚|迟)"
)
_EARLIER = (
    r"(?:提前|提早|往前(?:提|挪|调|移|赶)?|前移|前提|早发车|早开|早发|早走|再早|赶早"
    r"|早(?!上|晨|班|高峰|晚|间|餐|读|自习|就|已|点(?!发|开|走)))"
)
_FILL = (
    r"(?:车|一点|点|些|个|上|了|大概|大约|约|至少|最少|最多|\s|差不多|发车|时间|出发|有|那么|它|这么|不到"
    r"|发|开|走){0,3}"
)
_BEFORE = re.compile(rf"(?:(?P<later>{_LATER})|(?P<earlier>{_EARLIER})){_FILL}{_AMOUNT}", re.VERBOSE)
_AFTER = re.compile(
    rf"{_AMOUNT}(?:左右)?再?(?:发车|开车|出发|发|开|走)?(?:(?P<later>往后|延后|推后)|(?P<earlier>往前|提前))",
    re.VERBOSE,
)
#: Lateness suffered, not asked for: 晚点了二十分钟, 昨天晚到15分钟; and what people do themselves: 提前十分钟出门.
_SUFFERED = re.compile(
    r"晚点|误点|迟到|晚到|早到|晚来|晚了|早了|迟了|晚回|早起|提早起|晚睡|早睡|提前(?:到|去|等|排|起|出门|半.{0,3}(?:到|去|出))"
)
_SUFFERED_AFTER = re.compile(
    r"(?:左右)?(?:就|才)?(?:起床|到站|出门|排队|去排|来等|去等|起来|到家|下班|到校|到岗|通知|告知|候车)"
)


def shifts(text: str) -> tuple[Shift, ...]:
    """Return by how much a text asks to move something."""
    plain = flat(text)
    found: list[Shift] = []
    for said in (*_BEFORE.finditer(plain), *_AFTER.finditer(plain)):
        if _SUFFERED.match(plain, said.start()) or _SUFFERED_AFTER.match(plain, said.end()):
            continue
        size = _size(said)
        if size and not any(one.start < said.end() and said.start() < one.end for one in found):
            found.append(Shift(size if said["later"] else -size, *said.span()))
    return tuple(sorted(found, key=lambda one: one.start))


def _size(said: re.Match[str]) -> int | None:
    if said["half"]:
        return 30
    if said["hours"]:
        hours = number(said["hours"])
        return hours * 60 + (30 if said["and_half"] else 0) if hours and hours <= 5 else None
    if said["minutes"]:
        minutes = number(said["minutes"])
        return minutes if minutes and minutes <= 180 else None
    return 15 * (number(said["quarters"]) or 1 if said["quarters"] else 1)
