"""Times of day in a text: which half of the day is meant, and what role each has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from tici.engines.opinions.clocks import Clock, clocks
from tici.engines.opinions.numerals import flat
from tici.engines.opinions.shifts import shifts
from tici.engines.opinions.time_words import Words, words

Role = Literal["requested", "present", "school"]


@dataclass(frozen=True)
class AskedTime:
    """A time of day: minutes after midnight, and whether it is asked for, holds now, or is the school's own."""

    minutes: int
    role: Role
    start: int
    end: int


_CLAUSE_END = re.compile(r"[,，。;；!！?？\n]")
_SENTENCE_END = re.compile(r"[。!！?？;；\n]")
_DAY_WORD = (
    r"(?:早上?|早晨|下午|晚上?|傍晚|上午|中午|周[一二三四五六日末]|平时|冬季|夏季|冬天|夏天|冬|夏|约|大概|大约)?"
)
_LINK = r"\s*(?:[、/和与及跟或~～至到—–-]|还有|以及|或者)+\s*(?:的?(?:一班|一趟|两班|班)[、和])?"
_LIST = re.compile(_LINK + _DAY_WORD)
_LIST_BY_COMMA = re.compile(rf"[,，]\s*{_DAY_WORD}")
_SHARED = re.compile(
    r"[^,，。;；]{0,4}(?:各|[两二三四2-4]个?(?:班|趟|批))|[,，](?:分[两二三四]?(?:班|趟|批)|这样|这么|这两)"
)


def asked_times(text: str) -> tuple[AskedTime, ...]:
    """Return every time of day in a text with its role.

    Notes
    -----
    Times that stand in one list have one role. The half of the day comes from the words before a time, then from the
    time before it in a list, then from its clause; else hours from 1 to 5 are in the afternoon.
    """
    plain, said = flat(text), words()
    runs = _runs(plain, clocks(text))
    ends = [0, *(run[-1].end for run in runs)]
    begins = [*(run[0].start for run in runs), len(plain)]
    nearby = [_Context.of(plain, run, ends[at], begins[at + 1]) for at, run in enumerate(runs)]
    roles = _in_pairs([_role(near, said) for near in nearby], nearby, said)
    found: list[AskedTime] = []
    for run, role in zip(runs, roles, strict=True):
        half = ""
        for clock in run:
            half = _half_before(plain, clock, said) or half
            found.append(AskedTime(_on_the_day(plain, clock, half, said), role, clock.start, clock.end))
    return _with_implied(plain, found, said)


def _runs(plain: str, written: list[Clock]) -> list[list[Clock]]:
    """Put times of one list together: 7:00、7:20两班; 早八点,晚五点各一趟."""
    runs: list[list[Clock]] = []
    for clock in written:
        last = runs[-1][-1].end if runs else 0
        by_comma = runs and _LIST_BY_COMMA.fullmatch(plain, last, clock.start) and _SHARED.match(plain, clock.end)
        if runs and (by_comma or _LIST.fullmatch(plain, last, clock.start)):
            runs[-1].append(clock)
        else:
            runs.append([clock])
    return runs


def _in_pairs(roles: list[Role], nearby: list[_Context], said: Words) -> list[Role]:
    """Let what is asked after the second of two like clauses hold for both: 冬季7:30发车,夏季7:00发车,这样合理."""
    for at in range(len(roles) - 1, 0, -1):
        this, before = nearby[at], nearby[at - 1]
        is_like = 0 < len(before.right) == len(this.right) and before.right == this.right and len(before.rest) < 9
        if is_like and roles[at] == "requested" and not said["now"].search(before.left):
            roles[at - 1] = "requested"
    return roles


def _half_before(plain: str, clock: Clock, said: Words) -> str:
    before = _CLAUSE_END.split(plain[max(0, clock.start - 10) : clock.start])[-1]
    for half in ("noon", "am", "pm"):
        if said[half].search(before):
            return half
    return ""


def _on_the_day(plain: str, clock: Clock, half: str, said: Words) -> int:
    is_later = clock.hour < 12 and _is_afternoon(plain, clock, half, said)
    return (clock.hour + (12 if is_later else 0)) * 60 + clock.minute


