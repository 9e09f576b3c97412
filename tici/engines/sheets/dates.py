"""Dates as counties write them, with the precision they are given in."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from tici.engines.sheets.text import chinese_number, is_nothing, plain

_EPOCH = date(1899, 12, 30)
_SERIALS = range(32_874, 62_093)  # 1990-01-01 to 2069-12-31 as Excel counts days
_YEARS = range(1980, 2070)
_SHORT_YEARS = range(13, 30)  # 21.3, which can be no day of a month


class Period(NamedTuple):
    """A day, month, quarter or year: its first and last day, and which of the four it is."""

    first: date
    last: date
    precision: str
    doubtful: bool = False  # 2021.1 as a number: January, or October with its zero lost


_Y = r"(?P<y>(?:19|20)\d\d|(?<!\d)\d\d(?=年))年?度?"
_PATTERNS = [
    re.compile(rf"{_Y}[-./年]?(?P<m>1[0-2]|0?[1-9])[-./月](?P<d>[12]\d|3[01]|0?[1-9])[日号]?(?![\d月])"),
    re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(rf"{_Y}[-./,、]?(?:第)?(?P<q>[1-4一二三四首])季度?"),
    re.compile(rf"{_Y}[-./]?[Qq](?P<q>[1-4])"),
    re.compile(r"[Qq](?P<q>[1-4])[-./]?(?P<y>(?:19|20)\d\d)"),
    re.compile(rf"{_Y}(?P<s>[-./,、])?(?P<m>1[0-2]|0?[1-9])(?!\d)(?!(?P=s)\d|月\d+[日号])(?:月份?)?"),
    re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?!\d)"),
    re.compile(r"^(?P<m>1[0-2]|0?[1-9])/(?P<d>[12]\d|3[01]|0?[1-9])/(?P<y>(?:19|20)\d\d)(?!\d)"),  # 3/15/2021
    re.compile(r"(?<![\d/])(?P<m>1[0-2]|0?[1-9])/(?P<y>(?:19|20)\d\d)(?!\d)"),
    re.compile(r"^(?P<y>[0-4]\d)(?P<s>[-./])(?P<m>1[0-2]|0?[1-9])(?P=s)(?P<d>[12]\d|3[01]|0?[1-9])$"),
    re.compile(r"^(?P<y>1[3-9]|2\d)[-./](?P<m>1[0-2]|0?[1-9])$"),  # 21.3: no month of a day
    re.compile(_Y + r"(?:年)?(?:底|末|内|初|中|上半年|下半年)?(?!\d|年?[-./]?\d{1,2}(?!\d))"),  # no 2021.13
]
_HERE = [  # without a year: that of the report
    re.compile(r"^(?:第)?(?P<q>[1-4一二三四首])季度?$"),
    re.compile(r"^[Qq](?P<q>[1-4])$"),
    re.compile(r"^(?P<m>1[0-2]|0?[1-9])月(?:(?P<d>[12]\d|3[01]|0?[1-9])[日号])?(?:份|底|末|初|中旬?|上旬|下旬)?$"),
    re.compile(r"^(?:年内|年底|年末|年底前|本年|今年)$"),
]
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "首": 1}
_CLOCK = re.compile(r"[T\s]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?\s*$")
_CHINESE_YEAR = re.compile(r"([一二][〇零○OoＯ一二三四五六七八九0]{3})年")
_DOTS = re.compile(r"(?<=\d)[。、.]{1,2}(?=\d)")  # 2021。3
_CHINESE_SMALL = re.compile(r"([一二三四五六七八九十]{1,3})(?=[月日号])")
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH_MONTH = re.compile(rf"^({'|'.join(_ENGLISH)})[-. ]?(?:20)?(\d\d)$", re.I)  # as Excel shows months: Mar-21
_RELATIVE_YEAR = re.compile(r"(今年|本年|当年|去年|上年|明年|次年|前年|后年)度?")
_RELATIVE_STEP = {"今年": 0, "本年": 0, "当年": 0, "去年": -1, "上年": -1, "明年": 1, "次年": 1, "前年": -2, "后年": 2}
_BETWEEN = re.compile(r"(?<=[\d年月日底初末])(?:-{1,3}|至|到|~)(?=\d|[一二]〇|今|明|年|Q)")
_CHANGED = re.compile(r"^.*(?:现(?:计划|预计|拟|定)|推迟(?:至|到)|调整(?:为|至|到)|延期?(?:至|到)|改(?:为|至))(?=.*\d)")
_TWO_DATES = re.compile(r"(?<=[\d年月日])\s+(?=(?:19|20)\d\d)")  # 2020.03 2022.10
_BETWEEN_TWO = re.compile(r"-{1,3}|至|到|~|开工[,;、]?|[、/,]")
#: What parts two dates before the dash does, which stands inside 2020-03-01 too.
_SURE = frozenset(["至", "到", "~", "开工", "开工,", "开工;", "开工、"])
_WORDS = re.compile(
    r"^(?:.*(?:未开工|未动工|未竣工|未完工|未投产|未建成|尚未|待定|未定|待建|不确定|已开工|已动工|在建|续建|已竣工|已完工|已投产|"
    r"正常|暂停|停工|待批|拟开工|已建成|达产|投产|完工|竣工|开工|前期|谋划|储备|不详|待|另行|见).*|是|否|有|√|×|x|\?)$"
)


def read_date(cell: object, year: int | None = None) -> Period | None:
    """Return the period a cell names, ``None`` if it names none.

    Parameters
    ----------
    cell
        A date, an Excel serial number, a number such as 2021.11 or 202111, or text.
    year
        The year of the report, for cells that leave the year out (三季度, 11月).
    """
    if isinstance(cell, datetime):
        return _day(cell.date())
    if isinstance(cell, date):
        return _day(cell)
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return _number(float(cell))
    if isinstance(cell, str) and not is_nothing(cell):
        return _text(cell, year)
    return None


def read_range(cell: object, year: int | None = None) -> tuple[Period | None, Period | None]:
    """Return start and finish of a cell such as ``2020.10-2022.8`` or ``2019-2023年``."""
    if not isinstance(cell, str):
        return read_date(cell, year), None
    text = _arabic(plain(_TWO_DATES.sub("至", cell)))
    for match in sorted(_BETWEEN_TWO.finditer(text), key=lambda found: found[0] not in _SURE):
        left, right = text[: match.start()], text[match.end() :]
        start, finish = _text(left, year), _text(right, year)
        if start and not finish and (tail := re.fullmatch(r"(1[0-2]|0?[1-9])月?", right)):
            finish = _month(start.first.year, int(tail[1]))
        if start and finish and finish.last >= start.first:
            return start, finish
    return _text(text, year), None


def says_no_date(text: str) -> bool:
    """Whether words in a date column say that there is no date yet (未开工, 待定), not an unreadable one."""
    return is_nothing(text) or bool(_WORDS.match(plain(text)))


def coarser(period: Period, precision: str) -> Period:
    """Return the month, quarter or year a period lies in, as the cell's number format shows it."""
    first = period.first
    if precision == "month":
        return _month(first.year, first.month)
    if precision == "year":
        return _year(first.year)
    return period


