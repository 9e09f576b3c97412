"""Places named in a text: stops and places of the gazetteer, and what is called a road, a quarter or a landmark."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tici.engines.opinions.gazetteer import Gazetteer, Named
from tici.engines.opinions.numerals import flat

_ROAD = r"(?:大街|大道|东路|西路|南路|北路|东街|西街|南街|北街|环路|街|路|巷|胡同|高架|立交桥|桥)"
_QUARTER = (
    r"(?:小区|花园|家园|花苑|雅苑|佳苑|新村|新区|公寓|宿舍|社区|广场|公园|医院|商场|超市|市场|地铁站|车站|火车站"
    r"|体育馆|图书馆|学院|大学|御府|华府|国际城|新城|大厦|城中村|家属院)"
)
_NAME = re.compile(rf"[\u4e00-\u9fff]{{1,6}}?(?:{_ROAD}|{_QUARTER})")
#: Words that a name cannot begin with or hold: what stands before the name in the sentence.
_LEFT = re.compile(
    r".*(?:从|在|到|与|和|跟|及|经|沿|往|至|走|过|由|是|的|住|离|去|把|将|给|向|对|近|了|有|这|那|们|就|也|都|能|请|望|议|加|设|停|改|增|挪|移|放|起点|终点|途经|门口|附近|途径|路口|以及|靠近|绕到|拐到|出发|一个|一站|两个|几个|各|每|隔壁|整个|横穿|穿过|线路|可|为|叫)"
)
_COMMON = re.compile(
    r"^(?:.{0,3}(?:马|公|道|铁|半|这|那|线|一|两|几|修|绕|全|顺|走|沿|过|引|高|短|水|岔|迷|套|出|电|网|思|门)路|.?(?:小区|社区|超市|市场|医院|车站|公园|广场|大学|学院|公寓|宿舍|新区)|.{0,2}(?:桥|巷|街|大街|上街|逛街)|.*(?:各|本|我们|咱们|这个|那个|哪个|老旧|周边|附近|几个|多个|三个|两个|五个|整个)小区)$"
)


def places_in(
    text: str, gazetteer: Gazetteer, taken: Sequence[tuple[int, int]] = ()
) -> tuple[list[Named], list[Named]]:
    """Return the stops and the places a text names; what stands inside `taken` spans (schools) is left out."""
    plain = flat(text)
    spans = list(taken)
    stops = _given(plain, text, gazetteer.stops, spans)
    places = _given(plain, text, gazetteer.places, spans)
    for found in _NAME.finditer(plain):
        bound = _LEFT.match(found[0][:-1])
        start = found.start() + (bound.end() if bound else 0)
        name = plain[start : found.end()]
        if len(name) < 3 or _COMMON.match(name) or _overlaps(spans, start, found.end()):
            continue
        spans.append((start, found.end()))
        places.append(Named("", start, found.end(), text[start : found.end()]))
    return sorted(stops, key=lambda one: one.start), sorted(places, key=lambda one: one.start)


def _given(plain: str, text: str, names: Mapping[str, Sequence[str]], spans: list[tuple[int, int]]) -> list[Named]:
    codes = {flat(name): code for code, given in names.items() for name in given if len(name) > 1}
    if not codes:
        return []
    either = re.compile("|".join(re.escape(name) for name in sorted(codes, key=len, reverse=True)))
    found = []
    for at in either.finditer(plain):
        if not _overlaps(spans, *at.span()):
            spans.append(at.span())
            found.append(Named(codes[at[0]], at.start(), at.end(), text[at.start() : at.end()]))
    return found


def _overlaps(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(begin < end and start < stop for begin, stop in spans)
