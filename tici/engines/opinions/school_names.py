"""Schools named in a text: by their full names, by what people call them, and by what follows from a full name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tici.engines.opinions.gazetteer import Gazetteer, Named
from tici.engines.opinions.numerals import flat

_CITY = r"(?:[\u4e00-\u9fff]{2,3}市(?=[\u4e00-\u9fff]{3}))?(?:[\u4e00-\u9fff]{2,3}区(?=[\u4e00-\u9fff]{3}))?"
_SUFFIX = re.compile(r"(?:中心|实验|外国语|国际)?(?:小学校?|学校|幼儿园|幼稚园|附小)$")
_ROADLIKE = re.compile(r"(?:路|街|道|巷|桥|城|苑|园|村|庄|营|铺|国际|长安|花园|广场|新区|大街|公园|湾|府|庭)$")
_KINDERGARTEN = re.compile(r"幼儿园$")
#: What may follow a short name so that it is the school and no road or quarter: 神兴的家长, 神兴上学, 神兴三年级.
_GRADE = r"[一二三四五六1-6](?:年级|\(?\d{1,2}\)?班)"
_SCHOOLISH = (
    r"(?=小字|小孛|附小|学校|校门|校区|这?所学校|的?(?:家长|学生|老师|师生|校长|在校生|家委)|家委会"
    rf"|(?:上|念|读|就)(?:小学|学|书|读|{_GRADE})|{_GRADE}|上[一二三四五六]年级|门口放学|放学|毕业|招生|学区)"
)
_LOOSE = (
    rf"(?:{_SCHOOLISH}|(?=的?(?:孩子|娃|小孩|小朋友|专线)|专线|专\d|那条线|那边的?(?:孩子|学生)"
    r"|也?(?:没|没有)?(?:开|通)(?:专线|车)|什么时候|一直没|也想|也需要|也应))"
)
#: What may stand before it for the same: 我在神兴, 送到神兴 is not enough alone.
_MENTION = re.compile(
    r"(?P<name>[\u4e00-\u9fffA-Za-z0-9]{2,14}?(?:小学|幼儿园|学校|附小|实验学校))(?!生|的?路|校长|段|门前路|东街|西街|路口|家长学校)"
)
_LEFT_BOUND = re.compile(
    r".*(?:[我你他她您们咱]|是|在|给|为|到|的|和|与|及|跟|同|去|对|像|从|离|送|把|让|望|议|请|求|将|路过|往|至|读|上(?!庄|城)|接|从|者|但|可|了|个|条|所|家|有|经|能|由|虽|如|比|这|那|某|各|该|本|全|几|附近|周边|就读于|于|开通|希望|建议|关于|因为|孩子|孙子|孙女|儿子|女儿|[,，。、:：;；\s])"
)
_EMPTY = {
    "小学",
    "幼儿园",
    "学校",
    "中小学",
    "所小学",
    "各小学",
    "其他小学",
    "附近小学",
    "其他学校",
    "公办幼儿园",
    "私立学校",
    "农村小学",
    "民办学校",
    "公立幼儿园",
}


@dataclass(frozen=True)
class _Names:
    """A pattern over all names, and the code each stands for."""

    pattern: re.Pattern[str]
    codes: dict[str, str]


def schools_in(text: str, gazetteer: Gazetteer) -> tuple[list[Named], list[Named]]:
    """Return the schools a text names, and names of schools that are in no gazetteer.

    Notes
    -----
    The longest name wins. A short name that follows from a full one counts only where something of a school follows
    it, since most are names of roads and quarters too.
    """
    plain = flat(text)
    known, taken = [], []
    if names := _names(tuple((code, tuple(given)) for code, given in gazetteer.schools.items())):
        for found in names.pattern.finditer(plain):
            known.append(Named(names.codes[found[0]], found.start(), found.end(), text[found.start() : found.end()]))
            taken.append(found.span())
    unknown = [
        Named("", start, end, text[start:end])
        for start, end in _mentions(plain)
        if not any(begin < end and start < stop for begin, stop in taken)
    ]
    return known, unknown


@lru_cache(maxsize=16)
def _names(schools: tuple[tuple[str, tuple[str, ...]], ...]) -> _Names | None:
    codes: dict[str, str] = {}
    forms: list[tuple[str, str]] = []  # name, what must follow
    derived: list[tuple[str, str, str]] = []
    for code, given in schools:
        for at, name in enumerate(given):
            name = flat(name).strip()
            if name:
                codes.setdefault(name, code)
                forms.append((name, "" if at == 0 or len(name) > 2 or _is_school(name) else _LOOSE))
            if _is_school(name):
                derived += [(short, code, follows) for short, follows in _derived(name)]
    owners: Counter[str] = Counter()
    owners.update(short for short, _ in {(short, code) for short, code, _ in derived})
    elders = {code for code, given in schools if given and not _KINDERGARTEN.search(given[0])}
    for short, code, follows in derived:
        # A short name that fits two belongs to the primary school if only one of them is one, else to nobody.
        rivals = {other for name, other, _ in derived if name == short} & elders
        if short not in codes and (owners[short] == 1 or rivals == {code}):
            codes[short] = code
            forms.append((short, follows))
    if not forms:
        return None
    forms = sorted(dict.fromkeys(forms), key=lambda form: (-len(form[0]), form[1]))
    return _Names(re.compile("|".join(f"{re.escape(name)}{follows}" for name, follows in forms)), codes)


def _is_school(name: str) -> bool:
    return bool(_SUFFIX.search(name))


def _derived(name: str) -> Iterator[tuple[str, str]]:
    """Yield what a full name is shortened to, and what must follow there."""
    bare = re.sub(f"^{_CITY}", "", name)
    suffix = _SUFFIX.search(bare)
    if bare != name and suffix and suffix.start() >= 1:
        yield bare, ""
    for full in dict.fromkeys((name, bare)):
        suffix = _SUFFIX.search(full)
        if not suffix or suffix.start() < 2:
            continue
        core = full[: suffix.start()]
        if suffix[0].endswith("幼儿园"):
            yield from ((core + short, "") for short in ("幼", "幼稚园", "幼儿") if len(core) >= 2)
            if ordinal := re.search(r"第([一二三四五六七八九十]+)$", core):
                stem = core[: ordinal.start()]
                yield from ((f"{lead}{ordinal[1]}幼", "") for lead in dict.fromkeys((stem, stem[-2:], "")))
                yield from ((f"{lead}{ordinal[1]}幼儿园", "") for lead in dict.fromkeys((stem, stem[-2:], "")))
            continue
        middle = suffix[0].removesuffix("学校").removesuffix("小学").removesuffix("小学校")
        for ending in ("小学", "小", "学校", "附小", "小字", "小學", "完小"):
            if ending != "小":
                yield core + middle + ending, ""
                yield core + ending, ""
            else:
                yield core + ending, r"(?![学区型巷道路路口吃卖卖部])"
        if middle:
            yield core + middle, ""
        if middle == "外国语":
            yield core + "外语", ""
            yield re.sub(r"区$", "", core) + "外国语", ""
            yield re.sub(r"区$", "", core) + "外语", ""
            yield "外国语小学", ""
            yield "外国语学校", ""
        is_road = bool(_ROADLIKE.search(core))
        yield core, _SCHOOLISH if is_road else _LOOSE


def _mentions(plain: str) -> Iterator[tuple[int, int]]:
    """Yield where something called a school is named, cut at the left where its name seems to begin."""
    for found in _MENTION.finditer(plain):
        name = found["name"]
        bound = _LEFT_BOUND.match(name[:-2])
        start = found.start() + (bound.end() if bound else 0)
        rest = plain[start : found.end()]
        if rest not in _EMPTY and 4 <= len(rest) <= 12:
            yield start, found.end()
