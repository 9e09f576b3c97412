"""The heads of a form's columns: an indicator, and on which basis it is given.

People write both in any order and on any level: 工业总产值 over 本月 and 本年累计, 1-11月 over
工业总产值 and 利润总额, or 11月工业总产值 in one cell. So a head is taken apart: what it says of
time, and what is left, which names the indicator.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from tici.engines.periods import Month
from tici.engines.sheets.subjects import FormColumn, Subject
from tici.engines.sheets.vocabulary import Field, Header, Vocabulary, without_marks, without_unit

_SURE, _FIT, _LEFT_OPEN = 0.98, 0.74, 0.8
_CONTAINED = 0.7  # of what is left of a head, where it says more than an indicator's name
_SECOND = 0.01
_GROWTH = re.compile(
    r"(?:同比|(?:[比较]|与)(?:去年|上年)?(?:同期|同月)?(?:相?比)?(?:累计)?)?(?:±|[+]/?-)?"
    r"(?:增速|增长速度|增长率?|增幅|增减率|增减幅度?|增减|增\(减\)|升降幅?|±)(?![额量])|同比"
)
_BESIDE = re.compile("环比|增减额|增减量|增长额|增量|增加额|占比|比重|位次|排名|名次|完成率|进度|目标|计划|预计")
_YEAR = re.compile(r"(20\d\d)年?度?")
_LAST = re.compile("(?:去年|上年度?|上一年)?同期数?|去年|上年度?|上一年|基期")
_WHOLE_YEAR = re.compile("全年|年度")
_TO_DATE = re.compile(
    r"0?1(?:月份?)?[-至到](1[0-2]|0?[1-9]|n|本)月份?(?:份)?(?:累计)?|(?:自|从)?年初(?:以来|至今|[-至到]?本月)?(?:累计)?|"
    r"(?:今年|本年度?)?(?:累计|以来)(?:至本月)?"
)
_END = re.compile(r"(?:本?(?:期|月|年)|\d{1,2}月份?)末(?:余额|数|人数)?|余额")
_MONTH = re.compile("(1[0-2]|0?[1-9])月份?|当月|本月|单月|同月|本期|报告月")
_MADE_UP = 1900  # a year before this stands for a year nobody states
_FILLING = re.compile("完成|实现|绝对[额数量值]|指标值?|其中|主要|本年度?|今年|当年|单位|数值|情况")


@dataclass(frozen=True)
class Said:
    """What a head says of time; ``span`` is month, ytd, end or open.

    ``is_other`` is a time of which the form has no column, ``is_beside`` a figure that only an indicator of
    that name is: a rank, a plan, an increase.
    """

    span: str = ""
    is_last: bool = False
    is_growth: bool = False
    is_other: bool = False
    is_beside: bool = False

    def over(self, below: Said) -> Said:
        """Return what this level and the one below it say together."""
        return Said(
            below.span or self.span,
            self.is_last or below.is_last,
            self.is_growth or below.is_growth,
            self.is_other or below.is_other,
            self.is_beside or below.is_beside,
        )


@dataclass(frozen=True)
class Parsed:
    """A head taken apart: its indicator with how sure it is, and its time."""

    label: str | None
    score: float
    said: Said


def take_apart(text: str, month: Month | None) -> tuple[Said, str]:
    """Return what one level of a head says of time, and what is left of it."""
    body, _ = without_unit(text)
    beside, other = _BESIDE.search(body) is not None, False
    body, growth = _cut(_GROWTH, body)
    last, whole_year = False, _WHOLE_YEAR.search(body) is not None
    for year in _YEAR.finditer(body):
        steps = int(year[1]) - month.year if month and month.year > _MADE_UP else 0
        last, other = last or steps == -1, other or steps not in (0, -1)
    dated = _YEAR.search(body) is not None
    body, named_last = _cut(_LAST, _YEAR.sub("", body))
    span = ""
    if match := _TO_DATE.search(body):
        span = "ytd"
        other = other or _is_off(match[1], month)
        body = body[: match.start()] + body[match.end() :]
    if match := _END.search(body):
        span = "end"
        body = body[: match.start()] + body[match.end() :]
    if match := _MONTH.search(body):
        span = span or "month"
        other = other or _is_off(match[1], month)
        body = body[: match.start()] + body[match.end() :]
    other = other or (whole_year and not span and (dated or named_last))
    return Said(span, last or named_last, growth, other, beside), core(body)


def core(text: str) -> str:
    """Return what names an indicator, without the words people add."""
    return _FILLING.sub("", without_marks(text)).replace("%", "")


def _cut(pattern: re.Pattern[str], body: str) -> tuple[str, bool]:
    match = pattern.search(body)
    return (body[: match.start()] + body[match.end() :], True) if match else (body, False)


def _is_off(number: str | None, month: Month | None) -> bool:
    return bool(number) and month is not None and str(number).isdigit() and int(str(number)) != month.number


class FormVocabulary(Vocabulary):
    """The columns of a form, beside those that name its rows."""

    def __init__(self, subject: Subject, columns: Sequence[Mapping[str, Any]], words: Mapping[str, Any]) -> None:
        super().__init__(subject, _kept(subject, columns), words)
        self.columns: dict[str, list[FormColumn]] = {}
        self._labels: dict[str, str] = {}
        self._growing: dict[str, str] = {}  # indicators that are growth themselves: 增加值增速
        for column in subject.form:
            self.columns.setdefault(column.label, []).append(column)
            self.fields[column.code] = Field(column.code, _title(column), _kind(column), "", frozenset(), (), "")
            for name in (column.label, *column.names):
                self._labels.setdefault(core(without_unit(name)[0]), column.label)
                said, rest = take_apart(name, None)
                if said.is_growth and column.basis in ("", "month", "ytd"):
                    self._growing.setdefault(rest, column.label)
        self._beside = {
            column.label for column in subject.form for name in (column.label, *column.names) if _BESIDE.search(name)
        }
        self._by_length = sorted(self._labels, key=len, reverse=True)

    @cached_property
    def growths(self) -> Mapping[str, tuple[str, str]]:
        """Growth of an indicator, with the columns it can be computed from."""
        found = {}
        for column in self.subject.form:
            if not column.basis.startswith("growth"):
                continue
            own = {other.basis: other.code for other in self.columns[column.label]}
            span = column.basis.removeprefix("growth").removeprefix("_") or ("ytd" if "ytd" in own else "month")
            base = own.get(f"{span}_last_year") or own.get("last_year")
            if span in own and base:
                found[column.code] = own[span], base
        return found

    def hit(self, text: str) -> str | None:
        """Return what a cell heads: a field that names rows, or an indicator whatever its basis."""
        found = super().hit(text)
        if found or len(text) > 40:
            return found
        parsed = self._parse([text], None)
        return f"={parsed.label}" if parsed.label and parsed.score > _FIT else None

    def relate(self, headers: Mapping[int, Header], around: str) -> None:
        """Let 上年同期 and 增速 follow the column of their indicator before them, and a bare name what is missing."""
        parsed = {column: self._parse(header.texts, header.month) for column, header in sorted(headers.items())}
        given: dict[str, list[tuple[int, str]]] = {}
        for column, one in parsed.items():
            if one.label and one.said.span and not one.said.is_other:
                given.setdefault(one.label, []).append((column, one.said.span))
        for column, one in parsed.items():
            if one.label is None or one.said.span:
                continue
            own = given.get(one.label, [])
            if one.said.is_last or one.said.is_growth:
                before = [span for at, span in own if at < column]
                headers[column].span = before[-1] if before else own[0][1] if own else ""
            else:
                present = {span for at, span in own if not (parsed[at].said.is_last or parsed[at].said.is_growth)}
                missing = {"month", "ytd"} - present
                if len(missing) == 1:
                    headers[column].span = missing.pop()
        for column, one in parsed.items():
            header = headers[column]
            is_open = one.label is not None and not one.said.span and not header.span
            if is_open and _TO_DATE.search(without_unit(around)[0]):
                header.span = "ytd"

    def rank(self, header: Header) -> list[tuple[float, str]]:
        """Return the fields a header may stand for, the form's own columns among them."""
        parsed = self._parse(header.texts, header.month)
        if parsed.label is None:
            return super().rank(header)
        said = parsed.said
        if said.is_other or (said.is_beside and parsed.label not in self._beside):
            return []
        span = said.span or header.span
        codes = [column.code for column in self.columns[parsed.label] if _serves(column.basis, said, span)]
        if len(codes) == 1:
            return [(parsed.score, codes[0])]
        return [(min(parsed.score, _LEFT_OPEN - _SECOND * at), code) for at, code in enumerate(codes)]

    def _parse(self, texts: Sequence[str], month: Month | None) -> Parsed:
        said, rests = Said(), []
        own = [core(without_unit(text)[0]) for text in dict.fromkeys(texts)]
        for depth in range(len(own)):
            if label := self._labels.get("".join(own[depth:])):
                return Parsed(label, _SURE, Said() if depth == 0 else self._said(texts[:depth], month))
        for text in dict.fromkeys(texts):
            level, rest = take_apart(text, month)
            said = said.over(level)
            rests.append(rest)
        for depth in range(len(rests)):
            left = "".join(rests[depth:])
            if said.is_growth and left in self._growing:
                return Parsed(self._growing[left], _SURE, replace(said, is_growth=False))
            if label := self._labels.get(left):
                return Parsed(label, _SURE - 0.02 * depth, said)
        for rest in filter(None, reversed(rests)):
            for name in self._by_length:
                if name in rest and len(name) >= _CONTAINED * len(rest):
                    return Parsed(self._labels[name], _FIT, said)
        return Parsed(None, 0, said)

    def _said(self, texts: Sequence[str], month: Month | None) -> Said:
        said = Said()
        for text in texts:
            said = said.over(take_apart(text, month)[0])
        return said


