"""Lines named in a text (3号线, 专线5路, 专1, 1、3、5号线, 金马小学专2); metro and city buses are not meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tici.engines.opinions.gazetteer import Gazetteer, Named
from tici.engines.opinions.numerals import NUMBER, flat, number

_AND = r"\s*(?:[、,，和与及跟/]|还有|以及)\s*"
_TO = r"\s*(?:至|到|~|-|—|–)\s*"
_EACH = rf"{NUMBER}(?:号|路)?(?:专?线)?"
_NUMBERS = rf"(?P<first>{NUMBER})(?P<more>(?:(?:号|路)?(?:专?线)?(?:{_AND}|{_TO})(?:专线)?{NUMBER})*)"
_KIND = r"[\"“”'‘’「」《》]?(?:小学生|学生|幼儿|免费|公交|校园|上学|直通|定制|通学|助学|接送|小学|、|\s)*"
_NOT_BEFORE = r"(?<![\d月第楼院年.:点/栋幢单路])(?<!地铁)(?<!轨道)(?<!轻轨)(?<!城铁)"
_NAMED = re.compile(
    rf"""
      {_NOT_BEFORE}{_NUMBERS}\s*(?:号|\#|＃)\s*{_KIND}[\"“”'’」》]?(?:专线|线路|线|专车|公交专线|公交车?(?!站)|校车|班车|车(?!门|厢|位|库|道|间|站|主|牌|祸|型|队|票)|那条线|那条专线|那趟线|那条)
    | {_NOT_BEFORE}{_NUMBERS}\s*路\s*{_KIND}(?:专线|专车|校车)
    | {_NOT_BEFORE}(?P<bare>\d{{1,2}})\s*线(?!城市|队|品牌|下|上|江|缝)
    | 专\s*线?\s*[(（"“:：]?\s*(?:第\s*)?{_NUMBERS.replace("first", "first3").replace("more", "more3")}
        \s*(?:号|路|线)(?!楼|院|门|口|边|上(?!的|学|车))
    | 专\s*线?\s*[(（]?\s*(?P<digits>\d{{1,2}})
        (?!\d|\s*[月:：.点时趟班条辆个人年米分天公里元次站块%日多来所万千百年]|\s*小时|\s*-\d)
    | 线路\s*[(（]?(?P<route>\d{{1,2}})(?!\d|\s*[月:：.点时趟班条辆个人年米分天公里元次站块%日多])
    """.replace("(?P<first>", "(?P<first1>", 1)
    .replace("(?P<more>", "(?P<more1>", 1)
    .replace("(?P<first>", "(?P<first2>", 1)
    .replace("(?P<more>", "(?P<more2>", 1),
    re.VERBOSE,
)
#: 3号 alone means the line where nothing else can be numbered so and the text speaks of lines.
_ALONE = re.compile(
    rf"(?<![\d月日年楼院栋幢路街巷道门单元]){_NUMBERS}\s*[号路](?=早班|晚班|首班|末班|早上|下午|那趟|这趟|那条|这条|那班|这班|的?车(?!站|牌|厢)|车(?!站|牌|厢)"
    r"|站点|发车|绕|太挤|能不能|能否|的(?:司机|师傅|站|时间|班次)|(?:也|都|实在|总|老)|一共|全程|经过|途经|沿线|挤|上(?:的|面)(?:孩子|司机|人))"
)
_SPEAKS_OF_LINES = re.compile(r"专线|号线|免费公交|\d路专|校车")
_METRO_BEFORE = re.compile(r"(?:地铁|轨道交通?|轻轨|城铁)[^,，。;；!?！？\n]{0,8}$")
_METRO_AFTER = re.compile(r"\s*(?:地铁|换乘|轨道|的地铁)")
_CITY_BUS = re.compile(r"(?:坐|倒|换|乘|转|搭|挤)(?:乘|车|坐)?$")
_MOST = 40


def lines_in(text: str, gazetteer: Gazetteer) -> tuple[list[Named], list[Named]]:
    """Return the lines a text names, and mentions of lines that are in no gazetteer.

    Notes
    -----
    Without lines in the gazetteer every number is its own code.
    """
    plain = flat(text)
    numbers = numbered(gazetteer)
    known, unknown = [], []
    taken: list[tuple[int, int]] = []
    for code, start, end in by_name(plain, gazetteer):
        taken.append((start, end))
        known.append(Named(code, start, end, text[start:end]))
    for start, end, values, is_sure in _mentions(plain):
        if any(begin < end and start < stop for begin, stop in taken):
            continue
        taken.append((start, end))
        for value in values:
            code = numbers.get(value, "" if numbers else str(value))
            if code:
                known.append(Named(code, start, end, text[start:end]))
            elif is_sure:
                unknown.append(Named("", start, end, text[start:end]))
    return sorted(known, key=_place), sorted(unknown, key=_place)


def numbered(gazetteer: Gazetteer) -> dict[int, str]:
    """Return the code of each line that has a number: one in its name, or its code itself."""
    found: dict[int, str] = {}
    for code, names in gazetteer.lines.items():
        for name in (*names, code):
            said = re.fullmatch(rf"(?:专线?|线路)?第?({NUMBER})(?:号|路|线|专线|\D{{0,12}}线)?", flat(name))
            value = number(said[1]) if said else None
            if value is not None:
                found.setdefault(value, code)
    return found


def by_name(plain: str, gazetteer: Gazetteer) -> Iterator[tuple[str, int, int]]:
    """Yield lines named as the gazetteer names them (金马小学专1, or 金马专1 without 小学), the longest names first."""
    names: dict[str, str] = {}
    for code, given in gazetteer.lines.items():
        for name in given:
            name = flat(name).strip()
            if re.fullmatch(rf"(?:专线?)?{NUMBER}(?:号|路|线|专线)*", name):
                continue
            for form in _forms(name):
                names.setdefault(form, code)
    if not names:
        return
    either = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
    for found in either.finditer(plain):
        yield names[found[0]], found.start(), found.end()


def _forms(name: str) -> Iterator[str]:
    yield name
    said = re.fullmatch(rf"(.{{2,16}}?)(小学|学校|幼儿园)?专(?:线)?({NUMBER})(?:号|路|线)*", name)
    value = number(said[3]) if said else None
    if not said or value is None:
        return
    digits = [str(value), *(["一二三四五六七八九十"[value - 1]] if 0 < value <= 10 else [])]
    stems = {said[1] + (said[2] or ""), said[1] + ("小" if said[2] == "小学" else said[2] or ""), said[1]}
    for stem in stems:
        for digit in digits:
            for mark in ("专{}", "专线{}", "专{}号", "专{}路", "专{}线", "专线{}号", "{}号专线", "{}号线", "专线{}路"):
                yield stem + mark.format(digit)


def _mentions(plain: str) -> Iterator[tuple[int, int, list[int], bool]]:
    for found in _NAMED.finditer(plain):
        before = plain[max(0, found.start() - 14) : found.start()]
        is_metro = _METRO_BEFORE.search(before) or _METRO_AFTER.match(plain, found.end())
        if is_metro and not found[0].startswith("专"):
            continue
        alone = found["bare"] or found["digits"] or found["route"]
        firsts = [found[f"first{at}"] for at in (1, 2, 3)]
        mores = [found[f"more{at}"] for at in (1, 2, 3)]
        values = [int(alone)] if alone else _all(next(filter(None, firsts)), next(filter(None, mores), ""))
        if any(_is_year_or_more(value) for value in values) or not values:
            continue
        yield found.start(), found.end(), values, True
    if not _SPEAKS_OF_LINES.search(plain):
        return
    for found in _ALONE.finditer(plain):
        is_city_bus = found[0].rstrip().endswith("路") and _CITY_BUS.search(plain[: found.start()])
        if not is_city_bus and (values := _all(found["first"], found["more"])):
            yield found.start(), found.end(), values, False


def _all(first: str, more: str) -> list[int]:
    values = [number(first)]
    for link, words in re.findall(rf"({_AND}|{_TO})(?:专线)?({NUMBER})", more):
        value = number(words)
        if re.fullmatch(_TO, link) and value is not None and values[-1] is not None and 0 < value - values[-1] <= 12:
            values += range(values[-1] + 1, value + 1)
        else:
            values.append(value)
    return [value for value in values if value is not None and value > 0]


def _is_year_or_more(value: int) -> bool:
    return value > _MOST


def _place(named: Named) -> tuple[int, int]:
    return named.start, named.end