@lru_cache(maxsize=16384)
def _text(text: str, year: int | None) -> Period | None:
    body = _arabic(plain(_CLOCK.sub("", text)))
    try:
        return _numeric_text(body) or _written(body, year)
    except ValueError:  # 2021年2月30日
        return None


def _numeric_text(body: str) -> Period | None:
    if re.fullmatch(r"\d{5}(?:\.0+)?", body):
        return _number(float(body))
    return None


def _written(body: str, year: int | None) -> Period | None:
    body = _CHANGED.sub("", body)
    if year is not None:
        body = _RELATIVE_YEAR.sub(lambda m: f"{year + _RELATIVE_STEP[m[1]]}年", body)
    for pattern in _PATTERNS:
        if match := pattern.search(body):
            return _build(match.groupdict(), int(match["y"]))
    if year is not None:
        core = re.sub(
            r"^(?:拟|预计|计划|约|于|已于|力争|确保)+|(?:前|左右|开工|竣工|完工|投产|建成|\(.*\))+$", "", body
        )
        for pattern in _HERE:
            if match := pattern.search(core):
                return _build(match.groupdict(), year)
    return None


def _build(parts: dict[str, str | None], year: int) -> Period:
    if year < 100:
        year += 2000
    if quarter := parts.get("q"):
        return _quarter(year, _QUARTERS.get(quarter) or int(quarter))
    month, day = parts.get("m"), parts.get("d")
    if month and day:
        return _day(date(year, int(month), int(day)))
    return _month(year, int(month)) if month else _year(year)


def _arabic(body: str) -> str:
    body = _ENGLISH_MONTH.sub(lambda m: f"20{m[2]}-{_ENGLISH.index(m[1].lower()) + 1}", body)
    body = _DOTS.sub(".", body).replace("元月", "1月")
    body = _CHINESE_YEAR.sub(lambda m: f"{chinese_number(m[1].replace('0', '〇'))}年", body)
    return _CHINESE_SMALL.sub(lambda m: str(chinese_number(m[1])), body)


def _number(number: float) -> Period | None:
    whole = int(number)
    if number.is_integer():
        if whole in _SERIALS:
            return _day(_EPOCH + timedelta(days=whole))
        if whole in _YEARS:
            return _year(whole)
        return _text(str(whole), None) if len(str(whole)) in (6, 8) else None
    if whole in _YEARS or whole in _SHORT_YEARS:
        written = f"{number:.4f}".rstrip("0").split(".")[1]
        if len(written) <= 2 and 1 <= int(written) <= 12:
            year = whole if whole in _YEARS else 2000 + whole
            return _month(year, int(written))._replace(doubtful=written == "1")
        return None
    return _day(_EPOCH + timedelta(days=whole)) if whole in _SERIALS else None


def _day(day: date) -> Period:
    return Period(day, day, "day")


def _month(year: int, month: int) -> Period:
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return Period(first, following - timedelta(days=1), "month")


def _quarter(year: int, quarter: int) -> Period:
    return Period(date(year, quarter * 3 - 2, 1), _month(year, quarter * 3).last, "quarter")


def _year(year: int) -> Period:
    return Period(date(year, 1, 1), date(year, 12, 31), "year")