def _serves(basis: str, said: Said, span: str) -> bool:
    """Whether a column of the form on a basis is what a head speaks of."""
    if said.is_growth:
        return basis == "growth" or (basis.startswith("growth_") and span in ("", basis.removeprefix("growth_")))
    if said.is_last:
        return basis == "last_year" or (basis.endswith("_last_year") and span in ("", basis.removesuffix("_last_year")))
    return basis in ("", span) or (not span and basis in ("month", "ytd", "end"))


def _kind(column: FormColumn) -> str:
    return "percent" if column.basis.startswith("growth") else column.kind


_SAID = {
    "month": "本月",
    "ytd": "本年累计",
    "end": "期末",
    "last_year": "上年同期",
    "end_last_year": "上年同期期末",
    "month_last_year": "上年同月",
    "ytd_last_year": "上年同期累计",
    "growth": "增速",
    "growth_month": "本月增速",
    "growth_ytd": "累计增速",
}


def _title(column: FormColumn) -> str:
    return column.label + _SAID.get(column.basis, "")


#: What rows that are places or clusters are headed by, where the list of enterprises says 企业名称.
_ROW_NAMES = {
    "cluster": {
        "label": "集群名称",
        "names": ["集群名称", "产业集群", "集群", "特色产业集群", "产业集群名称", "特色产业集群名称", "产业", "名称"],
        "like": ["集群(名称)?$", "^(主导|特色|优势)产业(名称)?$"],
    }
}


def _kept(subject: Subject, columns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the fields of the list of enterprises that name a form's rows, the row's own name fitted to what it is."""
    fields = {entry["code"]: dict(entry) for entry in columns}
    if subject.row_is == "place":
        fields["name"] = {**fields["place"], "code": "name", "kind": "text"}
        fields["name"]["names"] = [
            *fields["place"]["names"],
            "单位",
            "单位名称",
            "名称",
            "县(市、区)名称",
            "各县(市、区)",
        ]
    elif subject.row_is == "cluster":
        fields["name"] = {"code": "name", "kind": "text", **_ROW_NAMES["cluster"]}
    return [fields[code] for code in fields if code in subject.kept]
