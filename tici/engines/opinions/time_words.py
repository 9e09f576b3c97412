"""The words by which a time is understood, from rule file ``opinions/words``, made into patterns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from tici.engines import rulebook

Words = Mapping[str, re.Pattern[str]]

_VAGUE = r"(?:左右|前后|整|钟|多|来钟|的时候|的?样子|以后|之后|后|以前|之前|前|之间|那会儿|这会儿|准时)*"
_MOVES = (
    r"(?:发车|出发|发出|开出|开车|到站|来接|去接|来送|送到|送过来|接走|上车|送|发|开|走|来|到|收车|收班|收|停运|停|没车?"
    r"|跑|过|出|返程|返回|经过|接|始发)"
)
_GOOD = (
    r"(?:行|好|可以|合适|合理|恰当|妥|为宜|适宜|正合适|即可|正好|够|差不多|刚好|方便|成|中|理想|科学|解决|完美|来得及)"
)
_COUNT = r"(?:一|两|1|2|个|几)?个?"
_VEHICLE = r"(?:趟|班|车|辆)"
_WHICH = rf"(?:的|这|那|这个|那个|的那|的这){_COUNT}(?:趟|班|辆|车|首班|末班|早班|晚班|班车|专线)"
#: What may stand between the school's word and the time, on either side.
_SCHOOL_TO = (
    r"(?:时间|的时间|是|为|在|要|得|都|就|也|才|必须|规定|一般|基本|大概|大约|差不多|到|至|后|早|晚|上|里|说|定的|要求"
    r"|[^,，。;；车趟班线站]){0,5}$"
)
_TO_SCHOOL = (
    r"(?:才|就|准时|开始|必须|要|得|都|已经|已|能|便|刚|早就|还没|就要|便要|正式|准点|统一|下班|孩子|学生|大门|校门|也|还|集合"
    r"|还在|我|我们|家长|爷爷|奶奶|从|由|前){0,4}"
)
_WORDS_OF_LINES = r"发车|首班|末班|头班|早班|晚班|班车|专线|车|趟|班次|始发|到站|返程|回程|出发|线"
_FROM = r"(?:由|从|将|把|原来?的?|现在?的?|目前的?|比)[^,，。;；]{0,10}$"


def words() -> Words:
    """Return the patterns of the rule file as it now stands."""
    rule = rulebook.load("opinions/words")
    return _patterns(str(rule.path), rule.path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _patterns(_path: str, _changed: int) -> Words:
    rule = rulebook.load("opinions/words")
    written = _of_the_day(rule["day"]) | _of_roles(rule["role"])
    return {name: re.compile(pattern) for name, pattern in written.items()}


def _any_of(given: list[str]) -> str:
    return "(?:" + "|".join(sorted(given, key=len, reverse=True)) + ")"


def _of_the_day(day: Mapping[str, Any]) -> dict[str, str]:
    about = r"(?:的|是|在|约|大概|大约|差不多|大约在)?\s*$"
    return {
        "noon": r"(?:中午|正午)\s*$",
        "am": _any_of(day["before_am"]) + about,
        "pm": _any_of(day["before_pm"]) + about,
        "clause_am": _any_of(day["clause_am"]),
        "clause_pm": _any_of(day["clause_pm"]),
        "dawn": _any_of(day["before_dawn"]),
    }


def _of_roles(role: Mapping[str, Any]) -> dict[str, str]:
    change, weak, school = _any_of(role["change"]), _any_of(role["change_to"]), _any_of(role["school"])
    some = r"(?:一点|点|些|一?下|一个|个)?"
    day = r"(?:早上?|下午|晚上?|早晨|上午|约|大约|大概|差不多|统一)?"
    to = r"(?:到|成|为|至|在|于)"
    onward = r"(?:往后|往前|推迟|推后|延后|延迟|提前|提早|后推|顺延|再晚|再早|晚|早)"
    return {
        "ask": _any_of(role["ask"]),
        "ask_after": _any_of(role["ask_after"]),
        "add": _any_of(role["add"]),
        "now": _any_of(role["now"]),
        "bad": _any_of(role["bad"]),
        "complaint": _any_of(role["complaint"]),
        "dismissal": _any_of(role["dismissal"]),
        "school_left": school + _SCHOOL_TO,
        "school_right": f"^{_VAGUE}{_TO_SCHOOL}{school}",
        "to": rf"(?:{change}(?:整|迟|后|前|早|动|出)?{some}(?:了)?{to}?|{weak}{some}{to}){day}[^,，。;；到了]{{0,2}}$",
        "done": rf"(?:(?:{change}|{weak})(?:到|成|为)?了|被(?:{change}|{weak}){to}?)[^,，。;；]{{0,3}}$",
        "from": _FROM,
        "changed": rf"^{_VAGUE}(?:发车|开车|开|的车|的)?[^,，。;；]{{0,6}}?(?:{change}|{weak})(?:整|迟|后|前|早)?"
        rf"{some}(?:到|成|为|至)",
        "onward": rf"^{_VAGUE}(?:发车|开车|出发)?的?(?:时间)?(?:能不能|能否|可否|希望|建议|应该|应|请|最好)?{onward}"
        r"(?:推|挪|延|提|调|一点|点|些|个|移|\d|半|[一二三四五六七八九十])",
        "which": rf"^{_VAGUE}{_WHICH}",
        "which_ask": rf"^{_VAGUE}的(?:车|班车|班次|专线|趟|班|早班|晚班|校车)",
        "suits": rf"^{_VAGUE}(?:的?(?:车|班|趟))?(?:再|才)?{_MOVES}?(?:一趟|一班|车)?"
        rf"(?:就|比较|最|更|正|刚|也|都|才|最为|较)?是?(?:更|最|比较)?{_GOOD}",
        "again": rf"^{_VAGUE}(?:再|开始再){_MOVES}",
        "each": rf"^[^,，。;；]{{0,4}}各(?:有|开|发|加|增|来|安排|跑|增加|设|派)?{_COUNT}{_VEHICLE}",
        "wish": rf"^{_VAGUE}(?:(?:要是|若|如果|假如)?(?:能|可以|应该?|得|请|可)(?:不能|否)?(?:再|也|多|另|给|够)*"
        rf"(?:来|开|发|有|跑|走|派|到)|(?:再|多|加|增加?|补|加开|增开|加发)(?:来|开|发|有|跑|设)?(?:上|行|出|个)?{_COUNT}{_VEHICLE}"
        rf"|有{_COUNT}{_VEHICLE}(?:的话)?(?:就|最|多))",
        "if": r"(?:要是|如果|若是?|假如|假使|只要|哪怕)[^。;；]{0,16}$",
        "not": r"(?:不建议|不希望|不要|(?<![分特级个区类])别|不宜|不应该?|不用)[^,，。;；]{0,6}$",
        "gone": rf"^{_VAGUE}(?:就|才|已经|早就|便|已|就要|就得|就早早|早早就|准时就){_MOVES}",
        "moves": rf"^{_VAGUE}(?:从[^,，。;；]{{1,12}}?)?{_MOVES}",
        "bus": _WORDS_OF_LINES,
    }
