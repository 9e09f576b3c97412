"""What counties call things: the rulebook's columns and words, ready for matching.

A header is brought to one form by ``canonical``; ``rank`` says which fields it may be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from tici.engines.periods import Month
from tici.engines.sheets.amounts import MEASURES, full_unit
from tici.engines.sheets.subjects import Subject
from tici.engines.sheets.text import plain

_UNIT = re.compile(
    r"[(\[【](?:单位:?)?(亿元|千万元|百万元|万元|千元|元|亿千瓦时|万千瓦时|兆瓦时|千瓦时|亿度|万度|万kwh|kwh|mwh|万人|千人"
    r"|亿|万|%|[个人亩项家年月户吨]|(?<=电量[(\[【])度)(?:[、,/]?%?)[)\]】]"
    r"|(?:单位:|[/:,_-])(亿元|千万元|百万元|万元|千元|元|%)$"
    r"|(亿元|千万元|百万元|万元|千元|%|亿千瓦时|万千瓦时|千瓦时|万度)$"
)
_DIGITS = re.compile(r"[(\[]?\d+位(?:数|码)?[)\]]?|[(\[]盖章[)\]]|[(\[]?必填[)\]]?|[(\[]下拉[^)\]]*[)\]]")
# What a form says beside a heading: its number, a star, a formula, how to fill it in.
_MARKS = re.compile(r"^[\s*※★☆●◆\u2460-\u2473\u2474-\u2487]+")
_HINTS = re.compile(r"=.*$|[(\[](?:是/否|可空|选填|保留|精确|按|如|填|格式)[^)\]]*[)\]]")
_UNIT_AND_HINT = re.compile(r"([(\[【](?:单位:?)?(?:亿元|万元|千元|元|%|个|亩|人))[,、;][^)\]】]*(?=[)\]】])")
_PUNCTUATION = re.compile(r"[\s()\[\]【】{}<>《》:;,.、。;·'\"“”‘’/\\|_*+&!?#]+")
_YEAR_MONTH = re.compile(r"(20\d\d)[年./-](1[0-2]|0?[1-9])月?(?!\d)")
_SPAN = re.compile(r"(?:(20\d\d)年度?)?0?1(?:月份?)?[-至到](1[0-2]|0?[1-9]|n|本)月份?", re.I)
_YEAR = re.compile(r"(20\d\d)(?:年度|年|(?=[^\d]|$))")
_BRACKETED_MONTH = re.compile(r"[(\[](\d{1,2}|n|x)[)\]](?=月)")  # 1-（11）月, to be filled in by hand
_LONE_MONTH = re.compile(r"(?<![\d.-])(1[0-2]|0?[1-9])月份?")
_SAME = [
    (re.compile("本年度|今年|当年|全年度|年内|本年年度"), "本年"),
    (re.compile("去年|上年度|上一年"), "上年"),
    (re.compile("明年|次年|下年度|来年|下一年"), "下年"),
    (re.compile("当月|本月份|报告月|本期|当期"), "本月"),
    (re.compile("本月本月"), "本月"),
    (re.compile("上个月|上月份"), "上月"),
    (re.compile("下个月|下月份|次月"), "下月"),
    (re.compile("截止|截至到|截至于|截到"), "截至"),
    (re.compile("累计至|累至"), "截至"),
    (re.compile("上年(?:本年累计|截至本月|本月)"), "上年同期"),
    (re.compile("本年(?=本年|本月|上月|上年|下月|年初)"), ""),
    (re.compile("(?:截至|至)(?=本年累计|上月止|上年底)"), ""),
    (re.compile("上月止(?:底|末|止)?"), "上月止"),
    (re.compile("(?:本年)?年初(?:至|到|-)?(?:今|本月|目前)(?:底|末|止)?"), "本年累计"),
    (re.compile("完成情况"), "完成"),
    (re.compile("(?:本年)?1-本月"), "本年累计"),
]
_OF_TIME = re.compile("[年月期截累]|完成情况")  # what every pattern of _SAME has
_WEAK = frozenset(
    [
        "本月",
        "计划",
        "实际",
        "小计",
        "合计",
        "累计",
        "文号",
        "日期",
        "时间",
        "状态",
        "完成",
        "名称",
        "单位",
        "领导",
        "姓名",
        "职务",
        "电话",
        "本年",
        "开工",
        "竣工",
        "投资",
        "金额",
        "数量",
        "项目",
        "县",
        "区",
        "企业",
        "情况",
    ]
)
_DUTY = re.compile("包联|责任|包保|分包")
OTHER_MONTH = "other_month"  # the field of a figure of another month than the reported one, which is no other field's


@dataclass(frozen=True)
class Field:
    """One field of a row and how its column may be headed; a range fills its two ``parts``."""

    code: str
    label: str
    kind: str
    side: str
    names: frozenset[str]
    patterns: tuple[str, ...]
    forbidden: str
    parts: tuple[str, str] = ("planned_start", "planned_finish")

    @cached_property
    def like(self) -> list[re.Pattern[str]]:
        """Patterns searched in a whole header."""
        return [re.compile(pattern) for pattern in self.patterns]

    @cached_property
    def unlike(self) -> re.Pattern[str] | None:
        """The pattern that no header of this field has."""
        return re.compile(self.forbidden) if self.forbidden else None


class Header:
    """One column's header from the top level down, in canonical form, with the unit it names.

    ``texts`` are the levels as written. ``span`` is what the columns beside it show of the time it
    leaves open (see ``Vocabulary.relate``).
    """

    __slots__ = ("levels", "month", "span", "texts", "unit", "whole")

    def __init__(self, texts: Sequence[str], month: Month | None) -> None:
        self.levels: list[str] = []
        self.unit: str | None = None
        self.texts, self.month = tuple(texts), month
        self.span = ""
        for text in texts:
            level, unit = canonical(text, month)
            self.unit = unit or self.unit
            if level and (not self.levels or level != self.levels[-1]):
                self.levels.append(level)
        self.whole = _alike("".join(self.levels))


class Vocabulary:
    """The rulebook's columns of one subject, and the words all subjects share."""

    def __init__(self, subject: Subject, columns: Sequence[Mapping[str, Any]], words: Mapping[str, Any]) -> None:
        self.subject = subject
        self.fields = {entry["code"]: _field(entry) for entry in columns}
        self.by_name: dict[str, str] = {}
        for field in self.fields.values():
            for name in field.names:
                self.by_name.setdefault(name, field.code)
        self.row_words = {key: re.compile(pattern, re.I) for key, pattern in words["rows"].items()}
        self.sheet_words = {key: re.compile(pattern, re.I) for key, pattern in words["sheets"].items()}
        self._choices = {
            code: [(value, re.compile(pattern)) for value, pattern in words.get(code, {}).items()]
            for code, field in self.fields.items()
            if field.kind == "choice"
        }
        self.proper = re.compile(subject.proper) if subject.proper else None
        self._ranks: dict[tuple[str, ...], list[tuple[float, str]]] = {}
        self._hits: dict[str, str | None] = {}

    @cached_property
    def summed(self) -> frozenset[str]:
        """The fields of which a total is the sum of its rows."""
        kinds = {*MEASURES, "quantity"}
        return frozenset(code for code, field in self.fields.items() if field.kind in kinds)

    @property
    def growths(self) -> Mapping[str, tuple[str, str]]:
        """Fields that are growth, each with the figure and the figure a year earlier."""
        return {}

    def relate(self, headers: Mapping[int, Header], around: str) -> None:
        """Let the columns of a table say of each other what a header by itself leaves open."""

    def hit(self, text: str) -> str | None:
        """Return the field whose name a cell holds word for word, ``None`` if it is no header."""
        if text not in self._hits:
            self._hits[text] = self.by_name.get(canonical(text, None)[0]) if len(text) <= 40 else None
        return self._hits[text]

    def rank(self, header: Header) -> list[tuple[float, str]]:
        """Return the fields a header may stand for with a score from 0 to 1, best first."""
        key = (*header.levels, header.whole)
        if key not in self._ranks:
            self._ranks[key] = self._score(header)
        return self._ranks[key]

    def _score(self, header: Header) -> list[tuple[float, str]]:
        whole, levels = header.whole, header.levels
        scores: dict[str, float] = {}

        def note(code: str, score: float) -> None:
            scores[code] = max(score, scores.get(code, 0))

        if whole in self.by_name:
            note(self.by_name[whole], 1.0)
        for depth in range(1, len(levels)):
            tail = "".join(levels[depth:])
            code = self.by_name.get(tail)
            if code and not self._is_forbidden(code, whole):
                note(code, (0.62 if tail in _WEAK else 0.95) + (0.02 if _DUTY.search(levels[0]) else 0))
        for field in self.fields.values():
            if self._is_forbidden(field.code, whole):
                continue
            for pattern in field.like:
                if match := pattern.search(whole):
                    note(field.code, 0.55 + 0.3 * (match.end() - match.start()) / max(1, len(whole)))
        if OTHER_MONTH in scores:
            return [(scores[OTHER_MONTH], OTHER_MONTH)]
        return sorted(((score, code) for code, score in scores.items()), key=lambda item: -item[0])

    def _is_forbidden(self, code: str, whole: str) -> bool:
        unlike = self.fields[code].unlike
        return unlike is not None and unlike.search(whole) is not None

    def choice(self, field: str, text: str) -> str | None:
        """Return the word of a vocabulary (category, level, stage) that a text means."""
        return self._choose(field, plain(text))

    def choices_in(self, field: str, text: str) -> set[str]:
        """Return every word of a vocabulary that a text mentions."""
        body = plain(text)
        return {value for value, pattern in self._choices[field] if pattern.search(body)}

    @lru_cache(maxsize=4096)  # noqa: B019 -- one vocabulary lives as long as the process
    def _choose(self, field: str, body: str) -> str | None:
        for value, pattern in self._choices[field]:
            if body == value or pattern.search(body):
                return value
        return None


