"""What stands around a table: the month and place a sheet speaks for, and what kind of sheet it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from tici.engines.periods import Month
from tici.engines.sheets.dates import read_date
from tici.engines.sheets.places import Gazetteer
from tici.engines.sheets.subjects import PROJECTS, Subject
from tici.engines.sheets.text import plain
from tici.engines.sheets.vocabulary import Vocabulary, spans

_YEAR_MONTH = re.compile(r"(20\d\d)(?:年度?|[./-])(1[0-2]|0?[1-9])(?:月|(?![\d.]))")
_YEAR_SPAN = re.compile(r"(20\d\d)年度?0?1[-至到](1[0-2]|0?[1-9])月")
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_CHINESE_YEAR = re.compile(r"二[〇零○O0][一二三四][〇零○O0一二三四五六七八九]年")
_MONTH = re.compile(r"(?<![\d.-])(1[0-2]|0?[1-9])月(?!\d)")
_DAY_CODE = re.compile(r"(?<!\d)(?:20\d\d)?(1[0-2]|0[1-9])(30|31|28|29)(?!\d)")
_CUT = re.compile(r"(?:截[止至]|数据)[^\d]{0,6}(20\d\d.*)")
_FILED = re.compile(r"(?:填报|填表|报送|上报|制表|报表)(?:时间|日期)[:]?(20\d\d.*)")
_INTENDED = re.compile("计划|目标|预计|安排|下月|任务|拟")
_PART = re.compile(r"\d{1,2}月|预计|预测|累计|本年|今年|拟|计划")
_DONE = re.compile("完成|当月|累计")
_BEFORE = re.compile(r"\d月[^累完]{0,2}前")  # 6月底前完成供地
_BARE = re.compile("本月|当月|本期|当期|本年|年初|今年|累计|至今")
_NO_BARE = re.compile(r"\d月|开工|上年|去年")
_FEW = 3
_SPAN_YEAR = re.compile(r"(20\d\d)年?度?0?1(?:月份?)?[-至到](?:1[0-2]|0?[1-9])月")
_PAST = re.compile("底|末|以前|年前|同期|以后|及以")
_PLANNED = re.compile("计划|目标|任务")
_DATED = re.compile("开工|竣工|完工|投产")
_NO_YEAR = 1000
_EARLY_DAYS = 20  # a sheet filed before the 20th reports the month before


@dataclass(frozen=True)
class Clues:
    """What one text says about the time: a year, a month's number, or both."""

    year: int | None = None
    number: int | None = None


def clues(text: str) -> Clues:
    """Return the year and month a title, a sheet's name or a file's name speaks of."""
    body = plain(text)
    if match := _YEAR_SPAN.search(body) or _YEAR_MONTH.search(body):
        return Clues(int(match[1]), int(match[2]))
    year = int(match[1]) if (match := _YEAR.search(body)) else None
    if year is None and (match := _CHINESE_YEAR.search(body)):
        period = read_date(match[0])
        year = period.first.year if period else None
    if ends := spans(body):
        return Clues(year, max(ends))
    if match := _MONTH.search(body) or _DAY_CODE.search(body):
        return Clues(year, int(match[1]))
    return Clues(year)


def filed_clues(texts: Iterable[str]) -> Clues:
    """Return what the lines above a table say: 截止日期 is the month itself, 填报时间 the days after it."""
    filed: Month | None = None
    for text in texts:
        body = plain(text)
        if match := _CUT.search(body):
            period = read_date(match[1])
            if period and period.precision in ("day", "month"):
                return Clues(period.first.year, period.first.month)
        if match := _FILED.search(body):
            period = read_date(match[1])
            if period and period.precision == "day":
                filed = Month.of(period.first) - (period.first.day < _EARLY_DAYS)
    if filed:
        return Clues(filed.year, filed.number)
    for text in texts:
        if re.fullmatch(r"20\d\d[年./-](?:1[0-2]|0?[1-9])月?(?:\d{1,2}日)?", plain(text)):
            return clues(text)
    return Clues()


@dataclass(frozen=True)
class When:
    """The time a sheet speaks for, as far as it is known."""

    year: int | None
    number: int | None
    is_own: bool  # the sheet itself says so, not only its file

    @property
    def month(self) -> Month | None:
        """The month, where both its year and its number are known."""
        return Month(self.year, self.number) if self.year and self.number else None

    @property
    def anchor(self) -> Month | None:
        """The month to which the dates in headers are relative; its year is made up where none is known."""
        if self.number is None and self.year is None:
            return None
        return Month(self.year or _NO_YEAR, self.number or 12)