def _is_afternoon(plain: str, clock: Clock, half: str, said: Words) -> bool:
    if half == "pm":
        return clock.hour < 9 or "晚" in plain[max(0, clock.start - 4) : clock.start]
    if clock.hour == 0 or clock.hour >= 7 or (half == "am" and clock.hour >= 5):
        return False
    clause = _clause(plain, clock)
    if clock.hour <= 5:
        return not (clock.hour == 5 and said["dawn"].search(clause))
    morning, evening = bool(said["clause_am"].search(clause)), bool(said["clause_pm"].search(clause))
    # Six o'clock alone: before twenty past people leave work, after it they wait for the bus to school.
    return evening if morning != evening else clock.minute < 20


def _clause(plain: str, clock: Clock) -> str:
    begin = max((at.end() for at in _CLAUSE_END.finditer(plain, 0, clock.start)), default=0)
    end = _CLAUSE_END.search(plain, clock.end)
    return plain[begin : end.start() if end else len(plain)]


@dataclass(frozen=True)
class _Context:
    """What stands around a list of times.

    ``left`` and ``right`` reach to the other times and to the clause's ends; ``clause`` and ``sentence`` to the
    beginnings of those, past other times; ``rest`` to the next time, past the clause.
    """

    left: str
    right: str
    clause: str
    sentence: str
    rest: str
    after: str
    leads_to_another: bool

    @classmethod
    def of(cls, plain: str, run: list[Clock], begin: int, end: int) -> _Context:
        first, last = run[0], run[-1]

        def after_last(mark: re.Pattern[str], low: int) -> int:
            return max((at.end() for at in mark.finditer(plain, low, first.start)), default=low)

        stop = _CLAUSE_END.search(plain, last.end, end)
        full_stop = _SENTENCE_END.search(plain, last.end)
        return cls(
            left=plain[after_last(_CLAUSE_END, begin) : first.start],
            right=plain[last.end : stop.start() if stop else end],
            clause=plain[after_last(_CLAUSE_END, 0) : first.start],
            sentence=plain[after_last(_SENTENCE_END, 0) : first.start],
            rest=plain[last.end : end],
            after=plain[last.end : full_stop.end() if full_stop else len(plain)],
            leads_to_another=end < len(plain),
        )


def _role(near: _Context, said: Words) -> Role:
    """Return what a list of times is, by the first of these that speaks."""
    asks, adds = bool(said["ask"].search(near.clause)), bool(said["add"].search(near.left))
    is_now = bool(said["now"].search(near.left))

    def right(*names: str) -> bool:
        return any(said[name].search(near.right) for name in names)

    moves_on = right("changed", "onward")
    if said["done"].search(near.left) or said["not"].search(near.left):
        return "present"
    if said["if"].search(near.left) and "就" in near.rest:
        return "requested"
    if right("which") or (right("which_ask") and not (asks or adds)):
        return "requested" if adds or (asks and not moves_on and not right("bad")) else "present"
    if said["to"].search(near.left) and not is_now:
        return "requested"
    if moves_on:
        return "present"
    if near.leads_to_another and said["from"].search(near.left) and said["to"].search(near.rest):
        return "present"
    if right("school_right") or (said["school_left"].search(near.left) and not adds and not right("moves", "wish")):
        return "school"
    if right("bad") and not asks:
        return "present"
    return _wish(near, said, asks=asks, adds=adds, is_now=is_now)


def _wish(near: _Context, said: Words, *, asks: bool, adds: bool, is_now: bool) -> Role:
    if any(said[name].search(near.right) for name in ("suits", "each", "again", "wish")):
        return "present" if is_now and not asks else "requested"
    if not asks and (said["gone"].search(near.right) or (is_now and not adds)):
        return "present"
    if asks or adds or said["ask"].search(near.sentence):
        return "requested"
    is_run = said["bus"].search(near.sentence + near.after)
    return "requested" if is_run and said["ask_after"].search(near.rest) else "present"


def _with_implied(plain: str, found: list[AskedTime], said: Words) -> tuple[AskedTime, ...]:
    """When nothing is asked for, but school ends at a time no bus serves: that time is what is asked for."""
    schools = [time for time in found if time.role == "school"]
    is_open = len(schools) == 1 and not any(time.role == "requested" for time in found)
    if not is_open or not said["complaint"].search(plain) or shifts(plain):
        return tuple(found)
    around = plain[max(0, schools[0].start - 12) : schools[0].end + 8]
    if not said["dismissal"].search(around):
        return tuple(found)
    return tuple(
        AskedTime(time.minutes, "requested", time.start, time.end) if time is schools[0] else time for time in found
    )