def canonical(text: str, month: Month | None) -> tuple[str, str | None]:
    """Return a header text in the form the rulebook's names have, and the unit it names.

    Dates become relative to the month of the report: in November 2021 ``2021年1—10月`` is
    ``上月止``. Without a month, a span of months is taken to end at the report's month.
    """
    body, unit = without_unit(text)
    body = _relative(_BRACKETED_MONTH.sub(r"\1", body), month)
    body = _PUNCTUATION.sub("", body)
    return body.removesuffix("%"), unit


def without_unit(text: str) -> tuple[str, str | None]:
    """Return a header text in lower case and half width, its unit taken off, and that unit."""
    body = _DIGITS.sub("", plain(_MARKS.sub("", text)).lower())
    body = _UNIT_AND_HINT.sub(r"\1", _HINTS.sub("", body))
    match = _UNIT.search(body)
    if match is None:
        return body, None
    unit = full_unit(next(group for group in match.groups() if group))
    return (body[: match.start()] + body[match.end() :] if match[0] != body else body), unit


def without_marks(body: str) -> str:
    """Return a header text without its punctuation."""
    return _PUNCTUATION.sub("", body)


def spans(text: str) -> list[int]:
    """Return the months at which spans such as ``1—11月`` in a text end."""
    return [int(match[2]) for match in _SPAN.finditer(plain(text)) if match[2].isdigit()]