def when_of(
    headers: Sequence[str],
    title: str,
    sheet: str,
    above: Sequence[str],
    file: str,
    hint: Month | None,
    subject: Subject,
) -> When:
    """Return the time a sheet speaks for, and whether the sheet itself (not its file) says so.

    Parameters
    ----------
    headers, title, sheet, above, file
        Texts of the header, the title, the sheet's name, the lines between, the file's name.
    hint
        The month the caller expects, used for what the texts leave open.
    subject
        What the rows speak of.
    """
    done = [text for text in headers if not _INTENDED.search(text)]
    ends = _months_done(done) if subject is PROJECTS else [end for text in done for end in spans(text)]
    own = [clues(title), clues(sheet), filed_clues(above)]
    outside = clues(file)
    number = next((clue.number for clue in own if clue.number), None)
    is_believed = subject is not PROJECTS or any(map(_is_of_the_month, done))
    if ends and (number is None or not is_believed or max(ends) > number):
        number = max(ends)  # a date beside the sender's name may be the day it was written
    if number is None:
        dated = [text for text in done if "完成" in text or subject.form]
        lone = [int(match[1]) for text in dated if (match := _MONTH.search(plain(text)))]
        number = max(lone, default=None)
    is_own = number is not None
    number = number or outside.number
    years = _years_told(headers) if subject is PROJECTS else []
    years += [clue.year for clue in (*own, outside) if clue.year]
    years += _years_in(headers, subject, hint)
    year = years[0] if years else (hint.year if hint else None)
    if number is None and hint and hint.year == year:
        number = hint.number
    return When(year, number, is_own)


def _months_done(done: Sequence[str]) -> list[int]:
    """Return the months up to which heads say that something was done: ends of spans, and the few named alone."""
    texts = [plain(text) for text in done if _DONE.search(text) and not _BEFORE.search(plain(text))]
    alone = {int(match[1]) for text in texts for match in _MONTH.finditer(text)}
    return [*(end for text in done for end in spans(text)), *(alone if len(alone) <= _FEW else ())]


def _is_of_the_month(head: str) -> bool:
    """Whether a head speaks of the report's own month or year to date without naming a month."""
    body = plain(head)
    return bool(_BARE.search(body)) and not _NO_BARE.search(body)


def _years_told(headers: Sequence[str]) -> list[int]:
    """Return the report's year as heads tell it: of a span of its months, else of what was done and planned.

    A title may speak of a programme of three years, and heads of the years before.
    """
    texts = [plain(text) for text in headers]
    spanned = [int(match[1]) for text in texts if "计划" not in text for match in _SPAN_YEAR.finditer(text)]
    if spanned:
        return [max(spanned)]
    named = [(int(match[1]), text) for text in texts if (match := _YEAR.search(text)) and not _PAST.search(text)]
    done = [year for year, text in named if "完成" in text and not _INTENDED.search(text)]
    planned = [year for year, text in named if _PLANNED.search(text) and not _DATED.search(text)]
    if not done or not planned:
        return []
    return [max(done) if max(done) >= min(planned) else min(planned)]


def _years_in(headers: Sequence[str], subject: Subject, hint: Month | None) -> list[int]:
    """Return the years that headers speak of, the report's own first.

    Lists of enterprises look back: a header's latest year is the report's only where it is given
    in part (2021年1—9月) or foreseen (2021年预计), else the year before it. A form's is the latest.
    """
    found = [(int(match[1]), text) for text in headers if (match := _YEAR.search(plain(text)))]
    if not found or subject is PROJECTS:
        return [year for year, _ in found]
    if hint:
        return [hint.year]
    latest = max(year for year, _ in found)
    is_whole = not any(_PART.search(plain(text)) for year, text in found if year == latest)
    return [latest + 1 if is_whole and not subject.form else latest]


def place_of(texts: Iterable[str], places: Gazetteer) -> str | None:
    """Return the unit that the first of the texts to name one speaks for."""
    return next((code for text in texts if text and (code := places.first_in(text))), None)


def kind_of_list(sheet: str, title: str, fields: Collection[str], words: Vocabulary) -> str:
    """Return whether a list of projects is a master ledger or a monthly sheet; of anything else it is a list."""
    if len(words.subject.kinds) == 1:
        return words.subject.kinds[0]
    score = 0.0
    for text, weight in ((plain(title), 2.0), (plain(sheet), 2.5)):
        score += weight * bool(words.sheet_words["monthly"].search(text))
        score -= weight * bool(words.sheet_words["master"].search(text))
    for code in fields:
        side = words.fields[code].side if code in words.fields else ""
        score += {"monthly": 0.8, "master": -0.6}.get(side, 0)
    return "monthly" if score > 0 else "master"


def kind_without_rows(sheet: str, texts: Sequence[str], fields: Collection[str], words: Vocabulary) -> str:
    """Return what a sheet without projects is: summary, dictionary, notes, cover, empty or other."""
    if not texts:
        return "empty"
    if words.subject.tally in fields:
        return "summary"
    for kind in ("dictionary", "notes", "cover", "summary"):
        if any(words.sheet_words[kind].search(plain(text)) for text in (sheet, texts[0])):
            return kind
    return "summary" if fields else "cover" if len(texts) <= 8 else "other"
