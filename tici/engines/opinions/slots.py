"""What an opinion asks for, in parts a planner can use: line, school, aspect, times with their role, shift, place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from tici.engines import rulebook
from tici.engines.opinions.gazetteer import Gazetteer, Named
from tici.engines.opinions.line_names import lines_in
from tici.engines.opinions.numerals import flat
from tici.engines.opinions.place_names import places_in
from tici.engines.opinions.school_names import schools_in
from tici.engines.opinions.shifts import Shift, shifts
from tici.engines.opinions.times import AskedTime, Role, asked_times

__all__ = ["AskedTime", "Gazetteer", "Named", "Role", "Shift", "Slots", "Stance", "aspect_weights", "extract"]

Stance = Literal["for", "against", "complaint", "praise", "question"]

_PRAISE = re.compile(r"点赞|感谢|谢谢|好政策|特别好|非常好|太好了|好事|支持|满意|赞(?!成不)|拥护|暖心|贴心")
_AGAINST = re.compile(
    r"反对|不同意|不赞成|没(?:有)?必要|不建议|不要再?(?:开|加|设|增)|不应该?(?:开|加|设|增)|取消|撤销|撤掉|浪费|多余"
)
_FOR = re.compile(
    r"希望|建议|恳请|恳求|请求|请(?!问)|能否|能不能|可否|最好|应该|应当|盼|申请|呼吁|需要|增|加|开通|改|调"
)
_COMPLAINT = re.compile(r"赶不上|来不及|挤|没人|太|总是|老是|根本|不方便|危险|投诉|晚点|不够|等了|坐不|上不|没有|难")
_QUESTION = re.compile(r"[?？]|吗|请问|什么时候|怎么办|如何|可以.{0,8}么")


@dataclass(frozen=True)
class Slots:
    """What was found in a text; every find has its offsets.

    Attributes
    ----------
    lines, schools, stops, places
        Each mention, with the code of the gazetteer; a place that is in none has no code.
    unmatched
        Lines and schools that are in no gazetteer, for a person to add.
    aspects
        Codes of rule file ``opinions/aspects``, the likeliest first.
    times, shifts
        Every time of day with its role, and by how much something is to be moved.
    stance
        Whether the text asks for something, is against it, complains, praises or asks a question.
    """

    lines: tuple[Named, ...]
    schools: tuple[Named, ...]
    stops: tuple[Named, ...]
    places: tuple[Named, ...]
    unmatched: tuple[Named, ...]
    aspects: tuple[str, ...]
    times: tuple[AskedTime, ...]
    shifts: tuple[Shift, ...]
    stance: Stance

    @property
    def requested(self) -> tuple[int, ...]:
        """The times asked for, in minutes after midnight, each once."""
        return tuple(dict.fromkeys(time.minutes for time in self.times if time.role == "requested"))


def extract(text: str, gazetteer: Gazetteer) -> Slots:
    """Find what an opinion asks for.

    Parameters
    ----------
    text
        One point, or a whole short opinion.
    gazetteer
        What may be named in it.

    Notes
    -----
    Rules and words only, about a millisecond; nothing is learned. Words are rule files ``opinions/words`` and
    ``opinions/aspects``.
    """
    lines, unknown_lines = lines_in(text, gazetteer)
    schools, unknown_schools = schools_in(text, gazetteer)
    stops, places = places_in(text, gazetteer, [(one.start, one.end) for one in (*schools, *unknown_schools)])
    return Slots(
        lines=tuple(lines),
        schools=tuple(schools),
        stops=tuple(stops),
        places=tuple(places),
        unmatched=tuple(sorted((*unknown_lines, *unknown_schools), key=lambda one: one.start)),
        aspects=tuple(code for code, weight in aspect_weights(text).items() if weight >= 1),
        times=asked_times(text),
        shifts=shifts(text),
        stance=stance(text),
    )


def aspect_weights(text: str) -> Mapping[str, float]:
    """Return how much speaks for each aspect, the heaviest first; a strong word counts 1, a weak one 0.3."""
    plain = flat(text)
    found = {
        code: sum(bool(one.search(plain)) for one in strong) + 0.3 * sum(bool(one.search(plain)) for one in weak)
        for code, strong, weak in _aspects()
    }
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def stance(text: str) -> Stance:
    """Return what a text does: ask for, speak against, complain, praise or question."""
    asks, complains = _FOR.search(text), _COMPLAINT.search(text)
    if _PRAISE.search(text) and not complains and len(text) < 60:
        return "praise"
    if _AGAINST.search(text) and not re.search(r"增|加(?!密)|开通|新设", text):
        return "against"
    if asks:
        return "for"
    return "question" if _QUESTION.search(text) else "complaint" if complains else "for"


def _aspects() -> Sequence[tuple[str, tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]]:
    rule = rulebook.load("opinions/aspects")
    return _compiled(rule.path.stat().st_mtime_ns, str(rule.path))


@lru_cache(maxsize=8)
def _compiled(
    _changed: int, _path: str
) -> Sequence[tuple[str, tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]]:
    return [
        (one["code"], tuple(map(re.compile, one["strong"])), tuple(map(re.compile, one.get("weak", ()))))
        for one in rulebook.load("opinions/aspects")["aspect"]
    ]