def _relative(body: str, month: Month | None) -> str:
    if any(c.isdigit() for c in body):
        body = _SPAN.sub(lambda m: _span(m, month), body)
        body = _YEAR_MONTH.sub(lambda m: _year_word(int(m[1]), month) + _month_word(int(m[2]), month, int(m[1])), body)
        body = _YEAR.sub(lambda m: _year_word(int(m[1]), month), body)
        body = _LONE_MONTH.sub(lambda m: _month_word(int(m[1]), month, None), body)
    return _alike(body)


def _alike(body: str) -> str:
    """Return a text with one word for each of the ways to speak of a time."""
    if _OF_TIME.search(body):
        for pattern, word in _SAME:
            body = pattern.sub(word, body)
    return body


def _span(match: re.Match[str], month: Month | None) -> str:
    if match[1] and month and int(match[1]) != month.year:
        return _year_word(int(match[1]), month) + "同期"
    if month is None or not match[2].isdigit():
        return "本年累计"
    steps = int(match[2]) - month.number
    return {0: "本年累计", -1: "上月止"}.get(steps, "全年" if match[2] == "12" else f"{match[2]}月止")


def _year_word(year: int, month: Month | None) -> str:
    steps = 0 if month is None else year - month.year
    return {0: "本年", -1: "上年", 1: "下年"}.get(steps, f"{year}年")


def _month_word(number: int, month: Month | None, year: int | None) -> str:
    if month is None:
        return "本月"
    if year is not None and year != month.year:
        return "" if number == 12 else f"{number}月"
    return {0: "本月", -1: "上月", 1: "下月"}.get(number - month.number, f"{number}月")


def _field(entry: Mapping[str, Any]) -> Field:
    names = frozenset(name for name in (canonical(text, None)[0] for text in entry["names"]) if name)
    return Field(
        code=entry["code"],
        label=entry["label"],
        kind=entry["kind"],
        side=entry.get("side", ""),
        names=names,
        patterns=tuple(entry.get("like", ())),
        forbidden=entry.get("unlike", ""),
        parts=tuple(entry.get("parts", ("planned_start", "planned_finish"))),
    )
