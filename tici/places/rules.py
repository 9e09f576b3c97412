"""What codes and names say of places: kind, parent, short name and official order (GB/T 2260, GB/T 10114)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from .models import PlaceKind

LENGTHS = (6, 9, 12)  # county level and above; townships; townships in the statistical code
KINDS: dict[str, str] = {str(label): str(code) for code, label in PlaceKind.choices} | {
    kind.value: kind.value for kind in PlaceKind
}

_PARKS = (
    (re.compile(r"高新(?:技术)?(?:产业)?开发区$"), "高新区"),
    (re.compile(r"经济(?:技术)?开发区$"), "经开区"),
)
_ETHNIC = re.compile(r"^(.{2,}?)(?:各族|(?:.{1,4}?族)+)自治[县州旗]$")
_KEPT_WHOLE = ("新区", "林区", "特区", "园区", "开发区", "合作区", "管理区")


def kind_by_code(code: str, name: str) -> str:
    """The kind of a place as its code and the last character of its name say."""
    if len(code) > 6:
        return PlaceKind.TOWNSHIP
    if code.endswith("0000"):
        return PlaceKind.PROVINCE
    if code.endswith("00"):
        return PlaceKind.CITY
    if "71" <= code[4:6] <= "79":  # development zones counted apart, in the statistical code
        return PlaceKind.PARK
    if name.endswith("区"):
        return PlaceKind.DISTRICT
    return PlaceKind.COUNTY_CITY if name.endswith("市") else PlaceKind.COUNTY


def parent_by_code(code: str, known: Iterable[str]) -> str:
    """The code of the place a place lies in, as far as it is known; "" where it is not."""
    above = [code[:6]] if len(code) > 6 else []
    above += [f"{code[:4]}00", f"{code[:2]}0000"]
    known = set(known)
    return next((one for one in above if one in known and one != code), "")


def short_name(name: str, city: str = "") -> str:
    """A place as tables and sentences say it: 正定 for 正定县, 高新区 for 石家庄高新技术产业开发区.

    ``city`` is the short name of the city around it, left out where a name begins with it. Names of two
    characters stay whole (赵县), and so do names that would not be understood without their last word.
    """
    own = name.removeprefix(f"{city}市").removeprefix(city) if city and len(name) - len(city) > 2 else name
    for pattern, short in _PARKS:
        if pattern.search(own):
            return f"{pattern.sub('', own)}{short}" if pattern.sub("", own) else short
    if found := _ETHNIC.match(own):
        return found[1]
    if own.endswith("矿区"):
        return "矿区"
    if len(own) <= 2 or own.endswith(_KEPT_WHOLE):
        return own
    return own[:-1] if own[-1] in "省市区县旗" else own


def in_official_order(places: Iterable[tuple[str, str, str]]) -> list[str]:
    """Codes in the order official tables list them: each place before those in it, by code, parks behind the counties.

    ``places`` are (code, kind, parent code); a parent that is not among them stands for nothing.
    """
    rows = list(places)
    known = {code for code, _, _ in rows}
    inside: dict[str, list[tuple[bool, str]]] = {}
    for code, kind, parent in rows:
        inside.setdefault(parent if parent in known else "", []).append((kind == PlaceKind.PARK, code))
    ordered: list[str] = []
    waiting = [code for _, code in sorted(inside.get("", []), reverse=True)]
    while waiting:
        code = waiting.pop()
        ordered.append(code)
        waiting += [inner for _, inner in sorted(inside.get(code, []), reverse=True)]
    return ordered


def lie_in_a_ring(parents: Mapping[str, str]) -> set[str]:
    """Codes whose way up never ends, because places are said to lie in each other."""
    lost = set()
    for code in parents:
        seen, here = {code}, parents[code]
        while here in parents and here not in seen:
            seen.add(here)
            here = parents[here]
        if here in seen:
            lost.add(code)
    return lost
